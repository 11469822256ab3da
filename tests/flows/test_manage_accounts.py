"""Accounts that no bank reports: opened, stated, closed, deleted; what all accounts are worth together."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.connections import store
from farthing.core.errors import Missing, Refused, Rejected, Stale
from farthing.core.money import decimal_text
from farthing.flows.add_by_hand import Entry, add_by_hand
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.history import history
from farthing.flows.manage_accounts import (
    AccountEdit,
    Opening,
    add_account,
    delete_account,
    edit_account,
    list_accounts,
    net_worth,
    state_balance,
)
from farthing.flows.pair_by_hand import join_transfer, link_refund
from farthing.flows.view_transaction import find_shown
from flows.test_manage_budgets import budget, stands
from world import TODAY, Bank, Family, found


async def opened(household: Family, name: str = "Wallet", kind: str = "cash", balance: str = "100.00", **more: object) -> int:
    wish = Opening(name=name, kind=kind, opening_balance=balance, **{"currency": "USD", **more})  # type: ignore[arg-type]
    return await add_account(household.world, household.household_id, household.actor, wish)


async def pay(household: Family, account_id: int, text: str) -> int:
    day, amount, merchant = text.split(" ", 2)
    entry = Entry(account_id=account_id, date=dt.date.fromisoformat(day), amount=amount, merchant=merchant)
    return (await add_by_hand(household.world, household.household_id, household.actor, entry)).transaction_id


async def balances(household: Family) -> dict[str, str]:
    async with household.desk() as desk:
        return {s.account.text.name: decimal_text(s.balance, s.account.currency) for s in await list_accounts(desk)}


async def test_a_wallet_holds_its_opening_balance_and_what_moved(household: Family) -> None:
    wallet = await opened(household)
    await pay(household, wallet, "2026-11-01 -12.50 Market")
    await pay(household, wallet, "2026-12-24 -50.00 Gifts to come")
    assert await balances(household) == {"Wallet": "87.50"}


async def test_the_owners_word_on_a_balance_supersedes_what_was_before_it(household: Family) -> None:
    wallet = await opened(household)
    await pay(household, wallet, "2026-11-01 -12.50 Market")
    await state_balance(household.world, household.household_id, household.actor, wallet, day=dt.date(2026, 11, 10), balance="60.00")
    assert await balances(household) == {"Wallet": "60.00"}
    await pay(household, wallet, "2026-11-05 -5.00 Forgotten")
    await pay(household, wallet, "2026-11-11 -8.00 Bakery")
    assert await balances(household) == {"Wallet": "52.00"}


async def test_a_house_is_worth_what_was_said_last(household: Family) -> None:
    house = await opened(household, "House", "property", "250000")
    assert await balances(household) == {"House": "250000.00"}
    await state_balance(household.world, household.household_id, household.actor, house, day=TODAY, balance="260000")
    await state_balance(household.world, household.household_id, household.actor, house, day=dt.date(2026, 1, 1), balance="240000")
    assert await balances(household) == {"House": "260000.00"}


async def test_a_banks_balance_is_the_banks(household: Family, bank: Bank) -> None:
    bank.has("checking", balance=123456)
    await bank("2026-10-01 -5.00 ZORBLAX x1")
    assert await balances(household) == {"Checking": "1234.56"}
    account = await household.account_id()
    with pytest.raises(Refused):
        await state_balance(household.world, household.household_id, household.actor, account, day=TODAY, balance="1")
    with pytest.raises(Refused):
        await delete_account(household.world, household.household_id, household.actor, account)
    await edit_account(household.world, household.household_id, household.actor, account, AccountEdit(name="  Everyday  money "))
    assert await balances(household) == {"Everyday money": "1234.56"}


async def test_the_name_the_owner_gave_outlives_the_next_sync(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -5.00 ZORBLAX x1")
    await edit_account(household.world, household.household_id, household.actor, await household.account_id(), AccountEdit(name="Mine"))
    await bank("2026-10-02 -5.00 ZORBLAX x2")
    assert list(await balances(household)) == ["Mine"]


async def test_net_worth_adds_currencies_only_at_a_rate(household: Family) -> None:
    await opened(household)
    await opened(household, "Loan", "loan", "-40.00")
    await opened(household, "Coins", "investment", "0.5", currency="BTC")
    hidden = await opened(household, "Secret", "cash", "999")
    await edit_account(household.world, household.household_id, household.actor, hidden, AccountEdit(hidden=True))
    async with household.desk() as desk:
        worth = await net_worth(desk)
    assert (worth.by_currency, worth.home, worth.unrated) == ({"USD": 6000, "BTC": 50_000_000}, 6000, {"BTC": 50_000_000})


async def test_a_deleted_account_takes_everything_of_it_along(household: Family, bank: Bank) -> None:
    bank.has("checking", balance=100_00)
    await bank("2026-11-01 -50.00 ZORBLAX x1")
    empty, used = await opened(household, "Empty"), await opened(household, "Used")
    await pay(household, used, "2026-11-01 -12.50 Market")
    await bank.file("2026-11-02 -3.00 BAKERY", "2026-11-03 50.00 ZORBLAX BACK", account_name="Used")
    await state_balance(household.world, household.household_id, household.actor, used, day=TODAY, balance="1")
    assert (await delete_account(household.world, household.household_id, household.actor, empty)).rows == 0
    assert (await delete_account(household.world, household.household_id, household.actor, used)).rows == 3
    assert [a.text.name for a in (await household.accounts()).values()] == ["Checking"]
    assert [row[:17] for row in await household.rows()] == ["2026-11-01 -50.00"]
    async with household.unit() as (unit, _):
        for table in ("line", "landed", "batch", "balance_day"):
            left = await unit.conn.fetchval(f"select count(*) from {table} where household_id = $1", household.household_id)
            assert left == 1, f"{table}: the bank's, and nothing of the deleted account"
    assert await household.is_sound()


async def test_what_belonged_to_rows_of_a_deleted_account_says_what_it_is_without_them(household: Family, bank: Bank) -> None:
    await bank(
        "2026-11-01 -60.00 WHOLE FOODS x1", "2026-11-02 500.00 DEPOSIT x2", "2026-11-03 -70.00 ZORBLAX x3", "2026-11-04 9.00 DEPOSIT x4"
    )
    used, who = await opened(household, "Savings", "savings"), (household.world, household.household_id, household.actor)
    texts = ("2026-11-01 60 Ann", "2026-11-02 -500 Transfer to checking", "2026-11-03 70 Ann", "2026-11-04 -9 Whole Foods")
    hand = [await pay(household, used, text) for text in texts]
    x1, x2, x3, x4 = [await household.id_of(ref) for ref in ("x1", "x2", "x3", "x4")]
    await join_transfer(*who, x1, hand[0])
    await edit_transaction(*who, x3, Edit(category_id=await household.category("vet")))
    await join_transfer(*who, x3, hand[2])
    await link_refund(*who, x4, hand[3])
    await budget(household, "groceries", "50")
    async with household.desk() as desk:
        assert (await find_shown(desk, x2)).transfer_id == hand[1], "by itself"
    assert await household.spent("2026-11") == {"transfer": "70.00", "vet": "-70.00"}

    await delete_account(*who, used)

    assert await household.spent("2026-11") == {"deposits": "509.00", "groceries": "-60.00", "vet": "-70.00"}
    assert await stands(household, "2026-11") == ["60.00/50.00 over"]
    async with household.desk() as desk:
        told = [t for t in await history(desk, x1) if t.field == "category"]
    assert (told[-1].before, told[-1].after, told[-1].why) == ("transfer", "groceries", "what it belonged to is gone")
    assert await household.is_sound()


async def test_an_account_of_a_bank_can_be_deleted_once_its_link_has_ended(household: Family, bank: Bank) -> None:
    await bank("2026-11-01 -50.00 ZORBLAX x1")
    account_id = await household.account_id()
    with pytest.raises(Refused):
        await delete_account(household.world, household.household_id, household.actor, account_id)
    async with household.unit() as (unit, _):
        await store.disconnect(unit, bank.connection_id, "by_owner")
    assert (await delete_account(household.world, household.household_id, household.actor, account_id)).rows == 1
    assert await household.rows() == []


async def test_a_closed_account_takes_no_later_entries(household: Family) -> None:
    wallet = await opened(household)
    closing = AccountEdit(closed_on=dt.date(2026, 11, 1))
    await edit_account(household.world, household.household_id, household.actor, wallet, closing)
    with pytest.raises(Rejected):
        await pay(household, wallet, "2026-11-02 -1.00 Market")
    await edit_account(household.world, household.household_id, household.actor, wallet, AccountEdit(closed_on=None))
    await pay(household, wallet, "2026-11-02 -1.00 Market")


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"name": " "}, "name"),
        ({"kind": "piggy"}, "kind"),
        ({"balance": "1e9"}, "opening_balance"),
        ({"currency": "$"}, "currency"),
        ({"opened_on": dt.date(2027, 1, 1)}, "opened_on"),
    ],
)
async def test_what_is_no_account_is_refused_with_its_field(household: Family, fault: dict[str, object], field: str) -> None:
    with pytest.raises(Rejected) as refusal:
        await opened(household, **fault)  # type: ignore[arg-type]
    assert refusal.value.field == field


async def test_an_older_version_and_a_strangers_account_are_refused(household: Family) -> None:
    wallet = await opened(household)
    await edit_account(household.world, household.household_id, household.actor, wallet, AccountEdit(name="New"), if_version=1)
    with pytest.raises(Stale):
        await edit_account(household.world, household.household_id, household.actor, wallet, AccountEdit(name="Newer"), if_version=1)
    other = await found(household.world)
    with pytest.raises(Missing):
        await edit_account(other.world, other.household_id, other.actor, wallet, AccountEdit(name="Mine"))
