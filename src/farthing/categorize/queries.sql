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

-- name: take_back_counts(household_id, category_id, payee_ids)!
-- One correction less for each payee. Rows: payees. Index: memory_pkey.
update memory
set times = times - 1
where household_id = :household_id and category_id = :category_id and payee_id = any(:payee_ids::bigint[]);

-- name: take_back_empty(household_id, category_id, payee_ids)!
-- What nothing stands for any more goes. Rows: payees. Index: memory_pkey.
delete from memory
where household_id = :household_id and category_id = :category_id and payee_id = any(:payee_ids::bigint[]) and times < 1;

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

-- name: reorder(household_id, category_ids, group_slugs, positions, sealeds)!
-- New places; a system category gets its row here. Rows: the moved. Index: category_pkey.
insert into category (household_id, category_id, group_slug, position, sealed)
select :household_id, c.category_id, c.group_slug, c.position, c.sealed
from unnest(:category_ids::int[], :group_slugs::text[], :positions::int[], :sealeds::bytea[]) as c(category_id, group_slug, position, sealed)
on conflict (household_id, category_id) do update
set position = excluded.position, version = category.version + 1;

-- name: drop_own_moved(household_id, category_id, move_to)!
-- What was remembered for one category counts for another. Rows: payees. Index: memory_pkey.
insert into memory (household_id, payee_id, category_id, updated_at, times)
select m.household_id, m.payee_id, :move_to, m.updated_at, m.times
from memory as m
where m.household_id = :household_id and m.category_id = :category_id
on conflict (household_id, payee_id, category_id) do update
set times = memory.times + excluded.times, updated_at = greatest(memory.updated_at, excluded.updated_at);

-- name: drop_own_memory(household_id, category_id)!
-- What was remembered for it. Rows: payees. Index: memory_pkey.
delete from memory
where household_id = :household_id and category_id = :category_id;
