"""How it went, as the tables tell it. Reads only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from farthing.core.ids import CategoryId
from farthing.ingest.batches.batch import BatchRow, BatchState, FieldGroup, ObjectKind
from farthing.ingest.land import WITH_HEAD
from farthing.ledger.label import Part, splits_of
from farthing.ledger.model import BatchKind, Label, LineKind, LineState, Source
from farthing.ledger.post import Seals
from farthing.platform.database import Unit
from farthing.platform.sql import load

queries = load("farthing.ingest.replaying")


class Birth(msgspec.Struct, frozen=True):
    """A row that is held: the batch that brought it, what its line would be known by, its label when it came, and its parts then."""

    transaction_id: int
    batch_id: int
    place: tuple[int, int, dt.date]  # account, amount, day
    label: Label
    parts: tuple[Part, ...] = ()


class Line(msgspec.Struct, frozen=True):
    """A line as it stands."""

    transaction_id: int
    account_id: int
    digest: int
    date: dt.date
    state: LineState
    kind: LineKind


class Pair(msgspec.Struct, frozen=True):
    """What is decided on two rows: how it stands, how surely, and of a refund how much."""

    state: int
    score: int
    amount: int | None


class Untold(msgspec.Struct, frozen=True):
    """A batch that left nothing to replay."""

    batch_id: int
    kind: BatchKind


async def steps(unit: Unit, seals: Seals) -> list[BatchRow]:
    """Batches that did something, in the order in which they happened."""
    found = []
    for row in await queries.steps.rows(unit.conn, household_id=unit.household_id):
        plain = dict(row)
        summary = seals.open_value("batch", "sealed", row["batch_id"], plain.pop("sealed"))
        plain |= {"kind": BatchKind(row["kind"]), "state": BatchState(row["state"]), "summary": summary or {}}
        found.append(BatchRow(**plain))
    return found


async def lines_every(unit: Unit) -> dict[bytes, Line]:
    """Every line by its ref."""
    rows = await queries.lines_every.rows(unit.conn, household_id=unit.household_id)
    return {
        r["ref"].bytes: Line(r["transaction_id"], r["account_id"], r["digest"], r["date"], LineState(r["state"]), LineKind(r["kind"]))
        for r in rows
    }


async def births(unit: Unit, seals: Seals) -> dict[int, Birth]:
    """Every row by id, oldest first."""
    labels: dict[int, Label] = {}
    parts = await parts_every(unit, seals)
    for group in (FieldGroup.CATEGORY, FieldGroup.SPLITS):
        asked = {"field_group": int(group), "object_kind": int(ObjectKind.TRANSACTION)}
        for row in await queries.births_firsts.rows(unit.conn, household_id=unit.household_id, **asked):
            was, _, _ = seals.open_value("change", "sealed", row["change_id"], row["sealed"])
            if group == FieldGroup.CATEGORY:
                labels[row["object_id"]] = label_of(was)
            else:
                parts[row["object_id"]] = tuple(Part(*image) for image in was["parts"])
    rows = await queries.births.rows(unit.conn, household_id=unit.household_id)
    return {
        i: Birth(
            i,
            r["batch_id"],
            (r["account_id"], r["amount"], r["bank_date"]),
            labels.get(i) or Label(CategoryId(r["category_id"]), Source(r["category_source"]), r["confidence"], model=r["model"]),
            parts.get(i, ()),
        )
        for r in rows
        for i in [r["transaction_id"]]
    }


def label_of(image: Mapping[str, Any]) -> Label:
    """The label that an image tells of."""
    return Label(CategoryId(image["category_id"]), Source(image["source"]), image["confidence"], model=image.get("model", 0))


async def parts_every(unit: Unit, seals: Seals) -> dict[int, tuple[Part, ...]]:
    """The parts of every split row as they are now."""
    halved = await queries.parts_every.rows(unit.conn, household_id=unit.household_id)
    return {i: tuple(parts) for i, parts in (await splits_of(unit, seals, [r["transaction_id"] for r in halved])).items()} if halved else {}


async def pairs_every(unit: Unit) -> dict[tuple[int, int, int], Pair]:
    """(out, in, kind) -> what is decided."""
    rows = await queries.pairs_every.rows(unit.conn, household_id=unit.household_id)
    return {(r["out_id"], r["in_id"], r["kind"]): Pair(r["state"], r["score"], r["amount"]) for r in rows}


async def merged_every(unit: Unit) -> dict[int, int]:
    """Which row each merged one is now."""
    rows = await queries.merged_every.rows(unit.conn, household_id=unit.household_id)
    return {r["other_id"]: r["kept_id"] for r in rows}


async def answers_every(unit: Unit) -> dict[tuple[int, int, int], int]:
    """(left, right, kind) of every question -> how it stands."""
    rows = await queries.answers_every.rows(unit.conn, household_id=unit.household_id)
    return {(r["left_id"], r["right_id"], r["kind"]): r["state"] for r in rows}


async def untold(unit: Unit) -> list[Untold]:
    """Batches that changed rows, and of which neither a page nor an image is left."""
    rows = await queries.untold.rows(unit.conn, household_id=unit.household_id)
    return [Untold(r["batch_id"], BatchKind(r["kind"])) for r in rows]


def owners(lines: Mapping[bytes, Line]) -> dict[bytes, int]:
    """The row that each line stands beneath."""
    return {ref: line.transaction_id for ref, line in lines.items()}


def of_batch(held: Mapping[int, Birth]) -> dict[int, Sequence[Birth]]:
    """Rows by the batch that brought them, in the order in which they came."""
    found: dict[int, list[Birth]] = {}
    for birth in held.values():
        found.setdefault(birth.batch_id, []).append(birth)
    return dict(found)


async def landed_forms(unit: Unit) -> dict[tuple[str, bool], int]:
    """(form, whether it is kept how they were taken in) -> how many pages."""
    rows = await queries.landed_forms.rows(unit.conn, household_id=unit.household_id)
    return {(r["format"], r["codec"] == WITH_HEAD): r["n"] for r in rows}
