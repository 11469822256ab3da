-- Keys, audit trail, sessions and API tokens. Each statement is named after its one caller; the header says what, rows, index.

-- name: stored(household_id)
-- Every key of one household, wrapped. Rows: up to 4 classes x versions. Index: household_key_pkey.
select class, key_version, branch, branch_version, created_at, wrapped
from household_key
where household_id = :household_id;

-- name: make_missing_lock(household_id)^
-- Hold off an erasure while keys are made. Rows: 0 when the household is not alive. Index: household_pkey.
select household_id
from household
where household_id = :household_id and alive
for share;

-- name: make_key(household_id, key_class, key_version, branch, branch_version, created_at, wrapped)!
-- Somebody else's earlier key of that version stands. Index: household_key_pkey.
insert into household_key (household_id, class, key_version, branch, branch_version, created_at, wrapped)
values (:household_id, :key_class, :key_version, :branch, :branch_version, :created_at, :wrapped)
on conflict do nothing;

-- name: branch_rows(key_class, branch)
-- Every version of one branch key, wrapped; shared. Rows: few. Index: branch_key_pkey.
select version, wrapped
from branch_key
where class = :key_class and branch = :branch;

-- name: add_branch(key_class, branch, version, created_at, wrapped)!
-- The first to make a branch wins; shared. Index: branch_key_pkey.
insert into branch_key (class, branch, version, created_at, wrapped)
values (:key_class, :branch, :version, :created_at, :wrapped)
on conflict do nothing;

-- name: rotate_branches_held()
-- Which branches there are; shared. Rows: up to 1,024. Index: branch_key_pkey.
select distinct class, branch
from branch_key
order by class, branch;

-- name: status_of_classes()
-- How many branches a class has, its newest version, and the age of the branch rotated longest ago; shared. Rows: 4.
select class, count(*)::int as branches, max(version) as version, min(created_at) as oldest
from (
  select class, branch, max(version) as version, max(created_at) as created_at
  from branch_key
  group by class, branch
) as newest
group by class
order by class;

-- name: open_local_keys_sealed()$
-- Whether this database was ever sealed; shared. Rows: 1.
select exists (select 1 from branch_key);

-- name: record_many(household_id, event_ids, ats, member_ids, via_ids, actors, kinds, request_ids, commitments, sealeds)!
-- Add events; one that is there already stands (several processes may tell the same first view). Index: audit_event_pkey.
insert into audit_event (household_id, event_id, at, member_id, via_id, actor, kind, request_id, commitment, sealed)
select :household_id, e.event_id, e.at, e.member_id, e.via_id, e.actor, e.kind, e.request_id, e.commitment, e.sealed
from unnest(:event_ids::bigint[], :ats::timestamptz[], :member_ids::bigint[], :via_ids::bigint[], :actors::text[], :kinds::text[],
  :request_ids::text[], :commitments::bytea[], :sealeds::bytea[])
  as e(event_id, at, member_id, via_id, actor, kind, request_id, commitment, sealed)
on conflict do nothing;

-- name: page_rows(household_id, before, row_max)
-- Events older than the one that `before` names, or all, newest first by time: a look's id is somewhere in its hour.
-- Rows: row_max. Index: audit_event_time.
select event_id, at, member_id, via_id, actor, kind, request_id, commitment, sealed
from audit_event
where household_id = :household_id
  and (at, event_id) < (coalesce((select b.at from audit_event as b where b.household_id = :household_id and b.event_id = :before), 'infinity'),
    :before::bigint)
order by at desc, event_id desc
limit :row_max;

-- name: store_session(token_hash, household_id, member_id, session_id, created_at, seen_at, fresh_at, expires_at)!
-- A new session, or an old one under a new secret; finder. Index: session_pkey.
insert into session (token_hash, household_id, member_id, session_id, created_at, seen_at, fresh_at, expires_at)
values (:token_hash, :household_id, :member_id, :session_id, :created_at, :seen_at, :fresh_at, :expires_at);

