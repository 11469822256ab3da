"""Budgets: a limit on a category, a group or all spending, measured the moment it is set, and how they stand in a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from farthing.budgets import (
    Budget,
    Period,
    Rollover,
    Standing,
    budgets,
    change_budget,
    drop_budget,
    period_of,
    runs,
    since,
    standing,
    write_budget,
)
from farthing.categorize.taxonomy import is_group
from farthing.connections import store
from farthing.core.dates import Month
from farthing.core.errors import Conflict, Missing, Rejected
from farthing.core.ids import BudgetId, new_id
from farthing.core.money import Money, parse_unit
from farthing.flows.desk import Desk, write_desk
from farthing.flows.edit import accept_category, parse_text
from farthing.flows.take_in import check_budgets, told_of
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ledger.lock import bump
from farthing.ledger.model import Actor, Touched
from farthing.ledger.reading.counting import spent_by
from farthing.ledger.reading.sums import sums
from farthing.notify.outbox import put_out
from farthing.security import audit

NAME_MAX = 80
BUDGETS_MAX = 200
LIMIT_MAX = 10**15
ALERT_MAX, ALERTS_MAX = 200, 10
NO_LIMITS = frozenset({"income", "transfer"})
PERIODS = {"month": Period.MONTH, "year": Period.YEAR}
ROLLOVERS = {"none": Rollover.NONE, "surplus": Rollover.SURPLUS, "both": Rollover.BOTH}


T = TypeVar("T")


class BudgetWish(msgspec.Struct, frozen=True, kw_only=True):
    """A budget to set: exactly one of `category_id`, `group` and `everything`.

    `limit` is decimal text in the household's currency, `starts` any day of its first period.
    """

    limit: str
    starts: dt.date
    period: str = "month"
    category_id: int | None = None
    group: str | None = None
    everything: bool = False
    name: str = ""
    currency: str | None = None
    rollover: str = "none"
    alerts: Sequence[int] = (80, 100)


class BudgetEdit(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; what is not named stays. What it is a limit on does not change: that is another budget."""

    limit: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    rollover: str | UnsetType = UNSET
    alerts: Sequence[int] | UnsetType = UNSET
    starts: dt.date | UnsetType = UNSET
    ends: dt.date | UnsetType | None = UNSET


class Status(msgspec.Struct, frozen=True):
    """How budgets stand, oldest budget first, and the instant up to which every link has been read (None: nothing is linked)."""

    standings: tuple[Standing, ...]
    as_of: dt.datetime | None


async def list_budgets(desk: Desk) -> list[Budget]:
    """Every budget, oldest first."""
    return await budgets(desk.unit, desk.sealer)


async def find_budget(desk: Desk, budget_id: int) -> Budget:
    """One budget; raises Missing."""
    found = next((b for b in await budgets(desk.unit, desk.sealer) if b.budget_id == budget_id), None)
    if found is None:
        raise Missing("not_found", "no such budget")
    return found


async def status(desk: Desk, period: str) -> Status:
    """Budgets by the month (`2026-11`) or by the year (`2026`) in that period. Raises Rejected."""
    kind, day = parse_period(period)
    every = [b for b in await budgets(desk.unit, desk.sealer) if b.period == kind and runs(b, day)]
    if not every:
        return Status((), await read_up_to(desk))
    last = period_of(every[0], day)[1]
    spent = spent_by(await sums(desk.unit, since(every, day), last), desk.group_of)
    return Status(tuple(standing(b, day, spent, desk.group_of) for b in every), await read_up_to(desk))


def parse_period(text: str) -> tuple[Period, dt.date]:
    """`2026-11` or `2026` as the kind of period and its first day; raises Rejected."""
    if len(text) == 4 and text.isascii() and text.isdigit() and 1970 <= int(text) <= 9998:
        return Period.YEAR, dt.date(int(text), 1, 1)
    return Period.MONTH, Month.parse(text).first


async def read_up_to(desk: Desk) -> dt.datetime | None:
    """How fresh sums over all accounts are: as the stalest link that should be fresh."""
    links = [c for c in await store.every(desk.unit, desk.sealer) if c.status_reason != "by_owner" and c.data_as_of]
    return min((c.data_as_of for c in links if c.data_as_of), default=None)


async def add_budget(world: World, household_id: int, actor: Actor, wish: BudgetWish) -> Budget:
    """Set a budget and measure it at once. Raises Rejected with the field, Conflict when it would stand beside its like."""
    async with write_desk(world, household_id, actor) as desk:
        held = await budgets(desk.unit, desk.sealer)
        if len(held) >= BUDGETS_MAX:
            raise Rejected("too_many", f"a household has at most {BUDGETS_MAX} budgets", field="name")
        budget = _made(desk, wish)
        _refuse_double(budget, held)
        await write_budget(desk.unit, desk.sealer, budget)
        version = await _measured(desk, "budget.added", budget.budget_id)
    await wake(world, household_id, version, ["budget"])
    return budget


