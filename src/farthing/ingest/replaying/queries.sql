-- How a household's ledger came to be. Each statement is named after its one caller; none writes.

-- name: steps(household_id)
-- Batches that did something, in the order in which they did. Rows: every batch. Index: batch_pkey, then sorted.
select batch_id, connection_id, undoes, undone_by, member_id, started_at, finished_at, account_id, added, updated, removed, known, kind, state,
  error, sealed, version
from batch
where household_id = :household_id and state in (1, 3)
order by version nulls first, finished_at, batch_id;

-- name: lines_every(household_id)
-- Every line as it stands. Rows: the household's lines. Index: line_pkey.
select ref, transaction_id, account_id, digest, date, state, kind
from line
where household_id = :household_id;

-- name: births(household_id)
-- Every row with its batch and what a line would be known by. Rows: the household's. Index: transaction_pkey.
select transaction_id, batch_id, account_id, amount, bank_date, category_id, category_source, confidence, model
from transaction
where household_id = :household_id
order by transaction_id;

-- name: births_firsts(household_id, field_group, object_kind)
-- The first change of each row's label or parts: its image before is what the row was born with. Rows: those changed. Index: change_object.
select distinct on (c.object_id) c.object_id, c.change_id, c.sealed
from change as c
where c.household_id = :household_id and c.field_group = :field_group and c.object_kind = :object_kind
order by c.object_id, c.change_id;

-- name: parts_every(household_id)
-- Which rows are split. Rows: those. Index: split_pkey.
select distinct transaction_id
from split
where household_id = :household_id;

-- name: pairs_every(household_id)
-- Every decision on rows that belong together. Rows: the household's. Index: pair_decision_pkey.
select out_id, in_id, kind, state, score, amount
from pair_decision
where household_id = :household_id;

-- name: merged_every(household_id)
-- Rows that their owner said are other ones. Rows: those. Index: merged_pkey.
select other_id, kept_id
from merged
where household_id = :household_id;

-- name: answers_every(household_id)
-- What was asked about two rows, and answered. Rows: questions. Index: suggestion_pair.
select left_id, right_id, kind, state
from suggestion
where household_id = :household_id;

-- name: untold(household_id)
-- Batches that changed rows and left nothing to replay: no page, and no image. Rows: none, of batches since pages are kept. Index: batch_pkey,
-- landed_batch, change_batch.
select b.batch_id, b.kind
from batch as b
where b.household_id = :household_id and b.state in (1, 3) and b.added + b.updated + b.removed > 0
  and not exists (select 1 from landed as l where l.household_id = :household_id and l.batch_id = b.batch_id)
  and (b.kind < 3 or b.added > 0
    or not exists (select 1 from change as c where c.household_id = :household_id and c.batch_id = b.batch_id))
order by b.batch_id;

-- name: landed_forms(household_id)
-- How many pages were kept of each form, with or without how they were taken in. Rows: forms. Index: landed_batch.
select l.format, l.codec, count(*)::int as n
from landed as l
join batch as b on b.household_id = l.household_id and b.batch_id = l.batch_id and b.state in (1, 3)
where l.household_id = :household_id
group by l.format, l.codec;
