"""Groups of the household's own: where categories are shown is theirs to say, how they count is not."""

from __future__ import annotations

import datetime as dt
import html

import pytest

from farthing.categorize.own.groups import GROUPS_MAX
from farthing.core.dates import FixedClock
from farthing.core.errors import Conflict, Missing, Refused, Rejected
from farthing.core.ids import BatchId
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.inspect_batch import asides_of
from farthing.flows.manage_budgets import BudgetWish, add_budget, list_budgets, status
from farthing.flows.manage_categories import CategoryEdit, CategoryWish, add_category, edit_category
from farthing.flows.manage_groups import GroupEdit, GroupWish, add_own_group, delete_group, edit_group, move_group
from farthing.flows.manage_rules import RuleWish, add_rule
from farthing.flows.read_rule import ThenWish
from farthing.flows.report_spending import Scope, summed
from farthing.flows.saved_views import ViewWish, save_view
from farthing.flows.undo import undo
from farthing.flows.view_transactions import category_choices
from farthing.flows.world import World
from farthing.ingest.batches.batch import batch_of
from farthing.notify.alerting import Kind
from web.visit import browser
from world import NOW, Bank, Family, found


def who(household: Family) -> tuple:  # type: ignore[type-arg]
    return household.world, household.household_id, household.actor


async def boat(household: Family, **wish: str) -> str:
    return (await add_own_group(*who(household), GroupWish(**{"name": "The boat", **wish}))).slug  # type: ignore[arg-type]


async def put(household: Family, slug: str, group: str) -> None:
    await edit_category(*who(household), await household.category(slug), CategoryEdit(group=group))


async def within(household: Family, group: str) -> list[str]:
    async with household.desk() as desk:
        return [c.slug for c in desk.categories.every if c.shown_in == group]