def _made(desk: Desk, wish: BudgetWish) -> Budget:
    if (wish.category_id is not None) + (wish.group is not None) + wish.everything != 1:
        raise Rejected("one_target", "a budget is on one category, one group, or all spending", field="category_id")
    if wish.category_id is not None:
        category_id = accept_category(desk, wish.category_id)
        if desk.group_of(category_id) in NO_LIMITS:
            raise Rejected("not_spending", "income and transfers are not spending", field="category_id")
    if wish.group is not None and (not is_group(wish.group) or wish.group in NO_LIMITS):
        raise Rejected("bad_group", "there is no such group of spending", field="group")
    home = desk.household.currency
    if wish.currency is not None and parse_unit(wish.currency) != home:
        raise Rejected("currency_not_home", f"budgets are kept in {home}", field="currency")
    period = _one_of(PERIODS, wish.period, field="period")
    return Budget(
        budget_id=BudgetId(new_id()),
        limit_minor=_limit(wish.limit, home),
        currency=home,
        period=period,
        starts=_first_day(wish.starts, period),
        created_at=desk.at,
        rollover=_one_of(ROLLOVERS, wish.rollover, field="rollover"),
        alerts=_alerts(wish.alerts),
        category_id=wish.category_id,
        group=wish.group,
        name=_name(wish.name),
    )


async def edit_budget(
    world: World, household_id: int, actor: Actor, budget_id: int, wish: BudgetEdit, *, if_version: int | None = None
) -> Budget:
    """Change a budget and measure it at once. Raises Missing, Stale, Rejected, Conflict."""
    async with write_desk(world, household_id, actor) as desk:
        held = await find_budget(desk, budget_id)
        budget = _edited(held, wish)
        _refuse_double(budget, [b for b in await budgets(desk.unit, desk.sealer) if b.budget_id != budget_id])
        await change_budget(desk.unit, desk.sealer, budget, if_version=if_version)
        version = await _measured(desk, "budget.changed", budget_id)
    await wake(world, household_id, version, ["budget"])
    return msgspec.structs.replace(budget, version=held.version + 1)


def _edited(held: Budget, wish: BudgetEdit) -> Budget:
    starts = held.starts if isinstance(wish.starts, UnsetType) else _first_day(wish.starts, held.period)
    ends = held.ends if isinstance(wish.ends, UnsetType) else wish.ends
    if ends is not None and ends < starts:
        raise Rejected("ends_before_it_starts", "a budget ends after it starts", field="ends")
    return msgspec.structs.replace(
        held,
        limit_minor=held.limit_minor if isinstance(wish.limit, UnsetType) else _limit(wish.limit, held.currency),
        name=held.name if isinstance(wish.name, UnsetType) else _name(wish.name),
        rollover=held.rollover if isinstance(wish.rollover, UnsetType) else _one_of(ROLLOVERS, wish.rollover, field="rollover"),
        alerts=held.alerts if isinstance(wish.alerts, UnsetType) else _alerts(wish.alerts),
        starts=starts,
        ends=ends,
    )


async def delete_budget(world: World, household_id: int, actor: Actor, budget_id: int) -> None:
    """Remove a budget with its alerts; raises Missing."""
    async with write_desk(world, household_id, actor) as desk:
        await drop_budget(desk.unit, budget_id)
        version = await _measured(desk, "budget.deleted", budget_id)
    await wake(world, household_id, version, ["budget"])


async def _measured(desk: Desk, kind: str, budget_id: int) -> int:
    """The budgets as they now are, today; recorded, with the household's next version."""
    checked = await check_budgets(desk, Touched())
    await audit.record(desk.unit, desk.sealer, desk.actor, kind, {"budget": budget_id}, desk.at)
    version = await bump(desk.unit)
    await put_out(desk.unit, desk.sealer, at=desk.at, version=version, events=told_of(checked))
    return version


def _refuse_double(budget: Budget, held: Sequence[Budget]) -> None:
    for other in held:
        alike = (other.category_id, other.group, other.period) == (budget.category_id, budget.group, budget.period)
        apart = (other.ends is not None and other.ends < budget.starts) or (budget.ends is not None and budget.ends < other.starts)
        if alike and not apart:
            raise Conflict("budget_exists", "there is a budget on this for the same periods already", field="category_id")


def _limit(text: str, currency: str) -> int:
    minor = Money.parse(text, currency, field="limit").minor
    if not 0 < minor <= LIMIT_MAX:
        raise Rejected("bad_limit", "a limit is more than nothing", field="limit")
    return minor


def _alerts(thresholds: Sequence[int]) -> tuple[int, ...]:
    if len(thresholds) > ALERTS_MAX or any(not 1 <= t <= ALERT_MAX for t in thresholds):
        raise Rejected("bad_alerts", f"at most {ALERTS_MAX} thresholds from 1 to {ALERT_MAX} percent", field="alerts")
    return tuple(sorted(set(thresholds)))


def _name(text: str) -> str:
    return " ".join(parse_text(text, NAME_MAX, field="name").split())


def _first_day(day: dt.date, period: Period) -> dt.date:
    if not 1970 <= day.year <= 9998:
        raise Rejected("date_out_of_range", "a year from 1970 to 9998", field="from")
    return dt.date(day.year, 1, 1) if period == Period.YEAR else day.replace(day=1)


def _one_of(words: Mapping[str, T], text: str, *, field: str) -> T:
    if text not in words:
        raise Rejected(f"bad_{field}", f"one of {', '.join(words)}", field=field)
    return words[text]
