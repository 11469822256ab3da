"""What a year of figures says: subscriptions, services of one kind, fees, prices that rose, months out of the ordinary, idle cash. Pure.

Each rule is silent where too little is known, and none says what figures cannot show, such as whether somebody uses what they pay for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median

import msgspec

from farthing.core.dates import Month
from farthing.insights.finding.model import Detail, Finding, Kind
from farthing.insights.finding.services import service_of

YEAR = dt.timedelta(days=365)
MONTHS_MIN, FILLED_MIN = 6, 5  # complete months of history, and those of them with spending in the category
MAD_TO_SIGMA = 1.4826
WIDTH_MIN = 0.15  # of the median: a category that is nearly the same each month is not unusual for a little
SCORE_MIN = 3.5
NOTABLE = 0.02  # of a usual month's spending; less is not worth a line
IDLE_DAYS, IDLE_STATED = 180, 20  # of balances, before anything is said of them


class Paid(msgspec.Struct, frozen=True, kw_only=True):
    """A confirmed subscription: what it costs a year, and did before it changed; positive, in the household's unit."""

    recurring_id: int
    name: str
    yearly: int
    before: int = 0
    changed_on: dt.date | None = None
    trial: bool = False


def subscriptions(paid: Sequence[Paid], currency: str, *, spent: int) -> Iterator[Finding]:
    """What they come to in a year. `spent`: all spending of the last twelve months, 0 where there are not twelve."""
    if not paid:
        return
    every = sorted(paid, key=lambda p: (-p.yearly, p.name))
    total = sum(p.yearly for p in every)
    detail = Detail(tuple(p.name for p in every), tuple(p.recurring_id for p in every), share=1000 * total // spent if spent > 0 else 0)
    yield Finding(kind=Kind.SUBSCRIPTIONS, subject_id=0, amount=total, currency=currency, detail=detail)


def same_kind(paid: Iterable[Paid], currency: str) -> Iterator[Finding]:
    """Two services of one kind, by their names; the amount is what all but the dearest cost a year."""
    by_kind: dict[str, list[Paid]] = {}
    for one in paid:
        if (service := service_of(one.name)) is not None:
            by_kind.setdefault(service.kind, []).append(one)
    for kind, held in sorted(by_kind.items()):
        every = sorted(held, key=lambda p: (-p.yearly, p.name))
        if len({p.name.casefold() for p in every}) > 1:
            detail = Detail(tuple(p.name for p in every), tuple(p.recurring_id for p in every), word=kind)
            rest = sum(p.yearly for p in every[1:])
            yield Finding(kind=Kind.SAME_KIND, subject_id=_number(kind), amount=rest, currency=currency, detail=detail)


def _number(kind: str) -> int:
    return int.from_bytes(kind.encode()[:7], "big")


def rises(paid: Iterable[Paid], currency: str, *, today: dt.date) -> Iterator[Finding]:
    """Prices that rose in the last year; a trial that ended is told as that."""
    for one in paid:
        if one.changed_on is not None and one.changed_on > today - YEAR and 0 < one.before < one.yearly:
            kind = Kind.TRIAL_OVER if one.trial else Kind.PRICE_RISE
            detail = Detail((one.name,), (one.recurring_id,), first=one.changed_on, before=one.before)
            yield Finding(kind=kind, subject_id=one.recurring_id, amount=one.yearly - one.before, currency=currency, detail=detail)


def fees(spent: Mapping[dt.date, int], category_id: int, currency: str, *, this: Month) -> Iterator[Finding]:
    """What a category of avoidable fees took in the last twelve months, this one among them."""
    first = this.plus(-11)
    total = sum(minor for month, minor in spent.items() if first.first <= month <= this.first)
    if total > 0:
        detail = Detail(ids=(category_id,), first=first.first, last=this.last)
        yield Finding(kind=Kind.FEES, subject_id=category_id, amount=total, currency=currency, detail=detail)


def unusual_months(spent: Mapping[int, Mapping[dt.date, int]], currency: str, *, first: Month, this: Month) -> Iterator[Finding]:
    """Categories whose last month, or this one as far as it has gone, is far above their twelve months before.

    `spent`: by category and month, positive; `first`: the first whole month of the household's history.
    """
    totals: dict[dt.date, int] = {}
    for by_month in spent.values():
        for day, minor in by_month.items():
            totals[day] = totals.get(day, 0) + minor
    for month in (this, this.plus(-1)):
        before = [m for m in (month.plus(-n) for n in range(12, 0, -1)) if m.first >= first.first]
        if len(before) < MONTHS_MIN:
            continue
        least = NOTABLE * median(totals.get(m.first, 0) for m in before)
        for category_id, by_month in sorted(spent.items()):
            past = [by_month.get(m.first, 0) for m in before]
            now, usual = by_month.get(month.first, 0), median(past)
            if sum(v > 0 for v in past) < FILLED_MIN or now - usual <= least or score(now, past) < SCORE_MIN:
                continue
            detail = Detail(
                ids=(category_id,), first=month.first, last=month.last, before=round(usual),
                share=1000 * sum(now > v for v in past) // len(past),
                word="so far" if month == this else "",
            )  # fmt: skip
            subject = category_id * 10_000_00 + month.year * 100 + month.number
            yield Finding(kind=Kind.UNUSUAL_MONTH, subject_id=subject, amount=now, currency=currency, detail=detail)


def score(now: int, past: Sequence[int]) -> float:
    """How many widths `now` lies above the middle of the past: median and median distance, which one odd month does not move."""
    middle = median(past)
    width = max(MAD_TO_SIGMA * median([abs(v - middle) for v in past]), WIDTH_MIN * abs(middle), 1.0)
    return (now - middle) / width


def idle_cash(
    account_id: int, name: str, currency: str, *, stated: Sequence[tuple[dt.date, int]], balance: int, due: int, usual: int, today: dt.date
) -> Iterator[Finding]:
    """What an account held all year and does not need for what is due in sixty days (`due`, positive).

    `stated`: its balances by day, oldest first; `usual`: a month's spending, which is left in it as well, and the least worth telling.
    """
    year = [(day, minor) for day, minor in stated if day > today - YEAR]
    if len(year) < IDLE_STATED or (today - year[0][0]).days < IDLE_DAYS or usual <= 0:
        return
    low_on, lowest = min(year, key=lambda one: one[1])
    idle = min(lowest, balance - due) - usual
    if idle >= usual:
        detail = Detail((name,), (account_id,), first=low_on, before=lowest, share=due)
        yield Finding(kind=Kind.IDLE_CASH, subject_id=account_id, amount=idle, currency=currency, detail=detail)
