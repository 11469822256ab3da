-- What the ledger says when asked: pages of rows, totals of a filter, sums of months and days, the dictionary of bank texts.

-- name: sums(household_id, first, last)
-- Whole months' sums by month, category, account and unit. Rows: keys. Index: rollup_month_pkey.
select month, category_id, account_id, currency, n, n_once, n_hidden, n_void, total_in, total_out, pending_in, pending_out, home_in, home_out,
  home_pending_in, home_pending_out
from rollup_month
where household_id = :household_id and month >= :first and month <= :last;

-- name: days(household_id, currency, first, last)
-- Exact days from the rows, parts where split. Rows: days x categories. Index: transaction_date.
select x.date, x.category_id, x.currency, sum(x.amount)::bigint as amount, sum(x.home)::bigint as home, count(*)::int as n,
  coalesce(sum(x.home) filter (where x.amount > 0), 0)::bigint as home_in, coalesce(sum(x.home) filter (where x.amount < 0), 0)::bigint as home_out,
  count(*) filter (where x.home is null)::int as unrated
from (
  select t.date, t.category_id, t.currency, t.amount, case when t.currency = :currency then t.amount else t.home_amount end as home
  from transaction as t
  where t.household_id = :household_id and t.date >= :first and t.date <= :last and not t.split and t.status < 3 and t.discarded = 0
    and not t.hidden
  union all
  select t.date, p.category_id, t.currency, p.amount, case when t.currency = :currency then p.amount else p.home_amount end
  from transaction as t
  join split as p on p.household_id = t.household_id and p.transaction_id = t.transaction_id
  where t.household_id = :household_id and t.date >= :first and t.date <= :last and t.split and t.status < 3 and t.discarded = 0 and not t.hidden
) as x
group by x.date, x.category_id, x.currency;

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

-- name: payees_count(household_id)$
-- Changes when the dictionary grew: the key of its cache. Index: payee_pkey.
select count(*)
from payee
where household_id = :household_id;

-- name: page_by_date(household_id, first, last, transaction_ids, payee_ids, account_ids, amount_min, amount_max, size_min, size_max, states, sources, reviewed, hidden, split, tag_ids, before_date, before_id, count)
-- A page of any filter, newest first, walking the days. Rows: a page; reads until it is full. Index: transaction_date.
select t.transaction_id, t.amount, t.home_amount, t.payee_id, t.batch_id, t.account_id, t.bank_date, t.posted_date, t.owner_date, t.date,
  t.category_id, t.version, t.status, t.category_source, t.confidence, t.discarded, t.hidden, t.reviewed, t.split, t.currency, t.owner_sealed,
  t.sealed, t.updated_at
from transaction as t
where t.household_id = :household_id and t.date >= :first and t.date <= :last
  and (:transaction_ids::bigint[] is null or t.transaction_id = any(:transaction_ids::bigint[]) or (t.payee_id + 0) = any(:payee_ids::bigint[]))
  and (:account_ids::int[] is null or t.account_id = any(:account_ids::int[]))
  and (:amount_min::bigint is null or t.amount >= :amount_min::bigint) and (:amount_max::bigint is null or t.amount <= :amount_max::bigint)
  and (:size_min::bigint is null or abs(t.amount) >= :size_min::bigint) and (:size_max::bigint is null or abs(t.amount) <= :size_max::bigint)
  and (:states::text[] is null or case when t.status = 3 or t.discarded <> 0 then 'void' when t.status = 1 then 'pending' else 'posted' end
    = any(:states::text[]))
  and (:sources::smallint[] is null or t.category_source = any(:sources::smallint[]))
  and (:reviewed::boolean is null or t.reviewed = :reviewed::boolean)
  and (:hidden::boolean is null or t.hidden = :hidden::boolean) and (:split::boolean is null or t.split = :split::boolean)
  and (:tag_ids::bigint[] is null or exists (
    select 1 from transaction_tag as g
    where g.household_id = :household_id and g.transaction_id = t.transaction_id and g.tag_id = any(:tag_ids::bigint[])))
  and (t.date, t.transaction_id) < (:before_date::date, :before_id::bigint)
