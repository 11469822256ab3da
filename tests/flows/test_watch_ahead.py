"""A balance that will fall below nought and a budget that will likely be passed: told ahead, once, and taken back when no longer so."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.connections import due
from farthing.connections.due import Kind as Work
from farthing.core.errors import Rejected
from farthing.core.ids import public
from farthing.flows.desk import read_desk
from farthing.flows.draw_lines import LinesWish, draw_lines
from farthing.flows.manage_accounts import AccountEdit, edit_account
from farthing.flows.manage_budgets import BudgetEdit, BudgetWish, add_budget, edit_budget
from farthing.flows.manage_recurring import confirm_sure
from farthing.flows.read_alerts import tellers_of
from farthing.flows.refresh_forecast import refresh_forecast
from farthing.flows.refresh_recurring import refresh_recurring
from farthing.flows.say_alert import told as alert_for_programs
from farthing.flows.watch import watch
from farthing.flows.watch_ahead import about
from farthing.notify.alerting import Kind, alerts
from farthing.worker.tasks import do
from world import Bank, Family

FOOD = "code FOOD_AND_DRINK_GROCERIES"
RENT = tuple(f"2026-{m:02d}-01 -1200.00 ALDER COURT RENT as Alder_Court r{m}" for m in range(6, 12))
KINDS = (Kind.LOW_BALANCE, Kind.PACE)
WORK = (Work.RECURRING, Work.FORECAST, Work.WATCH)
ROUNDS = 5  # each leads to at most the next


async def told(household: Family) -> list[str]:
    """What is said ahead, once everything has been looked at: alerts that stand in words, the others as their correction."""
    me = (household.world, household.household_id)
    await refresh_recurring(*me)
    await confirm_sure(*me, household.actor)
    await refresh_recurring(*me)
    await refresh_forecast(*me)
    await watch(*me)
    return await said(household)


async def all_done(household: Family) -> None:
    """What is due is done as a worker does it, and what that wished for."""
    for _ in range(ROUNDS):
        async with household.world.db.lookup() as conn:
            rows = await due.claim_of(conn, household.household_id, 60, WORK, household.world.clock.now())
        for row in rows:
            again = await do(household.world, row)
            async with household.world.db.lookup() as conn:
                await due.finish(conn, row, again)


async def said(household: Family) -> list[str]:
    """Alerts of what is ahead, as above."""
    return await household.alerts(*KINDS)


async def test_a_rent_that_the_account_cannot_pay_is_told_and_taken_back_when_money_came(household: Family, bank: Bank) -> None:
    bank.has("checking", balance=100_000)
    await bank(*RENT)
    assert await told(household) == ["Checking falls to about −$200 on 1 Dec"]
    assert await told(household) == ["Checking falls to about −$200 on 1 Dec"]

    bank.has("checking", balance=500_000)
    await bank("2026-11-22 4000.00 BONUS b1")

    assert await told(household) == ["No longer so: Checking falls to about −$200 on 1 Dec"]


async def test_what_a_low_balance_is_about_is_the_account_by_the_id_that_programs_know(household: Family, bank: Bank) -> None:
    bank.has("checking", balance=100_000)
    await bank(*RENT)
    await told(household)

    async with read_desk(household.world, household.household_id, household.actor) as desk:
        (low,) = await alerts(desk.unit, desk.sealer, kinds=[Kind.LOW_BALANCE])
        said = alert_for_programs(low, await tellers_of(desk))

    checking = public("acc", await household.account_id("Checking"), household=household.household_id)
    assert (said.subject_id, said.href) == (checking, f"/forecast?account={checking}")


async def test_an_account_that_is_renamed_has_its_new_name_in_what_was_told(household: Family, bank: Bank) -> None:
    bank.has("checking", balance=100_000)
    await bank(*RENT)
    await told(household)

    await edit_account(
        household.world, household.household_id, household.actor, await household.account_id("Checking"), AccountEdit(name="Joint")
    )

    assert await told(household) == ["Joint falls to about −$200 on 1 Dec"]


async def test_its_owner_draws_the_line_below_which_a_balance_is_low(household: Family, bank: Bank) -> None:
    bank.has("checking", balance=150_000)
    await bank(*RENT)
    assert await told(household) == []

    await draw_lines(household.world, household.household_id, household.actor, LinesWish(low_balance="500"))

    assert await told(household) == ["Checking falls to about $300 on 1 Dec, below your line of $500"]
    for wrong in ("-5", "much"):
        with pytest.raises(Rejected):
            await draw_lines(household.world, household.household_id, household.actor, LinesWish(low_balance=wrong))


async def test_a_line_that_is_drawn_is_looked_at_though_alerts_have_counted_the_ledger_on(household: Family, bank: Bank) -> None:
    bank.has("checking", balance=100_000)
    await bank(*RENT)
    assert await told(household) == ["Checking falls to about −$200 on 1 Dec"]

    await draw_lines(household.world, household.household_id, household.actor, LinesWish(low_balance="500"))
    await all_done(household)

    assert await said(household) == ["Checking falls to about −$200 on 1 Dec, below your line of $500"]


async def test_a_budget_is_told_ahead_once_and_taken_back_with_another_limit(household: Family, bank: Bank) -> None:
    days = [dt.date(2026, 11, 21) - dt.timedelta(days=n) for n in range(150)]
    await bank(*(f"{d} -{20 + (13 * n) % 17}.00 ZORBLAX {FOOD} g{n}" for n, d in enumerate(days)))
    who, groceries = (household.world, household.household_id, household.actor), await household.category("groceries")
    made = await add_budget(*who, BudgetWish(limit="750.00", starts=dt.date(2026, 11, 1), category_id=groceries, alerts=()))
    (said,) = await told(household)
    assert said.startswith("Groceries is 100 % likely to pass $750, about ")
    assert await told(household) == [said]

    await edit_budget(*who, made.budget.budget_id, BudgetEdit(limit="950.00"))
    await bank("2026-11-22 -0.01 ZORBLAX y1")

    assert await told(household) == [f"No longer so: {said}"]


@pytest.mark.parametrize(("minor", "said"), [(123_456, 120_000), (-987, -990), (7, 7), (0, 0), (-1_550, -1_600)])
def test_a_guess_is_told_with_two_digits(minor: int, said: int) -> None:
    assert about(minor) == said
