"""Plaid's `user_custom`: a person written as JSON in the password, with accounts and transactions of the tester's choice."""

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from banksim.errors import PlaidError
from banksim.model import Face
from banksim.money import minor_of
from banksim.people.model import AccountPlan, Entry, Life, Login, Person, Rule

USERNAME = "user_custom"
_BYTES_MAX = 55_000
_ACCOUNTS_MAX = 10


class Transaction(msgspec.Struct, frozen=True):
    date_transacted: dt.date
    date_posted: dt.date
    amount: float
    description: str
    currency: str | None = None


class Meta(msgspec.Struct, frozen=True):
    name: str | None = None
    official_name: str | None = None
    mask: str | None = None
    limit: float | None = None


class Account(msgspec.Struct, frozen=True):
    type: str
    subtype: str
    starting_balance: float = 100.0
    currency: str = "USD"
    meta: Meta = Meta()
    transactions: tuple[Transaction, ...] = ()


class Custom(msgspec.Struct, frozen=True):
    override_accounts: tuple[Account, ...]
    version: str | int = "2"
    seed: str | None = None


class Given(msgspec.Struct, frozen=True):
    """One transaction as written. Posted in the future means pending until then."""

    entry: Entry

    def month(self, life: Life, first: dt.date, index: int) -> Iterator[Entry]:
        del life, index
        if (self.entry.on.year, self.entry.on.month) == (first.year, first.month):
            yield self.entry


@lru_cache(maxsize=256)
def person(written: str, institution_id: str) -> Person:
    """Raises INVALID_FIELD for what is no custom user."""
    if len(written.encode()) > _BYTES_MAX:
        raise PlaidError("INVALID_FIELD", f"override_password must not be longer than {_BYTES_MAX} bytes")
    try:
        custom = msgspec.json.decode(written, type=Custom)
    except msgspec.MsgspecError as error:
        raise PlaidError("INVALID_FIELD", f"override_password is no custom user: {error}") from error
    if not 0 < len(custom.override_accounts) <= _ACCOUNTS_MAX:
        raise PlaidError("INVALID_FIELD", f"a custom user has 1 to {_ACCOUNTS_MAX} accounts")
    plans = tuple(_plan(account, place) for place, account in enumerate(custom.override_accounts))
    rules: tuple[Rule, ...] = tuple(
        Given(_entry(plan, row)) for plan, account in zip(plans, custom.override_accounts, strict=True) for row in account.transactions
    )
    return Person(
        username=USERNAME, title="Custom user", city="", region="", logins=(Login(institution_id, plans),), rules=rules, tastes=()
    )


def _plan(account: Account, place: int) -> AccountPlan:
    name = account.meta.name or f"Plaid {account.subtype.title()}"
    return AccountPlan(
        key=f"custom{place}",
        name=name,
        official_name=account.meta.official_name or name,
        mask=account.meta.mask or f"{place:04d}",
        type=account.type,
        subtype=account.subtype,
        closing=minor_of(account.starting_balance, account.currency),
        currency=account.currency,
        limit=None if account.meta.limit is None else minor_of(account.meta.limit, account.currency),
    )


def _entry(plan: AccountPlan, row: Transaction) -> Entry:
    face = Face(row.description, row.description, "OTHER_OTHER", confidence="LOW", channel="other")
    return Entry(plan.key, row.date_transacted, row.date_posted, minor_of(row.amount, plan.currency), face)
