"""`farthing ledger verify`: each fault that may be planted in a household's tables is named, by its own check and no other.

The program has no statement that could write these; they stand for a damaged disk, a restored half, a hand in psql, a bug to come.
"""

from __future__ import annotations

import pytest

from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.manage_budgets import BudgetWish, add_budget
from farthing.flows.merge import merge_transactions
from farthing.flows.split_up import Slice, split_up
from farthing.flows.verify_ledger import verify_ledger
from farthing.flows.world import World
from world import TODAY, Bank, Family, found

PURCHASE = "(select transaction_id from transaction where amount = -4200)"
PAYROLL = "(select transaction_id from transaction where amount = 7700)"
OTHER = "(select transaction_id from transaction where amount = -900)"


def more(table: str, columns: str, values: str, source: str) -> str:
    """A row more of the household's, made from one of `source`."""
    return f"insert into {table} (household_id, {columns}) select household_id, {values} from {source}"


LINE = "transaction_id, digest, ref, account_id, date, state, kind"
QUESTION = "suggestion_id, left_id, right_id, at, kind, score, state, sealed"
PAIR = "out_id, in_id, at, batch_id, kind, state, score"
MOVED = f"with moved as (update line set account_id = 99 where transaction_id = {PURCHASE}) "

PLANTED = [
    ("parts", "update split set amount = amount - 1 where part = 0", "do not add up"),
    ("parts", "delete from split", "is split and has no parts"),
    ("parts", "update split set amount = case part when 0 then 0 else -3000 end", "one is nothing"),
    ("parts", "update split set amount = case part when 0 then 1000 else -4000 end", "goes the other way"),
    ("values", f"update transaction set home_amount = 5 where transaction_id = {PURCHASE}", "is worth 5 at home"),
    ("orphans", "update transaction set payee_id = 7 where amount = -4200", "belongs to payee 7"),
    ("orphans", MOVED + "update transaction set account_id = 99 where amount = -4200", "belongs to account 99"),
    ("orphans", more("split", "transaction_id, amount, part, category_id", "7, 1, 0, 0", "household"), "belongs to transaction 7"),
    ("orphans", "delete from tag", "belongs to tag"),
    ("orphans", "update transaction_tag set transaction_id = 7", "belongs to transaction 7"),
    ("orphans", more("balance_day", "balance, account_id, date, source", "1, 99, '2026-11-01', 1", "household"), "belongs to account 99"),
    ("lines", f"delete from line where transaction_id = {PURCHASE}", "no line states it any more"),
    ("lines", f"update line set state = 5 where transaction_id = {PURCHASE}", "no line states it any more"),
    ("lines", "update transaction set status = 3 where amount = 7700", "is void, and its bank still states it"),
    ("lines", f"update line set state = 2 where transaction_id = {PURCHASE}", "is posted, and the line beneath it pending"),
    ("lines", f"update transaction set status = 1 where transaction_id = {PURCHASE}", "is pending, and the line beneath it posted"),
    ("lines", f"update line set account_id = account_id + 1 where transaction_id = {PURCHASE}", "stands in another account"),
    ("doubles", more("line", LINE, f"{PURCHASE}, 0, gen_random_uuid(), account_id, date, 1, 1", "line where digest in"
     f" (select digest from line where transaction_id = {PURCHASE})"), "stands for 2 live lines"),
    ("pairs", "update pair_decision set in_id = 7, sealed = null", "names a row that is not there"),
    ("pairs", f"update pair_decision set sealed = null, in_id = {PURCHASE}", "go the same way"),
    ("pairs", f"update pair_decision set sealed = null, in_id = {PAYROLL}", "both legs in one account"),
    ("pairs", "update transaction set category_id = 0, category_source = 0 where amount = 50000", "spending on one side"),
    ("pairs", more("pair_decision", PAIR, f"{OTHER}, in_id, at, batch_id, 1, 2, 1", "pair_decision"), "shares a leg"),
    ("questions", more("suggestion", QUESTION, f"1, {PURCHASE}, 7, '2026-11-01', 1, 50, 1, ''", "household"), "one is not there"),
    ("ones", "update transaction set discarded = 0 where discarded = 3", "counts all the same"),
    ("ones", "update merged set kept_id = 7", "a row that is not there"),
    ("ones", "delete from merged", "and of none"),
    ("counters", "update batch set added = 0 where added > 1", "says it added 0 rows"),
    ("pages", "delete from batch where batch_id in (select batch_id from landed)", "which is not there"),
    ("cursors", "update connection set last_success_at = null", "never read the beginning"),
    ("links", "update account set connection_id = 7 where connection_id is not null", "which is not there"),
    ("alerts", "update alert set threshold = 81 where threshold = 100", "of budget"),
]  # fmt: skip

