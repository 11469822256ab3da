"""What one transaction belongs to, as its panel shows it: its other half, its refunds or its purchase, and what may be chosen."""

from __future__ import annotations

from farthing.core.ids import public
from farthing.flows.counterparts import Counterpart, Ties, counterparts, ties_of
from farthing.flows.desk import Desk
from farthing.flows.show import Shown, show
from farthing.flows.view_models.transactions import Tie, Tied
from farthing.flows.view_parts import Eye
from farthing.ingest.pairing.model import PAIRED
from farthing.ledger.label import before


async def view_ties(desk: Desk, eye: Eye, shown: Shown) -> tuple[Tie, ...]:
    """The sections in order; none for a row that belongs to nothing and could not."""
    ties = await ties_of(desk, shown.row.transaction_id)
    beside = await _beside(desk, ties, shown)
    found = [t for t in (_transfer(eye, ties, beside), _purchase(eye, ties, beside), _refunds(eye, shown, ties, beside)) if t]
    if found or shown.status == "void" or shown.row.split:
        return tuple(found)
    return tuple(t for t in _choices(eye, shown, await counterparts(desk, shown)) if t)


async def _beside(desk: Desk, ties: Ties, shown: Shown) -> dict[int, Shown]:
    key = shown.row.transaction_id
    named = [d for d in (ties.transfer, ties.purchase, *ties.refunds) if d]
    rows = await before(desk.unit, desk.sealer, [d.other(key) for d in named]) if named else {}
    return {s.row.transaction_id: s for s in await show(desk, list(rows.values()))}


def _tied(eye: Eye, shown: Shown) -> Tied:
    row = shown.row
    return Tied(
        id=public("txn", row.transaction_id),
        merchant=shown.merchant,
        account=shown.account.text.name,
        day=eye.day(row.date),
        amount=eye.of(row.amount, row.currency, plus=row.amount > 0),
    )


def _transfer(eye: Eye, ties: Ties, beside: dict[int, Shown]) -> Tie | None:
    if ties.transfer is None:
        return None
    other = next((beside[i] for i in ties.transfer.ids if i in beside), None)
    if other is None:
        return None
    ours = ties.transfer.state == PAIRED
    return Tie("transfer", "Other half", "Farthing found it." if ours else "", (_tied(eye, other),), parts=True, confirms=ours)


def _purchase(eye: Eye, ties: Ties, beside: dict[int, Shown]) -> Tie | None:
    if ties.purchase is None or ties.purchase.out_id not in beside:
        return None
    bought = beside[ties.purchase.out_id]
    unit = bought.row.currency
    text = f"Pays back {eye.of(ties.purchase.amount or 0, unit, symbol=True)} of {eye.of(-bought.row.amount, unit, symbol=True)}."
    return Tie("refund", "Refund of", text, (_tied(eye, bought),), parts=True, confirms=ties.purchase.state == PAIRED)


def _refunds(eye: Eye, shown: Shown, ties: Ties, beside: dict[int, Shown]) -> Tie | None:
    rows = sorted((beside[d.in_id] for d in ties.refunds if d.in_id in beside), key=lambda s: s.row.date)
    if not rows:
        return None
    unit = shown.row.currency
    days = ", ".join(dict.fromkeys(eye.day(s.row.date) for s in rows))
    text = f"Refunded {eye.of(shown.refunded, unit, symbol=True)} of {eye.of(-shown.row.amount, unit, symbol=True)} on {days}."
    return Tie("refund", "Refunded", text, tuple(_tied(eye, s) for s in rows))


def _choices(eye: Eye, shown: Shown, found: list[Counterpart]) -> list[Tie | None]:
    """What may be chosen; a row that reads as a transfer says that its other half is awaited."""
    halves = tuple(_tied(eye, c.shown) for c in found if c.kind == "transfer")
    bought = tuple(_tied(eye, c.shown) for c in found if c.kind == "refund")
    waits = shown.category.group == "transfer"
    text = "Not seen yet. It is waited for, and nothing is made up in its place." if waits else ""
    title = "Other half" if waits else "Half of a transfer?"
    return [
        Tie("transfer", title, text, choices=halves) if waits or halves else None,
        Tie("refund", "Refund of a purchase?", "", choices=bought) if bought and not waits else None,
    ]
