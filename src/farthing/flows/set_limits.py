"""Limits as people set them on the page of a month: `250`, `+50`, `=avg3`, `last`; one alone, or a whole first budget from the medians."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

import msgspec
from msgspec import UNSET

from farthing.budgets import Budget, Kind, Period, Spending, Way, budgets, in_force, period_of, runs, spending_of
from farthing.core.dates import Month
from farthing.core.errors import Rejected
from farthing.core.money import Money, decimal_text, exponent
from farthing.flows.desk import Desk, write_desk
from farthing.flows.edit import accept_category
from farthing.flows.left_to_spend import everyday
from farthing.flows.limit_steps import SCOPES, joined, said_anew
from farthing.flows.manage_budgets import (
    DIGITS_MAX,
    BudgetEdit,
    BudgetWish,
    Changed,
    accept_limit,
    find_budget,
    made,
    one_of,
    revising,
)
from farthing.flows.put_in_envelopes import accept_assigned, put_in
from farthing.flows.revise_budgets import BudgetChange, Revising, revise_all, revise_budgets
from farthing.flows.typed import plain_amount
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ledger.model import Actor

MEDIAN_MONTHS = 3
_AVERAGE = re.compile(r"=?\s*(?:avg|average|mean)\s*([1-9]|1[0-2])?", re.ASCII)
HOW = "write an amount such as 250, or +50, =avg3 or last"


class Suggestion(msgspec.Struct, frozen=True):
    """A limit that the last months suggest for a category; `held` is its budget, where it has one."""

    category_id: int
    median: int
    limit: int
    held: Budget | None = None


async def meant(desk: Desk, text: str, budget: Budget, *, month: Month, held: int | None = None) -> int:
    """The limit in minor units that the words mean for a budget in the period of `month`; `held` is the limit as it is. Raises Rejected."""
    return accept_limit(await amount_meant(desk, text, budget, month=month, held=held))


async def amount_meant(desk: Desk, text: str, budget: Budget, *, month: Month, held: int | None = None) -> int:
    """As `meant`, and it may be nothing or less; raises Rejected."""
    said = text.strip().casefold().replace("\u2212", "-").removesuffix("()")
    if said.lstrip("=").strip() == "last":
        return await _averaged(desk, budget, month=month, count=1)
    if found := _AVERAGE.fullmatch(said):
        return await _averaged(desk, budget, month=month, count=int(found[1] or MEDIAN_MONTHS))
    said = said.removeprefix("=").strip()
    step = held if held is not None and said[:1] in {"+", "-"} else None
    minor = parse_amount(desk, said.removeprefix("+"), budget.currency)
    return minor if step is None else step + minor


def parse_amount(desk: Desk, text: str, currency: str) -> int:
    """An amount as it was typed, with or without its unit; letters besides that are no amount."""
    code = currency.casefold()
    if any(c.isalpha() for c in text.casefold().strip().removeprefix(code).removesuffix(code)):
        raise Rejected("bad_limit", HOW, field="limit")
    plain = plain_amount(text, desk.household.locale or "en_US")
    if sum(c.isdigit() for c in plain.partition(".")[0]) > DIGITS_MAX:
        raise Rejected("limit_too_large", "that is more than any limit can be", field="limit")
    try:
        return Money.parse(plain, currency, field="limit").minor
    except Rejected as error:
        if error.code == "bad_amount":
            raise Rejected("bad_limit", HOW, field="limit") from error
        raise


async def _averaged(desk: Desk, budget: Budget, *, month: Month, count: int) -> int:
    """What the `count` periods before this one cost on average, rounded up to whole units."""
    step = 12 if budget.period == Period.YEAR else 1
    this = Month(month.year, 1) if budget.period == Period.YEAR else month
    first, last = this.plus(-count * step), this.plus(-1)
    spending = await spending_of(desk.unit, [budget], first, last, home=desk.household.currency, groups=desk.categories)
    total = sum(out for out, _ in spending.of(budget).values())
    if total <= 0:
        when = f"the last {count} {budget.period.name.lower()}s" if count > 1 else f"the {budget.period.name.lower()} before"
        raise Rejected("nothing_spent", f"nothing was spent on this in {when}", field="limit")
    return accept_limit(rounded_up(-(-total // count), budget.currency))


def rounded_up(minor: int, currency: str, *, units: int = 1) -> int:
    """To a whole number of `units` of the currency."""
    step: int = units * 10 ** min(exponent(currency), 3)
    return -(-minor // step) * step


async def set_limits(
    world: World, household_id: int, actor: Actor, picks: Mapping[int, str], *, month: Month, scope: str = "from"
) -> tuple[int, int]:
    """Other limits for budgets by id, from the words in their fields, from that month on or (`scope` only) in it alone; one batch.

    Where the household plans, an envelope gets so much in that month. Returns how many changed, and the batch (0: none). Raises Missing, or
    Rejected with the field `limit.` and the budget's number.
    """
    if scope not in SCOPES:
        raise Rejected("bad_scope", f"one of {', '.join(SCOPES)}", field="scope")
    async with write_desk(world, household_id, actor) as desk:
        every = await budgets(desk.unit, desk.sealer)
        found = [await _changed(desk, every, key, text, month=month, kind=SCOPES[scope]) for key, text in picks.items()]
        found = [c for c in found if c.budgets or c.steps]
        if not found:
            return 0, 0
        revised = await revise_all(desk, joined(*found))
    await wake(world, household_id, revised.version, ["budget"])
    return len(found), revised.batch_id


async def _changed(desk: Desk, every: Sequence[Budget], budget_id: int, text: str, *, month: Month, kind: Kind) -> Revising:
    held = one_of(every, budget_id)
    try:
        envelope = next((b for b in in_force(every, Way.of(desk.household)) if b.envelope and b.budget_id == budget_id), None)
        if envelope is not None:
            now = envelope.limit_in(month.first)
            return put_in(held, month, accept_assigned(await amount_meant(desk, text, envelope, month=month, held=now)))
        limit = await meant(desk, text, held, month=month, held=_limit_at(held, month))
        return said_anew(held, limit, month.first, kind)
    except Rejected as error:
        raise Rejected(error.code, error.detail, field=f"limit.{budget_id}") from error


def _limit_at(held: Budget, month: Month) -> int:
    return held.limit_in(period_of(held, month.first)[0].first)


async def reshape_budget(world: World, household_id: int, actor: Actor, budget_id: int, wish: BudgetEdit, *, month: Month) -> Changed:
    """Everything about a budget that can change, its limit in the same words. Raises Missing, Rejected."""
    async with write_desk(world, household_id, actor) as desk:
        held = await find_budget(desk, budget_id)
        if isinstance(wish.limit, str):
            limit = await meant(desk, wish.limit, held, month=month, held=_limit_at(held, month))
            same = limit == _limit_at(held, month)
            wish = msgspec.structs.replace(wish, limit=UNSET if same else decimal_text(limit, held.currency), on=month.first)
        asked = revising(desk, held, wish)
        if not asked.steps and all(c.before == c.after for c in asked.budgets):
            return Changed(held, 0)
        revised = await revise_all(desk, asked)
    await wake(world, household_id, revised.version, ["budget"])
    return Changed(asked.budgets[0].after or held, revised.batch_id)


async def add_limit(world: World, household_id: int, actor: Actor, wish: BudgetWish, *, month: Month) -> Changed:
    """A new budget from that month on, its limit in the same words. Raises Rejected, Conflict."""
    async with write_desk(world, household_id, actor) as desk:
        held = await budgets(desk.unit, desk.sealer)
        like = made(desk, msgspec.structs.replace(wish, limit="1"), held)
        minor = await meant(desk, wish.limit, like, month=month)
        budget = made(desk, msgspec.structs.replace(wish, limit=decimal_text(minor, like.currency)), held)
        revised = await revise_budgets(desk, [BudgetChange(None, budget)])
    await wake(world, household_id, revised.version, ["budget"])
    return Changed(budget, revised.batch_id)


def suggestions(desk: Desk, spending: Spending, months: Sequence[dt.date], held: Sequence[Budget]) -> list[Suggestion]:
    """The median of `months` (those with any spending) for each everyday category that has no limit through its group, largest first."""
    return sorted(suggesting(desk, spending, months, held), key=lambda s: (-s.median, s.category_id))


def suggesting(desk: Desk, spending: Spending, months: Sequence[dt.date], held: Sequence[Budget]) -> Iterator[Suggestion]:
    """The same one by one, in no order."""
    monthly = [b for b in held if b.period == Period.MONTH]
    by_category = {b.category_id: b for b in monthly if b.category_id is not None}
    grouped = {b.group for b in monthly if b.group is not None}
    free, unit = everyday(desk.categories) - {0}, desk.household.currency
    alive = [m for m in months if any(m in series for series in spending.by_category.values())]
    for category_id, series in spending.by_category.items():
        if category_id not in free or not alive or desk.categories.shown_in(category_id) in grouped:
            continue
        typical = int(median([series[m][0] if m in series else 0 for m in alive]))
        if typical > 0:
            limit = rounded_up(typical, unit, units=10 if typical >= 10 ** (exponent(unit) + 2) else 5)
            yield Suggestion(category_id, typical, limit, by_category.get(category_id))


async def fill(world: World, household_id: int, actor: Actor, picks: Mapping[int, str], *, month: Month) -> tuple[int, int]:
    """Keep limits by category, from that month on; one batch. Returns how many changed, and the batch (0: none).

    Raises Rejected, its field `limit.` and the category's number.
    """
    async with write_desk(world, household_id, actor) as desk:
        held = await budgets(desk.unit, desk.sealer)
        changes = [c for key, text in picks.items() if (c := _picked(desk, key, text, held, month)) is not None]
        if not changes:
            return 0, 0
        revised = await revise_all(desk, joined(*changes))
    await wake(world, household_id, revised.version, ["budget"])
    return len(changes), revised.batch_id


def _picked(desk: Desk, category_id: int, text: str, held: Sequence[Budget], month: Month) -> Revising | None:
    try:
        accept_category(desk, category_id)
        limit = accept_limit(parse_amount(desk, text, desk.household.currency))
        running = next((b for b in held if b.category_id == category_id and b.period == Period.MONTH and runs(b, month.first)), None)
        if running is not None:
            found = said_anew(running, limit, month.first, Kind.FROM)
            return found if found.budgets else None
        wish = BudgetWish(limit=decimal_text(limit, desk.household.currency), starts=month.first, category_id=category_id)
        return Revising(budgets=[BudgetChange(None, made(desk, wish, held))])
    except Rejected as error:
        raise Rejected(error.code, error.detail, field=f"limit.{category_id}") from error
