"""Which of our accounts a bank's accounts are.

Banks and providers give accounts new ids: after a new name, a new consent, a link made again. An account that comes under an unknown id and
is plainly one of ours is that one (`recognise.py`). What we hold of it then waits to be met by its rows, which come again under new ids as
well. What could be two of ours is asked; until its owner has said, nothing of it is taken over, and what we have of ours stands as it is.
An account that its bank shows no more is closed, with all its past; one that comes back is open again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from farthing.connections import store
from farthing.connections.model import Fetched, OpenConnection, Status, Undecided
from farthing.core.ids import AccountId
from farthing.flows.desk import Desk, write_desk
from farthing.flows.recognise import Ours, bank_name, kind_of, recognise
from farthing.flows.world import World
from farthing.ingest.batches.batch import Change, FieldGroup, ObjectKind
from farthing.ingest.land import await_new_ids
from farthing.ledger.accounts import (
    Account,
    AccountText,
    NewAccount,
    accounts,
    add_accounts,
    lead_accounts,
    new_account_id,
    sign_accounts,
)
from farthing.ledger.lock import bump
from farthing.ledger.model import SYSTEM, BankAccount
from farthing.security import audit
from farthing.security.sealing import Sealer


def account_ref(sealer: Sealer, provider: str, ref: str) -> bytes:
    """The identity of a provider's account in this household."""
    return sealer.index("account", f"{provider}|{ref}".encode())


class Placed(msgspec.Struct, frozen=True):
    """Every account of the household, where the bank's ids lead to, which accounts were added just now, and those whose owner is asked.

    `changes`: the images of accounts that a new id leads to.
    """

    held: dict[int, Account]
    ids: dict[str, AccountId]
    added: frozenset[int] = frozenset()
    undecided: tuple[Undecided, ...] = ()
    changes: tuple[Change, ...] = ()
    signed: bool = False  # the bank said something else of its accounts

    @property
    def moved(self) -> bool:
        """Whether accounts are others than before, whatever their rows and balances are."""
        return bool(self.added or self.changes or self.signed)


class _Look(msgspec.Struct, frozen=True):
    """What is known before anything is placed."""

    held: dict[int, Account]
    refs: Mapping[str, bytes]
    stated: Mapping[str, BankAccount]
    ids: dict[str, AccountId]
    unknown: Sequence[BankAccount]
    asked: tuple[Undecided, ...]  # before, and still


async def place(desk: Desk, opened: OpenConnection, fetched: Fetched, held: dict[int, Account]) -> Placed:
    """Accounts never seen are added to those `held`. Ids that rows are taken back from are placed too."""
    by_ref = {a.ref: a.account_id for a in held.values() if a.ref}
    stated = {a.ref: a for a in fetched.accounts}
    refs = {ref: account_ref(desk.sealer, opened.provider, ref) for ref in {*stated, *(account for account, _ in fetched.removed)}}
    ids = {ref: by_ref[hashed] for ref, hashed in refs.items() if hashed in by_ref}
    asked = () if fetched.accounts_complete else tuple(q for q in opened.undecided if bytes.fromhex(q.key) not in by_ref)
    keys = {q.key for q in asked}
    unknown = [a for ref, a in stated.items() if ref not in ids and refs[ref].hex() not in keys]
    look = _Look(held, refs, stated, ids, unknown, asked)
    placed = await _place_unknown(desk, opened, fetched, look) if unknown else Placed(held, ids, undecided=asked)
    # What the bank takes back of an account that may have another id now is not believed before its owner has said.
    doubted = {i for q in placed.undecided for i in q.could_be}
    placed = msgspec.structs.replace(placed, ids={ref: i for ref, i in placed.ids.items() if i not in doubted}) if doubted else placed
    return await _signed(desk, opened, fetched, look, placed)


async def _place_unknown(desk: Desk, opened: OpenConnection, fetched: Fetched, look: _Look) -> Placed:
    refs, held = look.refs, look.held
    ours = await _ours(desk, opened, held, known={refs[ref] for ref in look.stated})
    found = recognise(ours, look.unknown, whole=fetched.accounts_complete)
    homes = {i: (opened.connection_id, refs[ref]) for ref, i in found.same.items()}
    await lead_accounts(desk.unit, at=desk.at, homes=homes)
    await await_new_ids(desk.unit, sorted(found.same.values()))
    fresh = [a for a in look.unknown if a.ref not in found.same and a.ref not in found.asked]
    new = {a.ref: _new_account(held, a, refs[a.ref], opened, desk.at) for a in fresh}
    await add_accounts(desk.unit, desk.sealer, at=desk.at, new=list(new.values()))
    added = {ref: a.account_id for ref, a in new.items()}
    asked = tuple(_undecided(look.stated[ref], refs[ref], could_be) for ref, could_be in found.asked.items())
    return Placed(
        held=await accounts(desk.unit, desk.sealer) if homes or new else held,
        ids=look.ids | dict(found.same) | added,
        added=frozenset(added.values()),
        undecided=(*look.asked, *asked),
        changes=tuple(led(held[i], *home) for i, home in homes.items()),
    )


