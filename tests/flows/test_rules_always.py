"""A rule made of an answer is for that merchant exactly, comes and goes with its batch; and counts follow what is undone."""

from __future__ import annotations

from typing import Any

from farthing.flows.approve import Seen, approve
from farthing.flows.desk import read_desk
from farthing.flows.list_rules import list_rules
from farthing.flows.manage_rules import RuleEdit, RuleWish, add_rule, edit_rule
from farthing.flows.read_rule import ThenWish
from farthing.flows.run_rules import run_rules
from farthing.flows.undo import Undone, undo
from farthing.flows.view_activity import view_activity
from world import Bank, Family

CARDS = ("2026-10-01 -10.00 ZORBLAX x1", "2026-10-02 -12.00 ZORBLAX BAKERY x2", "2026-10-03 -5.00 QUUXLEY x3")


async def always(household: Family, ref: str, slug: str) -> int:
    seen, category = [Seen(await household.id_of(ref))], await household.category(slug)
    done = await approve(household.world, household.household_id, household.actor, seen, category_id=category, always=True)
    assert done.batch_id is not None
    return done.batch_id


async def rule(household: Family, when: str, **then: Any) -> int:
    wish = RuleWish(when=when, then=ThenWish(**then), name="Dog")
    return (await add_rule(household.world, household.household_id, household.actor, wish)).rule.rule_id


async def take_back(household: Family, batch_id: int | None) -> Undone:
    assert batch_id is not None
    return await undo(household.world, household.household_id, household.actor, batch_id)


async def held(household: Family) -> list[tuple[str, bool, int]]:
    """When, on, uses of every rule."""
    async with read_desk(household.world, household.household_id, household.actor) as desk:
        return [(one.when, one.rule.enabled, one.rule.uses) for one in await list_rules(desk)]


async def test_always_means_that_merchant_and_no_other_whose_name_begins_so(household: Family, bank: Bank) -> None:
    await bank(*CARDS)
    await always(household, "x1", "vet")
    assert await held(household) == [("merchant:=Zorblax is:out", True, 0)]
    await bank("2026-10-04 -11.00 ZORBLAX x4", "2026-10-04 -13.00 ZORBLAX BAKERY x5")
    assert (await household.rows())[:2] == ["2026-10-04 -13.00 Zorblax Bakery coffee", "2026-10-04 -11.00 Zorblax vet"]


async def test_undo_of_always_takes_back_the_row_and_turns_off_the_rule_and_redo_turns_it_on(household: Family, bank: Bank) -> None:
    await bank(*CARDS)
    undone = await take_back(household, await always(household, "x1", "vet"))
    assert (undone.undone, undone.stays) == (1, ())
    assert "2026-10-01 -10.00 Zorblax uncategorised" in await household.rows()
    assert await held(household) == [("merchant:=Zorblax is:out", False, 0)]
    again = await take_back(household, undone.batch_id)
    assert "2026-10-01 -10.00 Zorblax vet" in await household.rows()
    assert await held(household) == [("merchant:=Zorblax is:out", True, 0)]
    assert again.undone == 1
    assert await household.is_sound()


async def test_a_rule_that_was_changed_since_stays_on_and_is_named(household: Family, bank: Bank) -> None:
    await bank(*CARDS)
    batch_id = await always(household, "x1", "vet")
    async with read_desk(household.world, household.household_id, household.actor) as desk:
        (one,) = await list_rules(desk)
    await edit_rule(household.world, household.household_id, household.actor, one.rule.rule_id, RuleEdit(when="zorblax", name="Mine"))
    undone = await take_back(household, batch_id)
    assert [(s.kind.name, s.name, s.reason) for s in undone.stays] == [("RULE", "Mine", "changed_later")]
    assert await held(household) == [("zorblax", True, 0)]


async def test_where_only_the_rule_is_new_the_batch_is_there_to_be_undone(household: Family, bank: Bank) -> None:
    await bank(*CARDS)
    await take_back(household, await always(household, "x1", "vet"))
    async with read_desk(household.world, household.household_id, household.actor) as desk:
        category = await household.category("vet")
        assert desk.categories.of(category).name == "Vet"
    wish = [Seen(await household.id_of("x1"))]
    await approve(household.world, household.household_id, household.actor, wish, category_id=category)
    batch_id = await always(household, "x1", "vet")
    assert [on for _, on, _ in await held(household)] == [False, True]
    assert (await take_back(household, batch_id)).undone == 1
    assert [on for _, on, _ in await held(household)] == [False, False]


async def test_counts_of_a_rule_follow_the_undo_of_its_run_and_the_redo(household: Family, bank: Bank) -> None:
    await bank(*CARDS)
    await rule(household, "zorblax", category_id=await household.category("vet"), tags=["dog"])
    ran = await run_rules(household.world, household.household_id, household.actor)
    assert [uses for _, _, uses in await held(household)] == [2]
    undone = await take_back(household, ran.batch_id)
    assert [uses for _, _, uses in await held(household)] == [0]
    await take_back(household, undone.batch_id)
    assert [uses for _, _, uses in await held(household)] == [2]


async def test_of_two_rules_of_one_name_the_one_that_decided_has_its_count_back(household: Family, bank: Bank) -> None:
    await bank(*CARDS)
    vet = await household.category("vet")
    first = await rule(household, "zorblax", category_id=vet)
    await rule(household, "zorblax", category_id=vet)
    await edit_rule(household.world, household.household_id, household.actor, first, RuleEdit(enabled=False))
    run = await run_rules(household.world, household.household_id, household.actor)
    assert await held(household) == [("zorblax", False, 0), ("zorblax", True, 2)]
    await take_back(household, run.batch_id)
    assert await held(household) == [("zorblax", False, 0), ("zorblax", True, 0)]


async def test_counts_follow_the_undo_of_what_a_bank_brought(household: Family, bank: Bank) -> None:
    await rule(household, "zorblax", category_id=await household.category("vet"))
    await bank(*CARDS)
    assert [uses for _, _, uses in await held(household)] == [2]
    async with read_desk(household.world, household.household_id, household.actor) as desk:
        line = (await view_activity(desk, kind="bank")).lines[0]
    from farthing.core.ids import internal

    await take_back(household, internal("bat", line.id))
    assert [uses for _, _, uses in await held(household)] == [0]


async def test_a_merchant_is_called_exactly_so_in_the_list_too(household: Family, bank: Bank) -> None:
    from farthing.flows.list_filter import read_list
    from farthing.flows.list_transactions import list_page
    from farthing.flows.query_language import read_query
    from farthing.ledger.accounts import accounts

    await bank(*CARDS)

    async def found(typed: str) -> list[str]:
        async with read_desk(household.world, household.household_id, household.actor) as desk:
            asked = await read_list(desk, read_query(typed), await accounts(desk.unit, desk.sealer))
            return [s.merchant for s in (await list_page(desk, asked.wanted, limit=9)).rows]

    assert await found('merchant:="zorblax"') == ["Zorblax"]
    assert await found("merchant:=zorb") == []
    assert await found("merchant:zorb") == ["Zorblax Bakery", "Zorblax"]
