"""The nastiest things banks do, and the one correct ledger for each. The numbers are those of the usual twenty."""

from __future__ import annotations

from farthing.flows.add_by_hand import Entry, add_by_hand
from farthing.flows.edit import Edit, edit_transaction
from world import TODAY, Bank, Family


async def test_case_1_a_tip_is_one_row_and_what_the_owner_said_stays(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -50.00 BISTRO JANINE pending code FOOD_AND_DRINK_RESTAURANT x1")
    before = await household.id_of("x1")
    await bank("gone x1", "2026-10-02 -62.00 BISTRO JANINE code FOOD_AND_DRINK_RESTAURANT settles x1 x2")
    assert await household.rows() == ["2026-10-01 -62.00 Bistro Janine restaurants"]
    assert await household.id_of("x2") == before
    assert await household.spent("2026-10") == {"restaurants": "-62.00"}
    assert await household.is_sound()


async def test_case_2_a_hold_that_evaporates_is_void_and_counts_nowhere(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -175.00 QUUXLEY pending x1")
    await bank("gone x1")
    assert await household.rows() == ["2026-10-01 -175.00 Quuxley uncategorised void"]
    assert await household.rows(void=False) == []
    assert await household.spent("2026-10") == {}
    assert await household.is_sound()


async def test_case_3_a_hold_replaced_without_a_link_leaves_only_the_purchase(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -100.00 SHELL OIL pending x1")
    await bank("gone x1", "2026-10-02 -43.17 SHELL OIL x2")
    assert await household.rows(void=False) == ["2026-10-02 -43.17 Shell fuel"]
    assert await household.spent("2026-10") == {"fuel": "-43.17"}


async def test_case_4_settlement_and_removal_may_come_in_any_order(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -20.00 ZORBLAX pending x1")
    await bank("2026-10-02 -20.00 ZORBLAX settles x1 x2")
    assert await household.rows() == ["2026-10-01 -20.00 Zorblax uncategorised"]
    await bank("gone x1")
    assert await household.rows() == ["2026-10-01 -20.00 Zorblax uncategorised"]
    assert await household.is_sound()


async def test_case_4_a_removal_may_come_a_sync_before_its_settlement(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -20.00 ZORBLAX pending x1")
    first = await household.id_of("x1")
    await bank("gone x1")
    await bank("2026-10-02 -20.00 ZORBLAX settles x1 x2")
    assert await household.rows() == ["2026-10-01 -20.00 Zorblax uncategorised"]
    assert await household.id_of("x2") == first


async def test_case_4_a_pending_row_and_its_settlement_in_one_fetch_are_one(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -20.00 ZORBLAX pending x1", "2026-10-02 -20.00 ZORBLAX settles x1 x2")
    assert await household.rows() == ["2026-10-01 -20.00 Zorblax uncategorised"]
    await bank("2026-10-01 -20.00 ZORBLAX pending x1")
    assert await household.rows() == ["2026-10-01 -20.00 Zorblax uncategorised"]


async def test_case_5_a_link_between_strangers_is_not_believed(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -84.00 FROBNIZ DOMAINS pending x1")
    await bank("gone x1", "2026-10-02 -1.99 POS DEBIT VORPAL settles x1 x2")
    assert await household.rows(void=False) == ["2026-10-02 -1.99 Vorpal uncategorised"]
    await bank("2026-10-01 -84.00 FROBNIZ DOMAINS pending x1")
    assert sorted(r.split()[1] for r in await household.rows(void=False)) == ["-1.99", "-84.00"]


async def test_case_5_strangers_in_one_fetch_stay_two(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -84.00 FROBNIZ DOMAINS pending x1", "2026-10-02 -1.99 POS DEBIT VORPAL settles x1 x2")
    assert sorted(r.split()[1] for r in await household.rows(void=False)) == ["-1.99", "-84.00"]


async def test_case_6_genuine_twins_are_two(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -4.50 GRULTZ x1", "2026-10-01 -4.50 GRULTZ x2")
    await bank("2026-10-01 -4.50 GRULTZ x1", "2026-10-01 -4.50 GRULTZ x2")
    assert [r.split()[1] for r in await household.rows()] == ["-4.50", "-4.50"]


async def test_case_6_twins_without_ids_are_two_however_often_they_come(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -4.50 GRULTZ", "2026-10-01 -4.50 GRULTZ")
    await bank("2026-10-01 -4.50 GRULTZ", "2026-10-01 -4.50 GRULTZ")
    assert [r.split()[1] for r in await household.rows()] == ["-4.50", "-4.50"]


async def test_case_6_a_settled_twin_does_not_take_the_pending_one(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -4.50 GRULTZ pending x1")
    await bank("2026-10-01 -4.50 GRULTZ x2")
    assert len(await household.rows()) == 2, "the pending id is still at the bank: two coffees"


async def test_case_7_the_same_sync_again_changes_nothing(household: Family, bank: Bank) -> None:
    lines = ("2026-10-01 -4.50 GRULTZ x1", "2026-10-02 -9.00 GRULTZ pending x2")
    await bank(*lines)
    async with household.desk() as desk:
        version = desk.household.version
    outcome = await bank(*lines)
    assert (outcome.added, outcome.updated, outcome.removed, outcome.known) == (0, 0, 0, 2)
    async with household.desk() as desk:
        assert desk.household.version == version


async def test_case_8_old_news_never_undoes_a_settlement(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -20.00 ZORBLAX pending x1")
    await bank("2026-10-02 -21.00 ZORBLAX settles x1 x2", "gone x1")
    await bank("2026-10-01 -20.00 ZORBLAX pending x1")
    await bank("2026-10-02 -21.00 ZORBLAX pending x2")
    assert await household.rows() == ["2026-10-01 -21.00 Zorblax uncategorised"]


async def test_case_10_what_a_snapshot_lacks_is_gone_inside_its_window_only(household: Family, bank: Bank) -> None:
    await bank("2026-08-01 -1.00 OLD SHOP x1", "2026-10-01 -2.00 NEW SHOP x2", "2026-10-02 -3.00 KEPT SHOP x3")
    await bank("2026-10-02 -3.00 KEPT SHOP x3", since="2026-09-01")
    assert [r.split()[1] for r in await household.rows(void=False)] == ["-3.00", "-1.00"]
    assert await household.is_sound()


async def test_case_12_an_account_under_a_new_id_is_the_same_and_its_rows_come_once(household: Family, bank: Bank) -> None:
    rows = ["2026-10-01 -4.50 QUUXLEY", "2026-10-01 -4.50 ZORBLAX", "2026-10-02 -4.50 ZORBLAX", "2026-10-03 -30.00 BISTRO pending"]
    await bank(*(f"{row} in card x{n}" for n, row in enumerate(rows, 1)))
    before = [await household.id_of(f"x{n}", account_name="card") for n in (1, 2, 3, 4)]
    del bank.accounts["card"]
    bank.has("visa", kind="card")
    await bank(
        *(f"{row} in visa y{n}" for n, row in enumerate(rows[:3], 1)),
        "2026-10-04 -36.00 BISTRO in visa y4",
        "2026-10-03 -4.50 ZORBLAX in visa y5",
    )
    assert await household.rows() == [
        "2026-10-03 -4.50 Zorblax uncategorised",
        "2026-10-03 -36.00 Bistro restaurants",
        "2026-10-02 -4.50 Zorblax uncategorised",
        "2026-10-01 -4.50 Zorblax uncategorised",
        "2026-10-01 -4.50 Quuxley uncategorised",
    ]
    assert [await household.id_of(f"y{n}", account_name="card") for n in (1, 2, 3, 4)] == before
    assert sorted(a.text.name for a in (await household.accounts()).values()) == ["Card", "Checking"]
    assert await household.is_sound()


async def test_case_12_of_two_accounts_that_look_alike_none_is_guessed(household: Family, bank: Bank) -> None:
    bank.has("gold", kind="card")
    bank.has("silver", kind="card")
    await bank("2026-10-01 -4.50 ZORBLAX in gold x1", "2026-10-01 -7.00 ZORBLAX in silver x2")
    del bank.accounts["gold"], bank.accounts["silver"]
    bank.has("platinum", kind="card")
    await bank("2026-10-05 -9.00 ZORBLAX in platinum y1")
    assert sorted(a.text.name for a in (await household.accounts()).values()) == ["Checking", "Gold", "Silver"]
    assert len(await household.rows()) == 2, "its owner is asked first"


async def test_case_13_an_id_issued_anew_is_the_same_row(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -20.00 ZORBLAX x1")
    first = await household.id_of("x1")
    await bank("gone x1", "2026-10-01 -20.00 ZORBLAX x2")
    assert await household.id_of("x2") == first
    assert await household.rows() == ["2026-10-01 -20.00 Zorblax uncategorised"]


async def test_case_13_twins_with_new_ids_stay_as_many(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -20.00 ZORBLAX x1", "2026-10-01 -20.00 ZORBLAX x2")
    await bank("gone x1", "2026-10-01 -20.00 ZORBLAX x3")
    assert len(await household.rows(void=False)) == 2
    await bank("2026-10-01 -20.00 ZORBLAX x4")
    assert len(await household.rows(void=False)) == 3


async def test_case_14_a_refund_is_a_row_of_its_own_and_nets_its_category(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -80.00 ZARA x1")
    await bank("2026-10-01 80.00 ZARA x2")
    assert len(await household.rows(void=False)) == 2
    assert await household.spent("2026-10") == {}


async def test_case_14_a_corrected_amount_is_one_row_updated(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -80.00 ZORBLAX x1")
    await bank("2026-10-01 -75.00 ZORBLAX x1")
    assert await household.rows() == ["2026-10-01 -75.00 Zorblax uncategorised"]
    assert await household.is_sound()


async def test_case_15_a_purchase_counts_in_the_month_in_which_it_happened(household: Family, bank: Bank) -> None:
    await bank("2026-03-31 -30.00 ZORBLAX pending x1")
    await bank("2026-04-02 -30.00 ZORBLAX settles x1 x2", "gone x1")
    assert await household.spent("2026-03") == {"uncategorised": "-30.00"}
    assert await household.spent("2026-04") == {}
    assert await household.is_sound()


async def test_case_15_a_later_word_on_a_settled_row_does_not_move_its_day(household: Family, bank: Bank) -> None:
    await bank("2026-03-31 -30.00 ZORBLAX pending x1")
    await bank("2026-04-02 -30.00 ZORBLAX settles x1 x2", "gone x1")
    await bank("2026-04-02 -30.00 ZORBLAX code FOOD_AND_DRINK_GROCERIES settles x1 x2")
    assert [r.split()[0] for r in await household.rows()] == ["2026-03-31"]


async def test_case_15_the_authorised_day_wins_over_the_pending_one(household: Family, bank: Bank) -> None:
    await bank("2026-04-01 -30.00 ZORBLAX pending x1")
    await bank("2026-03-31 -30.00 ZORBLAX posted 2026-04-02 settles x1 x2", "gone x1")
    assert [r.split()[0] for r in await household.rows()] == ["2026-03-31"]


async def test_case_17_odd_updates_are_insert_update_nothing_and_revival(household: Family, bank: Bank) -> None:
    await bank("gone x9")
    assert await household.rows() == []
    await bank("2026-10-01 -20.00 ZORBLAX x1")
    first = await household.id_of("x1")
    await bank("gone x1")
    assert await household.rows(void=False) == []
    await bank("2026-10-01 -20.00 ZORBLAX x1")
    assert await household.rows() == ["2026-10-01 -20.00 Zorblax uncategorised"]
    assert await household.id_of("x1") == first
    assert await household.is_sound()


async def test_case_17_a_superseded_id_speaks_again_when_its_successor_went(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -20.00 ZORBLAX pending x1")
    await bank("2026-10-02 -20.00 ZORBLAX settles x1 x2", "gone x1")
    await bank("gone x2")
    assert await household.rows(void=False) == []
    await bank("2026-10-01 -20.00 ZORBLAX pending x1")
    assert await household.rows() == ["2026-10-01 -20.00 Zorblax uncategorised pending"]


async def test_a_second_settlement_of_one_pending_row_is_a_purchase_of_its_own(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -30.00 WIBBLET pending x1")
    await bank("2026-10-02 -20.00 WIBBLET settles x1 x2", "gone x1")
    await bank("2026-10-03 -10.00 WIBBLET settles x1 x3")
    assert [r.split()[1] for r in await household.rows(void=False)] == ["-10.00", "-20.00"]


async def test_case_18_units_stay_apart_and_exact(household: Family, bank: Bank) -> None:
    bank.has("wallet", currency="BTC")
    await bank("2026-10-01 -0.00012345BTC COLD STORE in wallet x1", "2026-10-01 -1200JPY SUSHI BAR x2")
    assert sorted(r.split()[1] for r in await household.rows()) == ["-0.00012345BTC", "-1200JPY"]
    assert await household.is_sound()


async def test_what_the_bank_took_back_and_a_file_states_is_there_once_and_stays_so(household: Family, bank: Bank) -> None:
    line = "2026-02-01 -12.00 ZORBLAX"
    await bank(f"{line} x1")
    await edit_transaction(household.world, household.household_id, household.actor, await household.id_of("x1"), Edit(note="for Ann"))
    await bank("gone x1")
    await bank.file(line)
    assert [r for r in await household.rows(void=False) if "ZORBLAX" in r.upper()] == ["2026-02-01 -12.00 Zorblax uncategorised “for Ann”"]
    await bank(f"{line} x1")
    assert len(await household.rows()) == 1
    await bank(f"{line} x2")
    assert len(await household.rows(void=False)) == 2, "a second purchase is nobody's double"
    assert await household.is_sound()


async def test_what_the_owner_wrote_down_is_pending_while_the_bank_says_so(household: Family, bank: Bank) -> None:
    await bank("2026-11-01 -1.00 QUUXLEY x1")
    entry = Entry(account_id=await household.account_id(), date=TODAY, amount="-12.00", merchant="Zorblax")
    await add_by_hand(household.world, household.household_id, household.actor, entry)
    await bank(f"{TODAY} -12.00 ZORBLAX pending x2")
    assert await household.rows(states=("pending",)) == [f"{TODAY} -12.00 Zorblax uncategorised pending"]
    await bank(f"{TODAY} -12.00 ZORBLAX settles x2 x3")
    assert await household.rows(states=("pending",)) == []
    assert len(await household.rows()) == 2


async def test_a_file_that_knows_the_tip_before_the_bank_tells_it_makes_no_double(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -50.00 ZORBLAX pending x1")
    await bank.file("2026-10-01 -60.00 ZORBLAX")
    await bank("gone x1", "2026-10-01 -60.00 ZORBLAX x2")
    assert await household.rows(void=False) == ["2026-10-01 -60.00 Zorblax uncategorised"]
    assert await household.is_sound()


async def test_a_later_file_with_one_equal_row_more_brings_that_one(household: Family, bank: Bank) -> None:
    line = "2026-10-01 -4.50 ZORBLAX"
    await bank(f"{line} x1")
    await bank.file(line)
    _, outcome = await bank.file(line, line)
    assert (outcome.added, outcome.known) == (1, 1)
    await bank(f"{line} x2")
    assert await household.rows() == [f"{line.title()} uncategorised"] * 2
