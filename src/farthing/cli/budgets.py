"""Budgets at a terminal: limits, what is said of single months, covering, and envelopes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from farthing.cli.frame import as_json_option, run, table, tell

if TYPE_CHECKING:
    from farthing.cli.compose import Caller
    from farthing.flows.put_in_envelopes import Planned

MONTH = click.option("--month", default=None, metavar="YYYY-MM", help="Which month. Default: this one.")


@click.group()
def budget() -> None:
    """Budgets: limits, other limits for single months, envelopes. How they stand: `farthing budgets`.

    Example: farthing budget add ada@example.org groceries 600 --rollover surplus
    """


@budget.command()
@click.argument("email")
@click.argument("target", metavar="CATEGORY|GROUP|all")
@click.argument("limit")
@click.option("--period", type=click.Choice(["month", "year"]), default="month", show_default=True)
@click.option("--rollover", type=click.Choice(["none", "surplus", "both"]), default="none", show_default=True)
@click.option("--cap", help="The most that is handed on, either way.")
@click.option("--currency", help="Another unit than the household's.")
@click.option("--name", default="", help="What it is called; after what it limits without it.")
@as_json_option
def add(email: str, target: str, limit: str, as_json: bool, **given: Any) -> None:
    """A limit from this period on. Example: farthing budget add ada@example.org food 900 --rollover both --cap 200"""

    async def story() -> None:
        from farthing.cli.categories import find_category
        from farthing.cli.compose import open_caller
        from farthing.flows.desk import read_desk
        from farthing.flows.manage_budgets import BudgetWish, add_budget

        async with open_caller(email) as who:
            async with read_desk(who.world, who.household_id, who.actor) as desk:
                held = desk.categories.group_named(target)
                group = held.slug if held else None
                category = None if group or target == "all" else find_category(desk, target)
                starts = desk.today
            wish = BudgetWish(category_id=category, group=group, everything=target == "all", limit=limit, starts=starts, **given)
            made = await add_budget(who.world, who.household_id, who.actor, wish)
            await _told(who, int(made.budget.budget_id), made.batch_id, as_json=as_json)

    run(story())


@budget.command()
@click.argument("email")
@click.argument("name", metavar="BUDGET")
@click.argument("limit")
@MONTH
@click.option("--only", is_flag=True, help="In that month alone; past and later months keep their limit.")
@as_json_option
def limit(email: str, name: str, limit: str, *, month: str | None, only: bool, as_json: bool) -> None:
    """Another limit from a month on: 250, +50, =avg3 or last. Example: farthing budget limit ada@example.org groceries +50 --only"""

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.flows.set_limits import set_limits

        async with open_caller(email) as who:
            key, at = await _find(who, name, month)
            scope = "only" if only else "from"
            _, batch = await set_limits(who.world, who.household_id, who.actor, {key: limit}, month=at, scope=scope)
            await _told(who, key, batch, month=month, as_json=as_json)

    run(story())


@budget.command()
@click.argument("email")
@click.argument("name", metavar="BUDGET")
@as_json_option
def remove(email: str, name: str, as_json: bool) -> None:
    """Delete a budget with its alerts. Example: farthing budget remove ada@example.org groceries"""

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.core.ids import public
        from farthing.flows.manage_budgets import delete_budget

        async with open_caller(email) as who:
            key, _ = await _find(who, name, None)
            batch = public("bat", await delete_budget(who.world, who.household_id, who.actor, key))
        tell({"batch_id": batch}, as_json=as_json, words=lambda: f"deleted; farthing undo {email} {batch} brings it back")

    run(story())


@budget.command()
@click.argument("email")
@click.argument("name", metavar="BUDGET")
@click.argument("source", metavar="FROM")
@MONTH
@as_json_option
def cover(email: str, name: str, source: str, month: str | None, as_json: bool) -> None:
    """What one that is over lacks comes out of another. Example: farthing budget cover ada@example.org restaurants travel"""

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.flows.cover import cover as cover_one

        async with open_caller(email) as who:
            (key, at), (giver, _) = await _find(who, name, month), await _find(who, source, month)
            covered = await cover_one(who.world, who.household_id, who.actor, key, giver, month=at)
            await _told(who, key, covered.batch_id, month=month, as_json=as_json)

    run(story())


@budget.command()
@click.argument("email")
@click.argument("mode", type=click.Choice(["off", "track", "plan"]))
@click.option("--opening", help="What there was to assign when the plan began.")
@as_json_option
def mode(email: str, mode: str, opening: str | None, as_json: bool) -> None:
    """Limits (track), envelopes (plan), or no budgets. Example: farthing budget mode ada@example.org plan --opening 2400"""

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.flows.put_in_envelopes import choose

        async with open_caller(email) as who:
            minor = await _minor(who, opening) if opening is not None else None
            await choose(who.world, who.household_id, who.actor, mode, opening=minor)
        tell({"mode": mode}, as_json=as_json, words=lambda: mode)

    run(story())


@budget.command()
@click.argument("email")
@click.argument("amount")
@click.option("--to", "target", help="The envelope that gets it. Without it: what is still to assign.")
@click.option("--from", "source", help="The envelope that gives it. Without it: what is still to assign.")
@MONTH
@as_json_option
def move(email: str, amount: str, *, target: str | None, source: str | None, month: str | None, as_json: bool) -> None:
    """Money from one envelope to another. Example: farthing budget move ada@example.org 50 --from travel --to restaurants"""

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.flows.put_in_envelopes import move as move_money

        async with open_caller(email) as who:
            ends = [(await _find(who, end, month))[0] if end else None for end in (source, target)]
            _, at = await _find(who, None, month)
            minor = await _minor(who, amount)
            await move_money(who.world, who.household_id, who.actor, minor, source_id=ends[0], target_id=ends[1], month=at)
            await _tell_plan(who, month, as_json=as_json)

    run(story())


@budget.command()
@click.argument("email")
@MONTH
@as_json_option
def plan(email: str, month: str | None, as_json: bool) -> None:
    """Envelopes of a month, and what is still to assign. Example: farthing budget plan ada@example.org"""

    async def story() -> None:
        from farthing.cli.compose import open_caller

        async with open_caller(email) as who:
            await _tell_plan(who, month, as_json=as_json)

    run(story())


async def _find(who: Caller, name: str | None, month: str | None) -> tuple[int, Any]:
    """A budget by its `bud_...`, its name or what it limits, and the month; raises Missing."""
    from farthing.cli.views import budget_name
    from farthing.core.dates import Month
    from farthing.core.errors import Missing
    from farthing.core.ids import public
    from farthing.flows.desk import read_desk
    from farthing.flows.manage_budgets import list_budgets

    async with read_desk(who.world, who.household_id, who.actor) as desk:
        at = Month.parse(month) if month else Month.of(desk.today)
        if name is None:
            return 0, at
        wanted = name.casefold()
        for one in reversed(await list_budgets(desk)):
            slug = desk.categories.of(one.category_id).slug if one.category_id is not None else one.group or "all"
            if wanted in {public("bud", one.budget_id), budget_name(desk, one).casefold(), slug}:
                return int(one.budget_id), at
    raise Missing("not_found", f"there is no budget {name}")


async def _minor(who: Caller, text: str) -> int:
    from farthing.core.money import Money
    from farthing.flows.desk import read_desk

    async with read_desk(who.world, who.household_id, who.actor) as desk:
        return Money.parse(text, desk.household.currency).minor


async def _told(who: Caller, key: int, batch_id: int, *, month: str | None = None, as_json: bool) -> None:
    """The budget as it now is in a month (default: this one), and what undoes it."""
    from farthing.budgets import period_of
    from farthing.cli.views import budget_name
    from farthing.core.dates import Month
    from farthing.core.ids import public
    from farthing.core.money import decimal_text
    from farthing.flows.desk import read_desk
    from farthing.flows.manage_budgets import find_budget

    async with read_desk(who.world, who.household_id, who.actor) as desk:
        one = await find_budget(desk, key)
        at = Month.parse(month) if month else Month.of(desk.today)
        said = {
            "id": public("bud", one.budget_id),
            "name": budget_name(desk, one),
            "limit": decimal_text(one.limit_in(period_of(one, at.first)[0].first), one.currency),
            "currency": one.currency,
            "batch_id": public("bat", batch_id) if batch_id else None,
        }
    tell(said, as_json=as_json, words=lambda: f"{said['id']}: {said['name']}, {said['limit']} {said['currency']}")


async def _tell_plan(who: Caller, month: str | None, *, as_json: bool) -> None:
    from farthing.cli.views import budget_name, on_record
    from farthing.core.dates import Month
    from farthing.core.ids import public
    from farthing.core.money import decimal_text
    from farthing.flows.desk import read_desk
    from farthing.flows.put_in_envelopes import plan_of

    async with read_desk(who.world, who.household_id, who.actor) as desk:
        planned: Planned = await plan_of(desk, Month.parse(month) if month else Month.of(desk.today))
        unit = desk.household.currency
        items = [
            {
                "budget_id": public("bud", s.budget.budget_id),
                "name": budget_name(desk, s.budget),
                **{
                    k: decimal_text(minor, unit)
                    for k, minor in (("carried", s.carried), ("assigned", s.limit - s.carried), ("spent", s.spent), ("available", s.left))
                },
            }
            for s in planned.envelopes
        ]
    await on_record(who, [0])
    rest = decimal_text(planned.funds.to_assign, unit)
    head = ("envelope", "came over", "assigned", "spent", "available")
    rows = [tuple(i[k] for k in ("name", "carried", "assigned", "spent", "available")) for i in items]
    tell(
        {"items": items, "to_assign": rest},
        as_json=as_json,
        words=lambda: "\n".join([*([table(head, rows, right=(1, 2, 3, 4))] if rows else []), f"still to assign {rest} {unit}"]),
    )
