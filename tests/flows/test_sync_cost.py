"""What a sync costs: so many round trips to PostgreSQL whatever it brings and none a row, so many calls of Python and no more."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import AsyncIterator
from types import FrameType

import pytest_asyncio

from farthing.flows.manage_budgets import BudgetWish, add_budget
from farthing.flows.manage_rules import RuleWish, add_rule
from farthing.flows.read_rule import ThenWish
from farthing.flows.world import World
from farthing.platform.engines.postgres import PostgresEngine
from heard import Heard, overheard
from world import Family, found

ROUND_TRIPS_MAX = 20
PAST = ("2026-11-02 -70.00 SAFEWAY s1", "2026-11-20 -9.00 GREENGROCER pending p1", "2026-11-20 50.00 TRANSFER in savings t1")
EVERY_KIND = (
    "2026-11-21 -12.00 GREENGROCER settles p1 p2",
    "2026-11-21 -50.00 TRANSFER t2",
    "2026-11-21 -140.00 SAFEWAY x1",
    "gone s1",
)


@pytest_asyncio.fixture(loop_scope="session")
async def heard(world: World, postgres_engine: PostgresEngine) -> AsyncIterator[tuple[World, Heard]]:
    """The world with a database of one connection, and what is said on it."""
    async with overheard(world, postgres_engine) as (one, listener):
        yield one, listener


@pytest_asyncio.fixture(loop_scope="session")
async def spender(heard: tuple[World, Heard]) -> Family:
    """Somebody with two accounts, a past, and a limit on groceries that is nearly used up."""
    family = await found(heard[0])
    await family.bank(*PAST)
    wish = BudgetWish(category_id=await family.category("groceries"), limit="100", starts=dt.date(2026, 1, 1))
    await add_budget(family.world, family.household_id, family.actor, wish)
    return family


async def asked(family: Family, heard: Heard, *lines: str) -> list[str]:
    """What one sync with these lines, and balances that moved, sent to the database."""
    for ref in ("checking", "savings"):
        family.bank.has(ref, balance=len(heard.said) + sum(map(len, lines)))
    heard.taken()
    await family.bank(*lines)
    return heard.taken()


def purchases(first: int, count: int) -> list[str]:
    return [f"2026-11-{n % 20 + 1:02d} -1.{n % 100:02d} SAFEWAY x{n}" for n in range(first, first + count)]


def transfers(count: int) -> list[str]:
    """Halves of transfers of other amounts, from long ago to last month."""
    days = [dt.date(2026, 9, 30) - dt.timedelta(days=n // 3) for n in range(count)]
    return [f"{day} -{1000 + n}.00 TRANSFER old{n}" for n, day in enumerate(days)]


async def rows_read(family: Family, *lines: str) -> int:
    """How many rows of the ledger one sync with these lines looks at, as PostgreSQL counts them."""
    counted = "select seq_tup_read + idx_tup_fetch from pg_stat_user_tables where relname = 'transaction'"
    async with family.world.db.pool.acquire() as conn:
        await conn.fetchval("select pg_stat_force_next_flush()")
        before = await conn.fetchval(counted)
    await family.bank(*lines)
    async with family.world.db.pool.acquire() as conn:
        await conn.fetchval("select pg_stat_force_next_flush()")
        return int(await conn.fetchval(counted) - before)


async def test_a_sync_of_any_size_takes_at_most_twenty_round_trips(spender: Family, heard: tuple[World, Heard]) -> None:
    """Given one to five hundred new rows, when they are synced, then the database is asked as often for many as for one."""
    _, ear = heard
    await asked(spender, ear, *purchases(1, 40))  # past the limit, which is told once

    one = await asked(spender, ear, *purchases(50, 1))
    three = await asked(spender, ear, *purchases(60, 3))
    many = await asked(spender, ear, *purchases(1000, 500))
    more = await asked(spender, ear, *purchases(3000, 1000))

    assert len(one) <= 15, said(one)
    assert len(three) == len(one), said(three)
    assert len(more) == len(many) <= ROUND_TRIPS_MAX, said(many)


async def test_what_a_sync_reads_does_not_grow_with_the_history(spender: Family) -> None:
    """Given half of a transfer that comes to a short and to a long history of transfers, then as many rows are looked at for either."""
    await spender.bank(*transfers(3))
    short = await rows_read(spender, "2026-11-21 -51.00 TRANSFER t2")
    await spender.bank(*transfers(1500))

    long = await rows_read(spender, "2026-11-22 -53.00 TRANSFER t3")

    assert short <= long <= short + 20


async def test_a_sync_that_brings_every_kind_of_change_takes_at_most_twenty_round_trips(
    spender: Family, heard: tuple[World, Heard]
) -> None:
    """Given new rows, one that settles, one that is gone, half of a transfer, and a limit that is passed."""
    _, ear = heard

    everything = await asked(
        spender,
        ear,
        "2026-11-21 -12.00 GREENGROCER settles p1 p2",
        "2026-11-21 -50.00 TRANSFER t2",
        "2026-11-21 -40.00 SAFEWAY x1",
        "gone s1",
    )

    assert len(everything) <= ROUND_TRIPS_MAX, said(everything)


async def test_the_first_sync_takes_at_most_twenty_round_trips(heard: tuple[World, Heard]) -> None:
    """Given a bank that was linked just now, when its accounts and their past come, then nothing is asked once a row or an account."""
    world, ear = heard
    another, family = await found(world), await found(world)  # the driver asks once a connection for types that it has not met
    for one in (another, family):
        await one.bank.link()
    await asked(another, ear, *purchases(1, 600), *PAST)

    first = await asked(family, ear, *purchases(1, 600), *PAST)

    assert len(first) <= ROUND_TRIPS_MAX, said(first)


async def test_only_the_lease_is_not_waited_for_on_disk(spender: Family, heard: tuple[World, Heard]) -> None:
    """Given a sync's two transactions, then what it brought is on disk when it ends, and the lease before it may be forgotten."""
    _, ear = heard

    lease, landing = [s for s in await asked(spender, ear, *purchases(1, 1)) if s.startswith("begin")]

    assert "synchronous_commit = off" in lease
    assert "synchronous_commit" not in landing


