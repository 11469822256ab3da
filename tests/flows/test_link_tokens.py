"""A token that the provider gave is never lost: whatever dies between the exchange and the link, the link is made or ended, once."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from farthing.connections import due, store
from farthing.connections.due import DueRow, Kind
from farthing.connections.model import Connection, Described, Status
from farthing.connections.providers.port import Exchanged, Provider
from farthing.connections.status import sentence
from farthing.core.errors import Conflict, NeedsOwner, Rejected
from farthing.core.ids import ConnectionId
from farthing.flows.disconnect import History, disconnect
from farthing.flows.finish_link import finish_link
from farthing.flows.link import link_returned, link_with_token, start_link
from farthing.flows.repair import start_repair
from farthing.flows.world import World
from farthing.ledger.lock import lock
from flows.simulator import Door, Simulator, Worker, linked_world
from world import Family, found

CHECKING = "checking"
ALL = ("checking", "savings", "card")


class Killed(BaseException):
    """The worker's process ends here."""


class Strict:
    """The simulator's provider, but a public token is good for one exchange, as out there. `dies`: the next call of that name kills."""

    def __init__(self, inner: Provider) -> None:
        self._inner, self._spent, self.dies = inner, set[str](), ""
        self.consent_expires_at: dt.datetime | None = None
        self.meanwhile: Any = None
        self.refuses: Rejected | None = None

    def __getattr__(self, name: str) -> Any:
        if name == self.dies:
            self.dies = ""
            raise Killed
        return getattr(self._inner, name)

    async def exchange(self, public_token: str) -> Exchanged:
        if public_token in self._spent:
            raise Rejected("link_expired", field="public_token")
        self._spent.add(public_token)
        made = await self._inner.exchange(public_token)
        if self.dies == "answer":
            self.dies = ""
            raise Killed
        if self.meanwhile:
            await self.meanwhile
            self.meanwhile = None
        return made

    async def describe(self, access_token: str) -> Described:
        if self.dies == "describe":
            self.dies = ""
            raise Killed
        if self.refuses:
            raise self.refuses
        said = await self._inner.describe(access_token)
        return msgspec.structs.replace(said, consent_expires_at=self.consent_expires_at)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sim(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Simulator]:
    async with Simulator(tmp_path_factory.mktemp("banksim")) as sim:
        yield sim


@pytest_asyncio.fixture(loop_scope="session")
async def live(world: World, sim: Simulator) -> AsyncIterator[World]:
    await sim.calm()
    async with world.db.shared() as conn:
        await conn.execute("delete from due")
    async with Door() as door, linked_world(world, sim, door) as live:
        yield msgspec.structs.replace(live, providers={"plaid": Strict(live.providers["plaid"])})


@pytest.fixture
def provider(live: World) -> Strict:
    strict: Strict = live.providers["plaid"]
    return strict


@pytest_asyncio.fixture(loop_scope="session")
async def family(live: World) -> Family:
    return await found(live)


async def links(live: World, family: Family) -> list[Connection]:
    async with live.db.unit(family.household_id) as unit:
        return await store.every(unit, await live.keyring.sealer(unit, family.household_id))


async def tokens(live: World, family: Family) -> dict[ConnectionId, str]:
    """What is kept, by link."""
    async with live.db.unit(family.household_id) as unit:
        rows = await unit.conn.fetch("select connection_id from connection where token_sealed is not null")
        sealer = await live.keyring.sealer(unit, family.household_id)
        return {r[0]: (await store.token_of(unit, sealer, ConnectionId(r[0])))[1] for r in rows}


async def all_due(live: World) -> None:
    async with live.db.shared() as conn:
        await conn.execute("update due set next_at = now(), leased_until = null where kind <> 1")


async def rounds(live: World, times: int = 4) -> Worker:
    """A worker that does all that is due, so often, each time at once."""
    worker = Worker(live)
    for _ in range(times):
        await all_due(live)
        await worker.once()
    return worker


