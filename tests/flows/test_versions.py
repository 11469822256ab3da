"""Whoever writes what figures are made of counts the household's version on in the same transaction: a figure at hand would be wrong else.
So does whoever writes a row of a month that is past, or its sums, or a category, with the version of the past.

The database itself keeps book: of each transaction that wrote a row of such a table, and of each that counted a household on.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from test_hot import CHANGES, FILED, NOVEMBER, who
from test_hot import PAST as ROWS

from farthing.flows.disconnect import History, disconnect
from farthing.flows.look_anew import look_anew
from farthing.flows.manage_accounts import AccountEdit, delete_account, edit_account, state_balance
from farthing.flows.manage_budgets import BudgetWish, add_budget
from farthing.flows.manage_recurring import confirm_sure
from farthing.flows.run_rules import run_rules
from farthing.flows.split_up import Slice, split_up
from farthing.flows.watch import watch
from farthing.flows.world import World
from farthing.ledger.lock import bump
from web.lived_in import lived_in
from world import NOW, Family

# What the figures of pages are added up from, and the forecast. What is kept of them (carries, the forecast) and texts are none of it.
TABLES = (
    "transaction", "split", "transaction_tag", "account", "balance_day", "category", "budget", "budget_month", "rollup_month", "recurring",
)  # fmt: skip
BOOK = """
create table wrote (txid bigint not null, household_id bigint not null, what text not null);
create function note() returns trigger language plpgsql security definer as $$
begin
  insert into wrote select distinct txid_current(), r.household_id, tg_argv[0] from touched as r;
  return null;
end $$;
create function note_count() returns trigger language plpgsql security definer as $$
begin
  insert into wrote select txid_current(), n.household_id, 'counted' from now_so as n join was as o using (household_id)
  where n.version - n.said_versions > o.version - o.said_versions;
  insert into wrote select txid_current(), n.household_id, 'counted the past' from now_so as n join was as o using (household_id)
  where n.version - n.said_versions - n.recent_versions > o.version - o.said_versions - o.recent_versions;
  return null;
end $$;
create function note_past() returns trigger language plpgsql security definer as $$
begin
  execute format(
    'insert into wrote select distinct txid_current(), r.household_id, %L from touched as r join household as h using (household_id)
     where %s < h.recent_since', 'past ' || tg_argv[0], tg_argv[1]);
  return null;
end $$;
create trigger noted_count after update on household referencing new table as now_so old table as was
  for each statement execute function note_count();
"""
WATCHED = """
create trigger noted_{verb} after {verb} on {table} referencing {side} table as touched
  for each statement execute function note('{table}')
"""
PAST = {  # where a row of it stands, by its day or its month
    "transaction": "r.date",
    "split": "(select t.date from transaction as t where t.household_id = r.household_id and t.transaction_id = r.transaction_id)",
    "rollup_month": "r.month",
    "category": "'-infinity'",
}
PAST_WATCHED = """
create trigger noted_past_{verb}_{side} after {verb} on {table} referencing {side} table as touched
  for each statement execute function note_past('{table}', $past${day}$past$)
"""
FORGOTTEN = """
select distinct w.what from wrote as w
where w.what not like 'counted%' and not exists (
  select 1 from wrote as c where c.txid = w.txid and c.household_id = w.household_id
    and c.what = case when w.what like 'past %' then 'counted the past' else 'counted' end
)
order by 1
"""


@asynccontextmanager
async def book_kept(superuser: asyncpg.Connection[asyncpg.Record]) -> AsyncIterator[None]:
    """While the block runs; nothing is left of it."""
    await superuser.execute(BOOK)
    verbs = (("insert", "new"), ("update", "new"), ("delete", "old"))
    for table in TABLES:
        for verb, side in verbs:
            await superuser.execute(WATCHED.format(verb=verb, table=table, side=side))
    for table, day in PAST.items():
        for verb, side in (*verbs, ("update", "old")):
            await superuser.execute(PAST_WATCHED.format(verb=verb, table=table, side=side, day=day))
    try:
        yield
    finally:
        await superuser.execute("drop function note, note_past, note_count cascade; drop table wrote")


async def forgotten(superuser: asyncpg.Connection[asyncpg.Record]) -> list[str]:
    """Tables that some transaction wrote without counting on."""
    return [r["what"] for r in await superuser.fetch(FORGOTTEN)]


async def changed_in_every_way(family: Family) -> None:
    """Rows, pairs, categories, budgets: everything that figures at hand are tried with, one after the other."""
    await family.bank(*ROWS)
    FILED[family.household_id], _ = await family.bank.file("2026-11-07 -9.00 KIOSK")
    await add_budget(*who(family), BudgetWish(category_id=await family.category("groceries"), limit="100", starts=NOVEMBER.first))
    for change in sorted(CHANGES, key=lambda one: one.__name__ == "split"):  # what was split cannot be merged
        await change(family)
    parts = [Slice(-2_000, await family.category("groceries")), Slice(-2_400, await family.category("vet"))]
    await split_up(*who(family), await family.id_of("b1"), parts)


async def lived(world: World) -> None:
    """A household with something of everything, by its API; its rules applied, its series looked for, its bank left."""
    family, _ = await lived_in(world)
    await run_rules(*who(family))
    await look_anew(world, family.household_id)
    await confirm_sure(*who(family))
    await watch(world, family.household_id)
    wallet = await family.account_id("Wallet")
    await state_balance(*who(family), wallet, day=NOW.date(), balance="12.00")
    await edit_account(*who(family), wallet, AccountEdit(hidden=True))
    await delete_account(*who(family), wallet)
    await disconnect(*who(family), await family.bank.link(), History.DELETE)


async def test_nobody_writes_what_figures_are_made_of_without_counting_on(
    world: World, household: Family, superuser: asyncpg.Connection[asyncpg.Record]
) -> None:
    async with book_kept(superuser):
        await changed_in_every_way(household)
        await lived(world)
        assert await superuser.fetchval("select count(distinct what) from wrote") == len(TABLES) + len(PAST) + 2
        assert await forgotten(superuser) == []


async def test_who_forgets_is_found(household: Family, superuser: asyncpg.Connection[asyncpg.Record]) -> None:
    await household.bank("2026-11-03 -3.10 BLUE BOTTLE b1")
    async with book_kept(superuser):
        async with household.unit() as (unit, _):
            await unit.conn.execute("update transaction set hidden = true where household_id = $1", household.household_id)
        assert await forgotten(superuser) == ["transaction"]


async def test_who_forgets_the_past_is_found(household: Family, superuser: asyncpg.Connection[asyncpg.Record]) -> None:
    """A row of October is written by somebody who says that only rows of this month were."""
    await household.bank("2026-10-03 -3.10 BLUE BOTTLE b1", "2026-11-03 -3.10 BLUE BOTTLE b2")
    async with book_kept(superuser):
        async with household.desk() as desk:
            await desk.unit.conn.execute(
                "update transaction set hidden = true where household_id = $1 and date < '2026-11-01'", household.household_id
            )
            await bump(desk.unit, desk.household, today=desk.today, months=[NOVEMBER.first])
        assert await forgotten(superuser) == ["past transaction"]
