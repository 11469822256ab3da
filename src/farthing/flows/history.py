"""The history of one transaction: where it came from, and who or what set each field since, when, why, and what it replaced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from farthing.categorize.ruling.model import is_rule
from farthing.core.errors import Missing
from farthing.core.ids import public
from farthing.core.money import decimal_text
from farthing.flows.desk import Desk
from farthing.flows.pair_up import PAIR, image
from farthing.flows.revise import wholes
from farthing.flows.show import SOURCE_WORDS
from farthing.ingest.batches.batch import BatchRow, Change, FieldGroup, batches_named, changes_of
from farthing.ingest.batches.image import Image, Whole, images
from farthing.ingest.matching.words import told
from farthing.ingest.pairing.decisions import Made, made_by_us
from farthing.ingest.pairing.model import KIND_TRANSFER, REJECTED
from farthing.ingest.pairing.words import reasons
from farthing.ledger.model import BatchKind, Discarded, Source, Status

BY = {BatchKind.SYNC: "bank", BatchKind.IMPORT: "file", BatchKind.EDIT: "owner", BatchKind.RULE_RUN: "rule", BatchKind.UNDO: "owner"}
WHY = {
    "owner": "you said so",
    "undo": "an earlier change was undone",
    "same_id": "the bank corrected it",
    "pending_link": "settled from a pending row",
    "cheque": "the same cheque's number as a row",
    "same_content": "settled from a pending row",
    "claimed": "the bank's word for a waiting row",
    "revived": "it came again",
    "churned": "the bank gave it a new id",
    "realigned": "met again under the account's new id",
    "gone": "the bank took it back",
    "merged": "you said that the two are one",
    "apart": "you said that the two are not one",
    "stood_in": "its own line went away; the one you merged with it speaks for it now",
    "transfer": "the other side is in another of your accounts",
    "refund": "it pays back a purchase",
    "unpaired": "what it belonged to is gone",
    "other_gone": "the other half is gone",
    "no_longer_equal": "the two are no longer equal",
}


class Told(msgspec.Struct, frozen=True):
    """One field set. `field` is the API's name (`transaction` for its beginning), `by` is owner | bank | file | rule; values are plain."""

    at: dt.datetime
    field: str
    before: Any
    after: Any
    by: str
    why: str
    batch_id: int
    member_id: int = 0
    source: str | None = None  # of a category


async def history(desk: Desk, transaction_id: int) -> list[Told]:
    """Oldest first: how the row began, then every change. Raises Missing."""
    held = await wholes(desk, [transaction_id])
    if transaction_id not in held:
        raise Missing("not_found", "no such transaction")
    whole = held[transaction_id]
    changes = await changes_of(desk.unit, desk.sealer, transaction_id)
    changes = _with_pairs(changes, transaction_id, await made_by_us(desk.unit, desk.sealer, transaction_id))
    batches = await batches_named(desk.unit, desk.sealer, [whole.row.batch_id, *(c.batch_id for c in changes)])
    words = _words(desk, whole.row.currency)
    said = [_born(whole, changes, batches.get(whole.row.batch_id), words)]
    for change in changes:
        said += _told(change, batches.get(change.batch_id), words, whole.row.currency)
    return said


def _with_pairs(changes: Sequence[Change], transaction_id: int, made: Sequence[Made]) -> list[Change]:
    """The changes with the pairs that a sync or a file made: those are kept with the pair alone."""
    told = list(changes)
    for pair in made:
        now = image(pair.decision)
        if any(c.group == FieldGroup.PAIR and c.after[PAIR] == now for c in changes):
            continue
        why = ", ".join(reasons(pair.evidence)) or ("transfer" if pair.decision.kind == KIND_TRANSFER else "refund")
        change = Change(transaction_id, FieldGroup.PAIR, {PAIR: None}, {PAIR: now}, why, batch_id=pair.batch_id, at=pair.at)
        place = next((n for n, c in enumerate(told) if c.at and c.at > pair.at), len(told))
        told.insert(place, change)
    return told


def words_of_fields(desk: Desk, currency: str, changes: Sequence[Change], batch: BatchRow) -> list[Told]:
    """What some changes of one batch set, field by field, in words; `currency` is the row's."""
    words = _words(desk, currency)
    return [told for change in changes for told in _told(change, batch, words, currency)]


Words = Mapping[str, tuple[str, Callable[[Any], Any]]]


