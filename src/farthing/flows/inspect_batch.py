"""One batch looked into: what it brought, what it changed of which row, and what of it no longer stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from farthing.categorize.ruling.model import Then, When
from farthing.connections import store
from farthing.core.money import decimal_text
from farthing.flows.desk import Desk, accounts_of
from farthing.flows.history import Told, words_of_fields
from farthing.flows.left_to_spend import group_name
from farthing.flows.list_rules import does
from farthing.flows.read_file import kept_of
from farthing.flows.read_rule import words_of
from farthing.flows.said import TOLD, said_words
from farthing.flows.show import Shown, show
from farthing.ingest.batches.batch import BatchRow, BatchState, Change, ObjectKind, batch_of, batches, batches_named
from farthing.ingest.batches.inspect import changes_to, other_changes, touched_in
from farthing.ledger.accounts import Account
from farthing.ledger.label import before
from farthing.ledger.model import BatchKind

Did = Literal["added", "changed", "removed"]
KIND_WORDS = {
    BatchKind.SYNC: "sync",
    BatchKind.IMPORT: "import",
    BatchKind.EDIT: "edit",
    BatchKind.RULE_RUN: "rule_run",
    BatchKind.UNDO: "undo",
}
TOLD_OF = {
    ObjectKind.TRANSACTION: frozenset[str](),
    ObjectKind.ACCOUNT: frozenset({"name"}),
    ObjectKind.BUDGET: frozenset({"name", "period", "rollover", "starts", "ends", "alerts"}),
    ObjectKind.CATEGORY: frozenset({"name", "group", "hidden", "bill"}),
    ObjectKind.RULE: frozenset({"name"}),
    ObjectKind.GROUP: frozenset({"name", "hidden"}),
    ObjectKind.MEMORY: frozenset[str](),
    ObjectKind.VIEW: frozenset({"name"}),
}
NOUNS = {
    BatchKind.SYNC: "Sync", BatchKind.IMPORT: "Import", BatchKind.EDIT: "Change", BatchKind.RULE_RUN: "Rules", BatchKind.UNDO: "Undo",
}  # fmt: skip


class Named(msgspec.Struct, frozen=True):
    """A batch with what it is called: the bank, the file, or what was undone."""

    batch: BatchRow
    title: str

    @property
    def can_undo(self) -> bool:
        """Whether there is something to put back."""
        return self.batch.state == BatchState.DONE and bool(self.batch.added or self.batch.updated or self.batch.removed)


class Effect(msgspec.Struct, frozen=True):
    """A row as it stands today, what the batch did to it, and field by field what it replaced."""

    shown: Shown
    did: Did
    told: tuple[Told, ...]


class Aside(msgspec.Struct, frozen=True):
    """Something else than a transaction that the batch changed: its kind in a word, and its fields before and after."""

    kind: str
    name: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    did: Literal["made", "changed", "deleted"] = "changed"


async def list_batches(
    desk: Desk, *, kinds: Sequence[BatchKind] = tuple(BatchKind), connection_id: int | None = None, before_id: int = 2**62, count: int = 50
) -> list[Named]:
    """Batches older than `before_id`, newest first; files only looked at are left out."""
    found = await batches(desk.unit, desk.sealer, kinds=kinds, connection_id=connection_id, before=before_id, count=count)
    return await _named(desk, found)


async def find_batch(desk: Desk, batch_id: int) -> Named:
    """One batch; raises Missing."""
    return (await _named(desk, [await batch_of(desk.unit, desk.sealer, batch_id)]))[0]


async def _named(desk: Desk, found: Sequence[BatchRow]) -> list[Named]:
    undone = await batches_named(desk.unit, desk.sealer, {b.undoes for b in found if b.undoes}) if any(b.undoes for b in found) else {}
    links = {c.connection_id: c.institution.name for c in await store.every(desk.unit, desk.sealer)} if found else {}

    def title(batch: BatchRow) -> str:
        match batch.kind:
            case BatchKind.SYNC:
                return links.get(batch.connection_id or 0, "") or "A bank"  # type: ignore[call-overload]
            case BatchKind.IMPORT:
                return kept_of(batch).name or "A file"
            case BatchKind.UNDO if batch.undoes in undone:
                of = undone[batch.undoes]
                return "Redo" if of.kind == BatchKind.UNDO else f"Undo: {title(of)}"
            case BatchKind.RULE_RUN if name := batch.summary.get("rule"):
                return f"Rule: {name}"
            case BatchKind.EDIT if told := batch.summary.get(TOLD):
                return str(told)
            case BatchKind.EDIT if said := said_words(desk, batch):
                return f"Change: {said}"
            case _:
                return NOUNS[batch.kind]

    return [Named(b, title(b)) for b in found]


async def effects_of(desk: Desk, batch: BatchRow, *, after: int = 0, count: int = 50) -> tuple[list[Effect], int]:
    """Rows that the batch brought or changed, by id from the one behind `after`; and where the next page begins, 0 at the end."""
    ids = await touched_in(desk.unit, batch, after=after, count=count + 1)
    page = ids[:count]
    rows = await before(desk.unit, desk.sealer, page) if page else {}
    held = [rows[i] for i in page if i in rows]
    changes: dict[int, list[Change]] = {}
    for change in await changes_to(desk.unit, desk.sealer, batch.batch_id, page) if page else ():
        if change.object_kind == ObjectKind.TRANSACTION:
            changes.setdefault(change.object_id, []).append(change)
    effects = [_effect(desk, batch, one, changes.get(one.row.transaction_id, [])) for one in await show(desk, held)]
    return effects, page[-1] if len(ids) > count else 0


def _effect(desk: Desk, batch: BatchRow, shown: Shown, changes: Sequence[Change]) -> Effect:
    born = shown.row.batch_id == batch.batch_id and batch.kind != BatchKind.UNDO
    told = words_of_fields(desk, shown.row.currency, changes, batch)
    gone = any((t.field, t.after) in {("status", "void"), ("deleted", True)} for t in told if not isinstance(t.after, list | dict))
    return Effect(shown, "added" if born else "removed" if gone else "changed", tuple(told))


async def asides_of(desk: Desk, batch: BatchRow) -> list[Aside]:
    """What the batch changed beside transactions."""
    changes = await other_changes(desk.unit, desk.sealer, batch.batch_id)
    accounts = await accounts_of(desk) if any(c.object_kind == ObjectKind.RULE for c in changes) else {}
    return [_aside(desk, c, accounts) for c in changes]


def _aside(desk: Desk, change: Change, accounts: Mapping[int, Account]) -> Aside:
    image = change.after or change.before
    unit = image.get("currency") or desk.household.currency

    def fields(image: Mapping[str, Any]) -> dict[str, Any]:
        plain = {k: v for k, v in image.items() if k in TOLD_OF[change.object_kind] and v not in (None, "")}
        plain |= {"merged_into": desk.categories.of(into).name} if (into := image.get("merged_into")) is not None else {}
        plain |= {"group": group.name} if (group := desk.categories.named.get(image.get("own_group", ""))) else {}
        if change.object_kind == ObjectKind.RULE:
            plain |= _of_rule(desk, image, accounts)
        return plain | (
            {"limit": f"{decimal_text(image['limit_minor'], unit)} {unit}"} if isinstance(image.get("limit_minor"), int) else {}
        )

    was, now = fields(change.before), fields(change.after)
    differing = {k for k in {*was, *now} if was.get(k) != now.get(k)}
    category = image.get("category_id")
    if change.object_kind == ObjectKind.MEMORY:
        return Aside("memory", desk.categories.of(change.object_id).name, {}, {})
    group = group_name(image["group"], desk.categories) if image.get("group") else ""
    name = image.get("name") or (desk.categories.of(category).name if category is not None else "") or group
    return Aside(
        change.object_kind.name.lower(),
        name,
        {k: was[k] for k in was if k in differing},
        {k: now[k] for k in now if k in differing},
        "made" if not change.before else "changed" if change.after else "deleted",
    )


def _of_rule(desk: Desk, image: Mapping[str, Any], accounts: Mapping[int, Account]) -> dict[str, Any]:
    """What an image of a rule says, in the words of the list of rules."""
    said: dict[str, Any] = {"when": words_of(desk, msgspec.convert(image["when"], When), accounts)} if "when" in image else {}
    said |= {"does": ", ".join(does(desk, msgspec.convert(image["then"], Then)))} if "then" in image else {}
    said |= {"place": image["position"]} if "position" in image else {}
    return said | ({"on": image["enabled"]} if "enabled" in image else {})
