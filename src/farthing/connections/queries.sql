-- Connections: bank links, the finders that lead to them, and the queue of what is due.

-- name: create_connection(household_id, connection_id, created_at, status, status_reason, provider, sealed, next_sync_at)!
-- A new link. Rows: 1.
insert into connection (household_id, connection_id, created_at, status, status_reason, provider, sealed, next_sync_at)
values (:household_id, :connection_id, :created_at, :status, :status_reason, :provider, :sealed, :next_sync_at);

-- name: every_connection(household_id)
-- Every link, oldest first. Rows: a handful. Index: primary key.
select connection_id, provider, status, status_reason, complete, created_at, last_attempt_at, last_success_at, data_as_of, next_sync_at,
  consent_expires_at, failing_since, sealed
from connection
where household_id = :household_id
order by connection_id;

-- name: find_connection(household_id, connection_id)^
-- One link as the owner sees it. Rows: 0-1. Index: primary key.
select connection_id, provider, status, status_reason, complete, created_at, last_attempt_at, last_success_at, data_as_of, next_sync_at,
  consent_expires_at, failing_since, sealed
from connection
where household_id = :household_id and connection_id = :connection_id;

-- name: open_for_sync(household_id, connection_id, now, shut)^
-- Lease for one sync: the fence moves on, so an older worker's writes no longer fit. Shown as syncing only when nothing was wrong.
-- A link that was lost at the bank may be tried again when somebody asks; one that its owner ended may not, nor one that is still being made
-- or never came to be, whose token waits for a worker to end it. Rows: 0-1 (0: no such link, or none of those). Index: primary key.
update connection
set fence = fence + 1, last_attempt_at = :now, status = case when status = 1 then 2 else status end
where household_id = :household_id and connection_id = :connection_id and token_sealed is not null
  and status_reason <> all(:shut::text[])
returning fence, provider, token_sealed, cursor_sealed, sealed, complete, last_success_at, data_as_of, failing_since;

-- name: synced_now(household_id, connection_id, fence, now, status, status_reason, next_sync_at, cursor_sealed, sealed, complete, data_as_of, consent_expires_at)!
-- A sync went through. Nulls keep what is known. Rows: 0 (another worker leased it meanwhile) or 1. Index: primary key.
update connection
set status = :status, status_reason = :status_reason, failing_since = null, last_success_at = :now, next_sync_at = :next_sync_at,
  cursor_sealed = :cursor_sealed, sealed = coalesce(:sealed::bytea, sealed), complete = complete or :complete,
  data_as_of = coalesce(:data_as_of, data_as_of), consent_expires_at = coalesce(:consent_expires_at, consent_expires_at)
where household_id = :household_id and connection_id = :connection_id and fence = :fence;

-- name: failed_now(household_id, connection_id, fence, now, next_sync_at, status, status_reason)!
-- A sync did not go through: since when, why, and when we try again. Rows: 0-1. Index: primary key.
update connection
set status = :status, status_reason = :status_reason, failing_since = coalesce(failing_since, :now), next_sync_at = :next_sync_at
where household_id = :household_id and connection_id = :connection_id and fence = :fence;

-- name: keep_token(household_id, connection_id, token_sealed)$
-- A token that was just exchanged, kept before anything else is done with it; what its row says of the link. "Expired" is what a second worker
-- heard that came just too late. Rows: 0 (no such link, or another worker was quicker) or 1. Index: primary key.
update connection
set token_sealed = :token_sealed, status = case when status_reason in ('link_expired', 'link_lost') then 2 else status end,
  status_reason = case when status_reason in ('link_expired', 'link_lost') then 'linking' else status_reason end
where household_id = :household_id and connection_id = :connection_id and token_sealed is null
returning status_reason;

-- name: unmade_now(household_id, connection_id, status_reason, token_sealed, sealed)!
-- A link that will not be, and why. The token is what a worker has still to end at the provider; one that was kept is never lost, and nulls
-- of the sealed keep what is known of the bank. Rows: 0 (over already) or 1. Index: primary key.
update connection
set status = 5, status_reason = :status_reason, token_sealed = :token_sealed, sealed = coalesce(:sealed, sealed), next_sync_at = null,
  fence = fence + 1
where household_id = :household_id and connection_id = :connection_id and status_reason = 'linking'
  and (token_sealed is null) = (:token_sealed::bytea is null);

-- name: made_after_all(household_id, connection_id, next_sync_at)!
-- A link that was refused because its bank is linked already is to be made all the same. Rows: 0 (it is none of those) or 1. Index: primary key.
update connection
set status = 2, status_reason = 'linking', next_sync_at = :next_sync_at, fence = fence + 1
where household_id = :household_id and connection_id = :connection_id and status_reason in ('duplicate', 'overlap') and token_sealed is null;

