"""Households of the simulator, told again the way banks tell it at their worst, with the truth beside it: what the engine made of it.

The purchases are those of the simulator's people. Between the bank and the engine every link from a posted row to its pending one is cut;
amounts move by tips, holds and rates, texts read otherwise, ids are issued anew, files and entries by hand state the same once more.
Nothing is stored: lines go through the real cleaning, hashing and matching, and the rows are kept in memory.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections.abc import Iterable, Sequence
from itertools import count

import msgspec

from farthing.categorize import Names
from farthing.core.ids import AccountId
from farthing.core.money import Money
from farthing.flows.desk import payee_of
from farthing.ingest.land import OPEN_DAYS, SIMILAR_DAYS, line_state
from farthing.ingest.matching.match import begin, says_nothing_new
from farthing.ingest.matching.score import OPEN
from farthing.ingest.ready import Named, named, ready
from farthing.ledger.model import Discarded, Held, LineKind, LineState, Plan, Posting, StatementLine, Status

KINDS = ("equal", "text", "tip", "rate", "hold", "new id", "file", "entry")
_TIPPED = ("FOOD_AND_DRINK_RESTAURANT", "FOOD_AND_DRINK_COFFEE", "FOOD_AND_DRINK_BEER", "PERSONAL_CARE_HAIR", "TRANSPORTATION_TAXIS")
_HELD = ("TRANSPORTATION_GAS", "TRAVEL_LODGING", "TRAVEL_RENTAL_CARS")


class Tally(msgspec.Struct):
    """What became of the rows that are one in truth (`pairs`), by kind of change."""

    pairs: int = 0
    merged: int = 0
    merged_wrong: int = 0
    asked: int = 0
    asked_wrong: int = 0


class Hashes:
    """Hashes without a household's key."""

    def index(self, purpose: str, text: bytes) -> bytes:
        return hashlib.blake2b(text, digest_size=16, key=purpose.encode()).digest()

    def index64(self, purpose: str, text: bytes) -> int:
        return int.from_bytes(self.index(purpose, text)[:7], "big") + 2


class Event(msgspec.Struct):
    """What comes on a day: lines with the purchase that each is, and ids that go."""

    day: dt.date
    kind: LineKind
    lines: list[tuple[int, str, StatementLine]]  # purchase, kind of change, line
    gone: list[str] = []


