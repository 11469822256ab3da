"""The page of what comes again: one read of the series, put into tabs by what their categories are today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from farthing.core.dates import Month
from farthing.core.errors import Missing
from farthing.core.ids import internal, public
from farthing.core.money import decimal_text
from farthing.flows.desk import Desk, accounts_of
from farthing.flows.manage_recurring import CADENCES, SURE_MIN
from farthing.flows.recurring_totals import Come, come_to, costing, yearly_at_home, yearly_of
from farthing.flows.report_links import series_href
from farthing.flows.sorts import kind_of
from farthing.flows.upcoming import Coming, comings
from farthing.flows.view_models.format import initial_of, month_view, ordinal_day
from farthing.flows.view_models.parts import Choice, FieldState, Link
from farthing.flows.view_models.recurring import CalendarDay, Dot, RecurringPage, SeriesForm, SeriesRow, Suggestion, TabKey
from farthing.flows.view_parts import Eye, eye_of
from farthing.flows.view_upcoming import DAYS, coming_row, lowest_href, lowest_of, lowest_words
from farthing.insights.recurring.model import Cadence, Held, Mark, Shift, Slot, State
from farthing.insights.recurring.series import marked
from farthing.ledger.accounts import Account

UPCOMING_DAYS = 45
DOTS = 6
SUGGESTED_MAX = 40
TABS: Mapping[TabKey, tuple[str, str]] = {
    "upcoming": ("Upcoming", ""),
    "subscriptions": ("Subscriptions", "subscription"),
    "bills": ("Bills", "bill"),
    "income": ("Income", "income"),
    "transfers": ("Transfers", "transfer"),
    "past": ("Ended and dismissed", ""),
}
CADENCE_WORDS = {
    Cadence.WEEKLY: "Weekly", Cadence.BIWEEKLY: "Every 2 weeks", Cadence.FOUR_WEEKLY: "Every 4 weeks", Cadence.SEMIMONTHLY: "Twice a month",
    Cadence.MONTHLY: "Monthly", Cadence.BIMONTHLY: "Every 2 months", Cadence.QUARTERLY: "Every 3 months",
    Cadence.HALF_YEARLY: "Every 6 months", Cadence.YEARLY: "Yearly",
}  # fmt: skip
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "last"}
MARKS = {Mark.PAID: "paid", Mark.LATE: "late", Mark.MISSED: "missed", Mark.CHANGED: "another price"}
EMPTY: Mapping[TabKey, str] = {
    "upcoming": "Nothing confirmed is due in the next weeks.",
    "subscriptions": "No subscriptions are confirmed.",
    "bills": "No bills are confirmed.",
    "income": "No income is confirmed.",
    "transfers": "No transfers are confirmed.",
    "past": "Nothing has ended, and nothing was dismissed.",
}


class AskedOf(msgspec.Struct, frozen=True):
    """What the address asks: which tab, whose form, and what was typed into it last."""

    tab: TabKey = "upcoming"
    edit: str = ""
    saved: str = ""
    typed: Mapping[str, str] = {}
    field: str = ""
    wrong: str = ""


async def view_recurring(desk: Desk, asked: AskedOf, held: Sequence[Held]) -> RecurringPage:
    """The page of one tab."""
    eye, accounts = eye_of(desk), await accounts_of(desk)
    kinds = {s.recurring_id: kind_of(desk.categories.of(s.category_id), s.usual) for s in held}
    costs = costing(desk, held)
    yearly = await yearly_at_home(desk, held)
    come = come_to(costs, yearly)
    suggested = sorted((s for s in held if s.state is State.SUGGESTED), key=lambda s: (-s.confidence, s.name.casefold()))
    rows = _of_tab(asked.tab, held, kinds)
    page = RecurringPage(
        tab=asked.tab,
        tabs=_tabs(asked.tab, held, kinds),
        label="Subscriptions and bills, a month",
        figure=eye.home(abs(come.monthly), symbol=True, whole=True),
        figure_href=rows_href(costs),
        headline=_headline(eye, come),
        unrated=f"without {', '.join(come.unrated)}: no rate is known" if come.unrated else "",
        suggestions=tuple(_suggestion(eye, s) for s in suggested[:SUGGESTED_MAX]),
        sure_count=sum(s.confidence >= SURE_MIN for s in suggested),
        rows=tuple(_row(eye, s, accounts, yearly, asked.tab) for s in sorted(rows, key=lambda s: _order(s, yearly))),
        empty=EMPTY[asked.tab],
        form=_form(desk, held, asked) if asked.edit else None,
        saved=asked.saved,
        wrong=asked.wrong if not asked.edit else "",
        nothing_yet=not held,
    )
    return await _with_days(desk, eye, page, held, accounts) if asked.tab == "upcoming" else page


async def _with_days(desk: Desk, eye: Eye, page: RecurringPage, held: Sequence[Held], accounts: Mapping[int, Account]) -> RecurringPage:
    found = comings(held, desk.today, desk.today + dt.timedelta(days=UPCOMING_DAYS))
    lowest = await lowest_of(desk, accounts, [c for c in found if c.on <= desk.today + dt.timedelta(days=DAYS)])
    return msgspec.structs.replace(
        page,
        coming=tuple(coming_row(eye, c, accounts) for c in found),
        month=month_view(Month.of(desk.today), locale=eye.locale, full=True),
        weekdays=WEEKDAYS,
        weeks=_weeks(eye, desk.today, found, accounts),
        lowest=lowest_words(eye, accounts, lowest),
        lowest_href=lowest_href(eye, lowest),
        lowest_warns=lowest is not None and lowest.balance < 0,
    )


def rows_href(series: Sequence[Held]) -> str:
    """The list of the rows that some series are made of."""
    if not series:
        return "/transactions?status=recurring"
    return series_href(s.recurring_id for s in series[:80])


def _headline(eye: Eye, come: Come) -> str:
    if not come.count:
        return "Nothing is counted before you confirm it."
    month, year = eye.home(abs(come.monthly), symbol=True, whole=True), eye.home(abs(come.yearly), symbol=True, whole=True)
    return f"{come.count:,} recurring, {month} a month, {year} a year"


def _tabs(tab: TabKey, held: Sequence[Held], kinds: Mapping[int, str]) -> tuple[Link, ...]:
    counts = {key: len(_of_tab(key, held, kinds)) for key in TABS}
    shown = [k for k in TABS if k in {"upcoming", "subscriptions", "bills", "income", tab} or counts[k]]
    return tuple(
        Link(TABS[k][0], f"/recurring?tab={k}", current=k == tab, end="" if k == "upcoming" else str(counts[k])) for k in shown
    )  # fmt: skip


def _of_tab(tab: TabKey, held: Sequence[Held], kinds: Mapping[int, str]) -> list[Held]:
    if tab == "past":
        return [s for s in held if s.state in {State.ENDED, State.DISMISSED}]
    return [s for s in held if s.state is State.CONFIRMED and kinds[s.recurring_id] == TABS[tab][1]]


def _order(one: Held, yearly: Mapping[int, int | None]) -> tuple[int, str]:
    return -abs(yearly[one.recurring_id] or 0), one.title.casefold()


def cadence_words(one: Held) -> str:
    """`Monthly on the 5th`, `Every 2 weeks on Fri`, `Monthly on the last working day`."""
    rhythm, word = one.rhythm, CADENCE_WORDS[one.cadence]
    if one.cadence in {Cadence.WEEKLY, Cadence.BIWEEKLY, Cadence.FOUR_WEEKLY}:
        return f"{word} on {WEEKDAYS[rhythm.anchor.weekday()]}"
    if rhythm.nth:
        return f"{word} on the {NTH[rhythm.nth]} {WEEKDAYS[rhythm.anchor.weekday()]}"
    if one.cadence is not Cadence.MONTHLY:
        return word
    if rhythm.day == 31:
        return f"{word} on the last {'working ' if rhythm.shift is Shift.BEFORE else ''}day"
    return f"{word} on the {ordinal_day(rhythm.day)}"


def _row(eye: Eye, one: Held, accounts: Mapping[int, Account], yearly: Mapping[int, int | None], tab: TabKey) -> SeriesRow:
    key, account = public("rec", one.recurring_id), accounts.get(one.account_id)
    note, warns = _note(eye, one)
    inward = one.usual > 0
    at_home = yearly[one.recurring_id]
    return SeriesRow(
        id=key,
        name=one.title,
        initial=initial_of(one.title),
        cadence=cadence_words(one),
        next=eye.dated(one.next_on) if one.next_on else "",
        amount=eye.of(one.usual, one.currency, plus=inward),
        range="" if one.fixed or one.said.amount is not None else f"{eye.of(one.low, one.currency)} to {eye.of(one.high, one.currency)}",
        dots=tuple(_dot(eye, s, one.currency) for s in marked(one.slots[-DOTS:], fixed=one.fixed)),
        yearly=eye.home(at_home, plus=inward) if at_home is not None else eye.of(yearly_of(one), one.currency, plus=inward),
        href=rows_href([one]),
        account=account.text.name if account else "",
        edit_href=f"/recurring?tab={tab}&edit={key}#edit",
        note=note,
        note_warns=warns,
        income=inward,
        state=one.state.word,
    )


def _note(eye: Eye, one: Held) -> tuple[str, bool]:
    """What is out of the ordinary, and whether it warns."""
    if one.state is State.DISMISSED:
        return "not recurring", False
    if one.state is State.ENDED:
        return f"ended, last on {eye.dated(one.last_on)}", False
    if one.slots and one.slots[-1].mark is Mark.MISSED:
        return f"did not come on {eye.day(one.slots[-1].due)}", True
    if one.doubles and any(s.transaction_id in one.doubles[-1] for s in one.slots[-2:]):
        return "charged twice", True
    if one.change is not None and (eye.date(eye.now) - one.change.on).days <= 92:
        word = "rose" if abs(one.change.after) > abs(one.change.before) else "fell"
        return f"{word} from {eye.of(one.change.before, one.currency)} on {eye.day(one.change.on)}", one.usual < 0 and word == "rose"
    return "", False


def _dot(eye: Eye, slot: Slot, unit: str) -> Dot:
    if slot.mark is Mark.MISSED:
        return Dot("missed", f"{eye.dated(slot.due)}: missed")
    paid = f"{eye.dated(slot.date or slot.due)}: {eye.of(slot.amount, unit)}"
    return Dot(slot.mark.word, paid if slot.mark is Mark.PAID else f"{paid}, {MARKS[slot.mark]}")  # type: ignore[arg-type]


def _suggestion(eye: Eye, one: Held) -> Suggestion:
    least, most = sorted((abs(one.low), abs(one.high)))
    said = [str(eye.of(minor, one.currency, symbol=True)) for minor in ((abs(one.usual),) if one.fixed else (least, most))]
    return Suggestion(
        id=public("rec", one.recurring_id),
        name=one.title,
        initial=initial_of(one.title),
        amount=eye.of(one.usual, one.currency, plus=one.usual > 0),
        cadence=cadence_words(one),
        evidence=f"{one.evidence}, {' to '.join(said)}, last on {eye.dated(one.last_on)}",
        href=rows_href([one]),
    )


def _form(desk: Desk, held: Sequence[Held], asked: AskedOf) -> SeriesForm:
    key = internal("rec", asked.edit)
    one = next((s for s in held if s.recurring_id == key), None)
    if one is None:
        raise Missing("not_found", "no such series")
    typed, cadence = asked.typed, asked.typed.get("cadence", one.cadence.word)

    def field(name: str, value: str) -> FieldState:
        return FieldState(typed.get(name, value), asked.wrong if asked.field == name else "")

    return SeriesForm(
        id=asked.edit,
        title=one.title,
        name=field("name", one.title),
        amount=field("amount", decimal_text(abs(one.usual), one.currency)),
        next_on=field("next_on", one.next_on.isoformat() if one.next_on and one.next_on >= desk.today else ""),
        cadences=tuple(Choice(word, CADENCE_WORDS[c], chosen=word == cadence) for word, c in CADENCES.items()),
        ended=one.state is not State.CONFIRMED,
        wrong=asked.wrong if asked.field not in {"name", "amount", "next_on"} else "",
    )


def _weeks(eye: Eye, today: dt.date, found: Sequence[Coming], accounts: Mapping[int, Account]) -> tuple[tuple[CalendarDay, ...], ...]:
    """This month, Monday first."""
    month = Month.of(today)
    by_day: dict[dt.date, list[Coming]] = {}
    for coming in found:
        by_day.setdefault(coming.on, []).append(coming)
    days = [month.first + dt.timedelta(days=n) for n in range((month.last - month.first).days + 1)]
    cells = [CalendarDay("")] * month.first.weekday()
    cells += [CalendarDay(str(d.day), tuple(coming_row(eye, c, accounts) for c in by_day.get(d, ())), today=d == today) for d in days]
    cells += [CalendarDay("")] * (-len(cells) % 7)
    return tuple(tuple(cells[n : n + 7]) for n in range(0, len(cells), 7))
