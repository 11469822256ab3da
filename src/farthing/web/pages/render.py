"""Pages drawn: a template, a frame, a view. Fragments are the same templates, asked for by htmx and cut there."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from typing import Any

from litestar import Response
from markupsafe import Markup

from farthing.core.dates import Month
from farthing.core.errors import FarthingError
from farthing.flows.kept import Kept, Used
from farthing.flows.view_models.frame import FailurePage
from farthing.flows.view_models.parts import words
from farthing.flows.view_models.people import Plain
from farthing.web.callers import Ask
from farthing.web.templating import environment, piece

FIELD_MAX = 4_000


def page(template: str, *, status: int = 200, kept: Kept | None = None, **context: Any) -> Response[str]:
    """A whole page, or a fragment, by the template's name. `kept`: of its household, where pieces of it may have been drawn before."""
    if kept is not None:
        context |= {"piece": partial(_piece_of, kept.pieces), "held": kept.rows}
    body = environment().get_template(template).render(**context)
    return Response(body, media_type="text/html", status_code=status)


def _piece_of(held: Used[Hashable, str], template: str, **views: Any) -> Markup:
    """A piece of a page, which shows these views and knows nothing else: equal views are drawn alike, so it cannot be out of date."""
    name = (template, *views.items())
    drawn = held.get(name)
    if drawn is None:
        drawn = piece(template, **views)
        held.keep(name, drawn)
    return Markup(drawn)  # noqa: S704 - as the template drew it


def month_of(request: Ask, today: Month) -> Month:
    """The month that `?period=2026-11` names; the current one without it."""
    text = request.query_params.get("period")
    return Month.parse(text) if text else today


async def fields_of(request: Ask) -> dict[str, str]:
    """A form's texts by name, each of a length that a form can have; files are left out."""
    return {name: value[:FIELD_MAX] for name, value in (await request.form()).items() if isinstance(value, str)}


IN_WORDS = {
    "bad_amount": "Write an amount such as 1,204.10, or -40 for money that is owed.",
    "bad_date": "Write a day such as 2026-11-22.",
    "currency_in_use": "The currency is fixed once there are transactions or budgets in it.",
}

NOT_HERE = ("There is nothing here", "The address is mistyped, what stood here is gone, or it belongs to another household.")

NOT_READ, WITHOUT = "This address cannot be read", "Open the page without it"


def said(error: FarthingError) -> str:
    """What is wrong, as a sentence for the person who typed it."""
    return IN_WORDS.get(error.code) or f"{error.detail[:1].upper()}{error.detail[1:]}."


def _way_on(request: Ask, error: FarthingError) -> tuple[str, str]:
    """Where a reader may go on: the same once more, or the page without what its address says in vain."""
    if request.method != "GET":
        return "", ""
    if error.status == 503:
        return request.url.path, "Try again"
    return (request.url.path, WITHOUT) if error.status == 422 and request.url.query else ("", "")


def failure_page(request: Ask, error: FarthingError, request_id: str) -> str:
    """An error in words, without a frame: it must be drawable when nothing else is."""
    retry, label = _way_on(request, error)
    title, text = NOT_HERE if error.status == 404 else (error.title, said(error))
    if label == WITHOUT:
        named = f"In the address, “{error.field}”: " if error.field else ""
        title, text = NOT_READ, f"{named}{error.detail}." if named else text
    view = FailurePage(error.status, title, words(text), retry, label, request_id)
    return environment().get_template("pages/failure.html").render(view=view, plain=Plain(title, ""))
