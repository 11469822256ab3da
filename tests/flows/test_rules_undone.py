"""Rules made, changed and moved by hand are batches like any other edit: listed in History, put back by undo, done again by redo."""

from __future__ import annotations

from typing import Any

from farthing.flows.close_category import delete_category
from farthing.flows.desk import read_desk
from farthing.flows.list_rules import list_rules
from farthing.flows.manage_categories import CategoryWish, add_category
from farthing.flows.manage_rules import RuleEdit, RuleWish, Written, add_rule, delete_rule, edit_rule
from farthing.flows.read_rule import ThenWish
from farthing.flows.rebuild import rebuild_ledger
from farthing.flows.run_rules import run_rules
from farthing.flows.undo import Undone, undo
from farthing.flows.view_activity import view_activity, view_batch
from world import Bank, Family


def who(household: Family) -> tuple[Any, ...]:
    return household.world, household.household_id, household.actor


async def made(household: Family, word: str, *, slug: str = "vet", **more: Any) -> Written:
    """A rule of its own word, called by it."""
    then = ThenWish(category_id=await household.category(slug))
    return await add_rule(*who(household), RuleWish(when=word, then=then, name=word.capitalize(), **more))


async def edited(household: Family, one: Written, **wish: Any) -> Written:
    return await edit_rule(*who(household), one.rule.rule_id, RuleEdit(**wish))


async def back(household: Family, batch_id: int | None) -> Undone:
    assert batch_id is not None
    return await undo(*who(household), batch_id)


async def held(household: Family) -> list[str]:
    """`Zorblax: zorblax -> Vet`, and whether it is off, in their order."""
    async with read_desk(*who(household)) as desk:
        return [f"{r.rule.name}: {r.when} -> {', '.join(r.does)}{'' if r.rule.enabled else ', off'}" for r in await list_rules(desk)]


async def order(household: Family) -> list[str]:
    return [r.split(":")[0] for r in await held(household)]


async def newest(household: Family) -> str:
    async with read_desk(*who(household)) as desk:
        line = (await view_activity(desk)).lines[0]
        return f"{line.what}, {line.undo}"


async def told(household: Family, one: Written) -> list[str]:
    """What Activity says of the batch: `Rule changed: Dog`, and field by field."""
    assert one.batch_id is not None
    async with read_desk(*who(household)) as desk:
        asides = (await view_batch(desk, one.batch_id)).asides
    return [line for a in asides for line in (a.what, *(f"{f.field}: {f.before} -> {f.after}" for f in a.fields))]


async def is_sound(household: Family) -> bool:
    rebuilt = await rebuild_ledger(household.world, household.household_id)
    return await household.is_sound() and (rebuilt.incomplete, rebuilt.differences) == ((), ())


