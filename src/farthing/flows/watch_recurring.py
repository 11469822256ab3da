"""What comes again, as facts: bills that are due or did not come, prices that rose, subscriptions that nobody has said yes or no to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Final

from farthing.connections import store
from farthing.flows.desk import Desk
from farthing.flows.raise_alerts import Look
from farthing.flows.sorts import kind_of
from farthing.flows.view_parts import eye_of
from farthing.insights.recurring.facts import NEWS_DAYS, facts
from farthing.insights.recurring.model import Fact as Told
from farthing.insights.recurring.model import FactKind, Held
from farthing.insights.recurring.store import first_day, held_series
from farthing.ledger.accounts import accounts
from farthing.notify.alerting import ONCE, Detail, Fact, Kind, Scope, standing

KINDS: Final[Mapping[FactKind, Kind]] = {
    FactKind.BILL_DUE: Kind.BILL_DUE,
    FactKind.MISSED: Kind.BILL_MISSED,
    FactKind.PRICE_RISE: Kind.PRICE_RISE,
    FactKind.TRIAL_OVER: Kind.PRICE_RISE,
    FactKind.NEW: Kind.NEW_SUBSCRIPTION,
}  # a double charge is seen among the rows, whether or not they are a series
STATES: Final = (Kind.BILL_DUE, Kind.BILL_MISSED, Kind.NEW_SUBSCRIPTION)  # true today or not; that a price rose stays true
YOUNG_DAYS = 30  # of a household's first days everything is new


async def recurring_look(desk: Desk) -> list[Look]:
    """Every fact of every series, over those and whatever alerts stand for: a suggestion that is gone takes its alert along."""
    held = {s.recurring_id: s for s in await held_series(desk.unit, desk.sealer)}
    told = await standing(desk.unit, tuple(set(KINDS.values())))
    if not held and not told:
        return []
    said = [f for f in facts(held.values(), today=desk.today, read_up_to=await _read_up_to(desk)) if f.kind in KINDS]
    said = await _worth_asking(desk, said, held)
    found = [_fact(f, held[f.recurring_id], desk.today) for f in said]
    subjects = {*held, *(h.subject_id for h in told)}
    recent = desk.today - dt.timedelta(days=NEWS_DAYS)
    rises = {f.on for f in said if KINDS[f.kind] is Kind.PRICE_RISE} | {h.period for h in told if h.period >= recent}
    states = [f for f in found if f.kind in STATES]
    return [
        (states, Scope(STATES, subjects)),
        ([f for f in found if f.kind not in STATES], Scope((Kind.PRICE_RISE,), subjects, rises)),
    ]


async def _read_up_to(desk: Desk) -> dict[int, dt.date]:
    """The day up to which each linked account has been read."""
    links = {int(c.connection_id): c.data_as_of for c in await store.every(desk.unit, desk.sealer)}
    eye = eye_of(desk)
    return {
        i: eye.date(as_of)
        for i, a in (await accounts(desk.unit, desk.sealer)).items()
        if a.connection_id is not None and (as_of := links.get(int(a.connection_id))) is not None
    }


async def _worth_asking(desk: Desk, said: Collection[Told], held: Mapping[int, Held]) -> list[Told]:
    """Without what is new only because the household is, and without bills: those are no surprise to who pays them."""
    first = await first_day(desk.unit) if any(f.kind is FactKind.NEW for f in said) else None

    def asked(one: Told) -> bool:
        series = held[one.recurring_id]
        is_subscription = kind_of(desk.categories.of(series.category_id), series.usual) == "subscription"
        return is_subscription and first is not None and one.on >= first + dt.timedelta(days=YOUNG_DAYS)

    return [f for f in said if f.kind is not FactKind.NEW or asked(f)]


def _fact(one: Told, series: Held, today: dt.date) -> Fact:
    kind = KINDS[one.kind]
    return Fact(
        kind=kind,
        subject_id=one.recurring_id,
        period=ONCE if kind is Kind.NEW_SUBSCRIPTION else one.on,
        amount_minor=abs(one.amount),
        limit_minor=abs(one.before) if one.before else None,
        currency=series.currency,
        detail=Detail(series.title, day=one.on),
        is_news=kind is not Kind.BILL_DUE or one.on >= today,
    )
