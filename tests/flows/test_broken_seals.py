"""What cannot be opened says so where it stands: the rest of each page is there, changes are refused in words, and the proof names it."""

from __future__ import annotations

import asyncpg
import pytest

from farthing.core.errors import NeedsOperator
from farthing.core.ids import public
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.import_file import commit_import, look_at_import, preview_import
from farthing.flows.kept import kept
from farthing.flows.manage_budgets import BudgetWish, add_budget
from farthing.flows.manage_categories import CategoryWish, add_category
from farthing.flows.manage_groups import GroupWish, add_own_group
from farthing.flows.manage_recurring import RecurringWish, add_series
from farthing.flows.manage_rules import RuleWish, add_rule
from farthing.flows.prove_seals import sampled_seals
from farthing.flows.read_rule import ThenWish
from farthing.flows.refresh_insights import refresh_insights
from farthing.flows.rules_kept import rule_shelf
from farthing.flows.saved_views import ViewWish, save_view
from farthing.flows.split_up import Slice, split_up
from farthing.flows.verify_ledger import verify_ledger
from farthing.security.sealing import UNREADABLE, SealBroken
from web.visit import browser, program
from world import TODAY, Bank, Family

TABLE = b"Date,Description,Amount\n2026-11-03,BAKERY,-3.00\n"
PAGES = (
    "/",
    "/transactions",
    "/review",
    "/budgets",
    "/accounts",
    "/imports",
    "/insights",
    "/activity",
    "/settings/categories",
    "/settings/rules",
    "/settings/tokens",
)
SEALED = (
    "account",
    "payee",
    "tag",
    "split",
    "category",
    "category_group",
    "budget",
    "batch",
    "saved_view",
    "rule",
    "recurring",
    "insight",
)


async def damage(superuser: asyncpg.Connection, family: Family, table: str, column: str = "sealed") -> None:
    """One bit of each value falls over; done twice it stands again."""
    flip = f"update {table} set {column} = set_byte({column}, 20, get_byte({column}, 20) # 1) where household_id = $1"
    await superuser.execute(flip, family.household_id)
    rule_shelf.forget(family.household_id)
    kept.forget(family.household_id)  # what a process has read before stands as it was


async def live(household: Family, bank: Bank) -> None:
    """A household with something of everything that has a name."""
    everybody = household.world, household.household_id, household.actor
    await bank("2026-11-01 -10.00 QUUXLEY x1", "2026-11-02 -2.00 QUUXLEY x2")
    row = await household.id_of("x1")
    await edit_transaction(*everybody, row, Edit(note="mine", more_tags=("holiday",)))
    own = (await add_category(*everybody, CategoryWish(name="Kites", group="entertainment"))).category_id
    boat = (await add_own_group(*everybody, GroupWish(name="The boat"))).slug
    await add_category(*everybody, CategoryWish(name="Mooring", group=boat))
    await split_up(*everybody, row, [Slice(-4, own, "string"), Slice(-996, own, "kite")])
    await add_budget(*everybody, BudgetWish(limit="100.00", starts=TODAY, category_id=own, name="Wind"))
    await add_rule(*everybody, RuleWish(when="quuxley", then=ThenWish(note="wind"), name="Wind"))
    await save_view(*everybody, ViewWish(name="Big", query="over=20"))
    await save_view(*everybody, ViewWish(name="Shops", query="by=merchant", place="trends"))
    await add_series(*everybody, RecurringWish(transaction_id=await household.id_of("x2")))
    await bank("2026-10-03 -35.00 OVERDRAFT FEE code BANK_FEES_OVERDRAFT_FEES f1")
    assert await refresh_insights(household.world, household.household_id)
    run = await preview_import(*everybody, TABLE)
    await commit_import(*everybody, run.import_id)


