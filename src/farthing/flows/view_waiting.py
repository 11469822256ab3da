"""The rows of Review: what waits in groups, and the card of the one that is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from farthing.categorize import IN_BRIEF, explain, likeliest, recall
from farthing.core.dates import Month
from farthing.core.ids import public
from farthing.flows.desk import Desk, heavy_of
from farthing.flows.like import Like, like_of
from farthing.flows.show import Shown, show
from farthing.flows.view_like import followers
from farthing.flows.view_models.format import counted, initial_of
from farthing.flows.view_models.parts import Tone
from farthing.flows.view_models.review import Card, Differ, Option, Sure, WaitGroup, Waiting, WaitRow
from farthing.flows.view_parts import Eye, chip_of, eye_of
from farthing.flows.view_transactions import category_choices
from farthing.flows.waiting import WAITING_MAX, Bunch, Heap, Record
from farthing.ledger.label import before, versions
from farthing.ledger.reading.sums import sums
from farthing.ledger.waiting.read import Waiting as Row
from farthing.ledger.waiting.read import WaitingKind

LIKELY_FROM = 250  # per mille; a weaker guess says less than what the household uses most
OPTIONS = 3
USED_MONTHS = 3
TITLES = {WaitingKind.CHECK: "Check", WaitingKind.UNKNOWN: "Unknown"}


async def view_waiting(desk: Desk, held: Heap, *, since: int, at: int = 0, differ: Differ | None = None, wish: int = 0) -> Waiting:
    """`at`: the row whose card is open, the first that waits where it waits no more; `wish`: the category that is chosen on it."""
    eye = eye_of(desk)
    asked = [b for b in held.bunches if b.kind is not WaitingKind.SURE]
    current = next((b for b in asked if at in b.ids), None)
    if current is None:
        current = await _alone(desk, at) if differ else next(iter(asked), None)
    groups = tuple(
        WaitGroup(title, _many(held.counts[kind]), tuple(_row(eye, b, since, current=b is current) for b in asked if b.kind is kind))
        for kind, title in TITLES.items()
        if held.counts[kind]
    )
    return Waiting(
        groups=groups,
        sure=_sure(held),
        card=await _card(desk, eye, current, asked, since=since, wish=wish) if current else None,
        at=public("txn", current.shown.row.transaction_id) if current else "",
        look=sum(held.counts[kind] for kind in TITLES),
        categories=category_choices(desk),
        differ=differ,
    )


async def _alone(desk: Desk, at: int) -> Bunch | None:
    """A row that waits no more, because somebody else answered."""
    rows = await before(desk.unit, desk.sealer, [at])
    if at not in rows:
        return None
    (shown,) = await show(desk, list(rows.values()))
    row = shown.row
    return Bunch(WaitingKind.CHECK, (Row(0, at, row.payee_id, row.category_id, row.amount, 0.0),), shown)


def _many(count: int) -> str:
    return f"{count:,}" if count < WAITING_MAX else f"{WAITING_MAX:,} or more"


def _href(since: int, bunch: Bunch | None) -> str:
    if bunch is None:
        return ""
    return f"/review?since={since}&at={public('txn', bunch.shown.row.transaction_id)}"


def _row(eye: Eye, bunch: Bunch, since: int, *, current: bool) -> WaitRow:
    shown = bunch.shown
    return WaitRow(
        id=public("txn", shown.row.transaction_id),
        href=_href(since, bunch),
        merchant=shown.merchant,
        initial=initial_of(shown.merchant),
        text=shown.row.bank.text,
        chip=chip_of(shown.category, eye.household_id),
        why=explain(shown.said, shown.names, brief=True),  # the card says the whole
        amount=eye.of(shown.row.amount, shown.row.currency, plus=shown.row.amount > 0),
        place=f"{eye.dated(shown.row.date)}, {shown.account.text.name}",
        count=len(bunch.rows),
        current=current,
    )


def _sure(held: Heap) -> Sure | None:
    count = held.counts[WaitingKind.SURE]
    if not count:
        return None
    names = list(dict.fromkeys(b.shown.merchant for b in held.bunches if b.kind is WaitingKind.SURE))
    rest = count - sum(len(b.rows) for b in held.bunches if b.kind is WaitingKind.SURE)
    return Sure(count, ", ".join(names) + (f" and {rest:,} more" if rest else ""), public("txn", max(held.sure)), count == WAITING_MAX)


async def _card(desk: Desk, eye: Eye, bunch: Bunch, asked: Sequence[Bunch], *, since: int, wish: int) -> Card:
    shown = bunch.shown
    key = shown.row.transaction_id
    chosen = wish or shown.row.category_id
    (likely, others), seen = await desk.unit.side_by_side(_likely_and_like(desk, bunch, wish), versions(desk.unit, bunch.ids))
    place = [b.shown.row.transaction_id for b in asked].index(key) if bunch in asked else -1
    later = asked[(place + 1) % len(asked)] if len(asked) > 1 or (asked and place < 0) else None
    earlier = asked[place - 1] if len(asked) > 1 and place >= 0 else None
    return Card(
        id=public("txn", key),
        seen=",".join(f"{public('txn', i)}:{seen[i]}" for i in bunch.ids if i in seen),
        merchant=shown.merchant,
        initial=initial_of(shown.merchant),
        place=f"{eye.dated(shown.row.date, weekday=True)}, {shown.account.text.name}",
        amount=eye.of(shown.row.amount, shown.row.currency, symbol=True, plus=shown.row.amount > 0),
        text=shown.row.bank.text,
        why=shown.why,
        options=tuple(_option(desk, i, *words, chosen=i == chosen) for i, words in likely.items()),
        chosen=desk.categories.of(chosen).name if chosen else "",
        several=f"{counted(len(bunch.ids), 'row')} of {shown.merchant} are settled together" if len(bunch.ids) > 1 else "",
        like=followers(eye, shown, others, after=desk.categories.of(others.category_id).name) if others else None,
        href=_href(since, bunch),
        next_href=_href(since, later),
        previous_href=_href(since, earlier),
        next_id=public("txn", later.shown.row.transaction_id) if later else "",
    )


async def _likely_and_like(desk: Desk, bunch: Bunch, wish: int) -> tuple[dict[int, tuple[str, str]], Like | None]:
    """What a row may be, and the rows that would follow it where it is put, or else into the likeliest."""
    shown, row, besides = bunch.shown, bunch.shown.row, bunch.ids
    if chosen := wish or row.category_id:
        return await desk.unit.side_by_side(_likely(desk, shown, wish), like_of(desk, row, chosen, besides=besides))
    likely = await _likely(desk, shown, wish)
    target = next(iter(likely), 0)
    return likely, await like_of(desk, row, target, besides=besides) if target else None


async def _likely(desk: Desk, shown: Shown, wish: int) -> dict[int, tuple[str, str]]:
    """The likeliest, each with a note and a share: the choice, the guess, what was said at this merchant, what everything known of the row
    speaks for, what the household uses most.
    """
    row = shown.row
    said = (await recall(desk.unit, [row.payee_id])).get(row.payee_id)
    notes: dict[int, tuple[str, str]] = {}
    if wish:
        notes[wish] = ("your choice", "")
    if row.category_id:
        notes.setdefault(row.category_id, ("", ""))
        notes[row.category_id] = ("", f"{row.confidence // 10} %")
    times: dict[int, int] = {}
    for part in said.parts if said else ():
        times[part.category_id] = times.get(part.category_id, 0) + part.times
    for category_id, count in sorted(times.items(), key=lambda t: -t[1]):
        _, share = notes.get(category_id, ("", ""))
        notes[category_id] = (f"{count} of {said.total if said else count} at {shown.merchant}", share)
    remembered = {row.payee_id: said} if said else {}
    heavy, own = await heavy_of(desk), desk.categories.own_groups
    (guesses,) = likeliest([shown.said.facts], remembered, groups=own, names=shown.names, n=OPTIONS, heavy=heavy)
    for guess in [g for g in guesses if g.confidence >= LIKELY_FROM]:
        key = desk.categories.heir(guess.category_id)
        note, share = notes.get(key, ("", ""))
        mine = key == row.category_id  # why that is stands beneath, in a whole sentence
        notes[key] = (note or ("" if mine else IN_BRIEF.get(guess.source, "")), share or f"{guess.confidence // 10} %")
    if len(notes) < OPTIONS:
        for category_id in await _used(desk, inward=row.amount > 0):
            notes.setdefault(category_id, ("you use it often", ""))
    return {i: notes[i] for i in [i for i in notes if i in desk.categories.by_id][:OPTIONS]}


def _option(desk: Desk, category_id: int, note: str, share: str, *, chosen: bool) -> Option:
    category = desk.categories.of(category_id)
    value = public("cat", category.category_id, household=desk.household.household_id)
    return Option(value, category.name, cast(Tone, category.section), note, share, chosen)


async def _used(desk: Desk, *, inward: bool) -> list[int]:
    """The household's own most used categories for money in, or for money out."""
    this = Month.of(desk.today)
    times: dict[int, int] = {}
    for row in await sums(desk.unit, this.plus(-USED_MONTHS), this):
        group = desk.group_of(row.category_id)
        if group not in {"uncategorised", "transfer"} and (group == "income") == inward:
            times[row.category_id] = times.get(row.category_id, 0) + row.n_once
    return sorted(times, key=lambda i: -times[i])


def words_of(record: Record) -> str:
    """`Last 90 days: 94 % sorted by Farthing, 1.2 % corrected by you`; nothing where there is too little to say."""
    if not record.rows:
        return ""
    shares: Mapping[str, float] = {"a": 100 * record.automatic / record.rows, "c": 100 * record.corrected / record.rows}
    return f"Last 90 days: {shares['a']:.0f} % automatic, {shares['c']:.1f} % corrected"
