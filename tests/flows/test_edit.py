"""What the owner says of a row: it counts at once, is learned from, can be undone, and no bank overwrites it."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.core.errors import Missing, Rejected, Stale
from farthing.flows.bulk import edit_many
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.revise import Revised
from farthing.ledger.reading.rows import Filter
from world import Bank, Family, found


async def edit(household: Family, ref: str, **wish: object) -> Revised:
    row = await household.id_of(ref)
    return await edit_transaction(household.world, household.household_id, household.actor, row, Edit(**wish))  # type: ignore[arg-type]


async def test_a_label_outlives_settlement(household: Family, bank: Bank) -> None:
    await bank("2026-01-30 -10.00 ZORBLAX pending x1")
    await edit(household, "x1", category_id=await household.category("groceries"), note="for the party", tags=["Birthday", "home"])
    await bank("2026-02-01 -12.00 ZORBLAX code TRAVEL_LODGING settles x1 x2", "gone x1")
    assert await household.rows() == ["2026-01-30 -12.00 Zorblax groceries #Birthday #home “for the party”"]
    assert await household.spent("2026-01") == {"groceries": "-12.00"}


async def test_what_the_owner_said_once_is_known_of_the_next_line(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -10.00 ZORBLAX x1")
    await edit(household, "x1", category_id=await household.category("vet"))
    await bank("2026-10-08 -11.00 ZORBLAX x2")
    assert await household.rows() == ["2026-10-08 -11.00 Zorblax vet", "2026-10-01 -10.00 Zorblax vet"]


async def test_a_category_moves_its_money_at_once(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -10.00 ZORBLAX x1", "2026-10-02 -5.00 QUUXLEY x2")
    revised = await edit(household, "x1", category_id=await household.category("vet"))
    assert (revised.count, revised.batch_id is not None) == (1, True)
    assert await household.spent("2026-10") == {"vet": "-10.00", "uncategorised": "-5.00"}
    assert await household.is_sound()


async def test_the_owners_day_moves_a_row_to_another_month_and_stays(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -10.00 ZORBLAX x1")
    await edit(household, "x1", date=dt.date(2026, 9, 30))
    assert await household.spent("2026-09") == {"uncategorised": "-10.00"}
    await bank("2026-10-02 -11.00 ZORBLAX x1")
    assert await household.rows() == ["2026-09-30 -11.00 Zorblax uncategorised"]
    assert await household.is_sound()
    await edit(household, "x1", date=None)
    assert await household.rows() == ["2026-10-02 -11.00 Zorblax uncategorised"]
    assert await household.is_sound()


async def test_a_hidden_row_counts_nowhere(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -10.00 ZORBLAX x1")
    await edit(household, "x1", hidden=True)
    assert await household.spent("2026-10") == {}
    assert await household.rows() == ["2026-10-01 -10.00 Zorblax uncategorised hidden"]
    assert await household.is_sound()


async def test_null_gives_the_decision_back(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -10.00 ZORBLAX code FOOD_AND_DRINK_GROCERIES x1")
    await edit(household, "x1", category_id=await household.category("vet"))
    await edit(household, "x1", category_id=None)
    assert await household.rows() == ["2026-10-01 -10.00 Zorblax groceries"]


async def test_the_same_word_again_changes_nothing(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -10.00 ZORBLAX x1")
    await edit(household, "x1", note="once")
    assert await edit(household, "x1", note="once ") == Revised()


async def test_an_edit_of_an_older_version_is_refused(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -10.00 ZORBLAX x1")
    await edit(household, "x1", note="mine")
    row = await household.id_of("x1")
    with pytest.raises(Stale):
        await edit_transaction(household.world, household.household_id, household.actor, row, Edit(note="yours"), if_version=1)


async def test_another_households_row_is_a_missing_one(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -10.00 ZORBLAX x1")
    other = await found(household.world)
    with pytest.raises(Missing):
        await edit_transaction(other.world, other.household_id, other.actor, await household.id_of("x1"), Edit(note="hello"))


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"category_id": 987654}, "category_id"),
        ({"date": dt.date(2031, 1, 1)}, "date"),
        ({"note": "x" * 2001}, "note"),
        ({"merchant": "a\x00b"}, "merchant"),
        ({"tags": [""]}, "tags"),
        ({"tags": [f"t{n}" for n in range(21)]}, "tags"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_field(household: Family, bank: Bank, wish: dict[str, object], field: str) -> None:
    await bank("2026-10-01 -10.00 ZORBLAX x1")
    with pytest.raises(Rejected) as refusal:
        await edit(household, "x1", **wish)
    assert refusal.value.field == field


async def test_many_rows_are_one_batch(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -10.00 ZORBLAX x1", "2026-10-02 -5.00 QUUXLEY x2", "2026-11-02 -7.00 GRULTZ x3")
    october = Filter(first=dt.date(2026, 10, 1), last=dt.date(2026, 10, 31))
    wish = Edit(category_id=await household.category("vet"), tags=["cat"])
    revised = await edit_many(household.world, household.household_id, household.actor, wish, wanted=october)
    assert revised.count == 2
    assert await household.rows() == [
        "2026-11-02 -7.00 Grultz uncategorised",
        "2026-10-02 -5.00 Quuxley vet #cat",
        "2026-10-01 -10.00 Zorblax vet #cat",
    ]
    assert await household.is_sound()


async def test_many_rows_by_text_are_those_that_the_search_finds(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -10.00 ZORBLAX x1", "2026-10-02 -5.00 QUUXLEY x2")
    revised = await edit_many(household.world, household.household_id, household.actor, Edit(hidden=True), wanted=Filter(), text="quux")
    assert revised.count == 1
    assert "2026-10-02 -5.00 Quuxley uncategorised hidden" in await household.rows()


async def test_an_unknown_id_among_many_refuses_them_all(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -10.00 ZORBLAX x1")
    ids = [await household.id_of("x1"), 12345]
    with pytest.raises(Missing):
        await edit_many(household.world, household.household_id, household.actor, Edit(hidden=True), ids=ids)
    assert await household.rows() == ["2026-10-01 -10.00 Zorblax uncategorised"]
