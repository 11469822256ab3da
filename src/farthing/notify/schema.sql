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

-- From what amount on, in minor units of its currency, a household wants to hear of a single row; null when it does not.
create table alert_line (
  household_id bigint not null primary key,
  large_minor bigint check (large_minor > 0)
);
