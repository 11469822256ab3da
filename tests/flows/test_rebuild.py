"""`farthing ledger rebuild`: what was landed and what its owner decided, replayed, is the ledger that stands; else it is said."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from farthing.flows.add_by_hand import Entry, add_by_hand, delete_transaction
from farthing.flows.answer import answer_question
from farthing.flows.bring_rates import bring_rates
from farthing.flows.close_category import delete_category
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.import_file import commit_import, preview_import
from farthing.flows.list_transactions import list_page
from farthing.flows.manage_accounts import delete_account
from farthing.flows.manage_categories import CategoryEdit, CategoryWish, add_category, edit_category
from farthing.flows.manage_groups import GroupWish, add_own_group, delete_group
from farthing.flows.manage_rules import RuleWish, add_rule
from farthing.flows.merge import merge_transactions
from farthing.flows.pair_by_hand import join_transfer, part_rows
from farthing.flows.read_rule import ThenWish
from farthing.flows.rebuild import rebuild_ledger
from farthing.flows.revise import new_batch, settle_up
from farthing.flows.split_again import APART
from farthing.flows.split_up import Slice, split_up
from farthing.flows.undo import undo
from farthing.flows.world import World
from farthing.ingest.batches.batch import Change, FieldGroup, write_changes
from farthing.ingest.pairing.model import KIND_TRANSFER
from farthing.ingest.suggestions.ask import Answer, answer, open_questions
from farthing.ledger.model import Touched
from farthing.ledger.reading.rows import Filter
from farthing.people.members import every_household
from rebuilt import overwritten, rebuilt_difference
from world import TODAY, Bank, Family

CSV = b"Date,Description,Amount\n2026-10-01,CORNER BAKERY,-12.50\n2026-10-02,PAYROLL,2500.00\n2026-11-02,SAFEWAY,-42.00\n"
Story = Callable[[World, Family, Bank], Awaitable[None]]


async def banks_change_their_mind(_world: World, _household: Family, bank: Bank) -> None:
    kiosk = "2026-11-03 -5.00 KIOSK"
    await bank("2026-11-02 -42.00 SAFEWAY x1", "2026-11-03 -30.00 TARGET pending x2", f"{kiosk} x5", f"{kiosk} x6")
    await bank("2026-11-04 -33.00 TARGET settles x2 x3", "gone x2")
    await bank("2026-11-02 -43.00 SAFEWAY x1", "2026-11-02 -43.00 SAFEWAY x1")
    await bank("gone x3")
    await bank("2026-11-04 -33.00 TARGET x3", f"{kiosk} x7", "gone x5")
    await bank("2026-11-02 -43.00 SAFEWAY x1", "2026-11-04 -33.00 TARGET x3", since="2026-11-01")


async def money_moves_between_accounts(_world: World, _household: Family, bank: Bank) -> None:
    await bank("2026-11-06 -500.00 TRANSFER TO SAVINGS code TRANSFER_OUT_ACCOUNT_TRANSFER x5")
    back = "2026-11-06 500.00 TRANSFER FROM CHECKING code TRANSFER_IN_ACCOUNT_TRANSFER in savings y1"
    await bank(back, "2026-11-07 20.00 ZORBLAX in savings y2")


async def the_owner_speaks(world: World, household: Family, bank: Bank) -> None:
    who = (world, household.household_id, household.actor)
    groceries, vet = await household.category("groceries"), await household.category("vet")
    await bank("2026-11-02 -42.00 ZORBLAX x1", "2026-11-03 -30.00 TARGET x2", "2026-11-03 -8.00 KIOSK x3")
    word = Edit(category_id=vet, note="dog", tags=["a", "b"], merchant="Vet", date=TODAY)
    await edit_transaction(*who, await household.id_of("x1"), word)
    await split_up(*who, await household.id_of("x2"), [Slice(-1000, groceries, "bread"), Slice(-2000, vet)])
    await delete_transaction(*who, await household.id_of("x3"))
    await bank("2026-11-02 -43.00 ZORBLAX x1", "2026-11-03 -35.00 TARGET x2", "2026-11-05 -1.00 ZORBLAX x4", "2026-11-03 -8.50 KIOSK x3")
    await edit_transaction(*who, await household.id_of("x1"), Edit(category_id=None, hidden=True))
    assert await overwritten(world, household.household_id) == []


async def what_was_done_is_undone(world: World, household: Family, bank: Bank) -> None:
    who = (world, household.household_id, household.actor)
    await bank("2026-11-02 -42.00 SAFEWAY x1")
    edited = await edit_transaction(*who, await household.id_of("x1"), Edit(note="dog"))
    await bank("2026-11-04 -7.00 KIOSK x2", "2026-11-02 -43.00 SAFEWAY x1")
    async with household.unit() as (unit, _):
        (sync,) = [r[0] for r in await unit.conn.fetch("select batch_id from batch where kind = 1 and updated = 1")]
    undone = await undo(*who, sync)
    await undo(*who, edited.batch_id or 0)
    await bank("2026-11-04 -7.00 KIOSK x2", "2026-11-05 -8.00 KIOSK x3")
    await undo(*who, undone.batch_id or 0)


async def a_file_comes_and_goes(world: World, household: Family, bank: Bank) -> None:
    who = (world, household.household_id, household.actor)
    await bank("2026-11-02 -42.00 SAFEWAY x1")
    dry_run = await preview_import(*who, CSV, name="a.csv", account_id=await household.account_id())
    await bank("2026-11-03 -1.00 KIOSK x2")
    await commit_import(*who, dry_run.import_id)
    await undo(*who, dry_run.import_id)
    again = await preview_import(*who, CSV, name="a.csv", account_id=await household.account_id())
    await commit_import(*who, again.import_id)
    await bank("2026-10-01 -12.50 CORNER BAKERY x3")
    fresh = await preview_import(*who, CSV.replace(b"-12.50", b"-13.50"), name="b.csv")
    await commit_import(*who, fresh.import_id)


async def an_entry_by_hand_meets_its_bank(world: World, household: Family, bank: Bank) -> None:
    who = (world, household.household_id, household.actor)
    await bank("2026-11-01 -1.00 KIOSK x1")
    account_id, vet = await household.account_id(), await household.category("vet")
    entry = Entry(account_id=account_id, date=TODAY, amount="-42.00", merchant="Zorblax", category_id=vet, note="dog", tags=["a"])
    added = await add_by_hand(*who, entry)
    await bank(f"{TODAY} -42.00 ZORBLAX x2", "2026-11-05 -3.00 ZORBLAX x3")
    alone = await add_by_hand(*who, Entry(account_id=account_id, date=TODAY, amount="5.00", merchant="Friend"))
    await undo(*who, alone.batch_id)
    await undo(*who, added.batch_id)


async def two_rows_are_one(world: World, household: Family, bank: Bank) -> None:
    who = (world, household.household_id, household.actor)
    await bank("2026-10-01 -9.99 GRULTZ x1", "2026-10-01 -9.99 GRULTZ x2", "2026-10-03 -5.00 VARTESK x3")
    _, brought = await bank.file("2026-10-05 -9.99 FLUMBO", "2026-10-09 -5.00 PLUMBO")
    await edit_transaction(*who, brought.new_ids[0], Edit(note="the same"))
    merged = await merge_transactions(*who, kept_id=await household.id_of("x1"), other_id=brought.new_ids[0])
    await merge_transactions(*who, kept_id=brought.new_ids[1], other_id=await household.id_of("x3"))
    await bank("2026-10-01 -10.99 GRULTZ x1", "2026-10-03 -5.50 VARTESK x3")
    await bank("gone x1")
    undone = await undo(*who, merged.batch_id or 0)
    await bank("2026-10-01 -11.99 GRULTZ x1")
    await undo(*who, undone.batch_id or 0)
    await bank("2026-10-01 -12.99 GRULTZ x1")


async def two_rows_are_two(world: World, household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1")
    await bank.file("2026-10-07 -9.99 FLUMBO")
    async with household.desk() as desk:
        (question,) = await open_questions(desk.unit, desk.sealer)
        batch = new_batch(desk)
        record = {"question": question.suggestion_id, "was": [1, None], "said": [3, batch.batch_id], "other": question.right}
        told = Change(question.left, FieldGroup.OTHER, {APART: None}, {APART: record}, APART)
        await answer(desk.unit, {question.suggestion_id: (Answer.NO, batch.batch_id)})
        await write_changes(desk.unit, desk.sealer, batch_id=batch.batch_id, at=desk.at, actor="session", changes=[told])
        await settle_up(desk, batch, Touched(), kind="review.answered")
    undone = await undo(world, household.household_id, household.actor, batch.batch_id)
    await undo(world, household.household_id, household.actor, undone.batch_id or 0)


async def twins_are_one(world: World, household: Family, bank: Bank) -> None:
    who = (world, household.household_id, household.actor)
    await bank("2026-10-01 -9.99 GRULTZ x1", "2026-10-01 -9.99 GRULTZ x2")
    await merge_transactions(*who, kept_id=await household.id_of("x1"), other_id=await household.id_of("x2"))
    await bank("gone x1")
    await bank("2026-10-01 -9.50 GRULTZ x2")


async def a_transfer_is_undone(world: World, household: Family, bank: Bank) -> None:
    await money_moves_between_accounts(world, household, bank)
    async with household.unit() as (unit, _):
        (sync,) = [r[0] for r in await unit.conn.fetch("select batch_id from batch where kind = 1 and added = 2")]
    undone = await undo(world, household.household_id, household.actor, sync)
    await undo(world, household.household_id, household.actor, undone.batch_id or 0)


async def answer_every(household: Family, words: dict[str, str]) -> list[int]:
    """Answer what is open, by the merchant of the row that the question stands left of; returns the batches."""
    who = (household.world, household.household_id, household.actor)
    async with household.desk() as desk:
        asked = await open_questions(desk.unit, desk.sealer)
        page = {s.row.transaction_id: s.merchant for s in (await list_page(desk, Filter(), limit=50)).rows}
    done = [await answer_question(*who, q.suggestion_id, words[page[q.left]]) for q in asked if page[q.left] in words]
    assert len(done) == len(words), asked
    return [a.batch_id or 0 for a in done]


async def what_belongs_together_is_answered(world: World, household: Family, bank: Bank) -> None:
    """Two transfers and two refunds are asked about: one of each is, one is not, and each answer is taken back and given once more."""
    who = (world, household.household_id, household.actor)
    await bank("2026-10-01 -80.50 GRULTZ x1", "2026-10-01 80.50 WIBBLE in savings y1", "2026-10-02 -60.00 SNORK x3")
    await bank("2026-10-05 -70.25 FLUMBO x2", "2026-10-05 70.25 VARTESK in savings y2", "2026-10-04 24.00 SNORK x4")
    await bank("2026-10-06 -50.00 WURGEL x5", "2026-10-07 21.00 WURGEL x6")
    batches = await answer_every(household, {"Grultz": "pair", "Flumbo": "reject", "Snork": "pair", "Wurgel": "reject"})
    for batch_id in batches:
        undone = await undo(*who, batch_id)
        await undo(*who, undone.batch_id or 0)
    await bank("2026-10-01 -80.50 GRULTZ x1 posted 2026-10-03", "2026-10-04 25.00 SNORK x4", "2026-10-07 22.00 WURGEL x6")
    await bank("gone x3", "2026-10-05 -70.26 FLUMBO x2", "2026-10-05 70.26 VARTESK in savings y2")


async def a_pair_of_ours_is_confirmed_or_not_by_answer(world: World, household: Family, bank: Bank) -> None:
    """Given questions that are open, when the rows are joined or parted by hand meanwhile, then a later look finds what was said."""
    who = (world, household.household_id, household.actor)
    await money_moves_between_accounts(world, household, bank)
    await part_rows(*who, await household.id_of("x5"), kind=KIND_TRANSFER)
    await bank("2026-11-08 -31.10 GRULTZ x6", "2026-11-08 31.10 WIBBLE in savings y6")
    joined = await join_transfer(*who, await household.id_of("x6"), await household.id_of("y6", account_name="savings"))
    await bank("2026-11-08 -31.10 GRULTZ x6 posted 2026-11-10")
    await undo(*who, joined.batch_id or 0)
    await answer_every(household, {"Grultz": "pair"})


async def joined_by_hand_under_a_rule(household: Family) -> None:
    """Given rows of a merchant that the owner has a rule for, and that are the halves of a transfer by the owner's word."""
    who = (household.world, household.household_id, household.actor)
    await add_rule(*who, RuleWish(when="wibble", then=ThenWish(category_id=await household.category("vet"))))
    await join_transfer(*who, await household.id_of("x1"), await household.id_of("y1", account_name="savings"))


