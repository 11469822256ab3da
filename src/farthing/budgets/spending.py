"""What was spent by month, for any budget in any unit, from the month sums alone; what has no rate is named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from farthing.budgets.model import Budget
from farthing.core.dates import Month, months_between
from farthing.core.money import convert
from farthing.ledger.rates import rates_on
from farthing.ledger.reading.counting import Flowed, GroupOf, Groups, flowed, of_sums, spent_by
from farthing.ledger.reading.sums import Sums, sums
from farthing.platform.database import Unit

# month -> (spent, pending of it), positive for spending
Series: TypeAlias = Mapping[dt.date, tuple[int, int]]
Flat: TypeAlias = Mapping[tuple[dt.date, int], tuple[int, int]]
# (unit, month) -> units of it for one of the household's own, on the month's first day
Rates: TypeAlias = Mapping[tuple[str, dt.date], Decimal]
NOTHING: Series = {}


class Spending:
    """Months' sums, ready to be asked: each row of sums is read once a unit, however many budgets there are."""

    def __init__(self, rows: Sequence[Sums], groups: Groups, *, home: str = "", rates: Rates | None = None) -> None:
        self.rows, self.home, self.rates = rows, home, rates or {}
        self._group_of, self._shown_in = groups.group_of, groups.shown_in
        self.flat: Flat = spent_by(rows, groups.group_of)
        self._tables: dict[str, _Table] = {}
        self._unrated: list[tuple[dt.date, int, str]] = [
            (r.month, r.category_id, r.currency)
            for r in rows
            if r.home_in is None and r.n and self._group_of(r.category_id) not in _NOWHERE
        ]

    def of(self, budget: Budget) -> Series:
        """What the budget counts, by month, in its own unit."""
        table = self._table(budget.currency)
        if budget.category_id is not None:
            return table.by_category.get(budget.category_id, NOTHING)
        if budget.group is None:
            return table.whole
        series = table.by_group.get(budget.group, NOTHING)
        apart = [table.by_category[c] for c in budget.without if self._shown_in(c) == budget.group and c in table.by_category]
        return _less(series, apart) if apart else series

    @property
    def whole(self) -> Series:
        """All spending by month, in the household's unit."""
        return self._table(self.home).whole

    def income(self) -> Mapping[dt.date, int]:
        """What came in by month, in the household's unit."""
        found: dict[dt.date, int] = {}
        for row in self.rows:
            came = of_sums(row, self._group_of(row.category_id)).money_in
            if came:
                found[row.month] = found.get(row.month, 0) + came
        return found

    def unrated(self, budget: Budget, first: dt.date, last: dt.date) -> tuple[str, ...]:
        """Units of rows that the budget should count from month `first` to `last`, and cannot for want of a rate."""
        missing = self._missing(budget)
        return tuple(sorted({unit for month, c, unit in missing if first <= month <= last and self._covers(budget, c)})) if missing else ()

    def lacks(self, budget: Budget) -> bool:
        """Whether any row has no rate in the budget's unit; one that it should count or not."""
        return bool(self._missing(budget))

    def _missing(self, budget: Budget) -> Sequence[tuple[dt.date, int, str]]:
        return self._unrated if budget.currency == self.home else self._table(budget.currency).unrated

    def at_home(self, budget: Budget, minor: int, month: dt.date) -> int | None:
        """An amount of the budget's in the household's unit; None where the rate is not known."""
        if budget.currency == self.home:
            return minor
        rate = self.rates.get((budget.currency, month))
        return convert(minor, budget.currency, self.home, 1 / rate) if rate else None

    def _covers(self, budget: Budget, category_id: int) -> bool:
        if budget.category_id is not None:
            return category_id == budget.category_id
        return budget.group is None or (self._shown_in(category_id) == budget.group and category_id not in budget.without)

    def _table(self, unit: str) -> _Table:
        table = self._tables.get(unit)
        if table is None:
            flat, missing = (self.flat, []) if unit == self.home else self._in_unit(unit)
            table = self._tables[unit] = _Table(flat, self._shown_in, missing)
        return table

    def _in_unit(self, unit: str) -> tuple[Flat, list[tuple[dt.date, int, str]]]:
        """Rows in that unit as they are; others at home first, and from there at the rate of the month's first day."""
        found: dict[tuple[dt.date, int], tuple[int, int]] = {}
        missing = []
        for row in self.rows:
            group = self._group_of(row.category_id)
            rate = self.rates.get((unit, row.month))
            if group in _NOWHERE:
                continue
            if row.currency == unit:
                one, factor = _own(row, group), None
            elif row.home_in is None or rate is None:
                missing += [(row.month, row.category_id, row.currency)] if row.n else []
                continue
            else:
                one, factor = of_sums(row, group), rate
            out, pending = -one.money_out, -one.pending_out
            if factor is not None:
                out, pending = convert(out, self.home, unit, factor), convert(pending, self.home, unit, factor)
            if out or pending:
                held = found.get((row.month, row.category_id), (0, 0))
                found[row.month, row.category_id] = (held[0] + out, held[1] + pending)
        return found, missing


