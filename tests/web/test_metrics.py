"""/metrics: figures that move with what really happens, and that tell nobody about anybody."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families as families

from farthing.connections import breaker, due
from farthing.connections.due import Kind
from farthing.core.dates import Clock
from farthing.core.errors import Unavailable
from farthing.flows.world import World
from farthing.platform import measure
from farthing.platform.engines.valkey import ValkeyEngine
from farthing.platform.settings import Secret
from farthing.platform.valkey import Listener
from farthing.worker import work
from farthing.worker.expose import exposed
from paper_bank import PaperBank
from paper_bank import read as read_lines
from web.live import Reader, live, signed_in
from web.served import free_port
from web.visit import application, browser, program
from world import Bank, Family

TOKEN = "a token of some length"


class Figures(dict[tuple[str, frozenset[str]], float]):
    """`figures("farthing_requests_total", "GET", "/healthz")`: the sum of the samples of that name that have all these label values."""

    def __call__(self, name: str, *values: str) -> float:
        return sum(v for (n, labels), v in self.items() if n == name and labels >= set(values))


def read(text: str) -> Figures:
    samples = (s for family in families(text) for s in family.samples)
    return Figures({(s.name, frozenset(s.labels.values()) - {s.labels.get("le", "")}): s.value for s in samples if "_bucket" not in s.name})


@asynccontextmanager
async def from_address(world: World, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who asks from there."""
    transport = httpx.ASGITransport(app=application(world), raise_app_exceptions=False, client=(address, 1))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


async def figures(world: World) -> Figures:
    async with from_address(world, "127.0.0.1") as here:
        answer = await here.get("/metrics")
    assert answer.status_code == 200, answer.text
    return read(answer.text)


# --- who may read


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {"host": "[::1]:8000"}, 200),
        ("192.0.2.7", {}, 403),
        ("127.0.0.1", {"host": "money.example.org"}, 403),
        ("127.0.0.1", {"x-forwarded-for": "192.0.2.7"}, 403),
        ("127.0.0.1", {"forwarded": "for=192.0.2.7"}, 403),
        ("192.0.2.7", {"authorization": "Bearer guess"}, 403),
    ],
)
async def test_without_a_token_only_this_machine_reads(world: World, address: str, headers: dict[str, str], status: int) -> None:
    async with from_address(world, address) as asking:
        answer = await asking.get("/metrics", headers=headers)
    assert answer.status_code == status
    assert ("farthing_requests_total" in answer.text) == (status == 200)
    assert answer.headers["content-type"].count("charset") == (status == 200)


async def test_with_a_token_whoever_has_it_reads_and_nobody_else(world: World) -> None:
    """Not even this machine: behind a proxy everybody comes from here."""
    guarded = msgspec.structs.replace(world, settings=msgspec.structs.replace(world.settings, metrics_token=Secret(TOKEN)))
    given = {f"Bearer {TOKEN}": 200, f"bearer {TOKEN}": 200, "Bearer guess": 403, f"Basic {TOKEN}": 403, TOKEN: 403, "": 403}
    for address in ("127.0.0.1", "192.0.2.7"):
        async with from_address(guarded, address) as asking:
            answers = {g: (await asking.get("/metrics", headers={"authorization": g})).status_code for g in given}
        assert answers == given


async def test_at_a_public_address_nothing_is_shown_without_a_token(world: World) -> None:
    public = msgspec.structs.replace(world, settings=msgspec.structs.replace(world.settings, public_url="https://money.example.org"))
    async with from_address(public, "127.0.0.1") as behind_the_proxy:
        assert (await behind_the_proxy.get("/metrics")).status_code == 403


# --- what moves


async def test_requests_are_counted_by_route_method_and_status(world: World, household: Family) -> None:
    before = await figures(world)
    async with program(world, household) as it, browser(world, household) as reader:
        await it.get("/accounts")
        await it.get("/transactions/txn_1m8edh9kwawva")
        await it.get("/transactions/txn_1m8edh9kwawvb")
        await reader.open("/no/such/page/of/ours")
    after = await figures(world)

    def more(*labels: str) -> float:
        return after("farthing_requests_total", *labels) - before("farthing_requests_total", *labels)

    assert more("/api/v1/accounts", "GET", "200") == 1
    assert more("/api/v1/transactions/{transaction_id}", "GET", "404") == 2
    assert more("none", "GET", "404") == 1
    seconds = "farthing_request_seconds_count"
    assert after(seconds, "/api/v1/accounts") - before(seconds, "/api/v1/accounts") == 1


