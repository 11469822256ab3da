"""Rows of the owner's own hand: written down before the bank knows, or where no bank is; and rows thrown away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from farthing.categorize import remember
from farthing.core.dates import AHEAD_DAYS_MAX, EARLIEST
from farthing.core.errors import Missing, Rejected, Stale
from farthing.core.ids import TransactionId, new_id
from farthing.core.money import Money
from farthing.flows.desk import Desk, write_desk
from farthing.flows.edit import MERCHANT_MAX, NOTE_MAX, accept_category, parse_tags, parse_text
from farthing.flows.learn import words_of
from farthing.flows.revise import Revised, Revision, new_batch, revise, settle_up, wholes
from farthing.flows.take_in import Intake, close, take_in
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ingest.batches.image import Whole
from farthing.ledger.accounts import Account, accounts
from farthing.ledger.label import before
from farthing.ledger.model import Actor, Discarded, LineKind, StatementLine

BY_HAND = "hand"  # the form of a page that holds one entry


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A row as the owner writes it down; `amount` is decimal text in the account's own unit, negative for money out."""

    account_id: int
    date: dt.date
    amount: str
    merchant: str
    category_id: int | None = None
    note: str = ""
    tags: Sequence[str] = ()


class Added(msgspec.Struct, frozen=True):
    """The new row, the household's version, and the batch that undoes it."""

    transaction_id: TransactionId
    version: int
    batch_id: int


async def add_by_hand(world: World, household_id: int, actor: Actor, entry: Entry) -> Added:
    """A manual entry, which a later bank row may claim. Raises Missing (no such account), Rejected."""
    async with write_desk(world, household_id, actor) as desk:
        held = await accounts(desk.unit, desk.sealer)
        account = held.get(entry.account_id)
        if account is None:
            raise Missing("not_found", "no such account")
        line = await _line(desk, account, entry)
        category_id = None if entry.category_id is None else accept_category(desk, entry.category_id)
        intake = Intake(
            kind=LineKind.MANUAL,
            lines=[line],
            placed={line.account_ref: account.account_id},
            accounts=held,
            pages=[msgspec.json.encode(line)],
            form=BY_HAND,
            owner_category_id=category_id,
        )
        batch = new_batch(desk, account_id=account.account_id)
        outcome = await take_in(desk, intake, batch)
        assert len(outcome.new_ids) == 1, "an entry of the owner's is always a row of its own"
        if category_id is not None:
            rows = await before(desk.unit, desk.sealer, outcome.new_ids)
            await remember(desk.unit, words_of(rows.values()), at=desk.at)
        version = await close(desk, outcome, batch, kind="transaction.added")
    await wake(world, household_id, version, ["ledger", "budget"])
    return Added(TransactionId(outcome.new_ids[0]), version, batch.batch_id)


async def _line(desk: Desk, account: Account, entry: Entry) -> StatementLine:
    if account.closed_on and entry.date > account.closed_on:
        raise Rejected("account_closed", f"this account was closed on {account.closed_on}", field="account_id")
    amount = Money.parse(entry.amount, account.currency)
    if not amount.minor:
        raise Rejected("bad_amount", "an amount of nothing is no transaction", field="amount")
    if not EARLIEST <= entry.date <= desk.today + dt.timedelta(days=AHEAD_DAYS_MAX):
        raise Rejected("date_out_of_range", "dates run from 1970 to one year ahead", field="date")
    merchant = " ".join(parse_text(entry.merchant, MERCHANT_MAX, field="merchant").split())
    if not merchant:
        raise Rejected("missing", "say who was paid, or who paid", field="merchant")
    return StatementLine(
        account_ref=str(account.account_id),
        ref=str(new_id()),
        amount=amount,
        date=entry.date,
        text=merchant,
        merchant=merchant,
        owner_note=parse_text(entry.note, NOTE_MAX, field="note"),
        owner_tags=await parse_tags(desk, entry.tags),
    )


async def delete_transaction(
    world: World, household_id: int, actor: Actor, transaction_id: int, *, if_version: int | None = None
) -> Revised:
    """Throw a row away: it stays, visibly, out of every total, and no bank brings it back. Raises Missing, Stale."""
    async with write_desk(world, household_id, actor) as desk:
        held = await wholes(desk, [transaction_id])
        if transaction_id not in held:
            raise Missing("not_found", "no such transaction")
        if if_version not in {None, held[transaction_id].row.version}:
            raise Stale("changed_meanwhile", "this transaction changed meanwhile")
        revised = await discard(desk, list(held.values()), kind="transaction.deleted")
    if revised.count:
        await wake(world, household_id, revised.version, ["ledger", "budget"])
    return revised


async def discard(desk: Desk, rows: Sequence[Whole], *, kind: str) -> Revised:
    """Rows out of the ledger by the owner's word, as one batch that can be undone."""
    live = [w for w in rows if w.row.discarded == Discarded.NO]
    revisions = [Revision(w, msgspec.structs.replace(w, row=msgspec.structs.replace(w.row, discarded=Discarded.BY_OWNER))) for w in live]
    batch = new_batch(desk)
    touched = await revise(desk, batch.batch_id, revisions, why="owner")
    if not touched.transaction_ids:
        return Revised()
    count = len(touched.transaction_ids)
    return Revised(count, await settle_up(desk, batch, touched, kind=kind, removed=count), batch.batch_id)