class Trial:
    """One household's bank, seen by the engine day by day."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311
        self.tallies = {kind: Tally() for kind in KINDS}
        self.rows: dict[int, Held] = {}
        self.lines: dict[bytes, Held] = {}
        self.truth: dict[int, int] = {}  # row -> purchase
        self.first: dict[int, int] = {}  # purchase -> its first row
        self.texts: dict[int, str] = {}
        self.known_as: dict[str, bytes] = {}  # the bank's own ids
        self.beneath: dict[int, list[bytes]] = {}
        self.purchases: Sequence[StatementLine] = ()
        self.hashes, self.names = Hashes(), Names()
        self.ids = count(1)
        self.refs = count(1)

    # What the bank, a file and the owner say

    def told(self, purchases: Sequence[StatementLine]) -> list[Event]:
        """The life of each purchase, as events in order."""
        self.purchases = purchases
        events: list[Event] = []
        for number, real in enumerate(purchases):
            events += self._life(number, real)
        days = sorted({p.date for p in purchases})
        for day in days[30::45]:
            events.append(self._file(day, purchases))
        return sorted(events, key=lambda e: (e.day, -e.kind))  # what the owner writes down comes before the bank knows it

    def _life(self, number: int, real: StatementLine) -> Iterable[Event]:
        dice, booked = self.dice, real.date + dt.timedelta(days=self.dice.choice((1, 1, 2, 3)))
        if dice.random() < 0.03:
            alias = dice.choice((real.merchant or real.text, "Lunch", "Things for home"))
            entry = self._line(real, text=alias[:40], day=real.date + dt.timedelta(days=dice.choice((0, 0, 0, -1, 1))))
            yield Event(real.date, LineKind.MANUAL, [(number, "entry", entry)])
        posted_ref = f"r{next(self.refs)}"
        posted = self._line(real, ref=posted_ref, posted_date=booked)
        if dice.random() < 0.6:
            kind, pending = self._pending(real)
            yield Event(real.date, LineKind.BANK, [(number, kind, pending)])
            gone = booked - dt.timedelta(days=1) if dice.random() < 0.1 and booked > real.date + dt.timedelta(days=1) else booked
            if gone < booked:
                yield Event(gone, LineKind.BANK, [], [pending.ref or ""])
            yield Event(booked, LineKind.BANK, [(number, kind, posted)], [pending.ref or ""] if gone == booked else [])
        else:
            yield Event(booked, LineKind.BANK, [(number, "equal", posted)])
        if dice.random() < 0.03:
            vanishing = self._line(real, ref=f"r{next(self.refs)}", pending=True, minor=round(real.amount.minor * dice.uniform(0.5, 2)))
            yield Event(real.date, LineKind.BANK, [(-number - 1, "equal", vanishing)])
            yield Event(booked, LineKind.BANK, [], [vanishing.ref or ""])
        if dice.random() < 0.04:
            again = self._line(real, ref=f"r{next(self.refs)}", posted_date=booked, text=self._otherwise(real))
            yield Event(booked + dt.timedelta(days=5), LineKind.BANK, [(number, "new id", again)], [posted_ref])

    def _pending(self, real: StatementLine) -> tuple[str, StatementLine]:
        """A purchase before it is booked."""
        dice, minor, code = self.dice, real.amount.minor, real.provider_code or ""
        kind, text = "equal", real.text
        if minor < 0 and code.startswith(_TIPPED) and dice.random() < 0.5:
            kind, minor = "tip", round(minor / dice.uniform(1.1, 1.3))
        elif minor < 0 and code.startswith(_HELD) and dice.random() < 0.7:
            kind, minor = "hold", -100 * dice.choice((1, 75, 100, 150))
        elif minor < -1000 and dice.random() < 0.08:
            kind, minor = "rate", round(minor * dice.uniform(0.97, 1.03))
        if dice.random() < 0.25:
            text = self._otherwise(real)
            kind = "text" if kind == "equal" else kind
        return kind, self._line(real, ref=f"r{next(self.refs)}", pending=True, minor=minor, text=text)

    def _file(self, day: dt.date, purchases: Sequence[StatementLine]) -> Event:
        """The bank's own statement of the last forty days, which may be some days ahead of the link."""
        lines = []
        for number, real in enumerate(purchases):
            if day - dt.timedelta(days=40) <= real.date <= day - dt.timedelta(days=self.dice.choice((0, 3, 3))):
                moved = real.date + dt.timedelta(days=self.dice.choice((0, 0, 0, 1, 2)))
                text = self._otherwise(real) if self.dice.random() < 0.25 else real.text
                lines.append((number, "file", self._line(real, text=text, day=moved, occurrence=number)))
        return Event(day, LineKind.FILE, lines)

    def _otherwise(self, real: StatementLine) -> str:
        """The same merchant in other words."""
        text, short = real.text, real.merchant or real.text
        return self.dice.choice((short, text[:14], f"POS PURCHASE {text}", "CARD PURCHASE", f"{short} {self.dice.randrange(100, 999)}"))

    def _line(self, real: StatementLine, *, minor: int | None = None, day: dt.date | None = None, **more: object) -> StatementLine:
        amount = Money(real.amount.minor if minor is None else minor, real.amount.currency)
        base = {"ref": None, "pending": False, "posted_date": None, "pending_ref": None, "amount": amount, "date": day or real.date}
        return msgspec.structs.replace(real, **(base | more))

    # What the engine makes of it

    def hears(self, event: Event) -> None:
        """One batch, decided and kept."""
        placed = {line.account_ref: AccountId(1 + sum(map(ord, line.account_ref)) % 97) for _, _, line in event.lines}
        lines = named([line for *_, line in event.lines], hashes=self.hashes, placed=placed, kind=event.kind)
        whose = {one.ref: (number, kind) for one, (number, kind, _) in zip(lines, event.lines, strict=True)}
        removed = [self.known_as[r] for r in event.gone if r in self.known_as]
        self.known_as |= {one.line.ref: one.ref for one in lines if one.line.ref}
        self._keep(self._planned(lines, removed, event), whose)

    def _planned(self, lines: Sequence[Named], removed: list[bytes], event: Event) -> Plan:
        incoming, payees = ready(
            lines, hashes=self.hashes, key_of=self.names.key, payee_of=lambda line, key: payee_of(line, key, self.names)
        )  # fmt: skip
        self.texts |= {i: p.key for i, p in payees.items()}
        held = self._known({i.ref for i in incoming} | set(removed), event)
        by_ref = {h.ref: h for h in held}
        standing = {i.ref: h for i in incoming if (h := by_ref.get(i.ref)) and says_nothing_new(i.digest, h)}
        begun = begin([i for i in incoming if i.ref not in standing], removed, held, standing=standing.values(), fresh_ids=self._fresh)
        return begun.end(self.texts)

    def _fresh(self, n: int) -> list[int]:
        return [next(self.ids) for _ in range(n)]

    def _known(self, refs: set[bytes], event: Event) -> list[Held]:
        """What the flow would read."""
        since, reach = event.day - dt.timedelta(days=OPEN_DAYS), dt.timedelta(days=SIMILAR_DAYS)
        amounts = {line.amount.minor for *_, line in event.lines} if event.kind != LineKind.BANK else set()
        waiting = {LineState.PENDING, LineState.WAITING, LineState.GONE}
        return [
            h
            for h in self.lines.values()
            if h.ref in refs
            or (h.state in waiting and h.date >= since)
            or (h.amount in amounts and h.state in OPEN and h.date >= since - reach)
        ]

    def _keep(self, plan: Plan, whose: dict[bytes, tuple[int, str]]) -> None:
        for gone in plan.gone:
            if gone.void:
                self._row(msgspec.structs.replace(self.rows[gone.transaction_id], status=Status.VOID))
            self.lines[gone.ref] = msgspec.structs.replace(self.lines[gone.ref], state=LineState.GONE)
        judged = self._judged(plan, whose)
        for posting in (*plan.new, *plan.changed, *plan.aliases):
            self._written(posting)
        for left, right, kind in judged:
            tally = self.tallies[kind]
            if self._is_one(self.truth.get(left), self.truth.get(right)):
                tally.asked += 1
            else:
                tally.asked_wrong += 1

    def _judged(self, plan: Plan, whose: dict[bytes, tuple[int, str]]) -> list[tuple[int, int, str]]:
        """Count what was merged; the questions, for when their rows are written."""
        for posting in plan.new:
            number, kind = whose[posting.incoming.ref]
            self.truth[int(posting.transaction_id)] = number
            if number in self.first:
                self.tallies[self._kind_of(self.first[number], kind)].pairs += 1
            self.first.setdefault(number, int(posting.transaction_id))
        for posting in (*plan.changed, *plan.aliases):
            if posting.replaces is None:
                continue
            number, kind = whose[posting.incoming.ref]
            tally = self.tallies[self._kind_of(int(posting.transaction_id), kind)]
            if self._is_one(self.truth[int(posting.transaction_id)], number):
                tally.pairs += 1
                tally.merged += 1
            else:
                tally.merged_wrong += 1
                tally.pairs += number in self.first
                self.truth[int(posting.transaction_id)] = number
                self.first[number] = int(posting.transaction_id)
        return [(int(s.left), int(s.right), whose[s.line][1]) for s in plan.suggestions if s.line in whose]

    def _kind_of(self, row: int, kind: str) -> str:
        """What waited was written down by hand, whatever comes for it."""
        return "entry" if self.rows[row].kind == LineKind.MANUAL else kind

    def _is_one(self, number: int | None, other: int | None) -> bool:
        """The same purchase; or two that are equal in account, amount and merchant within days: nobody could tell which is which."""
        if number == other or number is None or other is None or min(number, other) < 0:
            return number == other
        one, two = self.purchases[number], self.purchases[other]
        alike = (one.account_ref, one.amount, one.merchant) == (two.account_ref, two.amount, two.merchant)
        return alike and abs((one.date - two.date).days) <= SIMILAR_DAYS

    def _written(self, posting: Posting) -> None:
        line, before = posting.incoming, self.rows.get(int(posting.transaction_id))
        if posting.evidence == "alias":
            assert before is not None
            self.lines[line.ref] = msgspec.structs.replace(
                before, ref=line.ref, digest=line.digest, state=LineState.SUPERSEDED, kind=line.kind
            )
            return
        row = Held(
            ref=line.ref, transaction_id=posting.transaction_id, account_id=line.account_id, digest=line.digest, state=line_state(posting),
            kind=line.kind, date=posting.occurred, amount=line.line.amount.minor, currency=line.line.amount.currency,
            payee_id=line.payee_id, status=posting.status, counts_on=posting.occurred,
            posted_date=None if posting.status == Status.PENDING else line.line.posted_date or line.line.date,
            discarded=before.discarded if before else Discarded.NO, spoken=True,
        )  # fmt: skip
        self.lines[line.ref] = row
        if posting.replaces is not None and posting.replaces in self.lines:
            self.lines[posting.replaces] = msgspec.structs.replace(self.lines[posting.replaces], state=LineState.SUPERSEDED)
        self._row(row)

    def _row(self, row: Held) -> None:
        """All lines beneath a row say what it says now."""
        self.rows[int(row.transaction_id)] = row
        for ref in [*self.beneath.setdefault(int(row.transaction_id), []), row.ref]:
            one = self.lines.get(ref)
            if one is not None:
                self.lines[ref] = msgspec.structs.replace(row, ref=ref, digest=one.digest, state=one.state, kind=one.kind)
        if row.ref not in self.beneath[int(row.transaction_id)]:
            self.beneath[int(row.transaction_id)].append(row.ref)
