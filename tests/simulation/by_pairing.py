"""What the owner says of two rows: that they belong together or do not, that they are one or two; by hand, and where Review asks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from farthing.core.errors import FarthingError
from farthing.core.money import decimal_text
from farthing.flows.add_by_hand import Entry, add_by_hand
from farthing.flows.answer import answer_question
from farthing.flows.pair_by_hand import join_transfer, part_rows
from farthing.flows.undo import undo
from farthing.ingest.pairing.model import KIND_TRANSFER
from farthing.ingest.suggestions.ask import Question, QuestionKind, open_questions
from simulation.bank import Purchase, Word
from simulation.by_owner import ByOwner

YES, NO = {QuestionKind.SAME: "merge"}, {QuestionKind.SAME: "keep_apart"}


@dataclass
class Decided:
    """The owner's word on two rows. `stirs`: how often either had been moved before it; one that moves may leave the other."""

    left: Purchase
    right: Purchase
    kind: QuestionKind
    yes: bool
    stirs: int

    @property
    def at_rest(self) -> bool:
        """Whether nothing happened to either since."""
        return self.left.stirs + self.right.stirs == self.stirs


class ByPairing(ByOwner):
    """Transfers that no text tells, pairs taken apart, questions answered, entries that look alike."""

    async def _move_by_hand(self) -> str | None:
        """Money moves between accounts and neither text says so: the owner joins the halves, or answers that they are a transfer."""
        here, there = self.free_merchants("checking"), self.free_merchants("savings")
        link = self.link_of("checking")
        if not here or not there or link.renamed:
            return None
        amount = self.rng.randrange(40, 400) * 100 + self.rng.randrange(1, 100)
        left = self.put("checking", self.rng.choice(here), -amount, day=self.today)
        into = self.put("savings", self.rng.choice(there), amount, day=self.today)
        left.half_of, into.half_of, left.tied, into.tied = into.number, left.number, True, True
        await self.look(link)
        if not (self.is_seen(left) and self.is_seen(into)):
            return f"{self.tell(left)} and {self.tell(into)}"
        ids = await self.id_of(left), await self.id_of(into)
        asked = next((q for q in await self.asked() if (q.left, q.right) == ids), None)
        try:
            said = await self._said_to_be_one(asked, left, into, ids)
        except FarthingError as error:
            said = f"refused: {error}"  # one of them was taken for the refund of something
        return f"{self.tell(left)} and {self.tell(into)} {said}"

    async def _said_to_be_one(self, asked: Question | None, left: Purchase, into: Purchase, ids: tuple[int, int]) -> str:
        if asked is not None and self.rng.random() < 0.6:
            return await self.answer(asked, left, into, yes=self.rng.random() < 0.7)
        await join_transfer(*self.who, *ids)
        self.decided.append(Decided(left, into, QuestionKind.TRANSFER, True, left.stirs + into.stirs))
        return "joined by hand"

    async def _part(self) -> str | None:
        """The owner takes a transfer apart, which is remembered, whatever the bank says of it later; perhaps with second thoughts."""
        one = self.some(lambda p: p.half_of is not None and p.amount < 0 and p.code is not None and self.is_seen(p) and not p.tied)
        other = self.purchases[one.half_of] if one is not None and one.half_of is not None else None
        if one is None or other is None or not (other.live and self.is_seen(other)) or other.account in self.link_of(other.account).renamed:
            return None
        try:
            parted = await part_rows(*self.who, await self.id_of(one), kind=KIND_TRANSFER)
        except FarthingError as error:
            return f"{self.tell(one)} {error}"
        if self.rng.random() < 0.3:
            assert (await undo(*self.who, parted.batch_id or 0)).undone, "I12: taking a transfer apart is not undone"
            return f"{self.tell(one)} and {self.tell(other)}, and together again"
        self.decided.append(Decided(one, other, QuestionKind.TRANSFER, yes=False, stirs=one.stirs + other.stirs))
        one.tied = other.tied = True
        if one.currency == other.currency and self.rng.random() < 0.5:
            for half, more in ((one, -250), (other, 250)):  # the bank corrects both: they are weighed anew, and stay apart
                half.amount += more
                self.bank_of(half).touch(half)
        return f"{self.tell(one)} and {self.tell(other)}"

    async def _answer(self) -> str | None:
        """The owner opens Review and answers by what was so."""
        asked, rows = await self.asked(), await self.rows_of()
        known = [(q, rows[q.left], rows[q.right]) for q in asked if q.left in rows and q.right in rows]
        if not known:
            return None
        question, left, right = self.rng.choice(known)
        so = {QuestionKind.TRANSFER: left.half_of == right.number, QuestionKind.REFUND: right.refund_of == left.number}
        try:
            said = await self.answer(question, left, right, yes=so.get(question.kind, False))
        except FarthingError as error:
            said = f"refused: {error}"
        return f"{self.tell(left)} and {self.tell(right)} {said}"

    async def answer(self, question: Question, left: Purchase, right: Purchase, *, yes: bool) -> str:
        """Say it; sometimes take it back, so that it is asked once more, and say it again."""
        word = YES.get(question.kind, "pair") if yes else NO.get(question.kind, "reject")
        answered = await answer_question(*self.who, question.suggestion_id, word)
        assert question not in await self.asked(), "I3: a question that was answered is asked again"
        if self.rng.random() < 0.3:
            undone = await undo(*self.who, answered.batch_id or 0)
            assert undone.undone, f"I3: an answer is not undone: {undone.refused}"
            assert question in await self.asked(), "I3: an answer was taken back, and nothing is asked"
            await answer_question(*self.who, question.suggestion_id, word)
        self.decided.append(Decided(left, right, question.kind, yes, left.stirs + right.stirs))
        if question.kind is QuestionKind.TRANSFER:
            left.tied = right.tied = True
        return f"{question.kind.name.lower()}: {word}"

    async def asked(self) -> list[Question]:
        """What Review asks now."""
        async with self.family.unit() as (unit, sealer):
            return await open_questions(unit, sealer)

    async def rows_of(self) -> dict[int, Purchase]:
        """Our rows of the purchases that are known to the bank, or to the owner alone."""
        ids = {name: await self.family.account_id(name) for name in {p.account for p in self.purchases}}
        async with self.family.unit() as (unit, sealer):
            refs = {
                UUID(bytes=sealer.index("line", f"{ids[p.account]}|1|{p.ref}".encode())): p
                for p in self.purchases
                if p.at_bank and p.live and self.is_seen(p)
            }
            rows = await unit.conn.fetch(
                "select ref, transaction_id from line where household_id = $1 and ref = any($2)", unit.household_id, list(refs)
            )
        found = {r["transaction_id"]: refs[r["ref"]] for r in rows}
        return found | {p.by_hand: p for p in self.purchases if p.by_hand is not None and not p.at_bank}

    async def _look_alike(self) -> str | None:
        """The owner writes down a purchase of the amount of another one days ago, is asked whether they are one, and says no.

        Sometimes it is one under another name: then the answer is yes, and nothing is left of the second.
        """
        one = self.some(lambda p: self.is_seen(p) and not p.pending and p.word == Word() and not p.split and p.code is None and not p.tied)
        free = self.free_merchants(one.account) if one else []
        if one is None or not free or one.merged or not self.alone(one) or one.booked:
            return None
        account_id, text, day = (
            await self.family.account_id(one.account),
            self.rng.choice(free),
            one.day + dt.timedelta(days=self.rng.randrange(1, 4)),
        )
        entry = Entry(account_id=account_id, date=day, amount=decimal_text(one.amount, one.currency), merchant=text)
        row, added = await self.id_of(one), await add_by_hand(*self.who, entry)
        asked = next((q for q in await self.asked() if q.rows == {row, added.transaction_id}), None)
        if asked is None:
            assert (await undo(*self.who, added.batch_id)).undone
            return f"{self.tell(one)} is nothing like {text}"
        if self.rng.random() < 0.5:
            one.merged, one.word.merchant = True, text  # of two names the one that the owner wrote stays
            return f"{self.tell(one)} {text} {await self.answer(asked, one, one, yes=True)}"
        two = Purchase(len(self.purchases), one.account, text, one.amount, day, at_bank=False, by_hand=added.transaction_id)
        self.purchases.append(two)
        self.bank_of(one).purchases.append(two)
        return f"{self.tell(one)} and {self.tell(two)} {await self.answer(asked, one, two, yes=False)}"

    async def decided_now(self) -> dict[tuple[int, int], tuple[int, int]]:
        """(out, in) -> kind and state of every pair."""
        async with self.family.unit() as (unit, _):
            rows = await unit.conn.fetch("select out_id, in_id, kind, state from pair_decision where household_id = $1", unit.household_id)
        return {(r["out_id"], r["in_id"]): (r["kind"], r["state"]) for r in rows}
