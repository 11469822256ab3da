"""What accounts were worth on days gone by: each in its own unit, as the ledger says, and turned over at the rates of those days.

Two steps, since the ledger's word may be kept until the ledger changes, and a rate may come at any time. Each account is turned over and
rounded by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from farthing.flows.desk import Desk
from farthing.ledger.accounts import Account
from farthing.ledger.rates import home_amounts
from farthing.ledger.reading.worth import Past, worth_on


class OwnWorth(msgspec.Struct, frozen=True):
    """An account's worth at the end of each of some days, minor units of its own currency."""

    currency: str
    minors: Sequence[int]


class WorthOn(msgspec.Struct, frozen=True):
    """One day's end in the household's unit: `owned` and `owed` (negative), which together are the net worth.

    `unrated`: minor units by currency that no rate is known for on that day; they are in no sum.
    """

    date: dt.date
    owned: int
    owed: int
    unrated: Mapping[str, int]

    @property
    def net(self) -> int:
        return self.owned + self.owed


def own_worth(held: Mapping[int, Account], found: Mapping[int, Past], days: Sequence[dt.date], *, now: Mapping[int, int]) -> list[OwnWorth]:
    """Each account's, on days ascending and none after today; `now`: balances, by account as the rest."""
    return [OwnWorth(a.currency, worth_on(a, found[i], days, now[i])) for i, a in held.items()]


async def turned_over(desk: Desk, days: Sequence[dt.date], own: Sequence[OwnWorth]) -> list[WorthOn]:
    """What accounts were worth together at the end of each of these days. Asks nothing where nothing is foreign."""
    values = [(at, minor, one.currency) for one in own for at, minor in enumerate(one.minors)]
    asked = [(n, minor, unit, days[at]) for n, (at, minor, unit) in enumerate(values)]
    home = await home_amounts(desk.unit, desk.household.currency, asked)
    owned, owed = [0] * len(days), [0] * len(days)
    unrated: list[dict[str, int]] = [{} for _ in days]
    for n, (at, minor, unit) in enumerate(values):
        value = home.get(n, minor)
        if value is not None:
            (owned if value > 0 else owed)[at] += value
        elif minor:
            unrated[at][unit] = unrated[at].get(unit, 0) + minor
    return [WorthOn(*one) for one in zip(days, owned, owed, unrated, strict=True)]
