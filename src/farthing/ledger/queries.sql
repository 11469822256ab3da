-- The ledger's statements. Each is named after its one caller; the header says what, rows, index.

-- conditions: touched(r)
r.category_id = any(:category_ids::int[])

-- conditions: held_in(r)
r.account_id = any(:account_ids::int[])

-- conditions: parted(r)
-- `+ 0` keeps the planner from following every part that a category ever had for each row of the month that has parts.
r.category_id + 0 = any(:category_ids::int[])

-- name: lock(household_id)^
-- The household lock: orders every writer of this household. Rows: 1. Index: household_pkey.
select version, alive, currency, zone, locale, rules_version, calibration, budget_mode, plan_since, plan_opening,
  version - said_versions as figures_version, version - said_versions - recent_versions as past_version, recent_since
from household
where household_id = :household_id
for no key update;

-- name: bump(household_id, version, figures, recent, recent_since)!
-- The next version of the household; where figures stay as they are it is one more that only said something, where no row before
-- `recent_since` changed one more that is recent. A program that knows nothing of this counts both on. Rows: 1 (0: it was counted already).
-- Index: household_pkey.
update household
set version = :version, said_versions = said_versions + case when :figures::boolean then 0 else :version - version end,
  recent_versions = recent_versions + case when :recent::boolean then :version - version else 0 end, recent_since = :recent_since::date
where household_id = :household_id and version < :version;

-- name: glance(household_id)^
-- The household as it is, without the lock. Rows: 1. Index: household_pkey.
select version, alive, currency, zone, locale, rules_version, calibration, budget_mode, plan_since, plan_opening,
  version - said_versions as figures_version, version - said_versions - recent_versions as past_version, recent_since
from household
where household_id = :household_id;

-- name: post_payees(household_id, payee_ids, sealeds)!
-- Add cleaned texts not seen before. Rows: new payees. Index: payee_pkey.
insert into payee (household_id, payee_id, sealed)
select :household_id, p.payee_id, p.sealed
from unnest(:payee_ids::bigint[], :sealeds::bytea[]) as p(payee_id, sealed)
on conflict do nothing;

-- name: post_new(household_id, batch_id, at, transaction_ids, amounts, home_amounts, payee_ids, account_ids, bank_dates, posted_dates, category_ids, statuses, sources, confidences, models, revieweds, splits, currencies, owner_sealeds, sealeds)!
-- Insert new transactions with their first label. Rows: the batch. Index: transaction_pkey.
insert into transaction (household_id, transaction_id, amount, home_amount, payee_id, batch_id, updated_at, account_id, bank_date, posted_date,
  category_id, status, category_source, confidence, model, reviewed, split, currency, owner_sealed, sealed)
select :household_id, t.transaction_id, t.amount, t.home_amount, t.payee_id, :batch_id, :at, t.account_id, t.bank_date, t.posted_date,
  t.category_id, t.status, t.category_source, t.confidence, t.model, t.reviewed, t.split, t.currency, t.owner_sealed, t.sealed
from unnest(:transaction_ids::bigint[], :amounts::bigint[], :home_amounts::bigint[], :payee_ids::bigint[], :account_ids::int[],
  :bank_dates::date[], :posted_dates::date[], :category_ids::int[], :statuses::smallint[], :sources::smallint[], :confidences::smallint[],
  :models::smallint[], :revieweds::boolean[], :splits::boolean[], :currencies::text[], :owner_sealeds::bytea[], :sealeds::bytea[])
  as t(transaction_id, amount, home_amount, payee_id, account_id, bank_date, posted_date, category_id, status, category_source, confidence,
    model, reviewed, split, currency, owner_sealed, sealed)
on conflict do nothing;

-- name: post_changed(household_id, at, transaction_ids, amounts, home_amounts, payee_ids, bank_dates, posted_dates, statuses, currencies, sealeds)!
-- Rewrite the bank columns of transactions that the bank changed. Rows: the changed. Index: transaction_pkey.
update transaction as t
set amount = c.amount, home_amount = c.home_amount, payee_id = c.payee_id, bank_date = c.bank_date, posted_date = c.posted_date,
  status = c.status, currency = c.currency, sealed = c.sealed, version = t.version + 1, updated_at = :at
