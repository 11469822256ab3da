"""Accounts: where money is. The bank's own balances for linked ones, opening balance plus rows for those kept by hand."""

from __future__ import annotations

import datetime as dt
import enum
import secrets
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from farthing.core.errors import Missing, Stale
from farthing.core.ids import AccountId, ConnectionId
from farthing.ledger.lock import queries
from farthing.ledger.model import BankAccount
from farthing.ledger.post import Seals
from farthing.platform.database import Unit


class AccountKind(enum.IntEnum):
    """What an account is; the names are the API's, in the order in which pages group them."""

    CHECKING = 1
    CASH = 2
    CARD = 3
    SAVINGS = 4
    INVESTMENT = 5
    LOAN = 6
    PROPERTY = 7
    VEHICLE = 8
    OTHER = 9

    @property
    def slug(self) -> str:
        return self.name.lower()


KINDS = {kind.slug: kind for kind in AccountKind}
_KINDS = {int(kind): kind for kind in AccountKind}
APPRAISED = frozenset({AccountKind.PROPERTY, AccountKind.VEHICLE})
BALANCE_FROM_BANK, BALANCE_FROM_OWNER, BALANCE_FROM_FILE = 1, 2, 3


class AccountText(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed of an account. `bank_name` is what the bank calls it, `name` what the owner does; `lasting` the bank's own lasting id.

    `ended`: it was closed because its bank shows it no more.
    """

    name: str
    mask: str = ""
    bank_name: str = ""
    institution: str = ""
    lasting: str = ""
    ended: bool = False


class Account(msgspec.Struct, frozen=True):
    """An account, opened. Balances in minor units of its currency, owed is negative."""

    account_id: AccountId
    connection_id: int | None
    ref: bytes | None
    kind: AccountKind
    currency: str
    balance: int | None
    available: int | None
    opening_balance: int | None
    balance_as_of: dt.datetime | None
    opened_on: dt.date | None
    closed_on: dt.date | None
    hidden: bool
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime
    text: AccountText

    @property
    def by_hand(self) -> bool:
        """Whether the owner keeps it: no bank states its balance."""
        return self.connection_id is None


async def accounts(unit: Unit, seals: Seals) -> dict[int, Account]:
    """Every account of the household by id, oldest first."""
    rows = await queries.accounts.rows(unit.conn, household_id=unit.household_id)
    found = {}
    for account_id, connection_id, ref, kind, *plain, sealed in rows:
        text = AccountText(*seals.open_value("account", "sealed", account_id, sealed))
        columns: list[Any] = [account_id, connection_id, ref.bytes if ref else None, _KINDS[kind], *plain, text]
        found[account_id] = Account(*columns)
    return found


def new_account_id(taken: Mapping[int, Any]) -> AccountId:
    """A random 31-bit number not in use in the household."""
    while (number := secrets.randbelow(2**31 - 2) + 1) in taken:
        pass
    return AccountId(number)


class NewAccount(msgspec.Struct, frozen=True):
    """An account to add. `ref` is the keyed hash of the provider's id, None for one kept by hand."""

    account_id: AccountId
    kind: AccountKind
    currency: str
    text: AccountText
    connection_id: int | None = None
    ref: bytes | None = None
    balance: int | None = None
    available: int | None = None
    opening_balance: int | None = None
    balance_as_of: dt.datetime | None = None
    opened_on: dt.date | None = None


async def add_accounts(unit: Unit, seals: Seals, *, at: dt.datetime, new: Sequence[NewAccount]) -> None:
    """Add accounts; their ids must be free."""
    if not new:
        return
    count = await queries.add_accounts.count(
        unit.conn,
        household_id=unit.household_id,
        at=at,
        account_ids=[a.account_id for a in new],
        connection_ids=[a.connection_id for a in new],
        refs=[uuid.UUID(bytes=a.ref) if a.ref else None for a in new],
        kinds=[int(a.kind) for a in new],
        currencies=[a.currency for a in new],
        balances=[a.balance for a in new],
        availables=[a.available for a in new],
        opening_balances=[a.opening_balance for a in new],
        balance_as_ofs=[a.balance_as_of for a in new],
        opened_ons=[a.opened_on for a in new],
        sealeds=[seals.seal_value("account", "sealed", a.account_id, a.text) for a in new],
    )
    assert count == len(new), "a new account met another's number"


async def lead_accounts(unit: Unit, *, at: dt.datetime, homes: Mapping[AccountId, tuple[ConnectionId | None, bytes | None]]) -> None:
    """Accounts that a bank knows under another id from now on, or that another link brings: (connection, ref) by account."""
    if homes:
        count = await queries.lead_accounts.count(
            unit.conn,
            household_id=unit.household_id,
            at=at,
            account_ids=list(homes),
            connection_ids=[connection_id for connection_id, _ in homes.values()],
            refs=[uuid.UUID(bytes=ref) if ref else None for _, ref in homes.values()],
        )
        assert count == len(homes), "an account that is led elsewhere is there"


async def sign_accounts(unit: Unit, seals: Seals, *, at: dt.datetime, changed: Sequence[Account]) -> None:
    """What their bank says of accounts beside the balance: that one is closed, or open again; a lasting id."""
    if changed:
        await queries.sign_accounts.count(
            unit.conn,
            household_id=unit.household_id,
            at=at,
            account_ids=[a.account_id for a in changed],
            closed_ons=[a.closed_on for a in changed],
            sealeds=[seals.seal_value("account", "sealed", a.account_id, a.text) for a in changed],
        )


def moved(held: Mapping[int, Account], stated: Mapping[int, BankAccount]) -> dict[int, BankAccount]:
    """Those of the bank's balances that are not ours already."""
    return {i: a for i, a in stated.items() if a.balance is not None and (held[i].balance, held[i].available) != (a.balance, a.available)}


async def balance_accounts(unit: Unit, *, at: dt.datetime, stated: Mapping[int, BankAccount]) -> None:
    """Take over the bank's balances by account id."""
    if stated:
        ids = list(stated)
        await unit.write(
            queries.balance_accounts,
            household_id=unit.household_id,
            at=at,
            account_ids=ids,
            balances=[stated[i].balance for i in ids],
            availables=[stated[i].available for i in ids],
            balance_as_ofs=[stated[i].as_of or at for i in ids],
        )


async def balance_days(unit: Unit, stated: Sequence[tuple[int, dt.date, int, int]]) -> None:
    """Keep stated balances: (account, day, minor, source); one day is stated once a call."""
    if stated:
        await unit.write(
            queries.balance_days,
            household_id=unit.household_id,
            account_ids=[s[0] for s in stated],
            dates=[s[1] for s in stated],
            balances=[s[2] for s in stated],
            sources=[s[3] for s in stated],
        )


async def balance_history(unit: Unit, first: dt.date) -> dict[int, list[tuple[dt.date, int]]]:
    """Stated balances since `first` by account, oldest first."""
    rows = await queries.balance_history.rows(unit.conn, household_id=unit.household_id, first=first)
    history: dict[int, list[tuple[dt.date, int]]] = {}
    for row in rows:
        history.setdefault(row["account_id"], []).append((row["date"], row["balance"]))
    return history


async def change_account(unit: Unit, seals: Seals, *, at: dt.datetime, account: Account, if_version: int | None = None) -> None:
    """Write the account as it now is; raises Stale when `if_version` is no longer current, Missing when it is gone."""
    count = await queries.change_account.count(
        unit.conn,
        household_id=unit.household_id,
        at=at,
        account_id=account.account_id,
        version=if_version,
        hidden=account.hidden,
        closed_on=account.closed_on,
        kind=int(account.kind),
        connection_id=account.connection_id,
        opening_balance=account.opening_balance,
        balance=account.balance,
        balance_as_of=account.balance_as_of,
        sealed=seals.seal_value("account", "sealed", account.account_id, account.text),
    )
    if not count:
        raise Stale("changed_meanwhile", "this account changed meanwhile") if if_version else Missing("not_found", "no such account")


async def drop_account(unit: Unit, account_id: int) -> None:
    """Remove an account that has no rows, with the balances stated of it."""
    await queries.drop_account_days.count(unit.conn, household_id=unit.household_id, account_id=account_id)
    await queries.drop_account.count(unit.conn, household_id=unit.household_id, account_id=account_id)


class ByHand(msgspec.Struct, frozen=True):
    """How an account kept by hand stands: `stated_on` the day of the owner's last word, `n` rows up to today, the newest on `last`."""

    balance: int
    stated_on: dt.date | None
    n: int
    last: dt.date | None


async def stand_by_hand(unit: Unit, held: Mapping[int, Account], today: dt.date) -> dict[int, ByHand]:
    """Each account's balance at the end of `today`: the owner's last word and the rows since, else the opening balance and every row.

    A house or a car is worth what was said last; rows do not change that.
    """
    rows = await queries.stand_by_hand.rows(
        unit.conn, household_id=unit.household_id, account_ids=list(held), source=BALANCE_FROM_OWNER, today=today
    )
    found = {}
    for row in rows:
        account = held[row["account_id"]]
        start = row["stated"] if row["stated_on"] else account.opening_balance or 0
        moved = 0 if account.kind in APPRAISED else row["total"]
        found[row["account_id"]] = ByHand(start + moved, row["stated_on"], row["n"], row["last"])
    return found
