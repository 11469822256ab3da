-- What comes in: pages and lines, and questions about them. Each statement is named after its one caller.

-- name: known(household_id, refs, account_ids, since)
-- Lines we hold for the batch's ids, and of its accounts the open ones (pending, waiting) and those that went. Rows: <= batch + open.
-- Index: line_pkey, line_open.
select l.ref, l.transaction_id, l.account_id, l.digest, l.state, l.kind, t.bank_date as date, t.date as counts_on, t.amount, t.currency,
  t.payee_id, t.status, t.posted_date, t.discarded, t.split,
  (t.category_source = 1 or t.owner_sealed is not null or t.owner_date is not null or t.split or t.hidden) as spoken
from line as l
join transaction as t on t.household_id = l.household_id and t.transaction_id = l.transaction_id
where l.household_id = :household_id and l.ref = any(:refs::uuid[])
union all
select l.ref, l.transaction_id, l.account_id, l.digest, l.state, l.kind, t.bank_date as date, t.date as counts_on, t.amount, t.currency,
  t.payee_id, t.status, t.posted_date, t.discarded, t.split,
  (t.category_source = 1 or t.owner_sealed is not null or t.owner_date is not null or t.split or t.hidden) as spoken
from line as l
join transaction as t on t.household_id = l.household_id and t.transaction_id = l.transaction_id
where l.household_id = :household_id and l.state in (2, 3, 5) and l.account_id = any(:account_ids::int[]) and l.date >= :since;

-- name: similar(household_id, accounts, first, last, account_ids, amounts, firsts, lasts)
-- Rows of the same account and amount within a few days: what a file or a manual entry may already be, those that the bank took back among
-- them. The days of the whole batch are read once and met by amount: read for each line they would be read as often as there are lines.
-- Index: transaction_date, line_transaction.
with near as materialized (
  select t.transaction_id, t.account_id, t.amount, t.date
  from transaction as t
  where t.household_id = :household_id and t.date >= :first and t.date <= :last and t.account_id = any(:accounts::int[])
), alike as materialized (
  select distinct n.transaction_id
  from unnest(:account_ids::int[], :amounts::bigint[], :firsts::date[], :lasts::date[]) as i(account_id, amount, first, last)
  join near as n on n.account_id = i.account_id and n.amount = i.amount and n.date >= i.first and n.date <= i.last
)
select l.ref, l.transaction_id, l.account_id, l.digest, l.state, l.kind, t.bank_date as date, t.date as counts_on, t.amount, t.currency,
  t.payee_id, t.status, t.posted_date, t.discarded, t.split,
  (t.category_source = 1 or t.owner_sealed is not null or t.owner_date is not null or t.split or t.hidden) as spoken
from alike as a
join transaction as t on t.household_id = :household_id and t.transaction_id = a.transaction_id
join line as l on l.household_id = t.household_id and l.transaction_id = t.transaction_id
  and (t.status < 3 and l.state in (1, 2, 3) or t.status = 3 and l.state = 5)
where t.household_id = :household_id;

-- name: presented(household_id, first, last, account_ids, amounts)
-- Rows of the same account and amount within half a year, with what their bank said: what a cheque may be. Index: transaction_account,
-- line_transaction.
with alike as materialized (
  select distinct t.transaction_id
  from unnest(:account_ids::int[], :amounts::bigint[]) as i(account_id, amount)
  join transaction as t on t.household_id = :household_id and t.account_id = i.account_id and t.amount = i.amount
    and t.date >= :first and t.date <= :last and t.status < 3
)
select l.ref, l.transaction_id, l.account_id, l.digest, l.state, l.kind, t.bank_date as date, t.date as counts_on, t.amount, t.currency,
  t.payee_id, t.status, t.posted_date, t.discarded, t.split, t.sealed,
  (t.category_source = 1 or t.owner_sealed is not null or t.owner_date is not null or t.split or t.hidden) as spoken
from alike as a
join transaction as t on t.household_id = :household_id and t.transaction_id = a.transaction_id
join line as l on l.household_id = t.household_id and l.transaction_id = t.transaction_id and l.state in (1, 2, 3)
where t.household_id = :household_id;

-- name: write_lines_new(household_id, refs, transaction_ids, digests, account_ids, dates, states, kinds)!
-- Lines not seen before. Rows: the batch. Index: line_pkey.
insert into line (household_id, transaction_id, digest, ref, account_id, date, state, kind)
select :household_id, l.transaction_id, l.digest, l.ref, l.account_id, l.date, l.state, l.kind
from unnest(:refs::uuid[], :transaction_ids::bigint[], :digests::bigint[], :account_ids::int[], :dates::date[], :states::smallint[],
  :kinds::smallint[]) as l(ref, transaction_id, digest, account_id, date, state, kind)
on conflict do nothing;

-- name: write_lines_state(household_id, refs, transaction_ids, digests, dates, states)!
-- Lines whose content, place or state changed. Rows: the changed. Index: line_pkey.
update line as l
set transaction_id = c.transaction_id, digest = c.digest, date = coalesce(c.date, l.date), state = c.state
from unnest(:refs::uuid[], :transaction_ids::bigint[], :digests::bigint[], :dates::date[], :states::smallint[])
  as c(ref, transaction_id, digest, date, state)
where l.household_id = :household_id and l.ref = c.ref;

-- name: restate_lines(household_id, refs, states)!
-- Lines whose standing an undo changes. Rows: those named. Index: line_pkey.
update line as l
set state = c.state
from unnest(:refs::uuid[], :states::smallint[]) as c(ref, state)
where l.household_id = :household_id and l.ref = c.ref;

