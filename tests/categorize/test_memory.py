"""What the owner's corrections leave behind."""

from __future__ import annotations

import datetime as dt

from farthing.categorize import Word, forget, recall, remember, take_back
from farthing.categorize.taxonomy import by_slug
from farthing.core.ids import CategoryId
from farthing.platform.database import Unit
from world import NOW, Family, found

COFFEE, GIFTS, BOOKS = (by_slug(s).category_id for s in ("coffee", "gifts", "books"))


def at(day: int) -> dt.datetime:
    return NOW + dt.timedelta(days=day)


async def recalled(unit: Unit, *payee_ids: int) -> dict[int, tuple[int, int, int]]:
    """Category, how often it was said, how often anything was."""
    return {i: (r.category_id, r.times, r.total) for i, r in (await recall(unit, payee_ids)).items()}


async def test_a_correction_is_recalled_by_payee(household: Family) -> None:
    async with household.unit() as (unit, _):
        assert await remember(unit, [Word(7, COFFEE), Word(8, COFFEE), Word(8, COFFEE)], at=at(0)) == 2
        assert await recalled(unit, 7, 8, 9) == {7: (COFFEE, 1, 1), 8: (COFFEE, 1, 1)}


async def test_the_last_word_wins_and_agreement_is_counted(household: Family) -> None:
    async with household.unit() as (unit, _):
        for day, said in enumerate((GIFTS, GIFTS, COFFEE)):
            await remember(unit, [Word(7, said)], at=at(day))
        assert await recalled(unit, 7) == {7: (COFFEE, 1, 3)}
        await remember(unit, [Word(7, COFFEE)], at=at(4))
        assert await recalled(unit, 7) == {7: (COFFEE, 2, 4)}


async def test_a_word_taken_back_leaves_the_one_before(household: Family) -> None:
    async with household.unit() as (unit, _):
        await remember(unit, [Word(7, GIFTS)], at=at(0))
        await remember(unit, [Word(7, COFFEE)], at=at(1))
        await take_back(unit, [Word(7, COFFEE)])
        assert await recalled(unit, 7) == {7: (GIFTS, 1, 1)}
        await take_back(unit, [Word(7, GIFTS)])
        assert await recalled(unit, 7) == {}


async def test_a_word_is_taken_back_although_the_bank_changed_the_amount_since(household: Family) -> None:
    async with household.unit() as (unit, _):
        await remember(unit, [Word(7, GIFTS, 1, -8), Word(7, GIFTS, 1, -14)], at=at(0))
        await take_back(unit, [Word(7, GIFTS, 1, -13)])
        (left,) = (await recall(unit, [7]))[7].parts
        assert (left.band, left.times) == (-8, 1)


async def test_words_on_other_sizes_and_accounts_are_kept_beside_each_other(household: Family) -> None:
    async with household.unit() as (unit, _):
        await remember(unit, [Word(7, GIFTS, 1, -8), Word(7, COFFEE, 1, -18)], at=at(0))
        await remember(unit, [Word(7, GIFTS, 1, -8)], at=at(1))
        kept = (await recall(unit, [7]))[7]
        assert (kept.category_id, kept.times, kept.total) == (GIFTS, 2, 3)
        assert kept.of(-130_000, 1).category_id == COFFEE


async def test_forgetting_leaves_nothing_of_a_payee_and_all_of_another(household: Family) -> None:
    async with household.unit() as (unit, _):
        await remember(unit, [Word(7, BOOKS), Word(8, BOOKS)], at=at(0))
        assert await forget(unit, [7]) == 1
        assert await recalled(unit, 7, 8) == {8: (BOOKS, 1, 1)}
        assert await forget(unit, []) == 0
        assert await recall(unit, []) == {}


async def test_one_household_never_recalls_anothers_words(household: Family) -> None:
    other = await found(household.world)
    async with household.unit() as (unit, _):
        await remember(unit, [Word(7, CategoryId(1000))], at=at(0))
    async with other.unit() as (unit, _):
        assert await recall(unit, [7]) == {}
        assert await forget(unit, [7]) == 0
