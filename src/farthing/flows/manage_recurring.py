"""The owner's word on series: this comes again, this does not, it costs so much, it has ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import msgspec
from msgspec import UNSET, UnsetType

from farthing.core.dates import parse_day
from farthing.core.errors import Missing, Refused, Rejected, Stale
from farthing.core.ids import new_id
from farthing.core.money import Money
from farthing.flows.desk import Desk, write_desk
from farthing.flows.raise_alerts import settle_alerts, told_of
from farthing.flows.refresh_recurring import seen_by, wish_for_series
from farthing.flows.sorts import sort_of_category
from farthing.flows.tell import tell
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.insights.recurring.detect import find
from farthing.insights.recurring.model import Cadence, Held, Rhythm, Said, Seen, Series, State
from farthing.insights.recurring.rhythm import due, slot_of
from farthing.insights.recurring.series import series_of
from farthing.insights.recurring.settle import with_series
from farthing.insights.recurring.store import held_series, one_series, write_series
from farthing.ledger.label import before
from farthing.ledger.lock import bump
from farthing.ledger.model import Actor
from farthing.notify.alerting import Kind, Scope
from farthing.people.address import parse_name
from farthing.security import audit

SERIES_MAX = 500
SURE_MIN = 800
CADENCES = {c.word: c for c in Cadence}
SIDE_STATES = {"confirmed": State.CONFIRMED, "dismissed": State.DISMISSED, "ended": State.ENDED}


class RecurringWish(msgspec.Struct, frozen=True, kw_only=True):
    """A series to be, from one of its rows. Without `cadence` it is what the merchant's rows say, else monthly."""

    transaction_id: int
    cadence: str | None = None
    name: str = ""


