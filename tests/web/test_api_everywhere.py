"""Rules that hold on every address of the API, whoever wrote it: tried on all of them, as the description lists them."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from farthing.flows.world import World
from farthing.web.api.describe import description, operations
from web.lived_in import lived_in
from web.visit import application, program
from world import PASSWORD, Family, found

MADE = description()
ALL = [(method.upper(), path) for path, method, _ in operations(MADE)]
WITH_BODY = [(m.upper(), p) for p, m, o in operations(MADE) if "application/json" in o.get("requestBody", {}).get("content", {})]
PAGED = {name for name, schema in MADE["components"]["schemas"].items() if {"items", "next_cursor"} <= schema.get("properties", {}).keys()}
LISTS = [p for p, m, o in operations(MADE) if m == "get" and any(f'/{name}"' in json.dumps(o["responses"].get("200")) for name in PAGED)]
NO_AMOUNTS = ("1e9", "NaN", "Infinity", "١٢", "１２", "+5", "1,5", " 5", "5 ", ".5", "5.", "0x10", "1_000", "-", "", "9" * 30)


class Lived(dict[str, list[str]]):
    """Ids of a household that has something of everything, by the name of their parameter."""

    family: Family


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lived(whole_world: World) -> Lived:
    family, ids = await lived_in(whole_world)
    made = Lived(ids)
    made.family = family
    return made


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def api(whole_world: World, lived: Lived) -> AsyncIterator[httpx.AsyncClient]:
    async with program(whole_world, lived.family) as client:
        yield client


def address(path: str, ids: dict[str, list[str]] | None = None) -> str:
    """A path without /api/v1, its ids filled in; made-up ones where none are known."""

    def named(match: re.Match[str]) -> str:
        known = (ids or {}).get(match[1])
        return known[0] if known else MADE_UP.get(match[1], "x_1")

    return re.sub(r"\{(\w+)\}", named, path.removeprefix("/api/v1"))


MADE_UP = {
    "account_id": "acc_1", "alert_id": "alr_1", "batch_id": "bat_1", "budget_id": "bud_1", "category_id": "cat_1", "connection_id": "con_1",
    "export_id": "exp_1", "import_id": "imp_1", "recurring_id": "rec_1", "rule_id": "rul_1", "token_id": "tok_1", "transaction_id": "txn_1",
    "view_id": "vew_1", "group_id": "grp_1", "channel_id": "chn_1", "endpoint_id": "whk_1", "delivery_id": "whd_1",
}  # fmt: skip


def body_of(method: str, path: str) -> dict[str, Any] | None:
    """The least that an address takes, by the description: required fields, each with a value of its form."""
    content = MADE["paths"][path][method.lower()].get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    return None if schema is None else sample(schema)


def sample(schema: dict[str, Any]) -> Any:
    if name := schema.get("$ref", "").rpartition("/")[2]:
        schema = MADE["components"]["schemas"][name]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
    match kind:
        case "object":
            return {n: sample(schema["properties"][n]) for n in schema.get("required", ())}
        case "array":
            return [sample(schema["items"])] * schema.get("minItems", 0)
        case "integer":
            return 1
        case "boolean":
            return True
        case _:
            known = {"date": "2026-11-20", "date-time": "2026-11-20T10:00:00Z"}.get(schema.get("format", ""))
            pattern = schema.get("pattern", "")
            return known or (f"{pattern[1:4]}_1" if "_[" in pattern else "5.00" if "0-9" in pattern else "word")


def same(answer: httpx.Response) -> dict[str, Any]:
    """A refusal without what is different each time."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem: dict[str, Any] = answer.json()
    return {k: v for k, v in problem.items() if k != "request_id"}


async def test_nobody_gets_in_without_a_token_or_with_a_wrong_one(whole_world: World) -> None:
    door = httpx.ASGITransport(app=application(whole_world), raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=door, base_url="http://localhost/api/v1") as stranger:
        for method, path in ALL:
            for given in ("", "Bearer fth_" + "A" * 43, "Bearer x", "Basic Zm9vOmJhcg==", "Bearer "):
                answer = await stranger.request(method, address(path), json=body_of(method, path), headers={"authorization": given})
                assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), (method, path)
                assert same(answer)["code"] in {"token_needed", "token_unknown"}


async def test_a_token_that_reads_changes_nothing(whole_world: World, lived: Lived) -> None:
    async with program(whole_world, lived.family, "read") as reader:
        for method, path in ALL:
            if method != "GET":
                answer = await reader.request(method, address(path, lived), json=body_of(method, path))
                assert (answer.status_code, same(answer)["code"]) == (403, "scope_read_only"), (method, path)