-- name: find_session(token_hash)^
-- Whose session is this? Finder. Rows: 0-1. Index: session_pkey.
select household_id, member_id, session_id, created_at, seen_at, fresh_at, expires_at
from session
where token_hash = :token_hash;

-- name: find_touch(token_hash, at)!
-- Remember that it was used; finder. Index: session_pkey.
update session
set seen_at = :at
where token_hash = :token_hash and seen_at < :at;

-- name: end_one(household_id, session_id)!
-- Sign one session out; finder. Index: session_household.
delete from session
where household_id = :household_id and session_id = :session_id;

-- name: end_all(household_id, member_id, spared)!
-- Sign a member out everywhere but in one session (0: none is spared); finder. Index: session_household.
delete from session
where household_id = :household_id and member_id = :member_id and session_id <> :spared;

-- name: living_sessions(household_id, member_id, seen_after, at)
-- A member's living sessions, last used first; finder. Rows: few. Index: session_household.
select household_id, member_id, session_id, created_at, seen_at, fresh_at, expires_at
from session
where household_id = :household_id and member_id = :member_id and seen_at > :seen_after and expires_at > :at
order by seen_at desc;

-- name: sweep_sessions(seen_before, at)!
-- Drop sessions that no longer open anything; finder, whole table, run daily.
delete from session
where seen_at < :seen_before or expires_at < :at;

-- name: issue_token(token_hash, household_id, member_id, token_id, at, expires_at, scope)!
-- A new API token; finder. Index: api_token_pkey.
insert into api_token (token_hash, household_id, member_id, token_id, created_at, expires_at, scope)
values (:token_hash, :household_id, :member_id, :token_id, :at, :expires_at, :scope);

-- name: find_token(token_hash)^
-- Whose API token is this? Finder. Rows: 0-1. Index: api_token_pkey.
select household_id, member_id, token_id, created_at, expires_at, used_at, scope
from api_token
where token_hash = :token_hash;

-- name: find_token_touch(token_hash, at)!
-- Remember that it was used; finder. Index: api_token_pkey.
update api_token
set used_at = :at
where token_hash = :token_hash;

-- name: tokens_of(household_id)
-- A household's API tokens, newest first; finder. Rows: few. Index: api_token_household.
select household_id, member_id, token_id, created_at, expires_at, used_at, scope
from api_token
where household_id = :household_id
order by token_id desc;

-- name: revoke_token(household_id, token_id)!
-- An API token that opens nothing any more; finder. Index: api_token_household.
delete from api_token
where household_id = :household_id and token_id = :token_id;

-- name: claim_key(household_id, key_hash, at, request_hash, stale, dead)^
-- The first to come with a key gets it; a key older than a day, or one whose request died halfway, is free again. Rows: 1 if it is ours.
-- Index: idempotency_pkey.
insert into idempotency (household_id, key_hash, at, request_hash)
values (:household_id, :key_hash, :at, :request_hash)
on conflict (household_id, key_hash) do update
set at = excluded.at, request_hash = excluded.request_hash, status = null, sealed = null
where idempotency.at < :stale or (idempotency.status is null and idempotency.at < :dead)
returning at;

-- name: claim_held(household_id, key_hash)^
-- What the first request with a key came to; status null while it runs. Index: idempotency_pkey.
select request_hash, status, sealed
from idempotency
where household_id = :household_id and key_hash = :key_hash;

-- name: keep_answer(household_id, key_hash, status, sealed)!
-- The first answer. Index: idempotency_pkey.
update idempotency
set status = :status, sealed = :sealed
where household_id = :household_id and key_hash = :key_hash;

-- name: release_key(household_id, key_hash)!
-- The request failed and had no effect: the key is free again. Index: idempotency_pkey.
delete from idempotency
where household_id = :household_id and key_hash = :key_hash;
