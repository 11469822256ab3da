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
    Way,
    budgets,
    in_force,
    on_hand,
    period_of,
    runs,
    since,
    spending_of,
    standing,
)
from farthing.core.dates import Month
from farthing.core.errors import Missing, Rejected, Stale
from farthing.core.ids import BudgetId, new_id
from farthing.core.money import Money, is_currency, parse_unit
from farthing.flows.desk import Desk, write_desk
from farthing.flows.edit import accept_category, parse_text
from farthing.flows.limit_steps import SCOPES, said_anew
from farthing.flows.read_up_to import read_up_to
from farthing.flows.revise_budgets import BudgetChange, Revising, revise_all, revise_budgets
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ledger.model import Actor

NAME_MAX = 80
BUDGETS_MAX = 200
LIMIT_MAX = 10**15
DIGITS_MAX = 15
ALERT_MAX, ALERTS_MAX = 200, 10
NO_LIMITS = frozenset({"income", "transfer"})
PERIODS = {"month": Period.MONTH, "year": Period.YEAR}
ROLLOVERS = {"none": Rollover.NONE, "surplus": Rollover.SURPLUS, "both": Rollover.BOTH}


T = TypeVar("T")


class BudgetWish(msgspec.Struct, frozen=True, kw_only=True):
    """A budget to set: exactly one of `category_id`, `group` and `everything`.

    `limit` and `cap` are decimal text in `currency` (the household's where none is named), `starts` any day of its first period.
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
    cap: str | None = None
    alerts: Sequence[int] = (80, 100)


class BudgetEdit(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; what is not named stays. What it is a limit on does not change: that is another budget.

    The limit holds from the period of `on` (today's without it), or with `scope` only for that period alone.
    """

    limit: str | UnsetType = UNSET
    scope: str = "from"
    on: dt.date | None = None
    cap: str | UnsetType | None = UNSET
    name: str | UnsetType = UNSET
    rollover: str | UnsetType = UNSET
    alerts: Sequence[int] | UnsetType = UNSET
    starts: dt.date | UnsetType = UNSET
    ends: dt.date | UnsetType | None = UNSET


class Changed(msgspec.Struct, frozen=True):
    """A budget as it now is, and the batch that undoes the change."""

    budget: Budget
    batch_id: int


class Status(msgspec.Struct, frozen=True):
    """How budgets stand, oldest budget first, and the instant up to which every link has been read (None: nothing is linked)."""

    standings: tuple[Standing, ...]
    as_of: dt.datetime | None


async def list_budgets(desk: Desk) -> list[Budget]:
    """Every budget, oldest first."""
    return await budgets(desk.unit, desk.sealer)


async def find_budget(desk: Desk, budget_id: int) -> Budget:
    """One budget; raises Missing."""
    return one_of(await budgets(desk.unit, desk.sealer), budget_id)


def one_of(every: Sequence[Budget], budget_id: int) -> Budget:
    """One of these budgets; raises Missing."""
    found = next((b for b in every if b.budget_id == budget_id), None)
    if found is None:
        raise Missing("not_found", "no such budget")
    return found


async def status(desk: Desk, period: str) -> Status:
    """Budgets by the month (`2026-11`) or by the year (`2026`) in that period. Raises Rejected."""
    kind, day = parse_period(period)
    way = Way.of(desk.household).at(day)
    every = [b for b in in_force(await on_hand(desk.unit, desk.sealer, way, Month.of(day)), way) if b.period == kind and runs(b, day)]
    if not every:
        return Status((), await read_up_to(desk.unit, desk.sealer))
    last = period_of(every[0], day)[1]
    spending = await spending_of(desk.unit, every, since(every, day), last, home=way.home, groups=desk.categories)
    return Status(tuple(standing(b, day, spending) for b in every), await read_up_to(desk.unit, desk.sealer))


def parse_period(text: str) -> tuple[Period, dt.date]:
    """`2026-11` or `2026` as the kind of period and its first day; raises Rejected."""
    if len(text) == 4 and text.isascii() and text.isdigit() and 1970 <= int(text) <= 9998:
        return Period.YEAR, dt.date(int(text), 1, 1)
    try:
        return Period.MONTH, Month.parse(text).first
    except Rejected as error:
        raise Rejected("bad_month", "a period is a month such as 2026-11, or a year such as 2026", field="period") from error


async def add_budget(world: World, household_id: int, actor: Actor, wish: BudgetWish) -> Changed:
    """Set a budget and measure it at once. Raises Rejected with the field, Conflict when it would stand beside its like."""
    async with write_desk(world, household_id, actor) as desk:
        budget = made(desk, wish, await budgets(desk.unit, desk.sealer))
        revised = await revise_budgets(desk, [BudgetChange(None, budget)])
    await wake(world, household_id, revised.version, ["budget"])
    return Changed(budget, revised.batch_id)


