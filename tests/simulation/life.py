"""One household's life from one seed: its banks, its owner and whatever can go wrong; and what the ledger must say in the end.

Nothing is asked that evidence cannot decide: a bank does not, between two looks of ours, exchange a row for another one that no id, date,
amount or merchant tells apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable

from redis.asyncio import Redis

from farthing.core.dates import Month
from farthing.flows.desk import read_desk
from farthing.flows.list_transactions import list_page
from farthing.flows.manage_budgets import BudgetWish, add_budget
from farthing.flows.world import World
from farthing.ledger.model import Source
from farthing.ledger.reading.rows import Filter
from simulation.by_rules import ByRules
from simulation.known import ZONES
from world import Family, found


class Life(ByRules):
    """What happens, in the order of the seed. `steps` tells it afterwards, a line a step."""

    def __init__(self, seed: int, world: World, family: Family) -> None:
        super().__init__(seed, world, family)
        self.calm = self.rng.random() < 0.25
        perils = {self._cut, self._fails, self._twice, self._zombie, self._cut_short, self._clock_back}
        self.acts = [a for a in self._acts() if not self.calm or a[0] not in perils]
        dull = set(self.rng.sample(range(len(self.acts)), k=self.rng.randrange(len(self.acts) // 2)))
        self.weights = [w * (0.1 if i in dull and w < 10 else 1) for i, (_, w) in enumerate(self.acts)]

    @classmethod
    async def begin(cls, world: World, seed: int) -> Life:
        life = cls(seed, world, await found(world, zone=ZONES[seed % len(ZONES)]))
        if isinstance(world.valkey, Redis):
            await world.valkey.flushdb()  # what other lives know of banks that fail for everybody
        for link in life.links:
            await life.exchange(link)
            await life.sync(link)
        for slug in ("groceries", "vet"):
            wish = BudgetWish(category_id=await life.family.category(slug), limit="60", starts=Month.of(life.first_day).first)
            await add_budget(*life.who, wish)
        return life

    def _acts(self) -> list[tuple[Callable[[], Awaitable[str | None]], float]]:
        return [
            (self._buy, 24), (self._twin, 3), (self._refund, 3), (self._settle, 12), (self._settle_unlinked, 7), (self._settle_in_place, 3),
            (self._vanish, 3), (self._correct, 5), (self._remove, 3), (self._drop_day, 1), (self._restore, 4), (self._reissue, 2),
            (self._rename, 1), (self._ghost, 2), (self._wrong_link, 2), (self._transfer, 4),
            (self._look, 26), (self._cut, 8), (self._fails, 3), (self._twice, 3), (self._zombie, 2), (self._look_back, 3),
            (self._look_whole, 2), (self._look_half, 2), (self._link_again, 4), (self._sleep, 5), (self._clock_back, 1),
            (self._categorise, 5), (self._note, 4), (self._rename_row, 2), (self._move_day, 2), (self._hide, 2), (self._delete, 2),
            (self._cut_short, 2), (self._split, 2), (self._by_hand, 2), (self._shows, 3), (self._undo, 5), (self._undo_look, 1),
            (self._double_and_merge, 2), (self._move_house, 1), (self._import, 3), (self._file_of_twins, 1), (self._file_of_what_went, 1),
            *(self._talk() if self.talks else ()), *(self._rule() if self.has_rules else ()),
        ]  # fmt: skip

    def _talk(self) -> list[tuple[Callable[[], Awaitable[str | None]], float]]:
        return [(self._move_by_hand, 5), (self._part, 5), (self._answer, 9), (self._look_alike, 5), (self._import, 3)]

    def _rule(self) -> list[tuple[Callable[[], Awaitable[str | None]], float]]:
        return [
            (self._rule_made, 9), (self._rule_changed, 4), (self._rule_moved, 3), (self._rule_gone, 2),
            (self._run, 6), (self._run_and_back, 3), (self._run_back, 3),
        ]  # fmt: skip

    async def step(self) -> None:
        """One thing happens, if it can."""
        act = self.rng.choices([a for a, _ in self.acts], self.weights)[0]
        self.steps.append(f"{self.clock.now():%m-%d} {act.__name__[1:]}: ...")
        told = await act()
        self.steps.pop()
        if told is not None:
            self.steps.append(f"{self.clock.now():%m-%d} {act.__name__[1:]}: {told}")

    async def heal(self) -> None:
        """Nothing fails any more: a look or two, and everything is known."""
        self.database.fuse = None
        self.steps.append("healed")
        if free := self.free_merchants("checking"):
            self.put("checking", free[0], -101, day=self.today)  # a change today, so that what is true of today's month is said
        for _ in range(2):
            for link in self.links:
                await self.look(link)

    def expected(self) -> Counter[str]:
        """The ledger as it must be read."""
        return Counter(
            f"{p.counts_on} {p.account} {(p.word.merchant or p.text).casefold()} {p.amount}{p.currency} "
            f"{'pending' if p.pending else 'posted'} "
            f"{None if p.split else p.word.category} {p.word.note!r}{' hidden' if p.word.hidden else ''}"
            for p in self.purchases
            if p.live and not p.word.deleted
        )

    async def ledger(self) -> Counter[str]:
        """The ledger as it is."""
        async with read_desk(*self.who) as desk:
            page = await list_page(desk, Filter(), limit=500)
            assert page.after is None
            return Counter(
                f"{s.row.date} {s.account.text.name.casefold()} {s.merchant.casefold()} {s.row.amount}{s.row.currency} {s.status} "
                f"{s.category.slug if s.row.category_source == Source.OWNER and not s.parts else None} "
                f"{s.row.owner.note!r}{' hidden' if s.row.hidden else ''}"
                for s in page.rows
            )

    async def note_of(self, row: int) -> str:
        async with read_desk(*self.who) as desk:
            page = await list_page(desk, Filter(), limit=500)
            return next(s.row.owner.note for s in page.rows if s.row.transaction_id == row)
