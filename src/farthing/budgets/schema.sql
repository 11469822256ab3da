-- A limit on a category, a group or all spending. rollover: 0 none, 1 surplus, 2 both. period: 1 month, 2 year. limit_minor until
-- budget_month says otherwise; cap_minor the most that is handed on, either way, null all of it.
create table budget (
  household_id bigint not null,
  budget_id bigint not null,
  limit_minor bigint not null check (limit_minor > 0),
  created_at timestamptz not null,
  starts date not null,
  ends date,
  category_id int,
  version int not null default 1,
  period smallint not null check (period in (1, 2)),
  rollover smallint not null check (rollover between 0 and 2),
  alerts smallint[] not null,
  group_slug text,
  currency text not null check (currency ~ '^[A-Z0-9]{3,12}$'),
  sealed bytea,
  cap_minor bigint check (cap_minor > 0),
  primary key (household_id, budget_id),
  check (num_nonnulls(category_id, group_slug) <= 1)
);

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

-- What came into a January, so that nobody walks through all the years before it. Worked out, never said: may be forgotten at any time.
-- budget_id 0: what was there to be assigned.
create table budget_carry (
  household_id bigint not null,
  budget_id bigint not null,
  minor bigint not null,
  month date not null,
  primary key (household_id, month, budget_id)
);
