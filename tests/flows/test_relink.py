"""A bank linked again: accounts and rows come under new ids, and the ledger is the one it was."""

from __future__ import annotations

import pytest

from farthing.connections import store
from farthing.connections.model import Undecided
from farthing.core.dates import FixedClock
from farthing.core.errors import Missing, Refused, Rejected
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.merge_history import covered_by, merges, unmet
from farthing.flows.place import account_ref
from farthing.flows.undo import undo
from farthing.flows.which_account import Answered, answer_account
from farthing.ingest.batches.batch import batches
from farthing.ledger.model import BankAccount, BatchKind
from rebuilt import rebuilt_difference
from world import Bank, Family


async def same_again(household: Family) -> None:
    """Replayed from the bank's pages and the owner's answers, the ledger is the one that stands."""
    assert await rebuilt_difference(household.world, household.household_id) == []
    assert await household.is_sound()


async def card(bank: Bank, *rows: str) -> None:
    """The card's rows under its first id, x1 and so on."""
    await bank(*(f"{row} in card x{n}" for n, row in enumerate(rows, 1)))


async def visa(bank: Bank, *rows: str, since: str | None = None):  # type: ignore[no-untyped-def]
    """The same card under a new id of the bank's, its rows y1 and so on."""
    bank.accounts.pop("card", None)
    bank.has("visa", kind="card")
    return await bank(*(f"{row} in visa y{n}" for n, row in enumerate(rows, 1)), since=since)


async def ids(household: Family, letter: str, count: int) -> list[int]:
    return [await household.id_of(f"{letter}{n}", account_name="card") for n in range(1, count + 1)]


async def test_rows_that_come_again_with_other_texts_and_days_are_the_rows_we_have(household: Family, bank: Bank) -> None:
    twins = "2026-10-02 -4.50 GRULTZ"
    await card(bank, "2026-10-01 -15.49 PAYPAL NETFLIX COM", twins, twins, "2026-10-09 -80.00 SNIRK")
    before = await ids(household, "x", 4)
    await edit_transaction(household.world, household.household_id, household.actor, before[0], Edit(note="for Ann"))
    moved = "2026-10-03 -4.50 GRULTZ"
    outcome = await visa(bank, "2026-10-04 -15.49 NETFLIX", moved, moved, "2026-10-10 -80.00 SNIRK", "2026-10-12 -7.00 SNIRK")
    assert (outcome.added, outcome.updated) == (1, 4)
    after = await ids(household, "y", 4)
    assert (after[0], set(after[1:3]), after[3]) == (before[0], set(before[1:3]), before[3])
    assert len(await household.rows()) == 5
    assert "2026-10-04 -15.49 Netflix subscriptions “for Ann”" in await household.rows()
    await same_again(household)


async def test_an_old_row_that_a_whole_new_history_lacks_stays_for_its_owner_to_see(household: Family, bank: Bank) -> None:
    await card(bank, "2026-10-01 -1.00 GRULTZ", "2026-10-05 -2.00 SNIRK", "2026-10-09 -3.00 ZORBLAX")
    outcome = await visa(bank, "2026-10-01 -1.00 GRULTZ", "2026-10-09 -3.00 ZORBLAX", since="2026-10-01")
    assert (outcome.added, outcome.removed) == (0, 0)
    assert len(await household.rows(void=False)) == 3
    await same_again(household)


async def told(household: Family) -> list[str]:
    """What the newest sync says of rows that were met again."""
    async with household.unit() as (unit, sealer):
        newest = (await batches(unit, sealer, kinds=[BatchKind.SYNC], count=1))[0]
    return [c.words for c in covered_by(newest)]


