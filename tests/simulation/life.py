"""One household's life from one seed: its bank, its owner and whatever can go wrong, step by step; and what the ledger must say in the end.

Nothing is asked that evidence cannot decide: the bank does not, between two looks of ours, exchange a row for another one that no id, date,
amount or merchant tells apart.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from farthing.connections import store
from farthing.core.dates import FixedClock
from farthing.core.errors import FarthingError, Unavailable
from farthing.core.ids import ConnectionId, new_id
from farthing.core.money import decimal_text
from farthing.flows.add_by_hand import Entry, add_by_hand, delete_transaction
from farthing.flows.desk import read_desk
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.list_transactions import list_page
from farthing.flows.split_up import Slice, split_up
from farthing.flows.sync import Synced, sync_connection
from farthing.flows.take_in import Outcome
from farthing.flows.undo import undo
from farthing.flows.world import World
from farthing.ledger.model import Source
from farthing.ledger.reading.rows import Filter
from simulation.bank import INSTITUTION, ModelBank, Purchase, Word
from simulation.perils import Killed, PerilousDatabase
from world import Bank, Family, found

MERCHANTS = [
    "ZORBLAX", "QUUXLEY", "GRULTZ", "VARTESK", "PLOMBIN", "DRAXUM", "FENWICKEL", "HOBBLETON", "JORVANE", "KELTRIX", "LUMPKINO", "MARZOVEL",
    "NIBBRACK", "OXTERLY", "PRIVOSH", "QUENDIL", "RASTEPPO", "SNORVIK", "TWIMBLE", "UMBRAXO",
]  # fmt: skip
CATEGORIES = ["groceries", "vet", "coffee", "fuel"]
FIRST_DAY = dt.date(2026, 9, 1)
APART_DAYS = 15


class Life:
    """What happens, in the order of the seed. `steps` tells it afterwards, a line a step."""

    def __init__(self, seed: int, world: World, family: Family) -> None:
        self.rng = random.Random(seed)
        self.bank = ModelBank(self.rng)
        self.database = PerilousDatabase(world.db.pool)
        self.world = msgspec.structs.replace(world, db=self.database, providers={"model": self.bank})
        self.family, self.clock = family, world.clock
        assert isinstance(self.clock, FixedClock)
        self.clock.at = dt.datetime.combine(FIRST_DAY, dt.time(9), dt.UTC)
        self.connection_id = ConnectionId(new_id())
        self.seen = 0  # the bank's count up to which we have surely looked
        self.renamed: set[str] = set()  # accounts with a new id that we have not seen yet: nothing else moves in them meanwhile
        self.unsure = False  # whether we may know more than was heard of
        self.steps: list[str] = []
        self.spoken: list[tuple[Purchase, Word, int]] = []  # whom, what stood before, the batch
        self.notes = 0
        self.calm = self.rng.random() < 0.25
        acts = self._acts()
        self.acts = [a for a in acts if a[0] not in {self._cut, self._fails, self._twice} or not self.calm]
        dull = set(self.rng.sample(range(len(self.acts)), k=self.rng.randrange(len(self.acts) // 2)))
        self.weights = [w * (0.1 if i in dull and w < 10 else 1) for i, (_, w) in enumerate(self.acts)]

    @classmethod
    async def begin(cls, world: World, seed: int) -> Life:
        life = cls(seed, world, await found(world))
        now = life.clock.now()
        async with life.family.unit() as (unit, sealer):
            await store.create(unit, sealer, life.connection_id, "model", now=now, institution=INSTITUTION)
            token = f"model-{life.family.household_id}"
            await store.exchanged(unit, sealer, life.connection_id, token, now=now, institution=INSTITUTION, accounts=())
        await life._sync()
        return life

    def _acts(self) -> list[tuple[Callable[[], Awaitable[str | None]], float]]:
        return [
            (self._buy, 24), (self._twin, 3), (self._settle, 12), (self._settle_unlinked, 7), (self._settle_in_place, 3),
            (self._vanish, 3), (self._correct, 5), (self._remove, 3), (self._restore, 3), (self._reissue, 2), (self._rename, 1),
            (self._ghost, 2), (self._wrong_link, 2), (self._transfer, 3),
            (self._look, 22), (self._cut, 8), (self._fails, 3), (self._twice, 3), (self._look_back, 3), (self._look_whole, 2),
            (self._categorise, 5), (self._note, 4), (self._hide, 2), (self._delete, 2), (self._split, 2), (self._by_hand, 2),
            (self._shows, 3), (self._undo, 3), (self._import, 3), (self._file_of_twins, 1), (self._file_of_what_went, 1), (self._sleep, 5),
        ]  # fmt: skip

    async def live(self, steps: int) -> None:
        for _ in range(steps):
            act = self.rng.choices([a for a, _ in self.acts], self.weights)[0]
            told = await act()
            if told is not None:
                self.steps.append(f"{self.clock.now():%m-%d} {act.__name__[1:]}: {told}")

    # The bank

    async def _buy(self) -> str | None:
        account = self.rng.choice(["checking", "card"])
        free = [m for m in MERCHANTS if not self._restless(account, m)]
        if not free:
            return None
        amount = -self.rng.randrange(100, 20_000) if self.rng.random() < 0.9 else self.rng.randrange(100, 5_000)
        return self._put(account, self.rng.choice(free), amount, pending=self.rng.random() < 0.6)

    def _put(self, account: str, text: str, amount: int, *, pending: bool = False, **more: Any) -> str:
        day = more.pop("day", self._today - dt.timedelta(days=self.rng.randrange(3)))
        one = Purchase(len(self.bank.purchases), account, text, amount, day, pending, self.bank.new_ref(), **more)
        self.bank.purchases.append(one)
        self.bank.touch(one)
        return self._tell(one)

    async def _twin(self) -> str | None:
        """A second purchase, equal in all that a bank says; more often of what a file brought as well."""
        filed = self.rng.random() < 0.5
        one = self._some(
            lambda p: not p.pending and p.at_bank and p.code is None and not self._restless(p.account, p.text) and p.from_file >= filed
        )
        return one and self._put(one.account, one.text, one.amount, day=one.day)

    async def _settle(self) -> str | None:
        """Posted under a new id that names the pending one; a tip or a hold may change the amount."""
        one = self._some(lambda p: p.pending and p.at_bank and self._is_seen(p))
        if one is None:
            return None
        self.bank.drop(one)
        one.settles, one.ref, one.pending = one.ref, self.bank.new_ref(), False
        if self.rng.random() < 0.5:
            one.amount = round(one.amount * self.rng.choice([1.15, 1.2, 0.6, 1.8]))
        self.bank.touch(one)
        return self._tell(one)

    async def _settle_unlinked(self) -> str | None:
        one = self._some(lambda p: p.pending and self._is_seen(p) and self._alone(p))
        if one is None:
            return None
        self.bank.drop(one)
        one.settles, one.ref, one.pending = None, self.bank.new_ref(), False
        if one.amount < 0 and self.rng.random() < 0.5:
            one.amount = round(one.amount * 1.2)
        self.bank.touch(one)
        return self._tell(one)

    async def _settle_in_place(self) -> str | None:
        one = self._some(lambda p: p.pending and p.at_bank)
        if one is None:
            return None
        one.pending = False
        self.bank.touch(one)
        return self._tell(one)

    async def _vanish(self) -> str | None:
        one = self._some(lambda p: p.pending and p.at_bank and self._alone(p) and (p.by_hand is None or self._is_seen(p)))
        return one and self._go(one)

    async def _remove(self) -> str | None:
        one = self._some(lambda p: not p.pending and self._is_seen(p) and self._alone(p) and not p.from_file)
        return one and self._go(one)

    def _go(self, one: Purchase) -> str:
        self.bank.drop(one)
        one.live, one.moved = False, self.bank.count
        return self._tell(one)

    async def _restore(self) -> str | None:
        one = self._brought_back()
        return one and self._tell(one)

    def _brought_back(self) -> Purchase | None:
        gone = [p for p in self.bank.purchases if not p.live and not p.pending and p.at_bank and self._is_seen(p) and self._alone(p)]
        if not gone:
            return None
        one = self.rng.choice(gone)
        one.live = one.back = True
        self.bank.touch(one)
        return one

    async def _correct(self) -> str | None:
        one = self._some(lambda p: p.code is None and self._is_seen(p))
        if one is None:
            return None
        one.amount += self.rng.choice([-1, 1, 250]) if abs(one.amount) > 300 else -1
        self.bank.touch(one)
        return self._tell(one)

    async def _reissue(self) -> str | None:
        account = self.rng.choice(["checking", "card"])
        since = self._today - dt.timedelta(days=self.rng.randrange(40))
        some = [p for p in self.bank.known(account) if p.day >= since and (self._is_seen(p) or (p.by_hand is None and not p.from_file))]
        if not some or not all(self._is_seen(p) for p in some) or self._one_of_twins_is_spoken_of(some):
            return None
        self.bank.reissue(some)
        return f"{account} since {since}, {len(some)} rows"

    async def _rename(self) -> str | None:
        account = self.rng.choice(["checking", "card"])
        some = [p for p in self.bank.purchases if p.account == account and p.at_bank]
        if not all(self._is_seen(p) for p in some) or self._one_of_twins_is_spoken_of(some):
            return None
        self.bank.rename(account)
        self.renamed.add(account)
        return f"{account} is {self.bank.refs[account]}"

    async def _ghost(self) -> str | None:
        self.bank.ghost()
        return "a row came and went"

    async def _wrong_link(self) -> str | None:
        """A posted row that names the pending row of somebody else."""
        other = self._some(lambda p: p.pending and p.at_bank and self._is_seen(p))
        if other is None:
            return None
        free = [m for m in MERCHANTS if m != other.text and not self._restless(other.account, m)]
        return self._put(other.account, self.rng.choice(free), other.amount * 5, settles=other.ref) if free else None

    async def _transfer(self) -> str | None:
        amount = self.rng.randrange(1, 400) * 100 + self.rng.randrange(100)
        late = self._today - dt.timedelta(days=self.rng.randrange(2))
        self._put("checking", "TRANSFER TO SAVINGS", -amount, code="TRANSFER_OUT_ACCOUNT_TRANSFER", day=self._today)
        return self._put("savings", "TRANSFER FROM CHECKING", amount, code="TRANSFER_IN_ACCOUNT_TRANSFER", day=late)

    # Our looks at it

    async def _sync(self) -> Synced:
        synced = await sync_connection(self.world, self.family.household_id, self.connection_id)
        if synced.error is None:
            self.seen = self.bank.fetched
            for one in self.bank.known():
                one.met, one.back = True, False
            self.unsure = False
            self.renamed.clear()
        return synced

    async def _look(self) -> str:
        synced = await self._sync()
        assert synced.error is None, synced.error
        return _told(synced.outcome)

    async def _cut(self) -> str:
        """The worker dies at some statement; its database rolls back, or has committed what nobody hears of."""
        self.database.fuse, self.database.deaf = self.rng.randrange(1, 40), self.rng.random() < 0.5
        told = f"at statement {self.database.fuse}"
        try:
            await self._sync()
            told += ", never reached"
        except Killed:
            self.unsure = True
        finally:
            self.database.fuse = None
        return told

    async def _fails(self) -> str:
        self.bank.error = Unavailable("provider_down", "the bank is away")
        synced = await self._sync()
        self.bank.error = None
        return str(synced.error)

    async def _twice(self) -> str:
        """Two workers at once; one of them may find that it came too late."""
        both = await asyncio.gather(self._sync(), self._sync(), return_exceptions=True)
        strange = [e for e in both if isinstance(e, BaseException) and not isinstance(e, FarthingError)]
        assert not strange, strange
        if not any(isinstance(s, Synced) and s.error is None for s in both):
            return "neither"
        return "both" if all(isinstance(s, Synced) and s.error is None for s in both) else "one"

    async def _look_back(self) -> str:
        """The bank tells again what it told before."""
        self.bank.rewind = self.rng.randrange(1, 60)
        synced = await self._sync()
        self.bank.rewind = 0
        return _told(synced.outcome)

    async def _look_whole(self) -> str:
        """The cursor is dead: everything since a day, and nothing else, is at the bank."""
        self.bank.window = FIRST_DAY - dt.timedelta(days=9) if self.rng.random() < 0.5 else self._today - dt.timedelta(days=20)
        if self.bank.window > FIRST_DAY and any(not self._is_seen(p) for p in self.bank.purchases):
            self.bank.window = FIRST_DAY - dt.timedelta(days=9)
        synced = await self._sync()
        self.bank.window = None
        return _told(synced.outcome)

    async def _sleep(self) -> str:
        self.clock.forward(hours=self.rng.randrange(1, 60))
        return "time goes by"

    # The owner

    async def _categorise(self) -> str | None:
        slug = self.rng.choice(CATEGORIES)
        return await self._say("category", slug, category_id=await self.family.category(slug))

    async def _note(self) -> str | None:
        self.notes += 1
        return await self._say("note", f"note {self.notes}", note=f"note {self.notes}")

    async def _hide(self) -> str | None:
        return await self._say("hidden", True, hidden=True)

    async def _say(self, what: str, value: Any, **wish: Any) -> str | None:
        one = self._some(lambda p: self._is_ours(p) and not p.word.deleted)
        if one is None:
            return None
        edited = await edit_transaction(self.world, self.family.household_id, self.family.actor, await self._id(one), Edit(**wish))
        if edited.batch_id is not None:
            self.spoken.append((one, Word(**vars(one.word)), edited.batch_id))
        setattr(one.word, what, value)
        return f"{self._tell(one)} {what} {value}"

    async def _delete(self) -> str | None:
        one = self._some(lambda p: self._is_ours(p) and not p.word.deleted and p.by_hand is None)
        if one is None:
            return None
        gone = await delete_transaction(self.world, self.family.household_id, self.family.actor, await self._id(one))
        assert gone.batch_id is not None
        self.spoken.append((one, Word(**vars(one.word)), gone.batch_id))
        one.word.deleted = True
        return self._tell(one)

    async def _split(self) -> str | None:
        one = self._some(lambda p: self._is_ours(p) and not p.word.deleted and not p.pending and p.code is None and abs(p.amount) > 10)
        if one is None:
            return None
        small, ids = one.amount // 3, [await self.family.category(c) for c in CATEGORIES[:2]]
        try:
            await split_up(
                self.world, self.family.household_id, self.family.actor, await self._id(one),
                [Slice(small, ids[0]), Slice(one.amount - small, ids[1])],
            )  # fmt: skip
        except FarthingError as error:
            return f"{self._tell(one)} refused: {error}"
        one.split = True
        return self._tell(one)

    async def _by_hand(self) -> str | None:
        """Written down before the bank knows; the amount is nobody else's."""
        free = [m for m in MERCHANTS if not self._restless("checking", m)]
        if not free:
            return None
        self.notes += 1
        one = Purchase(
            len(self.bank.purchases), "checking", self.rng.choice(free), -(1_000_000 + self.notes), self._today, at_bank=False,
            word=Word(note=f"note {self.notes}"),
        )  # fmt: skip
        entry = Entry(
            account_id=await self.family.account_id("checking"), date=one.day, amount=decimal_text(one.amount, "USD"), merchant=one.text,
            note=one.word.note,
        )  # fmt: skip
        one.by_hand = (await add_by_hand(self.world, self.family.household_id, self.family.actor, entry)).transaction_id
        self.bank.purchases.append(one)
        return self._tell(one)

    async def _shows(self) -> str | None:
        """The bank brings what the owner wrote down."""
        one = self._some(lambda p: not p.at_bank)
        if one is None:
            return None
        one.at_bank, one.ref, one.pending = True, self.bank.new_ref(), self.rng.random() < 0.5
        self.bank.touch(one)
        return self._tell(one)

    async def _undo(self) -> str | None:
        if not self.spoken:
            return None
        one, before, batch_id = self.spoken.pop()
        back = await undo(self.world, self.family.household_id, self.family.actor, batch_id)
        assert back.undone or back.refused, "an undo that did nothing and does not say why"
        if back.undone:
            one.word = before
        return f"{self._tell(one)} {'put back' if back.undone else back.refused}"

    async def _file_of_twins(self) -> str | None:
        """Two equal purchases, which a file knows first."""
        account = self.rng.choice(["checking", "card"])
        free = [m for m in MERCHANTS if not self._restless(account, m)]
        if not free:
            return None
        text, amount = self.rng.choice(free), -self.rng.randrange(100, 20_000)
        self._put(account, text, amount, day=self._today)
        self._put(account, text, amount, day=self._today)
        return await self._import(account)

    async def _file_of_what_went(self) -> str | None:
        """The bank took a row back for a while, and its own statement has it; later the same is bought once more."""
        one = self._brought_back()
        if one is None:
            return None
        told = await self._import(one.account)
        if told is None:
            return self._tell(one)
        await self._look()
        return f"{told}; {self._put(one.account, one.text, one.amount, day=one.day)}"

    async def _import(self, account: str = "") -> str | None:
        """The bank's own statement as a file, of posted rows alone; it may be ahead of the link."""
        account = account or self.rng.choice(["checking", "card"])
        first = self._today - dt.timedelta(days=self.rng.randrange(5, 40))
        posted = [p for p in self.bank.known(account) if not p.pending and p.day >= first]
        some = [p for p in posted if self._is_seen(p) or p.settles is None]
        if not some or any(not self._is_seen(p) for p in self.bank.purchases if p.account == account and p not in some):
            return None  # a file that is ahead knows new rows alone: what moved at the bank meanwhile has no id there to say so
        if any(not self._is_seen(p) and (p.by_hand is not None or (p.met and not p.back)) for p in some):
            return None
        fresh = sum(not self._is_seen(p) and not p.back and not p.from_file for p in some)
        for one in some:
            one.from_file = one.from_file or not self._is_seen(one)
        texts = [f"{p.day} {decimal_text(p.amount, 'USD')} {p.text}" for p in some]
        _, outcome = await Bank(self.family).file(*texts, account_name=account)
        assert outcome.added == fresh or self.unsure, f"{outcome.added} new rows in a file that knows {fresh}"
        return f"{account} since {first}: {_told(outcome)}"

    # What is known

    @property
    def _today(self) -> dt.date:
        return self.clock.now().date()

    def _some(self, fits: Callable[[Purchase], bool]) -> Purchase | None:
        fitting = [p for p in self.bank.purchases[-60:] if p.live and p.account not in self.renamed and fits(p)]
        return self.rng.choice(fitting) if fitting else None

    def _is_seen(self, one: Purchase) -> bool:
        """Whether we surely know what the bank says of it now."""
        return one.at_bank and one.moved <= self.seen

    def _is_ours(self, one: Purchase) -> bool:
        return self._is_seen(one) or (not one.at_bank and one.by_hand is not None)

    def _one_of_twins_is_spoken_of(self, some: list[Purchase]) -> bool:
        """Whether the owner said something of one of two equal rows: under new ids nobody can say which of them it was."""
        alike = Counter((p.text, p.amount, p.day) for p in some)
        return any(p.word != Word() and alike[p.text, p.amount, p.day] > 1 for p in some)

    def _restless(self, account: str, text: str) -> bool:
        """Whether something of this merchant moves between two looks, so that one row more could not be told apart."""
        near = self._today - dt.timedelta(days=APART_DAYS)
        return any(
            p.account == account and p.text == text and p.day >= near and (not self._is_seen(p) or p.pending) for p in self.bank.purchases
        )

    def _alone(self, one: Purchase) -> bool:
        """Whether nothing else of this merchant is near it."""
        return not any(
            p is not one and p.account == one.account and p.text == one.text and abs((p.day - one.day).days) <= APART_DAYS
            and (p.live or not self._is_seen(p))
            for p in self.bank.purchases
        )  # fmt: skip

    async def _id(self, one: Purchase) -> int:
        if not one.at_bank:
            assert one.by_hand is not None
            return one.by_hand
        return await self.family.id_of(one.ref, account_name=one.account)

    def _tell(self, one: Purchase) -> str:
        state = "gone" if not one.live else "pending" if one.pending else "posted"
        return f"#{one.number} {one.account} {one.day} {one.text} {one.amount} {state} {one.ref}"

    # What must be so

    async def heal(self) -> None:
        """Nothing fails any more: a look or two, and everything is known."""
        self.database.fuse = None
        self.steps.append("healed")
        for _ in range(3):
            await self._look()

    def expected(self) -> Counter[str]:
        """The ledger as it must be read."""
        return Counter(
            f"{p.day} {p.account} {p.text.casefold()} {p.amount} {'pending' if p.pending else 'posted'} "
            f"{None if p.split else p.word.category} {p.word.note!r}{' hidden' if p.word.hidden else ''}"
            for p in self.bank.purchases
            if p.live and not p.word.deleted
        )

    async def ledger(self) -> Counter[str]:
        """The ledger as it is."""
        async with read_desk(self.world, self.family.household_id, self.family.actor) as desk:
            page = await list_page(desk, Filter(), limit=500)
            assert page.after is None
            return Counter(
                f"{s.row.date} {s.account.text.name.casefold()} {s.merchant.casefold()} {s.row.amount} {s.status} "
                f"{s.category.slug if s.row.category_source == Source.OWNER and not s.parts else None} "
                f"{s.row.owner.note!r}{' hidden' if s.row.hidden else ''}"
                for s in page.rows
            )

    async def pairs_are_sound(self) -> bool:
        """No leg twice, and the two of a pair are opposite, in two accounts."""
        async with self.family.unit() as (unit, _):
            rows = await unit.conn.fetch(
                "select p.out_id, p.in_id, o.amount + i.amount as left_over, o.account_id = i.account_id as same from pair_decision p"
                " join transaction o on o.household_id = p.household_id and o.transaction_id = p.out_id"
                " join transaction i on i.household_id = p.household_id and i.transaction_id = p.in_id"
                " where p.household_id = $1 and p.kind = 1 and p.state <> 3",
                self.family.household_id,
            )
        legs = Counter(i for r in rows for i in (r["out_id"], r["in_id"]))
        return all(n == 1 for n in legs.values()) and not any(r["same"] or r["left_over"] for r in rows)


def _told(outcome: Outcome) -> str:
    return f"{outcome.added} new, {outcome.updated} changed, {outcome.removed} gone, {outcome.known} known"
