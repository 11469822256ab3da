"""Figures at hand are those of the very version that is looked at; Valkey makes them come sooner and never other."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast

import msgspec
import pytest
import pytest_asyncio
from redis.asyncio import Redis
from test_channels import raised

from farthing.core.dates import Month
from farthing.flows.close_category import merge_category
from farthing.flows.desk import read_desk, write_desk
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.erase import by_token, erase
from farthing.flows.hot import hot
from farthing.flows.kept import FIGURES_MAX, SUMS_MAX, kept
from farthing.flows.list_transactions import list_totals
from farthing.flows.look_anew import look_anew
from farthing.flows.manage_accounts import AccountEdit, edit_account
from farthing.flows.manage_budgets import BudgetWish, add_budget, delete_budget
from farthing.flows.manage_categories import CategoryEdit, edit_category
from farthing.flows.merge import merge_transactions
from farthing.flows.months_before import MonthsBefore, months_before
from farthing.flows.pair_by_hand import join_transfer
from farthing.flows.put_in_envelopes import choose
from farthing.flows.read_overview import Figures, figures, read_overview
from farthing.flows.saved_views import ViewWish, delete_view, save_view
from farthing.flows.set_limits import set_limits
from farthing.flows.split_up import Slice, split_up
from farthing.flows.undo import undo
from farthing.ledger.lock import glance
from farthing.ledger.reading.rows import Filter
from farthing.platform import hot as platform_hot
from farthing.platform.hot import FIELDS_MAX, LAST_VERSION, Hot, place
from farthing.platform.valkey import open_valkey
from world import Family

pytestmark = pytest.mark.usefixtures("patient_valkey")
NOVEMBER = Month(2026, 11)
FILED: dict[int, int] = {}  # the file of each household, to be undone
PAST = (
    "2026-10-02 -42.50 SAFEWAY b1", "2026-11-03 -3.10 BLUE BOTTLE b2", "2026-11-03 -3.10 BLUE BOTTLE b3",
    "2026-11-04 -50.00 ZORBLAX b4", "2026-11-05 50.00 ZORBLAX in savings b5", "2026-11-06 -12.00 SAFEWAY pending b6",
)  # fmt: skip


@pytest_asyncio.fixture(loop_scope="session")
async def family(household: Family) -> Family:
    await household.bank(*PAST)
    FILED[household.household_id], _ = await household.bank.file("2026-11-07 -9.00 KIOSK")
    await add_budget(*who(household), BudgetWish(category_id=await household.category("groceries"), limit="100", starts=NOVEMBER.first))
    return household


def who(family: Family) -> tuple[Any, Any, Any]:
    return family.world, family.household_id, family.actor


async def look(family: Family, *, elsewhere: bool = False) -> Figures:
    """November as a page reads it; `elsewhere`: in a process that has not looked before."""
    if elsewhere:
        kept.forget(family.household_id)
    async with read_desk(*who(family)) as desk:
        return await figures(desk, NOVEMBER)


async def anew(family: Family) -> Figures:
    """The same by a unit that has nothing at hand."""
    async with write_desk(*who(family)) as desk:
        return await figures(desk, NOVEMBER)


async def stored(family: Family, *, past: bool = False) -> dict[bytes, bytes]:
    valkey: Any = family.world.valkey
    found: dict[bytes, bytes] = await valkey.hgetall(place(family.household_id, past=past))
    return found


async def edited(family: Family) -> None:
    await edit_transaction(*who(family), await family.id_of("b1"), Edit(hidden=True))


async def split(family: Family) -> None:
    parts = [Slice(-100, await family.category("groceries")), Slice(-210, await family.category("vet"))]
    await split_up(*who(family), await family.id_of("b2"), parts)


async def undone(family: Family) -> None:
    await undo(*who(family), FILED[family.household_id])


async def came_in(family: Family) -> None:
    await family.bank("2026-11-08 -9.99 NETFLIX b9")


async def corrected(family: Family) -> None:
    await family.bank("2026-10-02 -44.00 SAFEWAY b1")


async def merged(family: Family) -> None:
    await merge_transactions(*who(family), kept_id=await family.id_of("b2"), other_id=await family.id_of("b3"))


async def joined(family: Family) -> None:
    await join_transfer(*who(family), await family.id_of("b4"), await family.id_of("b5", account_name="savings"))


async def renamed(family: Family) -> None:
    await edit_category(*who(family), await family.category("groceries"), CategoryEdit(bill=True))


async def category_merged(family: Family) -> None:
    coffee, groceries = await family.category("coffee"), await family.category("groceries")
    await merge_category(*who(family), coffee, groceries)


async def budget_added(family: Family) -> None:
    await add_budget(*who(family), BudgetWish(everything=True, limit="900", starts=NOVEMBER.first))


async def limit_set(family: Family) -> None:
    await set_limits(*who(family), {(await anew(family)).standings[0].budget.budget_id: "250"}, month=NOVEMBER, scope="only")


async def budget_deleted(family: Family) -> None:
    await delete_budget(*who(family), (await anew(family)).standings[0].budget.budget_id)


async def envelopes(family: Family) -> None:
    await choose(*who(family), "plan", opening=10_000)


CHANGES = (
    edited, split, undone, came_in, corrected, merged, joined, renamed, category_merged, budget_added, limit_set, budget_deleted,
    envelopes,
)  # fmt: skip


@pytest.mark.parametrize("elsewhere", [False, True], ids=["here", "elsewhere"])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_the_next_look_says_what_changed(family: Family, change: Callable[[Family], Awaitable[None]], elsewhere: bool) -> None:
    """Looked at, changed, looked at: the figures are those of a unit that has none at hand, in this process and in another."""
    before = await look(family)
    assert await look(family, elsewhere=elsewhere) == before
    await change(family)
    after = await look(family, elsewhere=elsewhere)
    assert after == await anew(family)
    assert after != before


async def test_another_process_takes_what_was_worked_out(family: Family) -> None:
    """Worked out once for both; under another name, as in a unit that writes, it is worked out again."""
    worked: list[int] = []

    async def work() -> int:
        worked.append(1)
        return 7

    for asked, elsewhere in (("a", False), ("a", False), ("a", True), ("b", True)):
        if elsewhere:
            kept.forget(family.household_id)
        async with read_desk(*who(family)) as desk:
            assert await hot(desk, "test", asked, int, work) == 7
    assert len(worked) == 2
    async with write_desk(*who(family)) as desk:
        assert await hot(desk, "test", "a", int, work) == 7
    assert len(worked) == 3


async def test_what_is_said_of_figures_leaves_them_at_hand(family: Family) -> None:
    await look(family)
    before = await stored(family)
    await raised(family, "Zorblax")
    await look(family, elsewhere=True)
    assert await stored(family) == before
    trend = await save_view(*who(family), ViewWish(name="Trend", query="by=group", place="trends"))
    await delete_view(*who(family), trend.view_id)
    await look(family, elsewhere=True)
    assert await stored(family) == before


async def test_a_program_that_counts_the_version_alone_counts_figures_on(household: Family) -> None:
    """An older one, beside which this one runs for a while, knows of nothing that is only said."""
    async with household.desk() as desk:
        before = desk.household.figures_version
        await desk.unit.conn.execute("update household set version = version + 1 where household_id = $1", household.household_id)
        assert (await glance(desk.unit)).figures_version == before + 1


async def test_the_day_is_part_of_what_is_asked(family: Family) -> None:
    """The same ledger has other figures tomorrow: what was usual by the day, and which budgets run."""
    await look(family)
    clock: Any = family.world.clock
    clock.forward(days=2)
    assert await look(family) == await anew(family)


async def test_a_figure_is_of_the_version_that_its_reader_sees(family: Family) -> None:
    """A reader that began before a change works its figure out after it: it is the old one, is kept as such, and nobody else gets it."""
    async with read_desk(*who(family)) as early:
        await came_in(family)
        after = await look(family)
        old = await figures(early, NOVEMBER)
    assert old.count + 1 == after.count
    assert await look(family, elsewhere=True) == after == await anew(family)
    assert (await stored(family))[b"version"] != str(early.household.version).encode()


async def test_budgets_that_need_a_rate_are_worked_out_each_time(family: Family) -> None:
    """Rates come without a change of the ledger, so what was turned over by them is not kept."""
    await add_budget(*who(family), BudgetWish(group="food", limit="90", starts=NOVEMBER.first, currency="EUR"))
    await look(family)
    assert not await stored(family) or len(await stored(family)) == 1


async def test_nothing_in_valkey_can_be_read_without_the_households_keys(family: Family) -> None:
    """The value is sealed for its place: under another name or version it is as if nothing were there."""
    before = await look(family)
    held = {k: v for k, v in (await stored(family)).items() if k != b"version"}
    (name, sealed), *_ = held.items()
    assert b"groceries" not in sealed.lower()
    assert str(before.by_category).encode() not in sealed
    valkey: Any = family.world.valkey
    await valkey.hset(place(family.household_id), name, sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert await look(family, elsewhere=True) == before


@pytest_asyncio.fixture(loop_scope="session")
async def deaf() -> AsyncIterator[Redis]:
    """A Valkey that takes every call and answers none."""

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1_000):
            pass
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = open_valkey(f"redis://127.0.0.1:{port}/0")
    yield client
    await client.aclose()
    server.close()


async def test_a_valkey_that_is_slow_or_away_changes_nothing(family: Family, deaf: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """The figures are the same without one, with one that is away and with one that never answers, which is then left alone for a while."""
    monkeypatch.setattr(platform_hot, "BUDGET_S", 0.05)
    expected = await anew(family)
    away = open_valkey("redis://127.0.0.1:9/0")
    for valkey in (None, away, deaf):
        family.world = msgspec.structs.replace(family.world, valkey=valkey)
        kept.forget(family.household_id)
        assert await look(family) == expected
    assert Hot(deaf, family.world.clock)._rests()
    assert await look(family, elsewhere=True) == expected
    clock: Any = family.world.clock
    clock.forward(seconds=platform_hot.REST_S + 1)
    await away.aclose()


async def test_an_erased_household_leaves_nothing_behind(family: Family) -> None:
    """Nothing of it stays in Valkey, and a reader that was under way can put nothing back."""
    await look(family)
    assert len(await stored(family)) == 2
    async with read_desk(*who(family)) as late:
        await late.unit.conn.fetchval("select 1")
    await erase(*who(family), end_at_bank=by_token(family.world, family.household_id))
    assert late.hot is not None
    assert not await late.hot.put(family.household_id, late.household.version, "overview", b"figures")
    assert await stored(family) == await stored(family, past=True) == {b"version": str(LAST_VERSION).encode()}


async def test_what_is_kept_is_bounded(family: Family) -> None:
    """So many figures of one version, then room is made; what is too large is not kept, and everything is gone after a day."""
    async with read_desk(*who(family)) as desk:
        for number in range(2 * FIELDS_MAX):

            async def work(number: int = number) -> int:
                return number

            assert await hot(desk, "test", number, int, work) == number
        assert desk.hot is not None
        assert not await desk.hot.put(family.household_id, desk.household.version, "large", bytes(platform_hot.BYTES_MAX + 1))
    assert len(await stored(family)) <= FIELDS_MAX + 2
    valkey: Any = family.world.valkey
    assert 0 < await valkey.ttl(place(family.household_id)) <= platform_hot.KEPT_S


async def test_totals_of_lists_take_no_figures_place(family: Family) -> None:
    """Lists have a shelf of their own in the process, so the month's figures stay at hand; a few days' sums are not put into Valkey."""
    async with read_desk(*who(family)) as desk:
        month = await figures(desk, NOVEMBER)
        for size in range(1, 2 * FIGURES_MAX):
            await list_totals(desk, Filter(amount_max=-size))
        assert await figures(desk, NOVEMBER) is month
        before = await stored(family)
        await list_totals(desk, Filter(amount_max=-1, first=NOVEMBER.first, last=NOVEMBER.first))
        assert await stored(family) == before


async def test_overview_and_its_four_cards_are_at_hand_at_the_next_look(family: Family) -> None:
    """A card keeps what it shows, not the tables that it is made of: neither here, where there is room for few, nor in Valkey."""
    for by, per in zip(("category", "merchant", "group", "tag"), ("month", "week", "quarter", "year"), strict=True):
        await save_view(*who(family), ViewWish(name=by, query=f"by={by}&per={per}&n=2&with=year_ago", place="trends"))
    async with read_desk(*who(family)) as desk:
        first = await read_overview(desk, NOVEMBER)
    assert len(await stored(family)) == len(("version", "the month", "a year of worth", *first.cards)) == 7
    async with read_desk(*who(family)) as desk:
        again = await read_overview(desk, NOVEMBER)
    assert again.figures is first.figures
    assert [here.sums is there.sums is not None for here, there in zip(again.cards, first.cards, strict=True)] == [True] * 4


async def test_what_is_asked_for_again_stays_at_hand(family: Family) -> None:
    """However much else is looked at meanwhile: what was used longest ago makes room, figures and totals of lists alike."""
    async with read_desk(*who(family)) as desk:
        month, totals = await figures(desk, NOVEMBER), await list_totals(desk, Filter())
        for number in range(1, SUMS_MAX + 1):

            async def work(number: int = number) -> int:
                return number

            await hot(desk, "test", number, int, work)
            await list_totals(desk, Filter(first=NOVEMBER.first, last=NOVEMBER.first, amount_max=-number))
            assert await figures(desk, NOVEMBER) is month
            assert await list_totals(desk, Filter()) is totals


async def past_of(family: Family) -> MonthsBefore:
    """What November's Overview says of the months before it, as this process has it at hand or makes it."""
    async with read_desk(*who(family)) as desk:
        return await months_before(desk, NOVEMBER, desk.today.day)


