-- The books recounted. Each statement is named after its one caller; none writes.

-- name: recounted(household_id, currency)
-- What the rollups should say, from the rows themselves, by calendar month. Rows: every key. Index: transaction_date.
select x.month, x.category_id, x.account_id, x.currency,
  coalesce(sum(x.amount) filter (where x.counted and x.amount > 0), 0)::bigint as total_in,
  coalesce(sum(x.amount) filter (where x.counted and x.amount < 0), 0)::bigint as total_out,
  coalesce(sum(x.amount) filter (where x.counted and x.pending and x.amount > 0), 0)::bigint as pending_in,
  coalesce(sum(x.amount) filter (where x.counted and x.pending and x.amount < 0), 0)::bigint as pending_out,
  case when bool_and(x.home is not null or not x.counted) then coalesce(sum(x.home) filter (where x.counted and x.amount > 0), 0)::bigint end as home_in,
  case when bool_and(x.home is not null or not x.counted) then coalesce(sum(x.home) filter (where x.counted and x.amount < 0), 0)::bigint end as home_out,
  case when bool_and(x.home is not null or not x.counted)
    then coalesce(sum(x.home) filter (where x.counted and x.pending and x.amount > 0), 0)::bigint end as home_pending_in,
  case when bool_and(x.home is not null or not x.counted)
    then coalesce(sum(x.home) filter (where x.counted and x.pending and x.amount < 0), 0)::bigint end as home_pending_out,
  count(distinct x.transaction_id) filter (where x.counted)::int as n,
  count(*) filter (where x.counted and x.part = 0)::int as n_once,
  count(*) filter (where x.hidden and x.alive and x.part = 0)::int as n_hidden,
  count(*) filter (where not x.alive and x.part = 0)::int as n_void
from (
  select make_date(extract(year from t.date)::int, extract(month from t.date)::int, 1) as month, t.transaction_id, t.account_id, t.currency,
    coalesce(p.category_id, t.category_id) as category_id, coalesce(p.amount, t.amount) as amount, coalesce(p.part, 0) as part, t.hidden,
    t.status = 1 as pending, t.status < 3 and t.discarded = 0 as alive, t.status < 3 and t.discarded = 0 and not t.hidden as counted,
    case when t.currency = :currency then coalesce(p.amount, t.amount) when t.split then p.home_amount else t.home_amount end as home
  from transaction as t
  left join split as p on t.split and p.household_id = t.household_id and p.transaction_id = t.transaction_id
  where t.household_id = :household_id and t.discarded < 3 and (p.part is not null or not t.split)
) as x
group by x.month, x.category_id, x.account_id, x.currency;

-- name: stored(household_id)
-- What the rollups do say. Rows: every key. Index: rollup_month_pkey.
select month, category_id, account_id, currency, total_in, total_out, pending_in, pending_out, home_in, home_out, home_pending_in,
  home_pending_out, n, n_once, n_hidden, n_void
from rollup_month
where household_id = :household_id;

-- name: parts(household_id, count)
-- Split rows whose parts are not what they must be. fault: 1 none there, 2 sum, 3 zero, or a sign where no part shows that the bank
-- changed the amount, 4 sum at home. Rows: none, if all is well. Index: transaction_split, split_pkey.
select x.transaction_id, x.fault
from (
  select t.transaction_id,
    case
      when count(p.part) = 0 then 1
      when sum(p.amount) <> t.amount then 2
      when bool_or(p.amount = 0) or bool_or(sign(p.amount) <> sign(t.amount)) and not bool_or(p.category_id = 0) then 3
      when t.home_amount is not null and sum(p.home_amount) is distinct from t.home_amount then 4
    end as fault
  from transaction as t
  left join split as p on p.household_id = t.household_id and p.transaction_id = t.transaction_id
  where t.household_id = :household_id and t.split
  group by t.transaction_id, t.amount, t.home_amount
) as x
where x.fault is not null
order by x.transaction_id
limit :count;

-- name: values(household_id, count)
-- Rows whose value at home cannot be. Rows: none, if all is well. Index: none: every row is read.
select t.transaction_id, t.amount, t.currency, t.home_amount
from transaction as t
where t.household_id = :household_id and t.home_amount is not null and t.home_amount <> 0 and sign(t.home_amount) <> sign(t.amount)
order by t.transaction_id
limit :count;

-- name: orphans(household_id, count)
-- Children whose parent is not there. Rows: none, if all is well. Index: every parent's primary key.
select x.child, x.child_id, x.parent, x.parent_id
from (
  select 'transaction' as child, t.transaction_id as child_id, 'account' as parent, t.account_id::bigint as parent_id
  from transaction as t
  where t.household_id = :household_id
    and not exists (select 1 from account as a where a.household_id = :household_id and a.account_id = t.account_id)
  union all
  select 'transaction', t.transaction_id, 'payee', t.payee_id
  from transaction as t
  where t.household_id = :household_id
    and not exists (select 1 from payee as y where y.household_id = :household_id and y.payee_id = t.payee_id)
  union all
  select 'part', p.part::bigint, 'transaction', p.transaction_id
  from split as p
  where p.household_id = :household_id
    and not exists (
      select 1 from transaction as t where t.household_id = :household_id and t.transaction_id = p.transaction_id and t.split
    )
  union all
  select 'tag', g.tag_id, 'transaction', g.transaction_id
  from transaction_tag as g
  where g.household_id = :household_id
    and not exists (select 1 from transaction as t where t.household_id = :household_id and t.transaction_id = g.transaction_id)
  union all
  select 'transaction', g.transaction_id, 'tag', g.tag_id
  from transaction_tag as g
  where g.household_id = :household_id
    and not exists (select 1 from tag as n where n.household_id = :household_id and n.tag_id = g.tag_id)
  union all
  select 'balance', b.balance, 'account', b.account_id::bigint
  from balance_day as b
  where b.household_id = :household_id
    and not exists (select 1 from account as a where a.household_id = :household_id and a.account_id = b.account_id)
) as x
order by x.child, x.child_id
limit :count;
