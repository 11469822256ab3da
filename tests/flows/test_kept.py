"""What a process keeps between two looks is never older than the household: each kind of change is seen by the next look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable

import pytest

from farthing.categorize.taxonomy import system
from farthing.flows.add_by_hand import delete_transaction
from farthing.flows.categories import Categories
from farthing.flows.desk import accounts_of, read_desk, write_desk
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.kept import HOUSEHOLDS_MAX, KeptShelf
from farthing.flows.list_transactions import list_page, list_totals
from farthing.flows.manage_accounts import AccountEdit, edit_account
from farthing.flows.manage_categories import CategoryEdit, CategoryWish, add_category, edit_category
from farthing.flows.split_up import Slice, split_up
from farthing.ledger.reading.rows import Filter
from world import Family

EVERY = Filter(states=("pending", "posted", "void"))


async def look(family: Family, *, anew: bool) -> object:
    """Everything that a list says, with its accounts, tree and totals; `anew`: by a unit that keeps nothing."""
    desks = write_desk if anew else read_desk
    async with desks(family.world, family.household_id, family.actor) as desk:
        assert (desk.kept is None) == anew
        page = await list_page(desk, EVERY, limit=100)
        totals = [await list_totals(desk, f) for f in (EVERY, Filter(amount_max=-2_000))]
        rows = [(s.row, s.account, s.category, s.merchant, s.why, s.parts) for s in page.rows]
        return rows, totals, dict(await accounts_of(desk)), list(desk.categories.every)


async def rename_account(family: Family) -> None:
    await edit_account(family.world, family.household_id, family.actor, await family.account_id(), AccountEdit(name="Everyday"))


async def close_account(family: Family) -> None:
    account, day = await family.account_id("wallet"), dt.date(2026, 11, 3)
    await edit_account(family.world, family.household_id, family.actor, account, AccountEdit(closed_on=day))


async def rename_category(family: Family) -> None:
    await edit_category(family.world, family.household_id, family.actor, await family.category("groceries"), CategoryEdit(name="Food shop"))


async def own_category(family: Family) -> None:
    await add_category(family.world, family.household_id, family.actor, CategoryWish(name="Chess", group="entertainment"))


async def edit_row(family: Family) -> None:
    await edit_transaction(family.world, family.household_id, family.actor, await family.id_of("b1"), Edit(note="For Zoë", hidden=True))


async def split_row(family: Family) -> None:
    parts = [Slice(-1_000, await family.category("groceries")), Slice(-3_250, await family.category("vet"))]
    await split_up(family.world, family.household_id, family.actor, await family.id_of("b1"), parts)


async def delete_row(family: Family) -> None:
    await delete_transaction(family.world, family.household_id, family.actor, await family.id_of("b1"))


async def new_row(family: Family) -> None:
    await family.bank("2026-11-05 -9.99 NETFLIX b3")


async def corrected_row(family: Family) -> None:
    await family.bank("2026-11-02 -44.00 SAFEWAY b1")


@pytest.mark.parametrize(
    "change",
    [rename_account, close_account, rename_category, own_category, edit_row, split_row, delete_row, new_row, corrected_row],
    ids=lambda change: change.__name__,
)
async def test_a_list_that_was_read_before_shows_what_changed_since(household: Family, change: Callable[[Family], Awaitable[None]]) -> None:
    """Read twice, change, read: the third look says what a unit that keeps nothing says, and not what was there before."""
    await household.bank("2026-11-02 -42.50 SAFEWAY b1", "2026-11-03 -3.10 BLUE BOTTLE b2", "2026-11-03 -1.00 KIOSK in wallet b9")
    before = await look(household, anew=False)
    assert await look(household, anew=False) == before
    await change(household)
    after = await look(household, anew=False)
    assert after != before
    assert after == await look(household, anew=True)


async def test_sums_are_counted_once_for_all_pages_of_a_list(household: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second page of a filter takes the totals of the first; the first look after a change counts again."""
    await household.bank("2026-11-02 -42.50 SAFEWAY b1")
    async with read_desk(household.world, household.household_id, household.actor) as desk:
        first = await list_totals(desk, EVERY)
    async with read_desk(household.world, household.household_id, household.actor) as desk:
        assert await list_totals(desk, EVERY) is first
    await household.bank("2026-11-03 -1.00 KIOSK b2")
    async with read_desk(household.world, household.household_id, household.actor) as desk:
        assert (await list_totals(desk, EVERY)).flowed.count == 2


def test_the_shelf_holds_the_households_looked_at_last() -> None:
    """The oldest look goes first; another version of a household takes the place of the one before, and keeps only the names."""
    shelf = KeptShelf()
    first = shelf.of(1, 7)
    assert shelf.of(1, 7) is first
    newer = shelf.of(1, 8)
    assert newer is not first
    assert (newer.names, newer.categories) == (first.names, None)
    for number in range(2, HOUSEHOLDS_MAX + 2):
        shelf.of(number, 1)
    assert shelf.of(1, 8) is not newer
    shelf.forget(5)
    assert shelf.of(5, 1).accounts is None


def test_a_figure_is_drawn_once_for_all_that_a_drawing_is_made_of() -> None:
    """An equal figure of a later version is drawn as before; another is not, nor one with another tree of categories, which it names."""
    shelf, drawn = KeptShelf(), list[str]()

    def draw() -> int:
        return drawn.append("once more") or len(drawn)

    tree, renamed = Categories(system()), Categories(system())
    assert [shelf.of(1, 1).drawn([7], ("pace", tree), draw), shelf.of(1, 2).drawn([7], ("pace", tree), draw)] == [1, 1]
    assert shelf.of(1, 3).drawn([7], ("pace", renamed), draw) == 2
    assert shelf.of(1, 3).drawn([8], ("pace", tree), draw) == 3
    assert shelf.of(2, 3).drawn([8], ("pace", tree), draw) == 4