async def test_a_category_of_the_system_is_shown_in_an_own_group_and_counts_on_as_it_did(household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -30.00 SHELL OIL x1", "2026-11-03 -20.00 SAFEWAY x2")
    before = await household.spent("2026-11")
    slug = await boat(household)
    await put(household, "fuel", slug)
    assert await within(household, slug) == ["fuel"]
    assert await household.spent("2026-11") == before
    async with household.desk() as desk:
        assert desk.group_of(await household.category("fuel")) == "transport"
        table = await summed(desk, Scope(first=dt.date(2026, 11, 1), last=dt.date(2026, 11, 30), by="group"))
        assert {key: one.money_out for key, one in table.by_key().items()} == {slug: -3000, "food": -2000}
        assert table.labels[slug] == "The boat"
    assert await household.is_sound()


async def test_a_group_that_counts_otherwise_takes_no_category_of_the_system(household: Family) -> None:
    with pytest.raises(Refused, match="counts as spending"):
        await put(household, "fuel", await boat(household, counts_as="transfer"))


async def test_a_budget_on_an_own_group_counts_what_is_shown_there(household: Family, bank: Bank) -> None:
    slug = await boat(household)
    await put(household, "fuel", slug)
    for group in (slug, "transport"):
        await add_budget(*who(household), BudgetWish(group=group, limit="50", starts=dt.date(2026, 1, 1)))
    await bank("2026-11-02 -30.00 SHELL OIL x1")
    async with household.desk() as desk:
        assert {s.budget.group: s.spent for s in (await status(desk, "2026-11")).standings} == {slug: 3000, "transport": 0}


async def test_a_group_is_deleted_into_another_and_its_undo_brings_all_of_it_back(household: Family) -> None:
    slug, other = await boat(household), await boat(household, name="The garden")
    own = (await add_category(*who(household), CategoryWish(name="Mooring", group=slug))).category_id
    await put(household, "fuel", slug)
    done = await delete_group(*who(household), slug, move_to=other)
    assert await within(household, other) == ["fuel", f"own_{own}"]
    assert done.batch_id is not None
    await undo(*who(household), done.batch_id)
    assert (await within(household, slug), await within(household, other)) == (["fuel", f"own_{own}"], [])


async def test_without_a_heir_categories_go_back_to_where_they_count(household: Family) -> None:
    slug = await boat(household)
    await put(household, "fuel", slug)
    await delete_group(*who(household), slug)
    assert "fuel" in await within(household, "transport")


async def test_what_has_the_name_of_another_there_gets_a_number_and_nothing_is_refused_for_it(household: Family) -> None:
    slug, other = await boat(household), await boat(household, name="The garden")
    for group in (slug, other):
        await add_category(*who(household), CategoryWish(name="Repairs", group=group))
    await add_category(*who(household), CategoryWish(name="Repairs 2", group=slug))
    done = await delete_group(*who(household), slug, move_to=other)
    async with household.desk() as desk:
        assert sorted(c.name for c in desk.categories.every if c.shown_in == other) == ["Repairs", "Repairs 2", "Repairs 2 2"]
    again = await boat(household, name="THE BOAT")
    assert done.batch_id is not None
    await undo(*who(household), done.batch_id)
    async with household.desk() as desk:
        assert {g.slug: g.name for g in desk.categories.every_group if g.own} == {
            slug: "The boat 2",
            other: "The garden",
            again: "THE BOAT",
        }
        assert [c.name for c in desk.categories.every if c.shown_in == slug] == ["Repairs", "Repairs 2"]
    assert await household.is_sound()


async def test_an_undo_is_undone_and_the_group_is_gone_once_more(household: Family) -> None:
    slug = await boat(household)
    await put(household, "fuel", slug)
    done = await delete_group(*who(household), slug, move_to="travel")
    assert done.batch_id is not None
    back = await undo(*who(household), done.batch_id)
    assert (back.stays, await within(household, slug)) == ((), ["fuel"])
    assert back.batch_id is not None
    again = await undo(*who(household), back.batch_id)
    assert (again.stays, await within(household, slug)) == ((), [])
    assert "fuel" in await within(household, "travel")
    async with household.desk() as desk:
        assert slug not in desk.categories.named


async def test_a_budget_goes_along_into_the_other_group_and_comes_back(household: Family) -> None:
    slug, other = await boat(household), await boat(household, name="The garden")
    await add_budget(*who(household), BudgetWish(group=slug, limit="50", starts=dt.date(2026, 1, 1)))
    done = await delete_group(*who(household), slug, move_to=other)
    async with household.desk() as desk:
        assert [b.group for b in await list_budgets(desk)] == [other]
        asides = {o.kind: o.name for o in await asides_of(desk, await batch_of(desk.unit, desk.sealer, BatchId(done.batch_id or 0)))}
        assert asides == {"budget": "The garden", "group": "The boat"}
    assert done.batch_id is not None
    await undo(*who(household), done.batch_id)
    async with household.desk() as desk:
        assert [b.group for b in await list_budgets(desk)] == [slug]


async def test_past_periods_of_budgets_follow_a_deletion_and_its_undo(household: Family, bank: Bank) -> None:
    """October was over only because of what fuel left behind when it stood there; the alert that said so then is true no more."""
    clock = household.world.clock
    assert isinstance(clock, FixedClock)
    slug = await boat(household)
    await put(household, "fuel", slug)
    clock.at = NOW - dt.timedelta(days=35)
    wish = BudgetWish(group="transport", limit="50", starts=dt.date(2025, 11, 1), rollover="both", alerts=[100])
    await add_budget(*who(household), wish)
    await bank("2025-12-10 -690.00 SHELL OIL x1", "2026-10-05 -20.00 QUUXLEY x2")
    await edit_transaction(*who(household), await household.id_of("x2"), Edit(category_id=await household.category("parking")))
    assert await household.alerts(Kind.BUDGET) == []
    done = await delete_group(*who(household), slug)
    assert [a[:9] for a in await household.alerts(Kind.BUDGET)] == ["Transport"]
    clock.at = NOW
    assert done.batch_id is not None
    await undo(*who(household), done.batch_id)
    assert [a[:13] for a in await household.alerts(Kind.BUDGET)] == ["No longer so:"]
    assert await household.is_sound()


async def test_categories_of_a_hidden_group_are_offered_no_more_and_what_comes_stands_there(household: Family, bank: Bank) -> None:
    slug = await boat(household)
    await put(household, "fuel", slug)
    await edit_group(*who(household), slug, GroupEdit(hidden=True))
    async with household.desk() as desk:
        assert await household.public_category("fuel") not in {c.value for c in category_choices(desk)}
    await bank("2026-11-02 -30.00 SHELL OIL x1")
    assert await household.spent("2026-11") == {"fuel": "-30.00"}
    await edit_group(*who(household), slug, GroupEdit(hidden=False))
    async with household.desk() as desk:
        assert await household.public_category("fuel") in {c.value for c in category_choices(desk)}


async def test_a_group_is_a_filter_by_its_name_and_a_view_of_one_that_is_gone_says_so(household: Family, bank: Bank) -> None:
    slug = await boat(household)
    await put(household, "fuel", slug)
    await bank("2026-11-02 -30.00 SHELL OIL x1", "2026-11-03 -20.00 SAFEWAY x2")
    view = await save_view(*who(household), ViewWish(name="Afloat", query=f"category={slug}"))
    async with browser(household.world, household) as reader:
        for address in (f"/transactions?{view.query}", "/transactions?query=cat:%22the+boat%22"):
            await reader.open(address)
            assert (reader.status, "Shell" in reader.words, "Safeway" in reader.words) == (200, True, False)
        await delete_group(*who(household), slug)
        await reader.open(f"/transactions?{view.query}")
        assert (reader.status, "names a category that is gone: every transaction is shown instead" in reader.words) == (422, True)


async def test_a_rule_goes_on_into_a_category_whose_group_is_gone(household: Family, bank: Bank) -> None:
    slug = await boat(household)
    own = (await add_category(*who(household), CategoryWish(name="Mooring", group=slug))).category_id
    await add_rule(*who(household), RuleWish(when="quuxley", then=ThenWish(category_id=own)))
    await delete_group(*who(household), slug)
    await bank("2026-11-02 -30.00 QUUXLEY x1")
    assert await household.spent("2026-11") == {f"own_{own}": "-30.00"}
    assert f"own_{own}" in await within(household, "shopping")


async def test_another_households_group_is_as_missing_as_a_made_up_one(household: Family, world: World) -> None:
    stranger, slug = await found(world), await boat(household)
    with pytest.raises(Rejected, match="no such group"):
        await put(stranger, "fuel", slug)
    with pytest.raises(Rejected, match="no such group"):
        await add_category(*who(stranger), CategoryWish(name="Mooring", group=slug))
    with pytest.raises(Rejected, match="no such group"):
        await add_budget(*who(stranger), BudgetWish(group=slug, limit="50", starts=dt.date(2026, 1, 1)))
    with pytest.raises(Missing):
        await delete_group(*who(stranger), slug)
    with pytest.raises(Rejected):
        await delete_group(*who(stranger), await boat(stranger), move_to=slug)


@pytest.mark.parametrize("name", ["🏕️ Away", "עסק", "Ünïcode & co", "<b>boat</b>", "x" * 60])
async def test_a_name_is_any_text_of_at_most_sixty_characters(household: Family, name: str) -> None:
    slug = await boat(household, name=name)
    async with household.desk() as desk:
        assert desk.categories.named[slug].name == name
    async with browser(household.world, household) as reader:
        await reader.open("/settings/categories")
        assert f"<bdi>{html.escape(name)}</bdi>" in reader.page


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "🏕️" * 5_000, "a\0b", "\u200b\u200d", "\u202eboat", "Bo\ud800at"])
async def test_what_is_no_name_is_refused(household: Family, name: str) -> None:
    with pytest.raises(Rejected) as refusal:
        await boat(household, name=name)
    assert refusal.value.field == "name"


