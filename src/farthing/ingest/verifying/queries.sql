-- What came in, checked. Each statement is named after its one caller; none writes.

-- name: lines(household_id, count)
-- Rows that do not agree with the lines beneath them. fault: 1 no line stands, 2 void with a live line, 3 posted with a pending line,
-- 4 pending with a live line, 5 another account. Rows: none, if all is well. Index: line_transaction, transaction_pkey.
select x.transaction_id, x.fault
from (
  select t.transaction_id,
    case
      when bool_or(l.account_id <> t.account_id) then 5
      when t.status < 3 and t.discarded = 0 and not coalesce(bool_or(l.state in (1, 2, 3)), false) then 1
      when t.status = 3 and bool_or(l.state = 1 and l.kind = 1) then 2
      when t.status = 2 and bool_or(l.state = 2) and not bool_or(l.state = 1) then 3
      when t.status = 1 and bool_or(l.state = 1) and not bool_or(l.state = 2) then 4
    end as fault
  from transaction as t
  left join line as l on l.household_id = t.household_id and l.transaction_id = t.transaction_id
  where t.household_id = :household_id
  group by t.transaction_id, t.status, t.discarded
) as x
where x.fault is not null
order by x.transaction_id
limit :count;

-- name: doubles(household_id, kind, states, count)
-- Transactions that stand for two live lines of a bank. Rows: none, if all is well. Index: line_transaction.
select l.transaction_id, count(*)::int as n
from line as l
where l.household_id = :household_id and l.kind = :kind and l.state = any(:states::smallint[])
group by l.transaction_id
having count(*) > 1
order by l.transaction_id
limit :count;

-- name: pairs(household_id, transfers, owner, count)
-- Pairs that cannot be. fault: 1 a leg is not there, 2 not opposite, 3 one account, 4 one leg counts as spending, 5 a leg taken twice.
-- Rows: none, if all is well. Index: pair_decision_pkey, transaction_pkey.
select x.out_id, x.in_id, x.fault
from (
  select p.out_id, p.in_id,
    case
      when o.transaction_id is null or i.transaction_id is null then 1
      when o.amount >= 0 or i.amount <= 0 then 2
      when p.kind = 1 and o.account_id = i.account_id then 3
      when p.kind = 1 and o.category_source <> :owner and i.category_source <> :owner and not o.split and not i.split
        and (o.category_id = any(:transfers::int[])) <> (i.category_id = any(:transfers::int[])) then 4
      when p.kind = 1 and (count(*) over (partition by p.kind, p.out_id) > 1 or count(*) over (partition by p.kind, p.in_id) > 1) then 5
    end as fault
  from pair_decision as p
  left join transaction as o on o.household_id = p.household_id and o.transaction_id = p.out_id
  left join transaction as i on i.household_id = p.household_id and i.transaction_id = p.in_id
  where p.household_id = :household_id and p.state in (1, 2)
) as x
where x.fault is not null
order by x.out_id, x.in_id
limit :count;

-- name: questions(household_id, count)
-- Open questions about rows that are not there. Rows: none, if all is well. Index: transaction_pkey.
select s.left_id, s.right_id
from suggestion as s
left join transaction as l on l.household_id = s.household_id and l.transaction_id = s.left_id
left join transaction as r on r.household_id = s.household_id and r.transaction_id = s.right_id
where s.household_id = :household_id and s.state = 1 and (l.transaction_id is null or r.transaction_id is null)
order by s.suggestion_id
limit :count;

-- name: ones(household_id, merged, count)
-- Merged rows that cannot be. fault: 1 still counted, 2 the kept one is not there, 3 of nobody. Rows: none, if all is well.
-- Index: merged_pkey, transaction_pkey; every row is read.
select x.transaction_id, x.fault
from (
  select coalesce(t.transaction_id, m.other_id) as transaction_id,
    case when m.other_id is null then 3 when k.transaction_id is null then 2 when t.discarded is distinct from :merged then 1 end as fault
  from (select o.transaction_id, o.discarded from transaction as o where o.household_id = :household_id and o.discarded = :merged) as t
  full join (select w.other_id, w.kept_id from merged as w where w.household_id = :household_id) as m on m.other_id = t.transaction_id
  left join transaction as k on k.household_id = :household_id and k.transaction_id = m.kept_id
) as x
where x.fault is not null
order by x.transaction_id
limit :count;

-- name: counters(household_id, count)
-- Batches with which more rows came than they say. Rows: none, if all is well. Index: batch_pkey; every row is read.
select b.batch_id, b.added, n.born
from (
  select t.batch_id, count(*)::int as born
  from transaction as t
  where t.household_id = :household_id
  group by t.batch_id
) as n
join batch as b on b.household_id = :household_id and b.batch_id = n.batch_id
where b.household_id = :household_id and n.born > b.added and b.state <> 4
order by b.batch_id
limit :count;

-- name: pages(household_id, count)
-- Pages kept of a batch that is not there. Rows: none, if all is well. Index: landed_batch, batch_pkey.
select l.landed_id, l.batch_id
from landed as l
left join batch as b on b.household_id = l.household_id and b.batch_id = l.batch_id
where l.household_id = :household_id and b.batch_id is null
order by l.landed_id
limit :count;
