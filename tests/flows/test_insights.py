"""Insights over a real ledger: found beside it, each with the list that has its figure, dismissed and shown again."""

from __future__ import annotations

import asyncio
import datetime as dt
import re

import pytest

from farthing.core.dates import FixedClock
from farthing.core.errors import Conflict
from farthing.flows.desk import write_desk
from farthing.flows.manage_accounts import AccountEdit, Opening, add_account, edit_account
from farthing.flows.manage_recurring import confirm_sure
from farthing.flows.refresh_insights import refresh_insights
from farthing.flows.refresh_recurring import refresh_recurring
from farthing.flows.world import World
from farthing.ledger.lock import bump
from web.visit import browser, program
from world import Family

FEES = (
    "2026-03-04 -35.00 OVERDRAFT FEE code BANK_FEES_OVERDRAFT_FEES f1",
    "2026-11-06 -3.50 ATM FEE code BANK_FEES_ATM_FEES f2",
)
MUSIC = (
    *(f"2026-{m:02d}-05 -10.99 SPOTIFY USA as Spotify s{m}" for m in range(5, 12)),
    *(f"2026-{m:02d}-09 -9.99 APPLE MUSIC as Apple_Music a{m}" for m in range(5, 12)),
)
FOOD = tuple(
    f"{2025 + (m > 12)}-{(m - 1) % 12 + 1:02d}-10 -{300 + m}.00 SAFEWAY code FOOD_AND_DRINK_GROCERIES g{m}" for m in range(10, 23)
)  # fmt: skip


async def looked(family: Family) -> dict[str, str]:
    """What is shown after a look, by kind."""
    await refresh_recurring(family.world, family.household_id)
    await confirm_sure(family.world, family.household_id, family.actor)
    await refresh_insights(family.world, family.household_id)
    async with program(family.world, family) as api:
        return {i["kind"]: i["text"] for i in (await api.get("/insights")).json()["items"]}


async def test_fees_and_services_of_one_kind_are_found_with_their_figures(household: Family) -> None:
    await household.bank(*FEES, *MUSIC)
    told = await looked(household)
    assert told["fees"] == "Bank fees took $38.50 in twelve months."
    assert told["same_kind"].startswith("Two music services: Spotify and Apple Music.")
    assert "$119.88 a year" in told["same_kind"]
    assert told["subscriptions"].startswith("2 subscriptions cost $251.76 a year")


async def test_whatever_is_sorted_as_a_fee_or_as_interest_is_told(household: Family) -> None:
    """Given rows that no bank has sorted, when they say by themselves what they are, then each is in a finding."""
    await household.bank(
        "2026-10-04 -35.00 OVERDRAFT FEE f1",
        "2026-10-06 -3.00 FOREIGN TRANSACTION FEE f2",
        "2026-10-08 -29.00 LATE PAYMENT FEE f3",
        "2026-10-09 -3.50 NON-NETWORK ATM FEE f4",
        "2026-10-20 -18.22 INTEREST CHARGE ON PURCHASES f5",
        "2026-10-21 -10.00 CASH ADVANCE FEE f6",
    )
    await refresh_insights(household.world, household.household_id)
    async with program(household.world, household) as api:
        told = {i["text"] for i in (await api.get("/insights")).json()["items"] if i["kind"] == "fees"}
    assert told == {"Bank fees took $80.50 in twelve months.", "Interest paid took $18.22 in twelve months."}


async def test_an_account_that_was_closed_or_hidden_hinders_no_insight(household: Family, world: World) -> None:
    who = (world, household.household_id, household.actor)
    for change in (AccountEdit(hidden=True), AccountEdit(closed_on=dt.date(2026, 11, 2))):
        purse = await add_account(*who, Opening(name="Purse", kind="cash", currency="USD", opening_balance="50.00"))
        await edit_account(*who, purse, change)
    await household.bank(*FEES)
    assert (await looked(household))["fees"] == "Bank fees took $38.50 in twelve months."


