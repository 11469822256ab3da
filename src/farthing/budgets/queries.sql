-- Budgets and their alerts. Each statement is named after its one caller.

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

-- name: alerts(household_id, before, count)
-- Alerts of the budgets there are, older than an id, newest first, withdrawn ones too. Rows: a page. Index: alert_pkey.
select alert_id, budget_id, limit_minor, spent_minor, raised_at, withdrawn_at, read_at, period, threshold, currency
from alert as a
where household_id = :household_id and alert_id < :before
  and exists (select 1 from budget as b where b.household_id = :household_id and b.budget_id = a.budget_id)
order by alert_id desc
limit :count;

-- name: measured(household_id, periods)
-- Every budget, oldest first, once for each of its alerts in some periods. Rows: budgets x thresholds. Index: budget_pkey, alert_once.
select b.budget_id, b.limit_minor, b.created_at, b.starts, b.ends, b.category_id, b.version, b.period, b.rollover, b.alerts, b.group_slug,
  b.currency, a.alert_id, a.period as alert_period, a.threshold, a.withdrawn_at
from budget as b
left join alert as a on a.household_id = b.household_id and a.budget_id = b.budget_id and a.period = any(:periods::date[])
where b.household_id = :household_id
order by b.budget_id;

-- name: raise_alerts(household_id, at, alert_ids, budget_ids, limits, spents, periods, thresholds, currencies)!
-- One for each budget, period and threshold, ever; one that was withdrawn is true again. Index: alert_once.
insert into alert (household_id, alert_id, budget_id, limit_minor, spent_minor, raised_at, period, threshold, currency)
select :household_id, a.alert_id, a.budget_id, a.limit_minor, a.spent_minor, :at, a.period, a.threshold, a.currency
from unnest(:alert_ids::bigint[], :budget_ids::bigint[], :limits::bigint[], :spents::bigint[], :periods::date[], :thresholds::smallint[],
  :currencies::text[]) as a(alert_id, budget_id, limit_minor, spent_minor, period, threshold, currency)
on conflict (household_id, budget_id, period, threshold) do update
set withdrawn_at = null, limit_minor = excluded.limit_minor, spent_minor = excluded.spent_minor;

-- name: withdraw_alerts(household_id, at, alert_ids)!
-- No longer true. Index: alert_pkey.
update alert
set withdrawn_at = :at
where household_id = :household_id and alert_id = any(:alert_ids::bigint[]) and withdrawn_at is null;

-- name: read_alert(household_id, alert_id, at)!
-- The owner has seen it. Rows: 1. Index: alert_pkey.
update alert
set read_at = coalesce(read_at, :at)
where household_id = :household_id and alert_id = :alert_id;
