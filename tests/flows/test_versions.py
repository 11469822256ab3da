"""Whoever writes what figures are made of counts the household's version on in the same transaction: a figure at hand would be wrong else.

The database itself keeps book: of each transaction that wrote a row of such a table, and of each that counted a household on.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from test_hot import CHANGES, FILED, NOVEMBER, PAST, who

from farthing.flows.disconnect import History, disconnect
from farthing.flows.look_anew import look_anew
from farthing.flows.manage_accounts import AccountEdit, delete_account, edit_account, state_balance
from farthing.flows.manage_budgets import BudgetWish, add_budget
from farthing.flows.manage_recurring import confirm_sure
from farthing.flows.run_rules import run_rules
from farthing.flows.watch import watch
from farthing.flows.world import World
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
  return null;
end $$;
create trigger noted_count after update on household referencing new table as now_so old table as was
  for each statement execute function note_count();
"""
WATCHED = """
create trigger noted_{verb} after {verb} on {table} referencing {side} table as touched
  for each statement execute function note('{table}')
"""
FORGOTTEN = """
select distinct w.what from wrote as w
where w.what <> 'counted' and not exists (
  select 1 from wrote as c where c.txid = w.txid and c.household_id = w.household_id and c.what = 'counted'
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
    try:
        yield
    finally:
        await superuser.execute("drop function note, note_count cascade; drop table wrote")


async def forgotten(superuser: asyncpg.Connection[asyncpg.Record]) -> list[str]:
    """Tables that some transaction wrote without counting on."""
    return [r["what"] for r in await superuser.fetch(FORGOTTEN)]


async def changed_in_every_way(family: Family) -> None:
    """Rows, pairs, categories, budgets: everything that figures at hand are tried with, one after the other."""
    await family.bank(*PAST)
    FILED[family.household_id], _ = await family.bank.file("2026-11-07 -9.00 KIOSK")
    await add_budget(*who(family), BudgetWish(category_id=await family.category("groceries"), limit="100", starts=NOVEMBER.first))
    for change in sorted(CHANGES, key=lambda one: one.__name__ == "split"):  # what was split cannot be merged
        await change(family)


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
        assert await superuser.fetchval("select count(distinct what) from wrote") == len(TABLES) + 1
        assert await forgotten(superuser) == []


async def test_who_forgets_is_found(household: Family, superuser: asyncpg.Connection[asyncpg.Record]) -> None:
    await household.bank("2026-11-03 -3.10 BLUE BOTTLE b1")
    async with book_kept(superuser):
        async with household.unit() as (unit, _):
            await unit.conn.execute("update transaction set hidden = true where household_id = $1", household.household_id)
        assert await forgotten(superuser) == ["transaction"]
