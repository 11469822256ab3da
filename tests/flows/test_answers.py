"""The owner's answers to what was asked: one batch each, undone by one click, remembered for ever."""

from __future__ import annotations

import pytest

from farthing.core.errors import Conflict, Missing, Rejected
from farthing.flows.answer import Answered, answer_import, answer_question
from farthing.flows.history import history
from farthing.flows.world import World
from farthing.ingest.suggestions.ask import Asked, Question, QuestionKind, apart, ask, open_questions
from flows.test_merge import back, from_file, merge
from paper_bank import MAIN, account
from snapshot import snapshot
from world import Bank, Family, found


async def asked(household: Family) -> list[Question]:
    async with household.unit() as (unit, sealer):
        return await open_questions(unit, sealer)


async def say(household: Family, question: Question, word: str) -> Answered:
    return await answer_question(household.world, household.household_id, household.actor, question.suggestion_id, word)


async def alike(household: Family, bank: Bank) -> Question:
    """A bank's row and a file's that may be one."""
    await bank("2026-10-01 -9.99 GRULTZ x1")
    await from_file(household, bank, "2026-10-05 -9.99 FLUMBO")
    (question,) = await asked(household)
    return question


async def test_merging_keeps_the_banks_row(household: Family, bank: Bank) -> None:
    question = await alike(household, bank)
    answered = await say(household, question, "merge")
    assert answered.kept_id == await household.id_of("x1")
    assert await household.rows() == ["2026-10-01 -9.99 Grultz uncategorised"]
    assert await asked(household) == []


async def test_the_same_answer_again_changes_nothing_and_another_is_refused(household: Family, bank: Bank) -> None:
    question = await alike(household, bank)
    first = await say(household, question, "keep_apart")
    before = await snapshot(household)
    again = await say(household, question, "keep_apart")
    assert (again.count, again.batch_id) == (0, first.batch_id)
    with pytest.raises(Conflict, match="keep_apart"):
        await say(household, question, "merge")
    assert await snapshot(household) == before


async def test_what_is_kept_apart_is_told_in_both_histories_and_asked_again_when_undone(household: Family, bank: Bank) -> None:
    question = await alike(household, bank)
    answered = await say(household, question, "keep_apart")
    async with household.desk() as desk:
        for row in question.rows:
            assert (await history(desk, row))[-1].field == "apart"
        assert await apart(desk.unit, [question.left]) == {(question.left, question.right)}
    undone = await back(household, answered.batch_id)
    assert undone.undone == 1
    assert await asked(household) == [question]
    async with household.unit() as (unit, _):
        assert await apart(unit, [question.left]) == frozenset()
    redone = await back(household, undone.batch_id)
    assert redone.undone == 1
    assert await asked(household) == []
    async with household.unit() as (unit, _):
        assert await apart(unit, [question.right]) == {(question.left, question.right)}


async def test_rows_kept_apart_stay_two_when_their_lines_get_new_ids(household: Family, bank: Bank) -> None:
    question = await alike(household, bank)
    await say(household, question, "keep_apart")
    renamed = account("chq2")
    bank.accounts = {MAIN: renamed, "chq2": renamed}
    await bank("2026-10-01 -9.99 GRULTZ in chq2 y1", since="2026-09-01")
    await bank.file("2026-10-05 -9.99 FLUMBO")
    assert await household.spent("2026-10") == {"uncategorised": "-19.98"}
    assert await asked(household) == []
    async with household.unit() as (unit, _):
        assert await apart(unit, [question.left]) == {(question.left, question.right)}


async def test_what_was_said_of_a_row_holds_for_the_one_it_is_merged_into(household: Family, bank: Bank) -> None:
    question = await alike(household, bank)
    await say(household, question, "keep_apart")
    await bank("2026-10-06 -9.99 WIBBLE x2")
    kept = await household.id_of("x2")
    await merge(household, kept, question.right)
    async with household.unit() as (unit, _):
        ends = (min(kept, question.left), max(kept, question.left))
        assert await apart(unit, [kept]) == await apart(unit, [question.left]) == {ends}


async def test_everything_that_one_file_asked_is_answered_at_once_and_undone_at_once(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1", "2026-10-01 -8.99 GRULTZ x2", "2026-10-01 -7.99 GRULTZ x3")
    other, _ = await bank.file("2026-10-08 -7.99 SNORK")
    batch_id, outcome = await bank.file("2026-10-05 -9.99 FLUMBO", "2026-10-05 -8.99 FLUMBO", "2026-10-06 -3.00 WIBBLE")
    assert (outcome.added, outcome.similar) == (3, 2)
    before = await snapshot(household)
    answered = await answer_import(household.world, household.household_id, household.actor, batch_id, "merge")
    assert (answered.count, answered.left_open) == (2, 0)
    assert await household.spent("2026-10") == {"uncategorised": "-37.96"}
    assert [q.asked_in for q in await asked(household)] == [other]
    await back(household, answered.batch_id)
    assert await snapshot(household) == before
    assert len(await asked(household)) == 3
    assert await household.is_sound()


async def test_a_row_that_two_questions_name_is_merged_once(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1")
    batch_id, outcome = await bank.file("2026-10-05 -9.99 FLUMBO", "2026-10-06 -9.99 WIBBLE")
    async with household.unit() as (unit, sealer):
        questions = [Asked(await household.id_of("x1"), new) for new in outcome.new_ids]
        await ask(unit, sealer, at=household.world.clock.now(), batch_id=batch_id, questions=questions)
    answered = await answer_import(household.world, household.household_id, household.actor, batch_id, "merge")
    assert (answered.count, answered.left_open) == (1, 1)
    assert await household.spent("2026-10") == {"uncategorised": "-19.98"}


async def test_bad_answers_and_others_questions_are_refused(household: Family, bank: Bank, world: World) -> None:
    question = await alike(household, bank)
    with pytest.raises(Rejected):
        await say(household, question, "pair")
    with pytest.raises(Missing):
        await say(await found(world), question, "merge")
    with pytest.raises(Missing):
        await answer_import(world, household.household_id, household.actor, 12345, "merge")
    with pytest.raises(Rejected):
        await answer_import(world, household.household_id, household.actor, question.asked_in, "pair")


@pytest.mark.parametrize("word", ["pair", "reject"])
async def test_a_transfer_is_said_to_be_one_or_never_and_taken_back(household: Family, bank: Bank, word: str) -> None:
    await bank("2026-10-01 -80.00 GRULTZ x1", "2026-10-02 80.00 WIBBLE in savings x2")
    out, into = await household.id_of("x1"), await household.id_of("x2", account_name="savings")
    async with household.unit() as (unit, sealer):
        await ask(unit, sealer, at=household.world.clock.now(), batch_id=1, questions=[Asked(out, into, QuestionKind.TRANSFER)])
    (question,) = await asked(household)
    before = await snapshot(household)
    answered = await say(household, question, word)
    assert await asked(household) == []
    after = await snapshot(household)
    assert after["pairs"] == [(out, into)]
    assert (await say(household, question, word)).count == 0
    with pytest.raises(Conflict):
        await say(household, question, "reject" if word == "pair" else "pair")
    transfers = [row for row in await household.rows() if "transfer" in row]
    assert len(transfers) == (2 if word == "pair" else 0)
    undone = await back(household, answered.batch_id)
    assert await snapshot(household) == before
    assert await asked(household) == [question]
    await back(household, undone.batch_id)
    assert await snapshot(household) == after
    assert await asked(household) == []
