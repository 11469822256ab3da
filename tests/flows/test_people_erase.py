"""Erasure: nothing is left behind, nobody else loses anything, and a cut-short one is finished."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import asyncpg
import msgspec
import pytest
from redis.asyncio import Redis

from farthing.core.errors import Missing, Unauthorized, Unavailable
from farthing.core.ids import ConnectionId
from farthing.flows import erase as erasing
from farthing.flows.erase import Receipt, by_token, by_worker, erase, is_ours
from farthing.flows.export import ask_export
from farthing.flows.manage_groups import GroupWish, add_own_group
from farthing.flows.members import find_member
from farthing.flows.refresh_forecast import refresh_forecast
from farthing.flows.refresh_insights import refresh_insights
from farthing.flows.refresh_recurring import refresh_recurring
from farthing.flows.saved_views import ViewWish, save_view
from farthing.flows.sign_in import Visit, sign_in
from farthing.flows.tokens import issue_token
from farthing.flows.world import World
from farthing.platform.engines.postgres import PostgresEngine
from farthing.platform.tables import FINDERS, TENANT
from farthing.security import sessions
from farthing.security.audit import By
from world import PASSWORD, Family, found

VISIT = Visit("198.51.100.7", "Firefox on Linux")


async def lived_in(world: World) -> Family:
    """A household with something in as many tables as a life puts there."""
    family = await found(world)
    await family.bank(
        "2026-11-02 -12.00 BAKER x1",
        "2026-11-03 -30.00 GROCER x2",
        "2026-11-05 2000.00 PAYROLL x3",
        "2026-11-04 -100.00 TRANSFER TO SAVINGS x4",
        "2026-11-04 100.00 TRANSFER FROM CHECKING in savings y1",
        "2026-11-06 -35.00 OVERDRAFT FEE code BANK_FEES_OVERDRAFT_FEES f1",
    )
    await family.bank("2026-11-02 -13.00 BAKER x1", "gone x2")
    await sign_in(world, family.email, PASSWORD, VISIT)
    await issue_token(world, family.household_id, family.member_id, family.actor, name="Spreadsheet", scope="read")
    await ask_export(world, family.household_id, family.member_id, family.actor)
    await save_view(world, family.household_id, family.actor, ViewWish(name="Food", query="category=food"))
    await add_own_group(world, family.household_id, family.actor, GroupWish(name="Spreadsheets"))
    await family.bank(*(f"2026-{m:02d}-01 -1200.00 ALDER COURT RENT as Alder_Court q{m}" for m in range(6, 12)))
    await refresh_recurring(world, family.household_id)
    await refresh_forecast(world, family.household_id)
    await refresh_insights(world, family.household_id)
    return family


async def left(world: World, household_id: int) -> dict[str, int]:
    """Rows of the household by table, in every tenant table and finder."""
    async with world.db.unit(household_id) as unit:
        counts = {t: await unit.conn.fetchval(f"select count(*) from {t} where household_id = $1", household_id) for t in TENANT + FINDERS}
    return {table: count for table, count in counts.items() if count}


async def nobody(_: ConnectionId) -> None:
    """A bank that is told without further ado."""


async def test_nothing_of_the_household_is_left_but_the_outline_of_its_audit_trail(world: World) -> None:
    family = await lived_in(world)
    before = await left(world, family.household_id)
    assert {
        "transaction",
        "line",
        "landed",
        "payee",
        "connection",
        "login",
        "session",
        "api_token",
        "due",
        "export",
        "saved_view",
        "category_group",
        "recurring",
        "forecast",
        "insight",
    } <= before.keys()

    receipt = await erase(world, family.household_id, family.actor, end_at_bank=nobody)

    assert set(await left(world, family.household_id)) == {"audit_event"}
    assert receipt.rows == {t: n for t, n in before.items() if t != "audit_event"}
    assert (receipt.banks_ended, receipt.banks_left) == (1, ())


async def dumped(world: World, postgres: PostgresEngine) -> dict[str, str]:
    """Every table of the whole database as text, as whoever steals the disk reads it."""
    async with world.db.shared() as conn:
        name = await conn.fetchval("select current_database()")
    thief = await asyncpg.connect(urlsplit(postgres.superuser_url)._replace(path=f"/{name}").geturl())
    try:
        tables = [r[0] for r in await thief.fetch("select tablename from pg_tables where schemaname = 'public'")]
        return {t: "\n".join(r[0] for r in await thief.fetch(f"select x::text from {t} as x")) for t in tables}
    finally:
        await thief.close()


async def test_neither_disk_nor_cache_names_who_was_erased(world: World, postgres_engine: PostgresEngine) -> None:
    family = await lived_in(world)
    traces = [str(family.household_id), str(family.member_id)]
    texts = [family.email, "BAKER", "Baker", "Spreadsheet", family.bank.token, VISIT.place]
    before = await dumped(world, postgres_engine)
    assert sum(traces[0] in text for text in before.values()) > 10
    for text in texts:
        written = [t for t, rows in before.items() if text in rows or text.encode().hex() in rows]
        assert written == [], "nothing that names a person or a purchase is ever in the clear"
    await erase(world, family.household_id, family.actor, end_at_bank=nobody)
    after = await dumped(world, postgres_engine)
    assert {t for t, rows in after.items() if any(trace in rows for trace in traces)} == {"audit_event"}
    assert isinstance(world.valkey, Redis)
    held = [key async for key in world.valkey.scan_iter("*") if any(trace.encode() in key for trace in traces)]
    lives = {key: await world.valkey.ttl(key) for key in held}
    assert all(key.startswith(b"limit:") and 0 < ttl < 3600 for key, ttl in lives.items()), "counts of tries, for minutes"


async def test_what_stays_of_the_audit_trail_cannot_be_opened(world: World) -> None:
    family = await lived_in(world)
    await erase(world, family.household_id, family.actor, end_at_bank=nobody)
    async with world.db.unit(family.household_id) as unit:
        kinds = [r["kind"] for r in await unit.conn.fetch("select kind from audit_event order by event_id")]
        assert kinds[-1] == "household.erased"
        with pytest.raises(Missing):
            await world.keyring.sealer(unit, family.household_id)


async def test_nobody_gets_in_any_more_and_the_address_is_free(world: World) -> None:
    family = await lived_in(world)
    signed_in = await sign_in(world, family.email, PASSWORD, VISIT)
    await erase(world, family.household_id, family.actor, end_at_bank=nobody)
    async with world.db.shared() as conn:
        assert await sessions.find(conn, signed_in.secret, world.clock.now()) is None
    with pytest.raises(Unauthorized):
        await sign_in(world, family.email, PASSWORD, VISIT)
    with pytest.raises(Missing):
        await find_member(world, family.email)
    with pytest.raises(Missing):
        await erase(world, family.household_id, family.actor, end_at_bank=nobody)


async def test_another_household_loses_nothing(world: World) -> None:
    family, other = await lived_in(world), await lived_in(world)
    before, rows = await left(world, other.household_id), await other.rows()
    await erase(world, family.household_id, family.actor, end_at_bank=nobody)
    assert await left(world, other.household_id) == before
    assert await other.rows() == rows


async def test_banks_are_told_while_the_token_can_still_be_read(world: World) -> None:
    family = await lived_in(world)
    receipt = await erase(world, family.household_id, family.actor, end_at_bank=by_token(world, family.household_id))
    assert family.bank.token in world.providers["paper"].removed
    assert receipt.banks_ended == 1


async def test_a_bank_that_does_not_answer_is_named_and_holds_nothing_up(world: World) -> None:
    family = await lived_in(world)

    async def down(_: ConnectionId) -> None:
        raise Unavailable("provider_down")

    receipt = await erase(world, family.household_id, family.actor, end_at_bank=down)
    assert (receipt.banks_ended, receipt.banks_left) == (0, ("Paper Bank",))
    assert set(await left(world, family.household_id)) == {"audit_event"}


async def test_the_web_process_asks_a_worker_and_does_not_wait_for_ever(world: World) -> None:
    family = await lived_in(world)
    asked = by_worker(world, family.household_id, family.actor)

    async def answer() -> None:
        async with asyncio.timeout(20), world.db.shared() as conn:
            while not await conn.fetchval("select count(*) from due where household_id = $1 and kind = 4", family.household_id):
                await asyncio.sleep(0.05)
            await conn.execute("delete from due where household_id = $1 and kind = 4", family.household_id)

    worker = asyncio.create_task(answer())
    receipt = await erase(world, family.household_id, family.actor, end_at_bank=asked)
    await worker
    assert receipt.banks_ended == 1


async def test_an_erasure_that_was_cut_short_is_finished_by_erasing_again(world: World) -> None:
    family = await lived_in(world)
    await erasing._close(world, family.household_id, family.actor)
    half = await left(world, family.household_id)
    assert "transaction" in half
    assert not {"household_key", "session", "api_token", "due"} & half.keys()
    with pytest.raises(Unauthorized):
        await sign_in(world, family.email, PASSWORD, VISIT)

    login = await find_member(world, family.email)
    await erase(world, login.household_id, By("command"), end_at_bank=nobody)

    assert set(await left(world, family.household_id)) == {"audit_event"}


async def test_a_sync_that_comes_in_between_brings_nothing_back(world: World) -> None:
    family = await lived_in(world)

    async def sync() -> None:
        await family.bank("2026-11-20 -5.00 KIOSK x9")

    results = await asyncio.gather(erase(world, family.household_id, family.actor, end_at_bank=nobody), sync(), return_exceptions=True)
    assert isinstance(results[0], Receipt), results
    assert set(await left(world, family.household_id)) == {"audit_event"}


async def test_many_rows_go_in_batches(world: World) -> None:
    family = await found(world)
    async with family.unit() as (unit, _):
        await unit.conn.execute(
            "insert into memory (household_id, payee_id, updated_at, category_id, times)"
            " select $1, n, now(), 1, 1 from generate_series(1, 12001) as n",
            family.household_id,
        )
    receipt = await erase(world, family.household_id, family.actor, end_at_bank=nobody)
    assert receipt.rows["memory"] == 12001
    assert set(await left(world, family.household_id)) == {"audit_event"}


async def test_a_receipt_that_was_altered_is_not_ours(world: World) -> None:
    family = await lived_in(world)
    receipt = await erase(world, family.household_id, family.actor, end_at_bank=nobody)
    again = msgspec.json.decode(msgspec.json.encode(receipt), type=Receipt)
    assert await is_ours(world, again)
    for change in ({"banks_ended": 9}, {"rows": {}}, {"receipt_id": "rcp_1"}, {"signature": ""}, {"signature": "\udcff"}):
        assert not await is_ours(world, msgspec.structs.replace(again, **change))


def test_every_tenant_table_is_emptied_but_those_that_are_meant_to_stay() -> None:
    assert set(TENANT) - set(erasing.IN_BATCHES) == {"audit_event", "household"}
