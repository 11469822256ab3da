"""Where a file's rows go: accounts of ours that the file means, the one its owner named, or new ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from farthing.connections.files.model import Statement
from farthing.core.errors import Missing, Rejected
from farthing.core.ids import AccountId
from farthing.flows.desk import Desk
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
    balance_history,
    new_account_id,
)
from farthing.ledger.model import BankAccount, StatementLine


class Goal(msgspec.Struct, frozen=True):
    """What the owner said of a file's place: an account of ours, or `fresh`, a new one although another would fit; neither: it is found.

    `usual` is where the last file of this shape went; it counts when the file names no account.
    """

    account_id: int | None = None
    fresh: bool = False
    usual: int | None = None


class Placed(msgspec.Struct, frozen=True):
    """An account of the file: one of ours, or one that the import would add."""

    ref: str
    name: str
    currency: str
    account_id: int | None
    rows: int


class Places(msgspec.Struct, frozen=True):
    """Every account we have, where the file's accounts go, and those for which the import would add one."""

    held: Mapping[int, Account]
    placed: Mapping[str, AccountId]
    missing: frozenset[str] = frozenset()

    @property
    def only(self) -> int | None:
        """The account that everything goes to, if it is one."""
        found = set(self.placed.values())
        return found.pop() if len(found) == 1 and not self.missing else None


def accounts_of(statement: Statement) -> list[BankAccount]:
    """The file's accounts; rows of an account that the file does not describe make one of their own."""
    known = {a.ref for a in statement.accounts}
    others = {line.account_ref: line.amount.currency for line in statement.lines if line.account_ref not in known}
    return [
        *statement.accounts,
        *(BankAccount(ref=r, name=r or "Imported account", kind="checking", currency=c) for r, c in others.items()),
    ]


async def find_places(desk: Desk, statement: Statement, goal: Goal) -> Places:
    """Raises Missing for an unknown account, Rejected for one that does not fit the file."""
    held = await accounts(desk.unit, desk.sealer)
    stated = accounts_of(statement)
    if goal.account_id is not None:
        account = held.get(goal.account_id)
        if account is None:
            raise Missing("not_found", "no such account")
        return Places(held, {a.ref: account.account_id for a in _fitting(stated, account)})
    by_ref = {a.ref: a for a in held.values() if a.ref}
    placed: dict[str, AccountId] = {}
    for one in stated:
        usual = held.get(goal.usual) if goal.usual is not None and not one.ref else None
        if usual is not None and usual.currency != one.currency:
            usual = None
        found = usual or by_ref.get(_file_ref(desk, one, statement.layout)) or _by_mask(held, one)
        if found is not None and not goal.fresh:
            placed[one.ref] = found.account_id
    return Places(held, placed, frozenset(a.ref for a in stated) - placed.keys())


def _fitting(stated: Sequence[BankAccount], account: Account) -> Sequence[BankAccount]:
    if len(stated) > 1:
        raise Rejected("several_accounts", f"this file holds {len(stated)} accounts; import it without naming one", field="account")
    if stated and stated[0].currency != account.currency:
        detail = f"the file is in {stated[0].currency}, the account in {account.currency}"
        raise Rejected("other_currency", detail, field="account")
    return stated


def _file_ref(desk: Desk, stated: BankAccount, layout: str) -> bytes:
    """The identity of a file's account; a table that names none is known by its shape, so that two banks' tables do not meet in one."""
    return desk.sealer.index("account", f"file|{stated.ref or layout}|{stated.currency}".encode())


def _by_mask(held: Mapping[int, Account], stated: BankAccount) -> Account | None:
    """The one linked account with the file's last digits and currency, if it is only one."""
    if not stated.mask:
        return None
    same = [a for a in held.values() if a.text.mask == stated.mask and a.currency == stated.currency and a.closed_on is None]
    return same[0] if len(same) == 1 else None


def placed_of(statement: Statement, places: Places) -> list[Placed]:
    """The file's accounts with where each goes and how many rows it has."""
    rows: dict[str, int] = {}
    for line in statement.lines:
        rows[line.account_ref] = rows.get(line.account_ref, 0) + 1
    found = []
    for stated in accounts_of(statement):
        account = places.held.get(places.placed[stated.ref]) if stated.ref in places.placed else None
        name = account.text.name if account else stated.name
        found.append(Placed(stated.ref, name, stated.currency, account.account_id if account else None, rows.get(stated.ref, 0)))
    return found


async def make_places(desk: Desk, statement: Statement, goal: Goal) -> Places:
    """The same with the missing accounts added; their opening balance makes rows and stated balance agree."""
    places = await find_places(desk, statement, goal)
    stated = [a for a in accounts_of(statement) if a.ref in places.missing]
    new = [_new_account(desk, places.held, a, statement) for a in stated]
    await add_accounts(desk.unit, desk.sealer, at=desk.at, new=new)
    if new:
        placed = {**places.placed, **{a.ref: n.account_id for a, n in zip(stated, new, strict=True)}}
        places = Places(await accounts(desk.unit, desk.sealer), placed)
    await _keep_balances(desk, statement, places)
    return places


async def _keep_balances(desk: Desk, statement: Statement, places: Places) -> None:
    """What the file says that its accounts held, by day; what a bank said of a day itself stands."""
    known = {(places.placed[b.account_ref], b.day): b.minor for b in statement.balances if b.account_ref in places.placed}
    for one in accounts_of(statement):
        day = _stated_on(one, statement)
        if one.balance is not None and day is not None and one.ref in places.placed:
            known[places.placed[one.ref], day] = one.balance
    linked = any(not places.held[i].by_hand for i, _ in known)
    said = await balance_history(desk.unit, min(day for _, day in known)) if linked else {}
    by_bank = {(i, day) for i, days in said.items() for day, _ in days if not places.held[i].by_hand}
    await balance_days(desk.unit, [(i, day, minor, BALANCE_FROM_FILE) for (i, day), minor in known.items() if (i, day) not in by_bank])


def _stated_on(stated: BankAccount, statement: Statement) -> dt.date | None:
    return stated.as_of.date() if stated.as_of else statement.last_day


def _new_account(desk: Desk, held: Mapping[int, Account], stated: BankAccount, statement: Statement) -> NewAccount:
    mine: list[StatementLine] = [x for x in statement.lines if x.account_ref == stated.ref]
    day = _stated_on(stated, statement) or dt.date.max
    moved = sum(x.amount.minor for x in mine if x.amount.currency == stated.currency and (x.posted_date or x.date) <= day)
    ref = _file_ref(desk, stated, statement.layout)
    return NewAccount(
        account_id=new_account_id(held),
        kind=KINDS.get(stated.kind, AccountKind.OTHER),
        currency=stated.currency,
        text=AccountText(stated.name or "Imported account", stated.mask or ""),
        ref=None if any(a.ref == ref for a in held.values()) else ref,
        opening_balance=(stated.balance or 0) - moved if stated.balance is not None else 0,
        opened_on=min((x.date for x in mine), default=desk.today),
    )
