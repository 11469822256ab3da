-- Rows that belong together. Each statement is named after its one caller.

-- name: any_wait(household_id, payees, firsts, lasts, mosts, reach, early)$
-- Whether one of these payees has paid something that may be a refund of what was bought there, as `near` means it. Rows: 1. Index:
-- transaction_inflow.
select exists (
  select 1
  from unnest(:payees::bigint[], :firsts::date[], :lasts::date[], :mosts::bigint[]) as b(payee_id, first, last, most)
  cross join lateral (
    select 1
    from transaction as t
    where t.household_id = :household_id and t.payee_id = b.payee_id and t.amount > 0 and t.amount <= b.most and t.date >= b.first - :early::int
      and t.date <= b.last + :reach::int and t.status < 3 and t.discarded = 0 and not t.split
    limit 1
  ) as i
);

-- name: near(household_id, ids, category_ids, days, lows, highs, currencies, abroads, reach, back_payees, back_days, back_amounts, back_currencies, void_accounts, void_days, void_amounts, void_reach, bought_payees, bought_firsts, bought_lasts, bought_mosts, refund_reach, early, at_most)
-- Rows that may be the other half of a transfer; purchases of a payee that pays back; charges that a reversal may mean; refunds that wait for
-- their purchase, with the other purchases that they may mean; the rows named, and those that belong to them. Each once for every decision
-- on it. Rows: few for each row asked about. Index: transaction_category, transaction_payee, transaction_inflow, transaction_account,
-- transaction_pkey, pair_decision_pkey, pair_decision_in. `offset 0` keeps the planner from reading a household to join a handful of its rows.
with waiting as materialized (
  select i.transaction_id, i.payee_id, i.date, i.amount, i.currency
  from unnest(:bought_payees::bigint[], :bought_firsts::date[], :bought_lasts::date[], :bought_mosts::bigint[]) as b(payee_id, first, last, most)
  cross join lateral (
    select t.transaction_id, t.payee_id, t.date, t.amount, t.currency
    from transaction as t
    where t.household_id = :household_id and t.payee_id = b.payee_id and t.amount > 0 and t.amount <= b.most and t.date >= b.first - :early::int
      and t.date <= b.last + :refund_reach::int and t.status < 3 and t.discarded = 0 and not t.split
      and not exists (
        select 1
        from pair_decision as o
        where o.household_id = :household_id and o.in_id = t.transaction_id and o.state < 3
      )
    order by t.date
    limit :at_most
  ) as i
), back as materialized (
  select r.payee_id, r.date, r.amount, r.currency
  from unnest(:back_payees::bigint[], :back_days::date[], :back_amounts::bigint[], :back_currencies::text[]) as r(payee_id, date, amount, currency)
  union all
  select payee_id, date, amount, currency
  from waiting
), wanted as materialized (
  select n.transaction_id
  from unnest(:ids::bigint[]) as n(transaction_id)
  union
  select o.in_id
  from unnest(:ids::bigint[]) as n(transaction_id)
  cross join lateral (
    select d.in_id
    from pair_decision as d
    where d.household_id = :household_id and d.out_id = n.transaction_id
    offset 0
  ) as o
  union
  select i.out_id
  from unnest(:ids::bigint[]) as n(transaction_id)
  cross join lateral (
    select d.out_id
    from pair_decision as d
    where d.household_id = :household_id and d.in_id = n.transaction_id
    offset 0
  ) as i
  union
  select f.transaction_id
  from (  -- a bound that is worked out on the way is no bound of an index behind row security (PostgreSQL 15 read every transfer ever made)
    select w.low, w.high, w.currency, w.abroad, w.day - :reach::int as first, w.day + :reach::int as last
    from unnest(:days::date[], :lows::bigint[], :highs::bigint[], :currencies::text[], :abroads::boolean[]) as w(day, low, high, currency, abroad)
    offset 0
  ) as d
  cross join lateral (
    select t.transaction_id
    from transaction as t
    where t.household_id = :household_id and t.category_id = any(:category_ids::int[]) and t.date >= d.first and t.date <= d.last
      and t.status < 3 and t.discarded = 0 and not t.split
      and (t.currency = d.currency and t.amount >= d.low and t.amount <= d.high
        or d.abroad and t.currency <> d.currency and (t.amount > 0) = (d.high > 0))
    offset 0
  ) as f
  union
  select transaction_id
  from waiting
  union
  select p.transaction_id
  from back as b
  cross join lateral (
    select t.transaction_id
    from transaction as t
    where t.household_id = :household_id and t.payee_id = b.payee_id and t.date >= b.date - :refund_reach::int and t.date <= b.date + :early::int
      and t.amount <= -b.amount and t.currency = b.currency and t.status < 3 and t.discarded = 0
    order by t.amount = -b.amount desc, t.date desc
    limit :at_most
  ) as p
  union
  select c.transaction_id
  from (
    select w.account_id, w.amount, w.day - :void_reach::int as first, w.day + :early::int as last
    from unnest(:void_accounts::int[], :void_days::date[], :void_amounts::bigint[]) as w(account_id, day, amount)
    offset 0
  ) as v
  cross join lateral (
    select t.transaction_id
    from transaction as t
    where t.household_id = :household_id and t.account_id = v.account_id and t.date >= v.first and t.date <= v.last
      and t.amount = -v.amount and t.status < 3 and t.discarded = 0
    limit :at_most
  ) as c
)
select t.transaction_id, t.account_id, t.amount, t.currency, t.home_amount, t.date, t.category_id, t.category_source, t.confidence, t.payee_id,
  t.alive, t.split, t.sealed, d.out_id, d.in_id, d.kind, d.state, d.score, d.amount as part
