"""Binds the control routes, lets only loopback peers in, and words errors as JSON."""

import ipaddress
from typing import Any

from litestar import Request, Response, Router
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException, PermissionDeniedException
from litestar.handlers.base import BaseRouteHandler

from banksim.bank import Bank
from banksim.control import disturb, items, rows, world
from banksim.errors import PlaidError
from banksim.timers import Timers


def only_loopback(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    peer = connection.client.host if connection.client else ""
    if not is_loopback(peer):
        raise PermissionDeniedException("the control API answers only to this machine")
    if "origin" in connection.headers:
        raise PermissionDeniedException("the control API does not answer to web pages")


def is_loopback(peer: str) -> bool:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def _refused(request: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, Any]]:
    del request
    return Response({"error": error.detail, "extra": error.extra}, status_code=error.status_code)


def _plaid(request: Request[Any, Any, Any], error: PlaidError) -> Response[dict[str, Any]]:
    del request
    return Response({"error": error.message, "error_code": error.code}, status_code=error.http_status)


def router(bank: Bank, timers: Timers) -> Router:
    return Router(
        path="/control",
        route_handlers=[*items.routes(bank), *rows.routes(bank), *disturb.routes(bank), *world.routes(bank, timers)],
        guards=[only_loopback],
        exception_handlers={HTTPException: _refused, PlaidError: _plaid},
    )