from unnest(:transaction_ids::bigint[], :amounts::bigint[], :home_amounts::bigint[], :payee_ids::bigint[], :bank_dates::date[],
  :posted_dates::date[], :statuses::smallint[], :currencies::text[], :sealeds::bytea[])
  as c(transaction_id, amount, home_amount, payee_id, bank_date, posted_date, status, currency, sealed)
where t.household_id = :household_id and t.transaction_id = c.transaction_id;

-- name: post_void(household_id, at, transaction_ids)!
-- The bank took these back: out of every total, still there to see. Rows: the vanished. Index: transaction_pkey.
update transaction
set status = 3, version = version + 1, updated_at = :at
where household_id = :household_id and transaction_id = any(:transaction_ids::bigint[]);

-- name: before(household_id, transaction_ids)
-- Rows as they stand, for before-images. Rows: those asked for. Index: transaction_pkey.
select transaction_id, amount, home_amount, payee_id, batch_id, account_id, bank_date, posted_date, owner_date, date, category_id, version, status,
  category_source, confidence, model, discarded, hidden, reviewed, split, currency, owner_sealed, sealed, updated_at
from transaction
where household_id = :household_id and transaction_id = any(:transaction_ids::bigint[]);

-- name: versions(household_id, transaction_ids)
-- Which version of each row stands, of a card that says nothing else of them. Rows: those asked for. Index: transaction_pkey.
select transaction_id, version
from transaction
where household_id = :household_id and transaction_id = any(:transaction_ids::bigint[]);

-- name: newest(household_id, count)
-- The newest rows that count and have a category. Rows: count. Index: transaction_date, backwards.
select transaction_id, amount, home_amount, payee_id, batch_id, account_id, bank_date, posted_date, owner_date, date, category_id, version, status,
  category_source, confidence, model, discarded, hidden, reviewed, split, currency, owner_sealed, sealed, updated_at
from transaction
where household_id = :household_id and category_id > 0 and not split and status < 3 and discarded = 0
order by date desc
limit :count::int;

-- name: label(household_id, at, transaction_ids, category_ids, sources, confidences, models)!
-- Set categories that nobody with more authority has set: source 1 is the owner, who is never overwritten. Index: transaction_pkey.
update transaction as t
set category_id = l.category_id, category_source = l.source, confidence = l.confidence, model = l.model, version = t.version + 1,
  updated_at = :at
from unnest(:transaction_ids::bigint[], :category_ids::int[], :sources::smallint[], :confidences::smallint[], :models::smallint[])
  as l(transaction_id, category_id, source, confidence, model)
where t.household_id = :household_id and t.transaction_id = l.transaction_id and t.category_source <> 1
  and (t.category_id, t.category_source, t.confidence) is distinct from (l.category_id, l.source, l.confidence);

-- name: edit(household_id, at, transaction_ids, category_ids, sources, confidences, models, discardeds, hiddens, revieweds, splits, owner_dates, owner_sealeds)!
-- The owner's word: rewrite the owner columns whole. Rows: those edited. Index: transaction_pkey.
update transaction as t
set category_id = e.category_id, category_source = e.source, confidence = e.confidence, model = e.model, discarded = e.discarded,
  hidden = e.hidden, reviewed = e.reviewed, split = e.split, owner_date = e.owner_date, owner_sealed = e.owner_sealed,
  version = t.version + 1, updated_at = :at
from unnest(:transaction_ids::bigint[], :category_ids::int[], :sources::smallint[], :confidences::smallint[], :models::smallint[],
  :discardeds::smallint[], :hiddens::boolean[], :revieweds::boolean[], :splits::boolean[], :owner_dates::date[], :owner_sealeds::bytea[])
  as e(transaction_id, category_id, source, confidence, model, discarded, hidden, reviewed, split, owner_date, owner_sealed)
where t.household_id = :household_id and t.transaction_id = e.transaction_id;

-- name: rebuild_count(household_id, months)$
-- How many rows the touched months hold, to choose between rebuilding and adding. Index: rollup_month_pkey.
select coalesce(sum(n_once), 0)
from rollup_month
where household_id = :household_id and month = any(:months::date[]);

-- name: rebuild_clear(household_id, months)!
-- Forget the touched months, so that keys that vanished go with them. Index: rollup_month_pkey.
delete from rollup_month
where household_id = :household_id and month = any(:months::date[]);

