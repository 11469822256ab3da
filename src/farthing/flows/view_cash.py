"""Cash now: balances by kind under the net worth, each as fresh as it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from farthing.connections.model import Connection
from farthing.core.ids import public
from farthing.flows.desk import Desk, accounts_of
from farthing.flows.view_models.charts import spark
from farthing.flows.view_models.overview import CashNow, Held
from farthing.flows.view_parts import Eye, age_of
from farthing.ledger.accounts import Account, AccountKind, balance_history, stand_by_hand
from farthing.ledger.rates import home_amounts

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
    """What the card is drawn from: every account, the open ones, what these are worth in their own unit and at home, and were by day."""

    held: Mapping[int, Account]
    open: Mapping[int, Account]
    worth: Mapping[int, int]
    home: Mapping[int, int | None]
    history: Mapping[int, Sequence[tuple[dt.date, int]]]


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
    """The accounts, what they are worth, and what they were. Closed and hidden ones are worth nothing here."""
    held, history = await desk.unit.side_by_side(accounts_of(desk), balance_history(desk.unit, desk.today - dt.timedelta(days=365)))
    open_ones = {i: a for i, a in held.items() if a.closed_on is None and not a.hidden}
    worth = await balances(desk, open_ones)
    return Cash(held, open_ones, worth, await at_home(desk, open_ones, worth), history)


def cash_now(desk: Desk, eye: Eye, cash: Cash, links: Sequence[Connection]) -> CashNow | None:
    """The card; None without accounts. Closed and hidden accounts are not in it."""
    held, open_ones, worth, home = cash.held, cash.open, cash.worth, cash.home
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
    history = _worth_by_month(desk, open_ones, cash.history, closed=[a for a in held.values() if a.closed_on and not a.hidden])
    grown = total - history[0] if history else 0
    return CashNow(
        net_worth=eye.home(total, symbol=True),
        net_worth_href="/accounts",
        rows=tuple(rows),
        spark=spark([*history, total]) if len(history) > 1 else None,
        spark_words=f"{len(history)} months, {eye.home(grown, symbol=True, plus=True, whole=True)}" if len(history) > 1 else "",
    )


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


def _worth_by_month(
    desk: Desk, held: Mapping[int, Account], history: Mapping[int, Sequence[tuple[dt.date, int]]], *, closed: Sequence[Account]
) -> list[int]:
    """Net worth at the end of the last months for which every open account has a stated balance; home currency accounts only.

    Those closed since count as long as they were open.
    """
    stated = {i: h for i, h in history.items() if i in held and held[i].currency == desk.household.currency}
    if len(stated) < len(held):
        return []
    ends = [desk.today - dt.timedelta(days=30 * n) for n in range(11, 0, -1)]
    worth = []
    for end in ends:
        values = [[b for day, b in h if day <= end] for h in stated.values()]
        if all(values):
            over = [_last(history.get(a.account_id, ()), end) for a in closed if a.closed_on and end < a.closed_on]
            worth.append(sum(v[-1] for v in values) + sum(over))
    return worth


def _last(stated: Sequence[tuple[dt.date, int]], day: dt.date) -> int:
    return next((balance for on, balance in reversed(stated) if on <= day), 0)
