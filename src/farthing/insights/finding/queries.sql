-- Insights. Each statement is named after its one caller.

-- name: insights(household_id)
-- Every insight of the household. Rows: tens. Index: insight_pkey.
select insight_id, subject_id, amount, found_at, dismissed_at, dismissed_amount, kind, currency, sealed
from insight
where household_id = :household_id
order by insight_id;

-- name: count_insights(household_id)
-- How many are shown. Rows: one. Index: insight_pkey.
select count(*)::int as n
from insight
where household_id = :household_id and dismissed_at is null;

-- name: write_insights(household_id, ids, subject_ids, amounts, found_ats, dismissed_ats, dismissed_amounts, kinds, currencies, sealed)!
-- Insights, new or as they are now. Rows: those given. Index: insight_pkey.
insert into insight (household_id, insight_id, subject_id, amount, found_at, dismissed_at, dismissed_amount, kind, currency, sealed)
select :household_id, x.insight_id, x.subject_id, x.amount, x.found_at, x.dismissed_at, x.dismissed_amount, x.kind, x.currency, x.sealed
from unnest(:ids::bigint[], :subject_ids::bigint[], :amounts::bigint[], :found_ats::timestamptz[], :dismissed_ats::timestamptz[],
  :dismissed_amounts::bigint[], :kinds::smallint[], :currencies::text[], :sealed::bytea[])
  as x(insight_id, subject_id, amount, found_at, dismissed_at, dismissed_amount, kind, currency, sealed)
on conflict (household_id, insight_id) do update
set amount = excluded.amount, dismissed_at = excluded.dismissed_at, dismissed_amount = excluded.dismissed_amount, currency = excluded.currency,
  sealed = excluded.sealed;

-- name: drop_insights(household_id, ids)!
-- What is no longer so. Rows: those given. Index: insight_pkey.
delete from insight
where household_id = :household_id and insight_id = any(:ids::bigint[]);
