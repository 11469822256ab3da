"""What is found set beside what is held: series that their owner confirmed go on with their rows, the rest is looked at anew. Pure.

Who was dismissed stays dismissed: neither its rows nor others like them are asked about again.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from farthing.insights.recurring.detect import ROWS_MAX, SortOf, find
from farthing.insights.recurring.fit import best_fit
from farthing.insights.recurring.model import SLACK, Held, Seen, Series, State
from farthing.insights.recurring.rhythm import due, slot_of
from farthing.insights.recurring.series import series_of

LIKE = (0.7, 1.4)  # what is so much of the dismissed amounts is the same thing again
FOLLOWED = (0.5, 1.7)  # and what is so much of the last one may be the next
REFIT_ROWS = 4
IDS_KEPT = 600


class Settled(msgspec.Struct, frozen=True):
    """What is to be written: new and changed series, and the ids of suggestions that nothing speaks for any more."""

    written: tuple[Held, ...]
    dropped: tuple[int, ...]


def settle(
    held: Sequence[Held],
    rows: Iterable[Seen],
    *,
    now: dt.datetime,
    today: dt.date,
    sort_of: SortOf,
    names: Mapping[str, str],
    ids: Iterable[int],
) -> Settled:
    """The next state of every series. `names`: how a folded merchant is written; `ids`: fresh ids for what is new."""
    every = list(rows)
    by_merchant: dict[str, list[Seen]] = defaultdict(list)
    for row in every:
        by_merchant[row.merchant].append(row)
    by_id = {row.transaction_id: row for row in every}
    taken: set[int] = set()
    written: list[Held] = []
    for one in sorted(held, key=lambda h: h.state is not State.CONFIRMED):
        if one.state in {State.CONFIRMED, State.ENDED} and one.merchants:  # without any it could not be read, and is left as it is
            followed = _followed(one, by_merchant, by_id, taken, today)
            taken.update(followed.ids)
            written += [_now(followed, now)] if followed != one else []
    taken |= _dismissed(held, by_merchant)
    suggested = [h for h in held if h.state is State.SUGGESTED]
    fresh = iter(ids)
    for series in find((r for r in every if r.transaction_id not in taken), today=today, sort_of=sort_of):
        if series.next_on is None:
            continue
        before = _same(series, suggested)
        recurring_id = next(fresh, None) if before is None else before.recurring_id
        if recurring_id is None:
            continue  # more than anybody would answer at once; those that come later are asked about when these are answered
        after = _suggestion(series, before, recurring_id, now, names)
        if before is not None:
            suggested.remove(before)
        written += [_now(after, now)] if after != before else []
    return Settled(tuple(written), tuple(h.recurring_id for h in suggested))


def _now(one: Held, now: dt.datetime) -> Held:
    return msgspec.structs.replace(one, updated_at=now)


def with_series(held: Held, series: Series) -> Held:
    """The series as its rows now say it; what the owner said stays."""
    rows = series.rows[-IDS_KEPT:]
    return msgspec.structs.replace(
        held,
        rhythm=series.rhythm,
        fixed=series.fixed,
        amount=series.amount,
        low=series.low,
        high=series.high,
        account_id=series.last.account_id,
        category_id=series.last.category_id,
        evidence=series.evidence,
        merchants=tuple(sorted({*held.merchants, *(r.merchant for r in rows)})),
        ids=tuple(r.transaction_id for r in rows),
        first_on=series.rows[0].date,
        last_on=series.last.date,
        last_amount=series.last.amount,
        slots=series.slots,
        change=series.change,
        doubles=series.doubles,
        trial=series.trial,
        next_on=series.next_on,
    )


def _followed(one: Held, by_merchant: Mapping[str, list[Seen]], by_id: Mapping[int, Seen], taken: set[int], today: dt.date) -> Held:
    """A confirmed series with the rows that came since, and without those that went."""
    own = [row for i in one.ids if (row := by_id.get(i)) is not None]
    known = {r.transaction_id for r in own} | taken
    more = [r for name in one.merchants for r in by_merchant.get(name, ())[:ROWS_MAX] if r.transaction_id not in known]
    rows = sorted([*own, *_next_ones(one, own, more)], key=lambda r: (r.date, r.transaction_id))
    if not rows:
        return one if one.next_on is None else _overdue(one, today)
    rhythm = one.said.rhythm or one.rhythm
    if one.said.rhythm is None and len(rows) >= REFIT_ROWS and (fit := best_fit([r.date for r in rows])):
        rhythm = fit.rhythm
    now = with_series(one, series_of(rows, rhythm, today=today, confidence=one.confidence))
    if one.said.ended_on:
        return msgspec.structs.replace(now, state=State.ENDED, next_on=None)
    return msgspec.structs.replace(now, state=State.ENDED if now.next_on is None else State.CONFIRMED)


def _overdue(one: Held, today: dt.date) -> Held:
    """One whose rows are all gone, or older than what is looked at: its days go on until too many were missed."""
    slot = slot_of(one.rhythm, one.last_on) + 1
    for step in range(3):
        on = due(one.rhythm, slot + step)
        if on + dt.timedelta(days=SLACK[one.cadence]) >= today:
            return msgspec.structs.replace(one, next_on=on)
    return msgspec.structs.replace(one, next_on=None, state=State.ENDED)


def _next_ones(one: Held, own: Sequence[Seen], more: Iterable[Seen]) -> list[Seen]:
    """Of a merchant's other rows those that pay an empty slot since the series began: on their day, and about as much."""
    filled = {slot_of(one.rhythm, r.date) for r in own}
    slack, low, high = SLACK[one.cadence], FOLLOWED[0] * abs(one.low or one.usual), FOLLOWED[1] * abs(one.high or one.usual)
    found: dict[int, Seen] = {}
    last = abs(one.last_amount)
    for row in sorted(more, key=lambda r: (r.date, r.transaction_id)):
        slot = slot_of(one.rhythm, row.date)
        off = abs((due(one.rhythm, slot) - row.date).days)
        fits = low <= abs(row.amount) <= high and (row.amount > 0) == (one.usual > 0) and row.currency == one.currency
        if not fits or row.date < one.first_on or off > slack or slot in filled:
            continue
        if slot not in found or abs(abs(row.amount) - last) < abs(abs(found[slot].amount) - last):
            found[slot] = row
    return list(found.values())


