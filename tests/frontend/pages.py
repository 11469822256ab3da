"""The gallery's list: a name, the template, what fills it, and the address it answers to."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from farthing.flows.view_models.transactions import FilterChip, Rows

from . import pages_overview, pages_transactions
from .pages_frame import ACCOUNTS, BEHIND, frame, period, with_toast


class Page(NamedTuple):
    """`context` is called at each rendering."""

    template: str
    context: Callable[[], dict[str, object]]
    address: str = ""


def _list(**more: object) -> dict[str, object]:
    shown = frame("transactions", "Transactions", period=period("/transactions"), accounts=ACCOUNTS, freshness=BEHIND)
    return {"frame": shown, "view": pages_transactions.transactions(), "panel": None, **more}


def _overview(**more: object) -> dict[str, object]:
    return {"frame": frame("overview", "Overview", period=period("/"), accounts=ACCOUNTS), "view": pages_overview.overview(), **more}


PAGES: dict[str, Page] = {
    "overview": Page("pages/overview.html", _overview, "/"),
    "overview-first": Page("pages/overview.html", lambda: _overview(view=pages_overview.first_run(), frame=frame("overview", "Overview"))),
    "transactions": Page("pages/transactions.html", _list, "/transactions"),
    "transactions-open": Page("pages/transactions.html", lambda: _list(panel=pages_transactions.panel())),
    "transactions-toast": Page("pages/transactions.html", lambda: _list(frame=with_toast(_list()["frame"]))),  # type: ignore[arg-type]
    "transactions-none": Page(
        "pages/transactions.html",
        lambda: _list(
            view=pages_transactions.transactions(
                found=Rows(()), filters=tuple(FilterChip(name, "/transactions", name) for name in ("Restaurants", ">$100", "May 2026"))
            )
        ),
    ),
    "transactions-new": Page("pages/transactions.html", lambda: _list(view=pages_transactions.transactions(found=Rows(()), filters=(), empty_new=True, totals=None))),
    "panel": Page("fragments/transaction_panel.html", lambda: {"panel": pages_transactions.panel()}, "/transactions/txn_2/panel"),
}