order by t.date desc, t.transaction_id desc
limit :count;

-- name: page_by_category(household_id, first, last, category_ids, transaction_ids, payee_ids, account_ids, amount_min, amount_max, size_min, size_max, states, sources, reviewed, hidden, split, tag_ids, before_date, before_id, count)
-- A page of some categories, parts of split rows included. Rows: a page; reads the categories' rows. Index: transaction_category, split_category.
select t.transaction_id, t.amount, t.home_amount, t.payee_id, t.batch_id, t.account_id, t.bank_date, t.posted_date, t.owner_date, t.date,
  t.category_id, t.version, t.status, t.category_source, t.confidence, t.discarded, t.hidden, t.reviewed, t.split, t.currency, t.owner_sealed,
  t.sealed, t.updated_at
from transaction as t
where t.household_id = :household_id and t.transaction_id in (
    select u.transaction_id from transaction as u
    where u.household_id = :household_id and u.category_id = any(:category_ids::int[]) and not u.split and u.date >= :first and u.date <= :last
    union all
    select s.transaction_id from split as s where s.household_id = :household_id and s.category_id = any(:category_ids::int[]))
  and t.date >= :first and t.date <= :last
  and (:transaction_ids::bigint[] is null or t.transaction_id = any(:transaction_ids::bigint[]) or (t.payee_id + 0) = any(:payee_ids::bigint[]))
  and (:account_ids::int[] is null or t.account_id = any(:account_ids::int[]))
  and (:amount_min::bigint is null or t.amount >= :amount_min::bigint) and (:amount_max::bigint is null or t.amount <= :amount_max::bigint)
  and (:size_min::bigint is null or abs(t.amount) >= :size_min::bigint) and (:size_max::bigint is null or abs(t.amount) <= :size_max::bigint)
  and (:states::text[] is null or case when t.status = 3 or t.discarded <> 0 then 'void' when t.status = 1 then 'pending' else 'posted' end
    = any(:states::text[]))
  and (:sources::smallint[] is null or t.category_source = any(:sources::smallint[]))
  and (:reviewed::boolean is null or t.reviewed = :reviewed::boolean)
  and (:hidden::boolean is null or t.hidden = :hidden::boolean) and (:split::boolean is null or t.split = :split::boolean)
  and (:tag_ids::bigint[] is null or exists (
    select 1 from transaction_tag as g
    where g.household_id = :household_id and g.transaction_id = t.transaction_id and g.tag_id = any(:tag_ids::bigint[])))
  and (t.date, t.transaction_id) < (:before_date::date, :before_id::bigint)
order by t.date desc, t.transaction_id desc
limit :count;

-- name: page_by_payee(household_id, first, last, transaction_ids, payee_ids, account_ids, amount_min, amount_max, size_min, size_max, states, sources, reviewed, hidden, split, tag_ids, before_date, before_id, count)
-- A page of few payees (and a few rows named by id). Rows: a page; reads the payees' rows. Index: transaction_payee, transaction_pkey.
select t.transaction_id, t.amount, t.home_amount, t.payee_id, t.batch_id, t.account_id, t.bank_date, t.posted_date, t.owner_date, t.date,
  t.category_id, t.version, t.status, t.category_source, t.confidence, t.discarded, t.hidden, t.reviewed, t.split, t.currency, t.owner_sealed,
  t.sealed, t.updated_at
from transaction as t
where t.household_id = :household_id and t.date >= :first and t.date <= :last and t.transaction_id in (
    select u.transaction_id from transaction as u
    where u.household_id = :household_id and u.payee_id = any(:payee_ids::bigint[]) and u.date >= :first and u.date <= :last
    union all
    select unnest(:transaction_ids::bigint[]))
  and (:account_ids::int[] is null or t.account_id = any(:account_ids::int[]))
  and (:amount_min::bigint is null or t.amount >= :amount_min::bigint) and (:amount_max::bigint is null or t.amount <= :amount_max::bigint)
  and (:size_min::bigint is null or abs(t.amount) >= :size_min::bigint) and (:size_max::bigint is null or abs(t.amount) <= :size_max::bigint)
  and (:states::text[] is null or case when t.status = 3 or t.discarded <> 0 then 'void' when t.status = 1 then 'pending' else 'posted' end
    = any(:states::text[]))
  and (:sources::smallint[] is null or t.category_source = any(:sources::smallint[]))
  and (:reviewed::boolean is null or t.reviewed = :reviewed::boolean)
  and (:hidden::boolean is null or t.hidden = :hidden::boolean) and (:split::boolean is null or t.split = :split::boolean)
  and (:tag_ids::bigint[] is null or exists (
    select 1 from transaction_tag as g
    where g.household_id = :household_id and g.transaction_id = t.transaction_id and g.tag_id = any(:tag_ids::bigint[])))
  and (t.date, t.transaction_id) < (:before_date::date, :before_id::bigint)