-- name: rebuild_months(household_id, currency, months, {touched}, {held_in})!
-- Recompute the touched months whole, or some categories and accounts of theirs: no running sums to drift. Rows: keys of those.
-- Index: transaction_date, transaction_category, transaction_account, transaction_split.
insert into rollup_month (household_id, total_in, total_out, pending_in, pending_out, home_in, home_out, home_pending_in, home_pending_out,
  month, category_id, account_id, n, n_once, n_hidden, n_void, currency)
select :household_id, s.total_in, s.total_out, s.pending_in, s.pending_out,
  case when s.unrated = 0 then s.home_in end, case when s.unrated = 0 then s.home_out end,
  case when s.unrated = 0 then s.home_pending_in end, case when s.unrated = 0 then s.home_pending_out end,
  m.month, s.category_id, s.account_id, s.n, s.n_once, s.n_hidden, s.n_void, s.currency
from (
  select w.month, (w.month + interval '1 month')::date as next
  from unnest(:months::date[]) as w(month)
  offset 0
) as m
cross join lateral (
  select x.category_id, x.account_id, x.currency,
    coalesce(sum(x.amount) filter (where x.counted and x.amount > 0), 0)::bigint as total_in,
    coalesce(sum(x.amount) filter (where x.counted and x.amount < 0), 0)::bigint as total_out,
    coalesce(sum(x.amount) filter (where x.counted and x.status = 1 and x.amount > 0), 0)::bigint as pending_in,
    coalesce(sum(x.amount) filter (where x.counted and x.status = 1 and x.amount < 0), 0)::bigint as pending_out,
    coalesce(sum(x.home) filter (where x.counted and x.amount > 0), 0)::bigint as home_in,
    coalesce(sum(x.home) filter (where x.counted and x.amount < 0), 0)::bigint as home_out,
    coalesce(sum(x.home) filter (where x.counted and x.status = 1 and x.amount > 0), 0)::bigint as home_pending_in,
    coalesce(sum(x.home) filter (where x.counted and x.status = 1 and x.amount < 0), 0)::bigint as home_pending_out,
    count(distinct x.transaction_id) filter (where x.counted)::int as n,
    count(*) filter (where x.counted and x.once)::int as n_once,
    count(*) filter (where x.hidden and x.alive and x.once)::int as n_hidden,
    count(*) filter (where not x.alive and x.once)::int as n_void,
    count(*) filter (where x.counted and x.home is null)::int as unrated
  from (
    select t.transaction_id, t.category_id, t.account_id, t.currency, t.amount, t.status, t.hidden, true as once,
      case when t.currency = :currency then t.amount else t.home_amount end as home,
      t.status < 3 and t.discarded = 0 as alive, t.status < 3 and t.discarded = 0 and not t.hidden as counted
    from transaction as t
    where t.household_id = :household_id and t.date >= m.month and t.date < m.next and not t.split
      and t.discarded < 3{touched t}{held_in t}
    union all
    select t.transaction_id, p.category_id, t.account_id, t.currency, p.amount, t.status, t.hidden, p.part = 0,
      case when t.currency = :currency then p.amount else p.home_amount end,
      t.status < 3 and t.discarded = 0, t.status < 3 and t.discarded = 0 and not t.hidden
    from transaction as t
    join split as p on p.household_id = t.household_id and p.transaction_id = t.transaction_id
    where t.household_id = :household_id and t.date >= m.month and t.date < m.next and t.split
      and t.discarded < 3{held_in t}{parted p}
  ) as x
  group by x.category_id, x.account_id, x.currency
) as s
on conflict (household_id, month, category_id, account_id, currency) do update
set total_in = excluded.total_in, total_out = excluded.total_out, pending_in = excluded.pending_in, pending_out = excluded.pending_out,
  home_in = excluded.home_in, home_out = excluded.home_out, home_pending_in = excluded.home_pending_in,
  home_pending_out = excluded.home_pending_out, n = excluded.n, n_once = excluded.n_once, n_hidden = excluded.n_hidden, n_void = excluded.n_void
