-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, ban-drop-table -- before the first release: there is nobody to wait for

-- Where alerts go. digest: 0 as they come, 1 daily, 2 weekly. Minutes are of the household's day. muted: numbers of kinds that do not go here.
create table channel (
  household_id bigint not null,
  channel_id bigint not null,
  created_at timestamptz not null,
  failing_since timestamptz,
  sent_at timestamptz,
  version int not null default 1,
  tries int not null default 0,
  digest smallint not null check (digest between 0 and 2),
  digest_minute smallint not null check (digest_minute between 0 and 1439),
  quiet_first smallint check (quiet_first between 0 and 1439),
  quiet_last smallint check (quiet_last between 0 and 1439),
  paused boolean not null default false,
  muted smallint[] not null,
  failed_with text,
  sealed bytea not null,
  primary key (household_id, channel_id),
  check (num_nonnulls(quiet_first, quiet_last) <> 1)
);

-- What a channel was told, so that it is told once: no instant where it did not want to hear.
create table told (
  household_id bigint not null,
  channel_id bigint not null,
  alert_id bigint not null,
  told_at timestamptz,
  corrected_at timestamptz,
  primary key (household_id, channel_id, alert_id)
);
alter table channel enable row level security;
alter table channel force row level security;
create policy tenant on channel
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
create policy tenant_only on channel as restrictive
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
grant select, insert, update, delete on channel to farthing_app;
alter table told enable row level security;
alter table told force row level security;
create policy tenant on told
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
create policy tenant_only on told as restrictive
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
grant select, insert, update, delete on told to farthing_app;

-- migrate:down
drop table told;
drop table channel;
