"""A label anew for rows we hold, as if they came today: what they belong to, what is remembered, then what the world knows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from farthing.categorize import Facts, recall
from farthing.categorize.taxonomy import UNCATEGORISED
from farthing.core.ids import CategoryId
from farthing.flows.desk import Desk, labels_of
from farthing.flows.judge import judge_rows, label_by
from farthing.ingest.pairing.decisions import paired
from farthing.ingest.pairing.model import KIND_REFUND, KIND_TRANSFER, TRANSFER
from farthing.ledger.accounts import accounts
from farthing.ledger.label import Part, Stored, before, splits_of
from farthing.ledger.model import Label, Source
from farthing.ledger.post import Payee
from farthing.ledger.reading.payees import payees_some

SURE = 900


async def label_again(desk: Desk, rows: Sequence[Stored], *, without: Collection[tuple[int, int]] = ()) -> dict[int, Label]:
    """The label that no word about the row itself would give, by transaction id: rules first.

    Halves of transfers and refunds stay so, but for the pairs `without`. In a replay a row is sorted as it was then: rules, memory and the
    model may have changed since.
    """
    if not rows:
        return {}
    ids = [r.transaction_id for r in rows]
    payee_ids = sorted({r.payee_id for r in rows})
    payees = await payees_some(desk.unit, desk.sealer, payee_ids)
    held_accounts = await accounts(desk.unit, desk.sealer)
    kinds = {i: a.kind.slug for i, a in held_accounts.items()}
    remembered = await recall(desk.unit, payee_ids)
    facts = [facts_of(r, payees, kinds.get(r.account_id, "checking")) for r in rows]
    labels = dict(zip(ids, await labels_of(desk, facts, remembered), strict=True))
    held = [d for d in await paired(desk.unit, ids) if d.holds and d.ids not in without]
    for decision in held:
        for leg in decision.ids if decision.kind == KIND_TRANSFER else ():
            if leg in labels and desk.group_of(labels[leg].category_id) != "transfer":
                labels[leg] = Label(CategoryId(TRANSFER), Source.TRANSFER, SURE)
    purchases = {d.in_id: d.out_id for d in held if d.kind == KIND_REFUND and d.in_id in labels}
    labels |= await of_purchases(desk, purchases, {r.transaction_id: r for r in rows})
    unruled = [msgspec.structs.replace(r, category_source=labels[r.transaction_id].source) for r in rows]
    judged = await judge_rows(desk, unruled, payees)
    ruled = {r.transaction_id: label_by(desk, judged.get(r.transaction_id), held_accounts.get(r.account_id), r.amount) for r in rows}
    labels |= {i: label for i, label in ruled.items() if label is not None}
    return {i: desk.sorted_then.get(i, label) for i, label in labels.items()}


async def of_purchases(desk: Desk, purchases: Mapping[int, int], rows: Mapping[int, Stored]) -> dict[int, Label]:
    """What refunds are sorted as, by refund: as their purchases are."""
    if not purchases:
        return {}
    bought = await before(desk.unit, desk.sealer, sorted(set(purchases.values())))
    halved = [i for i, p in bought.items() if p.split]
    parts = await splits_of(desk.unit, desk.sealer, halved) if halved else {}
    return {i: as_refund(bought[p].category_id, parts.get(p, ()), rows[i].amount, SURE) for i, p in purchases.items()}


def as_refund(category_id: int, parts: Sequence[Part], amount: int, sure: int) -> Label:
    """A refund nets the category of its purchase; of one that is split, the part that it pays back, else the largest."""
    if parts:
        category_id = max(parts, key=lambda p: (p.amount == -amount, abs(p.amount))).category_id
    return Label(CategoryId(category_id), Source.REFUND, sure)


def follows(desk: Desk, label: Label, category_id: int) -> bool:
    """Whether a refund of that category takes the label; what its purchase lacks yet, a refund that is sorted does not lose."""
    if label.category_id == category_id:
        return False
    return label.category_id != UNCATEGORISED or desk.group_of(category_id) in {"income", "uncategorised"}


def facts_of(row: Stored, payees: Mapping[int, Payee], account_kind: str) -> Facts:
    """What a stored row tells the decision. How sure the provider was is not kept."""
    payee = payees.get(row.payee_id)
    return Facts(
        payee_id=row.payee_id,
        key=payee.key if payee else row.bank.text,
        text=row.bank.text,
        amount=row.amount,
        currency=row.currency,
        account_kind=account_kind,
        provider_code=row.bank.provider_code,
        mcc=row.bank.mcc,
        account_id=row.account_id,
    )
