"""The merge history of an account whose bank was linked again, and the old rows that did not come again: for its owner to look at."""

from __future__ import annotations

from farthing.core.dates import zone
from farthing.flows.desk import Desk
from farthing.flows.list_transactions import list_page
from farthing.flows.merge_history import merges, tally, unmet
from farthing.flows.view_models.accounts import Merged
from farthing.flows.view_parts import Eye, row_of
from farthing.ledger.reading.rows import Filter

SHOWN = 20


async def view_merges(desk: Desk, eye: Eye, account_id: int) -> Merged | None:
    """None where the account never came under another id."""
    history = await merges(desk, [account_id])
    if account_id not in history:
        return None
    left = (await unmet(desk, history)).get(account_id, [])
    rows = (await list_page(desk, Filter(ids=tuple(left)), limit=SHOWN)).rows if left else []
    told = tally(history[account_id], left)
    place = zone(eye.zone)
    lines = tuple(
        (eye.day(m.at.astimezone(place).date()), m.covered.words if m.covered else "under a new number; no row has come yet")
        for m in reversed(history[account_id])
    )
    return Merged(told.words if told else "", lines, tuple(row_of(eye, s, with_day=True) for s in rows), len(left) - len(rows))
