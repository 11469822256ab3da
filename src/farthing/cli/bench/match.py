"""How often the engine is right, measured on the simulator's people with the truth beside them; and what it costs."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import time
from collections.abc import Sequence

import msgspec

from farthing.cli.bench.measure import Figures, Meter
from farthing.cli.bench.people import stage
from farthing.cli.bench.sync import READY_TRIES, READY_WAIT_S, Bank, simulator
from farthing.cli.bench.trial import KINDS, Tally, Trial
from farthing.connections.model import History
from farthing.core.ids import AccountId, TransactionId
from farthing.core.money import Money
from farthing.flows.world import World
from farthing.ingest.matching.match import begin
from farthing.ledger.model import Held, Incoming, LineKind, LineState, StatementLine, Status

PEOPLE = (
    ("user_okafor", "ins_128026"), ("user_okafor", "ins_56"), ("user_family", "ins_127989"), ("user_family", "ins_10"),
    ("user_student", "ins_127991"), ("user_student", "ins_33"), ("user_retiree", "ins_127990"), ("user_traveller", "ins_56"),
)  # fmt: skip
PENDING = 100
SPEED_NOTE = "Python alone, everything held given to the engine"


class Judged(Figures, kw_only=True):
    """One line: of `n` rows that are one in truth, what became of them, `merged_wrong` and `asked_wrong` beside. Shares are of one."""

    merged: int
    merged_wrong: int
    asked: int
    asked_wrong: int
    precision: float
    recall: float
    precision_asked: float
    recall_with_questions: float


async def matches(seeds: int, links: int) -> list[Judged]:
    """Bank links of the simulator's people, each `seeds` times with other mishaps."""
    tallies, meter = {kind: Tally() for kind in KINDS}, Meter(None)
    async with stage() as made, simulator(made) as (world, bank):
        streams = [await _purchases(world, bank, who, where) for who, where in PEOPLE[:links]]
    for number, purchases in enumerate(streams):
        for seed in range(seeds):
            trial = Trial(1000 * number + seed)
            with meter.running():
                for event in trial.told(purchases):
                    trial.hears(event)
            for kind, tally in trial.tallies.items():
                _add(tallies[kind], tally)
    whole = Tally()
    for tally in tallies.values():
        _add(whole, tally)
    return [*(_judged(f"match.{kind.replace(' ', '_')}", t, meter) for kind, t in tallies.items()), _judged("match", whole, meter)]


def _add(whole: Tally, part: Tally) -> None:
    for name in Tally.__struct_fields__:
        setattr(whole, name, getattr(whole, name) + getattr(part, name))


async def _purchases(world: World, bank: Bank, who: str, where: str) -> list[StatementLine]:
    """A person's booked rows at one bank, oldest first."""
    exchanged = await world.providers["plaid"].exchange(await bank.link(who, where))
    for _ in range(READY_TRIES):
        fetched = await world.providers["plaid"].fetch(exchanged.access_token, "")
        if fetched.history is History.HISTORICAL:
            booked = [x for x in fetched.upserts if not x.pending]
            return sorted(booked, key=lambda x: (x.date, x.ref or ""))
        await asyncio.sleep(READY_WAIT_S)
    raise AssertionError("the simulator never finished its history")


def _judged(work: str, t: Tally, meter: Meter) -> Judged:
    told = f"{t.merged:,} merged ({t.merged_wrong} wrong), {t.asked:,} asked ({t.asked_wrong} wrong)"
    figures = msgspec.structs.asdict(meter.figures(work, t.pairs))
    judged = Judged(
        **figures, merged=t.merged, merged_wrong=t.merged_wrong, asked=t.asked, asked_wrong=t.asked_wrong,
        precision=_share(t.merged, t.merged + t.merged_wrong), recall=_share(t.merged, t.pairs),
        precision_asked=_share(t.asked, t.asked + t.asked_wrong), recall_with_questions=min(1.0, _share(t.merged + t.asked, t.pairs)),
    )  # fmt: skip
    judged.note = f"{told}; precision {judged.precision:.2%}, recall {judged.recall:.2%}, with questions {judged.recall_with_questions:.2%}"
    return judged


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 1.0


def speeds(history: int) -> list[Figures]:
    """A batch of 500 against `history` rows: every tenth waits for a bank, a hundred are pending. Then a tenth of them under new ids."""
    return [
        _timed("match.batch", *_batch(history, 500), note=f"500 rows, {history:,} held. {SPEED_NOTE}"),
        _timed("match.relink", *_relink(history // 10), note=f"an account's {history // 10:,} rows under new ids. {SPEED_NOTE}"),
    ]


def _timed(work: str, lines: Sequence[Incoming], held: Sequence[Held], *, note: str) -> Figures:
    meter = Meter(None)
    began = time.process_time()
    with meter.running():
        plan = begin(lines, [h.ref for h in held[:200] if h.status == Status.PENDING], held).end({i: f"SHOP {i}" for i in range(400)})
    assert plan.new or plan.changed, time.process_time() - began
    return meter.figures(work, len(lines), note=note)


def _batch(history: int, count: int) -> tuple[list[Incoming], list[Held]]:
    dice = random.Random(history)  # noqa: S311
    held = [_held(n, dice, waits=n % 10 == 0) for n in range(history)]
    lines = [_line(history + n, dice, LineKind.FILE if n % 2 else LineKind.BANK) for n in range(count)]
    return lines, held


def _relink(count: int) -> tuple[list[Incoming], list[Held]]:
    dice = random.Random(count)  # noqa: S311
    held = [msgspec.structs.replace(_held(n, dice, waits=False), state=LineState.WAITING) for n in range(count)]
    lines = [
        Incoming(_stated(h.amount, h.date, f"y{n}"), h.account_id, (count + n).to_bytes(16, "big"), n + 2, h.payee_id)
        for n, h in enumerate(held)
    ]
    return lines, held


def _held(n: int, dice: random.Random, *, waits: bool) -> Held:
    day = dt.date(2026, 11, 1) - dt.timedelta(days=dice.randrange(1_000))
    pending = waits and n < PENDING * 10
    if pending:
        day = dt.date(2026, 11, 1) - dt.timedelta(days=n % 10)
    return Held(
        ref=n.to_bytes(16, "big"), transaction_id=TransactionId(n + 1), account_id=AccountId(1 + n % 3), digest=n + 2,
        state=LineState.PENDING if pending else LineState.WAITING if waits else LineState.LIVE,
        kind=LineKind.BANK if pending or not waits else LineKind.FILE, date=day, amount=-dice.randrange(100, 20_000), currency="USD",
        payee_id=dice.randrange(400), status=Status.PENDING if pending else Status.POSTED, counts_on=day,
        posted_date=None if pending else day,
    )  # fmt: skip


def _line(n: int, dice: random.Random, kind: LineKind) -> Incoming:
    day = dt.date(2026, 11, 1) - dt.timedelta(days=dice.randrange(60))
    line = _stated(-dice.randrange(100, 20_000), day, f"x{n}" if kind == LineKind.BANK else None)
    return Incoming(line, AccountId(1 + n % 3), n.to_bytes(16, "big"), n + 2, dice.randrange(400), None, kind)


def _stated(minor: int, day: dt.date, ref: str | None) -> StatementLine:
    return StatementLine(account_ref="a", amount=Money(minor, "USD"), date=day, text="", ref=ref, posted_date=day)
