-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout -- a new database: there is nobody to wait for

-- people
-- The tenant. Its row is the household lock: `for no key update` on it orders every writer.
create table household (
  household_id bigint primary key,
  version bigint not null default 1,
  created_at timestamptz not null,
  next_category int not null default 1000,
  next_account int not null default 1,
  alive boolean not null default true,
  demo boolean not null default false,
  currency text not null check (currency ~ '^[A-Z0-9]{3,12}$'),
  zone text not null,
  locale text not null,
  sealed bytea not null
);

create table member (
  household_id bigint not null,
  member_id bigint not null,
  created_at timestamptz not null,
  password_changed_at timestamptz not null,
  password_hash text not null,
  role smallint not null default 1,
  sealed bytea not null,
  primary key (household_id, member_id)
);

-- Finder: which household is this e-mail's? Blind index only.
create table login (
  email_index bytea primary key check (length(email_index) = 16),
  household_id bigint not null,
  member_id bigint not null
);
create index login_household on login (household_id);

-- Finder: by the hash of the cookie's token.
create table session (
  token_hash bytea primary key check (length(token_hash) = 32),
  household_id bigint not null,
  member_id bigint not null,
  session_id bigint not null,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  fresh_at timestamptz not null,
  expires_at timestamptz not null
);
create index session_household on session (household_id, member_id);

-- Finder: by the hash of the bearer token.
create table api_token (
  token_hash bytea primary key check (length(token_hash) = 32),
  household_id bigint not null,
  member_id bigint not null,
  token_id bigint not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  used_at timestamptz,
  scope smallint not null check (scope in (1, 2))
);
create index api_token_household on api_token (household_id, token_id);

-- What a token is called, beside the finder that must not say.
create table api_token_name (
  household_id bigint not null,
  token_id bigint not null,
  sealed bytea not null,
  primary key (household_id, token_id)
);

-- An export that was asked for: a sealed archive, gone after a day.
create table export (
  household_id bigint not null,
  export_id bigint not null,
  member_id bigint not null,
  asked_at timestamptz not null,
  ready_at timestamptz,
  expires_at timestamptz not null,
  size_bytes bigint,
  failed text,
  primary key (household_id, export_id)
);

create table export_part (
  household_id bigint not null,
  export_id bigint not null,
  part int not null,
  sealed bytea not null,
  primary key (household_id, export_id, part)
);

-- security
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

-- connections
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

