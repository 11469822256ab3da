"""/transactions as a reader sees it, through the real application: the list, its filters, one row opened, edits and their undo."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from farthing.core.ids import public
from farthing.flows.world import World
from web.visit import Browser, browser
from world import Bank, Family, found


@pytest_asyncio.fixture(loop_scope="session")
async def reader(world: World, household: Family) -> AsyncIterator[Browser]:
    async with browser(world, household) as reader:
        await reader.open("/transactions")
        yield reader


async def ask(reader: Browser, method: str, path: str, at: str = "/transactions", **form: Any) -> httpx.Response:
    """A request as the page's script sends it."""
    headers = {"hx-request": "true", "x-csrf-token": reader.csrf, "hx-current-url": f"http://localhost{at}"}
    return await reader.client.request(method, path, data=form or None, headers=headers)


def toast(answer: httpx.Response) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(answer.headers["hx-trigger"])["farthing:toast"]
    return said


async def key(household: Family, ref: str) -> str:
    return public("txn", await household.id_of(ref))


def merchants(page: str) -> list[str]:
    return re.findall(r'hx-swap="innerHTML" dir="auto">([^<]+)</a>', page)


async def test_a_new_household_is_told_how_to_begin(reader: Browser) -> None:
    assert "No transactions yet" in reader.words


async def test_rows_stand_under_their_days_with_the_days_sum(reader: Browser, bank: Bank) -> None:
    await bank(
        "2026-11-20 -10.00 ZORBLAX x1", "2026-11-20 -2.50 QUUXLEY x2", "2026-11-19 -4.00 WIBBLE x3", "2026-11-21 -7.00 FLURB pending x4"
    )
    await reader.open("/transactions?period=2026-11")
    assert re.search(r"Fri 20 Nov −12\.50", reader.words)
    assert re.search(r"Sat 21 Nov −7\.00 pending", reader.words)
    assert merchants(reader.page) == ["Flurb", "Quuxley", "Zorblax", "Wibble"]


async def test_totals_are_of_the_whole_filter_and_say_what_is_left_out(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -10.00 ZORBLAX x1", "2026-11-19 100.00 ACME PAYROLL x2", "2026-11-18 -3.00 WIBBLE pending x3")
    await ask(reader, "PATCH", f"/transactions/{await key(household, 'x1')}", hidden="yes")
    await reader.open("/transactions/totals?period=2026-11")
    assert "−$3.00 out +$100.00 in +$97.00 net 2 transactions, −$3.00 pending, 1 hidden left out" in reader.words


async def test_what_is_typed_becomes_an_address_with_chips_that_can_be_taken_away(reader: Browser, bank: Bank) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX x1", "2026-11-19 -4.00 ZORBLAX x2", "2026-10-19 -40.00 ZORBLAX x3", "2026-11-18 -50.00 WIBBLE x4")
    await reader.open("/transactions?query=zorblax+%3E20+2026-11")
    assert reader.at == "/transactions?q=zorblax&over=20&period=2026-11"
    assert merchants(reader.page) == ["Zorblax"]
    assert "Remove filter &gt; 20.00" in reader.page
    await reader.open("/transactions?q=zorblax&over=20")
    assert len(merchants(reader.page)) == 2


async def test_the_search_of_every_page_reads_what_is_typed_as_the_lists_own_box_does(reader: Browser, bank: Bank) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX x1", "2026-11-19 -4.00 ZORBLAX x2")
    await reader.open("/budgets")
    form = re.search(r'<form class="find" action="([^"]*)".*?name="([^"]*)"', reader.page, re.DOTALL)
    assert form
    await reader.open(f"{form[1]}?{httpx.QueryParams({form[2]: 'zorblax >20'})}")
    assert reader.at == "/transactions?q=zorblax&over=20"
    assert merchants(reader.page) == ["Zorblax"]


async def test_sizes_that_are_said_together_must_all_hold(reader: Browser, bank: Bank) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX x1", "2026-11-19 -4.00 WIBBLE x2", "2026-11-18 -50.00 FLURB x3")
    for query, shown in ((">3 >=30", ["Zorblax", "Flurb"]), ("20..60 <50", ["Zorblax"]), ("=50 >4", ["Flurb"]), ("=50 <4", [])):
        await reader.open(f"/transactions?{httpx.QueryParams(query=query)}")
        assert merchants(reader.page) == shown, query


async def test_filters_that_find_nothing_can_be_taken_away_one_by_one(reader: Browser, bank: Bank) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX x1")
    await reader.open("/transactions?q=nothing&period=2026-11")
    assert "No results for these 2 filters" in reader.words


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/transactions?query=is:nice", "The filter is: takes one of"),
        ("/transactions?query=%3E20+%3E30", ">20 and >30 say two things of one; keep one"),
        ("/transactions?query=cat:nonsense", "No category is called “nonsense”"),
        ("/transactions?period=soon", "A month is written 2026-11"),
        ("/transactions?over=1e9", "An amount is written"),
        ("/transactions?over=%D9%A1%D9%A2", "An amount is written"),
        ("/transactions?from=2026-12-01&to=2026-01-01", "The first day is after the last"),
    ],
)
async def test_nonsense_in_the_address_is_said_and_the_list_stays(reader: Browser, bank: Bank, address: str, said: str) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX x1")
    await reader.open(address)
    assert reader.status == 422
    assert said in reader.words
    assert merchants(reader.page) == ["Zorblax"]


