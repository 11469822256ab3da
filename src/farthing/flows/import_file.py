"""A file brought by the owner: read in a child, kept as it came, shown as a dry run, then taken in by the same straight line as a bank.

A file is kept whole and posted in units of 5,000 rows; a unit that was already posted finds its rows known, so a commit that died half
way is simply done again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from farthing.connections.files.child import read_in_child
from farthing.connections.files.model import Mapping as Columns
from farthing.connections.files.model import RowError, Statement
from farthing.core.dates import today_in
from farthing.core.errors import Conflict, Missing, Rejected
from farthing.core.ids import AccountId, BatchId
from farthing.flows.desk import Desk, read_desk, write_desk
from farthing.flows.take_in import Intake, Matched, Outcome, close, plan_intake, take_in
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ingest.batch import BatchRow, BatchState, batches, new_batch_id, write_batch
from farthing.ingest.land import land, landed_of
from farthing.ledger.accounts import (
    BALANCE_FROM_FILE,
    KINDS,
    Account,
    AccountKind,
    AccountText,
    NewAccount,
    accounts,
    add_accounts,
    balance_days,
    new_account_id,
)
from farthing.ledger.lock import glance
from farthing.ledger.model import Actor, BankAccount, BatchKind, LineKind, StatementLine

UNIT_ROWS_MAX = 5_000
NAME_MAX = 120


class Counts(msgspec.Struct, frozen=True):
    """What a file's rows are: new, already here, looking like one that is here, not readable."""

    new: int = 0
    known: int = 0
    similar: int = 0
    refused: int = 0


class Placed(msgspec.Struct, frozen=True):
    """An account of the file: one of ours, or one that the import would add."""

    ref: str
    name: str
    currency: str
    account_id: int | None
    rows: int


class DryRun(msgspec.Struct, frozen=True):
    """What an import would do. `import_id` is its batch; `again`: the same bytes were imported before."""

    import_id: int
    counts: Counts
    statement: Statement
    placed: list[Placed]
    errors: list[RowError]
    name: str = ""
    again: bool = False


class _Kept(msgspec.Struct, frozen=True):
    """What the batch remembers of a file."""

    name: str
    form: str
    account_id: int | None = None
    columns: Columns | None = None
    digest: str = ""


async def preview_import(
    world: World,
    household_id: int,
    actor: Actor,
    content: bytes,
    *,
    name: str = "",
    account_id: int | None = None,
    columns: Columns | None = None,
) -> DryRun:
    """Read a file and say what it would do; nothing is in the ledger yet.

    Raises Rejected for a file that cannot be read, Missing for an unknown account.
    """
    async with world.db.unit(household_id) as unit:
        household = await glance(unit)
    today = today_in(household.zone, world.clock.now())
    statement = await read_in_child(content, name=name, mapping=columns, currency=household.currency, today=today, locale=household.locale)
    kept = _Kept(name[:NAME_MAX], statement.format, account_id, statement.mapping, hashlib.sha256(content).hexdigest())
    async with write_desk(world, household_id, actor) as desk:
        batch = BatchRow(
            batch_id=BatchId(new_batch_id()), kind=BatchKind.IMPORT, state=BatchState.DRY_RUN, started_at=desk.at, account_id=account_id,
            member_id=actor.member_id, summary=msgspec.to_builtins(kept),
        )  # fmt: skip
        earlier = await batches(desk.unit, desk.sealer, kinds=[BatchKind.IMPORT], count=200)
        await land(
            desk.unit, desk.sealer, batch_id=batch.batch_id, connection_id=None, pages=[content], rows=len(statement.lines), form="file"
        )
        await write_batch(desk.unit, desk.sealer, batch)
        held, placed, would_add = await _places(desk, statement, account_id)
        matched = await plan_intake(desk, _intake(statement.lines, placed, held))
    again = any(b.state == BatchState.DONE and b.summary.get("digest") == kept.digest for b in earlier)
    return DryRun(
        batch.batch_id, _counts(statement, matched, would_add), statement, _placed(statement, placed, held), statement.errors, name, again
    )


def _counts(statement: Statement, matched: Matched, would_add: set[str]) -> Counts:
    unplaced = sum(line.account_ref in would_add for line in statement.lines)
    return Counts(
        new=len(matched.plan.new) + unplaced,
        known=matched.plan.unchanged + len(matched.plan.changed),
        similar=len(matched.plan.suggestions),
        refused=len(statement.errors) + statement.errors_left_off,
    )


