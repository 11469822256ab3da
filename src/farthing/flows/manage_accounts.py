"""Accounts: those kept by hand are opened, stated, closed and deleted here; those of a bank can be renamed and hidden."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec
from msgspec import UNSET, UnsetType

from farthing.connections import store
from farthing.connections.model import Connection, Status
from farthing.core.dates import EARLIEST
from farthing.core.errors import Missing, Refused, Rejected, Stale
from farthing.core.ids import AccountId
from farthing.core.money import Money, parse_unit
from farthing.flows.desk import Desk, write_desk
from farthing.flows.edit import parse_text
from farthing.flows.forget import Forgotten, forget_accounts
from farthing.flows.view_cash import at_home
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ledger.accounts import (
    BALANCE_FROM_OWNER,
    KINDS,
    Account,
    AccountKind,
    AccountText,
    NewAccount,
    accounts,
    add_accounts,
    balance_days,
    change_account,
    new_account_id,
    stand_by_hand,
)
from farthing.ledger.lock import bump
from farthing.ledger.model import Actor
from farthing.security import audit

NAME_MAX = 80
ACCOUNTS_MAX = 500


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """An account to keep by hand. `kind` in the API's words; the balance is decimal text, what is owed is negative."""

    name: str
    kind: str
    currency: str
    opening_balance: str = "0"
    opened_on: dt.date | None = None


