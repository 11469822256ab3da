-- What only an export reads. Each statement is named after its one caller.

-- name: pairs(household_id)
-- Transfers and refunds that were paired or refused. Rows: pairs. Index: pair_decision_pkey, transaction_pkey.
select p.out_id, p.in_id, p.at, p.kind, p.state, p.amount, t.currency
from pair_decision as p
join transaction as t on t.household_id = p.household_id and t.transaction_id = p.in_id
where p.household_id = :household_id
order by p.out_id, p.in_id;

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
