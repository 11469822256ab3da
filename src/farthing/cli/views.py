"""What the ledger's commands read, and the record of it: whoever looks at a household's money leaves a trace, at a terminal too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import msgspec

from farthing.budgets import Budget
from farthing.cli.compose import Caller
from farthing.cli.frame import table
from farthing.core.dates import parse_day
from farthing.core.errors import Rejected
from farthing.core.ids import internal
from farthing.core.money import decimal_text
from farthing.flows.desk import Desk, read_desk
from farthing.flows.list_transactions import keyset_of, list_page, list_totals, search
from farthing.flows.show import Shown
from farthing.ledger.reading.counting import Totals
from farthing.ledger.reading.rows import FIRST_DAY, LAST_DAY, Filter
from farthing.security.access import AccessLog

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


async def listed(who: Caller, given: Mapping[str, str | None], *, text: str, limit: int, cursor: str | None) -> Listed:
    """Transactions of the filter, newest first. Raises Rejected, Missing, Malformed."""
    first = parse_day(given["first"], field="from") if given["first"] else FIRST_DAY
    last = parse_day(given["last"], field="to") if given["last"] else LAST_DAY
    if first > last:
        raise Rejected("bad_period", "--from is after --to", field="from")
    account = given["account"]
    places = (internal("acc", account, household=who.household_id),) if account else None
    before = keyset_of(cursor) if cursor is not None else None
    async with read_desk(who.world, who.household_id, who.actor) as desk:
        wanted = Filter(first=first, last=last, accounts=places)
        if text.strip():
            wanted = await search(desk, wanted, text)
        page = await list_page(desk, wanted, limit=limit, before=before)
        return Listed(page.rows, page.after, await list_totals(desk, wanted), desk.household.currency)


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


def budget_name(desk: Desk, budget: Budget) -> str:
    """Its own name, or what it is a limit on."""
    if budget.name:
        return budget.name
    if budget.category_id is not None:
        return desk.categories.of(budget.category_id).name
    return budget.group or "everything"
