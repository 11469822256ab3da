-- What the ledger says when asked: pages of rows, totals of a filter, sums of months and days, the dictionary of bank texts.

-- name: sums(household_id, first, last)
-- Whole months' sums by month, category, account and unit. Rows: keys. Index: rollup_month_pkey.
select month, category_id, account_id, currency, n, n_once, n_hidden, n_void, total_in, total_out, pending_in, pending_out, home_in, home_out,
  home_pending_in, home_pending_out
from rollup_month
where household_id = :household_id and month >= :first and month <= :last;

-- name: sums_of_filter(household_id, first, last, category_ids, account_ids)
-- Whole months together, by category and unit; what has no rate stands by itself. Rows: categories. Index: rollup_month_pkey.
select min(month) as month, category_id, 0 as account_id, currency, sum(n)::int as n, sum(n_once)::int as n_once, sum(n_hidden)::int as n_hidden,
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

-- name: page_by_date(household_id, first, last, transaction_ids, payee_ids, account_ids, amount_min, amount_max, size_min, size_max, states, sources, reviewed, hidden, split, tag_ids, no_tag_ids, before_date, before_id, count)
-- A page of any filter, newest first, walking the days. Rows: a page; reads until it is full. Index: transaction_date.
select t.transaction_id, t.amount, t.home_amount, t.payee_id, t.batch_id, t.account_id, t.bank_date, t.posted_date, t.owner_date, t.date,
  t.category_id, t.version, t.status, t.category_source, t.confidence, t.discarded, t.hidden, t.reviewed, t.split, t.currency, t.owner_sealed,
  t.sealed, t.updated_at
from transaction as t
where t.household_id = :household_id and t.date >= :first and t.date <= :last
  and (t.date, t.transaction_id) < (:before_date::date, :before_id::bigint)
  and coalesce((:transaction_ids::bigint[] is null or t.transaction_id in (select unnest(:transaction_ids::bigint[]))
    or t.payee_id in (select unnest(:payee_ids::bigint[])))
    and (:account_ids::int[] is null or t.account_id = any(:account_ids::int[])) and (:hidden::boolean is null or t.hidden = :hidden::boolean)
    and (:sources::smallint[] is null or t.category_source = any(:sources::smallint[])) and (:split::boolean is null or t.split = :split::boolean)
    and (:amount_min::bigint is null or t.amount >= :amount_min::bigint) and (:amount_max::bigint is null or t.amount <= :amount_max::bigint)
    and (:size_min::bigint is null or abs(t.amount) >= :size_min::bigint) and (:size_max::bigint is null or abs(t.amount) <= :size_max::bigint)
    and (:states::smallint[] is null or case when t.discarded <> 0 then 3 else t.status end = any(:states::smallint[])) and (:reviewed::boolean is null or t.reviewed = :reviewed::boolean)
    and (:tag_ids::bigint[] is null or t.transaction_id in (
      select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:tag_ids::bigint[])))
    and (:no_tag_ids::bigint[] is null or t.transaction_id not in (
      select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:no_tag_ids::bigint[]))), false)
order by t.date desc, t.transaction_id desc
limit :count;

