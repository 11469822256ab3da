-- What comes again and again. state: 1 suggested, 2 confirmed, 3 dismissed, 4 ended. next_on null: nothing more is expected of it.
create table recurring (
  household_id bigint not null,
  recurring_id bigint not null,
  amount bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  account_id int not null,
  category_id int not null,
  version int not null default 1,
  next_on date,
  state smallint not null check (state between 1 and 4),
  cadence smallint not null check (cadence between 1 and 9),
  confidence smallint not null check (confidence between 0 and 1000),
  currency text not null check (currency ~ '^[A-Z0-9]{3,12}$'),
  sealed bytea not null,
  primary key (household_id, recurring_id)
);

-- What balances will be, as it was worked out last: one row a household, in place of the one before. version: of the figures it was made from.
create table forecast (
  household_id bigint not null primary key,
  version bigint not null,
  made_at timestamptz not null,
  day date not null,
  sealed bytea not null
);

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
