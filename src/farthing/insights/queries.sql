-- What reports ask of the ledger. Each statement is named after its one caller. `accounts` null: every account.

-- conditions: chosen(t)
t.account_id = any(:accounts::int[])

-- name: month_cells(household_id, first, last, {chosen}, apart)
-- Whole months by category, and by account where `apart`; what has no rate is counted and adds nothing. Rows: months x categories. Index: rollup_month_pkey.
select month as date, case when :apart::boolean then account_id else 0 end::bigint as key, 0::bigint as named_id, category_id, sum(n)::int as n,
  sum(n_once)::int as n_once, coalesce(sum(home_in), 0)::bigint as home_in, coalesce(sum(home_out), 0)::bigint as home_out
from rollup_month as r
where household_id = :household_id and month >= :first and month <= :last and n > 0 {chosen r}
group by 1, 2, 4;

-- name: account_cells(household_id, currency, first, last, span, {chosen})
-- Exact spans by category and account, parts where split. Rows: spans x categories x accounts. Index: transaction_date.
select date_trunc(:span::text, x.date)::date as date, x.key, x.named_id, x.category_id, count(distinct x.transaction_id)::int as n,
  count(*) filter (where x.once)::int as n_once, coalesce(sum(x.home) filter (where x.amount > 0), 0)::bigint as home_in,
  coalesce(sum(x.home) filter (where x.amount < 0), 0)::bigint as home_out
from (
  select t.account_id::bigint as key, 0::bigint as named_id, t.transaction_id, t.date, t.category_id, t.amount, true as once,
    case when t.currency = :currency then t.amount else t.home_amount end as home
  from transaction as t
  where t.household_id = :household_id and t.date >= :first and t.date <= :last and not t.split and t.status < 3 and t.discarded = 0
    and not t.hidden {chosen t}
  union all
  select t.account_id::bigint as key, 0::bigint as named_id, t.transaction_id, t.date, p.category_id, p.amount, p.part = 0 as once,
    case when t.currency = :currency then p.amount else p.home_amount end as home
  from transaction as t
  join split as p on p.household_id = t.household_id and p.transaction_id = t.transaction_id
  where t.household_id = :household_id and t.date >= :first and t.date <= :last and t.split and t.status < 3 and t.discarded = 0
    and not t.hidden {chosen t}
) as x
group by 1, x.key, x.named_id, x.category_id;

-- name: payee_cells(household_id, currency, first, last, span, {chosen})
-- Sums by payee and category for each span; rows with a name of the owner's one by one. Rows: payees x spans. Index: transaction_date.
select date_trunc(:span::text, x.date)::date as date, x.key, x.named_id, x.category_id, count(distinct x.transaction_id)::int as n,
  count(*) filter (where x.once)::int as n_once, coalesce(sum(x.home) filter (where x.amount > 0), 0)::bigint as home_in,
  coalesce(sum(x.home) filter (where x.amount < 0), 0)::bigint as home_out
from (
  select t.payee_id as key, case when t.owner_sealed is null then 0 else t.transaction_id end as named_id, t.transaction_id, t.date,
    t.category_id, t.amount, true as once,
    case when t.currency = :currency then t.amount else t.home_amount end as home
  from transaction as t
  where t.household_id = :household_id and t.date >= :first and t.date <= :last and not t.split and t.status < 3 and t.discarded = 0
    and not t.hidden {chosen t}
  union all
  select t.payee_id as key, case when t.owner_sealed is null then 0 else t.transaction_id end as named_id, t.transaction_id, t.date,
    p.category_id, p.amount, p.part = 0 as once,
    case when t.currency = :currency then p.amount else p.home_amount end as home
  from transaction as t
  join split as p on p.household_id = t.household_id and p.transaction_id = t.transaction_id
  where t.household_id = :household_id and t.date >= :first and t.date <= :last and t.split and t.status < 3 and t.discarded = 0
    and not t.hidden {chosen t}
) as x
group by 1, x.key, x.named_id, x.category_id;

-- name: tag_cells(household_id, currency, first, last, span, {chosen})
-- Sums by tag and category for each span; a row with two tags in each of them, one without in 0. Rows: tags x categories x spans. Index:
-- transaction_date, transaction_tag_transaction.
select date_trunc(:span::text, x.date)::date as date, x.key, x.named_id, x.category_id, count(distinct x.transaction_id)::int as n,
  count(*) filter (where x.once)::int as n_once, coalesce(sum(x.home) filter (where x.amount > 0), 0)::bigint as home_in,
  coalesce(sum(x.home) filter (where x.amount < 0), 0)::bigint as home_out
