-- Every sync, import, edit and undo: what can be listed and undone. kind: 1 sync, 2 import, 3 edit, 4 rule run, 5 undo.
-- state: 1 done, 2 failed, 3 undone, 4 dry run. version: of the household after it, which is the order in which batches happened.
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
  version bigint,
  primary key (household_id, batch_id)
);
create index batch_connection on batch (household_id, connection_id, batch_id);

-- Raw pages as they came: zstd, sealed, append-only, the source of a replay. codec: 1 pages alone, 2 with how they were taken in.
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
create index line_open on line (household_id, account_id, date) where state in (2, 3, 5);

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

-- Two rows that may be one (kind 1), a transfer (2) or a refund (3): the owner decides. state: 1 open, 2 accepted, 3 rejected. batch_id asked,
-- answered_in holds the answer.
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
  batch_id bigint not null default 0,
  answered_in bigint,
  primary key (household_id, suggestion_id)
);
create unique index suggestion_pair on suggestion (household_id, left_id, right_id, kind);
create index suggestion_right on suggestion (household_id, right_id);
create index suggestion_open on suggestion (household_id, suggestion_id) where state = 1;

-- A transaction that its owner said is another one.
create table merged (
  household_id bigint not null,
  other_id bigint not null,
  kept_id bigint not null,
  batch_id bigint not null,
  at timestamptz not null,
  primary key (household_id, other_id)
);
create index merged_kept on merged (household_id, kept_id);

-- Transfers and refunds: rows that belong together. kind: 1 transfer, 2 refund (out_id is the purchase). state: 1 paired, 2 confirmed, 3 rejected.
-- amount: of a refund, how much of it belongs to the purchase. sealed: what spoke for it.
create table pair_decision (
  household_id bigint not null,
  out_id bigint not null,
  in_id bigint not null,
  at timestamptz not null,
  batch_id bigint not null,
  kind smallint not null,
  state smallint not null,
  score smallint not null,
  amount bigint,
  sealed bytea,
  primary key (household_id, out_id, in_id)
);
create index pair_decision_in on pair_decision (household_id, in_id);
