-- Channels and what they were told. Each statement is named after its one caller.

-- name: channels(household_id)
-- Every channel, oldest first. Rows: at most twenty. Index: channel_pkey.
select channel_id, created_at, digest, digest_minute, quiet_first, quiet_last, muted, paused, version, tries, failing_since, failed_with, sent_at,
  sealed
from channel
where household_id = :household_id
order by channel_id;

-- name: write_channel(household_id, channel_id, created_at, digest, digest_minute, quiet_first, quiet_last, muted, paused, version, sealed)!
-- A channel, new or as it now is; with a version, only if it is still that one. Rows: 1. Index: channel_pkey.
insert into channel (household_id, channel_id, created_at, digest, digest_minute, quiet_first, quiet_last, muted, paused, sealed)
values (:household_id, :channel_id, :created_at, :digest, :digest_minute, :quiet_first::smallint, :quiet_last::smallint, :muted::smallint[],
  :paused, :sealed)
on conflict (household_id, channel_id) do update
set digest = excluded.digest, digest_minute = excluded.digest_minute, quiet_first = excluded.quiet_first, quiet_last = excluded.quiet_last,
  muted = excluded.muted, paused = excluded.paused, sealed = excluded.sealed, version = channel.version + 1, tries = 0, failing_since = null,
  failed_with = null
where :version::int is null or channel.version = :version::int;

-- name: drop_channel(household_id, channel_id)!
-- Remove a channel. Rows: 1. Index: channel_pkey.
delete from channel
where household_id = :household_id and channel_id = :channel_id;

-- name: drop_channel_told(household_id, channel_id)!
-- And what it was told. Index: told_pkey.
delete from told
where household_id = :household_id and channel_id = :channel_id;

-- name: news(household_id, channel_id, since, count)
-- Alerts that stand and that a channel has not been told, none of budgets that are gone. Rows: usually few. Index: alert_pkey, told_pkey.
select a.alert_id, a.kind, a.read_at is not null as is_read
from alert as a
where a.household_id = :household_id and a.raised_at >= :since and a.withdrawn_at is null
  and not exists (
    select 1 from told as t where t.household_id = :household_id and t.channel_id = :channel_id and t.alert_id = a.alert_id
  )
  and (a.kind <> 1 or exists (select 1 from budget as b where b.household_id = :household_id and b.budget_id = a.subject_id))
order by a.alert_id
limit :count;

-- name: withdrawn_since(household_id, channel_id, count)
-- Alerts that a channel was told, that are no longer true, and of which it does not know that, none of budgets that are gone, none that only
-- gave way to a higher threshold. Rows: few. Index: told_pkey, alert_pkey, alert_once.
select t.alert_id
from told as t
join alert as a on a.household_id = t.household_id and a.alert_id = t.alert_id
where t.household_id = :household_id and t.channel_id = :channel_id and t.told_at is not null and t.corrected_at is null
  and a.withdrawn_at is not null
  and (a.kind <> 1 or exists (select 1 from budget as b where b.household_id = :household_id and b.budget_id = a.subject_id))
  and not (a.kind = 1 and exists (
    select 1 from alert as h
    where h.household_id = :household_id and h.kind = 1 and h.subject_id = a.subject_id and h.period = a.period
      and h.threshold > a.threshold and h.withdrawn_at is null
  ))
order by t.alert_id
limit :count;

-- name: sent_told(household_id, channel_id, alert_ids, told_ats)!
-- What a channel was told, and what it does not want to hear (no instant). Index: told_pkey.
insert into told (household_id, channel_id, alert_id, told_at)
select :household_id, :channel_id, a.alert_id, a.told_at
from unnest(:alert_ids::bigint[], :told_ats::timestamptz[]) as a(alert_id, told_at)
on conflict do nothing;

-- name: sent_corrected(household_id, channel_id, alert_ids, at)!
-- What was taken back. Index: told_pkey.
update told
set corrected_at = :at
where household_id = :household_id and channel_id = :channel_id and alert_id = any(:alert_ids::bigint[]);

-- name: sent_well(household_id, channel_id, at)!
-- A message went out. Rows: 1. Index: channel_pkey.
update channel
set sent_at = :at, tries = 0, failing_since = null, failed_with = null
where household_id = :household_id and channel_id = :channel_id;

-- name: failed(household_id, channel_id, at, code)!
-- A message did not go out. Rows: 1. Index: channel_pkey.
update channel
set tries = tries + 1, failing_since = coalesce(failing_since, :at), failed_with = :code
where household_id = :household_id and channel_id = :channel_id;
