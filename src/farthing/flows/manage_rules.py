"""Rules are made, changed, moved and taken away by their owner. Lines that come from then on go by them; rows that stand, when it is asked.

`add_rule` is also what other stories call to make one ("always from now on").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from farthing.categorize.ruling.engine import accept
from farthing.categorize.ruling.model import Rule, Then
from farthing.categorize.ruling.store import LAST, drop_rule, find_readable, find_rule, keep_rules, make_room, move_rule, rules, say_changed
from farthing.core.errors import Rejected, Stale
from farthing.core.ids import CategoryId, new_id
from farthing.flows.beside import MADE, rule_changed, rule_gone, rule_made
from farthing.flows.desk import Desk, write_desk
from farthing.flows.edit import parse_text
from farthing.flows.read_rule import ThenWish, read_then, read_when, words_of
from farthing.flows.revise import Revised, new_batch, settle_up
from farthing.flows.said import TOLD
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ingest.batches.batch import Change, write_changes
from farthing.ledger.accounts import accounts
from farthing.ledger.model import Actor, Touched
from farthing.security import audit

NAME_MAX = 80


class RuleWish(msgspec.Struct, frozen=True, kw_only=True):
    """A rule to be. `when` in the language of the query box; `order` from 1, last if not said. Its `when` stands in for a name."""

    when: str
    then: ThenWish
    name: str = ""
    order: int | None = None
    enabled: bool = True


class RuleEdit(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; what is not named stays. `then` is said as a whole."""

    when: str | UnsetType = UNSET
    then: ThenWish | UnsetType = UNSET
    name: str | UnsetType = UNSET
    order: int | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class Written(msgspec.Struct, frozen=True):
    """A rule as it stands now, and the batch that puts it back as it was (None when nothing changed)."""

    rule: Rule
    batch_id: int | None = None


async def add_rule(world: World, household_id: int, actor: Actor, wish: RuleWish) -> Written:
    """Make a rule, as a batch whose undo takes it away; what it did by then stays. Raises Rejected with the field, Refused."""
    async with write_desk(world, household_id, actor) as desk:
        held = await rules(desk.unit, desk.sealer)
        rule = await made(desk, wish, held)
        await keep_new(desk, rule, held)
        revised = await _recorded(desk, "rule.added", f"Rule “{rule.name}” made", [rule_made(rule, MADE)])
    await wake(world, household_id, revised.version, ["ledger"])
    return Written(rule, revised.batch_id)


async def place_rule(desk: Desk, rule: Rule, held: Sequence[Rule]) -> None:
    """Keep a new rule beside those that are `held`, in a batch of the caller's. Raises Rejected, Refused for one too many."""
    await keep_new(desk, rule, held)
    await say_changed(desk.unit)
    await audit.record(desk.unit, desk.sealer, desk.actor, "rule.added", {"rule_id": rule.rule_id}, desk.at)


async def keep_new(desk: Desk, rule: Rule, held: Sequence[Rule]) -> None:
    """Write a new rule; those behind it make room. Raises Rejected, Refused for one too many."""
    accept(rule, held)
    await make_room(desk.unit, rule.position, LAST, 1)
    await keep_rules(desk.unit, desk.sealer, [rule])


async def made(desk: Desk, wish: RuleWish, held: Sequence[Rule]) -> Rule:
    """The rule that a wish means, beside those that are `held`. Raises Rejected with the field."""
    known = await accounts(desk.unit, desk.sealer)
    when = read_when(desk, wish.when, known)
    return Rule(
        rule_id=new_id(),
        name=_name(wish.name) or words_of(desk, when, known)[:NAME_MAX],
        when=when,
        then=await read_then(desk, wish.then),
        created_at=desk.at,
        position=_place(wish.order, len(held) + 1),
        enabled=wish.enabled,
    )


async def edit_rule(
    world: World, household_id: int, actor: Actor, rule_id: int, wish: RuleEdit, *, if_version: int | None = None
) -> Written:
    """Change a rule, or its place, as a batch that can be undone. Raises Missing, Stale, Refused, Rejected with the field."""
    async with write_desk(world, household_id, actor) as desk:
        held = await rules(desk.unit, desk.sealer)
        before = _unchanged(find_readable(held, rule_id), if_version)
        rule = await edited(desk, before, wish, len(held))
        if rule == before:
            return Written(before)
        if rule.when != before.when:
            accept(rule, [r for r in held if r.rule_id != rule_id])
        await move_rule(desk.unit, before.position, rule.position)
        await keep_rules(desk.unit, desk.sealer, [rule])
        image = rule_changed(before, rule, "owner", [r.rule_id for r in held])
        revised = await _recorded(desk, "rule.changed", _told(before, rule), [image])
    await wake(world, household_id, revised.version, ["ledger"])
    return Written(msgspec.structs.replace(rule, version=before.version + 1), revised.batch_id)


