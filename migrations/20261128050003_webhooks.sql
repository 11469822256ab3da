-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, require-concurrent-index-creation, ban-drop-table -- before the first release: there is nobody to wait for

-- Programs that are told. told_version: the household's version that it was last told of.
create table webhook_endpoint (
  household_id bigint not null,
  endpoint_id bigint not null,
  created_at timestamptz not null,
  told_version bigint not null,
  failing_since timestamptz,
  sent_at timestamptz,
  version int not null default 1,
  paused boolean not null default false,
  failed_with text,
  sealed bytea not null,
  primary key (household_id, endpoint_id)
);

-- One event for one endpoint, until it is done. state: 0 waiting, 1 sent, 2 dead.
create table webhook_delivery (
  household_id bigint not null,
  delivery_id bigint not null,
  endpoint_id bigint not null,
  event_id bigint not null,
  version bigint not null,
  at timestamptz not null,
  next_at timestamptz not null,
  done_at timestamptz,
  tries int not null default 0,
  status int,
  state smallint not null default 0 check (state between 0 and 2),
  kind text not null,
  failed_with text,
  sealed bytea not null,
  primary key (household_id, delivery_id)
);
create unique index webhook_delivery_once on webhook_delivery (household_id, event_id, endpoint_id);
create index webhook_delivery_endpoint on webhook_delivery (household_id, endpoint_id, next_at) where state = 0;
alter table webhook_endpoint enable row level security;
alter table webhook_endpoint force row level security;
create policy tenant on webhook_endpoint
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
create policy tenant_only on webhook_endpoint as restrictive
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
grant select, insert, update, delete on webhook_endpoint to farthing_app;
alter table webhook_delivery enable row level security;
alter table webhook_delivery force row level security;
create policy tenant on webhook_delivery
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
create policy tenant_only on webhook_delivery as restrictive
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
grant select, insert, update, delete on webhook_delivery to farthing_app;

-- migrate:down
drop table webhook_delivery;
drop table webhook_endpoint;
