"""Rows that stand, as rules see them, a page at a time: what a preview counts and a run changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

import msgspec

from farthing.categorize.ruling.engine import automaton_of
from farthing.categorize.ruling.model import Judged, Rule, Seen, When
from farthing.core.errors import Limited
from farthing.core.texts import folded
from farthing.flows.desk import Desk
from farthing.flows.judge import seen_row, tags_seen
from farthing.flows.list_transactions import shelf
from farthing.flows.rule_effects import Effect, effect_on
from farthing.flows.world import World
from farthing.ingest.batches.batch import FieldGroup, spoken_of
from farthing.ingest.batches.image import Whole
from farthing.ingest.pairing.decisions import paired
from farthing.ingest.pairing.model import KIND_TRANSFER
from farthing.ledger.accounts import Account
from farthing.ledger.label import Stored
from farthing.ledger.reading.payees import payees_some
from farthing.ledger.reading.rows import FIRST_DAY, LAST_DAY, NEWEST, Filter, page
from farthing.platform import limits
from farthing.platform.limits import Limits

ROWS_AT_ONCE = 500  # opened at once; between them others have their turn
AT_ONCE_MAX, WAIT_S = 2, 2
_under_way: Counter[int] = Counter()  # by household, in this process


@asynccontextmanager
async def looking(world: World, household_id: int, rule: limits.Rule) -> AsyncIterator[None]:
    """Everything that stands may be looked at meanwhile; raises Limited where that is done too often, or twice already."""
    await Limits(world.valkey, world.clock).spend(rule, str(household_id))
    if _under_way[household_id] >= AT_ONCE_MAX:
        raise Limited("too_many_at_once", "all transactions are being looked through already; wait a little", retry_after_s=WAIT_S)
    _under_way[household_id] += 1
    try:
        yield
    finally:
        _under_way[household_id] -= 1
        if not _under_way[household_id]:
            del _under_way[household_id]


async def bounds_of(desk: Desk, rules: Sequence[Rule]) -> Filter:
    """The rows that any of the rules can be for, as far as a list can tell: days are the bank's, so the owner's own are not left out, and
    the bank's text is in no dictionary, so that only a merchant names payees.
    """
    whens = [r.when for r in rules]
    wanted = Filter(
        first=FIRST_DAY,
        last=LAST_DAY,
        accounts=_any([w.accounts for w in whens]),
        sources=_any([w.sources for w in whens]),
        size_min=_least([w.size_min for w in whens]),
        size_max=_most([w.size_max for w in whens]),
        amount_min=_least([w.amount_min for w in whens]),
        amount_max=_most([w.amount_max for w in whens]),
    )
    if not whens or not all(w.merchant or w.merchant_is for w in whens):
        return wanted
    held = await shelf.of(desk.unit, desk.sealer, desk.household.figures_version)
    found = held.called(_meant_by(whens))
    return msgspec.structs.replace(wanted, payees=tuple(sorted(found)), ids=(), payees_held=len(held))


def _meant_by(whens: Sequence[When]) -> Callable[[str], bool]:
    """Whether a merchant's folded name is for any of the rules: one look at it, however many there are."""
    whole = {folded(w.merchant_is) for w in whens if w.merchant_is}
    parts = [folded(w.merchant) for w in whens if not w.merchant_is]
    holding = automaton_of(parts) if parts else None
    return lambda merchant: merchant in whole or (holding is not None and bool(holding(merchant)))


def _any(said: Sequence[tuple[int, ...]]) -> tuple[int, ...] | None:
    """One of these, where each of the rules says which."""
    return tuple(sorted({one for some in said for one in some})) if said and all(said) else None


def _least(said: Sequence[int | None]) -> int | None:
    return min(s for s in said if s is not None) if said and None not in said else None


def _most(said: Sequence[int | None]) -> int | None:
    return max(s for s in said if s is not None) if said and None not in said else None


async def sift(desk: Desk, wanted: Filter, *, tagged: bool) -> AsyncIterator[list[tuple[Stored, Seen]]]:
    """Every row of the filter with what rules see of it, newest first; its tags only where rules ask for tags."""
    before = NEWEST
    while rows := await page(desk.unit, desk.sealer, wanted, count=ROWS_AT_ONCE, before=before):
        payees = await payees_some(desk.unit, desk.sealer, sorted({r.payee_id for r in rows}))
        tags = await tags_seen(desk, [r.transaction_id for r in rows]) if tagged else {}
        yield [(r, seen_row(r, payees.get(r.payee_id), tags.get(r.transaction_id, frozenset()))) for r in rows]
        if len(rows) < ROWS_AT_ONCE:
            return
        before = (rows[-1].date, rows[-1].transaction_id)


def of_those(judged: Judged | None, rule_ids: frozenset[int]) -> Judged | None:
    """What only these rules decide; None where they decide nothing."""
    if judged is None:
        return None
    deciding = {f: r for f, r in judged.deciding.items() if r.rule_id in rule_ids}
    tagging = tuple(r for r in judged.tagging if r.rule_id in rule_ids)
    return Judged(deciding, tagging) if deciding or tagging else None


async def effects_on(
    desk: Desk, held: Mapping[int, Whole], judged: Mapping[int, Judged], accounts: Mapping[int, Account]
) -> dict[int, Effect]:
    """What rules change of rows that stand, by id; rows on which the owner's word leaves nothing to do are absent."""
    said = await spoken_of(desk.unit, list(held)) if held else {}
    halves, found = await _halves(desk, held), {}
    for i, whole in held.items():
        spoken = _spoken(whole, said) | ({FieldGroup.CATEGORY} if i in halves else set())
        effect = effect_on(desk, whole, judged[i], accounts, spoken=spoken)
        if effect.by:
            found[i] = effect
    return found


async def _halves(desk: Desk, held: Mapping[int, Whole]) -> set[int]:
    """Rows that are half of a transfer: sorted elsewhere they would be spending on one side. Whether it is none is the owner's to say."""
    moved = [i for i, whole in held.items() if desk.group_of(whole.row.category_id) == "transfer"]
    return {i for d in await paired(desk.unit, moved) if d.kind == KIND_TRANSFER and d.holds for i in d.ids}


def _spoken(whole: Whole, said: Mapping[tuple[int, FieldGroup], bool]) -> set[FieldGroup]:
    """Groups of which the owner spoke: by hand, or in a file that came with a note or parts, which no change tells of."""
    row = whole.row
    spoken = {group for group in FieldGroup if said.get((row.transaction_id, group))} - {FieldGroup.CATEGORY}
    written = {FieldGroup.NOTE: row.owner.note, FieldGroup.MERCHANT: row.owner.merchant, FieldGroup.SPLITS: whole.parts}
    return spoken | {g for g, there in written.items() if there and (row.transaction_id, g) not in said}