async def _ours(desk: Desk, opened: OpenConnection, held: Mapping[int, Account], *, known: set[bytes]) -> list[Ours]:
    """Accounts that may have come under a new id: of this link, or of one with the same bank that has ended."""
    ended = {c.connection_id for c in await store.every(desk.unit, desk.sealer) if c.status is Status.DISCONNECTED}
    return [
        Ours(a, a.connection_id == opened.connection_id)
        for a in held.values()
        if a.ref and a.ref not in known and (a.closed_on is None or a.text.ended)
        and (a.connection_id == opened.connection_id or (a.connection_id in ended and a.text.institution == opened.institution.name))
    ]  # fmt: skip


def led(account: Account, connection_id: int | None, ref: bytes | None) -> Change:
    """The image of an account that a new id leads to."""
    before = {"connection_id": account.connection_id, "ref": account.ref.hex() if account.ref else None}
    after = {"connection_id": connection_id, "ref": ref.hex() if ref else None}
    return Change(account.account_id, FieldGroup.OTHER, before, after, "relinked", ObjectKind.ACCOUNT)


def _undecided(stated: BankAccount, ref: bytes, could_be: Sequence[int]) -> Undecided:
    return Undecided(
        key=ref.hex(),
        name=stated.name,
        mask=stated.mask or "",
        kind=kind_of(stated).slug,
        currency=stated.currency,
        could_be=tuple(could_be),
        balance=stated.balance,
        bank_name=bank_name(stated),
        lasting=stated.lasting_ref or "",
    )


async def _signed(desk: Desk, opened: OpenConnection, fetched: Fetched, look: _Look, placed: Placed) -> Placed:
    """What the bank says of its accounts beside balances: one that it shows no more is closed, one that it shows again is open."""
    changed = [
        now
        for ref, i in placed.ids.items()
        if ref in look.stated and (now := _as_stated(placed.held[i], look.stated[ref])) != placed.held[i]
    ]
    if fetched.accounts_complete and fetched.accounts and not fetched.refused:
        there = {*placed.ids.values(), *(i for q in placed.undecided for i in q.could_be)}
        changed += [_ended(a, desk.today) for i, a in placed.held.items() if _is_gone(a, opened) and i not in there]
    await sign_accounts(desk.unit, desk.sealer, at=desk.at, changed=changed)
    return msgspec.structs.replace(placed, held=placed.held | {a.account_id: a for a in changed}, signed=bool(changed))


async def end_accounts(world: World, household_id: int, opened: OpenConnection) -> None:
    """The link is over at the bank, not by its owner's wish: what it brought stays, its last balances count no longer."""
    async with write_desk(world, household_id, SYSTEM) as desk:
        held = await accounts(desk.unit, desk.sealer)
        over = [_ended(a, desk.today) for a in held.values() if _is_gone(a, opened)]
        await sign_accounts(desk.unit, desk.sealer, at=desk.at, changed=over)
        if over:
            told = {"connection_id": opened.connection_id, "accounts": [a.account_id for a in over]}
            await audit.record(desk.unit, desk.sealer, desk.actor, "account.ended", told, desk.at)
            await bump(desk.unit, desk.household, today=desk.today, months=())  # no row changed


def _is_gone(account: Account, opened: OpenConnection) -> bool:
    return account.connection_id == opened.connection_id and account.ref is not None and account.closed_on is None


def _as_stated(account: Account, stated: BankAccount) -> Account:
    """The account as its bank has it: with its lasting id, and open unless its owner closed it."""
    text, closed_on = account.text, account.closed_on
    if text.ended:
        text, closed_on = msgspec.structs.replace(text, ended=False), None
    if stated.lasting_ref and stated.lasting_ref != text.lasting:
        text = msgspec.structs.replace(text, lasting=stated.lasting_ref)
    return msgspec.structs.replace(account, text=text, closed_on=closed_on)


def _ended(account: Account, day: dt.date) -> Account:
    return msgspec.structs.replace(account, closed_on=day, text=msgspec.structs.replace(account.text, ended=True))


def _new_account(held: Mapping[int, Account], stated: BankAccount, ref: bytes, opened: OpenConnection, at: dt.datetime) -> NewAccount:
    return NewAccount(
        account_id=new_account_id(held),
        kind=kind_of(stated),
        currency=stated.currency,
        text=AccountText(stated.name, stated.mask or "", bank_name(stated), opened.institution.name, stated.lasting_ref or ""),
        connection_id=opened.connection_id,
        ref=ref,
        balance=stated.balance,
        available=stated.available,
        balance_as_of=stated.as_of or at if stated.balance is not None else None,
    )