def _words(desk: Desk, currency: str) -> Words:
    """Field of an image -> the API's name for it, and its value as people read it. Fields that are not here are nobody's business."""

    def money(minor: int) -> str:
        return decimal_text(minor, currency)

    def category(category_id: int) -> str:
        return desk.categories.of(category_id).slug

    def left_out(dropped: Mapping[str, Any]) -> dict[str, Any]:
        return {name: category(value) if name == "category_id" else value for name, value in dropped.items() if name != "splits"}

    def same(value: Any) -> Any:
        return value

    return {
        "amount": ("amount", money),
        "bank_date": ("date", same),
        "owner_date": ("date", same),
        "posted_date": ("posted_date", same),
        "status": ("status", lambda status: Status(status).name.lower()),
        "text": ("description", same),
        "category_id": ("category", category),
        "note": ("note", same),
        "merchant": ("merchant", same),
        "tags": ("tags", same),
        "hidden": ("hidden", same),
        "reviewed": ("reviewed", same),
        "discarded": ("deleted", lambda discarded: discarded != Discarded.NO),
        "merged": (
            "merged",
            lambda one: (
                one
                and {
                    "id": public("txn", one["other"]),
                    "date": one["date"],
                    "amount": money(one["amount"]),
                    "description": one["text"],
                    "left_out": left_out(one["dropped"]),
                }
            ),
        ),
        "apart": ("apart", lambda one: one and public("txn", one["other"])),
        "parts": ("splits", lambda parts: [{"amount": money(p[0]), "category": category(p[1]), "note": p[3]} for p in parts]),
    }


def _born(whole: Whole, changes: list[Change], batch: BatchRow | None, words: Words) -> Told:
    """The row as it was first written: today's with every change taken off again."""
    first: Image = {name: value for group in images(whole).values() for name, value in group.items()}
    for change in reversed(changes):
        first |= change.before
    after = {words[name][0]: words[name][1](first[name]) for name in ("amount", "bank_date", "status", "category_id")}
    return Told(
        at=batch.started_at if batch else whole.row.updated_at,
        field="transaction",
        before=None,
        after=after,
        by=_by(batch),
        why={"bank": "the bank reported it", "file": "it stood in a file"}.get(_by(batch), "you wrote it down"),
        batch_id=whole.row.batch_id,
        member_id=batch.member_id if batch else 0,
        source=SOURCE_WORDS[Source(first["source"])],
    )


def _by(batch: BatchRow | None) -> str:
    return BY[batch.kind] if batch else "bank"


def _told(change: Change, batch: BatchRow | None, words: Words, currency: str) -> list[Told]:
    if change.group == FieldGroup.PAIR:
        return [_joined(change, batch, currency)]
    said = []
    source = SOURCE_WORDS[Source(change.after["source"])] if "source" in change.after else None
    for name, value in change.after.items() if change.after != change.before else ():
        if name in words:
            field, shown = words[name]
            was, now = shown(change.before[name]), shown(value)
            said.append(_set(change, batch, currency, (field, was, now), source))
    return said


def _set(change: Change, batch: BatchRow | None, currency: str, what: tuple[str, Any, Any], source: str | None = None) -> Told:
    """What a change set: the field, and its value before and after."""
    field, was, now = what
    return Told(
        at=change.at or (batch.started_at if batch else dt.datetime.min.replace(tzinfo=dt.UTC)),
        field=field,
        before=was,
        after=now,
        by="rule" if is_rule(change.why) else _by(batch),
        why=told(change.why, WHY, currency),
        batch_id=change.batch_id,
        member_id=batch.member_id if batch else 0,
        source=source,
    )


def _joined(change: Change, batch: BatchRow | None, currency: str) -> Told:
    """A row joined to another or taken off it; what a purchase is joined to is its refund."""
    was, now = (_other(change, change.before[PAIR]), _other(change, change.after[PAIR]))
    either = change.after[PAIR] or change.before[PAIR]
    field = "transfer_id" if either[2] == KIND_TRANSFER else "refund_of" if either[1] == change.object_id else "refunded_by"
    return _set(change, batch, currency, (field, was, now))


def _other(change: Change, image: Sequence[int] | None) -> str | None:
    """The other row, while the two belong together."""
    if image is None or image[3] == REJECTED:
        return None
    return public("txn", image[1] if image[0] == change.object_id else image[0])
