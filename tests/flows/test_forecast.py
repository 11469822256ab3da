"""The forecast of a household: drawn beside the ledger, kept, and never behind what it is shown with."""

from __future__ import annotations

import datetime as dt

from test_channels import raised

from farthing.connections.due import Kind
from farthing.core.dates import FixedClock
from farthing.flows.desk import read_desk
from farthing.flows.look_ahead import forecast_of
from farthing.flows.look_anew import look_anew
from farthing.flows.manage_recurring import confirm_sure
from farthing.flows.refresh_forecast import refresh_forecast
from farthing.flows.world import World
from farthing.insights.forecast import Forecast, Line, kept_forecast
from world import Family, found

RENT = tuple(f"2026-{m:02d}-01 -1200.00 ALDER COURT RENT as Alder_Court r{m}" for m in range(6, 12))
SHOP = tuple(f"{dt.date(2026, 11, 21) - dt.timedelta(days=7 * n)} -50.00 ZORBLAX code FOOD_AND_DRINK_GROCERIES g{n}" for n in range(20))


async def ahead(family: Family) -> Forecast:
    async with read_desk(family.world, family.household_id, family.actor) as desk:
        return await forecast_of(desk)


async def kept(family: Family) -> Forecast | None:
    async with family.unit() as (unit, sealer):
        return await kept_forecast(unit, sealer)


def together(made: Forecast, unit: str = "USD") -> Line:
    line = made.line(0, unit)
    assert line is not None
    return line


async def lived_in(world: World, family: Family) -> None:
    family.bank.has("checking", balance=200_000)
    await family.bank(*RENT, *SHOP)
    await look_anew(world, family.household_id)
    await confirm_sure(world, family.household_id, family.actor)


async def test_confirmed_payments_and_the_habits_of_the_household_come_off_its_balance(world: World, household: Family) -> None:
    await lived_in(world, household)
    line = together(await ahead(household))
    assert line.points[0].middle == 200_000
    assert line.points[8].middle == 200_000 - 5_000  # Saturday's shopping
    assert line.points[9].middle == 200_000 - 5_000 - 120_000  # the rent on 1 December
    assert [(m.day, m.amount) for m in line.moves if m.amount < -5_000] == [(9, -120_000), (40, -120_000)]


async def test_pending_rows_are_counted_though_the_bank_has_not_booked_them(world: World, household: Family) -> None:
    await lived_in(world, household)
    await household.bank("2026-11-22 -30.00 THAI TOM pending p1")
    assert together(await ahead(household)).points[0].middle == 200_000 - 3_000


async def test_what_a_card_owes_is_taken_from_what_there_is(world: World, household: Family) -> None:
    await lived_in(world, household)
    household.bank.has("card", balance=-40_000)
    await household.bank("2026-11-20 -400.00 SHOES in card c1")
    made = await ahead(household)
    assert together(made).points[0].middle == 160_000
    card = made.line(await household.account_id("card"))
    assert card is not None
    assert card.young


async def test_a_young_household_is_told_nothing(household: Family) -> None:
    await household.bank("2026-11-20 -12.00 BAKER x1")
    assert together(await ahead(household)).young
    assert (await ahead(household)).chances == ()


async def test_it_is_kept_after_series_have_settled_and_drawn_anew_once_the_ledger_went_on(world: World, household: Family) -> None:
    await lived_in(world, household)
    assert await kept(household) is None
    assert await household.wishes(Kind.FORECAST) == 1

    await refresh_forecast(world, household.household_id)

    held = await kept(household)
    assert held == await ahead(household)
    await household.bank("2026-11-22 -30.00 THAI TOM pending p1")
    assert await kept(household) == held  # nobody has looked since
    assert together(await ahead(household)).points[0].middle == 200_000 - 3_000


async def test_what_is_said_of_a_forecast_does_not_throw_it_away(world: World, household: Family) -> None:
    """Given a kept forecast, when an alert rises and another hour comes, then a page takes it as it is."""
    await lived_in(world, household)
    await refresh_forecast(world, household.household_id)
    held = await kept(household)
    await raised(household, "Zorblax")
    assert isinstance(world.clock, FixedClock)
    world.clock.forward(hours=1)
    made = await ahead(household)
    assert made == held
    async with household.desk() as desk:
        assert desk.household.version > made.version == desk.household.figures_version


async def test_other_units_stay_apart_and_what_has_no_rate_is_named(world: World) -> None:
    family = await found(world)
    family.bank.has("checking", balance=10_000)
    family.bank.has("savings", currency="XTS", balance=500)
    await family.bank(*SHOP, *(f"2026-{m:02d}-05 1.00 INTEREST in savings i{m}" for m in range(6, 11)))
    made = await ahead(family)
    assert together(made).points[0].middle == 10_000
    assert made.unrated == ("XTS",)