class AccountEdit(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; what is not named stays. Opening balance and kind only of accounts kept by hand."""

    name: str | UnsetType = UNSET
    kind: str | UnsetType = UNSET
    hidden: bool | UnsetType = UNSET
    closed_on: dt.date | UnsetType | None = UNSET
    opening_balance: str | UnsetType = UNSET


class Standing(msgspec.Struct, frozen=True):
    """An account with its balance now, how fresh that is, and the link it comes through (None: kept by hand)."""

    account: Account
    balance: int
    as_of: dt.datetime | None
    link: Connection | None = None


class NetWorth(msgspec.Struct, frozen=True):
    """What open accounts add up to: by currency, and in the household's; units without a rate are named beside it."""

    by_currency: Mapping[str, int]
    home: int
    unrated: Mapping[str, int]


async def list_accounts(desk: Desk) -> list[Standing]:
    """Every account, oldest first, hidden and closed ones too."""
    held = await accounts(desk.unit, desk.sealer)
    by_hand = {i: a for i, a in held.items() if a.by_hand or a.balance is None}
    stands = await stand_by_hand(desk.unit, by_hand, desk.today) if by_hand else {}
    links = {int(c.connection_id): c for c in await store.every(desk.unit, desk.sealer)}
    found = []
    for i, account in held.items():
        link = links.get(account.connection_id) if account.connection_id is not None else None
        if i in stands:
            found.append(Standing(account, stands[i].balance, account.balance_as_of if account.balance_as_of else desk.at, link))
        else:
            found.append(Standing(account, account.balance or 0, account.balance_as_of, link))
    return found


async def net_worth(desk: Desk) -> NetWorth:
    """Closed and hidden accounts are not in it."""
    standing = [s for s in await list_accounts(desk) if s.account.closed_on is None and not s.account.hidden]
    worth = {int(s.account.account_id): s.balance for s in standing}
    home = await at_home(desk, {int(s.account.account_id): s.account for s in standing}, worth)
    by_currency: dict[str, int] = {}
    unrated: dict[str, int] = {}
    for s in standing:
        unit, balance = s.account.currency, s.balance
        by_currency[unit] = by_currency.get(unit, 0) + balance
        if home[s.account.account_id] is None:
            unrated[unit] = unrated.get(unit, 0) + balance
    return NetWorth(by_currency, sum(v for v in home.values() if v is not None), unrated)


async def add_account(world: World, household_id: int, actor: Actor, wish: Opening) -> AccountId:
    """Open an account that no bank reports. Raises Rejected with the field."""
    async with write_desk(world, household_id, actor) as desk:
        held = await accounts(desk.unit, desk.sealer)
        if len(held) >= ACCOUNTS_MAX:
            raise Rejected("too_many", f"a household has at most {ACCOUNTS_MAX} accounts", field="name")
        currency = parse_unit(wish.currency)
        new = NewAccount(
            account_id=new_account_id(held),
            kind=_kind(wish.kind),
            currency=currency,
            text=AccountText(_name(wish.name)),
            opening_balance=Money.parse(wish.opening_balance, currency, field="opening_balance").minor,
            opened_on=_day(desk, wish.opened_on or desk.today, field="opened_on"),
        )
        await add_accounts(desk.unit, desk.sealer, at=desk.at, new=[new])
        version = await _recorded(desk, "account.added", new.account_id)
    await wake(world, household_id, version, ["ledger"])
    return new.account_id


async def edit_account(
    world: World, household_id: int, actor: Actor, account_id: int, wish: AccountEdit, *, if_version: int | None = None
) -> None:
    """Rename, hide, close or reopen; for accounts kept by hand also the kind and the opening balance. Raises Missing, Stale, Rejected."""
    async with write_desk(world, household_id, actor) as desk:
        account = await _find(desk, account_id)
        await change_account(desk.unit, desk.sealer, at=desk.at, account=_edited(desk, account, wish), if_version=if_version)
        version = await _recorded(desk, "account.changed", account_id)
    await wake(world, household_id, version, ["ledger"])


def _edited(desk: Desk, account: Account, wish: AccountEdit) -> Account:
    if not account.by_hand and not (isinstance(wish.kind, UnsetType) and isinstance(wish.opening_balance, UnsetType)):
        raise Refused("linked_account", "the bank says what this account is and holds")
    if isinstance(wish.name, str):
        account = msgspec.structs.replace(account, text=msgspec.structs.replace(account.text, name=_name(wish.name)))
    if isinstance(wish.kind, str):
        account = msgspec.structs.replace(account, kind=_kind(wish.kind))
    if isinstance(wish.hidden, bool):
        account = msgspec.structs.replace(account, hidden=wish.hidden)
    if not isinstance(wish.closed_on, UnsetType):
        closed_on = None if wish.closed_on is None else _day(desk, wish.closed_on, field="closed_on")
        account = msgspec.structs.replace(account, closed_on=closed_on)
    if isinstance(wish.opening_balance, str):
        opening = Money.parse(wish.opening_balance, account.currency, field="opening_balance").minor
        account = msgspec.structs.replace(account, opening_balance=opening)
    return account


async def state_balance(world: World, household_id: int, actor: Actor, account_id: int, *, day: dt.date, balance: str) -> None:
    """What an account kept by hand was worth at the end of a day; the last such word counts. Raises Missing, Refused, Rejected."""
    async with write_desk(world, household_id, actor) as desk:
        account = await _find(desk, account_id)
        if not account.by_hand:
            raise Refused("linked_account", "the bank states the balance of this account")
        stated_on = _day(desk, day, field="date")
        minor = Money.parse(balance, account.currency, field="balance").minor
        await balance_days(desk.unit, [(account_id, stated_on, minor, BALANCE_FROM_OWNER)])
        await change_account(desk.unit, desk.sealer, at=desk.at, account=account)
        version = await _recorded(desk, "account.balance_stated", account_id)
    await wake(world, household_id, version, ["ledger"])


async def delete_account(world: World, household_id: int, actor: Actor, account_id: int, *, if_version: int | None = None) -> Forgotten:
    """An account goes for good, with its rows and all that is known of them. Raises Missing, Stale, Refused while a bank link brings it."""
    async with write_desk(world, household_id, actor) as desk:
        account = await _find(desk, account_id)
        if if_version not in {None, account.version}:
            raise Stale("changed_meanwhile", "this account changed meanwhile")
        if not await _may_go(desk, account):
            raise Refused("linked_account", "this account comes from a bank: end the link first, or hide the account")
        gone = await forget_accounts(desk, [account_id])
        await audit.record(desk.unit, desk.sealer, desk.actor, "account.deleted", {"account": account_id, "rows": gone.rows}, desk.at)
    await wake(world, household_id, gone.version, ["ledger", "budget"])
    return gone


async def _may_go(desk: Desk, account: Account) -> bool:
    """Whether no bank would bring it back."""
    if account.connection_id is None:
        return True
    links = await store.every(desk.unit, desk.sealer)
    return all(c.status is Status.DISCONNECTED for c in links if c.connection_id == account.connection_id)


async def _find(desk: Desk, account_id: int) -> Account:
    held = await accounts(desk.unit, desk.sealer)
    if account_id not in held:
        raise Missing("not_found", "no such account")
    return held[account_id]


async def _recorded(desk: Desk, kind: str, account_id: int) -> int:
    await audit.record(desk.unit, desk.sealer, desk.actor, kind, {"account": account_id}, desk.at)
    return await bump(desk.unit, desk.household, today=desk.today, months=())  # no row changed


def _kind(text: str) -> AccountKind:
    if text not in KINDS:
        raise Rejected("bad_kind", f"a kind is one of {', '.join(KINDS)}", field="kind")
    return KINDS[text]


def _name(text: str) -> str:
    name = " ".join(parse_text(text, NAME_MAX, field="name").split())
    if not name:
        raise Rejected("missing", "an account needs a name", field="name")
    return name


def _day(desk: Desk, day: dt.date, *, field: str) -> dt.date:
    if not EARLIEST <= day <= desk.today:
        raise Rejected("date_out_of_range", "a day from 1970 to today", field=field)
    return day