async def edited(desk: Desk, before: Rule, wish: RuleEdit, count: int) -> Rule:
    """The rule with a wish's changes; `count` rules there are. Raises Rejected with the field."""
    changes: dict[str, Any] = {}
    if isinstance(wish.when, str):
        changes["when"] = read_when(desk, wish.when, await accounts(desk.unit, desk.sealer))
    if not isinstance(wish.then, UnsetType):
        changes["then"] = await read_then(desk, wish.then)
    if isinstance(wish.name, str):
        changes["name"] = _name(wish.name) or before.name
    if isinstance(wish.order, int):
        changes["position"] = _place(wish.order, count)
    if isinstance(wish.enabled, bool):
        changes["enabled"] = wish.enabled
    return msgspec.structs.replace(before, **changes)


async def delete_rule(world: World, household_id: int, actor: Actor, rule_id: int, *, if_version: int | None = None) -> Revised:
    """The rule goes, as a batch whose undo brings it back to its place; what it did stays. Raises Missing, Stale.

    Of one that cannot be read there is nothing to bring back.
    """
    async with write_desk(world, household_id, actor) as desk:
        rule = _unchanged(find_rule(await rules(desk.unit, desk.sealer), rule_id), if_version)
        await drop_rule(desk.unit, rule)
        images = [rule_gone(rule, "owner")] if rule.readable else []
        revised = await _recorded(desk, "rule.deleted", f"Rule “{rule.name}” deleted", images)
    await wake(world, household_id, revised.version, ["ledger"])
    return revised


async def hand_on_rules(desk: Desk, category_id: int, target: CategoryId | None) -> list[tuple[Rule, Rule]]:
    """A category goes: rules that name it name `target` instead; without one they lose that, and one that does nothing else is off.

    Returns them, before and after.
    """
    changed = []
    for rule in await rules(desk.unit, desk.sealer):
        then = _handed_on(rule.then, category_id, target)
        if then != rule.then:
            changed.append((rule, msgspec.structs.replace(rule, then=then, enabled=rule.enabled and bool(then.fields))))
    if changed:
        await keep_rules(desk.unit, desk.sealer, [after for _, after in changed])
        await say_changed(desk.unit)
    return changed


def _handed_on(then: Then, category_id: int, target: CategoryId | None) -> Then:
    split = then.split
    if any(s.category_id == category_id for s in split):
        split = (
            tuple(msgspec.structs.replace(s, category_id=target) if s.category_id == category_id else s for s in split) if target else ()
        )
    return msgspec.structs.replace(then, category_id=target if then.category_id == category_id else then.category_id, split=split)


def _unchanged(rule: Rule, if_version: int | None) -> Rule:
    if if_version not in {None, rule.version}:
        raise Stale("changed_meanwhile", "this rule changed meanwhile")
    return rule


async def _recorded(desk: Desk, kind: str, told: str, images: Sequence[Change]) -> Revised:
    """Whoever holds the rules reads them anew, and what was done to them is a batch; one without images has nothing to be put back."""
    await say_changed(desk.unit)
    batch = msgspec.structs.replace(new_batch(desk), summary={TOLD: told})
    await write_changes(desk.unit, desk.sealer, batch_id=batch.batch_id, at=desk.at, actor=desk.actor.kind, changes=images)
    version = await settle_up(desk, batch, Touched(), kind=kind, beside=len(images))
    return Revised(0, version, batch.batch_id if images else None)


def _told(before: Rule, after: Rule) -> str:
    """How History calls a change: what was done, where it was one thing."""
    fields = [f for f in ("name", "when", "then", "position", "enabled") if getattr(before, f) != getattr(after, f)]
    words = {"position": f"moved to place {after.position}", "enabled": "turned on" if after.enabled else "turned off"}
    return f"Rule “{after.name}” {words.get(fields[0], 'changed') if len(fields) == 1 else 'changed'}"


def _name(text: str) -> str:
    return " ".join(parse_text(text, NAME_MAX, field="name").split())


def _place(order: int | None, last: int) -> int:
    if order is None:
        return last
    if order < 1:
        raise Rejected("bad_order", "an order counts from 1", field="order")
    return min(order, last)
