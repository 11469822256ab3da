"""/api/v1/recurring: what comes again, what its owner said of it, and what is coming."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import Body, FromPath, FromQuery, QueryParameter

from farthing.core.dates import rfc3339
from farthing.core.errors import Rejected
from farthing.core.ids import internal, public
from farthing.core.money import decimal_text
from farthing.flows.desk import Desk, read_desk
from farthing.flows.manage_recurring import (
    RecurringEdit,
    RecurringWish,
    add_series,
    confirm_series,
    dismiss_series,
    edit_series,
)
from farthing.flows.recurring_totals import come_to, costing, yearly_at_home, yearly_of
from farthing.flows.sorts import kind_of
from farthing.flows.upcoming import DAYS_MAX, Coming, upcoming
from farthing.insights.recurring.model import Held, State
from farthing.insights.recurring.store import held_series, one_series
from farthing.web.api.queries import LIMIT_MAX, page_of, version_of
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, world_of
from farthing.web.once import once

TAGS = ["Recurring"]
STATES = {s.word: s for s in State}
DAYS_DEFAULT = 14


class SlotObject(msgspec.Struct):
    """A time it was due: `mark` is paid, late, missed or changed, with the row that paid it."""

    due: str
    mark: str
    transaction_id: str | None
    date: str | None
    amount: str | None


class RecurringObject(msgspec.Struct):
    """What comes again. `amount` is what the next one is expected to be; nothing unconfirmed is in a total. `version` is also the ETag."""

    id: str
    name: str
    state: str
    kind: str
    cadence: str
    amount: str
    low: str
    high: str
    yearly: str
    currency: str
    fixed: bool
    next_on: str | None
    last_on: str
    account_id: str
    category_id: str
    evidence: str
    confidence: float
    by_hand: bool
    price_before: str | None
    price_changed_on: str | None
    slots: list[SlotObject]
    transactions: list[str]
    created_at: str
    updated_at: str
    version: int


class RecurringTotals(msgspec.Struct):
    """Confirmed subscriptions and bills, in the household's currency; `unrated` names currencies without a rate, which are left out."""

    count: int
    monthly: str
    yearly: str
    currency: str
    unrated: list[str]


class RecurringList(msgspec.Struct):
    """By name; the totals are of everything, not of the page."""

    items: list[RecurringObject]
    next_cursor: str | None
    totals: RecurringTotals


class ComingObject(msgspec.Struct):
    """A payment to come, signed."""

    recurring_id: str
    date: str
    name: str
    amount: str
    low: str
    high: str
    currency: str
    account_id: str
    category_id: str
    overdue: bool


class ComingList(msgspec.Struct):
    """By day."""

    items: list[ComingObject]
    next_cursor: str | None


