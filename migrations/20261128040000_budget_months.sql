-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, ban-drop-table, ban-drop-column -- before the first release: there is nobody to wait for

-- What is said of a budget for one of its periods (month: the period's first day). kind: 1 the limit from here on, 2 the limit here alone,
-- 3 put into the envelope here, 4 (budget_id 0) put by for the month after.
create table budget_month (
  household_id bigint not null,
  budget_id bigint not null,
  minor bigint not null,
  month date not null,
  kind smallint not null check (kind between 1 and 4),
  primary key (household_id, kind, month, budget_id),
  check (kind = 3 or minor > 0)
);
alter table budget_month enable row level security;
alter table budget_month force row level security;
create policy tenant on budget_month
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
create policy tenant_only on budget_month as restrictive
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
grant select, insert, update, delete on budget_month to farthing_app;

-- What came into a January, so that nobody walks through all the years before it. Worked out, never said: may be forgotten at any time.
-- budget_id 0: what was there to be assigned.
create table budget_carry (
  household_id bigint not null,
  budget_id bigint not null,
  minor bigint not null,
  month date not null,
  primary key (household_id, month, budget_id)
);
alter table budget_carry enable row level security;
alter table budget_carry force row level security;
create policy tenant on budget_carry
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
create policy tenant_only on budget_carry as restrictive
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
grant select, insert, update, delete on budget_carry to farthing_app;

-- The most that is handed on, either way; null: all of it.
alter table budget add column cap_minor bigint check (cap_minor > 0);

-- How the household budgets: 0 not at all, 1 limits, 2 envelopes; those since a month, with what there was to begin with.
alter table household add column budget_mode smallint not null default 1 check (budget_mode between 0 and 2);
alter table household add column plan_since date;
alter table household add column plan_opening bigint not null default 0;

-- migrate:down
alter table household drop column plan_opening;
alter table household drop column plan_since;
alter table household drop column budget_mode;
alter table budget drop column cap_minor;
drop table budget_carry;
drop table budget_month;
