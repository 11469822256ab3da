-- The audit trail is read by time: the id of a look stands somewhere in its hour, so that ids alone mix an hour up.

-- migrate:up
set local lock_timeout = '10s';
set local statement_timeout = '30min';
-- Not concurrently: dbmate's other runs wait in a statement of their own, and each would wait for the other.
-- squawk-ignore require-concurrent-index-creation
create index if not exists audit_event_time on audit_event (household_id, at, event_id);

-- migrate:down
set local lock_timeout = '10s';
-- squawk-ignore require-concurrent-index-deletion
drop index if exists audit_event_time;