order by t.date desc, t.transaction_id desc
limit :count;

-- name: totals_by_date(household_id, currency, first, last, transaction_ids, payee_ids, account_ids, amount_min, amount_max, size_min, size_max, states, sources, reviewed, hidden, split, tag_ids)
-- Totals of any filter from the rows themselves, by category. Rows: categories; reads the period. Index: transaction_date.
select x.category_id, x.currency, x.void, x.hidden, count(*) filter (where x.once)::int as n_once,
  count(distinct x.transaction_id)::int as n,
  coalesce(sum(x.amount) filter (where x.amount > 0), 0)::bigint as total_in, coalesce(sum(x.amount) filter (where x.amount < 0), 0)::bigint as total_out,
  coalesce(sum(x.home) filter (where x.amount > 0), 0)::bigint as home_in, coalesce(sum(x.home) filter (where x.amount < 0), 0)::bigint as home_out,
  coalesce(sum(x.home) filter (where x.amount > 0 and x.status = 1), 0)::bigint as home_pending_in,
  coalesce(sum(x.home) filter (where x.amount < 0 and x.status = 1), 0)::bigint as home_pending_out,
  count(*) filter (where x.home is null)::int as unrated
from (
  select t.transaction_id, t.category_id as category_id, t.currency, t.status, t.status = 3 or t.discarded <> 0 as void, t.hidden, true as once, t.amount as amount,
    case when t.currency = :currency then t.amount else t.home_amount end as home
  from transaction as t
  where t.household_id = :household_id and t.date >= :first and t.date <= :last
  and (:transaction_ids::bigint[] is null or t.transaction_id = any(:transaction_ids::bigint[]) or (t.payee_id + 0) = any(:payee_ids::bigint[])) and not t.split
  and (:account_ids::int[] is null or t.account_id = any(:account_ids::int[]))
  and (:amount_min::bigint is null or t.amount >= :amount_min::bigint) and (:amount_max::bigint is null or t.amount <= :amount_max::bigint)
  and (:size_min::bigint is null or abs(t.amount) >= :size_min::bigint) and (:size_max::bigint is null or abs(t.amount) <= :size_max::bigint)
  and (:states::text[] is null or case when t.status = 3 or t.discarded <> 0 then 'void' when t.status = 1 then 'pending' else 'posted' end
    = any(:states::text[]))
  and (:sources::smallint[] is null or t.category_source = any(:sources::smallint[]))
  and (:reviewed::boolean is null or t.reviewed = :reviewed::boolean)
  and (:hidden::boolean is null or t.hidden = :hidden::boolean) and (:split::boolean is null or t.split = :split::boolean)
  and (:tag_ids::bigint[] is null or exists (
    select 1 from transaction_tag as g
    where g.household_id = :household_id and g.transaction_id = t.transaction_id and g.tag_id = any(:tag_ids::bigint[])))
  union all
  select t.transaction_id, p.category_id as category_id, t.currency, t.status, t.status = 3 or t.discarded <> 0 as void, t.hidden, p.part = 0 as once, p.amount as amount,
    case when t.currency = :currency then p.amount else p.home_amount end as home
  from transaction as t
  join split as p on p.household_id = t.household_id and p.transaction_id = t.transaction_id
  where t.household_id = :household_id and t.date >= :first and t.date <= :last
  and (:transaction_ids::bigint[] is null or t.transaction_id = any(:transaction_ids::bigint[]) or (t.payee_id + 0) = any(:payee_ids::bigint[])) and t.split
  and (:account_ids::int[] is null or t.account_id = any(:account_ids::int[]))
  and (:amount_min::bigint is null or t.amount >= :amount_min::bigint) and (:amount_max::bigint is null or t.amount <= :amount_max::bigint)
  and (:size_min::bigint is null or abs(t.amount) >= :size_min::bigint) and (:size_max::bigint is null or abs(t.amount) <= :size_max::bigint)
  and (:states::text[] is null or case when t.status = 3 or t.discarded <> 0 then 'void' when t.status = 1 then 'pending' else 'posted' end
    = any(:states::text[]))
  and (:sources::smallint[] is null or t.category_source = any(:sources::smallint[]))
  and (:reviewed::boolean is null or t.reviewed = :reviewed::boolean)
  and (:hidden::boolean is null or t.hidden = :hidden::boolean) and (:split::boolean is null or t.split = :split::boolean)
  and (:tag_ids::bigint[] is null or exists (
    select 1 from transaction_tag as g
    where g.household_id = :household_id and g.transaction_id = t.transaction_id and g.tag_id = any(:tag_ids::bigint[])))
) as x
group by x.category_id, x.currency, x.void, x.hidden;

