"""A month against another: what changed most comes first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from farthing.flows.desk import Desk
from farthing.flows.list_transactions import list_totals
from farthing.flows.read_up_to import read_up_to
from farthing.flows.report_spending import Scope, public_key, stale_accounts, summed
from farthing.flows.windows import Window
from farthing.ledger.reading.counting import Flowed, Totals
from farthing.ledger.reading.rows import Filter


class Changed(msgspec.Struct, frozen=True):
    """One key in both windows."""

    key: str
    label: str
    now: Flowed
    before: Flowed

    @property
    def change(self) -> int:
        """By how much the net moved: negative for more spending, or for less income."""
        return self.now.net - self.before.net


class Comparison(msgspec.Struct, frozen=True):
    """What changed most first; windows as far as both have been read."""

    window: Window
    other: Window
    rows: tuple[Changed, ...]
    total: Totals
    total_before: Totals
    as_of: dt.datetime | None
    stale: tuple[str, ...]


async def compare(desk: Desk, window: Window, other: Window, *, by: str, accounts: Sequence[int] | None = None) -> Comparison:
    """Two windows side by side; of one that has not ended the days so far, and as many of the other."""
    window, other = window.so_far, other.so_far
    chosen = None if accounts is None else tuple(accounts)
    now, labels = await whole(desk, window, by=by, accounts=chosen)
    was, labels_before = await whole(desk, other, by=by, accounts=chosen)
    names = {**labels_before, **labels}
    rows = [
        Changed(public_key(by, key, names), names.get(key, key), now.get(key, Flowed()), was.get(key, Flowed())) for key in {*now, *was}
    ]
    return Comparison(
        window=window,
        other=other,
        rows=tuple(sorted(rows, key=lambda r: (-abs(r.change), r.label, r.key))),
        total=await list_totals(desk, Filter(first=window.first, last=window.last, accounts=chosen)),
        total_before=await list_totals(desk, Filter(first=other.first, last=other.last, accounts=chosen)),
        as_of=await read_up_to(desk.unit, desk.sealer),
        stale=await stale_accounts(desk),
    )


async def whole(
    desk: Desk, window: Window, *, by: str, accounts: tuple[int, ...] | None = None, spending: bool = False
) -> tuple[dict[str, Flowed], dict[str, str]]:
    """A window's sums by key, its spans together, and what keys are called."""
    scope = Scope(first=window.first, last=window.last, by=by, span="year", accounts=accounts, spending=spending)
    table = await summed(desk, scope)
    return table.by_key(), dict(table.labels)