-- name: exchanged_token(household_id, connection_id, token_sealed, sealed, next_sync_at, consent_expires_at)!
-- An exchange went through: a new token, so the old cursor means nothing and older workers are fenced off. Rows: 0-1. Index: primary key.
update connection
set token_sealed = :token_sealed, cursor_sealed = null, sealed = :sealed, status = 2, status_reason = 'first_sync', failing_since = null,
  fence = fence + 1, complete = false, next_sync_at = :next_sync_at, consent_expires_at = :consent_expires_at
where household_id = :household_id and connection_id = :connection_id and status_reason <> 'by_owner';

-- name: describe_bank(household_id, connection_id, sealed)!
-- Bank and accounts as last seen, and those whose owner is asked. Rows: 0-1. Index: primary key.
update connection
set sealed = :sealed
where household_id = :household_id and connection_id = :connection_id;

-- name: decided_anew(household_id, connection_id, status_reason, next_sync_at)!
-- An account was decided on: all of its rows must come, so the cursor starts afresh and syncs under way are fenced off. Rows: 0-1. Index:
-- primary key.
update connection
set cursor_sealed = null, fence = fence + 1, next_sync_at = :next_sync_at,
  status_reason = case when status_reason in ('', 'which_account') then :status_reason else status_reason end
where household_id = :household_id and connection_id = :connection_id and status <> 5;

-- name: mended_now(household_id, connection_id, next_sync_at, consent_expires_at)!
-- The owner signed in at the bank again: token and cursor stand, the consent is a new one. Rows: 0 (its token is destroyed) or 1. Index: primary key.
update connection
set status = 2, status_reason = '', failing_since = null, next_sync_at = :next_sync_at, consent_expires_at = :consent_expires_at
where household_id = :household_id and connection_id = :connection_id and token_sealed is not null and status_reason <> 'by_owner';

-- name: expiring_on(household_id, connection_id, consent_expires_at)!
-- The bank named the day its consent ends. Rows: 0-1. Index: primary key.
update connection
set consent_expires_at = :consent_expires_at
where household_id = :household_id and connection_id = :connection_id and status <> 5;

-- name: leaving_now(household_id, connection_id)!
-- The owner ended it: nothing is fetched from now on; the token stays until a worker has ended the link at the provider too.
-- Rows: 0-1. Index: primary key.
update connection
set status = 5, status_reason = 'by_owner', next_sync_at = null, fence = fence + 1
where household_id = :household_id and connection_id = :connection_id;

-- name: disconnect_now(household_id, connection_id, status_reason)!
-- Over: token and cursor are destroyed, the history stays. Rows: 0-1. Index: primary key.
update connection
set status = 5, status_reason = :status_reason, token_sealed = null, cursor_sealed = null, next_sync_at = null, fence = fence + 1
where household_id = :household_id and connection_id = :connection_id;

-- name: token_of(household_id, connection_id)^
-- The token without a lease, for repair, refresh and removal. Rows: 0-1. Index: primary key.
select provider, token_sealed
from connection
where household_id = :household_id and connection_id = :connection_id;

-- name: forget_connection(household_id, connection_id)!
-- Erased with its history. Rows: 0-1. Index: primary key.
delete from connection
where household_id = :household_id and connection_id = :connection_id;

-- name: sweep_unmade(household_id, reasons, before)!
-- Links that never came to be, once their owner has had time to read why. Rows: few. Index: primary key.
delete from connection
where household_id = :household_id and token_sealed is null and last_attempt_at is null and status = 5
  and status_reason in (select unnest(:reasons::text[])) and created_at < :before;

-- name: own_item(item_hash, household_id, connection_id)!
-- Finder: this item is that household's. An item that is known already stays where it is. Rows: 0-1. Index: primary key.
insert into provider_item (item_hash, household_id, connection_id)
values (:item_hash, :household_id, :connection_id)
on conflict do nothing;

-- name: home_of(item_hash)^
-- Finder: whose item is this? Rows: 0-1. Index: primary key.
select household_id, connection_id
from provider_item
where item_hash = :item_hash;

-- name: disown_items(household_id, connection_id)!
-- The link's items are nobody's any more. Rows: a few. Index: provider_item_household.
delete from provider_item
where household_id = :household_id and connection_id = :connection_id;

-- name: opened_session(token_hash, household_id, member_id, link_session_id, connection_id, created_at, expires_at)!
-- Finder: a link page was opened for this household. Rows: 1.
insert into link_session (token_hash, household_id, member_id, link_session_id, connection_id, created_at, expires_at)
values (:token_hash, :household_id, :member_id, :link_session_id, :connection_id, :created_at, :expires_at);

