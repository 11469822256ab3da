"""Which of our accounts a bank's accounts are.

Banks and providers give accounts new ids: after a new name, a new consent, a link made again. An account that comes under an unknown id and
is plainly one of ours is that one. What we hold of it then waits to be claimed by its rows, which come again under new ids as well.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, TypeVar

import msgspec

from farthing.connections import store
from farthing.connections.model import Fetched, OpenConnection, Status
from farthing.core.ids import AccountId
from farthing.flows.desk import Desk
from farthing.ingest.land import await_new_ids
from farthing.ledger.accounts import (
    KINDS,
    Account,
    AccountKind,
    AccountText,
    NewAccount,
    accounts,
    add_accounts,
    adopt_accounts,
    new_account_id,
)
from farthing.ledger.model import BankAccount
from farthing.security.sealing import Sealer

T = TypeVar("T")
Likeness: TypeAlias = tuple[AccountKind, str, str, str]


def account_ref(sealer: Sealer, provider: str, ref: str) -> bytes:
    """The identity of a provider's account in this household."""
    return sealer.index("account", f"{provider}|{ref}".encode())


class Placed(msgspec.Struct, frozen=True):
    """Every account of the household, where the bank's ids lead to, and which accounts were added or got a new id just now."""

    held: dict[int, Account]
    ids: dict[str, AccountId]
    added: frozenset[int] = frozenset()
    adopted: frozenset[int] = frozenset()

    @property
    def moved(self) -> bool:
        """Whether the household's accounts are not what they were."""
        return bool(self.added or self.adopted)


async def place(desk: Desk, opened: OpenConnection, fetched: Fetched) -> Placed:
    """Accounts never seen are added. Ids that rows are taken back from are placed too."""
    held = await accounts(desk.unit, desk.sealer)
    by_ref = {a.ref: a.account_id for a in held.values() if a.ref}
    stated = {a.ref: a for a in fetched.accounts}
    refs = {ref: account_ref(desk.sealer, opened.provider, ref) for ref in {*stated, *(account for account, _ in fetched.removed)}}
    placed = {ref: by_ref[hashed] for ref, hashed in refs.items() if hashed in by_ref}
    unknown = [a for ref, a in stated.items() if ref not in placed]
    if not unknown:
        return Placed(held, placed)
    adopted = await _adopted(desk, opened, held, unknown, known={refs[ref] for ref in stated}, whole=fetched.accounts_complete)
    await adopt_accounts(desk.unit, at=desk.at, connection_id=opened.connection_id, refs={i: refs[ref] for ref, i in adopted.items()})
    await await_new_ids(desk.unit, sorted(adopted.values()))
    new = {a.ref: _new_account(held, a, refs[a.ref], opened, desk.at) for a in unknown if a.ref not in adopted}
    await add_accounts(desk.unit, desk.sealer, at=desk.at, new=list(new.values()))
    added = {ref: a.account_id for ref, a in new.items()}
    return Placed(await accounts(desk.unit, desk.sealer), placed | adopted | added, frozenset(added.values()), frozenset(adopted.values()))


async def _adopted(
    desk: Desk, opened: OpenConnection, held: Mapping[int, Account], unknown: Sequence[BankAccount], *, known: set[bytes], whole: bool
) -> dict[str, AccountId]:
    """Ours by the bank's new id: one that looks the same and that the bank no longer states, where there is no second like it.

    `whole`: the bank stated every account. If it did not, the name must be the same as well.
    """
    ended = {c.connection_id for c in await store.every(desk.unit, desk.sealer) if c.status is Status.DISCONNECTED}
    ours = [
        a
        for a in held.values()
        if a.ref and a.ref not in known and a.closed_on is None
        and (a.connection_id == opened.connection_id or (a.connection_id in ended and a.text.institution == opened.institution.name))
    ]  # fmt: skip
    mine = _unique((_likeness(a.kind, a.currency, a.text.mask, "" if whole and a.text.mask else a.text.bank_name), a) for a in ours)
    theirs = _unique((_likeness(_kind(a), a.currency, a.mask or "", "" if whole and a.mask else _bank_name(a)), a) for a in unknown)
    return {stated.ref: mine[like].account_id for like, stated in theirs.items() if like in mine}


def _likeness(kind: AccountKind, currency: str, mask: str, name: str) -> Likeness:
    return kind, currency, mask, name.casefold()


def _unique(named: Iterable[tuple[Likeness, T]]) -> dict[Likeness, T]:
    """By likeness, without those that have a double."""
    pairs = list(named)
    counts = Counter(like for like, _ in pairs)
    return {like: one for like, one in pairs if counts[like] == 1}


def _kind(stated: BankAccount) -> AccountKind:
    return KINDS.get(stated.kind, AccountKind.OTHER)


def _bank_name(stated: BankAccount) -> str:
    return stated.official_name or stated.name


def _new_account(held: Mapping[int, Account], stated: BankAccount, ref: bytes, opened: OpenConnection, at: dt.datetime) -> NewAccount:
    return NewAccount(
        account_id=new_account_id(held),
        kind=_kind(stated),
        currency=stated.currency,
        text=AccountText(stated.name, stated.mask or "", _bank_name(stated), opened.institution.name),
        connection_id=opened.connection_id,
        ref=ref,
        balance=stated.balance,
        available=stated.available,
        balance_as_of=stated.as_of or at if stated.balance is not None else None,
    )
