"""Errors at the door: problem+json for programs, a page in words for people. Never a traceback, never the input echoed back."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect

from farthing.core.errors import FarthingError, Limited, Malformed, Missing, Rejected, TooLarge, Unauthorized, Unavailable, UnsupportedMedia
from farthing.web.callers import request_id_of

log = structlog.get_logger()
Ask = Request[Any, Any, Any]
CODES = {400: "malformed", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed", 413: "too_large",
         415: "unsupported_media_type", 429: "too_many_requests"}  # fmt: skip


_READERS = (
    ("unknown_field", re.compile(r"Object contains unknown field `(?P<name>[^`]*)`"), "there is no field {name} here"),
    ("missing_field", re.compile(r"Object missing required field `(?P<name>[^`]*)`"), "the field {name} is needed"),
    ("wrong_type", re.compile(r"Expected `"), ""),
    ("one_only", re.compile(r"Unsupported type: <class 'list'>"), "this field is given more than once"),
)


class Problem(msgspec.Struct, omit_defaults=True):
    """RFC 9457; `code` is stable, `field` names the place in the input, `errors` the rows, `connection_id` the link in the way."""

    title: str
    status: int
    code: str
    detail: str
    request_id: str
    type: str = "about:blank"
    field: str | None = None
    errors: list[dict[str, Any]] = []
    connection_id: str | None = None


def for_programs(request: Ask, error: Exception) -> Response[bytes]:
    """Any exception as problem+json."""
    known = _known(error)
    headers = _headers(known)
    rows = [msgspec.to_builtins(row) for row in getattr(known, "errors", ())]
    problem = Problem(known.title, known.status, known.code, known.detail, request_id_of(request), field=known.field, errors=rows)
    problem.connection_id = getattr(known, "connection_id", None)
    if known.status >= 500 and not isinstance(known, Unavailable):
        log.error(
            "bug", request_id=problem.request_id, route=request.scope.get("path_template"), error=type(error).__name__, exc_info=error
        )
    return Response(msgspec.json.encode(problem), media_type="application/problem+json", status_code=known.status, headers=headers)


def for_people(request: Ask, error: Exception) -> Response[Any]:
    """Any exception as a page; who is not signed in is sent to the sign-in form."""
    known = _known(error)
    if isinstance(known, Unauthorized):
        if request.headers.get("hx-request"):
            return Response("", status_code=401, headers={"hx-redirect": "/sign-in"})
        return Redirect(_sign_in(request), status_code=303)
    request_id = request_id_of(request)
    if known.status >= 500 and not isinstance(known, Unavailable):
        log.error("bug", request_id=request_id, route=request.scope.get("path_template"), error=type(error).__name__, exc_info=error)
    render: Callable[[Ask, FarthingError, str], str] | None = getattr(request.app.state, "failure_page", None)
    body = (
        render(request, known, request_id) if render else f"<!doctype html><title>{html.escape(known.title)}</title><h1>{known.title}</h1>"
    )
    return Response(body, media_type="text/html", status_code=known.status, headers=_headers(known))


def _sign_in(request: Ask) -> str:
    """The sign-in form, which leads on to the page that was asked for: a session may end while somebody is at their bank's page."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/sign-in?next={quote(asked)}" if request.method == "GET" and asked != "/" else "/sign-in"


def answer(request: Ask, error: Exception) -> Response[Any]:
    """The app's last resort, by what the path promises, or what a script of ours asks for."""
    programs = request.url.path.startswith(("/api/", "/webhooks/", "/healthz", "/readyz", "/metrics"))
    programs = programs or request.headers.get("accept", "").startswith("application/json")
    return for_programs(request, error) if programs else for_people(request, error)


class _Bug(FarthingError):
    status = 500
    title = "Something is broken on our side"


class _Method(Rejected):
    status = 405
    title = "Method not allowed"

    def __init__(self, code: str, detail: str, *, allow: str) -> None:
        super().__init__(code, detail)
        self.allow = allow


def _known(error: Exception) -> FarthingError:
    if isinstance(error, FarthingError):
        return error
    if isinstance(error, ValidationException):
        return _invalid(error)
    if isinstance(error, HTTPException):
        return _of_status(error)
    return _Bug("internal_error", "this is our fault, not yours; quote the request id if it happens again")


def _invalid(error: ValidationException) -> FarthingError:
    """What a body's reader says, under a code of its own and with the field's whole name."""
    extra = error.extra if isinstance(error.extra, list) else []
    first: dict[str, Any] = extra[0] if extra and isinstance(extra[0], dict) else {}
    place = str(first.get("key") or "").removeprefix("data")
    message = str(first.get("message") or "the input does not have the expected form")
    if message == "'data'":
        return Rejected("body_needed", "this address takes a body")
    for code, pattern, words in _READERS:
        if match := pattern.match(message):
            name = match.groupdict().get("name", "")[:80]
            return Rejected(code, words.format(name=name) or _short(message), field=".".join(filter(None, (place, name))) or None)
    return Rejected("invalid", _short(message), field=place or None)


def _of_status(error: HTTPException) -> FarthingError:
    match error.status_code:
        case 404:
            return Missing("not_found", "there is nothing here")
        case 405:
            return _Method("method_not_allowed", "this address does not take that method", allow=(error.headers or {}).get("allow", ""))
        case 413:
            return TooLarge("too_large", "the body is larger than this address takes")
        case 415:
            return UnsupportedMedia("unsupported_media_type", "send application/json")
        case 401:
            return Unauthorized("unauthorized")
        case 400:
            return Malformed("malformed", _short(str(error.detail or "the request could not be read")))
        case _ if error.status_code < 500:
            return Rejected(CODES.get(error.status_code, "refused"), _short(str(error.detail)))
        case _:
            return _Bug("internal_error", "this is our fault, not yours; quote the request id if it happens again")


def _short(text: str) -> str:
    return text if len(text) <= 200 else text[:200] + "…"


def _headers(error: FarthingError) -> dict[str, str]:
    if isinstance(error, Limited | Unavailable):
        return {"retry-after": str(error.retry_after_s)}
    if isinstance(error, Unauthorized):
        return {"www-authenticate": "Bearer"}
    if isinstance(error, _Method) and error.allow:
        return {"allow": error.allow}
    return {}
