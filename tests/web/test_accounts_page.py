"""/accounts as a reader without a script sees it, through the real application."""

from __future__ import annotations

import re

from farthing.flows.world import World
from web.visit import Browser, browser
from world import PASSWORD, Bank, Family, found

WALLET = {"intent": "add", "name": "Wallet", "kind": "cash", "currency": "USD", "opening_balance": "1,204.10", "opened_on": "2026-01-03"}


async def test_a_new_household_is_told_how_to_begin(reader: Browser) -> None:
    await reader.open("/accounts")
    assert "No accounts yet" in reader.words
    assert 'href="/connections?add=1"' in reader.page


async def test_accounts_stand_by_kind_with_subtotals_freshness_and_net_worth(reader: Browser, bank: Bank) -> None:
    bank.has("checking", balance=431862)
    bank.has("card", kind="card", balance=-64217)
    await bank("2026-10-01 -5.00 ZORBLAX x1", "2026-10-02 -7.00 ZORBLAX x2 card")
    await reader.open("/accounts")
    await reader.send("/accounts", **WALLET)
    await reader.open("/accounts")
    assert "Net worth $4,880.55" in reader.words  # 4318.62 - 642.17 + 1204.10
    assert "Cash $5,522.72" in reader.words
    assert "Cards −$642.17" in reader.words
    assert "just now" in reader.words
    assert "Down $12 since 4 Jan." in reader.words
    assert 'aria-label="Net worth fell to' in reader.page
    await reader.open("/overview/year-of-worth")
    assert "10 months, −$12" in reader.words


async def test_an_account_by_hand_is_added_opened_stated_and_renamed(reader: Browser) -> None:
    await reader.open("/accounts?add=1")
    assert 'id="add-account" aria-labelledby="add-account-title" open' in reader.page
    await reader.send("/accounts", **WALLET)
    assert re.fullmatch(r"/accounts/acc_\w+", reader.at)
    assert "1,204.10" in reader.words
    assert "Cash, kept by hand" in reader.words
    await reader.send(reader.at, intent="balance", balance="900", date="2026-11-21")
    assert "900.00 Cash, kept by hand" in reader.words
    await reader.send(reader.at, intent="edit", name="Purse", kind="cash", closed_on="", hidden="yes")
    assert "<h1>Purse</h1>" in reader.page
    assert (re.findall(r"<bdi>Purse</bdi>", reader.page), "All accounts" in reader.words) == ([], True)  # its title is said once
    await reader.open("/accounts")
    assert "Purse" not in reader.words
    assert "Show 1 hidden or closed" in reader.words
    await reader.open("/accounts?hidden=1")
    assert "Purse" in reader.words


async def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(reader: Browser) -> None:
    await reader.open("/accounts")
    await reader.send("/accounts", **{**WALLET, "opening_balance": "a lot"})
    assert reader.status == 422
    assert 'value="a lot"' in reader.page
    assert 'aria-invalid="true" aria-describedby="account-balance-note"' in reader.page
    assert 'value="Wallet"' in reader.page
    await reader.send("/accounts", **{**WALLET, "kind": "piggy"})
    assert (reader.status, "A kind is one of" in reader.words) == (422, True)
    await reader.send("/accounts", **WALLET)
    for form, said in (
        ({"intent": "balance", "balance": "x", "date": "2026-11-01"}, "Write an amount such as"),
        ({"intent": "balance", "balance": "1", "date": "2099-01-01"}, "A day from 1970 to today"),
        ({"intent": "edit", "name": " ", "kind": "cash"}, "An account needs a name"),
        ({"intent": "edit", "name": "W", "kind": "cash", "closed_on": "2099-01-01"}, "A day from 1970 to today"),
    ):
        at = reader.at
        await reader.send(at, **form)
        assert reader.status == 422, form
        assert said in reader.words, form


async def test_deleting_names_what_goes_and_takes_it(reader: Browser, household: Family, bank: Bank) -> None:
    await reader.open("/accounts")
    await reader.send("/accounts", **WALLET)
    at = reader.at
    await bank.file("2026-11-02 -3.00 BAKERY", "2026-11-03 -4.00 BAKERY", account_name="Wallet")
    await reader.open(at)
    assert "Delete it with 2 transactions" in reader.words
    await reader.send(at, intent="delete")
    assert reader.at == "/accounts?deleted=2"
    assert "The account is deleted. 2 transactions went with it." in reader.words
    assert await household.rows() == []
    await reader.open(at)
    assert reader.status == 404


async def test_a_banks_account_offers_neither_kind_nor_balance_nor_deletion(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -5.00 ZORBLAX x1")
    await reader.open("/accounts")
    at = re.findall(r'href="(/accounts/acc_\w+)"', reader.page)[0]
    await reader.open(at)
    assert "ZORBLAX" in reader.words.upper()
    assert 'name="kind"' not in reader.page
    assert "Update the balance" not in reader.words
    assert "delete-account" not in reader.page
    for form in ({"intent": "balance", "balance": "1", "date": "2026-11-01"}, {"intent": "delete"}):
        await reader.send(at, **form)
        assert reader.status == 422


async def test_other_households_accounts_and_forms_of_other_sites_come_to_nothing(reader: Browser, world: World) -> None:
    await reader.open("/accounts")
    await reader.send("/accounts", **WALLET)
    at = reader.at
    async with browser(world, await found(world)) as stranger:
        await stranger.open(at)
        assert stranger.status == 404
        await stranger.open("/accounts")
        await stranger.send(at, intent="delete")
        assert stranger.status == 404
    reader.csrf = "guessed"
    await reader.send(at, intent="delete")
    assert reader.status == 403
    await reader.open(at)
    assert reader.status == 200


async def test_the_chart_ends_where_the_balance_is_and_begins_where_the_account_did(reader: Browser, household: Family, bank: Bank) -> None:
    bank.has("checking", balance=100_00)
    await bank(*(f"2026-{month:02d}-15 -10.00 ZORBLAX x{month}" for month in range(1, 11)))
    await reader.open("/accounts")
    await reader.open(re.findall(r'href="(/accounts/acc_\w+)"', reader.page)[0])
    table = re.findall(r'<th scope="row">(\w+)</th><td class="end amount">([^<]+)', reader.page)
    assert table[0] == ("Jan", "$190")
    assert table[-1] == ("Nov", "$100")


async def test_a_currency_without_a_rate_is_named_and_left_out(reader: Browser) -> None:
    await reader.open("/accounts")
    await reader.send("/accounts", **WALLET)
    await reader.send("/accounts", **{**WALLET, "name": "Coins", "currency": "BTC", "opening_balance": "0.5"})
    await reader.open("/accounts")
    assert "BTC without a rate, so not in the sum." in reader.words
    assert "Net worth $1,204.10" in reader.words


async def test_who_is_not_signed_in_comes_to_the_page_after_signing_in(reader: Browser, household: Family) -> None:
    reader.client.cookies.clear()
    await reader.open("/accounts?hidden=1")
    assert reader.at == "/sign-in?next=/accounts%3Fhidden%3D1"
    assert 'name="next" value="/accounts?hidden=1"' in reader.page
    await reader.send("/sign-in", email=household.email, password=PASSWORD, next="/accounts?hidden=1")
    assert reader.at == "/accounts?hidden=1"
