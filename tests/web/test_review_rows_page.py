"""Review, its rows: guesses and rows that are not sorted, by merchant, answered one after the other, with a script or without."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest_asyncio

from farthing.core.ids import CategoryId, public
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.world import World
from web.visit import Browser, browser, program
from world import Bank, Family, found


@pytest_asyncio.fixture(loop_scope="session")
async def reader(world: World, household: Family) -> AsyncIterator[Browser]:
    async with browser(world, household) as reader:
        await reader.open("/")
        yield reader


async def some(bank: Bank) -> None:
    """A guess, two rows of one shop that nobody knows, a small one, and one that is sure."""
    await bank(
        "2026-11-10 -60.00 BLORP g1", "2026-11-11 -41.00 ZORBLAX u1", "2026-11-12 -43.00 ZORBLAX u2",
        "2026-11-13 -5.00 QUUXLEY u3", "2026-11-14 -9.00 STARBUCKS STORE 1 s1",
    )  # fmt: skip
    await bank.family.guessed("pharmacy", "g1")
    await bank.family.guessed("coffee", "s1", confidence=950)


def hidden(page: str, name: str) -> str:
    """A hidden field of the card."""
    card = page[page.index('id="card"') :]
    return re.findall(rf'name="{name}" value="([^"]*)"', card)[0]


def in_order(words: str, *parts: str) -> bool:
    places = [words.index(p) for p in parts]
    return places == sorted(places)


async def answer(reader: Browser, household: Family, slug: str = "", **more: str) -> None:
    """The card's answer, as a browser without a script sends it."""
    category = public("cat", await household.category(slug), household=household.household_id) if slug else ""
    fields = {name: hidden(reader.page, name) for name in ("since", "seen", "at", "next")}
    await reader.send("/review/rows", **fields, category_id=category, **more)


async def test_rows_wait_in_groups_those_first_where_most_money_is_most_in_doubt(reader: Browser, bank: Bank) -> None:
    await some(bank)
    await reader.open("/review")
    assert "0 of 5 reviewed" in reader.words
    assert in_order(reader.words, "Sure 1", "Check 1", "Blorp", "Unknown 3", "Zorblax 2 rows", "Quuxley")
    for said in ("Approve all 1", "BLORP", "guess 62 %", "−60.00", "10 Nov, Checking", "Approve as Pharmacy"):
        assert said in reader.words, said
    assert re.search(r"<span>Review</span><span>4</span>", reader.page), "what is sure asks nothing of anybody"


async def test_a_merchant_whose_bank_texts_are_many_stands_once(reader: Browser, bank: Bank, household: Family) -> None:
    await bank("2026-11-10 -60.00 AMZN MKTP US*DMBEBQFKE u1", "2026-11-11 -41.00 AMZN MKTP US*HYSHFVBNQ u2")
    await household.guessed("pharmacy", "u1")
    await household.guessed("pharmacy", "u2")
    assert len(await payees(household)) == 2
    await reader.open("/review")
    assert "Check 2 Amazon 2 rows" in reader.words
    await answer(reader, household)
    assert await household.spent("2026-11") == {"pharmacy": "-101.00"}


async def payees(household: Family) -> list[int]:
    async with household.unit() as (unit, _):
        return [r["payee_id"] for r in await unit.conn.fetch("select distinct payee_id from transaction")]


async def test_an_answer_settles_all_rows_of_the_merchant_and_the_next_card_is_open(reader: Browser, bank: Bank, household: Family) -> None:
    await some(bank)
    await reader.open("/review")
    await answer(reader, household)
    assert "1 of 5 reviewed" in reader.words
    assert "Approved Undo" in reader.words
    assert "2 rows of Zorblax are settled together" in reader.words
    await answer(reader, household, "vet")
    assert await household.spent("2026-11") == {"coffee": "-9.00", "pharmacy": "-60.00", "uncategorised": "-5.00", "vet": "-84.00"}
    assert "3 of 5 reviewed" in reader.words
    await answer(reader, household, "gifts")
    await reader.send("/review/sure", since=re.findall(r'name="since" value="(\d+)"', reader.page)[0])
    assert "All done" in reader.words
    assert "5 reviewed." in reader.words
    assert await household.is_sound()


async def test_the_last_answer_is_taken_back_from_the_end(reader: Browser, bank: Bank, household: Family) -> None:
    await bank("2026-11-11 -41.00 ZORBLAX u1")
    await reader.open("/review")
    await answer(reader, household, "vet")
    began = re.findall(r"since=(\d+)", reader.at)[0]
    (batch,) = set(re.findall(r"/undo/(bat_\w+)", reader.page))
    await reader.send(f"/undo/{batch}")
    await reader.open(f"/review?since={began}")
    assert "0 of 1 reviewed" in reader.words
    assert await household.rows() == ["2026-11-11 -41.00 Zorblax uncategorised"]


