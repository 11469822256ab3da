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
from farthing.categorize.ruling.store import bring_back, drop_rule, keep_rules, move_rule, rules, say_changed
from farthing.categorize.taxonomy import Group
from farthing.core.errors import Refused, Rejected
from farthing.core.ids import CategoryId
from farthing.flows.categories import Categories
from farthing.flows.desk import Desk
from farthing.ingest.batches.batch import Change, FieldGroup, ObjectKind

CHANGED_LATER = "changed_later"
CATEGORY_GONE = "category_gone"
DELETED = "deleted"
NO_ROOM = "no_room"
UNDONE = "undo"
MADE = "made"  # by hand: its undo takes it away. A rule made of an answer in Review is turned off instead
BETWEEN = "between"
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


def tree_changed(was: Categories, now: Categories) -> list[Change]:
    """The images of what the owner made and changed of categories and groups."""
    groups = [(was.named.get(s), now.named.get(s)) for s in dict.fromkeys([*was.named, *now.named])]
    categories = [(was.by_id.get(i), now.by_id.get(i)) for i in dict.fromkeys([*was.by_id, *now.by_id])]
    return [
        *(group_changed(a, b, "owner" if a else MADE) for a, b in groups if group_image(a) != group_image(b)),
        *(category_changed(a, b, "owner" if a else MADE) for a, b in categories if category_image(a) != category_image(b)),
    ]


def category_changed(before: Category | None, after: Category | None, why: str) -> Change:
    """The image of a category that a batch makes, changes or takes away."""
    one = before or after
    assert one is not None, "one of the two is there"
    return Change(one.category_id, FieldGroup.OTHER, category_image(before), category_image(after), why, ObjectKind.CATEGORY)


def category_image(category: Category | None) -> dict[str, Any]:
    """What may be said of a category, as plain values; empty for one that is not there."""
    if category is None:
        return {}
    plain = {name: getattr(category, name) for name in ("name", "group", "bill", "icon", "position", "hidden", "changed", "merged_into")}
    return plain | ({"own_group": category.own_group} if category.own_group else {})


def group_changed(before: Group | None, after: Group | None, why: str) -> Change:
    """The image of an own group that a batch makes, changes or takes away."""
    one = before or after
    number = group_number(one.slug) if one else None
    assert number is not None, "one of the two is there, and the household's own"
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
    """The image of a rule that a batch makes, by hand (MADE) or beside its rows."""
    return Change(rule.rule_id, FieldGroup.OTHER, {}, _image(rule), why, ObjectKind.RULE)


def rule_changed(before: Rule, after: Rule, why: str, order: Sequence[int] = ()) -> Change:
    """The image of a rule that a batch changes: its name, and the fields that differ, its place too; then with the rules beside it, for
    places count anew whenever another rule comes or goes. `order`: the ids of all of them before.
    """
    was, now = _placed_image(before), _placed_image(after)
    fields = [k for k in was if k == "name" or was[k] != now[k]]
    was, now = {k: was[k] for k in fields}, {k: now[k] for k in fields}
    if "position" in was and before.rule_id in order:
        others = [i for i in order if i != before.rule_id]
        was[BETWEEN], now[BETWEEN] = beside_of(others, before.position), beside_of(others, after.position)
    return Change(before.rule_id, FieldGroup.OTHER, was, now, why, ObjectKind.RULE)


def beside_of(others: Sequence[int], position: int) -> list[int]:
    """Whom a rule at a place stands behind and before; 0 where there is none."""
    at = position - 1
    return [others[at - 1] if at > 0 else 0, others[at] if at < len(others) else 0]


def rule_gone(rule: Rule, why: str) -> Change:
    """The image of a rule that a batch takes away: all of it, so that it can come back to its place."""
    return Change(rule.rule_id, FieldGroup.OTHER, _whole_image(rule), {}, why, ObjectKind.RULE)