async def test_each_batch_says_how_much_it_recognised_and_the_account_remembers(household: Family, bank: Bank) -> None:
    await card(bank, "2026-10-01 -1.00 GRULTZ", "2026-10-05 -2.00 SNIRK", "2026-10-09 -3.00 ZORBLAX", "2026-07-01 -9.00 GRULTZ")
    second = (await ids(household, "x", 2))[1]
    await visa(bank, "2026-10-01 -1.00 GRULTZ", "2026-10-09 -3.00 ZORBLAX", "2026-10-10 -4.00 ZORBLAX")
    assert await told(household) == ["2 of 3 recognised, 1 new, 1 not met again"]
    await bank("2026-07-01 -9.00 GRULTZ in visa y9", "2026-06-01 -8.00 GRULTZ in visa y8")
    assert await told(household) == ["1 of 1 recognised, 1 new"]
    account_id = await household.account_id("card")
    async with household.desk() as desk:
        history = await merges(desk, [account_id])
        assert [m.covered.recognised for m in history[account_id] if m.covered] == [2, 1]
        assert await unmet(desk, history) == {account_id: [second]}
    await bank("2026-10-05 -2.00 SNIRK in visa y7")
    async with household.desk() as desk:
        assert await unmet(desk, await merges(desk, [account_id])) == {}


async def test_a_sync_without_new_ids_says_nothing_of_it(household: Family, bank: Bank) -> None:
    await card(bank, "2026-10-01 -1.00 GRULTZ")
    await bank("2026-10-02 -1.00 GRULTZ in card x2")
    assert await told(household) == []


# An account that could be two of ours


def savings(bank: Bank, *refs: str, **more: object) -> None:
    """The bank lists these savings accounts, all of one name and without a number."""
    for ref in refs:
        bank.accounts[ref] = BankAccount(ref=ref, name="Savings", kind="savings", currency="USD", **more)  # type: ignore[arg-type]


async def questions(household: Family, bank: Bank) -> tuple[Undecided, ...]:
    async with household.unit() as (unit, sealer):
        return (await store.find(unit, sealer, bank.connection_id)).undecided


async def key_of(household: Family, ref: str) -> str:
    """What a question about the bank's account is known by."""
    async with household.unit() as (_, sealer):
        return account_ref(sealer, "paper", ref).hex()


async def led_by(household: Family, ref: str) -> int:
    """The account that the bank's id leads to."""
    key = await key_of(household, ref)
    return next(i for i, a in (await household.accounts()).items() if a.ref and a.ref.hex() == key)


async def beneath(household: Family) -> list[tuple[int, int]]:
    """Every transaction with its account."""
    async with household.unit() as (unit, _):
        return [tuple(r) for r in await unit.conn.fetch("select transaction_id, account_id from transaction order by 1")]


async def say(household: Family, bank: Bank, key: str, account_id: int | None) -> Answered:
    return await answer_account(household.world, household.household_id, household.actor, bank.connection_id, key, account_id=account_id)


OLD = ("2026-10-01 -1.00 GRULTZ in s1 x1", "2026-10-02 -2.00 SNIRK in s2 x2")
NEW = ("2026-10-01 -1.00 GRULTZ in t1 y1", "2026-10-02 -2.00 SNIRK in t2 y2", "2026-10-03 -3.00 ZORBLAX in t2 y3")


async def two_savings(bank: Bank) -> None:
    """Two savings accounts that nothing tells apart, with a row each; then both come under new ids."""
    savings(bank, "s1", "s2", balance=100)
    await bank(*OLD)
    del bank.accounts["s1"], bank.accounts["s2"]
    savings(bank, "t1", "t2", balance=200)
    await bank(*NEW)


async def test_two_accounts_that_nothing_tells_apart_are_asked_about_and_nothing_is_doubled(household: Family, bank: Bank) -> None:
    await two_savings(bank)
    assert len(await household.rows()) == 2
    held = await household.accounts()
    ours = {i for i, a in held.items() if a.text.name == "Savings"}
    assert len(ours) == 2
    assert all(held[i].closed_on is None and held[i].balance == 100 for i in ours)
    assert [(q.name, set(q.could_be), q.balance) for q in await questions(household, bank)] == [("Savings", ours, 200)] * 2
    await bank(*NEW)
    assert len(await household.rows()) == 2


