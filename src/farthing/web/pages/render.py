"""Pages drawn: a template, a frame, a view. Fragments are the same templates, asked for by htmx and cut there."""

from __future__ import annotations

from typing import Any

from litestar import Response

from farthing.core.dates import Month
from farthing.core.errors import FarthingError
from farthing.flows.view_models.frame import FailurePage
from farthing.flows.view_models.parts import words
from farthing.flows.view_models.people import Plain
from farthing.web.callers import Ask
from farthing.web.templating import environment


def page(template: str, *, status: int = 200, **context: Any) -> Response[str]:
    """A whole page, or a fragment, by the template's name."""
    body = environment().get_template(template).render(**context)
    return Response(body, media_type="text/html; charset=utf-8", status_code=status)


def month_of(request: Ask, today: Month) -> Month:
    """The month that `?period=2026-11` names; the current one without it."""
    text = request.query_params.get("period")
    return Month.parse(text) if text else today


def failure_page(request: Ask, error: FarthingError, request_id: str) -> str:
    """An error in words, without a frame: it must be drawable when nothing else is."""
    retry = request.url.path if error.status == 503 and request.method == "GET" else ""
    view = FailurePage(error.status, error.title, words(error.detail), retry, "Try again" if retry else "", request_id)
    return environment().get_template("pages/failure.html").render(view=view, plain=Plain(error.title, ""))
