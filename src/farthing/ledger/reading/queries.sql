-- What the ledger says when asked: pages of rows, totals of a filter, sums of months and days, the dictionary of bank texts.

-- conditions: within(r)
r.date >= :first::date
r.date <= :last::date

-- conditions: asked(r)
-- What a list may ask of its rows besides; a line stands in a statement only where somebody asks it (platform/sql.py). The server plans
-- before it knows the values: `coalesce` makes it hash the payees once, and not look each up, as it does those that are few; `+ 0` keeps it
-- from taking a range for narrow.
r.account_id = any(:account_ids::int[])
r.amount >= :amount_min::bigint
r.amount + 0 <= :amount_max::bigint
abs(r.amount) >= :size_min::bigint
abs(r.amount) + 0 <= :size_max::bigint
case when r.discarded = 3 then 0 when r.discarded <> 0 then 3 else r.status end = any(:states::smallint[])
r.category_source = any(:sources::smallint[])
r.reviewed = :reviewed::boolean
r.hidden = :hidden::boolean
r.split = :split::boolean
r.payee_id = any(:payee_ids_few::bigint[])
coalesce(r.payee_id in (select unnest(:payee_ids::bigint[])), false)
r.payee_id not in (select unnest(:payee_ids_not::bigint[]))
(r.payee_id in (select unnest(:payee_ids_or::bigint[])) or r.transaction_id in (select unnest(:ids_or::bigint[])))
r.transaction_id in (select unnest(:only_ids::bigint[]))
r.transaction_id in (select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:tag_ids::bigint[]))
r.transaction_id not in (select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:no_tag_ids::bigint[]))
(r.transaction_id in (select transaction_id from transaction_tag where household_id = :household_id)) = :tagged::boolean
r.transaction_id not in (select unnest(:ids_without::bigint[]))

-- name: sums(household_id, first, last)
-- Whole months' sums by month, category and unit; what has no rate stands by itself. Rows: months x categories. Index: rollup_month_pkey.
select month, category_id, currency, sum(n)::int as n, sum(n_once)::int as n_once, sum(n_hidden)::int as n_hidden,
  sum(n_void)::int as n_void, sum(total_in)::bigint as total_in, sum(total_out)::bigint as total_out, sum(pending_in)::bigint as pending_in,
  sum(pending_out)::bigint as pending_out, sum(home_in)::bigint as home_in, sum(home_out)::bigint as home_out,
  sum(home_pending_in)::bigint as home_pending_in, sum(home_pending_out)::bigint as home_pending_out
from rollup_month
where household_id = :household_id and month >= :first and month <= :last
group by month, category_id, currency, home_in is null;

-- name: sums_of_filter(household_id, first, last, category_ids, account_ids)
-- Whole months together, by category and unit; what has no rate stands by itself. Rows: categories. Index: rollup_month_pkey.
select min(month) as month, category_id, currency, sum(n)::int as n, sum(n_once)::int as n_once, sum(n_hidden)::int as n_hidden,
  sum(n_void)::int as n_void, sum(total_in)::bigint as total_in, sum(total_out)::bigint as total_out, sum(pending_in)::bigint as pending_in,
  sum(pending_out)::bigint as pending_out, sum(home_in)::bigint as home_in, sum(home_out)::bigint as home_out,
  sum(home_pending_in)::bigint as home_pending_in, sum(home_pending_out)::bigint as home_pending_out
from rollup_month
where household_id = :household_id and month >= :first and month <= :last and (:category_ids::int[] is null or category_id = any(:category_ids::int[]))
  and (:account_ids::int[] is null or account_id = any(:account_ids::int[]))
group by category_id, currency, home_in is null;

-- name: counted_again(household_id, first, last, category_ids, account_ids)$
-- Parts of split rows beside the first of their row, among some categories. Index: split_category, transaction_pkey.
select coalesce(sum(x.n - 1), 0)::int
from (
  select count(distinct s.category_id) as n
  from split as s
  join transaction as t on t.household_id = s.household_id and t.transaction_id = s.transaction_id
  where s.household_id = :household_id and s.category_id = any(:category_ids::int[]) and t.split and t.status < 3 and t.discarded = 0
    and not t.hidden and t.date >= :first and t.date <= :last and (:account_ids::int[] is null or t.account_id = any(:account_ids::int[]))
  group by s.transaction_id
) as x;