async def test_tags_categories_and_states_narrow_the_list(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX x1", "2026-11-19 -4.00 WIBBLE x2", "2026-11-18 -5.00 FLURB x3")
    await ask(reader, "PATCH", f"/transactions/{await key(household, 'x1')}", tags="work, trip")
    await ask(
        reader,
        "PATCH",
        f"/transactions/{await key(household, 'x2')}",
        category_id=public("cat", await household.category("vet"), household=household.household_id),
    )
    for query, shown in (
        ("tag:work", ["Zorblax"]), ("-tag:work", ["Wibble", "Flurb"]), ("cat:pets", ["Wibble"]), ("-cat:vet", ["Zorblax", "Flurb"]),
        ("is:reviewed", ["Wibble"]), ("acc:checking 4..5", ["Wibble", "Flurb"]),
    ):  # fmt: skip
        await reader.open(f"/transactions?{httpx.QueryParams(query=query)}")
        assert merchants(reader.page) == shown, query


async def test_a_page_holds_a_hundred_rows_and_leads_to_the_older_ones(reader: Browser, bank: Bank) -> None:
    await bank(*(f"2026-11-{1 + n // 6:02d} -1.00 ZORBLAX x{n}" for n in range(120)))
    await reader.open("/transactions")
    assert len(merchants(reader.page)) == 100
    older = re.findall(r'hx-get="(/transactions/rows[^"]*cursor[^"]*)"', reader.page)[0].replace("&amp;", "&")
    await reader.open(older)
    assert len(merchants(reader.page)) == 20
    assert reader.words.count("−6.00") == 3  # whole days only: the one that was begun on the page before has its head there


async def test_an_opened_row_says_where_it_counts_and_what_happened_to_it(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-09-20 -30.00 ZORBLAX x0", "2026-11-20 -30.00 ZORBLAX x1")
    x1 = await key(household, "x1")
    await ask(reader, "PATCH", f"/transactions/{x1}", note="for the party")
    await reader.open(f"/transactions/{x1}")
    assert "November; Not sorted yet" in reader.words
    assert "Zorblax, 12 months usually $30.00" in reader.words
    assert "Test wrote a note" in reader.words
    assert "From Paper Bank, posted" in reader.words
    assert 'value="for the party"' in reader.page
    panel = await ask(reader, "GET", f"/transactions/{x1}/panel", at="/transactions?period=2026-11")
    assert 'href="/transactions?period=2026-11" data-panel-close' in panel.text


async def test_an_edit_answers_with_the_row_the_panel_and_a_way_back(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX x1")
    x1, vet = await key(household, "x1"), public("cat", await household.category("vet"), household=household.household_id)
    answer = await ask(reader, "PATCH", f"/transactions/{x1}", at=f"/transactions?open={x1}", category_id=vet)
    assert answer.status_code == 200
    assert f'id="{x1}"' in answer.text
    assert 'id="panel" hx-swap-oob' in answer.text
    assert (await household.rows()) == ["2026-11-20 -30.00 Zorblax vet"]
    undone = await ask(reader, "POST", f"/undo/{toast(answer)['batch_id']}")
    assert toast(undone)["text"] == "Undone"
    assert (await household.rows()) == ["2026-11-20 -30.00 Zorblax uncategorised"]
    redone = await ask(reader, "POST", f"/undo/{toast(undone)['batch_id']}")
    assert redone.status_code == 200
    assert (await household.rows()) == ["2026-11-20 -30.00 Zorblax vet"]


async def test_without_a_script_a_row_is_edited_by_its_form_and_only_what_differs_is_the_owners_word(
    reader: Browser, household: Family, bank: Bank
) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX x1")
    x1, vet = await key(household, "x1"), public("cat", await household.category("vet"), household=household.household_id)
    await reader.open(f"/transactions/{x1}")
    assert f'method="post" action="/transactions/{x1}"' in reader.page
    said = {"version": "1", "merchant": "Zorblax", "date": "2026-11-20", "tags": "", "note": "the cat", "category_id": vet}
    await reader.send(f"/transactions/{x1}", **said)
    assert (reader.status, reader.at) == (200, f"/transactions/{x1}")
    assert await household.rows() == ["2026-11-20 -30.00 Zorblax vet “the cat”"]
    await bank("2026-11-21 -30.00 =QUUXLEY x1")
    assert "2026-11-21" in (await household.rows())[0], "the day was not said by the owner, so the bank may still correct it"
    await reader.send(f"/transactions/{x1}", **{**said, "version": "1", "note": "late"})
    assert reader.status == 412


async def test_without_a_script_the_sums_of_a_list_are_a_link_away(reader: Browser, bank: Bank) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX x1", "2026-11-19 -4.00 WIBBLE x2")
    await reader.open("/transactions?period=2026-11")
    asked = re.search(r'<noscript><a class="link" href="([^"]+)">Add up', reader.page)
    assert asked
    await reader.open(asked[1].replace("&amp;", "&"))
    assert "−$34.00 out" in reader.words
    assert merchants(reader.page) == ["Zorblax", "Wibble"]


async def test_two_who_edit_the_same_row_see_both_values(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX x1")
    x1 = await key(household, "x1")
    await ask(reader, "PATCH", f"/transactions/{x1}", note="mine", version="1")
    answer = await ask(reader, "PATCH", f"/transactions/{x1}", at=f"/transactions/{x1}", note="yours", version="1")
    assert answer.status_code == 412
    assert "Yours: yours. Theirs: mine." in answer.text
    assert "“mine”" in (await household.rows())[0]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"date": "2099-01-01"}, "dates run from 1970 to one year ahead"), ({"date": "soon"}, "a date is written"),
        ({"category_id": "cat_nonsense"}, "there is no such category"), ({"note": "x" * 3000}, "at most 2000 characters"),
        ({"hidden": "maybe"}, "hidden is yes or no"),
    ],
)  # fmt: skip
async def test_a_wrong_value_is_refused_in_words_and_changes_nothing(
    reader: Browser, household: Family, bank: Bank, form: dict[str, str], said: str
) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX x1")
    answer = await ask(reader, "PATCH", f"/transactions/{await key(household, 'x1')}", **form)
    assert answer.status_code == 422
    assert said in toast(answer)["text"]
    assert await household.rows() == ["2026-11-20 -30.00 Zorblax uncategorised"]


