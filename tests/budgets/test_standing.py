"""How budgets stand, as pure sums: what rolls over, limits that change, parts that add up, and rates that are not known."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from budgets.sums import budget, row, spending
from farthing.budgets import Kind, Period, Rollover, Step, course, period_of, runs, standing
from farthing.core.dates import Month

JANUARY = Month(2025, 1)
MONTHS = st.integers(0, 30)
MONEY = st.integers(-50_000, 200_000)
SPENT = st.dictionaries(MONTHS, MONEY, max_size=20)
STEPS = st.dictionaries(st.tuples(MONTHS, st.sampled_from([Kind.FROM, Kind.ONLY])), st.integers(1, 90_000), max_size=8)


def day(n: int) -> dt.date:
    return JANUARY.plus(n).first


def months_of(spent: dict[int, int]) -> list[object]:
    return [row(day(n), 1, minor) for n, minor in sorted(spent.items())]


def steps_of(given: dict[tuple[int, Kind], int]) -> tuple[Step, ...]:
    return tuple(Step(day(n), kind, minor) for (n, kind), minor in sorted(given.items()))


@given(spent=SPENT, steps=STEPS, rollover=st.sampled_from(Rollover), cap=st.none() | st.integers(1, 60_000), starts=MONTHS)
def test_what_is_left_is_what_the_next_month_gets(
    spent: dict[int, int], steps: dict[tuple[int, Kind], int], rollover: Rollover, cap: int | None, starts: int
) -> None:
    one = budget(30_000, day(starts), category_id=1, rollover=rollover, cap_minor=cap, steps=steps_of(steps))
    found = list(course(one, JANUARY.plus(starts), JANUARY.plus(31), spending(*months_of(spent))).values())  # type: ignore[arg-type]
    assert found[0].carried == 0
    for before, after in pairwise(found):
        left = before.left if rollover == Rollover.BOTH else max(0, before.left) if rollover == Rollover.SURPLUS else 0
        assert after.carried == (left if cap is None else max(-cap, min(cap, left)))
        assert after.limit == one.limit_in(after.first) + after.carried


@given(spent=SPENT, steps=STEPS, rollover=st.sampled_from([Rollover.SURPLUS, Rollover.BOTH]), at=st.integers(12, 30))
def test_a_january_that_is_known_says_the_same_as_the_years_before_it(
    spent: dict[int, int], steps: dict[tuple[int, Kind], int], rollover: Rollover, at: int
) -> None:
    one = budget(30_000, day(0), category_id=1, rollover=rollover, steps=steps_of(steps))
    sums = spending(*months_of(spent))  # type: ignore[arg-type]
    january = standing(one, day(12), sums)
    known = budget(30_000, day(0), category_id=1, rollover=rollover, steps=one.steps, carries=((day(12), january.carried),))
    later = [row(day(n), 1, minor) for n, minor in sorted(spent.items()) if n >= 12]
    assert standing(known, day(at), spending(*later)).limit == standing(one, day(at), sums).limit


@given(spent=st.lists(st.tuples(MONTHS, st.sampled_from([0, 1, 2, 3, 8, 9]), MONEY), max_size=40, unique_by=lambda s: s[:2]))
def test_categories_add_up_to_their_group_and_groups_to_everything(spent: list[tuple[int, int, int]]) -> None:
    sums = spending(*(row(day(n), category, minor) for n, category, minor in spent))

    def cost(**what: object) -> int:
        return sum(s.spent for s in course(budget(1, day(0), **what), JANUARY, JANUARY.plus(31), sums).values())

    food, travel, unsorted = cost(group="food"), cost(group="travel"), cost(category_id=0)
    assert food == cost(category_id=1) + cost(category_id=2)
    assert travel == cost(category_id=3)
    assert cost() == food + travel + unsorted


def test_a_year_is_twelve_months_and_hands_on_what_it_left() -> None:
    sums = spending(row(day(2), 1, 40_000), row(day(11), 1, 20_000), row(day(13), 1, 5_000))
    year = budget(100_000, day(0), category_id=1, period=Period.YEAR, rollover=Rollover.SURPLUS)
    assert (standing(year, day(5), sums).spent, standing(year, day(13), sums).limit) == (60_000, 140_000)


def test_a_limit_changes_from_a_month_on_or_in_one_alone_and_the_past_stays() -> None:
    one = budget(30_000, day(0), category_id=1, steps=(Step(day(3), Kind.ONLY, 99_000), Step(day(5), Kind.FROM, 40_000)))
    assert [one.limit_in(day(n)) for n in range(8)] == [30_000, 30_000, 30_000, 99_000, 30_000, 40_000, 40_000, 40_000]


def test_months_before_a_budget_began_hand_nothing_on() -> None:
    one = budget(10_000, day(6), category_id=1, rollover=Rollover.BOTH)
    found = course(one, JANUARY, JANUARY.plus(8), spending(row(day(2), 1, 90_000)))
    assert [found[day(n)].carried for n in (5, 6, 7, 8)] == [0, 0, 10_000, 20_000]


def test_a_leap_day_and_the_ends_of_months_are_in_their_months() -> None:
    one = budget(10_000, dt.date(2028, 2, 1), ends=dt.date(2028, 2, 29), category_id=1)
    assert [runs(one, d) for d in (dt.date(2028, 1, 31), dt.date(2028, 2, 29), dt.date(2028, 3, 1))] == [False, True, False]
    assert period_of(one, dt.date(2028, 2, 29))[0].last == dt.date(2028, 2, 29)


def test_a_budget_in_another_unit_counts_its_own_rows_as_they_are_and_the_rest_at_the_rate_of_the_month() -> None:
    rates = {("EUR", day(0)): Decimal("0.5")}
    sums = spending(row(day(0), 1, 10_000, currency="EUR", home=20_000), row(day(0), 1, 4_000), rates=rates)
    assert standing(budget(50_000, day(0), category_id=1, currency="EUR"), day(0), sums).spent == 12_000
    assert standing(budget(50_000, day(0), category_id=1), day(0), sums).spent == 24_000


def test_what_has_no_rate_is_named_and_nowhere_in_the_sum() -> None:
    sums = spending(row(day(0), 1, 700, currency="BTC", home=None), row(day(0), 1, 4_000))
    at_home, euros = budget(50_000, day(0), group="food"), budget(50_000, day(0), category_id=1, currency="EUR")
    assert (standing(at_home, day(0), sums).spent, standing(at_home, day(0), sums).unrated) == (4_000, ("BTC",))
    assert (standing(euros, day(0), sums).spent, standing(euros, day(0), sums).unrated) == (0, ("BTC", "USD"))
    assert standing(budget(1, day(0), category_id=3), day(0), sums).unrated == ()


def test_a_budget_of_a_thousand_years_is_not_walked_through() -> None:
    one = budget(1, dt.date(1970, 1, 1), category_id=1, rollover=Rollover.SURPLUS)
    assert standing(one, dt.date(2970, 1, 1), spending()).carried == 1_200
