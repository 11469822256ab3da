-- Batches and what they changed. Each statement is named after its one caller.

-- name: write_batch(household_id, batch_id, connection_id, undoes, member_id, started_at, finished_at, account_id, added, updated, removed, known, kind, state, error, sealed, version)!
-- A batch as it ended. Rows: 1. Index: batch_pkey.
insert into batch (household_id, batch_id, connection_id, undoes, member_id, started_at, finished_at, account_id, added, updated, removed, known,
  kind, state, error, sealed, version)
values (:household_id, :batch_id, :connection_id::bigint, :undoes::bigint, :member_id, :started_at, :finished_at::timestamptz, :account_id::int,
  :added, :updated, :removed, :known, :kind, :state, :error::text, :sealed::bytea, :version::bigint)
on conflict (household_id, batch_id) do update
set finished_at = excluded.finished_at, added = excluded.added, updated = excluded.updated, removed = excluded.removed, known = excluded.known,
  state = excluded.state, error = excluded.error, account_id = excluded.account_id, sealed = excluded.sealed,
  version = coalesce(excluded.version, batch.version);

-- name: mark_batch(household_id, batch_id, state, undone_by)!
-- A batch was undone, or its undoing was. Rows: 1. Index: batch_pkey.
update batch
set state = :state, undone_by = :undone_by::bigint
where household_id = :household_id and batch_id = :batch_id;

-- name: drop_dry_run_pages(household_id, batch_id)!
-- The file of a dry run. Rows: 1. Index: landed_batch.
delete from landed
where household_id = :household_id and batch_id = :batch_id;

-- name: drop_dry_run(household_id, batch_id)!
-- A dry run that is not carried out; nothing of it is in the ledger. Rows: 0-1. Index: batch_pkey.
delete from batch
where household_id = :household_id and batch_id = :batch_id and state = 4 and finished_at is null;

-- name: old_dry_runs(household_id, before)
-- Dry runs that were left lying. Rows: few, of all batches read once a day. Index: batch_pkey.
select batch_id
from batch
where household_id = :household_id and state = 4 and finished_at is null and started_at < :before;

-- name: batches(household_id, connection_id, kinds, before, count)
-- Batches, newest first. Rows: a page. Index: batch_pkey.
select batch_id, connection_id, undoes, undone_by, member_id, started_at, finished_at, account_id, added, updated, removed, known, kind, state,
  error, sealed, version
from batch
where household_id = :household_id and batch_id < :before and kind = any(:kinds::smallint[])
  and (:connection_id::bigint is null or connection_id = :connection_id::bigint)
order by batch_id desc
limit :count;

-- name: write_changes(household_id, batch_id, at, actor, change_ids, object_ids, object_kinds, field_groups, sealeds)!
-- Before and after, for history and undo. Rows: changed objects x field groups. Index: change_pkey.
insert into change (household_id, change_id, batch_id, object_id, at, object_kind, field_group, actor, sealed)
select :household_id, c.change_id, :batch_id, c.object_id, :at, c.object_kind, c.field_group, :actor, c.sealed
from unnest(:change_ids::bigint[], :object_ids::bigint[], :object_kinds::smallint[], :field_groups::smallint[], :sealeds::bytea[])
  as c(change_id, object_id, object_kind, field_group, sealed)
on conflict do nothing;

-- name: changes_of(household_id, object_id)
-- The history of one object, oldest first. Index: change_object.
select change_id, batch_id, object_id, at, object_kind, field_group, actor, sealed
from change
where household_id = :household_id and object_id = :object_id
order by change_id;

-- name: changes_of_accounts(household_id, account_ids, kind)
-- The history of some accounts, oldest first. Rows: a handful an account. Index: change_object.
select change_id, batch_id, object_id, at, object_kind, field_group, actor, sealed
from change
where household_id = :household_id and object_id = any(:account_ids::bigint[]) and object_kind = :kind
order by change_id;

-- name: changes_in(household_id, batch_id)
-- What a batch changed. Index: change_batch.
select change_id, batch_id, object_id, at, object_kind, field_group, actor, sealed
from change
where household_id = :household_id and batch_id = :batch_id
order by change_id;

