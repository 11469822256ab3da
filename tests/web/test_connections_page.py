"""/connections as a reader without a script sees it: states in words, and the whole way of linking a bank at the simulator's page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from farthing.connections import store
from farthing.core.dates import FixedClock
from farthing.core.errors import FarthingError, NeedsOwner, Unavailable
from farthing.core.ids import public
from farthing.flows.world import World
from farthing.ledger.model import BankAccount
from flows.simulator import Door, Simulator, Worker, linked_world
from web.visit import Browser, browser
from world import Bank, Family, found

CHECKING, CARD = "checking", "card"


async def fails(household: Family, bank: Bank, error: FarthingError) -> None:
    now = household.world.clock.now()
    async with household.unit() as (unit, sealer):
        opened = await store.open_for_sync(unit, sealer, bank.connection_id, now)
        await store.failed(unit, bank.connection_id, opened.fence, error, now=now, next_sync_at=None)


async def test_without_a_bank_the_page_says_how_to_get_one(reader: Browser) -> None:
    await reader.open("/connections")
    assert "No bank is connected" in reader.words
    assert "It can never move money." in reader.words
    assert "No service that reads banks is set up on this server." in reader.words


async def test_a_bank_that_is_fine_shows_what_it_sent_and_when_it_is_asked_next(reader: Browser, bank: Bank) -> None:
    bank.has("checking", balance=431862)
    await bank("2026-11-20 -5.00 ZORBLAX x1", "2026-11-20 -6.00 ZORBLAX x2", "2026-11-02 -7.00 ZORBLAX x3", "2026-09-01 -7.00 ZORBLAX x4")
    await reader.open("/connections")
    assert "1 bank is fine" in reader.words
    assert "Paper Bank Fine" in reader.words
    assert "New rows, 30 days 3" in reader.words
    assert 'aria-label="3 new rows in 30 days"' in reader.page
    assert "Last success today, 09:17" in reader.words
    assert "Next try 13:" in reader.words or "Next try 12:" in reader.words
    assert "1 account and 4 transactions stay as they are." in reader.words


async def test_a_bank_that_wants_a_sign_in_comes_first_and_nothing_is_lost(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -5.00 ZORBLAX x1")
    assert isinstance(household.world.clock, FixedClock)
    household.world.clock.forward(days=2)
    await fails(household, bank, NeedsOwner("sign_in"))
    await reader.open("/connections")
    assert "1 bank needs you" in reader.words
    said = "Paper Bank has not let us in since Sun 22 Nov, 09:17. Nothing is lost: the gap fills as soon as you sign in."
    assert said in reader.words
    assert "New rows, 30 days 1, 2 days missing" in reader.words
    assert "Next try when you sign in" in reader.words
    assert "Sign in to Paper Bank" in reader.words


async def test_a_bank_that_answers_with_old_data_is_late_at_the_bank(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -5.00 ZORBLAX x1")
    assert isinstance(household.world.clock, FixedClock)
    household.world.clock.forward(days=3)
    await bank()
    await reader.open("/connections")
    assert "1 bank is late" in reader.words
    assert "Delayed at the bank since Sun" in reader.words
    said = "Paper Bank answers, but with nothing newer than Sun 22 Nov. Nothing for you to do; we ask every 4 hours."
    assert said in reader.words
    assert "3 days missing" in reader.words


async def test_a_bank_that_does_not_answer_is_said_to_be_tried_again(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -5.00 ZORBLAX x1")
    await fails(household, bank, Unavailable("bank_down"))
    await reader.open("/connections")
    assert "Delayed at the bank since 09:17" in reader.words
    assert "The bank does not answer just now. We keep trying." in reader.words


async def test_disconnecting_keeps_or_deletes_and_an_ended_bank_offers_the_rest(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -5.00 ZORBLAX x1")
    at = re.findall(r'id="(con_\w+)"', await reader.open("/connections"))[0]
    await reader.send("/connections", intent="disconnect", connection_id=at, history="keep")
    assert reader.at == "/connections?ended=keep"
    assert "Its accounts and transactions stay as they are." in reader.words
    assert "Paper Bank Disconnected" in reader.words
    assert "Delete its history" in reader.words
    assert len(await household.rows()) == 1
    await reader.send("/connections", intent="sync", connection_id=at)
    assert (reader.status, "link the bank again" in reader.words) == (409, True)


async def test_what_is_not_ours_or_nothing_at_all_is_answered_in_words(reader: Browser, bank: Bank, world: World) -> None:
    await bank("2026-11-20 -5.00 ZORBLAX x1")
    at = re.findall(r'id="(con_\w+)"', await reader.open("/connections"))[0]
    for form in ({"intent": "link", "provider": "nobody"}, {"intent": "dance", "connection_id": at}):
        await reader.send("/connections", **form)
        assert reader.status == 422
    async with browser(world, await found(world)) as stranger:
        await stranger.open("/connections")
        for intent in ("sync", "repair", "disconnect"):
            await stranger.send("/connections", intent=intent, connection_id=at)
            assert stranger.status == 404
        await stranger.send(f"/connections/{at}/repair")
        assert stranger.status == 404
        await stranger.open("/connections/linked/lnk_1")
        assert stranger.status == 404


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sim(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Simulator]:
    async with Simulator(tmp_path_factory.mktemp("banksim")) as sim:
        yield sim


class Linker:
    """A reader who links banks: our pages, the bank's page, and a worker behind them."""

    def __init__(self, reader: Browser, sim: Simulator) -> None:
        self.reader, self.sim = reader, sim

    async def go(self) -> str:
        """Ask for a link; the address of the bank's page."""
        await self.reader.open("/connections?add=1")
        await self.reader.send("/connections", intent="link", provider="plaid")
        return self.away()

    def away(self) -> str:
        return re.findall(r'http-equiv="refresh" content="0;url=(http[^"]+)"', self.reader.page)[0]

    async def back(self, address: str | None, *, until: str) -> None:
        """Come back, and look again as the page itself does."""
        assert address is not None
        path = "/connections" + address.partition("/connections")[2]
        for _ in range(40):
            await self.reader.open(path)
            if until in self.reader.words:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(self.reader.words)


