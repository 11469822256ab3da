-- Keys, audit, sessions and API tokens.

-- name: select_household_keys(household_id)
-- Every key of one household, wrapped. Rows: up to 4 classes x versions. Index: primary key.
select class, key_version, branch, branch_version, created_at, wrapped
from household_key
where household_id = :household_id;

-- name: lock_living_household(household_id)^
-- Holds off an erasure while keys are made; no row when the household is not alive. Rows: 0-1. Index: primary key.
select household_id
from household
where household_id = :household_id and alive
for share;

-- name: insert_household_key(household_id, key_class, key_version, branch, branch_version, created_at, wrapped)!
-- Somebody else's earlier key of that version stands. Rows: none.
insert into household_key (household_id, class, key_version, branch, branch_version, created_at, wrapped)
values (:household_id, :key_class, :key_version, :branch, :branch_version, :created_at, :wrapped)
on conflict do nothing;

-- name: select_branch_key(key_class, branch)
-- Every version of one branch key, wrapped (shared table). Rows: few. Index: primary key.
select version, wrapped
from branch_key
where class = :key_class and branch = :branch;

-- name: insert_branch_key(key_class, branch, version, created_at, wrapped)!
-- The first to make a branch wins (shared table). Rows: none.
insert into branch_key (class, branch, version, created_at, wrapped)
values (:key_class, :branch, :version, :created_at, :wrapped)
on conflict do nothing;

-- name: has_branch_keys()$
-- Whether this database was ever sealed (shared table). Rows: 1.
select exists (select 1 from branch_key);
