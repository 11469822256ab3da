"""What budgets measure is what lists add up: one definition, read in two ways."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from farthing.categorize.taxonomy import groups
from farthing.ledger.reading.counting import of_sums, out_of
from farthing.ledger.reading.sums import Sums

MONEY_IN, MONEY_OUT = st.integers(0, 10_000), st.integers(-10_000, 0)


@given(st.sampled_from([g.slug for g in groups()]), MONEY_IN, MONEY_OUT, MONEY_IN, MONEY_OUT, st.booleans())
def test_what_a_budget_measures_of_a_month_is_its_spending(
    group: str, money_in: int, money_out: int, pending_in: int, pending_out: int, rated: bool
) -> None:
    home = (money_in, money_out, pending_in, pending_out) if rated else (None, None, None, None)
    row = Sums(dt.date(2026, 11, 1), 10, "USD", 3, 3, 0, 0, money_in, money_out, pending_in, pending_out, *home)

    spent = of_sums(row, group)

    assert out_of(row, group) == (spent.money_out, spent.pending_out)
