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

-- What balances will be, as it was worked out last: one row a household, in place of the one before. version: of the ledger it was made from.
create table forecast (
  household_id bigint not null primary key,
  version bigint not null,
  made_at timestamptz not null,
  day date not null,
  sealed bytea not null
);