async def test_many_rows_are_edited_as_one_batch_by_name_or_by_the_whole_list(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX x1", "2026-11-19 -4.00 WIBBLE x2", "2026-10-18 -5.00 FLURB x3")
    answer = await ask(reader, "POST", "/transactions/bulk", ids=[await key(household, "x1"), await key(household, "x2")], tag="trip")
    assert toast(answer)["text"] == "2 transactions changed"
    assert [r.endswith("#trip") for r in await household.rows()] == [True, True, False]
    vet = public("cat", await household.category("vet"), household=household.household_id)
    answer = await ask(reader, "POST", "/transactions/bulk", filter="period=2026-11", category_id=vet)
    assert toast(answer)["text"] == "2 transactions changed"
    await ask(reader, "POST", f"/undo/{toast(answer)['batch_id']}")
    assert await household.spent("2026-11") == {"uncategorised": "-34.00"}
    assert (await ask(reader, "POST", "/transactions/bulk", filter="period=soon", tag="x")).status_code == 422


async def test_many_rows_are_deleted_but_those_a_bank_states_stay_and_are_named(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX x1")
    account = public("acc", await household.account_id(), household=household.household_id)
    for amount, merchant in (("5", "Blorp"), ("6", "Gronk")):
        await reader.send("/transactions", direction="out", amount=amount, merchant=merchant, account_id=account, date="2026-11-19")
    await reader.open("/transactions")
    ids = re.findall(r'<tr id="(txn_\w+)"', reader.page)
    answer = await ask(reader, "POST", "/transactions/bulk", ids=ids, delete="yes")
    assert toast(answer)["text"] == "2 transactions deleted; 1 is your bank’s and stays: hide it instead"
    assert await household.spent("2026-11") == {"uncategorised": "-30.00"}
    again = await ask(reader, "POST", "/transactions/bulk", ids=ids, delete="yes")
    assert toast(again)["text"] == "Nothing deleted; 1 is your bank’s and stays: hide it instead; 2 were gone already"
    assert toast(again)["batch_id"] == ""
    undone = await ask(reader, "POST", f"/undo/{toast(answer)['batch_id']}")
    assert toast(undone)["text"] == "Undone"
    assert await household.spent("2026-11") == {"uncategorised": "-41.00"}
    whole = await ask(reader, "POST", "/transactions/bulk", filter="q=blorp", delete="yes")
    assert toast(whole)["text"] == "1 transaction deleted"


async def test_a_list_begins_at_a_day_or_with_a_month_and_keeps_its_filter_and_its_totals(reader: Browser, bank: Bank) -> None:
    await bank(
        "2026-11-20 -30.00 ZORBLAX x1", "2026-10-31 -4.00 WIBBLE x2", "2026-10-12 -5.00 FLURB x3", "2026-10-11 -6.00 ZORBLAX x4",
        "2025-01-02 -7.00 SNARK x5",
    )  # fmt: skip
    await reader.open("/transactions?at=2026-10")
    assert merchants(reader.page) == ["Wibble", "Flurb", "Zorblax", "Snark"]
    assert "back from Oct 2026" in reader.words
    await reader.open("/transactions?at=2026-10-12&q=zorb")
    assert merchants(reader.page) == ["Zorblax"]
    assert 'href="/transactions?q=zorb" aria-label="Remove filter back from 12 Oct 2026"' in reader.page
    assert 'href="/transactions?at=2026-10-12" aria-label="Remove filter “zorb”"' in reader.page.replace("&#34;", '"')
    assert 'href="/transactions?q=zorb&amp;at=2026-04"' in reader.page
    await reader.open("/transactions/totals?q=zorb&at=2026-10-12")
    assert "−$36.00 out" in reader.words
    await reader.open("/transactions/rows?at=2026-10-11")
    assert merchants(reader.page) == ["Zorblax", "Snark"]
    await reader.open("/transactions?at=2024-01-01")
    assert "No results for this filter" in reader.words
    await reader.open("/transactions?at=soon")
    assert (reader.status, "This filter could not be read. A date is written 2026-11-22." in reader.words) == (422, True)


async def test_a_row_is_split_and_made_whole_again(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX x1")
    x1 = await key(household, "x1")
    vet, food = [public("cat", await household.category(c), household=household.household_id) for c in ("vet", "groceries")]
    wrong = await ask(reader, "PUT", f"/transactions/{x1}/splits", category_id=[vet, food], amount=["-10", "-19"])
    assert (wrong.status_code, "off the amount" in toast(wrong)["text"]) == (422, True)
    answer = await ask(reader, "PUT", f"/transactions/{x1}/splits", category_id=[vet, food], amount=["-10.00", "−20,00"])
    assert toast(answer)["text"] == "Split in 2"
    assert await household.spent("2026-11") == {"groceries": "-20.00", "vet": "-10.00"}
    await ask(reader, "PUT", f"/transactions/{x1}/splits", category_id=[vet], amount=["-30"])
    assert await household.spent("2026-11") == {"uncategorised": "-30.00"}


async def test_a_row_by_hand_is_added_unless_it_is_here_already(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX x1")
    account = public("acc", await household.account_id(), household=household.household_id)
    form = {"direction": "out", "amount": "30", "merchant": "Zorblax", "account_id": account, "date": "2026-11-21"}
    await reader.send("/transactions", **form)
    assert reader.status == 409
    assert "Zorblax, −$30.00 on Fri 20 Nov, is here already." in reader.words
    await reader.send("/transactions", **form, separate="yes")
    assert reader.at.startswith("/transactions?open=txn_")
    assert len(await household.rows()) == 2
    for field, value, said in (
        ("amount", "a lot", "An amount is written"), ("amount", "0", "An amount of nothing"), ("merchant", " ", "Say who was paid"),
        ("date", "", "A date is written"), ("account_id", "acc_zzz", "Choose an account"), ("amount", "1" * 30, "at most 15 digits"),
    ):  # fmt: skip
        await reader.send("/transactions", **{**form, "separate": "yes", field: value})
        assert reader.status == 422, (field, value)
        assert said in reader.words, (field, value)
    assert len(await household.rows()) == 2


async def test_a_deleted_row_is_gone_from_the_sums_and_comes_back_by_undo(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX x1")
    answer = await ask(reader, "DELETE", f"/transactions/{await key(household, 'x1')}")
    assert await household.spent("2026-11") == {}
    await ask(reader, "POST", f"/undo/{toast(answer)['batch_id']}")
    assert await household.spent("2026-11") == {"uncategorised": "-30.00"}


async def test_other_households_rows_and_forms_of_other_sites_come_to_nothing(
    reader: Browser, household: Family, world: World, bank: Bank
) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX x1")
    x1 = await key(household, "x1")
    async with browser(world, await found(world)) as stranger:
        await stranger.open("/transactions")
        for method, path in (
            ("GET", f"/transactions/{x1}"),
            ("GET", f"/transactions/{x1}/panel"),
            ("PATCH", f"/transactions/{x1}"),
            ("DELETE", f"/transactions/{x1}"),
        ):
            assert (await ask(stranger, method, path, **({"note": "x"} if method == "PATCH" else {}))).status_code == 404
    reader.csrf = "guessed"
    assert (await ask(reader, "PATCH", f"/transactions/{x1}", note="x")).status_code == 403
    assert await household.rows() == ["2026-11-20 -30.00 Zorblax uncategorised"]


async def test_the_list_is_exported_as_it_is_filtered_or_the_chosen_rows_of_it(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX x1", "2026-11-19 -5.00 FLURB x3", "2026-10-19 -4.00 WIBBLE x2")
    answer = await ask(reader, "GET", "/transactions/export?period=2026-11")
    assert answer.headers["content-disposition"] == 'attachment; filename="transactions-2026-11.csv"'
    assert [name in answer.text for name in ("Zorblax", "Flurb", "Wibble")] == [True, True, False]
    answer = await ask(reader, "GET", f"/transactions/export?period=2026-11&q=z&ids={await key(household, 'x3')}")
    assert [name in answer.text for name in ("Zorblax", "Flurb", "Wibble")] == [False, True, False]
    for ids, status in (("nonsense", 404), (",".join([await key(household, "x3")] * 301), 422)):
        assert (await ask(reader, "GET", f"/transactions/export?ids={ids}")).status_code == status


async def test_as_many_chosen_rows_are_exported_as_can_be_chosen_and_of_more_the_page_says_what_to_do(
    reader: Browser, household: Family, bank: Bank
) -> None:
    await bank("2026-11-19 -5.00 FLURB x3")
    chosen = [await key(household, "x3")] * 301
    answer = await ask(reader, "GET", f"/transactions/export?ids={','.join(chosen[:300])}")
    assert (answer.status_code, "Flurb" in answer.text) == (200, True)
    answer = await ask(reader, "GET", f"/transactions/export?ids={','.join(chosen)}")
    assert (answer.status_code, "export the whole list" in answer.text) == (422, True)
