-- What only an export reads. Each statement is named after its one caller.

-- name: pairs(household_id)
-- Transfers and refunds that were paired or refused. Rows: pairs. Index: pair_decision_pkey.
select out_id, in_id, at, kind, state
from pair_decision
where household_id = :household_id
order by out_id, in_id;

-- name: suggestions(household_id)
-- Pairs that the owner was or is asked about. Rows: suggestions. Index: suggestion_pkey.
select suggestion_id, left_id, right_id, at, kind, state, score, sealed
from suggestion
where household_id = :household_id
order by suggestion_id;

-- name: merges(household_id)
-- Rows that their owner said are other ones. Rows: merged rows. Index: merged_pkey.
select other_id, kept_id, at
from merged
where household_id = :household_id
order by other_id;
