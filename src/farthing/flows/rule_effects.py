"""A row with what rules set on it. What the owner said of the row stands: a rule fills, it never overwrites."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from farthing.categorize.decide import SURE_FROM
from farthing.categorize.ruling.model import Field, Judged, Rule, Share
from farthing.core.money import Money
from farthing.core.texts import folded
from farthing.flows.desk import Desk
from farthing.flows.judge import label_by
from farthing.flows.settle_splits import at_home
from farthing.ingest.batches.batch import FieldGroup
from farthing.ingest.batches.image import Whole
from farthing.ledger.accounts import Account
from farthing.ledger.label import TAGS_MAX, Part, Stored
from farthing.ledger.model import Source

_GROUPS = {
    Field.CATEGORY: FieldGroup.CATEGORY, Field.MERCHANT: FieldGroup.MERCHANT, Field.NOTE: FieldGroup.NOTE, Field.HIDDEN: FieldGroup.HIDDEN,
    Field.REVIEWED: FieldGroup.REVIEWED, Field.SPLIT: FieldGroup.SPLITS, Field.TAGS: FieldGroup.TAGS,
}  # fmt: skip


class Effect(msgspec.Struct, frozen=True):
    """The row as rules leave it, and which rule did what: an image's reason is its rule's name."""

    after: Whole
    by: Mapping[FieldGroup, Rule]

    @property
    def whys(self) -> dict[FieldGroup, str]:
        """The reason of each image."""
        return {group: rule.why for group, rule in self.by.items()}


def effect_on(desk: Desk, whole: Whole, judged: Judged, accounts: Mapping[int, Account], *, spoken: Collection[FieldGroup] = ()) -> Effect:
    """What rules make of a row. `spoken`: groups of which the owner spoke by hand."""
    after, by = whole, dict[FieldGroup, Rule]()
    for field in Field:
        rule = judged.deciding.get(field) or (judged.tagging[0] if field == Field.TAGS and judged.tagging else None)
        group = _GROUPS[field]
        if rule is None or group in spoken:
            continue
        changed = _set(desk, after, judged, field, rule=rule, accounts=accounts)
        if changed != after:
            after, by[group] = changed, rule
    return Effect(after, by)


def _set(desk: Desk, whole: Whole, judged: Judged, field: Field, *, rule: Rule, accounts: Mapping[int, Account]) -> Whole:
    row, then = whole.row, rule.then
    match field:
        case Field.CATEGORY:
            return _sorted(desk, whole, judged, accounts)
        case Field.MERCHANT:
            row = msgspec.structs.replace(row, owner=msgspec.structs.replace(row.owner, merchant=then.merchant))
        case Field.NOTE:
            row = msgspec.structs.replace(row, owner=msgspec.structs.replace(row.owner, note=then.note))
        case Field.HIDDEN:
            row = msgspec.structs.replace(row, hidden=bool(then.hidden))
        case Field.REVIEWED:
            row = msgspec.structs.replace(row, reviewed=bool(then.reviewed))
        case Field.SPLIT:
            return _parted(desk, whole, then.split)
        case _:
            return msgspec.structs.replace(whole, tags=_tagged(whole.tags, judged.tagging))
    return msgspec.structs.replace(whole, row=row)


def _sorted(desk: Desk, whole: Whole, judged: Judged, accounts: Mapping[int, Account]) -> Whole:
    """Sorted by the rule, but for what the owner sorted, and what stands there anyway beyond doubt."""
    row = whole.row
    label = label_by(desk, judged, accounts.get(row.account_id), row.amount)
    if label is None or row.category_source == Source.OWNER:
        return whole
    if row.category_id == label.category_id and (row.category_source == Source.RULE or row.confidence >= SURE_FROM):
        return whole
    return msgspec.structs.replace(whole, row=row.under(label))


def _tagged(held: Sequence[str], rules: Sequence[Rule]) -> tuple[str, ...]:
    names = {folded(t): t for t in held}
    for rule in rules:
        for name in rule.then.tags:
            names.setdefault(folded(name), name)
    return tuple(sorted(list(names.values())[:TAGS_MAX]))


def _parted(desk: Desk, whole: Whole, shares: Sequence[Share]) -> Whole:
    """In parts, unless the owner sorted the row, it moves between own accounts, or it cannot be divided so."""
    row = whole.row
    if row.category_source == Source.OWNER or desk.group_of(row.category_id) == "transfer":
        return whole
    parts = parts_of(row, shares, home=desk.household.currency)
    if not parts or any(p.category_id not in desk.categories.by_id for p in parts):
        return whole
    return Whole(msgspec.structs.replace(row, split=True), whole.tags, parts)


def parts_of(row: Stored, shares: Sequence[Share], *, home: str) -> tuple[Part, ...]:
    """Parts that add up to the row: fixed amounts first, the shares divide the rest. None where a part would be nothing.

    Fixed amounts are in the household's currency, so a row in another has none.
    """
    sign = 1 if row.amount > 0 else -1
    fixed = [s.amount for s in shares if s.amount is not None]
    weights = [s.share for s in shares if s.share is not None]
    if fixed and row.currency != home:
        return ()
    rest = abs(row.amount) - sum(fixed)
    if rest < 0 or (rest > 0) is not bool(weights):
        return ()
    divided = iter([m.minor for m in Money(rest, row.currency).split(weights)] if weights else [])
    amounts = [s.amount if s.amount is not None else next(divided) for s in shares]
    if not all(amounts):
        return ()
    parts = [Part(sign * a, s.category_id, None, s.note) for a, s in zip(amounts, shares, strict=True)]
    return at_home(parts, row.home_amount)
