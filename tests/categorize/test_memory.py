"""What the owner's corrections leave behind."""

from __future__ import annotations

import datetime as dt

from farthing.categorize import Remembered, forget, recall, remember, take_back
from farthing.categorize.taxonomy import by_slug
from farthing.core.ids import CategoryId
from world import NOW, Family, found

COFFEE, GIFTS, BOOKS = (by_slug(s).category_id for s in ("coffee", "gifts", "books"))


def at(day: int) -> dt.datetime:
    return NOW + dt.timedelta(days=day)


async def test_a_correction_is_recalled_by_payee(household: Family) -> None:
    async with household.unit() as (unit, _):
        assert await remember(unit, [7, 8, 8], category_id=COFFEE, at=at(0)) == 2
        assert await recall(unit, [7, 8, 9]) == {7: Remembered(COFFEE, 1, 1), 8: Remembered(COFFEE, 1, 1)}


async def test_the_last_word_wins_and_agreement_is_counted(household: Family) -> None:
    async with household.unit() as (unit, _):
        for day, said in enumerate((GIFTS, GIFTS, COFFEE)):
            await remember(unit, [7], category_id=said, at=at(day))
        assert await recall(unit, [7]) == {7: Remembered(COFFEE, 1, 3)}
        await remember(unit, [7], category_id=COFFEE, at=at(4))
        assert await recall(unit, [7]) == {7: Remembered(COFFEE, 2, 4)}


async def test_a_word_taken_back_leaves_the_one_before(household: Family) -> None:
    async with household.unit() as (unit, _):
        await remember(unit, [7], category_id=GIFTS, at=at(0))
        await remember(unit, [7], category_id=COFFEE, at=at(1))
        await take_back(unit, [7], category_id=COFFEE)
        assert await recall(unit, [7]) == {7: Remembered(GIFTS, 1, 1)}
        await take_back(unit, [7], category_id=GIFTS)
        assert await recall(unit, [7]) == {}


async def test_forgetting_leaves_nothing_of_a_payee_and_all_of_another(household: Family) -> None:
    async with household.unit() as (unit, _):
        await remember(unit, [7, 8], category_id=BOOKS, at=at(0))
        assert await forget(unit, [7]) == 1
        assert await recall(unit, [7, 8]) == {8: Remembered(BOOKS, 1, 1)}
        assert await forget(unit, []) == 0
        assert await recall(unit, []) == {}


async def test_one_household_never_recalls_anothers_words(household: Family) -> None:
    other = await found(household.world)
    async with household.unit() as (unit, _):
        await remember(unit, [7], category_id=CategoryId(1000), at=at(0))
    async with other.unit() as (unit, _):
        assert await recall(unit, [7]) == {}
        assert await forget(unit, [7]) == 0
