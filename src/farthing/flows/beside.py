"""What stands beside rows and changed with them in one batch: its images, and how undo puts them back where nothing stands in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from farthing.categorize import Category
from farthing.categorize.own.groups import group_number
from farthing.categorize.remembering.memory import Said
from farthing.categorize.ruling.engine import accept
from farthing.categorize.ruling.model import Rule, Then, When
from farthing.categorize.ruling.store import bring_back, drop_rule, keep_rules, rules, say_changed
from farthing.categorize.taxonomy import Group
from farthing.core.errors import Refused, Rejected
from farthing.core.ids import CategoryId
from farthing.flows.desk import Desk
from farthing.ingest.batches.batch import Change, FieldGroup, ObjectKind

CHANGED_LATER = "changed_later"
CATEGORY_GONE = "category_gone"
DELETED = "deleted"
NO_ROOM = "no_room"
UNDONE = "undo"
WORDS_AT_ONCE = 2_000


class Stays(msgspec.Struct, frozen=True):
    """Something that an undo leaves as it is, by name, and why: changed_later | category_gone | deleted | in_use | no_room."""

    kind: ObjectKind
    name: str
    reason: str


class Back(msgspec.Struct, frozen=True):
    """What was put back, as the images of the undo; and what stays."""

    images: tuple[Change, ...] = ()
    stays: tuple[Stays, ...] = ()

    def joined(self, other: Back) -> Back:
        """Both."""
        return Back((*self.images, *other.images), (*self.stays, *other.stays))


def category_changed(before: Category, after: Category | None, why: str) -> Change:
    """The image of a category that a batch changes or takes away."""
    return Change(before.category_id, FieldGroup.OTHER, category_image(before), category_image(after), why, ObjectKind.CATEGORY)


def category_image(category: Category | None) -> dict[str, Any]:
    """What may be said of a category, as plain values; empty for one that is not there."""
    if category is None:
        return {}
    plain = {name: getattr(category, name) for name in ("name", "group", "bill", "icon", "position", "hidden", "changed", "merged_into")}
    return plain | ({"own_group": category.own_group} if category.own_group else {})


def group_changed(before: Group, after: Group | None, why: str) -> Change:
    """The image of an own group that a batch changes or takes away."""
    number = group_number(before.slug)
    assert number is not None
    return Change(number, FieldGroup.OTHER, group_image(before), group_image(after), why, ObjectKind.GROUP)


def group_image(group: Group | None) -> dict[str, Any]:
    """What may be said of a group, as plain values; empty for one that is not there."""
    return {} if group is None else {name: getattr(group, name) for name in ("name", "counts_as", "section", "position", "hidden")}


def memory_handed_on(category_id: CategoryId, said: Sequence[Said], to: CategoryId | None, why: str) -> list[Change]:
    """The images of what was remembered for a category and is so for another now, or is forgotten."""
    words = [[s.payee_id, s.account_id, s.band, s.times, s.at.isoformat()] for s in said]
    return [
        Change(category_id, FieldGroup.OTHER, {"words": words[first : first + WORDS_AT_ONCE]}, {"to": to}, why, ObjectKind.MEMORY)
        for first in range(0, len(words), WORDS_AT_ONCE)
    ]


def rule_made(rule: Rule, why: str) -> Change:
    """The image of a rule that a batch makes beside its rows."""
    return Change(rule.rule_id, FieldGroup.OTHER, {}, _image(rule), why, ObjectKind.RULE)


def rule_changed(before: Rule, after: Rule, why: str) -> Change:
    """The image of a rule that a batch changes: its name, and the fields that differ."""
    was, now = _image(before), _image(after)
    fields = [k for k in was if k == "name" or was[k] != now[k]]
    return Change(before.rule_id, FieldGroup.OTHER, {k: was[k] for k in fields}, {k: now[k] for k in fields}, why, ObjectKind.RULE)


def rule_gone(rule: Rule, why: str) -> Change:
    """The image of a rule that a batch takes away: all of it, so that it can come back to its place."""
    return Change(rule.rule_id, FieldGroup.OTHER, _whole_image(rule), {}, why, ObjectKind.RULE)


async def rules_back(desk: Desk, changes: Sequence[Change]) -> Back:
    """Rules as they were before; one that the batch made is turned off, and a redo turns it on again. One that it deleted comes back."""
    held = {r.rule_id: r for r in await rules(desk.unit, desk.sealer)} if changes else {}
    again, images, stays = list[Rule](), list[Change](), list[Stays]()
    for change in changes:
        rule, name = held.get(change.object_id), str(change.after.get("name", ""))
        if not change.after:
            came = await _comes_back(desk, change, held)
            images += [came] if isinstance(came, Change) else []
            stays += [came] if isinstance(came, Stays) else []
            continue
        if rule is None or not rule.readable:
            stays.append(Stays(ObjectKind.RULE, name, DELETED))
            continue
        if not change.before and change.why == UNDONE:  # it came back, and goes once more
            await drop_rule(desk.unit, rule)
            await say_changed(desk.unit)
            images.append(rule_gone(rule, UNDONE))
            continue
        now, then = _image(rule), change.before or {"enabled": False}
        if any(now[k] != v for k, v in change.after.items() if k != "name"):
            stays.append(Stays(ObjectKind.RULE, rule.name, CHANGED_LATER))
            continue
        restored = _restored(rule, then)
        if restored.enabled and any(c not in desk.categories.by_id for c in restored.then.categories):
            stays.append(Stays(ObjectKind.RULE, rule.name, CATEGORY_GONE))
            continue
        again.append(restored)
        images.append(rule_changed(rule, restored, UNDONE))
    if again:
        await keep_rules(desk.unit, desk.sealer, again)
        await say_changed(desk.unit)
    return Back(tuple(images), tuple(stays))


async def _comes_back(desk: Desk, change: Change, held: Mapping[int, Rule]) -> Change | Stays:
    """A rule that was deleted, at its place, or at the end where there are fewer now; or why it stays away."""
    then = _of_image(change.object_id, change.before)
    if then.rule_id in held:
        return Stays(ObjectKind.RULE, then.name, CHANGED_LATER)
    if then.enabled and any(c not in desk.categories.by_id for c in then.then.categories):
        return Stays(ObjectKind.RULE, then.name, CATEGORY_GONE)
    try:
        accept(then, list(held.values()))
    except (Refused, Rejected):
        return Stays(ObjectKind.RULE, then.name, NO_ROOM)
    await bring_back(desk.unit, desk.sealer, msgspec.structs.replace(then, position=min(then.position, len(held) + 1)))
    await say_changed(desk.unit)
    return Change(then.rule_id, FieldGroup.OTHER, {}, change.before, UNDONE, ObjectKind.RULE)


def _restored(rule: Rule, image: dict[str, Any]) -> Rule:
    fields: dict[str, Any] = {k: v for k, v in image.items() if k == "enabled"}
    fields |= {"when": msgspec.convert(image["when"], When)} if "when" in image else {}
    fields |= {"then": msgspec.convert(image["then"], Then)} if "then" in image else {}
    return msgspec.structs.replace(rule, **fields)


def _whole_image(rule: Rule) -> dict[str, Any]:
    """The same with its place, its counts and its version."""
    used = rule.used_at.isoformat() if rule.used_at else None
    kept = {
        "position": rule.position,
        "version": rule.version,
        "uses": rule.uses,
        "used_at": used,
        "created_at": rule.created_at.isoformat(),
    }
    return {**_image(rule), **kept}


def _of_image(rule_id: int, image: Mapping[str, Any]) -> Rule:
    return msgspec.convert({"rule_id": rule_id, **image}, Rule)


def _image(rule: Rule) -> dict[str, Any]:
    """A rule as plain values, in the form in which they come back from their seal."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode({"when": rule.when, "then": rule.then}))
    return {"name": rule.name, **plain, "enabled": rule.enabled}
