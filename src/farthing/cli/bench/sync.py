"""Incremental syncs of 0 to 3 rows against the bank simulator: the flow alone, one after the other, and as a worker does them."""

from __future__ import annotations

import asyncio
import random
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from farthing.cli.bench.measure import Figures, Meter, Yardstick
from farthing.cli.bench.people import FIRST, SECOND, SHOPS, Stage, new_household, new_link, stage
from farthing.connections import due
from farthing.connections.due import DueRow, Kind
from farthing.connections.model import Institution
from farthing.connections.providers.plaid import Plaid
from farthing.core.ids import ConnectionId
from farthing.flows.sync import sync_connection
from farthing.flows.world import World
from farthing.platform.http import Http
from farthing.platform.processes import Children, Program
from farthing.worker.tasks import do

BANK = Institution("ins_109508", "First Platypus Bank")
READY_TRIES, READY_WAIT_S = 200, 0.1
FIRST_SYNCS_MAX = 50
AT_ONCE = 16
WARM_ROUNDS = 2
LEASE_S = 300.0
DELAYS = ("--initial-delay-s", "0.01", "--history-delay-s", "0.01", "--trouble-delay-s", "-1")


class Bank:
    """The simulator's own doors: people who link, and purchases that come in."""

    def __init__(self, http: Http, url: str) -> None:
        self.http, self.url = http, url

    async def link(self, who: str = "user_good", where: str = BANK.ref) -> str:
        """A public token, as the link page would have led to."""
        asked = {
            "client_id": "bench", "secret": "bench", "institution_id": where, "initial_products": ["transactions"],
            "options": {"override_username": who, "transactions": {"days_requested": 730}},
        }  # fmt: skip
        token: str = (await self._post("/sandbox/public_token/create", asked))["public_token"]
        return token

    async def buys(self, item: str, dice: random.Random, count: int) -> None:
        """`count` purchases, not told by webhook."""
        if count:
            wanted = [_purchase(dice) for _ in range(count)]
            await self._post(f"/control/items/{item}/transactions", {"transactions": wanted, "notify": False})

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        answer = await self.http.post_json(self.url + path, msgspec.json.encode(body))
        assert answer.status < 300, answer.body
        return msgspec.json.decode(answer.body)


def _purchase(dice: random.Random) -> dict[str, Any]:
    shop, code, median = dice.choice(SHOPS)
    if dice.random() < 0.05:
        shop = f"{dice.choice(FIRST)} {dice.choice(SECOND)} {dice.randrange(1, 60)}"
    amount = f"{max(0.5, median * dice.lognormvariate(0, 0.5)):.2f}"
    text = f"{shop} #{dice.randrange(1, 9999):04d} OAKLAND CA"
    return {"amount": amount, "name": shop.title(), "description": text, "category": code, "pending": dice.random() < 0.3}


class Link(msgspec.Struct, frozen=True):
    """A bank link under test, and what the simulator calls it."""

    household_id: int
    connection_id: ConnectionId
    item: str


async def syncs(connections: int, *, rounds: int) -> list[Figures]:
    """Every link is synced `rounds` times with 0, 1, 2 or 3 new rows, once by the flow alone and once by a worker's way."""
    async with stage() as made, simulator(made) as (world, bank):
        links = await _links(world, bank, connections)
        dice = random.Random(connections)  # noqa: S311
        alone, work = Meter(made.postmaster), Meter(made.postmaster)
        rows, yardstick = 0, Yardstick()
        for _ in range(WARM_ROUNDS):  # a worker that has just started plans every statement once a connection
            await _bought(bank, links, dice)
            await _wish(world, links)
            await _as_a_worker(world, len(links))
        for _ in range(rounds):
            yardstick.hold()
            rows += await _bought(bank, links, dice)
            for link in links:
                with alone.running():
                    done = await sync_connection(world, link.household_id, link.connection_id)
                assert done.error is None, done.error
            await _bought(bank, links, dice)
            await _wish(world, links)
            with work.running():
                await _as_a_worker(world, len(links))
        count = rounds * len(links)
        note = f"{rows / count:.1f} rows a sync, call to the bank included"
        return [
            alone.figures("sync", count, note=note),
            msgspec.structs.replace(
                work.figures("sync.worker", count, note=f"claimed, {AT_ONCE} at once, finished"), p50_ms=0, p95_ms=0, p99_ms=0
            ),
            yardstick.figures(),
        ]


