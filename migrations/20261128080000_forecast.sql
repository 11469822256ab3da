-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, ban-drop-table -- before the first release: there is nobody to wait for

-- What balances will be, as it was worked out last: one row a household, in place of the one before. version: of the ledger it was made from.
create table forecast (
  household_id bigint not null primary key,
  version bigint not null,
  made_at timestamptz not null,
  day date not null,
  sealed bytea not null
);
alter table forecast enable row level security;
alter table forecast force row level security;
create policy tenant on forecast
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
create policy tenant_only on forecast as restrictive
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
grant select, insert, update, delete on forecast to farthing_app;

-- migrate:down
drop table forecast;
