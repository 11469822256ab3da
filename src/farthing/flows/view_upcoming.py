"""What is coming as pages show it, and how low balances fall on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from farthing.core.ids import public
from farthing.flows.desk import Desk
from farthing.flows.report_links import series_href
from farthing.flows.upcoming import Coming
from farthing.flows.view_cash import balances
from farthing.flows.view_models.format import counted
from farthing.flows.view_models.overview import Due, Upcoming
from farthing.flows.view_models.recurring import ComingRow
from farthing.flows.view_parts import Eye
from farthing.flows.watch_ahead import about
from farthing.insights.forecast import Forecast, kept_forecast
from farthing.ledger.accounts import Account, AccountKind

DAYS = 14
ROWS_MAX = 9
SPENT_FROM = frozenset({AccountKind.CHECKING, AccountKind.CASH})


class Lowest(msgspec.Struct, frozen=True):
    """The lowest that an account's balance falls to, in its own unit, and the day; `likely` as forecast, else by known payments alone."""

    account_id: int
    on: dt.date
    balance: int
    likely: bool = False


def soon_of(
    eye: Eye,
    held: Mapping[int, Account],
    found: Sequence[Coming],
    *,
    worth: Mapping[int, int],
    ahead: Forecast | None,
    today: dt.date,
    suggested: int,
) -> Upcoming | None:
    """Overview's card of the next fourteen days; None where nothing comes again. `worth`: the accounts' balances."""
    if not found and not suggested:
        return None
    lowest = lowest_ahead(held, ahead, today) or _lowest(held, found, {i: worth[i] for i in _paying(held)}, today)
    rows = tuple(
        Due(eye.day(c.on), c.name, eye.of(c.amount, c.currency, plus=c.amount > 0), income=c.amount > 0, href=href_of(c))
        for c in found[:ROWS_MAX]
    )
    more = len(found) - len(rows)
    return Upcoming(
        rows,
        lowest_words(eye, held, lowest, short=True),
        lowest is not None and lowest.balance < 0,
        more=f"{more} more" if more else "",
        lowest_href=lowest_href(eye, lowest),
        asked=asked_words(suggested) if not found else "",
    )


def lowest_ahead(held: Mapping[int, Account], kept: Forecast | None, today: dt.date) -> Lowest | None:
    """The same from the forecast, which knows everyday spending as well; None where none was made today, or no account falls."""
    paying, lows = _paying(held), list[Lowest]()
    for line in kept.lines if kept is not None and kept.day == today else ():
        if line.account_id in paying and not line.young:
            low = line.lowest(DAYS)
            if low.point.middle < line.points[0].middle:
                lows.append(Lowest(line.account_id, today + dt.timedelta(days=low.day), low.point.middle, likely=True))
    return min(lows, key=lambda one: one.balance, default=None)


async def lowest_of(desk: Desk, held: Mapping[int, Account], found: Sequence[Coming]) -> Lowest | None:
    """Of the accounts that payments come out of, the one that falls lowest, as Overview says it; None where none falls at all."""
    if likely := lowest_ahead(held, await kept_forecast(desk.unit, desk.sealer), desk.today):
        return likely
    paying = _paying(held)
    return _lowest(paying, found, await balances(desk, paying) if paying else {}, desk.today)


def _paying(held: Mapping[int, Account]) -> dict[int, Account]:
    return {i: a for i, a in held.items() if a.kind in SPENT_FROM and a.closed_on is None and not a.hidden}


def _lowest(held: Mapping[int, Account], found: Sequence[Coming], worth: Mapping[int, int], today: dt.date) -> Lowest | None:
    lows: list[Lowest] = []
    for account_id, start in worth.items():
        balance, low = start, Lowest(account_id, today, start)
        for coming in found:
            if coming.account_id == account_id and coming.currency == held[account_id].currency:
                balance += coming.amount
                low = min(low, Lowest(account_id, coming.on, balance), key=lambda one: one.balance)
        if low.balance < start:
            lows.append(low)
    return min(lows, key=lambda one: one.balance, default=None)


def lowest_words(eye: Eye, held: Mapping[int, Account], lowest: Lowest | None, *, short: bool = False) -> str:
    """`Lowest $344.34 on 2 Dec`, with the account where there is room; `Lowest about −$370` where everyday spending is foreseen too."""
    if lowest is None:
        return ""
    account = held[lowest.account_id]
    balance = about(lowest.balance) if lowest.likely else lowest.balance
    amount = eye.of(balance, account.currency, symbol=True, whole=lowest.likely)
    words = f"Lowest {'about ' if lowest.likely else ''}{amount} on {eye.day(lowest.on)}"
    return words if short else f"{words}, {account.text.name}"


def lowest_href(eye: Eye, lowest: Lowest | None) -> str:
    """The forecast of the account that falls lowest."""
    return f"/forecast?account={public('acc', lowest.account_id, household=eye.household_id)}" if lowest else ""


def asked_words(suggested: int) -> str:
    """What to do so that something stands here."""
    return f"{counted(suggested, 'payment')} may come again. What you confirm stands here, and in the forecast."


def href_of(coming: Coming) -> str:
    """The list of the rows that this payment goes by."""
    return series_href([coming.recurring_id])


def coming_row(eye: Eye, coming: Coming, held: Mapping[int, Account]) -> ComingRow:
    """A payment to come in a list."""
    account = held.get(coming.account_id)
    return ComingRow(
        eye.day(coming.on, weekday=True),
        coming.name,
        eye.of(coming.amount, coming.currency, plus=coming.amount > 0),
        account.text.name if account else "",
        href_of(coming),
        income=coming.amount > 0,
        overdue=coming.overdue,
    )
