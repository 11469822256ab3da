"""Budgets: limits or envelopes, what is left, and who can cover what is over."""

from __future__ import annotations

import msgspec

from farthing.flows.view_models.charts import ROOM_PAST_LIMIT, share
from farthing.flows.view_models.format import whole_words
from farthing.flows.view_models.overview import Due
from farthing.flows.view_models.parts import Amount, Choice, FieldState, Sentence, Tone


class Track(msgspec.Struct, frozen=True):
    """A budget's bar in percent of its cell. The limit stands at 86, so that what is over fits on the same scale; `due` is to come yet."""

    fill: float
    past: float
    end: float = ROOM_PAST_LIMIT
    due: float = 0.0


def track(*, spent: int, limit: int, due: int = 0) -> Track:
    """The bar of `spent` against `limit` minor units; refunds beyond spending draw nothing; beyond 116 % it stops at the cell's edge."""
    if limit <= 0:
        return Track(0.0, 100.0 if spent > 0 else 0.0, 0.0)
    full = share(spent, limit) * ROOM_PAST_LIMIT / 100
    fill = round(min(full, ROOM_PAST_LIMIT), 2)
    past = round(min(full, 100.0) - fill, 2)
    coming = share(max(spent, 0) + due, limit) * ROOM_PAST_LIMIT / 100 if due else 0.0
    return Track(fill, past, due=round(max(0.0, min(coming, 100.0) - fill - past), 2))


class MonthMark(msgspec.Struct, frozen=True):
    """A month in the strip of twelve; `word` is "over", "so far" or empty for a dash, which `spoken` reads out."""

    label: str
    href: str
    spoken: str
    word: str = ""
    over: bool = False
    current: bool = False


class PastMonth(msgspec.Struct, frozen=True):
    """A month of a budget, and the transactions that it counts."""

    label: str
    spent: Amount
    href: str


class MonthNames(msgspec.Struct, frozen=True):
    """Twelve months as every budget of the page shows them: where the page's month stands (-1: not here), whether the last is not over."""

    names: tuple[str, ...]
    mark: int
    so_far: bool
    locale: str
    home: str


class Months(msgspec.Struct, frozen=True):
    """What a budget cost in each of twelve months, and usually, in minor units of its own. Drawn, and put in words, by who shows it:
    mostly it has been drawn before."""

    costs: tuple[int, ...]
    usual: int
    unit: str

    def said(self, shown: MonthNames) -> str:
        """All of it in words."""
        usually, *each = [whole_words(minor, self.unit, shown.locale, shown.home) for minor in (self.usual, *self.costs)]
        said = ", ".join([f"{name} {cost}" for name, cost in zip(shown.names, each, strict=True)])
        return f"Usually {usually} a month. {said}{' so far' if shown.so_far else ''}."


class BudgetRow(msgspec.Struct, frozen=True):
    """A budget. `limit_text` is what its field holds; `left` is negative when over, and then printed as its size and the word.

    `rollover` says what was carried here, `wrong` what is wrong with what the field holds, `within` that a wider limit counts already,
    `due` what is to come, `pace` what a year leaves for each month, `unrated` what is not counted for want of a rate.
    """

    id: str
    name: str
    href: str
    spent: Amount
    limit: Amount
    limit_text: str
    left: Amount
    track: Track
    over: bool = False
    rollover: str = ""
    selected: bool = False
    pending: str = ""
    cover_href: str = ""
    alerts: str = ""
    edit_href: str = ""
    wrong: str = ""
    within: bool = False
    months: Months | None = None
    due: str = ""
    pace: str = ""
    unrated: str = ""


class Section(msgspec.Struct, frozen=True):
    """Food, Home and car, Family, Personal: its sums and rows.

    `today_at` where its periods are not the page's month; `aside` says why its sums are in no total.
    """

    key: str
    name: str
    tone: Tone
    spent: Amount
    limit: Amount
    left: Amount
    rows: tuple[BudgetRow, ...]
    today_at: float | None = None
    aside: str = ""


class Unsorted(msgspec.Struct, frozen=True):
    """Everyday spending that no limit stands on: what has no category yet, or one without a budget. It counts against the budget."""

    spent: Amount
    left: Amount
    href: str
    link: str
    label: str = "Not sorted yet"
    icon: str = "unsorted"