async def test_an_open_stream_is_counted_while_it_is_open(world: World, valkey_engine: ValkeyEngine, household: Family) -> None:
    async with live(world, valkey_engine.url, beat_s=20) as (running, address), signed_in(address, household) as client:
        none = (await figures(running))("farthing_open_streams")
        async with Reader(client):
            assert (await figures(running))("farthing_open_streams") == none + 1
        async with asyncio.timeout(10):
            while (await figures(running))("farthing_open_streams") != none:
                await asyncio.sleep(0.02)


@asynccontextmanager
async def working(world: World, valkey_engine: ValkeyEngine) -> AsyncIterator[World]:
    """A worker on the test's world, its clock running, with nothing to do that other tests left."""
    running, stop = msgspec.structs.replace(world, clock=Clock()), asyncio.Event()
    async with world.db.shared() as conn:
        await conn.execute("delete from due")
    async with Listener(valkey_engine.url) as listener:
        task = asyncio.create_task(work(running, listener, stop))
        try:
            yield running
        finally:
            stop.set()
            await task


async def synced(world: World, household: Family, bank: Bank, *lines: str, error: Exception | None = None) -> None:
    """A bank link that is due: the worker's next look brings these lines, or fails."""
    connection_id = await bank.link()
    teller: PaperBank = bank.teller
    bank.has()
    if error is None:
        teller.write(bank.token, read_lines(lines), bank.accounts.values())
    else:
        teller.fail(bank.token, error)  # type: ignore[arg-type]
    async with world.db.shared() as conn:
        await due.enqueue(conn, household.household_id, Kind.SYNC, int(connection_id), world.clock.now())


async def test_syncs_and_the_rows_they_bring_are_counted(world: World, valkey_engine: ValkeyEngine, household: Family, bank: Bank) -> None:
    before = await figures(world)

    async def grown(name: str, *labels: str, by: float) -> bool:
        async with asyncio.timeout(20):
            while (await figures(world))(name, *labels) - before(name, *labels) != by:
                await asyncio.sleep(0.05)
        return True

    async with working(world, valkey_engine) as running:
        await synced(running, household, bank, "2026-11-20 -10.00 BAKER x1", "2026-11-21 -5.00 CAFE x2")
        assert await grown("farthing_rows_total", "bank", "new", by=2)
        await synced(running, household, bank, "2026-11-20 -10.00 BAKER x1", "2026-11-21 -6.00 CAFE x2")
        assert await grown("farthing_rows_total", "bank", "changed", by=1)
        assert await grown("farthing_rows_total", "bank", "known", by=1)
        assert await grown("farthing_syncs_total", "paper", "ok", by=2)
        await synced(running, household, bank, error=Unavailable("bank_down"))
        assert await grown("farthing_syncs_total", "paper", "bank_down", by=1)
        assert await grown("farthing_due_total", "sync", "done", by=3)


async def test_a_file_that_is_taken_in_is_counted_apart_from_banks(world: World, household: Family) -> None:
    before = await figures(world)
    async with program(world, household) as it:
        file = b"Date,Description,Amount\n2026-11-01,BAKER,-3.00\n2026-11-02,CAFE,-4.00\n"
        looked = (await it.post("/imports", files={"file": ("a.csv", file)})).json()
        await it.post(f"/imports/{looked['id']}/commit")
    after = await figures(world)
    assert after("farthing_rows_total", "file", "new") - before("farthing_rows_total", "file", "new") == 2