-- name: page_by_category(household_id, first, last, category_ids, transaction_ids, payee_ids, account_ids, amount_min, amount_max, size_min, size_max, states, sources, reviewed, hidden, split, tag_ids, no_tag_ids, before_date, before_id, count)
-- A page of some categories, parts of split rows included: the newest of each, of which the newest. Rows: a page. Index: transaction_category, split_category.
with found as materialized (
  select k.transaction_id, k.date
  from unnest(:category_ids::int[]) as w(category_id)
  cross join lateral (
    select u.transaction_id, u.date
    from transaction as u
    where u.household_id = :household_id and u.category_id = w.category_id and not u.split and u.date >= :first and u.date <= least(:last, :before_date::date)
      and (u.date, u.transaction_id) < (:before_date::date, :before_id::bigint)
      and coalesce((:transaction_ids::bigint[] is null or u.transaction_id in (select unnest(:transaction_ids::bigint[]))
        or u.payee_id in (select unnest(:payee_ids::bigint[])))
        and (:account_ids::int[] is null or u.account_id = any(:account_ids::int[])) and (:hidden::boolean is null or u.hidden = :hidden::boolean)
        and (:sources::smallint[] is null or u.category_source = any(:sources::smallint[])) and (:split::boolean is null or u.split = :split::boolean)
        and (:amount_min::bigint is null or u.amount >= :amount_min::bigint) and (:amount_max::bigint is null or u.amount <= :amount_max::bigint)
        and (:size_min::bigint is null or abs(u.amount) >= :size_min::bigint) and (:size_max::bigint is null or abs(u.amount) <= :size_max::bigint)
        and (:states::smallint[] is null or case when u.discarded <> 0 then 3 else u.status end = any(:states::smallint[])) and (:reviewed::boolean is null or u.reviewed = :reviewed::boolean)
        and (:tag_ids::bigint[] is null or u.transaction_id in (
          select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:tag_ids::bigint[])))
        and (:no_tag_ids::bigint[] is null or u.transaction_id not in (
          select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:no_tag_ids::bigint[]))), false)
    order by u.date desc, u.transaction_id desc
    limit :count
  ) as k
  union
  select u.transaction_id, u.date
  from split as s
  join transaction as u on u.household_id = s.household_id and u.transaction_id = s.transaction_id
  where s.household_id = :household_id and s.category_id = any(:category_ids::int[]) and u.split and u.date >= :first and u.date <= least(:last, :before_date::date)
    and (u.date, u.transaction_id) < (:before_date::date, :before_id::bigint)
    and coalesce((:transaction_ids::bigint[] is null or u.transaction_id in (select unnest(:transaction_ids::bigint[]))
      or u.payee_id in (select unnest(:payee_ids::bigint[])))
      and (:account_ids::int[] is null or u.account_id = any(:account_ids::int[])) and (:hidden::boolean is null or u.hidden = :hidden::boolean)
      and (:sources::smallint[] is null or u.category_source = any(:sources::smallint[])) and (:split::boolean is null or u.split = :split::boolean)
      and (:amount_min::bigint is null or u.amount >= :amount_min::bigint) and (:amount_max::bigint is null or u.amount <= :amount_max::bigint)
      and (:size_min::bigint is null or abs(u.amount) >= :size_min::bigint) and (:size_max::bigint is null or abs(u.amount) <= :size_max::bigint)
      and (:states::smallint[] is null or case when u.discarded <> 0 then 3 else u.status end = any(:states::smallint[])) and (:reviewed::boolean is null or u.reviewed = :reviewed::boolean)
      and (:tag_ids::bigint[] is null or u.transaction_id in (
        select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:tag_ids::bigint[])))
      and (:no_tag_ids::bigint[] is null or u.transaction_id not in (
        select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:no_tag_ids::bigint[]))), false)
  order by date desc, transaction_id desc
  limit :count
)
select t.transaction_id, t.amount, t.home_amount, t.payee_id, t.batch_id, t.account_id, t.bank_date, t.posted_date, t.owner_date, t.date,
  t.category_id, t.version, t.status, t.category_source, t.confidence, t.discarded, t.hidden, t.reviewed, t.split, t.currency, t.owner_sealed,
  t.sealed, t.updated_at
from found as f
join transaction as t on t.household_id = :household_id and t.transaction_id = f.transaction_id
order by f.date desc, f.transaction_id desc;

