-- How honest we are, counted over households, and the versions that came of it. Each named after its one caller.

-- name: share_of(household_id)
-- What the household gave to the tally. Rows: cells, at most 300. Index: tally_share_pkey.
select kind, bin, rows, correct
from tally_share
where household_id = :household_id;

-- name: give_lock()$
-- One household counts at a time, so that two never wait for each other.
select pg_advisory_xact_lock(7064652);

-- name: give_gone(household_id, kinds, bins)!
-- Cells that are withdrawn or changed. Rows: those. Index: tally_share_pkey.
delete from tally_share as s
using unnest(:kinds::smallint[], :bins::smallint[]) as g(kind, bin)
where s.household_id = :household_id and s.kind = g.kind and s.bin = g.bin;

-- name: give_new(household_id, kinds, bins, rows, corrects)!
-- The household's cells as they are now. Rows: those. Index: tally_share_pkey.
insert into tally_share (household_id, kind, bin, rows, correct)
select :household_id, g.kind, g.bin, g.rows, g.correct
from unnest(:kinds::smallint[], :bins::smallint[], :rows::smallint[], :corrects::smallint[]) as g(kind, bin, rows, correct)
on conflict do nothing;

-- name: give_less(teaches, kinds, bins, rows, corrects)!
-- One household less each. Rows: cells. Index: tally_pkey.
update tally as t
set households = t.households - 1, rows = t.rows - g.rows, correct = t.correct - g.correct
from unnest(:kinds::smallint[], :bins::smallint[], :rows::smallint[], :corrects::smallint[]) as g(kind, bin, rows, correct)
where t.kind = g.kind and t.bin = g.bin and t.teaches = :teaches;

-- name: give_none()!
-- Cells that nobody gives to any more go. Rows: cells. Index: tally_pkey.
delete from tally
where households < 1;

-- name: give_more(teaches, kinds, bins, rows, corrects)!
-- One household more each. Rows: cells. Index: tally_pkey.
insert into tally (kind, bin, teaches, households, rows, correct)
select g.kind, g.bin, :teaches, 1, g.rows, g.correct
from unnest(:kinds::smallint[], :bins::smallint[], :rows::smallint[], :corrects::smallint[]) as g(kind, bin, rows, correct)
on conflict (kind, bin, teaches) do update
set households = tally.households + 1, rows = tally.rows + excluded.rows, correct = tally.correct + excluded.correct;

-- name: tallied()
-- The whole tally. Rows: cells, at most 500; once a night.
select kind, bin, teaches, households, rows, correct
from tally;

-- name: in_force(shipped)^
-- The version in force. Rows: 1. Index: model_in_force.
select version, made_at, state, pinned, shipped, bends, figures
from model
where shipped = :shipped and state = 1;

-- name: promote_lock()$
-- Versions change one at a time.
select pg_advisory_xact_lock(7064653);

-- name: found_version(shipped, at)!
-- Curves as they came with this Farthing, unless somebody was quicker. Rows: 1. Index: model_in_force.
insert into model (version, made_at, state, shipped, bends, figures)
select coalesce(max(version), 0) + 1, :at, 1, :shipped, '{}', '{}'
from model
having not exists (select from model where shipped = :shipped and state = 1);

-- name: retire(shipped, state)!
-- The version in force is no more. Rows: 1. Index: model_in_force.
update model
set state = :state, pinned = false
where shipped = :shipped and state = 1;

-- name: promote_new(shipped, at, bends, figures)!
-- The next version, in force. Rows: 1. Index: model_pkey.
insert into model (version, made_at, state, shipped, bends, figures)
select max(version) + 1, :at, 1, :shipped, :bends, :figures
from model;

-- name: reinstate_one(shipped, version, pinned)!
-- A version that was in force is so again. Rows: 1. Index: model_pkey.
update model
set state = 1, pinned = :pinned
where shipped = :shipped and version = :version;

-- name: unpin(shipped)!
-- Nights may change it. Rows: 1. Index: model_in_force.
update model
set pinned = false
where shipped = :shipped and state = 1;

-- name: versions(shipped)
-- All versions of these tables. Rows: at most 326. Index: model_pkey.
select version, made_at, state, pinned, shipped, bends, figures
from model
where shipped = :shipped
order by version desc;

-- name: note_trial_new(tried_at, outcome, figures)!
-- What came of a training. Rows: 1. Index: trial_pkey.
insert into trial (tried_at, outcome, figures)
values (:tried_at, :outcome, :figures)
on conflict do nothing;

-- name: note_trial_old(kept)!
-- Only the last ones are kept. Rows: the others. Index: trial_pkey.
delete from trial
where tried_at < (select tried_at from trial order by tried_at desc offset :kept::int - 1 limit 1);

-- name: trials(count)
-- The last trainings. Rows: count. Index: trial_pkey.
select tried_at, outcome, figures
from trial
order by tried_at desc
limit :count::int;

-- name: stamp(name)!
-- Something is to be read anew. Rows: 1. Index: stamp_pkey.
insert into stamp (name, changes)
values (:name, 1)
on conflict (name) do update
set changes = stamp.changes + 1;

-- name: stamps()
-- What is to be read anew. Rows: 2, once a minute a process.
select name, changes
from stamp;

-- name: calibration(household_id, number)^
-- One of the household's own. Rows: 1. Index: calibration_pkey.
select slope, lift
from calibration
where household_id = :household_id and number = :number;

-- name: calibrations(household_id)
-- The household's own. Rows: at most 99. Index: calibration_pkey.
select number, made_at, slope, lift, rows, loss_before, loss_after
from calibration
where household_id = :household_id
order by number desc;

-- name: calibrate_new(household_id, kept, at, slope, lift, rows, loss_before, loss_after)$
-- The household's next one, counted on from the last that it made; after so many it begins anew. Rows: 1. Index: calibration_pkey.
insert into calibration (household_id, number, made_at, slope, lift, rows, loss_before, loss_after)
select :household_id, coalesce(max(last.number), 0) % :kept::int + 1, :at, :slope, :lift, :rows, :loss_before, :loss_after
from (
  select number from calibration where household_id = :household_id order by made_at desc, number desc limit 1
) as last
on conflict (household_id, number) do update
set made_at = excluded.made_at, slope = excluded.slope, lift = excluded.lift, rows = excluded.rows, loss_before = excluded.loss_before,
  loss_after = excluded.loss_after
returning number;

-- name: calibrate_with(household_id, number)!
-- Which of its own is in force. Rows: 1. Index: household_pkey.
update household
set calibration = :number
where household_id = :household_id;
