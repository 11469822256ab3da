"""Raw pages kept as they came, and the lines beneath the transactions: append-only, the source of a replay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import zstandard

from farthing.core.ids import AccountId, TransactionId, new_id
from farthing.ingest.matching.cheques import GOOD_DAYS, Cheque, cheque_of, may_be_cheque, same_cheques
from farthing.ingest.ready import Named
from farthing.ledger.model import NEVER_SEEN, Discarded, Held, Incoming, LineKind, LineState, Plan, Posting, Status
from farthing.ledger.post import BankText, Seals
from farthing.platform.database import Unit
from farthing.platform.sql import Row, load

queries = load("farthing.ingest")
OPEN_DAYS = 45
SIMILAR_DAYS = 10
WITH_HEAD = 2
_packer = zstandard.ZstdCompressor(level=3)


class Head(msgspec.Struct, frozen=True):
    """What a replay must know beside the pages: how they were taken in. `placed`: the sender's account -> ours.

    `units`: the currency of each of the sender's accounts; `snapshot_since`: what we held from that day on and the pages lack was gone.
    """

    kind: LineKind
    placed: Mapping[str, AccountId]
    units: Mapping[str, str] = {}
    snapshot_since: dt.date | None = None


class Landed(msgspec.Struct, frozen=True):
    """What was kept of one fetch, file or entry. `head` is None for files, whose batch knows it, and for pages from before it was kept."""

    landed_id: int
    form: str
    pages: list[bytes]
    head: Head | None = None


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    pages: list[bytes]
    head: Head | None = None


async def land(
    unit: Unit,
    seals: Seals,
    *,
    batch_id: int,
    connection_id: int | None,
    pages: Sequence[bytes],
    rows: int,
    form: str,
    head: Head | None = None,
) -> int:
    """Keep the pages of one fetch, file or entry, compressed and sealed; returns the id of what was kept."""
    landed_id = new_id()
    packed = _packer.compress(msgspec.msgpack.encode(_Packed(list(pages), head)))
    await unit.write(
        queries.land,
        household_id=unit.household_id,
        landed_id=landed_id,
        connection_id=connection_id,
        batch_id=batch_id,
        row_count=rows,
        codec=WITH_HEAD,
        format=form,
        sealed=seals.seal_value("landed", "sealed", landed_id, packed),
    )
    return landed_id


async def landed_of(unit: Unit, seals: Seals, batch_id: int) -> list[Landed]:
    """What was kept of a batch as it came, in order."""
    rows = await queries.landed_of.rows(unit.conn, household_id=unit.household_id, batch_id=batch_id)
    opener = zstandard.ZstdDecompressor()
    found = []
    for row in rows:
        packed = opener.decompress(seals.open_value("landed", "sealed", row["landed_id"], row["sealed"]))
        if row["codec"] == WITH_HEAD:
            whole = msgspec.msgpack.decode(packed, type=_Packed)
        else:
            whole = _Packed(msgspec.msgpack.decode(packed, type=list[bytes]))
        found.append(Landed(row["landed_id"], row["format"], whole.pages, whole.head))
    return found


async def known(unit: Unit, incoming: Sequence[Named], removed: Sequence[bytes], today: dt.date) -> list[Held]:
    """The lines of these ids, and the open lines of their accounts."""
    refs = {i.ref for i in incoming} | {i.pending_ref for i in incoming if i.pending_ref} | set(removed)
    first = min((i.line.date for i in incoming), default=today)
    rows = await queries.known.rows(
        unit.conn,
        household_id=unit.household_id,
        refs=[r.hex() for r in refs],
        account_ids=sorted({i.account_id for i in incoming}),
        since=min(first, today) - dt.timedelta(days=OPEN_DAYS),
    )
    return [held(r) for r in rows]


async def similar(unit: Unit, incoming: Sequence[Incoming]) -> list[Held]:
    """Rows of the same account and amount within ten days of each line: for files and manual entries."""
    reach = dt.timedelta(days=SIMILAR_DAYS)
    firsts, lasts = [i.line.date - reach for i in incoming], [i.line.date + reach for i in incoming]
    account_ids = [i.account_id for i in incoming]
    rows = await queries.similar.rows(
        unit.conn,
        household_id=unit.household_id,
        accounts=sorted(set(account_ids)),
        first=min(firsts),
        last=max(lasts),
        account_ids=account_ids,
        amounts=[i.line.amount.minor for i in incoming],
        firsts=firsts,
        lasts=lasts,
    )
    return [held(r) for r in rows]


async def presented(unit: Unit, seals: Seals, incoming: Sequence[Incoming]) -> dict[bytes, Held]:
    """Lines that are cheques, by ref, with the row that was stated under the same number before. Asks only where one may be."""
    lines = [i for i in incoming if may_be_cheque(i)]
    if not lines:
        return {}
    days, good = [i.line.date for i in lines], dt.timedelta(days=GOOD_DAYS)
    rows = await queries.presented.rows(
        unit.conn,
        household_id=unit.household_id,
        first=min(days) - good,
        last=max(days) + good,
        account_ids=[i.account_id for i in lines],
        amounts=[i.line.amount.minor for i in lines],
    )
    return same_cheques(lines, [(held(r), number) for r in rows if (number := _cheque(seals, r))])


def _cheque(seals: Seals, row: Row) -> Cheque | None:
    bank = msgspec.convert(seals.open_value("transaction", "sealed", row["transaction_id"], row["sealed"]), BankText)
    return cheque_of(bank.text, bank.reference)


async def missing(unit: Unit, account_ids: Sequence[int], since: dt.date, kind: LineKind) -> list[Held]:
    """Every live line of these accounts since a day: what a complete window should have named."""
    rows = await queries.missing.rows(unit.conn, household_id=unit.household_id, account_ids=list(account_ids), since=since, kind=int(kind))
    return [held(r) for r in rows]


# A look-up costs a tenth of what an enumeration's own call does, four times a row.
_STATES: Mapping[int, LineState] = {s.value: s for s in LineState}
_KINDS: Mapping[int, LineKind] = {k.value: k for k in LineKind}
_STATUSES: Mapping[int, Status] = {s.value: s for s in Status}
_DISCARDED: Mapping[int, Discarded] = {d.value: d for d in Discarded}


def held(row: Row) -> Held:
    """A held line with what its transaction says."""
    return Held(
        ref=row["ref"].bytes,
        transaction_id=TransactionId(row["transaction_id"]),
        account_id=AccountId(row["account_id"]),
        digest=row["digest"],
        state=_STATES[row["state"]],
        kind=_KINDS[row["kind"]],
        date=row["date"],
        amount=row["amount"],
        currency=row["currency"],
        payee_id=row["payee_id"],
        status=_STATUSES[row["status"]],
        counts_on=row["counts_on"],
        posted_date=row["posted_date"],
        discarded=_DISCARDED[row["discarded"]],
        split=row["split"],
        spoken=row["spoken"],
    )


def line_state(posting: Posting) -> LineState:
    """What a line is after its posting: pending ones and rows that wait for a bank's word stay open."""
    if posting.evidence == "alias":
        return LineState.SUPERSEDED
    if posting.incoming.kind != LineKind.BANK:
        return LineState.WAITING
    return LineState.PENDING if posting.status == Status.PENDING else LineState.LIVE