-- name: page_by_payee(household_id, first, last, transaction_ids, payee_ids, account_ids, amount_min, amount_max, size_min, size_max, states, sources, reviewed, hidden, split, tag_ids, no_tag_ids, before_date, before_id, count)
-- A page of few payees (and a few rows named by id): the newest of each, of which the newest. Rows: a page. Index: transaction_payee, transaction_pkey.
with found as materialized (
  select k.transaction_id, k.date
  from unnest(:payee_ids::bigint[]) as w(payee_id)
  cross join lateral (
    select u.transaction_id, u.date
    from transaction as u
    where u.household_id = :household_id and u.payee_id = w.payee_id and u.date >= :first and u.date <= least(:last, :before_date::date)
      and (u.date, u.transaction_id) < (:before_date::date, :before_id::bigint)
      and coalesce((:account_ids::int[] is null or u.account_id = any(:account_ids::int[])) and (:hidden::boolean is null or u.hidden = :hidden::boolean)
        and (:sources::smallint[] is null or u.category_source = any(:sources::smallint[])) and (:split::boolean is null or u.split = :split::boolean)
        and (:amount_min::bigint is null or u.amount >= :amount_min::bigint) and (:amount_max::bigint is null or u.amount <= :amount_max::bigint)
        and (:size_min::bigint is null or abs(u.amount) >= :size_min::bigint) and (:size_max::bigint is null or abs(u.amount) <= :size_max::bigint)
        and (:states::smallint[] is null or case when u.discarded <> 0 then 3 else u.status end = any(:states::smallint[])) and (:reviewed::boolean is null or u.reviewed = :reviewed::boolean)
        and (:tag_ids::bigint[] is null or u.transaction_id in (
          select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:tag_ids::bigint[])))
        and (:no_tag_ids::bigint[] is null or u.transaction_id not in (
          select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:no_tag_ids::bigint[]))), false)
    order by u.date desc, u.transaction_id desc
    limit :count
  ) as k
  union
  select u.transaction_id, u.date
  from transaction as u
  where u.household_id = :household_id and u.transaction_id = any(:transaction_ids::bigint[]) and u.date >= :first and u.date <= least(:last, :before_date::date)
    and (u.date, u.transaction_id) < (:before_date::date, :before_id::bigint)
    and coalesce((:account_ids::int[] is null or u.account_id = any(:account_ids::int[])) and (:hidden::boolean is null or u.hidden = :hidden::boolean)
      and (:sources::smallint[] is null or u.category_source = any(:sources::smallint[])) and (:split::boolean is null or u.split = :split::boolean)
      and (:amount_min::bigint is null or u.amount >= :amount_min::bigint) and (:amount_max::bigint is null or u.amount <= :amount_max::bigint)
      and (:size_min::bigint is null or abs(u.amount) >= :size_min::bigint) and (:size_max::bigint is null or abs(u.amount) <= :size_max::bigint)
      and (:states::smallint[] is null or case when u.discarded <> 0 then 3 else u.status end = any(:states::smallint[])) and (:reviewed::boolean is null or u.reviewed = :reviewed::boolean)
      and (:tag_ids::bigint[] is null or u.transaction_id in (
        select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:tag_ids::bigint[])))
      and (:no_tag_ids::bigint[] is null or u.transaction_id not in (
        select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:no_tag_ids::bigint[]))), false)
  order by date desc, transaction_id desc
  limit :count
)
select t.transaction_id, t.amount, t.home_amount, t.payee_id, t.batch_id, t.account_id, t.bank_date, t.posted_date, t.owner_date, t.date,
  t.category_id, t.version, t.status, t.category_source, t.confidence, t.discarded, t.hidden, t.reviewed, t.split, t.currency, t.owner_sealed,
  t.sealed, t.updated_at
from found as f
join transaction as t on t.household_id = :household_id and t.transaction_id = f.transaction_id
order by f.date desc, f.transaction_id desc;

-- name: totals_by_date(household_id, currency, first, last, transaction_ids, payee_ids, account_ids, amount_min, amount_max, size_min, size_max, states, sources, reviewed, hidden, split, tag_ids, no_tag_ids)
-- Totals of any filter from the rows themselves, by category. Rows: categories; reads the period. Index: transaction_date.
select x.category_id, x.currency, x.void, x.hidden, x.status = 1 as pending, x.amount > 0 as inward, count(*) filter (where x.once)::int as n,
  sum(x.amount)::bigint as amount, sum(x.home)::bigint as home