async def past_anew(family: Family) -> MonthsBefore:
    async with write_desk(*who(family)) as desk:
        return await months_before(desk, NOVEMBER, desk.today.day)


async def categorised(family: Family) -> None:
    await edit_transaction(*who(family), await family.id_of("b2"), Edit(category_id=await family.category("vet")))


async def a_late_row(family: Family) -> None:
    await family.bank("2026-10-31 -5.00 KIOSK late")


async def moved_back(family: Family) -> None:
    await edit_transaction(*who(family), await family.id_of("b2"), Edit(date=dt.date(2026, 10, 30)))


async def account_renamed(family: Family) -> None:
    await edit_account(*who(family), await family.account_id(), AccountEdit(name="Every day"))


@pytest.mark.parametrize("change", [came_in, categorised, budget_added, limit_set, account_renamed], ids=lambda change: change.__name__)
async def test_a_row_of_this_month_leaves_months_before_it_at_hand(family: Family, change: Callable[[Family], Awaitable[None]]) -> None:
    """What was worked out of them is the very same afterwards, here, and found by another process; so does what changes no row at all."""
    before, held = await past_of(family), await stored(family, past=True)
    await change(family)
    assert await past_of(family) is before
    kept.forget(family.household_id)
    assert await past_of(family) == before == await past_anew(family)
    assert await stored(family, past=True) == held


