"""A person's entries over a span of days: rules drawn month by month, then the card payments that follow from them."""

import datetime as dt
from functools import lru_cache

import msgspec

from banksim.model import Face
from banksim.people.model import Entry, Life, Person
from banksim.people.rules import months_between, on_day

DAYS_MAX = 730
HOLD_DAYS = 5


class CardBill(msgspec.Struct, frozen=True):
    """The card is paid in full from another account, both legs: on `day`, for the statement that last closed on `closes`.

    `fixed`: (months before the link month, amount) where the payment is another one.
    """

    card: str
    source: str
    day: int
    out: Face
    into: Face
    lag: int = 0
    closes: int = 31
    fixed: tuple[tuple[int, int], ...] = ()

    def month(self, life: Life, first: dt.date, index: int) -> list[Entry]:
        """Drawn in `entries_of_month`, where the card's purchases are known."""
        del life, first, index
        return []

    def statement(self, first: dt.date) -> tuple[dt.date, dt.date]:
        """First and last day of what the payment in this month pays."""
        last_month = _month_before(first)
        if self.closes < self.day:
            return on_day(last_month, self.closes) + dt.timedelta(days=1), on_day(first, self.closes)
        return on_day(_month_before(last_month), self.closes) + dt.timedelta(days=1), on_day(last_month, self.closes)

    def pays(self, first: dt.date, minor: int) -> list[Entry]:
        on = on_day(first, self.day)
        arrives = on + dt.timedelta(days=self.lag)
        return [Entry(self.source, on, on, minor, self.out), Entry(self.card, arrives, arrives, -minor, self.into)]


class Sweep(msgspec.Struct, frozen=True):
    """What last month left over goes to a broker on `day`, and what it lacked comes back, in round sums."""

    account: str
    day: int
    out: Face
    back: Face
    step: int = 5_000

    def month(self, life: Life, first: dt.date, index: int) -> list[Entry]:
        """Drawn in `entries_of_month`, where last month's rest is known."""
        del life, first, index
        return []

    def moves(self, first: dt.date, spare: int) -> list[Entry]:
        minor = int(spare / self.step) * self.step
        on = on_day(first, self.day)
        return [Entry(self.account, on, on, minor, self.out if minor > 0 else self.back)] if minor else []


def entries(person: Person, *, seed: int, anchor: dt.date, since: dt.date, until: dt.date) -> list[Entry]:
    """Everything begun from `since` to `until`, oldest first. `anchor` is the link day: it fixes when prices rose."""
    shift = dt.timedelta(0) if person.told_as_of is None else anchor - person.told_as_of
    life = Life(
        username=person.username, seed=seed, anchor=anchor - shift, city=person.city, region=person.region, journeys=person.journeys
    )
    out: list[Entry] = []
    # Two months earlier as well: what began before the span may post or be refunded within it.
    first = _month_before(_month_before((since - shift).replace(day=1)))
    while first <= until - shift:
        out += [_moved(entry, shift) for entry in entries_of_month(person, life, first)]
        first = _month_after(first)
    return sorted((entry for entry in out if since <= entry.on <= until), key=_order)


def _order(entry: Entry) -> tuple[dt.date, str, str, str, int]:
    return entry.on, entry.at or "", entry.account, entry.face.descriptor, entry.minor


def _moved(entry: Entry, shift: dt.timedelta) -> Entry:
    if not shift:
        return entry
    on, posts = entry.on + shift, None if entry.posts is None else entry.posts + shift
    at = None if entry.at is None else on.isoformat() + entry.at[10:]
    return msgspec.structs.replace(entry, on=on, posts=posts, at=at)


def _month_before(first: dt.date) -> dt.date:
    return (first - dt.timedelta(days=1)).replace(day=1)


def _month_after(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=31)).replace(day=1)


@lru_cache(maxsize=2048)
def _drawn(person: Person, life: Life, first: dt.date) -> tuple[Entry, ...]:
    """A month without card payments and sweeps."""
    out = [entry for index, rule in enumerate(person.rules) for entry in rule.month(life, first, index)]
    if person.shape is not None:
        out = person.shape(life, first, out)
    return tuple(out)


def entries_of_month(person: Person, life: Life, first: dt.date) -> list[Entry]:
    out = list(_with_card_bills(person, life, first))
    for rule in person.rules:
        if isinstance(rule, Sweep):
            last_month = _with_card_bills(person, life, _month_before(first))
            out += rule.moves(first, -sum(entry.minor for entry in last_month if entry.account == rule.account))
    return out


@lru_cache(maxsize=2048)
def _with_card_bills(person: Person, life: Life, first: dt.date) -> tuple[Entry, ...]:
    out = list(_drawn(person, life, first))
    recent = [
        entry for month in (_month_before(_month_before(first)), _month_before(first), first) for entry in _drawn(person, life, month)
    ]
    for rule in person.rules:
        if isinstance(rule, CardBill):
            since, until = rule.statement(first)
            owed = sum(e.minor for e in recent if e.account == rule.card and e.posts is not None and since <= e.on <= until)
            owed = dict(rule.fixed).get(months_between(first, life.anchor), owed)
            if owed > 0:
                out += rule.pays(first, owed)
    return tuple(out)
