"""Erasure: a household and all that is its own, for good, with a receipt.

First the banks are told, while tokens can still be read. Then one transaction ends it: the household is dead, its keys are destroyed (so
that backups hold noise), whoever was signed in is out. The rows follow in batches; a crash on the way is taken up where it stopped by
erasing again. What stays is the audit trail's outline (kind, time, ids without a meaning any more), its contents sealed with keys that
are gone.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hmac
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import msgspec

from farthing.connections import due, store
from farthing.connections.due import Kind
from farthing.connections.model import Connection
from farthing.core.errors import Disconnected, FarthingError, Missing, Unavailable
from farthing.core.ids import ConnectionId, HouseholdId, new_id, public
from farthing.flows.commands import provider_of
from farthing.flows.disconnect import History, disconnect
from farthing.flows.kept import kept
from farthing.flows.list_transactions import shelf
from farthing.flows.rules_kept import rule_shelf
from farthing.flows.wake import wake
from farthing.flows.withdraw import withdraw
from farthing.flows.world import World
from farthing.ledger.lock import lock
from farthing.ledger.model import Actor
from farthing.people import households
from farthing.platform.database import Unit
from farthing.platform.hot import Hot
from farthing.platform.tables import FINDERS, TENANT
from farthing.security import audit

ROWS_MAX = 5_000
PASSES_MAX = 5
LOCK_TRIES_MAX = 15
BANK_S = 20.0
WORKER_S = 10.0
LOOK_EVERY_S = 0.2
KEPT = {"audit_event", "household"}
AT_ONCE = [f for f in FINDERS if f != "login"]  # the login is how an erasure that was cut short is found again
IN_BATCHES = [t for t in reversed(TENANT) if t not in KEPT]

EndAtBank: TypeAlias = Callable[[ConnectionId], Awaitable[None]]


class Receipt(msgspec.Struct, frozen=True):
    """What was erased, and our word on it: `signature` is an HMAC over the rest.

    `banks_left` names banks that could not be told: their consent is to be withdrawn at the bank, we can no longer do it.
    """

    receipt_id: str
    erased_at: dt.datetime
    rows: dict[str, int]
    banks_ended: int
    banks_left: tuple[str, ...]
    signature: str = ""


async def erase(world: World, household_id: int, actor: Actor, *, end_at_bank: EndAtBank) -> Receipt:
    """Erase the household. Doors that serve a browser ask for a fresh session first. Raises Missing, or Unavailable while it is busy."""
    async with world.db.unit(household_id) as unit:
        alive = await households.is_alive(unit)
    if alive is None:
        raise Missing("household_gone", "this household no longer exists")
    ended, left = await _end_banks(world, household_id, end_at_bank) if alive else (0, [])
    rows = Counter(await _close(world, household_id, actor) if alive else {})
    rows.update(await _empty(world, household_id))
    rows.update(await _vanish(world, household_id))
    receipt = Receipt(public("rcp", new_id()), world.clock.now(), {t: n for t, n in sorted(rows.items()) if n}, ended, tuple(sorted(left)))
    return msgspec.structs.replace(receipt, signature=await _signature(world, receipt))


async def is_ours(world: World, receipt: Receipt) -> bool:
    """Whether this installation gave that receipt, unaltered."""
    return hmac.compare_digest(receipt.signature.encode("utf-8", "replace"), (await _signature(world, receipt)).encode())


def by_token(world: World, household_id: int) -> EndAtBank:
    """How a worker or the command line tells a bank: with the token itself."""

    async def end(connection_id: ConnectionId) -> None:
        async with world.db.unit(household_id) as unit:
            sealer = await world.keyring.sealer(unit, household_id)
            try:
                provider, token = await store.token_of(unit, sealer, connection_id)
            except Disconnected:
                return
        await provider_of(world, provider).remove(token)

    return end


def by_worker(world: World, household_id: int, actor: Actor) -> EndAtBank:
    """How the web process tells a bank, whose token it cannot read: it asks a worker and waits a little."""

    async def end(connection_id: ConnectionId) -> None:
        await disconnect(world, HouseholdId(household_id), actor, connection_id, History.KEEP)
        async with asyncio.timeout(WORKER_S):
            while True:
                async with world.db.shared() as conn:
                    if await due.input_of(conn, household_id, Kind.REMOVE, connection_id) is None:
                        return
                await asyncio.sleep(LOOK_EVERY_S)

    return end


async def _end_banks(world: World, household_id: int, end_at_bank: EndAtBank) -> tuple[int, list[str]]:
    """How many links were ended at their provider, and the names of the banks where that did not work. It does not hold up the rest."""
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        linked = [c for c in await store.every(unit, sealer) if c.status_reason != "by_owner"]

    async def tried(connection: Connection) -> bool:
        try:
            async with asyncio.timeout(BANK_S):
                await end_at_bank(connection.connection_id)
        except (FarthingError, TimeoutError):
            return False
        return True

    answers = await asyncio.gather(*(tried(c) for c in linked))
    return sum(answers), [c.institution.name for c, ok in zip(linked, answers, strict=True) if not ok]


async def _close(world: World, household_id: int, actor: Actor) -> dict[str, int]:
    """The transaction after which it is over. A sync that holds the household is waited for."""
    for tries in range(1, LOCK_TRIES_MAX + 1):
        try:
            async with world.db.unit(household_id) as unit:
                await lock(unit)
                sealer = await world.keyring.sealer(unit, household_id)
                await withdraw(unit, await world.keyring.finder())
                await audit.record(unit, sealer, actor, "household.erased", {}, world.clock.now())
                await households.close_household(unit)
                rows = {table: await _delete(unit, table) for table in ("household_key", *AT_ONCE)}
            break
        except Unavailable:
            if tries == LOCK_TRIES_MAX:
                raise
    world.keyring.forget(household_id)
    shelf.forget(household_id)
    rule_shelf.forget(household_id)
    kept.forget(household_id)
    if world.valkey is not None:
        await Hot(world.valkey, world.clock).forget(household_id)
    await wake(world, household_id, 0, ["gap"])
    return rows


async def _empty(world: World, household_id: int) -> dict[str, int]:
    """Delete every row of every tenant table, over again until nothing is left: a request that was under way may still have written."""
    rows: dict[str, int] = dict.fromkeys(IN_BATCHES, 0)
    for _ in range(PASSES_MAX):
        before = sum(rows.values())
        for table in IN_BATCHES:
            while True:
                async with world.db.unit(household_id) as unit:
                    count = await _delete(unit, table, ROWS_MAX)
                rows[table] += count
                if count < ROWS_MAX:
                    break
        if sum(rows.values()) == before:
            return rows
    return rows


async def _vanish(world: World, household_id: int) -> dict[str, int]:
    """The last of it: finders that came back meanwhile, the way to find the household, and the household."""
    async with world.db.unit(household_id) as unit:
        return {table: await _delete(unit, table) for table in (*FINDERS, "household")}


async def _delete(unit: Unit, table: str, rows_max: int | None = None) -> int:
    """Written here and not in a queries.sql, so that the list of tables decides what is erased and a new table cannot be forgotten."""
    assert table in TENANT or table in FINDERS, "only the lists name tables"
    some = f" and ctid = any (array (select ctid from {table} where household_id = $1 limit {rows_max}))" if rows_max else ""
    status: str = await unit.conn.execute(f"delete from {table} where household_id = $1{some}", unit.household_id)
    return int(status.rsplit(" ", 1)[-1])


async def _signature(world: World, receipt: Receipt) -> str:
    key = (await world.keyring.finder()).key("erasure_receipt")
    return hmac.digest(key, msgspec.json.encode(msgspec.structs.replace(receipt, signature=""), order="deterministic"), "sha256").hex()
