"""Owner columns: labels and edits. A label never overwrites what the owner said; an edit is the owner speaking."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

import msgspec

from farthing.ledger.lock import queries
from farthing.ledger.model import Discarded, Label, Source, Status
from farthing.ledger.post import BankText, OwnerText, Seals
from farthing.platform.database import Unit
from farthing.platform.sql import Row

TAGS_MAX = 20  # of one transaction


class Stored(msgspec.Struct, frozen=True):
    """A transaction as the table holds it, opened."""

    transaction_id: int
    account_id: int
    amount: int
    home_amount: int | None
    currency: str
    date: dt.date
    bank_date: dt.date
    posted_date: dt.date | None
    owner_date: dt.date | None
    status: Status
    discarded: Discarded
    hidden: bool
    reviewed: bool
    split: bool
    category_id: int
    category_source: Source
    confidence: int
    payee_id: int
    batch_id: int
    version: int
    updated_at: dt.datetime
    bank: BankText
    owner: OwnerText
    model: int = 0  # the version that chose the category; 0: not the model, or nobody noted it

    def under(self, label: Label) -> Stored:
        """The row with that label."""
        return msgspec.structs.replace(
            self, category_id=label.category_id, category_source=label.source, confidence=label.confidence, model=label.model
        )

    @property
    def counted(self) -> bool:
        """Whether it goes into any total."""
        return self.status != Status.VOID and self.discarded == Discarded.NO and not self.hidden


_STATUSES = {int(s): s for s in Status}
_DISCARDED = {int(d): d for d in Discarded}
_SOURCES = {int(s): s for s in Source}
_NO_WORDS = OwnerText()
_SEALED = {"bank": "sealed", "owner": "owner_sealed"}
_COLUMNS = tuple(_SEALED.get(field, field) for field in Stored.__struct_fields__)
_STATUS, _GONE, _SOURCE, _BANK, _OWNER = map(_COLUMNS.index, ("status", "discarded", "category_source", "sealed", "owner_sealed"))


def open_rows(rows: Sequence[Row], seals: Seals) -> list[Stored]:
    """Open rows of `transaction`; each statement names the columns in an order of its own."""
    if not rows:
        return []
    names = list(rows[0].keys())
    in_order = itemgetter(*(names.index(column) for column in _COLUMNS))
    return [_opened(in_order(tuple(row)), seals) for row in rows]


def _opened(columns: Sequence[Any], seals: Seals) -> Stored:
    key, values = columns[0], list(columns)
    values[_STATUS] = _STATUSES[values[_STATUS]]
    values[_GONE] = _DISCARDED[values[_GONE]]
    values[_SOURCE] = _SOURCES[values[_SOURCE]]
    values[_BANK] = msgspec.convert(seals.open_value("transaction", "sealed", key, values[_BANK]), BankText)
    owner = seals.open_value("transaction", "owner_sealed", key, values[_OWNER])
    values[_OWNER] = msgspec.convert(owner, OwnerText) if owner else _NO_WORDS
    return Stored(*values)


async def before(unit: Unit, seals: Seals, transaction_ids: Sequence[int]) -> dict[int, Stored]:
    """Rows as they stand, by id; unknown ids are simply absent."""
    rows = await queries.before.rows(unit.conn, household_id=unit.household_id, transaction_ids=list(transaction_ids))
    return {r.transaction_id: r for r in open_rows(rows, seals)}


async def versions(unit: Unit, transaction_ids: Sequence[int]) -> dict[int, int]:
    """The version that each row stands at, by id; unknown ids are simply absent."""
    rows = await queries.versions.rows(unit.conn, household_id=unit.household_id, transaction_ids=list(transaction_ids))
    return dict(rows)


async def newest(unit: Unit, seals: Seals, *, count: int) -> list[Stored]:
    """The newest rows that are sorted, at most `count`."""
    rows = await queries.newest.rows(unit.conn, household_id=unit.household_id, count=count)
    return open_rows(rows, seals)


async def label(unit: Unit, *, at: dt.datetime, labels: Mapping[int, Label]) -> None:
    """Set categories by transaction id where the owner has not spoken."""
    if not labels:
        return
    ids = list(labels)
    await unit.write(
        queries.label,
        household_id=unit.household_id,
        at=at,
        transaction_ids=ids,
        category_ids=[labels[i].category_id for i in ids],
        sources=[int(labels[i].source) for i in ids],
        confidences=[labels[i].confidence for i in ids],
        models=[labels[i].model for i in ids],
    )


async def edit(unit: Unit, seals: Seals, *, at: dt.datetime, rows: Sequence[Stored]) -> None:
    """Write the owner columns of `rows` as they now are."""
    if not rows:
        return
    await unit.write(
        queries.edit,
        len(rows),
        household_id=unit.household_id,
        at=at,
        transaction_ids=[r.transaction_id for r in rows],
        category_ids=[r.category_id for r in rows],
        sources=[int(r.category_source) for r in rows],
        confidences=[r.confidence for r in rows],
        models=[r.model for r in rows],
        discardeds=[int(r.discarded) for r in rows],
        hiddens=[r.hidden for r in rows],
        revieweds=[r.reviewed for r in rows],
        splits=[r.split for r in rows],
        owner_dates=[r.owner_date for r in rows],
        owner_sealeds=[_owner_sealed(seals, r) for r in rows],
    )


def _owner_sealed(seals: Seals, row: Stored) -> bytes | None:
    return None if row.owner == OwnerText() else seals.seal_value("transaction", "owner_sealed", row.transaction_id, row.owner)


class Part(msgspec.Struct, frozen=True):
    """One part of a split row; parts add up to the row."""

    amount: int
    category_id: int
    home_amount: int | None = None
    note: str = ""


async def splits_of(unit: Unit, seals: Seals, transaction_ids: Sequence[int]) -> dict[int, list[Part]]:
    """Parts by transaction id, in the owner's order."""
    if not transaction_ids:
        return {}
    rows = await queries.splits_of.rows(unit.conn, household_id=unit.household_id, transaction_ids=list(transaction_ids))
    parts: dict[int, list[Part]] = {}
    for r in rows:
        key = f"{r['transaction_id']}/{r['part']}"
        note: Any = seals.open_value("split", "sealed", key, r["sealed"])
        parts.setdefault(r["transaction_id"], []).append(Part(r["amount"], r["category_id"], r["home_amount"], note or ""))
    return parts


