-- Where money is. Balances are signed: what is owed is negative. connection_id null: the owner keeps it by hand.
create table account (
  household_id bigint not null,
  connection_id bigint,
  balance bigint,
  available bigint,
  opening_balance bigint,
  ref uuid,
  balance_as_of timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  account_id int not null,
  version int not null default 1,
  opened_on date,
  closed_on date,
  kind smallint not null,
  hidden boolean not null default false,
  currency text not null check (currency ~ '^[A-Z0-9]{3,12}$'),
  sealed bytea not null,
  primary key (household_id, account_id)
);
create unique index account_ref on account (household_id, ref);

-- What an account was worth at the end of a day, as stated by bank, file or owner.
create table balance_day (
  household_id bigint not null,
  balance bigint not null,
  account_id int not null,
  date date not null,
  source smallint not null,
  primary key (household_id, account_id, date)
);

-- Ours; lines come and go beneath it. Bank columns are written by `post` alone, owner columns by labels and edits alone.
create table transaction (
  household_id bigint not null,
  transaction_id bigint not null,
  amount bigint not null,
  home_amount bigint,
  payee_id bigint not null,
  batch_id bigint not null,
  updated_at timestamptz not null,
  account_id int not null,
  bank_date date not null,
  posted_date date,
  owner_date date,
  date date not null generated always as (coalesce(owner_date, bank_date)) stored,
  category_id int not null default 0,
  version int not null default 1,
  status smallint not null check (status between 1 and 3),
  category_source smallint not null default 0,
  confidence smallint not null default 0 check (confidence between 0 and 1000),
  discarded smallint not null default 0,
  hidden boolean not null default false,
  reviewed boolean not null default false,
  split boolean not null default false,
  currency text not null check (currency ~ '^[A-Z0-9]{3,12}$'),
  owner_sealed bytea,
  sealed bytea not null,
  model smallint not null default 0,
  primary key (household_id, transaction_id)
);
create index transaction_date on transaction (household_id, date);
create index transaction_account on transaction (household_id, account_id, date);
create index transaction_payee on transaction (household_id, payee_id, date);
create index transaction_category on transaction (household_id, category_id, date);
create index transaction_owner on transaction (household_id, date) where owner_sealed is not null;
create index transaction_astray on transaction (household_id, account_id)
  where not (abs(coalesce(posted_date, bank_date) - date) <= 30 and abs(bank_date - date) <= 30);
create index transaction_split on transaction (household_id, date) where split;
create index transaction_inflow on transaction (household_id, payee_id, date) where amount > 0;
create index transaction_doubtful on transaction (household_id, date)
  where confidence < 900 and not reviewed and not hidden and not split and discarded = 0 and status < 3;

-- Parts of a transaction; they add up to it. Present only where transaction.split.
create table split (
  household_id bigint not null,
  transaction_id bigint not null,
  amount bigint not null,
  home_amount bigint,
  part int not null,
  category_id int not null,
  sealed bytea,
  primary key (household_id, transaction_id, part)
);
create index split_category on split (household_id, category_id);

-- Cleaned bank texts, each once; payee_id is the first 64 bits of a keyed hash of the text.
create table payee (
  household_id bigint not null,
  payee_id bigint not null,
  sealed bytea not null,
  primary key (household_id, payee_id)
);

create table tag (
  household_id bigint not null,
  tag_id bigint not null,
  sealed bytea not null,
  primary key (household_id, tag_id)
);

create table transaction_tag (
  household_id bigint not null,
  tag_id bigint not null,
  transaction_id bigint not null,
  primary key (household_id, tag_id, transaction_id)
);
create index transaction_tag_transaction on transaction_tag (household_id, transaction_id);

-- A month's sums by category, account and unit; pending is contained in the totals. n: rows with a part here, n_once: each row once.
create table rollup_month (
  household_id bigint not null,
  total_in bigint not null,
  total_out bigint not null,
  pending_in bigint not null,
  pending_out bigint not null,
  home_in bigint,
  home_out bigint,
  home_pending_in bigint,
  home_pending_out bigint,
  month date not null,
  category_id int not null,
  account_id int not null,
  n int not null,
  n_once int not null,
  n_hidden int not null,
  n_void int not null,
  currency text not null,
  primary key (household_id, month, category_id, account_id, currency)
);

-- Shared: units of a currency for one euro on a day.
create table rate (
  currency text not null,
  day date not null,
  per_euro numeric not null check (per_euro > 0),
  primary key (currency, day)
);