@pytest_asyncio.fixture(loop_scope="session")
async def linker(world: World, sim: Simulator) -> AsyncIterator[Linker]:
    await sim.calm()
    async with world.db.shared() as conn:
        await conn.execute("delete from due")
    async with Door() as door, linked_world(world, sim, door) as live, Worker(live, syncs=True), browser(live, await found(live)) as reader:
        yield Linker(reader, sim)


async def test_a_bank_is_linked_at_its_own_page_and_its_accounts_appear(linker: Linker) -> None:
    address = await linker.go()
    assert "You choose the bank there and sign in." in linker.reader.words
    back = await linker.sim.signs_up(address, CHECKING, CARD)
    await linker.back(back, until="First Platypus Bank is linked")
    await linker.back(back, until="Plaid Checking ··0000")
    await linker.reader.open("/connections")
    assert "First Platypus Bank" in linker.reader.words
    await linker.reader.open("/accounts")
    assert "Plaid Checking" in linker.reader.words


async def test_the_same_bank_a_second_time_is_refused_in_words(linker: Linker) -> None:
    await linker.back(await linker.sim.signs_up(await linker.go(), CHECKING), until="is linked")
    await linker.back(await linker.sim.signs_up(await linker.go(), CHECKING), until="was not linked")
    assert "You have this bank already (First Platypus Bank, 1 account), so nothing was added." in linker.reader.words
    assert "Sign in to First Platypus Bank again" in linker.reader.words
    await linker.reader.open("/connections")
    assert "Not linked" in linker.reader.words
    assert linker.reader.page.count("Sync now") + linker.reader.page.count(">Syncing<") == 1


async def test_a_bank_that_is_there_already_is_added_as_another_when_its_owner_says_so(linker: Linker) -> None:
    await linker.back(await linker.sim.signs_up(await linker.go(), CHECKING), until="is linked")
    await linker.back(await linker.sim.signs_up(await linker.go(), CHECKING), until="was not linked")
    await linker.reader.open("/connections")
    (another,) = re.findall(
        r'name="connection_id" value="(con_\w+)"><button class="button" name="intent" value="add_anyway"', linker.reader.page
    )
    await linker.reader.send("/connections", intent="add_anyway", connection_id=another)
    await linker.reader.open("/connections")
    assert "Not linked" not in linker.reader.words
    assert len(set(re.findall(r'id="(con_\w+)"', linker.reader.page))) == 2
    await linker.reader.send("/connections", intent="add_anyway", connection_id=another)
    assert (linker.reader.status, "too long ago" in linker.reader.words) == (409, True)


