"""Whether accounts add up: what banks, files and owners said of them against the rows, and in words why a row may be to blame."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

import msgspec

from farthing.core.dates import EARLIEST
from farthing.core.errors import Missing, Rejected
from farthing.core.ids import public
from farthing.core.money import decimal_text
from farthing.flows.desk import Desk
from farthing.ledger.accounts import Account, accounts
from farthing.ledger.model import Discarded, Status
from farthing.ledger.proof.model import Basis, Gap, Proof, Suspect
from farthing.ledger.proof.read import proofs

SHOWN_DAYS = 400  # what pages look back on: a year, and the month that began it

BASES = {
    Basis.BOOKED: "The balances count what is booked.",
    Basis.WITH_PENDING: "The balances count what is pending as well.",
    Basis.OWN: "Rows count on the days that you gave them.",
}


class Proved(msgspec.Struct, frozen=True):
    """An account with its proof."""

    account: Account
    proof: Proof


async def prove_accounts(
    desk: Desk, held: Mapping[int, Account], *, first: dt.date | None = None, last: dt.date | None = None
) -> dict[int, Proof]:
    """The proofs of accounts over the last `SHOWN_DAYS`, or the days asked for."""
    begun = first or desk.today - dt.timedelta(days=SHOWN_DAYS)
    return await proofs(desk.unit, held, first=begun, last=min(last or desk.today, desk.today), today=desk.today)


async def prove_account(desk: Desk, account_id: int, *, first: dt.date | None = None, last: dt.date | None = None) -> Proved:
    """One account's. Raises Missing, and Rejected when the days run backwards."""
    if first and last and first > last:
        raise Rejected("bad_period", "the first day comes after the last", field="from")
    held = await accounts(desk.unit, desk.sealer)
    if account_id not in held:
        raise Missing("not_found", "no such account")
    found = await prove_accounts(desk, {account_id: held[account_id]}, first=first, last=last)
    return Proved(held[account_id], found[account_id])


async def open_gaps(desk: Desk) -> list[str]:
    """One sentence for each gap that stands in any account since anything is known of it: what the books' proof warns of."""
    held = await accounts(desk.unit, desk.sealer)
    found = await prove_accounts(desk, held, first=EARLIEST)
    return [sentence for i, proof in found.items() for sentence in _told(held[i], proof.open)]


def _told(account: Account, gaps: Iterable[Gap]) -> Iterable[str]:
    def money(minor: int) -> str:
        return f"{decimal_text(minor, account.currency)} {account.currency}"

    for gap in gaps:
        first = gap.suspects[0]
        named = "".join(f"{public('txn', row.transaction_id)}: " for row in first.rows)
        off = f"the balance of account {account.account_id} is off by {money(gap.amount)} since {gap.last}"
        yield f"{off}; {named}{why(first, gap, day=str, money=money)}"


def between(gap: Gap, day: Callable[[dt.date], str]) -> str:
    """`on 4 Nov`, `between 3 Nov and 5 Nov`."""
    return f"on {day(gap.last)}" if gap.first >= gap.last else f"between {day(gap.first)} and {day(gap.last)}"


def why(suspect: Suspect, gap: Gap, *, day: Callable[[dt.date], str], money: Callable[[int], str]) -> str:
    """Why a row may be the reason of a gap, for its owner."""
    if not suspect.rows:
        return f"a row of {money(gap.amount)} {between(gap, day)} is missing"
    row, two = suspect.rows[0], len(suspect.rows) > 1
    match suspect.kind:
        case "doubled" if two:
            return "each has an equal; without these two the balance is right"
        case "doubled":
            equal = f"another of {day(suspect.twin.posted)}" if suspect.twin else "another"
            return f"it equals {equal}; without one of them the balance is right"
        case "missing":
            return _left_out(row.discarded, two=two)
        case "stale_pending":
            counts = "counts it as booked" if gap.amount == row.amount else "no longer counts it"
            return f"it is pending since {day(row.happened)}, and the balance {counts}"
        case "sign":
            return "the gap is twice this row: with the other sign the balance is right"
        case "timing" if row.status == Status.PENDING:
            return "it is pending still, and the balance counts it already"
        case "timing":
            return "the balance and this row did not move on the same day; that goes by itself"
        case _:
            return "the balance does not count it"


def _left_out(discarded: Discarded, *, two: bool) -> str:
    them, they = ("them", "both were") if two else ("it", "it was")
    match discarded:
        case Discarded.BY_OWNER:
            return f"you deleted {them}, and the balance counts {them}"
        case Discarded.BY_UNDO:
            return f"{they} undone with an import or sync, and the balance counts {them}"
        case Discarded.NO:
            return f"the bank took {them} back, and its balance counts {them} still"
        case _:
            return f"you said that another row is {them}, and the balance counts both"
