"""Cash now: balances by kind under the net worth, each as fresh as it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from farthing.connections.model import Connection
from farthing.core.ids import public
from farthing.flows.desk import Desk, accounts_of
from farthing.flows.hot import at_hand, hot
from farthing.flows.turn_over import OwnWorth, own_worth, turned_over
from farthing.flows.view_models.charts import spark
from farthing.flows.view_models.overview import CashNow, Held, YearOfWorth
from farthing.flows.view_parts import Eye, age_of
from farthing.ledger.accounts import Account, AccountKind, stand_by_hand
from farthing.ledger.rates import home_amounts
from farthing.ledger.reading.worth import begun, pasts

MONTHS = 12
HEADS = (
    ("Cash", (AccountKind.CHECKING, AccountKind.CASH)),
    ("Cards", (AccountKind.CARD,)),
    ("Savings", (AccountKind.SAVINGS,)),
    ("Investments", (AccountKind.INVESTMENT,)),
    ("Loans", (AccountKind.LOAN,)),
    ("Property", (AccountKind.PROPERTY, AccountKind.VEHICLE)),
    ("Other", (AccountKind.OTHER,)),
)


class Cash(msgspec.Struct, frozen=True):
    """What the card is drawn from: every account, the open ones, what these are worth in their own unit and at home, and what
    all were together, a month ago and before, oldest first (None: not at hand)."""

    held: Mapping[int, Account]
    open: Mapping[int, Account]
    worth: Mapping[int, int]
    home: Mapping[int, int | None]
    course: Sequence[int] | None = ()


class Course(msgspec.Struct, frozen=True):
    """What the ledger says of the last year: each account's worth on these days. Rates, which come without it, are not in it."""

    days: Sequence[dt.date]
    own: Sequence[OwnWorth]


async def balances(desk: Desk, held: Mapping[int, Account]) -> dict[int, int]:
    """What each account is worth now, minor units of its own currency."""
    by_hand = {i: a for i, a in held.items() if a.by_hand or a.balance is None}
    stands = await stand_by_hand(desk.unit, by_hand, desk.today) if by_hand else {}
    return {i: stands[i].balance if i in stands else a.balance or 0 for i, a in held.items()}


async def at_home(desk: Desk, held: Mapping[int, Account], worth: Mapping[int, int]) -> dict[int, int | None]:
    """Balances in the household's currency at today's rate; None where none is known."""
    asked = [(i, worth[i], a.currency, desk.today) for i, a in held.items()]
    home = await home_amounts(desk.unit, desk.household.currency, asked)
    return {i: home.get(i, worth[i]) for i in held}


async def read_cash(desk: Desk) -> Cash:
    """The accounts, and what they are worth. Closed and hidden ones are worth nothing here."""
    held, open_ones, worth = await _stand(desk)
    return Cash(held, open_ones, worth, await at_home(desk, open_ones, worth))


async def read_cash_and_course(desk: Desk, *, waits: bool = True) -> Cash:
    """The same with what all was worth over the last year, each day's at the rates that are known of it by now.

    Who does not wait has it where it is at hand: to work it out, the rows of a year are read.
    """
    (held, open_ones, worth), found = await desk.unit.side_by_side(_stand(desk), at_hand(desk, "worth", desk.today, Course))
    home, course = await desk.unit.side_by_side(at_home(desk, open_ones, worth), _course(desk, held, found, waits=waits))
    return Cash(held, open_ones, worth, home, course)


async def _stand(desk: Desk) -> tuple[Mapping[int, Account], Mapping[int, Account], Mapping[int, int]]:
    """Every account, the open ones, and how these stand in their own unit."""
    held = await accounts_of(desk)
    open_ones = {i: a for i, a in held.items() if a.closed_on is None and not a.hidden}
    return held, open_ones, await balances(desk, open_ones)


async def _course(desk: Desk, held: Mapping[int, Account], found: Course | None, *, waits: bool) -> Sequence[int] | None:
    """Net worth every thirty days of the last year: what the ledger says of it is `found` at hand where it has not changed since."""
    shown = {i: a for i, a in held.items() if not a.hidden}
    if found is None and waits:
        found = await hot(desk, "worth", desk.today, Course, lambda: _own_course(desk, shown))
    if found is None:
        return None
    return [day.net for day in await turned_over(desk, found.days, found.own)]


async def _own_course(desk: Desk, held: Mapping[int, Account]) -> Course:
    """No day before there was anything: balances as stated, carried on by the rows."""
    days = [desk.today - dt.timedelta(days=30 * n) for n in range(MONTHS, 0, -1)]
    found = await pasts(desk.unit, held, days[0], desk.today) if held else {}
    days = [day for day in days if any(begun(held[i], past) <= day for i, past in found.items())]
    return Course(days, own_worth(held, found, days, now=await balances(desk, held)))


def cash_now(eye: Eye, cash: Cash, links: Sequence[Connection]) -> CashNow | None:
    """The card; None without accounts. Closed and hidden accounts are not in it."""
    open_ones, worth, home = cash.open, cash.worth, cash.home
    if not open_ones:
        return None
    by_link = {int(c.connection_id): c for c in links}
    rows: list[Held] = []
    for name, kinds in HEADS:
        group = [a for a in open_ones.values() if a.kind in kinds]
        if len(group) == 1:
            rows.append(_held(eye, group[0], worth, by_link, heads=True))
        elif group:
            total = sum(v for a in group if (v := home[a.account_id]) is not None)
            rows.append(Held(name, "", eye.home(total), f"/accounts#{name.lower()}", heads=True))
            rows += [_held(eye, a, worth, by_link, indented=True) for a in group]
    total = sum(v for v in home.values() if v is not None)
    return CashNow(
        net_worth=eye.home(total, symbol=True),
        net_worth_href="/accounts",
        rows=tuple(rows),
        year=year_of(eye, cash),
    )


def year_of(eye: Eye, cash: Cash) -> YearOfWorth:
    """The course up to today, and how far it went."""
    course, total = cash.course, sum(v for v in cash.home.values() if v is not None)
    if course is None:
        return YearOfWorth(waits=True)
    if len(course) < 2:
        return YearOfWorth()
    words = f"{len(course)} months, {eye.home(total - course[0], symbol=True, plus=True, whole=True)}"
    return YearOfWorth(spark([*course, total]), words)


def _held(
    eye: Eye, account: Account, worth: Mapping[int, int], links: Mapping[int, Connection], *, heads: bool = False, indented: bool = False
) -> Held:
    age, late = age_of(eye, account, links)
    return Held(
        name=account.text.name,
        institution=account.text.institution,
        balance=eye.of(worth[account.account_id], account.currency),
        href=f"/accounts/{public('acc', account.account_id, household=eye.household_id)}",
        age=age,
        late=late,
        heads=heads,
        indented=indented,
    )
