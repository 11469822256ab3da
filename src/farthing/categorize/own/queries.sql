-- Categories and groups of the household's own. Each named after its one caller.

-- name: whole_tree(household_id)
-- Own categories, changed system ones, and own groups (no category_id). Rows: few. Index: category_pkey, category_group_pkey.
select category_id, group_id, group_slug, position, hidden, bill, version, icon, sealed, merged_into, '' as section, null::smallint as counts_as
from category
where household_id = :household_id
union all
select null, group_id, '', position, hidden, null, version, '', sealed, null, section, counts_as
from category_group
where household_id = :household_id;

-- name: add_own_number(household_id)$
-- The next number for an own category. Rows: 1. Index: household_pkey.
update household
set next_category = next_category + 1
where household_id = :household_id
returning next_category - 1;

-- name: keep(household_id, category_id, group_id, group_slug, position, hidden, bill, icon, sealed, merged_into, version)!
-- Write a category; with a version, only over that one. Rows: 1. Index: category_pkey.
insert into category (household_id, category_id, group_id, group_slug, position, hidden, bill, icon, sealed, merged_into)
values (
  :household_id, :category_id, :group_id::bigint, :group_slug, :position, :hidden, :bill::boolean, :icon, :sealed, :merged_into::int
)
on conflict (household_id, category_id) do update
set group_id = excluded.group_id, group_slug = excluded.group_slug, position = excluded.position, hidden = excluded.hidden,
  bill = excluded.bill, icon = excluded.icon, sealed = excluded.sealed, merged_into = excluded.merged_into, version = category.version + 1
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

-- name: keep_group(household_id, group_id, position, hidden, counts_as, section, sealed)!
-- Write a group, new or changed. Rows: 1. Index: category_group_pkey.
insert into category_group (household_id, group_id, position, hidden, counts_as, section, sealed)
values (:household_id, :group_id, :position, :hidden, :counts_as, :section, :sealed)
on conflict (household_id, group_id) do update
set position = excluded.position, hidden = excluded.hidden, section = excluded.section, sealed = excluded.sealed,
  version = category_group.version + 1;

-- name: drop_group(household_id, group_id)!
-- Remove a group. Rows: 1. Index: category_group_pkey.
delete from category_group
where household_id = :household_id and group_id = :group_id;