async def test_a_database_that_refuses_joined_writes_gets_them_one_by_one(heard: tuple[World, Heard]) -> None:
    """Given a cluster that does not know the shape, when the same lines are synced there, then the ledger is the same."""
    here, there = await found(heard[0]), await found(heard[0])
    for family, joins in ((here, True), (there, False)):
        family.world.db.joins = joins
        await family.bank(*PAST)
        await family.bank(*EVERY_KIND)

    assert await there.rows() == await here.rows()
    assert await there.is_sound()


async def test_a_sync_that_brings_nothing_takes_few(spender: Family, heard: tuple[World, Heard]) -> None:
    """Given balances that stand where they stood and no row, when it is synced, then only the link's own freshness is written."""
    _, ear = heard
    await asked(spender, ear)
    ear.taken()

    await spender.bank()
    nothing = ear.taken()

    assert len(nothing) <= 8, said(nothing)
    assert not [s for s in nothing if "audit_event" in s or "insert into" in s], said(nothing)


async def calls(family: Family, *lines: str) -> int:
    """How many calls of Python one sync with these lines takes, the least of three."""
    counts = []
    for _ in range(3):
        count = 0

        def hear(_frame: FrameType, event: str, _what: object) -> None:
            nonlocal count
            count += event in {"call", "c_call"}

        sys.setprofile(hear)
        try:
            await family.bank(*(line.format(len(counts)) for line in lines))
        finally:
            sys.setprofile(None)
        counts.append(count)
    return min(counts)


async def test_what_a_small_sync_calls_is_bounded(spender: Family) -> None:
    """Given nothing or three purchases, the bank of the tests included: what is asked for each time, or once a row, is noticed."""
    await calls(spender, "2026-11-20 -3.00 SAFEWAY w{}")

    nothing = await calls(spender)
    three = await calls(spender, *(f"2026-11-21 -{n}.00 SAFEWAY {n}x{{}}" for n in (1, 2, 3)))

    assert nothing <= 2_400
    assert three <= 6_500


async def test_rows_of_a_few_purchases_change_their_own_sums_and_look_for_refunds_once(spender: Family, heard: tuple[World, Heard]) -> None:
    """Given purchases at a shop that never paid back, then what may pair with them is not read; once it paid back, it is."""
    _, ear = heard
    await asked(spender, ear, *purchases(1, 2))

    before = await asked(spender, ear, *purchases(10, 3))
    await spender.bank("2026-11-21 1.05 SAFEWAY r1")
    after = await asked(spender, ear, *purchases(20, 3))

    assert not [s for s in before if s.startswith("with waiting")], said(before)
    assert [s for s in after if s.startswith("with waiting")], said(after)
    assert len(after) <= ROUND_TRIPS_MAX


def said(statements: list[str]) -> str:
    return "\n".join([f"{len(statements)} round trips", *statements])


async def test_rules_that_are_held_cost_one_statement_where_they_decide_and_none_where_they_do_not(
    spender: Family, heard: tuple[World, Heard]
) -> None:
    """Given a rule for one shop, when rows come, then only those that it sorts are paid for, whatever the rule sets but a category more."""
    _, ear = heard
    await asked(spender, ear, *purchases(1, 2))
    before = await asked(spender, ear, *purchases(10, 1))
    then = ThenWish(category_id=await spender.category("vet"))
    await add_rule(spender.world, spender.household_id, spender.actor, RuleWish(when="zorblax", then=then))
    await asked(spender, ear, *purchases(20, 1))

    elsewhere = await asked(spender, ear, *purchases(30, 1))
    sorted_by_it = await asked(spender, ear, "2026-11-05 -1.00 ZORBLAX z1")

    assert len(elsewhere) == len(before), said(elsewhere)
    assert len(sorted_by_it) == len(before) + 1, said(sorted_by_it)
