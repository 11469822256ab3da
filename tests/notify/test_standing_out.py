"""What stands out among rows: unlike its category at a chosen rate of false alarms, or taken twice. Pure."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from farthing.insights.watching import Seen, doubles, measure_of
from farthing.insights.watching.unusual import FALSE_ALARMS

DAY = dt.date(2026, 11, 1)
FOOD, FUN = 1, 2


def row(number: int, minor: int, *, category: int = FOOD, payee: int = 1, day: dt.date = DAY, account: int = 1) -> Seen:
    return Seen(
        transaction_id=number, payee_id=payee, account_id=account, category_id=category, date=day, amount=minor, currency="USD", home=minor,
        split=False,
    )  # fmt: skip


def life(rows: int, seed: int) -> list[Seen]:
    """Purchases of two categories whose sizes spread as such sizes do: by factors, with a long tail."""
    some = random.Random(seed)
    sizes = {FOOD: 4000, FUN: 1500}
    found = []
    for n in range(rows):
        category = some.choice((FOOD, FUN))
        found.append(row(n, -round(sizes[category] * some.lognormvariate(0, 0.6)), category=category))
    return found


def test_an_amount_far_beyond_its_category_is_over_the_line_and_a_usual_one_is_not() -> None:
    usual = measure_of(life(400, seed=1), {FOOD, FUN})
    seldom = usual.seldom_over(FUN)
    assert seldom is not None
    assert 4_000 < seldom < 20_000


@pytest.mark.parametrize("rows", [150, 400, 1500, 3000])
def test_false_alarms_are_as_seldom_as_chosen(rows: int) -> None:
    """Given households whose spending goes on as it was, when their next rows are judged, then no more than the chosen share is told."""
    told = judged = 0
    for seed in range(20):
        past, to_come = life(rows, seed), life(500, seed + 1000)
        usual = measure_of(past, {FOOD, FUN})
        judged += len(to_come)
        told += sum(-(r.home or 0) > (usual.seldom_over(r.category_id) or 10**12) for r in to_come)
    assert told / judged <= FALSE_ALARMS * 1.5


def test_a_category_of_which_little_is_known_says_nothing() -> None:
    usual = measure_of([row(n, -1000) for n in range(7)], {FOOD})
    assert usual.seldom_over(FOOD) is None


def test_income_and_small_rows_are_never_unusual() -> None:
    past = [row(n, -n * 1000) for n in range(1, 60)] + [row(n + 100, -100, category=FUN) for n in range(20)]
    usual = measure_of([*past, row(900, 500_000)], {FOOD, FUN})
    seldom = usual.seldom_over(FUN)
    assert seldom is not None
    assert seldom >= 29_000


def test_the_same_purchase_within_a_day_is_a_double_and_a_habit_is_none() -> None:
    days = [DAY + dt.timedelta(days=n) for n in range(10)]
    others = [row(100 + n, -500, payee=50 + n) for n in range(9)]
    twice = [row(1, -4200, payee=7, day=days[0]), row(2, -4200, payee=7, day=days[1])]
    fares = [row(10 + n, -900, payee=8, day=days[n // 2]) for n in range(6)]
    weekly = [row(20, -4300, payee=9, day=days[0]), row(21, -4300, payee=9, day=days[7])]
    other_account = [row(30, -4400, payee=10), row(31, -4400, payee=10, account=2)]
    found = doubles([*others, *twice, *fares, *weekly, *other_account], {FOOD})
    assert [(d.earlier.transaction_id, d.later.transaction_id) for d in found] == [(1, 2)]


def test_two_small_equal_rows_are_two_tickets() -> None:
    others = [row(100 + n, -5000, payee=50 + n) for n in range(9)]
    assert doubles([*others, row(1, -250, payee=7), row(2, -250, payee=7)], {FOOD}) == []


def test_nothing_is_known_of_an_empty_household() -> None:
    assert measure_of([], {FOOD}).seldom_over(FOOD) is None
    assert doubles([], {FOOD}) == []