from wanted as w
cross join lateral (
  select r.transaction_id, r.account_id, r.amount, r.currency, r.home_amount, r.date, r.category_id, r.category_source, r.confidence, r.payee_id,
    r.status < 3 and r.discarded = 0 as alive, r.split, r.sealed
  from transaction as r
  where r.household_id = :household_id and r.transaction_id = w.transaction_id
  offset 0
) as t
left join lateral (
  select o.out_id, o.in_id, o.kind, o.state, o.score, o.amount
  from pair_decision as o
  where o.household_id = :household_id and o.out_id = t.transaction_id
  union all
  select i.out_id, i.in_id, i.kind, i.state, i.score, i.amount
  from pair_decision as i
  where i.household_id = :household_id and i.in_id = t.transaction_id
) as d on true;

-- name: paired(household_id, transaction_ids)
-- Decisions that name any of these rows. Index: pair_decision_pkey, pair_decision_in.
select out_id, in_id, kind, state, score, amount
from pair_decision
where household_id = :household_id and out_id = any(:transaction_ids::bigint[])
union
select out_id, in_id, kind, state, score, amount
from pair_decision
where household_id = :household_id and in_id = any(:transaction_ids::bigint[]);

-- name: made_by_us(household_id, transaction_id, state)
-- Pairs of a row that nobody confirmed, with when and by what they were made. Rows: few. Index: pair_decision_pkey, pair_decision_in.
select out_id, in_id, kind, state, score, amount, at, batch_id, sealed
from pair_decision
where household_id = :household_id and out_id = :transaction_id and state = :state
union all
select out_id, in_id, kind, state, score, amount, at, batch_id, sealed
from pair_decision
where household_id = :household_id and in_id = :transaction_id and state = :state;

-- name: left_over(household_id, account_ids)
-- Rows elsewhere that belong to rows of some accounts. Rows: the accounts' pairs. Index: transaction_account, pair_decision_pkey, pair_decision_in.
with theirs as materialized (
  select t.transaction_id
  from transaction as t
  where t.household_id = :household_id and t.account_id = any(:account_ids::int[])
), others as (
  select d.in_id as transaction_id
  from theirs as m
  join pair_decision as d on d.household_id = :household_id and d.out_id = m.transaction_id and d.state < 3
  union
  select d.out_id
  from theirs as m
  join pair_decision as d on d.household_id = :household_id and d.in_id = m.transaction_id and d.state < 3
)
select o.transaction_id
from others as o
join transaction as t on t.household_id = :household_id and t.transaction_id = o.transaction_id and t.account_id <> all(:account_ids::int[])
where t.household_id = :household_id
order by o.transaction_id;

-- name: join_rows(household_id, batch_id, at, out_ids, in_ids, kinds, states, scores, amounts, sealeds)!
-- Rows that belong together, or by the owner's word do not. Rows: pairs. Index: pair_decision_pkey.
insert into pair_decision (household_id, out_id, in_id, at, batch_id, kind, state, score, amount, sealed)
select :household_id, p.out_id, p.in_id, :at, :batch_id, p.kind, p.state, p.score, p.amount, p.sealed
from unnest(:out_ids::bigint[], :in_ids::bigint[], :kinds::smallint[], :states::smallint[], :scores::smallint[], :amounts::bigint[],
  :sealeds::bytea[]) as p(out_id, in_id, kind, state, score, amount, sealed)
on conflict (household_id, out_id, in_id) do update
set at = excluded.at, batch_id = excluded.batch_id, kind = excluded.kind, state = excluded.state, score = excluded.score,
  amount = excluded.amount, sealed = excluded.sealed;

-- name: part(household_id, out_ids, in_ids)!
-- Rows that belong together no more. Rows: pairs. Index: pair_decision_pkey.
delete from pair_decision as d
using unnest(:out_ids::bigint[], :in_ids::bigint[]) as p(out_id, in_id)
where d.household_id = :household_id and d.out_id = p.out_id and d.in_id = p.in_id;
