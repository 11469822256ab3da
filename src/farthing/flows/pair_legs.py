"""Rows made ready for pairing: what came, what the bank moved, and what is to be looked for in the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import msgspec

from farthing.categorize import Names
from farthing.categorize.clean import NAMELESS, fold, key_of
from farthing.core.ids import CategoryId
from farthing.flows.desk import Desk
from farthing.ingest.pairing.decisions import Looks, Wanted
from farthing.ingest.pairing.model import TRANSFER, Leg, Place
from farthing.ingest.pairing.pair import Meaning, reach
from farthing.ingest.pairing.refund import Sorting, says_refund, without_refund
from farthing.ledger.accounts import Account
from farthing.ledger.label import Stored
from farthing.ledger.model import Discarded, Held, Label, Plan, Posting, Source, Status

VAGUE = ("deposits", "other_income")
Moved = tuple[Posting, dt.date | None]  # what the bank states now, and the owner's day for it


class Reader:
    """Reads rows for one unit of work: which categories mean what, and whom texts name."""

    def __init__(self, desk: Desk, names: Names | None = None) -> None:
        self._desk, self.home = desk, desk.household.currency
        self._folded = fold if names is None else names.folded  # most texts of a batch were folded to be keyed
        self.sorting = Sorting(desk.categories.groups)

    @cached_property
    def meaning(self) -> Meaning:
        """Which of the household's categories make a row half of a transfer."""
        categories = self._desk.categories
        return Meaning(categories.transfers, [c.category_id for c in categories.every if c.slug in VAGUE and not c.own])

    @cached_property
    def nameless(self) -> frozenset[int]:
        """Payees that are nobody: two of them are not the same."""
        return frozenset(self._payee(key) for key in NAMELESS)

    def _payee(self, key: str) -> int:
        return self._desk.sealer.index64("payee", key.encode())

    def read(self, words: Sequence[str | None], amount: int) -> tuple[str, tuple[int, ...]]:
        """A bank's text, reference and counterparty in capitals; and for money that came, whom it names beside its own payee."""
        folded = self._folded(words[0] or "")
        bare = without_refund(folded) if amount > 0 else ""
        whole = fold(" ".join(filter(None, words[:3]))) if any(words[1:3]) else folded
        return whole, ((self._payee(key_of(bare)),) if bare else ())

    def leg(self, posting: Posting, homes: Mapping[int, int | None], label: Label | None, *, split: bool = False) -> Leg:
        """A row as the bank states it; without a label it may be anything, and is looked at as a transfer."""
        line = posting.incoming.line
        amount, unit = line.amount.minor, line.amount.currency
        text, alike = self.read((line.text, line.reference, line.counterparty), amount)
        payee_id = posting.incoming.payee_id
        return Leg(
            transaction_id=posting.transaction_id,
            account_id=posting.incoming.account_id,
            amount=amount,
            currency=unit,
            home=amount if unit == self.home else homes.get(posting.transaction_id),
            date=posting.occurred,
            category_id=label.category_id if label else TRANSFER,
            source=label.source if label else Source.NONE,
            confidence=label.confidence if label else 0,
            payee_id=0 if payee_id in self.nameless else payee_id,
            text=text,
            alike=alike,
            split=split,
        )

    def held(self, row: Stored) -> Leg:
        """A row that we hold."""
        text, alike = self.read((row.bank.text, row.bank.reference, row.bank.counterparty), row.amount)
        return Leg(
            transaction_id=row.transaction_id,
            account_id=row.account_id,
            amount=row.amount,
            currency=row.currency,
            home=row.amount if row.currency == self.home else row.home_amount,
            date=row.date,
            category_id=row.category_id,
            source=row.category_source,
            confidence=row.confidence,
            payee_id=0 if row.payee_id in self.nameless else row.payee_id,
            text=text,
            split=row.split,
            alike=alike,
        )

    def restated(self, leg: Leg, moved: Moved | None, homes: Mapping[int, int | None], *, dead: bool) -> Leg:
        """A row we hold as it is once the plan is carried out."""
        if moved is not None:
            posting, own_day = moved
            now = self.leg(posting, homes, Label(CategoryId(leg.category_id), leg.source, leg.confidence))
            return msgspec.structs.replace(now, split=leg.split, date=posting.occurred if own_day is None else own_day)
        if dead or leg.payee_id in self.nameless:
            return msgspec.structs.replace(leg, alive=leg.alive and not dead, payee_id=0 if leg.payee_id in self.nameless else leg.payee_id)
        return leg


def moved_by(plan: Plan, held: Mapping[bytes, Held]) -> dict[int, Moved]:
    """Rows that the bank restated so that they are others for pairing; else pairs go by transaction and stay."""
    return {int(p.transaction_id): found for p in plan.changed if (found := _moved(p, held))}


def _moved(posting: Posting, held: Mapping[bytes, Held]) -> Moved | None:
    was = held.get(posting.replaces or posting.incoming.ref) or held.get(posting.incoming.ref)
    if was is None:
        return posting, None
    amount = posting.incoming.line.amount
    same = (was.amount, was.currency, was.date) == (amount.minor, amount.currency, posting.occurred)
    if same and was.status != Status.VOID and was.discarded == Discarded.NO:
        return None
    return posting, was.counts_on if was.counts_on != was.date else None


def looks_of(reader: Reader, fresh: Iterable[Leg], moved: Sequence[Leg], ids: Iterable[int]) -> Looks:
    """What the ledger is asked for: what may belong to rows that came (sorted) and rows that moved (whose sorting is not known yet)."""
    meaning, sorting = reader.meaning, reader.sorting
    new = [x for x in fresh if not x.split]
    legs = [*(x for x in new if x.category_id in meaning.candidates and x.amount), *moved]
    came = [*(x for x in new if sorting.may_pay_back(x)), *(x for x in moved if x.amount > 0)]
    bought: dict[int, list[Leg]] = {}
    for one in (*(x for x in new if sorting.may_be_paid_back(x)), *(x for x in moved if x.amount < 0)):
        if one.payee_id:
            bought.setdefault(one.payee_id, []).append(one)
    return Looks(
        ids=frozenset(ids),
        legs=[_wanted(x, meaning) for x in legs],
        back=[(payee, x.date, x.amount, x.currency) for x in came for payee in (x.payee_id, *x.alike) if payee],
        void=[(x.account_id, x.date, x.amount) for x in came if says_refund(x.text)],
        bought=[(p, min(x.date for x in xs), max(x.date for x in xs), max(-x.amount for x in xs)) for p, xs in bought.items()],
    )


def _wanted(leg: Leg, meaning: Meaning) -> Wanted:
    low, high = sorted(reach(leg, meaning))
    return Wanted(leg.date, low, high, leg.currency, leg.category_id in meaning.transfers)


def places_of(accounts: Mapping[int, Account]) -> dict[int, Place]:
    """Accounts as texts name them."""
    return {i: Place(a.kind.slug, fold(a.text.name), a.text.mask) for i, a in accounts.items()}