def _placed(statement: Statement, placed: Mapping[str, AccountId], held: Mapping[int, Account]) -> list[Placed]:
    rows: dict[str, int] = {}
    for line in statement.lines:
        rows[line.account_ref] = rows.get(line.account_ref, 0) + 1
    found = []
    for stated in _accounts_of(statement):
        account = held.get(placed[stated.ref]) if stated.ref in placed else None
        name = account.text.name if account else stated.name
        found.append(Placed(stated.ref, name, stated.currency, account.account_id if account else None, rows.get(stated.ref, 0)))
    return found


def _accounts_of(statement: Statement) -> list[BankAccount]:
    """The file's accounts; rows of an account that the file does not describe make one of their own."""
    known = {a.ref for a in statement.accounts}
    others = {line.account_ref: line.amount.currency for line in statement.lines if line.account_ref not in known}
    return [
        *statement.accounts,
        *(BankAccount(ref=r, name=r or "Imported account", kind="checking", currency=c) for r, c in others.items()),
    ]


async def _places(desk: Desk, statement: Statement, account_id: int | None) -> tuple[dict[int, Account], dict[str, AccountId], set[str]]:
    """Every account we have, where the file's accounts go, and the refs for which the import would add one."""
    held = await accounts(desk.unit, desk.sealer)
    stated = _accounts_of(statement)
    if account_id is not None:
        account = held.get(account_id)
        if account is None:
            raise Missing("not_found", "no such account")
        if len(stated) > 1:
            raise Rejected("several_accounts", f"this file holds {len(stated)} accounts; import it without naming one", field="account")
        if stated and stated[0].currency != account.currency:
            detail = f"the file is in {stated[0].currency}, the account in {account.currency}"
            raise Rejected("other_currency", detail, field="account")
        return held, {a.ref: account.account_id for a in stated}, set()
    by_ref = {a.ref: a for a in held.values() if a.ref}
    placed: dict[str, AccountId] = {}
    for one in stated:
        account = by_ref.get(_file_ref(desk, one)) or _by_mask(held, one)
        if account is not None:
            placed[one.ref] = account.account_id
    return held, placed, {a.ref for a in stated} - placed.keys()


def _file_ref(desk: Desk, stated: BankAccount) -> bytes:
    return desk.sealer.index("account", f"file|{stated.ref}|{stated.currency}".encode())


def _by_mask(held: Mapping[int, Account], stated: BankAccount) -> Account | None:
    """The one linked account with the file's last digits and currency, if it is only one."""
    if not stated.mask:
        return None
    same = [a for a in held.values() if a.text.mask == stated.mask and a.currency == stated.currency and a.closed_on is None]
    return same[0] if len(same) == 1 else None


def _intake(lines: Sequence[StatementLine], placed: Mapping[str, AccountId], held: Mapping[int, Account]) -> Intake:
    return Intake(kind=LineKind.FILE, lines=lines, placed=placed, accounts=held)


async def find_import(desk: Desk, import_id: int) -> BatchRow:
    """An import's batch; raises Missing."""
    found = await batches(desk.unit, desk.sealer, kinds=[BatchKind.IMPORT], before=import_id + 1, count=1)
    if not found or found[0].batch_id != import_id:
        raise Missing("not_found", "no such import")
    return found[0]


async def commit_import(
    world: World, household_id: int, actor: Actor, import_id: int, *, account_id: int | None = None, columns: Columns | None = None
) -> Outcome:
    """Do what the dry run said. Done twice it is done once; raises Missing, or Conflict when it was undone or dropped."""
    async with read_desk(world, household_id, actor) as desk:
        batch = await find_import(desk, import_id)
        if batch.state == BatchState.DONE and batch.finished_at:
            return Outcome(batch.added, batch.updated, batch.removed, batch.known)
        if batch.state != BatchState.DRY_RUN:
            raise Conflict("import_over", "this import was undone or dropped; import the file again")
        kept = msgspec.convert(batch.summary, _Kept)
        pages = await landed_of(desk.unit, desk.sealer, import_id)
        today, currency, locale = desk.today, desk.household.currency, desk.household.locale
    statement = await read_in_child(
        pages[0][1][0], name=kept.name, mapping=columns or kept.columns, currency=currency, today=today, locale=locale
    )
    goal = account_id if account_id is not None else kept.account_id
    outcome = await _post(world, household_id, actor, batch, statement=statement, account_id=goal)
    await wake(world, household_id, outcome.version, ["ledger", "budget"])
    return outcome


