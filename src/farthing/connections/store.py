"""The connection's row: opened for a sync, written after it, shown to its owner. Token and cursor are sealed in the token class."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from farthing.connections.model import Connection, Described, Fetched, History, Institution, OpenConnection, SeenAccount, Status, Undecided
from farthing.connections.status import status_of
from farthing.core.errors import Conflict, Disconnected, FarthingError, Missing
from farthing.core.ids import ConnectionId
from farthing.ledger.model import BankAccount
from farthing.platform import sql
from farthing.platform.database import Unit
from farthing.platform.sql import Row
from farthing.security.sealing import Sealer

queries = sql.load("farthing.connections")

DESCRIBE_AFTER = dt.timedelta(hours=6)
TABLE = "connection"
UNMADE = frozenset({"duplicate", "overlap", "link_expired", "link_lost", "mended"})
SHUT = frozenset({*UNMADE, "by_owner", "linking"})  # no sync, token or not
UNMADE_SHOWN = dt.timedelta(days=1)


class _Meta(msgspec.Struct, frozen=True, array_like=True):
    """What `connection.sealed` holds: the bank, its accounts as last seen (for the duplicate check), and those whose owner is asked."""

    ref: str
    name: str
    url: str = ""
    accounts: tuple[SeenAccount, ...] = ()
    undecided: tuple[Undecided, ...] = ()


async def open_for_sync(unit: Unit, sealer: Sealer, connection_id: ConnectionId, now: dt.datetime) -> OpenConnection:
    """Lease it; the token in the clear. Raises Disconnected when there is nothing left to sync with, Missing for no such link."""
    row = await queries.open_for_sync.one(
        unit.conn, household_id=unit.household_id, connection_id=connection_id, now=now, shut=sorted(SHUT)
    )
    if row is None:
        await find(unit, sealer, connection_id)
        raise Disconnected("disconnected", "the link has no token")
    meta = _meta(sealer, connection_id, row["sealed"])
    cursor = row["cursor_sealed"]
    fresh = row["data_as_of"] is not None and row["data_as_of"] > now - DESCRIBE_AFTER
    return OpenConnection(
        connection_id=connection_id,
        provider=row["provider"],
        token=sealer.open(TABLE, "token_sealed", connection_id, row["token_sealed"]).decode(),
        cursor=sealer.open(TABLE, "cursor_sealed", connection_id, cursor).decode() if cursor else "",
        fence=row["fence"],
        institution=_institution(meta),
        accounts=meta.accounts,
        complete=row["complete"],
        describe_due=not fresh,
        last_success_at=row["last_success_at"],
        failing_since=row["failing_since"],
        undecided=meta.undecided,
    )


async def synced(
    unit: Unit,
    sealer: Sealer,
    opened: OpenConnection,
    fetched: Fetched,
    *,
    now: dt.datetime,
    next_sync_at: dt.datetime,
    described: Described | None = None,
    undecided: tuple[Undecided, ...] = (),
) -> None:
    """In the sync's own unit: cursor, schedule and freshness move with the rows. Raises Conflict when the lease was lost: roll back.

    The bank's own word on freshness counts where it was asked for; else rows that arrive prove it, and without any nothing is claimed.
    A first download of years says nothing about today: the bank itself may have been shut out for days.
    """
    told = fetched.data_as_of or (described.data_as_of if described else None)
    data_as_of = told or (now if fetched.upserts or fetched.removed else None)
    whole = opened.complete or fetched.history is History.HISTORICAL
    await unit.write(
        queries.synced_now,
        1,
        otherwise=Conflict("lease_lost", "another worker took this sync over"),
        household_id=unit.household_id,
        connection_id=opened.connection_id,
        fence=opened.fence,
        now=now,
        status=Status.FINE.value if whole else Status.SYNCING.value,
        status_reason=_reason(fetched, whole=whole, asks=bool(undecided)),
        next_sync_at=next_sync_at,
        cursor_sealed=sealer.seal(TABLE, "cursor_sealed", opened.connection_id, fetched.cursor.encode()) if fetched.cursor else None,
        sealed=_news(sealer, opened, fetched, undecided),
        complete=whole,
        data_as_of=data_as_of,
        consent_expires_at=described.consent_expires_at if described else None,
    )


def _reason(fetched: Fetched, *, whole: bool, asks: bool) -> str:
    if not whole:
        return "not_ready" if fetched.history is History.NOT_READY else "history_coming"
    return "which_account" if asks else ""


def _news(sealer: Sealer, opened: OpenConnection, fetched: Fetched, undecided: tuple[Undecided, ...]) -> bytes | None:
    """What the row says of the bank's accounts, where that is new."""
    seen = _seen(fetched.accounts) if fetched.accounts_complete and fetched.accounts else opened.accounts
    if (seen, undecided) == (opened.accounts, opened.undecided):
        return None
    return _seal_meta(sealer, opened.connection_id, opened.institution, seen, undecided)


