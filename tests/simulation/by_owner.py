"""What the owner says of rows, takes back, writes down, and puts into files."""

from __future__ import annotations

import datetime as dt
from typing import Any

from farthing.core.errors import FarthingError
from farthing.core.money import decimal_text
from farthing.flows.add_by_hand import Entry, add_by_hand, delete_transaction
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.members import settle
from farthing.flows.merge import merge_transactions
from farthing.flows.split_up import Slice, split_up
from farthing.flows.undo import undo
from farthing.ingest.batches.batch import BatchKind
from farthing.people.model import Settings
from simulation.bank import Purchase, Word
from simulation.by_files import ByFiles
from simulation.known import CATEGORIES, ZONES, Spoken
from simulation.perils import Killed

# What the fields of a word are called where it is undone.
GROUPS = {"category": "CATEGORY", "note": "NOTE", "merchant": "MERCHANT", "day": "DATE", "hidden": "HIDDEN", "deleted": "DISCARDED"}


class ByOwner(ByFiles):
    """Edits, deletions, parts, entries by hand, undo."""

    async def _categorise(self) -> str | None:
        slug = self.rng.choice(CATEGORIES)
        return await self._say("category", slug, category_id=await self.family.category(slug))

    async def _note(self) -> str | None:
        self.notes += 1
        return await self._say("note", f"note {self.notes}", note=f"note {self.notes}")

    async def _rename_row(self) -> str | None:
        self.notes += 1
        return await self._say("merchant", f"Shop {self.notes}", merchant=f"Shop {self.notes}")

    async def _move_day(self) -> str | None:
        day = self.today + dt.timedelta(days=self.rng.randrange(1, 9))
        return await self._say("day", day, date=day)

    async def _hide(self) -> str | None:
        return await self._say("hidden", True, hidden=True)

    async def _say(self, what: str, value: Any, **wish: Any) -> str | None:
        one = self.some(lambda p: self.is_ours(p) and not p.word.deleted)
        if one is None or (one.split and what == "category"):
            return None
        edited = await edit_transaction(*self.who, await self.id_of(one), Edit(**wish))
        if edited.batch_id is not None:
            self.spoken.append(Spoken(one, what, getattr(one.word, what), edited.batch_id))
        setattr(one.word, what, value)
        one.stirs += 1
        if what == "category":
            self.sorted.add(one.text)
        return f"{self.tell(one)} {what} {value}"

    async def _cut_short(self) -> str | None:
        """The owner's word is on its way when the program dies: it counts or it does not, and whoever asks learns which."""
        one = self.some(lambda p: self.is_ours(p) and not p.word.deleted)
        if one is None:
            return None
        self.notes += 1
        note, row = f"note {self.notes}", await self.id_of(one)
        self.database.fuse, self.database.deaf = self.rng.randrange(1, 14), self.rng.random() < 0.5
        try:
            await edit_transaction(*self.who, row, Edit(note=note))
            one.word.note = note
        except Killed:
            self.database.fuse = None
            before, one.word.note = one.word.note, await self.note_of(row)
            assert one.word.note in {before, note}, "I4: half of a word"
        finally:
            self.database.fuse = None
        self.spoken = [s for s in self.spoken if not (s.one is one and s.what == "note")]
        return f"{self.tell(one)} note {one.word.note}"

    async def note_of(self, row: int) -> str:
        raise NotImplementedError

    async def _delete(self) -> str | None:
        one = self.some(lambda p: self.is_ours(p) and not p.word.deleted and p.by_hand is None)
        if one is None:
            return None
        gone = await delete_transaction(*self.who, await self.id_of(one))
        assert gone.batch_id is not None
        self.spoken.append(Spoken(one, "deleted", False, gone.batch_id))
        one.word.deleted = one.thrown = True
        one.stirs += 1
        return self.tell(one)

    async def _split(self) -> str | None:
        one = self.some(
            lambda p: self.is_ours(p) and not p.word.deleted and not p.pending and p.code is None and not p.tied and abs(p.amount) > 10
        )
        if one is None:
            return None
        small, ids = one.amount // 3, [await self.family.category(c) for c in CATEGORIES[:2]]
        try:
            await split_up(*self.who, await self.id_of(one), [Slice(small, ids[0]), Slice(one.amount - small, ids[1])])
        except FarthingError as error:
            return f"{self.tell(one)} refused: {error}"
        one.split = True
        one.stirs += 1
        return self.tell(one)

    async def _by_hand(self) -> str | None:
        """Written down before the bank knows; the amount is nobody else's."""
        free = self.free_merchants("checking")
        if not free:
            return None
        self.notes += 1
        one = Purchase(
            len(self.purchases), "checking", self.rng.choice(free), -(1_000_000 + self.notes), self.today, at_bank=False
        )  # fmt: skip
        one.word.note = f"note {self.notes}"
        entry = Entry(
            account_id=await self.family.account_id("checking"), date=one.day, amount=decimal_text(one.amount, "USD"), merchant=one.text,
            note=one.word.note,
        )  # fmt: skip
        one.by_hand = (await add_by_hand(*self.who, entry)).transaction_id
        self.purchases.append(one)
        self.link_of("checking").bank.purchases.append(one)
        return self.tell(one)

    async def _shows(self) -> str | None:
        """The bank brings what the owner wrote down."""
        one = self.some(lambda p: not p.at_bank)
        if one is None:
            return None
        one.at_bank, one.ref, one.pending = True, self.bank_of(one).new_ref(), self.rng.random() < 0.5
        self.bank_of(one).touch(one)
        return self.tell(one)

    async def _undo(self) -> str | None:
        """Something said is taken back, not always the last: it goes unless something later was said of the same."""
        if not self.spoken:
            return None
        word = self.spoken.pop(-1 if self.rng.random() < 0.6 else self.rng.randrange(len(self.spoken)))
        later = any(s.one is word.one and s.what == word.what and s.batch_id > word.batch_id for s in self.spoken)
        back = await undo(*self.who, word.batch_id)
        assert back.undone or back.refused, "I3: an undo that did nothing and does not say why"
        word.one.stirs += 1
        kept = any(k.group.name == GROUPS[word.what] for k in back.refused)
        assert not later or kept, "I3: an undo took back what a later word stands on"
        if not kept:
            setattr(word.one.word, word.what, word.before)
        else:
            self.spoken = [s for s in self.spoken if not (s.one is word.one and s.what == word.what)]
        return f"{self.tell(word.one)} {word.what} {'stays, something stands on it' if kept else 'put back'}"

    async def _undo_look(self) -> str | None:
        """A sync that brought rows is undone: they are out, also when the bank tells of them again; and perhaps brought back."""
        link = self.links[0]
        await self.look(link)
        if link.bank.count > link.seen:
            return None
        free = self.free_merchants("checking")[:2]
        fresh = [self.put("checking", text, -self.rng.randrange(100, 9_000)) for text in free]
        await self.look(link)
        async with self.family.unit() as (unit, _):
            newest = "select max(batch_id) from batch where household_id = $1 and kind = $2 and connection_id = $3"
            batch_id = await unit.conn.fetchval(newest, self.family.household_id, int(BatchKind.SYNC), int(link.connection_id))
        undone = await undo(*self.who, batch_id)
        assert undone.undone == len(fresh), f"I3: {undone.undone} rows of {len(fresh)} undone"
        for one in fresh:
            one.word.deleted = True
        if self.rng.random() < 0.5 and undone.batch_id is not None:
            await undo(*self.who, undone.batch_id)
            for one in fresh:
                one.word.deleted = False
        return f"{len(fresh)} rows, {'brought back' if fresh and not fresh[0].word.deleted else 'gone'}"

    async def _double_and_merge(self) -> str | None:
        """The owner writes down what the bank has told already, sees two rows and makes them one; perhaps with second thoughts."""
        one = self.some(lambda p: self.is_seen(p) and not p.pending and p.word == Word() and not p.split and p.code is None)
        if one is None or not self.alone(one):
            return None
        account_id = await self.family.account_id(one.account)
        entry = Entry(account_id=account_id, date=one.day, amount=decimal_text(one.amount, one.currency), merchant=one.text)
        row, other = await self.id_of(one), (await add_by_hand(*self.who, entry)).transaction_id
        merged = await merge_transactions(*self.who, kept_id=row, other_id=other)
        if self.rng.random() < 0.4:
            assert merged.batch_id is not None
            assert (await undo(*self.who, merged.batch_id)).undone
            await merge_transactions(*self.who, kept_id=row, other_id=other)
        one.merged = True
        return self.tell(one)

    async def _move_house(self) -> str:
        """The household lives in another zone from now on."""
        zone = self.rng.choice(ZONES)
        await settle(*self.who, Settings(name="Test", currency="USD", zone=zone))
        return zone