async def a_rule_sorts_the_half_that_a_sync_leaves_alone(_world: World, household: Family, bank: Bank) -> None:
    await bank("2026-11-08 -31.10 GRULTZ x1", "2026-11-08 31.10 WIBBLE in savings y1")
    await joined_by_hand_under_a_rule(household)
    await bank("gone x1")
    assert "2026-11-08 31.10 Wibble vet" in await household.rows()


async def a_rule_sorts_the_half_that_an_undo_leaves_alone(world: World, household: Family, bank: Bank) -> None:
    await bank("2026-11-08 -31.10 GRULTZ x1")
    await bank("2026-11-08 31.10 WIBBLE in savings y1")
    await joined_by_hand_under_a_rule(household)
    async with household.unit() as (unit, _):
        first = await unit.conn.fetchval("select min(batch_id) from batch where kind = 1")
    await undo(world, household.household_id, household.actor, first)
    assert "2026-11-08 31.10 Wibble vet" in await household.rows()


async def own_groups_and_their_categories(world: World, household: Family, bank: Bank) -> None:
    """Rows sorted by hand, by a rule and by memory into categories of groups that are renamed, made one, gone and back."""
    who = (world, household.household_id, household.actor)
    boat, garden = [(await add_own_group(*who, GroupWish(name=name))).slug for name in ("The boat", "The garden")]
    mooring, seeds = [
        (await add_category(*who, CategoryWish(name=n, group=g))).category_id for n, g in (("Mooring", boat), ("Seeds", garden))
    ]
    moved = await edit_category(*who, await household.category("fuel"), CategoryEdit(group=boat))
    await add_rule(*who, RuleWish(when="wibble", then=ThenWish(category_id=seeds)))
    await bank("2026-11-02 -42.00 ZORBLAX x1", "2026-11-03 -9.00 WIBBLE x2", "2026-11-04 -30.00 SHELL OIL x3")
    await edit_transaction(*who, await household.id_of("x1"), Edit(category_id=mooring))
    parts = [Slice(amount=-400, category_id=mooring), Slice(amount=-500, category_id=seeds)]
    await split_up(*who, await household.id_of("x2"), parts)
    await bank("2026-11-05 -7.00 ZORBLAX x4", "2026-11-06 -3.00 WIBBLE x5")
    one = await delete_group(*who, garden, move_to=boat)
    await undo(*who, one.batch_id or 0)
    gone = await delete_category(*who, mooring, move_to=seeds)
    await bank("2026-11-06 -8.00 ZORBLAX x6")
    await undo(*who, gone.batch_id or 0)
    await undo(*who, moved.batch_id or 0)
    await delete_group(*who, boat)
    assert len([r for r in await household.rows() if f"own_{mooring}" in r]) >= 2


