"""Our looks at the banks, and whatever can go wrong with them."""

from __future__ import annotations

import asyncio
import datetime as dt

from farthing.connections import due, store
from farthing.connections.due import Kind
from farthing.core.errors import FarthingError, Unavailable
from farthing.core.ids import ConnectionId, new_id
from farthing.flows.disconnect import History, disconnect, remove
from farthing.flows.sync import Synced, sync_connection
from farthing.flows.take_in import Outcome
from simulation.by_bank import ByBank
from simulation.known import Link
from simulation.perils import Killed


class ByLooking(ByBank):
    """Looks that end well, late, twice, half or not at all."""

    async def sync(self, link: Link) -> Synced:
        synced = await sync_connection(self.world, self.family.household_id, link.connection_id)
        if synced.error is None:
            link.seen = link.bank.fetched
            for one in link.bank.known():
                one.met, one.back = True, False
            link.unsure = False
            link.renamed.clear()
        return synced

    async def look(self, link: Link | None = None) -> str:
        link = link or self.some_link()
        synced = await self.sync(link)
        assert synced.error is None, synced.error
        return f"{link.bank.name}: {told(synced.outcome)}"

    async def _look(self) -> str:
        return await self.look()

    async def _cut(self) -> str:
        """The worker dies at some statement; its database rolls back, or has committed what nobody hears of."""
        link = self.some_link()
        self.database.fuse, self.database.deaf = self.rng.randrange(1, 40), self.rng.random() < 0.5
        said = f"{link.bank.name} at statement {self.database.fuse}"
        try:
            await self.sync(link)
            said += ", never reached"
        except Killed:
            link.unsure = True
        finally:
            self.database.fuse = None
        return said

    async def _fails(self) -> str:
        bank = self.some_link().bank
        bank.error = Unavailable("provider_down", "the bank is away")
        synced = await self.sync(next(link for link in self.links if link.bank is bank))
        bank.error = None
        return f"{bank.name}: {synced.error}"

    async def _twice(self) -> str:
        """Two workers at once; one of them may find that it came too late."""
        link = self.some_link()
        both = await asyncio.gather(self.sync(link), self.sync(link), return_exceptions=True)
        strange = [e for e in both if isinstance(e, BaseException) and not isinstance(e, FarthingError)]
        assert not strange, strange
        well = sum(isinstance(s, Synced) and s.error is None for s in both)
        return f"{link.bank.name}: {('neither', 'one', 'both')[well]}"

    async def _zombie(self) -> str | None:
        """A worker stands still with its answer in hand, another one does its work, the bank goes on; then the first one wakes."""
        link = self.some_link()
        if link.renamed:
            return None
        gate = link.bank.gate = asyncio.Event()
        asleep = asyncio.create_task(sync_connection(self.world, self.family.household_id, link.connection_id))
        async with asyncio.timeout(20):
            while link.bank.gate is not None:
                await asyncio.sleep(0.001)
        said = await self.look(link)
        bought = await self._buy()
        again = await self.look(link)
        gate.set()
        (woken,) = await asyncio.gather(asleep, return_exceptions=True)
        assert isinstance(woken, FarthingError), f"I18: a worker whose lease was lost wrote all the same: {woken}"
        return f"{said}; {bought}; {again}; woken: {woken}"

    async def _look_back(self) -> str:
        """The bank tells again what it told before."""
        link = self.some_link()
        link.bank.rewind = self.rng.randrange(1, 60)
        synced = await self.sync(link)
        link.bank.rewind = 0
        return f"{link.bank.name}: {told(synced.outcome)}"

    async def look_whole(self, link: Link, since: dt.date | None = None) -> str:
        """The cursor is dead: everything since a day, and nothing else, is at the bank."""
        link.bank.window = since or self.first_day - dt.timedelta(days=9)
        synced = await self.sync(link)
        link.bank.window = None
        return f"{link.bank.name}: {told(synced.outcome)}"

    async def _look_whole(self) -> str:
        link = self.some_link()
        late = self.rng.random() < 0.5 and all(self.is_seen(p) for p in link.bank.purchases if p.at_bank)
        return await self.look_whole(link, self.today - dt.timedelta(days=20) if late else None)

    async def _look_half(self) -> str | None:
        """Half of what there is comes once more, and the bank does not say that it is all: nothing is gone for that."""
        link = self.some_link()
        if link.renamed or link.bank.count > link.seen:
            return None
        link.bank.whole = False
        said = await self.look_whole(link)
        link.bank.whole = True
        return said

    async def _link_again(self) -> str | None:
        """Its owner ends the link and makes it anew: other ids for accounts and rows, days that moved a little, everything told again."""
        link = self.some_link()
        bank = link.bank
        if link.renamed or link.unsure or bank.count > link.seen or any(not p.at_bank or p.pending for p in bank.purchases if p.live):
            return None
        if self.one_of_twins_is_spoken_of(bank.known()):
            return None
        await disconnect(*self.who, link.connection_id, History.KEEP)
        async with self.world.db.lookup() as conn:
            rows = await due.claim_of(conn, self.family.household_id, 60, [Kind.REMOVE], self.clock.now())
        for row in rows:
            await remove(self.world, row)
            async with self.world.db.lookup() as conn:
                await due.finish(conn, row, None)
        link.connection_id, link.tokens = ConnectionId(new_id()), link.tokens + 1
        await self.exchange(link)
        for account in bank.refs:
            bank.rename(account)
            link.renamed.add(account)
        moved = [p for p in bank.known() if p.booked is None and p.word.day is None and self.alone(p) and self.rng.random() < 0.1]
        for one in moved:
            one.day += dt.timedelta(days=1)
        return f"{bank.name}, {len(bank.known())} rows, {len(moved)} of them a day later"

    async def exchange(self, link: Link) -> None:
        """The link has its token."""
        now, bank = self.clock.now(), link.bank
        async with self.family.unit() as (unit, sealer):
            await store.create(unit, sealer, link.connection_id, "model", now=now, institution=bank.institution)
            token = f"{bank.name}-{self.family.household_id}-{link.tokens}"
            await store.exchanged(unit, sealer, link.connection_id, token, now=now, institution=bank.institution, accounts=())

    async def _sleep(self) -> str:
        self.clock.forward(hours=self.rng.randrange(1, 60))
        return "time goes by"

    async def _clock_back(self) -> str:
        """The machine's clock was an hour ahead, and is put right."""
        self.clock.forward(hours=-1)
        return "an hour back"


def told(outcome: Outcome) -> str:
    return f"{outcome.added} new, {outcome.updated} changed, {outcome.removed} gone, {outcome.known} known"
