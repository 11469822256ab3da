"""Rules: lines that come are sorted by them, rows that stand when it is asked, and what the owner said of a row stays."""

from __future__ import annotations

from typing import Any

import pytest

from farthing.categorize.ruling.model import Rule
from farthing.core.errors import Missing, Rejected, Stale
from farthing.flows.bulk import edit_many
from farthing.flows.close_category import delete_category
from farthing.flows.desk import read_desk
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.history import history
from farthing.flows.list_filter import read_list
from farthing.flows.list_rules import list_rules
from farthing.flows.list_transactions import list_page
from farthing.flows.manage_categories import CategoryWish, add_category
from farthing.flows.manage_rules import RuleEdit, RuleWish, add_rule, delete_rule, edit_rule
from farthing.flows.preview_rule import Preview, preview_rule
from farthing.flows.read_rule import ShareWish, ThenWish, words_of
from farthing.flows.rebuild import rebuild_ledger
from farthing.flows.run_rules import run_rules
from farthing.flows.show import show
from farthing.flows.split_up import Slice, split_up
from farthing.flows.undo import undo
from farthing.flows.view_activity import view_activity
from farthing.ledger.accounts import accounts
from farthing.ledger.label import before
from world import Bank, Family


async def rule(household: Family, when: str, /, *, order: int | None = None, name: str = "", **then: Any) -> Rule:
    """A rule that stands. `category` by its slug."""
    if "category" in then:
        then["category_id"] = await household.category(then.pop("category"))
    wish = RuleWish(when=when, then=ThenWish(**then), order=order, name=name)
    return (await add_rule(household.world, household.household_id, household.actor, wish)).rule


async def run(household: Family, *ids: int) -> int | None:
    return (await run_rules(household.world, household.household_id, household.actor, ids)).batch_id


async def edit(household: Family, ref: str, **wish: Any) -> None:
    await edit_transaction(household.world, household.household_id, household.actor, await household.id_of(ref), Edit(**wish))


async def look(household: Family, when: str, **then: Any) -> Preview:
    async with read_desk(household.world, household.household_id, household.actor) as desk:
        return await preview_rule(desk, RuleWish(when=when, then=ThenWish(**then)))


async def why(household: Family, ref: str) -> str:
    i = await household.id_of(ref)
    async with read_desk(household.world, household.household_id, household.actor) as desk:
        return (await show(desk, list((await before(desk.unit, desk.sealer, [i])).values())))[0].why


async def kept(household: Family) -> dict[str, tuple[int, int]]:
    """Name -> (place, uses) of every rule."""
    async with household.unit() as (unit, sealer):
        from farthing.categorize.ruling.store import rules

        return {r.name: (r.position, r.uses) for r in await rules(unit, sealer)}


async def test_the_next_line_is_sorted_by_the_rule_and_says_so(household: Family, bank: Bank) -> None:
    await rule(household, "zorblax >=10", name="Dog", category="vet")
    await bank("2026-10-01 -10.00 ZORBLAX code FOOD_AND_DRINK_GROCERIES x1", "2026-10-02 -9.99 ZORBLAX x2")
    assert await household.rows() == ["2026-10-02 -9.99 Zorblax uncategorised", "2026-10-01 -10.00 Zorblax vet"]
    assert await household.spent("2026-10") == {"uncategorised": "-9.99", "vet": "-10.00"}
    assert await why(household, "x1") == "rule: Dog"
    assert await kept(household) == {"Dog": (1, 1)}
    assert await household.is_sound()


async def test_a_rule_sets_all_that_can_be_set_in_the_same_transaction(household: Family, bank: Bank) -> None:
    whole = {"merchant": "Corner shop", "tags": ["work", "Cash"], "note": "to be claimed", "hidden": True, "reviewed": True}
    await rule(household, "zorblax", name="All", category="vet", **whole)
    await bank("2026-10-01 -10.00 ZORBLAX x1")
    assert await household.rows() == ["2026-10-01 -10.00 Corner shop vet hidden #Cash #work “to be claimed”"]
    assert await household.spent("2026-10") == {}
    assert await household.is_sound()
    async with read_desk(household.world, household.household_id, household.actor) as desk:
        told = await history(desk, await household.id_of("x1"))
    assert {(t.field, t.by, t.why) for t in told[1:]} == {
        (field, "rule", "rule: All") for field in ("merchant", "tags", "note", "hidden", "reviewed")
    }