def _seen(accounts: Sequence[BankAccount]) -> tuple[SeenAccount, ...]:
    return tuple(SeenAccount(a.name, a.mask or "", a.kind, a.ref) for a in accounts)


async def chosen(unit: Unit, sealer: Sealer, held: Connection, accounts: Sequence[BankAccount]) -> None:
    """The accounts that the link brings by now, all of them; written when they are others than before."""
    seen = _seen(accounts)
    if seen and seen != held.accounts:
        await _describe(unit, sealer, held, seen, held.undecided)


async def decided(unit: Unit, sealer: Sealer, held: Connection, undecided: tuple[Undecided, ...], now: dt.datetime) -> None:
    """The owner said which account one is, or took it back: the bank is read anew, and whoever reads it just now does so in vain."""
    await _describe(unit, sealer, held, held.accounts, undecided)
    await queries.decided_anew.count(
        unit.conn,
        household_id=unit.household_id,
        connection_id=held.connection_id,
        status_reason="which_account" if undecided else "",
        next_sync_at=now,
    )


async def _describe(unit: Unit, sealer: Sealer, held: Connection, seen: tuple[SeenAccount, ...], undecided: tuple[Undecided, ...]) -> None:
    await queries.describe_bank.count(
        unit.conn,
        household_id=unit.household_id,
        connection_id=held.connection_id,
        sealed=_seal_meta(sealer, held.connection_id, held.institution, seen, undecided),
    )


async def failed(
    unit: Unit, connection_id: ConnectionId, fence: int, error: FarthingError, *, now: dt.datetime, next_sync_at: dt.datetime | None
) -> bool:
    """A sync did not go through: status and reason by the error's class. False when another worker has it by now."""
    return (
        await queries.failed_now.count(
            unit.conn,
            household_id=unit.household_id,
            connection_id=connection_id,
            fence=fence,
            now=now,
            next_sync_at=next_sync_at,
            status=status_of(error).value,
            status_reason=error.code,
        )
        == 1
    )


async def create(
    unit: Unit,
    sealer: Sealer,
    connection_id: ConnectionId,
    provider: str,
    *,
    now: dt.datetime,
    institution: Institution | None = None,
    accounts: tuple[SeenAccount, ...] = (),
    refused: str | None = None,
) -> None:
    """A new link that waits for its exchange; `refused`: the reason why there will be none."""
    bank = institution or Institution("", "Bank")
    await queries.create_connection.count(
        unit.conn,
        household_id=unit.household_id,
        connection_id=connection_id,
        created_at=now,
        status=Status.DISCONNECTED.value if refused else Status.SYNCING.value,
        status_reason=refused or "linking",
        provider=provider,
        sealed=_seal_meta(sealer, connection_id, bank, accounts),
        next_sync_at=None if refused else now,
    )


async def exchanged(
    unit: Unit,
    sealer: Sealer,
    connection_id: ConnectionId,
    token: str,
    *,
    now: dt.datetime,
    institution: Institution,
    accounts: tuple[SeenAccount, ...],
    consent_expires_at: dt.datetime | None = None,
) -> bool:
    """The link has a (new) token: the cursor starts afresh. False when the owner disconnected it meanwhile."""
    return (
        await queries.exchanged_token.count(
            unit.conn,
            household_id=unit.household_id,
            connection_id=connection_id,
            token_sealed=sealer.seal(TABLE, "token_sealed", connection_id, token.encode()),
            sealed=_seal_meta(sealer, connection_id, institution, accounts),
            next_sync_at=now,
            consent_expires_at=consent_expires_at,
        )
        == 1
    )


async def keep_token(unit: Unit, sealer: Sealer, connection_id: ConnectionId, token: str) -> str | None:
    """First of all, alone in its unit: a token that is lost leaves a link at the provider that nobody can end.

    The link's `status_reason` by now; None when there is no such link, or another worker kept one.
    """
    sealed = sealer.seal(TABLE, "token_sealed", connection_id, token.encode())
    reason: str | None = await queries.keep_token.value(
        unit.conn, household_id=unit.household_id, connection_id=connection_id, token_sealed=sealed
    )
    return reason


async def unmade(
    unit: Unit,
    sealer: Sealer,
    connection_id: ConnectionId,
    reason: str,
    *,
    token: str | None = None,
    institution: Institution | None = None,
    accounts: tuple[SeenAccount, ...] = (),
) -> bool:
    """The link will not be. `token` is what a worker has still to end at the provider. False when the link is over already."""
    count = await queries.unmade_now.count(
        unit.conn,
        household_id=unit.household_id,
        connection_id=connection_id,
        status_reason=reason,
        token_sealed=sealer.seal(TABLE, "token_sealed", connection_id, token.encode()) if token else None,
        sealed=_seal_meta(sealer, connection_id, institution, accounts) if institution else None,
    )
    return count == 1


