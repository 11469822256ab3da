-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, ban-drop-table, ban-drop-column -- before the first release: there is nobody to wait for

-- A household's votes on merchants: the key is a keyed hash of the cleaned name, the category one of the system's.
create table vote (
  household_id bigint not null,
  merchant_key uuid not null,
  category_id int not null,
  primary key (household_id, merchant_key)
);
alter table vote enable row level security;
alter table vote force row level security;
create policy tenant on vote
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
create policy tenant_only on vote as restrictive
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
grant select, insert, update, delete on vote to farthing_app;

-- Shared: how many households vote for what. Heard from 20 on.
create table merchant_vote (
  merchant_key uuid not null,
  category_id int not null,
  households int not null check (households >= 0),
  primary key (merchant_key, category_id)
);
grant select, insert, update, delete on merchant_vote to farthing_app;

-- Whether the household's corrections count as votes.
alter table household add column votes boolean not null default true;

-- migrate:down
alter table household drop column votes;
drop table merchant_vote;
drop table vote;
