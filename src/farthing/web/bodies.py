"""JSON bodies before anybody reads them: the right type, not too deep, no key twice, no number that is none."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import msgspec
from litestar.enums import RequestEncodingType

from farthing.core.errors import Malformed, Rejected, UnsupportedMedia
from farthing.web.callers import Ask

DEPTH_MAX = 20
WRITING = frozenset({"POST", "PUT", "PATCH"})
_WRONG_TYPE = re.compile(r"(?P<what>Expected `.*?) - at `\$\.?(?P<place>[^`]*)`")


async def check_body(request: Ask) -> None:
    """Refuse what a strict reader would: raises UnsupportedMedia, Malformed or Rejected."""
    if request.method not in WRITING:
        return
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    if _takes_parts(request):
        if kind not in {"multipart/form-data", ""}:
            raise UnsupportedMedia("unsupported_media_type", "send multipart/form-data")
        return
    body = await request.body()
    if not body and not kind:
        return
    if kind != "application/json" or not _is_utf8(parameters):
        raise UnsupportedMedia("unsupported_media_type", "send application/json in UTF-8")
    if body:
        _read(body)
        _require_types(request, body)


def _require_types(request: Ask, body: bytes) -> None:
    """The framework takes "80" for 80 and 1 for true; here a number is a number. What else is wrong is its to say."""
    field = request.route_handler.parsed_data_field
    if field is None:
        return
    try:
        _decoder(field.annotation).decode(body)
    except msgspec.ValidationError as error:
        if found := _WRONG_TYPE.fullmatch(str(error)):
            raise Rejected("wrong_type", found["what"], field=found["place"] or None) from error


@cache
def _decoder(shape: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(shape)


def _takes_parts(request: Ask) -> bool:
    """Whether the address takes a file."""
    field = request.route_handler.parsed_data_field
    return getattr(field and field.kwarg_definition, "media_type", None) == RequestEncodingType.MULTI_PART


def _is_utf8(parameters: str) -> bool:
    name, _, value = parameters.strip().partition("=")
    return name.strip().lower() != "charset" or value.strip().strip('"').lower() in {"utf-8", "utf8"}


def _read(body: bytes) -> None:
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise Malformed("not_utf8", "the body is not UTF-8") from error
    if _depth(text) > DEPTH_MAX:
        raise Malformed("too_deep", f"JSON may be nested {DEPTH_MAX} deep")
    try:
        read = json.loads(text, object_pairs_hook=_pairs, parse_constant=_constant, parse_int=_integer)
        _pairs([("", read)])
    except json.JSONDecodeError as error:
        raise Malformed("malformed_json", f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from error


def _depth(text: str) -> int:
    deepest = depth = 0
    quoted = escaped = False
    for c in text:
        if quoted:
            if escaped:
                escaped = False
            elif c == "\\":
                escaped = True
            elif c == '"':
                quoted = False
        elif c == '"':
            quoted = True
        elif c in "[{":
            depth += 1
            deepest = max(deepest, depth)
            if deepest > DEPTH_MAX:
                break
        elif c in "]}":
            depth -= 1
    return deepest


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        twice = next(k for i, (k, _) in enumerate(pairs) if k in {p[0] for p in pairs[:i]})
        raise Malformed("key_twice", f"the key {twice[:40]} stands twice in one object", field=twice[:40])
    for key, value in pairs:
        _check_text(key, key)
        for one in value if isinstance(value, list) else (value,):
            if isinstance(one, str):
                _check_text(one, key)
            elif isinstance(one, _NoNumber):
                raise Malformed("not_a_number", f"{one.name} is not a number JSON knows", field=key[:40])
    return made


def _check_text(text: str, field: str) -> None:
    """NUL has no place in a text column, half a surrogate pair is no character."""
    if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise Rejected("bad_text", "NUL and lone surrogates are no text", field=field[:40])


class _NoNumber(msgspec.Struct):
    """NaN or an infinity, until the key is known under which it stands."""

    name: str


def _constant(name: str) -> _NoNumber:
    return _NoNumber(name)


def _integer(text: str) -> int:
    if len(text) > 20:
        raise Rejected("number_too_large", "a whole number may have 19 digits")
    return int(text)
