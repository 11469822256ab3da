-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, ban-drop-table -- before the first release: there is nobody to wait for

-- What a year of figures says. kind: 1 subscriptions, 2 same kind, 3 fees, 4 price rise, 5 trial over, 6 unusual month, 7 idle cash; subject_id is
-- what it is about (a series, a category, an account). dismissed_amount: what it said when it was dismissed, so that more brings it back.
create table insight (
  household_id bigint not null,
  insight_id bigint not null,
  subject_id bigint not null,
  amount bigint not null check (amount >= 0),
  found_at timestamptz not null,
  dismissed_at timestamptz,
  dismissed_amount bigint,
  kind smallint not null check (kind between 1 and 99),
  currency text not null check (currency ~ '^[A-Z0-9]{3,12}$'),
  sealed bytea not null,
  primary key (household_id, insight_id),
  unique (household_id, kind, subject_id),
  check ((dismissed_at is null) = (dismissed_amount is null))
);
alter table insight enable row level security;
alter table insight force row level security;
create policy tenant on insight
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
create policy tenant_only on insight as restrictive
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
grant select, insert, update, delete on insight to farthing_app;

-- migrate:down
drop table insight;
