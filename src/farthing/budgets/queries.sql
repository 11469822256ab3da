-- Budgets. Each statement is named after its one caller.

-- name: budgets(household_id)
-- Every budget, oldest first. Rows: <= 200. Index: budget_pkey.
select budget_id, limit_minor, created_at, starts, ends, category_id, version, period, rollover, alerts, group_slug, currency, sealed
from budget
where household_id = :household_id
order by budget_id;

-- name: write_budget(household_id, budget_id, limit_minor, created_at, starts, ends, category_id, period, rollover, alerts, group_slug, currency, sealed)!
-- A new budget. Rows: 1. Index: budget_pkey.
insert into budget (household_id, budget_id, limit_minor, created_at, starts, ends, category_id, period, rollover, alerts, group_slug, currency, sealed)
values (:household_id, :budget_id, :limit_minor, :created_at, :starts, :ends::date, :category_id::int, :period, :rollover, :alerts::smallint[],
  :group_slug::text, :currency, :sealed::bytea);

-- name: change_budget(household_id, budget_id, limit_minor, starts, ends, category_id, period, rollover, alerts, group_slug, sealed, version)!
-- A budget as it now is; with a version, only if it is still that one. Rows: 1. Index: budget_pkey.
update budget
set limit_minor = :limit_minor, starts = :starts, ends = :ends::date, category_id = :category_id::int, period = :period, rollover = :rollover,
  alerts = :alerts::smallint[], group_slug = :group_slug::text, sealed = :sealed::bytea, version = version + 1
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

-- name: measured(household_id, periods)
-- Every budget, oldest first, once for each of its alerts (kind 1) in some periods. Rows: budgets x thresholds. Index: budget_pkey, alert_once.
select b.budget_id, b.limit_minor, b.created_at, b.starts, b.ends, b.category_id, b.version, b.period, b.rollover, b.alerts, b.group_slug,
  b.currency, a.alert_id, a.period as said_period, a.threshold as said_threshold, a.amount_minor as said_amount, a.limit_minor as said_limit,
  a.currency as said_currency, a.withdrawn_at is null as said_stands
from budget as b
left join alert as a on a.household_id = b.household_id and a.kind = 1 and a.subject_id = b.budget_id and a.period = any(:periods::date[])
where b.household_id = :household_id
order by b.budget_id;
