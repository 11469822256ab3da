"""What everything was worth on days gone by: balances as stated, carried on by the rows, each currency at its rate of that day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from farthing.connections import store
from farthing.core.dates import Month, months_between
from farthing.core.errors import Rejected
from farthing.flows.desk import Desk
from farthing.flows.manage_accounts import Standing, list_accounts
from farthing.flows.read_up_to import up_to
from farthing.flows.report_spending import stale_accounts
from farthing.ledger.accounts import Account
from farthing.ledger.rates import home_amounts
from farthing.ledger.reading.worth import Past, pasts, worth_on

MONTHS_MAX = 600
MONTHS = 12


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


class NetWorthReport(msgspec.Struct, frozen=True):
    """A day a month, oldest first. `silent`: accounts of which nobody ever said a balance, so that theirs is only what rows add up to."""

    days: tuple[WorthOn, ...]
    silent: tuple[Account, ...]
    as_of: dt.datetime | None
    stale: tuple[str, ...]


async def report_worth(desk: Desk, first: Month, last: Month) -> NetWorthReport:
    """The end of every month from `first` to `last`, today's for the running one. Hidden accounts are not in it. Raises Rejected."""
    if first > last:
        raise Rejected("bad_period", "from is after to", field="from")
    months = [m for m in months_between(first.first, last.first) if m.first <= desk.today]
    if len(months) > MONTHS_MAX:
        raise Rejected("too_many_months", f"at most {MONTHS_MAX} months at once", field="from")
    standings = [s for s in await list_accounts(desk) if not s.account.hidden]
    days = [min(m.last, desk.today) for m in months]
    silent = tuple(s.account for s in standings if s.account.balance is None and not s.account.by_hand)
    links = await store.every(desk.unit, desk.sealer)
    return NetWorthReport(tuple(await worth_by_day(desk, standings, days)), silent, up_to(links), await stale_accounts(desk, links))


async def worth_by_day(
    desk: Desk, standings: Sequence[Standing], days: Sequence[dt.date], *, known: Mapping[int, Past] | None = None
) -> list[WorthOn]:
    """What accounts were worth together at the end of each of these days, ascending and none after today."""
    if not days or not standings:
        return [WorthOn(day, 0, 0, {}) for day in days]
    held = {int(s.account.account_id): s.account for s in standings}
    found = known if known is not None else await pasts(desk.unit, held, days[0], desk.today)
    values = [
        (at, minor, s.account.currency)
        for s in standings
        for at, minor in enumerate(worth_on(s.account, found[s.account.account_id], days, s.balance))
    ]
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
