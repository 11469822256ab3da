-- Legs that belong together. Each statement is named after its one caller.

-- name: legs(household_id, category_ids, first, last)
-- Rows that may be one leg of a transfer, once for each decision on them. Rows: transfers of some days. Index: transaction_category,
-- pair_decision_pkey, pair_decision_in.
select t.transaction_id, t.account_id, t.amount, t.currency, t.home_amount, t.date, t.category_id, t.category_source, d.out_id, d.in_id, d.state
from transaction as t
left join lateral (
  select o.out_id, o.in_id, o.state
  from pair_decision as o
  where o.household_id = :household_id and o.out_id = t.transaction_id
  union all
  select i.out_id, i.in_id, i.state
  from pair_decision as i
  where i.household_id = :household_id and i.in_id = t.transaction_id
) as d on true
where t.household_id = :household_id and t.category_id = any(:category_ids::int[]) and t.date >= :first and t.date <= :last and t.status < 3
  and t.discarded = 0 and not t.split;

-- name: paired(household_id, transaction_ids)
-- Decisions that name any of these rows. Index: pair_decision_pkey, pair_decision_in.
select out_id, in_id, kind, state
from pair_decision
where household_id = :household_id and out_id = any(:transaction_ids::bigint[])
union
select out_id, in_id, kind, state
from pair_decision
where household_id = :household_id and in_id = any(:transaction_ids::bigint[]);

-- name: pair_write(household_id, batch_id, at, out_ids, in_ids, scores)!
-- Legs that belong together. Rows: pairs. Index: pair_decision_pkey.
insert into pair_decision (household_id, out_id, in_id, at, batch_id, kind, state, score)
select :household_id, p.out_id, p.in_id, :at, :batch_id, 1, 1, p.score
from unnest(:out_ids::bigint[], :in_ids::bigint[], :scores::smallint[]) as p(out_id, in_id, score)
on conflict do nothing;

-- name: pairs_in(household_id, batch_id)
-- Pairs that a batch made and nobody confirmed or rejected. Rows: pairs of the household read. Index: pair_decision_pkey.
select out_id, in_id, score
from pair_decision
where household_id = :household_id and batch_id = :batch_id and state = 1;

-- name: unpair(household_id, out_ids, in_ids)!
-- Legs that belong together no more. Rows: pairs. Index: pair_decision_pkey.
delete from pair_decision as d
using unnest(:out_ids::bigint[], :in_ids::bigint[]) as p(out_id, in_id)
where d.household_id = :household_id and d.out_id = p.out_id and d.in_id = p.in_id and d.state = 1;