-- name: spent_days(household_id, currency, first, last, kinds, by_sign)
-- Spending by day, and what of it is bills: from the rows, parts where split; without what has no rate. `kinds`, at a category's id and one:
-- 1 everyday, 2 a bill, 0 no spending; of categories `by_sign` only what goes out is. Little is done for each row: its kind is looked up by
-- place, and days come in order. Rows: days. Index: transaction_date, transaction_split.
select x.date, sum(x.whole)::bigint as whole, coalesce(sum(x.bills), 0)::bigint as bills
from (
  select t.date, -sum(case
      when t.amount > 0 and t.category_id = any(:by_sign::int[]) then 0
      when t.currency = :currency then t.amount else t.home_amount
    end) as whole, -sum(case
      when t.amount > 0 and t.category_id = any(:by_sign::int[]) then 0
      when t.currency = :currency then t.amount else t.home_amount
    end) filter (where (:kinds::int[])[t.category_id + 1] = 2) as bills
  from transaction as t
  where t.household_id = :household_id and t.date >= :first and t.date <= :last and not t.split and t.status < 3 and t.discarded = 0
    and not t.hidden and (:kinds::int[])[t.category_id + 1] > 0
  group by t.date
  union all
  select t.date, -sum(case
      when p.amount > 0 and p.category_id = any(:by_sign::int[]) then 0
      when t.currency = :currency then p.amount else p.home_amount
    end), -sum(case
      when p.amount > 0 and p.category_id = any(:by_sign::int[]) then 0
      when t.currency = :currency then p.amount else p.home_amount
    end) filter (where (:kinds::int[])[p.category_id + 1] = 2)
  from transaction as t
  join split as p on p.household_id = t.household_id and p.transaction_id = t.transaction_id
  where t.household_id = :household_id and t.date >= :first and t.date <= :last and t.split and t.status < 3 and t.discarded = 0
    and not t.hidden and (:kinds::int[])[p.category_id + 1] > 0
  group by t.date
) as x
where x.whole is not null
group by x.date;

-- name: payees(household_id)
-- The household's dictionary of cleaned texts. Rows: distinct payees. Index: payee_pkey.
select payee_id, sealed
from payee
where household_id = :household_id;

-- name: payees_some(household_id, payee_ids)
-- Entries of one page. Rows: those asked for. Index: payee_pkey.
select payee_id, sealed
from payee
where household_id = :household_id and payee_id = any(:payee_ids::bigint[]);

-- name: payees_and_tags(household_id, payee_ids, transaction_ids)
-- What stands beside a page of rows: entries of the dictionary, and tags by row. Rows: those of the page. Index: payee_pkey,
-- transaction_tag_transaction.
select payee_id as id, sealed, null::bigint as tag_id
from payee
where household_id = :household_id and payee_id = any(:payee_ids::bigint[])
union all
select transaction_id, null, tag_id
from transaction_tag
where household_id = :household_id and transaction_id = any(:transaction_ids::bigint[]);

-- name: payees_count(household_id)$
-- Changes when the dictionary grew: the key of its cache. Index: payee_pkey.
select count(*)
from payee
where household_id = :household_id;

-- name: page_by_date(household_id, before_date, before_id, count, {within}, {asked})
-- A page of any filter, newest first, walking the days. Rows: a page; reads until it is full. Index: transaction_date.
select t.transaction_id, t.amount, t.home_amount, t.payee_id, t.batch_id, t.account_id, t.bank_date, t.posted_date, t.owner_date, t.date,
  t.category_id, t.version, t.status, t.category_source, t.confidence, t.model, t.discarded, t.hidden, t.reviewed, t.split, t.currency, t.owner_sealed,
  t.sealed, t.updated_at
from transaction as t
where t.household_id = :household_id and t.date <= :before_date::date and (t.date, t.transaction_id) < (:before_date::date, :before_id::bigint)
  {within t} {asked t}
order by t.date desc, t.transaction_id desc
limit :count;

-- name: page_by_account(household_id, accounts, before_date, before_id, count, {within}, {asked})
-- A page of some accounts: the newest of each, of which the newest. Rows: a page. Index: transaction_account.
with found as materialized (
  select k.transaction_id, k.date
  from unnest(:accounts::int[]) as w(account_id)
  cross join lateral (
    select u.transaction_id, u.date
    from transaction as u
    where u.household_id = :household_id and u.account_id = w.account_id and u.date <= :before_date::date
      and (u.date, u.transaction_id) < (:before_date::date, :before_id::bigint) {within u} {asked u}
    order by u.date desc, u.transaction_id desc
    limit :count
  ) as k
  order by date desc, transaction_id desc
  limit :count
)
select t.transaction_id, t.amount, t.home_amount, t.payee_id, t.batch_id, t.account_id, t.bank_date, t.posted_date, t.owner_date, t.date,
  t.category_id, t.version, t.status, t.category_source, t.confidence, t.model, t.discarded, t.hidden, t.reviewed, t.split, t.currency, t.owner_sealed,
  t.sealed, t.updated_at
