"""History as the page shows it: what came in or was changed together, by whom, and one of these looked into."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from farthing.core.dates import parse_day
from farthing.core.errors import Rejected
from farthing.core.ids import public
from farthing.flows.desk import Desk
from farthing.flows.history import Told
from farthing.flows.inspect_batch import NOUNS, Aside, Effect, Named, asides_of, effects_of, find_batch, list_batches
from farthing.flows.view_imports import counts_in_words, failure_in_words, left_out_lines, when_in_words
from farthing.flows.view_models.activity import Activity, ActivityBatch, AsideLine, BatchLine, EffectLine, FieldLine
from farthing.flows.view_models.format import day_view
from farthing.flows.view_models.parts import Link
from farthing.flows.view_parts import Eye, category_name, eye_of
from farthing.ingest.batches.batch import BatchState
from farthing.ledger.model import BatchKind
from farthing.people import members

PAGE = 50
KINDS: dict[str, tuple[str, tuple[BatchKind, ...]]] = {
    "": ("Everything", tuple(BatchKind)),
    "bank": ("Banks", (BatchKind.SYNC,)),
    "file": ("Files", (BatchKind.IMPORT,)),
    "owner": ("Your changes", (BatchKind.EDIT, BatchKind.UNDO)),
    "rule": ("Rules", (BatchKind.RULE_RUN,)),
}
FIELDS = {
    "transaction": "Row", "amount": "Amount", "date": "Day", "posted_date": "Booked", "status": "Status", "description": "Bank’s text",
    "category": "Category", "note": "Note", "merchant": "Name", "tags": "Tags", "hidden": "Hidden", "reviewed": "Reviewed",
    "deleted": "Deleted", "splits": "Parts", "merged": "One with",
    "apart": "Another than", "limit": "Limit", "name": "Name", "period": "Period", "rollover": "Carried over",
    "starts": "From", "ends": "Until", "alerts": "Alerts", "group": "Group", "merged_into": "Part of",
    "bill": "Bill", "when": "When", "does": "Does", "place": "Place", "on": "On",
}  # fmt: skip
DID = {"added": "New", "changed": "Changed", "removed": "Taken out"}


async def view_activity(desk: Desk, *, kind: str = "", before_id: int = 2**62, wrong: str = "") -> Activity:
    """A page of the list. Raises Rejected for a kind that is none."""
    if kind not in KINDS:
        raise Rejected("bad_kind", f"a kind is one of {', '.join(filter(None, KINDS))}", field="kind")
    found = await list_batches(desk, kinds=KINDS[kind][1], before_id=before_id, count=PAGE + 1)
    names, eye = await _names(desk), eye_of(desk)
    lines = tuple(_line(eye, b, names) for b in found[:PAGE] if b.batch.state != BatchState.DRY_RUN and b.batch.error != "dropped")
    links = tuple(Link(label, f"/activity?kind={key}" if key else "/activity", current=key == kind) for key, (label, _) in KINDS.items())
    more = f"cursor={public('bat', found[PAGE - 1].batch.batch_id)}{f'&kind={kind}' if kind else ''}" if len(found) > PAGE else ""
    return Activity(lines, links, f"/activity?{more}" if more else "", wrong)


async def view_batch(desk: Desk, batch_id: int, *, after: int = 0) -> ActivityBatch:
    """One batch and a page of what it did. Raises Missing."""
    named = await find_batch(desk, batch_id)
    eye = eye_of(desk)
    effects, more = await effects_of(desk, named.batch, after=after, count=PAGE)
    asides = [] if after else await asides_of(desk, named.batch)
    key = public("bat", batch_id)
    return ActivityBatch(
        line=_line(eye, named, await _names(desk)),
        effects=tuple(_effect(desk, eye, e) for e in effects),
        asides=tuple(_aside(desk, eye, a) for a in asides),
        next_href=f"/activity/{key}?cursor={public('txn', more)}" if more else "",
        left_out=() if after else left_out_lines(named.batch),
    )


async def _names(desk: Desk) -> dict[int, str]:
    return {int(m.member_id): (m.text.name or m.text.email).split(" ")[0] for m in await members.members(desk.unit, desk.sealer)}


def _line(eye: Eye, named: Named, names: Mapping[int, str]) -> BatchLine:
    batch = named.batch
    return BatchLine(
        id=public("bat", batch.batch_id),
        when=when_in_words(eye, batch.started_at),
        kind=NOUNS[batch.kind],
        what=named.title,
        by=names.get(batch.member_id, "") if batch.kind != BatchKind.SYNC else "",
        counts=counts_in_words(batch),
        href=f"/activity/{public('bat', batch.batch_id)}",
        undone=batch.state == BatchState.UNDONE,
        undo=("Redo" if batch.kind == BatchKind.UNDO else "Undo") if named.can_undo else "",
        failed=failure_in_words(batch),
    )


def _effect(desk: Desk, eye: Eye, effect: Effect) -> EffectLine:
    row = effect.shown.row
    return EffectLine(
        did=DID[effect.did],
        day=eye.dated(row.date),
        merchant=effect.shown.merchant,
        amount=eye.of(row.amount, row.currency, plus=row.amount > 0),
        account=effect.shown.account.text.name,
        href=f"/transactions/{public('txn', row.transaction_id)}",
        fields=tuple(_field(desk, eye, t) for t in effect.told),
    )


def _field(desk: Desk, eye: Eye, told: Told) -> FieldLine:
    was, now = _said(desk, eye, told.field, told.before), _said(desk, eye, told.field, told.after)
    return FieldLine(FIELDS.get(told.field, told.field), was, now, told.why)


def _said(desk: Desk, eye: Eye, field: str, value: Any) -> str:
    """A value of the history as a person reads it."""
    match value:
        case None | "" | []:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case dict() if field == "merged":
            return f"{value['description']}, {day_view(parse_day(value['date']), locale=eye.locale, year=True)}, {value['amount']}"
        case list() if field == "splits":
            return ", ".join(f"{p['amount']} {category_name(desk, p['category'])}" for p in value)
        case list():
            return ", ".join(str(v) for v in value)
        case str() if field == "category":
            return category_name(desk, value)
        case str() if field in {"date", "posted_date", "starts", "ends"}:
            return day_view(parse_day(value), locale=eye.locale, year=True)
        case _:
            return str(value)


def _aside(desk: Desk, eye: Eye, aside: Aside) -> AsideLine:
    fields = sorted({*aside.before, *aside.after}, key=list(FIELDS).index)
    lines = (FieldLine(FIELDS[f], _said(desk, eye, f, aside.before.get(f)), _said(desk, eye, f, aside.after.get(f))) for f in fields)
    what = "What was remembered went along" if aside.kind == "memory" else f"{aside.kind.capitalize()} {aside.did}"
    return AsideLine(f"{what}: {aside.name or 'all spending'}", tuple(lines))