async def test_all_of_a_merchants_past_is_offered_and_follows(reader: Browser, bank: Bank, household: Family) -> None:
    await bank("2026-09-01 -20.00 ZORBLAX p1", "2026-09-02 -21.00 ZORBLAX p2", "2026-09-03 -5.00 SNORK o1")
    await edit_transaction(
        household.world,
        household.household_id,
        household.actor,
        await household.id_of("o1"),
        Edit(category_id=await household.category("vet")),
    )
    await household.looked_at()
    await bank("2026-11-10 -30.00 ZORBLAX g1")
    await reader.open("/review")
    assert "Do this for all 2 more from Zorblax" in reader.words
    assert "2 Sep −21.00 Not sorted yet → " in reader.words
    await answer(reader, household, "vet", like="yes")
    assert await household.spent("2026-09") == {"vet": "-46.00"}
    assert "All done" in reader.words


async def test_without_a_category_nothing_is_approved(reader: Browser, bank: Bank, household: Family) -> None:
    await bank("2026-11-11 -41.00 ZORBLAX u1")
    await reader.open("/review")
    await answer(reader, household)
    assert reader.status == 422
    assert "Not done: Choose a category first." in reader.words
    assert await household.rows() == ["2026-11-11 -41.00 Zorblax uncategorised"]
    await reader.send("/review/rows", seen="nonsense", since="x", at="y", next="z", category_id="cat_zzz")
    assert reader.status == 422


async def test_two_who_answer_at_once_see_both_values_and_the_second_may_insist(reader: Browser, bank: Bank, household: Family) -> None:
    await bank("2026-11-11 -41.00 ZORBLAX u1")
    await reader.open("/review")
    key, gifts = await household.id_of("u1"), await household.category("gifts")
    await edit_transaction(household.world, household.household_id, household.actor, key, Edit(category_id=gifts))
    await answer(reader, household, "vet")
    assert reader.status == 412
    assert "Zorblax changed meanwhile. Yours: Vet. Theirs: Gifts." in reader.words
    assert await household.rows() == ["2026-11-11 -41.00 Zorblax gifts"]
    await answer(reader, household, "vet")
    assert await household.rows() == ["2026-11-11 -41.00 Zorblax vet"]


async def test_what_came_after_the_page_was_drawn_is_not_approved_unseen(reader: Browser, bank: Bank, household: Family) -> None:
    await bank("2026-11-14 -9.00 STARBUCKS STORE 1 s1")
    await household.guessed("coffee", "s1", confidence=950)
    await reader.open("/review")
    until = re.findall(r'name="until" value="(\w+)"', reader.page)[0]
    await bank("2026-11-15 -8.00 STARBUCKS STORE 2 s2")
    await household.guessed("coffee", "s2", confidence=950)
    await reader.send("/review/sure", until=until)
    assert "Sure 1" in reader.words
    assert "Approve all 1" in reader.words


async def test_a_row_of_another_year_says_which(reader: Browser, bank: Bank) -> None:
    await bank("2019-11-11 -41.00 ZORBLAX u1")
    await reader.open("/review")
    assert "11 Nov 2019, Checking" in reader.words
    assert "Mon 11 Nov 2019, Checking" in reader.words


async def test_more_than_the_menu_counts_is_told_as_more(reader: Browser, bank: Bank) -> None:
    await bank(*(f"2026-11-{n % 28 + 1:02} -{n}.00 ZORBLAX u{n}" for n in range(1, 102)))
    await reader.open("/review")
    assert "Review 99+ Transactions" in reader.words


async def test_how_well_farthing_did_is_counted_from_what_the_owner_said(reader: Browser, bank: Bank, household: Family) -> None:
    await bank(
        *(f"2026-11-{n:02} -9.00 STARBUCKS STORE {n} s{n}" for n in range(1, 9)),
        "2026-11-11 -41.00 ZORBLAX u1",
        "2026-11-12 -61.00 GRULTZ u2",
    )
    for ref, slug in (("s1", "coffee"), ("s2", "gifts"), ("u1", "vet")):
        wish = Edit(category_id=await household.category(slug))
        await edit_transaction(household.world, household.household_id, household.actor, await household.id_of(ref), wish)
    await reader.open("/review")
    assert "Last 90 days: 70 % automatic, 10.0 % corrected" in reader.words


async def test_a_strangers_rows_are_not_answered(reader: Browser, bank: Bank, world: World, household: Family) -> None:
    await bank("2026-11-11 -41.00 ZORBLAX u1")
    await reader.open("/review")
    seen = hidden(reader.page, "seen")
    async with browser(world, await found(world)) as stranger:
        await stranger.open("/review")
        assert "Nothing to review" in stranger.words
        await stranger.send("/review/rows", seen=seen, category_id="")
        assert "Zorblax" not in stranger.words
    assert await household.rows() == ["2026-11-11 -41.00 Zorblax uncategorised"]


