"""The straight line of one bank link: open, fetch everything, then one transaction from landing to record, then wake the open pages."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import random
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

import msgspec

from farthing.connections import breaker, due, store
from farthing.connections.model import Described, Fetched, History, OpenConnection
from farthing.connections.providers.port import Provider
from farthing.core.dates import today_in
from farthing.core.errors import Conflict, Disconnected, FarthingError, NeedsOperator, NeedsOwner, Unavailable
from farthing.core.ids import BatchId, ConnectionId
from farthing.flows.commands import webhook_url
from farthing.flows.desk import Desk, write_desk_with_accounts
from farthing.flows.left_out import of_bank
from farthing.flows.merge_history import note_merges
from farthing.flows.place import Placed, end_accounts, place
from farthing.flows.take_in import Intake, Outcome, close, keep_pages, take_in
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ingest.batches.batch import BatchRow, BatchState, new_batch_id, write_batch
from farthing.ledger.accounts import BALANCE_FROM_BANK, balance_accounts, balance_days, moved
from farthing.ledger.model import SYSTEM, BankAccount, BatchKind, LineKind

LANDING_S = 60.0
RETRY_FIRST_S = 60
RETRY_MAX_S = 6 * 3600
OWNER_WAIT_S = 24 * 3600


class Synced(msgspec.Struct, frozen=True):
    """How a sync ended: what it did, when the next is due (None: never by itself), and why it failed if it did.

    `waits`: the bank still gathers the past, and this look brought nothing of it.
    """

    outcome: Outcome
    next_at: dt.datetime | None
    error: str | None = None
    waits: bool = False
    provider: str = ""


class _Look(msgspec.Struct, frozen=True):
    """What one look at the bank brought; `looks`: the how many-th without success or without rows."""

    opened: OpenConnection
    fetched: Fetched
    described: Described | None
    looks: int


_turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()


async def sync_connection(world: World, household_id: int, connection_id: ConnectionId, *, tries: int = 1) -> Synced:
    """Bring one bank link up to date; raises Missing for no such link.

    A provider's outage ends here, decided once, by the error's class: the outcome says so, nothing is raised.
    """
    now = world.clock.now()
    # A lease that the database forgets when its machine dies costs nothing: the landing meets an older fence, and the sync is done again.
    async with world.db.unit(household_id, durable=False) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        opened = await store.open_for_sync(unit, sealer, connection_id, now)
    try:
        look = await _fetch(world, opened, tries)
    except (Unavailable, Conflict) as error:
        return await _failed(world, household_id, opened, error, tries)
    return await _land_in_turn(world, household_id, look)


async def _fetch(world: World, opened: OpenConnection, tries: int) -> _Look:
    """The only network calls; who fails for everybody is left alone for a while."""
    bank, now_s = opened.institution.ref, world.clock.now().timestamp()
    verdict = await breaker.ask(world.valkey, opened.provider, bank, tries=tries, now_s=now_s)
    if not verdict.go:
        raise Unavailable(verdict.reason, retry_after_s=verdict.wait_s)
    provider = world.providers.get(opened.provider)
    if provider is None:
        raise NeedsOperator("provider_missing", f"the provider {opened.provider} is not set up here")
    try:
        fetched: Fetched = await provider.fetch(opened.token, opened.cursor)
        described = await provider.describe(opened.token) if opened.describe_due else None
        fetched = await _whole(provider, opened, fetched)
    except FarthingError as error:
        await breaker.went_wrong(world.valkey, opened.provider, bank, error, now_s=now_s)
        raise
    if not verdict.well:
        await breaker.went_well(world.valkey, opened.provider, bank)
    if described and (here := webhook_url(world, opened.provider)) and described.webhook_url != here:
        with contextlib.suppress(FarthingError):  # tried again when it next describes itself
            await provider.send_webhooks_to(opened.token, here)
    return _Look(opened, fetched, described, tries)


async def _whole(provider: Provider, opened: OpenConnection, fetched: Fetched) -> Fetched:
    """With every account of the link, now and then and whenever one is new: only all of them tell which is ours, and which is gone."""
    seen = {a.ref for a in opened.accounts}
    if fetched.accounts_complete or not (opened.describe_due or any(a.ref not in seen for a in fetched.accounts)):
        return fetched
    try:
        every = await provider.balances(opened.token)
    except FarthingError:  # the rows are here; accounts can wait
        return fetched
    return msgspec.structs.replace(fetched, accounts=every, accounts_complete=bool(every))


async def _land_in_turn(world: World, household_id: int, look: _Look) -> Synced:
    """What was fetched is used: a household that is busy is waited for, longer than anybody at a page would."""
    until_s = world.clock.monotonic_s() + LANDING_S
    async with _turn(household_id):
        while True:
            try:
                return await _land(world, household_id, look)
            except Unavailable as error:
                if error.code != "busy" or world.clock.monotonic_s() > until_s:
                    raise


@asynccontextmanager
async def _turn(household_id: int) -> AsyncIterator[None]:
    """One landing a household at a time in this process, so that those who wait for another hold no connection to the database."""
    turn = _turns.setdefault(household_id, asyncio.Lock())
    async with turn:
        yield


async def _land(world: World, household_id: int, look: _Look) -> Synced:
    opened, fetched = look.opened, look.fetched
    whole = opened.complete or fetched.history is History.HISTORICAL
    waits = not whole and not fetched.upserts
    started = world.clock.now()
    async with write_desk_with_accounts(world, household_id, SYSTEM) as (desk, held):
        placed = await place(desk, opened, fetched, held)
        stated: dict[int, BankAccount] = {placed.ids[a.ref]: a for a in fetched.accounts if a.ref in placed.ids and a.balance is not None}
        news = moved(placed.held, stated)
        batch = BatchRow(
            batch_id=BatchId(new_batch_id()),
            kind=BatchKind.SYNC,
            state=BatchState.DONE,
            started_at=started,
            connection_id=opened.connection_id,
        )
        next_at = due.next_look(desk.at, world.settings.sync_interval_s, whole=whole, looks=look.looks if waits else 1)
        intake = _intake(fetched, placed, opened.provider)
        async with desk.unit.together():
            outcome = await take_in(desk, intake, batch)
            await balance_accounts(desk.unit, at=desk.at, stated=news)
            await balance_days(desk.unit, _days(desk, opened, stated, {*news, *placed.added}))
            await store.synced(
                desk.unit,
                desk.sealer,
                opened,
                fetched,
                now=desk.at,
                next_sync_at=next_at,
                described=look.described,
                undecided=placed.undecided,
            )
            batch = of_bank(await note_merges(desk, batch, placed, outcome.covered), fetched.refused)
            if fetched.refused and not outcome.changed:
                await keep_pages(desk, intake, batch)  # nothing else came, but what could not be read is not lost
            told = outcome.changed or news or placed.moved or fetched.refused
            if placed.moved:
                outcome = msgspec.structs.replace(outcome, months=None)  # more than rows changed
            version = await close(desk, outcome, batch, kind="connection.synced") if told else 0
            if opened.failing_since is not None and not told:
                await due.enqueue(desk.unit, household_id, due.Kind.WATCH, 0, desk.at)  # a bank that is back
    await wake(world, household_id, version, ["ledger", "budget", "connection"] if version else ["connection"])
    return Synced(outcome, next_at, waits=waits, provider=opened.provider)


def _days(
    desk: Desk, opened: OpenConnection, stated: Mapping[int, BankAccount], news: Collection[int]
) -> list[tuple[int, dt.date, int, int]]:
    """Today's balances: every one with the day's first sync, later those that moved or came."""
    last = opened.last_success_at
    known = last is not None and today_in(desk.household.zone, last) == desk.today
    return [(i, desk.today, a.balance or 0, BALANCE_FROM_BANK) for i, a in stated.items() if i in news or not known]


def _intake(fetched: Fetched, placed: Placed, form: str) -> Intake:
    anything = bool(fetched.upserts or fetched.removed or fetched.refused or fetched.complete_window)  # an empty window says that rows went
    return Intake(
        kind=LineKind.BANK,
        lines=fetched.upserts,
        placed=placed.ids,
        accounts=placed.held,
        removed=fetched.removed,
        snapshot_since=fetched.first_day if fetched.complete_window else None,
        pages=fetched.pages if anything else (),
        form=form,
        units={a.ref: a.currency for a in fetched.accounts},
    )


async def _failed(world: World, household_id: int, opened: OpenConnection, error: FarthingError, tries: int) -> Synced:
    """Say it in words where the owner looks; the data stays, only its freshness suffers."""
    now = world.clock.now()
    next_at = _retry_at(error, now, tries)
    if isinstance(error, Disconnected):
        await end_accounts(world, household_id, opened)
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        ours = await store.failed(unit, opened.connection_id, opened.fence, error, now=now, next_sync_at=next_at)
        if ours:
            batch = BatchRow(
                batch_id=BatchId(new_batch_id()), kind=BatchKind.SYNC, state=BatchState.FAILED, started_at=now, finished_at=now,
                connection_id=opened.connection_id, error=error.code,
            )  # fmt: skip
            await write_batch(unit, sealer, batch)
            if isinstance(error, NeedsOwner | Disconnected):
                await due.enqueue(unit.conn, household_id, due.Kind.WATCH, 0, now)
    await wake(world, household_id, 0, ["ledger", "connection"] if isinstance(error, Disconnected) else ["connection"])
    return Synced(Outcome(), next_at, error.code, provider=opened.provider)


def _retry_at(error: FarthingError, now: dt.datetime, tries: int) -> dt.datetime | None:
    if isinstance(error, Disconnected):
        return None
    if isinstance(error, NeedsOwner | NeedsOperator):
        return now + dt.timedelta(seconds=OWNER_WAIT_S)
    wait = min(RETRY_MAX_S, RETRY_FIRST_S * 2 ** min(tries, 12))
    asked = error.retry_after_s if isinstance(error, Unavailable) else 0
    return now + dt.timedelta(seconds=asked + random.uniform(wait / 2, wait))  # noqa: S311
