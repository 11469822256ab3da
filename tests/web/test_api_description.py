"""The API is as it is described: every address of the description, asked by a machine for whatever it allows and forbids."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio
import requests
import schemathesis
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.generation.hypothesis.reporting import ignore_hypothesis_output
from schemathesis.pytest.lazy import get_all_tests
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from farthing.flows.tokens import issue_token
from farthing.flows.world import World
from farthing.platform.engines.postgres import PostgresEngine
from farthing.platform.engines.valkey import ValkeyEngine
from farthing.web.api.describe import description, operations
from web.lived_in import database_name, lived_in, web_process

EXAMPLES = 2  # beside what its coverage phase asks: each bound, form and type of each parameter and field
STREAM = "/api/v1/events"  # has no end, so that nothing can be asked of it here
ONCE_ONLY = {"/api/v1/tokens", "/api/v1/erasure"}  # a secret is not kept to be said again; after an erasure nothing is
CHANGES_NOTHING = {"/api/v1/rules/preview"}  # its body is a question
SENDS = "/api/v1/channels/{channel_id}/test"  # to a channel that exists it would go out from here, and 503 is how that ends
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
CONFIG = schemathesis.Config.from_dict(
    {
        "seed": 1,
        "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none", "no-shrink": True},
        "phases": {"coverage": {"enabled": True, "unexpected-methods": []}},
        "checks": {
            "negative_data_rejection": {"expected-statuses": ["400", "401", "403", "404", "409", "412", "413", "415", "422", "429"]}
        },
    }
)
DESCRIBED = [(path, method) for path, method, _ in operations(description()) if path != STREAM]


class Reached(msgspec.Struct):
    """A web server, a program with a token that may write, and what it may ask for."""

    address: str
    session: Any
    headers: dict[str, str]
    ids: dict[str, list[str]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reached(whole_world: World, postgres_engine: PostgresEngine, valkey_engine: ValkeyEngine) -> AsyncIterator[Reached]:
    family, ids = await lived_in(whole_world)
    issued = await issue_token(whole_world, family.household_id, family.member_id, family.actor, scope="write")
    database = await database_name(whole_world)
    with web_process(whole_world, postgres_engine, valkey_engine, database=database) as address, requests.Session() as session:
        session.trust_env = False  # it asks here: to look for a proxy in the environment at each question takes a tenth of them
        yield Reached(address, session, {"authorization": f"Bearer {issued.secret}"}, ids)


def test_the_description_is_valid() -> None:
    made = description()
    validate(made)
    assert made["openapi"].startswith("3.1")


def test_the_list_says_that_a_category_may_be_named_by_a_group_of_ones_own() -> None:
    (category,) = (p for p in description()["paths"]["/api/v1/transactions"]["get"]["parameters"] if p["name"] == "category")
    assert category["description"] == "cat_..., the slug of a category or group, or grp_...; several by comma."


@pytest.mark.parametrize(("path", "method"), DESCRIBED)
def test_every_address_answers_as_described(path: str, method: str, reached: Reached) -> None:
    """What is to be asked of an address is thought out here and not, as schemathesis would have it, while tests are collected: that takes
    longer than the asking, and every process of a run collects."""
    item = description()["paths"][path]
    one = {name: what for name, what in item.items() if name in {method, "parameters"}}
    schema = schemathesis.openapi.from_dict({**description(), "paths": {path: one}}, config=CONFIG)
    (made,) = get_all_tests(schema=schema, test_func=answers_as_described, settings=None, given_kwargs=None)
    operation, asked = made.ok()
    assert (operation.path, operation.method) == (path, method)
    with ignore_hypothesis_output():
        asked(reached=reached)


def answers_as_described(case: schemathesis.Case, reached: Reached) -> None:
    """What is allowed is asked with ids that exist, so that no address is tried by its 404 alone; deletions only with made-up ones."""
    if case.meta is not None and case.meta.generation.mode.is_positive and case.method != "DELETE" and case.operation.path != SENDS:
        name_what_exists(case, reached.ids)
    case.call_and_validate(base_url=reached.address, session=reached.session, headers=reached.headers, checks=CHECKS)


def name_what_exists(case: schemathesis.Case, ids: dict[str, list[str]]) -> None:
    """Ids in the path and at the top of a body; the text of the case says which. (A repair would wait for a worker, and there is none.)"""
    n = sum(str(case.body).encode())
    for place, known in ((case.path_parameters, ids), (case.body, {k: v for k, v in ids.items() if k != "connection_id"})):
        if isinstance(place, dict):
            place.update({name: there[n % len(there)] for name, there in known.items() if isinstance(place.get(name), str)})


@pytest.mark.parametrize(("method", "path"), [(m, p) for p, m, _ in operations(description())])
def test_every_operation_says_how_it_refuses(method: str, path: str) -> None:
    operation = description()["paths"][path][method]
    refusals = {s for s in operation["responses"] if not s.startswith("2")}
    headers = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "header"}
    assert operation["security"] == [{"bearer": []}]
    assert {"400", "401", "404", "422", "503"} <= refusals
    assert operation["summary"]
    assert operation["description"]
    if method != "get":
        assert {"403", "409"} <= refusals
    if method == "post":
        assert ("Idempotency-Key" in headers) == (path not in ONCE_ONLY | CHANGES_NOTHING), "once() is how a POST is made repeatable"
    assert ("If-Match" in headers) == ("412" in refusals)


def test_every_object_that_can_be_edited_can_be_edited_conditionally() -> None:
    made = description()
    for path, method, operation in operations(made):
        tagged = "ETag" in made["paths"][path].get("get", {}).get("responses", {}).get("200", {}).get("headers", {})
        if tagged and method in {"patch", "put", "delete"}:
            assert "412" in operation["responses"], (method, path)


def test_a_stream_is_described_as_one() -> None:
    assert description()["paths"][STREAM]["get"]["responses"]["200"]["content"].keys() == {"text/event-stream"}
