"""What a row may belong to, for its owner to choose from: other halves of a transfer, purchases that it may pay back, likeliest first."""

from __future__ import annotations

import datetime as dt

import msgspec

from farthing.flows.desk import Desk, accounts_of
from farthing.flows.list_transactions import list_page
from farthing.flows.show import Shown, show
from farthing.ingest.pairing.decisions import paired
from farthing.ingest.pairing.model import KIND_REFUND, KIND_TRANSFER, REFUND_DAYS_MAX, Decision
from farthing.ledger.label import before
from farthing.ledger.reading.rows import Filter

LEG_DAYS, SHOWN_MAX, READ_MAX = 14, 6, 60
HOME_SLACK = 8  # in 100: what a transfer between units may be off the day's rate


class Counterpart(msgspec.Struct, frozen=True):
    """A row that another may belong to: transfer | refund."""

    kind: str
    shown: Shown


class Ties(msgspec.Struct, frozen=True):
    """What a row belongs to. `purchase` is what it pays back, `refunds` what paid it back, with how much."""

    transfer: Decision | None = None
    purchase: Decision | None = None
    refunds: tuple[Decision, ...] = ()


async def ties_of(desk: Desk, transaction_id: int) -> Ties:
    """What is decided on a row, rejections left out."""
    held = [d for d in await paired(desk.unit, [transaction_id]) if d.holds]
    return Ties(
        transfer=next((d for d in held if d.kind == KIND_TRANSFER), None),
        purchase=next((d for d in held if d.kind == KIND_REFUND and d.in_id == transaction_id), None),
        refunds=tuple(d for d in held if d.kind == KIND_REFUND and d.out_id == transaction_id),
    )


async def tied(desk: Desk, transaction_id: int) -> list[Counterpart]:
    """Rows that a row belongs to: its other half, the purchase that it pays back, the refunds that it had."""
    ties = await ties_of(desk, transaction_id)
    as_what = {d.other(transaction_id): "transfer" for d in [ties.transfer] if d}
    as_what |= {d.other(transaction_id): "refund" for d in [ties.purchase, *ties.refunds] if d}
    held = await before(desk.unit, desk.sealer, sorted(as_what)) if as_what else {}
    return [Counterpart(as_what[s.row.transaction_id], s) for s in await show(desk, list(held.values()))]


async def counterparts(desk: Desk, shown: Shown) -> list[Counterpart]:
    """Rows that may be a row's other half, then purchases that it may pay back; those that belong to others already left out."""
    if shown.status == "void" or shown.transfer_id or shown.refund_of or shown.row.split:
        return []
    halves = [Counterpart("transfer", s) for s in await _halves(desk, shown)] if not shown.refunded else []
    bought = [Counterpart("refund", s) for s in await _bought(desk, shown)] if shown.row.amount > 0 else []
    return halves + bought


async def _halves(desk: Desk, shown: Shown) -> list[Shown]:
    row, reach = shown.row, dt.timedelta(days=LEG_DAYS)
    around = Filter(first=row.date - reach, last=row.date + reach)
    equal = msgspec.structs.replace(around, amount_min=-row.amount, amount_max=-row.amount)
    found = [s for s in (await list_page(desk, equal, limit=READ_MAX)).rows if s.row.currency == row.currency]
    if any(a.currency != row.currency for a in (await accounts_of(desk)).values()):
        sign = {"amount_min": 1} if row.amount < 0 else {"amount_max": -1}
        some = (await list_page(desk, msgspec.structs.replace(around, **sign), limit=READ_MAX)).rows
        found += [s for s in some if s.row.currency != row.currency and _worth_the_same(desk, shown, s)]
    found = [s for s in found if s.row.account_id != row.account_id and not (s.transfer_id or s.refund_of or s.refunded or s.row.split)]
    return sorted(found, key=lambda s: (s.category.group != "transfer", abs((s.row.date - row.date).days)))[:SHOWN_MAX]


def _worth_the_same(desk: Desk, one: Shown, other: Shown) -> bool:
    def worth(s: Shown) -> int | None:
        return s.row.amount if s.row.currency == desk.household.currency else s.row.home_amount

    mine, theirs = worth(one), worth(other)
    return bool(mine and theirs) and 100 * abs((mine or 0) + (theirs or 0)) <= HOME_SLACK * abs(mine or 0)


async def _bought(desk: Desk, shown: Shown) -> list[Shown]:
    """Purchases at the same payee, and rows of exactly that amount in the same account."""
    row = shown.row
    since = Filter(first=row.date - dt.timedelta(days=REFUND_DAYS_MAX), last=row.date + dt.timedelta(days=2), amount_max=-1)
    same = (await list_page(desk, msgspec.structs.replace(since, payees=(row.payee_id,)), limit=READ_MAX)).rows
    whole = msgspec.structs.replace(since, accounts=(row.account_id,), amount_min=-row.amount, amount_max=-row.amount)
    equal = (await list_page(desk, whole, limit=READ_MAX)).rows
    found = {s.row.transaction_id: s for s in (*same, *equal) if s.row.currency == row.currency and not s.transfer_id}
    left = [s for s in found.values() if -s.row.amount - s.refunded > 0]
    return sorted(left, key=lambda s: (s.row.amount != -row.amount, s.row.payee_id != row.payee_id, row.date - s.row.date))[:SHOWN_MAX]