BESIDE = {"questions": {"seals"}}  # what else is said of what is planted: a question by hand is sealed by nobody


@pytest.fixture
async def settled(world: World, household: Family, bank: Bank) -> Family:
    """A household with a bit of everything: a split and tagged row, a transfer between two accounts, a budget that is spent."""
    await bank(
        "2026-11-02 -42.00 SAFEWAY x1", "2026-11-03 -30.00 TARGET x2", "2026-11-04 77.00 PAYROLL x3",
        "2026-11-05 -9.00 TRANSFER TO FRIEND code TRANSFER_OUT_ACCOUNT_TRANSFER x4",
        "2026-11-06 -500.00 TRANSFER TO SAVINGS code TRANSFER_OUT_ACCOUNT_TRANSFER x5",
        "2026-11-06 500.00 TRANSFER FROM CHECKING code TRANSFER_IN_ACCOUNT_TRANSFER in savings y1",
    )  # fmt: skip
    groceries, vet = await household.category("groceries"), await household.category("vet")
    who = (world, household.household_id, household.actor)
    await split_up(*who, await household.id_of("x2"), [Slice(-1000, groceries), Slice(-2000, vet)])
    await edit_transaction(*who, await household.id_of("x1"), Edit(tags=["week"]))
    await add_budget(*who, BudgetWish(limit="20.00", category_id=groceries, starts=TODAY))
    await bank("2026-11-07 -1.00 SAFEWAY x6", "2026-11-07 -6.00 KIOSK x7", "2026-11-07 -6.00 KIOSK x8")
    await merge_transactions(*who, kept_id=await household.id_of("x7"), other_id=await household.id_of("x8"))
    assert await household.is_sound()
    return household


@pytest.mark.parametrize(("check", "planted", "said"), PLANTED, ids=[f"{c}: {s}" for c, _, s in PLANTED])
async def test_a_planted_fault_is_named_by_its_own_check_alone(world: World, settled: Family, check: str, planted: str, said: str) -> None:
    """Sums that follow from it are counted again first, so that what is left is the fault itself."""
    async with settled.unit() as (unit, _):
        done = await unit.conn.execute(planted)
    assert not done.endswith(" 0"), "nothing was planted"

    books = await verify_ledger(world, settled.household_id, mend=True)

    assert {(h, f.check) for h, f in books.wrong if f.check not in BESIDE.get(check, ())} == {(settled.household_id, check)}
    assert all(said in f.what and len(f.mend) > 10 for _, f in books.wrong if f.check == check), books.wrong


async def test_sums_are_mended_when_asked_and_only_then(world: World, settled: Family) -> None:
    async with settled.unit() as (unit, _):
        await unit.conn.execute("update rollup_month set total_out = total_out - 1, n_once = n_once + 1 where total_out < 0")
    before = await settled.spent("2026-11")

    seen = await verify_ledger(world, settled.household_id)
    assert {f.check for _, f in seen.wrong} == {"rollups"}
    assert seen.mended == 0
    assert "2026-11" in seen.wrong[0][1].what
    assert await settled.spent("2026-11") == before

    assert (await verify_ledger(world, settled.household_id, mend=True)).mended == 1
    assert (await verify_ledger(world, settled.household_id)).wrong == ()


async def test_all_households_are_looked_at_and_each_fault_is_its_own_household_s(world: World, settled: Family) -> None:
    neighbour = await found(world)
    async with settled.unit() as (unit, _):
        await unit.conn.execute(f"delete from line where transaction_id = {PURCHASE}")

    books = await verify_ledger(world)

    assert books.households > 1
    assert [fault.check for household, fault in books.wrong if household == settled.household_id] == ["lines"]
    assert not any(household == neighbour.household_id for household, _ in books.wrong)
