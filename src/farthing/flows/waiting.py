"""What waits for the owner's eye: guesses and rows that are not sorted, by merchant, those first where most money is most in doubt."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

import msgspec

from farthing.categorize.clean import NAMELESS
from farthing.core.ids import first_id_of
from farthing.flows.desk import Desk
from farthing.flows.show import Shown, show
from farthing.ingest.batches.batch import sorted_by_owner
from farthing.ingest.pairing.decisions import paired
from farthing.ingest.pairing.model import KIND_TRANSFER
from farthing.ledger.label import before
from farthing.ledger.model import Source
from farthing.ledger.waiting.read import Waiting, WaitingKind, sorted_since, waiting
from farthing.platform.database import Unit
from farthing.platform.sql import load

queries = load("farthing.flows")

WAITING_MAX = 1_000
DRAWN_MAX = {WaitingKind.CHECK: 40, WaitingKind.UNKNOWN: 25, WaitingKind.SURE: 3}
TOGETHER_MAX = 100  # of one merchant with one key
API_MAX = 100
STATS_DAYS = 90
STATS_MAX = 1_000


class Bunch(msgspec.Struct, frozen=True):
    """Rows of one merchant that wait for the same answer, the heaviest first; `shown` is that one."""

    kind: WaitingKind
    rows: tuple[Waiting, ...]
    shown: Shown

    @property
    def ids(self) -> list[int]:
        """Every row of it."""
        return [r.transaction_id for r in self.rows]

    @property
    def weight(self) -> float:
        """Money x uncertainty of all of it."""
        return sum(r.weight for r in self.rows)


class Heap(msgspec.Struct, frozen=True):
    """Everything that waits: how many of each kind (at most WAITING_MAX), the heaviest bunches, and the sure ones' newest id."""

    counts: dict[WaitingKind, int]
    bunches: tuple[Bunch, ...]
    sure: tuple[int, ...]

    @property
    def count(self) -> int:
        """Rows of every kind."""
        return sum(self.counts.values())

    @property
    def heaviest(self) -> list[Bunch]:
        """The bunches of all kinds, most money in most doubt first."""
        return sorted(self.bunches, key=lambda b: -b.weight)


async def waiting_count(unit: Unit, *, count: int) -> int:
    """How many are guesses or not sorted, at most `count`."""
    found: int = await queries.waiting_count.value(unit.conn, household_id=unit.household_id, count=count)
    return found


async def unproven(unit: Unit, rows: Sequence[Waiting]) -> list[Waiting]:
    """Those that belong to no other row: halves of a transfer and refunds that were found are proven by it, whatever their text says."""
    held = [d for d in await paired(unit, [r.transaction_id for r in rows if r.kind != WaitingKind.SURE]) if d.holds]
    proven = {i for d in held for i in (d.ids if d.kind == KIND_TRANSFER else (d.in_id,))}
    return [r for r in rows if r.transaction_id not in proven]


async def heap(desk: Desk, *, drawn_max: dict[WaitingKind, int] = DRAWN_MAX) -> Heap:
    """Three statements and what stands beside the rows that are drawn, however many wait."""
    rows = await unproven(desk.unit, await waiting(desk.unit, count=WAITING_MAX))
    of_kind = Counter(r.kind for r in rows)
    counts = {kind: of_kind[kind] for kind in WaitingKind}
    bunches = _bunches(desk, rows)
    drawn = [b for kind in WaitingKind for b in [x for x in bunches if x[0].kind == kind][: drawn_max[kind]]]
    stored = await before(desk.unit, desk.sealer, [b[0].transaction_id for b in drawn])
    shown = {s.row.transaction_id: s for s in await show(desk, list(stored.values()))}
    made = tuple(Bunch(WaitingKind(b[0].kind), tuple(b), shown[b[0].transaction_id]) for b in drawn if b[0].transaction_id in shown)
    return Heap(counts, _by_merchant(desk, made), tuple(r.transaction_id for r in rows if r.kind == WaitingKind.SURE))


def _bunches(desk: Desk, rows: Sequence[Waiting]) -> list[list[Waiting]]:
    """By merchant, direction and category; rows that name nobody stand alone."""
    nameless = _nameless(desk)
    found: dict[tuple[int, ...], list[Waiting]] = {}
    weights: dict[tuple[int, ...], float] = {}
    for row in rows:
        kind, transaction_id, payee_id, category_id, amount, weight = row
        key = (kind, payee_id, category_id, amount > 0, transaction_id if payee_id in nameless else 0)
        held = found.get(key)
        if held is None:
            found[key], weights[key] = [row], weight
        elif len(held) < TOGETHER_MAX:
            held.append(row)
            weights[key] += weight
    return [found[key] for key in sorted(found, key=weights.__getitem__, reverse=True)]


def _nameless(desk: Desk) -> set[int]:
    return {desk.sealer.index64("payee", key.encode()) for key in NAMELESS}


def _by_merchant(desk: Desk, made: Sequence[Bunch]) -> tuple[Bunch, ...]:
    """A merchant whose bank texts are many stands once: its bunches that wait for the same answer are one, as far as it may hold them."""
    nameless = _nameless(desk)
    found: dict[tuple[int, str, int, bool], Bunch] = {}
    for n, one in enumerate(made):
        first = one.rows[0]
        name = f"{n}" if first.payee_id in nameless else one.shown.merchant.casefold()
        key = (one.kind, name, first.category_id, first.amount > 0)
        held = found.get(key)
        if held is None:
            found[key] = one
        elif len(held.rows) + len(one.rows) <= TOGETHER_MAX:
            found[key] = msgspec.structs.replace(held, rows=held.rows + one.rows)
        else:
            found[key[0], f"{name} {n}", key[2], key[3]] = one
    return tuple(found.values())


class Record(msgspec.Struct, frozen=True):
    """Of the last 90 days' rows: how many, how many Farthing sorted, how many of those the owner put elsewhere."""

    rows: int = 0
    automatic: int = 0
    corrected: int = 0


async def track_record(desk: Desk) -> Record:
    """Real counts. What the owner only confirmed counts as sorted by Farthing; of very many words the newest are looked at."""
    since = desk.today - dt.timedelta(days=STATS_DAYS)
    moment = first_id_of(desk.at - dt.timedelta(days=STATS_DAYS))
    (rows, ours), words = await desk.unit.side_by_side(
        sorted_since(desk.unit, since), sorted_by_owner(desk.unit, desk.sealer, moment, count=STATS_MAX)
    )
    first: dict[int, dict[str, int]] = {}
    last: dict[int, dict[str, int]] = {}
    for change in words:
        first[change.object_id] = change.before
        last.setdefault(change.object_id, change.after)
    guessed = [i for i, was in first.items() if was["source"] not in {Source.NONE, Source.OWNER} and last[i]["source"] == Source.OWNER]
    confirmed = sum(first[i]["category_id"] == last[i]["category_id"] for i in guessed)
    return Record(rows, min(ours + confirmed, rows), min(len(guessed) - confirmed, rows))