async def made_after_all(unit: Unit, connection_id: ConnectionId, now: dt.datetime) -> bool:
    """A double is to be made all the same: it waits for its exchange. False when it is none, or none any more."""
    count = await queries.made_after_all.count(unit.conn, household_id=unit.household_id, connection_id=connection_id, next_sync_at=now)
    return count == 1


async def mended(unit: Unit, connection_id: ConnectionId, now: dt.datetime, *, consent_expires_at: dt.datetime | None = None) -> bool:
    """The owner signed in again; token and cursor stand, the consent is a new one. False when there is no token any more."""
    count = await queries.mended_now.count(
        unit.conn,
        household_id=unit.household_id,
        connection_id=connection_id,
        next_sync_at=now,
        consent_expires_at=consent_expires_at,
    )
    return count == 1


async def expiring(unit: Unit, connection_id: ConnectionId, at: dt.datetime) -> None:
    """The bank's consent ends then."""
    await queries.expiring_on.count(unit.conn, household_id=unit.household_id, connection_id=connection_id, consent_expires_at=at)


async def leaving(unit: Unit, connection_id: ConnectionId) -> None:
    """The owner ended it; the token waits for the worker that ends it at the provider too."""
    await queries.leaving_now.count(unit.conn, household_id=unit.household_id, connection_id=connection_id)


async def disconnect(unit: Unit, connection_id: ConnectionId, reason: str) -> bool:
    """Over: the token is destroyed, what came through it stays. False for no such link."""
    return (
        await queries.disconnect_now.count(unit.conn, household_id=unit.household_id, connection_id=connection_id, status_reason=reason)
        == 1
    )


async def forget(unit: Unit, connection_id: ConnectionId) -> None:
    """The row itself goes, when its history is deleted as well."""
    await queries.forget_connection.count(unit.conn, household_id=unit.household_id, connection_id=connection_id)


async def sweep(unit: Unit, now: dt.datetime) -> None:
    """Links that never came to be are shown for a day, so that their owner can read why."""
    await queries.sweep_unmade.count(unit.conn, household_id=unit.household_id, reasons=sorted(UNMADE), before=now - UNMADE_SHOWN)


async def token_of(unit: Unit, sealer: Sealer, connection_id: ConnectionId) -> tuple[str, str]:
    """`(provider, token)` without a lease, for repair, refresh and removal. Raises Missing or Disconnected. Workers only."""
    row = await queries.token_of.one(unit.conn, household_id=unit.household_id, connection_id=connection_id)
    if row is None:
        raise Missing("not_found", "no such connection")
    if row["token_sealed"] is None:
        raise Disconnected("disconnected", "the link has no token")
    return row["provider"], sealer.open(TABLE, "token_sealed", connection_id, row["token_sealed"]).decode()


async def find(unit: Unit, sealer: Sealer, connection_id: ConnectionId) -> Connection:
    """One link of this household; raises Missing."""
    row = await queries.find_connection.one(unit.conn, household_id=unit.household_id, connection_id=connection_id)
    if row is None:
        raise Missing("not_found", "no such connection")
    return _connection(sealer, row)


async def every(unit: Unit, sealer: Sealer) -> list[Connection]:
    """Every link of this household, oldest first, disconnected ones too."""
    return [_connection(sealer, r) for r in await queries.every_connection.rows(unit.conn, household_id=unit.household_id)]


def _connection(sealer: Sealer, row: Row) -> Connection:
    connection_id = ConnectionId(row["connection_id"])
    meta = _meta(sealer, connection_id, row["sealed"])
    return Connection(
        connection_id=connection_id,
        provider=row["provider"],
        institution=_institution(meta),
        status=Status(row["status"]),
        status_reason=row["status_reason"],
        accounts=meta.accounts,
        complete=row["complete"],
        created_at=row["created_at"],
        last_attempt_at=row["last_attempt_at"],
        last_success_at=row["last_success_at"],
        data_as_of=row["data_as_of"],
        next_sync_at=row["next_sync_at"],
        consent_expires_at=row["consent_expires_at"],
        failing_since=row["failing_since"],
        undecided=meta.undecided,
    )


def _institution(meta: _Meta) -> Institution:
    return Institution(meta.ref, meta.name, meta.url)


def _meta(sealer: Sealer, connection_id: int, sealed: bytes) -> _Meta:
    return msgspec.msgpack.decode(sealer.open(TABLE, "sealed", connection_id, sealed), type=_Meta)


def _seal_meta(
    sealer: Sealer,
    connection_id: int,
    bank: Institution,
    accounts: tuple[SeenAccount, ...],
    undecided: tuple[Undecided, ...] = (),
) -> bytes:
    return sealer.seal_value(TABLE, "sealed", connection_id, _Meta(bank.ref, bank.name, bank.url, accounts, undecided))