async def a_whole_window_of_a_bank_is_empty(_world: World, household: Family, bank: Bank) -> None:
    """Given a bank that states all there is since a day, and that is nothing any more, then its rows of these days are gone."""
    await bank("2026-10-02 -30.00 TARGET x1", "2026-11-02 -42.00 SAFEWAY x2")
    await bank(since="2026-11-01")
    assert len(await household.rows(void=False)) == 1


STORIES = [
    banks_change_their_mind, money_moves_between_accounts, the_owner_speaks, what_was_done_is_undone, a_file_comes_and_goes,
    an_entry_by_hand_meets_its_bank, two_rows_are_one, two_rows_are_two, twins_are_one, a_transfer_is_undone,
    what_belongs_together_is_answered, a_pair_of_ours_is_confirmed_or_not_by_answer,
    a_rule_sorts_the_half_that_a_sync_leaves_alone, a_rule_sorts_the_half_that_an_undo_leaves_alone, own_groups_and_their_categories,
    a_whole_window_of_a_bank_is_empty,
]  # fmt: skip


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s.__name__)
async def test_the_ledger_rebuilt_is_the_ledger_that_stands(world: World, household: Family, bank: Bank, story: Story) -> None:
    await story(world, household, bank)
    assert await household.rows()
    assert await rebuilt_difference(world, household.household_id) == []


