"""Questions to the owner about two rows: asked, listed, answered, and never asked again.

A question closes by itself when one of its rows is gone, deleted, part of another row, or half of a transfer already, and that about a pair
when the pair is made or rejected: the pair is its answer. Nothing is written
for that: the list of open ones looks at the rows, so that it costs a sync nothing, and the question is open again when the row comes back.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from farthing.core.ids import new_ids
from farthing.ledger.model import Plan
from farthing.ledger.post import Seals
from farthing.platform.database import Unit
from farthing.platform.sql import Row, load

queries = load("farthing.ingest.suggestions")
OPEN_MAX = 500


class QuestionKind(enum.IntEnum):
    """What is asked: one purchase or two, a transfer or not, a refund or not."""

    SAME = 1
    TRANSFER = 2
    REFUND = 3


class Answer(enum.IntEnum):
    """How a question stands."""

    OPEN = 1
    YES = 2
    NO = 3


KINDS: Mapping[str, QuestionKind] = {"same": QuestionKind.SAME, "transfer": QuestionKind.TRANSFER, "refund": QuestionKind.REFUND}


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Two rows and what is asked of them; of a transfer `left` is the money that left. `asked_in`: the batch that brought the question."""

    suggestion_id: int
    left: int
    right: int
    kind: QuestionKind
    at: dt.datetime
    score: int = 0
    state: Answer = Answer.OPEN
    evidence: str = ""
    asked_in: int = 0
    answered_in: int | None = None

    @property
    def rows(self) -> frozenset[int]:
        """Both."""
        return frozenset((self.left, self.right))


class Asked(msgspec.Struct, frozen=True):
    """A question on its way to the owner; `evidence` says in short words what speaks for it."""

    left: int
    right: int
    kind: QuestionKind = QuestionKind.SAME
    score: int = 0
    evidence: str = ""


def asked_of(plan: Plan) -> list[Asked]:
    """The plan's suggestions as questions."""
    return [Asked(int(s.left), int(s.right), KINDS[s.kind], s.score, s.evidence) for s in plan.suggestions]


async def ask(unit: Unit, seals: Seals, *, at: dt.datetime, batch_id: int, questions: Sequence[Asked]) -> None:
    """Put questions; a pair that was asked about before, whatever the answer, is not asked about again."""
    if not questions:
        return
    ids = new_ids(len(questions))
    ends = [_ends(q) for q in questions]
    await unit.write(
        queries.ask,
        household_id=unit.household_id,
        at=at,
        batch_id=batch_id,
        suggestion_ids=ids,
        left_ids=[left for left, _ in ends],
        right_ids=[right for _, right in ends],
        kinds=[int(q.kind) for q in questions],
        scores=[q.score for q in questions],
        sealeds=[seals.seal_value("suggestion", "sealed", i, q.evidence) for i, q in zip(ids, questions, strict=True)],
    )


def _ends(asked: Asked) -> tuple[int, int]:
    """Two that may be one have no order, so the older stands left."""
    return (min(asked.left, asked.right), max(asked.left, asked.right)) if asked.kind == QuestionKind.SAME else (asked.left, asked.right)


async def open_questions(unit: Unit, seals: Seals, *, batch_id: int | None = None, count: int = OPEN_MAX) -> list[Question]:
    """What is still to be answered: duplicates first, then transfers, then refunds, the surest of each first."""
    rows = await queries.open_questions.rows(unit.conn, household_id=unit.household_id, batch_id=batch_id, count=count)
    return [_question(r, seals) for r in rows]


async def open_count(unit: Unit, *, count: int = OPEN_MAX) -> int:
    """How many are open, at most `count`."""
    found: int = await queries.open_count.value(unit.conn, household_id=unit.household_id, count=count)
    return found


async def answered_since(unit: Unit, moment: int) -> int:
    """How many were answered since; `moment` is an id of that time."""
    found: int = await queries.answered_since.value(unit.conn, household_id=unit.household_id, batch_id=moment)
    return found


async def questions_named(unit: Unit, seals: Seals, suggestion_ids: Iterable[int]) -> dict[int, Question]:
    """Some questions by id, answered or not; unknown ids are simply absent."""
    rows = await queries.questions_named.rows(unit.conn, household_id=unit.household_id, suggestion_ids=sorted(set(suggestion_ids)))
    return {r["suggestion_id"]: _question(r, seals) for r in rows}


async def questions_between(unit: Unit, seals: Seals, pairs: Iterable[tuple[int, int]], *, kind: QuestionKind) -> list[Question]:
    """Questions about these pairs (of two that may be one, the order does not matter)."""
    ends = sorted({_ends(Asked(left, right, kind)) for left, right in pairs})
    lefts, rights = [left for left, _ in ends], [right for _, right in ends]
    rows = await queries.questions_between.rows(unit.conn, household_id=unit.household_id, left_ids=lefts, right_ids=rights, kind=int(kind))
    return [_question(r, seals) for r in rows]


async def answer(unit: Unit, said: Mapping[int, tuple[Answer, int | None]]) -> None:
    """What the owner said, by question: the answer, and the batch that holds it."""
    if said:
        await queries.answer.count(
            unit.conn,
            household_id=unit.household_id,
            suggestion_ids=list(said),
            states=[int(state) for state, _ in said.values()],
            answered_ins=[batch_id for _, batch_id in said.values()],
        )


async def apart(unit: Unit, transaction_ids: Sequence[int]) -> frozenset[tuple[int, int]]:
    """(smaller id, larger id) of rows that the owner said are two, for every answer that names one of these: they are never made one."""
    if not transaction_ids:
        return frozenset()
    rows = await queries.apart.rows(unit.conn, household_id=unit.household_id, transaction_ids=list(transaction_ids))
    return frozenset((min(one, two), max(one, two)) for one, two in rows if one != two)


def _question(row: Row, seals: Seals) -> Question:
    return Question(
        suggestion_id=row["suggestion_id"],
        left=row["left_id"],
        right=row["right_id"],
        kind=QuestionKind(row["kind"]),
        at=row["at"],
        score=row["score"],
        state=Answer(row["state"]),
        evidence=seals.open_value("suggestion", "sealed", row["suggestion_id"], row["sealed"]) or "",
        asked_in=row["batch_id"],
        answered_in=row["answered_in"],
    )