from found as f
join transaction as t on t.household_id = :household_id and t.transaction_id = f.transaction_id
order by f.date desc, f.transaction_id desc;

-- name: page_by_category(household_id, category_ids, before_date, before_id, count, {within}, {asked})
-- A page of some categories, parts of split rows included: the newest of each, of which the newest. Rows: a page. Index: transaction_category, split_category.
with found as materialized (
  select k.transaction_id, k.date
  from unnest(:category_ids::int[]) as w(category_id)
  cross join lateral (
    select u.transaction_id, u.date
    from transaction as u
    where u.household_id = :household_id and u.category_id = w.category_id and not u.split and u.date <= :before_date::date
      and (u.date, u.transaction_id) < (:before_date::date, :before_id::bigint) {within u} {asked u}
    order by u.date desc, u.transaction_id desc
    limit :count
  ) as k
  union
  select u.transaction_id, u.date
  from split as s
  join transaction as u on u.household_id = s.household_id and u.transaction_id = s.transaction_id
  where s.household_id = :household_id and s.category_id = any(:category_ids::int[]) and u.split and u.date <= :before_date::date
    and (u.date, u.transaction_id) < (:before_date::date, :before_id::bigint) {within u} {asked u}
  order by date desc, transaction_id desc
  limit :count
)
select t.transaction_id, t.amount, t.home_amount, t.payee_id, t.batch_id, t.account_id, t.bank_date, t.posted_date, t.owner_date, t.date,
  t.category_id, t.version, t.status, t.category_source, t.confidence, t.model, t.discarded, t.hidden, t.reviewed, t.split, t.currency, t.owner_sealed,
  t.sealed, t.updated_at
from found as f
join transaction as t on t.household_id = :household_id and t.transaction_id = f.transaction_id
order by f.date desc, f.transaction_id desc;

-- name: page_by_payee(household_id, payees, ids, before_date, before_id, count, {within}, {asked})
-- A page of few payees (and a few rows named by id): the newest of each, of which the newest. Rows: a page. Index: transaction_payee, transaction_pkey.
with found as materialized (
  select k.transaction_id, k.date
  from unnest(:payees::bigint[]) as w(payee_id)
  cross join lateral (
    select u.transaction_id, u.date
    from transaction as u
    where u.household_id = :household_id and u.payee_id = w.payee_id and u.date <= :before_date::date
      and (u.date, u.transaction_id) < (:before_date::date, :before_id::bigint) {within u} {asked u}
    order by u.date desc, u.transaction_id desc
    limit :count
  ) as k
  union
  select u.transaction_id, u.date
  from transaction as u
  where u.household_id = :household_id and u.transaction_id = any(:ids::bigint[]) and u.date <= :before_date::date
    and (u.date, u.transaction_id) < (:before_date::date, :before_id::bigint) {within u} {asked u}
  order by date desc, transaction_id desc
  limit :count
)
select t.transaction_id, t.amount, t.home_amount, t.payee_id, t.batch_id, t.account_id, t.bank_date, t.posted_date, t.owner_date, t.date,
  t.category_id, t.version, t.status, t.category_source, t.confidence, t.model, t.discarded, t.hidden, t.reviewed, t.split, t.currency, t.owner_sealed,
  t.sealed, t.updated_at
from found as f
join transaction as t on t.household_id = :household_id and t.transaction_id = f.transaction_id
order by f.date desc, f.transaction_id desc;

