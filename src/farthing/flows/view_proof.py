"""Whether an account adds up, for its page: the reconcile line, its days, and each gap with the rows that may be why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec

from farthing.core.ids import public
from farthing.flows.desk import Desk
from farthing.flows.prove_accounts import BASES, between, why
from farthing.flows.show import Shown, show
from farthing.flows.view_models.charts import Bar, histogram
from farthing.flows.view_models.format import counted
from farthing.flows.view_models.parts import Link, Sentence, words
from farthing.flows.view_models.proof import GapView, ProofView, SuspectRow, SuspectView
from farthing.flows.view_parts import Eye, eye_of
from farthing.ledger.accounts import Account
from farthing.ledger.label import before
from farthing.ledger.model import Discarded
from farthing.ledger.proof.model import Basis, Gap, Proof, Said, Suspect

BAR_DAYS = 90
NEAR = dt.timedelta(days=3)
STANDING_MAX, OVER_MAX = 20, 20
STATES = {
    "open": "Open",
    "new": "New: its row may only be late",
    "timing": "Timing: goes by itself",
    "adjusted": "Set right by you",
}


class _Seen(msgspec.Struct, frozen=True):
    """What gaps are told with."""

    eye: Eye
    account: Account
    rows: Mapping[int, Shown]

    def money(self, minor: int) -> str:
        return str(self.eye.of(minor, self.account.currency, symbol=True))


async def view_proof(desk: Desk, account: Account, proof: Proof) -> ProofView | None:
    """None where nobody ever said what the account holds, or where rows say nothing of what it is worth."""
    if proof.said is None or proof.ours is None:
        return None
    gaps = sorted(proof.gaps, key=lambda g: g.last, reverse=True)
    standing = [g for g in gaps if g.state in {"open", "new", "timing"}][:STANDING_MAX]
    over = [g for g in gaps if g not in standing][:OVER_MAX]
    eye = eye_of(desk)
    seen = _Seen(eye, account, await _rows(desk, account, [*standing, *over]))
    off = proof.said.balance - proof.ours
    return ProofView(
        sentence=_sentence(seen, proof.said, proof.ours),
        agrees=not off,
        alarm=bool(proof.open),
        explained=_explained(eye, proof),
        note=BASES[proof.basis] if proof.basis != Basis.BOOKED else "",
        bars=_bars(proof, proof.said.day),
        bars_summary=_summary(eye, proof),
        first_day=eye.day(proof.said.day - dt.timedelta(days=BAR_DAYS - 1)),
        last_day=eye.day(proof.said.day),
        standing=tuple(_gap(seen, g) for g in standing),
        over=tuple(_gap(seen, g) for g in over),
    )


async def _rows(desk: Desk, account: Account, gaps: list[Gap]) -> dict[int, Shown]:
    ids = sorted({r.transaction_id for g in gaps for s in g.suspects for r in s.rows})
    stored = await before(desk.unit, desk.sealer, ids) if ids else {}
    return {s.row.transaction_id: s for s in await show(desk, list(stored.values()), held={int(account.account_id): account})}


def _who(account: Account, said: Said) -> str:
    if said.by_owner:
        return "You said"
    return "Statement says" if account.by_hand else "Bank says"


def _sentence(seen: _Seen, said: Said, ours: int) -> Sentence:
    """`Bank says 1,204.10 on 27 Nov; we have 1,204.10.`"""
    apart = said.balance - ours
    start = f"{_who(seen.account, said)} {seen.money(said.balance)} on {seen.eye.day(said.day)}; we have {seen.money(ours)}"
    return words(f"{start}.") if not apart else words(f"{start}, ", (f"{seen.money(abs(apart))} apart", "warn"), ".")


def _explained(eye: Eye, proof: Proof) -> str:
    if not proof.days or proof.anchor is None:
        return "Nothing to prove yet: that takes balances of two days."
    share = 100 * proof.explained // proof.days
    return f"{share} % of {counted(proof.days, 'day')} explained, since {eye.day(proof.anchor)}."


def _bars(proof: Proof, last: dt.date) -> tuple[Bar, ...]:
    """A bar a day: full where the balance is explained, marked where it is off, flat where nobody said it."""
    off = dict(proof.gap_by_day)
    days = [last - dt.timedelta(days=n) for n in range(BAR_DAYS - 1, -1, -1)]
    kinds = ["missing" if off.get(day) else "" for day in days]
    return histogram([1 if day in off or day == proof.anchor else 0 for day in days], kinds=kinds)


def _summary(eye: Eye, proof: Proof) -> str:
    assert proof.said is not None
    since = proof.said.day - dt.timedelta(days=BAR_DAYS)
    off = [minor for day, minor in proof.gap_by_day if day > since]
    wrong = sum(map(bool, off))
    return f"{counted(len(off), 'day')} with a balance up to {eye.day(proof.said.day)}, {wrong or 'none'} with a gap"


def _gap(seen: _Seen, gap: Gap) -> GapView:
    eye = seen.eye
    state = f"Closed {eye.day(gap.closed_on)}" if gap.closed_on else STATES[gap.state]
    side = "more" if gap.amount > 0 else "less"
    told = f"The balance has {seen.money(abs(gap.amount))} {side} than the rows {between(gap, eye.day)} make."
    return GapView(
        key=f"gap-{gap.last.isoformat()}",
        when=f"Since {eye.day(gap.last)}",
        amount=eye.of(gap.amount, seen.account.currency, symbol=True, plus=True),
        state=state,
        words=told,
        alarm=gap.state == "open",
        suspects=tuple(_suspect(seen, gap, s) for s in gap.suspects if not s.rows or all(r.transaction_id in seen.rows for r in s.rows)),
    )


def _suspect(seen: _Seen, gap: Gap, suspect: Suspect) -> SuspectView:
    said = why(suspect, gap, day=seen.eye.day, money=seen.money)
    standing = gap.state in {"open", "new", "timing"}
    around = {"from": gap.first - NEAR, "to": gap.last + NEAR}
    list_of = {"account": public("acc", seen.account.account_id, household=seen.eye.household_id), **{k: str(d) for k, d in around.items()}}
    lost = (Link("Look at those days", f"/transactions?{urlencode(list_of)}"), Link("Import a statement", "/imports"))
    return SuspectView(
        why=f"{said[:1].upper()}{said[1:]}.",
        rows=tuple(_row(seen, r.transaction_id, suspect, standing=standing) for r in suspect.rows),
        links=lost if standing and not suspect.rows else (),
    )


def _row(seen: _Seen, key: int, suspect: Suspect, *, standing: bool) -> SuspectRow:
    shown = seen.rows[key]
    intent, label = "", ""
    if standing and suspect.kind in {"doubled", "extra"}:
        intent, label = "delete_row", "Delete it"
    elif standing and shown.row.discarded == Discarded.BY_OWNER:
        intent, label = "restore_row", "Bring it back"
    address = public("txn", key)
    amount = seen.eye.of(shown.row.amount, shown.row.currency, plus=shown.row.amount > 0)
    return SuspectRow(address, f"/transactions/{address}", shown.merchant, seen.eye.day(shown.row.date), amount, intent, label)