async def test_who_leaves_the_banks_page_has_linked_nothing(linker: Linker) -> None:
    await linker.back(await linker.sim.person(await linker.go(), "leave"), until="Nothing was linked")
    await linker.reader.open("/connections")
    assert "No bank is connected" in linker.reader.words


async def test_signing_in_again_brings_the_bank_back(linker: Linker) -> None:
    await linker.back(await linker.sim.signs_up(await linker.go(), CHECKING), until="is linked")
    at = re.findall(r'id="(con_\w+)"', await linker.reader.open("/connections"))[0]
    await linker.reader.send("/connections", intent="repair", connection_id=at)
    await linker.back(await linker.sim.signs_up(linker.away(), CHECKING), until="lets us in again")
    assert "What was missing comes with this sync." in linker.reader.words


async def test_a_provider_that_is_away_is_said_and_nothing_is_linked(linker: Linker) -> None:
    await linker.sim.control("/faults", kind="server_error", path="/link/token/create", count=5)
    await linker.reader.open("/connections?add=1")
    await linker.reader.send("/connections", intent="link", provider="plaid")
    assert linker.reader.status == 503
    assert "does not answer just now. Nothing was linked" in linker.reader.words
    await linker.sim.calm()


def savings(bank: Bank, ref: str, name: str, **more: object) -> None:
    bank.accounts[ref] = BankAccount(ref=ref, name=name, kind="savings", currency="USD", **more)  # type: ignore[arg-type]


async def test_an_account_that_could_be_ours_is_asked_about_first_of_all(reader: Browser, household: Family, bank: Bank) -> None:
    savings(bank, "s1", "Savings", balance=10_000)
    await bank("2026-10-01 -1.00 GRULTZ in s1 x1")
    del bank.accounts["s1"]
    savings(bank, "t1", "Rainy days", mask="77", balance=20_000)
    await bank("2026-10-01 -1.00 GRULTZ in t1 y1")
    page = await reader.open("/connections")
    assert "1 bank needs you" in reader.words
    assert "Paper Bank Needs you" in reader.words
    assert "Which account is “Rainy days” ··77?" in reader.words
    assert "It is Savings" in reader.words
    assert "1 transaction here" in reader.words
    at, question = re.findall(r'id="(con_\w+)"', page)[0], re.findall(r'name="question" value="(\w+)"', page)[0]
    (ours,) = re.findall(r'name="account" value="(acc_\w+)"', page)
    await reader.send("/connections", intent="which_account", connection_id=at, question=question)
    assert (reader.status, "Choose one of the accounts" in reader.words) == (422, True)
    overview = await reader.open("/")
    assert "Paper Bank shows Rainy days, which may be an account you have" in reader.words
    assert f'href="/connections#{at}"' in overview
    await reader.send("/connections", intent="which_account", connection_id=at, question=question, account=ours)
    assert "Which account" not in reader.words
    await reader.open("/")
    assert "which may be an account you have" not in reader.words
    await bank("2026-10-01 -1.00 GRULTZ in t1 y1")
    await reader.open("/connections")
    assert "1 bank is fine" in reader.words
    assert "Linked again 22 Nov: 1 of 1 recognised" in reader.words
    assert len(await household.rows()) == 1


async def test_an_account_tells_its_merge_history_and_what_did_not_come_again(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -1.00 GRULTZ in card x1", "2026-10-02 -2.00 SNIRK in card x2", "2026-10-03 -3.00 ZORBLAX in card x3")
    del bank.accounts["card"]
    bank.has("visa", kind="card")
    await bank("2026-10-01 -1.00 GRULTZ in visa y1", "2026-10-03 -3.00 ZORBLAX in visa y3")
    await reader.open(f"/accounts/{public('acc', await household.account_id('card'), household=household.household_id)}")
    assert "Linked again 2 of 3 recognised, 1 not met again" in reader.words
    assert "They stay and count until you delete them." in reader.words
    assert reader.words.count("Snirk") == 2