async def test_a_rate_that_came_later_is_no_difference(world: World, household: Family, bank: Bank) -> None:
    """Rows keep the value at home that they had; a replay reads today's table of rates."""
    await bank("2026-10-01 -4.50EUR CAFE x1", "2026-10-02 -9.00XYZ CAFE x2")
    await bring_rates(world)
    await bank("2026-10-02 -9.50XYZ CAFE x2", "2026-10-03 -1.00EUR CAFE pending x3")
    told = await rebuilt_difference(world, household.household_id)
    async with world.db.shared() as conn:
        await conn.execute("delete from rate")
    assert told == []


async def test_nothing_of_a_replay_stays(world: World, household: Family, bank: Bank) -> None:
    await banks_change_their_mind(world, household, bank)
    async with world.db.shared() as conn:
        before = await every_household(conn)
    shown = await household.rows()

    assert (await rebuild_ledger(world, household.household_id)).rows == 4

    async with world.db.shared() as conn:
        assert await every_household(conn) == before
    assert await household.rows() == shown


TAMPERED = [
    ("update transaction set amount = -4100 where amount = -4200", "row", "amount"),
    ("update transaction set status = 1 where amount = -4200", "row", "status"),
    ("update transaction set hidden = true where amount = -4200", "row", "hidden"),
    ("update transaction set owner_date = '2026-11-20' where amount = -4200", "row", "owner_date"),
    ("update line set state = 5 where date = '2026-11-02'", "line", "state"),
    ("update line set digest = 5 where date = '2026-11-02'", "line", "digest"),
    ("delete from line where date = '2026-11-03'", "line", "rebuilt"),
    ("update rollup_month set total_out = total_out - 1 where total_out < 0", "month", "total_out"),
    ("delete from pair_decision", "pair", "rebuilt"),
    ("update transaction_tag set tag_id = tag_id + 1", "row", "tags"),
]


