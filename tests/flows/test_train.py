"""Training at night: what owners said of our confidence, a champion that yields only to the better, a household's own calibration."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from farthing.categorize.tuning.seen import Cell, Count
from farthing.categorize.tuning.tally import HOUSEHOLDS_MIN, give
from farthing.categorize.tuning.versions import calibrate, calibration, uncalibrate
from farthing.categorize.weighing.weights import EVIDENCE, Curve
from farthing.core.dates import FixedClock
from farthing.core.errors import Missing, Refused
from farthing.core.ids import new_ids
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.erase import by_token, erase
from farthing.flows.known import forget_known
from farthing.flows.train import ONE_IN, let_nights_decide, model_status, observe, put_in_force, roll_back, teaches, train
from farthing.flows.world import World
from web.visit import program
from world import Bank, Family

MERCHANT = EVIDENCE.index("merchant backed")


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def nothing_learned(world: World) -> AsyncIterator[None]:
    """No versions and no counts but those of the test."""

    async def clear() -> None:
        async with world.db.shared() as conn:
            for table in ("tally", "model", "trial", "stamp"):
                await conn.execute(f"delete from {table}")
        forget_known()

    await clear()
    yield
    await clear()


async def gave(world: World, households: int, *, right_of_ten: int) -> list[int]:
    """So many households, of which nothing else is known, were told this of rows that were said to be right nine times of ten."""
    finder = await world.keyring.finder()
    ids = new_ids(households)
    for household_id in ids:
        async with world.db.unit(household_id) as unit:
            cells = {Cell(MERCHANT, bin_): Count(10, right_of_ten) for bin_ in (7, 8, 9)}
            await give(unit, cells, teaches=teaches(finder, household_id))
    return list(ids)


async def tally(world: World) -> list[tuple[int, ...]]:
    async with world.db.shared() as conn:
        rows = await conn.fetch("select sum(households)::int, sum(rows)::int, sum(correct)::int from tally")
    return [tuple(v or 0 for v in r) for r in rows]


async def test_the_first_night_finds_the_curves_as_they_came_and_too_few_households(world: World) -> None:
    trial = await train(world)
    assert trial is not None
    assert trial.outcome == "too few"
    found = await model_status(world)
    assert [(v.version, v.bends) for v in found.versions] == [(1, {})]
    assert await train(world) is None, "one training a night, whoever comes first"


async def test_nineteen_households_are_too_few_to_learn_from(world: World) -> None:
    await gave(world, HOUSEHOLDS_MIN - 1, right_of_ten=6)
    trial = await train(world)
    assert trial
    assert (trial.outcome, trial.figures["households"]) == ("too few", 0)


async def test_what_proves_more_honest_on_households_it_never_heard_of_takes_over(world: World) -> None:
    await gave(world, 60, right_of_ten=6)
    trial = await train(world)
    assert trial
    assert trial.outcome == "promoted"
    before, after = trial.figures["before"], trial.figures["after"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert after["ece"] < before["ece"]
    again = await train(world, now=True)
    assert again
    assert again.outcome == "kept", "the same counts teach nothing new"
    found = await model_status(world)
    assert [(v.version, v.state.name) for v in found.versions] == [(2, "IN_FORCE"), (1, "PAST")]


async def test_a_version_can_be_rolled_back_and_no_night_brings_it_again_until_it_may(world: World) -> None:
    await gave(world, 60, right_of_ten=6)
    await train(world)
    assert (await roll_back(world)).version == 1
    night = await train(world, now=True)
    assert night
    assert night.outcome == "pinned"
    with pytest.raises(Refused, match="none to go back to"):
        await roll_back(world)
    assert (await put_in_force(world, 2)).version == 2
    with pytest.raises(Missing, match="no such version"):
        await put_in_force(world, 9)
    assert not (await let_nights_decide(world)).pinned


async def test_a_label_names_the_version_and_other_processes_hear_of_a_new_one(world: World, household: Family, bank: Bank) -> None:
    await bank("2026-11-01 -4.50 STARBUCKS STORE 00123")
    await gave(world, 60, right_of_ten=6)
    await train(world)
    await bank("2026-11-02 -4.50 STARBUCKS STORE 00124")
    async with program(world, household) as client:
        new, old = (await client.get("/transactions")).json()["items"]
    assert (old["model"], new["model"]) == ("1", "2")
    assert new["confidence"] < old["confidence"]


async def test_households_teach_or_measure_and_never_both(world: World) -> None:
    finder = await world.keyring.finder()
    sides = [teaches(finder, i) for i in range(1, 401)]
    assert sides == [teaches(finder, i) for i in range(1, 401)]
    assert 400 / ONE_IN * 0.6 < sides.count(False) < 400 / ONE_IN * 1.4


async def corrected(household: Family, bank: Bank, count: int) -> None:
    """The owner calls every coffee shop a gift, and sorts them all."""
    names = ("STARBUCKS", "DUNKIN", "PEETS COFFEE", "TIM HORTONS", "COSTA COFFEE", "CAFFE NERO", "PRET A MANGER", "BLUE BOTTLE COFFEE")
    towns = ("AUSTIN TX", "DENVER CO", "MIAMI FL", "SEATTLE WA", "CHICAGO IL", "BOISE ID", "OAKLAND CA", "TEMPE AZ", "RENO NV")
    texts = [f"{name} HOUSE {letter * 3} {town}" for letter in "QXZVWYKJ" for name in names for town in towns[:1]][:count]
    await bank(*(f"2026-11-01 -{5 + n % 7}.10 {text}" for n, text in enumerate(texts)))
    async with household.unit() as (unit, _):
        rows = await unit.conn.fetch("select transaction_id from transaction where household_id = $1", household.household_id)
    wish = Edit(category_id=await household.category("gifts"))
    for row in rows:
        await edit_transaction(household.world, household.household_id, household.actor, row["transaction_id"], wish)


async def test_a_households_own_calibration_makes_it_doubt_what_its_owner_denies(world: World, household: Family, bank: Bank) -> None:
    await corrected(household, bank, 64)
    await bank("2026-11-02 -4.50 STARBUCKS 00124", "2026-11-03 -40.00 SHELL OIL 5512")
    async with program(world, household) as client:
        before = {t["description"]: t for t in (await client.get("/transactions", params={"limit": 5})).json()["items"]}
    await observe(world, household.household_id)
    await bank("2026-11-04 -41.00 SHELL OIL 5513")
    async with program(world, household) as client:
        after = (await client.get("/transactions", params={"limit": 5})).json()["items"][0]
    assert after["model"] == "1.1"
    assert after["confidence"] < before["SHELL OIL 5512"]["confidence"]
    assert await tally(world) == [(0, 0, 0)], "a household so young gives nothing to others"


async def test_a_calibration_that_was_given_up_lends_its_number_to_no_other(household: Family) -> None:
    doubting, trusting = Curve(1.0, -0.5), Curve(1.0, 0.5)
    async with household.desk() as desk:
        await calibrate(desk.unit, doubting, rows=60, losses=(0.6, 0.5), at=desk.at)
        await uncalibrate(desk.unit)
        await calibrate(desk.unit, trusting, rows=70, losses=(0.6, 0.5), at=desk.at)
        told = [await calibration(desk.unit, number) for number in (1, 2)]
    assert [(own.number, own.curve) for own in told if own] == [(1, doubting), (2, trusting)]
    async with household.desk() as desk:
        assert desk.household.calibration == 2


async def test_what_a_household_gave_goes_when_it_opts_out_and_when_it_is_erased(world: World, household: Family, bank: Bank) -> None:
    await corrected(household, bank, 8)
    assert isinstance(world.clock, FixedClock)
    world.clock.forward(days=31)
    await observe(world, household.household_id)
    ((_, rows, _),) = await tally(world)
    assert rows == 8
    async with program(world, household) as client:
        await client.patch("/household", json={"votes": False})
        assert await tally(world) == [(0, 0, 0)]
        await observe(world, household.household_id)
        assert await tally(world) == [(0, 0, 0)]
        await client.patch("/household", json={"votes": True})
    await observe(world, household.household_id)
    await erase(world, household.household_id, household.actor, end_at_bank=by_token(world, household.household_id))
    assert await tally(world) == [(0, 0, 0)]


async def test_the_shared_tables_hold_nothing_of_a_household(world: World, household: Family, bank: Bank) -> None:
    await corrected(household, bank, 8)
    assert isinstance(world.clock, FixedClock)
    world.clock.forward(days=31)
    await observe(world, household.household_id)
    async with world.db.shared() as conn:
        rows = await conn.fetch("select * from tally")
    assert {frozenset(dict(r)) for r in rows} == {frozenset(("kind", "bin", "teaches", "households", "rows", "correct"))}
