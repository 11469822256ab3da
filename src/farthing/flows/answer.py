"""The owner answers what was asked about two rows: one purchase or two, a transfer or not. Each answer is a batch that can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from farthing.core.errors import Conflict, Missing, Rejected
from farthing.flows.answer_pairs import answer_pair, pair_word
from farthing.flows.desk import Desk, write_desk
from farthing.flows.merge import write_merges
from farthing.flows.revise import new_batch, settle_up, wholes
from farthing.flows.split_again import APART
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ingest.batches.batch import BatchRow, Change, FieldGroup, write_changes
from farthing.ingest.land import lines_of
from farthing.ingest.suggestions.ask import Answer, Question, QuestionKind, answer, open_questions, questions_named
from farthing.ingest.suggestions.unite import Side, beneath
from farthing.ledger.model import Actor, Touched

Word = Literal["merge", "keep_apart", "pair", "reject"]
WORDS: Mapping[QuestionKind, Mapping[str, Answer]] = {
    QuestionKind.SAME: {"merge": Answer.YES, "keep_apart": Answer.NO},
    QuestionKind.TRANSFER: {"pair": Answer.YES, "reject": Answer.NO},
    QuestionKind.REFUND: {"pair": Answer.YES, "reject": Answer.NO},
}


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer did: how many questions it closed and how many of those asked for stay open, the batch that undoes it.

    `kept_id`: the row that two were merged into; `dropped`: what the owner had said of the other that does not stand.
    """

    answer: str
    count: int = 1
    left_open: int = 0
    kept_id: int | None = None
    dropped: Mapping[str, Any] = {}
    version: int = 0
    batch_id: int | None = None


def said_of(question: Question) -> str | None:
    """The word of an answered question; of pairs the pair itself tells."""
    return next((word for word, state in WORDS[question.kind].items() if state == question.state), None)


async def answer_question(world: World, household_id: int, actor: Actor, suggestion_id: int, word: str) -> Answered:
    """Answer one question; the same answer again changes nothing. Raises Missing, Rejected, Conflict (answered otherwise), Refused."""
    async with write_desk(world, household_id, actor) as desk:
        question = (await questions_named(desk.unit, desk.sealer, [suggestion_id])).get(suggestion_id)
        if question is None:
            raise Missing("not_found", "no such question")
        if word not in WORDS[question.kind]:
            raise Rejected("bad_answer", f"answer {' or '.join(WORDS[question.kind])}", field="answer")
        said = said_of(question) or (await pair_word(desk, question) if question.kind is not QuestionKind.SAME else None)
        if said is not None:
            if said != word:
                raise Conflict("already_answered", f"this was answered already: {said}")
            return Answered(answer=word, count=0, batch_id=question.answered_in)
        answered = await _answer(desk, [question], word)
    await wake(world, household_id, answered.version, ["ledger", "budget"])
    return answered


async def answer_import(world: World, household_id: int, actor: Actor, batch_id: int, word: str) -> Answered:
    """The same answer to everything open that one import or sync asked about duplicates, as one batch. Raises Missing (nothing is open)."""
    if word not in WORDS[QuestionKind.SAME]:
        raise Rejected("bad_answer", f"answer {' or '.join(WORDS[QuestionKind.SAME])}", field="answer")
    async with write_desk(world, household_id, actor) as desk:
        asked = [q for q in await open_questions(desk.unit, desk.sealer, batch_id=batch_id) if q.kind is QuestionKind.SAME]
        if not asked:
            raise Missing("not_found", "nothing of this import is open")
        answered = await _answer(desk, asked if word == "keep_apart" else _disjoint(asked), word)
    await wake(world, household_id, answered.version, ["ledger", "budget"])
    return msgspec.structs.replace(answered, left_open=len(asked) - answered.count)


def _disjoint(asked: Sequence[Question]) -> list[Question]:
    """Those that can be merged at once, the surest first: no row in two of them."""
    used: set[int] = set()
    found = []
    for question in asked:
        if used.isdisjoint(question.rows):
            used |= question.rows
            found.append(question)
    return found


async def _answer(desk: Desk, questions: Sequence[Question], word: str) -> Answered:
    batch = new_batch(desk)
    if word == "merge":
        return await _merge(desk, batch, questions)
    touched = Touched()
    if word == "keep_apart":
        await _keep_apart(desk, batch, questions)
    else:
        (question,) = questions
        touched = await answer_pair(desk, batch, question, yes=word == "pair")
    version = await settle_up(desk, batch, touched, kind="review.answered")
    return Answered(answer=word, count=len(questions), version=version, batch_id=batch.batch_id)


async def _merge(desk: Desk, batch: BatchRow, questions: Sequence[Question]) -> Answered:
    pairs = await _kept_first(desk, [(q.left, q.right) for q in questions])
    united, touched = await write_merges(desk, batch, pairs)
    version = await settle_up(desk, batch, touched, kind="transaction.merged", removed=len(pairs))
    one = len(questions) == 1
    return Answered(
        answer="merge",
        count=len(questions),
        kept_id=pairs[0][0] if one else None,
        dropped=united[0].dropped if one else {},
        version=version,
        batch_id=batch.batch_id,
    )


async def _kept_first(desk: Desk, pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """(kept, other): the row of the stronger source is kept, and of equals the older."""
    ids = [i for pair in pairs for i in pair]
    held = await wholes(desk, ids)
    lines = beneath(await lines_of(desk.unit, ids))
    strength = {i: (Side(whole, lines.get(i, ())).strength, i) for i, whole in held.items()}
    return [(min(pair, key=strength.__getitem__), max(pair, key=strength.__getitem__)) for pair in pairs]


async def _keep_apart(desk: Desk, batch: BatchRow, questions: Sequence[Question]) -> None:
    """Remembered for ever by the transactions' ids, which are ours; both rows' histories tell of it."""
    changes = []
    for question in questions:
        record = {"question": question.suggestion_id, "was": [int(question.state), None], "said": [int(Answer.NO), batch.batch_id]}
        for row, other in ((question.left, question.right), (question.right, question.left)):
            changes.append(Change(row, FieldGroup.OTHER, {APART: None}, {APART: {**record, "other": other}}, APART))
    await answer(desk.unit, {q.suggestion_id: (Answer.NO, batch.batch_id) for q in questions})
    await write_changes(desk.unit, desk.sealer, batch_id=batch.batch_id, at=desk.at, actor=desk.actor.kind, changes=changes)
