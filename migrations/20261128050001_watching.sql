-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, ban-drop-table -- before the first release: there is nobody to wait for

-- From what amount on, in minor units of its currency, a household wants to hear of a single row; null when it does not.
create table alert_line (
  household_id bigint not null primary key,
  large_minor bigint check (large_minor > 0)
);
alter table alert_line enable row level security;
alter table alert_line force row level security;
create policy tenant on alert_line
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
create policy tenant_only on alert_line as restrictive
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
grant select, insert, update, delete on alert_line to farthing_app;

-- migrate:down
drop table alert_line;