async def test_what_waits_is_told_by_kind_with_how_long(world: World, household: Family) -> None:
    async with world.db.shared() as conn:
        long_ago = world.clock.now().replace(year=2020)
        await due.enqueue(conn, household.household_id, Kind.EXPORT, 7, long_ago)
    try:
        told = await figures(world)
        assert told("farthing_due_waiting", "export") >= 1
        assert told("farthing_due_lag_seconds", "export") == (world.clock.now() - long_ago).total_seconds()
    finally:
        async with world.db.shared() as conn:
            await due.drop(conn, household.household_id, Kind.EXPORT, 7)
    assert (await figures(world))("farthing_due_lag_seconds", "export") == 0


@pytest.mark.usefixtures("patient_valkey")
async def test_banks_that_are_left_alone_are_named_and_never_more_than_a_few(world: World) -> None:
    """However many banks fail; that the provider itself does is told in any case."""
    calling = msgspec.structs.replace(world, providers={"abacus": object()})
    now_s, banks = world.clock.now().timestamp(), [f"ins_{number}" for number in range(measure.BREAKERS_MAX + 5)]
    for bank in banks:
        for _ in range(breaker.FAILURES_MAX):
            await breaker.went_wrong(world.valkey, "abacus", bank, Unavailable("bank_down"), now_s=now_s)
    for _ in range(breaker.FAILURES_MAX):
        await breaker.went_wrong(world.valkey, "abacus", "ins_1", Unavailable("provider_down"), now_s=now_s)

    told = await figures(calling)
    assert told("farthing_breaker_open", "abacus", "all") == 1
    assert told("farthing_breaker_open", "abacus") == measure.BREAKERS_MAX

    for bank in banks:
        await breaker.went_well(world.valkey, "abacus", bank)
    assert (await figures(calling))("farthing_breaker_open", "abacus") == 0


async def test_the_pool_is_told(world: World) -> None:
    told = await figures(world)
    assert told("farthing_database_connections", "most") == 6
    assert told("farthing_database_connections", "used") + told("farthing_database_connections", "idle") >= 1


async def test_no_label_says_anything_of_anybody(world: World, household: Family, bank: Bank) -> None:
    """Neither ids nor amounts nor words: labels are kinds, codes, routes and providers."""
    await bank("2026-11-20 -4321.00 SECRET CLINIC x1")
    async with program(world, household) as it, browser(world, household) as reader:
        (row,) = (await it.get("/transactions", params={"q": "secret clinic"})).json()["items"]
        await it.get(f"/transactions/{row['id']}")
        await reader.open("/transactions?q=secret+clinic&min=4321")
        await reader.open("/secret-clinic/4321")
        await reader.client.request("SECRETCLINIC", "/")
    async with from_address(world, "127.0.0.1") as here:
        text = (await here.get("/metrics")).text
    labels = "\n".join(re.findall(r"^farthing_[a-z_]+\{(.*)\}", text, re.MULTILINE))
    assert 'route="/api/v1/transactions/{transaction_id}"' in labels
    for said in ("clinic", "4321", row["id"], str(household.household_id), household.email):
        assert said not in labels.lower(), said


# --- a worker's own


async def test_a_worker_shows_its_figures_on_a_port_of_its_own(world: World) -> None:
    port = free_port()
    settings = msgspec.structs.replace(world.settings, metrics_port=port)
    one, another = (msgspec.structs.replace(world, settings=settings) for _ in range(2))
    async with exposed(one) as first, exposed(another) as second, httpx.AsyncClient(timeout=10) as client:
        assert first == port < second
        answer = await client.get(f"http://127.0.0.1:{second}/metrics")
        assert answer.headers["content-type"].startswith("text/plain")
        assert "farthing_syncs" in answer.text
        assert (await client.get(f"http://127.0.0.1:{first}/")).status_code == 404


async def test_a_worker_asks_for_the_token_too_and_without_a_port_opens_none(world: World) -> None:
    settings = msgspec.structs.replace(world.settings, metrics_port=free_port(), metrics_token=Secret(TOKEN))
    async with exposed(msgspec.structs.replace(world, settings=settings)) as port, httpx.AsyncClient(timeout=10) as client:
        where = f"http://127.0.0.1:{port}/metrics"
        assert (await client.get(where)).status_code == 403
        assert (await client.get(where, headers={"authorization": f"Bearer {TOKEN}"})).status_code == 200
    async with exposed(world) as port:
        assert port == 0
