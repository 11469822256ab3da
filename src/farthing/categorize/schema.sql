-- The household's own categories (>= 1000) and its changes to system ones under the same id. `merged_into`: what would come into one that
-- was made one with another goes there.
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
  merged_into int,
  group_id bigint,
  primary key (household_id, category_id)
);

-- Groups of the household's own, in which pages show categories (`category.group_id`). counts_as: 1 spending, 2 income, 3 transfer, for ever, and
-- only categories that count so stand in it; position: its place among the system's, which stand at every hundred.
create table category_group (
  household_id bigint not null,
  group_id bigint not null,
  position int not null,
  version int not null default 1,
  hidden boolean not null default false,
  counts_as smallint not null check (counts_as in (1, 2, 3)),
  section text not null,
  sealed bytea not null,
  primary key (household_id, group_id)
);

-- What the owner said of a payee, counted by account and size of the amount; the last word wins, agreement makes it sure.
-- account_id 0, band 0: not known.
create table memory (
  household_id bigint not null,
  payee_id bigint not null,
  updated_at timestamptz not null,
  category_id int not null,
  times int not null,
  account_id int not null default 0,
  band smallint not null default 0,
  primary key (household_id, payee_id, category_id, account_id, band)
);

-- What the household wants done with rows that are alike. `position` from 1: the first that holds decides.
create table rule (
  household_id bigint not null,
  rule_id bigint not null,
  created_at timestamptz not null,
  used_at timestamptz,
  uses bigint not null default 0,
  position int not null,
  version int not null default 1,
  enabled boolean not null default true,
  sealed bytea not null,
  primary key (household_id, rule_id)
);

-- A household's votes on merchants: the key is a keyed hash of the cleaned name, the category one of the system's.
create table vote (
  household_id bigint not null,
  merchant_key uuid not null,
  category_id int not null,
  primary key (household_id, merchant_key)
);

-- Shared: how many households vote for what. Heard from 20 on.
create table merchant_vote (
  merchant_key uuid not null,
  category_id int not null,
  households int not null check (households >= 0),
  primary key (merchant_key, category_id)
);

-- A household's own calibrations, kept within it: what its corrections say of how sure we may be.
create table calibration (
  household_id bigint not null,
  made_at timestamptz not null,
  slope double precision not null,
  lift double precision not null,
  loss_before double precision not null,
  loss_after double precision not null,
  rows int not null,
  number smallint not null check (number between 1 and 99),
  primary key (household_id, number)
);

-- What a household gave to the installation's tally, so that it can be withdrawn exactly.
create table tally_share (
  household_id bigint not null,
  kind smallint not null,
  bin smallint not null,
  rows smallint not null,
  correct smallint not null,
  primary key (household_id, kind, bin)
);

-- Shared: how often what was said so surely was right, over households. Used where twenty of them counted.
create table tally (
  kind smallint not null,
  bin smallint not null,
  teaches boolean not null,
  households int not null,
  rows int not null,
  correct int not null,
  primary key (kind, bin, teaches)
);

-- Shared: versions of the installation's model. state: 1 in force, 2 past, 3 rolled back.
create table model (
  made_at timestamptz not null,
  version smallint primary key check (version between 1 and 326),
  state smallint not null check (state between 1 and 3),
  pinned boolean not null default false,
  shipped text not null,
  bends text not null,
  figures text not null
);
create unique index model_in_force on model (shipped) where state = 1;

-- Shared: what came of each night's training.
create table trial (
  tried_at timestamptz primary key,
  outcome text not null,
  figures text not null
);

-- Shared: counted on when processes have to read something anew.
create table stamp (
  changes bigint not null,
  name text primary key
);
