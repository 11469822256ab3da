"""Payments that confirmed series will bring, as the forecast takes them: on their days, as late and as much as earlier ones were. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from farthing.flows.upcoming import comings
from farthing.insights.forecast.model import DAYS, Coming, Moved
from farthing.insights.recurring.model import Held, State

SLOTS_MAX = 12


def known_ahead(held: Iterable[Held], today: dt.date) -> list[Coming]:
    """Due dates of confirmed series, oldest first."""
    series = {one.recurring_id: one for one in held if one.state is State.CONFIRMED}
    found = []
    for c in comings(series.values(), today, today + dt.timedelta(days=DAYS)):
        before = () if c.overdue else _before(series[c.recurring_id])
        found.append(Coming(c.recurring_id, (c.on - today).days, c.amount, c.currency, c.account_id, c.category_id, before))
    return found


def _before(one: Held) -> tuple[tuple[int, int], ...]:
    """How late and how much each of the last payments was; of what has one price, that price."""
    paid = [s for s in one.slots if s.date is not None][-SLOTS_MAX:]
    same = one.fixed or one.said.amount is not None
    return tuple(((s.date - s.due).days, one.usual if same else s.amount) for s in paid if s.date is not None)


def dated_ahead(rows: Sequence[Moved], today: dt.date) -> list[Coming]:
    """Rows that the owner dated ahead: they are in no balance yet, and are sure."""
    last = today + dt.timedelta(days=DAYS)
    return [Coming(0, (r.date - today).days, r.amount, r.currency, r.account_id, r.category_id) for r in rows if today < r.date <= last]


def explained(held: Iterable[Held]) -> frozenset[int]:
    """Rows of confirmed series: what they do is known, and is no habit besides."""
    return frozenset(i for one in held if one.state is State.CONFIRMED for i in one.ids)
