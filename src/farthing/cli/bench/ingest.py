"""The whole pipeline for rows into households with different histories, interleaved, new and again."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

import msgspec

from farthing.cli.bench.measure import Figures, Meter, Yardstick
from farthing.cli.bench.people import HISTORY_DAYS, Stage, Tenant, days_back, fill, new_household, pages, row, stage, take


class Subject(msgspec.Struct):
    """One household under test: its history, its meters, the pages it was last given."""

    history: int
    tenant: Tenant
    new: Meter
    again: Meter
    counted: int = 0
    last: list[bytes] = []


async def ingest(rows: int, histories: Sequence[int], *, rounds: int, spread: bool) -> list[Figures]:
    """`rows` new rows a round into each household, then the same pages again; new rows are dated after the history unless `spread`."""
    async with stage() as made:
        today = made.world.clock.now().date()
        subjects = [await _subject(made, h, today) for h in histories]
        yardstick = Yardstick()
        for number in range(rounds):
            for subject in subjects:
                yardstick.hold()
                await _round(made, subject, rows, number, today, spread=spread)
        return [*(f for s in subjects for f in _figures(s, spread=spread)), yardstick.figures()]


async def _subject(made: Stage, history: int, today: dt.date) -> Subject:
    tenant = await new_household(made.world)
    if history:
        await fill(made, tenant, history, ending=today - dt.timedelta(days=30), seed=history)
    return Subject(history, tenant, Meter(made.postmaster), Meter(made.postmaster))


async def _round(made: Stage, subject: Subject, count: int, number: int, today: dt.date, *, spread: bool) -> None:
    rng = random.Random(f"{subject.history}/{number}")  # noqa: S311
    span = HISTORY_DAYS if spread else 30
    days = days_back(count, span=span, ending=today)
    subject.last = list(pages([row(rng, 10**7 * (number + 1) + i, day) for i, day in enumerate(days)]))
    for page in subject.last:
        with subject.new.running():
            done = await take(made, subject.tenant, page)
        subject.counted += done.outcome.added
    for page in subject.last:
        with subject.again.running():
            await take(made, subject.tenant, page)


def _figures(subject: Subject, *, spread: bool) -> list[Figures]:
    where = "spread over the history" if spread else "dated after the history"
    note = f"history {subject.history}, batches of 500, {where}"
    return [
        subject.new.figures(f"ingest.new.{subject.history}", subject.counted, note=note),
        subject.again.figures(f"ingest.again.{subject.history}", subject.counted, note=note),
    ]
