"""What stands beside rows and changed with them in one batch: its images, and how undo puts them back where nothing stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from farthing.categorize.ruling.model import Rule, Then, When
from farthing.categorize.ruling.store import keep_rules, rules, say_changed
from farthing.flows.desk import Desk
from farthing.ingest.batches.batch import Change, FieldGroup, ObjectKind

CHANGED_LATER = "changed_later"
CATEGORY_GONE = "category_gone"
DELETED = "deleted"
UNDONE = "undo"


class Stays(msgspec.Struct, frozen=True):
    """Something that an undo leaves as it is, by name, and why: changed_later | category_gone | deleted."""

    kind: ObjectKind
    name: str
    reason: str


class Back(msgspec.Struct, frozen=True):
    """What was put back, as the images of the undo; and what stays."""

    images: tuple[Change, ...] = ()
    stays: tuple[Stays, ...] = ()


def rule_made(rule: Rule, why: str) -> Change:
    """The image of a rule that a batch makes beside its rows."""
    return Change(rule.rule_id, FieldGroup.OTHER, {}, _image(rule), why, ObjectKind.RULE)


def rule_changed(before: Rule, after: Rule, why: str) -> Change:
    """The image of a rule that a batch changes: its name, and the fields that differ."""
    was, now = _image(before), _image(after)
    fields = [k for k in was if k == "name" or was[k] != now[k]]
    return Change(before.rule_id, FieldGroup.OTHER, {k: was[k] for k in fields}, {k: now[k] for k in fields}, why, ObjectKind.RULE)


async def rules_back(desk: Desk, changes: Sequence[Change]) -> Back:
    """Rules as they were before; one that the batch made is turned off, and a redo turns it on again."""
    held = {r.rule_id: r for r in await rules(desk.unit, desk.sealer)} if changes else {}
    again, images, stays = list[Rule](), list[Change](), list[Stays]()
    for change in changes:
        rule, name = held.get(change.object_id), str(change.after.get("name", ""))
        if rule is None or not rule.readable:
            stays.append(Stays(ObjectKind.RULE, name, DELETED))
            continue
        now, then = _image(rule), change.before or {"enabled": False}
        if any(now[k] != v for k, v in change.after.items() if k != "name"):
            stays.append(Stays(ObjectKind.RULE, rule.name, CHANGED_LATER))
            continue
        restored = _restored(rule, then)
        if restored.enabled and any(c not in desk.categories.by_id for c in _named(restored.then)):
            stays.append(Stays(ObjectKind.RULE, rule.name, CATEGORY_GONE))
            continue
        again.append(restored)
        images.append(rule_changed(rule, restored, UNDONE))
    if again:
        await keep_rules(desk.unit, desk.sealer, again)
        await say_changed(desk.unit)
    return Back(tuple(images), tuple(stays))


def _restored(rule: Rule, image: dict[str, Any]) -> Rule:
    fields: dict[str, Any] = {k: v for k, v in image.items() if k == "enabled"}
    fields |= {"when": msgspec.convert(image["when"], When)} if "when" in image else {}
    fields |= {"then": msgspec.convert(image["then"], Then)} if "then" in image else {}
    return msgspec.structs.replace(rule, **fields)


def _image(rule: Rule) -> dict[str, Any]:
    """A rule as plain values, in the form in which they come back from their seal."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode({"when": rule.when, "then": rule.then}))
    return {"name": rule.name, **plain, "enabled": rule.enabled}


def _named(then: Then) -> list[int]:
    return [*([then.category_id] if then.category_id is not None else []), *(s.category_id for s in then.split)]
