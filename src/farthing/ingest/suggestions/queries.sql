-- Questions to the owner about two rows, and the answers. Each statement is named after its one caller.

-- name: ask(household_id, at, batch_id, suggestion_ids, left_ids, right_ids, kinds, scores, sealeds)!
-- Rows that may be one, or belong together: the owner decides; a pair already asked about is not asked again. Index: suggestion_pair.
insert into suggestion (household_id, suggestion_id, left_id, right_id, at, kind, score, state, sealed, batch_id)
select :household_id, s.suggestion_id, s.left_id, s.right_id, :at, s.kind, s.score, 1, s.sealed, :batch_id
from unnest(:suggestion_ids::bigint[], :left_ids::bigint[], :right_ids::bigint[], :kinds::smallint[], :scores::smallint[], :sealeds::bytea[])
  as s(suggestion_id, left_id, right_id, kind, score, sealed)
on conflict do nothing;

-- name: open_questions(household_id, batch_id, count)
-- What is still to be answered, surest first: both rows are in the ledger (or the bank took back the older one, of which the owner had
-- said something) and neither is half of anything yet. A question whose rows went away is not asked any more, and again when they come back. Rows: the open ones. Index: suggestion_open, transaction_pkey, pair_decision_pkey,
-- pair_decision_in.
select s.suggestion_id, s.left_id, s.right_id, s.at, s.kind, s.score, s.state, s.sealed, s.batch_id, s.answered_in
from suggestion as s
join transaction as l on l.household_id = s.household_id and l.transaction_id = s.left_id
join transaction as r on r.household_id = s.household_id and r.transaction_id = s.right_id
where s.household_id = :household_id and s.state = 1 and (:batch_id::bigint is null or s.batch_id = :batch_id::bigint)
  and l.discarded = 0 and r.discarded = 0 and r.status < 3
  and (l.status < 3 or s.kind = 1 and (l.category_source = 1 or l.owner_sealed is not null or l.split))
  and (s.kind <> 2 or not exists (
    select 1
    from pair_decision as p
    where p.household_id = :household_id and p.kind = 1 and p.state < 3 and (p.out_id in (s.left_id, s.right_id) or p.in_id in (s.left_id, s.right_id))
  ))
order by s.kind, s.score desc, s.suggestion_id
limit :count;

-- name: open_count(household_id, count)$
-- How many questions are open, up to a limit: the badge. Rows: 1; reads the open ones. Index: suggestion_open, transaction_pkey.
select count(*)::int
from (
  select 1
  from suggestion as s
  join transaction as l on l.household_id = s.household_id and l.transaction_id = s.left_id
  join transaction as r on r.household_id = s.household_id and r.transaction_id = s.right_id
  where s.household_id = :household_id and s.state = 1 and l.discarded = 0 and r.discarded = 0 and r.status < 3
    and (l.status < 3 or s.kind = 1 and (l.category_source = 1 or l.owner_sealed is not null or l.split))
    and (s.kind <> 2 or not exists (
      select 1
      from pair_decision as p
      where p.household_id = :household_id and p.kind = 1 and p.state < 3
        and (p.out_id in (s.left_id, s.right_id) or p.in_id in (s.left_id, s.right_id))
    ))
  limit :count
) as open;

-- name: questions_named(household_id, suggestion_ids)
-- Some questions, answered or not. Rows: those asked for. Index: suggestion_pkey.
select suggestion_id, left_id, right_id, at, kind, score, state, sealed, batch_id, answered_in
from suggestion
where household_id = :household_id and suggestion_id = any(:suggestion_ids::bigint[]);

-- name: questions_between(household_id, left_ids, right_ids, kind)
-- Questions about these pairs, answered or not. Rows: as asked. Index: suggestion_pair.
select s.suggestion_id, s.left_id, s.right_id, s.at, s.kind, s.score, s.state, s.sealed, s.batch_id, s.answered_in
from unnest(:left_ids::bigint[], :right_ids::bigint[]) as p(left_id, right_id)
join suggestion as s on s.household_id = :household_id and s.left_id = p.left_id and s.right_id = p.right_id and s.kind = :kind
where s.household_id = :household_id;

-- name: answer(household_id, suggestion_ids, states, answered_ins)!
-- What the owner said, or that it is open again. Rows: those answered. Index: suggestion_pkey.
update suggestion as s
set state = a.state, answered_in = a.answered_in
from unnest(:suggestion_ids::bigint[], :states::smallint[], :answered_ins::bigint[]) as a(suggestion_id, state, answered_in)
where s.household_id = :household_id and s.suggestion_id = a.suggestion_id;

-- name: apart(household_id, transaction_ids)
-- Rows that the owner keeps apart from any of these, in both directions. Rows: answers about them. Index: suggestion_pair, suggestion_right.
select left_id, right_id
from suggestion
where household_id = :household_id and left_id = any(:transaction_ids::bigint[]) and kind = 1 and state = 3
union
select left_id, right_id
from suggestion
where household_id = :household_id and right_id = any(:transaction_ids::bigint[]) and kind = 1 and state = 3;
