"""Who is let in: cookies, forms of other sites, tokens and what they may do, and what every answer carries. Every route there is."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from litestar import Litestar

from farthing.flows.passwords import forget_password
from farthing.flows.sign_in import Visit
from farthing.flows.world import World
from farthing.platform.database import Unit
from farthing.platform.settings import Settings
from farthing.security.sealing import Sealer
from farthing.web.api.describe import description
from web.visit import application, browser, program, signed_in, visitor
from world import PASSWORD, Family

OPEN = {"/sign-in", "/sign-up", "/forgot", "/reset"}  # forms for strangers; they look at where the form stands instead
FOR_ANYBODY = {"/manifest.webmanifest", "/sw.js", "/offline"}  # the same for everybody, and nothing of anybody
SAFE = {"GET", "HEAD", "OPTIONS"}
METHODS = {"get", "post", "put", "patch", "delete"}
ASSET = re.compile(r'"(/static/[^"]+)"')
PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


def routes(app: Litestar) -> Iterator[tuple[str, str]]:
    """(method, path) of every route, parameters filled with what names nothing."""
    for route in app.routes:
        path = PARAMETER.sub("x_1", route.path)
        for handler in getattr(route, "route_handlers", []):
            yield from ((method, path) for method in sorted(handler.http_methods) if method not in {"HEAD", "OPTIONS"})


async def test_every_form_of_a_page_needs_the_sessions_own_token(world: World, household: Family) -> None:
    pages = [(m, p) for m, p in routes(application(world)) if m not in SAFE and not p.startswith(("/api/", "/webhooks/")) and p not in OPEN]
    assert len(pages) > 10
    async with browser(world, household) as reader:
        for method, path in pages:
            for headers in ({}, {"x-csrf-token": "0" * 64}, {"content-type": "text/plain"}):
                answer = await reader.client.request(method, path, headers=headers)
                assert answer.status_code == 403, (method, path, headers, answer.status_code)


async def test_no_page_is_shown_and_no_form_taken_without_a_session(world: World) -> None:
    async with visitor(world) as stranger:
        for method, path in routes(application(world)):
            if path.startswith(("/api", "/webhooks/", "/static/", "/healthz", "/readyz", "/metrics")) or path in OPEN | FOR_ANYBODY:
                continue
            answer = await stranger.request(method, path)
            form = answer.headers.get("location", "").partition("?")[0]  # it leads back to the page that was asked for
            assert (answer.status_code, form) in {(303, "/sign-in"), (401, "")}, (method, path, answer.status_code)


async def test_no_form_of_another_site_signs_anybody_in_or_up(world: World, household: Family) -> None:
    async with visitor(world) as stranger:
        form = {"email": household.email, "password": PASSWORD}
        for path in sorted(OPEN):
            for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
                answer = await stranger.post(path, data=form, headers=headers)
                assert (answer.status_code, answer.headers.get("set-cookie")) == (403, None), (path, headers)


async def test_no_program_comes_in_without_a_token_and_none_writes_with_a_reading_one(world: World, household: Family) -> None:
    api = [(m, p) for m, p in routes(application(world)) if p.startswith("/api/v1/")]
    assert len(api) > 40
    async with visitor(world) as stranger, browser(world, household) as reader:
        for method, path in api:
            for client, headers in (
                (stranger, {}),
                (stranger, {"authorization": "Bearer fth_" + "x" * 43}),
                (stranger, {"authorization": "Basic eDp4"}),
                (reader.client, {}),
            ):
                body = {"files": {"file": b"x"}} if path == "/api/v1/imports" else {} if method == "GET" else {"json": {}}
                answer = await client.request(method, path, headers=headers, **body)
                assert answer.status_code == 401, (method, path, headers, answer.status_code)
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.headers["www-authenticate"] == "Bearer"
    async with program(world, household, "read") as watcher:
        for method, path in api:
            if method not in SAFE:
                body = {"files": {"file": b"x"}} if path == "/api/v1/imports" else {"json": {}}
                answer = await watcher.request(method, path.removeprefix("/api/v1"), **body)
                assert (answer.status_code, answer.json()["code"]) == (403, "scope_read_only"), (method, path)


WRONG = [
    {"content": b"{", "headers": {"content-type": "application/json"}},
    {"content": b"x", "headers": {"content-type": "text/plain"}},
    {"content": b"a" * 1_100_000, "headers": {"content-type": "application/json"}},
    {"content": b"--x\r\n\r\n", "headers": {"content-type": "multipart/form-data"}},
    {"json": [{"no": "such field"}]},
    {"data": {"no": "such field"}},
    {"params": {"no": "such parameter"}},
    {},
]


async def test_who_is_nobody_hears_nothing_of_what_is_wrong_with_a_request(world: World) -> None:
    described = [(path, method) for path, its in description()["paths"].items() for method in its if method in METHODS]
    assert len(described) > 40
    async with visitor(world) as stranger:
        for path, method in described:
            for wrong in WRONG:
                answer = await stranger.request(method.upper(), PARAMETER.sub("x_1", path), **wrong)
                assert (answer.status_code, answer.json()["code"]) == (401, "token_needed"), (method, path, wrong)


HEADED = ("/", "/transactions", "/budgets/2026-11", "/settings", "/nowhere", "/sign-in", "/healthz", "/readyz", "/metrics")


async def test_head_answers_as_get_does_and_without_a_body(world: World, household: Family) -> None:
    async with browser(world, household) as reader:
        assets = ASSET.findall((await reader.client.get("/")).text)
        assert assets
        for path in (*HEADED, assets[0]):
            told, headed = await reader.client.get(path), await reader.client.head(path)
            same = ("content-type", "cache-control", "content-security-policy", "etag", "location")
            assert headed.status_code == told.status_code, path
            assert headed.content == b"", path
            assert [headed.headers.get(h) for h in same] == [told.headers.get(h) for h in same], path
        assert (await reader.client.head("/events")).status_code == 405, "a stream has no end"
        assert (await reader.client.head("/sign-out")).status_code == 405, "only what can be got"
    async with program(world, household) as client:
        for path in ("/accounts", "/transactions"):
            assert (await client.head(path)).status_code == 405, "the description of the API names every method that there is"


async def test_the_cookie_is_new_at_every_sign_in_and_no_script_sees_it(world: World, household: Family) -> None:
    async with visitor(world, cookies={"farthing": "x" * 43}) as client:
        answer = await client.post("/sign-in", data={"email": household.email, "password": PASSWORD})
        given = answer.headers["set-cookie"]
        name, _, value = given.partition(";")[0].partition("=")
        assert (name, len(value), value != "x" * 43) == ("farthing", 43, True)
        said = {part.strip().lower() for part in given.split(";")[1:]}
        assert {"httponly", "samesite=lax", "path=/"} <= said
        assert not any(part.startswith("domain") for part in said)
        assert (await client.get("/settings", cookies={"farthing": "x" * 43})).status_code == 303


async def test_over_https_the_cookie_is_the_hosts_own_and_can_be_taken_back(world: World, household: Family) -> None:
    settings = Settings.read({"FARTHING_HOME": str(world.settings.home), "FARTHING_PUBLIC_URL": "https://farthing.example"})
    secure = msgspec.structs.replace(world, settings=settings)
    async with visitor(secure, base_url="https://farthing.example", follow_redirects=True) as client:
        await client.post("/sign-in", data={"email": household.email, "password": PASSWORD})
        page = await client.get("/settings")
        assert page.headers["strict-transport-security"].startswith("max-age=")
        csrf = re.search(r'<meta name="csrf" content="([^"]+)"', page.text)
        assert csrf
        held = client.cookies["__Host-farthing"]
        gone = await client.post("/sign-out", data={"csrf": csrf[1]}, follow_redirects=False)
        (taken,) = gone.headers.get_list("set-cookie")
        assert taken.startswith(('__Host-farthing="";', "__Host-farthing=;"))
        assert {"secure", "path=/", "max-age=0"} <= {part.strip().lower() for part in taken.split(";")}, (
            "a browser keeps to these or ignores it"
        )
        again = await client.get("/settings", headers={"cookie": f"__Host-farthing={held}"}, follow_redirects=False)
        assert again.status_code == 303


async def test_every_kind_of_answer_carries_the_standing_headers(world: World, household: Family) -> None:
    async with browser(world, household) as reader:
        for path in (
            "/",
            "/nowhere",
            "/api/v1/nowhere",
            "/api/v1/accounts",
            "/sign-in",
            "/healthz",
            "/settings/nowhere",
            "/static/nowhere.js",
        ):
            answer = await reader.client.get(path)
            assert "default-src 'none'" in answer.headers["content-security-policy"], path
            assert answer.headers["x-content-type-options"] == "nosniff", path
            assert answer.headers["referrer-policy"] == "same-origin", path
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], path
            if not path.startswith("/static/"):
                assert answer.headers["cache-control"] == "no-store", path
            assert "server" not in answer.headers


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/%0d%0aset-cookie:x=1",
        "javascript:alert(1)",
        "\t//evil.example",
        "/\t/evil",
    ],
)
async def test_signing_in_leads_to_no_other_site(world: World, household: Family, target: str) -> None:
    async with visitor(world) as client:
        answer = await client.post("/sign-in", data={"email": household.email, "password": PASSWORD, "next": target})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_a_mailed_link_leads_to_a_form_that_sets_the_password_and_a_dead_one_to_another_link(world: World, household: Family) -> None:
    mailed: list[dict[str, Any]] = []

    async def queue(unit: Unit, sealer: Sealer, kind: str, body: dict[str, Any], at: dt.datetime) -> None:
        mailed.append(body)

    await forget_password(world, household.email, Visit("2001:db8::7"), queue=queue)
    async with signed_in(world, "nobody@example.org", "x") as stranger:
        page = await stranger.open(f"/reset?token={mailed[0]['token']}")
        action = re.search(r'<form [^>]*action="([^"]+)"', page)
        token = re.search(r'name="token" value="([^"]+)"', page)
        assert action
        assert token
        await stranger.send(action[1], token=token[1], password="short")
        assert "At least 15 characters; a few words in a row are fine." in stranger.words
        await stranger.send(action[1], token=token[1], password="seven lamps over the harbour")
        assert "Your password is changed. Sign in with the new one." in stranger.words
        await stranger.send(action[1], token=token[1], password="eight lamps over the harbour")
        assert stranger.status == 400
        assert "Ask for another link" in stranger.words
        await stranger.send("/sign-in", email=household.email, password="seven lamps over the harbour")
        assert stranger.status == 200
        assert stranger.at == "/"
