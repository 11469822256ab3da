-- Alerts of every kind. Each statement is named after its one caller.

-- name: held(household_id, kinds, subject_ids, periods)
-- The alerts of what was looked at, withdrawn ones too. Rows: subjects x thresholds (x periods). Index: alert_once.
select alert_id, kind, subject_id, period, threshold, amount_minor, limit_minor, currency, withdrawn_at is null as stands, sealed
from alert
where household_id = :household_id and kind = any(:kinds::smallint[]) and subject_id = any(:subject_ids::bigint[])
  and (:periods::date[] is null or period = any(:periods::date[]));

-- name: standing(household_id, kinds, count)
-- The newest alerts of some kinds that stand. Rows: at most a thousand. Index: alert_once.
select alert_id, kind, subject_id, period, threshold, amount_minor, limit_minor, currency, true as stands
from alert
where household_id = :household_id and kind = any(:kinds::smallint[]) and withdrawn_at is null
order by alert_id desc
limit :count;

-- name: write_raised(household_id, at, alert_ids, subject_ids, kinds, periods, thresholds, amounts, limits, currencies, sealeds)!
-- One for each kind, subject, period and threshold, ever. Index: alert_once.
insert into alert (household_id, alert_id, subject_id, amount_minor, limit_minor, raised_at, period, kind, threshold, currency, sealed)
select :household_id, a.alert_id, a.subject_id, a.amount_minor, a.limit_minor, :at, a.period, a.kind, a.threshold,
  a.currency, a.sealed
from unnest(:alert_ids::bigint[], :subject_ids::bigint[], :amounts::bigint[], :limits::bigint[], :periods::date[], :kinds::smallint[],
  :thresholds::smallint[], :currencies::text[], :sealeds::bytea[])
  as a(alert_id, subject_id, amount_minor, limit_minor, period, kind, threshold, currency, sealed)
on conflict do nothing;

-- name: write_restated(household_id, alert_ids, amounts, limits, currencies, sealeds)!
-- What was withdrawn is true again, or what stands is put right. Index: alert_pkey.
update alert as t
set withdrawn_at = null, amount_minor = a.amount_minor, limit_minor = a.limit_minor, currency = a.currency, sealed = a.sealed
from unnest(:alert_ids::bigint[], :amounts::bigint[], :limits::bigint[], :currencies::text[], :sealeds::bytea[])
  as a(alert_id, amount_minor, limit_minor, currency, sealed)
where t.household_id = :household_id and t.alert_id = a.alert_id;

-- name: write_withdrawn(household_id, at, alert_ids)!
-- No longer true. Index: alert_pkey.
update alert
set withdrawn_at = :at
where household_id = :household_id and alert_id = any(:alert_ids::bigint[]) and withdrawn_at is null;

-- name: stamp(household_id, alert_ids, as_of)!
-- How fresh the data was. Index: alert_pkey.
update alert
set as_of = :as_of::timestamptz
where household_id = :household_id and alert_id = any(:alert_ids::bigint[]);

-- name: alerts(household_id, before, count, kinds, stands, is_read, alert_ids)
-- Alerts older than an id, newest first, withdrawn ones too; none of budgets that are gone. A budget's says which higher one took its place.
-- Rows: a page. Index: alert_pkey, alert_once.
select alert_id, kind, subject_id, period, threshold, amount_minor, limit_minor, currency, raised_at, withdrawn_at, read_at, as_of, sealed,
  case when kind = 1 and withdrawn_at is not null then (
    select max(h.threshold)
    from alert as h
    where h.household_id = :household_id and h.kind = 1 and h.subject_id = a.subject_id and h.period = a.period
      and h.threshold > a.threshold and h.withdrawn_at is null
  ) end as passed_by
from alert as a
where household_id = :household_id and alert_id < :before
  and (:kinds::smallint[] is null or kind = any(:kinds::smallint[]))
  and (:alert_ids::bigint[] is null or alert_id = any(:alert_ids::bigint[]))
  and (:stands::boolean is null or (withdrawn_at is null) = :stands::boolean)
  and (:is_read::boolean is null or (read_at is not null) = :is_read::boolean)
  and (kind <> 1 or exists (select 1 from budget as b where b.household_id = :household_id and b.budget_id = a.subject_id))
order by alert_id desc
limit :count;

-- name: read_alerts(household_id, alert_ids, at)!
-- The owner has seen them, or not yet. Index: alert_pkey, or alert_unread for all of them.
update alert
set read_at = case when :at::timestamptz is null then null else coalesce(read_at, :at::timestamptz) end
where household_id = :household_id and (alert_id = any(:alert_ids::bigint[]) or (:alert_ids::bigint[] is null and read_at is null));

-- name: unread(household_id, count)$
-- Alerts that stand and that nobody has read, up to a number. Index: alert_unread.
select count(*)::int
from (
  select 1
  from alert as a
  where household_id = :household_id and read_at is null and withdrawn_at is null
    and (kind <> 1 or exists (select 1 from budget as b where b.household_id = :household_id and b.budget_id = a.subject_id))
  limit :count
) as counted;

-- name: alert_lines(household_id)^
-- The household's lines: for a single row, and below what a balance is low. Rows: at most 1. Index: alert_line_pkey.
select large_minor, low_minor
from alert_line
where household_id = :household_id;

-- name: keep_alert_lines(household_id, large_minor, low_minor)!
-- The lines as they now are. Rows: 1. Index: alert_line_pkey.
insert into alert_line (household_id, large_minor, low_minor)
values (:household_id, :large_minor::bigint, :low_minor::bigint)
on conflict (household_id) do update
set large_minor = excluded.large_minor, low_minor = excluded.low_minor;
