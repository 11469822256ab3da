"""Rows that stand, as rules see them, a page at a time: what a preview counts and a run changes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

from farthing.categorize.ruling.model import Judged, Rule, Seen, When
from farthing.flows.desk import Desk
from farthing.flows.judge import seen_row, tags_seen
from farthing.flows.rule_effects import Effect, effect_on
from farthing.ingest.batches.batch import FieldGroup, spoken_of
from farthing.ingest.batches.image import Whole
from farthing.ledger.accounts import Account
from farthing.ledger.label import Stored
from farthing.ledger.reading.payees import payees_some
from farthing.ledger.reading.rows import FIRST_DAY, LAST_DAY, NEWEST, Filter, page

ROWS_AT_ONCE = 2_000


def bounds_of(rules: Sequence[Rule]) -> Filter:
    """The rows that any of the rules can be for, as far as a list can tell: days are the bank's, so the owner's own are not left out."""
    whens = [r.when for r in rules]
    accounts = {a for w in whens for a in w.accounts} if all(w.accounts for w in whens) else None
    return Filter(
        first=FIRST_DAY,
        last=LAST_DAY,
        accounts=tuple(sorted(accounts)) if accounts is not None else None,
        size_min=_least(whens),
        size_max=_most(whens),
    )


def _least(whens: Iterable[When]) -> int | None:
    said = [w.size_min for w in whens]
    return min(s for s in said if s is not None) if said and None not in said else None


def _most(whens: Iterable[When]) -> int | None:
    said = [w.size_max for w in whens]
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
    found = {}
    for i, whole in held.items():
        effect = effect_on(desk, whole, judged[i], accounts, spoken=_spoken(whole, said))
        if effect.by:
            found[i] = effect
    return found


def _spoken(whole: Whole, said: Mapping[tuple[int, FieldGroup], bool]) -> set[FieldGroup]:
    """Groups of which the owner spoke: by hand, or in a file that came with a note or parts, which no change tells of."""
    row = whole.row
    spoken = {group for group in FieldGroup if said.get((row.transaction_id, group))} - {FieldGroup.CATEGORY}
    written = {FieldGroup.NOTE: row.owner.note, FieldGroup.MERCHANT: row.owner.merchant, FieldGroup.SPLITS: whole.parts}
    return spoken | {g for g, there in written.items() if there and (row.transaction_id, g) not in said}