def _dismissed(held: Sequence[Held], by_merchant: Mapping[str, list[Seen]]) -> set[int]:
    found: set[int] = set()
    for one in held:
        if one.state is State.DISMISSED:
            found.update(one.ids)
            low, high = LIKE[0] * min(abs(one.low), abs(one.high)), LIKE[1] * max(abs(one.low), abs(one.high))
            rows = (r for name in one.merchants for r in by_merchant.get(name, ()))
            found.update(r.transaction_id for r in rows if (r.amount > 0) == (one.amount > 0) and low <= abs(r.amount) <= high)
    return found


def _same(series: Series, suggested: Sequence[Held]) -> Held | None:
    """The suggestion that these rows were before: the one that shares most of them."""
    ids = set(series.ids)
    best = max(suggested, key=lambda h: len(ids.intersection(h.ids)), default=None)
    return best if best is not None and ids.intersection(best.ids) else None


def _suggestion(series: Series, before: Held | None, recurring_id: int, now: dt.datetime, names: Mapping[str, str]) -> Held:
    last = series.last
    base = before or Held(
        recurring_id=recurring_id, state=State.SUGGESTED, created_at=now, updated_at=now, name="", merchants=(), rhythm=series.rhythm,
        fixed=series.fixed, amount=series.amount, low=series.low, high=series.high, currency=last.currency, account_id=last.account_id,
        category_id=last.category_id, confidence=series.confidence, evidence="", ids=(), first_on=last.date, last_on=last.date,
        last_amount=last.amount,
    )  # fmt: skip
    now_held = with_series(msgspec.structs.replace(base, merchants=()), series)
    return msgspec.structs.replace(now_held, name=names.get(last.merchant, last.merchant), confidence=series.confidence)
