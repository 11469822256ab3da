"""Step 6, what rules set beside the category: merchant, tags, note, hidden, reviewed, parts. Written behind the new rows, with images.

The images say which rule did what, are what a replay writes once more, and go with their row when a batch is undone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from farthing.categorize.ruling.model import Judged
from farthing.categorize.ruling.store import count_uses
from farthing.core.dates import Month
from farthing.flows.desk import Desk, tag_id
from farthing.flows.rule_effects import effect_on
from farthing.ingest.batches.batch import Change, FieldGroup, write_changes
from farthing.ingest.batches.image import Whole, differences, restored
from farthing.ledger.accounts import Account
from farthing.ledger.label import Stored, edit, split, tag
from farthing.ledger.model import Discarded, Source, Touched
from farthing.ledger.post import Fresh, OwnerText, bank_text, booked_on

COUNTED = frozenset({FieldGroup.HIDDEN, FieldGroup.SPLITS})


class _Born(msgspec.Struct, frozen=True):
    """A new row before and after rules, with the images between."""

    before: Whole
    after: Whole
    changes: Sequence[Change]


async def rule_new(
    desk: Desk,
    batch_id: int,
    fresh: Sequence[Fresh],
    *,
    judged: Mapping[int, Judged],
    homes: Mapping[int, int | None],
    accounts: Mapping[int, Account],
    then: Mapping[int, Sequence[Change]] | None = None,
) -> Touched:
    """Write what rules set on new rows beside their labels; `then`: what they set when this came in before, instead of today's rules.

    Returns the months in which something counts otherwise than its row alone says.
    """
    uses: Counter[int] = Counter()
    if then is not None:
        born = [_again(f, then[i], batch_id=batch_id, at=desk.at, home=homes.get(i)) for f in fresh if (i := _id(f)) in then]
    else:
        born = _ruled(desk, batch_id, fresh, judged=judged, homes=homes, accounts=accounts, uses=uses)
    changed = [b for b in born if b.changes]
    if changed or uses:
        await _write(desk, batch_id, changed, uses)
    counted = [b for b in changed if any(c.group in COUNTED for c in b.changes)]
    return Touched(frozenset(Month.of(b.after.row.date).first for b in counted), only_added=not counted)


def _ruled(
    desk: Desk,
    batch_id: int,
    fresh: Sequence[Fresh],
    *,
    judged: Mapping[int, Judged],
    homes: Mapping[int, int | None],
    accounts: Mapping[int, Account],
    uses: Counter[int],
) -> list[_Born]:
    """New rows as rules leave them; counts into `uses` what each rule did."""
    born = []
    for one in fresh if judged else ():
        verdict = judged.get(_id(one))
        if verdict is None:
            continue
        whole = _as_born(one, batch_id=batch_id, at=desk.at, home=homes.get(_id(one)))
        effect = effect_on(desk, whole, verdict, accounts, spoken=_said_in_file(one))
        labelled = {v.rule_id for f, v in verdict.deciding.items() if f == f.CATEGORY and one.label.source == Source.RULE}
        uses.update(labelled | {r.rule_id for r in effect.by.values()})
        after = msgspec.structs.replace(effect.after, row=_with_label_of(whole.row, effect.after.row))
        changes = [msgspec.structs.replace(c, why=effect.whys.get(c.group, c.why)) for c in differences(whole, after)]
        born.append(_Born(whole, after, changes))
    return born


def _with_label_of(before: Stored, after: Stored) -> Stored:
    """The label of a new row is decided already: by a rule where one was heard, or by what the row belongs to."""
    return msgspec.structs.replace(
        after,
        category_id=before.category_id,
        category_source=before.category_source,
        confidence=before.confidence,
        model=before.model,
    )


def _again(fresh: Fresh, changes: Sequence[Change], *, batch_id: int, at: dt.datetime, home: int | None) -> _Born:
    whole = _as_born(fresh, batch_id=batch_id, at=at, home=home)
    after = whole
    for change in changes:
        after = restored(after, change.group, change.after)
    return _Born(whole, after, [msgspec.structs.replace(c, change_id=0) for c in changes])


def _id(fresh: Fresh) -> int:
    return int(fresh.posting.transaction_id)


def _said_in_file(fresh: Fresh) -> list[FieldGroup]:
    """What a file, or the entry by hand, says in the owner's name."""
    owner = fresh.owner or OwnerText()
    said = [FieldGroup.NOTE] if owner.note else []
    said += [FieldGroup.SPLITS] if fresh.parts else []
    return [*said, *([FieldGroup.MERCHANT] if owner.merchant else [])]


def _as_born(fresh: Fresh, *, batch_id: int, at: dt.datetime, home: int | None) -> Whole:
    """A new row as it was just written."""
    posting, label = fresh.posting, fresh.label
    line = posting.incoming.line
    row = Stored(
        transaction_id=_id(fresh),
        account_id=posting.incoming.account_id,
        amount=line.amount.minor,
        home_amount=home,
        currency=line.amount.currency,
        date=posting.occurred,
        bank_date=posting.occurred,
        posted_date=booked_on(posting),
        owner_date=None,
        status=posting.status,
        discarded=Discarded.NO,
        hidden=False,
        reviewed=fresh.reviewed,
        split=bool(fresh.parts),
        category_id=label.category_id,
        category_source=label.source,
        confidence=label.confidence,
        payee_id=posting.incoming.payee_id,
        batch_id=batch_id,
        version=1,
        updated_at=at,
        bank=bank_text(line, posting.why),
        owner=fresh.owner or OwnerText(),
        model=label.model,
    )
    return Whole(row, tuple(sorted(line.owner_tags)), tuple(fresh.parts))


async def _write(desk: Desk, batch_id: int, changed: Sequence[_Born], uses: Mapping[int, int]) -> None:
    unit, sealer = desk.unit, desk.sealer
    after = {b.after.row.transaction_id: b for b in changed}
    parts = {i: b.after.parts for i, b in after.items() if b.after.parts != b.before.parts}
    tagged = {i: b.after.tags for i, b in after.items() if b.after.tags != b.before.tags}
    if parts:
        await split(unit, sealer, parts)
    async with unit.together():
        await count_uses(unit, uses, at=desk.at)
        plain = [b.after.row for b in changed if b.after.row != b.before.row]
        await edit(unit, sealer, at=desk.at, rows=plain)
        if tagged:
            names = {tag_id(sealer, name): name for given in tagged.values() for name in given}
            await tag(unit, sealer, names=names, tagged={i: [tag_id(sealer, n) for n in given] for i, given in tagged.items()})
        every = [c for b in changed for c in b.changes]
        await write_changes(unit, sealer, batch_id=batch_id, at=desk.at, actor=desk.actor.kind, changes=every)
