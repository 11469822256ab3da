"""Rules as they are kept: what they say is sealed; their order, their use and whether they are on are not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from farthing.categorize.ruling.model import Rule, Then, When
from farthing.core.errors import Missing, Refused
from farthing.ledger.post import Seals
from farthing.platform.database import Unit
from farthing.platform.sql import load
from farthing.security.sealing import SealBroken

queries = load("farthing.categorize.ruling")
LAST = 2**31 - 1
STAND_IN = "Cannot be read"


class RuleText(msgspec.Struct, frozen=True):
    """What is sealed of a rule."""

    name: str
    when: When
    then: Then


async def rules(unit: Unit, seals: Seals) -> list[Rule]:
    """Every rule of the household in order, those that are off too. One that does not open is off, in units that write as well: it must
    not stop what the bank states, and can be deleted. `find_readable` keeps it from being written.
    """
    found = []
    for row in await queries.rules.rows(unit.conn, household_id=unit.household_id):
        plain = dict(row)
        try:
            text = msgspec.convert(seals.open_value("rule", "sealed", row["rule_id"], plain.pop("sealed")), RuleText)
        except SealBroken:
            found.append(Rule(name=STAND_IN, when=When(), then=Then(), **plain | {"enabled": False, "readable": False}))
            continue
        found.append(Rule(name=text.name, when=text.when, then=text.then, **plain))
    return found


def find_rule(held: Sequence[Rule], rule_id: int) -> Rule:
    """One of them; raises Missing."""
    found = next((r for r in held if r.rule_id == rule_id), None)
    if found is None:
        raise Missing("not_found", "no such rule")
    return found


def find_readable(held: Sequence[Rule], rule_id: int) -> Rule:
    """One of them that is to be written anew; raises Missing, Refused for one that cannot be read."""
    found = find_rule(held, rule_id)
    if not found.readable:
        raise Refused("rule_unreadable", "this rule cannot be read: delete it and make it anew, or bring it back from a backup")
    return found


async def keep_rules(unit: Unit, seals: Seals, some: Sequence[Rule]) -> None:
    """Write rules: new ones and those that come back with the version that they have, others said anew with their next one."""
    await queries.keep_rules.count(
        unit.conn,
        household_id=unit.household_id,
        rule_ids=[r.rule_id for r in some],
        created_ats=[r.created_at for r in some],
        positions=[r.position for r in some],
        versions=[r.version for r in some],
        enableds=[r.enabled for r in some],
        sealeds=[seals.seal_value("rule", "sealed", r.rule_id, RuleText(r.name, r.when, r.then)) for r in some],
    )


async def make_room(unit: Unit, low: int, high: int, step: int) -> None:
    """Move the rules from place `low` to `high`, both included, by `step`."""
    if low <= high:
        await queries.make_room.count(unit.conn, household_id=unit.household_id, low=low, high=high, step=step)


async def move_rule(unit: Unit, was: int, now: int) -> None:
    """Room at the place where a rule is to stand, which its writer puts it to; the rules between move by one."""
    if now < was:
        await make_room(unit, now, was - 1, 1)
    else:
        await make_room(unit, was + 1, now, -1)


async def drop_rule(unit: Unit, rule: Rule) -> None:
    """The rule goes, and those behind it move up."""
    await queries.drop_rule.count(unit.conn, household_id=unit.household_id, rule_id=rule.rule_id)
    await make_room(unit, rule.position + 1, LAST, -1)


async def bring_back(unit: Unit, seals: Seals, rule: Rule) -> None:
    """A rule that was there stands at its place again, with its counts; those behind it make room."""
    await make_room(unit, rule.position, LAST, 1)
    await keep_rules(unit, seals, [rule])
    if rule.used_at is not None:
        await count_uses(unit, {rule.rule_id: rule.uses}, at=rule.used_at)


async def count_uses(unit: Unit, counts: Mapping[int, int], *, at: dt.datetime) -> None:
    """These rules decided so many rows more."""
    if counts:
        await unit.write(queries.count_uses, household_id=unit.household_id, at=at, rule_ids=list(counts), counts=list(counts.values()))


async def recount_uses(unit: Unit, counts: Mapping[int, int]) -> None:
    """These rules decided so many rows more or less than was counted: some were put back."""
    if counts:
        await queries.recount_uses.count(unit.conn, household_id=unit.household_id, rule_ids=list(counts), counts=list(counts.values()))


async def say_changed(unit: Unit) -> None:
    """Whoever holds the rules compiled has to read them anew."""
    await unit.write(queries.say_changed, 1, household_id=unit.household_id)