async def test_a_rule_that_was_made_goes_by_undo_and_what_it_sorted_and_what_it_was_applied_to_stays(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -10.00 ZORBLAX x1")
    await made(household, "kiosk")
    one = await made(household, "zorblax", order=1)
    assert await newest(household) == "Rule “Zorblax” made, Undo"
    run = await run_rules(*who(household))
    await bank("2026-10-02 -7.00 ZORBLAX x2")
    gone = await back(household, one.batch_id)
    assert (gone.undone, gone.stays, await held(household)) == (1, (), ["Kiosk: kiosk -> Vet"])
    assert await household.rows() == ["2026-10-02 -7.00 Zorblax vet", "2026-10-01 -10.00 Zorblax vet"]
    assert (await back(household, run.batch_id)).undone == 1  # that is a batch of its own
    again = await back(household, gone.batch_id)
    assert await held(household) == ["Zorblax: zorblax -> Vet", "Kiosk: kiosk -> Vet"]
    await back(household, again.batch_id)
    assert await held(household) == ["Kiosk: kiosk -> Vet"]
    assert await is_sound(household)


async def test_a_rule_that_was_changed_after_it_was_made_stays_and_is_named(household: Family) -> None:
    one = await made(household, "zorblax")
    await edited(household, one, name="Dog")
    undone = await back(household, one.batch_id)
    assert [(s.name, s.reason) for s in undone.stays] == [("Dog", "changed_later")]
    assert (undone.undone, undone.batch_id, await held(household)) == (0, None, ["Dog: zorblax -> Vet"])


async def test_a_rule_that_was_only_moved_or_used_since_it_was_made_goes_by_undo(household: Family, bank: Bank) -> None:
    one = await made(household, "zorblax")
    await made(household, "kiosk", order=1)
    await bank("2026-10-01 -10.00 ZORBLAX x1")
    await back(household, one.batch_id)
    assert await held(household) == ["Kiosk: kiosk -> Vet"]


async def test_a_rule_that_was_said_anew_says_what_it_said_by_undo_and_is_said_anew_by_redo(household: Family) -> None:
    one = await made(household, "zorblax")
    anew = await edited(household, one, name="Dog", when="quuxley >20", then=ThenWish(note="dog"), enabled=False)
    assert await held(household) == ["Dog: quuxley >20 -> note “dog”, off"]
    assert await newest(household) == "Rule “Dog” changed, Undo"
    assert await told(household, anew) == [
        "Rule changed: Dog", "Name: Zorblax -> Dog", "When: zorblax -> quuxley >20", "Does: Vet -> note “dog”", "On: yes -> no",
    ]  # fmt: skip
    undone = await back(household, anew.batch_id)
    assert (undone.stays, await held(household)) == ((), ["Zorblax: zorblax -> Vet"])
    await back(household, undone.batch_id)
    assert await held(household) == ["Dog: quuxley >20 -> note “dog”, off"]
    assert await is_sound(household)


async def test_what_was_changed_of_a_rule_in_two_batches_goes_back_apart(household: Family) -> None:
    one = await made(household, "zorblax")
    off = await edited(household, one, enabled=False)
    await edited(household, one, when="quuxley")
    assert await newest(household) == "Rule “Zorblax” changed, Undo"
    await back(household, off.batch_id)
    assert await held(household) == ["Zorblax: quuxley -> Vet"]


async def test_a_field_that_was_changed_again_stays_and_the_rule_is_named(household: Family) -> None:
    one = await made(household, "zorblax")
    first = await edited(household, one, when="quuxley")
    await edited(household, one, when="kiosk")
    undone = await back(household, first.batch_id)
    assert [(s.name, s.reason) for s in undone.stays] == [("Zorblax", "changed_later")]
    assert await held(household) == ["Zorblax: kiosk -> Vet"]


async def test_a_rule_that_was_moved_stands_at_its_place_again(household: Family) -> None:
    _, _, c = [await made(household, word) for word in ("zorblax", "quuxley", "kiosk")]
    moved = await edited(household, c, order=1)
    assert await newest(household) == "Rule “Kiosk” moved to place 1, Undo"
    assert await told(household, moved) == ["Rule changed: Kiosk", "Place: 3 -> 1"]
    undone = await back(household, moved.batch_id)
    assert await order(household) == ["Zorblax", "Quuxley", "Kiosk"]
    await back(household, undone.batch_id)
    assert await order(household) == ["Kiosk", "Zorblax", "Quuxley"]
    assert await is_sound(household)


async def test_a_rule_that_stands_elsewhere_by_now_stays_there_and_is_named(household: Family) -> None:
    _, b, _ = [await made(household, word) for word in ("zorblax", "quuxley", "kiosk")]
    moved = await edited(household, b, order=1)
    await edited(household, b, order=3)
    undone = await back(household, moved.batch_id)
    assert [(s.name, s.reason) for s in undone.stays] == [("Quuxley", "changed_later")]
    assert await order(household) == ["Zorblax", "Kiosk", "Quuxley"]


async def test_a_rule_before_which_another_was_put_since_it_was_moved_goes_back_between_its_neighbours(household: Family) -> None:
    _, _, c = [await made(household, word) for word in ("zorblax", "quuxley", "kiosk")]
    moved = await edited(household, c, order=1)
    await made(household, "wibble", order=1)  # nobody touched the rule that was moved
    undone = await back(household, moved.batch_id)
    assert (undone.stays, await order(household)) == ((), ["Wibble", "Zorblax", "Quuxley", "Kiosk"])
    await back(household, undone.batch_id)
    assert await order(household) == ["Wibble", "Kiosk", "Zorblax", "Quuxley"]
    assert await is_sound(household)


async def test_a_rule_goes_back_behind_the_one_it_stood_behind_wherever_that_stands_now(household: Family) -> None:
    a, b, _, d = [await made(household, word) for word in ("zorblax", "quuxley", "kiosk", "wibble")]
    moved = await edited(household, b, order=4)  # Z K W Q
    await edited(household, d, order=1)  # W Z K Q
    undone = await back(household, moved.batch_id)
    assert (undone.stays, await order(household)) == ((), ["Wibble", "Zorblax", "Quuxley", "Kiosk"])
    again = await edited(household, b, order=1)  # Q W Z K
    await delete_rule(*who(household), a.rule.rule_id)
    await back(household, again.batch_id)  # behind Z, which is gone: before K
    assert await order(household) == ["Wibble", "Quuxley", "Kiosk"]


async def test_a_place_that_is_no_more_is_the_last_one(household: Family) -> None:
    _, b, c = [await made(household, word) for word in ("zorblax", "quuxley", "kiosk")]
    moved = await edited(household, c, order=1)
    await delete_rule(*who(household), b.rule.rule_id)
    await back(household, moved.batch_id)
    assert await order(household) == ["Zorblax", "Kiosk"]


async def test_what_a_rule_did_with_a_category_that_is_gone_does_not_come_back(household: Family) -> None:
    kites = (await add_category(*who(household), CategoryWish(name="Kites", group="entertainment"))).category_id
    one = await made(household, "zorblax")
    other = await edited(household, one, then=ThenWish(category_id=kites))
    again = await edited(household, one, then=ThenWish(note="dog"))
    await delete_category(*who(household), kites)
    undone = await back(household, again.batch_id)
    assert [(s.name, s.reason) for s in undone.stays] == [("Zorblax", "category_gone")]
    assert other.batch_id is not None


async def test_a_rule_that_is_said_as_it_is_makes_no_batch(household: Family) -> None:
    one = await made(household, "zorblax")
    assert (await edited(household, one, name="Zorblax", order=1, enabled=True)).batch_id is None
    assert await newest(household) == "Rule “Zorblax” made, Undo"
