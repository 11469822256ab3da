"""Farthing on a home screen: the manifest, the worker and the empty page, which are the same for everybody and hold nothing of anybody."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest_asyncio

from farthing.flows.world import World
from farthing.web.installed import worker_beside
from farthing.web.templating import assets
from web.visit import Browser, visitor
from world import Family


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with visitor(world) as client:
        yield client


async def test_a_system_learns_how_to_install_it(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/manifest.webmanifest")
    told = msgspec.json.decode(answer.content)
    assert answer.headers["content-type"].startswith("application/manifest+json")
    assert (told["name"], told["start_url"], told["scope"], told["display"]) == ("Farthing", "/", "/", "standalone")
    assert {(i["sizes"], i["purpose"]) for i in told["icons"]} == {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}


async def test_every_icon_is_a_picture_of_the_size_it_says(stranger: httpx.AsyncClient) -> None:
    told = msgspec.json.decode((await stranger.get("/manifest.webmanifest")).content)
    for icon in told["icons"]:
        picture = await stranger.get(icon["src"])
        assert picture.headers["content-type"] == "image/png"
        width, height = struct.unpack(">II", picture.content[16:24])
        assert icon["sizes"] == f"{width}x{height}"


async def test_every_shortcut_leads_to_a_page(stranger: httpx.AsyncClient, reader: Browser) -> None:
    told = msgspec.json.decode((await stranger.get("/manifest.webmanifest")).content)
    for shortcut in told["shortcuts"]:
        assert (await reader.client.get(shortcut["url"], follow_redirects=True)).status_code == 200, shortcut


async def test_every_page_tells_of_the_manifest_and_lets_only_our_own_worker_in(reader: Browser) -> None:
    page = await reader.client.get("/")
    assert '<link rel="manifest" href="/manifest.webmanifest">' in page.text
    policy = page.headers["content-security-policy"]
    assert "manifest-src 'self'" in policy
    assert "worker-src 'self'" in policy


async def test_the_worker_is_asked_for_anew_and_keeps_built_files_and_the_empty_page_alone(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/sw.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    first, _ = answer.content.split(b";\n", 1)
    kept = msgspec.json.decode(first.removeprefix(b"self.FARTHING="))
    assert kept["shell"] == "/offline"
    assert set(kept["files"]) < set(assets())
    assert {path.rpartition(".")[2] for path in kept["files"]} == {"js", "css", "svg", "woff2"}


def test_another_empty_page_is_another_version() -> None:
    assert worker_beside("one") == worker_beside("one") != worker_beside("another")


async def test_the_empty_page_is_the_same_for_whoever_is_signed_in(stranger: httpx.AsyncClient, reader: Browser, household: Family) -> None:
    mine = await reader.client.get("/offline")
    assert mine.text == (await stranger.get("/offline")).text
    assert household.email not in mine.text
    assert "csrf" not in mine.text
    assert "set-cookie" not in mine.headers