where (rollup_month.total_in, rollup_month.total_out, rollup_month.pending_in, rollup_month.pending_out, rollup_month.home_in,
  rollup_month.home_out, rollup_month.n, rollup_month.n_once, rollup_month.n_hidden, rollup_month.n_void)
  is distinct from (excluded.total_in, excluded.total_out, excluded.pending_in, excluded.pending_out, excluded.home_in,
  excluded.home_out, excluded.n, excluded.n_once, excluded.n_hidden, excluded.n_void);

-- name: add_months(household_id, months, category_ids, account_ids, currencies, ns, total_ins, total_outs, pending_ins, pending_outs, home_ins, home_outs, home_pending_ins, home_pending_outs)!
-- Add a batch that only inserted to big months. Rows: keys of the batch. Index: rollup_month_pkey. A test proves it equal to a rebuild.
insert into rollup_month (household_id, total_in, total_out, pending_in, pending_out, home_in, home_out, home_pending_in, home_pending_out,
  month, category_id, account_id, n, n_once, n_hidden, n_void, currency)
select :household_id, d.total_in, d.total_out, d.pending_in, d.pending_out, d.home_in, d.home_out, d.home_pending_in, d.home_pending_out,
  d.month, d.category_id, d.account_id, d.n, d.n, 0, 0, d.currency
from unnest(:months::date[], :category_ids::int[], :account_ids::int[], :currencies::text[], :ns::int[], :total_ins::bigint[],
  :total_outs::bigint[], :pending_ins::bigint[], :pending_outs::bigint[], :home_ins::bigint[], :home_outs::bigint[],
  :home_pending_ins::bigint[], :home_pending_outs::bigint[])
  as d(month, category_id, account_id, currency, n, total_in, total_out, pending_in, pending_out, home_in, home_out, home_pending_in,
    home_pending_out)
on conflict (household_id, month, category_id, account_id, currency) do update
set total_in = rollup_month.total_in + excluded.total_in, total_out = rollup_month.total_out + excluded.total_out,
  pending_in = rollup_month.pending_in + excluded.pending_in, pending_out = rollup_month.pending_out + excluded.pending_out,
  home_in = rollup_month.home_in + excluded.home_in, home_out = rollup_month.home_out + excluded.home_out,
  home_pending_in = rollup_month.home_pending_in + excluded.home_pending_in,
  home_pending_out = rollup_month.home_pending_out + excluded.home_pending_out,
  n = rollup_month.n + excluded.n, n_once = rollup_month.n_once + excluded.n_once;

-- name: accounts(household_id)
-- Every account, oldest first, its columns in the order of `Account`. Rows: a household's accounts. Index: account_pkey.
select account_id, connection_id, ref, kind, currency, balance, available, opening_balance, balance_as_of, opened_on, closed_on, hidden, version,
  created_at, updated_at, sealed
from account
where household_id = :household_id
order by created_at, account_id;

-- name: add_accounts(household_id, at, account_ids, connection_ids, refs, kinds, currencies, balances, availables, opening_balances, balance_as_ofs, opened_ons, sealeds)!
-- Add accounts not seen before. Rows: new accounts. Index: account_pkey.
insert into account (household_id, connection_id, balance, available, opening_balance, ref, balance_as_of, created_at, updated_at, account_id,
  opened_on, kind, currency, sealed)
select :household_id, a.connection_id, a.balance, a.available, a.opening_balance, a.ref, a.balance_as_of, :at, :at, a.account_id, a.opened_on,
  a.kind, a.currency, a.sealed
from unnest(:account_ids::int[], :connection_ids::bigint[], :refs::uuid[], :kinds::smallint[], :currencies::text[], :balances::bigint[],
  :availables::bigint[], :opening_balances::bigint[], :balance_as_ofs::timestamptz[], :opened_ons::date[], :sealeds::bytea[])
  as a(account_id, connection_id, ref, kind, currency, balance, available, opening_balance, balance_as_of, opened_on, sealed)
on conflict do nothing;

-- name: balance_accounts(household_id, at, account_ids, balances, availables, balance_as_ofs)!
-- The bank's own balances. Rows: accounts of one connection. Index: account_pkey.
update account as a
set balance = b.balance, available = b.available, balance_as_of = b.balance_as_of, updated_at = :at, version = a.version + 1
from unnest(:account_ids::int[], :balances::bigint[], :availables::bigint[], :balance_as_ofs::timestamptz[])
  as b(account_id, balance, available, balance_as_of)
