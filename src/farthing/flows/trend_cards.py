"""Trends that the household put on Overview: what each comes to, at hand where the ledger has not changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode

import msgspec

from farthing.core.errors import Rejected
from farthing.flows.desk import Desk, accounts_of
from farthing.flows.hot import hot
from farthing.flows.report_spending import summed_anew
from farthing.flows.report_trends import TrendAsk, TrendRow, read_trends, report_trends
from farthing.flows.view_reports import chosen_accounts
from farthing.people.saved_views import Place, SavedView, saved_views

CARDS_MAX = 4
KEYS_SHOWN = 4
CARD_PARAMETERS = ("measure", "by", "per", "with", "n", "sort", "to", "account")


class CardSums(msgspec.Struct, frozen=True):
    """The first keys in the order asked for, everything together, and how many keys there are."""

    rows: tuple[TrendRow, ...]
    total: TrendRow
    keys: int


class TrendRead(msgspec.Struct, frozen=True):
    """A card's trend, read; or why it could not be: `wrong` is a sentence, and then there is nothing else."""

    view: SavedView
    asked: TrendAsk | None = None
    sums: CardSums | None = None
    wrong: str = ""


async def read_cards(desk: Desk) -> Sequence[TrendRead]:
    """Every card, the oldest first. A household without cards is asked for nothing else."""
    held = await saved_views(desk.unit, desk.sealer, Place.TRENDS)
    if not held:
        return ()
    return await desk.unit.side_by_side(*(_read(desk, view) for view in sorted(held, key=lambda v: v.view_id)))


async def _read(desk: Desk, view: SavedView) -> TrendRead:
    """One that cannot be drawn any more says why, and leaves the page as it is."""
    if not view.query:  # its seal is broken
        return TrendRead(view, wrong="It cannot be read.")
    try:
        asked = await read_card_query(desk, dict(parse_qsl(view.query)))
        sums = await hot(desk, "card", asked, CardSums, lambda: _summed(desk, asked))
    except Rejected as error:
        gone = "It names an account that is gone." if error.field == "account" else f"{error.detail[:1].upper()}{error.detail[1:]}."
        return TrendRead(view, wrong=gone)
    return TrendRead(view, asked, sums)


async def _summed(desk: Desk, asked: TrendAsk) -> CardSums:
    """The tables beneath it are many and large, and are not kept beside it: at the next look they are asked for no more."""
    found = await report_trends(desk, asked, table_of=summed_anew)
    return CardSums(found.rows[:KEYS_SHOWN], found.total, len(found.rows))


async def read_card_query(desk: Desk, given: Mapping[str, str]) -> TrendAsk:
    """The trend that a card's address asks for, today's where it names no day. Raises Rejected with the parameter."""
    account = given.get("account", "")
    chosen = chosen_accounts(account, await accounts_of(desk) if account else {}, desk.household.household_id)
    return read_trends(given, desk.today, chosen)


def card_query(asked: TrendAsk, given: Mapping[str, str]) -> str:
    """The whole question, what is usual too, so that a card stays what it was. It follows the days unless it names one."""
    said = {
        "measure": asked.measure, "by": asked.by, "per": asked.per, "with": asked.against, "n": str(len(asked.spans)), "sort": asked.sort,
        "to": given.get("to", ""), "account": given.get("account", ""),
    }  # fmt: skip
    return urlencode({name: text for name, text in said.items() if text})