-- name: changed_later(household_id, batch_id, object_ids, sinces)
-- Objects that a batch still in force touched after `since`, by field group; what was undone no longer stands in the way. Index: change_object.
select distinct c.object_id, c.field_group
from unnest(:object_ids::bigint[], :sinces::bigint[]) as o(object_id, since)
join change as c on c.household_id = :household_id and c.object_id = o.object_id and c.change_id > o.since
join batch as b on b.household_id = c.household_id and b.batch_id = c.batch_id
where c.household_id = :household_id and c.batch_id <> :batch_id and b.kind <> 5 and b.state = 1;

-- name: spoken_of(household_id, object_ids, owner_kind)
-- Fields that were ever set on rows, and whether its owner did by hand, in what still stands. Rows: changes of those. Index: change_object.
select c.object_id, c.field_group, bool_or(b.kind = :owner_kind) as by_owner
from change as c
join batch as b on b.household_id = c.household_id and b.batch_id = c.batch_id
where c.household_id = :household_id and c.object_id = any(:object_ids::bigint[]) and b.state = 1
group by c.object_id, c.field_group;

-- name: batches_named(household_id, batch_ids)
-- Some batches. Rows: those asked for. Index: batch_pkey.
select batch_id, connection_id, undoes, undone_by, member_id, started_at, finished_at, account_id, added, updated, removed, known, kind, state,
  error, sealed, version
from batch
where household_id = :household_id and batch_id = any(:batch_ids::bigint[]);

-- name: born_in(household_id, batch_id, since)
-- Transactions that a batch brought. Rows: the batch. Index: transaction_pkey from the batch's own time on.
select transaction_id
from transaction
where household_id = :household_id and batch_id = :batch_id and transaction_id >= :since;

-- name: touched_in(household_id, batch_id, since, until, after, count)
-- Transactions that a batch brought or changed, by id. Rows: a page. Index: transaction_pkey over the batch's own time, change_batch.
select x.transaction_id
from (
  (select t.transaction_id
  from transaction as t
  where t.household_id = :household_id and t.batch_id = :batch_id and t.transaction_id >= :since and t.transaction_id <= :until
    and t.transaction_id > :after
  order by t.transaction_id
  limit :count)
  union
  (select c.object_id
  from change as c
  where c.household_id = :household_id and c.batch_id = :batch_id and c.object_kind = 1 and c.object_id > :after
  order by c.object_id
  limit :count)
) as x
order by x.transaction_id
limit :count;

-- name: changes_to(household_id, batch_id, object_ids)
-- What a batch changed of some objects, in order. Rows: theirs. Index: change_object.
select change_id, batch_id, object_id, at, object_kind, field_group, actor, sealed
from change
where household_id = :household_id and object_id = any(:object_ids::bigint[]) and batch_id = :batch_id
order by change_id;

-- name: other_changes(household_id, batch_id)
-- What a batch changed beside transactions: budgets, categories, accounts. Rows: few. Index: change_batch.
select change_id, batch_id, object_id, at, object_kind, field_group, actor, sealed
from change
where household_id = :household_id and batch_id = :batch_id and object_kind <> 1
order by change_id
limit 500;

-- name: reviewed_since(household_id, batch_id, object_kind, field_group)$
-- How many rows the owner spoke of since a moment (an id of its time), in batches that hold. Index: batch_pkey, change_batch.
select count(distinct c.object_id)::int
from batch as b
join change as c on c.household_id = :household_id and c.batch_id = b.batch_id
where b.household_id = :household_id and b.batch_id >= :batch_id and b.kind = 3 and b.state = 1 and c.object_kind = :object_kind
  and c.field_group = :field_group;

-- name: sorted_by_owner(household_id, batch_id, object_kind, field_group, count)
-- The newest categories that the owner chose or confirmed since a moment, in batches that hold. Rows: at most `count`. Index: batch_pkey,
-- change_batch.
select c.change_id, c.batch_id, c.object_id, c.at, c.object_kind, c.field_group, c.actor, c.sealed
from batch as b
join change as c on c.household_id = :household_id and c.batch_id = b.batch_id
where b.household_id = :household_id and b.batch_id >= :batch_id and b.kind = 3 and b.state = 1 and c.object_kind = :object_kind
  and c.field_group = :field_group
order by c.change_id desc
limit :count;