from (
  select t.category_id, t.currency, t.status, t.status = 3 or t.discarded <> 0 as void, t.hidden, true as once, t.amount,
    case when t.currency = :currency then t.amount else t.home_amount end as home
  from transaction as t
  where t.household_id = :household_id and t.date >= :first and t.date <= :last and not t.split
    and coalesce((:transaction_ids::bigint[] is null or t.transaction_id in (select unnest(:transaction_ids::bigint[]))
      or t.payee_id in (select unnest(:payee_ids::bigint[])))
      and (:account_ids::int[] is null or t.account_id = any(:account_ids::int[])) and (:hidden::boolean is null or t.hidden = :hidden::boolean)
      and (:sources::smallint[] is null or t.category_source = any(:sources::smallint[])) and (:split::boolean is null or t.split = :split::boolean)
      and (:amount_min::bigint is null or t.amount >= :amount_min::bigint) and (:amount_max::bigint is null or t.amount <= :amount_max::bigint)
      and (:size_min::bigint is null or abs(t.amount) >= :size_min::bigint) and (:size_max::bigint is null or abs(t.amount) <= :size_max::bigint)
      and (:states::smallint[] is null or case when t.discarded <> 0 then 3 else t.status end = any(:states::smallint[])) and (:reviewed::boolean is null or t.reviewed = :reviewed::boolean)
      and (:tag_ids::bigint[] is null or t.transaction_id in (
        select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:tag_ids::bigint[])))
      and (:no_tag_ids::bigint[] is null or t.transaction_id not in (
        select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:no_tag_ids::bigint[]))), false)
  union all
  select p.category_id, t.currency, t.status, t.status = 3 or t.discarded <> 0 as void, t.hidden, bool_or(p.part = 0) as once,
    sum(p.amount)::bigint as amount, sum(case when t.currency = :currency then p.amount else p.home_amount end)::bigint as home
  from transaction as t
  join split as p on p.household_id = t.household_id and p.transaction_id = t.transaction_id
  where t.household_id = :household_id and t.date >= :first and t.date <= :last and t.split
    and coalesce((:transaction_ids::bigint[] is null or t.transaction_id in (select unnest(:transaction_ids::bigint[]))
      or t.payee_id in (select unnest(:payee_ids::bigint[])))
      and (:account_ids::int[] is null or t.account_id = any(:account_ids::int[])) and (:hidden::boolean is null or t.hidden = :hidden::boolean)
      and (:sources::smallint[] is null or t.category_source = any(:sources::smallint[])) and (:split::boolean is null or t.split = :split::boolean)
      and (:amount_min::bigint is null or t.amount >= :amount_min::bigint) and (:amount_max::bigint is null or t.amount <= :amount_max::bigint)
      and (:size_min::bigint is null or abs(t.amount) >= :size_min::bigint) and (:size_max::bigint is null or abs(t.amount) <= :size_max::bigint)
      and (:states::smallint[] is null or case when t.discarded <> 0 then 3 else t.status end = any(:states::smallint[])) and (:reviewed::boolean is null or t.reviewed = :reviewed::boolean)
      and (:tag_ids::bigint[] is null or t.transaction_id in (
        select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:tag_ids::bigint[])))
      and (:no_tag_ids::bigint[] is null or t.transaction_id not in (
        select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:no_tag_ids::bigint[]))), false)
  group by t.transaction_id, t.currency, t.status, t.discarded, t.hidden, p.category_id
) as x
group by x.category_id, x.currency, x.void, x.hidden, x.status = 1, x.amount > 0, x.home is null;

-- name: totals_by_category(household_id, currency, first, last, category_ids, transaction_ids, payee_ids, account_ids, amount_min, amount_max, size_min, size_max, states, sources, reviewed, hidden, split, tag_ids, no_tag_ids)
-- Totals of some categories, only the matching parts of split rows. Rows: categories. Index: transaction_category, split_category.
select x.category_id, x.currency, x.void, x.hidden, x.status = 1 as pending, x.amount > 0 as inward, count(*) filter (where x.once)::int as n,
  sum(x.amount)::bigint as amount, sum(x.home)::bigint as home
