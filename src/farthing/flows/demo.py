"""The demo household: the Okafors, linked to the bank simulator through the same commands as anybody's bank."""

from __future__ import annotations

import asyncio
import contextlib

from farthing.budgets import Budget, Period, write_budget
from farthing.categorize.taxonomy import by_slug
from farthing.connections import store
from farthing.connections.model import Status
from farthing.core.dates import Month
from farthing.core.errors import Missing, Refused
from farthing.core.ids import BudgetId, HouseholdId, new_id
from farthing.flows.desk import write_desk
from farthing.flows.link import link_with_token
from farthing.flows.manage_categories import CategoryEdit, edit_category
from farthing.flows.members import find_member
from farthing.flows.refresh import sync_now
from farthing.flows.sandbox import sandbox_token
from farthing.flows.sign_up import Wish, add_member
from farthing.flows.world import World
from farthing.ledger.model import Actor
from farthing.people.model import Login, Settings

DEMO_EMAIL = "demo@farthing.example"
DEMO_PASSWORD = "every farthing counts"  # noqa: S105 - printed on the terminal, for a household of invented people
BANKS = ("ins_25", "ins_128026", "ins_56", "ins_12")
PERSONA = "user_okafor"
HISTORY_DAYS = 730
DEMO_ZONE = "America/Los_Angeles"
LIMITS = {
    "groceries": 820, "restaurants": 260, "fast_food": 60, "coffee": 70, "home_improvement": 120, "kids_things": 130, "tuition": 100,
    "sports": 150, "hair_beauty": 60, "events": 130, "games": 40,
}  # fmt: skip
GROUP_LIMITS = {"transport": 270, "health": 180, "pets": 120, "travel": 550, "shopping": 560, "gifts": 180}
BILLS = ("digital",)  # their iCloud comes every month, and they say so


async def make_demo(world: World) -> bool:
    """Make it if it is not there; False when it was. Its banks are linked and read by a worker, as everybody's."""
    if login := await _held(world):
        await _look_again(world, login.household_id, Actor("command", login.member_id))
        return False
    tokens = [await sandbox_token(world, bank=bank, user=PERSONA, days=HISTORY_DAYS) for bank in BANKS]
    settings = Settings(name="Okafor household", currency="USD", zone=DEMO_ZONE, locale="en-US")
    login = await add_member(world, Wish(email=DEMO_EMAIL, password=DEMO_PASSWORD, name="Maya Okafor", settings=settings, demo=True))
    actor = Actor("command", login.member_id)
    for slug in BILLS:
        await edit_category(world, login.household_id, actor, by_slug(slug).category_id, CategoryEdit(bill=True))
    await _set_limits(world, login.household_id, actor)
    await asyncio.gather(*(link_with_token(world, login.household_id, actor, "plaid", token) for token in tokens))
    return True


async def _held(world: World) -> Login | None:
    try:
        return await find_member(world, DEMO_EMAIL)
    except Missing:
        return None


async def _look_again(world: World, household_id: HouseholdId, actor: Actor) -> None:
    """Its banks send webhooks to where we answered the last time: they are asked anew, and told where we are."""
    async with world.db.unit(household_id) as unit:
        links = await store.every(unit, await world.keyring.sealer(unit, household_id))
    for link in links:
        if link.status is not Status.SIGN_IN_AGAIN:
            with contextlib.suppress(Refused):  # it has ended
                await sync_now(world, household_id, actor, link.connection_id, at_bank=True)


async def _set_limits(world: World, household_id: HouseholdId, actor: Actor) -> None:
    async with write_desk(world, household_id, actor) as desk:
        wanted: list[tuple[int | None, str | None, int]] = [(by_slug(s).category_id, None, limit) for s, limit in LIMITS.items()]
        wanted += [(None, group, limit) for group, limit in GROUP_LIMITS.items()]
        for category_id, group, limit in wanted:
            budget = Budget(
                budget_id=BudgetId(new_id()),
                limit_minor=limit * 100,
                currency=desk.household.currency,
                period=Period.MONTH,
                starts=Month.of(desk.today).plus(-12).first,
                created_at=desk.at,
                category_id=category_id,
                group=group,
            )
            await write_budget(desk.unit, desk.sealer, budget)