from (
  select coalesce(g.tag_id, 0)::bigint as key, 0::bigint as named_id, t.transaction_id, t.date, t.category_id, t.amount, true as once,
    case when t.currency = :currency then t.amount else t.home_amount end as home
  from transaction as t
  left join transaction_tag as g on g.household_id = t.household_id and g.transaction_id = t.transaction_id
  where t.household_id = :household_id and t.date >= :first and t.date <= :last and not t.split and t.status < 3 and t.discarded = 0
    and not t.hidden {chosen t}
  union all
  select coalesce(g.tag_id, 0)::bigint as key, 0::bigint as named_id, t.transaction_id, t.date, p.category_id, p.amount, p.part = 0 as once,
    case when t.currency = :currency then p.amount else p.home_amount end as home
  from transaction as t
  join split as p on p.household_id = t.household_id and p.transaction_id = t.transaction_id
  left join transaction_tag as g on g.household_id = t.household_id and g.transaction_id = t.transaction_id
  where t.household_id = :household_id and t.date >= :first and t.date <= :last and t.split and t.status < 3 and t.discarded = 0
    and not t.hidden {chosen t}
) as x
group by 1, x.key, x.named_id, x.category_id;

-- name: split_places(household_id, first, last, {chosen})
-- Where the parts of split rows stand, so that a row with two parts in one sum is counted once. Rows: split rows. Index: transaction_split.
select t.transaction_id, t.date, t.account_id, t.payee_id, t.owner_sealed is not null as named, array_agg(distinct p.category_id) as category_ids
from transaction as t
join split as p on p.household_id = t.household_id and p.transaction_id = t.transaction_id
where t.household_id = :household_id and t.date >= :first and t.date <= :last and t.split and t.status < 3 and t.discarded = 0 and not t.hidden
  {chosen t}
group by t.transaction_id, t.date, t.account_id, t.payee_id, t.owner_sealed is not null;

-- name: own_names(household_id, first, last)
-- What the owner wrote on rows of some days. Rows: those that have something. Index: transaction_date.
select transaction_id, owner_sealed
from transaction
where household_id = :household_id and date >= :first and date <= :last and owner_sealed is not null;

-- name: rows_by_category(household_id)
-- How many rows stand in each category, hidden and void ones too. Rows: categories. Index: rollup_month_pkey.
select category_id, sum(n + n_hidden + n_void)::int as n
from rollup_month
where household_id = :household_id
group by category_id;

-- name: income_cells(household_id, currency, first, last, category_ids, {chosen})
-- Sums of some days by payee, in some categories; rows with a name of the owner's one by one. Rows: payees. Index: transaction_category, split_category.
select :first::date as date, x.payee_id as key, x.named_id, x.category_id, count(distinct x.transaction_id)::int as n,
  count(*) filter (where x.once)::int as n_once, coalesce(sum(x.home) filter (where x.amount > 0), 0)::bigint as home_in,
  coalesce(sum(x.home) filter (where x.amount < 0), 0)::bigint as home_out
from (
  select t.payee_id, case when t.owner_sealed is null then 0 else t.transaction_id end as named_id, t.transaction_id, t.category_id, t.amount,
    true as once, case when t.currency = :currency then t.amount else t.home_amount end as home
  from transaction as t
  where t.household_id = :household_id and t.category_id = any(:category_ids::int[]) and t.date >= :first::date and t.date <= :last and not t.split
    and t.status < 3 and t.discarded = 0 and not t.hidden {chosen t}
  union all
  select t.payee_id, case when t.owner_sealed is null then 0 else t.transaction_id end, t.transaction_id, p.category_id, p.amount,
    p.part = 0, case when t.currency = :currency then p.amount else p.home_amount end
  from split as p
  join transaction as t on t.household_id = p.household_id and t.transaction_id = p.transaction_id
  where p.household_id = :household_id and p.category_id = any(:category_ids::int[]) and t.date >= :first::date and t.date <= :last and t.split
    and t.status < 3 and t.discarded = 0 and not t.hidden {chosen t}
) as x
group by x.payee_id, x.named_id, x.category_id;
