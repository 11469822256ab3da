"""The list behind a figure: an address whose total is the figure. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from farthing.core.dates import Month
from farthing.core.ids import public
from farthing.flows.list_filter import ANY, address

PARAMETER = {"category": "category", "group": "category", "merchant": "merchant_is", "account": "account", "tag": "tag"}
NAMELESS = " "  # `merchant_is=` says nothing, a blank asks for rows without a name


def list_href(first: dt.date, last: dt.date, *, by: str = "", key: str = "", side: str = "", accounts: Sequence[str] = ()) -> str:
    """The rows of some days, of one key of a report; `side`: only spending (`out`), only income (`in`)."""
    given = dict(days_of(first, last))
    if accounts:
        given["account"] = ",".join(accounts)
    if by == "tag" and not key:
        given["no_tag"] = ANY
    elif by == "merchant" and not key:
        given["merchant_is"] = NAMELESS
    elif by:
        given[PARAMETER[by]] = key
    if side and by not in {"category", "group"}:
        given["side"] = side
    return address("/transactions", given)


def series_href(recurring_ids: Iterable[int]) -> str:
    """The rows that some series are made of."""
    return f"/transactions?recurring={','.join(public('rec', i) for i in recurring_ids)}"


def days_of(first: dt.date, last: dt.date) -> dict[str, str]:
    """A month or a year by its name, other days by the first and last."""
    month = Month.of(first)
    if (first, last) == (month.first, month.last):
        return {"period": str(month)}
    if (first, last) == (dt.date(first.year, 1, 1), dt.date(first.year, 12, 31)):
        return {"period": str(first.year)}
    return {"from": str(first), "to": str(last)}
