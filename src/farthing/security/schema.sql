-- Shared: 256 branches a class; the root key wraps each, each wraps the households of its branch.
create table branch_key (
  class smallint not null check (class between 1 and 4),
  branch smallint not null check (branch between 0 and 255),
  version int not null,
  created_at timestamptz not null,
  wrapped bytea not null,
  primary key (class, branch, version)
);

create table household_key (
  household_id bigint not null,
  class smallint not null check (class between 1 and 4),
  key_version int not null check (key_version between 1 and 65535),
  branch smallint not null,
  branch_version int not null,
  created_at timestamptz not null,
  wrapped bytea not null,
  primary key (household_id, class, key_version)
);

-- Who saw or changed what. Insert-only for the application.
create table audit_event (
  household_id bigint not null,
  event_id bigint not null,
  at timestamptz not null,
  member_id bigint not null default 0,
  via_id bigint not null default 0,
  actor text not null,
  kind text not null,
  request_id text not null default '',
  commitment bytea not null,
  sealed bytea not null,
  primary key (household_id, event_id)
);
create index audit_event_time on audit_event (household_id, at, event_id);

-- Shared: signed tree heads over the audit events (filled by the sequencer).
create table audit_checkpoint (
  checkpoint_id bigint primary key,
  at timestamptz not null,
  size bigint not null,
  root bytea not null,
  signature bytea not null
);

-- The first answer to a keyed POST, so that a retry has one effect.
create table idempotency (
  household_id bigint not null,
  key_hash bytea not null check (length(key_hash) = 16),
  at timestamptz not null,
  request_hash bytea not null,
  status smallint,
  sealed bytea,
  primary key (household_id, key_hash)
);
