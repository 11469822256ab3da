"""The API's description, OpenAPI 3.1: what the routes' signatures say, and what they cannot say.

Litestar makes the skeleton. Laid over it, for every route alike: the bearer token, errors as problem+json by status, the headers that make
a POST repeatable and an edit conditional, limits and forms of parameters and texts, and that unknown fields are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Litestar
from litestar.openapi import OpenAPIConfig
from litestar.routes import HTTPRoute

from farthing.web.api.meanings import INSTANT, PARAMETERS, PROPERTIES, Schema
from farthing.web.problems import Problem

TEXT = """\
Send `Authorization: Bearer fth_...`, with a token from Settings; one of scope `read` may only GET. Amounts are decimal strings in the
currency's own digits, negative is money out; days are `YYYY-MM-DD`, instants RFC 3339 in UTC; ids are opaque. Another household's id
answers exactly as a missing one. Unknown fields and parameters are refused. Lists with pages are `{items, next_cursor}`. Errors are
`application/problem+json` with a stable `code` and, where one place is wrong, its `field`."""
TITLES = {413: "Larger than this address takes", 415: "Not a type that this address reads", 429: "Too often; wait"}
WRITING = frozenset({"post", "put", "patch", "delete"})
REPEATABLE: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "1 to 255 printable characters. The same request with the same key has one effect, and one answer for a day.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}
CONDITIONAL: Schema = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag as it was given: the edit happens only if nothing changed since, else 412.",
    "schema": {"type": "string", "pattern": r'^(\*|(W/)?"?[0-9A-Za-z_-]{1,64}"?)$'},
}
ETAG: Schema = {"description": "What `If-Match` takes.", "schema": {"type": "string"}}
WAIT: Schema = {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}}


@cache
def description() -> dict[str, Any]:
    """The whole of it."""
    from farthing.web.api import routes

    config = OpenAPIConfig(title="Farthing", version="1", description=TEXT, use_handler_docstrings=True)
    app = Litestar(route_handlers=routes, openapi_config=config)
    made: dict[str, Any] = msgspec.to_builtins(app.openapi_schema.to_schema())
    components = made["components"]
    for path, method, operation in operations(made):
        handler = _handler(app, path, method)
        _operation(operation, path, method, handler, components)
    for name, schema in components["schemas"].items():
        _object(name, schema)
    asked = _reached(made)
    for name, schema in components["schemas"].items():
        if name in asked:
            schema["additionalProperties"] = False
        else:
            schema["required"] = sorted(schema["properties"])  # answers leave nothing out
    components["schemas"]["Problem"] = _problem()
    components["responses"] = {f"Problem{status}": _refusal(status) for status in (400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 503)}
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "description": "A token from Settings."}}
    made["security"] = [{"bearer": []}]
    made["servers"] = [{"url": "/"}]
    return made


def operations(made: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of a description, in order."""
    for path, item in made["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def _handler(app: Litestar, path: str, method: str) -> Any:
    for route in app.routes:
        if isinstance(route, HTTPRoute) and (route.path_format or "/") == path:
            return next(h for h in route.route_handlers if method.upper() in h.http_methods)
    raise AssertionError(f"{method} {path} is described and has no handler")


def _operation(operation: dict[str, Any], path: str, method: str, handler: Any, components: dict[str, Any]) -> None:
    """One operation. A header is declared exactly where the handler reads it: where it calls what reads it."""
    uses = set(handler.fn.__code__.co_names)
    operation["security"] = [{"bearer": []}]
    parameters = [_parameter(path, p) for p in operation.get("parameters", ())]
    statuses = [400, 401, 404, 422, 429, 503, *handler.opt.get("also", ())]
    if method in WRITING:
        statuses += [403, 409]
    if method in WRITING - {"delete"}:
        statuses += [413, 415]
    if "once" in uses:
        parameters.append(REPEATABLE)
    if uses & {"version_of", "match_of"}:
        parameters.append(CONDITIONAL)
        statuses.append(412)
    if parameters:
        operation["parameters"] = parameters
    answers = {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}
    for answer in answers.values():
        answer.pop("headers", None)
        if _is_tagged(answer, components):
            answer["headers"] = {"ETag": ETAG}
    operation["responses"] = {**answers, **{str(s): {"$ref": f"#/components/responses/Problem{s}"} for s in sorted(statuses)}}


def _is_tagged(answer: dict[str, Any], components: dict[str, Any]) -> bool:
    """Whether a single object is answered that has a version."""
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    return "version" in components["schemas"].get(name, {}).get("properties", {})


def _parameter(path: str, parameter: dict[str, Any]) -> dict[str, Any]:
    """A parameter that is left out is not there: null is no value of it."""
    schema = _plain(parameter["schema"])
    name = parameter["name"]
    shape = dict(PARAMETERS.get(f"{path}?{name}") or PARAMETERS.get(name, {}))
    words = shape.pop("description", "")
    told = {"name": name, "in": parameter["in"], "required": parameter["required"], "schema": {**schema, **shape}}
    if text := parameter.get("description") or words:
        told["description"] = text
    return told


def _plain(schema: Schema) -> Schema:
    """`oneOf` with one branch besides null, as that branch."""
    branches = [b for b in schema.get("oneOf", ()) if b != {"type": "null"}]
    return {**{k: v for k, v in schema.items() if k != "oneOf"}, **branches[0]} if len(branches) == 1 else schema


def _object(name: str, schema: Schema) -> None:
    for field, shape in schema.get("properties", {}).items():
        branches = shape.get("oneOf", ())
        nullable = {"type": "null"} in branches
        plain = _plain(shape)
        if plain.get("type") == "string":
            plain = {**plain, **_meaning(name, field)}
        schema["properties"][field] = _or_null(plain) if nullable else plain


def _meaning(name: str, field: str) -> Schema:
    known = PROPERTIES.get(f"{name}.{field}") or PROPERTIES.get(field)
    return known or (INSTANT if field.endswith("_at") else {})


def _or_null(plain: Schema) -> Schema:
    if "$ref" in plain or not isinstance(plain.get("type"), str):
        return {"anyOf": [plain, {"type": "null"}]}
    known = {**plain, "type": [plain["type"], "null"]}
    if "enum" in known:
        known["enum"] = [*known["enum"], None]
    return known


def _reached(made: dict[str, Any]) -> set[str]:
    """Objects that requests are made of: every one refuses fields it does not know."""
    found: set[str] = set()
    waiting = [o["requestBody"] for _, _, o in operations(made) if "requestBody" in o]
    while waiting:
        for name in _named(waiting.pop()):
            if name not in found:
                found.add(name)
                waiting.append(made["components"]["schemas"][name])
    return found


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"].rpartition("/")[2]
        for inner in value.values():
            yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)


def _problem() -> Schema:
    """The struct that doors answer, as JSON Schema says it."""
    schemas: tuple[Sequence[Any], dict[str, Any]] = msgspec.json.schema_components([Problem])
    return dict(schemas[1]["Problem"])


def _refusal(status: int) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": TITLES.get(status) or HTTPStatus(status).phrase,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in {429, 503}:
        answer["headers"] = {"Retry-After": WAIT}
    if status == 401:
        answer["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return answer
