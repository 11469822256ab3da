-- What is to be told. Each statement is named after its one caller.

-- name: put_out(household_id, at, version, outbox_ids, kinds, sealeds)!
-- Events of one unit, sent after its commit. Rows: events. Index: outbox_pkey.
insert into outbox (household_id, outbox_id, version, at, next_at, kind, sealed)
select :household_id, o.outbox_id, :version, :at, :at, o.kind, o.sealed
from unnest(:outbox_ids::bigint[], :kinds::text[], :sealeds::bytea[]) as o(outbox_id, kind, sealed)
on conflict do nothing;

-- name: waiting(household_id, now, count)
-- Events that are to be sent now, oldest first. Index: outbox_pkey.
select outbox_id, version, at, tries, kind, sealed
from outbox
where household_id = :household_id and next_at <= :now
order by outbox_id
limit :count;

-- name: sent(household_id, outbox_ids)!
-- Delivered: gone. Index: outbox_pkey.
delete from outbox
where household_id = :household_id and outbox_id = any(:outbox_ids::bigint[]);

-- name: postpone(household_id, outbox_id, next_at)!
-- Not delivered: again later. Index: outbox_pkey.
update outbox
set tries = tries + 1, next_at = :next_at
where household_id = :household_id and outbox_id = :outbox_id;

-- name: next_wait(household_id)$
-- When the next event is to be tried, null when none waits. Index: outbox_pkey.
select min(next_at)
from outbox
where household_id = :household_id;