async def test_an_answer_leads_the_rows_home_and_the_last_account_needs_no_question(household: Family, bank: Bank) -> None:
    await two_savings(bank)
    first, key = await led_by(household, "s1"), await key_of(household, "t1")
    (one,) = [i for i, a in await beneath(household) if a == first]
    assert key in {q.key for q in await questions(household, bank)}
    await say(household, bank, key, first)
    outcome = await bank(*NEW)
    assert (outcome.added, outcome.updated) == (1, 2), "the other was then the only one it could be"
    assert await questions(household, bank) == ()
    assert len(await household.rows()) == 3
    assert (one, first) in await beneath(household)
    assert [a for _, a in await beneath(household)].count(first) == 1
    assert {a.balance for a in (await household.accounts()).values() if a.text.name == "Savings"} == {200}
    await same_again(household)


async def test_an_answer_is_one_of_those_asked_for_and_is_given_once(household: Family, bank: Bank) -> None:
    await two_savings(bank)
    asked = (await questions(household, bank))[0]
    with pytest.raises(Rejected, match="only be one"):
        await say(household, bank, asked.key, await household.account_id())
    with pytest.raises(Missing):
        await say(household, bank, "ff" * 16, asked.could_be[0])
    await say(household, bank, asked.key, None)
    with pytest.raises(Missing):
        await say(household, bank, asked.key, None)


async def test_an_answer_can_be_taken_back_and_given_again(household: Family, bank: Bank) -> None:
    savings(bank, "s1", balance=100)
    await bank("2026-10-01 -61.00 GRULTZ in s1 x1")
    ours = await household.account_id("savings")
    del bank.accounts["s1"]
    bank.accounts["t1"] = BankAccount(ref="t1", name="Rainy days", kind="savings", currency="USD", balance=200)
    rows = ("2026-10-01 -61.00 GRULTZ in t1 y1", "2026-10-03 -3.00 ZORBLAX in t1 y2")
    await bank(*rows)
    (asked,) = await questions(household, bank)
    said = await say(household, bank, asked.key, ours)
    await bank(*rows)
    assert len(await household.rows(void=False)) == 2
    undone = await undo(household.world, household.household_id, household.actor, said.batch_id)
    assert undone.batch_id is not None
    assert await household.rows(void=False) == ["2026-10-01 -61.00 Grultz uncategorised"]
    await bank(*rows)
    assert [q.key for q in await questions(household, bank)] == [asked.key]
    assert len(await household.rows(void=False)) == 1
    await undo(household.world, household.household_id, household.actor, undone.batch_id)
    await bank(*rows)
    assert len(await household.rows(void=False)) == 2
    assert await questions(household, bank) == ()
    await same_again(household)


async def test_a_new_account_that_was_none_after_all_goes_and_its_rows_are_met(household: Family, bank: Bank) -> None:
    savings(bank, "s1")
    await bank("2026-10-01 -1.00 GRULTZ in s1 x1")
    ours = await household.account_id("savings")
    one = await household.id_of("x1", account_name="savings")
    del bank.accounts["s1"]
    bank.accounts["t1"] = BankAccount(ref="t1", name="Rainy days", kind="savings", currency="USD")
    rows = ("2026-10-01 -1.00 GRULTZ in t1 y1", "2026-10-03 -3.00 ZORBLAX in t1 y2")
    await bank(*rows)
    (asked,) = await questions(household, bank)
    said = await say(household, bank, asked.key, None)
    await bank(*rows)
    assert len(await household.rows(void=False)) == 3
    await undo(household.world, household.household_id, household.actor, said.batch_id)
    assert len(await household.rows(void=False)) == 1
    await bank(*rows)
    await say(household, bank, asked.key, ours)
    await bank(*rows)
    assert len(await household.rows(void=False)) == 2
    assert await household.id_of("y1", account_name="savings") == one
    await same_again(household)


