"""A transaction with what hangs on it, and its images: each group of fields as plain values, before and after. Pure.

An image holds only the fields that differ, so a change is as small as what changed; undo puts exactly those back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from farthing.ingest.batches.batch import Change, FieldGroup
from farthing.ledger.label import Part, Stored
from farthing.ledger.model import Discarded, Posting, Source, Status
from farthing.ledger.post import bank_text, booked_on

Image = dict[str, Any]
LINES = "lines"  # beside the fields: lines beneath the row and their state, by the hex of their ref
_TEXTS = ("text", "reference", "counterparty", "provider_code", "mcc", "evidence")


class Whole(msgspec.Struct, frozen=True):
    """A row, the names of its tags in order, and its parts."""

    row: Stored
    tags: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


def images(whole: Whole) -> dict[FieldGroup, Image]:
    """Every field that a bank or an owner may set, by group."""
    row, owner, bank = whole.row, whole.row.owner, whole.row.bank
    return {
        FieldGroup.BANK: {
            "amount": row.amount,
            "home_amount": row.home_amount,
            "currency": row.currency,
            "payee_id": row.payee_id,
            "bank_date": row.bank_date.isoformat(),
            "posted_date": row.posted_date.isoformat() if row.posted_date else None,
            "status": int(row.status),
            **{name: getattr(bank, name) for name in _TEXTS},
        },
        FieldGroup.CATEGORY: {
            "category_id": int(row.category_id),
            "source": int(row.category_source),
            "confidence": row.confidence,
            "model": row.model,
        },
        FieldGroup.NOTE: {"note": owner.note},
        FieldGroup.MERCHANT: {"merchant": owner.merchant},
        FieldGroup.TAGS: {"tags": list(whole.tags)},
        FieldGroup.SPLITS: {"parts": [[p.amount, int(p.category_id), p.home_amount, p.note] for p in whole.parts]},
        FieldGroup.HIDDEN: {"hidden": row.hidden},
        FieldGroup.DATE: {"owner_date": row.owner_date.isoformat() if row.owner_date else None},
        FieldGroup.DISCARDED: {"discarded": int(row.discarded)},
        FieldGroup.REVIEWED: {"reviewed": row.reviewed},
    }


def differences(before: Whole, after: Whole, why: str = "") -> list[Change]:
    """One change for each group that differs, with the fields that do."""
    was, now = images(before), images(after)
    changes = []
    for group, image in was.items():
        fields = [name for name in image if image[name] != now[group][name]]
        if fields and group == FieldGroup.CATEGORY:
            fields = list(image)  # a category is told with its source, even when only that is new
        if fields:
            then = {name: now[group][name] for name in fields}
            changes.append(Change(before.row.transaction_id, group, {name: image[name] for name in fields}, then, why))
    return changes


def carrying(changes: Sequence[Change], *, was: Mapping[str, int], now: Mapping[str, int]) -> list[Change]:
    """The changes, one of them with the standing of lines (by the hex of their ref) before and after."""
    carrier = next((c for c in changes if c.group in {FieldGroup.BANK, FieldGroup.DISCARDED}), None)
    return [
        msgspec.structs.replace(c, before={**c.before, LINES: dict(was)}, after={**c.after, LINES: dict(now)}) if c is carrier else c
        for c in changes
    ]


def stands(whole: Whole, change: Change) -> bool:
    """Whether the row still says what the change made it say."""
    now = images(whole).get(change.group, {})
    return all(now.get(name) == value for name, value in change.after.items() if name != LINES)


def restored(whole: Whole, group: FieldGroup, image: Mapping[str, Any]) -> Whole:
    """The row with the fields of an image put back."""
    row = whole.row
    match group:
        case FieldGroup.BANK:
            return msgspec.structs.replace(whole, row=_bank(row, image))
        case FieldGroup.CATEGORY:
            row = msgspec.structs.replace(
                row,
                category_id=image.get("category_id", row.category_id),
                category_source=Source(image.get("source", row.category_source)),
                confidence=image.get("confidence", row.confidence),
                model=image.get("model", 0),
            )
        case FieldGroup.NOTE | FieldGroup.MERCHANT:
            row = msgspec.structs.replace(row, owner=msgspec.structs.replace(row.owner, **image))
        case FieldGroup.TAGS:
            return msgspec.structs.replace(whole, tags=tuple(image["tags"]))
        case FieldGroup.SPLITS:
            parts = tuple(Part(amount, category, home, note) for amount, category, home, note in image["parts"])
            return Whole(msgspec.structs.replace(row, split=bool(parts)), whole.tags, parts)
        case FieldGroup.DATE:
            owner_date = _day(image["owner_date"])
            row = msgspec.structs.replace(row, owner_date=owner_date, date=owner_date or row.bank_date)
        case FieldGroup.DISCARDED:
            row = msgspec.structs.replace(row, discarded=Discarded(image["discarded"]))
        case FieldGroup.HIDDEN | FieldGroup.REVIEWED:
            row = msgspec.structs.replace(row, **image)
    return msgspec.structs.replace(whole, row=row)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _bank(row: Stored, image: Mapping[str, Any]) -> Stored:
    texts = {name: image[name] for name in _TEXTS if name in image}
    bank_date = _day(image.get("bank_date")) or row.bank_date
    return msgspec.structs.replace(
        row,
        amount=image.get("amount", row.amount),
        home_amount=image.get("home_amount", row.home_amount),
        currency=image.get("currency", row.currency),
        payee_id=image.get("payee_id", row.payee_id),
        bank_date=bank_date,
        date=row.owner_date or bank_date,
        posted_date=_day(image["posted_date"]) if "posted_date" in image else row.posted_date,
        status=Status(image.get("status", row.status)),
        bank=msgspec.structs.replace(row.bank, **texts),
    )


def as_posted(row: Stored, posting: Posting, home_amount: int | None) -> Stored:
    """The row as it is once the posting is written."""
    line = posting.incoming.line
    return msgspec.structs.replace(
        row,
        amount=line.amount.minor,
        home_amount=home_amount,
        currency=line.amount.currency,
        payee_id=posting.incoming.payee_id,
        bank_date=posting.occurred,
        date=row.owner_date or posting.occurred,
        posted_date=booked_on(posting),
        status=posting.status,
        bank=bank_text(line, posting.why),
    )
