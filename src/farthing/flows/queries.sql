-- What only an export, or the trying of seals, reads. Each statement is named after its one caller.

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

-- name: broken_seals_rows(household_id, before, count)
-- What is sealed of transactions, newest first, so many at a time. Rows: those. Index: transaction_pkey.
select transaction_id, sealed, owner_sealed
from transaction
where household_id = :household_id and transaction_id < :before
order by transaction_id desc
limit :count;

-- name: broken_seals_beside(household_id)
-- What else is sealed of a household's content, by the key that it is bound to. Rows: all but transactions and pages. Index: primary keys.
select 'account' as place, account_id::text as bound_to, sealed
from account
where household_id = :household_id
union all
select 'payee', payee_id::text, sealed
from payee
where household_id = :household_id
union all
select 'split', transaction_id || '/' || part, sealed
from split
where household_id = :household_id and sealed is not null
union all
select 'tag', tag_id::text, sealed
from tag
where household_id = :household_id
union all
select 'batch', batch_id::text, sealed
from batch
where household_id = :household_id and sealed is not null
union all
select 'change', change_id::text, sealed
from change
where household_id = :household_id
union all
select 'suggestion', suggestion_id::text, sealed
from suggestion
where household_id = :household_id
union all
select 'pair_decision', out_id || '/' || in_id, sealed
from pair_decision
where household_id = :household_id and sealed is not null
union all
select 'category', category_id::text, sealed
from category
where household_id = :household_id
union all
select 'budget', budget_id::text, sealed
from budget
where household_id = :household_id and sealed is not null
union all
select 'connection', connection_id::text, sealed
from connection
where household_id = :household_id
union all
select 'member', member_id::text, sealed
from member
where household_id = :household_id
union all
select 'saved_view', view_id::text, sealed
from saved_view
where household_id = :household_id
union all
select 'api_token_name', token_id::text, sealed
from api_token_name
where household_id = :household_id
union all
select 'rule', rule_id::text, sealed
from rule
where household_id = :household_id
union all
select 'household', household_id::text, sealed
from household
where household_id = :household_id;