async def test_parts_by_share_and_by_amount_add_up_to_the_cent(household: Family, bank: Bank) -> None:
    vet, rent, gifts = [await household.category(s) for s in ("vet", "rent", "gifts")]
    thirds = [ShareWish(category_id=c, share=s) for c, s in ((vet, "33.33"), (rent, "33.33"), (gifts, "33.34"))]
    await rule(household, "zorblax", splits=thirds)
    await rule(household, "quuxley", splits=[ShareWish(category_id=vet, amount="4"), ShareWish(category_id=rent, share="100")])
    await bank("2026-10-01 -10.00 ZORBLAX x1", "2026-10-02 -9.00 QUUXLEY x2", "2026-10-03 -3.00 QUUXLEY x3", "2026-10-04 0.01 ZORBLAX x4")
    assert await household.rows() == [
        "2026-10-04 0.01 Zorblax uncategorised",
        "2026-10-03 -3.00 Quuxley uncategorised",
        "2026-10-02 -9.00 Quuxley uncategorised -4.00 vet/-5.00 rent",
        "2026-10-01 -10.00 Zorblax uncategorised -3.33 vet/-3.33 rent/-3.34 gifts",
    ]
    assert await household.is_sound()


async def test_owner_goes_before_rule_and_rule_before_memory_and_pairing(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -10.00 ZORBLAX x1")
    await edit(household, "x1", category_id=await household.category("vet"))
    await rule(household, "zorblax", category="gifts")
    await rule(household, "transfer to savings", category="rent")
    await bank("2026-10-02 -11.00 ZORBLAX x2", "2026-10-02 -500.00 TRANSFER TO SAVINGS code TRANSFER_OUT_ACCOUNT_TRANSFER x3")
    await bank("2026-10-02 500.00 TRANSFER FROM CHECKING code TRANSFER_IN_ACCOUNT_TRANSFER in savings y1")
    assert [r for r in await household.rows() if "SAVINGS" not in r.upper() and "Zorblax" in r] == [
        "2026-10-02 -11.00 Zorblax gifts",
        "2026-10-01 -10.00 Zorblax vet",
    ]
    assert any(" rent" in r for r in await household.rows())
    await edit(household, "x1", category_id=None)
    assert "2026-10-01 -10.00 Zorblax gifts" in await household.rows()
    assert await household.is_sound()


async def test_a_run_leaves_a_transfer_whole_that_stands_and_sorts_what_has_no_other_half(household: Family, bank: Bank) -> None:
    out, into = "TRANSFER TO SAVINGS code TRANSFER_OUT_ACCOUNT_TRANSFER", "TRANSFER FROM CHECKING code TRANSFER_IN_ACCOUNT_TRANSFER"
    await bank(f"2026-10-02 -500.00 {out} x1", f"2026-10-20 -70.00 {out} x2", f"2026-10-02 500.00 {into} in savings y1")
    assert (await look(household, "transfer to savings", category_id=await household.category("rent"))).changed == 1
    made = await rule(household, "transfer to savings", category="rent")
    await run(household, made.rule_id)
    assert [r.split()[:2] for r in await household.rows() if " rent" in r] == [["2026-10-20", "-70.00"]]
    assert await household.is_sound()


async def test_a_rule_may_make_transfers(household: Family, bank: Bank) -> None:
    await rule(household, "zorblax", transfer=True)
    bank.has("card", kind="card")
    await bank("2026-10-01 -10.00 ZORBLAX x1", "2026-10-09 25.00 ZORBLAX in card c1")
    assert await household.rows() == ["2026-10-09 25.00 Zorblax card_payment", "2026-10-01 -10.00 Zorblax transfer"]


async def test_only_rows_that_nothing_else_knows(household: Family, bank: Bank) -> None:
    await rule(household, "source:none is:out", category="gifts")
    await bank("2026-10-01 -10.00 ZORBLAX x1", "2026-10-02 -10.00 SAFEWAY x2", "2026-10-03 4.00 QUUXLEY x3")
    assert [r.split()[-1] for r in await household.rows()] == ["uncategorised", "groceries", "gifts"]


async def test_a_run_sorts_what_stands_as_one_batch_and_undo_gives_back_every_byte(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -10.00 ZORBLAX x1", "2026-10-02 -12.00 ZORBLAX x2", "2026-10-03 -5.00 QUUXLEY x3")
    await edit(household, "x2", category_id=await household.category("gifts"), note="mine")
    first = await household.rows()
    vet, rent = await household.category("vet"), await household.category("rent")
    halves = [ShareWish(category_id=c, share="50") for c in (vet, rent)]
    made = await rule(household, "zorblax", name="Dog", category="vet", note="rule", tags=["dog"], hidden=True, splits=halves)
    batch = await run(household, made.rule_id)
    assert await household.rows() == [
        "2026-10-03 -5.00 Quuxley uncategorised",
        "2026-10-02 -12.00 Zorblax gifts hidden #dog “mine”",
        "2026-10-01 -10.00 Zorblax vet hidden -5.00 vet/-5.00 rent #dog “rule”",
    ]
    assert await run(household, made.rule_id) is None
    assert await kept(household) == {"Dog": (1, 2)}
    await undo(household.world, household.household_id, household.actor, batch or 0)
    assert await household.rows() == first
    assert await household.is_sound()
    assert await run(household, made.rule_id) is not None


async def test_what_the_owner_took_off_a_row_by_hand_is_not_set_again(household: Family, bank: Bank) -> None:
    vet = await household.category("vet")
    made = await rule(household, "zorblax", merchant="Shop", note="rule", tags=["work"], hidden=True)
    await bank("2026-10-01 -10.00 ZORBLAX x1", "2026-10-02 -9.00 ZORBLAX x2")
    await edit(household, "x1", merchant="", note="", tags=[], hidden=False)
    half = [Slice(-400, vet), Slice(-500, await household.category("rent"))]
    await split_up(household.world, household.household_id, household.actor, await household.id_of("x2"), half)
    change = RuleEdit(then=ThenWish(merchant="Other", hidden=True, splits=[ShareWish(category_id=vet, share="50")] * 2))
    await edit_rule(household.world, household.household_id, household.actor, made.rule_id, change)
    await run(household)
    assert await household.rows() == [
        "2026-10-02 -9.00 Other uncategorised hidden -4.00 vet/-5.00 rent #work “rule”",
        "2026-10-01 -10.00 Zorblax uncategorised -5.00 vet/-5.00 vet",
    ]
    assert await household.is_sound()


async def test_a_preview_tells_rows_corrections_and_quarrels_and_changes_nothing(household: Family, bank: Bank) -> None:
    lines = [f"2026-10-{n:02} -{n}.00 ZORBLAX x{n}" for n in range(1, 26)]
    await bank(*lines)
    gifts, vet = await household.category("gifts"), await household.category("vet")
    ids = [await household.id_of(f"x{n}") for n in (1, 2, 3)]
    await edit_many(household.world, household.household_id, household.actor, Edit(category_id=gifts), ids=ids)
    await rule(household, "zorblax >20", name="Large", category="rent")
    first = await household.rows()
    seen = await look(household, "zorblax", category_id=vet)
    assert (seen.matched, seen.changed, len(seen.rows), seen.breaks) == (25, 17, 17, 3)
    assert {b.instead.slug for b in seen.broken} == {"vet"}
    assert [(m.rule.name, m.rows, m.goes_first) for m in seen.meetings] == [("Large", 5, True)]
    assert (seen.rows[0].shown.category.slug, seen.rows[0].category.slug) == ("uncategorised", "vet")
    assert await household.rows() == first
    assert (await look(household, "zorblax", tags=["all"])).changed == 25
    assert len((await look(household, "zorblax", tags=["all"])).rows) == 20


async def test_a_ledger_with_rules_is_rebuilt_as_it_stands_whatever_became_of_the_rules(household: Family, bank: Bank) -> None:
    vet, rent = await household.category("vet"), await household.category("rent")
    halves = [ShareWish(category_id=c, share="50") for c in (vet, rent)]
    made = await rule(household, "zorblax", category="vet", merchant="Shop", tags=["dog"], reviewed=True)
    other = await rule(household, "quuxley", splits=halves, hidden=True)
    await bank("2026-10-01 -10.00 ZORBLAX x1", "2026-10-02 -7.00 QUUXLEY pending x2", "2026-10-03 -5.00 KIOSK x3")
    await bank.file("2026-10-05 -5.01 QUUXLEY", "2026-10-06 -4.00 ZORBLAX")
    await bank("2026-10-04 -8.00 QUUXLEY settles x2 x4", "gone x2")
    kiosk = await rule(household, "kiosk", category="gifts", note="small")
    batch = await run(household, kiosk.rule_id)
    await undo(household.world, household.household_id, household.actor, batch or 0)
    await run(household)
    await delete_rule(household.world, household.household_id, household.actor, made.rule_id)
    change = RuleEdit(then=ThenWish(category_id=vet))
    await edit_rule(household.world, household.household_id, household.actor, other.rule_id, change)
    rebuilt = await rebuild_ledger(household.world, household.household_id)
    assert (rebuilt.incomplete, rebuilt.differences) == ((), ())
    assert await household.is_sound()


async def test_what_a_rule_set_on_new_rows_goes_and_comes_back_with_them(household: Family, bank: Bank) -> None:
    vet, rent = await household.category("vet"), await household.category("rent")
    await bank("2026-10-01 -1.00 KIOSK x1")
    await rule(household, "zorblax", note="dog", splits=[ShareWish(category_id=c, share="50") for c in (vet, rent)])
    batch, _ = await bank.file("2026-10-06 -4.00 ZORBLAX")
    first = await household.rows()
    undone = await undo(household.world, household.household_id, household.actor, batch)
    assert undone.refused == ()
    assert await household.spent("2026-10") != {}
    await undo(household.world, household.household_id, household.actor, undone.batch_id or 0)
    assert await household.rows() == first
    assert await household.is_sound()


async def test_rules_keep_their_order_while_they_come_move_and_go(household: Family) -> None:
    a, b, c = [await rule(household, f"word{n}", name=n, category="vet") for n in "abc"]
    await rule(household, "word0", name="0", category="vet", order=1)
    assert {n: p for n, (p, _) in (await kept(household)).items()} == {"0": 1, "a": 2, "b": 3, "c": 4}
    who = (household.world, household.household_id, household.actor)
    await edit_rule(*who, c.rule_id, RuleEdit(order=2))
    await edit_rule(*who, a.rule_id, RuleEdit(order=99))
    assert {n: p for n, (p, _) in (await kept(household)).items()} == {"0": 1, "c": 2, "b": 3, "a": 4}
    await delete_rule(*who, b.rule_id)
    assert {n: p for n, (p, _) in (await kept(household)).items()} == {"0": 1, "c": 2, "a": 3}
    with pytest.raises(Stale):
        await edit_rule(*who, c.rule_id, RuleEdit(name="d"), if_version=1)
    with pytest.raises(Missing):
        await delete_rule(*who, b.rule_id)


async def test_a_rule_that_was_deleted_comes_back_to_its_place_with_its_counts_and_goes_again(household: Family, bank: Bank) -> None:
    _, dog, _ = [await rule(household, word, name=word, category="vet", tags=["dog"]) for word in ("kiosk", "zorblax", "quuxley")]
    await bank("2026-10-01 -10.00 ZORBLAX x1", "2026-10-02 -7.00 ZORBLAX x2")
    stood = await kept(household)
    who = (household.world, household.household_id, household.actor)
    gone = await delete_rule(*who, dog.rule_id)
    assert await kept(household) == {"kiosk": (1, 0), "quuxley": (2, 0)}
    async with read_desk(*who) as desk:
        assert (await view_activity(desk)).lines[0].what == "Rule “zorblax” deleted"
    back = await undo(*who, gone.batch_id or 0)
    assert (back.refused, back.stays, await kept(household)) == ((), (), stood | {"zorblax": (2, 2)})
    await bank("2026-10-03 -3.00 ZORBLAX x3")
    assert "2026-10-03 -3.00 Zorblax vet" in (await household.rows())[0]
    await undo(*who, back.batch_id or 0)
    assert await kept(household) == {"kiosk": (1, 0), "quuxley": (2, 0)}
    assert await household.is_sound()
    rebuilt = await rebuild_ledger(household.world, household.household_id)
    assert (rebuilt.incomplete, rebuilt.differences) == ((), ())


async def test_a_deleted_rule_whose_category_went_meanwhile_stays_away_and_is_named(household: Family) -> None:
    who = (household.world, household.household_id, household.actor)
    kites = (await add_category(*who, CategoryWish(name="Kites", group="entertainment"))).category_id
    made = await rule(household, "zorblax", name="Wind", category_id=kites)
    gone = await delete_rule(*who, made.rule_id)
    await delete_category(*who, kites)
    back = await undo(*who, gone.batch_id or 0)
    assert [(s.name, s.reason) for s in back.stays] == [("Wind", "category_gone")]
    assert (back.undone, await kept(household)) == (0, {})


async def test_a_rule_that_is_off_does_nothing(household: Family, bank: Bank) -> None:
    made = await rule(household, "zorblax", category="vet")
    await edit_rule(household.world, household.household_id, household.actor, made.rule_id, RuleEdit(enabled=False))
    await bank("2026-10-01 -10.00 ZORBLAX x1")
    assert await household.rows() == ["2026-10-01 -10.00 Zorblax uncategorised"]
    with pytest.raises(Missing):
        await run(household, made.rule_id)


async def test_a_category_that_goes_hands_its_rules_on(household: Family, bank: Bank) -> None:
    who = (household.world, household.household_id, household.actor)
    own = (await add_category(*who, CategoryWish(name="Dog", group="shopping"))).category_id
    await rule(household, "zorblax", category="Dog")
    await delete_category(*who, own, move_to=await household.category("vet"))
    await bank("2026-10-01 -10.00 ZORBLAX x1")
    assert await household.rows() == ["2026-10-01 -10.00 Zorblax vet"]


async def test_a_rule_that_lost_its_category_and_does_nothing_else_says_so(household: Family) -> None:
    who = (household.world, household.household_id, household.actor)
    own = (await add_category(*who, CategoryWish(name="Dog", group="shopping"))).category_id
    await rule(household, "zorblax", category="Dog")
    await delete_category(*who, own)
    async with read_desk(*who) as desk:
        (listed,) = await list_rules(desk)
    assert (listed.rule.enabled, listed.faults) == (False, ("its category is gone: say what it is to do, or delete it",))


async def test_what_is_written_is_read_back_the_same(household: Family, bank: Bank) -> None:
    bank.has("Joint, ours")
    await bank("2026-10-01 -10.00 ZORBLAX x1")
    typed = [
        '"two words" merchant:"A & B" /a\\/b "c"/ acc:checking >=5 <=20.50 is:out tag:work -tag:"my own"',
        "=12 is:in from:2026-01-01 to:2026-12-31 source:none acc:Joint",
        'مقهى acc:checking acc:"Joint"',
        '">20"',
        "20..50",
    ]
    for text in typed:
        made = await rule(household, text, category="vet")
        async with read_desk(household.world, household.household_id, household.actor) as desk:
            said = words_of(desk, made.when, await accounts(desk.unit, desk.sealer))
        again = await rule(household, said, category="vet")
        assert again.when == made.when, said


@pytest.mark.parametrize(
    ("when", "then", "code", "field"),
    [
        ("", {"note": "x"}, "when_needed", "when"),
        ("cat:food x", {"note": "x"}, "not_in_rules", "when"),
        ("is:pending x", {"note": "x"}, "not_in_rules", "when"),
        ("/(/", {"note": "x"}, "bad_pattern", "when"),
        ("acc:nowhere", {"note": "x"}, "no_such_account", "when"),
        ("source:magic", {"note": "x"}, "bad_source", "when"),
        ("x" * 301, {"note": "x"}, "too_long", "when"),
        ("zorblax", {}, "then_needed", "then"),
        ("zorblax", {"category_id": 99_999}, "no_such_category", "category_id"),
        ("zorblax", {"category_id": 310, "transfer": True}, "one_target", "category_id"),
        ("zorblax", {"note": "x" * 2_001}, "too_long", "note"),
        ("zorblax", {"tags": ["x" * 41]}, "bad_tags", "tags"),
        ("zorblax", {"splits": [ShareWish(category_id=310, share="50")]}, "bad_splits", "splits"),
        ("zorblax", {"splits": [ShareWish(category_id=310, share="50.005")] * 2}, "bad_splits", "splits"),
        ("zorblax", {"splits": [ShareWish(category_id=310, share="1e999999")] * 2}, "bad_splits", "splits"),
        ("zorblax", {"splits": [ShareWish(category_id=310, share="40")] * 2}, "splits_do_not_add_up", "splits"),
        ("zorblax", {"splits": [ShareWish(category_id=310, amount="-4")] * 2}, "bad_splits", "splits"),
    ],
)
async def test_what_no_rule_can_be_is_refused_by_name(household: Family, when: str, then: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(Rejected) as refusal:
        await add_rule(household.world, household.household_id, household.actor, RuleWish(when=when, then=ThenWish(**then)))
    assert (refusal.value.code, refusal.value.field) == (code, field)


async def test_the_same_pattern_finds_rows_in_the_list(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -10.00 ZORBLAX x1", "2026-10-02 -9.00 QUUXLEY x2", "2026-10-03 9.00 ZORGLUB x3")
    async with read_desk(household.world, household.household_id, household.actor) as desk:
        held = await accounts(desk.unit, desk.sealer)
        asked = await read_list(desk, {"pattern": "^zor(b|g)", "status": "out"}, held)
        assert [s.merchant for s in (await list_page(desk, asked.wanted, limit=9)).rows] == ["Zorblax"]
        assert [c.label for c in asked.chips] == ["Money out", "/^zor(b|g)/"]
        with pytest.raises(Rejected) as refusal:
            await read_list(desk, {"pattern": "("}, held)
    assert (refusal.value.code, refusal.value.field) == ("bad_pattern", "pattern")
