"""What a life is made of, and what is surely known of it at any time: whom to choose for the next thing that happens."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import msgspec

from farthing.core.dates import FixedClock
from farthing.core.ids import ConnectionId, new_id
from farthing.flows.world import World
from simulation.bank import CURRENCIES, NORTH, SOUTH, ModelBank, ModelBanks, Purchase, Word
from simulation.perils import PerilousDatabase
from world import Family

MERCHANTS = [
    "ZORBLAX", "QUUXLEY", "GRULTZ", "VARTESK", "PLOMBIN", "DRAXUM", "FENWICKEL", "HOBBLETON", "JORVANE", "KELTRIX", "LUMPKINO", "MARZOVEL",
    "NIBBRACK", "OXTERLY", "PRIVOSH", "QUENDIL", "RASTEPPO", "SNORVIK", "TWIMBLE", "UMBRAXO",
]  # fmt: skip
CATEGORIES = ["groceries", "vet", "coffee", "fuel"]
# Ordinary days, and such as calendars stumble over: 29 February, an hour that is missing, one that is there twice, the turn of a year.
FIRST_DAYS = [dt.date(2026, 9, 1), dt.date(2024, 2, 12), dt.date(2026, 3, 1), dt.date(2026, 10, 12), dt.date(2025, 12, 10)]
ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Asia/Tokyo", "Pacific/Auckland", "Pacific/Honolulu"]
APART_DAYS = 15
Act: TypeAlias = Callable[[], Awaitable[str | None]]


@dataclass
class Link:
    """A bank link as we know it. `seen`: the bank's count up to which we have surely looked."""

    bank: ModelBank
    connection_id: ConnectionId = field(default_factory=lambda: ConnectionId(new_id()))
    seen: int = 0
    renamed: set[str] = field(default_factory=set)  # accounts with a new id that we have not seen yet: nothing else moves in them meanwhile
    unsure: bool = False  # whether we may know more than was heard of
    tokens: int = 0


@dataclass
class Spoken:
    """A word of the owner's that could be taken back: whose, which, what stood before, and the batch."""

    one: Purchase
    what: str
    before: Any
    batch_id: int


class Known:
    """The household, its banks, the clock; predicates over what the banks have and we have heard of."""

    def __init__(self, seed: int, world: World, family: Family) -> None:
        self.seed, self.rng = seed, random.Random(seed)
        self.links = [Link(ModelBank(self.rng, "north", NORTH)), Link(ModelBank(self.rng, "south", SOUTH))]
        self.database = PerilousDatabase(world.db.pool)
        banks = ModelBanks(*(link.bank for link in self.links))
        self.world = msgspec.structs.replace(world, db=self.database, providers={"model": banks})
        self.family = Family(self.world, family.household_id, family.member_id, family.email, family.currency)
        clock = world.clock
        assert isinstance(clock, FixedClock)
        self.clock = clock
        self.first_day = self.rng.choice(FIRST_DAYS)
        self.clock.at = dt.datetime.combine(self.first_day, dt.time(9), dt.UTC)
        self.steps: list[str] = []
        self.spoken: list[Spoken] = []
        self.notes = 0
        self.sorted: set[str] = set()  # texts that the owner ever put into a category: memory puts the next one there
        self.purchases: list[Purchase] = []
        # Whether its owner answers what is asked, joins rows, and has statements in every form: a third, less those on an ordinary day.
        self.talks = seed % 3 == 0 and self.first_day != FIRST_DAYS[0]
        self.decided: list[Any] = []  # what the owner said of two rows
        # Whether its owner has rules: an eighth, none of them a life in which a planted bug is known to be seen.
        self.has_rules = seed % 13 == 10 or seed % 16 == 0
        self.rules: list[Any] = []
        self.runs: list[int] = []

    @property
    def who(self) -> tuple[World, int, Any]:
        """The first words of every call of the owner's."""
        return self.world, self.family.household_id, self.family.actor

    @property
    def today(self) -> dt.date:
        return self.clock.now().date()

    def link_of(self, account: str) -> Link:
        return next(link for link in self.links if account in link.bank.refs)

    def bank_of(self, one: Purchase) -> ModelBank:
        return self.link_of(one.account).bank

    def some_link(self) -> Link:
        return self.rng.choices(self.links, [3, 1])[0]

    def some_account(self) -> str:
        """Where something happens: mostly at home."""
        return self.rng.choices(["checking", "card", "euros", "yens", "dinars"], [8, 8, 2, 1, 1])[0]

    def some(self, fits: Callable[[Purchase], bool]) -> Purchase | None:
        """A living purchase of late that fits, if there is one."""
        fitting = [p for p in self.purchases[-60:] if p.live and p.account not in self.link_of(p.account).renamed and fits(p)]
        return self.rng.choice(fitting) if fitting else None

    def is_seen(self, one: Purchase) -> bool:
        """Whether we surely know what the bank says of it now."""
        return one.at_bank and one.moved <= self.link_of(one.account).seen

    def is_ours(self, one: Purchase) -> bool:
        return self.is_seen(one) or (not one.at_bank and one.by_hand is not None)

    def one_of_twins_is_spoken_of(self, some: list[Purchase]) -> bool:
        """Whether the owner said something of one of two equal rows: under new ids nobody can say which it was."""
        alike = Counter((p.account, p.text, p.amount, p.stated) for p in some)
        return any((p.word != Word() or p.split) and alike[p.account, p.text, p.amount, p.stated] > 1 for p in some)

    def restless(self, account: str, text: str) -> bool:
        """Whether something of this merchant moves between two looks, so that one row more could not be told apart."""
        near = self.today - dt.timedelta(days=APART_DAYS)
        return any(p.account == account and p.text == text and p.day >= near and (not self.is_seen(p) or p.pending) for p in self.purchases)

    def free_merchants(self, account: str) -> list[str]:
        return [m for m in MERCHANTS if not self.restless(account, m)]

    def alone(self, one: Purchase) -> bool:
        """Whether nothing else of this merchant is near it."""
        return not any(
            p is not one and p.account == one.account and p.text == one.text and abs((p.day - one.day).days) <= APART_DAYS
            and (p.live or not self.is_seen(p))
            for p in self.purchases
        )  # fmt: skip

    async def id_of(self, one: Purchase) -> int:
        if not one.at_bank:
            assert one.by_hand is not None
            return one.by_hand
        return await self.family.id_of(one.ref, account_name=one.account)

    def put(self, account: str, text: str, amount: int, *, pending: bool = False, **more: Any) -> Purchase:
        """A purchase happens."""
        day = more.pop("day", self.today - dt.timedelta(days=self.rng.randrange(3)))
        bank = self.link_of(account).bank
        one = Purchase(len(self.purchases), account, text, amount, day, pending, bank.new_ref(), **more)
        self.purchases.append(one)
        bank.purchases.append(one)
        bank.touch(one)
        return one

    @staticmethod
    def tell(one: Purchase) -> str:
        state = "gone" if not one.live else "pending" if one.pending else "posted"
        return f"#{one.number} {one.account} {one.day} {one.text} {one.amount} {state} {one.ref}"


def scaled(account: str, amount: int) -> int:
    """About the same worth in the account's own unit: a hundredth of an amount has another weight in yen and in dinars."""
    return {"USD": amount, "EUR": amount, "JPY": amount * 2, "BHD": amount * 3}[CURRENCIES[account]]