def made(desk: Desk, wish: BudgetWish, held: Sequence[Budget]) -> Budget:
    """The budget that a wish means, beside those that are `held`; raises Rejected with the field."""
    if len(held) >= BUDGETS_MAX:
        raise Rejected("too_many", f"a household has at most {BUDGETS_MAX} budgets", field="category_id")
    if (wish.category_id is not None) + (wish.group is not None) + wish.everything != 1:
        raise Rejected("one_target", "a budget is on one category, one group, or all spending", field="category_id")
    if wish.category_id is not None:
        category_id = accept_category(desk, wish.category_id)
        if desk.group_of(category_id) in NO_LIMITS:
            raise Rejected("not_spending", "income and transfers are not spending", field="category_id")
    group = desk.categories.named.get(wish.group or "")
    if wish.group is not None and (group is None or group.counts_as in NO_LIMITS):
        raise Rejected("bad_group", "there is no such group of spending", field="group")
    unit = accept_unit(desk, wish.currency)
    rollover = _one_of(ROLLOVERS, wish.rollover, field="rollover")
    period = _one_of(PERIODS, wish.period, field="period")
    return Budget(
        budget_id=BudgetId(new_id()),
        limit_minor=_limit(wish.limit, unit),
        currency=unit,
        period=period,
        starts=_first_day(wish.starts, period),
        created_at=desk.at,
        rollover=rollover,
        cap_minor=_cap(wish.cap, unit, rollover),
        alerts=_alerts(wish.alerts),
        category_id=wish.category_id,
        group=wish.group,
        name=_name(wish.name),
    )


def accept_unit(desk: Desk, text: str | None) -> str:
    """A budget's unit: the household's, or a currency that rates may exist for; raises Rejected."""
    home = desk.household.currency
    unit = home if text is None else parse_unit(text)
    if unit != home and not is_currency(unit):
        raise Rejected("unknown_currency", "there is no such currency", field="currency")
    return unit


async def edit_budget(
    world: World, household_id: int, actor: Actor, budget_id: int, wish: BudgetEdit, *, if_version: int | None = None
) -> Changed:
    """Change a budget and measure it at once. Raises Missing, Stale, Rejected, Conflict."""
    async with write_desk(world, household_id, actor) as desk:
        held = await find_budget(desk, budget_id)
        asked = revising(desk, held, wish)
        revised = await revise_all(desk, asked, if_version=if_version)
        now = await find_budget(desk, budget_id)
    await wake(world, household_id, revised.version, ["budget"])
    return Changed(now, revised.batch_id)


def revising(desk: Desk, held: Budget, wish: BudgetEdit) -> Revising:
    """The budget with a wish's changes, and what that says of its periods; raises Rejected with the field."""
    budget = edited(held, wish)
    if isinstance(wish.limit, UnsetType):
        return Revising(budgets=[BudgetChange(held, budget)])
    if wish.scope not in SCOPES:
        raise Rejected("bad_scope", f"one of {', '.join(SCOPES)}", field="scope")
    day = wish.on if wish.on is not None else max(desk.today, held.starts)
    found = said_anew(held, _limit(wish.limit, held.currency), _first_day(day, held.period), SCOPES[wish.scope], after=budget)
    return found if found.budgets else Revising(budgets=[BudgetChange(held, budget)])


def edited(held: Budget, wish: BudgetEdit) -> Budget:
    """The budget with a wish's changes, but for its limit; raises Rejected with the field."""
    rollover = held.rollover if isinstance(wish.rollover, UnsetType) else _one_of(ROLLOVERS, wish.rollover, field="rollover")
    starts = held.starts if isinstance(wish.starts, UnsetType) else _first_day(wish.starts, held.period)
    ends = held.ends if isinstance(wish.ends, UnsetType) else wish.ends
    if ends is not None and ends < starts:
        raise Rejected("ends_before_it_starts", "a budget ends after it starts", field="ends")
    return msgspec.structs.replace(
        held,
        name=held.name if isinstance(wish.name, UnsetType) else _name(wish.name),
        rollover=rollover,
        cap_minor=held.cap_minor if isinstance(wish.cap, UnsetType) and rollover else _cap(wish.cap, held.currency, rollover),
        alerts=held.alerts if isinstance(wish.alerts, UnsetType) else _alerts(wish.alerts),
        starts=starts,
        ends=ends,
    )


async def delete_budget(world: World, household_id: int, actor: Actor, budget_id: int, *, if_version: int | None = None) -> int:
    """Remove a budget with its alerts; returns the batch that undoes it. Raises Missing, Stale."""
    async with write_desk(world, household_id, actor) as desk:
        held = await find_budget(desk, budget_id)
        if if_version is not None and held.version != if_version:
            raise Stale("changed_meanwhile", "this budget changed meanwhile")
        revised = await revise_budgets(desk, [BudgetChange(held, None)])
    await wake(world, household_id, revised.version, ["budget"])
    return revised.batch_id


def _limit(text: str, currency: str) -> int:
    if sum(c.isdigit() for c in text.partition(".")[0]) > DIGITS_MAX:
        raise Rejected("limit_too_large", "that is more than any limit can be", field="limit")
    return accept_limit(Money.parse(text, currency, field="limit").minor)


def _cap(text: str | UnsetType | None, currency: str, rollover: Rollover) -> int | None:
    """The most that is handed on; without a rollover there is none."""
    if not isinstance(text, str) or not text.strip() or rollover == Rollover.NONE:
        return None
    try:
        return _limit(text.strip(), currency)
    except Rejected as error:
        words = "a cap is more than nothing" if error.code == "bad_limit" else error.detail
        raise Rejected(error.code.replace("limit", "cap"), words, field="cap") from error


def accept_limit(minor: int) -> int:
    """A limit in minor units; raises Rejected."""
    if minor <= 0:
        raise Rejected("bad_limit", "a limit is more than nothing", field="limit")
    if minor > LIMIT_MAX:
        raise Rejected("limit_too_large", "that is more than any limit can be", field="limit")
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
