-- A limit on a category, a group or all spending. rollover: 0 none, 1 surplus, 2 both. period: 1 month, 2 year.
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
  primary key (household_id, budget_id),
  check (num_nonnulls(category_id, group_slug) <= 1)
);
