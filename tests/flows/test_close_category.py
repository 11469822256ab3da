"""A category that is merged or deleted takes what stood in it along, as one batch: undo brings all of it back that nobody touched since."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.core.errors import Refused, Rejected
from farthing.flows.close_category import delete_category, merge_category
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.list_rules import list_rules
from farthing.flows.manage_budgets import BudgetWish, add_budget, status
from farthing.flows.manage_categories import CategoryEdit, CategoryWish, add_category, edit_category
from farthing.flows.manage_rules import RuleEdit, RuleWish, add_rule, edit_rule
from farthing.flows.read_rule import ShareWish, ThenWish
from farthing.flows.split_up import Slice, split_up
from farthing.flows.undo import Undone, undo
from farthing.flows.view_activity import view_activity
from world import Bank, Family

JANUARY = dt.date(2026, 1, 1)


async def own(household: Family, name: str = "Chess club", group: str = "entertainment") -> int:
    made = await add_category(household.world, household.household_id, household.actor, CategoryWish(name=name, group=group))
    return made.category_id


async def merge(household: Family, category_id: int, into: int) -> int:
    done = await merge_category(household.world, household.household_id, household.actor, category_id, into)
    assert done.batch_id is not None
    return done.batch_id


async def delete(household: Family, category_id: int, move_to: int | None = None) -> int:
    done = await delete_category(household.world, household.household_id, household.actor, category_id, move_to=move_to)
    assert done.batch_id is not None
    return done.batch_id


async def take_back(household: Family, batch_id: int | None) -> Undone:
    assert batch_id is not None
    return await undo(household.world, household.household_id, household.actor, batch_id)


async def put(household: Family, ref: str, category_id: int) -> None:
    row = await household.id_of(ref)
    await edit_transaction(household.world, household.household_id, household.actor, row, Edit(category_id=category_id))


async def budget(household: Family, category_id: int) -> None:
    await add_budget(
        household.world, household.household_id, household.actor, BudgetWish(category_id=category_id, limit="50", starts=JANUARY)
    )


async def rule(household: Family, category_id: int) -> int:
    wish = RuleWish(when="quuxley", then=ThenWish(category_id=category_id), name="Quux")
    return (await add_rule(household.world, household.household_id, household.actor, wish)).rule.rule_id


async def stands(household: Family) -> dict[str, object]:
    """What of a category can be lost: rows, budgets, rules, memory by category slug, and whether it is offered."""
    async with household.desk() as desk:
        slug = {int(c.category_id): c.slug for c in desk.categories.every}
        rules = [(one.rule.name, one.rule.enabled, slug.get(one.rule.then.category_id or 0)) for one in await list_rules(desk)]
        from farthing.budgets import budgets

        limits = [slug.get(b.category_id or 0) for b in await budgets(desk.unit, desk.sealer)]
        remembered = await desk.unit.conn.fetch(
            "select category_id, sum(times)::int as n from memory where household_id = $1 group by category_id", desk.unit.household_id
        )
        hidden = sorted(c.slug for c in desk.categories.every if c.hidden)
    memory = {slug.get(r["category_id"], "gone"): r["n"] for r in remembered}
    return {"rows": await household.rows(), "limits": limits, "rules": rules, "memory": memory, "hidden": hidden}


async def lived_in(household: Family, bank: Bank, category_id: int) -> None:
    """Two rows, one of them put there by hand; part of a third; a budget; a rule."""
    vet = await household.category("vet")
    await rule(household, category_id)
    await bank("2026-11-02 -30.00 ZORBLAX x1", "2026-11-03 -20.00 QUUXLEY x2", "2026-11-04 -10.00 SNIRK x3")
    await put(household, "x1", category_id)
    parts = [Slice(amount=-400, category_id=category_id), Slice(amount=-600, category_id=vet)]
    await split_up(household.world, household.household_id, household.actor, await household.id_of("x3"), parts)
    await budget(household, category_id)


@pytest.mark.parametrize("slug", ["games", "own"])
async def test_merging_takes_all_along_and_undo_brings_all_back(household: Family, bank: Bank, slug: str) -> None:
    one = await own(household) if slug == "own" else await household.category(slug)
    gifts, name = await household.category("gifts"), f"own_{one}" if slug == "own" else slug
    await lived_in(household, bank, one)
    before = await stands(household)
    assert before["rows"] == [
        f"2026-11-04 -10.00 Snirk uncategorised -4.00 {name}/-6.00 vet",
        f"2026-11-03 -20.00 Quuxley {name}",
        f"2026-11-02 -30.00 Zorblax {name}",
    ]
    batch_id = await merge(household, one, gifts)
    merged = await stands(household)
    assert merged["rows"] == [
        "2026-11-04 -10.00 Snirk uncategorised -4.00 gifts/-6.00 vet", "2026-11-03 -20.00 Quuxley gifts", "2026-11-02 -30.00 Zorblax gifts",
    ]  # fmt: skip
    assert (merged["limits"], merged["rules"], merged["memory"]) == (["gifts"], [("Quux", True, "gifts")], {"gifts": 1})
    assert merged["hidden"] == ([] if slug == "own" else ["games"])
    assert await household.spent("2026-11") == {"gifts": "-54.00", "vet": "-6.00"}
    assert await household.is_sound()

    undone = await take_back(household, batch_id)
    assert (undone.refused, undone.stays) == ((), ())
    assert await stands(household) == before
    async with household.desk() as desk:
        assert (await status(desk, "2026-11")).standings[0].spent == 5400
    assert await household.is_sound()

    await take_back(household, undone.batch_id)
    assert await stands(household) == merged
    assert await household.is_sound()


async def test_what_would_come_into_a_merged_category_of_the_system_goes_to_the_other(household: Family, bank: Bank) -> None:
    coffee, meals, gifts = [await household.category(s) for s in ("coffee", "restaurants", "gifts")]
    await merge(household, coffee, meals)
    await bank("2026-11-02 -5.00 STARBUCKS STORE 1 x1")
    assert await household.rows() == ["2026-11-02 -5.00 Starbucks restaurants"]
    batch_id = await merge(household, meals, gifts)
    await bank("2026-11-03 -6.00 STARBUCKS STORE 1 x2")
    assert (await household.rows())[0] == "2026-11-03 -6.00 Starbucks gifts"
    with pytest.raises(Rejected, match="part of"):
        await merge(household, await household.category("vet"), meals)
    with pytest.raises(Refused, match="part of"):
        await merge(household, coffee, gifts)
    await take_back(household, batch_id)
    await bank("2026-11-04 -7.00 STARBUCKS STORE 1 x3")
    assert (await household.rows())[0] == "2026-11-04 -7.00 Starbucks restaurants"
    await edit_category(household.world, household.household_id, household.actor, coffee, CategoryEdit(hidden=False))
    await bank("2026-11-05 -8.00 STARBUCKS STORE 1 x4")
    assert (await household.rows())[0] == "2026-11-05 -8.00 Starbucks coffee"


async def test_what_cannot_be_merged_is_refused_with_the_reason(household: Family) -> None:
    transfer, vet, nothing = await household.category("transfer"), await household.category("vet"), 0
    for one in (transfer, nothing):
        with pytest.raises(Refused, match="stay as they are"):
            await merge(household, one, vet)
    for into in (vet, nothing):
        with pytest.raises(Rejected, match="another category"):
            await merge(household, vet, into)


async def test_a_deletion_without_an_heir_is_undone_too(household: Family, bank: Bank) -> None:
    chess = await own(household)
    await lived_in(household, bank, chess)
    before = await stands(household)
    batch_id = await delete(household, chess)
    gone = await stands(household)
    assert (gone["memory"], gone["rules"]) == ({}, [("Quux", False, "uncategorised")])
    async with household.desk() as desk:
        assert chess not in desk.categories.by_id
        line = (await view_activity(desk, kind="owner")).lines[0]
        assert (line.what, line.undo) == ("Category “Chess club” deleted", "Undo")
    undone = await take_back(household, batch_id)
    assert await stands(household) == before
    await take_back(household, undone.batch_id)
    assert await stands(household) == gone
    assert await household.is_sound()


async def test_what_changed_since_stays_and_is_named(household: Family, bank: Bank) -> None:
    chess, gifts, vet = await own(household), await household.category("gifts"), await household.category("vet")
    await lived_in(household, bank, chess)
    batch_id = await delete(household, chess, gifts)
    await put(household, "x1", vet)
    async with household.desk() as desk:
        (one,) = await list_rules(desk)
    shares = [ShareWish(category_id=c, share="50") for c in (gifts, vet)]
    await edit_rule(household.world, household.household_id, household.actor, one.rule.rule_id, RuleEdit(then=ThenWish(splits=shares)))
    undone = await take_back(household, batch_id)
    assert [(k.transaction_id, k.reason) for k in undone.refused] == [(await household.id_of("x1"), "changed_later")]
    assert [(s.kind.name, s.name, s.reason) for s in undone.stays] == [("RULE", "Quux", "changed_later")]
    held = await stands(household)
    assert held["rows"] == [
        f"2026-11-04 -10.00 Snirk uncategorised -4.00 own_{chess}/-6.00 vet", f"2026-11-03 -20.00 Quuxley own_{chess}",
        "2026-11-02 -30.00 Zorblax vet",
    ]  # fmt: skip
    assert held["limits"] == [f"own_{chess}"]
    assert await household.is_sound()


async def test_a_deletion_is_not_done_again_while_something_new_stands_in_the_category(household: Family, bank: Bank) -> None:
    chess = await own(household)
    await bank("2026-11-02 -30.00 ZORBLAX x1", "2026-11-03 -20.00 QUUXLEY x2")
    await put(household, "x1", chess)
    undone = await take_back(household, await delete(household, chess))
    await put(household, "x2", chess)
    again = await take_back(household, undone.batch_id)
    assert [(s.kind.name, s.name, s.reason) for s in again.stays] == [("CATEGORY", "Chess club", "in_use")]
    assert (await household.rows())[0] == f"2026-11-03 -20.00 Quuxley own_{chess}"
    assert await household.is_sound()
