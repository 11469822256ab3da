"""Rows made readable: merchant, category with its reason, tags, parts, the other half. What the API answers and what pages draw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from farthing.categorize import Category, Facts, Names, Remembered, Said, explain, recall
from farthing.categorize.tuning.versions import words_of
from farthing.flows.desk import Desk, accounts_of
from farthing.flows.judge import named_rules
from farthing.ingest.pairing.decisions import paired
from farthing.ingest.pairing.model import KIND_REFUND, KIND_TRANSFER
from farthing.ledger.accounts import Account
from farthing.ledger.label import Part, Stored, splits_of, tags
from farthing.ledger.model import Discarded, Source, Status
from farthing.ledger.post import Payee
from farthing.ledger.reading.payees import payees_and_tags
from farthing.security.sealing import UNREADABLE

SOURCE_WORDS = {
    Source.NONE: "none",
    Source.OWNER: "owner",
    Source.RULE: "rule",
    Source.MEMORY: "memory",
    Source.TRANSFER: "transfer",
    Source.MERCHANT: "merchant",
    Source.MCC: "mcc",
    Source.PROVIDER: "provider",
    Source.MODEL: "model",
    Source.PHRASE: "phrase",
    Source.REFUND: "refund",
}
STATUS_WORDS = {status: status.name.lower() for status in Status}


class Counted(msgspec.Struct, frozen=True):
    """Where a row counts: (day, category, minor units), once or once a part; nowhere for transfers, hidden and void rows."""

    date: dt.date
    category: Category
    amount: int


class Shown(msgspec.Struct, frozen=True):
    """A transaction as people and programs see it. `confidence` in per mille."""

    row: Stored
    account: Account
    category: Category
    merchant: str
    said: Said
    names: Names
    tags: tuple[str, ...]
    parts: tuple[tuple[Part, Category], ...]
    counts_in: tuple[Counted, ...]
    transfer_id: int | None = None
    refund_of: int | None = None
    refunded: int = 0  # how much of it came back

    @property
    def status(self) -> str:
        """pending | posted | void."""
        if self.row.status == Status.VOID or self.row.discarded != Discarded.NO:
            return "void"
        return STATUS_WORDS[self.row.status]

    @property
    def why(self) -> str:
        """The category's reason in one sentence: made when somebody reads it, no list does."""
        return explain(self.said, self.names)

    @property
    def model(self) -> str | None:
        """The version of the model that sorted the row: "3", or "3.2" with the household's own second calibration."""
        return words_of(self.row.model) or None

    @property
    def source(self) -> str:
        """The category's source in the API's words."""
        return SOURCE_WORDS[self.row.category_source]


class _Beside(msgspec.Struct, frozen=True):
    accounts: Mapping[int, Account]
    payees: Mapping[int, Payee]
    remembered: Mapping[int, Remembered]
    tag_names: Mapping[int, str]
    tags: Mapping[int, Sequence[int]]
    parts: Mapping[int, Sequence[Part]]
    others: Mapping[int, int]
    purchases: Mapping[int, int]
    refunded: Mapping[int, int]
    names: Names
    rules: Mapping[int, str]


async def show(desk: Desk, rows: Sequence[Stored], *, held: Mapping[int, Account] | None = None) -> list[Shown]:
    """Each row with what stands beside it, in order; a handful of statements for the whole page."""
    if not rows:
        return []
    ids = [r.transaction_id for r in rows]
    payee_ids = sorted({r.payee_id for r in rows})
    by_memory = sorted({r.payee_id for r in rows if r.category_source == Source.MEMORY})
    split_ids = [r.transaction_id for r in rows if r.split]
    (payees, tagged), pairs, remembered, parts, accounts = await desk.unit.side_by_side(
        payees_and_tags(desk.unit, desk.sealer, payee_ids=payee_ids, transaction_ids=ids),
        paired(desk.unit, ids),
        recall(desk.unit, by_memory),
        splits_of(desk.unit, desk.sealer, split_ids),
        _accounts(desk, held),
    )
    joined = [d for d in pairs if d.holds]
    beside = _Beside(
        accounts=accounts,
        payees=payees,
        remembered=remembered,
        tag_names=await tags(desk.unit, desk.sealer) if tagged else {},
        tags=tagged,
        parts=parts,
        others={i: d.other(i) for d in joined if d.kind == KIND_TRANSFER for i in d.ids},
        purchases={d.in_id: d.out_id for d in joined if d.kind == KIND_REFUND},
        refunded=_sums((d.out_id, d.amount or 0) for d in joined if d.kind == KIND_REFUND),
        names=desk.kept.names if desk.kept else Names(),
        rules=await named_rules(desk, rows, payees),
    )
    return [_shown(desk, row, beside) for row in rows]


async def _accounts(desk: Desk, held: Mapping[int, Account] | None) -> Mapping[int, Account]:
    return held if held is not None else await accounts_of(desk)


def _shown(desk: Desk, row: Stored, beside: _Beside) -> Shown:
    payee = beside.payees.get(row.payee_id)
    if payee is None or not payee.merchant:
        payee = Payee(row.bank.text, row.bank.text)
    category = desk.categories.of(row.category_id)
    parts = tuple((p, desk.categories.of(p.category_id)) for p in beside.parts.get(row.transaction_id, ())) if row.split else ()
    tagged = beside.tags.get(row.transaction_id)
    return Shown(
        row=row,
        account=beside.accounts[row.account_id],
        category=category,
        merchant=UNREADABLE if row.bank.text == UNREADABLE else row.owner.merchant or payee.merchant,
        said=_said(row, category, payee, beside),
        names=beside.names,
        tags=tuple(sorted(beside.tag_names[t] for t in tagged if t in beside.tag_names)) if tagged else (),
        parts=parts,
        counts_in=_counts_in(row, category, parts),
        transfer_id=beside.others.get(row.transaction_id),
        refund_of=beside.purchases.get(row.transaction_id),
        refunded=beside.refunded.get(row.transaction_id, 0),
    )


def _sums(amounts: Iterable[tuple[int, int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for key, amount in amounts:
        found[key] = found.get(key, 0) + amount
    return found


def _said(row: Stored, category: Category, payee: Payee, beside: _Beside) -> Said:
    facts = Facts(
        payee_id=row.payee_id,
        key=payee.key,
        text=row.bank.text,
        amount=row.amount,
        currency=row.currency,
        account_kind=beside.accounts[row.account_id].kind.slug,
        provider_code=row.bank.provider_code,
        mcc=row.bank.mcc,
        account_id=row.account_id,
    )
    remembered, rule = beside.remembered.get(row.payee_id), beside.rules.get(row.transaction_id, "")
    return Said(category, row.category_source, row.confidence, payee.merchant, facts, remembered, rule, words_of(row.model))


def _counts_in(row: Stored, category: Category, parts: Sequence[tuple[Part, Category]]) -> tuple[Counted, ...]:
    if not row.counted:
        return ()
    if not row.split:
        return (Counted(row.date, category, row.amount),) if category.group != "transfer" else ()
    return tuple(Counted(row.date, c, p.amount) for p, c in parts if c.group != "transfer")
