-- What must be told to somebody, committed with the change that caused it; deleted when sent.
create table outbox (
  household_id bigint not null,
  outbox_id bigint not null,
  version bigint not null,
  at timestamptz not null,
  next_at timestamptz not null,
  tries int not null default 0,
  kind text not null,
  sealed bytea not null,
  primary key (household_id, outbox_id)
);

-- What became true and is worth saying: one for each kind, subject, period and threshold, ever; withdrawn when no longer true. kind: what
-- numbers mean is in alerting/model.py. limit_minor: what the amount is measured by. as_of: up to when every bank had been read.
create table alert (
  household_id bigint not null,
  alert_id bigint not null,
  subject_id bigint not null,
  limit_minor bigint,
  amount_minor bigint,
  raised_at timestamptz not null,
  withdrawn_at timestamptz,
  read_at timestamptz,
  as_of timestamptz,
  period date not null,
  kind smallint not null check (kind between 1 and 99),
  threshold smallint not null,
  currency text,
  sealed bytea,
  primary key (household_id, alert_id)
);
create unique index alert_once on alert (household_id, kind, subject_id, period, threshold);
create index alert_unread on alert (household_id, alert_id) where read_at is null;

-- From what amount on, in minor units of its currency, a household wants to hear of a single row; null when it does not. low_minor: below what
-- an account's balance is low; null is nought.
create table alert_line (
  household_id bigint not null primary key,
  large_minor bigint check (large_minor > 0),
  low_minor bigint check (low_minor > 0)
);

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
  dropped int not null default 0,
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
