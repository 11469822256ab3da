"""Linking, mending and ending banks against the simulator, with the web's part and the worker's part in their own processes' shoes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio

from farthing.connections import due, store
from farthing.connections.due import DueRow, Kind
from farthing.connections.model import Connection, SeenAccount, Status
from farthing.core.errors import Conflict, Missing, NeedsOwner, Refused, Rejected
from farthing.core.ids import ConnectionId, internal, public
from farthing.flows.add_anyway import add_anyway
from farthing.flows.commands import RETURN_PATH
from farthing.flows.disconnect import History, disconnect
from farthing.flows.finish_link import finish_link
from farthing.flows.link import Choice, Duplicate, link_returned, link_with_token, start_link
from farthing.flows.merge_history import covered_by
from farthing.flows.refresh import sync_now
from farthing.flows.repair import start_repair
from farthing.flows.world import World
from farthing.ingest.batches.batch import batches
from farthing.ledger.model import BatchKind
from farthing.security.keyring import WEB_CLASSES, Keyring
from flows.simulator import PLATYPUS, Door, Simulator, Worker, linked_world
from world import Family, found

CHECKING, SAVINGS, CARD = "checking", "savings", "card"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sim(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Simulator]:
    async with Simulator(tmp_path_factory.mktemp("banksim")) as sim:
        yield sim


@pytest_asyncio.fixture(loop_scope="session")
async def door() -> AsyncIterator[Door]:
    async with Door() as door:
        yield door


@pytest_asyncio.fixture(loop_scope="session")
async def live(world: World, sim: Simulator, door: Door) -> AsyncIterator[World]:
    await sim.calm()
    async with world.db.shared() as conn:
        await conn.execute("delete from due")
    async with linked_world(world, sim, door) as live:
        yield live


@pytest_asyncio.fixture(loop_scope="session")
async def worker(live: World) -> AsyncIterator[Worker]:
    async with Worker(live) as worker:
        yield worker


@pytest_asyncio.fixture(loop_scope="session")
async def family(live: World) -> Family:
    return await found(live)


@pytest.fixture
def web(live: World, world: World) -> World:
    """The world as the process that shows pages sees it: without the keys of the token class."""
    assert isinstance(world.keyring, Keyring)
    return msgspec.structs.replace(live, keyring=Keyring(live.db, world.keyring._kms, WEB_CLASSES))


async def links(live: World, family: Family) -> list[Connection]:
    async with live.db.unit(family.household_id) as unit:
        return await store.every(unit, await live.keyring.sealer(unit, family.household_id))


async def link(web: World, sim: Simulator, family: Family, *accounts: str) -> Connection | None:
    """The owner links a bank by its hosted page and comes back."""
    linking = await start_link(web, family.household_id, family.actor, "plaid")
    await sim.signs_up(linking.link_url, *accounts)
    returned = await link_returned(web, family.household_id, family.actor, linking.link_session_id)
    assert returned.over
    return returned.connection


async def test_a_bank_is_linked_by_its_page_and_its_first_sync_is_due(
    web: World, live: World, sim: Simulator, worker: Worker, family: Family
) -> None:
    linking = await start_link(web, family.household_id, family.actor, "plaid")
    back = await sim.signs_up(linking.link_url, CHECKING, CARD)
    assert back is not None
    assert internal("lnk", back.rpartition(RETURN_PATH)[2]) == linking.link_session_id
    returned = await link_returned(web, family.household_id, family.actor, linking.link_session_id)
    assert returned.connection is not None
    made = returned.connection
    assert (made.institution.name, made.status, made.status_reason) == ("First Platypus Bank", Status.SYNCING, "first_sync")
    assert {(a.name, a.mask) for a in made.accounts} == {("Plaid Checking", "0000"), ("Plaid Credit Card", "3333")}
    await worker.until(Kind.SYNC, made.connection_id)


async def test_without_the_owners_return_the_webhook_finishes_the_link(
    web: World, live: World, sim: Simulator, worker: Worker, family: Family, door: Door
) -> None:
    linking = await start_link(web, family.household_id, family.actor, "plaid")
    await sim.signs_up(linking.link_url, CHECKING)
    await worker.until(Kind.EXCHANGE, linking.link_session_id)
    (made,) = await links(live, family)
    await worker.until(Kind.SYNC, made.connection_id)
    assert set(door.statuses) == {200}


async def test_a_bank_that_is_linked_already_is_not_linked_again(
    web: World, live: World, sim: Simulator, worker: Worker, family: Family
) -> None:
    first = await link(web, sim, family, CHECKING, CARD)
    items = len(await sim.look("/items"))
    second = await link(web, sim, family, CHECKING)
    assert first is not None
    assert second is not None
    assert (second.status, second.status_reason) == (Status.DISCONNECTED, "duplicate")
    assert [c.status for c in await links(live, family)] == [Status.SYNCING, Status.DISCONNECTED]
    assert len(await sim.look("/items")) == items + 1, "chosen on the page, never exchanged"
    async with live.db.shared() as conn:
        assert await conn.fetchval("select count(*) from provider_item where household_id = $1", family.household_id) == 1


async def test_a_double_is_made_all_the_same_when_its_owner_says_so_before_or_after(
    web: World, live: World, sim: Simulator, worker: Worker, family: Family
) -> None:
    await link(web, sim, family, CHECKING, CARD)
    second = await link(web, sim, family, CHECKING)
    assert second is not None
    made = await add_anyway(web, family.household_id, family.actor, second.connection_id)
    assert (made.connection_id, made.status) == (second.connection_id, Status.SYNCING)
    with pytest.raises(Refused):
        await add_anyway(web, family.household_id, family.actor, second.connection_id)
    linking = await start_link(web, family.household_id, family.actor, "plaid", anyway=True)
    await sim.signs_up(linking.link_url, CHECKING)
    third = (await link_returned(web, family.household_id, family.actor, linking.link_session_id)).connection
    assert third is not None
    assert third.status is Status.SYNCING
    assert len([c for c in await links(live, family) if c.status is Status.SYNCING]) == 3


async def test_a_page_that_is_too_long_ago_makes_no_double(web: World, live: World, sim: Simulator, worker: Worker, family: Family) -> None:
    first = await link(web, sim, family, CHECKING)
    second = await link(web, sim, family, CHECKING)
    assert first is not None
    assert second is not None
    async with live.db.unit(family.household_id) as unit:
        await unit.conn.execute("update connection set created_at = created_at - interval '1 hour'")
    for one in (first, second):
        with pytest.raises(Refused):
            await add_anyway(web, family.household_id, family.actor, one.connection_id)
    async with live.db.shared() as conn:
        await conn.execute("update due set next_at = now() where kind = 2")
    await worker.until(Kind.EXCHANGE, second.connection_id)
    assert [c.status_reason for c in await links(live, family)] == ["first_sync", "duplicate"]


async def test_what_the_page_told_is_looked_at_before_the_token_is_exchanged(
    web: World, live: World, sim: Simulator, worker: Worker, family: Family
) -> None:
    held = await link(web, sim, family, CHECKING, SAVINGS, CARD)
    assert held is not None
    token, items = await sim.public_token(), len(await sim.look("/items"))
    told = Choice(PLATYPUS, (SeenAccount("Plaid Checking", "0000"),))
    with pytest.raises(Duplicate, match="First Platypus Bank, 3 accounts") as caught:
        await link_with_token(web, family.household_id, family.actor, "plaid", token, choice=told)
    assert caught.value.connection_id == public("con", held.connection_id)
    assert len(await links(live, family)) == 1
    made = await link_with_token(web, family.household_id, family.actor, "plaid", token, choice=told, anyway=True)
    assert made.status is Status.SYNCING, "the token was still good"
    assert len(await sim.look("/items")) == items


async def test_a_bank_that_is_linked_anew_is_recognised_row_by_row(web: World, live: World, sim: Simulator, family: Family) -> None:
    async def synced(worker: Worker) -> Connection:
        held = await link(web, sim, family, CHECKING, CARD)
        assert held is not None
        for times in range(1, 20):
            await worker.until(Kind.SYNC, held.connection_id, times=times)
            held = next(c for c in await links(live, family) if c.connection_id == held.connection_id)
            if held.status is Status.FINE:
                break
            async with live.db.shared() as conn:
                await conn.execute("update due set next_at = now() where kind = 1")
        return held

    async def counted() -> tuple[int, list[int]]:
        async with live.db.unit(family.household_id) as unit:
            count: int = await unit.conn.fetchval("select count(*) from transaction where status <> 3 and discarded = 0")
            return count, [r[0] for r in await unit.conn.fetch("select account_id from account order by 1")]

    async with Worker(live, syncs=True) as worker:
        first = await synced(worker)
        before = await counted()
        await disconnect(web, family.household_id, family.actor, first.connection_id, History.KEEP)
        await worker.until(Kind.REMOVE, first.connection_id)
        second = await synced(worker)
    assert await counted() == before
    async with live.db.unit(family.household_id) as unit:
        sealer = await live.keyring.sealer(unit, family.household_id)
        syncs = await batches(unit, sealer, kinds=[BatchKind.SYNC], connection_id=second.connection_id)
    told = [c for b in syncs for c in covered_by(b)]
    assert {c.account_id for c in told} == set(before[1])
    assert sum(c.recognised for c in told) == before[0]
    assert all(c.new == 0 and not c.unmet for c in told)


async def test_another_account_of_the_same_bank_may_be_linked(
    web: World, live: World, sim: Simulator, worker: Worker, family: Family
) -> None:
    await link(web, sim, family, CHECKING)
    second = await link(web, sim, family, SAVINGS)
    assert second is not None
    assert second.status is Status.SYNCING


async def test_a_link_that_would_bring_one_account_twice_is_not_made(
    web: World, live: World, sim: Simulator, worker: Worker, family: Family
) -> None:
    await link(web, sim, family, CHECKING)
    second = await link(web, sim, family, CHECKING, SAVINGS)
    assert second is not None
    assert (second.status, second.status_reason) == (Status.DISCONNECTED, "overlap")


async def test_linking_a_broken_bank_again_mends_it_instead_of_doubling_it(
    web: World, live: World, sim: Simulator, worker: Worker, family: Family
) -> None:
    first = await link(web, sim, family, CHECKING)
    assert first is not None
    await worker.until(Kind.SYNC, first.connection_id)
    await break_login(live, family, first)
    before = {i["item_id"] for i in await sim.look("/items")}
    again = await link(web, sim, family, CHECKING)
    assert again is not None
    assert (again.connection_id, again.status) == (first.connection_id, Status.SYNCING)
    await worker.until(Kind.SYNC, first.connection_id, times=2)
    async with asyncio.timeout(15):
        while len(await links(live, family)) > 1:
            await asyncio.sleep(0.02)
    gone = before - {i["item_id"] for i in await sim.look("/items")}
    assert len(gone) == 1, "the broken item was ended at the provider"


async def break_login(live: World, family: Family, held: Connection) -> None:
    now = live.clock.now()
    async with live.db.unit(family.household_id) as unit:
        sealer = await live.keyring.sealer(unit, family.household_id)
        opened = await store.open_for_sync(unit, sealer, held.connection_id, now)
        await store.failed(unit, held.connection_id, opened.fence, NeedsOwner("sign_in"), now=now, next_sync_at=None)


async def test_an_owner_who_leaves_the_page_has_linked_nothing(
    web: World, live: World, sim: Simulator, worker: Worker, family: Family
) -> None:
    linking = await start_link(web, family.household_id, family.actor, "plaid")
    await sim.person(linking.link_url, "leave")
    returned = await link_returned(web, family.household_id, family.actor, linking.link_session_id)
    assert (returned.over, returned.connection) == (True, None)
    assert await links(live, family) == []


async def test_nobody_else_can_come_back_from_my_page(web: World, live: World, sim: Simulator, worker: Worker, family: Family) -> None:
    linking = await start_link(web, family.household_id, family.actor, "plaid")
    await sim.signs_up(linking.link_url, CHECKING)
    stranger = await found(live)
    partner = msgspec.structs.replace(family.actor, member_id=family.member_id + 1)
    for household_id, actor in ((stranger.household_id, stranger.actor), (family.household_id, partner)):
        with pytest.raises(Missing):
            await link_returned(web, household_id, actor, linking.link_session_id)
    assert await links(live, stranger) == []


async def test_a_public_token_links_as_well_and_has_its_id_at_once(
    web: World, live: World, sim: Simulator, worker: Worker, family: Family
) -> None:
    made = await link_with_token(web, family.household_id, family.actor, "plaid", await sim.public_token())
    assert (made.status, made.institution.name) == (Status.SYNCING, "First Platypus Bank")
    assert len(made.accounts) == 3
    await worker.until(Kind.SYNC, made.connection_id)


async def test_a_public_token_of_a_bank_that_is_linked_already_is_taken_back(
    web: World, live: World, sim: Simulator, worker: Worker, family: Family
) -> None:
    await link(web, sim, family, CHECKING, SAVINGS, CARD)
    items = len(await sim.look("/items"))
    second = await link_with_token(web, family.household_id, family.actor, "plaid", await sim.public_token())
    assert (second.status, second.status_reason) == (Status.DISCONNECTED, "duplicate")
    await worker.until(Kind.REMOVE, second.connection_id)
    assert len(await sim.look("/items")) == items, "the second item was ended at the provider"


async def test_a_public_token_that_is_none_is_refused_in_words(
    web: World, live: World, sim: Simulator, worker: Worker, family: Family
) -> None:
    for text in ("", "x" * 600, "a b\nc", "é"):
        with pytest.raises(Rejected):
            await link_with_token(web, family.household_id, family.actor, "plaid", text)
    with pytest.raises(Rejected):
        await link_with_token(web, family.household_id, family.actor, "nobody", "public-1")
    made = await link_with_token(web, family.household_id, family.actor, "plaid", "public-sandbox-00000000-0000")
    assert (made.status, made.status_reason) == (Status.DISCONNECTED, "link_expired")


async def works_at_once(live: World, worker: Worker) -> None:
    """One turn, in which everything is due."""
    async with live.db.shared() as conn:
        await conn.execute("update due set next_at = now()")
    await worker.once()


async def test_an_exchange_that_meets_an_outage_is_tried_again(web: World, live: World, sim: Simulator, family: Family) -> None:
    worker = Worker(live)
    await sim.control("/faults", kind="server_error", path="/item/public_token/exchange", count=1)
    linking = await start_link(web, family.household_id, family.actor, "plaid")
    await sim.signs_up(linking.link_url, CHECKING)
    reasons, tries = [], []
    async with asyncio.timeout(15):  # the page's webhook may hold its row just then, which a worker leaves for its next turn
        while not await links(live, family):
            await works_at_once(live, worker)
    for turn in range(3):
        if turn:
            await works_at_once(live, worker)
        (made,) = await links(live, family)
        reasons.append(made.status_reason)
        async with live.db.shared() as conn:
            tries.append(await conn.fetchval("select tries from due where kind = $1 and ref = $2", Kind.EXCHANGE, made.connection_id))
    assert (reasons, tries) == (["linking", "linking", "first_sync"], [0, 1, None])


async def test_two_workers_at_one_link_make_one_connection(web: World, live: World, sim: Simulator, family: Family) -> None:
    linking = await start_link(web, family.household_id, family.actor, "plaid")
    await sim.signs_up(linking.link_url, CHECKING)
    async with live.db.shared() as conn:
        held = await due.input_of(conn, family.household_id, Kind.EXCHANGE, linking.link_session_id)
    row = DueRow(family.household_id, Kind.EXCHANGE, linking.link_session_id, 1, 1, held)
    ends = await asyncio.gather(finish_link(live, row), finish_link(live, row), return_exceptions=True)
    assert all(end is None or isinstance(end, Conflict) for end in ends), ends
    assert len(await links(live, family)) == 1
    assert await finish_link(live, row) is None
    assert len(await links(live, family)) == 1


async def test_signing_in_again_mends_a_link_and_keeps_its_token(
    web: World, live: World, sim: Simulator, worker: Worker, family: Family
) -> None:
    held = await link(web, sim, family, CHECKING)
    assert held is not None
    await break_login(live, family, held)
    linking = await start_repair(web, family.household_id, family.actor, held.connection_id)
    assert linking is not None
    await sim.signs_up(linking.link_url, CHECKING, SAVINGS)
    returned = await link_returned(web, family.household_id, family.actor, linking.link_session_id)
    assert returned.connection is not None
    assert (returned.connection.connection_id, returned.connection.status) == (held.connection_id, Status.SYNCING)
    (seen,) = await links(live, family)
    assert {a.name for a in seen.accounts} == {"Plaid Checking", "Plaid Saving"}, "another account was chosen on the way"


async def test_a_link_that_the_provider_forgot_cannot_be_mended_and_says_so(
    web: World, live: World, sim: Simulator, worker: Worker, family: Family
) -> None:
    held = await link(web, sim, family, CHECKING)
    assert held is not None
    async with live.db.unit(family.household_id) as unit:
        _, token = await store.token_of(unit, await live.keyring.sealer(unit, family.household_id), held.connection_id)
    await live.providers["plaid"].remove(token)
    with pytest.raises(Refused):
        await start_repair(web, family.household_id, family.actor, held.connection_id)
    (seen,) = await links(live, family)
    assert (seen.status, seen.status_reason) == (Status.DISCONNECTED, "gone")


async def test_ending_a_link_ends_it_at_the_provider_and_destroys_the_token(
    web: World, live: World, sim: Simulator, worker: Worker, family: Family
) -> None:
    held = await link(web, sim, family, CHECKING)
    assert held is not None
    items = len(await sim.look("/items"))
    await disconnect(web, family.household_id, family.actor, held.connection_id, History.KEEP)
    (seen,) = await links(live, family)
    assert (seen.status, seen.status_reason) == (Status.DISCONNECTED, "by_owner")
    await worker.until(Kind.REMOVE, held.connection_id)
    assert len(await sim.look("/items")) == items - 1
    async with live.db.unit(family.household_id) as unit:
        row = await unit.conn.fetchrow("select token_sealed, cursor_sealed from connection where connection_id = $1", held.connection_id)
        assert (row["token_sealed"], row["cursor_sealed"]) == (None, None)
        assert await unit.conn.fetchval("select count(*) from provider_item where connection_id = $1", held.connection_id) == 0
    with pytest.raises(Refused):
        await sync_now(web, family.household_id, family.actor, held.connection_id)


async def test_an_ended_bank_may_be_linked_anew(web: World, live: World, sim: Simulator, worker: Worker, family: Family) -> None:
    held = await link(web, sim, family, CHECKING)
    assert held is not None
    await disconnect(web, family.household_id, family.actor, held.connection_id, History.KEEP)
    await worker.until(Kind.REMOVE, held.connection_id)
    again = await link(web, sim, family, CHECKING)
    assert again is not None
    assert (again.status, again.connection_id != held.connection_id) == (Status.SYNCING, True)


async def test_somebody_elses_link_is_missing(web: World, live: World, sim: Simulator, worker: Worker, family: Family) -> None:
    held = await link(web, sim, family, CHECKING)
    assert held is not None
    stranger = await found(live)
    for ask in (sync_now, start_repair):
        with pytest.raises(Missing):
            await ask(web, stranger.household_id, stranger.actor, ConnectionId(held.connection_id))
    with pytest.raises(Missing):
        await disconnect(web, stranger.household_id, stranger.actor, held.connection_id, History.KEEP)


async def test_five_webhooks_are_one_sync_and_unknown_items_none(
    web: World, live: World, sim: Simulator, family: Family, door: Door
) -> None:
    async with Worker(live) as worker:
        held = await link(web, sim, family, CHECKING)
        assert held is not None
        await worker.until(Kind.SYNC, held.connection_id)
    item = (await sim.look("/items"))[-1]
    before = len(door.statuses)
    await sim.control("/webhooks", item_id=item["item_id"], code="SYNC_UPDATES_AVAILABLE", times=5)
    for _ in range(200):
        if len(door.statuses) >= before + 5:
            break
        await asyncio.sleep(0.02)
    assert set(door.statuses) == {200}
    async with live.db.shared() as conn:
        wishes = await conn.fetch("select kind, ref from due where household_id = $1 and kind = 1", family.household_id)
    assert [tuple(r) for r in wishes] == [(1, held.connection_id)]


async def test_what_the_simulator_has_arrives_in_the_ledger(web: World, live: World, sim: Simulator, family: Family) -> None:
    async with Worker(live, syncs=True) as worker:
        held = await link(web, sim, family, CHECKING, CARD)
        assert held is not None
        for times in range(1, 20):
            await worker.until(Kind.SYNC, held.connection_id, times=times)
            (seen,) = await links(live, family)
            if seen.status is Status.FINE:
                break
            async with live.db.shared() as conn:
                await conn.execute("update due set next_at = now() where kind = 1")
    assert seen.complete
    assert seen.data_as_of is not None
    item = (await sim.look("/items"))[-1]
    async with live.db.unit(family.household_id) as unit:
        count = await unit.conn.fetchval("select count(*) from transaction where status <> 3")
    assert count == item["transactions"]


async def test_a_link_that_goes_with_its_history_leaves_nothing_but_the_audit_trail(
    web: World, live: World, sim: Simulator, family: Family
) -> None:
    async with Worker(live, syncs=True) as worker:
        held = await link(web, sim, family, CHECKING, CARD)
        assert held is not None
        await worker.until(Kind.SYNC, held.connection_id)
        await disconnect(web, family.household_id, family.actor, held.connection_id, History.DELETE)
        await worker.until(Kind.REMOVE, held.connection_id)
    assert await links(live, family) == []
    async with live.db.unit(family.household_id) as unit:
        for table in ("account", "transaction", "line", "landed", "batch", "rollup_month", "balance_day"):
            assert await unit.conn.fetchval(f"select count(*) from {table}") == 0, table
        kinds = [r["kind"] for r in await unit.conn.fetch("select kind from audit_event")]
    assert "connection.removed" in kinds
