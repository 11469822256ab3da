"""The doors of Review for rows: a guess approved or put right, of a merchant's rows at once; what is sure approved together."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from farthing.core.errors import FarthingError, Missing, Rejected, Stale
from farthing.core.ids import internal, public
from farthing.flows.approve import Seen, approve, approve_sure
from farthing.flows.revise import Revised
from farthing.flows.view_models.format import counted
from farthing.web.callers import Ask, Visitor, world_of
from farthing.web.pages.answers import by_htmx, told
from farthing.web.pages.render import fields_of, said
from farthing.web.pages.review import VISITING, draw, since_of


@post("/review/rows", dependencies=VISITING, include_in_schema=False, status_code=200)
async def review_rows(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """The card's answer: these rows, and with `like` the merchant's others, are right or belong elsewhere."""
    form, household = await fields_of(request), visiting.household_id
    chosen = [str(v) for v in (await request.form()).getall("category_id", []) if v]
    since, at = since_of(form.get("since", "")), _row(form.get("at", ""))
    wish = 0
    try:
        seen = seen_of(form.get("seen", ""))
        wish = _category(chosen[-1], household) if chosen else 0
        flags = {name: form.get(name) == "yes" for name in ("like", "always")}
        revised = await approve(world_of(request), household, visiting.actor, seen, category_id=wish or None, **flags)
    except Stale:
        return await draw(request, visiting, since, at=at, wish=wish, changed=True, status=412)
    except FarthingError as error:
        if error.status >= 500:
            raise
        return await draw(request, visiting, since, at=at, wish=wish, wrong=f"Not done: {said(error)}", status=422)
    text = f"{counted(revised.count, 'row')} approved{', rule made' if flags['always'] else ''}"
    return await _done(request, visiting, since, revised, text, at=_row(form.get("next", "")))


@post("/review/sure", dependencies=VISITING, include_in_schema=False, status_code=200)
async def review_sure(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """Everything Farthing is sure of, as it was drawn."""
    form = await fields_of(request)
    until = internal("txn", form["until"]) if form.get("until") else None
    revised = await approve_sure(world_of(request), visiting.household_id, visiting.actor, until=until)
    since, at = since_of(form.get("since", "")), _row(form.get("at", ""))
    return await _done(request, visiting, since, revised, f"{counted(revised.count, 'row')} approved", at=at)


async def _done(request: Ask, visiting: Visitor, since: int, revised: Revised, text: str, *, at: int) -> Response[Any]:
    if by_htmx(request):
        drawn = await draw(request, visiting, since, at=at)
        drawn.headers.update(told(text if revised.batch_id else "Nothing to change", batch_id=revised.batch_id))
        return drawn
    place = {"since": str(since), "at": public("txn", at) if at else "", "said": "Approved"}
    return Redirect(f"/review?{urlencode(place | {'batch': public('bat', revised.batch_id) if revised.batch_id else ''})}", status_code=303)


def seen_of(text: str) -> list[Seen]:
    """`txn_...:3,txn_...:1`: rows and the versions that were seen; raises Rejected, Missing."""
    found = []
    for one in filter(None, text.split(",")):
        key, _, version = one.partition(":")
        if not (version.isascii() and version.isdigit() and len(version) < 10):
            raise Rejected("bad_ids", "these rows cannot be read", field="seen")
        found.append(Seen(internal("txn", key), int(version)))
    return found


def _row(text: str) -> int:
    """A row's id, 0 where it names none."""
    try:
        return internal("txn", text) if text else 0
    except Missing:
        return 0


def _category(text: str, household: int) -> int:
    try:
        return internal("cat", text, household=household)
    except Missing as error:
        raise Rejected("no_such_category", "there is no such category", field="category_id") from error


routes: list[Any] = [review_rows, review_sure]