async def _post(world: World, household_id: int, actor: Actor, batch: BatchRow, *, statement: Statement, account_id: int | None) -> Outcome:
    lines = sorted(statement.lines, key=lambda x: (x.date, x.row or 0))
    units = [lines[i : i + UNIT_ROWS_MAX] for i in range(0, len(lines), UNIT_ROWS_MAX)] or [[]]
    whole = Outcome()
    for number, part in enumerate(units):
        last = number == len(units) - 1
        async with write_desk(world, household_id, actor) as desk:
            held, placed = await _make_places(desk, statement, account_id)
            outcome = await take_in(desk, _intake(part, placed, held), batch)
            whole = _sum(whole, outcome)
            state = BatchState.DONE if last else BatchState.DRY_RUN
            shown = msgspec.structs.replace(batch, state=state, account_id=account_id or _only(placed))
            version = await close(desk, whole, shown, kind="file.imported")
            whole = msgspec.structs.replace(whole, version=version)
    return whole


def _only(placed: Mapping[str, AccountId]) -> int | None:
    places = set(placed.values())
    return places.pop() if len(places) == 1 else None


def _sum(left: Outcome, right: Outcome) -> Outcome:
    return Outcome(
        added=left.added + right.added,
        updated=left.updated + right.updated,
        removed=left.removed + right.removed,
        known=left.known + right.known,
        similar=left.similar + right.similar,
        new_ids=left.new_ids + right.new_ids,
        checked=right.checked,
    )


async def _make_places(desk: Desk, statement: Statement, account_id: int | None) -> tuple[dict[int, Account], dict[str, AccountId]]:
    """Where the file's accounts go, adding those that are not here; their opening balance makes rows and stated balance agree."""
    held, placed, missing = await _places(desk, statement, account_id)
    stated = [a for a in _accounts_of(statement) if a.ref in missing]
    new = [_new_account(desk, held, a, statement.lines) for a in stated]
    await add_accounts(desk.unit, desk.sealer, at=desk.at, new=new)
    if new:
        held = await accounts(desk.unit, desk.sealer)
        placed = placed | {a.ref: n.account_id for a, n in zip(stated, new, strict=True)}
    known: list[tuple[int, Any, int, int]] = []
    for one in _accounts_of(statement):
        day = one.as_of.date() if one.as_of else statement.last_day
        if one.balance is not None and day is not None and one.ref in placed and held[placed[one.ref]].connection_id is None:
            known.append((placed[one.ref], day, one.balance, BALANCE_FROM_FILE))
    await balance_days(desk.unit, list({(k[0], k[1]): k for k in known}.values()))
    return held, placed


def _new_account(desk: Desk, held: Mapping[int, Account], stated: BankAccount, lines: Sequence[StatementLine]) -> NewAccount:
    mine = [x for x in lines if x.account_ref == stated.ref]
    moved = sum(x.amount.minor for x in mine if x.amount.currency == stated.currency)
    return NewAccount(
        account_id=new_account_id(held),
        kind=KINDS.get(stated.kind, AccountKind.OTHER),
        currency=stated.currency,
        text=AccountText(stated.name or "Imported account", stated.mask or ""),
        ref=_file_ref(desk, stated),
        opening_balance=(stated.balance or 0) - moved if stated.balance is not None else 0,
        opened_on=min((x.date for x in mine), default=desk.today),
    )


async def drop_import(world: World, household_id: int, actor: Actor, import_id: int) -> None:
    """Forget a dry run; raises Missing, or Conflict when it was carried out (undo it instead)."""
    async with write_desk(world, household_id, actor) as desk:
        batch = await find_import(desk, import_id)
        if batch.state != BatchState.DRY_RUN:
            raise Conflict("import_done", "this import was carried out; undo it instead")
        dropped = msgspec.structs.replace(batch, state=BatchState.FAILED, finished_at=desk.at, error="dropped")
        await write_batch(desk.unit, desk.sealer, dropped)