-- Finder: the only queue across households. kind: 1 sync, 2 exchange, 3 repair, 4 remove, 5 refresh, 6 drain, 7 daily, 8 export.
create table due (
  household_id bigint not null,
  kind smallint not null check (kind between 1 and 8),
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

-- ledger
-- Where money is. Balances are signed: what is owed is negative. connection_id null: the owner keeps it by hand.
create table account (
  household_id bigint not null,
  connection_id bigint,
  balance bigint,
  available bigint,
  opening_balance bigint,
  ref uuid,
  balance_as_of timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  account_id int not null,
  version int not null default 1,
  opened_on date,
  closed_on date,
  kind smallint not null,
  hidden boolean not null default false,
  currency text not null check (currency ~ '^[A-Z0-9]{3,12}$'),
  sealed bytea not null,
  primary key (household_id, account_id)
);
create unique index account_ref on account (household_id, ref);

-- What an account was worth at the end of a day, as stated by bank, file or owner.
create table balance_day (
  household_id bigint not null,
  balance bigint not null,
  account_id int not null,
  date date not null,
  source smallint not null,
  primary key (household_id, account_id, date)
);

-- Ours; lines come and go beneath it. Bank columns are written by `post` alone, owner columns by labels and edits alone.
create table transaction (
  household_id bigint not null,
  transaction_id bigint not null,
  amount bigint not null,
  home_amount bigint,
  payee_id bigint not null,
  batch_id bigint not null,
  updated_at timestamptz not null,
  account_id int not null,
  bank_date date not null,
  posted_date date,
  owner_date date,
  date date not null generated always as (coalesce(owner_date, bank_date)) stored,
  category_id int not null default 0,
  version int not null default 1,
  status smallint not null check (status between 1 and 3),
  category_source smallint not null default 0,
  confidence smallint not null default 0 check (confidence between 0 and 1000),
  discarded smallint not null default 0,
  hidden boolean not null default false,
  reviewed boolean not null default false,
  split boolean not null default false,
  currency text not null check (currency ~ '^[A-Z0-9]{3,12}$'),
  owner_sealed bytea,
  sealed bytea not null,
  primary key (household_id, transaction_id)
);
create index transaction_date on transaction (household_id, date, transaction_id);
create index transaction_payee on transaction (household_id, payee_id, date);
create index transaction_category on transaction (household_id, category_id, date);
create index transaction_owner on transaction (household_id, date) where owner_sealed is not null;

-- Parts of a transaction; they add up to it. Present only where transaction.split.
create table split (
  household_id bigint not null,
  transaction_id bigint not null,
  amount bigint not null,
  home_amount bigint,
  part int not null,
  category_id int not null,
  sealed bytea,
  primary key (household_id, transaction_id, part)
);
create index split_category on split (household_id, category_id);

-- Cleaned bank texts, each once; payee_id is the first 64 bits of a keyed hash of the text.
create table payee (
  household_id bigint not null,
  payee_id bigint not null,
  sealed bytea not null,
  primary key (household_id, payee_id)
);

create table tag (
  household_id bigint not null,
  tag_id bigint not null,
  sealed bytea not null,
  primary key (household_id, tag_id)
);

create table transaction_tag (
  household_id bigint not null,
  tag_id bigint not null,
  transaction_id bigint not null,
  primary key (household_id, tag_id, transaction_id)
);
create index transaction_tag_transaction on transaction_tag (household_id, transaction_id);

-- A month's sums by category, account and unit; pending is contained in the totals. n: rows with a part here, n_once: each row once.
create table rollup_month (
  household_id bigint not null,
  total_in bigint not null,
  total_out bigint not null,
  pending_in bigint not null,
  pending_out bigint not null,
  home_in bigint,
  home_out bigint,
  home_pending_in bigint,
  home_pending_out bigint,
  month date not null,
  category_id int not null,
  account_id int not null,
  n int not null,
  n_once int not null,
  n_hidden int not null,
  n_void int not null,
  currency text not null,
  primary key (household_id, month, category_id, account_id, currency)
);

-- Shared: units of a currency for one euro on a day.
create table rate (
  currency text not null,
  day date not null,
  per_euro numeric not null check (per_euro > 0),
  primary key (currency, day)
);

-- ingest
-- Every sync, import, edit and undo: what can be listed and undone. kind: 1 sync, 2 import, 3 edit, 4 rule run, 5 undo.
-- state: 1 done, 2 failed, 3 undone, 4 dry run.
create table batch (
  household_id bigint not null,
  batch_id bigint not null,
  connection_id bigint,
  undoes bigint,
  undone_by bigint,
  member_id bigint not null default 0,
  started_at timestamptz not null,
  finished_at timestamptz,
  account_id int,
  added int not null default 0,
  updated int not null default 0,
  removed int not null default 0,
  known int not null default 0,
  kind smallint not null check (kind between 1 and 5),
  state smallint not null check (state between 1 and 4),
  error text,
  sealed bytea,
  primary key (household_id, batch_id)
);
create index batch_connection on batch (household_id, connection_id, batch_id);

-- Raw pages as they came: zstd, sealed, append-only, the source of a replay. codec: 1 zstd.
create table landed (
  household_id bigint not null,
  landed_id bigint not null,
  connection_id bigint,
  batch_id bigint not null,
  row_count int not null,
  codec smallint not null,
  format text not null,
  sealed bytea not null,
  primary key (household_id, landed_id)
);
create index landed_batch on landed (household_id, batch_id);

-- What a bank says, one row for each id it ever used; never deleted: tombstones and aliases live here.
create table line (
  household_id bigint not null,
  transaction_id bigint not null,
  digest bigint not null,
  ref uuid not null,
  account_id int not null,
  date date not null,
  state smallint not null check (state between 1 and 6),
  kind smallint not null check (kind between 1 and 3),
  primary key (household_id, ref),
  foreign key (household_id, transaction_id) references transaction (household_id, transaction_id)
);
create index line_transaction on line (household_id, transaction_id);
create index line_open on line (household_id, account_id, date) where state in (2, 3);

-- Before and after of every field an owner, a rule or a bank changed (not written for plain inserts).
create table change (
  household_id bigint not null,
  change_id bigint not null,
  batch_id bigint not null,
  object_id bigint not null,
  at timestamptz not null,
  object_kind smallint not null,
  field_group smallint not null,
  actor text not null,
  sealed bytea not null,
  primary key (household_id, change_id)
);
create index change_object on change (household_id, object_id, change_id);
create index change_batch on change (household_id, batch_id);

-- Two rows that may be one: the owner decides. state: 1 open, 2 accepted, 3 rejected.
create table suggestion (
  household_id bigint not null,
  suggestion_id bigint not null,
  left_id bigint not null,
  right_id bigint not null,
  at timestamptz not null,
  kind smallint not null,
  score smallint not null,
  state smallint not null,
  sealed bytea not null,
  primary key (household_id, suggestion_id)
);
create unique index suggestion_pair on suggestion (household_id, left_id, right_id, kind);

-- Transfers and refunds: legs that belong together. kind: 1 transfer, 2 refund. state: 1 paired, 2 confirmed, 3 rejected.
create table pair_decision (
  household_id bigint not null,
  out_id bigint not null,
  in_id bigint not null,
  at timestamptz not null,
  batch_id bigint not null,
  kind smallint not null,
  state smallint not null,
  score smallint not null,
  primary key (household_id, out_id, in_id)
);
create index pair_decision_in on pair_decision (household_id, in_id);

-- categorize
-- The household's own categories (>= 1000) and its changes to system ones under the same id.
create table category (
  household_id bigint not null,
  category_id int not null,
  group_slug text not null,
  position int not null default 0,
  hidden boolean not null default false,
  bill boolean,
  version int not null default 1,
  icon text not null default '',
  sealed bytea not null,
  primary key (household_id, category_id)
);

-- What the owner said of a payee, counted; the last word wins, agreement makes it sure.
create table memory (
  household_id bigint not null,
  payee_id bigint not null,
  updated_at timestamptz not null,
  category_id int not null,
  times int not null,
  primary key (household_id, payee_id, category_id)
);

-- budgets
-- A limit on a category, a group or all spending. rollover: 0 none, 1 surplus, 2 both. period: 1 month, 2 year.
create table budget (
  household_id bigint not null,
  budget_id bigint not null,
  limit_minor bigint not null check (limit_minor > 0),
  created_at timestamptz not null,
  starts date not null,
  ends date,
  category_id int,
  version int not null default 1,
  period smallint not null check (period in (1, 2)),
  rollover smallint not null check (rollover between 0 and 2),
  alerts smallint[] not null,
  group_slug text,
  currency text not null check (currency ~ '^[A-Z0-9]{3,12}$'),
  sealed bytea,
  primary key (household_id, budget_id),
  check (num_nonnulls(category_id, group_slug) <= 1)
);

-- One for each budget, period and threshold, ever; withdrawn when no longer true.
create table alert (
  household_id bigint not null,
  alert_id bigint not null,
  budget_id bigint not null,
  limit_minor bigint not null,
  spent_minor bigint not null,
  raised_at timestamptz not null,
  withdrawn_at timestamptz,
  read_at timestamptz,
  period date not null,
  threshold smallint not null,
  currency text not null,
  primary key (household_id, alert_id)
);
create unique index alert_once on alert (household_id, budget_id, period, threshold);

-- notify
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


-- Every tenant table: a permissive policy and its restrictive twin, so that a later careless policy cannot widen it. Literal settings and no
-- subquery, because Citus refuses those in a policy.
do $$
declare
  name text;
begin
  foreach name in array array['household', 'member', 'api_token_name', 'export', 'export_part', 'household_key', 'audit_event', 'idempotency', 'connection', 'account', 'balance_day', 'transaction', 'split', 'payee', 'tag', 'transaction_tag', 'rollup_month', 'batch', 'landed', 'line', 'change', 'suggestion', 'pair_decision', 'category', 'memory', 'budget', 'alert', 'outbox'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy tenant on %I using (household_id = nullif(current_setting(''app.household'', true), '''')::bigint)'
      ' with check (household_id = nullif(current_setting(''app.household'', true), '''')::bigint)', name);
    execute format('create policy tenant_only on %I as restrictive'
      ' using (household_id = nullif(current_setting(''app.household'', true), '''')::bigint)'
      ' with check (household_id = nullif(current_setting(''app.household'', true), '''')::bigint)', name);
  end loop;
end $$;

-- The application reads and writes rows, nothing else; the audit trail it can only add to.
grant usage on schema public to farthing_app;
grant select, insert, update, delete on all tables in schema public to farthing_app;
revoke update, delete on audit_event, audit_checkpoint from farthing_app;
revoke all on schema_migrations from farthing_app;
grant select on schema_migrations to farthing_app;

-- migrate:down
do $$ begin raise exception 'the first migration is not undone; restore a backup'; end $$;
