"""What somebody sees before there is anything to see, and how a form answers who has no script or mistypes."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from farthing.flows.world import World
from web.visit import Browser, browser
from world import Bank, Family

YEN = {"intent": "add", "name": "Yen", "kind": "cash", "currency": "JPY", "opening_balance": "9000", "opened_on": "2026-01-03"}


@pytest_asyncio.fixture(loop_scope="session")
async def reader(world: World, household: Family) -> AsyncIterator[Browser]:
    async with browser(world, household) as reader:
        await reader.open("/accounts")
        yield reader


async def test_a_list_with_an_account_and_no_rows_is_new_and_not_filtered_empty(reader: Browser) -> None:
    await reader.send("/accounts", **YEN)
    await reader.open("/transactions")
    assert "No transactions yet" in reader.words
    await reader.open("/transactions?period=2026-11")
    assert "No results for this filter" in reader.words


async def test_without_an_account_a_row_by_hand_leads_to_one(reader: Browser) -> None:
    await reader.open("/transactions?add=1")
    assert "A transaction belongs to an account, and there is none yet. Add an account" in reader.words


async def test_an_amount_is_asked_for_in_the_unit_of_its_account(reader: Browser) -> None:
    await reader.send("/accounts", **YEN)
    await reader.open("/transactions?add=1")
    assert '<span class="unit" aria-hidden="true">¥</span>' in reader.page
    account = re.search(r'<option value="(acc_\w+)" data-symbol="¥">Yen', reader.page)
    assert account
    await reader.send("/transactions", amount="12.5", merchant="KIOSK", account_id=account[1], date="2026-11-20")
    assert "JPY has no digits after the point." in reader.words


async def test_no_budget_is_filled_from_months_in_which_nothing_was_spent(reader: Browser, bank: Bank) -> None:
    await reader.open("/budgets/2026-11")
    assert "No budgets yet" in reader.words
    assert "fill=median" not in reader.page
    await bank("2026-09-03 -30.00 SAFEWAY x1", "2026-10-04 -30.00 SAFEWAY x2")
    await reader.open("/budgets/2026-11")
    assert "fill=median" in reader.page


async def test_a_household_without_a_bank_is_offered_one_once(reader: Browser) -> None:
    await reader.open("/connections")
    assert reader.words.count("No bank is connected") == 1
    assert 'class="button main" href="/connections?add=1"' in reader.page


@pytest.mark.parametrize("show", ["edit", "balance", "delete"])
async def test_without_a_script_what_an_account_offers_opens_by_its_address(reader: Browser, show: str) -> None:
    await reader.send("/accounts", **YEN)
    assert f'href="?show={show}"' in reader.page
    await reader.open(f"{reader.at}?show={show}")
    assert len(re.findall(r"<dialog [^>]* open data-open>", reader.page)) == 1


async def test_without_a_script_a_bank_can_be_left_by_its_address(reader: Browser, bank: Bank) -> None:
    await bank("2026-11-20 -10.00 ZORBLAX x1")
    await reader.open("/connections")
    leave = re.search(r'href="(/connections\?leave=con_\w+)"', reader.page)
    assert leave
    await reader.open(leave[1])
    assert re.search(r'<dialog class="box" id="leave-con_\w+"[^>]* open data-open>', reader.page)


async def test_an_account_without_rows_leads_to_no_empty_list_and_does_not_repeat_its_name_in_each_row(reader: Browser, bank: Bank) -> None:
    await reader.send("/accounts", **YEN)
    assert "All 0" not in reader.words
    await bank("2026-11-20 -10.00 ZORBLAX x1")
    await reader.open("/accounts")
    opened = re.search(r'href="(/accounts/acc_\w+)"><bdi>(?!Yen)', reader.page)
    assert opened
    await reader.open(opened[1])
    assert "Zorblax" in reader.words
    assert "row-account" not in reader.page


async def test_an_address_with_nothing_behind_it_says_so_in_sentences(reader: Browser) -> None:
    await reader.open("/transactions/txn_7zzzzzzzzzzzz")
    assert reader.status == 404
    assert "There is nothing here The address is mistyped, what stood here is gone, or it belongs to another household." in reader.words
    assert "Error 404. To ask about it, quote" in reader.words


async def test_what_is_wrong_with_a_sign_up_is_a_sentence_and_has_the_cursor(reader: Browser) -> None:
    await reader.send("/sign-up", name="Ann", email="ann", password="a long enough pass phrase")
    assert "An e-mail address is written name@example.com." in reader.words
    assert re.search(r'name="email"[^>]* autofocus[^>]* aria-invalid="true"', reader.page)
    assert reader.page.count(" autofocus") == 1