-- name: totals_by_category(household_id, currency, first, last, category_ids, transaction_ids, payee_ids, account_ids, amount_min, amount_max, size_min, size_max, states, sources, reviewed, hidden, split, tag_ids)
-- Totals of some categories, only the matching parts of split rows. Rows: categories. Index: transaction_category, split_category.
select x.category_id, x.currency, x.void, x.hidden, count(*) filter (where x.once)::int as n_once,
  count(distinct x.transaction_id)::int as n,
  coalesce(sum(x.amount) filter (where x.amount > 0), 0)::bigint as total_in, coalesce(sum(x.amount) filter (where x.amount < 0), 0)::bigint as total_out,
  coalesce(sum(x.home) filter (where x.amount > 0), 0)::bigint as home_in, coalesce(sum(x.home) filter (where x.amount < 0), 0)::bigint as home_out,
  coalesce(sum(x.home) filter (where x.amount > 0 and x.status = 1), 0)::bigint as home_pending_in,
  coalesce(sum(x.home) filter (where x.amount < 0 and x.status = 1), 0)::bigint as home_pending_out,
  count(*) filter (where x.home is null)::int as unrated
from (
  select t.transaction_id, t.category_id as category_id, t.currency, t.status, t.status = 3 or t.discarded <> 0 as void, t.hidden, true as once, t.amount as amount,
    case when t.currency = :currency then t.amount else t.home_amount end as home
  from transaction as t
  where t.household_id = :household_id and t.category_id = any(:category_ids::int[]) and t.date >= :first and t.date <= :last
  and (:transaction_ids::bigint[] is null or t.transaction_id = any(:transaction_ids::bigint[]) or (t.payee_id + 0) = any(:payee_ids::bigint[])) and not t.split
  and (:account_ids::int[] is null or t.account_id = any(:account_ids::int[]))
  and (:amount_min::bigint is null or t.amount >= :amount_min::bigint) and (:amount_max::bigint is null or t.amount <= :amount_max::bigint)
  and (:size_min::bigint is null or abs(t.amount) >= :size_min::bigint) and (:size_max::bigint is null or abs(t.amount) <= :size_max::bigint)
  and (:states::text[] is null or case when t.status = 3 or t.discarded <> 0 then 'void' when t.status = 1 then 'pending' else 'posted' end
    = any(:states::text[]))
  and (:sources::smallint[] is null or t.category_source = any(:sources::smallint[]))
  and (:reviewed::boolean is null or t.reviewed = :reviewed::boolean)
  and (:hidden::boolean is null or t.hidden = :hidden::boolean) and (:split::boolean is null or t.split = :split::boolean)
  and (:tag_ids::bigint[] is null or exists (
    select 1 from transaction_tag as g
    where g.household_id = :household_id and g.transaction_id = t.transaction_id and g.tag_id = any(:tag_ids::bigint[])))
  union all
  select t.transaction_id, p.category_id as category_id, t.currency, t.status, t.status = 3 or t.discarded <> 0 as void, t.hidden, p.part = 0 as once, p.amount as amount,
    case when t.currency = :currency then p.amount else p.home_amount end as home
  from transaction as t
  join split as p on p.household_id = t.household_id and p.transaction_id = t.transaction_id
  where t.household_id = :household_id and t.date >= :first and t.date <= :last
  and (:transaction_ids::bigint[] is null or t.transaction_id = any(:transaction_ids::bigint[]) or (t.payee_id + 0) = any(:payee_ids::bigint[])) and t.split
  and (:account_ids::int[] is null or t.account_id = any(:account_ids::int[]))
  and (:amount_min::bigint is null or t.amount >= :amount_min::bigint) and (:amount_max::bigint is null or t.amount <= :amount_max::bigint)
  and (:size_min::bigint is null or abs(t.amount) >= :size_min::bigint) and (:size_max::bigint is null or abs(t.amount) <= :size_max::bigint)
  and (:states::text[] is null or case when t.status = 3 or t.discarded <> 0 then 'void' when t.status = 1 then 'pending' else 'posted' end
    = any(:states::text[]))
  and (:sources::smallint[] is null or t.category_source = any(:sources::smallint[]))
  and (:reviewed::boolean is null or t.reviewed = :reviewed::boolean)
  and (:hidden::boolean is null or t.hidden = :hidden::boolean) and (:split::boolean is null or t.split = :split::boolean)
  and (:tag_ids::bigint[] is null or exists (
    select 1 from transaction_tag as g
    where g.household_id = :household_id and g.transaction_id = t.transaction_id and g.tag_id = any(:tag_ids::bigint[])))
    and p.category_id = any(:category_ids::int[])
) as x
group by x.category_id, x.currency, x.void, x.hidden;