async def test_an_answer_is_not_taken_back_once_the_bank_gave_yet_another_id(household: Family, bank: Bank) -> None:
    await two_savings(bank)
    asked = (await questions(household, bank))[0]
    said = await say(household, bank, asked.key, asked.could_be[0])
    await bank(*NEW)
    del bank.accounts["t1"], bank.accounts["t2"]
    savings(bank, "u1")
    await bank("2026-10-09 -5.00 SNIRK in u1 z1")
    (again,) = await questions(household, bank)
    await say(household, bank, again.key, asked.could_be[0])
    with pytest.raises(Refused, match="another id"):
        await undo(household.world, household.household_id, household.actor, said.batch_id)


async def test_what_the_bank_takes_back_of_an_account_in_question_is_not_believed(household: Family, bank: Bank) -> None:
    savings(bank, "s1", "s2")
    await bank(*OLD)
    del bank.accounts["s1"], bank.accounts["s2"]
    savings(bank, "t1", "t2")
    await bank("gone x1 s1", "gone x2 s2", *NEW)
    assert len(await household.rows(void=False)) == 2


# Names, lasting ids, and accounts that go


async def test_a_lasting_id_of_the_bank_beats_every_name(household: Family, bank: Bank) -> None:
    savings(bank, "s1", lasting_ref="P-1")
    savings(bank, "s2", lasting_ref="P-2")
    await bank(*OLD)
    first, second = await led_by(household, "s1"), await led_by(household, "s2")
    del bank.accounts["s1"], bank.accounts["s2"]
    bank.accounts["t1"] = BankAccount(ref="t1", name="Rainy days", kind="savings", currency="USD", mask="7", lasting_ref="P-1")
    savings(bank, "t2", lasting_ref="P-2")
    outcome = await bank(*NEW)
    assert await questions(household, bank) == ()
    assert (outcome.added, outcome.updated) == (1, 2)
    assert (await led_by(household, "t1"), await led_by(household, "t2")) == (first, second)


async def test_two_lasting_ids_are_two_accounts_whatever_they_are_called(household: Family, bank: Bank) -> None:
    savings(bank, "s1", lasting_ref="P-1")
    await bank("2026-10-01 -1.00 GRULTZ in s1 x1")
    del bank.accounts["s1"]
    savings(bank, "t1", lasting_ref="P-9")
    await bank("2026-10-01 -1.00 GRULTZ in t1 y1")
    assert await questions(household, bank) == ()
    assert sorted((a.text.lasting, a.closed_on is None) for a in (await household.accounts()).values() if a.text.lasting) == [
        ("P-1", False),
        ("P-9", True),
    ]


async def test_a_number_that_changed_at_the_bank_is_asked_about(household: Family, bank: Bank) -> None:
    bank.accounts["s1"] = BankAccount(ref="s1", name="Savings", kind="savings", currency="USD", mask="11")
    await bank("2026-10-01 -1.00 GRULTZ in s1 x1")
    del bank.accounts["s1"]
    bank.accounts["t1"] = BankAccount(ref="t1", name="Savings", kind="savings", currency="USD", mask="22")
    await bank("2026-10-01 -1.00 GRULTZ in t1 y1")
    assert [q.mask for q in await questions(household, bank)] == ["22"]


async def test_an_account_that_its_bank_shows_no_more_is_closed_with_all_its_past(household: Family, bank: Bank) -> None:
    bank.has("savings", balance=50_000)
    bank.has("checking", balance=1_000)
    await bank("2026-10-01 -1.00 GRULTZ in savings x1")
    assert isinstance(household.world.clock, FixedClock)
    household.world.clock.forward(days=10)
    del bank.accounts["savings"]
    await bank("2026-12-01 -1.00 GRULTZ x2")
    (gone,) = [a for a in (await household.accounts()).values() if a.text.name == "Savings"]
    assert str(gone.closed_on) == "2026-12-02"
    assert len(await household.rows(void=False)) == 2
    bank.has("savings", balance=50_000)
    await bank("2026-12-02 -1.00 GRULTZ x3")
    assert all(a.closed_on is None for a in (await household.accounts()).values())
