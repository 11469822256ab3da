"""The proofs of accounts: three statements at most, however many accounts and however long their history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from farthing.ledger.accounts import APPRAISED, BALANCE_FROM_OWNER, Account, AccountKind
from farthing.ledger.model import Discarded, Status
from farthing.ledger.proof import queries
from farthing.ledger.proof.model import Moved, Proof, Row, Said, bases_of
from farthing.ledger.proof.prove import TIMING_DAYS, prove, spans_of
from farthing.ledger.reading.worth import stated_balances
from farthing.platform.database import Unit

SPANS_MAX = 60
ROWS_MAX = 5_000
TIMING = dt.timedelta(days=TIMING_DAYS)
ASTRAY = dt.timedelta(days=30)  # further than that from their other days rows are found by an index of their own
PENDING = dt.timedelta(days=45)
# What these are worth moves without rows: markets, and what one would pay.
UNPROVABLE = APPRAISED | {AccountKind.INVESTMENT}


class _Known(msgspec.Struct):
    """What is known of an account: what was said of it, what moved since, and what it was worth before any row."""

    account: Account
    said: list[Said]
    opening: int | None
    moved: list[Moved] = []
    rows: list[Row] = []

    def proof(self, today: dt.date) -> Proof:
        bases = bases_of(by_hand=self.account.by_hand)
        return prove(self.said, self.moved, self.rows, bases=bases, opening=self.opening, today=today)


async def proofs(unit: Unit, held: Mapping[int, Account], *, first: dt.date, last: dt.date, today: dt.date) -> dict[int, Proof]:
    """Of each account the days from `first` to `last`, from the last balance said before them on, if there is one.

    One kept by hand whose first balance comes later starts from its opening balance; a linked one from the first balance of its bank.
    """
    found = {i: Proof() for i in held}
    known = await _said(unit, {i: a for i, a in held.items() if a.kind not in UNPROVABLE}, first, last)
    if not known:
        return found
    await _moved(unit, known)
    found |= {i: k.proof(today) for i, k in known.items()}
    spans = [(i, *span) for i in known for span in spans_of(found[i])[-SPANS_MAX:]]
    if spans:
        await _rows(unit, known, spans)
        found |= {i: known[i].proof(today) for i in {s[0] for s in spans}}
    return found


async def _said(unit: Unit, held: Mapping[int, Account], first: dt.date, last: dt.date) -> dict[int, _Known]:
    known: dict[int, _Known] = {}
    for row in await stated_balances(unit, list(held), first, last):
        account = held[row["account_id"]]
        if account.account_id not in known:
            begins = account.by_hand and row["date"] >= first
            known[account.account_id] = _Known(account, [], (account.opening_balance or 0) if begins else None)
        by_owner = account.by_hand and row["source"] == BALANCE_FROM_OWNER
        known[account.account_id].said.append(Said(row["date"], row["balance"], by_owner))
    return known


async def _moved(unit: Unit, known: Mapping[int, _Known]) -> None:
    rows = await queries.moved_since.rows(
        unit.conn,
        household_id=unit.household_id,
        account_ids=list(known),
        currencies=[k.account.currency for k in known.values()],
        since=[_since(k) for k in known.values()],
    )
    for account_id, *moved in rows:
        known[account_id].moved.append(Moved(*moved))


def _since(known: _Known) -> dt.date:
    """Rows matter from the anchor on; all of them where the account starts from its opening balance."""
    return dt.date(1900, 1, 1) if known.opening is not None else known.said[0].day - TIMING - ASTRAY


async def _rows(unit: Unit, known: Mapping[int, _Known], spans: Sequence[tuple[int, dt.date, dt.date]]) -> None:
    rows = await queries.rows_around.rows(
        unit.conn,
        household_id=unit.household_id,
        account_ids=[s[0] for s in spans],
        firsts=[s[1] for s in spans],
        lasts=[s[2] for s in spans],
        since=[s[1] - PENDING - ASTRAY for s in spans],
        till=[s[2] + ASTRAY for s in spans],
        count=ROWS_MAX,
    )
    for account_id, transaction_id, amount, posted, happened, own, status, discarded, payee_id in rows:
        row = Row(transaction_id, amount, posted, happened, own, Status(status), Discarded(discarded), payee_id)
        known[account_id].rows.append(row)
