-- Series and the rows they are found in. Each statement is named after its one caller.

-- name: rows_seen(household_id, since, count)
-- What counted since a day, as the look for series needs it; the newest where there are more than `count`. Rows: those. Index: transaction_date.
select transaction_id, date, amount, currency, account_id, payee_id, category_id
from transaction
where household_id = :household_id and date >= :since and status < 3 and discarded = 0 and not hidden
order by date desc
limit :count;

-- name: first_day(household_id)
-- The day of the oldest row. Rows: one. Index: transaction_date.
select min(date) as day
from transaction
where household_id = :household_id;

-- name: held_series(household_id)
-- Every series of the household. Rows: series. Index: recurring_pkey.
select recurring_id, amount, created_at, updated_at, account_id, category_id, version, next_on, state, confidence, currency, sealed
from recurring
where household_id = :household_id
order by recurring_id;

-- name: one_series(household_id, recurring_id)
-- A series by id. Rows: one. Index: recurring_pkey.
select recurring_id, amount, created_at, updated_at, account_id, category_id, version, next_on, state, confidence, currency, sealed
from recurring
where household_id = :household_id and recurring_id = :recurring_id;

-- name: write_series(household_id, ids, amounts, created, updated, account_ids, category_ids, next_ons, states, cadences, confidences, currencies, sealed)!
-- Series, new or as they are now. Rows: those given. Index: recurring_pkey.
insert into recurring (household_id, recurring_id, amount, created_at, updated_at, account_id, category_id, next_on, state, cadence, confidence,
  currency, sealed)
select :household_id, x.recurring_id, x.amount, x.created_at, x.updated_at, x.account_id, x.category_id, x.next_on, x.state, x.cadence,
  x.confidence, x.currency, x.sealed
from unnest(:ids::bigint[], :amounts::bigint[], :created::timestamptz[], :updated::timestamptz[], :account_ids::int[], :category_ids::int[],
  :next_ons::date[], :states::smallint[], :cadences::smallint[], :confidences::smallint[], :currencies::text[], :sealed::bytea[])
  as x(recurring_id, amount, created_at, updated_at, account_id, category_id, next_on, state, cadence, confidence, currency, sealed)
on conflict (household_id, recurring_id) do update
set amount = excluded.amount, updated_at = excluded.updated_at, account_id = excluded.account_id, category_id = excluded.category_id,
  next_on = excluded.next_on, state = excluded.state, cadence = excluded.cadence, confidence = excluded.confidence,
  sealed = excluded.sealed, version = recurring.version + 1;

-- name: drop_series(household_id, ids)!
-- Suggestions that nothing speaks for any more. Rows: those given. Index: recurring_pkey.
delete from recurring
where household_id = :household_id and recurring_id = any(:ids::bigint[]) and state = 1;
