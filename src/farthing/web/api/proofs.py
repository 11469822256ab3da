"""/api/v1/accounts/{id}/proof: whether an account's balances are what its rows add up to."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import get
from litestar.params import FromPath, QueryParameter

from farthing.core.dates import parse_day
from farthing.core.ids import internal, public
from farthing.core.money import decimal_text
from farthing.flows.desk import read_desk
from farthing.flows.prove_accounts import Proved, prove_account, why
from farthing.ledger.accounts import Account
from farthing.ledger.proof.model import Gap, Suspect
from farthing.web.api.objects import day
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, world_of

TAGS = ["Accounts"]


class SuspectObject(msgspec.Struct):
    """A likely reason of a gap, the likeliest first. `transaction_id` null: a row that is not here; with another where it takes two."""

    transaction_id: str | None
    with_transaction_id: str | None
    kind: str
    why: str


class GapObject(msgspec.Struct):
    """The balance moved by `amount` more than the rows of the days `from` to `to` say; `closed_on`: the day since which it agrees again.

    open: it stays so; new: for less than three days; timing: balance and row did not move on the same day, heals by itself; closed: it
    healed; adjusted: the owner stated the balance, and the ledger goes on from it.
    """

    first: str = msgspec.field(name="from")
    last: str = msgspec.field(name="to")
    amount: str
    state: str
    closed_on: str | None
    suspects: list[SuspectObject]


class ProofObject(msgspec.Struct):
    """Of each day whose balance was said: opening + rows = that balance, or a gap. `explained` of `days` agree, as a share of one.

    `since`: the day the proof starts from, null when no balance is known; `explained` null when no day can be proved. `said_balance` is
    the last one said, on `said_on`; `our_balance` is what the rows make of that day. `basis`: whether balances count what is booked, what
    is pending too, or rows by their owner's own dates.
    """

    account_id: str
    currency: str
    basis: str
    since: str | None
    days: int
    days_explained: int
    explained: float | None
    said_on: str | None
    said_balance: str | None
    our_balance: str | None
    gaps: list[GapObject]


@get("/api/v1/accounts/{account_id:str}/proof", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Prove an account's balances")
async def get_proof(
    request: Ask,
    calling: Calling,
    account_id: FromPath[str],
    from_day: Annotated[str | None, QueryParameter(name="from", description="YYYY-MM-DD, included; default 400 days ago")] = None,
    to_day: Annotated[str | None, QueryParameter(name="to", description="YYYY-MM-DD, included; default today")] = None,
) -> ProofObject:
    """Each day's balance against the rows. A gap names the rows that are likely missing, doubled, stale pending or of the wrong sign."""
    key = internal("acc", account_id, household=calling.household_id)
    first = parse_day(from_day, field="from") if from_day is not None else None
    last = parse_day(to_day, field="to") if to_day is not None else None
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        found = await prove_account(desk, key, first=first, last=last)
    request.app.state.access.saw(calling.household_id, calling.actor, [key])
    return proof_object(found, calling.household_id)


def proof_object(found: Proved, household: int) -> ProofObject:
    """A proof as the API answers it."""
    account, proof = found.account, found.proof

    def money(minor: int | None) -> str | None:
        return None if minor is None else decimal_text(minor, account.currency)

    return ProofObject(
        account_id=public("acc", account.account_id, household=household),
        currency=account.currency,
        basis=proof.basis.name.lower(),
        since=day(proof.anchor),
        days=proof.days,
        days_explained=proof.explained,
        explained=round(proof.explained / proof.days, 4) if proof.days else None,
        said_on=day(proof.said.day) if proof.said else None,
        said_balance=money(proof.said.balance) if proof.said else None,
        our_balance=money(proof.ours),
        gaps=[_gap(g, account) for g in proof.gaps],
    )


def _gap(gap: Gap, account: Account) -> GapObject:
    return GapObject(
        first=gap.first.isoformat(),
        last=gap.last.isoformat(),
        amount=decimal_text(gap.amount, account.currency),
        state=gap.state,
        closed_on=day(gap.closed_on),
        suspects=[_suspect(s, gap, account) for s in gap.suspects],
    )


def _suspect(suspect: Suspect, gap: Gap, account: Account) -> SuspectObject:
    ids: list[str | None] = [public("txn", r.transaction_id) for r in suspect.rows]
    one, other = [*ids, None, None][:2]
    said = why(suspect, gap, day=str, money=lambda minor: f"{decimal_text(minor, account.currency)} {account.currency}")
    return SuspectObject(one, other, suspect.kind, said)


routes: list[Any] = [get_proof]
