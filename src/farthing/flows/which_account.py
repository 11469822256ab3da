"""The owner says which of theirs a bank's account is, or that it is a new one; and may take that back.

An answer leads the bank's id to an account and reads the bank from the beginning, so that every row comes: those of an account we have meet
the rows that wait for them. Taking it back leads the account where it was, throws out what came since, and asks again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec

from farthing.connections import due, store
from farthing.connections.due import Kind
from farthing.connections.model import Connection, Status, Undecided
from farthing.core.errors import Missing, Refused, Rejected
from farthing.core.ids import AccountId, BatchId, ConnectionId, HouseholdId
from farthing.flows.desk import Desk, write_desk
from farthing.flows.revise import Revision, new_batch, revise, settle_up, wholes
from farthing.flows.take_in import Outcome, close
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ingest.batches.batch import BatchRow, Change, FieldGroup, ObjectKind, write_changes
from farthing.ingest.batches.image import Whole
from farthing.ingest.land import await_new_ids, brought_since, lines_of
from farthing.ledger.accounts import (
    KINDS,
    Account,
    AccountText,
    NewAccount,
    accounts,
    add_accounts,
    lead_accounts,
    new_account_id,
    sign_accounts,
)
from farthing.ledger.model import Actor, Discarded, LineKind, LineState, Touched
from farthing.platform.valkey import ring

ANSWERED = "answered"
ROWS_AT_ONCE = 5_000
OPEN = (LineState.LIVE, LineState.PENDING, LineState.WAITING)


class Answered(msgspec.Struct, frozen=True):
    """Which account it is now, and the batch that takes it back."""

    account_id: AccountId
    batch_id: BatchId


async def answer_account(
    world: World, household_id: HouseholdId, actor: Actor, connection_id: ConnectionId, key: str, *, account_id: int | None
) -> Answered:
    """`key` names the question, `account_id` one of those it could be; None: none of them, it is new. Raises Missing, Rejected, Refused."""
    async with write_desk(world, household_id, actor) as desk:
        link = await store.find(desk.unit, desk.sealer, connection_id)
        asked = next((q for q in link.undecided if q.key == key), None)
        if asked is None:
            raise Missing("not_found", "no such question; perhaps it is answered already")
        if account_id is not None and account_id not in asked.could_be:
            raise Rejected("not_one_of_them", "it could only be one of the accounts that the question names", field="account_id")
        _require_open(link)
        held = await accounts(desk.unit, desk.sealer)
        batch = msgspec.structs.replace(new_batch(desk), connection_id=int(connection_id))
        ours = held.get(account_id) if account_id is not None else None
        if account_id is not None and ours is None:
            raise Missing("not_found", "that account is gone")
        change = await _led_to(desk, link, asked, ours) if ours else await _added(desk, link, asked, held)
        await write_changes(desk.unit, desk.sealer, batch_id=batch.batch_id, at=desk.at, actor=desk.actor.kind, changes=[change])
        batch = msgspec.structs.replace(batch, account_id=change.object_id)
        version = await close(desk, Outcome(updated=1), batch, kind="account.answered")
        await _read_anew(desk, link, tuple(q for q in link.undecided if q.key != key))
    await wake(world, household_id, version, ["ledger", "connection"])
    await ring(world.valkey)
    return Answered(AccountId(change.object_id), BatchId(batch.batch_id))


def _require_open(link: Connection) -> None:
    if link.status is Status.DISCONNECTED:
        raise Refused("link_anew", "this link has ended; link the bank again")


async def _read_anew(desk: Desk, link: Connection, undecided: tuple[Undecided, ...]) -> None:
    await store.decided(desk.unit, desk.sealer, link, undecided, desk.at)
    await due.enqueue(desk.unit.conn, desk.unit.household_id, Kind.SYNC, link.connection_id, desk.at)


async def _led_to(desk: Desk, link: Connection, asked: Undecided, account: Account) -> Change:
    """It is one of ours: the bank's id leads to it, and its rows wait to be met again."""
    now = msgspec.structs.replace(account, connection_id=int(link.connection_id), ref=bytes.fromhex(asked.key))
    if account.text.ended:
        now = msgspec.structs.replace(now, closed_on=None, text=msgspec.structs.replace(account.text, ended=False))
    await _write(desk, now)
    await await_new_ids(desk.unit, [account.account_id])
    return _change(account.account_id, _image(account), _image(now) | {"question": msgspec.to_builtins(asked)})


