"""What balances will be: drawn from the past, the same at every look, honest about how far it may be off."""

from __future__ import annotations

import datetime as dt

import numpy as np

from farthing.insights.forecast import Cash, Chance, Coming, Limit, Line, Moved, chances, lines
from farthing.insights.forecast.draw import cut
from farthing.insights.forecast.model import DAYS
from farthing.insights.forecast.project import Sight

TODAY = dt.date(2026, 11, 22)  # a Sunday
GROCERIES, RENT, MOVED = 1, 2, 3


def moved(*rows: tuple[str, int, int], account: int = 1) -> list[Moved]:
    """Rows as (day, amount, category)."""
    return [Moved(n, dt.date.fromisoformat(d), account, c, a, a, "USD") for n, (d, a, c) in enumerate(rows, 1000 * account)]


def saturdays(amount: int, weeks: int = 30) -> list[tuple[str, int, int]]:
    """That much for groceries on each of the last Saturdays."""
    return [(str(TODAY - dt.timedelta(days=1 + 7 * n)), amount, GROCERIES) for n in range(weeks)]


def sight(rows: list[Moved], *coming: Coming, explained: frozenset[int] = frozenset()) -> Sight:
    return Sight(TODAY, rows, coming, explained, frozenset({GROCERIES}), frozenset({MOVED}))


def one(rows: list[Moved], *coming: Coming, start: int = 100_00) -> Line:
    return lines(sight(rows, *coming), [Cash(1, "USD", start)], home="USD", rates={"USD": 1.0})[0]


def middles(line: Line, *days: int) -> list[int]:
    return [line.points[n].middle for n in days]


def test_what_is_spent_every_saturday_is_spent_on_saturdays_to_come() -> None:
    line = one(moved(*saturdays(-20_00)), start=200_00)
    assert middles(line, 0, 5, 6, 12, 13) == [200_00, 200_00, 180_00, 180_00, 160_00]
    assert {p.high - p.low for p in line.points} == {0}  # it never was otherwise


def test_a_known_payment_comes_on_its_day_and_the_lowest_day_is_told() -> None:
    line = one(moved(*saturdays(-1_00)), Coming(7, 9, -90_00, "USD", 1, RENT), Coming(8, 12, 500_00, "USD", 1, RENT))
    lowest = line.lowest(30)
    assert (lowest.day, lowest.point.middle) == (9, 100_00 - 1_00 - 90_00)
    assert [(m.day, m.recurring_id, m.amount) for m in line.moves] == [(9, 7, -90_00), (12, 8, 500_00)]
    assert line.below(0) is None
    assert line.below(50_00) == 9


def test_a_payment_is_as_late_and_as_much_as_earlier_ones_were() -> None:
    line = one(moved(*saturdays(0)), Coming(7, 10, -50_00, "USD", 1, RENT, before=((0, -40_00), (2, -60_00))))
    assert [line.points[n].low for n in (9, 10, 12)] == [100_00, 60_00, 40_00]
    assert [line.points[n].high for n in (9, 10, 12)] == [100_00, 100_00, 60_00]


def test_what_nobody_confirmed_comes_on_its_day_of_the_month() -> None:
    rows = moved(*((f"2026-{m:02d}-03", -30_00, RENT) for m in range(1, 12)), ("2025-11-25", -1, RENT))
    line = one(rows, start=200_00)
    assert middles(line, 10, 11, 41, 42) == [200_00, 170_00, 170_00, 140_00]  # 2 and 3 December, 2 and 3 January


def test_what_nobody_confirmed_and_came_on_the_31st_comes_on_29_february() -> None:
    """Given a day of the month that the next one lacks, then its last day stands in for it, and nothing comes twice or not at all."""
    today = dt.date(2028, 2, 10)
    months = [dt.date(2027, m, 1) + dt.timedelta(days=30) for m in (3, 5, 7, 8, 10, 12)]
    ends = [*months, *(dt.date(2027, m, 30) for m in (4, 6, 9, 11)), dt.date(2028, 1, 31)]
    rows = moved(*((str(day), -30_00, RENT) for day in sorted(ends)), ("2027-02-05", -1, RENT))
    seen_from = Sight(today, rows, (), frozenset(), frozenset({GROCERIES}), frozenset({MOVED}))
    line = lines(seen_from, [Cash(1, "USD", 200_00)], home="USD", rates={"USD": 1.0})[0]
    assert [round(m / 10_00) for m in middles(line, 18, 19, 49, 50)] == [20, 17, 17, 14]  # 28 and 29 February, 30 and 31 March