class NewRecurring(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """This repeats: a series from one of its transactions. Without `cadence` it is what the merchant's rows say, else monthly."""

    transaction_id: str
    cadence: str | None = None
    name: str = ""


class RecurringChanges(RecurringEdit, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is to change; what is left out stays. `amount` null: what the rows say. `state`: confirmed, dismissed or ended."""


def object_of(desk: Desk, one: Held) -> RecurringObject:
    """The series as the API tells it."""
    house, unit = desk.household.household_id, one.currency
    change = one.change
    return RecurringObject(
        id=public("rec", one.recurring_id),
        name=one.title,
        state=one.state.word,
        kind=kind_of(desk.categories.of(one.category_id), one.usual),
        cadence=one.cadence.word,
        amount=decimal_text(one.usual, unit),
        low=decimal_text(one.low, unit),
        high=decimal_text(one.high, unit),
        yearly=decimal_text(yearly_of(one), unit),
        currency=unit,
        fixed=one.fixed,
        next_on=one.next_on.isoformat() if one.next_on else None,
        last_on=one.last_on.isoformat(),
        account_id=public("acc", one.account_id, household=house),
        category_id=public("cat", desk.categories.of(one.category_id).category_id, household=house),
        evidence=one.evidence,
        confidence=one.confidence / 1000,
        by_hand=one.said.by_hand,
        price_before=decimal_text(change.before, unit) if change else None,
        price_changed_on=change.on.isoformat() if change else None,
        slots=[
            SlotObject(
                s.due.isoformat(),
                s.mark.word,
                public("txn", s.transaction_id) if s.transaction_id else None,
                s.date.isoformat() if s.date else None,
                decimal_text(s.amount, unit) if s.transaction_id else None,
            )
            for s in one.slots
        ],
        transactions=[public("txn", i) for i in one.ids],
        created_at=rfc3339(one.created_at),
        updated_at=rfc3339(one.updated_at),
        version=one.version,
    )


async def totals_of(desk: Desk, held: list[Held]) -> RecurringTotals:
    """What confirmed subscriptions and bills come to."""
    costs = costing(desk, held)
    come = come_to(costs, await yearly_at_home(desk, costs))
    unit = desk.household.currency
    return RecurringTotals(come.count, decimal_text(come.monthly, unit), decimal_text(come.yearly, unit), unit, list(come.unrated))


async def _answer(request: Ask, calling: Calling, key: int, status: int = 200) -> Response[RecurringObject]:
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        one = await one_series(desk.unit, desk.sealer, key)
        told = object_of(desk, one)
    return Response(told, status_code=status, headers={"etag": f'"{one.version}"'})


@get("/api/v1/recurring", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="List what comes again")
async def list_recurring(
    request: Ask,
    calling: Calling,
    status: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[str | None] = None,
) -> RecurringList:
    """By name. Without `status` everything but what was dismissed."""
    if status is not None and status not in STATES:
        raise Rejected("bad_status", f"a status is one of {', '.join(STATES)}", field="status")
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        held = await held_series(desk.unit, desk.sealer)
        wanted = [s for s in held if (s.state is STATES[status] if status else s.state is not State.DISMISSED)]
        wanted.sort(key=lambda s: (s.title.casefold(), s.recurring_id))
        shown, after = page_of(wanted, lambda s: public("rec", s.recurring_id), cursor=cursor, limit=limit)
        return RecurringList([object_of(desk, s) for s in shown], after, await totals_of(desk, held))


@get("/api/v1/recurring/{recurring_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Get a series")
async def get_recurring(request: Ask, calling: Calling, recurring_id: FromPath[str]) -> Response[RecurringObject]:
    """One of them, with how its last twelve times went."""
    return await _answer(request, calling, internal("rec", recurring_id))


@post("/api/v1/recurring", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Say that a transaction repeats", status_code=201)
async def post_recurring(request: Ask, calling: Calling, data: Annotated[NewRecurring, Body()]) -> Response[RecurringObject]:
    """A series from one of its rows, confirmed; 409 where the row is one of a series already."""
    row = internal("txn", data.transaction_id)

    async def story() -> Response[Any]:
        wish = RecurringWish(transaction_id=row, cadence=data.cadence, name=data.name)
        one = await add_series(world_of(request), calling.household_id, calling.actor, wish)
        return await _answer(request, calling, one.recurring_id, 201)

    return await once(request, calling, story)


@patch("/api/v1/recurring/{recurring_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Edit a series")
async def patch_recurring(
    request: Ask, calling: Calling, recurring_id: FromPath[str], data: Annotated[RecurringChanges, Body()]
) -> Response[RecurringObject]:
    """Name, cadence, amount, next date, state. `If-Match` makes it conditional."""
    key = internal("rec", recurring_id)
    await edit_series(world_of(request), calling.household_id, calling.actor, key, data, if_version=version_of(request))
    return await _answer(request, calling, key)


@delete(
    "/api/v1/recurring/{recurring_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Not recurring", status_code=204
)  # fmt: skip
async def delete_recurring(request: Ask, calling: Calling, recurring_id: FromPath[str]) -> None:
    """It is dismissed, and nobody asks again; no transaction goes. `If-Match` makes it conditional."""
    key = internal("rec", recurring_id)
    await dismiss_series(world_of(request), calling.household_id, calling.actor, key, if_version=version_of(request))


@post(
    "/api/v1/recurring/{recurring_id:str}/confirm", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Confirm a series",
    status_code=200,
)  # fmt: skip
async def post_confirm(request: Ask, calling: Calling, recurring_id: FromPath[str]) -> Response[RecurringObject]:
    """It comes again: from now on it is in the totals, and its due dates in what is coming."""

    async def story() -> Response[Any]:
        one = await confirm_series(world_of(request), calling.household_id, calling.actor, internal("rec", recurring_id))
        return await _answer(request, calling, one.recurring_id)

    return await once(request, calling, story)


@post(
    "/api/v1/recurring/{recurring_id:str}/dismiss", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Dismiss a series",
    status_code=200,
)  # fmt: skip
async def post_dismiss(request: Ask, calling: Calling, recurring_id: FromPath[str]) -> Response[RecurringObject]:
    """It does not come again, and nobody asks again."""

    async def story() -> Response[Any]:
        one = await dismiss_series(world_of(request), calling.household_id, calling.actor, internal("rec", recurring_id))
        return await _answer(request, calling, one.recurring_id)

    return await once(request, calling, story)


@get("/api/v1/upcoming", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="What is coming")
async def get_upcoming(
    request: Ask,
    calling: Calling,
    *,
    days: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: Annotated[str | None, QueryParameter(description="1-500, default 500")] = None,
) -> ComingList:
    """Due dates of confirmed series from today on, for so many days: 14 without the parameter, at most 400."""
    count = DAYS_DEFAULT if days is None else int(days) if days.isascii() and days.isdigit() and len(days) < 4 else -1
    if not 0 <= count <= DAYS_MAX:
        raise Rejected("bad_days", f"days is a number from 0 to {DAYS_MAX}", field="days")
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        found = [coming_object(desk, c) for c in await upcoming(desk, count)]
    whole = str(LIMIT_MAX) if limit is None else limit
    return ComingList(*page_of(found, lambda c: f"{c.recurring_id}.{c.date}", cursor=cursor, limit=whole))


def coming_object(desk: Desk, one: Coming) -> ComingObject:
    """A payment to come as the API tells it."""
    house = desk.household.household_id
    return ComingObject(
        recurring_id=public("rec", one.recurring_id),
        date=one.on.isoformat(),
        name=one.name,
        amount=decimal_text(one.amount, one.currency),
        low=decimal_text(one.low, one.currency),
        high=decimal_text(one.high, one.currency),
        currency=one.currency,
        account_id=public("acc", one.account_id, household=house),
        category_id=public("cat", desk.categories.of(one.category_id).category_id, household=house),
        overdue=one.overdue,
    )


routes: list[Any] = [
    list_recurring,
    get_recurring,
    post_recurring,
    patch_recurring,
    delete_recurring,
    post_confirm,
    post_dismiss,
    get_upcoming,
]
