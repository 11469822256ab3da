-- The household's rules. Each named after its one caller.

-- name: rules(household_id)
-- Every rule, as it is asked. Rows: few, at most ten thousand. Index: rule_pkey.
select rule_id, created_at, used_at, uses, position, version, enabled, sealed
from rule
where household_id = :household_id
order by position, rule_id;

-- name: keep_rules(household_id, rule_ids, created_ats, positions, versions, enableds, sealeds)!
-- Rules, new, back or said anew. Rows: those. Index: rule_pkey.
insert into rule (household_id, rule_id, created_at, position, version, enabled, sealed)
select :household_id, r.rule_id, r.created_at, r.position, r.version, r.enabled, r.sealed
from unnest(:rule_ids::bigint[], :created_ats::timestamptz[], :positions::int[], :versions::int[], :enableds::boolean[], :sealeds::bytea[])
  as r(rule_id, created_at, position, version, enabled, sealed)
on conflict (household_id, rule_id) do update
set position = excluded.position, enabled = excluded.enabled, sealed = excluded.sealed, version = rule.version + 1;

-- name: make_room(household_id, low, high, step)!
-- The rules from one place to another move by so many. Rows: those between. Index: rule_pkey.
update rule
set position = position + :step
where household_id = :household_id and position between :low and :high;

-- name: drop_rule(household_id, rule_id)!
-- A rule that goes. Rows: 1. Index: rule_pkey.
delete from rule
where household_id = :household_id and rule_id = :rule_id;

-- name: count_uses(household_id, at, rule_ids, counts)!
-- So many rows more were decided by these. Rows: those rules. Index: rule_pkey.
update rule as r
set uses = r.uses + c.n, used_at = :at
from unnest(:rule_ids::bigint[], :counts::bigint[]) as c(rule_id, n)
where r.household_id = :household_id and r.rule_id = c.rule_id;

-- name: recount_uses(household_id, rule_ids, counts)!
-- Rows that these decided were put back, or are done again. Rows: those rules. Index: rule_pkey.
update rule as r
set uses = greatest(0, r.uses + c.n)
from unnest(:rule_ids::bigint[], :counts::bigint[]) as c(rule_id, n)
where r.household_id = :household_id and r.rule_id = c.rule_id;

-- name: say_changed(household_id)!
-- The rules are others than those that somebody may hold compiled. Rows: 1. Index: household_pkey.
update household
set rules_version = rules_version + 1
where household_id = :household_id;
