-- What only an export, the trying of seals, or a page across rooms reads. Each statement is named after its one caller.

-- name: waiting_count(household_id, count)$
-- How many doubtful rows wait for a decision; halves of a transfer and refunds that were found are proven by what they belong to. Rows: 1;
-- reads some more than `count`. Index: transaction_doubtful, pair_decision_pkey, pair_decision_in.
select count(*)::int
from (
  select 1
  from transaction as t
  where t.household_id = :household_id and t.confidence < 900 and not t.reviewed and not t.hidden and not t.split and t.discarded = 0
    and t.status < 3
    and not exists (
      select 1
      from pair_decision as o
      where o.household_id = :household_id and o.out_id = t.transaction_id and o.kind = 1 and o.state < 3
    )
    and not exists (
      select 1
      from pair_decision as i
      where i.household_id = :household_id and i.in_id = t.transaction_id and i.state < 3
    )
  limit :count
) as w;

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
select 'category_group', group_id::text, sealed
from category_group
where household_id = :household_id
union all
select 'budget', budget_id::text, sealed
from budget
where household_id = :household_id and sealed is not null
union all
select 'alert', alert_id::text, sealed
from alert
where household_id = :household_id and sealed is not null
union all
select 'channel', channel_id::text, sealed
from channel
where household_id = :household_id
union all
select 'webhook_endpoint', endpoint_id::text, sealed
from webhook_endpoint
where household_id = :household_id
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
select 'recurring', recurring_id::text, sealed
from recurring
where household_id = :household_id
union all
select 'forecast', household_id::text, sealed
from forecast
where household_id = :household_id
union all
select 'insight', insight_id::text, sealed
from insight
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
