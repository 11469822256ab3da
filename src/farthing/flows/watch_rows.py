"""Rows that stand out, as facts: over the household's line, unlike their category, taken twice, paid back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from farthing.flows.desk import Desk
from farthing.ingest.pairing.decisions import paired
from farthing.ingest.pairing.model import KIND_REFUND, Decision
from farthing.ingest.suggestions.ask import apart
from farthing.insights.watching import Measure, Seen, doubles, measure_of, recent, some
from farthing.ledger.reading.payees import payees_some
from farthing.notify.alerting import Detail, Fact, Held, Kind, Scope, alert_lines, standing

NEW_DAYS = 10  # older rows are no news, however late they come in
PAST_DAYS = 365
KEPT_SHARE = 0.8  # one that was told stays told while it is nearly as unusual as then
KINDS = (Kind.LARGE, Kind.UNUSUAL, Kind.DOUBLE_CHARGE, Kind.REFUND)
NEVER = frozenset({"transfer", "income"})
NO_DOUBLES = NEVER | {"cash"}


class _Sight(msgspec.Struct, frozen=True):
    """What the look has before it: rows of a year, those that are new, those that alerts stand for, and what was decided of them."""

    desk: Desk
    rows: Sequence[Seen]
    by_id: Mapping[int, Seen]
    young: Sequence[Seen]
    told: Mapping[Kind, Mapping[int, Held]]
    pairs: Sequence[Decision]

    def living(self, kind: Kind) -> Iterable[tuple[Held, Seen]]:
        """Alerts of a kind whose row still counts."""
        return ((h, self.by_id[i]) for i, h in self.told[kind].items() if i in self.by_id)

    def new(self, kind: Kind) -> Iterable[Seen]:
        """New rows that no alert of this kind stands for."""
        return (r for r in self.young if r.transaction_id not in self.told[kind])

    def categories(self, without: Collection[str]) -> frozenset[int]:
        """Every category outside of these groups that the rows have."""
        every = {r.category_id for r in self.by_id.values()}
        return frozenset(c for c in every if self.desk.group_of(c) not in without)


async def rows_look(desk: Desk) -> list[tuple[Iterable[Fact], Scope]]:
    """Every fact of rows, over what was looked at: the new ones, and those that alerts stand for."""
    sight = await _see(desk)
    line = (await alert_lines(desk.unit)).large
    found = [*_large(sight, line), *_unusual(sight), *await _doubles(sight), *_refunds(sight)]
    named = await _named(desk, sight, found)
    subjects = {r.transaction_id for r in sight.young} | {i for held in sight.told.values() for i in held}
    return [(named, Scope(KINDS, subjects))]


async def _see(desk: Desk) -> _Sight:
    currency, today = desk.household.currency, desk.today
    rows = await recent(desk.unit, currency, today - dt.timedelta(days=PAST_DAYS))
    held = await standing(desk.unit, KINDS)
    by_id = {r.transaction_id: r for r in rows}
    by_id |= {r.transaction_id: r for r in await some(desk.unit, currency, {h.subject_id for h in held} - by_id.keys())}
    young = [r for r in rows if r.date >= today - dt.timedelta(days=NEW_DAYS)]
    told = {kind: {h.subject_id: h for h in held if h.kind == kind} for kind in KINDS}
    asked = {r.transaction_id for r in young} | told[Kind.DOUBLE_CHARGE].keys() | told[Kind.REFUND].keys()
    pairs = [d for d in await paired(desk.unit, sorted(asked)) if d.kind == KIND_REFUND and d.holds]
    return _Sight(desk, rows, by_id, young, told, pairs)


def _fact(kind: Kind, row: Seen, sight: _Sight, *, minor: int, unit: str, limit: int | None = None) -> Fact:
    category = sight.desk.categories.of(row.category_id)
    return Fact(
        kind=kind,
        subject_id=row.transaction_id,
        amount_minor=abs(minor),
        limit_minor=limit,
        currency=unit,
        detail=Detail(other=category.name if row.category_id else "", day=row.date),
    )


def _large(sight: _Sight, line: int | None) -> list[Fact]:
    """Over the household's line, whichever way; one that was told is measured by the line of then."""
    counted, home = sight.categories({"transfer"}), sight.desk.household.currency

    def over(row: Seen, limit: int | None) -> list[Fact]:
        if limit is None or row.home is None or abs(row.home) < limit or row.category_id not in counted:
            return []
        return [_fact(Kind.LARGE, row, sight, minor=row.home, unit=home, limit=limit)]

    kept = [f for h, row in sight.living(Kind.LARGE) for f in over(row, h.limit_minor)]
    return kept + [f for row in sight.new(Kind.LARGE) for f in over(row, line)]


