-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, ban-drop-table, ban-drop-column -- before the first release: there is nobody to wait for

-- Which version of the model chose the category: 100 x the installation's version + the household's own. 0: none did, or nobody noted it.
alter table transaction add column model smallint not null default 0;

-- The household's own calibration in force; 0: none.
alter table household add column calibration smallint not null default 0;

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
alter table calibration enable row level security;
alter table calibration force row level security;
create policy tenant on calibration
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
create policy tenant_only on calibration as restrictive
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
grant select, insert, update, delete on calibration to farthing_app;

-- What a household gave to the installation's tally, so that it can be withdrawn exactly.
create table tally_share (
  household_id bigint not null,
  kind smallint not null,
  bin smallint not null,
  rows smallint not null,
  correct smallint not null,
  primary key (household_id, kind, bin)
);
alter table tally_share enable row level security;
alter table tally_share force row level security;
create policy tenant on tally_share
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
create policy tenant_only on tally_share as restrictive
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
grant select, insert, update, delete on tally_share to farthing_app;

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
grant select, insert, update, delete on tally to farthing_app;

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
grant select, insert, update, delete on model to farthing_app;

-- Shared: what came of each night's training.
create table trial (
  tried_at timestamptz primary key,
  outcome text not null,
  figures text not null
);
grant select, insert, update, delete on trial to farthing_app;

-- Shared: counted on when processes have to read something anew.
create table stamp (
  changes bigint not null,
  name text primary key
);
grant select, insert, update, delete on stamp to farthing_app;

-- migrate:down
drop table stamp;
drop table trial;
drop table model;
drop table tally;
drop table tally_share;
drop table calibration;
alter table household drop column calibration;
alter table transaction drop column model;
