"""The rules a life is made of. Each is pure: the same life and month give the same entries.

ACH and transfers post on their day; card purchases post one to three days later and are pending until then.
"""

import calendar
import datetime as dt
import random
from collections.abc import Iterator

import msgspec

from banksim.model import Face
from banksim.people import shops
from banksim.people.model import Entry, Life

TIPS = (0.15, 0.18, 0.20, 0.20, 0.22)
_FUEL_HOLDS = (100, 12_500, 17_500)


def on_day(first: dt.date, day: int) -> dt.date:
    """That day of the month, or the month's last."""
    return first.replace(day=min(day, calendar.monthrange(first.year, first.month)[1]))


def banking_day(day: dt.date) -> dt.date:
    """The Friday before, for a day at the weekend."""
    return day - dt.timedelta(days=max(0, day.weekday() - 4))


def months_between(first: dt.date, anchor: dt.date) -> int:
    """How many months `first` lies before the anchor's month."""
    return (anchor.year - first.year) * 12 + anchor.month - first.month


def _clock(dice: random.Random, *, early: int = 7, late: int = 21) -> str:
    return f"{dice.randint(early, late):02d}:{dice.randrange(60):02d}:{dice.randrange(60):02d}"


def purchase(life: Life, shop: shops.Shop, *, account: str, on: dt.date, minor: int, dice: random.Random) -> Entry:
    """One card purchase, with the shop's way of charging: tips and holds make the pending amount another one."""
    face = shops.face(shop, city=life.city, region=life.region, on=on, dice=dice)
    at = f"{on.isoformat()}T{_clock(dice)}Z"
    posts: dt.date | None = on + dt.timedelta(days=dice.choice((1, 1, 2, 2, 3)))
    pending = None
    if shop.kind == "tip":
        pending, minor = minor, minor + round(minor * dice.choice(TIPS))
    elif shop.kind == "fuel":
        pending = dice.choice(_FUEL_HOLDS)
    elif shop.kind == "hotel":
        pending = minor + dice.choice((0, 5_000, 10_000))
        if dice.random() < 0.25:
            posts = None
    return Entry(account=account, on=on, posts=posts, minor=minor, face=face, pending_minor=pending, at=at)


class Bill(msgspec.Struct, frozen=True):
    """A payment on a day of the month. `raises`: (months before the link month, price from then on), newest last.

    `every` 12 = once a year, in month `due`. Pay and other money in has negative prices.
    """

    account: str
    shop: str
    day: int
    minor: int
    raises: tuple[tuple[int, int], ...] = ()
    jitter: float = 0.0
    months: frozenset[int] | None = None
    since: int = 99
    until: int = -99
    weekend: bool = True
    extra: tuple[int, ...] = ()

    def price(self, life: Life, first: dt.date) -> int:
        back = months_between(first, life.anchor)
        return next((minor for since, minor in reversed(self.raises) if back <= since), self.minor)

    def month(self, life: Life, first: dt.date, index: int) -> Iterator[Entry]:
        back = months_between(first, life.anchor)
        if (self.months and first.month not in self.months) or not self.until <= back <= self.since:
            return
        for day in (self.day, *self.extra):
            on = on_day(first, day)
            on = on if self.weekend else banking_day(on)
            dice = life.dice(index, on)
            minor = self.price(life, first)
            if self.jitter:
                minor = round(minor * (1 + dice.uniform(-self.jitter, self.jitter)))
            shop = shops.find(self.shop)
            yield Entry(self.account, on, on, minor, shops.face(shop, city=life.city, region=life.region, on=on, dice=dice))


class Biweekly(msgspec.Struct, frozen=True):
    """Pay every fourteen days; `phase` chooses the Friday."""

    account: str
    shop: str
    minor: int
    phase: int = 0

    def month(self, life: Life, first: dt.date, index: int) -> Iterator[Entry]:
        for day in range(1, calendar.monthrange(first.year, first.month)[1] + 1):
            on = first.replace(day=day)
            if on.weekday() == 4 and on.toordinal() // 7 % 2 == self.phase:
                dice = life.dice(index, on)
                yield Entry(
                    self.account, on, on, self.minor, shops.face(shops.find(self.shop), city=life.city, region="", on=on, dice=dice)
                )


class Irregular(msgspec.Struct, frozen=True):
    """Money in that comes when it comes: none to a few times a month, in amounts far apart."""

    account: str
    choices: tuple[str, ...]
    per_month: float
    round_to: int = 1

    def month(self, life: Life, first: dt.date, index: int) -> Iterator[Entry]:
        dice = life.dice(index, first)
        for _ in range(_count(self.per_month, dice)):
            shop = shops.find(dice.choice(self.choices))
            on = banking_day(on_day(first, dice.randint(2, 28)))
            if on < first:
                on += dt.timedelta(days=3)
            minor = -round(dice.uniform(shop.low, shop.high) / self.round_to) * self.round_to
            yield Entry(self.account, on, on, minor, shops.face(shop, city=life.city, region=life.region, on=on, dice=dice))


