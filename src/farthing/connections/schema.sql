-- A bank link, of any provider. status: 1 fine, 2 syncing, 3 delayed, 4 sign in again, 5 disconnected.
create table connection (
  household_id bigint not null,
  connection_id bigint not null,
  fence bigint not null default 0,
  created_at timestamptz not null,
  last_attempt_at timestamptz,
  last_success_at timestamptz,
  data_as_of timestamptz,
  next_sync_at timestamptz,
  consent_expires_at timestamptz,
  failing_since timestamptz,
  status smallint not null check (status between 1 and 5),
  complete boolean not null default false,
  status_reason text not null default '',
  provider text not null,
  token_sealed bytea,
  cursor_sealed bytea,
  sealed bytea not null,
  primary key (household_id, connection_id)
);

-- Finder: a hosted link in progress, by the hash of its link token.
create table link_session (
  token_hash bytea primary key check (length(token_hash) = 16),
  household_id bigint not null,
  member_id bigint not null,
  link_session_id bigint not null,
  connection_id bigint,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  finished_at timestamptz
);
create index link_session_household on link_session (household_id, link_session_id);

-- Finder: which household does a provider's item belong to?
create table provider_item (
  item_hash bytea primary key check (length(item_hash) = 16),
  household_id bigint not null,
  connection_id bigint not null
);
create index provider_item_household on provider_item (household_id, connection_id);

-- Finder: the only queue across households. kind: 1 sync, 2 exchange, 3 repair, 4 remove, 5 refresh, 6 drain, 7 daily, 8 export, 9 import,
-- 20 watch, 21 tell, 22 hook, 23 recurring, 24 forecast.
create table due (
  household_id bigint not null,
  kind smallint not null check (kind between 1 and 99),
  ref bigint not null default 0,
  next_at timestamptz not null,
  leased_until timestamptz,
  fence bigint not null default 0,
  tries int not null default 0,
  input bytea,
  primary key (household_id, kind, ref)
);
create index due_next on due (next_at);

-- Shared: banks as the providers list them.
create table institution (
  provider text not null,
  institution_ref text not null,
  name text not null,
  url text not null default '',
  seen_at timestamptz not null,
  primary key (provider, institution_ref)
);