async def test_what_has_no_rate_is_named_where_a_figure_is_without_it_alone(household: Family, world: World) -> None:
    household.bank.has("kyiv", currency="UAH")
    await household.bank(*MUSIC, *(f"2026-{m:02d}-01 -1200.00UAH ALDER COURT RENT as Alder_Court in kyiv r{m}" for m in range(6, 12)))
    await looked(household)
    async with browser(world, household) as reader:
        await reader.open("/recurring")
        assert "without UAH" in reader.words
        await reader.open("/insights")
        assert "2 subscriptions cost $251.76 a year" in reader.words
        assert "without UAH" not in reader.words
        await household.bank(*(f"2026-{m:02d}-07 -9.00UAH NETFLIX.COM as Netflix in kyiv n{m}" for m in range(6, 12)))
        await looked(household)
        await reader.open("/insights")
        assert "without UAH" in reader.words


async def test_a_figures_link_opens_the_list_with_that_total(household: Family) -> None:
    await household.bank(*FEES, *FOOD, "2026-11-11 -900.00 SAFEWAY code FOOD_AND_DRINK_GROCERIES x9")
    told = await looked(household)
    assert told["unusual_month"].startswith("Groceries in November so far: $900.00, where $31")
    assert told["unusual_month"].endswith("more than in any of the months before.")
    async with program(household.world, household) as api:
        items = (await api.get("/insights")).json()["items"]
        listed = {i["kind"]: (i["amount"], i["href"]) for i in items}
        for kind in ("fees", "unusual_month"):
            amount, href = listed[kind]
            totals = (await api.get(re.sub(r"\bperiod=2026-11", "from=2026-11-01&to=2026-11-30", href))).json()["totals"]
            assert totals["out"] == f"-{amount}", kind


async def test_a_look_that_finds_nothing_new_changes_nothing_and_a_row_that_goes_takes_its_insight_along(household: Family) -> None:
    await household.bank(*FEES)
    assert await refresh_insights(household.world, household.household_id)
    assert not await refresh_insights(household.world, household.household_id)
    await household.bank("gone f1", "gone f2")
    assert await looked(household) == {}


async def test_a_change_that_comes_between_is_no_reason_to_forget_what_was_found(household: Family, world: World) -> None:
    await household.bank(*FEES)
    async with asyncio.timeout(20), write_desk(world, household.household_id, household.actor) as desk:
        looking = asyncio.create_task(refresh_insights(world, household.household_id))
        while not await desk.unit.conn.fetchval("select count(*) from pg_locks where not granted"):
            await asyncio.sleep(0.01)
        await bump(desk.unit, desk.household)
    with pytest.raises(Conflict):  # a worker's row comes again
        await looking
    assert await refresh_insights(world, household.household_id)


async def test_a_dismissed_one_stays_away_until_it_is_materially_more(household: Family, world: World) -> None:
    await household.bank(*FEES)
    await looked(household)
    async with browser(world, household) as reader, program(world, household) as api:
        page = await reader.open("/insights")
        assert "Bank fees took $38.50" in reader.words
        assert 'class="private" dir="ltr">Bank fees' in page  # the eye hides a figure in a sentence too
        one = re.findall(r'name="insight_id" value="(ins_\w+)"', page)[0]
        await reader.send("/insights", intent="dismiss", insight_id=one)
        assert "Dismissed. It comes back only if it becomes a quarter more." in reader.words
        assert (await api.get("/insights")).json()["items"] == []
        assert [i["id"] for i in (await api.get("/insights?dismissed=true")).json()["items"]] == [one]

        await household.bank("2026-11-07 -5.00 ATM FEE code BANK_FEES_ATM_FEES f3")
        assert await looked(household) == {}
        await household.bank("2026-11-08 -35.00 OVERDRAFT FEE code BANK_FEES_OVERDRAFT_FEES f4")
        assert await looked(household) == {"fees": "Bank fees took $78.50 in twelve months."}

        assert (await api.post(f"/insights/{one}/dismiss")).json()["dismissed_at"]
        assert (await api.post(f"/insights/{one}/dismiss")).status_code == 200
        assert (await api.post(f"/insights/{one}/restore")).json()["dismissed_at"] is None
        assert (await api.post("/insights/ins_1/dismiss")).status_code == 404
        await reader.send("/insights", intent="burn", insight_id=one)
        assert reader.status == 422
        await reader.open("/")
        assert "1 insight" in reader.words


async def test_a_young_household_is_told_why_there_is_little(household: Family, world: World) -> None:
    assert isinstance(world.clock, FixedClock)
    await household.bank("2026-11-20 -4.00 ZORBLAX x1")
    assert await looked(household) == {}
    async with browser(world, household) as reader:
        await reader.open("/insights")
        assert "Six whole months of transactions are needed" in reader.words