-- name: by_token(token_hash)^
-- Finder: whose link page is this? Rows: 0-1. Index: primary key.
select household_id, member_id, link_session_id, connection_id, created_at, expires_at, finished_at
from link_session
where token_hash = :token_hash;

-- name: by_id(household_id, link_session_id)^
-- One link page of this household. Rows: 0-1. Index: link_session_household.
select household_id, member_id, link_session_id, connection_id, created_at, expires_at, finished_at
from link_session
where household_id = :household_id and link_session_id = :link_session_id;

-- name: finished_session(household_id, link_session_id, connection_id, finished_at)!
-- It led to this link (null: to none). Once only. Rows: 0-1. Index: link_session_household.
update link_session
set finished_at = :finished_at, connection_id = coalesce(:connection_id, connection_id)
where household_id = :household_id and link_session_id = :link_session_id and finished_at is null;

-- name: led_to(household_id, made_id, connection_id)!
-- What the page led to was made one with a link that was there. Rows: 0-1. Index: link_session_household.
update link_session
set connection_id = :connection_id
where household_id = :household_id and connection_id = :made_id;

-- name: sweep_sessions(before)!
-- Shared housekeeping: pages that closed long ago. Rows: few. Index: none (a small table).
delete from link_session
where expires_at < :before;

-- name: remember_bank(provider, institution_ref, name, url, seen_at)!
-- A bank as the provider names it now. Rows: 1. Index: primary key.
insert into institution (provider, institution_ref, name, url, seen_at)
values (:provider, :institution_ref, :name, :url, :seen_at)
on conflict (provider, institution_ref) do update
set name = excluded.name, url = case when excluded.url = '' then institution.url else excluded.url end, seen_at = excluded.seen_at;

-- name: enqueue_due(household_id, kind, ref, next_at, input)!
-- Ask for work: one row a thing, the earliest wish counts, a new input replaces the old. Rows: 1. Index: primary key.
insert into due (household_id, kind, ref, next_at, input)
values (:household_id, :kind, :ref, :next_at, :input)
on conflict (household_id, kind, ref) do update
set next_at = least(due.next_at, excluded.next_at), input = coalesce(excluded.input, due.input);

-- name: hint_due(household_id, kind, ref, now, patient_until, tries_quick)!
-- News from outside: now, or at patient_until where it has failed more than tries_quick times and waits. Rows: 1. Index: primary key.
insert into due (household_id, kind, ref, next_at)
values (:household_id, :kind, :ref, :now)
on conflict (household_id, kind, ref) do update
set next_at = least(
  due.next_at,
  case when due.tries > :tries_quick and due.leased_until is null then :patient_until else excluded.next_at end
);

-- name: claim_due(kinds, now, until, parked_until, tries_max, limit_rows)
-- Take what is due, whoever's it is; rows in other claimers' hands are skipped. A row whose lease ran out after its last try killed a worker
-- each time: it is parked, not handed out. While leased, next_at is the lease's end, so a wish that comes meanwhile is seen at the finish.
-- Rows: up to the limit. Index: due_next.
with picked as (
  select household_id, kind, ref, (tries >= :tries_max and leased_until is not null) as poison
  from due
  where next_at <= :now and (leased_until is null or leased_until <= :now) and kind = any(:kinds::smallint[])
  order by next_at
  limit :limit_rows
  for update skip locked
)
update due
set fence = due.fence + 1,
  tries = due.tries + (not picked.poison)::int,
  leased_until = case when picked.poison then null else :until::timestamptz end,
  next_at = case when picked.poison then :parked_until::timestamptz else :until::timestamptz end
from picked
where due.household_id = picked.household_id and due.kind = picked.kind and due.ref = picked.ref
returning due.household_id, due.kind, due.ref, due.fence, due.tries, due.input, picked.poison;

-- name: claim_of_household(household_id, kinds, now, until, tries_max)
-- The same for one household, by a command that works for it alone; what brought workers down is left to them. Rows: few. Index: primary key.
update due
set fence = fence + 1, tries = tries + 1, leased_until = :until, next_at = :until
where household_id = :household_id and kind = any(:kinds::smallint[]) and next_at <= :now
  and (leased_until is null or (leased_until <= :now and tries < :tries_max))
returning household_id, kind, ref, fence, tries, input;