-- name: totals_by_payee(household_id, currency, first, last, transaction_ids, payee_ids, account_ids, amount_min, amount_max, size_min, size_max, states, sources, reviewed, hidden, split, tag_ids)
-- Totals of few payees. Rows: categories; reads the payees' rows. Index: transaction_payee, transaction_pkey.
select x.category_id, x.currency, x.void, x.hidden, count(*) filter (where x.once)::int as n_once,
  count(distinct x.transaction_id)::int as n,
  coalesce(sum(x.amount) filter (where x.amount > 0), 0)::bigint as total_in, coalesce(sum(x.amount) filter (where x.amount < 0), 0)::bigint as total_out,
  coalesce(sum(x.home) filter (where x.amount > 0), 0)::bigint as home_in, coalesce(sum(x.home) filter (where x.amount < 0), 0)::bigint as home_out,
  coalesce(sum(x.home) filter (where x.amount > 0 and x.status = 1), 0)::bigint as home_pending_in,
  coalesce(sum(x.home) filter (where x.amount < 0 and x.status = 1), 0)::bigint as home_pending_out,
  count(*) filter (where x.home is null)::int as unrated
from (
  select t.transaction_id, t.category_id as category_id, t.currency, t.status, t.status = 3 or t.discarded <> 0 as void, t.hidden, true as once, t.amount as amount,
    case when t.currency = :currency then t.amount else t.home_amount end as home
  from transaction as t
  where t.household_id = :household_id and t.date >= :first and t.date <= :last and not t.split and t.transaction_id in (select u.transaction_id from transaction as u
    where u.household_id = :household_id and u.payee_id = any(:payee_ids::bigint[]) union all select unnest(:transaction_ids::bigint[]))
  and (:account_ids::int[] is null or t.account_id = any(:account_ids::int[]))
  and (:amount_min::bigint is null or t.amount >= :amount_min::bigint) and (:amount_max::bigint is null or t.amount <= :amount_max::bigint)
  and (:size_min::bigint is null or abs(t.amount) >= :size_min::bigint) and (:size_max::bigint is null or abs(t.amount) <= :size_max::bigint)
  and (:states::text[] is null or case when t.status = 3 or t.discarded <> 0 then 'void' when t.status = 1 then 'pending' else 'posted' end
    = any(:states::text[]))
  and (:sources::smallint[] is null or t.category_source = any(:sources::smallint[]))
  and (:reviewed::boolean is null or t.reviewed = :reviewed::boolean)
  and (:hidden::boolean is null or t.hidden = :hidden::boolean) and (:split::boolean is null or t.split = :split::boolean)
  and (:tag_ids::bigint[] is null or exists (
    select 1 from transaction_tag as g
    where g.household_id = :household_id and g.transaction_id = t.transaction_id and g.tag_id = any(:tag_ids::bigint[])))
  union all
  select t.transaction_id, p.category_id as category_id, t.currency, t.status, t.status = 3 or t.discarded <> 0 as void, t.hidden, p.part = 0 as once, p.amount as amount,
    case when t.currency = :currency then p.amount else p.home_amount end as home
  from transaction as t
  join split as p on p.household_id = t.household_id and p.transaction_id = t.transaction_id
  where t.household_id = :household_id and t.date >= :first and t.date <= :last and t.split and t.transaction_id in (select u.transaction_id from transaction as u
    where u.household_id = :household_id and u.payee_id = any(:payee_ids::bigint[]) union all select unnest(:transaction_ids::bigint[]))
  and (:account_ids::int[] is null or t.account_id = any(:account_ids::int[]))
  and (:amount_min::bigint is null or t.amount >= :amount_min::bigint) and (:amount_max::bigint is null or t.amount <= :amount_max::bigint)
  and (:size_min::bigint is null or abs(t.amount) >= :size_min::bigint) and (:size_max::bigint is null or abs(t.amount) <= :size_max::bigint)
  and (:states::text[] is null or case when t.status = 3 or t.discarded <> 0 then 'void' when t.status = 1 then 'pending' else 'posted' end
    = any(:states::text[]))
  and (:sources::smallint[] is null or t.category_source = any(:sources::smallint[]))
  and (:reviewed::boolean is null or t.reviewed = :reviewed::boolean)
  and (:hidden::boolean is null or t.hidden = :hidden::boolean) and (:split::boolean is null or t.split = :split::boolean)
  and (:tag_ids::bigint[] is null or exists (
    select 1 from transaction_tag as g
    where g.household_id = :household_id and g.transaction_id = t.transaction_id and g.tag_id = any(:tag_ids::bigint[])))
) as x
group by x.category_id, x.currency, x.void, x.hidden;

