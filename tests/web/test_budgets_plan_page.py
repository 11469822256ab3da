"""/budgets where the household plans, where budgets are off, and one budget opened, through the real application."""

from __future__ import annotations

from farthing.flows.manage_recurring import confirm_series
from farthing.flows.refresh_recurring import refresh_recurring
from farthing.insights.recurring.store import held_series
from web.test_budgets_page import GROCERIES, PAGE, RENT, add, batch_of, row, spend, toast, undo
from web.visit import Browser
from world import Bank, Family


async def test_a_limit_changed_in_the_table_is_for_this_month_alone_where_that_is_said(reader: Browser, household: Family) -> None:
    await reader.open(PAGE)
    groceries = await add(reader, household, "groceries", "100")
    await reader.send(PAGE, intent="limit", budget_id=groceries, limit="+40", scope="only")
    assert (toast(reader), row(reader, groceries)[-5:]) == ("The limit is changed in this month alone.", "[140]")
    await reader.open("/budgets/2026-12")
    assert row(reader, groceries)[-5:] == "[100]"
    await reader.send("/budgets/2026-12", intent="limit", budget_id=groceries, limit="70", scope="from")
    assert toast(reader) == "The limit is changed from this month on."
    await undo(household, batch_of(reader))
    await reader.open("/budgets/2027-01")
    assert row(reader, groceries)[-5:] == "[100]"


async def test_a_budget_opened_says_what_it_cost_and_when_its_limit_holds(reader: Browser, household: Family, bank: Bank) -> None:
    await spend(bank)
    await reader.open(PAGE)
    groceries = await add(reader, household, "groceries", "820", rollover="both", cap="100")
    await reader.open(f"{PAGE}?edit={groceries}")
    assert "The limit holds From November on In November alone" in reader.words
    assert "−574.33 All of them" in reader.words
    assert 'name="cap" inputmode="decimal" autocomplete="off" value="100"' in reader.page
    fields = {"name": "Food", "rollover": "both", "alerts": "80"}
    await reader.send(PAGE, intent="edit", budget_id=groceries, limit="900", cap="-4", scope="only", **fields)
    assert (reader.status, "A cap is more than nothing." in reader.words) == (422, True)
    await reader.send(PAGE, intent="edit", budget_id=groceries, limit="900", cap="50", scope="only", **fields)
    assert row(reader, groceries)[-5:] == "[900]"
    await reader.open("/budgets/2026-12")
    assert row(reader, groceries) == "Food 0.00 870.00 [820]"


async def test_a_plan_shows_the_sum_of_the_month_and_what_is_in_each_envelope(reader: Browser, household: Family, bank: Bank) -> None:
    await spend(bank)
    await bank("2026-11-01 3000.00 ACME PAYROLL code INCOME_WAGES p1")
    await reader.open(PAGE)
    groceries, vet = await add(reader, household, "groceries", "820"), await add(reader, household, "vet", "50")
    await reader.send(PAGE, intent="mode", mode="plan")
    assert toast(reader) == "Every unit of money gets a place now."
    assert "Still to assign $3,000.00 give every unit of it a place" in reader.words
    assert "Came in during November +3,000.00 Still to assign $3,000.00" in reader.words
    assert row(reader, groceries) == "Groceries 574.33 Cover574.33 over [0]"
    await reader.send(PAGE, intent="assign")
    assert (row(reader, groceries), row(reader, vet)) == ("Groceries 574.33 245.67 [820]", "Vet 0.00 50.00 [50]")
    assert "Spent 574.33 Assigned 870.00 Available 295.67" in reader.words
    assert "Without an envelope See 2 categories 2,342.15 none −2,342.15" in reader.words
    await reader.send(PAGE, intent="hold", amount="1,000")
    assert "Kept for December −1,000.00 Still to assign $1,130.00" in reader.words
    await reader.send(PAGE, intent="move", budget_id=vet, other_id=groceries, amount="45", way="in")
    assert (row(reader, groceries)[-5:], row(reader, vet)[-4:]) == ("[775]", "[95]")
    await undo(household, batch_of(reader))
    await reader.send(PAGE, intent="move", budget_id=vet, other_id="", amount="51", way="out")
    assert (reader.status, "There is not so much in it." in reader.words) == (422, True)
    await reader.send(PAGE, intent="limit", budget_id=vet, limit="0", envelopes="1")
    assert (toast(reader), row(reader, vet)[-3:]) == ("Assigned.", "[0]")


async def test_off_measures_nothing_and_says_how_to_begin_again(reader: Browser, household: Family, bank: Bank) -> None:
    await bank(f"2026-11-02 -90.00 SAFEWAY {GROCERIES} x1")
    await reader.open(PAGE)
    await add(reader, household, "groceries", "50")
    await reader.send(PAGE, intent="mode", mode="off")
    assert "Budgets are off" in reader.words
    assert "reached" not in reader.words
    await reader.open("/")
    assert "over" not in reader.words.split("Needs you")[-1][:40]
    await reader.send(PAGE, intent="mode", mode="track")
    assert "Over budget −$40.00" in reader.words
    await reader.send(PAGE, intent="mode", mode="zen")
    assert reader.status == 422


async def test_what_is_confirmed_to_come_is_drawn_beside_what_was_spent(reader: Browser, household: Family, bank: Bank) -> None:
    await bank(*(f"2026-{m:02d}-25 -1200.00 ALDER COURT {RENT} as Alder_Court r{m}" for m in range(5, 11)))
    await refresh_recurring(household.world, household.household_id)
    async with household.unit() as (unit, sealer):
        (series,) = await held_series(unit, sealer)
    await reader.open(PAGE)
    await add(reader, household, "rent", "1300")
    assert "to come" not in reader.words
    await confirm_series(household.world, household.household_id, household.actor, series.recurring_id)
    await reader.open(PAGE)
    assert "$1,200.00 to come" in reader.words
    assert "25 Nov Alder Court −1,200.00" in reader.words
    assert 'fill="url(#hatch)"' in reader.page
    await reader.open("/budgets/2026-10")
    assert "to come" not in reader.words