async def test_always_from_now_on_makes_one_rule(reader: Browser, bank: Bank, household: Family) -> None:
    await bank("2026-11-11 -41.00 ZORBLAX u1")
    await reader.open("/review")
    assert "Always from now on (makes a rule)" in reader.words
    await answer(reader, household, "vet", always="yes")
    await bank("2026-11-12 -41.50 ZORBLAX u2")
    async with program(household.world, household) as client:
        held = (await client.get("/rules")).json()["items"]
        rows = (await client.get("/transactions")).json()["items"]
    assert [r["when"] for r in held] == ["merchant:=Zorblax is:out"]
    assert (rows[0]["category"]["slug"], rows[0]["category_source"]) == ("vet", "rule")


async def test_a_card_offers_what_everything_known_of_the_row_speaks_for(reader: Browser, bank: Bank) -> None:
    """Given a row that is not sorted although its name tells a trade, then that trade is among the three with its share."""
    await bank("2026-11-11 -41.00 CORNER PHARMACY u1")
    await bank.family.guessed("transfer", "u1", confidence=400)

    await reader.open("/review")

    card = reader.page[reader.page.index('id="card"') :]
    offered = re.findall(r'data-name="([^"]+)"', card)
    assert offered[:2] == ["Transfer", "Pharmacy"]
    assert re.search(r'Pharmacy</span><small class="soft">by its text</small><small>\d+ %</small>', card)


async def test_each_option_says_why_it_stands_there(reader: Browser, bank: Bank, household: Family) -> None:
    """Given what the owner chose at this merchant, and what the household uses most, then options beside the guess say so."""
    await bank(
        "2026-10-01 -10.00 ZORBLAX u1", "2026-10-02 -11.00 ZORBLAX u2", "2026-11-03 -4.00 WIBBLE w1", "2026-11-04 -5.00 WIBBLE w2",
        "2026-11-11 -41.00 ZORBLAX u3",
    )  # fmt: skip
    for ref, slug in (("u1", "vet"), ("u2", "games"), ("w1", "fuel"), ("w2", "fuel")):
        wish = Edit(category_id=CategoryId(await household.category(slug)))
        await edit_transaction(household.world, household.household_id, household.actor, await household.id_of(ref), wish)
    await bank.family.guessed("pharmacy", "u3", confidence=400)
    await reader.open("/review")
    card = reader.page[reader.page.index('id="card"') :]
    notes = [re.sub(r"<[^>]+>", "", n) for n in re.findall(r'wait-option-name">[^<]+</span>(<small class="soft">[^<]*</small>)?', card)]
    assert notes == ["", "1 of 2 at Zorblax", "1 of 2 at Zorblax"]  # the whole reason of the guess stands beneath
    await bank("2026-11-12 -300.00 QUUXLEY q1")
    await bank.family.guessed("pharmacy", "q1", confidence=400)
    await reader.open("/review")
    card = reader.page[reader.page.index('id="card"') :]
    assert re.search(r'Fuel[^<]*</span><small class="soft">you use it often</small>', card)


async def test_overview_says_how_many_rows_wait(reader: Browser, bank: Bank) -> None:
    await some(bank)
    await reader.open("/")
    assert "4 to review" in reader.words


async def test_a_row_that_names_nobody_makes_no_rule_and_says_so(reader: Browser, bank: Bank, household: Family) -> None:
    await bank('2026-11-11 -41.00 "" u1')
    await reader.open("/review")
    await answer(reader, household, "vet", always="yes")
    assert reader.status == 422
    assert "names nobody, so there is no rule" in reader.words
    assert await household.rows() == ["2026-11-11 -41.00 No Text uncategorised"]


async def test_halves_of_a_transfer_that_was_found_are_not_asked_about(reader: Browser, bank: Bank) -> None:
    """Given two halves whose texts leave a doubt, when they are paired, then neither waits, in the list or in the menu."""
    await bank(
        "2026-11-14 -100.00 TRANSFER TO SAVINGS code TRANSFER_OUT_ACCOUNT_TRANSFER t1",
        "2026-11-14 100.00 TRANSFER FROM CHECKING code TRANSFER_IN_ACCOUNT_TRANSFER in savings t2",
        "2026-11-15 -41.00 ZORBLAX u1",
    )
    await bank.family.guessed("transfer", "t1", confidence=890)

    await reader.open("/review")

    assert "Transfer To Savings" not in reader.words
    assert "Zorblax" in reader.words
    assert re.search(r"<span>Review</span><span>1</span>", reader.page)
