-- Budgets. Each statement is named after its one caller.

-- name: budgets(household_id, since)
-- Every budget, oldest first, with what is said of its months and carried into Januaries from a day on (limits that hold on, from ever).
-- Rows: <= 200. Index: budget_pkey, budget_month_pkey, budget_carry_pkey.
select b.budget_id, b.limit_minor, b.created_at, b.starts, b.ends, b.category_id, b.version, b.period, b.rollover, b.alerts, b.group_slug,
  b.currency, b.cap_minor, s.months, s.kinds, s.minors, c.carry_months, c.carry_minors, b.sealed
from budget as b
left join (
  select m.budget_id, array_agg(m.month order by m.month, m.kind) as months, array_agg(m.kind order by m.month, m.kind) as kinds,
    array_agg(m.minor order by m.month, m.kind) as minors
  from budget_month as m
  where m.household_id = :household_id and (m.kind = 1 or (m.kind in (2, 3) and m.month >= :since))
  group by m.budget_id
) as s on s.budget_id = b.budget_id
left join (
  select c.budget_id, array_agg(c.month order by c.month) as carry_months, array_agg(c.minor order by c.month) as carry_minors
  from budget_carry as c
  where c.household_id = :household_id and c.month >= :since
  group by c.budget_id
) as c on c.budget_id = b.budget_id
where b.household_id = :household_id
order by b.budget_id;

-- name: stretches(household_id, first, last, counted)
-- Each category's months side by side, accounts not yet added up, and how many rows the month `counted` has. Sums of whole numbers are sums of
-- `numeric` to the server: adding up here took it three times as long. Rows: categories. Index: rollup_month_pkey.
select category_id, currency, array_agg(month) as months, array_agg(home_in) as ins, array_agg(home_out) as outs,
  array_agg(month) filter (where home_pending_in <> 0 or home_pending_out <> 0) as pending_months,
  array_agg(home_pending_in) filter (where home_pending_in <> 0 or home_pending_out <> 0) as pending_ins,
  array_agg(home_pending_out) filter (where home_pending_in <> 0 or home_pending_out <> 0) as pending_outs,
  array_agg(month) filter (where home_in is null and n > 0) as unrated,
  coalesce(sum(n) filter (where month = :counted), 0)::int as n, coalesce(sum(n_once) filter (where month = :counted), 0)::int as n_once
from rollup_month
where household_id = :household_id and month >= :first and month <= :last
group by category_id, currency;

-- name: units_elsewhere(household_id, home)
-- Units of budgets besides the household's, and since when. Rows: few. Index: budget_pkey.
select currency, min(starts) as starts
from budget
where household_id = :household_id and currency <> :home
group by currency;

-- name: write_budget(household_id, budget_id, limit_minor, created_at, starts, ends, category_id, period, rollover, alerts, group_slug, currency, cap_minor, sealed)!
-- A new budget. Rows: 1. Index: budget_pkey.
insert into budget (household_id, budget_id, limit_minor, created_at, starts, ends, category_id, period, rollover, alerts, group_slug, currency,
  cap_minor, sealed)
values (:household_id, :budget_id, :limit_minor, :created_at, :starts, :ends::date, :category_id::int, :period, :rollover, :alerts::smallint[],
  :group_slug::text, :currency, :cap_minor::bigint, :sealed::bytea);

-- name: change_budget(household_id, budget_id, limit_minor, starts, ends, category_id, period, rollover, alerts, group_slug, cap_minor, sealed, version)!
-- A budget as it now is; with a version, only if it is still that one. Rows: 1. Index: budget_pkey.
update budget
set limit_minor = :limit_minor, starts = :starts, ends = :ends::date, category_id = :category_id::int, period = :period, rollover = :rollover,
  alerts = :alerts::smallint[], group_slug = :group_slug::text, cap_minor = :cap_minor::bigint, sealed = :sealed::bytea, version = version + 1
where household_id = :household_id and budget_id = :budget_id and (:version::int is null or version = :version::int);

-- name: drop_budget(household_id, budget_id)!
-- Remove a budget. Its alerts stay, unseen: should it come back, what was said is not said again. Rows: 1. Index: budget_pkey.
delete from budget
where household_id = :household_id and budget_id = :budget_id;

