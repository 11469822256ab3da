"""The rows of Review at a terminal: what waits, by merchant, and the answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from farthing.cli.frame import table

if TYPE_CHECKING:
    from farthing.cli.compose import Caller


async def waiting_items(who: Caller) -> list[dict[str, Any]]:
    """What waits, most money in most doubt first."""
    from farthing.cli.views import on_record
    from farthing.core.ids import public
    from farthing.core.money import decimal_text
    from farthing.flows.desk import read_desk
    from farthing.flows.waiting import API_MAX, heap
    from farthing.ledger.waiting.read import WaitingKind

    async with read_desk(who.world, who.household_id, who.actor) as desk:
        held = await heap(desk, drawn_max=dict.fromkeys(WaitingKind, API_MAX))
    await on_record(who, {int(b.shown.account.account_id) for b in held.bunches})
    return [
        {
            "id": public("txn", b.shown.row.transaction_id), "kind": b.kind.name.lower(), "rows": len(b.rows), "merchant": b.shown.merchant,
            "amount": decimal_text(b.shown.row.amount, b.shown.row.currency), "currency": b.shown.row.currency,
            "date": b.shown.row.date.isoformat(), "category": b.shown.category.slug, "why": b.shown.why,
            "ids": [public("txn", i) for i in b.ids],
        }
        for b in held.bunches
    ]  # fmt: skip


def waiting_words(items: Sequence[dict[str, Any]]) -> str:
    """A table; empty where nothing waits."""
    rows = [(i["id"], i["kind"], str(i["rows"]), f"{i['date']} {i['amount']} {i['merchant']}", i["category"], i["why"]) for i in items]
    return table(("id", "kind", "rows", "heaviest", "category", "why"), rows) if rows else ""


async def approve_row(who: Caller, key: str, category: str, *, like: bool) -> dict[str, Any]:
    """One row right as it is (`category` empty), or put where it belongs; with `like`, all of its merchant."""
    from farthing.categorize import match_name
    from farthing.core.errors import Rejected
    from farthing.core.ids import internal, public
    from farthing.flows.approve import Seen, approve
    from farthing.flows.desk import read_desk

    target = None
    if category:
        async with read_desk(who.world, who.household_id, who.actor) as desk:
            target = match_name(desk.categories.every, category)
        if target is None:
            raise Rejected("no_such_category", f"there is no category {category!r}", field="category")
    done = await approve(who.world, who.household_id, who.actor, [Seen(internal("txn", key))], category_id=target, like=like)
    return {
        "id": key,
        "category": category or None,
        "updated": done.count,
        "batch_id": public("bat", done.batch_id) if done.batch_id else None,
    }


def approved_words(done: dict[str, Any]) -> str:
    """One line."""
    rows = "1 row" if done["updated"] == 1 else f"{done['updated']:,} rows"
    return f"{done['id']}: {rows} approved (batch {done['batch_id']})" if done["updated"] else f"{done['id']}: nothing to change"