async def asked(live: World, sim: Simulator, family: Family, how: str) -> None:
    """A bank is to be linked; no worker was there yet."""
    if how == "by its page":
        linking = await start_link(live, family.household_id, family.actor, "plaid")
        await sim.signs_up(linking.link_url, *ALL)
        await rounds(live, 1)  # looks at the page
    else:
        await ask_with_token(live, family, await sim.public_token())


async def ask_with_token(live: World, family: Family, public_token: str) -> None:
    task = asyncio.create_task(link_with_token(live, family.household_id, family.actor, "plaid", public_token))
    async with asyncio.timeout(10):
        while not any(c.status_reason == "linking" for c in await links(live, family)):
            await asyncio.sleep(0.01)
    task.cancel()


HOW = pytest.mark.parametrize("how", ["by its page", "with a public token"])


@HOW
async def test_a_worker_that_dies_before_it_could_keep_the_token_leaves_nothing_half_made_and_a_word_to_link_again(
    live: World, sim: Simulator, provider: Strict, family: Family, how: str
) -> None:
    await asked(live, sim, family, how)
    provider.dies = "answer"
    with pytest.raises(Killed):
        await rounds(live)
    await rounds(live)
    (lost,) = await links(live, family)
    assert (lost.status, lost.status_reason) == (Status.DISCONNECTED, "link_lost")
    assert "link the bank again" in sentence(lost.status_reason)
    assert await tokens(live, family) == {}
    async with live.db.shared() as conn:
        left = await conn.fetch("select kind from due where household_id = $1 and ref = $2", family.household_id, lost.connection_id)
    assert left == []
    await asked(live, sim, family, how)
    await rounds(live)
    again = next(c for c in await links(live, family) if c.connection_id != lost.connection_id)
    assert again.status is Status.SYNCING


@HOW
async def test_a_worker_that_dies_after_the_exchange_leaves_the_token_to_the_next(
    live: World, sim: Simulator, provider: Strict, family: Family, how: str
) -> None:
    await asked(live, sim, family, how)
    provider.dies = "describe"
    with pytest.raises(Killed):
        await rounds(live)
    await rounds(live)
    (made,) = await links(live, family)
    assert (made.status, made.status_reason, made.institution.name) == (Status.SYNCING, "first_sync", "First Platypus Bank")
    assert list(await tokens(live, family)) == [made.connection_id]


@HOW
async def test_a_household_that_is_busy_while_its_token_comes_still_gets_its_link(
    live: World, sim: Simulator, family: Family, how: str
) -> None:
    await asked(live, sim, family, how)
    async with live.db.unit(family.household_id) as unit:
        await lock(unit)
        await rounds(live, 1)
        assert len(await tokens(live, family)) == 1
    await rounds(live)
    (made,) = await links(live, family)
    assert (made.status, made.status_reason) == (Status.SYNCING, "first_sync")


async def test_an_exchange_that_two_workers_do_at_once_makes_one_link_and_once_over_stays_over(
    live: World, sim: Simulator, family: Family
) -> None:
    await ask_with_token(live, family, await sim.public_token())
    (asked_for,) = await links(live, family)
    async with live.db.shared() as conn:
        held = await due.input_of(conn, family.household_id, Kind.EXCHANGE, asked_for.connection_id)
    row = DueRow(family.household_id, Kind.EXCHANGE, asked_for.connection_id, 1, 1, held)
    ends = await asyncio.gather(finish_link(live, row), finish_link(live, row), return_exceptions=True)
    assert all(end is None or isinstance(end, Conflict) for end in ends), ends
    await finish_link(live, row)
    await rounds(live)
    (made,) = await links(live, family)
    assert (made.status, made.status_reason) == (Status.SYNCING, "first_sync")
    assert len(await tokens(live, family)) == 1


async def test_a_link_that_its_owner_ends_during_the_exchange_is_ended_at_the_provider(
    live: World, sim: Simulator, provider: Strict, family: Family
) -> None:
    items = len(await sim.look("/items"))
    await ask_with_token(live, family, await sim.public_token())
    (asked_for,) = await links(live, family)
    provider.meanwhile = disconnect(live, family.household_id, family.actor, asked_for.connection_id, History.KEEP)
    await rounds(live)
    (ended,) = await links(live, family)
    assert (ended.status, ended.status_reason) == (Status.DISCONNECTED, "by_owner")
    assert await tokens(live, family) == {}
    assert len(await sim.look("/items")) == items