-- name: totals_by_date(household_id, currency, first_month, last_month, {within}, {asked})
-- Totals of any filter from the rows: whole ones, then the parts of split ones; `kind` is rows.py's. What is done for each of 100,000 rows
-- is little: most are posted and stand; units are compared only where month sums know of others; whether a row is split, which stands far
-- behind in it, is asked of those alone that are wanted; and one number is what they are grouped by, the place of a unit without a rate in
-- its high half. Rows: categories x kinds; reads the period. Index: transaction_date, transaction_payee, transaction_split,
-- rollup_month_pkey.
with units as materialized (
  select array_agg(distinct currency) as others
  from rollup_month
  where household_id = :household_id and month >= :first_month::date and month <= :last_month::date and currency <> :currency
)
select x.place & 1099511627775 as kind, (select others from units)[x.place >> 40] as unrated, x.n, x.minor
from (
  select case when not t.split then t.category_id * 16 + case
        when t.status = 2 and t.discarded = 0 and not t.hidden then 0
        else case when t.discarded = 3 then 3 when t.status = 3 or t.discarded <> 0 then 1 when t.hidden then 2 else 0 end
          + case when t.status = 1 then 4 else 0 end
      end + case when t.amount > 0 then 8 else 0 end + case
        when (select others from units) is not null and t.currency <> :currency and t.home_amount is null
        then coalesce(array_position((select others from units), t.currency), 0)::bigint << 40
        else 0
      end
    end as place,
    count(*)::int as n, sum(case
      when (select others from units) is not null and t.currency <> :currency and t.home_amount is not null then t.home_amount
      else t.amount
    end)::bigint as minor
  from transaction as t
  where t.household_id = :household_id {within t} {asked t}
  group by 1
  offset 0
) as x
where x.place is not null
union all
select x.category_id * 16 + x.state + case when x.minor > 0 then 8 else 0 end, x.unrated, count(*) filter (where x.once)::int, sum(x.minor)::bigint
from (
  select p.category_id, case when t.discarded = 3 then 3 when t.status = 3 or t.discarded <> 0 then 1 when t.hidden then 2 else 0 end
      + case when t.status = 1 then 4 else 0 end as state,
    case when t.currency = :currency or count(p.home_amount) > 0 then null else t.currency end as unrated, bool_or(p.part = 0) as once,
    case when t.currency = :currency or count(p.home_amount) = 0 then sum(p.amount) else sum(p.home_amount) end as minor
  from transaction as t
  join split as p on p.household_id = t.household_id and p.transaction_id = t.transaction_id
  where t.household_id = :household_id and t.split {within t} {asked t}
  group by t.transaction_id, t.status, t.discarded, t.hidden, t.currency, p.category_id
) as x
group by 1, 2;

-- name: totals_by_category(household_id, currency, category_ids, {within}, {asked})
-- Totals of some categories, only the matching parts of split rows. Rows: categories x kinds. Index: transaction_category, split_category.
select t.category_id * 16 + case when t.discarded = 3 then 3 when t.status = 3 or t.discarded <> 0 then 1 when t.hidden then 2 else 0 end
    + case when t.status = 1 then 4 else 0 end + case when t.amount > 0 then 8 else 0 end as kind,
  case when t.currency = :currency or t.home_amount is not null then null else t.currency end as unrated, count(*)::int as n,
  sum(case when t.currency = :currency or t.home_amount is null then t.amount else t.home_amount end)::bigint as minor
from transaction as t
where t.household_id = :household_id and not t.split and t.category_id = any(:category_ids::int[]) {within t} {asked t}
group by 1, 2
union all
select x.category_id * 16 + x.state + case when x.minor > 0 then 8 else 0 end, x.unrated, count(*) filter (where x.once)::int, sum(x.minor)::bigint
from (
  select p.category_id, case when t.discarded = 3 then 3 when t.status = 3 or t.discarded <> 0 then 1 when t.hidden then 2 else 0 end
      + case when t.status = 1 then 4 else 0 end as state,
    case when t.currency = :currency or count(p.home_amount) > 0 then null else t.currency end as unrated, row_number() over (partition by t.transaction_id order by p.category_id) = 1 as once,
    case when t.currency = :currency or count(p.home_amount) = 0 then sum(p.amount) else sum(p.home_amount) end as minor
  from transaction as t
  join split as p on p.household_id = t.household_id and p.transaction_id = t.transaction_id
  where t.household_id = :household_id and t.split and p.category_id = any(:category_ids::int[])
    {within t} {asked t}
  group by t.transaction_id, t.status, t.discarded, t.hidden, t.currency, p.category_id
) as x
group by 1, 2;

-- name: written_on(household_id, first, last, count)
-- Rows on which the owner wrote something, newest first: notes are searched by opening them. Index: transaction_owner.
select transaction_id, owner_sealed
from transaction
where household_id = :household_id and owner_sealed is not null and date >= :first and date <= :last
order by date desc
limit :count;

-- name: spent_months(household_id, first, last, by_sign)
-- Whole months' spending by category, one sum for each; of categories `by_sign` only what goes out. `rated`: every row has a rate. Rows:
-- months x categories. Index: rollup_month_pkey.
select month, category_id,
  -coalesce(sum(case when category_id = any(:by_sign::int[]) then home_out else home_in + home_out end), 0)::bigint as spent,
  sum(n_once)::int as n_once, bool_and(home_in is not null) as rated