async def write_lines(unit: Unit, plan: Plan, held_refs: set[bytes]) -> None:
    """Apply the plan to the lines: new ids, taken-over ids, tombstones. `held_refs`: ids that already have a line."""
    new: list[tuple[Any, ...]] = []
    state: list[tuple[Any, ...]] = []
    for posting in (*plan.new, *plan.changed, *plan.aliases):
        line = posting.incoming
        ref, day, now = line.ref.hex(), posting.occurred, line_state(posting)
        row = (ref, posting.transaction_id, line.digest, line.account_id, day, now, line.kind)
        if line.ref in held_refs:
            state.append((ref, posting.transaction_id, line.digest, day, int(now)))
        else:
            new.append(row)
        if posting.replaces and posting.evidence != "alias":
            before = posting.replaces.hex()
            if posting.replaces in held_refs:
                state.append((before, posting.transaction_id, 0, posting.occurred, int(LineState.SUPERSEDED)))
            else:
                new.append((before, posting.transaction_id, NEVER_SEEN, line.account_id, posting.occurred, LineState.SUPERSEDED, line.kind))
    state += [(g.ref.hex(), g.transaction_id, 0, None, int(LineState.GONE)) for g in plan.gone]
    await _write(unit, new, state)


async def _write(unit: Unit, new: list[tuple[Any, ...]], state: list[tuple[Any, ...]]) -> None:
    if new:
        await write_lines_new(unit, new)
    if state:
        await write_lines_state(unit, state)


async def write_lines_new(unit: Unit, rows: list[tuple[Any, ...]]) -> None:
    """Insert lines; one that exists already would be lost, so the count must agree."""
    refs, transaction_ids, digests, account_ids, dates, states, kinds = zip(*rows, strict=True)
    await unit.write(
        queries.write_lines_new,
        len(rows),
        household_id=unit.household_id,
        refs=refs,
        transaction_ids=transaction_ids,
        digests=digests,
        account_ids=account_ids,
        dates=dates,
        states=list(map(int, states)),
        kinds=list(map(int, kinds)),
    )


async def write_lines_state(unit: Unit, rows: list[tuple[Any, ...]]) -> None:
    """Update lines that we hold: (ref, transaction, digest, day or None to keep it, state)."""
    await unit.write(
        queries.write_lines_state,
        apart=True,
        household_id=unit.household_id,
        refs=[r[0] for r in rows],
        transaction_ids=[r[1] for r in rows],
        digests=[r[2] for r in rows],
        dates=[r[3] for r in rows],
        states=[r[4] for r in rows],
    )


async def await_new_ids(unit: Unit, account_ids: Sequence[int]) -> None:
    """The bank knows these accounts under new ids: their rows will come again under new ids too, and claim what we hold."""
    if account_ids:
        await queries.await_new_ids.count(unit.conn, household_id=unit.household_id, account_ids=list(account_ids))


async def still_waiting(unit: Unit, transaction_ids: Sequence[int]) -> list[int]:
    """Those that wait to be met by their bank under a new id."""
    rows = await queries.still_waiting.rows(unit.conn, household_id=unit.household_id, transaction_ids=list(transaction_ids))
    return [r["transaction_id"] for r in rows]


async def brought_since(unit: Unit, account_id: int, batch_id: int) -> list[int]:
    """Rows that a bank brought into an account in batches after that one, oldest first."""
    rows = await queries.brought_since.rows(unit.conn, household_id=unit.household_id, account_id=account_id, batch_id=batch_id)
    return [r["transaction_id"] for r in rows]


async def lines_of(unit: Unit, transaction_ids: Sequence[int]) -> list[Row]:
    """The lines beneath some transactions."""
    return await queries.lines_of.rows(unit.conn, household_id=unit.household_id, transaction_ids=list(transaction_ids))


async def restate_lines(unit: Unit, states: Mapping[bytes, LineState]) -> None:
    """Give lines another standing, by their ref; nothing else of them changes."""
    if states:
        await queries.restate_lines.count(
            unit.conn,
            household_id=unit.household_id,
            refs=[r.hex() for r in states],
            states=[int(s) for s in states.values()],
        )