-- name: await_new_ids(household_id, account_ids)!
-- A bank's lines of some accounts, under ids it no longer uses, wait to be claimed. Rows: the accounts' lines. Index: line_pkey.
update line
set state = 3
where household_id = :household_id and account_id = any(:account_ids::int[]) and state in (1, 2) and kind = 1;

-- name: still_waiting(household_id, transaction_ids)
-- Those of some transactions that wait to be met by their bank, and that nobody took out of the ledger. Rows: up to those. Index: line_transaction.
select distinct l.transaction_id
from line as l
join transaction as t on t.household_id = l.household_id and t.transaction_id = l.transaction_id and t.status < 3 and t.discarded = 0
where l.household_id = :household_id and l.transaction_id = any(:transaction_ids::bigint[]) and l.state = 3 and l.kind = 1;

-- name: brought_since(household_id, account_id, batch_id)
-- Rows that a bank brought into an account in later batches than one. Rows: those. Index: transaction_account, line_transaction.
select distinct t.transaction_id
from transaction as t
join line as l on l.household_id = t.household_id and l.transaction_id = t.transaction_id and l.kind = 1 and l.state in (1, 2, 3)
where t.household_id = :household_id and t.account_id = :account_id and t.batch_id > :batch_id
order by t.transaction_id;

-- name: lines_of(household_id, transaction_ids)
-- The lines beneath some transactions. Index: line_transaction.
select ref, transaction_id, account_id, digest, state, kind, date
from line
where household_id = :household_id and transaction_id = any(:transaction_ids::bigint[]);

-- name: land(household_id, landed_id, connection_id, batch_id, row_count, codec, format, sealed)!
-- Keep raw pages as they came. Rows: 1. Index: landed_pkey.
insert into landed (household_id, landed_id, connection_id, batch_id, row_count, codec, format, sealed)
values (:household_id, :landed_id, :connection_id::bigint, :batch_id, :row_count, :codec, :format, :sealed);

-- name: landed_of(household_id, batch_id)
-- The raw pages of a batch, in order. Index: landed_batch.
select landed_id, codec, format, sealed
from landed
where household_id = :household_id and batch_id = :batch_id
order by landed_id;

-- name: missing(household_id, account_ids, since, kind)
-- Open lines of some accounts since a day: what a complete window should have named. Rows: that window. Index: transaction_date, line_transaction.
select l.ref, l.transaction_id, l.account_id, l.digest, l.state, l.kind, t.bank_date as date, t.date as counts_on, t.amount, t.currency,
  t.payee_id, t.status, t.posted_date, t.discarded, t.split,
  (t.category_source = 1 or t.owner_sealed is not null or t.owner_date is not null or t.split or t.hidden) as spoken
from transaction as t
join line as l on l.household_id = t.household_id and l.transaction_id = t.transaction_id and l.state in (1, 2, 3) and l.kind = :kind
where t.household_id = :household_id and t.date >= :since and t.bank_date >= :since and t.account_id = any(:account_ids::int[]) and t.status < 3;

-- name: forget_lines_pairs(household_id, account_ids)!
-- Decisions on pairs of which a leg goes. Rows: the accounts' pairs. Index: pair_decision_pkey, pair_decision_in.
delete from pair_decision as d
using transaction as t
where d.household_id = :household_id and t.household_id = :household_id and t.account_id = any(:account_ids::int[])
  and (d.out_id = t.transaction_id or d.in_id = t.transaction_id);

-- name: forget_lines_questions(household_id, account_ids)!
-- Questions about rows that go. Rows: the accounts' questions. Index: suggestion_pair.
delete from suggestion as s
using transaction as t
where s.household_id = :household_id and t.household_id = :household_id and t.account_id = any(:account_ids::int[])
  and (s.left_id = t.transaction_id or s.right_id = t.transaction_id);

-- name: forget_lines_merged(household_id, account_ids)!
-- Answers about rows that go: which of them were one. Rows: the accounts' merged rows. Index: merged_pkey.
delete from merged as m
using transaction as t
where m.household_id = :household_id and t.household_id = :household_id and t.account_id = any(:account_ids::int[])
  and m.other_id = t.transaction_id;

-- name: forget_lines_changes(household_id, account_ids)!
-- Before-images of rows that go. Rows: the accounts' changes. Index: change_object.
delete from change as c
using transaction as t
where c.household_id = :household_id and t.household_id = :household_id and t.account_id = any(:account_ids::int[])
  and c.object_id = t.transaction_id;

-- name: forget_lines_pages(household_id, account_ids, connection_id)!
-- Raw pages of a link that goes, and files brought into the accounts. Rows: their pages. Index: landed_batch.
delete from landed as l
using batch as b
where l.household_id = :household_id and b.household_id = :household_id and b.batch_id = l.batch_id
  and (b.account_id = any(:account_ids::int[]) or b.connection_id = :connection_id::bigint);

-- name: forget_lines_batches(household_id, account_ids, connection_id)!
-- Syncs of a link that goes, and imports into the accounts. Rows: their batches. Index: batch_connection.
delete from batch
where household_id = :household_id and (account_id = any(:account_ids::int[]) or connection_id = :connection_id::bigint);

-- name: forget_lines(household_id, account_ids)!
-- What banks and files said of accounts that go. Rows: the accounts' lines. Index: line_pkey.
delete from line as l
using transaction as t
where l.household_id = :household_id and t.household_id = :household_id and t.transaction_id = l.transaction_id
  and (l.account_id = any(:account_ids::int[]) or t.account_id = any(:account_ids::int[]));
