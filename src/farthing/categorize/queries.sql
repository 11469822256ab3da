-- Categories of the household's own and what its corrections taught us. Each named after its one caller.

-- name: recall(household_id, payee_ids)
-- The last word on each payee, with how often it and anything was said. Rows: known payees x categories. Index: memory_pkey.
select payee_id, category_id, times, updated_at
from memory
where household_id = :household_id and payee_id = any(:payee_ids::bigint[]);

-- name: remember(household_id, category_id, at, payee_ids)!
-- Count a correction for each payee. Rows: payees. Index: memory_pkey.
insert into memory (household_id, payee_id, category_id, updated_at, times)
select :household_id, p.payee_id, :category_id, :at, 1
from unnest(:payee_ids::bigint[]) as p(payee_id)
on conflict (household_id, payee_id, category_id) do update
set times = memory.times + 1, updated_at = excluded.updated_at;

-- name: forget(household_id, payee_ids)!
-- Unlearn these payees. Rows: payees x categories. Index: memory_pkey.
delete from memory
where household_id = :household_id and payee_id = any(:payee_ids::bigint[]);

-- name: tree(household_id)
-- Own categories and changed system ones. Rows: few. Index: category_pkey.
select category_id, group_slug, position, hidden, bill, version, icon, sealed
from category
where household_id = :household_id;

-- name: add_own_number(household_id)$
-- The next number for an own category. Rows: 1. Index: household_pkey.
update household
set next_category = next_category + 1
where household_id = :household_id
returning next_category - 1;

-- name: keep(household_id, category_id, group_slug, position, hidden, bill, icon, sealed, version)!
-- Write a category; with a version, only over that one. Rows: 1. Index: category_pkey.
insert into category (household_id, category_id, group_slug, position, hidden, bill, icon, sealed)
values (:household_id, :category_id, :group_slug, :position, :hidden, :bill::boolean, :icon, :sealed)
on conflict (household_id, category_id) do update
set group_slug = excluded.group_slug, position = excluded.position, hidden = excluded.hidden, bill = excluded.bill, icon = excluded.icon,
  sealed = excluded.sealed, version = category.version + 1
where :version::int is null or category.version = :version::int;

-- name: drop_own(household_id, category_id)!
-- Remove an own category, or the change of a system one. Rows: 1. Index: category_pkey.
delete from category
where household_id = :household_id and category_id = :category_id;

-- name: drop_own_memory(household_id, category_id)!
-- What was remembered for it. Rows: payees. Index: memory_pkey.
delete from memory
where household_id = :household_id and category_id = :category_id;
