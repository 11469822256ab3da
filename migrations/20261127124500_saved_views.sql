-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, ban-drop-table -- before the first release: there is nobody to wait for

-- A filter of the list that the household has named.
create table saved_view (
  household_id bigint not null,
  view_id bigint not null,
  created_at timestamptz not null,
  version int not null default 1,
  sealed bytea not null,
  primary key (household_id, view_id)
);
alter table saved_view enable row level security;
alter table saved_view force row level security;
create policy tenant on saved_view
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
create policy tenant_only on saved_view as restrictive
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
grant select, insert, update, delete on saved_view to farthing_app;

-- migrate:down
drop table saved_view;
