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
