"""The forecast as a page: the lowest balance, the days to it, and what they are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from farthing.connections.model import Connection
from farthing.core.errors import Rejected
from farthing.core.ids import public
from farthing.core.money import exponent
from farthing.flows.desk import Desk
from farthing.flows.list_filter import address
from farthing.flows.report_links import series_href
from farthing.flows.view_models.forecast import BandChart, BandWords, ForecastDay, ForecastPage, ForecastRow, KnownRow, band_chart
from farthing.flows.view_models.format import counted
from farthing.flows.view_models.parts import Link, Sentence, words
from farthing.flows.view_parts import Eye, freshness_said
from farthing.flows.view_reports import chosen_accounts, late_words
from farthing.insights.forecast import Forecast, Line, Lowest, Move
from farthing.insights.forecast.draw import YOUNG_DAYS
from farthing.insights.forecast.model import DAYS
from farthing.ledger.accounts import Account, AccountKind

PATH = "/forecast"
PARAMETERS = ("account", "unit")
KNOWN_MAX = 40
NAMED_MAX = 2
MARKS = (0, 14, 28, 42, DAYS)
YOUNG = "We need six weeks of transactions to look ahead. Until then nothing is guessed."
NOWHERE = "No account that is spent from: link a bank, import a file or add an account."


def chosen_line(desk: Desk, made: Forecast, held: Mapping[int, Account], given: Mapping[str, str]) -> Line | None:
    """The line that an address asks for; None where there is none at all. Raises Rejected."""
    unit = given.get("unit", "").upper()
    chosen = chosen_accounts(given.get("account", ""), held, desk.household.household_id)
    if chosen is not None and unit:
        raise Rejected("bad_unit", "an account has a unit of its own", field="unit")
    if chosen is not None:
        line = made.line(chosen[0]) if len(chosen) == 1 else None
        if line is None:
            raise Rejected("no_forecast", "only one open account that is spent from can be looked ahead for", field="account")
        return line
    if unit and made.line(0, unit) is None:
        raise Rejected("no_forecast", "there is no account in this unit that is spent from", field="unit")
    return made.line(0, unit) or next((one for one in made.lines if not one.account_id), None)


def view_forecast(
    eye: Eye,
    links: Sequence[Connection],
    made: Forecast,
    line: Line | None,
    *,
    held: Mapping[int, Account],
    names: Mapping[int, str],
    late: Sequence[Account] = (),
) -> ForecastPage:
    """The page of a line; `names` of series by id, `late` the accounts whose bank is behind."""
    title = _name(line, held) if line else "Balances to come"
    said = line is not None and not line.young
    lowest = line.lowest() if line and said else None
    known = [m for m in line.moves if m.amount] if line and said else []
    return ForecastPage(
        title=title,
        label=f"Lowest in {DAYS} days",
        figure=eye.of(lowest.point.middle, line.currency, symbol=True) if line and lowest else None,
        rest=_rest(eye, made.day, line, lowest) if line and lowest else (),
        below=_below(eye, made, line) if line and said else "",
        made_of=_made_of(eye, line, lowest) if line and lowest else (),
        chart=_chart(eye, made.day, line, names, title) if line and lowest else None,
        rows=tuple(_row(eye, made, one, held, current=one == line) for one in _ordered(made)),
        known=tuple(_known(eye, made.day, m, line.currency, names) for m in known[:KNOWN_MAX]) if line else (),
        known_more=max(0, len(known) - KNOWN_MAX),
        drawn_from=_drawn_from(eye, line) if line and said else "",
        freshness=freshness_said(eye, links),
        late=late_words(late),
        without_rate=f"{' and '.join(made.unrated)} without a rate, in no sum." if made.unrated else "",
        none="" if said else YOUNG if line else NOWHERE,
        none_link=None if said or line else Link("Connect a bank", "/connections/new"),
    )


def _ordered(made: Forecast) -> list[Line]:
    """All together first, then each unit, then each account."""
    return sorted(made.lines, key=lambda one: (bool(one.account_id), not one.at_home))


def _name(line: Line, held: Mapping[int, Account]) -> str:
    if line.account_id:
        account = held.get(line.account_id)
        return account.text.name if account else "An account that is gone"
    return f"Everything in {line.currency}" if line.at_home else f"All accounts in {line.currency}"


def _place(eye: Eye, line: Line) -> str:
    if line.account_id:
        return address(PATH, {"account": public("acc", line.account_id, household=eye.household_id)})
    return address(PATH, {"unit": "" if line.at_home else line.currency})


def _rest(eye: Eye, today: dt.date, line: Line, lowest: Lowest) -> Sentence:
    low, high = (eye.of(minor, line.currency, symbol=True) for minor in (lowest.point.low, lowest.point.high))
    when = "today" if lowest.day == 0 else f"on {eye.day(today + dt.timedelta(days=lowest.day))}"
    return words((when, "strong"), f", between {low} and {high} in eight of ten cases.")


def _below(eye: Eye, made: Forecast, line: Line) -> str:
    day = line.below(0)
    if day is None or (line.account_id == 0 and line.points[0].middle < 0):
        return ""
    return f"Likely below zero {'today' if day == 0 else f'from {eye.day(made.day + dt.timedelta(days=day))} on'}."


def _made_of(eye: Eye, line: Line, lowest: Lowest) -> Sentence:
    """The way from today to the lowest day, in parts that add up to it."""
    if not lowest.day:
        return words("It is at its lowest today.")
    start = line.points[0].middle
    known = sum(m.amount for m in line.moves if 0 < m.day <= lowest.day)
    rest = lowest.point.middle - start - known
    shown = [str(eye.of(minor, line.currency, symbol=True, plus=n > 0)) for n, minor in enumerate((start, known, rest))]
    return words("Today ", (shown[0], "strong"), ", known payments ", (shown[1], "strong"), ", all else about ", (shown[2], "strong"), ".")


def _chart(eye: Eye, today: dt.date, line: Line, names: Mapping[int, str], title: str) -> BandChart:
    lowest = line.lowest()
    figure = str(eye.of(lowest.point.middle, line.currency, symbol=True, whole=True))
    day = eye.day(today + dt.timedelta(days=lowest.day))
    end = eye.of(line.points[-1].middle, line.currency, symbol=True, whole=True)
    values = tuple(_day(eye, today, line, n, names) for n in range(len(line.points)))
    return band_chart(
        [(p.low, p.middle, p.high) for p in line.points],
        lowest=lowest.day,
        scale=10 ** exponent(line.currency),
        wording=BandWords(
            (f"{figure} on {day}", figure),
            [(n, "Today" if n == 0 else eye.day(today + dt.timedelta(days=n))) for n in MARKS],
            f"{title}: lowest {figure} on {day}, {end} in {DAYS} days.",
        ),
        values=values,
    )


def _day(eye: Eye, today: dt.date, line: Line, n: int, names: Mapping[int, str]) -> ForecastDay:
    point, on = line.points[n], today + dt.timedelta(days=n)
    low, high = (eye.of(minor, line.currency, whole=True) for minor in (point.low, point.high))
    of = [m for m in line.moves if m.day == n and m.amount]
    named = [f"{_called(m, names)} {eye.of(m.amount, line.currency, plus=True)}" for m in of[:NAMED_MAX]]
    more = [f"{len(of) - NAMED_MAX} more"] if len(of) > NAMED_MAX else []
    between = f"{low} to {high}" if point.low != point.high else ""
    return ForecastDay(
        f"day-{on}", eye.day(on, weekday=True), eye.of(point.middle, line.currency), between, ", ".join([*named, *more]), point.middle < 0
    )


def _called(move: Move, names: Mapping[int, str]) -> str:
    return names.get(move.recurring_id, "A payment") if move.recurring_id else "Dated ahead"


def _known(eye: Eye, today: dt.date, move: Move, unit: str, names: Mapping[int, str]) -> KnownRow:
    on = today + dt.timedelta(days=move.day)
    href = series_href([move.recurring_id]) if move.recurring_id else f"/transactions?from={on}&to={on}"
    amount = eye.of(move.amount, unit, plus=move.amount > 0)
    return KnownRow(eye.day(on, weekday=True), _called(move, names), amount, href, income=move.amount > 0)


def _is_below(line: Line, held: Mapping[int, Account]) -> bool:
    """Whether it falls below nought that is not there anyway, as a card is."""
    account = held.get(line.account_id)
    return line.lowest().point.middle < 0 and (account is None or account.kind is not AccountKind.CARD)


def _row(eye: Eye, made: Forecast, line: Line, held: Mapping[int, Account], *, current: bool) -> ForecastRow:
    name, href = _name(line, held), _place(eye, line)
    if line.young:
        account = held.get(line.account_id)
        now = eye.of((account.balance or 0) if account else 0, line.currency, symbol=True)
        return ForecastRow(name, href, now, None, "too new to say", None, None, current=current)
    lowest = line.lowest()
    now, low, month, end = (
        eye.of(point.middle, line.currency, symbol=True) for point in (line.points[0], lowest.point, line.points[30], line.points[-1])
    )
    on = "today" if lowest.day == 0 else eye.day(made.day + dt.timedelta(days=lowest.day))
    return ForecastRow(name, href, now, low, on, month, end, current=current, below=_is_below(line, held))


def _drawn_from(eye: Eye, line: Line) -> str:
    weekly = sum(p.usual for p in line.points[1:29]) // 4
    amount = eye.of(weekly, line.currency, symbol=True, plus=True, whole=True)
    return (
        f"Besides the payments that are known, days go as yours went: about {amount} a week. "
        f"At least {counted(YOUNG_DAYS // 7, 'week')} and at most a year of them are drawn from."
    )
