"""Parts add up to their row, count where they say, and stay what the owner made them when the bank changes its mind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.core.errors import Rejected
from farthing.flows.settle_splits import DIFFERENCE, at_home, settle
from farthing.flows.split_up import Slice, split_up
from farthing.flows.undo import undo
from farthing.ledger.label import Part
from snapshot import snapshot
from world import Bank, Family


async def split(household: Family, ref: str, *parts: tuple[str, str]) -> int | None:
    slices = [Slice(int(float(amount) * 100), await household.category(slug)) for amount, slug in parts]
    row = await household.id_of(ref)
    return (await split_up(household.world, household.household_id, household.actor, row, slices)).batch_id


async def test_parts_count_where_they_say(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -30.00 ZORBLAX x1")
    await split(household, "x1", ("-20", "groceries"), ("-10", "vet"))
    assert await household.spent("2026-10") == {"groceries": "-20.00", "vet": "-10.00"}
    assert await household.rows() == ["2026-10-01 -30.00 Zorblax uncategorised -20.00 groceries/-10.00 vet"]
    assert await household.is_sound()


async def test_no_parts_make_the_row_whole_again(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -30.00 ZORBLAX x1")
    await split(household, "x1", ("-20", "groceries"), ("-10", "vet"))
    await split(household, "x1")
    assert await household.spent("2026-10") == {"uncategorised": "-30.00"}
    assert await household.is_sound()


async def test_a_split_undone_is_as_if_it_had_not_been(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -30.00 ZORBLAX x1")
    before = await snapshot(household)
    batch = await split(household, "x1", ("-20", "groceries"), ("-10", "vet"))
    assert batch is not None
    await undo(household.world, household.household_id, household.actor, batch)
    assert await snapshot(household) == before


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([("-20", "groceries"), ("-11", "vet")], "splits_do_not_add_up"),
        ([("-40", "groceries"), ("10", "vet")], "bad_splits"),
        ([("-30", "groceries"), ("0", "vet")], "bad_splits"),
        ([("-30", "groceries")], "bad_splits"),
        ([("-1", "vet")] * 51, "bad_splits"),
    ],
)
async def test_what_does_not_add_up_is_refused(household: Family, bank: Bank, parts: list[tuple[str, str]], code: str) -> None:
    await bank("2026-10-01 -30.00 ZORBLAX x1")
    with pytest.raises(Rejected) as refusal:
        await split(household, "x1", *parts)
    assert refusal.value.code == code


async def test_a_tip_leaves_the_parts_alone_and_shows_the_difference(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -50.00 ZORBLAX pending x1")
    await split(household, "x1", ("-30", "groceries"), ("-20", "vet"))
    await bank("2026-10-02 -62.00 ZORBLAX settles x1 x2", "gone x1")
    assert await household.rows() == ["2026-10-01 -62.00 Zorblax uncategorised -30.00 groceries/-20.00 vet/-12.00 uncategorised"]
    assert await household.spent("2026-10") == {"groceries": "-30.00", "vet": "-20.00", "uncategorised": "-12.00"}
    assert await household.is_sound()


async def test_a_second_correction_moves_the_difference_and_the_old_amount_takes_it_away(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -50.00 ZORBLAX x1")
    await split(household, "x1", ("-30", "groceries"), ("-20", "vet"))
    await bank("2026-10-01 -62.00 ZORBLAX x1")
    await bank("2026-10-01 -45.00 ZORBLAX x1")
    assert await household.spent("2026-10") == {"groceries": "-30.00", "vet": "-20.00", "uncategorised": "5.00"}
    assert await household.is_sound()
    await bank("2026-10-01 -50.00 ZORBLAX x1")
    assert await household.rows() == ["2026-10-01 -50.00 Zorblax uncategorised -30.00 groceries/-20.00 vet"]
    assert await household.is_sound()


AMOUNTS = st.lists(st.integers(1, 10**9), min_size=2, max_size=8)


@given(amounts=AMOUNTS, home=st.integers(-(10**12), 10**12), changed=st.integers(-(10**9), 10**9), sign=st.sampled_from([1, -1]))
def test_parts_always_add_up(amounts: list[int], home: int, changed: int, sign: int) -> None:
    parts = at_home([Part(sign * a, 100) for a in amounts], home)
    assert sum(p.home_amount or 0 for p in parts) == home
    settled = settle(parts, amount=changed, home_amount=home)
    assert sum(p.amount for p in settled) == changed
    assert [p.amount for p in settled if p.note != DIFFERENCE] == [sign * a for a in amounts]
    if changed:
        assert sum(p.home_amount or 0 for p in settled) == home
