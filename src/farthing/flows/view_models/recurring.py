"""The page of what comes again: tabs, rows with their last six times, suggestions, and what is coming by day."""

from __future__ import annotations

from typing import Literal

import msgspec

from farthing.flows.view_models.parts import Amount, Choice, FieldState, Link

MarkWord = Literal["paid", "late", "missed", "changed"]
TabKey = Literal["upcoming", "subscriptions", "bills", "income", "transfers", "past"]


class Dot(msgspec.Struct, frozen=True):
    """One time it was due: `label` says in words what the shape shows."""

    mark: MarkWord
    label: str


class SeriesRow(msgspec.Struct, frozen=True):
    """A series. `amount` is the usual one, `range` where it differs each time; `note` what is out of the ordinary."""

    id: str
    name: str
    initial: str
    cadence: str
    next: str
    amount: Amount
    range: str
    dots: tuple[Dot, ...]
    yearly: Amount
    href: str
    account: str
    edit_href: str
    note: str = ""
    note_warns: bool = False
    income: bool = False
    state: str = "confirmed"


class Suggestion(msgspec.Struct, frozen=True):
    """What may come again, with its evidence."""

    id: str
    name: str
    initial: str
    amount: Amount
    cadence: str
    evidence: str
    href: str


class ComingRow(msgspec.Struct, frozen=True):
    """A payment to come."""

    day: str
    name: str
    amount: Amount
    account: str
    href: str
    income: bool = False
    overdue: bool = False


class CalendarDay(msgspec.Struct, frozen=True):
    """A day of the calendar; number "" outside of the month."""

    number: str
    rows: tuple[ComingRow, ...] = ()
    today: bool = False


class SeriesForm(msgspec.Struct, frozen=True):
    """The fields of one series."""

    id: str
    title: str
    name: FieldState
    amount: FieldState
    next_on: FieldState
    cadences: tuple[Choice, ...]
    ended: bool = False
    wrong: str = ""


class RecurringPage(msgspec.Struct, frozen=True):
    """The whole page. `headline` under the figure; `rows` of the open tab, `coming` and `weeks` of Upcoming."""

    tab: TabKey
    tabs: tuple[Link, ...]
    label: str
    figure: Amount
    figure_href: str
    headline: str
    unrated: str
    suggestions: tuple[Suggestion, ...]
    sure_count: int
    rows: tuple[SeriesRow, ...]
    empty: str
    coming: tuple[ComingRow, ...] = ()
    month: str = ""
    weekdays: tuple[str, ...] = ()
    weeks: tuple[tuple[CalendarDay, ...], ...] = ()
    lowest: str = ""
    lowest_href: str = ""
    lowest_warns: bool = False
    form: SeriesForm | None = None
    saved: str = ""
    wrong: str = ""
    nothing_yet: bool = False
