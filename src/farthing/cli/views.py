"""What the ledger's commands read, and the record of it: whoever looks at a household's money leaves a trace, at a terminal too."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterable, Mapping

import msgspec

from farthing.budgets import Budget
from farthing.cli.compose import Caller
from farthing.cli.frame import table
from farthing.core.money import decimal_text
from farthing.flows.desk import Desk, accounts_of, read_desk
from farthing.flows.export_list import export_list
from farthing.flows.list_filter import read_list
from farthing.flows.list_transactions import keyset_of, list_page, list_totals
from farthing.flows.query_language import read_query
from farthing.flows.show import Shown
from farthing.ledger.reading.counting import Totals
from farthing.security.access import AccessLog
from farthing.web.api.batches import BatchEffects, batch_key, page_of_effects
from farthing.web.api.queries import cursor_key

MERCHANT_SHOWN = 36


class Listed(msgspec.Struct, frozen=True):
    """A page of a filter, and the totals of all of it in `currency`."""

    rows: list[Shown]
    after: tuple[dt.date, int] | None
    totals: Totals
    currency: str


async def on_record(who: Caller, account_ids: Iterable[int]) -> None:
    """The trail says who saw these accounts (0: figures over all of them)."""
    access = AccessLog(who.world.db, who.world.keyring, who.world.clock)
    access.saw(who.household_id, who.actor, account_ids)
    await access.flush()


async def listed(who: Caller, given: Mapping[str, str], *, limit: int, cursor: str | None) -> Listed:
    """Transactions of the list that these parameters mean, newest first. Raises Rejected, Missing, Malformed."""
    before = keyset_of(cursor) if cursor is not None else None
    async with read_desk(who.world, who.household_id, who.actor) as desk:
        held = await accounts_of(desk)
        wanted = (await read_list(desk, given, held)).wanted
        page = await list_page(desk, wanted, limit=limit, before=before, held=held)
        return Listed(page.rows, page.after, await list_totals(desk, wanted), desk.household.currency)


async def as_file(who: Caller, given: Mapping[str, str]) -> AsyncIterator[bytes]:
    """Every row of that list as a CSV file in pieces; who saw what goes on record. Raises Rejected, Missing."""
    async with read_desk(who.world, who.household_id, who.actor) as desk:
        wanted = (await read_list(desk, given, await accounts_of(desk))).wanted
    await on_record(who, wanted.accounts or [0])
    return await export_list(who.world, who.household_id, who.actor, wanted)


def parameters(options: Mapping[str, str | None], query: str) -> dict[str, str]:
    """The list's parameters: what a query says goes before the options. Raises Rejected for a query that cannot be read."""
    return {name: text for name, text in options.items() if text} | read_query(query)


def words_of(page: Listed) -> str:
    """The page as a table, with a line of totals."""
    head = ("date", "amount", "", "merchant", "category", "account", "")
    rows = [
        (
            s.row.date.isoformat(),
            decimal_text(s.row.amount, s.row.currency),
            s.row.currency,
            s.merchant[:MERCHANT_SHOWN],
            s.category.name,
            s.account.text.name,
            "" if s.status == "posted" else s.status,
        )
        for s in page.rows
    ]
    flowed, unit = page.totals.flowed, page.currency
    named = {"in": flowed.money_in, "out": flowed.money_out, "net": flowed.net}
    sums = (f"{name} {decimal_text(minor, unit)}" for name, minor in named.items())
    return f"{table(head, rows, right=(1,))}\n{flowed.count} in all: {', '.join(sums)} {unit}" if rows else "no such transaction"


async def inspected(who: Caller, text: str, *, limit: int, cursor: str | None) -> BatchEffects:
    """A page of what one batch did; who saw which accounts goes on record. Raises Missing, Malformed."""
    after = cursor_key("txn", cursor, without=0)
    async with read_desk(who.world, who.household_id, who.actor) as desk:
        found = await page_of_effects(desk, batch_key(text), after=after, limit=limit)
    await on_record(who, found.account_ids)
    return found.told


def batch_words(found: BatchEffects) -> str:
    """A line a row, and a line a field beneath it."""
    lines = []
    for one in found.items:
        row = one.transaction
        lines.append(f"{one.did:<8} {row.date}  {row.amount:>12} {row.currency}  {row.merchant[:MERCHANT_SHOWN]}  {row.id}")
        lines += [f"         {c.field}: {c.before} -> {c.after} ({c.why})" for c in one.changes]
    lines += [f"{o.kind} {o.name}: {o.before} -> {o.after}" for o in found.others]
    if found.next_cursor:
        lines.append(f"more: --cursor {found.next_cursor}")
    return "\n".join(lines) or "nothing of it is in the ledger any more"


def budget_name(desk: Desk, budget: Budget) -> str:
    """Its own name, or what it is a limit on."""
    if budget.name:
        return budget.name
    if budget.category_id is not None:
        return desk.categories.of(budget.category_id).name
    if budget.group is None:
        return "everything"
    group = desk.categories.named.get(budget.group)
    return group.name if group and group.own else budget.group
