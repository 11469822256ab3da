"""What the pages of reports share: the control of their days, the account menu, what a total may miss."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from farthing.core.dates import Month
from farthing.core.errors import Missing, Rejected
from farthing.core.ids import internal, public
from farthing.core.money import Money
from farthing.flows.list_filter import address
from farthing.flows.report_links import days_of
from farthing.flows.view_models.format import amount_view, month_view
from farthing.flows.view_models.frame import AccountFilter, Period
from farthing.flows.view_models.parts import Link
from farthing.flows.view_parts import Eye
from farthing.flows.windows import Window, before, in_words, shifted, whole_months
from farthing.ledger.accounts import Account
from farthing.ledger.reading.counting import Totals

ACCOUNTS_MAX = 100


def chosen_accounts(text: str, held: Mapping[int, Account], household_id: int) -> tuple[int, ...] | None:
    """The accounts that `account=acc_...,acc_...` names, None for every one. Raises Rejected."""
    if not text:
        return None
    try:
        keys = tuple(dict.fromkeys(internal("acc", one, household=household_id) for one in text.split(",")[:ACCOUNTS_MAX]))
    except Missing as error:
        raise Rejected("no_such_account", "there is no such account", field="account") from error
    if not set(keys) <= held.keys():
        raise Rejected("no_such_account", "there is no such account", field="account")
    return keys


def accounts_menu(path: str, given: Mapping[str, str], held: Mapping[int, Account], household_id: int) -> AccountFilter:
    """The top bar's account menu."""
    current = given.get("account", "")
    keys = [(public("acc", i, household=household_id), a) for i, a in held.items() if not a.hidden]
    label = next((a.text.name for key, a in keys if key == current), "All accounts" if not current else "Some accounts")
    links = [Link(a.text.name, address(path, {**given, "account": key}), current=key == current) for key, a in keys]
    return AccountFilter(label, (Link("All accounts", address(path, {**given, "account": ""}), current=not current), *links))


def days_control(path: str, given: Mapping[str, str], window: Window, eye: Eye, today: dt.date) -> Period:
    """The control of the top bar: a month or other days, those before and after, and the usual ones."""

    def href(first: dt.date, last: dt.date) -> str:
        return address(path, {**given, "period": "", "from": "", "to": "", **days_of(first, last)})

    this, here = Month.of(today), (window.first, window.last)
    usual = [
        ("This month", this.first, this.last),
        ("Last month", this.plus(-1).first, this.plus(-1).last),
        ("3 months", this.plus(-2).first, this.last),
        ("12 months", this.plus(-11).first, this.last),
        ("Year to date", dt.date(today.year, 1, 1), today),
        ("Last year", dt.date(today.year - 1, 1, 1), dt.date(today.year - 1, 12, 31)),
    ]
    earlier, later = before(window), _after(window)
    one = Month.of(window.first) if whole_months(window) == 1 else None
    return Period(
        label=month_view(one, locale=eye.locale) if one else in_words(Window(*here, window.last), eye.locale, today),
        value=str(one) if one else "",
        previous_href=href(earlier.first, earlier.last),
        next_href=href(later.first, later.last) if later.first <= today else "",
        presets=tuple(Link(name, href(a, b), current=(a, b) == here) for name, a, b in usual),
    )


def _after(window: Window) -> Window:
    if months := whole_months(window):
        return shifted(window, months)
    days = window.last - window.first + dt.timedelta(days=1)
    return Window(window.first + days, window.last + days, window.last + days)


def without_rate(totals: Totals, eye: Eye) -> str:
    """What is in no sum because nobody knows its rate."""
    named = " and ".join(str(amount_view(Money(minor, unit), locale=eye.locale)) for unit, minor in totals.unrated.items())
    return f"{named} without a rate, in no sum." if named else ""


def late_words(late: Sequence[Account]) -> str:
    """The accounts that a total may miss rows of, by name."""
    names = [a.text.name for a in late]
    if not names:
        return ""
    shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    return f"{shown}: rows may be missing."


def given_of_report(query: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """The parameters that a report's address has, as they came."""
    return {name: query[name] for name in names if query.get(name)}
