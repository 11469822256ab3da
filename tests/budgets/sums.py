"""Month sums and budgets as tests write them: `2026-11 groceries 85.00`."""

from __future__ import annotations

import datetime as dt

from farthing.budgets import Budget, Period, Spending
from farthing.core.ids import BudgetId
from farthing.ledger.reading.sums import Sums

GROUPS = {1: "food", 2: "food", 3: "travel", 9: "income", 8: "transfer", 0: "uncategorised"}
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class Groups:
    """Shown where they count."""

    def group_of(self, category_id: int) -> str:
        return GROUPS[category_id]

    shown_in = group_of


def row(month: dt.date, category_id: int, minor: int, *, currency: str = "USD", home: int | None = 0, pending: int = 0) -> Sums:
    """`minor` spent (or, where it is negative, come in); `home` 0: the same at home, None: no rate."""
    came, went = max(0, -minor), min(0, -minor)
    at_home = (None, None) if home is None else (came, went) if home == 0 else (max(0, -home), min(0, -home))
    return Sums(month, category_id, currency, 1, 1, 0, 0, came, went, 0, -pending, *at_home, None if home is None else 0, -pending)


def spending(*rows: Sums, rates: dict[tuple[str, dt.date], object] | None = None) -> Spending:
    return Spending(rows, Groups(), home="USD", rates=rates)  # type: ignore[arg-type]


def budget(limit: int, starts: dt.date, **more: object) -> Budget:
    fields: dict[str, object] = {
        "budget_id": BudgetId(7), "limit_minor": limit, "currency": "USD", "period": Period.MONTH, "starts": starts, "created_at": START,
    }  # fmt: skip
    return Budget(**{**fields, **more})  # type: ignore[arg-type]
