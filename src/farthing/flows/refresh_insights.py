"""What a year of figures says, worked out anew after the ledger changed: by a worker, after series were looked for, and once a day.

Reads without the household's lock; writes only what changed, where nothing else changed meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from farthing.core.dates import Month
from farthing.core.errors import Conflict
from farthing.core.ids import new_ids
from farthing.flows.desk import Desk, read_desk, write_desk
from farthing.flows.recurring_totals import SUBSCRIPTIONS, costing, yearly_at_home, yearly_of
from farthing.flows.upcoming import Coming, comings
from farthing.flows.view_cash import Cash, read_cash
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.insights.finding.model import Finding
from farthing.insights.finding.rules import Paid, fees, idle_cash, rises, same_kind, subscriptions, unusual_months
from farthing.insights.finding.settle import settle
from farthing.insights.finding.store import drop_insights, insights, write_insights
from farthing.insights.recurring.model import YEARLY_TIMES, Held
from farthing.insights.recurring.store import first_day, held_series
from farthing.ledger.accounts import AccountKind, balance_history
from farthing.ledger.lock import bump
from farthing.ledger.model import SYSTEM
from farthing.ledger.reading.counting import spent_by
from farthing.ledger.reading.sums import sums

INSIGHTS_MAX = 500
MONTHS = 14  # twelve before the month before this one, and that one
DUE_DAYS = 60
FEES = "fees"  # the group: what banks, cards and authorities took that need not be, own categories among it
SPENT_FROM = frozenset({AccountKind.CHECKING, AccountKind.CASH})
YEAR = 12

Spent = Mapping[int, Mapping[dt.date, int]]


async def refresh_insights(world: World, household_id: int) -> bool:
    """Work out what there is to say; returns whether anything is said otherwise now. Raises Conflict where another change came between."""
    async with read_desk(world, household_id, SYSTEM) as desk:
        found, seen = await findings(desk), desk.household.version
        held = await insights(desk.unit, desk.sealer)
    settled = settle(held, found, now=desk.at, ids=new_ids(INSIGHTS_MAX))
    if not settled:
        return False
    async with write_desk(world, household_id, SYSTEM) as desk:
        if desk.household.version != seen:
            raise Conflict("changed_meanwhile", "this household changed while it was looked at; try again")
        async with desk.unit.together():
            await drop_insights(desk.unit, settled.dropped)
            await write_insights(desk.unit, desk.sealer, settled.written)
            version = await bump(desk.unit, desk.household, figures=False)
    await wake(world, household_id, version, ["recurring"])
    return True


async def findings(desk: Desk) -> list[Finding]:
    """Everything that the figures of the last year say now."""
    series = await held_series(desk.unit, desk.sealer)
    spent, first = await _spent(desk), await first_day(desk.unit)
    if first is None:
        return []
    currency, this = desk.household.currency, Month.of(desk.today)
    whole = Month.of(first) if first.day == 1 else Month.of(first).plus(1)
    paid = await _paid(desk, series)
    found = [*subscriptions(paid, currency, spent=_of_a_year(spent, whole, this)), *same_kind(paid, currency)]
    found += rises(paid, currency, today=desk.today)
    for category in desk.categories.every:
        if category.group == FEES:
            number = int(category.category_id)
            found += fees(spent.get(number, {}), number, currency, this=this)
    found += unusual_months(spent, currency, first=whole, this=this)
    stated = await balance_history(desk.unit, desk.today - dt.timedelta(days=365))
    return [*found, *_idle(desk, await read_cash(desk), stated, _due(series, desk.today), _usual(spent, whole, this))]


async def _spent(desk: Desk) -> Spent:
    """Spending by category and month, positive: the one definition, as budgets measure it."""
    this = Month.of(desk.today)
    found: dict[int, dict[dt.date, int]] = {}
    for (month, category_id), (minor, _) in spent_by(await sums(desk.unit, this.plus(-MONTHS), this), desk.group_of).items():
        found.setdefault(category_id, {})[month] = minor
    return found


def _by_month(spent: Spent, first: Month, this: Month) -> list[int]:
    """All spending of the twelve whole months before this one; none where the history does not reach that far."""
    months = [this.plus(-n) for n in range(1, YEAR + 1)]
    if months[-1].first < first.first:
        return []
    return [sum(by_month.get(m.first, 0) for by_month in spent.values()) for m in months]


def _of_a_year(spent: Spent, first: Month, this: Month) -> int:
    return sum(_by_month(spent, first, this))


def _usual(spent: Spent, first: Month, this: Month) -> int:
    months = _by_month(spent, first, this)
    return round(median(months)) if months else 0


async def _paid(desk: Desk, series: Sequence[Held]) -> list[Paid]:
    """Confirmed subscriptions with a rate, at what they cost a year."""
    held = [s for s in costing(desk, series, SUBSCRIPTIONS) if s.usual]
    home = await yearly_at_home(desk, held)
    return [_as_paid(s, -minor) for s in held if (minor := home[s.recurring_id]) is not None]


def _as_paid(one: Held, yearly: int) -> Paid:
    change, before = one.change, 0
    if change is not None and one.usual == change.after:
        before = yearly * (change.before * YEARLY_TIMES[one.cadence]) // yearly_of(one)  # at the same rate
    changed_on = change.on if change is not None else None
    return Paid(recurring_id=one.recurring_id, name=one.title, yearly=yearly, before=before, changed_on=changed_on, trial=one.trial)


def _due(series: Sequence[Held], today: dt.date) -> list[Coming]:
    return comings(series, today, today + dt.timedelta(days=DUE_DAYS))


def _idle(
    desk: Desk, cash: Cash, stated: Mapping[int, Sequence[tuple[dt.date, int]]], due: Sequence[Coming], usual: int
) -> Iterator[Finding]:
    """Accounts that money is spent from, in the household's unit: what others hold is not measured by its spending."""
    for number, account in cash.open.items():
        if account.kind in SPENT_FROM and account.currency == desk.household.currency:
            out = -sum(c.amount for c in due if c.account_id == number and c.currency == account.currency and c.amount < 0)
            yield from idle_cash(
                number,
                account.text.name,
                account.currency,
                stated=stated.get(number, ()),
                balance=cash.worth[number],
                due=out,
                usual=usual,
                today=desk.today,
            )
