-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, ban-drop-table, ban-drop-column -- before the first release: there is nobody to wait for

-- Groups of the household's own. counts_as: 1 spending, 2 income, 3 transfer, for ever; position: its place among the system's.
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
alter table category_group enable row level security;
alter table category_group force row level security;
create policy tenant on category_group
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
create policy tenant_only on category_group as restrictive
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
grant select, insert, update, delete on category_group to farthing_app;

-- The own group that pages show a category in; how it counts stays its group_slug's word.
alter table category add column group_id bigint;

-- migrate:down
alter table category drop column group_id;
drop table category_group;