@pytest.mark.parametrize("change", [a_late_row, corrected, moved_back], ids=lambda change: change.__name__)
async def test_a_row_that_reaches_a_month_before_is_seen_at_once(family: Family, change: Callable[[Family], Awaitable[None]]) -> None:
    """A late row, one that its bank corrects, one that its owner moves there from this month."""
    before = await past_of(family)
    await change(family)
    after = await past_of(family)
    assert after == await past_anew(family)
    assert after.last != before.last


async def test_series_found_after_a_purchase_leave_months_before_it_at_hand(household: Family) -> None:
    """They are looked for after each change of the ledger, and are not what months before are made of."""
    await household.bank(*(f"2026-{month:02d}-12 -15.49 NETFLIX.COM n{month}" for month in range(6, 12)))
    before = await past_of(household)
    async with household.desk() as desk:
        version = desk.household.figures_version
    await look_anew(household.world, household.household_id)
    async with household.desk() as desk:
        assert desk.household.figures_version > version
    assert await past_of(household) is before


async def test_a_new_month_begins_with_nothing_at_hand_of_the_one_before(family: Family) -> None:
    """On the first of December the version of the past does not speak for November yet, nor may what was kept for it."""
    december, clock = NOVEMBER.plus(1), cast(Any, family.world.clock)

    async def seen() -> MonthsBefore:
        async with read_desk(*who(family)) as desk:
            return await months_before(desk, december, 1)

    await past_of(family)
    clock.forward(days=12)
    for line in ("2026-11-30 -7.00 KIOSK c1", "2026-12-01 -1.00 KIOSK c2", "2026-11-29 -2.00 KIOSK c3", "2026-12-01 -1.00 KIOSK c4"):
        before = await seen()
        await family.bank(line)
        async with write_desk(*who(family)) as desk:
            assert await seen() == await months_before(desk, december, 1)
        assert (await seen() == before) == line.startswith("2026-12")
    assert await seen() is await seen()