_NOWHERE = frozenset({"income", "transfer"})


class _Table:
    """One unit's sums by category, by group and altogether."""

    def __init__(self, flat: Flat, shown_in: GroupOf, unrated: list[tuple[dt.date, int, str]]) -> None:
        self.by_category: dict[int, dict[dt.date, tuple[int, int]]] = {}
        self.by_group: dict[str, dict[dt.date, tuple[int, int]]] = {}
        self.whole: dict[dt.date, tuple[int, int]] = {}
        self.unrated = unrated
        for (month, category_id), one in flat.items():
            self.by_category.setdefault(category_id, {})[month] = one
            for series in (self.by_group.setdefault(shown_in(category_id), {}), self.whole):
                held = series.get(month)
                series[month] = one if held is None else (held[0] + one[0], held[1] + one[1])


def _own(row: Sums, group: str) -> Flowed:
    return flowed(group, money_in=row.total_in, money_out=row.total_out, pending_in=row.pending_in, pending_out=row.pending_out)


def _less(series: Series, parts: Iterable[Series]) -> Series:
    left = dict(series)
    for part in parts:
        for month, (out, pending) in part.items():
            held = left.get(month, (0, 0))
            left[month] = (held[0] - out, held[1] - pending)
    return left


async def spending_of(unit: Unit, budgets: Iterable[Budget], first: Month, last: Month, *, home: str, groups: Groups) -> Spending:
    """The months from `first` to `last`, with the rates that budgets in other units than the household's need."""
    rows = await sums(unit, first, last)
    return Spending(rows, groups, home=home, rates=await rates_of(unit, budgets, first, last, home=home))


async def rates_of(unit: Unit, budgets: Iterable[Budget], first: Month, last: Month, *, home: str) -> Rates:
    """Units of each budget's for one of the household's, on the first day of each month; nothing is read where all budgets are at home."""
    return await rates_in(unit, {b.currency for b in budgets}, first, last, home=home)


async def rates_in(unit: Unit, units: Iterable[str], first: Month, last: Month, *, home: str) -> Rates:
    """The same of some units."""
    units = sorted({*units} - {home})
    if not units:
        return {}
    days = [m.first for m in months_between(first.first, last.first)]
    asked = [(u, day) for u in {*units, home} - {"EUR"} for day in days]
    found = await rates_on(unit.conn, asked) if asked else {}
    of_home = {day: Decimal(1) if home == "EUR" else found.get((home, day)) for day in days}
    rates = {}
    for u in units:
        for day in days:
            source, target = of_home[day], Decimal(1) if u == "EUR" else found.get((u, day))
            if source and target:
                rates[u, day] = target / source
    return rates
