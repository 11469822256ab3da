-- Webhook endpoints and deliveries. Each statement is named after its one caller.

-- name: endpoints(household_id)
-- Every endpoint, oldest first. Rows: at most ten. Index: webhook_endpoint_pkey.
select endpoint_id, created_at, told_version, paused, version, failing_since, failed_with, sent_at, dropped, sealed
from webhook_endpoint
where household_id = :household_id
order by endpoint_id;

-- name: write_endpoint(household_id, endpoint_id, created_at, told_version, paused, version, sealed)!
-- An endpoint, new or as it now is; with a version, only if it is still that one. What was dropped is counted from each pause on. Rows: 1.
-- Index: webhook_endpoint_pkey.
insert into webhook_endpoint (household_id, endpoint_id, created_at, told_version, paused, sealed)
values (:household_id, :endpoint_id, :created_at, :told_version, :paused, :sealed)
on conflict (household_id, endpoint_id) do update
set paused = excluded.paused, sealed = excluded.sealed, version = webhook_endpoint.version + 1, failing_since = null, failed_with = null,
  dropped = case when excluded.paused and not webhook_endpoint.paused then 0 else webhook_endpoint.dropped end
where :version::int is null or webhook_endpoint.version = :version::int;

-- name: drop_endpoint(household_id, endpoint_id)!
-- Remove an endpoint. Rows: 1. Index: webhook_endpoint_pkey.
delete from webhook_endpoint
where household_id = :household_id and endpoint_id = :endpoint_id;

-- name: drop_endpoint_deliveries(household_id, endpoint_id)!
-- And what was on its way there. Index: webhook_delivery_endpoint.
delete from webhook_delivery
where household_id = :household_id and endpoint_id = :endpoint_id;

-- name: put_up(household_id, delivery_ids, endpoint_ids, event_ids, versions, ats, kinds, sealeds)!
-- Deliveries to be made, one for each event and endpoint. Index: webhook_delivery_once.
insert into webhook_delivery (household_id, delivery_id, endpoint_id, event_id, version, at, next_at, kind, sealed)
select :household_id, d.delivery_id, d.endpoint_id, d.event_id, d.version, d.at, d.at, d.kind, d.sealed
from unnest(:delivery_ids::bigint[], :endpoint_ids::bigint[], :event_ids::bigint[], :versions::bigint[], :ats::timestamptz[], :kinds::text[],
  :sealeds::bytea[]) as d(delivery_id, endpoint_id, event_id, version, at, kind, sealed)
on conflict do nothing;

-- name: put_up_bound(household_id, endpoint_ids, most)!
-- Of what waits for paused endpoints the newest stay, and what is dropped is counted. Rows: few. Index: webhook_delivery_endpoint.
with waiting as (
  select delivery_id, row_number() over (partition by endpoint_id order by delivery_id desc) as place
  from webhook_delivery
  where household_id = :household_id and endpoint_id = any(:endpoint_ids::bigint[]) and state = 0
), gone as (
  delete from webhook_delivery as d
  using waiting as w
  where d.household_id = :household_id and d.delivery_id = w.delivery_id and w.place > :most
  returning d.endpoint_id
), counted as (
  select endpoint_id, count(*)::int as lost
  from gone
  group by endpoint_id
)
update webhook_endpoint as e
set dropped = e.dropped + c.lost
from counted as c
where e.household_id = :household_id and e.endpoint_id = c.endpoint_id;

-- name: put_up_version(household_id, endpoint_ids, told_version)!
-- The version that endpoints know of. Rows: endpoints. Index: webhook_endpoint_pkey.
update webhook_endpoint
set told_version = :told_version
where household_id = :household_id and endpoint_id = any(:endpoint_ids::bigint[]);

-- name: due_now(household_id, endpoint_id, now, count)
-- What is to be delivered to an endpoint now, what has waited longest first. Index: webhook_delivery_endpoint.
select delivery_id, endpoint_id, event_id, kind, version, at, next_at, tries, state, status, failed_with, done_at, sealed
from webhook_delivery
where household_id = :household_id and endpoint_id = :endpoint_id and state = 0 and next_at <= :now
order by next_at, delivery_id
limit :count;

-- name: next_due(household_id, endpoint_id)$
-- When the next one is to be tried, null when none waits. Index: webhook_delivery_endpoint.
select min(next_at)
from webhook_delivery
where household_id = :household_id and endpoint_id = :endpoint_id and state = 0;

-- name: deliveries(household_id, before, endpoint_id, state, count)
-- Deliveries, newest first. Index: webhook_delivery_pkey.
select delivery_id, endpoint_id, event_id, kind, version, at, next_at, tries, state, status, failed_with, done_at, sealed
from webhook_delivery
where household_id = :household_id and delivery_id < :before
  and (:endpoint_id::bigint is null or endpoint_id = :endpoint_id::bigint)
  and (:state::smallint is null or state = :state::smallint)
order by delivery_id desc
limit :count;

-- name: arrived(household_id, delivery_id, at, status)!
-- It was taken. Rows: 1. Index: webhook_delivery_pkey.
update webhook_delivery
set state = 1, tries = tries + 1, done_at = :at, status = :status, failed_with = null
where household_id = :household_id and delivery_id = :delivery_id;

-- name: arrived_endpoint(household_id, endpoint_id, at)!
-- Its endpoint answers. Rows: 1. Index: webhook_endpoint_pkey.
update webhook_endpoint
set sent_at = :at, failing_since = null, failed_with = null
where household_id = :household_id and endpoint_id = :endpoint_id;

-- name: put_off(household_id, delivery_id, next_at, at, state, status, code)!
-- It was not taken. Rows: 1. Index: webhook_delivery_pkey.
update webhook_delivery
set state = :state, tries = tries + 1, next_at = :next_at, done_at = :at::timestamptz, status = :status::int, failed_with = :code
where household_id = :household_id and delivery_id = :delivery_id;

-- name: put_off_endpoint(household_id, endpoint_id, at, code)!
-- Its endpoint does not take it. Rows: 1. Index: webhook_endpoint_pkey.
update webhook_endpoint
set failing_since = coalesce(failing_since, :at), failed_with = :code
where household_id = :household_id and endpoint_id = :endpoint_id;

-- name: again(household_id, delivery_ids, at)
-- Dead ones wait again. Rows: those named. Index: webhook_delivery_pkey.
update webhook_delivery
set state = 0, tries = 0, next_at = :at, done_at = null
where household_id = :household_id and delivery_id = any(:delivery_ids::bigint[]) and state = 2
returning endpoint_id;

-- name: sweep(household_id, before)!
-- What was done long ago. Index: webhook_delivery_pkey.
delete from webhook_delivery
where household_id = :household_id and done_at < :before;