async def test_a_link_whose_provider_is_away_from_the_settings_waits_for_it(
    live: World, sim: Simulator, provider: Strict, family: Family
) -> None:
    await ask_with_token(live, family, await sim.public_token())
    provider.dies = "describe"
    with pytest.raises(Killed):
        await rounds(live)
    await rounds(msgspec.structs.replace(live, providers={}))
    await rounds(live)
    (made,) = await links(live, family)
    assert (made.status, made.status_reason) == (Status.SYNCING, "first_sync")


async def test_a_token_whose_bank_cannot_be_told_is_ended_at_the_provider(
    live: World, sim: Simulator, provider: Strict, family: Family
) -> None:
    items = len(await sim.look("/items"))
    await ask_with_token(live, family, await sim.public_token())
    provider.refuses = Rejected("not_offered")
    await rounds(live)
    (unmade,) = await links(live, family)
    assert (unmade.status, unmade.status_reason) == (Status.DISCONNECTED, "link_expired")
    assert await tokens(live, family) == {}
    assert len(await sim.look("/items")) == items


async def break_login(live: World, family: Family, held: Connection) -> None:
    now = live.clock.now()
    async with live.db.unit(family.household_id) as unit:
        sealer = await live.keyring.sealer(unit, family.household_id)
        opened = await store.open_for_sync(unit, sealer, held.connection_id, now)
        await store.failed(unit, held.connection_id, opened.fence, NeedsOwner("sign_in"), now=now, next_sync_at=None)


async def linked(live: World, sim: Simulator, family: Family) -> Connection:
    await ask_with_token(live, family, await sim.public_token())
    await rounds(live)
    (made,) = await links(live, family)
    return made


@HOW
async def test_linking_a_bank_that_had_stopped_mends_its_link_and_ends_the_old_item(
    live: World, sim: Simulator, provider: Strict, family: Family, how: str
) -> None:
    held = await linked(live, sim, family)
    await break_login(live, family, held)
    (before,) = (await tokens(live, family)).values()
    items = len(await sim.look("/items"))
    await asked(live, sim, family, how)
    provider.dies = "remove"
    with pytest.raises(Killed):
        await rounds(live)
    await rounds(live)
    kept = await tokens(live, family)
    assert list(kept) == [held.connection_id]
    assert kept[held.connection_id] != before
    (mended,) = [c for c in await links(live, family) if c.status is not Status.DISCONNECTED]
    assert (mended.connection_id, mended.status_reason) == (held.connection_id, "first_sync")
    assert len(await sim.look("/items")) == items


async def test_a_public_token_that_mends_answers_with_the_link_that_was_there(live: World, sim: Simulator, family: Family) -> None:
    held = await linked(live, sim, family)
    await break_login(live, family, held)
    async with Worker(live):
        answered = await link_with_token(live, family.household_id, family.actor, "plaid", await sim.public_token())
    assert (answered.connection_id, answered.status) == (held.connection_id, Status.SYNCING)


async def test_a_repair_brings_the_new_end_of_the_consent(live: World, sim: Simulator, provider: Strict, family: Family) -> None:
    first, second = (live.clock.now().replace(microsecond=0) + dt.timedelta(days=days) for days in (3, 180))
    provider.consent_expires_at = first
    held = await linked(live, sim, family)
    async with live.db.unit(family.household_id) as unit:
        await store.expiring(unit, held.connection_id, first)
    await break_login(live, family, held)
    provider.consent_expires_at = second
    async with Worker(live):
        page = await start_repair(live, family.household_id, family.actor, held.connection_id)
        assert page is not None
        await sim.signs_up(page.link_url, CHECKING)
        returned = await link_returned(live, family.household_id, family.actor, page.link_session_id)
    assert returned.connection is not None
    assert returned.connection.consent_expires_at == second
