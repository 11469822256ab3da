-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, require-concurrent-index-creation, require-concurrent-index-deletion, ban-drop-table -- before the first release: there is nobody to wait for

-- Alerts of every kind, not of budgets alone: what it is about, what is and what it is measured by, how fresh the data was, and sealed words.
-- Made anew and not by renaming: PostgreSQL 18 names a column's `not null` after it, and a renamed one would keep the old name.
alter table alert no force row level security;
create temporary table alert_before as
select household_id, alert_id, budget_id, limit_minor, spent_minor, raised_at, withdrawn_at, read_at, period, threshold, currency from alert;
drop table alert;
create table alert (
  household_id bigint not null,
  alert_id bigint not null,
  subject_id bigint not null,
  limit_minor bigint,
  amount_minor bigint,
  raised_at timestamptz not null,
  withdrawn_at timestamptz,
  read_at timestamptz,
  as_of timestamptz,
  period date not null,
  kind smallint not null check (kind between 1 and 99),
  threshold smallint not null,
  currency text,
  sealed bytea,
  primary key (household_id, alert_id)
);
insert into alert (household_id, alert_id, subject_id, limit_minor, amount_minor, raised_at, withdrawn_at, read_at, period, kind, threshold, currency)
select household_id, alert_id, budget_id, limit_minor, spent_minor, raised_at, withdrawn_at, read_at, period, 1, threshold, currency
from alert_before;
drop table alert_before;
create unique index alert_once on alert (household_id, kind, subject_id, period, threshold);
create index alert_unread on alert (household_id, alert_id) where read_at is null;
alter table alert enable row level security;
alter table alert force row level security;
create policy tenant on alert
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
create policy tenant_only on alert as restrictive
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
grant select, insert, update, delete on alert to farthing_app;

-- migrate:down
do $$ begin raise exception 'alerts of other kinds have no place in the table of before; restore a backup'; end $$;
