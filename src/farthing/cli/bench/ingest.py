"""The whole pipeline for rows into households with different histories, interleaved, new and again."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

import msgspec

from farthing.cli.bench.measure import Figures, Meter
from farthing.cli.bench.people import HISTORY_DAYS, Stage, days_back, new_household, pages, row, stage
from farthing.core.ids import ConnectionId
from farthing.flows.sync import sync_connection


class Subject(msgspec.Struct):
    """One household under test: its history, its meters, the pages it was last given."""

    history: int
    household_id: int
    connection_id: ConnectionId
    new: Meter
    again: Meter
    counted: int = 0
    last: list[bytes] = []


async def ingest(rows: int, histories: Sequence[int], *, rounds: int, spread: bool) -> list[Figures]:
    """`rows` new rows a round into each household, then the same pages again; new rows are dated after the history unless `spread`."""
    async with stage() as made:
        today = made.world.clock.now().date()
        subjects = [await _subject(made, h, today) for h in histories]
        for number in range(rounds):
            for subject in subjects:
                await _round(made, subject, rows, number, today, spread=spread)
        return [f for s in subjects for f in _figures(s, spread=spread)]


async def _subject(made: Stage, history: int, today: dt.date) -> Subject:
    household_id, connection_id = await new_household(made)
    rng = random.Random(history)  # noqa: S311
    past = today - dt.timedelta(days=30)
    rows = [row(rng, i, day) for i, day in enumerate(days_back(history, span=HISTORY_DAYS, ending=past))] if history else []
    for page in pages(rows) if rows else ():
        made.bank.next_page = page
        await sync_connection(made.world, household_id, connection_id)
    return Subject(history, household_id, connection_id, Meter(made.postmaster), Meter(made.postmaster))


async def _round(made: Stage, subject: Subject, count: int, number: int, today: dt.date, *, spread: bool) -> None:
    rng = random.Random(f"{subject.history}/{number}")  # noqa: S311
    span = HISTORY_DAYS if spread else 30
    days = days_back(count, span=span, ending=today)
    subject.last = list(pages([row(rng, 10**7 * (number + 1) + i, day) for i, day in enumerate(days)]))
    for page in subject.last:
        made.bank.next_page = page
        with subject.new.running():
            done = await sync_connection(made.world, subject.household_id, subject.connection_id)
        assert done.error is None, done.error
        subject.counted += done.outcome.added
    for page in subject.last:
        made.bank.next_page = page
        with subject.again.running():
            await sync_connection(made.world, subject.household_id, subject.connection_id)


def _figures(subject: Subject, *, spread: bool) -> list[Figures]:
    where = "spread over the history" if spread else "dated after the history"
    note = f"history {subject.history}, batches of 500, {where}"
    return [
        subject.new.figures(f"ingest.new.{subject.history}", subject.counted, note=note),
        subject.again.figures(f"ingest.again.{subject.history}", subject.counted, note=note),
    ]
