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
