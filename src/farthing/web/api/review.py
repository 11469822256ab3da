"""/api/v1/review: what the owner is asked about two rows, and the answers; and merging by hand."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.params import Body, FromPath, FromQuery

from farthing.core.ids import internal, public
from farthing.flows.answer import WORDS, Answered, answer_import, answer_question
from farthing.flows.desk import read_desk
from farthing.flows.merge import merge_transactions
from farthing.flows.review import Origin, Reviewed, reviewed
from farthing.flows.view_review import TITLES
from farthing.flows.view_transaction import find_shown
from farthing.flows.waiting import API_MAX, heap
from farthing.ingest.suggestions.ask import OPEN_MAX, QuestionKind
from farthing.ledger.waiting.read import WaitingKind
from farthing.web.api.objects import TransactionObject, created_at, transaction_object
from farthing.web.api.queries import page_of
from farthing.web.api.review_rows import MerchantObject, merchant_object
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, Caller, world_of
from farthing.web.once import once

TAGS = ["Review"]
DOUBTED = {WaitingKind.CHECK: API_MAX, WaitingKind.UNKNOWN: API_MAX, WaitingKind.SURE: 0}
GroupName = Literal["same", "transfer", "refund"]
AnswerWord = Literal["merge", "keep_apart", "pair", "reject"]


class OriginObject(msgspec.Struct):
    """Who states a row: `bank`, `file` or `hand`, and in words."""

    kind: Literal["bank", "file", "hand"]
    words: str


class QuestionObject(msgspec.Struct):
    """Two rows that may be one (`same`), a transfer or a refund. `why` is one sentence, `answers` what may be said: the first is yes."""

    id: str
    kind: GroupName
    why: str
    evidence: Annotated[list[str], msgspec.Meta(description="What was weighed, reason by reason, as the page shows it.")]
    score: Annotated[int, msgspec.Meta(description="How much it weighed, in per mille.")]
    left: TransactionObject
    right: TransactionObject
    left_from: OriginObject
    right_from: OriginObject
    answers: list[AnswerWord]
    batch_id: str | None
    created_at: str


class QuestionGroup(msgspec.Struct):
    """The questions of a kind, the surest first."""

    kind: GroupName
    title: str
    count: int
    items: list[QuestionObject]


class ReviewObject(msgspec.Struct):
    """`items`: guesses and rows that are not sorted, by merchant, most money in most doubt first.

    `groups`: the questions that are `open`, at most 500.
    """

    items: list[MerchantObject]
    next_cursor: str | None
    open: int
    groups: list[QuestionGroup]


class NewAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """`merge` or `keep_apart` for `same`; `pair` or `reject` for transfers and refunds."""

    answer: AnswerWord


class NewAnswers(msgspec.Struct, forbid_unknown_fields=True):
    """One answer to every open question about doubles that one import or sync asked."""

    batch_id: str
    answer: Literal["merge", "keep_apart"]


class AnswerObject(msgspec.Struct):
    """What an answer did: `batch_id` undoes it (of an answer given before, that one's), `transaction` is the row that two were merged into.

    `answered`: questions it closed; `left_open`: those that stay, because one of their rows was merged just now. `dropped`: fields in which
    the owner had said something else of the other row.
    """

    answer: AnswerWord
    answered: int
    left_open: int
    batch_id: str | None
    transaction: TransactionObject | None
    dropped: list[str]


class NewMerge(msgspec.Struct, forbid_unknown_fields=True):
    """The transaction that becomes part of this one."""

    other_id: str


class MergeObject(msgspec.Struct):
    """The transaction that is kept, the batch that splits the two again; `dropped`: what the owner had said otherwise of the other."""

    transaction: TransactionObject
    batch_id: str
    dropped: list[str]


@get("/api/v1/review", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="What needs an eye")
async def get_review(
    request: Ask, calling: Calling, cursor: FromQuery[str | None] = None, limit: FromQuery[str | None] = None
) -> ReviewObject:
    """Rows by merchant; and questions by kind: possible duplicates, transfers, refunds. Rows that are sure are in `/review/rows`."""
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        held = await heap(desk, drawn_max=DOUBTED)
        found = await reviewed(desk, count=OPEN_MAX)
    shown, after = page_of(held.heaviest, lambda b: public("txn", b.ids[0]), cursor=cursor, limit=limit)
    request.app.state.access.saw(calling.household_id, calling.actor, {b.shown.row.account_id for b in shown})
    groups = []
    for kind in QuestionKind:
        mine = [_question(r, calling.household_id) for r in found if r.question.kind is kind]
        if mine:
            groups.append(QuestionGroup(TITLES[kind][0], TITLES[kind][1], len(mine), mine))
    return ReviewObject([merchant_object(b, calling.household_id) for b in shown], after, len(found), groups)


def _question(one: Reviewed, household: int) -> QuestionObject:
    question = one.question
    return QuestionObject(
        id=public("sug", question.suggestion_id),
        kind=TITLES[question.kind][0],
        why=one.why,
        evidence=list(one.reasons),
        score=question.score,
        left=transaction_object(one.left, household),
        right=transaction_object(one.right, household),
        left_from=_origin(one.left_from),
        right_from=_origin(one.right_from),
        answers=list(WORDS[question.kind]),  # type: ignore[arg-type]  # the words are those of the type
        batch_id=public("bat", question.asked_in) if question.asked_in else None,
        created_at=created_at(question.suggestion_id),
    )


def _origin(origin: Origin) -> OriginObject:
    return OriginObject(origin.kind, origin.words)  # type: ignore[arg-type]  # the kinds are those of the type


@post(
    "/api/v1/review/{suggestion_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Answer a question", status_code=200
)
async def post_answer(
    request: Ask, calling: Calling, suggestion_id: FromPath[str], data: Annotated[NewAnswer, Body()]
) -> Response[AnswerObject]:
    """The same answer again changes nothing; 409 where it was answered otherwise, or the rows cannot be one any more."""
    key = internal("sug", suggestion_id)

    async def story() -> Response[Any]:
        done = await answer_question(world_of(request), calling.household_id, calling.actor, key, data.answer)
        kept = await _kept(request, calling, done.kept_id) if done.kept_id else None
        return Response(_answered(data.answer, done, kept), status_code=200)

    return await once(request, calling, story)


@post("/api/v1/review", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Answer all of one import", status_code=200)
async def post_answers(request: Ask, calling: Calling, data: Annotated[NewAnswers, Body()]) -> Response[AnswerObject]:
    """One undoable batch; 404 where nothing of it is open."""

    async def story() -> Response[Any]:
        done = await answer_import(world_of(request), calling.household_id, calling.actor, internal("bat", data.batch_id), data.answer)
        return Response(_answered(data.answer, done, None), status_code=200)

    return await once(request, calling, story)


@post(
    "/api/v1/transactions/{transaction_id:str}/merge",
    dependencies=CALLING,
    security=SECURITY,
    tags=TAGS,
    summary="Merge another transaction into this one",
    status_code=200,
)
async def post_merge(
    request: Ask, calling: Calling, transaction_id: FromPath[str], data: Annotated[NewMerge, Body()]
) -> Response[MergeObject]:
    """This one keeps its id; the other is in no list and no total from then on. 409 with the reason where the two cannot be one."""
    kept_id, other_id = internal("txn", transaction_id), internal("txn", data.other_id)

    async def story() -> Response[Any]:
        done = await merge_transactions(world_of(request), calling.household_id, calling.actor, kept_id=kept_id, other_id=other_id)
        kept = await _kept(request, calling, kept_id)
        assert done.batch_id is not None, "a merge is always a batch"
        body = MergeObject(kept, public("bat", done.batch_id), [_field(n) for n in done.dropped])
        return Response(body, status_code=200, headers={"etag": f'"{kept.version}"'})

    return await once(request, calling, story)


async def _kept(request: Ask, calling: Caller, key: int) -> TransactionObject:
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        return transaction_object(await find_shown(desk, key), calling.household_id)


def _answered(word: AnswerWord, done: Answered, kept: TransactionObject | None) -> AnswerObject:
    batch_id = public("bat", done.batch_id) if done.batch_id else None
    return AnswerObject(word, done.count, done.left_open, batch_id, kept, [_field(n) for n in done.dropped])


def _field(name: str) -> str:
    return name.removesuffix("_id")


routes: list[Any] = [get_review, post_answer, post_answers, post_merge]
