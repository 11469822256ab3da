"""Questions about rows that may be one: when they are asked, when they close by themselves, and what is remembered of the answer."""

from __future__ import annotations

from farthing.flows.add_by_hand import delete_transaction
from farthing.ingest.suggestions.ask import Answer, Asked, Question, QuestionKind, answer, apart, ask, open_count, open_questions
from world import Bank, Family


async def open_ones(household: Family, *, batch_id: int | None = None) -> list[Question]:
    async with household.unit() as (unit, sealer):
        found = await open_questions(unit, sealer, batch_id=batch_id)
        assert await open_count(unit) >= len(found)
    return found


async def test_a_look_alike_of_a_file_is_asked_about_once(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1")
    batch_id, outcome = await bank.file("2026-10-05 -9.99 FLUMBO")
    assert outcome.similar == 1
    (asked,) = await open_ones(household)
    assert asked.kind is QuestionKind.SAME
    assert asked.left == await household.id_of("x1")
    assert asked.asked_in == batch_id
    assert await open_ones(household, batch_id=batch_id) == [asked]
    assert await open_ones(household, batch_id=batch_id + 1) == []
    await bank.file("2026-10-05 -9.99 FLUMBO")
    assert await open_ones(household) == [asked]


async def test_a_question_closes_while_one_of_its_rows_is_gone_and_opens_when_it_is_back(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1")
    await bank.file("2026-10-05 -9.99 FLUMBO")
    await bank("gone x1")
    assert await open_ones(household) == []
    await bank("2026-10-01 -9.99 GRULTZ x1")
    assert len(await open_ones(household)) == 1


async def test_a_question_closes_when_the_owner_deletes_one_of_its_rows(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1")
    await bank.file("2026-10-05 -9.99 FLUMBO")
    (asked,) = await open_ones(household)
    await delete_transaction(household.world, household.household_id, household.actor, asked.right)
    assert await open_ones(household) == []


async def test_a_pair_is_not_asked_about_twice_whatever_its_order(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1", "2026-10-01 -9.99 FLUMBO x2")
    one, two = await household.id_of("x1"), await household.id_of("x2")
    async with household.unit() as (unit, sealer):
        at = household.world.clock.now()
        await ask(unit, sealer, at=at, batch_id=1, questions=[Asked(one, two)])
        await ask(unit, sealer, at=at, batch_id=2, questions=[Asked(two, one)])
    (asked,) = await open_ones(household)
    assert asked.rows == {one, two}


async def test_rows_kept_apart_are_named_from_either_side(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1", "2026-10-01 -9.99 FLUMBO x2", "2026-10-01 -9.99 WIBBLE x3")
    ids = sorted([await household.id_of("x1"), await household.id_of("x2")])
    async with household.unit() as (unit, sealer):
        await ask(unit, sealer, at=household.world.clock.now(), batch_id=1, questions=[Asked(ids[0], ids[1])])
        (asked,) = await open_questions(unit, sealer)
        assert await apart(unit, ids) == frozenset()
        await answer(unit, {asked.suggestion_id: (Answer.NO, 7)})
        assert await apart(unit, ids[:1]) == await apart(unit, ids[1:]) == {(ids[0], ids[1])}
        assert await apart(unit, []) == frozenset()
    assert await open_ones(household) == []


async def test_halves_of_a_transfer_are_not_asked_about_again(household: Family, bank: Bank) -> None:
    bank.has("card")
    await bank("2026-10-01 -80.00 PAYMENT THANK YOU code TRANSFER_OUT_ACCOUNT_TRANSFER x1")
    await bank("2026-10-02 80.00 PAYMENT RECEIVED in card code TRANSFER_IN_ACCOUNT_TRANSFER x2")
    out, into = await household.id_of("x1"), await household.id_of("x2", account_name="card")
    async with household.unit() as (unit, sealer):
        await ask(unit, sealer, at=household.world.clock.now(), batch_id=1, questions=[Asked(out, into, QuestionKind.TRANSFER)])
        assert await open_questions(unit, sealer) == []
        assert await open_count(unit) == 0
