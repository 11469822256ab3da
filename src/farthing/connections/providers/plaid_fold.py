"""What pages of `/transactions/sync` add up to: the last word per id, and our lines of it. Pure, so that a replay reads as the sync did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from farthing.connections.model import Refused
from farthing.connections.providers import plaid_wire as wire
from farthing.core.errors import Rejected
from farthing.ledger.model import BankAccount, StatementLine


class Loop(msgspec.Struct):
    """What the pages read so far add up to: the last word per id, in the order of change."""

    accounts: dict[str, wire.WireAccount] = {}
    rows: dict[str, wire.WireTransaction] = {}
    removed: dict[str, str] = {}
    pages: list[bytes] = []
    refused: list[Refused] = []
    cursor: str = ""
    status: str = ""


def fold(loop: Loop, page: wire.WirePage) -> None:
    """Later pages have the last word; within a page a removal has."""
    loop.cursor, loop.status = page.next_cursor, page.transactions_update_status
    for account in page.accounts:
        loop.accounts[account.account_id] = account
    for row in (*page.added, *page.modified):
        loop.rows.pop(row.transaction_id, None)
        loop.rows[row.transaction_id] = row
        loop.removed.pop(row.transaction_id, None)
    for gone in page.removed:
        loop.rows.pop(gone.transaction_id, None)
        loop.removed[gone.transaction_id] = gone.account_id


def accounts_of(known: dict[str, wire.WireAccount], refused: list[Refused]) -> tuple[list[BankAccount], dict[str, str], list[Refused]]:
    accounts, refused = [], list(refused)
    for ref, account in known.items():
        try:
            accounts.append(wire.account_of(account))
        except Rejected as error:
            refused.append(Refused(ref[: wire.REF_MAX], error.detail))
    return accounts, {a.ref: a.currency for a in accounts}, refused


def lines_of(
    rows: dict[str, wire.WireTransaction], units: Mapping[str, str], refused: list[Refused], today: dt.date
) -> list[StatementLine]:
    """The rows of this item's own accounts; what does not fit is added to `refused`."""
    lines = []
    for ref, row in rows.items():
        try:
            if row.account_id not in units:
                raise Rejected("unknown_account", "the row names an account that is not part of this link")
            lines.append(wire.line_of(row, account_unit=units[row.account_id], today=today))
        except Rejected as error:
            refused.append(Refused(ref[: wire.REF_MAX], error.detail, wire.what_of(row)))
    return lines


def reread(pages: Sequence[bytes], units: Mapping[str, str], today: dt.date) -> tuple[list[StatementLine], list[tuple[str, str]]]:
    """Pages that were kept, as the sync of `today` read them: lines, and (account, id) of what was taken back.

    `units` are those of the accounts as they were known then, which the pages alone need not say.
    """
    loop = Loop()
    for body in pages:
        page, refused = wire.read_page(body)
        loop.refused += refused
        fold(loop, page)
    return lines_of(loop.rows, units, loop.refused, today), [(account, ref) for ref, account in loop.removed.items()]
