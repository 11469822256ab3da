"""The rows of a list as a CSV file. A split row is told by its parts, so that the column adds up to what the list's header says."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any

from farthing.core.ids import public
from farthing.core.money import decimal_text
from farthing.flows.archive import as_csv
from farthing.flows.desk import accounts_of, read_desk
from farthing.flows.list_transactions import PAGE_MAX, list_page
from farthing.flows.show import Shown
from farthing.flows.world import World
from farthing.ledger.model import Actor
from farthing.ledger.reading.rows import NEWEST, Filter
from farthing.security import audit

# The first eight headers are those other trackers read, and our own importer knows.
COLUMNS = (
    ("Date", "date"), ("Merchant", "merchant"), ("Category", "category"), ("Account", "account"), ("Original Statement", "description"),
    ("Notes", "note"), ("Amount", "amount"), ("Tags", "tags"), ("Currency", "currency"), ("Status", "status"), ("Transfer", "transfer"),
    ("Hidden", "hidden"), ("Reviewed", "reviewed"), ("Id", "id"),
)  # fmt: skip


async def export_list(world: World, household_id: int, actor: Actor, wanted: Filter) -> AsyncIterator[bytes]:
    """The file in pieces; that it was asked for goes on record.

    Each page of rows is read in a unit of its own, so that a slow reader holds no connection; a row that changes meanwhile is told once.
    """
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        await audit.record(unit, sealer, actor, "list.exported", {}, world.clock.now())
    return _pieces(world, household_id, actor, wanted)


async def _pieces(world: World, household_id: int, actor: Actor, wanted: Filter) -> AsyncGenerator[bytes, None]:
    async with contextlib.aclosing(_lines(world, household_id, actor, wanted)) as lines:
        async for piece in as_csv(lines, COLUMNS):
            yield piece


async def _lines(world: World, household_id: int, actor: Actor, wanted: Filter) -> AsyncGenerator[dict[str, Any], None]:
    before = NEWEST
    while True:
        async with read_desk(world, household_id, actor) as desk:
            page = await list_page(desk, wanted, limit=PAGE_MAX, before=before, held=await accounts_of(desk))
            lines = [line for shown in page.rows for line in _told(shown, wanted)]
        for line in lines:
            yield line
        if page.after is None:
            return
        before = page.after


def _told(shown: Shown, wanted: Filter) -> Iterator[dict[str, Any]]:
    """A line, or one for each part that the filter's categories ask for."""
    row = shown.row
    whole = [(row.amount, shown.category, "")]
    parts = [(p.amount, c, p.note) for p, c in shown.parts] if row.split else whole
    for minor, category, note in parts:
        if wanted.categories is not None and category.category_id not in wanted.categories:
            continue
        yield {
            "date": row.date.isoformat(),
            "merchant": shown.merchant,
            "category": category.name,
            "account": shown.account.text.name,
            "description": row.bank.text,
            "note": note or row.owner.note,
            "amount": decimal_text(minor, row.currency),
            "tags": list(shown.tags),
            "currency": row.currency,
            "status": shown.status,
            "transfer": category.group == "transfer",
            "hidden": row.hidden,
            "reviewed": row.reviewed,
            "id": public("txn", row.transaction_id),
        }
