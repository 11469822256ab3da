-- What reports ask of the ledger that no month sum knows. Each statement is named after its one caller.

-- name: account_days(household_id, currency, first, last)
-- Exact days by category and account, parts where split. Rows: days x categories x accounts. Index: transaction_date.
select x.date, x.category_id, x.account_id, count(distinct x.transaction_id)::int as n, count(*) filter (where x.once)::int as n_once,
  coalesce(sum(x.home) filter (where x.amount > 0), 0)::bigint as home_in, coalesce(sum(x.home) filter (where x.amount < 0), 0)::bigint as home_out
from (
  select t.transaction_id, t.date, t.category_id, t.account_id, t.amount, true as once,
    case when t.currency = :currency then t.amount else t.home_amount end as home
  from transaction as t
  where t.household_id = :household_id and t.date >= :first and t.date <= :last and not t.split and t.status < 3 and t.discarded = 0
    and not t.hidden
  union all
  select t.transaction_id, t.date, p.category_id, t.account_id, p.amount, p.part = 0,
    case when t.currency = :currency then p.amount else p.home_amount end
  from transaction as t
  join split as p on p.household_id = t.household_id and p.transaction_id = t.transaction_id
  where t.household_id = :household_id and t.date >= :first and t.date <= :last and t.split and t.status < 3 and t.discarded = 0 and not t.hidden
) as x
group by x.date, x.category_id, x.account_id;

-- name: payee_spans(household_id, currency, first, last, span)
-- Sums by payee and category for each day, month or year; rows with a name of the owner's one by one. Rows: payees x spans. Index: transaction_date.
select x.payee_id, x.named_id, x.category_id, date_trunc(:span::text, x.date)::date as date, count(*) filter (where x.once)::int as n_once,
  coalesce(sum(x.home) filter (where x.amount > 0), 0)::bigint as home_in, coalesce(sum(x.home) filter (where x.amount < 0), 0)::bigint as home_out
from (
  select t.payee_id, case when t.owner_sealed is null then 0 else t.transaction_id end as named_id, t.date, t.category_id, t.amount, true as once,
    case when t.currency = :currency then t.amount else t.home_amount end as home
  from transaction as t
  where t.household_id = :household_id and t.date >= :first and t.date <= :last and not t.split and t.status < 3 and t.discarded = 0
    and not t.hidden
  union all
  select t.payee_id, case when t.owner_sealed is null then 0 else t.transaction_id end, t.date, p.category_id, p.amount, p.part = 0,
    case when t.currency = :currency then p.amount else p.home_amount end
  from transaction as t
  join split as p on p.household_id = t.household_id and p.transaction_id = t.transaction_id
  where t.household_id = :household_id and t.date >= :first and t.date <= :last and t.split and t.status < 3 and t.discarded = 0 and not t.hidden
) as x
group by x.payee_id, x.named_id, x.category_id, date_trunc(:span::text, x.date)::date;

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
