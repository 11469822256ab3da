-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, require-concurrent-index-creation, require-concurrent-index-deletion, ban-drop-table, ban-drop-column -- before the first release: there is nobody to wait for

-- Which batch asked (all of one file's questions are answered at once), and which batch holds the answer.
alter table suggestion add column batch_id bigint not null default 0;
alter table suggestion add column answered_in bigint;
create index suggestion_right on suggestion (household_id, right_id);
create index suggestion_open on suggestion (household_id, suggestion_id) where state = 1;

-- A transaction that its owner said is another one.
create table merged (
  household_id bigint not null,
  other_id bigint not null,
  kept_id bigint not null,
  batch_id bigint not null,
  at timestamptz not null,
  primary key (household_id, other_id)
);
create index merged_kept on merged (household_id, kept_id);
alter table merged enable row level security;
alter table merged force row level security;
create policy tenant on merged
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
create policy tenant_only on merged as restrictive
  using (household_id = nullif(current_setting('app.household', true), '')::bigint)
  with check (household_id = nullif(current_setting('app.household', true), '')::bigint);
grant select, insert, update, delete on merged to farthing_app;

-- migrate:down
drop table merged;
drop index suggestion_open;
drop index suggestion_right;
alter table suggestion drop column answered_in;
alter table suggestion drop column batch_id;
