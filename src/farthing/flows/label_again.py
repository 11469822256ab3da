"""A label anew for rows we hold, as if they came today: what is remembered, then what the world knows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from farthing.categorize import Facts, decide, recall
from farthing.core.ids import CategoryId
from farthing.flows.desk import Desk
from farthing.ingest.pairing.decisions import paired
from farthing.ingest.pairing.model import KIND_TRANSFER, TRANSFER
from farthing.ledger.accounts import accounts
from farthing.ledger.label import Stored
from farthing.ledger.model import Label, Source
from farthing.ledger.post import Payee
from farthing.ledger.reading.payees import payees_some


async def label_again(desk: Desk, rows: Sequence[Stored], *, without: Collection[tuple[int, int]] = ()) -> dict[int, Label]:
    """The label that nobody's word would give, by transaction id; halves of a transfer stay one, but for the pairs `without`."""
    if not rows:
        return {}
    ids = [r.transaction_id for r in rows]
    payee_ids = sorted({r.payee_id for r in rows})
    payees = await payees_some(desk.unit, desk.sealer, payee_ids)
    kinds = {i: a.kind.slug for i, a in (await accounts(desk.unit, desk.sealer)).items()}
    remembered = await recall(desk.unit, payee_ids)
    facts = [facts_of(r, payees, kinds.get(r.account_id, "checking")) for r in rows]
    labels = dict(zip(ids, decide(facts, remembered, groups=desk.categories.own_groups), strict=True))
    for decision in await paired(desk.unit, ids):
        if decision.kind != KIND_TRANSFER or not decision.holds or decision.ids in without:
            continue
        for leg in decision.ids:
            if leg in labels and desk.group_of(labels[leg].category_id) != "transfer":
                labels[leg] = Label(CategoryId(TRANSFER), Source.TRANSFER, 900)
    return labels


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
    )
