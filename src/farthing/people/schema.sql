-- The tenant. Its row is the household lock: `for no key update` on it orders every writer.
create table household (
  household_id bigint primary key,
  version bigint not null default 1,
  created_at timestamptz not null,
  next_category int not null default 1000,
  next_account int not null default 1,
  alive boolean not null default true,
  demo boolean not null default false,
  currency text not null check (currency ~ '^[A-Z0-9]{3,12}$'),
  zone text not null,
  locale text not null,
  sealed bytea not null,
  rules_version int not null default 0,
  votes boolean not null default true,
  calibration smallint not null default 0,
  budget_mode smallint not null default 1 check (budget_mode between 0 and 2),
  plan_since date,
  plan_opening bigint not null default 0,
  said_versions bigint not null default 0,
  recent_versions bigint not null default 0,
  recent_since date
);

create table member (
  household_id bigint not null,
  member_id bigint not null,
  created_at timestamptz not null,
  password_changed_at timestamptz not null,
  password_hash text not null,
  role smallint not null default 1,
  sealed bytea not null,
  primary key (household_id, member_id)
);

-- Finder: which household is this e-mail's? Blind index only.
create table login (
  email_index bytea primary key check (length(email_index) = 16),
  household_id bigint not null,
  member_id bigint not null
);
create index login_household on login (household_id);

-- Finder: by the hash of the cookie's token.
create table session (
  token_hash bytea primary key check (length(token_hash) = 32),
  household_id bigint not null,
  member_id bigint not null,
  session_id bigint not null,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  fresh_at timestamptz not null,
  expires_at timestamptz not null
);
create index session_household on session (household_id, member_id);

-- Finder: by the hash of the bearer token.
create table api_token (
  token_hash bytea primary key check (length(token_hash) = 32),
  household_id bigint not null,
  member_id bigint not null,
  token_id bigint not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  used_at timestamptz,
  scope smallint not null check (scope in (1, 2))
);
create index api_token_household on api_token (household_id, token_id);

-- What a token is called, beside the finder that must not say.
create table api_token_name (
  household_id bigint not null,
  token_id bigint not null,
  sealed bytea not null,
  primary key (household_id, token_id)
);

-- An export that was asked for: a sealed archive, gone after a day.
create table export (
  household_id bigint not null,
  export_id bigint not null,
  member_id bigint not null,
  asked_at timestamptz not null,
  ready_at timestamptz,
  expires_at timestamptz not null,
  size_bytes bigint,
  failed text,
  primary key (household_id, export_id)
);

create table export_part (
  household_id bigint not null,
  export_id bigint not null,
  part int not null,
  sealed bytea not null,
  primary key (household_id, export_id, part)
);

-- What the household has named: a filter of the list (place 0), or a trend that is a card on Overview (1).
create table saved_view (
  household_id bigint not null,
  view_id bigint not null,
  created_at timestamptz not null,
  version int not null default 1,
  sealed bytea not null,
  place smallint not null default 0 check (place in (0, 1)),
  primary key (household_id, view_id)
);
