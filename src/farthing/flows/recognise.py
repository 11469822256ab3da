"""Which of a bank's accounts under unknown ids are ours. Pure.

A lasting id of the bank's beats every name. Else number, name, kind and unit tell, where exactly one account on either side has them. What
could be more than one of ours, or was one that the bank shows under another number or name just as ours went away, is for the owner to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import msgspec

from farthing.core.ids import AccountId
from farthing.ledger.accounts import KINDS, Account, AccountKind
from farthing.ledger.model import BankAccount

T = TypeVar("T")
Likeness: TypeAlias = tuple[Any, ...]


class Ours(msgspec.Struct, frozen=True):
    """An account that the bank may know under a new id. `here`: it came through this very link."""

    account: Account
    here: bool


class Recognised(msgspec.Struct, frozen=True):
    """By the bank's id: which of ours it is, or which it could be."""

    same: Mapping[str, AccountId]
    asked: Mapping[str, tuple[AccountId, ...]]


def recognise(ours: Sequence[Ours], theirs: Sequence[BankAccount], *, whole: bool) -> Recognised:
    """`whole`: the bank stated every account. If it did not, a number alone does not tell, and none of ours has gone away for sure."""
    same: dict[str, AccountId] = {}
    for mine, stated in _WAYS if whole else _WAYS[:2]:
        left = [o for o in ours if o.account.account_id not in same.values()]
        there = [t for t in theirs if t.ref not in same]
        one, other = _single(left, lambda o: mine(o.account)), _single(there, stated)  # noqa: B023
        same |= {t.ref: one[like].account.account_id for like, t in other.items() if like in one and _may_be(one[like], t)}
    left = [o for o in ours if o.account.account_id not in same.values()]
    asked = {
        t.ref: tuple(o.account.account_id for o in left if _could_be(o, t, gone=o.here and whole)) for t in theirs if t.ref not in same
    }
    return Recognised(same, {ref: could for ref, could in asked.items() if could})


def kind_of(stated: BankAccount) -> AccountKind:
    """What an account is, as its bank says."""
    return KINDS.get(stated.kind, AccountKind.OTHER)


def bank_name(stated: BankAccount) -> str:
    """What its bank calls it."""
    return stated.official_name or stated.name


def _single(some: Sequence[T], like: Callable[[T], Likeness | None]) -> dict[Likeness, T]:
    """By likeness, without those that have a double or nothing to tell them by."""
    pairs = [(found, one) for one in some if (found := like(one)) is not None]
    counts = Counter(found for found, _ in pairs)
    return {found: one for found, one in pairs if counts[found] == 1}


_WAYS: Sequence[tuple[Callable[[Account], Likeness | None], Callable[[BankAccount], Likeness | None]]] = (
    (
        lambda a: (a.text.lasting,) if a.text.lasting else None,
        lambda b: (b.lasting_ref,) if b.lasting_ref else None,
    ),
    (
        lambda a: (a.kind, a.currency, a.text.mask, a.text.bank_name.casefold()),
        lambda b: (kind_of(b), b.currency, b.mask or "", bank_name(b).casefold()),
    ),
    (
        lambda a: (a.kind, a.currency, a.text.mask) if a.text.mask else None,
        lambda b: (kind_of(b), b.currency, b.mask) if b.mask else None,
    ),
)


def _may_be(ours: Ours, stated: BankAccount) -> bool:
    """Two lasting ids that differ are two accounts, whatever else they share."""
    return not (ours.account.text.lasting and stated.lasting_ref) or ours.account.text.lasting == stated.lasting_ref


def _could_be(ours: Ours, stated: BankAccount, *, gone: bool) -> bool:
    account = ours.account
    if not _may_be(ours, stated) or (account.kind, account.currency) != (kind_of(stated), stated.currency):
        return False
    same_name = account.text.bank_name.casefold() == bank_name(stated).casefold()
    mine, theirs = account.text.mask, stated.mask or ""
    if mine and theirs:
        return mine == theirs or (same_name and gone)
    return same_name or gone
