"""Query parameters before anybody reads them: only those that the address has, and each of them once."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from litestar import Request
from litestar.handlers import BaseRouteHandler
from litestar.params import ParameterKwarg

from farthing.core.errors import Rejected

OURS = frozenset({"request", "calling", "data", "state", "scope", "body", "headers", "cookies", "query"})
_known: dict[BaseRouteHandler, frozenset[str]] = {}


def check_parameters(request: Request[Any, Any, Any]) -> None:
    """Refuse parameters that the address does not know, and the same one twice; raises Rejected with its name."""
    handler = request.route_handler
    allowed = _known.get(handler)
    if allowed is None:
        allowed = _known[handler] = _parameters(handler) - request.path_params.keys()
    check_names(request, allowed)


def check_names(request: Request[Any, Any, Any], allowed: Collection[str]) -> None:
    """The same for an address that says itself which parameters it knows, as a page's does."""
    seen: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name not in allowed:
            raise Rejected("unknown_parameter", f"there is no parameter {name[:40]}", field=name[:40])
        if name in seen:
            raise Rejected("parameter_twice", f"{name} is given twice", field=name)
        seen.add(name)


def _parameters(handler: BaseRouteHandler) -> frozenset[str]:
    """What the handler's signature takes from the address, by the names used there."""
    found = set()
    for name, field in handler.parsed_fn_signature.parameters.items():
        if name not in OURS:
            kwarg = field.kwarg_definition
            found.add((kwarg.name if isinstance(kwarg, ParameterKwarg) else None) or name)
    return frozenset(found)