def _unusual(sight: _Sight) -> list[Fact]:
    """Unlike what the household spends in that category; the past is what came before the rows that are judged."""
    spending, home = sight.categories(NEVER), sight.desk.household.currency
    first = sight.desk.today - dt.timedelta(days=NEW_DAYS)
    usual: Measure = measure_of([r for r in sight.rows if r.date < first], spending)
    found = []
    for h, row in sight.living(Kind.UNUSUAL):
        seldom = usual.seldom_over(row.category_id)
        if row.home is not None and row.category_id in spending and seldom is not None and -row.home >= seldom * KEPT_SHARE:
            found.append(_fact(Kind.UNUSUAL, row, sight, minor=row.home, unit=home, limit=h.limit_minor))
    for row in sight.new(Kind.UNUSUAL):
        seldom = usual.seldom_over(row.category_id)
        if seldom is not None and row.home is not None and row.category_id in spending and -row.home > seldom and not row.split:
            found.append(_fact(Kind.UNUSUAL, row, sight, minor=row.home, unit=home, limit=seldom))
    return found


async def _doubles(sight: _Sight) -> list[Fact]:
    """Taken twice, unless it came back, or the owner said that the two are two."""
    young = {r.transaction_id for r in sight.young}
    told = sight.told[Kind.DOUBLE_CHARGE]
    rows = list(sight.by_id.values())
    found = [d for d in doubles(rows, sight.categories(NO_DOUBLES)) if d.later.transaction_id in young | told.keys()]
    ids = sorted({i for d in found for i in (d.earlier.transaction_id, d.later.transaction_id)})
    two, paid_back = await apart(sight.desk.unit, ids), {int(d.out_id) for d in sight.pairs}
    return [
        _fact(Kind.DOUBLE_CHARGE, d.later, sight, minor=d.later.amount, unit=d.later.currency)
        for d in found
        if tuple(sorted((d.earlier.transaction_id, d.later.transaction_id))) not in two
        and not paid_back & {d.earlier.transaction_id, d.later.transaction_id}
    ]


def _refunds(sight: _Sight) -> list[Fact]:
    """Rows that pay a purchase back."""
    ids = {r.transaction_id for r in sight.young} | sight.told[Kind.REFUND].keys()
    rows = [sight.by_id[int(d.in_id)] for d in sight.pairs if int(d.in_id) in ids & sight.by_id.keys()]
    return [_fact(Kind.REFUND, r, sight, minor=r.amount, unit=r.currency) for r in rows if r.amount > 0]


async def _named(desk: Desk, sight: _Sight, facts: Sequence[Fact]) -> list[Fact]:
    """With the names of the shops."""
    payees = await payees_some(desk.unit, desk.sealer, sorted({sight.by_id[f.subject_id].payee_id for f in facts}))
    named = []
    for fact in facts:
        payee = payees.get(sight.by_id[fact.subject_id].payee_id)
        detail = msgspec.structs.replace(fact.detail, name=payee.merchant if payee else "")
        named.append(msgspec.structs.replace(fact, detail=detail))
    return named
