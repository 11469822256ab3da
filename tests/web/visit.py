"""The real application over the test's world, and who asks it: a program with a token, a browser that has signed in."""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx
from litestar import Litestar

from farthing.flows.tokens import issue_token
from farthing.flows.world import World
from farthing.platform.settings import Settings
from farthing.platform.valkey import Listener
from farthing.security.access import AccessLog
from farthing.web.app import Parts, create_app
from farthing.web.pages import failure_page
from world import PASSWORD, Family

CSRF = re.compile(r'<meta name="csrf" content="([^"]+)"')


_made: list[tuple[World, Litestar]] = []


def application(world: World) -> Litestar:
    """The application on the world as it is, made once. Not opened: what it would open for itself is here already."""
    for known, app in _made:
        if known is world:
            return app

    def nothing_more(_: Settings) -> AbstractAsyncContextManager[Parts]:
        raise AssertionError("the test has opened everything")

    app = create_app(world.settings, nothing_more)
    app.state.world, app.state.failure_page = world, failure_page
    app.state.listener, app.state.access = Listener("redis://nowhere"), AccessLog(world.db, world.keyring, world.clock)
    _made.append((world, app))
    return app


@asynccontextmanager
async def program(world: World, family: Family, scope: str = "write") -> AsyncIterator[httpx.AsyncClient]:
    """A program with a token of the family's: `await it.get("/accounts")`."""
    issued = await issue_token(world, family.household_id, family.member_id, family.actor, scope=scope)
    headers = {"authorization": f"Bearer {issued.secret}"}
    async with visitor(world, base_url="http://localhost/api/v1", headers=headers) as client:
        yield client


def visitor(world: World, *, base_url: str = "http://localhost", place: str = "", **more: Any) -> httpx.AsyncClient:
    """Somebody who has not signed in, at an address; a program, if it is given a token."""
    return httpx.AsyncClient(transport=_door(world, place), base_url=base_url, **more)


def _door(world: World, place: str) -> httpx.ASGITransport:
    """From an address of its own, so that tests do not use up each other's tries at signing in."""
    place = place or f"2001:db8::{secrets.token_hex(2)}:{secrets.token_hex(2)}"
    return httpx.ASGITransport(app=application(world), raise_app_exceptions=False, client=(place, 1))  # type: ignore[arg-type]


class Browser:
    """A signed-in browser without a script: pages are text, forms carry the session's token, redirects are followed."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client, self.csrf, self.status, self.at, self.page = client, "", 0, "", ""

    async def open(self, path: str) -> str:
        return self._shown(await self.client.get(path))

    async def send(self, path: str, _files: Any = None, **form: str) -> str:
        """A form of the page before; what is answered in the end."""
        return self._shown(await self.client.post(path, data={"csrf": self.csrf, **form}, files=_files))

    def _shown(self, answer: httpx.Response) -> str:
        self.status, self.at, self.page = answer.status_code, answer.url.raw_path.decode(), answer.text
        if found := CSRF.search(answer.text):
            self.csrf = found[1]
        return answer.text

    @property
    def words(self) -> str:
        """What a reader sees: without tags, and one space between words."""
        text = re.sub(r"<(script|style|head)\b.*?</\1>", " ", self.page, flags=re.DOTALL)
        text = re.sub(r"</?(?:i|b|bdi|a)\b[^>]*>", "", text)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split()).replace(" ,", ",")


@asynccontextmanager
async def browser(world: World, family: Family) -> AsyncIterator[Browser]:
    """Somebody of the family, signed in."""
    async with signed_in(world, family.email, PASSWORD) as visiting:
        yield visiting


@asynccontextmanager
async def signed_in(world: World, email: str, password: str, *, place: str = "") -> AsyncIterator[Browser]:
    """A browser in which somebody has signed in; what it is shown then, the Overview, is not fetched."""
    async with visitor(world, follow_redirects=True, place=place) as client:
        visiting = Browser(client)
        await client.post("/sign-in", data={"email": email, "password": password}, follow_redirects=False)
        yield visiting