async def _bought(bank: Bank, links: Sequence[Link], dice: random.Random) -> int:
    counts = [n % 4 for n in range(len(links))]
    dice.shuffle(counts)
    for link, count in zip(links, counts, strict=True):
        await bank.buys(link.item, dice, count)
    return sum(counts)


async def _links(world: World, bank: Bank, count: int) -> list[Link]:
    links: list[Link] = []
    for n in range(count):
        exchanged = await world.providers["plaid"].exchange(await bank.link())
        if n % 2 and links:
            household_id = links[-1].household_id
            connection_id = await new_link(world, household_id, token=exchanged.access_token, bank=BANK)
        else:
            tenant = await new_household(world, token=exchanged.access_token, bank=BANK)
            household_id, connection_id = tenant.household_id, tenant.connection_id
        links.append(Link(household_id, connection_id, exchanged.item_ref))
    for link in links:
        await _first_sync(world, link)
    return links


async def _first_sync(world: World, link: Link) -> None:
    """Until all of the bank's history is there: how far away the next sync is tells."""
    for _ in range(FIRST_SYNCS_MAX):
        done = await sync_connection(world, link.household_id, link.connection_id)
        assert done.next_at is not None, done.error
        if (done.next_at - world.clock.now()).total_seconds() > world.settings.sync_interval_s / 2:
            return
        await asyncio.sleep(READY_WAIT_S)
    raise AssertionError("the simulator never finished its history")


async def _wish(world: World, links: Sequence[Link]) -> None:
    async with world.db.shared() as conn:
        for link in links:
            await due.enqueue(conn, link.household_id, Kind.SYNC, link.connection_id, world.clock.now())


async def _as_a_worker(world: World, count: int) -> None:
    """Claimed in batches, some at once, finished one by one."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(row: DueRow) -> None:
        async with room:
            next_at = await do(world, row)
            async with world.db.lookup() as conn:
                await due.finish(conn, row, next_at)

    async with asyncio.TaskGroup() as tasks:
        done = 0
        while done < count:
            async with world.db.lookup() as conn:
                claimed = await due.claim(conn, AT_ONCE, LEASE_S, [Kind.SYNC], world.clock.now())
            for row in claimed.rows:
                tasks.create_task(one(row))
            done += len(claimed.rows)
            await asyncio.sleep(0)


@asynccontextmanager
async def simulator(made: Stage) -> AsyncIterator[tuple[World, Bank]]:
    """A process of its own, so that its CPU is its own; the world with the real connector to it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url, home = f"http://127.0.0.1:{port}", made.home / "bank"
    command = (sys.executable, "-m", "banksim", "--port", str(port), "--home", str(home), "--no-limits", *DELAYS)
    clock = made.world.clock
    async with Children(Path(made.home) / "logs", clock=clock) as children:
        await children.start(Program("banksim", command, {}))
        http = Http([url], clock=clock)
        try:
            bank = Bank(http, url)
            await _answering(http, url)
            plaid = Plaid(http, url=url, client_id="bench", secret="bench", clock=clock)  # noqa: S106
            yield msgspec.structs.replace(made.world, http=http, providers={"plaid": plaid}), bank
        finally:
            await http.aclose()


async def _answering(http: Http, url: str) -> None:
    from farthing.core.errors import Unavailable

    for _ in range(READY_TRIES):
        try:
            await http.get(f"{url}/hosted/link/ready")
            return
        except Unavailable:
            await asyncio.sleep(READY_WAIT_S)
    raise AssertionError("the simulator does not answer")