from (
  select t.category_id, t.currency, t.status, t.status = 3 or t.discarded <> 0 as void, t.hidden, true as once, t.amount,
    case when t.currency = :currency then t.amount else t.home_amount end as home
  from transaction as t
  where t.household_id = :household_id and t.date >= :first and t.date <= :last and not t.split and t.category_id = any(:category_ids::int[])
    and coalesce((:transaction_ids::bigint[] is null or t.transaction_id in (select unnest(:transaction_ids::bigint[]))
      or t.payee_id in (select unnest(:payee_ids::bigint[])))
      and (:account_ids::int[] is null or t.account_id = any(:account_ids::int[])) and (:hidden::boolean is null or t.hidden = :hidden::boolean)
      and (:sources::smallint[] is null or t.category_source = any(:sources::smallint[])) and (:split::boolean is null or t.split = :split::boolean)
      and (:amount_min::bigint is null or t.amount >= :amount_min::bigint) and (:amount_max::bigint is null or t.amount <= :amount_max::bigint)
      and (:size_min::bigint is null or abs(t.amount) >= :size_min::bigint) and (:size_max::bigint is null or abs(t.amount) <= :size_max::bigint)
      and (:states::smallint[] is null or case when t.discarded <> 0 then 3 else t.status end = any(:states::smallint[])) and (:reviewed::boolean is null or t.reviewed = :reviewed::boolean)
      and (:tag_ids::bigint[] is null or t.transaction_id in (
        select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:tag_ids::bigint[])))
      and (:no_tag_ids::bigint[] is null or t.transaction_id not in (
        select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:no_tag_ids::bigint[]))), false)
  union all
  select p.category_id, t.currency, t.status, t.status = 3 or t.discarded <> 0 as void, t.hidden,
    row_number() over (partition by t.transaction_id order by p.category_id) = 1 as once,
    sum(p.amount)::bigint as amount, sum(case when t.currency = :currency then p.amount else p.home_amount end)::bigint as home
  from transaction as t
  join split as p on p.household_id = t.household_id and p.transaction_id = t.transaction_id
  where t.household_id = :household_id and t.date >= :first and t.date <= :last and t.split and p.category_id = any(:category_ids::int[])
    and coalesce((:transaction_ids::bigint[] is null or t.transaction_id in (select unnest(:transaction_ids::bigint[]))
      or t.payee_id in (select unnest(:payee_ids::bigint[])))
      and (:account_ids::int[] is null or t.account_id = any(:account_ids::int[])) and (:hidden::boolean is null or t.hidden = :hidden::boolean)
      and (:sources::smallint[] is null or t.category_source = any(:sources::smallint[])) and (:split::boolean is null or t.split = :split::boolean)
      and (:amount_min::bigint is null or t.amount >= :amount_min::bigint) and (:amount_max::bigint is null or t.amount <= :amount_max::bigint)
      and (:size_min::bigint is null or abs(t.amount) >= :size_min::bigint) and (:size_max::bigint is null or abs(t.amount) <= :size_max::bigint)
      and (:states::smallint[] is null or case when t.discarded <> 0 then 3 else t.status end = any(:states::smallint[])) and (:reviewed::boolean is null or t.reviewed = :reviewed::boolean)
      and (:tag_ids::bigint[] is null or t.transaction_id in (
        select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:tag_ids::bigint[])))
      and (:no_tag_ids::bigint[] is null or t.transaction_id not in (
        select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:no_tag_ids::bigint[]))), false)
  group by t.transaction_id, t.currency, t.status, t.discarded, t.hidden, p.category_id
) as x
group by x.category_id, x.currency, x.void, x.hidden, x.status = 1, x.amount > 0, x.home is null;