-- name: move_budgets(household_id, category_id, target)!
-- Budgets follow a category that is merged into another. Index: budget_pkey.
update budget
set category_id = :target, version = version + 1
where household_id = :household_id and category_id = :category_id;

-- name: measured(household_id, since, periods)
-- Every budget, oldest first, once for each of its alerts in some periods, with its months as `budgets` has them. Rows: budgets x thresholds.
-- Index: budget_pkey, alert_once, budget_month_pkey, budget_carry_pkey.
select b.budget_id, b.limit_minor, b.created_at, b.starts, b.ends, b.category_id, b.version, b.period, b.rollover, b.alerts, b.group_slug,
  b.currency, b.cap_minor, s.months, s.kinds, s.minors, c.carry_months, c.carry_minors, a.alert_id, a.period as said_period,
  a.threshold as said_threshold, a.amount_minor as said_amount, a.limit_minor as said_limit, a.currency as said_currency,
  a.withdrawn_at is null as said_stands
from budget as b
left join alert as a on a.household_id = b.household_id and a.kind = 1 and a.subject_id = b.budget_id and a.period = any(:periods::date[])
left join (
  select m.budget_id, array_agg(m.month order by m.month, m.kind) as months, array_agg(m.kind order by m.month, m.kind) as kinds,
    array_agg(m.minor order by m.month, m.kind) as minors
  from budget_month as m
  where m.household_id = :household_id and (m.kind = 1 or (m.kind in (2, 3) and m.month >= :since))
  group by m.budget_id
) as s on s.budget_id = b.budget_id
left join (
  select c.budget_id, array_agg(c.month order by c.month) as carry_months, array_agg(c.minor order by c.month) as carry_minors
  from budget_carry as c
  where c.household_id = :household_id and c.month >= :since
  group by c.budget_id
) as c on c.budget_id = b.budget_id
where b.household_id = :household_id
order by b.budget_id;

-- name: write_steps(household_id, budget_ids, months, kinds, minors)!
-- What is said of periods, new or said anew. Index: budget_month_pkey.
insert into budget_month (household_id, budget_id, month, kind, minor)
select :household_id, s.budget_id, s.month, s.kind, s.minor
from unnest(:budget_ids::bigint[], :months::date[], :kinds::smallint[], :minors::bigint[]) as s(budget_id, month, kind, minor)
on conflict (household_id, kind, month, budget_id) do update
set minor = excluded.minor;

-- name: drop_steps(household_id, budget_ids, months, kinds)!
-- What is said of periods no more. Index: budget_month_pkey.
delete from budget_month as m
using unnest(:budget_ids::bigint[], :months::date[], :kinds::smallint[]) as s(budget_id, month, kind)
where m.household_id = :household_id and m.kind = s.kind and m.month = s.month and m.budget_id = s.budget_id;

-- name: put_by(household_id, since)
-- What waits for the month after, and what was there to be assigned when Januaries began (kind 0). Rows: months. Index: budget_month_pkey,
-- budget_carry_pkey.
select month, kind, minor
from budget_month
where household_id = :household_id and kind = 4 and month >= :since
union all
select month, 0::smallint, minor
from budget_carry
where household_id = :household_id and month >= :since and budget_id = 0
order by month;

-- name: keep_carries(household_id, budget_ids, months, minors)!
-- What came into Januaries. Rows: budgets x years. Index: budget_carry_pkey.
insert into budget_carry (household_id, budget_id, month, minor)
select :household_id, c.budget_id, c.month, c.minor
from unnest(:budget_ids::bigint[], :months::date[], :minors::bigint[]) as c(budget_id, month, minor)
on conflict (household_id, month, budget_id) do update
set minor = excluded.minor;

-- name: forget_carries(household_id, after)!
-- What came into Januaries after a day is to be worked out anew. Index: budget_carry_pkey.
delete from budget_carry
where household_id = :household_id and month > :after;

-- name: choose_way(household_id, mode, since, opening)!
-- How the household budgets. Rows: 1. Index: household_pkey.
update household
set budget_mode = :mode, plan_since = :since::date, plan_opening = :opening
where household_id = :household_id;