@pytest.mark.parametrize(("tampered", "what", "said"), TAMPERED, ids=[f"{w} {s} {n}" for n, (_, w, s) in enumerate(TAMPERED)])
async def test_what_was_altered_is_told(world: World, household: Family, bank: Bank, tampered: str, what: str, said: str) -> None:
    await bank("2026-11-02 -42.00 SAFEWAY x1", "2026-11-03 -30.00 TARGET x2")
    await edit_transaction(world, household.household_id, household.actor, await household.id_of("x1"), Edit(note="dog", tags=["a"]))
    await money_moves_between_accounts(world, household, bank)
    assert await rebuilt_difference(world, household.household_id) == []

    async with household.unit() as (unit, _):
        assert not (await unit.conn.execute(tampered)).endswith(" 0")

    told = await rebuilt_difference(world, household.household_id)
    assert any(t.startswith(what) and said in t for t in told), told


async def test_a_row_that_nobody_stated_is_told(world: World, household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -42.00 SAFEWAY x1")
    async with household.unit() as (unit, _):
        copied = "household_id, 7, amount, payee_id, batch_id, updated_at, account_id, bank_date, posted_date, status, currency"
        columns = copied.replace("7", "transaction_id")
        await unit.conn.execute(f"insert into transaction ({columns}, sealed) select {copied}, sealed from transaction")
    assert len(await household.rows()) == 2, "what does not open is told in its place"
    assert [t for t in await rebuilt_difference(world, household.household_id) if t.startswith("row")] == ["row txn_7: only stored"]


MISSING = [
    ("delete from landed", "1 syncs left no pages"),
    ("update landed set format = 'unheard'", "pages of unheard cannot be read here"),
    ("delete from batch where kind = 1; delete from landed", "rows came with batches that are no longer here"),
]


@pytest.mark.parametrize(("lost", "said"), MISSING, ids=[s for _, s in MISSING])
async def test_a_past_that_is_not_all_there_is_said_instead_of_a_difference(
    world: World, household: Family, bank: Bank, lost: str, said: str
) -> None:
    await bank("2026-11-02 -42.00 SAFEWAY x1")
    async with household.unit() as (unit, _):
        await unit.conn.execute(lost)

    found = await rebuild_ledger(world, household.household_id)

    assert found.differences == ()
    assert any(said in sentence for sentence in found.incomplete), found.incomplete


async def test_an_account_deleted_for_good_is_not_missed(world: World, household: Family, bank: Bank) -> None:
    """Its pages went with it; of pages that held other accounts too, only those are replayed."""
    await bank("2026-11-02 -42.00 SAFEWAY x1")
    who = (world, household.household_id, household.actor)
    fresh = await preview_import(*who, CSV, name="b.csv")
    await commit_import(*who, fresh.import_id)
    mine = [i for i, a in (await household.accounts()).items() if a.connection_id is None]
    await delete_account(*who, mine[0])
    assert await rebuilt_difference(world, household.household_id) == []