async def split(unit: Unit, seals: Seals, parts: Mapping[int, Sequence[Part]], *, fresh: bool = False) -> None:
    """Replace the parts of each row; an empty sequence takes them away, `fresh` rows have none. The caller sets the row's `split`."""
    if not fresh:
        await unit.write(queries.split_clear, household_id=unit.household_id, transaction_ids=list(parts))
    flat = [(i, n, p) for i, ps in parts.items() for n, p in enumerate(ps)]
    if flat:
        await unit.write(
            queries.split_write,
            household_id=unit.household_id,
            transaction_ids=[i for i, _, _ in flat],
            parts=[n for _, n, _ in flat],
            amounts=[p.amount for _, _, p in flat],
            home_amounts=[p.home_amount for _, _, p in flat],
            category_ids=[p.category_id for _, _, p in flat],
            sealeds=[seals.seal_value("split", "sealed", f"{i}/{n}", p.note) if p.note else None for i, n, p in flat],
        )


async def tags(unit: Unit, seals: Seals) -> dict[int, str]:
    """The household's tags by id."""
    rows = await queries.tags.rows(unit.conn, household_id=unit.household_id)
    return {r["tag_id"]: seals.open_value("tag", "sealed", r["tag_id"], r["sealed"]) for r in rows}


async def tags_of(unit: Unit, transaction_ids: Sequence[int]) -> dict[int, list[int]]:
    """Tag ids by transaction id."""
    rows = await queries.tags_of.rows(unit.conn, household_id=unit.household_id, transaction_ids=list(transaction_ids))
    found: dict[int, list[int]] = {}
    for r in rows:
        found.setdefault(r["transaction_id"], []).append(r["tag_id"])
    return found


async def tag(unit: Unit, seals: Seals, *, names: Mapping[int, str], tagged: Mapping[int, Sequence[int]], fresh: bool = False) -> None:
    """Replace the tags of each row by those given (ids of `names`); `fresh` rows have none to take away."""
    household = unit.household_id
    if not fresh:
        await unit.write(queries.tag_clear, household_id=household, transaction_ids=list(tagged))
    pairs = [(t, i) for i, ts in tagged.items() for t in ts]
    if pairs:
        used = sorted({t for t, _ in pairs})
        sealeds = [seals.seal_value("tag", "sealed", t, names[t]) for t in used]
        await unit.write(queries.tag_names, household_id=household, tag_ids=used, sealeds=sealeds)
        await unit.write(queries.tag_write, household_id=household, tag_ids=[t for t, _ in pairs], transaction_ids=[i for _, i in pairs])
