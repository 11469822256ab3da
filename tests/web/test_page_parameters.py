"""The address of a page says only what the page shows: what it cannot mean is refused by name, and what it leaves empty it does not say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio

from farthing.flows.world import World
from farthing.web.pages import routes
from farthing.web.parameters import READ_LATER, READS, WORDS, Says
from web.lived_in import lived_in
from web.visit import Browser, browser

ODD = ("zzz", "-4.5.6", "\x00")
AWAY = {"export_id", "session_id"}  # no page of these is drawn without a file or a bank's answer


def pages() -> dict[str, Mapping[str, Says]]:
    """Every address that a browser reads, with the parameters that it says it has."""
    handlers: list[Any] = routes
    read = [h for h in handlers if "GET" in h.http_methods]
    return {path: h.opt.get(READS, {}) for h in read for path in h.paths if h.opt.get(READS, {}) is not None}


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def reading(whole_world: World) -> AsyncIterator[tuple[Browser, dict[str, str]]]:
    """A browser in a household that has something of everything, and an id of each kind."""
    family, ids = await lived_in(whole_world)
    async with browser(whole_world, family) as reader:
        reader.client.follow_redirects = False
        yield reader, {name: found[0] for name, found in ids.items()} | {"month": "2026-11"}


def address(path: str, ids: Mapping[str, str]) -> str:
    for name, found in ids.items():
        path = path.replace(f"{{{name}:str}}", found)
    return path


def drawn(path: str) -> bool:
    return not any(f"{{{name}:" in path for name in AWAY)


KNOWING = sorted(path for path, known in pages().items() if drawn(path) and known)


@pytest.mark.parametrize("path", sorted(filter(drawn, pages())))
async def test_a_parameter_that_a_page_has_not_is_refused_by_name(reading: tuple[Browser, dict[str, str]], path: str) -> None:
    reader, ids = reading
    await reader.open(f"{address(path, ids)}?dayz=-4")
    assert reader.status == 422
    assert "dayz" in reader.words


@pytest.mark.parametrize("path", KNOWING)
async def test_a_parameter_that_says_what_the_page_cannot_mean_is_refused(reading: tuple[Browser, dict[str, str]], path: str) -> None:
    """Words may be any, but not of any length; what is read where the household is known, is asked once."""
    reader, ids = reading
    for name, says in pages()[path].items():
        for odd in ("z" * 2_001,) if says is WORDS else ODD[:1] if says is READ_LATER else ODD:
            await reader.open(f"{address(path, ids)}?{name}={quote(odd)}")
            assert 400 <= reader.status < 500, (name, odd, reader.status)


@pytest.mark.parametrize("path", KNOWING)
async def test_a_parameter_that_is_left_empty_is_not_in_the_address_any_more(reading: tuple[Browser, dict[str, str]], path: str) -> None:
    reader, ids = reading
    for name in pages()[path]:
        answer = await reader.client.get(f"{address(path, ids)}?{name}=")
        assert (answer.status_code, answer.headers.get("location")) == (303, address(path, ids)), name


async def test_what_was_said_beside_an_empty_parameter_stays_said(reading: tuple[Browser, dict[str, str]]) -> None:
    reader, _ = reading
    answer = await reader.client.get("/transactions?q=&merchant=Green+grocer&over=")
    assert answer.headers["location"] == "/transactions?merchant=Green+grocer"


async def test_a_refused_address_leads_to_the_page_without_what_it_said(reading: tuple[Browser, dict[str, str]]) -> None:
    reader, _ = reading
    assert 'href="/forecast"' in await reader.open("/forecast?days=-4")
    assert "days" in reader.words


@pytest.mark.parametrize(
    "page", ["/settings/rules?edit=rul_1", "/settings/rules?from=txn_1", "/settings/categories?edit=cat_1", "/recurring?edit=rec_1",
             "/budgets/2026-11?edit=bud_1", "/budgets/2026-11?cover=bud_1", "/connections?leave=con_1"],
)  # fmt: skip
async def test_an_address_that_opens_what_is_not_there_any_more_says_so(reading: tuple[Browser, dict[str, str]], page: str) -> None:
    reader, _ = reading
    await reader.open(page)
    assert reader.status == 404


async def test_parameters_that_contradict_each_other_are_refused_by_name(reading: tuple[Browser, dict[str, str]]) -> None:
    reader, ids = reading
    await reader.open("/cash-flow?period=2026-11&from=2026-10-01")
    assert (reader.status, "“period”: a period stands alone, without from and to." in reader.words) == (422, True)
    await reader.open(f"/forecast?account={ids['account_id']}&unit=USD")
    assert (reader.status, "an account has a unit of its own." in reader.words) == (422, True)