-- name: written_on(household_id, first, last, count)
-- Rows on which the owner wrote something, newest first: notes are searched by opening them. Index: transaction_owner.
select transaction_id, owner_sealed
from transaction
where household_id = :household_id and owner_sealed is not null and date >= :first and date <= :last
order by date desc
limit :count;

-- name: spans(household_id, currency, firsts, lasts)
-- Several spans of days side by side, by category: what was usual by this day. Rows: spans x categories. Index: transaction_date.
select s.first, x.category_id, coalesce(sum(x.home) filter (where x.amount > 0), 0)::bigint as home_in,
  coalesce(sum(x.home) filter (where x.amount < 0), 0)::bigint as home_out
from unnest(:firsts::date[], :lasts::date[]) as s(first, last)
cross join lateral (
  select t.category_id, t.amount, case when t.currency = :currency then t.amount else t.home_amount end as home
  from transaction as t
  where t.household_id = :household_id and t.date >= s.first and t.date <= s.last and not t.split and t.status < 3 and t.discarded = 0
    and not t.hidden
  union all
  select p.category_id, p.amount, case when t.currency = :currency then p.amount else p.home_amount end
  from transaction as t
  join split as p on p.household_id = t.household_id and p.transaction_id = t.transaction_id
  where t.household_id = :household_id and t.date >= s.first and t.date <= s.last and t.split and t.status < 3 and t.discarded = 0
    and not t.hidden
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

-- name: pasts_stated(household_id, account_ids, first, today)
-- Balances stated since a day, and the last one before it. Rows: accounts x days. Index: balance_day_pkey.
select b.account_id, b.date, b.balance, b.source
from balance_day as b
where b.household_id = :household_id and b.account_id = any(:account_ids::int[]) and b.date >= :first and b.date <= :today
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