async def test_a_parameter_that_the_address_has_not_is_refused(api: httpx.AsyncClient) -> None:
    for method, path in ALL:
        answer = await api.request(method, address(path), json=body_of(method, path), params={"colour": "red"})
        assert (answer.status_code, same(answer)["code"], same(answer)["field"]) == (422, "unknown_parameter", "colour"), (method, path)


async def test_a_field_that_the_body_has_not_or_needs_is_named(api: httpx.AsyncClient) -> None:
    for method, path in WITH_BODY:
        whole = body_of(method, path) or {}
        answer = await api.request(method, address(path), json={**whole, "colour": "red"})
        assert (answer.status_code, same(answer)["code"], same(answer)["field"]) == (422, "unknown_field", "colour"), (method, path)
        for field in whole:
            answer = await api.request(method, address(path), json={k: v for k, v in whole.items() if k != field})
            assert (answer.status_code, same(answer)["code"], same(answer)["field"]) == (422, "missing_field", field), (method, path)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b'{"a": 1, "a": 2}', 400, "key_twice"),
        (b'{"a": NaN}', 400, "not_a_number"),
        (b'{"a": [Infinity]}', 400, "not_a_number"),
        (b"NaN", 400, "not_a_number"),
        (b"\xff", 400, "not_utf8"),
        (b"[" * 50 + b"]" * 50, 400, "too_deep"),
        (b"[1]", 422, "wrong_type"),
        (b'"text"', 422, "wrong_type"),
        (b"", 422, "body_needed"),
        (b'{"a": "\\u0000"}', 422, "bad_text"),
        (b'{"a": ["\\ud800"]}', 422, "bad_text"),
        (b'{"a": 123456789012345678901234567890}', 422, "number_too_large"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(api: httpx.AsyncClient, content: bytes, status: int, code: str) -> None:
    for method, path in WITH_BODY:
        answer = await api.request(method, address(path), content=content, headers={"content-type": "application/json"})
        assert (answer.status_code, same(answer)["code"]) == (status, code), (method, path)


async def test_a_body_of_another_type_is_refused(api: httpx.AsyncClient) -> None:
    kinds = ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", "multipart/form-data")
    for method, path in WITH_BODY:
        for kind in kinds:
            answer = await api.request(method, address(path), content=b"name=1", headers={"content-type": kind})
            assert (answer.status_code, same(answer)["code"]) == (415, "unsupported_media_type"), (method, path, kind)
    answer = await api.post("/imports", json={"file": "x"})
    assert (answer.status_code, same(answer)["code"]) == (415, "unsupported_media_type")


async def test_somebody_elses_id_answers_exactly_as_a_missing_one(whole_world: World, lived: Lived) -> None:
    wrong = ({}, {k: ["nonsense"] for k in MADE_UP}, {k: ["txn_" + "z" * 20] for k in MADE_UP})
    async with program(whole_world, await found(whole_world)) as stranger:
        for method, path in ALL:
            if "{" in path:
                answers = [await stranger.request(method, address(path, ids), json=body_of(method, path)) for ids in (lived, *wrong)]
                assert [(a.status_code, same(a)["code"]) for a in answers] == [(404, "not_found")] * 4, (method, path)
                assert same(answers[0]) == same(answers[1]), (method, path)


async def test_nothing_of_the_household_changed_by_all_that(api: httpx.AsyncClient) -> None:
    listed = (await api.get("/transactions")).json()
    assert listed["totals"]["count"] == 6
    assert (await api.get("/household")).json()["name"] == "Test"


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_has_limits_and_comes_in_pages(api: httpx.AsyncClient, lived: Lived, path: str) -> None:
    at = address(path, lived)
    for wrong in ("0", "501", "-1", "x", "1.5", "١", ""):
        answer = await api.get(at, params={"limit": wrong})
        assert (answer.status_code, same(answer)["code"], same(answer)["field"]) == (422, "bad_limit", "limit")
    for wrong in ("x", "acc_1", "cur_0.0", "cur_ffffff.1", "", "bat_" + "z" * 20):
        answer = await api.get(at, params={"cursor": wrong})
        assert (answer.status_code, same(answer)["code"], same(answer)["field"]) == (400, "bad_cursor", "cursor"), wrong
    whole = (await api.get(at, params={"limit": 500})).json()
    assert whole["next_cursor"] is None
    paged: list[Any] = []
    cursor: str | None = None
    while True:
        page = (await api.get(at, params={"limit": 3} | ({"cursor": cursor} if cursor else {}))).json()
        paged += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        assert len(page["items"]) == 3
    assert paged == whole["items"]


@pytest.mark.parametrize("path", [p for m, p in ALL if m == "GET" and p.endswith("}")] + ["/api/v1/household"])
async def test_a_single_object_carries_an_etag_and_an_edit_with_another_one_is_refused(
    api: httpx.AsyncClient, lived: Lived, path: str
) -> None:
    at, methods = address(path, lived), MADE["paths"][path]
    answer = await api.get(at)
    tag = answer.headers["etag"]
    assert re.fullmatch(r'"[0-9a-z]+"', tag)
    assert (await api.get(at)).headers["etag"] == tag
    for method in {"patch", "delete"} & methods.keys():
        if "412" in methods[method]["responses"]:
            for other in ('"987654321"', '"nonsense"', 'W/"987654321"'):
                refused = await api.request(method, at, json={} if method == "patch" else None, headers={"if-match": other})
                assert (refused.status_code, same(refused)["code"]) == (412, "changed_meanwhile"), (method, other)
            refused = await api.request(method, at, json={} if method == "patch" else None, headers={"if-match": "two words"})
            assert (refused.status_code, same(refused)["code"], same(refused)["field"]) == (422, "bad_etag", "If-Match")
    if "patch" in methods:
        assert (await api.patch(at, json={}, headers={"if-match": tag})).status_code == 200


async def test_the_household_is_edited_conditionally(api: httpx.AsyncClient) -> None:
    before = (await api.get("/household")).headers["etag"]
    renamed = await api.patch("/household", json={"name": "Okafors"}, headers={"if-match": before})
    assert (renamed.status_code, renamed.json()["name"]) == (200, "Okafors")
    assert renamed.headers["etag"] != before
    late = await api.patch("/household", json={"name": "Late"}, headers={"if-match": before})
    assert (late.status_code, same(late)["code"]) == (412, "changed_meanwhile")
    assert (await api.patch("/household", json={"name": "Test"}, headers={"if-match": "*"})).json()["name"] == "Test"


@pytest.mark.parametrize("amount", [*NO_AMOUNTS, 5, 5.0, None, True, ["5"], {"a": 1}])
async def test_what_is_no_amount_is_refused_with_its_field(api: httpx.AsyncClient, lived: Lived, amount: Any) -> None:
    account, bought = lived["account_id"][0], {"date": "2026-11-20", "merchant": "Market"}
    answer = await api.post("/transactions", json={"account_id": account, "amount": amount, **bought})
    assert answer.status_code == 422
    assert same(answer)["code"] == ("bad_amount" if isinstance(amount, str) else "wrong_type")
    assert same(answer)["field"] == "amount"
    budget = await api.post("/budgets", json={"limit": amount, "group": "food"})
    assert (budget.status_code, same(budget)["field"]) == (422, "limit")
    parts = [{"amount": amount, "category_id": lived["category_id"][0]}]
    split = await api.put(f"/transactions/{lived['transaction_id'][0]}/splits", json={"splits": parts})
    assert (split.status_code, same(split)["field"]) == (422, "splits[0].amount")
    if isinstance(amount, str):
        listed = await api.get("/transactions", params={"min": amount})
        assert (listed.status_code, same(listed)["code"], same(listed)["field"]) == (422, "bad_amount", "min")


async def test_a_digit_too_many_is_refused_and_yen_have_none(api: httpx.AsyncClient, lived: Lived) -> None:
    yen = (await api.post("/accounts", json={"name": "Yen", "kind": "cash", "currency": "JPY", "opening_balance": "1200"})).json()
    assert yen["balance"] == "1200"
    for account, amount in ((yen["id"], "-5.5"), (lived["account_id"][0], "-5.005")):
        entry = {"account_id": account, "date": "2026-11-20", "amount": amount, "merchant": "Market"}
        answer = await api.post("/transactions", json=entry)
        assert (answer.status_code, same(answer)["code"], same(answer)["field"]) == (422, "too_many_digits", "amount")


async def test_the_trail_names_things_as_every_other_address_does(api: httpx.AsyncClient, lived: Lived) -> None:
    trail = (await api.get("/audit", params={"limit": 500})).json()["items"]
    named = {(e["kind"], v) for e in trail for v in e["details"].values() if isinstance(v, str)}
    assert ("budget.added", lived["budget_id"][0]) in named or ("budget.changed", lived["budget_id"][0]) in named
    assert ("export.asked", lived["export_id"][0]) in named
    assert not [e for e in trail for k, v in e["details"].items() if k.endswith("_id") and isinstance(v, int)]


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/api/v1/nothing", 404, "application/problem+json"),
        ("/api/nothing", 404, "application/problem+json"),
        ("/api/v2/transactions", 404, "application/problem+json"),
        ("/nothing", 404, "text/html; charset=utf-8"),
        ("/settings/nothing/at/all", 404, "text/html; charset=utf-8"),
    ],
)
async def test_an_unknown_address_says_so_in_the_askers_language(api: httpx.AsyncClient, path: str, status: int, kind: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        answer = await api.request(method, f"http://localhost{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (status, kind)


async def test_a_method_that_an_address_has_not_is_refused_with_those_it_has(api: httpx.AsyncClient) -> None:
    for path, item in MADE["paths"].items():
        known = {m.upper() for m in item}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - known:
            answer = await api.request(method, address(path))
            assert (answer.status_code, same(answer)["code"]) == (405, "method_not_allowed"), (method, path)
            assert known <= {m.strip() for m in answer.headers["allow"].split(",")}


async def test_the_same_post_again_with_its_key_gives_the_same_answer(api: httpx.AsyncClient, lived: Lived) -> None:
    bought = {"account_id": lived["account_id"][0], "date": "2026-11-20", "amount": "-1.00", "merchant": "Once"}
    for path, body, changed in (
        ("/transactions", bought, {"merchant": "Twice"}),
        ("/accounts", {"name": "Once", "kind": "cash"}, {"name": "Twice"}),
        ("/budgets", {"limit": "7.00", "group": "pets"}, {"limit": "8.00"}),
        ("/categories", {"name": "Once", "group": "food"}, {"name": "Twice"}),
    ):
        headers = {"idempotency-key": f"once {path}"}
        first, again = [await api.post(path, json=body, headers=headers) for _ in range(2)]
        assert first.status_code == 201, first.text
        assert (again.status_code, again.json(), again.headers["etag"]) == (201, first.json(), first.headers["etag"])
        assert again.headers["idempotent-replayed"] == "true"
        other = await api.post(path, json={**body, **changed}, headers=headers)
        assert (other.status_code, same(other)["code"]) == (422, "key_reused")
    for wrong in ("", "x" * 256, "tab\there"):
        answer = await api.post("/exports", headers={"idempotency-key": wrong})
        assert (answer.status_code, same(answer)["code"], same(answer)["field"]) == (422, "bad_idempotency_key", "Idempotency-Key")


async def test_undo_and_a_file_are_done_once_under_a_key(api: httpx.AsyncClient, lived: Lived) -> None:
    file = {"file": ("once.csv", b"Date,Amount,Payee\n2026-10-02,-6.00,Market\n")}
    headers = {"idempotency-key": "a file"}
    first, again = [await api.post("/imports", files=file, data={"account": lived["account_id"][0]}, headers=headers) for _ in range(2)]
    assert (first.status_code, again.json()) == (201, first.json())
    assert (await api.post(f"/imports/{first.json()['id']}/commit")).status_code == 200
    undone = [await api.post(f"/undo/{first.json()['id']}", headers={"idempotency-key": "an undo"}) for _ in range(2)]
    assert (undone[0].status_code, undone[0].json()["undone"]) == (200, 1)
    assert undone[1].json() == undone[0].json()


async def test_a_file_with_a_field_too_many_is_refused(api: httpx.AsyncClient) -> None:
    answer = await api.post("/imports", files={"file": ("a.csv", b"Date,Amount\n2026-10-02,-6.00\n")}, data={"colour": "red"})
    assert (answer.status_code, same(answer)["code"], same(answer)["field"]) == (422, "unknown_field", "colour")
    answer = await api.post("/imports", data={"account": "acc_1"}, files={"other": ("a.csv", b"x")})
    assert answer.status_code == 422


async def test_erasure_takes_the_password_and_nothing_less(world: World) -> None:
    family = await found(world)
    async with program(world, family) as api:
        refused = await api.post("/erasure", json={"password": "guess"})
        assert (refused.status_code, same(refused)["code"]) == (403, "wrong_password")
        receipt = await api.post("/erasure", json={"password": PASSWORD})
        assert receipt.status_code == 200
        assert receipt.json()["receipt_id"].startswith("rcp_")
        assert (await api.get("/household")).status_code == 401


async def test_the_description_is_there_for_programs_and_for_people(api: httpx.AsyncClient) -> None:
    told = await api.get("http://localhost/api/openapi.json", headers={"authorization": ""})
    assert (told.status_code, told.headers["content-type"], told.json()["openapi"]) == (200, "application/json", "3.1.0")
    page = await api.get("http://localhost/api/docs", headers={"authorization": ""})
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert all(f"<code>{path}</code>" in page.text.replace("<wbr>", "") for path in MADE["paths"])