async def _added(desk: Desk, link: Connection, asked: Undecided, held: dict[int, Account]) -> Change:
    """It is none of ours. Taken back, it stands there empty and hidden, for the day the owner thinks otherwise again."""
    new = NewAccount(
        account_id=new_account_id(held),
        kind=KINDS[asked.kind],
        currency=asked.currency,
        text=AccountText(asked.name, asked.mask, asked.bank_name, link.institution.name, asked.lasting),
        connection_id=int(link.connection_id),
        ref=bytes.fromhex(asked.key),
    )
    await add_accounts(desk.unit, desk.sealer, at=desk.at, new=[new])
    before = {"connection_id": None, "ref": None, "closed_on": desk.today.isoformat(), "ended": True}
    after = {"connection_id": int(link.connection_id), "ref": asked.key, "closed_on": None, "ended": False}
    return _change(new.account_id, before, after | {"question": msgspec.to_builtins(asked)})


def _image(account: Account) -> dict[str, Any]:
    return {
        "connection_id": account.connection_id,
        "ref": account.ref.hex() if account.ref else None,
        "closed_on": account.closed_on.isoformat() if account.closed_on else None,
        "ended": account.text.ended,
    }


def _change(account_id: int, before: dict[str, Any], after: dict[str, Any]) -> Change:
    return Change(account_id, FieldGroup.OTHER, before, after, ANSWERED, ObjectKind.ACCOUNT)


async def _write(desk: Desk, account: Account) -> None:
    home = (None if account.connection_id is None else ConnectionId(account.connection_id), account.ref)
    await lead_accounts(desk.unit, at=desk.at, homes={account.account_id: home})
    await sign_accounts(desk.unit, desk.sealer, at=desk.at, changed=[account])


async def take_back_answer(desk: Desk, batch: BatchRow, changes: Sequence[Change], again: BatchRow) -> tuple[int, int]:
    """The undoing of an answer, or of its undoing, as batch `again`; returns the version and how many rows went.

    Raises Refused where the bank gave the account yet another id since, or the link has ended.
    """
    held = await accounts(desk.unit, desk.sealer)
    touched = Touched()
    for change in changes:
        account = held.get(change.object_id)
        if account is None or (account.ref.hex() if account.ref else None) != change.after["ref"]:
            raise Refused("changed_later", "this account stands under another id of its bank since")
        before = {name: value for name, value in change.before.items() if name != "question"}
        await _write(desk, _restored(account, before))
        touched |= await _thrown_out(desk, again, account, since=batch.batch_id) if "question" in change.after else Touched()
        swapped = msgspec.structs.replace(change, before=change.after, after=change.before, change_id=0)
        await write_changes(desk.unit, desk.sealer, batch_id=again.batch_id, at=desk.at, actor=desk.actor.kind, changes=[swapped])
        await _asked_again(desk, change)
    return await settle_up(desk, again, touched, kind="batch.undone"), len(touched.transaction_ids)


def _restored(account: Account, image: dict[str, Any]) -> Account:
    ref = bytes.fromhex(image["ref"]) if image["ref"] else None
    closed_on = dt.date.fromisoformat(image["closed_on"]) if image["closed_on"] else None
    return msgspec.structs.replace(
        account,
        connection_id=image["connection_id"],
        ref=ref,
        closed_on=closed_on,
        text=msgspec.structs.replace(account.text, ended=image["ended"]),
    )


async def _asked_again(desk: Desk, change: Change) -> None:
    """The question stands again after an undo, and no more after a redo."""
    told = change.after.get("question") or change.before.get("question")
    asked = msgspec.convert(told, Undecided)
    link = await store.find(desk.unit, desk.sealer, ConnectionId(change.after["connection_id"] or change.before["connection_id"]))
    _require_open(link)
    others = tuple(q for q in link.undecided if q.key != asked.key)
    await _read_anew(desk, link, (*others, asked) if "question" in change.after else others)


async def _thrown_out(desk: Desk, again: BatchRow, account: Account, *, since: int) -> Touched:
    """What the bank brought into the account since: out of the ledger; its lines bring it back should the answer be given again."""
    ids = await brought_since(desk.unit, account.account_id, since)
    touched = Touched()
    for first in range(0, len(ids), ROWS_AT_ONCE):
        some = ids[first : first + ROWS_AT_ONCE]
        lines: dict[int, dict[str, int]] = {}
        for line in await lines_of(desk.unit, some):
            if line["kind"] == LineKind.BANK and line["state"] in OPEN:
                lines.setdefault(line["transaction_id"], {})[line["ref"].bytes.hex()] = int(line["state"])
        revisions = [
            Revision(w, _gone(w), (lines[i], dict.fromkeys(lines[i], int(LineState.UNDONE))))
            for i, w in (await wholes(desk, some)).items()
            if w.row.discarded == Discarded.NO and i in lines
        ]
        touched |= await revise(desk, again.batch_id, revisions, why="undo")
    return touched


def _gone(whole: Whole) -> Whole:
    return msgspec.structs.replace(whole, row=msgspec.structs.replace(whole.row, discarded=Discarded.BY_UNDO))
