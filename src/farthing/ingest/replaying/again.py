"""A plan made once more, with the ids, labels and parts of then. Pure.

Ids are facts: edits, pairs and answers name rows by them. A row that comes once more is the one that its line led to, else the one of its
batch with its account, amount and day, else, where only as many are left on either side, the next in order. What is left over is a row that
did not come then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from farthing.core.ids import TransactionId
from farthing.ingest.batches.batch import Change, FieldGroup, ObjectKind
from farthing.ingest.replaying.past import Birth, label_of
from farthing.ledger.label import Part
from farthing.ledger.model import Label, Plan, Posting, Source

BY_PAIR = frozenset({Source.TRANSFER, Source.REFUND})  # decided once more, since the pair comes of it


class Again:
    """One batch taken in once more. `rows`: those that it brought, in order; `owners`: which row each line stands beneath.

    `ruled`: what rules set on its rows then, by transaction id; rules are the owner's decisions, and are not asked anew.
    """

    def __init__(self, rows: Sequence[Birth], owners: Mapping[bytes, int], ruled: Mapping[int, Sequence[Change]]) -> None:
        self.ruled = ruled
        self.free = {b.transaction_id: b for b in rows}
        self.places: dict[tuple[object, ...], list[int]] = {}
        for birth in reversed(rows):
            self.places.setdefault(birth.place, []).append(birth.transaction_id)
        self.known: dict[int, Birth] = {}
        self.owners = owners

    def renumbered(self, plan: Plan) -> Plan:
        """The plan with the ids that its new rows had."""
        then: dict[int, int] = {}
        for find in (self._by_line, self._by_content):
            for posting in plan.new:
                if posting.transaction_id not in then and (found := find(posting)) is not None:
                    then[posting.transaction_id] = self._take(found)
        left = [p for p in plan.new if p.transaction_id not in then]
        if len(left) == len(self.free):
            then |= {p.transaction_id: self._take(i) for p, i in zip(left, list(self.free), strict=True)}
        return _with_ids(plan, then)

    def labelled(self, new: Sequence[Posting], decided: Sequence[Label]) -> list[Label]:
        """Labels as they were; those of transfers and refunds are decided once more, since the pair comes of it."""
        return [self._label(p, today) for p, today in zip(new, decided, strict=True)]

    def parted(self, posting: Posting, today: tuple[Part, ...]) -> tuple[Part, ...]:
        """The parts that a row came with."""
        birth = self.known.get(posting.transaction_id)
        return today if birth is None else birth.parts

    def _label(self, posting: Posting, today: Label) -> Label:
        birth = self.known.get(posting.transaction_id)
        return today if birth is None or birth.label.source in BY_PAIR else birth.label

    def _by_line(self, posting: Posting) -> int | None:
        refs = (posting.incoming.ref, *([posting.replaces] if posting.replaces else []))
        return next((i for ref in refs if (i := self.owners.get(ref)) in self.free), None)

    def _by_content(self, posting: Posting) -> int | None:
        line = posting.incoming
        there = self.places.get((line.account_id, line.line.amount.minor, posting.occurred), [])
        while there and there[-1] not in self.free:
            there.pop()
        return there[-1] if there else None

    def _take(self, transaction_id: int) -> int:
        self.known[transaction_id] = self.free.pop(transaction_id)
        return transaction_id


def _with_ids(plan: Plan, then: Mapping[int, int]) -> Plan:
    def of(i: TransactionId) -> TransactionId:
        return TransactionId(then.get(i, i))

    return msgspec.structs.replace(
        plan,
        new=[msgspec.structs.replace(p, transaction_id=of(p.transaction_id)) for p in plan.new],
        suggestions=[msgspec.structs.replace(s, left=of(s.left), right=of(s.right)) for s in plan.suggestions],
    )


def sorted_then(changes: Iterable[Change]) -> dict[int, Label]:
    """What a batch sorted rows as that stood before it, by transaction id."""
    sorts = [c for c in changes if c.group == FieldGroup.CATEGORY and c.object_kind == ObjectKind.TRANSACTION]
    return {c.object_id: label for c in sorts if (label := label_of(c.after)).source not in BY_PAIR}
