"""The API's description, for programs as JSON and for people as a page. Nobody has to be signed in to read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from litestar import Response, get

from farthing.web.api.describe import description, operations
from farthing.web.pages.people import plain
from farthing.web.pages.render import page

_KEY = re.compile(r"\^\(?([a-z|]+)\)?_")


class Slot(msgspec.Struct, frozen=True):
    """A parameter, a field of a body, a property of an object."""

    name: str
    what: str
    text: str = ""
    required: bool = False


class Answer(msgspec.Struct, frozen=True):
    """What comes back with a status; `object_name` leads to its properties."""

    status: str
    text: str
    object_name: str = ""


class Address(msgspec.Struct, frozen=True):
    """A method on a path."""

    key: str
    method: str
    path: str
    title: str
    text: str
    parameters: tuple[Slot, ...]
    body: str
    answers: tuple[Answer, ...]
    refusals: str


class Thing(msgspec.Struct, frozen=True):
    """An object that requests or answers are made of."""

    name: str
    text: str
    slots: tuple[Slot, ...]


class Docs(msgspec.Struct, frozen=True):
    """The page."""

    text: str
    chapters: tuple[tuple[str, tuple[Address, ...]], ...]
    things: tuple[Thing, ...]


@get("/api/openapi.json", include_in_schema=False, sync_to_thread=False)
def openapi_json() -> Response[bytes]:
    """The API in OpenAPI 3.1."""
    return Response(_json(), media_type="application/json")


@get(["/api", "/api/docs"], include_in_schema=False, sync_to_thread=False)
def api_docs() -> Response[str]:
    """The API to read: addresses, what they take, what they answer."""
    return page("pages/api_docs.html", plain=plain("API"), view=_docs())


@cache
def _json() -> bytes:
    return msgspec.json.encode(description())


@cache
def _docs() -> Docs:
    made = description()
    chapters: dict[str, list[Address]] = {}
    for path, method, operation in operations(made):
        chapters.setdefault(operation["tags"][0], []).append(_address(path, method, operation))
    things = tuple(_thing(name, schema) for name, schema in sorted(made["components"]["schemas"].items()))
    return Docs(made["info"]["description"], tuple((name, tuple(found)) for name, found in chapters.items()), things)


def _address(path: str, method: str, operation: dict[str, Any]) -> Address:
    answers = [(status, a) for status, a in operation["responses"].items() if status.startswith("2")]
    return Address(
        key=operation["operationId"],
        method=method.upper(),
        path=path,
        title=operation["summary"],
        text=operation.get("description", ""),
        parameters=tuple(
            Slot(p["name"], f"{p['in']}, {_what(p['schema'])}", p.get("description", ""), p["required"])
            for p in operation.get("parameters", ())
        ),
        body=_object_name(operation.get("requestBody", {})),
        answers=tuple(Answer(status, a["description"], _object_name(a)) for status, a in answers),
        refusals=", ".join(status for status in operation["responses"] if not status.startswith("2")),
    )


def _object_name(content: dict[str, Any]) -> str:
    for told in content.get("content", {}).values():
        schema = told.get("schema", {})
        return _named(schema.get("items", schema))
    return ""


def _named(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _thing(name: str, schema: dict[str, Any]) -> Thing:
    required = schema.get("required", ()) if schema.get("additionalProperties") is False else ()  # answers leave nothing out
    slots = [Slot(n, _what(s), s.get("description", ""), n in required) for n, s in schema.get("properties", {}).items()]
    return Thing(name, schema.get("description", ""), tuple(slots))


def _what(schema: dict[str, Any]) -> str:
    """A schema in words: `text, a day`, `one of read, write`, `list of TransactionObject`, `whole number 1-500`."""
    if name := _named(schema):
        return name
    return ", ".join(_words(schema))


def _words(schema: dict[str, Any]) -> Iterator[str]:
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    names = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "object": "object"}
    for branch in schema.get("anyOf", ()):
        yield _what(branch) if branch != {"type": "null"} else "or null"
    if "enum" in schema:
        yield "one of " + ", ".join(str(w) for w in schema["enum"] if w is not None)
    elif "array" in kinds:
        yield f"list of {_what(schema.get('items', {})) or 'anything'}"
    else:
        yield from (names[k] for k in kinds if k in names)
    if match := _KEY.match(schema.get("pattern", "")):
        yield f"{match[1].replace('|', '_... or ')}_..."
    if "format" in schema:
        yield {"date": "a day", "date-time": "an instant", "binary": "a file"}.get(schema["format"], schema["format"])
    if "minimum" in schema and "maximum" in schema:
        yield f"{schema['minimum']}-{schema['maximum']}"
    if "null" in kinds:
        yield "or null"


routes: list[Any] = [openapi_json, api_docs]