where a.household_id = :household_id and a.account_id = b.account_id
  and (a.balance, a.available) is distinct from (b.balance, b.available);

-- name: balance_days(household_id, account_ids, dates, balances, sources)!
-- What accounts were worth at the end of a day; the newest word for a day stands. Index: balance_day_pkey.
insert into balance_day (household_id, balance, account_id, date, source)
select :household_id, b.balance, b.account_id, b.date, b.source
from unnest(:account_ids::int[], :dates::date[], :balances::bigint[], :sources::smallint[]) as b(account_id, date, balance, source)
on conflict (household_id, account_id, date) do update
set balance = excluded.balance, source = excluded.source
where balance_day.balance <> excluded.balance;

-- name: balance_history(household_id, first)
-- Stated balances by account and day. Rows: accounts x days. Index: balance_day_pkey.
select account_id, date, balance
from balance_day
where household_id = :household_id and date >= :first
order by account_id, date;

-- name: lead_accounts(household_id, at, account_ids, connection_ids, refs)!
-- Accounts under new ids of their bank, or of another link. Rows: those named. Index: account_pkey.
update account as a
set ref = n.ref, connection_id = n.connection_id, updated_at = :at, version = a.version + 1
from unnest(:account_ids::int[], :connection_ids::bigint[], :refs::uuid[]) as n(account_id, connection_id, ref)
where a.household_id = :household_id and a.account_id = n.account_id;

-- name: sign_accounts(household_id, at, account_ids, closed_ons, sealeds)!
-- What a bank says of its accounts beside the balance. Rows: those with news. Index: account_pkey.
update account as a
set closed_on = n.closed_on, sealed = n.sealed, updated_at = :at, version = a.version + 1
from unnest(:account_ids::int[], :closed_ons::date[], :sealeds::bytea[]) as n(account_id, closed_on, sealed)
where a.household_id = :household_id and a.account_id = n.account_id;

-- name: change_account(household_id, at, account_id, version, hidden, closed_on, kind, connection_id, opening_balance, balance, balance_as_of, sealed)!
-- The owner's changes to an account; with a version, only if it is still that one. Rows: 1. Index: account_pkey.
update account
set hidden = :hidden, closed_on = :closed_on::date, kind = :kind, sealed = :sealed, version = version + 1, updated_at = :at,
  connection_id = :connection_id::bigint, opening_balance = :opening_balance::bigint, balance = :balance::bigint,
  balance_as_of = :balance_as_of::timestamptz
where household_id = :household_id and account_id = :account_id and (:version::int is null or version = :version::int);

-- name: drop_account(household_id, account_id)!
-- Remove an account whose rows are gone. Rows: 1. Index: account_pkey.
delete from account
where household_id = :household_id and account_id = :account_id;

-- name: drop_account_days(household_id, account_id)!
-- The balances stated of an account that goes. Index: balance_day_pkey.
delete from balance_day
where household_id = :household_id and account_id = :account_id;

-- name: stand_by_hand(household_id, account_ids, source, today)
-- The owner's last word on each account's balance, and what its rows add up to since: hidden ones too, a balance knows no hiding; not those
-- of days to come. Rows: the accounts. Index: balance_day_pkey, transaction_account.
select a.account_id, s.balance as stated, s.date as stated_on, coalesce(t.total, 0)::bigint as total, coalesce(t.n, 0)::int as n, t.last
from unnest(:account_ids::int[]) as a(account_id)
left join lateral (
  select b.balance, b.date
  from balance_day as b
  where b.household_id = :household_id and b.account_id = a.account_id and b.source = :source and b.date <= :today
  order by b.date desc
  limit 1
) as s on true
left join lateral (
  select sum(r.amount) filter (where s.date is null or r.date > s.date) as total, count(*) as n, max(r.date) as last
  from transaction as r
  where r.household_id = :household_id and r.account_id = a.account_id and r.status < 3 and r.discarded = 0 and r.date <= :today
) as t on true;

-- name: splits_of(household_id, transaction_ids)
-- The parts of split rows, in order. Rows: parts. Index: split_pkey.
select transaction_id, part, amount, home_amount, category_id, sealed
from split
where household_id = :household_id and transaction_id = any(:transaction_ids::bigint[])
order by transaction_id, part;