async def test_a_household_has_at_most_fifty_groups_of_its_own(household: Family) -> None:
    for n in range(GROUPS_MAX):
        await boat(household, name=f"Group {n}")
    with pytest.raises(Rejected, match="at most 50 groups"):
        await boat(household)


async def test_groups_are_renamed_and_put_in_order_among_the_systems(household: Family) -> None:
    slug = await boat(household)
    await edit_group(*who(household), slug, GroupEdit(name="Boats", after="food"))
    await move_group(*who(household), slug, up=True)
    async with household.desk() as desk:
        assert [g.name for g in desk.categories.every_group][:3] == ["Income", "Boats", "Food"]


async def test_what_cannot_be_is_refused(household: Family) -> None:
    slug = await boat(household)
    wishes = [{"name": " the BOAT"}, {"name": "Food"}, {"name": "X", "counts_as": "sign"}, {"name": "X", "section": "bills"}]
    for wish in [GroupWish(**w) for w in wishes]:
        with pytest.raises(Rejected):
            await add_own_group(*who(household), wish)
    with pytest.raises(Refused):
        await edit_group(*who(household), "food", GroupEdit(name="Eating"))
    with pytest.raises(Missing):
        await edit_group(*who(household), "grp_1", GroupEdit(name="Eating"))
    with pytest.raises(Rejected):
        await delete_group(*who(household), slug, move_to="income")
    await add_budget(*who(household), BudgetWish(group=slug, limit="50", starts=dt.date(2026, 1, 1)))
    with pytest.raises(Conflict):
        await delete_group(*who(household), slug)
