"""A budget has one thing to say at a time: a threshold gives way to the next, and is right again when that one is taken back."""

from __future__ import annotations

import json

from test_channels import made, told, with_settings
from test_drain import PostOffice
from test_hooks import program_of_theirs
from test_manage_budgets import budget, standing_alerts

from farthing.budgets import Budget
from farthing.flows.drain import drain
from farthing.flows.manage_budgets import BudgetEdit, edit_budget
from farthing.flows.manage_hooks import add_endpoint
from farthing.flows.post_hooks import post_hooks
from farthing.flows.world import World
from farthing.notify.alerting import alerts, unread
from web.visit import browser, program
from world import Bank, Family

NEAR, OVER = "2026-11-02 -85.00 ZORBLAX x1", "2026-11-02 -120.00 ZORBLAX x1"


async def near(household: Family, bank: Bank) -> Budget:
    """85 of 100 are spent, and it was said."""
    one = await budget(household, "uncategorised", "100")
    await bank(NEAR)
    assert await standing_alerts(household) == ["2026-11 80"]
    return one


async def passed_by(household: Family) -> list[tuple[int, int | None]]:
    async with household.unit() as (unit, sealer):
        return sorted((a.threshold, a.passed_by) for a in await alerts(unit, sealer))


async def test_a_threshold_gives_way_to_the_next_and_is_right_again_without_it(household: Family, bank: Bank) -> None:
    await near(household, bank)
    await bank(OVER)
    assert await standing_alerts(household) == ["2026-11 100"]
    assert await passed_by(household) == [(80, 100), (100, None)]
    async with household.unit() as (unit, _):
        assert await unread(unit, count=100) == 1
    assert await household.is_sound()
    await bank(NEAR)
    assert await standing_alerts(household) == ["2026-11 80"]
    assert await passed_by(household) == [(80, None), (100, None)]


async def test_of_thresholds_passed_at_once_the_highest_alone_is_said(household: Family, bank: Bank) -> None:
    await budget(household, "uncategorised", "100", alerts=[50, 80, 100, 150])
    await bank(OVER)
    assert await passed_by(household) == [(100, None)]
    await bank(NEAR)
    assert await standing_alerts(household) == ["2026-11 80"]


async def test_a_letter_takes_nothing_back_that_only_gave_way(world: World, household: Family, bank: Bank) -> None:
    """Given a reader who was told of both, when the limit is raised, then of each they hear once that it is no longer so."""
    async with PostOffice() as office:
        mailing = with_settings(world, smtp_url=office.url)
        one = await made(mailing, household, f"mailto:{household.email}")
        limit = await near(household, bank)
        await told(mailing, household, one)
        for row in (OVER, NEAR):
            await bank(row)
            await told(mailing, household, one)
        await edit_budget(household.world, household.household_id, household.actor, limit.budget_id, BudgetEdit(limit="1000"))
        await told(mailing, household, one)
    assert [str(letter["subject"]).replace("\u00a0", " ") for letter in office.letters] == [
        "Not sorted yet reached 80 % of $100",
        "Not sorted yet reached 100 % of $100",
        "No longer so: Not sorted yet reached 100 % of $100",
        "No longer so: Not sorted yet reached 80 % of $100",
    ]


async def test_a_program_hears_what_gave_way_and_what_stands_again(world: World, household: Family, bank: Bank) -> None:
    async with program_of_theirs([]) as (place, heard):
        allowed = with_settings(world, channel_hosts=place)
        endpoint = (await add_endpoint(allowed, household.household_id, household.actor, f"http://{place}/hook")).endpoint
        await near(household, bank)
        for row in (OVER, NEAR):
            await bank(row)
        await drain(allowed, household.household_id)
        await post_hooks(allowed, household.household_id, endpoint.endpoint_id)
    said = [json.loads(body)["data"] for _, body in heard if json.loads(body)["type"] == "alerts.changed"]
    told_of = [{list_: [a["threshold"] for a in one[list_]] for list_ in ("raised", "restated", "withdrawn")} for one in said]
    assert told_of == [
        {"raised": [80], "restated": [], "withdrawn": []},
        {"raised": [100], "restated": [], "withdrawn": [80]},
        {"raised": [], "restated": [80], "withdrawn": [100]},
    ]


async def test_page_and_api_say_which_threshold_took_its_place(world: World, household: Family, bank: Bank) -> None:
    await near(household, bank)
    await bank(OVER)
    async with browser(world, household) as reader, program(world, household) as api:
        await reader.open("/alerts")
        assert "now over 100 % since 22 Nov" in reader.words
        assert "no longer so" not in reader.words
        items = (await api.get("/alerts")).json()["items"]
    assert [(i["threshold"], i["passed_by"], i["withdrawn_at"] is None) for i in items] == [(100, None, True), (80, 100, False)]
