"""What counts where: the one definition of income and spending that every list, report, budget and alert uses. Pure.

Group `income` goes to `in`; group `transfer`, hidden and void rows go nowhere; `uncategorised` goes by its sign; every other group goes to
`out`, where refunds and other inflows net it. `in` and `out` are signed minor units, spending is negative, net = in + out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Literal, Protocol

import msgspec

from farthing.ledger.reading.sums import Stretch, Sums

Side = Literal["in", "out", "none", "sign"]
GroupOf = Callable[[int], str]


class Groups(Protocol):
    """What says of a category how it counts, and which group it is shown in: two things, where a household has groups of its own."""

    def group_of(self, category_id: int, /) -> str: ...

    def shown_in(self, category_id: int, /) -> str: ...


_SIDES: Mapping[str, Side] = {"income": "in", "transfer": "none", "uncategorised": "sign"}


def side(group: str) -> Side:
    """Where a group's money goes."""
    return _SIDES.get(group, "out")


class Flowed(msgspec.Struct, frozen=True, array_like=True):
    """Money in and out, signed (`out` negative for spending); pending is contained in them and told apart.

    Kept without the names of its fields: a table at hand holds thousands.
    """

    money_in: int = 0
    money_out: int = 0
    pending_in: int = 0
    pending_out: int = 0
    count: int = 0

    @property
    def net(self) -> int:
        return self.money_in + self.money_out

    @property
    def pending(self) -> int:
        return self.pending_in + self.pending_out

    def __add__(self, other: Flowed) -> Flowed:
        return Flowed(
            self.money_in + other.money_in,
            self.money_out + other.money_out,
            self.pending_in + other.pending_in,
            self.pending_out + other.pending_out,
            self.count + other.count,
        )


class Totals(msgspec.Struct, frozen=True):
    """A filter's totals in the household's unit, with what was left out and which units have no rate."""

    flowed: Flowed = Flowed()
    transfers: int = 0
    hidden: int = 0
    void: int = 0
    unrated: dict[str, int] = {}

    def __sub__(self, part: Totals) -> Totals:
        """Without a part of it; every unit has a rate."""
        assert not self.unrated, "what has no rate cannot be told apart"
        less = Flowed(*(-n for n in msgspec.structs.astuple(part.flowed)))
        return Totals(self.flowed + less, self.transfers - part.transfers, self.hidden - part.hidden, self.void - part.void)


def flowed(group: str, *, money_in: int, money_out: int, pending_in: int = 0, pending_out: int = 0, count: int = 0) -> Flowed:
    """One category's in- and outflows placed on their side."""
    match _SIDES.get(group, "out"):  # `side` itself: a report asks thousands of times
        case "out":
            return Flowed(0, money_in + money_out, 0, pending_in + pending_out, count)
        case "in":
            return Flowed(money_in + money_out, 0, pending_in + pending_out, 0, count)
        case "sign":
            return Flowed(money_in, money_out, pending_in, pending_out, count)
        case _:
            return Flowed()


def of_sums(row: Sums, group: str, *, count: int | None = None) -> Flowed:
    """A month key in the household's unit; a key without a rate contributes nothing (it is named beside the total). Rows count once."""
    count = row.n_once if count is None else count
    if row.home_in is None:
        return Flowed(count=0 if side(group) == "none" else count)
    return flowed(
        group,
        money_in=row.home_in,
        money_out=row.home_out or 0,
        pending_in=row.home_pending_in or 0,
        pending_out=row.home_pending_out or 0,
        count=count,
    )


def totals(rows: Iterable[Sums], group_of: GroupOf) -> Totals:
    """Totals of whole months; the caller has filtered the keys."""
    sum_of, transfers, hidden, void = Flowed(), 0, 0, 0
    unrated: dict[str, int] = {}
    for row in rows:
        group = group_of(row.category_id)
        sum_of += of_sums(row, group)
        transfers += row.n_once if group == "transfer" else 0
        hidden += row.n_hidden
        void += row.n_void
        if row.home_in is None and row.n and group != "transfer":
            unrated[row.currency] = unrated.get(row.currency, 0) + row.total_in + row.total_out
    return Totals(sum_of, transfers, hidden, void, unrated)


def spent_by(rows: Iterable[Sums], group_of: GroupOf) -> dict[tuple[dt.date, int], tuple[int, int]]:
    """(month, category) -> (spent, pending of it), positive for spending: what budgets measure."""
    spent: dict[tuple[dt.date, int], tuple[int, int]] = {}
    for row in rows:
        out, pending = out_of(row, group_of(row.category_id))
        if out or pending:
            held = spent.get((row.month, row.category_id), (0, 0))
            spent[row.month, row.category_id] = (held[0] - out, held[1] - pending)
    return spent


def spent_along(one: Stretch, group: str) -> dict[dt.date, tuple[int, int]]:
    """What `spent_by` says of one category's months: month -> (spent, pending of it); months in which nothing was spent are left out."""
    whole = _SIDES.get(group, "out")
    if whole not in {"out", "sign"}:
        return {}
    netted = whole == "out"
    spent: dict[dt.date, int] = {}
    for month, came, went in zip(one.months, one.ins, one.outs, strict=True):
        if came is None or went is None:
            continue
        out = -(came + went) if netted else -went
        spent[month] = spent[month] + out if month in spent else out
    pending: dict[dt.date, int] = {}
    for month, came, went in zip(one.pending_months or (), one.pending_ins or (), one.pending_outs or (), strict=True):
        pending[month] = pending.get(month, 0) - (came + went if netted else went)
    return {month: (out, pending.get(month, 0)) for month, out in spent.items() if out or month in pending}


def came_along(one: Stretch, group: str) -> dict[dt.date, int]:
    """What came in with it by month: all of an income category's, what is not sorted by its sign."""
    whole, found = _SIDES.get(group, "out"), dict[dt.date, int]()
    if whole not in {"in", "sign"}:
        return found
    for month, came, went in zip(one.months, one.ins, one.outs, strict=True):
        if came is not None and went is not None:
            found[month] = found.get(month, 0) + (came + went if whole == "in" else came)
    return found


def out_of(row: Sums, group: str) -> tuple[int, int]:
    """What `of_sums` says of a month key's spending and what is pending of it: a budget asks for hundreds, and for nothing else."""
    if row.home_in is None:
        return 0, 0
    match _SIDES.get(group, "out"):
        case "out":
            return row.home_in + (row.home_out or 0), (row.home_pending_in or 0) + (row.home_pending_out or 0)
        case "sign":
            return row.home_out or 0, row.home_pending_out or 0
        case _:
            return 0, 0
