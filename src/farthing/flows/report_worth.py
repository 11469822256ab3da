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
from farthing.flows.turn_over import WorthOn, own_worth, turned_over
from farthing.ledger.accounts import Account
from farthing.ledger.reading.worth import Past, pasts

MONTHS_MAX = 600
MONTHS = 12


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
    held = {int(s.account.account_id): s.account for s in standings}
    if not days or not held:
        return await turned_over(desk, days, ())
    found = known if known is not None else await pasts(desk.unit, held, days[0], desk.today)
    return await turned_over(desk, days, own_worth(held, found, days, now={int(s.account.account_id): s.balance for s in standings}))