class RecurringEdit(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; what is not named stays. `amount` null: what the rows say."""

    name: str | UnsetType = UNSET
    cadence: str | UnsetType = UNSET
    amount: str | UnsetType | None = UNSET
    next_on: str | UnsetType = UNSET
    state: str | UnsetType = UNSET


class Place(msgspec.Struct, frozen=True):
    """Whose series is meant, and by whom; `if_version`: only where it is still that."""

    world: World
    household_id: int
    actor: Actor
    recurring_id: int
    if_version: int | None = None


async def confirm_series(world: World, household_id: int, actor: Actor, recurring_id: int) -> Held:
    """It comes again: from now on it is in the totals. Raises Missing."""
    return await _change(Place(world, household_id, actor, recurring_id), "recurring.confirmed", confirmed)


async def dismiss_series(world: World, household_id: int, actor: Actor, recurring_id: int, *, if_version: int | None = None) -> Held:
    """It does not, and nobody asks again. Raises Missing, Stale."""

    def dismissed(one: Held, _desk: Desk) -> Held:
        return msgspec.structs.replace(one, state=State.DISMISSED, next_on=None)

    return await _change(Place(world, household_id, actor, recurring_id, if_version), "recurring.dismissed", dismissed)


async def edit_series(
    world: World, household_id: int, actor: Actor, recurring_id: int, wish: RecurringEdit, *, if_version: int | None = None
) -> Held:
    """Another name, cadence, amount, next date or state. Raises Missing, Stale, Rejected with the field."""
    place = Place(world, household_id, actor, recurring_id, if_version)
    return await _change(place, "recurring.changed", lambda one, desk: _edited(desk, one, wish))


async def confirm_sure(world: World, household_id: int, actor: Actor) -> int:
    """Every suggestion that is sure; returns how many."""
    async with write_desk(world, household_id, actor) as desk:
        every = await held_series(desk.unit, desk.sealer)
        sure = [confirmed(s, desk) for s in every if s.state is State.SUGGESTED and s.confidence >= SURE_MIN]
        if not sure:
            return 0
        await write_series(desk.unit, desk.sealer, sure)
        version = await _recorded(desk, "recurring.confirmed", [s.recurring_id for s in sure])
    await wake(world, household_id, version, ["recurring"])
    return len(sure)


async def add_series(world: World, household_id: int, actor: Actor, wish: RecurringWish) -> Held:
    """This repeats: the row's series, confirmed. Raises Missing, Rejected with the field, Refused where it is one already."""
    async with write_desk(world, household_id, actor) as desk:
        cadence = _cadence(wish.cadence) if wish.cadence is not None else None
        every = await held_series(desk.unit, desk.sealer)
        if len(every) >= SERIES_MAX:
            raise Refused("too_many_series", f"at most {SERIES_MAX} series; end or dismiss one first")
        rows, names = await seen_by(desk)
        row = await _row(desk, rows, wish.transaction_id)
        held = next((s for s in every if row.transaction_id in s.ids), None)
        if held is not None and held.state is State.CONFIRMED:
            raise Refused("already_recurring", f"this is one of {held.title}'s already")
        one = held if held is not None and cadence is None else _new(desk, row, rows, cadence, names.get(row.merchant, row.merchant))
        one = msgspec.structs.replace(one, recurring_id=held.recurring_id if held else one.recurring_id)
        said = msgspec.structs.replace(one.said, by_hand=True, name=parse_name(wish.name) or one.said.name)
        one = confirmed(msgspec.structs.replace(one, said=said), desk)
        await write_series(desk.unit, desk.sealer, [one])
        version = await _recorded(desk, "recurring.added", [one.recurring_id])
        one = await one_series(desk.unit, desk.sealer, one.recurring_id)
    await wake(world, household_id, version, ["recurring"])
    return one


def confirmed(one: Held, desk: Desk) -> Held:
    """The series with the owner's yes; one that had ended goes on."""
    said = msgspec.structs.replace(one.said, ended_on=None)
    return msgspec.structs.replace(
        one, state=State.CONFIRMED, said=said, updated_at=desk.at, next_on=one.next_on or _after(one, desk.today)
    )


def _after(one: Held, today: dt.date) -> dt.date:
    slot = slot_of(one.rhythm, one.last_on) + 1
    while (on := due(one.rhythm, slot)) < today:
        slot += 1
    return on


async def _change(place: Place, kind: str, changed: Callable[[Held, Desk], Held]) -> Held:
    async with write_desk(place.world, place.household_id, place.actor) as desk:
        was = await one_series(desk.unit, desk.sealer, place.recurring_id)
        if place.if_version not in {None, was.version}:
            raise Stale("changed_meanwhile", "this series changed meanwhile")
        now = msgspec.structs.replace(changed(was, desk), updated_at=desk.at)
        if msgspec.structs.replace(now, updated_at=was.updated_at) == was:
            return was
        await write_series(desk.unit, desk.sealer, [now])
        version = await _recorded(desk, kind, [place.recurring_id])
        now = await one_series(desk.unit, desk.sealer, place.recurring_id)
    await wake(place.world, place.household_id, version, ["recurring"])
    return now


async def _recorded(desk: Desk, kind: str, ids: Sequence[int]) -> int:
    """The event, the household's next version, and a look at what the change means for other rows; who has answered is asked no more."""
    await audit.record(desk.unit, desk.sealer, desk.actor, kind, {"recurring_ids": list(ids)}, desk.at)
    await wish_for_series(desk)
    said = await settle_alerts(desk, [], Scope((Kind.NEW_SUBSCRIPTION,), ids))
    version = await bump(desk.unit, desk.household, today=desk.today, months=())  # no row changed
    await tell(desk.unit, desk.sealer, at=desk.at, version=version, events=told_of(said))
    return version


def _edited(desk: Desk, one: Held, wish: RecurringEdit) -> Held:
    said = one.said
    if isinstance(wish.name, str):
        said = msgspec.structs.replace(said, name=parse_name(wish.name))
    if not isinstance(wish.amount, UnsetType):
        said = msgspec.structs.replace(said, amount=None if wish.amount is None else _amount(one, wish.amount))
    one = msgspec.structs.replace(one, said=said)
    if isinstance(wish.cadence, str) or isinstance(wish.next_on, str):
        one = _in_rhythm(desk, one, wish)
    if isinstance(wish.state, str):
        one = _in_state(desk, one, wish.state)
    return one


def _in_rhythm(desk: Desk, one: Held, wish: RecurringEdit) -> Held:
    cadence = _cadence(wish.cadence) if isinstance(wish.cadence, str) else one.cadence
    if isinstance(wish.next_on, str):
        on = parse_day(wish.next_on, today=desk.today, field="next_on")
        if on < desk.today:
            raise Rejected("date_passed", "the next date is today or later", field="next_on")
        rhythm = rhythm_from(cadence, on)
    else:
        rhythm = rhythm_from(cadence, one.last_on)
        on = _after(msgspec.structs.replace(one, rhythm=rhythm), desk.today)
    return msgspec.structs.replace(one, rhythm=rhythm, said=msgspec.structs.replace(one.said, rhythm=rhythm), next_on=on)


def _in_state(desk: Desk, one: Held, text: str) -> Held:
    if text not in SIDE_STATES:
        raise Rejected("bad_state", f"a state is one of {', '.join(SIDE_STATES)}", field="state")
    state = SIDE_STATES[text]
    if state is State.CONFIRMED:
        return confirmed(one, desk)
    ended = desk.today if state is State.ENDED else None
    return msgspec.structs.replace(one, state=state, next_on=None, said=msgspec.structs.replace(one.said, ended_on=ended))


def rhythm_from(cadence: Cadence, on: dt.date) -> Rhythm:
    """The plainest rhythm that is due on that day."""
    if cadence is Cadence.SEMIMONTHLY:
        low, high = sorted((on.day, on.day + 15 if on.day <= 15 else on.day - 15))
        return Rhythm(cadence, on, low, high)
    return Rhythm(cadence, on, on.day)


def _cadence(text: str) -> Cadence:
    if text not in CADENCES:
        raise Rejected("bad_cadence", f"a cadence is one of {', '.join(CADENCES)}", field="cadence")
    return CADENCES[text]


def _amount(one: Held, text: str) -> int:
    minor = Money.parse(text, one.currency, field="amount").minor
    if minor == 0 or (minor > 0) != (one.amount > 0):
        raise Rejected("bad_amount", "an amount has the sign of the series: negative is money out", field="amount")
    return minor


async def _row(desk: Desk, rows: Sequence[Seen], transaction_id: int) -> Seen:
    """The row among those that are looked at. Raises Missing; Refused for one that is hidden, gone or too old."""
    if found := next((r for r in rows if r.transaction_id == transaction_id), None):
        return found
    if transaction_id not in await before(desk.unit, desk.sealer, [transaction_id]):
        raise Missing("not_found", "no such transaction")
    raise Refused("not_counted", "this transaction is hidden, gone or more than three years old; it cannot repeat")


def _new(desk: Desk, row: Seen, rows: Sequence[Seen], cadence: Cadence | None, name: str) -> Held:
    series = _series(desk, row, rows, cadence)
    said = Said(rhythm=series.rhythm) if cadence is not None else Said()
    last = series.last
    blank = Held(
        recurring_id=new_id(), state=State.CONFIRMED, created_at=desk.at, updated_at=desk.at, name=name, merchants=(), rhythm=series.rhythm,
        fixed=series.fixed, amount=series.amount, low=series.low, high=series.high, currency=last.currency, account_id=last.account_id,
        category_id=last.category_id, confidence=1000, evidence="", ids=(), first_on=last.date, last_on=last.date, last_amount=last.amount,
        said=said,
    )  # fmt: skip
    return with_series(blank, series)


def _series(desk: Desk, row: Seen, rows: Sequence[Seen], cadence: Cadence | None) -> Series:
    """The series among the merchant's rows that this one belongs to; the row alone where there is none."""
    if cadence is None:
        alike = [r for r in rows if r.merchant == row.merchant and (r.amount > 0) == (row.amount > 0)]
        found = find(alike, today=desk.today, sort_of=lambda c: sort_of_category(desk.categories.of(c)))
        if held := next((s for s in found if row.transaction_id in s.ids), None):
            return held
    return series_of([row], rhythm_from(cadence or Cadence.MONTHLY, row.date), today=desk.today, confidence=1000)