async def test_one_row_that_cannot_be_read_stands_in_its_list_with_the_right_totals(
    household: Family, bank: Bank, superuser: asyncpg.Connection
) -> None:
    world = household.world
    await bank("2026-10-01 -1.00 QUUXLEY x1", "2026-10-02 -2.00 BAKER x2")
    row = await household.id_of("x1")
    flip = "update transaction set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1) where household_id = $1 and transaction_id = $2"
    await superuser.execute(flip, household.household_id, row)

    first, second = await household.rows()
    assert (first[:22], second[:18]) == ("2026-10-02 -2.00 Baker", f"2026-10-01 -1.00 {UNREADABLE[:1]}")
    assert UNREADABLE in second
    async with program(world, household) as asking:
        answer = (await asking.get("/transactions")).json()
        assert [(t["amount"], t["merchant"]) for t in answer["items"]] == [("-2.00", "Baker"), ("-1.00", UNREADABLE)]
        refused = await asking.patch(f"/transactions/{public('txn', row)}", json={"note": "mine"})
        assert (refused.status_code, refused.json()["code"]) == (503, "seal_broken")
    ((_, fault),) = (await verify_ledger(world, household.household_id)).wrong
    assert (fault.check, fault.what) == ("seals", f"sealed of {public('txn', row)} does not open: its seal is broken")


async def test_whatever_else_cannot_be_read_leaves_every_page_standing_and_is_named(
    household: Family, bank: Bank, superuser: asyncpg.Connection
) -> None:
    await live(household, bank)
    assert await household.is_sound()
    async with browser(household.world, household) as reader:
        for table in SEALED:
            await damage(superuser, household, table)
            for page in PAGES:
                await reader.open(page)
                assert reader.status == 200, (table, page)
            wrong = (await verify_ledger(household.world, household.household_id)).wrong
            assert {fault.what.split(" ")[2] for _, fault in wrong} == {table}
            await damage(superuser, household, table)
    assert await household.is_sound()


async def test_a_rule_that_cannot_be_read_stops_no_line_is_not_overwritten_and_can_be_deleted(
    household: Family, bank: Bank, superuser: asyncpg.Connection
) -> None:
    await live(household, bank)
    await damage(superuser, household, "rule")
    await bank("2026-11-03 -3.00 QUUXLEY x3")
    assert (await household.rows())[0].startswith("2026-11-03 -3.00 Quuxley")
    async with program(household.world, household) as asking:
        (rule,) = (await asking.get("/rules")).json()["items"]
        assert (rule["name"], rule["enabled"], len(rule["faults"])) == ("Cannot be read", False, 1)
        assert (await asking.patch(f"/rules/{rule['id']}", json={"name": "Kite"})).json()["code"] == "rule_unreadable"
        assert (await asking.delete(f"/rules/{rule['id']}")).status_code == 204
    assert await household.is_sound()


async def test_a_note_that_cannot_be_read_is_not_overwritten(household: Family, bank: Bank, superuser: asyncpg.Connection) -> None:
    await live(household, bank)
    await damage(superuser, household, "transaction", "owner_sealed")
    assert any(f"“{UNREADABLE}”" in row for row in await household.rows())
    row = await household.id_of("x1")
    with pytest.raises(SealBroken):
        await edit_transaction(household.world, household.household_id, household.actor, row, Edit(note="other"))
    await damage(superuser, household, "transaction", "owner_sealed")
    assert any("“mine”" in row for row in await household.rows())


async def test_an_import_that_waits_and_cannot_be_read_is_not_carried_out(household: Family, superuser: asyncpg.Connection) -> None:
    run = await preview_import(household.world, household.household_id, household.actor, TABLE)
    await damage(superuser, household, "batch")
    with pytest.raises(NeedsOperator, match="Import the file again"):
        await look_at_import(household.world, household.household_id, household.actor, run.import_id)
    assert any("of batch" in sentence for sentence in (await sampled_seals(household.world))[1])
    await damage(superuser, household, "batch")