-- name: totals_by_payee(household_id, currency, first, last, transaction_ids, payee_ids, account_ids, amount_min, amount_max, size_min, size_max, states, sources, reviewed, hidden, split, tag_ids, no_tag_ids)
-- Totals of few payees. Rows: categories; reads the payees' rows. Index: transaction_payee, transaction_pkey.
with t as materialized (
  select u.transaction_id, u.category_id, u.currency, u.status, u.discarded, u.hidden, u.split, u.amount, u.home_amount
  from transaction as u
  where u.household_id = :household_id and u.payee_id = any(:payee_ids::bigint[]) and u.date >= :first and (u.date, u.transaction_id) <= (:last::date, 9223372036854775807)
    and coalesce((:account_ids::int[] is null or u.account_id = any(:account_ids::int[])) and (:hidden::boolean is null or u.hidden = :hidden::boolean)
      and (:sources::smallint[] is null or u.category_source = any(:sources::smallint[])) and (:split::boolean is null or u.split = :split::boolean)
      and (:amount_min::bigint is null or u.amount >= :amount_min::bigint) and (:amount_max::bigint is null or u.amount <= :amount_max::bigint)
      and (:size_min::bigint is null or abs(u.amount) >= :size_min::bigint) and (:size_max::bigint is null or abs(u.amount) <= :size_max::bigint)
      and (:states::smallint[] is null or case when u.discarded <> 0 then 3 else u.status end = any(:states::smallint[])) and (:reviewed::boolean is null or u.reviewed = :reviewed::boolean)
      and (:tag_ids::bigint[] is null or u.transaction_id in (
        select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:tag_ids::bigint[])))
      and (:no_tag_ids::bigint[] is null or u.transaction_id not in (
        select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:no_tag_ids::bigint[]))), false)
  union all
  select u.transaction_id, u.category_id, u.currency, u.status, u.discarded, u.hidden, u.split, u.amount, u.home_amount
  from transaction as u
  where u.household_id = :household_id and u.transaction_id = any(:transaction_ids::bigint[]) and not u.payee_id = any(:payee_ids::bigint[])
    and u.date >= :first and (u.date, u.transaction_id) <= (:last::date, 9223372036854775807)
    and coalesce((:account_ids::int[] is null or u.account_id = any(:account_ids::int[])) and (:hidden::boolean is null or u.hidden = :hidden::boolean)
      and (:sources::smallint[] is null or u.category_source = any(:sources::smallint[])) and (:split::boolean is null or u.split = :split::boolean)
      and (:amount_min::bigint is null or u.amount >= :amount_min::bigint) and (:amount_max::bigint is null or u.amount <= :amount_max::bigint)
      and (:size_min::bigint is null or abs(u.amount) >= :size_min::bigint) and (:size_max::bigint is null or abs(u.amount) <= :size_max::bigint)
      and (:states::smallint[] is null or case when u.discarded <> 0 then 3 else u.status end = any(:states::smallint[])) and (:reviewed::boolean is null or u.reviewed = :reviewed::boolean)
      and (:tag_ids::bigint[] is null or u.transaction_id in (
        select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:tag_ids::bigint[])))
      and (:no_tag_ids::bigint[] is null or u.transaction_id not in (
        select transaction_id from transaction_tag where household_id = :household_id and tag_id = any(:no_tag_ids::bigint[]))), false)
)
select x.category_id, x.currency, x.void, x.hidden, x.status = 1 as pending, x.amount > 0 as inward, count(*) filter (where x.once)::int as n,
  sum(x.amount)::bigint as amount, sum(x.home)::bigint as home
from (
  select t.category_id, t.currency, t.status, t.status = 3 or t.discarded <> 0 as void, t.hidden, true as once, t.amount,
    case when t.currency = :currency then t.amount else t.home_amount end as home
  from t
  where not t.split
  union all
  select p.category_id, t.currency, t.status, t.status = 3 or t.discarded <> 0 as void, t.hidden, bool_or(p.part = 0) as once,
    sum(p.amount)::bigint as amount, sum(case when t.currency = :currency then p.amount else p.home_amount end)::bigint as home
  from t
  join split as p on p.household_id = :household_id and p.transaction_id = t.transaction_id
  where t.split
  group by t.transaction_id, t.currency, t.status, t.discarded, t.hidden, p.category_id
) as x
group by x.category_id, x.currency, x.void, x.hidden, x.status = 1, x.amount > 0, x.home is null;

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
