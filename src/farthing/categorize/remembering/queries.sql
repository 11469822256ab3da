-- What corrections taught, by payee, category, account and size of the amount. Each named after its one caller.

-- name: recall(household_id, payee_ids)
-- Every word on these payees, counted. Rows: known payees x what was said. Index: memory_pkey.
select payee_id, category_id, account_id, band, times, updated_at
from memory
where household_id = :household_id and payee_id = any(:payee_ids::bigint[]);

-- name: remember(household_id, at, payee_ids, category_ids, account_ids, bands)!
-- Count a correction each. Rows: words. Index: memory_pkey.
insert into memory (household_id, payee_id, category_id, account_id, band, updated_at, times)
select :household_id, w.payee_id, w.category_id, w.account_id, w.band, :at, 1
from unnest(:payee_ids::bigint[], :category_ids::int[], :account_ids::int[], :bands::smallint[]) as w(payee_id, category_id, account_id, band)
on conflict (household_id, payee_id, category_id, account_id, band) do update
set times = memory.times + 1, updated_at = excluded.updated_at;

-- name: forget(household_id, payee_ids)!
-- Unlearn these payees. Rows: payees x what was said. Index: memory_pkey.
delete from memory
where household_id = :household_id and payee_id = any(:payee_ids::bigint[]);

-- name: take_back_counts(household_id, payee_ids, category_ids, account_ids, bands)!
-- One correction less each; where the bank changed the amount since, of the nearest one said. Rows: words. Index: memory_pkey.
update memory as m
set times = m.times - 1
from (
  select distinct on (w.n) k.payee_id, k.category_id, k.account_id, k.band
  from unnest(:payee_ids::bigint[], :category_ids::int[], :account_ids::int[], :bands::smallint[]) with ordinality
    as w(payee_id, category_id, account_id, band, n)
  join memory as k on k.household_id = :household_id and k.payee_id = w.payee_id and k.category_id = w.category_id
  order by w.n, (k.account_id = w.account_id and k.band = w.band) desc, k.account_id = w.account_id desc, abs(k.band - w.band), k.band
) as f
where m.household_id = :household_id and m.payee_id = f.payee_id and m.category_id = f.category_id and m.account_id = f.account_id and m.band = f.band;

-- name: take_back_empty(household_id, payee_ids)!
-- What nothing stands for any more goes. Rows: payees. Index: memory_pkey.
delete from memory
where household_id = :household_id and payee_id = any(:payee_ids::bigint[]) and times < 1;

-- name: hand_on_moved(household_id, category_id, move_to)!
-- What was remembered for one category counts for another. Rows: payees. Index: memory_pkey.
insert into memory (household_id, payee_id, category_id, account_id, band, updated_at, times)
select m.household_id, m.payee_id, :move_to, m.account_id, m.band, m.updated_at, m.times
from memory as m
where m.household_id = :household_id and m.category_id = :category_id
on conflict (household_id, payee_id, category_id, account_id, band) do update
set times = memory.times + excluded.times, updated_at = greatest(memory.updated_at, excluded.updated_at);

-- name: hand_on_forgotten(household_id, category_id)!
-- What was remembered for it. Rows: payees. Index: memory_pkey.
delete from memory
where household_id = :household_id and category_id = :category_id;

-- name: words_for(household_id, category_id)
-- All that is remembered for a category. Rows: payees. Index: memory_pkey.
select payee_id, account_id, band, times, updated_at
from memory
where household_id = :household_id and category_id = :category_id
order by payee_id, account_id, band;

-- name: give_back(household_id, category_id, payee_ids, account_ids, bands, times, updated_ats)!
-- Words count for their category again. Rows: words. Index: memory_pkey.
insert into memory (household_id, payee_id, category_id, account_id, band, updated_at, times)
select :household_id, w.payee_id, :category_id, w.account_id, w.band, w.updated_at, w.times
from unnest(:payee_ids::bigint[], :account_ids::int[], :bands::smallint[], :times::int[], :updated_ats::timestamptz[])
  as w(payee_id, account_id, band, times, updated_at)
on conflict (household_id, payee_id, category_id, account_id, band) do update
set times = memory.times + excluded.times, updated_at = greatest(memory.updated_at, excluded.updated_at);

-- name: give_back_taken(household_id, category_id, payee_ids, account_ids, bands, times)!
-- Who had them counts so many less. Rows: words. Index: memory_pkey.
update memory as m
set times = greatest(0, m.times - w.times)
from unnest(:payee_ids::bigint[], :account_ids::int[], :bands::smallint[], :times::int[]) as w(payee_id, account_id, band, times)
where m.household_id = :household_id and m.payee_id = w.payee_id and m.category_id = :category_id and m.account_id = w.account_id
  and m.band = w.band;

-- name: give_back_empty(household_id, category_id, payee_ids)!
-- What nothing stands for any more goes. Rows: payees. Index: memory_pkey.
delete from memory
where household_id = :household_id and payee_id = any(:payee_ids::bigint[]) and category_id = :category_id and times < 1;
