"""What the owner said of a payee, counted. The last word wins; that it was always the same word makes it sure.

Kept by account and size of the amount, so that a shop that is two things can be remembered as two (`remembered`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

import msgspec

from farthing.categorize.remembering.remembered import Part, Remembered, Word, last_word
from farthing.core.ids import CategoryId
from farthing.platform.database import Unit
from farthing.platform.sql import load

queries = load("farthing.categorize.remembering")


class Said(msgspec.Struct, frozen=True):
    """A word that was counted for a category."""

    payee_id: int
    account_id: int
    band: int
    times: int
    at: dt.datetime


async def remember(unit: Unit, words: Iterable[Word], *, at: dt.datetime) -> int:
    """The owner said this: one correction each, however many rows were meant. Returns how many were counted."""
    distinct = _distinct(words)
    if not distinct:
        return 0
    return await queries.remember.count(unit.conn, household_id=unit.household_id, at=at, **_columns(distinct))


async def recall(unit: Unit, payee_ids: Sequence[int]) -> dict[int, Remembered]:
    """The owner's last word on each payee that was ever corrected; `of` a row it may be another."""
    if not payee_ids:
        return {}
    rows = await queries.recall.rows(unit.conn, household_id=unit.household_id, payee_ids=sorted(set(payee_ids)))
    parts: dict[int, list[Part]] = {}
    for payee_id, category_id, account_id, band, times, at in rows:
        parts.setdefault(payee_id, []).append(Part(CategoryId(category_id), account_id, band, times, at))
    return {payee_id: last_word(said) for payee_id, said in parts.items()}


async def take_back(unit: Unit, words: Iterable[Word]) -> None:
    """Undo one `remember`: the owner takes the words back, earlier ones stand."""
    distinct = _distinct(words)
    if distinct:
        await queries.take_back_counts.count(unit.conn, household_id=unit.household_id, **_columns(distinct))
        payee_ids = sorted({w.payee_id for w in distinct})
        await queries.take_back_empty.count(unit.conn, household_id=unit.household_id, payee_ids=payee_ids)


async def forget(unit: Unit, payee_ids: Sequence[int]) -> int:
    """Unlearn all that was said of these payees; returns how many memories went."""
    if not payee_ids:
        return 0
    return await queries.forget.count(unit.conn, household_id=unit.household_id, payee_ids=sorted(set(payee_ids)))


async def words_for(unit: Unit, category_id: int) -> list[Said]:
    """All that is remembered for a category."""
    rows = await queries.words_for.rows(unit.conn, household_id=unit.household_id, category_id=category_id)
    return [Said(r["payee_id"], r["account_id"], r["band"], r["times"], r["updated_at"]) for r in rows]


async def give_back(unit: Unit, category_id: CategoryId, said: Sequence[Said], *, taken_by: CategoryId | None) -> None:
    """What was remembered for a category before it was handed on is so again; `taken_by` counts it no more."""
    columns = {
        "payee_ids": [s.payee_id for s in said],
        "account_ids": [s.account_id for s in said],
        "bands": [s.band for s in said],
        "times": [s.times for s in said],
    }
    household = unit.household_id
    if taken_by is not None:
        await queries.give_back_taken.count(unit.conn, household_id=household, category_id=taken_by, **columns)
        payee_ids = sorted({s.payee_id for s in said})
        await queries.give_back_empty.count(unit.conn, household_id=household, category_id=taken_by, payee_ids=payee_ids)
    ats = [s.at for s in said]
    await queries.give_back.count(unit.conn, household_id=household, category_id=category_id, updated_ats=ats, **columns)


async def hand_on(unit: Unit, category_id: CategoryId, to: CategoryId | None) -> None:
    """What was remembered for one category counts for another, or is forgotten."""
    household = unit.household_id
    if to is not None:
        await queries.hand_on_moved.count(unit.conn, household_id=household, category_id=category_id, move_to=to)
    await queries.hand_on_forgotten.count(unit.conn, household_id=household, category_id=category_id)


def _distinct(words: Iterable[Word]) -> list[Word]:
    """In one order, so that two writers never wait for each other."""
    return sorted(set(words), key=lambda w: (w.payee_id, w.category_id, w.account_id, w.band))


def _columns(words: Collection[Word]) -> dict[str, list[int]]:
    return {
        "payee_ids": [w.payee_id for w in words],
        "category_ids": [w.category_id for w in words],
        "account_ids": [w.account_id for w in words],
        "bands": [w.band for w in words],
    }
