"""What was spent by month, for any budget in any unit, from the month sums alone; what has no rate is named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TypeAlias

from farthing.budgets.model import Budget
from farthing.budgets.store import stretches
from farthing.core.dates import Month, months_between
from farthing.core.money import convert
from farthing.ledger.rates import rates_on
from farthing.ledger.reading.counting import Flowed, GroupOf, Groups, came_along, flowed, of_sums, spent_along, spent_by
from farthing.ledger.reading.sums import Stretch, Sums, sums
from farthing.platform.database import Unit

# month -> (spent, pending of it), positive for spending
Series: TypeAlias = Mapping[dt.date, tuple[int, int]]
Flat: TypeAlias = Mapping[tuple[dt.date, int], tuple[int, int]]
# (unit, month) -> units of it for one of the household's own, on the month's first day
Rates: TypeAlias = Mapping[tuple[str, dt.date], Decimal]
NOTHING: Series = {}


class Spending:
    """Months' sums, ready to be asked: each row of sums is read once a unit, however many budgets there are.

    `stretches` where all budgets are in the household's unit, else `rows`, of which alone amounts can be turned over into another.
    """

    def __init__(
        self, rows: Sequence[Sums], groups: Groups, *, home: str = "", rates: Rates | None = None, stretches: Sequence[Stretch] = ()
    ) -> None:
        self.rows, self.stretches, self.home, self.rates = rows, stretches, home, rates or {}
        self._group_of, self._shown_in = groups.group_of, groups.shown_in
        self._tables: dict[str, _Table] = {}
        self._unrated: list[tuple[dt.date, int, str]] = [
            (r.month, r.category_id, r.currency)
            for r in rows
            if r.home_in is None and r.n and self._group_of(r.category_id) not in _NOWHERE
        ]
        self._unrated += [
            (month, s.category_id, s.currency)
            for s in stretches
            if s.unrated and self._group_of(s.category_id) not in _NOWHERE
            for month in s.unrated
        ]

    @cached_property
    def by_category(self) -> Mapping[int, Series]:
        """What was spent of each category by month, in the household's unit."""
        found: dict[int, dict[dt.date, tuple[int, int]]] = {}
        for (month, category_id), one in spent_by(self.rows, self._group_of).items():
            found.setdefault(category_id, {})[month] = one
        for stretch in self.stretches:
            spent = spent_along(stretch, self._group_of(stretch.category_id))
            if stretch.category_id in found:
                found[stretch.category_id] = _added(found[stretch.category_id], spent)
            elif spent:
                found[stretch.category_id] = spent
        return found

    @cached_property
    def flat(self) -> Flat:
        """The same by month and category."""
        return {(month, c): one for c, series in self.by_category.items() for month, one in series.items()}

    def spent(self, month: dt.date, categories: Iterable[int]) -> int:
        """What was spent of some categories in a month, in the household's unit."""
        every = self.by_category
        return sum([every[c][month][0] for c in categories if c in every and month in every[c]])

    def together(self, categories: Collection[int]) -> dict[dt.date, int]:
        """What was spent of some categories by month, in the household's unit."""
        found: dict[dt.date, int] = {}
        for category_id, series in self.by_category.items():
            if category_id in categories:
                for month, (out, _) in series.items():
                    found[month] = found.get(month, 0) + out
        return found

    def counts(self, month: dt.date, categories: Collection[int]) -> tuple[int, int]:
        """How many rows some categories have in a month, once for each and once in all; with `stretches` of the month that was counted."""
        found = [(r.n, r.n_once) for r in self.rows if r.month == month and r.category_id in categories]
        found += [(s.n, s.n_once) for s in self.stretches if s.category_id in categories]
        return sum(n for n, _ in found), sum(once for _, once in found)

    def of(self, budget: Budget) -> Series:
        """What the budget counts, by month, in its own unit."""
        table = self._table(budget.currency)
        if budget.category_id is not None:
            return table.by_category.get(budget.category_id, NOTHING)
        if budget.group is None:
            return table.whole
        series = table.of_group(budget.group)
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
        for stretch in self.stretches:
            for month, minor in came_along(stretch, self._group_of(stretch.category_id)).items():
                found[month] = found.get(month, 0) + minor
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
            series, missing = (self.by_category, []) if unit == self.home else self._in_unit(unit)
            table = self._tables[unit] = _Table(series, self._shown_in, missing)
        return table

    def _in_unit(self, unit: str) -> tuple[Mapping[int, Series], list[tuple[dt.date, int, str]]]:
        """Rows in that unit as they are; others at home first, and from there at the rate of the month's first day."""
        assert not self.stretches, "what is turned over is turned over row by row"
        found: dict[int, dict[dt.date, tuple[int, int]]] = {}
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
                series = found.setdefault(row.category_id, {})
                held = series.get(row.month, (0, 0))
                series[row.month] = (held[0] + out, held[1] + pending)
        return found, missing


_NOWHERE = frozenset({"income", "transfer"})


class _Table:
    """One unit's sums by category, by group and altogether."""

    def __init__(self, by_category: Mapping[int, Series], shown_in: GroupOf, unrated: list[tuple[dt.date, int, str]]) -> None:
        self.by_category, self.unrated, self._shown_in = by_category, unrated, shown_in
        self._of_group: dict[str, Series] = {}

    def of_group(self, group: str) -> Series:
        """Of a group by month."""
        found = self._of_group.get(group)
        if found is None:
            parts = [series for c, series in self.by_category.items() if self._shown_in(c) == group]
            found = self._of_group[group] = _added(*parts)
        return found

    @cached_property
    def whole(self) -> Series:
        """Of everything by month."""
        return _added(*self.by_category.values())


def _added(*parts: Series) -> dict[dt.date, tuple[int, int]]:
    found: dict[dt.date, tuple[int, int]] = {}
    for series in parts:
        for month, (out, pending) in series.items():
            held = found.get(month)
            found[month] = (out, pending) if held is None else (held[0] + out, held[1] + pending)
    return found


def _own(row: Sums, group: str) -> Flowed:
    return flowed(group, money_in=row.total_in, money_out=row.total_out, pending_in=row.pending_in, pending_out=row.pending_out)


def _less(series: Series, parts: Iterable[Series]) -> Series:
    left = dict(series)
    for part in parts:
        for month, (out, pending) in part.items():
            held = left.get(month, (0, 0))
            left[month] = (held[0] - out, held[1] - pending)
    return left


async def spending_of(
    unit: Unit, budgets: Collection[Budget], first: Month, last: Month, *, home: str, groups: Groups, counted: Month | None = None
) -> Spending:
    """The months from `first` to `last`, with the rates that budgets in other units than the household's need."""
    if all(b.currency == home for b in budgets):
        return Spending((), groups, home=home, stretches=await stretches(unit, first, last, counted=counted or last))
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
