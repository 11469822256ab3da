-- Questions to the owner about two rows, and the answers. Each statement is named after its one caller.

-- conditions: open(s)
-- Both rows are in the ledger, or the bank took back the older one, of which the owner had said something; neither is half of anything yet.
s.state = 1
l.discarded = 0 and r.discarded = 0 and r.status < 3
(l.status < 3 or s.kind = 1 and (l.category_source = 1 or l.owner_sealed is not null or l.split))
(s.kind = 1 or not exists (select 1 from pair_decision as p where p.household_id = :household_id and (p.out_id in (s.left_id, s.right_id) or p.in_id in (s.left_id, s.right_id)) and (p.out_id = s.left_id and p.in_id = s.right_id or p.kind = 1 and p.state < 3)))

-- name: ask(household_id, at, batch_id, suggestion_ids, left_ids, right_ids, kinds, scores, sealeds)!
-- Rows that may be one, or belong together: the owner decides; a pair already asked about is not asked again. Index: suggestion_pair.
insert into suggestion (household_id, suggestion_id, left_id, right_id, at, kind, score, state, sealed, batch_id)
select :household_id, s.suggestion_id, s.left_id, s.right_id, :at, s.kind, s.score, 1, s.sealed, :batch_id
from unnest(:suggestion_ids::bigint[], :left_ids::bigint[], :right_ids::bigint[], :kinds::smallint[], :scores::smallint[], :sealeds::bytea[])
  as s(suggestion_id, left_id, right_id, kind, score, sealed)
on conflict do nothing;

-- name: open_questions(household_id, batch_id, count, {open})
-- What is still to be answered, surest first. A question whose rows went away is not asked any more, and again when they come back.
-- Rows: the open ones. Index: suggestion_open, transaction_pkey, pair_decision_pkey, pair_decision_in.
select s.suggestion_id, s.left_id, s.right_id, s.at, s.kind, s.score, s.state, s.sealed, s.batch_id, s.answered_in
from suggestion as s
join transaction as l on l.household_id = s.household_id and l.transaction_id = s.left_id
join transaction as r on r.household_id = s.household_id and r.transaction_id = s.right_id
where s.household_id = :household_id and (:batch_id::bigint is null or s.batch_id = :batch_id::bigint) {open s}
order by s.kind, s.score desc, s.suggestion_id
limit :count;

-- name: open_count(household_id, count, {open})$
-- How many questions are open, up to a limit: the badge. Rows: 1; reads the open ones. Index: suggestion_open, transaction_pkey.
select count(*)::int
from (
  select 1
  from suggestion as s
  join transaction as l on l.household_id = s.household_id and l.transaction_id = s.left_id
  join transaction as r on r.household_id = s.household_id and r.transaction_id = s.right_id
  where s.household_id = :household_id {open s}
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
-- Rows that the owner keeps apart from any of these, in both directions; what was said of a row holds for the one that it is now. Rows: answers
-- about them. Index: suggestion_pair, suggestion_right, merged_kept, merged_pkey.
with mine as (
  select i.id as row_id, i.id as now_id
  from unnest(:transaction_ids::bigint[]) as i(id)
  union all
  select m.other_id, m.kept_id
  from merged as m
  where m.household_id = :household_id and m.kept_id = any(:transaction_ids::bigint[])
), said as (
  select w.now_id as one_id, s.right_id as two_id
  from mine as w
  join suggestion as s on s.household_id = :household_id and s.left_id = w.row_id and s.kind = 1 and s.state = 3
  union
  select w.now_id, s.left_id
  from mine as w
  join suggestion as s on s.household_id = :household_id and s.right_id = w.row_id and s.kind = 1 and s.state = 3
)
select s.one_id, coalesce(m.kept_id, s.two_id) as two_id
from said as s
left join merged as m on m.household_id = :household_id and m.other_id = s.two_id;

-- name: merge(household_id, at, batch_id, other_ids, kept_ids)!
-- Rows that are other ones from now on; those that were one of them already follow. Rows: the merged. Index: merged_pkey.
insert into merged (household_id, other_id, kept_id, batch_id, at)
select :household_id, m.other_id, m.kept_id, :batch_id, :at
from unnest(:other_ids::bigint[], :kept_ids::bigint[]) as m(other_id, kept_id)
on conflict do nothing;

-- name: follow(household_id, other_ids, kept_ids)!
-- Rows that were merged into one that is itself merged, or comes apart again. Rows: those named. Index: merged_pkey.
update merged as m
set kept_id = f.kept_id
from unnest(:other_ids::bigint[], :kept_ids::bigint[]) as f(other_id, kept_id)
where m.household_id = :household_id and m.other_id = f.other_id;

-- name: unmerge(household_id, other_ids)!
-- Rows that stand for themselves again. Rows: those named. Index: merged_pkey.
delete from merged
where household_id = :household_id and other_id = any(:other_ids::bigint[]);

-- name: merged_into(household_id, other_ids)
-- Which rows these are now. Rows: the merged among them. Index: merged_pkey.
select other_id, kept_id
from merged
where household_id = :household_id and other_id = any(:other_ids::bigint[]);

-- name: merged_beneath(household_id, kept_ids)
-- Which rows were merged into these, oldest first. Rows: those. Index: merged_kept.
select other_id, kept_id
from merged
where household_id = :household_id and kept_id = any(:kept_ids::bigint[])
order by other_id;

-- name: move_lines(household_id, refs, transaction_ids, states)!
-- Lines that speak for another transaction now, and how they stand. Rows: those named. Index: line_pkey.
update line as l
set transaction_id = m.transaction_id, state = m.state
from unnest(:refs::uuid[], :transaction_ids::bigint[], :states::smallint[]) as m(ref, transaction_id, state)
where l.household_id = :household_id and l.ref = m.ref;

-- name: move_pairs(household_id, out_ids, in_ids, new_out_ids, new_in_ids)!
-- Decisions on pairs that go with a leg to another row. Rows: pairs. Index: pair_decision_pkey.
update pair_decision as p
set out_id = m.new_out_id, in_id = m.new_in_id
from unnest(:out_ids::bigint[], :in_ids::bigint[], :new_out_ids::bigint[], :new_in_ids::bigint[]) as m(out_id, in_id, new_out_id, new_in_id)
where p.household_id = :household_id and p.out_id = m.out_id and p.in_id = m.in_id;

-- name: answered_since(household_id, batch_id)$
-- How many questions were answered since a moment (an id of its time); the answer to a pair is the pair. Rows: 1; reads the household's
-- questions. Index: suggestion_pkey, pair_decision_pkey.
select count(*)::int
from suggestion
where household_id = :household_id and state > 1 and answered_in >= :batch_id
  or household_id = :household_id and kind > 1 and exists (
    select 1
    from pair_decision as p
    where p.household_id = :household_id and p.out_id = left_id and p.in_id = right_id and p.batch_id >= :batch_id
  );
