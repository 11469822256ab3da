"""Which of ours a bank's account is: the questions in `/api/v1/connections`, and their answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Response, post
from litestar.params import Body, FromPath

from farthing.connections.model import Undecided
from farthing.core.ids import ConnectionId, internal, public
from farthing.core.money import decimal_text
from farthing.flows.which_account import answer_account
from farthing.ledger.accounts import Account
from farthing.web.api.objects import account_id
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, world_of
from farthing.web.once import once


class AccountRef(msgspec.Struct):
    """An account of a connection."""

    id: str
    name: str
    mask: str | None
    kind: str
    currency: str


class Question(msgspec.Struct):
    """An account of the bank's that could be one of `could_be`, or a new one. Until it is answered nothing of it is taken over."""

    id: str
    name: str
    mask: str | None
    kind: str
    currency: str
    balance: str | None
    could_be: list[AccountRef]


class QuestionList(msgspec.Struct):
    """What is to be answered."""

    items: list[Question]


class Answer(msgspec.Struct, forbid_unknown_fields=True):
    """`account_id`: one of those that the question names; null: it is a new account."""

    account_id: str | None


class AnswerObject(msgspec.Struct):
    """Which account it is now. `batch_id` takes it back when undone."""

    account_id: str
    batch_id: str


def account_ref(account: Account, household: int) -> AccountRef:
    """An account as others mention it."""
    return AccountRef(account_id(account, household), account.text.name, account.text.mask or None, account.kind.slug, account.currency)


def question_object(asked: Undecided, held: Mapping[int, Account], household: int) -> Question:
    """A question as the API asks it."""
    return Question(
        id=asked.key,
        name=asked.name,
        mask=asked.mask or None,
        kind=asked.kind,
        currency=asked.currency,
        balance=None if asked.balance is None else decimal_text(asked.balance, asked.currency),
        could_be=[account_ref(held[i], household) for i in asked.could_be if i in held],
    )


@post(
    "/api/v1/connections/{connection_id:str}/questions/{question_id:str}",
    dependencies=CALLING,
    security=SECURITY,
    tags=["Connections"],
    summary="Say which account one is",
    status_code=200,
)
async def post_answer(
    request: Ask, calling: Calling, connection_id: FromPath[str], question_id: FromPath[str], data: Annotated[Answer, Body()]
) -> Response[AnswerObject]:
    """The bank is then read from the beginning; rows of an account that was here meet those that wait for them."""

    async def story() -> Response[Any]:
        household = calling.household_id
        chosen = None if data.account_id is None else internal("acc", data.account_id, household=household)
        said = await answer_account(
            world_of(request), household, calling.actor, ConnectionId(internal("con", connection_id)), question_id, account_id=chosen
        )
        answer = AnswerObject(public("acc", said.account_id, household=household), public("bat", said.batch_id))
        return Response(answer, status_code=200)

    return await once(request, calling, story)


routes: list[Any] = [post_answer]
