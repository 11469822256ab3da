"""Envelopes as pure sums: every unit of money is in one, still to assign, or spent."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from budgets.sums import budget, row, spending
from farthing.budgets import Budget, Kind, Mode, Period, Step, Way, course, funds, in_force
from farthing.budgets.plan import into
from farthing.core.dates import Month
from farthing.core.ids import BudgetId

BEGIN = Month(2025, 11)
MONTHS = st.integers(0, 16)
MONEY = st.integers(-90_000, 90_000)
FLOWS = st.lists(st.tuples(MONTHS, st.sampled_from([0, 1, 2, 3, 8, 9]), MONEY), max_size=40, unique_by=lambda s: s[:2])
WAY = Way("USD", Mode.PLAN, BEGIN.first, 12_300)


def day(n: int) -> dt.date:
    return BEGIN.plus(n).first


def envelopes(assigned: dict[tuple[int, int], int]) -> list[Budget]:
    """One for category 1, one for the rest of its group."""
    targets: list[dict[str, object]] = [{"category_id": 1}, {"group": "food"}]
    return in_force(
        [
            budget(
                5_000,
                day(3),
                budget_id=BudgetId(i),
                **target,
                steps=tuple(Step(day(n), Kind.ASSIGNED, m) for (j, n), m in sorted(assigned.items()) if j == i),
            )
            for i, target in enumerate(targets)
        ],
        WAY,
    )


@given(
    flows=FLOWS,
    assigned=st.dictionaries(st.tuples(st.integers(0, 1), MONTHS), MONEY, max_size=12),
    held=st.dictionaries(MONTHS, st.integers(1, 9_000)),
)
def test_no_unit_of_money_is_lost(flows: list[tuple[int, int, int]], assigned: dict[tuple[int, int], int], held: dict[int, int]) -> None:
    sums = spending(*(row(day(n), category, minor) for n, category, minor in flows))
    kept, last = envelopes(assigned), BEGIN.plus(16)
    found = funds(kept, WAY, last, sums, held={day(n): minor for n, minor in held.items()})
    balance = WAY.opening
    for month in found:
        balance += sums.income().get(month.month, 0) - sums.whole.get(month.month, (0, 0))[0]
        in_envelopes = sum(course(b, BEGIN, last, sums)[month.month].left for b in kept)
        assert in_envelopes - month.outside + month.to_assign + month.held == balance


@given(flows=FLOWS, assigned=st.dictionaries(st.tuples(st.integers(0, 1), MONTHS), MONEY, max_size=12))
def test_a_january_that_is_known_says_the_same_as_the_months_before_it(
    flows: list[tuple[int, int, int]], assigned: dict[tuple[int, int], int]
) -> None:
    sums = spending(*(row(day(n), category, minor) for n, category, minor in flows))
    kept, last, january = envelopes(assigned), BEGIN.plus(16), Month(2026, 1)
    walked = funds(kept, WAY, last, sums, held={})
    known = into(walked, january)
    assert known is not None
    assert funds(kept, WAY, last, sums, held={}, known=[(january.first, known)])[-1] == walked[-1]


def test_what_was_overspent_comes_out_of_the_next_month_and_the_envelope_starts_at_nothing() -> None:
    kept = envelopes({(0, 0): 10_000, (1, 0): 2_000})
    sums = spending(row(day(0), 9, -30_000), row(day(0), 1, 14_000), row(day(0), 2, 500), row(day(0), 3, 700))
    first, second = funds(kept, WAY, BEGIN.plus(1), sums, held={})
    assert (first.came_over, first.income, first.assigned, first.outside, first.to_assign) == (12_300, 30_000, 12_000, 700, 30_300)
    assert (second.overspent, second.to_assign) == (4_700, 25_600)
    category, group = (course(b, BEGIN, BEGIN.plus(1), sums) for b in kept)
    assert (category[day(0)].left, category[day(1)].left, group[day(1)].left) == (-4_000, 0, 1_500)


def test_off_has_no_budgets_and_a_plan_keeps_beside_it_what_is_no_envelope() -> None:
    every = [
        budget(1, day(0), category_id=1),
        budget(1, day(0), category_id=2, period=Period.YEAR, budget_id=BudgetId(8)),
        budget(1, day(0), budget_id=BudgetId(9)),
        budget(1, day(0), group="travel", currency="EUR", budget_id=BudgetId(10)),
    ]
    assert in_force(every, Way("USD", Mode.OFF)) == []
    assert in_force(every, Way("USD")) == every
    assert [b.envelope for b in in_force(every, WAY)] == [True, False, False, False]


def test_a_plan_has_one_envelope_for_a_category_whose_limits_followed_each_other() -> None:
    every = [budget(1, day(0), category_id=1, ends=day(2)), budget(2, day(3), category_id=1, budget_id=BudgetId(8))]
    assert [b.budget_id for b in in_force(every, WAY)] == [8]


def test_a_plan_has_no_month_before_it_began() -> None:
    assert funds(envelopes({}), WAY, BEGIN.plus(-1), spending(), held={}) == []
    assert WAY.at(day(-1)).mode is Mode.TRACK
    assert WAY.at(day(0)).mode is Mode.PLAN
