"""The doors of Review: what is asked, and the answers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.response import Redirect

from farthing.core.errors import FarthingError, Missing
from farthing.core.ids import internal, new_id, public
from farthing.flows.answer import Answered, answer_import, answer_question
from farthing.flows.desk import read_desk
from farthing.flows.merge import merge_transactions
from farthing.flows.view_frame import view_frame
from farthing.flows.view_models.format import counted
from farthing.flows.view_models.parts import Toast
from farthing.flows.view_review import view_review
from farthing.web.callers import Ask, Visitor, visitor, world_of
from farthing.web.pages.answers import by_htmx, told
from farthing.web.pages.render import fields_of, page, said
from farthing.web.pages.transaction_edits import changed
from farthing.web.parameters import COUNT, id_of, one_of, reads

VISITING = {"visiting": Provide(visitor)}
WORDS = {"merge": "merged", "keep_apart": "kept apart", "pair": "paired", "reject": "not paired"}
SAID = frozenset(f"{w[:1].upper()}{w[1:]}" for w in (*WORDS.values(), "approved"))
READS = reads(since=COUNT, at=id_of("txn"), said=one_of(SAID), batch=id_of("bat"))


async def draw(
    request: Ask, visiting: Visitor, since: int, *, wrong: str = "", status: int = 200, toast: Toast | None = None, **place: Any
) -> Response[Any]:
    """The page as it now is; `place`: whose card is open, and what became of it."""
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        around, view = await desk.unit.side_by_side(
            view_frame(desk, page="review", title="Review", csrf=visiting.csrf, member_id=visiting.member_id),
            view_review(desk, since=since, **place),
        )
    request.app.state.access.saw(visiting.household_id, visiting.actor, [0])
    if wrong:
        view = msgspec.structs.replace(view, wrong=wrong)
    return page("pages/review.html", status=status, frame=msgspec.structs.replace(around.frame, toast=toast), view=view)


def since_of(text: str) -> int:
    """When this sitting began; now, for whoever comes anew."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 and int(text) < 1 << 63 else new_id()


@get("/review", dependencies=VISITING, include_in_schema=False, opt=READS)
async def review_page(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """Guesses to approve or put right, by merchant; then rows that may be one, or belong together."""
    given = request.query_params
    words, batch = given.get("said", ""), given.get("batch", "")
    at = internal("txn", given["at"]) if given.get("at") else 0
    toast = Toast(words, batch) if words in SAID else None
    return await draw(request, visiting, since_of(given.get("since", "")), toast=toast, at=at)


@post("/review", dependencies=VISITING, include_in_schema=False, status_code=200)
async def review_all(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """One answer to everything that one file asked."""
    form = await fields_of(request)
    return await _answer(request, visiting, form, batch_id=internal("bat", form.get("batch_id", "")))


@post("/review/{suggestion_id:str}", dependencies=VISITING, include_in_schema=False, status_code=200)
async def review_one(request: Ask, visiting: NamedDependency[Visitor], suggestion_id: FromPath[str]) -> Response[Any]:
    """One answer."""
    return await _answer(request, visiting, await fields_of(request), suggestion_id=internal("sug", suggestion_id))


async def _answer(request: Ask, visiting: Visitor, form: dict[str, str], *, suggestion_id: int = 0, batch_id: int = 0) -> Response[Any]:
    world, household, word, since = world_of(request), visiting.household_id, form.get("answer", ""), since_of(form.get("since", ""))
    try:
        if suggestion_id:
            answered = await answer_question(world, household, visiting.actor, suggestion_id, word)
        else:
            answered = await answer_import(world, household, visiting.actor, batch_id, word)
    except Missing:
        raise
    except FarthingError as error:
        if error.status >= 500:
            raise
        return await draw(request, visiting, since, wrong=f"Not done: {said(error)}", status=error.status)
    if by_htmx(request):
        drawn = await draw(request, visiting, since)
        drawn.headers.update(told(_words(answered), batch_id=answered.batch_id))
        return drawn
    place = {"since": str(since), "said": _plain(answered), "batch": public("bat", answered.batch_id) if answered.batch_id else ""}
    return Redirect(f"/review?{urlencode(place)}", status_code=303)


@post("/transactions/{transaction_id:str}/merge", dependencies=VISITING, include_in_schema=False, status_code=200)
async def merge_post(request: Ask, visiting: NamedDependency[Visitor], transaction_id: FromPath[str]) -> Response[Any]:
    """Another row is this one."""
    kept, form = internal("txn", transaction_id), await fields_of(request)
    other = internal("txn", form.get("other_id", ""))
    try:
        merged = await merge_transactions(world_of(request), visiting.household_id, visiting.actor, kept_id=kept, other_id=other)
    except FarthingError as error:
        if error.status >= 500 or not by_htmx(request):
            raise
        return Response("", status_code=422, headers=told(f"Not merged: {error.detail}.", failed=True))
    if not by_htmx(request):
        return Redirect(f"/transactions/{transaction_id}", status_code=303)
    answered = Answered(answer="merge", dropped=merged.dropped, batch_id=merged.batch_id)
    return await changed(request, visiting, [kept], told(_words(answered), batch_id=merged.batch_id, fetch=("ledger",)))


def _plain(answered: Answered) -> str:
    return f"{WORDS[answered.answer][:1].upper()}{WORDS[answered.answer][1:]}"


def _words(answered: Answered) -> str:
    """What was done, and what of it did not go along."""
    words = _plain(answered) if answered.count <= 1 else f"{counted(answered.count, 'pair')} {WORDS[answered.answer]}"
    lost = " and ".join(name.removesuffix("_id") for name in answered.dropped if name != "hidden")
    if lost:
        words += f"; the other row’s own {lost} did not go along"
    if answered.left_open:
        words += f"; {answered.left_open} {'is' if answered.left_open == 1 else 'are'} left to look at"
    return words


routes: list[Any] = [review_page, review_all, review_one, merge_post]
