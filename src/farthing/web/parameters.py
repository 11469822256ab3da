"""Query parameters before anybody reads them: only those that the address has, each of them once, and on pages only what they can say.

A program's address says in its handler's signature what it takes. A page's says it beside its path, `opt=reads(period=MONTH, add=FLAG)`;
whoever says nothing takes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request
from litestar.handlers import BaseRouteHandler
from litestar.params import ParameterKwarg
from litestar.response import Redirect

from farthing.core.dates import Month
from farthing.core.errors import FarthingError, Rejected
from farthing.core.ids import internal

READS = "reads"  # where a page's handler says which parameters its address may have
TEXT_MAX = 2_000
OURS = frozenset({"request", "calling", "data", "state", "scope", "body", "headers", "cookies", "query"})
_known: dict[BaseRouteHandler, frozenset[str]] = {}


def check_parameters(request: Request[Any, Any, Any]) -> None:
    """Refuse parameters that the address does not know, and the same one twice; raises Rejected with its name."""
    handler = request.route_handler
    allowed = _known.get(handler)
    if allowed is None:
        allowed = _known[handler] = _parameters(handler) - request.path_params.keys()
    _check_names(request, allowed)


def _check_names(request: Request[Any, Any, Any], allowed: Collection[str]) -> None:
    """Raises Rejected for the first that the address does not know, or says twice."""
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


class Says(msgspec.Struct, frozen=True):
    """What a parameter of a page may say: in words for whoever said something else, and the question whether a text says it."""

    words: str
    fits: Callable[[str], bool]
    text_max: int = TEXT_MAX


def reads(**known: Says) -> dict[str, Any]:
    """The option of a page's handler: the parameters of its address. One called `from` is written `from_`."""
    return reads_of({name.removesuffix("_"): says for name, says in known.items()})


def reads_of(known: Mapping[str, Says]) -> dict[str, Any]:
    """The same for parameters that stand in a table."""
    return {READS: known}


def check_page(request: Request[Any, Any, Any]) -> Redirect | None:
    """Refuse what the address of a page cannot have or cannot say, by name. Raises Rejected, Missing for what is no id.

    A field left empty is how a form says nothing: whoever asks so is led to the address without it, which says what is shown.
    """
    known: Mapping[str, Says] | None = request.route_handler.opt.get(READS)
    if known is None or not request.url.query or request.method != "GET":
        return None
    _check_names(request, known)
    given = request.query_params
    for name, text in given.items():
        says = known[name]
        if text and (len(text) > says.text_max or not says.fits(text)):
            words = says.words if len(text) <= says.text_max else f"at most {says.text_max} letters long"
            raise Rejected(f"bad_{name}", f"the address says something that {name} cannot be: it is {words}", field=name)
    if all(given.values()):
        return None
    kept = [(name, text) for name, text in given.items() if text]
    return Redirect(f"{request.url.path}{'?' if kept else ''}{urlencode(kept)}", status_code=303)


def one_of(words: Iterable[str]) -> Says:
    """One of a few words."""
    known = tuple(words)
    return Says(" or ".join(known), lambda text: text in known)


def either(one: Says, other: Says) -> Says:
    """What one of two takes."""
    return Says(f"{one.words} or {other.words}", lambda text: one.fits(text) or other.fits(text))


def id_of(prefix: str) -> Says:
    """The id of a thing of this kind; what is none is as missing as a thing that is not there."""
    return Says(f"an id that begins with {prefix}_", lambda text: internal(prefix, text) >= 0)


def read_by(read: Callable[[str], object], words: str) -> Says:
    """What a reader takes that raises for everything else."""

    def fits(text: str) -> bool:
        try:
            read(text)
        except FarthingError:
            return False
        return True

    return Says(words, fits)


FLAG = Says("1, or not there", lambda text: text == "1")
COUNT = Says("a number", lambda text: text.isascii() and text.isdigit() and len(text) < 20 and int(text) < 1 << 63)
MONTH = read_by(Month.parse, "a month such as 2026-11")
WORDS = Says("words", lambda _: True)
ANYTHING: dict[str, Any] = {READS: None}  # an address to which others lead back, with parameters of their own
READ_LATER = Says("refused by whoever reads it, who alone knows what is there", lambda _: True)