class Source(msgspec.Struct, frozen=True):
    """A category that can cover another: what it has left, before and after."""

    budget_id: str
    name: str
    tone: Tone
    before: Amount
    after: Amount
    chosen: bool = False


class Cover(msgspec.Struct, frozen=True):
    """The way out for one budget that is over; `note` says for how long the limits change."""

    budget_id: str
    title: Sentence
    sources: tuple[Source, ...]
    button: str
    note: str = ""


class Bills(msgspec.Struct, frozen=True):
    """Bills stand beside the budget; `paid_share` and `due_share` in percent of both."""

    paid: Amount
    paid_share: float
    all_href: str
    all_label: str
    due: Amount | None = None
    due_share: float = 0.0
    rows: tuple[Due, ...] = ()


class Alert(msgspec.Struct, frozen=True):
    """A threshold that was reached."""

    id: str
    text: str
    when: str
    over: bool
    href: str
    unread: bool = True


class Suggested(msgspec.Struct, frozen=True):
    """A first budget from the last months: nothing is kept before the reader says so."""

    category_id: str
    name: str
    tone: Tone
    median: Amount
    limit_text: str
    held: Amount | None = None
    chosen: bool = True
    wrong: str = ""


class AddBudget(msgspec.Struct, frozen=True):
    """The form for one more limit, once somebody opens it."""

    categories: tuple[Choice, ...]
    currency_symbol: str
    limit: FieldState = FieldState()
    category_wrong: str = ""
    period: str = "month"
    rollover: str = "none"
    alerts: tuple[int, ...] = (80, 100)
    wrong: str = ""
    cap: FieldState = FieldState()
    units: tuple[Choice, ...] = ()


class Envelope(msgspec.Struct, frozen=True):
    """What is in an envelope, and the places that money can go to and come from."""

    carried: Amount
    assigned: Amount
    available: Amount
    places: tuple[Choice, ...]
    amount: FieldState = FieldState()


class EditBudget(msgspec.Struct, frozen=True):
    """Everything about one budget that can change, and its way out. `since` names the period from which, or for which, a limit holds.

    `months`, `usual` and `by_month` say what it cost, of a budget that has months.
    """

    id: str
    title: str
    period: str
    currency_symbol: str
    limit: FieldState
    name: FieldState
    rollover: str
    alerts: tuple[int, ...]
    chosen: tuple[int, ...]
    close_href: str
    wrong: str = ""
    months: Months | None = None
    usual: Amount | None = None
    by_month: tuple[PastMonth, ...] = ()
    cap: FieldState = FieldState()
    scope: str = "from"
    since: str = ""
    rows: tuple[Due, ...] = ()
    all_href: str = ""
    envelope: Envelope | None = None


class PlanLine(msgspec.Struct, frozen=True):
    """One part of the sum that makes what is still to assign, and the list behind it."""

    label: str
    amount: Amount
    href: str


class Plan(msgspec.Struct, frozen=True):
    """A month's money in envelopes: what is still to assign, the sum that makes it, and `held_text`, what is kept for the month `after`."""

    label: str
    to_assign: Amount
    rest: Sentence
    lines: tuple[PlanLine, ...]
    spent: int
    assigned: int
    available: int
    held_text: str
    after: str
    opening_text: str = ""


class BudgetPage(msgspec.Struct, frozen=True):
    """The whole page of a month (`month` is 2026-11). `today_at` in percent of the bar's cell, None in other months."""

    month: str
    left: Amount
    left_over: bool
    left_label: str
    rest: Sentence
    months: tuple[MonthMark, ...]
    sections: tuple[Section, ...]
    spent: Amount
    limit: Amount | None
    shown: MonthNames
    add: AddBudget | None = None
    today_at: float | None = None
    today_label: str = ""
    unsorted: Unsorted | None = None
    unlimited: Unsorted | None = None
    edit: EditBudget | None = None
    cover: Cover | None = None
    bills: Bills | None = None
    alerts: tuple[Alert, ...] = ()
    suggested: tuple[Suggested, ...] = ()
    fill_offered: bool = True
    fill_none: bool = False
    edit_wrong: str = ""
    mode: str = "track"
    plan: Plan | None = None
    available: Amount | None = None
    scope: str = "from"
    month_name: str = ""
    hatched: bool = False


def today_line(*, day: int, days: int) -> float:
    """Where today stands on every bar of the month, in percent of the cell."""
    return round(ROOM_PAST_LIMIT * day / days, 2)
