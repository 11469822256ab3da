"""What series tell today: bills that are due, payments that did not come, prices that rose, charges that came twice. Pure.

Each fact is true as long as it is returned: who raised an alert for one that is returned no more may withdraw it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from farthing.insights.recurring.model import SLACK, Fact, FactKind, Held, Mark, State
from farthing.insights.recurring.series import same

DUE_DAYS = 3
NEWS_DAYS = 45
NEW_DAYS = 60


def facts(series: Iterable[Held], *, today: dt.date, read_up_to: Mapping[int, dt.date]) -> list[Fact]:
    """Everything that series say `today`, by day. `read_up_to`: the day up to which an account's bank has been read.

    A payment is not called missed while the bank that would show it is behind.
    """
    found = [fact for one in series for fact in _of(one, today, read_up_to.get(one.account_id, today))]
    return sorted(found, key=lambda f: (f.on, f.recurring_id, f.kind))


def _of(one: Held, today: dt.date, read: dt.date) -> Iterator[Fact]:
    recent = today - dt.timedelta(days=NEWS_DAYS)
    match one.state:
        case State.SUGGESTED:
            if one.usual < 0 and today - one.first_on <= dt.timedelta(days=NEW_DAYS):
                yield Fact(FactKind.NEW, one.recurring_id, one.first_on, one.usual, transaction_ids=one.ids)
        case State.ENDED:
            ended = one.said.ended_on
            if ended is not None and one.last_on > ended and one.last_on >= recent:
                yield Fact(FactKind.AFTER_END, one.recurring_id, one.last_on, one.last_amount, transaction_ids=one.ids[-1:])
        case State.CONFIRMED:
            yield from _due(one, today, read)
            yield from _dearer(one, recent)
            yield from _doubles(one, recent)
        case State.DISMISSED:
            return


def _due(one: Held, today: dt.date, read: dt.date) -> Iterator[Fact]:
    slack = dt.timedelta(days=SLACK[one.cadence])
    if one.next_on is not None and one.usual < 0 and today - slack <= one.next_on <= today + dt.timedelta(days=DUE_DAYS):
        yield Fact(FactKind.BILL_DUE, one.recurring_id, one.next_on, one.usual)
    last = one.slots[-1] if one.slots else None
    if last is not None and last.mark is Mark.MISSED and last.due + slack <= read:
        yield Fact(FactKind.MISSED, one.recurring_id, last.due, one.usual)


def _dearer(one: Held, recent: dt.date) -> Iterator[Fact]:
    change = one.change
    if change is None or change.on < recent or one.usual >= 0 or abs(change.after) <= abs(change.before):
        return
    kind = FactKind.TRIAL_OVER if one.trial and abs(change.before) < 0.4 * abs(change.after) else FactKind.PRICE_RISE
    paid = tuple(s.transaction_id for s in one.slots if s.date == change.on and same(s.amount, change.after))
    yield Fact(kind, one.recurring_id, change.on, change.after, change.before, paid)


def _doubles(one: Held, recent: dt.date) -> Iterator[Fact]:
    days = {s.transaction_id: s.date for s in one.slots if s.date is not None}
    for pair in one.doubles:
        on = max((days[i] for i in pair if i in days), default=None)
        if on is not None and on >= recent and one.usual < 0:
            yield Fact(FactKind.DOUBLE, one.recurring_id, on, one.last_amount, transaction_ids=pair)