-- name: renew(household_ids, kinds, refs, fences, until)!
-- Longer leases for those still at work; a wish that came meanwhile stays earlier than the lease's end. Rows: up to the given. Index: primary key.
update due
set leased_until = :until, next_at = case when due.next_at < due.leased_until then due.next_at else :until end
from unnest(:household_ids::bigint[], :kinds::smallint[], :refs::bigint[], :fences::bigint[]) as held(household_id, kind, ref, fence)
where due.household_id = held.household_id and due.kind = held.kind and due.ref = held.ref and due.fence = held.fence
  and due.leased_until is not null;

-- name: finish_all_again(household_ids, kinds, refs, fences, next_ats)!
-- Done until next_at. A wish that came during the lease wins; another claimer's row is left alone. Rows: up to the given. Index: primary key.
update due
set next_at = case when due.next_at < due.leased_until then least(due.next_at, done.next_at) else done.next_at end,
  leased_until = null, tries = 0
from unnest(:household_ids::bigint[], :kinds::smallint[], :refs::bigint[], :fences::bigint[], :next_ats::timestamptz[])
  as done (household_id, kind, ref, fence, next_at)
where due.household_id = done.household_id and due.kind = done.kind and due.ref = done.ref and due.fence = done.fence
  and due.leased_until is not null and done.next_at is not null;

-- name: finish_all_wished(household_ids, kinds, refs, fences)!
-- Done for good, but asked for again during the lease: give it back at once. Rows: few. Index: primary key.
update due
set leased_until = null, tries = 0
from unnest(:household_ids::bigint[], :kinds::smallint[], :refs::bigint[], :fences::bigint[]) as done (household_id, kind, ref, fence)
where due.household_id = done.household_id and due.kind = done.kind and due.ref = done.ref and due.fence = done.fence
  and due.leased_until is not null and due.next_at < due.leased_until;

-- name: finish_all_over(household_ids, kinds, refs, fences)!
-- Done for good, still ours, and not asked for meanwhile: a wish that came since the statement before waits for the lease's end.
-- Rows: up to the given. Index: primary key.
delete from due
using unnest(:household_ids::bigint[], :kinds::smallint[], :refs::bigint[], :fences::bigint[]) as done (household_id, kind, ref, fence)
where due.household_id = done.household_id and due.kind = done.kind and due.ref = done.ref and due.fence = done.fence
  and due.leased_until is not null and due.next_at >= due.leased_until;

-- name: postpone_due(household_id, kind, ref, fence, next_at, wishes_count)!
-- Not done: again at next_at, tries kept. A wish that came meanwhile does not hurry a failing thing, only one that waits.
-- Rows: 0-1. Index: primary key.
update due
set next_at = case when :wishes_count and next_at < leased_until then least(next_at, :next_at) else :next_at end, leased_until = null
where household_id = :household_id and kind = :kind and ref = :ref and fence = :fence and leased_until is not null;

-- name: give_back(household_ids, kinds, refs, fences, now)!
-- Not done, through no fault of their own: anybody may have them now, and this try does not count. Rows: up to the given. Index: primary key.
update due
set next_at = :now, leased_until = null, tries = greatest(due.tries - 1, 0)
from unnest(:household_ids::bigint[], :kinds::smallint[], :refs::bigint[], :fences::bigint[]) as held(household_id, kind, ref, fence)
where due.household_id = held.household_id and due.kind = held.kind and due.ref = held.ref and due.fence = held.fence
  and due.leased_until is not null;

-- name: drop_due(household_id, kind, ref)!
-- Not wanted any more, whoever holds it. Rows: 0-1. Index: primary key.
delete from due
where household_id = :household_id and kind = :kind and ref = :ref;

-- name: input_of(household_id, kind, ref)$
-- What a command carries, sealed. Rows: 0-1. Index: primary key.
select input
from due
where household_id = :household_id and kind = :kind and ref = :ref;

-- name: standing(now, tries_max)
-- How the queue stands: late rows, the oldest's age, parked ones. Rows: kinds. Index: none (when an operator asks).
select kind, count(*) filter (where next_at <= :now) as late, min(next_at) as oldest, count(*) filter (where tries >= :tries_max) as parked
from due
group by kind;

-- name: waiting(now)
-- What is late, by kind, and since when. Rows: kinds. Index: due_next, its late end alone (a gauge, read often).
select kind, count(*) as late, min(next_at) as oldest
from due
where next_at <= :now
group by kind;

-- name: leased(now)$
-- How many rows are in a worker's hands. Rows: 1. Index: none (when an operator asks).
select count(*)
from due
where leased_until > :now;

-- name: next_at(kinds)$
-- When the next row wants to be claimed. Rows: 0-1. Index: due_next.
select next_at
from due
where kind = any(:kinds::smallint[])
order by next_at
limit 1;
