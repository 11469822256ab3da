"""What a persona is made of. Amounts are minor units; + means money out of the account."""

import datetime as dt
import random
from collections.abc import Callable, Iterable
from typing import Protocol

import msgspec

from banksim.model import Face


class AccountPlan(msgspec.Struct, frozen=True):
    """`closing` is the balance on the day the account is linked (for credit and loan: what is owed)."""

    key: str
    name: str
    official_name: str
    mask: str
    type: str
    subtype: str
    closing: int
    currency: str = "USD"
    limit: int | None = None
    has_lines: bool = True
    unofficial: bool = False


class Login(msgspec.Struct, frozen=True):
    """One person's access at one bank. `trouble_code` "LATE" = the bank answers with old data; an error code = sign in again.

    Trouble begins `trouble_days` before the link day at `trouble_at`, and shows once the first full download is done.
    """

    institution_id: str
    accounts: tuple[AccountPlan, ...]
    trouble_code: str | None = None
    trouble_days: int = 0
    trouble_at: str = "00:00"
    consent_days: int | None = None


class Entry(msgspec.Struct, frozen=True):
    """One thing that happened. `posts` None = a hold that vanishes; `pending_minor` = the amount while pending, if another."""

    account: str
    on: dt.date
    posts: dt.date | None
    minor: int
    face: Face
    pending_minor: int | None = None
    at: str | None = None


class Journey(msgspec.Struct, frozen=True):
    """From one day of the month to another, in these months (None: in each), the person is in another country."""

    country: str
    days: tuple[int, int]
    months: frozenset[int] | None = None


class Life(msgspec.Struct, frozen=True):
    """The frame in which rules are drawn. The same life and month always give the same entries."""

    username: str
    seed: int
    anchor: dt.date
    city: str
    region: str
    journeys: tuple[Journey, ...] = ()

    def country_on(self, day: dt.date) -> str:
        """Where the person is: nobody pays in a shop of another country on that day."""
        abroad = (j.country for j in self.journeys if j.days[0] <= day.day <= j.days[1] and (j.months is None or day.month in j.months))
        return next(abroad, "US")

    def dice(self, *parts: object) -> random.Random:
        return random.Random("|".join(map(str, (self.seed, self.username, *parts))))  # noqa: S311 (believable, not secret)


class Rule(Protocol):
    """One habit, bill or income; draws the entries it starts in the month beginning at `first`."""

    def month(self, life: Life, first: dt.date, index: int) -> Iterable[Entry]: ...


class Taste(msgspec.Struct, frozen=True):
    """What live mode buys: a shop, how often against the others, and with which account."""

    account: str
    shop: str
    weight: float


class Person(msgspec.Struct, frozen=True):
    """`history` overrides the plain union of the rules for months that must come out in a given shape."""

    username: str
    title: str
    city: str
    region: str
    logins: tuple[Login, ...]
    rules: tuple[Rule, ...]
    tastes: tuple[Taste, ...]
    journeys: tuple[Journey, ...] = ()
    told_as_of: dt.date | None = None
    shape: Callable[[Life, dt.date, list[Entry]], list[Entry]] | None = None


def login_at(person: Person, institution_id: str) -> Login | None:
    return next((login for login in person.logins if login.institution_id == institution_id), None)
