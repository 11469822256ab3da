"""A month against another: what changed most comes first."""

from __future__ import annotations

import datetime as dt

import msgspec

from farthing.connections import store
from farthing.flows.desk import Desk
from farthing.flows.list_transactions import list_totals
from farthing.flows.read_up_to import up_to
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


class Compared(msgspec.Struct, frozen=True):
    """What changed most first; windows as far as both have been read."""

    window: Window
    other: Window
    rows: tuple[Changed, ...]


class Comparison(Compared, frozen=True):
    """The same with the lists' totals, and how fresh they are."""

    total: Totals
    total_before: Totals
    as_of: dt.datetime | None
    stale: tuple[str, ...]


async def compare(desk: Desk, window: Window, other: Window, *, by: str) -> Comparison:
    """Two windows side by side with all that a report says of them."""
    found, links = await compared(desk, window, other, by=by), await store.every(desk.unit, desk.sealer)
    return Comparison(
        window=found.window,
        other=found.other,
        rows=found.rows,
        total=await list_totals(desk, Filter(first=found.window.first, last=found.window.last)),
        total_before=await list_totals(desk, Filter(first=found.other.first, last=found.other.last)),
        as_of=up_to(links),
        stale=await stale_accounts(desk, links),
    )


async def compared(desk: Desk, window: Window, other: Window, *, by: str, accounts: tuple[int, ...] | None = None) -> Compared:
    """Two windows side by side; of one that has not ended the days so far, and as many of the other."""
    window, other = window.so_far, other.so_far
    here, there = [
        await summed(desk, Scope(first=days.first, last=days.last, by=by, span="year", accounts=accounts)) for days in (window, other)
    ]
    now, was, names = here.by_key(), there.by_key(), {**there.labels, **here.labels}
    rows = [
        Changed(public_key(by, key, names), names.get(key, key), now.get(key, Flowed()), was.get(key, Flowed())) for key in {*now, *was}
    ]
    return Compared(window, other, tuple(sorted(rows, key=lambda r: (-abs(r.change), r.label, r.key))))