async def rules_back(desk: Desk, changes: Sequence[Change]) -> Back:
    """Rules as they were before, each in all that the batch changed of it or in nothing. One that it made of an answer is turned off, and a
    redo turns it on again; one that it made by hand goes, one that it deleted comes back.
    """
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
        if (reason := _in_the_way(desk, rule, change, held)) is not None:
            stays.append(Stays(ObjectKind.RULE, rule.name, reason))
        elif not change.before and change.why in {MADE, UNDONE}:
            await drop_rule(desk.unit, rule)
            await say_changed(desk.unit)
            images.append(rule_gone(rule, UNDONE))
        else:
            order = _order(held)
            restored = _restored(rule, change, last=len(held), order=order)
            await move_rule(desk.unit, rule.position, restored.position)
            again.append(restored)
            images.append(rule_changed(rule, restored, UNDONE, order))
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
    if not _has_room(then, held):
        return Stays(ObjectKind.RULE, then.name, NO_ROOM)
    await bring_back(desk.unit, desk.sealer, msgspec.structs.replace(then, position=min(then.position, len(held) + 1)))
    await say_changed(desk.unit)
    return Change(then.rule_id, FieldGroup.OTHER, {}, change.before, UNDONE, ObjectKind.RULE)


def _in_the_way(desk: Desk, rule: Rule, change: Change, held: Mapping[int, Rule]) -> str | None:
    """Why a rule cannot be as it was before a change: something of it was said anew since, or what it would say is gone or too much."""
    now = _placed_image(rule) if change.before else _image(rule)
    if BETWEEN in change.after:
        if not _stands_between(rule.rule_id, change.after[BETWEEN], _order(held)):
            return CHANGED_LATER
        del now["position"]
    if any(now[k] != v for k, v in change.after.items() if k in now and not _is_only_called(change, k)):
        return CHANGED_LATER
    if not change.before:
        return None
    restored = _restored(rule, change, last=rule.position)
    if restored.enabled and any(c not in desk.categories.by_id for c in restored.then.categories):
        return CATEGORY_GONE
    if restored.when != rule.when and not _has_room(restored, held):
        return NO_ROOM
    return None


def _has_room(rule: Rule, held: Mapping[int, Rule]) -> bool:
    try:
        accept(rule, [r for i, r in held.items() if i != rule.rule_id])
    except (Refused, Rejected):
        return False
    return True


def _is_only_called(change: Change, field: str) -> bool:
    """Whether a field is there to name the rule alone: its name, where that did not change."""
    if not change.before:
        return field == "name" and change.why not in {MADE, UNDONE}
    return field == "name" and change.before["name"] == change.after["name"]


def _order(held: Mapping[int, Rule]) -> list[int]:
    return sorted(held, key=lambda i: held[i].position)


def _stands_between(rule_id: int, between: Sequence[int], order: Sequence[int]) -> bool:
    """Whether a rule is still behind the one and before the other, as far as these are there."""
    at = {one: place for place, one in enumerate(order)}
    behind, before = between
    return at.get(behind, -1) < at[rule_id] < at.get(before, len(order))


def _place_between(rule_id: int, between: Sequence[int], order: Sequence[int]) -> int | None:
    """Right behind the one, or else right before the other; None where neither is there."""
    others = [i for i in order if i != rule_id]
    behind, before = between
    if behind in others:
        return others.index(behind) + 2
    return others.index(before) + 1 if before in others else None


def _restored(rule: Rule, change: Change, *, last: int, order: Sequence[int] = ()) -> Rule:
    """The rule as it was before, between those that it stood between; else at its place, at the end where there are fewer than `last`."""
    image: Mapping[str, Any] = change.before or {"enabled": False}
    fields: dict[str, Any] = {k: v for k, v in image.items() if k == "enabled" or (k == "name" and not _is_only_called(change, k))}
    fields |= {"when": msgspec.convert(image["when"], When)} if "when" in image else {}
    fields |= {"then": msgspec.convert(image["then"], Then)} if "then" in image else {}
    place = _place_between(rule.rule_id, image[BETWEEN], order) if BETWEEN in image and order else None
    fields |= {"position": place or min(image["position"], last)} if "position" in image else {}
    return msgspec.structs.replace(rule, **fields)


def _whole_image(rule: Rule) -> dict[str, Any]:
    """The same with its place, its counts and its version."""
    used = rule.used_at.isoformat() if rule.used_at else None
    kept = {"version": rule.version, "uses": rule.uses, "used_at": used, "created_at": rule.created_at.isoformat()}
    return {**_placed_image(rule), **kept}


def _placed_image(rule: Rule) -> dict[str, Any]:
    return {**_image(rule), "position": rule.position}


def _of_image(rule_id: int, image: Mapping[str, Any]) -> Rule:
    return msgspec.convert({"rule_id": rule_id, **image}, Rule)


def _image(rule: Rule) -> dict[str, Any]:
    """A rule as plain values, in the form in which they come back from their seal."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode({"when": rule.when, "then": rule.then}))
    return {"name": rule.name, **plain, "enabled": rule.enabled}