-- name: split_clear(household_id, transaction_ids)!
-- Take the parts away before new ones are written. Index: split_pkey.
delete from split
where household_id = :household_id and transaction_id = any(:transaction_ids::bigint[]);

-- name: split_write(household_id, transaction_ids, parts, amounts, home_amounts, category_ids, sealeds)!
-- Write parts. Rows: parts. Index: split_pkey.
insert into split (household_id, transaction_id, amount, home_amount, part, category_id, sealed)
select :household_id, s.transaction_id, s.amount, s.home_amount, s.part, s.category_id, s.sealed
from unnest(:transaction_ids::bigint[], :parts::int[], :amounts::bigint[], :home_amounts::bigint[], :category_ids::int[], :sealeds::bytea[])
  as s(transaction_id, part, amount, home_amount, category_id, sealed)
on conflict do nothing;

-- name: tags(household_id)
-- The household's tags. Rows: tags. Index: tag_pkey.
select tag_id, sealed
from tag
where household_id = :household_id;

-- name: tags_of(household_id, transaction_ids)
-- Tags of some rows. Index: transaction_tag_transaction.
select transaction_id, tag_id
from transaction_tag
where household_id = :household_id and transaction_id = any(:transaction_ids::bigint[]);

-- name: tag_names(household_id, tag_ids, sealeds)!
-- Add tags not seen before. Index: tag_pkey.
insert into tag (household_id, tag_id, sealed)
select :household_id, t.tag_id, t.sealed
from unnest(:tag_ids::bigint[], :sealeds::bytea[]) as t(tag_id, sealed)
on conflict do nothing;

-- name: tag_clear(household_id, transaction_ids)!
-- Take all tags off some rows before theirs are written anew. Index: transaction_tag_transaction.
delete from transaction_tag
where household_id = :household_id and transaction_id = any(:transaction_ids::bigint[]);

-- name: tag_write(household_id, tag_ids, transaction_ids)!
-- Put tags on rows. Index: transaction_tag_pkey.
insert into transaction_tag (household_id, tag_id, transaction_id)
select :household_id, t.tag_id, t.transaction_id
from unnest(:tag_ids::bigint[], :transaction_ids::bigint[]) as t(tag_id, transaction_id)
on conflict do nothing;

-- name: rates_missing(first)$
-- The last day the table of rates knows, null when empty. Rows: 1. Index: rate_pkey.
select max(day)
from rate
where day >= :first;

-- name: load_rates(currencies, days, rates)!
-- Add published rates. Rows: days x currencies. Index: rate_pkey.
insert into rate (currency, day, per_euro)
select r.currency, r.day, r.per_euro
from unnest(:currencies::text[], :days::date[], :rates::numeric[]) as r(currency, day, per_euro)
on conflict do nothing;

-- name: rates_on(currencies, days)
-- The last rate on or before each day. Rows: as asked. Index: rate_pkey.
select q.currency, q.day, r.per_euro
from unnest(:currencies::text[], :days::date[]) as q(currency, day)
cross join lateral (
  select per_euro
  from rate
  where rate.currency = q.currency and rate.day <= q.day
  order by rate.day desc
  limit 1
) as r;

-- name: months_of(household_id, account_ids)
-- Months in which accounts have rows, void and hidden ones too. Rows: months. Index: rollup_month_pkey.
select distinct month
from rollup_month
where household_id = :household_id and account_id = any(:account_ids::int[])
order by month;

-- name: forget_rows_tags(household_id, account_ids)!
-- Tags of rows that go. Rows: the accounts'. Index: transaction_tag_transaction.
delete from transaction_tag as g
using transaction as t
where g.household_id = :household_id and t.household_id = :household_id and t.transaction_id = g.transaction_id
  and t.account_id = any(:account_ids::int[]);

-- name: forget_rows_splits(household_id, account_ids)!
-- Parts of rows that go. Rows: the accounts'. Index: split_pkey.
delete from split as p
using transaction as t
where p.household_id = :household_id and t.household_id = :household_id and t.transaction_id = p.transaction_id
  and t.account_id = any(:account_ids::int[]);

-- name: forget_rows(household_id, account_ids)!
-- The rows of accounts that go for good. Rows: the accounts'. Index: none needed: seldom, and all of an account.
delete from transaction
where household_id = :household_id and account_id = any(:account_ids::int[]);