class Habit(msgspec.Struct, frozen=True):
    """Purchases at a few shops, so many a month, with the odd refund. `weekend` moves most of them to Friday to Sunday."""

    account: str
    choices: tuple[str, ...]
    per_month: float
    weekend: bool = False
    refunds: float = 0.0
    months: frozenset[int] | None = None
    scale: float = 1.0
    fee: float = 0.0
    days: tuple[int, int] = (1, 31)

    def month(self, life: Life, first: dt.date, index: int) -> Iterator[Entry]:
        if self.months and first.month not in self.months:
            return
        dice = life.dice(index, first)
        low, high = self.days[0], min(self.days[1], calendar.monthrange(first.year, first.month)[1])
        for _ in range(_count(self.per_month, dice)):
            shop = shops.find(dice.choice(self.choices))
            on = first.replace(day=dice.randint(low, high))
            if self.weekend and on.weekday() < 4 and dice.random() < 0.6:
                on = first.replace(day=min(high, on.day + 5 - on.weekday()))
            span = dice.betavariate(1.6, 3.2)
            if shop.channel == "in store" and shop.country != life.country_on(on):
                continue
            minor = round((shop.low + (shop.high - shop.low) * span) * self.scale)
            bought = purchase(life, shop, account=self.account, on=on, minor=minor, dice=dice)
            yield bought
            yield from self._after(life, bought, dice)

    def _after(self, life: Life, bought: Entry, dice: random.Random) -> Iterator[Entry]:
        if bought.posts is None:
            return
        if dice.random() < self.refunds:
            back = bought.on + dt.timedelta(days=dice.randint(4, 12))
            share = dice.choice((1.0, 1.0, 0.5))
            face = msgspec.structs.replace(bought.face, code="refund")
            yield Entry(self.account, back, back + dt.timedelta(days=1), -round(bought.minor * share), face)
        if self.fee:
            shop = shops.find("fxfee")
            face = shops.face(shop, city=life.city, region=life.region, on=bought.on, dice=dice)
            yield Entry(self.account, bought.posts, bought.posts, max(1, round(bought.minor * self.fee)), face)


class Cash(msgspec.Struct, frozen=True):
    """Withdrawals in round sums; now and then at another bank's machine, which costs a fee."""

    account: str
    per_month: float
    sums: tuple[int, ...] = (4_000, 6_000, 10_000)
    shop: str = "atm"
    fee: int = 0
    days: tuple[int, int] = (1, 30)

    def month(self, life: Life, first: dt.date, index: int) -> Iterator[Entry]:
        dice = life.dice(index, first)
        for _ in range(_count(self.per_month, dice)):
            on = on_day(first, dice.randint(*self.days))
            if shops.find(self.shop).country != life.country_on(on):
                continue
            face = shops.face(shops.find(self.shop), city=life.city, region=life.region, on=on, dice=dice)
            yield Entry(self.account, on, on, dice.choice(self.sums), face)
            if self.fee and dice.random() < 0.3:
                fee = shops.face(shops.find("atmfee"), city=life.city, region=life.region, on=on, dice=dice)
                yield Entry(self.account, on, on, self.fee, fee)


class Cheques(msgspec.Struct, frozen=True):
    """Cheques by their numbers, which go up; whoever reads the statement alone cannot say what they were for."""

    account: str
    per_month: int
    number: int
    low: int = 2_500
    high: int = 24_000

    def month(self, life: Life, first: dt.date, index: int) -> Iterator[Entry]:
        dice = life.dice(index, first)
        days = sorted(dice.sample(range(1, 29), self.per_month))
        book = self.number + (first.year * 12 + first.month - (life.anchor.year - 3) * 12) * self.per_month
        for place, day in enumerate(days):
            on = banking_day(first.replace(day=day))
            number = str(book + place)
            face = Face(
                f"CHECK {number}",
                f"CHECK {number}",
                "TRANSFER_OUT_OTHER_TRANSFER_OUT",
                confidence="LOW",
                channel="other",
                code="cheque",
                check=number,
            )
            yield Entry(self.account, on, on, dice.randrange(self.low, self.high, 500), face)


class Move(msgspec.Struct, frozen=True):
    """A transfer between two of the person's own accounts: both legs, the second maybe a day later. `rate` converts currencies."""

    source: str
    target: str
    day: int
    minor: int
    out: Face
    into: Face
    lag: int = 0
    rate: float = 1.0
    months: frozenset[int] | None = None
    since: int = 99
    until: int = -99

    def month(self, life: Life, first: dt.date, index: int) -> Iterator[Entry]:
        del index
        back = months_between(first, life.anchor)
        if (self.months and first.month not in self.months) or not self.until <= back <= self.since:
            return
        on = on_day(first, self.day)
        arrives = on + dt.timedelta(days=self.lag)
        yield Entry(self.source, on, on, self.minor, self.out)
        yield Entry(self.target, arrives, arrives, -round(self.minor * self.rate), self.into)


def _count(per_month: float, dice: random.Random) -> int:
    """A whole number of times whose mean is `per_month`, give or take a third."""
    around = per_month * dice.uniform(0.75, 1.25)
    whole = int(around)
    return whole + (dice.random() < around - whole)