from rollup_month
where household_id = :household_id and month >= :first and month <= :last
group by month, category_id;

-- name: spans(household_id, currency, firsts, lasts, by_sign)
-- Several spans of days side by side, by category: what was usual by this day; of categories `by_sign` only what goes out. Rows: spans x
-- categories. Index: transaction_date.
select s.first, x.category_id, -coalesce(sum(x.home), 0)::bigint as spent, sum(x.n_once)::int as n_once
from unnest(:firsts::date[], :lasts::date[]) as s(first, last)
cross join lateral (
  select t.category_id, count(*) as n_once, sum(case
      when t.amount > 0 and t.category_id = any(:by_sign::int[]) then 0
      when t.currency = :currency then t.amount else t.home_amount
    end) as home
  from transaction as t
  where t.household_id = :household_id and t.date >= s.first and t.date <= s.last and not t.split and t.status < 3 and t.discarded = 0
    and not t.hidden
  group by t.category_id
  union all
  select p.category_id, count(*) filter (where p.part = 0), sum(case
      when p.amount > 0 and p.category_id = any(:by_sign::int[]) then 0
      when t.currency = :currency then p.amount else p.home_amount
    end)
  from transaction as t
  join split as p on p.household_id = t.household_id and p.transaction_id = t.transaction_id
  where t.household_id = :household_id and t.date >= s.first and t.date <= s.last and t.split and t.status < 3 and t.discarded = 0
    and not t.hidden
  group by p.category_id
) as x
group by s.first, x.category_id;

-- name: rows_of_category(household_id, category_id)
-- Every row of a category, and every one with a part in it. Rows: the category's. Index: transaction_category, split_category.
select transaction_id
from transaction
where household_id = :household_id and category_id = :category_id
union
select transaction_id
from split
where household_id = :household_id and category_id = :category_id
order by transaction_id;

-- name: stated_balances(household_id, account_ids, first, last)
-- Balances stated since a day, and the last one before it. Rows: accounts x days. Index: balance_day_pkey.
select b.account_id, b.date, b.balance, b.source
from balance_day as b
where b.household_id = :household_id and b.account_id = any(:account_ids::int[]) and b.date >= :first and b.date <= :last
union all
select a.account_id, l.date, l.balance, l.source
from unnest(:account_ids::int[]) as a(account_id)
cross join lateral (
  select b.date, b.balance, b.source
  from balance_day as b
  where b.household_id = :household_id and b.account_id = a.account_id and b.date < :first
  order by b.date desc
  limit 1
) as l
order by 1, 2;

-- name: pasts_moved(household_id, account_ids, first, today)
-- What rows added to accounts by day; hidden ones too, a balance knows no hiding. Rows: accounts x days. Index: transaction_date.
select account_id, date, sum(amount)::bigint as total
from transaction
where household_id = :household_id and date >= :first and date <= :today and account_id = any(:account_ids::int[]) and status < 3
  and discarded = 0
group by account_id, date
order by account_id, date;

-- name: row_counts(household_id)
-- How many rows each account holds. Rows: accounts. Index: rollup_month_pkey.
select account_id, sum(n_once + n_hidden + n_void)::bigint as n
from rollup_month
where household_id = :household_id
group by account_id;

-- name: arrivals(household_id, account_ids, first, last)
-- How many rows accounts have by day. Rows: accounts x days. Index: transaction_date.
select account_id, date, count(*)::int as n
from transaction
where household_id = :household_id and date >= :first and date <= :last and account_id = any(:account_ids::int[]) and status < 3
group by account_id, date;

-- name: alike(household_id, payee_id, inward, category_id, besides, count)^
-- Rows of a merchant that stand elsewhere or were not looked at, and of which neither the owner nor a pair spoke, newest first, in arrays:
-- to hand thousands over one by one costs more than to find them. Rows: 1. Index: transaction_payee.
select array_agg(a.transaction_id) as transaction_ids, array_agg(a.amount) as amounts, array_agg(a.account_id) as account_ids
from (
  select transaction_id, amount, account_id
  from transaction
  where household_id = :household_id and payee_id = :payee_id and (amount > 0) = :inward and (category_id <> :category_id or not reviewed)
    and category_source not in (1, 4, 10) and not split and status < 3 and discarded = 0 and transaction_id <> all(:besides::bigint[])
  order by date desc, transaction_id desc
  limit :count
) as a;
