-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, ban-drop-table, ban-drop-column -- before the first release: there is nobody to wait for

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
alter table rule enable row level security;
alter table rule force row level security;
create policy tenant on rule
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
create policy tenant_only on rule as restrictive
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
grant select, insert, update, delete on rule to farthing_app;

-- How often the household's rules were changed: a process that holds them compiled knows by it whether they are still those.
alter table household add column rules_version int not null default 0;

-- migrate:down
alter table household drop column rules_version;
drop table rule;
