"""Facts against the alerts that we hold: what is to be raised, what is to be withdrawn. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

import msgspec

from farthing.core.ids import new_id
from farthing.notify.alerting.model import Fact, Held, Key, Settled


def settle(facts: Iterable[Fact], held: Sequence[Held], *, today: dt.date, number: Callable[[], int] = new_id) -> Settled:
    """`facts`: everything that is true of what was looked at; `held`: every alert of that scope, withdrawn ones too.

    The same facts a second time change nothing. Of two facts with one key the first counts.
    """
    by_key = {h.key: h for h in held}
    lasting = {(h.kind, h.subject_id, h.threshold): h.period for h in held if h.stands}
    raised, restated, true_now = list[tuple[int, Fact]](), list[tuple[int, Fact]](), set[Key]()
    for fact in facts:
        period = fact.period if fact.period is not None else lasting.get((fact.kind, fact.subject_id, fact.threshold), today)
        one = msgspec.structs.replace(fact, period=period)
        key: Key = (int(one.kind), one.subject_id, period, one.threshold)
        if key in true_now:
            continue
        true_now.add(key)
        known = by_key.get(key)
        if known is None:
            raised += [(number(), one)] if one.is_news else []
        elif (known.stands and _says_otherwise(one, known)) or (one.is_news and not known.stands):
            restated.append((known.alert_id, one))
    return Settled(tuple(raised), tuple(restated), tuple(h.alert_id for h in held if h.stands and h.key not in true_now))


def _says_otherwise(fact: Fact, held: Held) -> bool:
    if (fact.limit_minor, fact.currency) != (held.limit_minor, held.currency):
        return True
    return not fact.moving and (fact.amount_minor, fact.detail) != (held.amount_minor, held.detail)
