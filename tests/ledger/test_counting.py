"""What budgets measure is what lists add up: one definition, read in two ways."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from farthing.categorize.taxonomy import groups
from farthing.ledger.reading.counting import came_along, of_sums, out_of, spent_along, spent_by
from farthing.ledger.reading.sums import Stretch, Sums

MONEY_IN, MONEY_OUT = st.integers(0, 10_000), st.integers(-10_000, 0)


@given(st.sampled_from([g.slug for g in groups()]), MONEY_IN, MONEY_OUT, MONEY_IN, MONEY_OUT, st.booleans())
def test_what_a_budget_measures_of_a_month_is_its_spending(
    group: str, money_in: int, money_out: int, pending_in: int, pending_out: int, rated: bool
) -> None:
    home = (money_in, money_out, pending_in, pending_out) if rated else (None, None, None, None)
    row = Sums(dt.date(2026, 11, 1), 10, "USD", 3, 3, 0, 0, money_in, money_out, pending_in, pending_out, *home)

    spent = of_sums(row, group)

    assert out_of(row, group) == (spent.money_out, spent.pending_out)


@given(
    st.sampled_from([g.slug for g in groups()]),
    st.lists(st.tuples(st.integers(1, 3), MONEY_IN, MONEY_OUT, st.integers(0, 1), st.integers(-1, 0), st.booleans()), max_size=6),
)
def test_months_side_by_side_say_what_the_same_months_row_by_row_say(group: str, parts: list[tuple[int, int, int, int, int, bool]]) -> None:
    rows = [
        Sums(dt.date(2026, month, 1), 10, "USD", 3, 3, 0, 0, 0, 0, 0, 0, *((i, o, pi, po) if rated else (None, None, None, None)))
        for month, i, o, pi, po, rated in parts
    ]
    pending = [r for r in rows if r.home_pending_in or r.home_pending_out]
    stretch = Stretch(
        10, "USD", [r.month for r in rows], [r.home_in for r in rows], [r.home_out for r in rows], [r.month for r in pending] or None,
        [r.home_pending_in or 0 for r in pending] or None, [r.home_pending_out or 0 for r in pending] or None,
    )  # fmt: skip

    one_by_one = {month: spent for (month, _), spent in spent_by(rows, lambda _: group).items()}
    came: dict[dt.date, int] = {}
    for row in rows:
        came[row.month] = came.get(row.month, 0) + of_sums(row, group).money_in

    assert {m: s for m, s in spent_along(stretch, group).items() if any(s)} == {m: s for m, s in one_by_one.items() if any(s)}
    assert {m: n for m, n in came_along(stretch, group).items() if n} == {m: n for m, n in came.items() if n}