def test_what_happened_once_and_far_beyond_all_else_is_no_habit() -> None:
    usual = moved(*saturdays(-20_00), ("2026-05-06", -9_000_00, GROCERIES))
    assert one(usual, start=1_000_00).points[DAYS].low > -1_000_00
    assert list(cut(np.array([1, 2, 3, 400]), 2)) == [1, 2, 3, 18]


def test_two_looks_at_one_past_say_the_same() -> None:
    rows = moved(*((str(TODAY - dt.timedelta(days=n)), -((n * 37) % 91) * 100, GROCERIES) for n in range(200)))
    assert one(rows) == one(list(reversed(rows)))
    assert one(rows).points[30].low < one(rows).points[30].middle < one(rows).points[30].high


def test_six_weeks_of_rows_are_needed_and_less_says_nothing() -> None:
    young = one(moved(("2026-10-20", -5_00, GROCERIES)))
    assert (young.young, young.points) == (True, ())
    assert not one(moved(("2026-10-12", -5_00, GROCERIES))).young


def test_the_shorter_the_past_the_wider_the_band() -> None:
    daily = [(str(TODAY - dt.timedelta(days=n)), -((n * 37) % 91) * 100, GROCERIES) for n in range(300)]
    short, long = one(moved(*daily[:50])).points[DAYS], one(moved(*daily)).points[DAYS]
    assert short.high - short.low > long.high - long.low


def test_money_moved_between_accounts_changes_nothing_of_both_together() -> None:
    out = moved(*((f"2026-{m:02d}-05", -50_00, MOVED) for m in range(2, 12)), account=1)
    into = moved(*((f"2026-{m:02d}-05", 50_00, MOVED) for m in range(2, 12)), account=2)
    coming = Coming(7, 13, -50_00, "USD", 1, MOVED)
    known = frozenset(r.transaction_id for r in out)
    cash = [Cash(1, "USD", 100_00), Cash(2, "USD", 0)]
    found = lines(sight(out + into, coming, explained=known), cash, home="USD", rates={"USD": 1.0})
    assert [line.points[20].middle for line in found] == [50_00, 50_00, 100_00]


def test_units_stay_apart_and_come_together_at_home_where_rates_are_known() -> None:
    rows = moved(*saturdays(0), account=1) + [r._replace(currency="EUR") for r in moved(*saturdays(0), account=2)]
    cash = [Cash(1, "USD", 100_00), Cash(2, "EUR", 10_00)]
    together = [x for x in lines(sight(rows), cash, home="USD", rates={"USD": 1.0, "EUR": 1.5}) if not x.account_id]
    assert [(x.currency, x.at_home, x.points[9].middle) for x in together] == [
        ("USD", False, 100_00),
        ("EUR", False, 10_00),
        ("USD", True, 115_00),
    ]
    rent = Coming(7, 9, -4_00, "EUR", 2, RENT)
    (whole,) = (x for x in lines(sight(rows, rent), cash, home="USD", rates={"USD": 1.0, "EUR": 1.5}) if x.at_home)
    assert (whole.points[9].middle, [m.amount for m in whole.moves]) == (109_00, [-6_00])


def chance(limit: int, spent: int, *coming: Coming, rows: list[Moved] | None = None) -> Chance | None:
    month = Limit(
        5, dt.date(2026, 11, 1), dt.date(2026, 11, 30), limit, spent, "USD", {GROCERIES, RENT}, lambda r: -r.amount, lambda c: -c.amount
    )
    return next(iter(chances(sight(rows or moved(*saturdays(-20_00)), *coming), [month])), None)


def test_a_budget_is_passed_for_certain_or_never_where_every_week_is_alike() -> None:
    sure, never = chance(70_00, 60_00), chance(90_00, 60_00)
    assert sure is not None
    assert (sure.per_mille, sure.expected, sure.day) == (1000, 80_00, 6)
    assert never is not None
    assert never.per_mille == 0


def test_a_known_payment_counts_towards_a_budget_and_one_that_is_over_is_certain() -> None:
    rent = Coming(7, 3, -30_00, "USD", 1, RENT)
    found = chance(100_00, 60_00, rent)
    assert found is not None
    assert (found.per_mille, found.expected, found.day) == (1000, 110_00, 6)
    over = chance(50_00, 60_00)
    assert over is not None
    assert (over.per_mille, over.day) == (1000, 0)
    assert chance(50_00, 10_00, rows=moved(("2026-11-01", -5_00, GROCERIES))) is None
