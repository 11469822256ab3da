"""Refunds: money that comes back for a purchase, whole or in part, from the same payee; a charge and its reversal. Pure.

A refund belongs to one purchase, a purchase may be paid back in several parts, never more than it was. Nothing is linked that could as well
be linked elsewhere: then the owner is asked. Money between accounts, pay, and what the owner called income are no refunds.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from farthing.ingest.pairing.model import (
    AUTOMATIC_FROM,
    CERTAINTY_MAX,
    DAYS_EARLY,
    KIND_REFUND,
    PURCHASES_MAX,
    REFUND_DAYS_MAX,
    REVERSAL_DAYS_MAX,
    RIVAL_WITHIN,
    SUGGESTED_FROM,
    Leg,
    Match,
    Place,
)
from farthing.ledger.model import Source

SAME_PAYEE, NAMED_PAYEE, LIKE_NAME, NAMELESS = 500, 480, 350, 300
WHOLE, PART, ONLY_ONE = 300, 100, 150
SAME_ACCOUNT, SPENT, SAYS_SO, REVERSES, SOON, LATER = 100, 50, 100, 200, 50, 20
SOON_DAYS, LATER_DAYS = 30, 90
UNSORTED, UNSORTED_PART, OTHER_SORT = -150, -300, -50  # money that goes to a person and comes back may be a loan
SURE_INCOME_FROM = 700


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


REVERSAL_WORDS = _set(
    "REVERSAL REVERSED REVERSE VOID VOIDED CHARGEBACK STORNO STORNIERUNG STORNIERT RUCKBUCHUNG RUECKBUCHUNG RUCKLASTSCHRIFT"
    " RUECKLASTSCHRIFT CANCELLED CANCELED CANCELLATION ANNULATION ANNULLATION EXTOURNE TERUGBOEKING ANULACION CORRECTION DISPUTE"
)
REFUND_WORDS = REVERSAL_WORDS | _set(
    "REFUND REFUNDED REFND RFND REFUNDS RETURNED RETURNS RETOURE ERSTATTUNG RUCKERSTATTUNG RUECKERSTATTUNG REMBOURSEMENT DEVOLUCION"
    " REEMBOLSO RIMBORSO TERUGBETALING ESTORNO ATERBETALNING"
)
_BESIDE = REFUND_WORDS | _set("REV RETURN CREDIT CREDITED GUTSCHRIFT AVOIR")  # not the payee's name, but said of other money too
_FILLING = _set("THE AND FOR OF TO FROM PURCHASE CARD DEBIT POS VISA ONLINE PAYMENT CHARGE MERCHANT AUTH TRANSACTION TRX FEE")
_WORD = re.compile(r"[^\W\d_]{3,}")


class Sorting:
    """What groups of categories say of a row: spent, or money that is no purchase's."""

    def __init__(self, groups: Mapping[int, str]) -> None:
        self._groups = groups

    def is_spent(self, category_id: int) -> bool:
        """Whether rows of the category are purchases."""
        return self._groups.get(category_id, "uncategorised") not in {"income", "transfer", "cash", "uncategorised"}

    def may_pay_back(self, leg: Leg) -> bool:
        """Whether money that came may be a refund."""
        group = self._groups.get(leg.category_id, "uncategorised")
        if not leg.alive or leg.split or leg.amount <= 0 or group in {"transfer", "cash"}:
            return False
        return group != "income" or (leg.source != Source.OWNER and (leg.confidence < SURE_INCOME_FROM or says_refund(leg.text)))

    def may_be_paid_back(self, leg: Leg) -> bool:
        """Whether money that left may be a purchase."""
        group = self._groups.get(leg.category_id, "uncategorised")
        return leg.alive and leg.amount < 0 and group not in {"transfer", "income"}


def says_refund(text: str) -> bool:
    """Whether a bank's text names a refund or a reversal."""
    return not REFUND_WORDS.isdisjoint(_WORD.findall(text))


def says_reversal(text: str) -> bool:
    """Whether a bank's text says that a charge is taken back."""
    return not REVERSAL_WORDS.isdisjoint(_WORD.findall(text))


def without_refund(text: str) -> str:
    """A text in capitals without the words for a refund, as its purchase may have been written; empty if there was none."""
    words = text.split()
    kept = [w for w in words if w.strip(".:-#*/") not in _BESIDE]
    return " ".join(kept) if len(kept) < len(words) else ""


def refunds(
    rows: Iterable[Leg],
    *,
    sorting: Sorting,
    places: Mapping[int, Place],
    refunded: Mapping[int, int],
    taken: Collection[int] = (),
    rejected: Collection[tuple[int, int]] = (),
) -> list[Match]:
    """Refunds with their purchases, those sure enough to be linked and those to be asked about. `refunded`: what of a purchase came back
    already, by its id; `taken`: halves of transfers and refunds that have their purchase.
    """
    legs = [x for x in rows if x.transaction_id not in taken]
    came = [x for x in legs if x.amount > 0 and sorting.may_pay_back(x)]
    shelf = _shelf([x for x in legs if x.amount < 0 and sorting.may_be_paid_back(x)], came) if came else {}
    left = {x.transaction_id: -x.amount - refunded.get(x.transaction_id, 0) for some in shelf.values() for x in some}
    weighed: list[tuple[int, Leg, Leg, tuple[str, ...]]] = []
    for refund in came:
        near = [p for p in _near(refund, shelf) if left[p.transaction_id] >= refund.amount]
        near = [p for p in near if (p.transaction_id, refund.transaction_id) not in rejected]
        weighed += [(*_weigh(p, refund, sorting, places, alone=len(near) == 1), p, refund) for p in near]  # type: ignore[misc]
    return _chosen(weighed, left)  # type: ignore[arg-type]


Shelf = Mapping[tuple[object, ...], Sequence[Leg]]


def _shelf(purchases: Sequence[Leg], came: Sequence[Leg]) -> Shelf:
    """Purchases by payee, and by account and amount: those that what came may be looked for among."""
    payees, amounts = {p for r in came for p in (r.payee_id, *r.alike)}, {-r.amount for r in came}
    shelf: dict[tuple[object, ...], list[Leg]] = {}
    for one in purchases:
        if one.payee_id and one.payee_id in payees:
            shelf.setdefault(("payee", one.payee_id, one.currency), []).append(one)
        if one.amount in amounts:
            shelf.setdefault(("amount", one.account_id, one.amount, one.currency), []).append(one)
    return shelf


def _near(refund: Leg, shelf: Shelf) -> list[Leg]:
    """Purchases that a refund may pay back: of its payee, or those of its amount that a reversal in the same account may mean."""
    found = {
        p.transaction_id: p
        for payee in (refund.payee_id, *refund.alike)
        for p in shelf.get(("payee", payee, refund.currency), ())
        if _days(p, refund) <= REFUND_DAYS_MAX
        and (_days(p, refund) >= 0 or (p.amount == -refund.amount and _days(p, refund) >= -DAYS_EARLY))
    }
    if says_refund(refund.text):
        found |= {
            p.transaction_id: p
            for p in shelf.get(("amount", refund.account_id, -refund.amount, refund.currency), ())
            if -DAYS_EARLY <= _days(p, refund) <= REVERSAL_DAYS_MAX
        }
    every = sorted(found.values(), key=lambda p: (p.amount != -refund.amount, abs(_days(p, refund)), p.transaction_id))
    return every[:PURCHASES_MAX]


def _days(purchase: Leg, refund: Leg) -> int:
    return (refund.date - purchase.date).days


def _weigh(purchase: Leg, refund: Leg, sorting: Sorting, places: Mapping[int, Place], *, alone: bool) -> tuple[int, tuple[str, ...]]:
    name, who = _name(purchase, refund)
    if not name:
        return 0, ()
    days, whole, says = _days(purchase, refund), purchase.amount == -refund.amount, says_refund(refund.text)
    spent = sorting.is_spent(purchase.category_id)
    score = name + (WHOLE if whole else PART + (ONLY_ONE if alone else 0))
    score += SAME_ACCOUNT if purchase.account_id == refund.account_id else 0
    score += SAYS_SO if says else 0
    score += SOON if days <= SOON_DAYS else LATER if days <= LATER_DAYS else 0
    reverses = whole and says_reversal(refund.text) and purchase.account_id == refund.account_id and days <= REVERSAL_DAYS_MAX
    score += REVERSES if reverses else 0
    if spent:
        score += SPENT
    elif not says and places[purchase.account_id].kind != "card":
        score += UNSORTED if whole else UNSORTED_PART
    if spent and sorting.is_spent(refund.category_id) and purchase.category_id != refund.category_id:
        score += OTHER_SORT
    when = "same day" if not days else f"{abs(days)} {'day' if abs(days) == 1 else 'days'}"
    told = ["the whole amount" if whole else "a part of it", who, when]
    return score, (*told, *(["it says so"] if says else []))


def _name(purchase: Leg, refund: Leg) -> tuple[int, str]:
    """Whether both name one payee; a reversal that names nobody contradicts nobody."""
    if refund.payee_id and purchase.payee_id == refund.payee_id:
        return SAME_PAYEE, "the same payee"
    if purchase.payee_id in refund.alike:
        return NAMED_PAYEE, "the same payee"
    left = _words(refund.text)
    if not left:
        return (NAMELESS, "it names nobody") if says_reversal(refund.text) else (0, "")
    return (LIKE_NAME, "a name alike") if left & _words(purchase.text) else (0, "")


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text)) - _BESIDE - _FILLING


def _chosen(weighed: Sequence[tuple[int, tuple[str, ...], Leg, Leg]], left: dict[int, int]) -> list[Match]:
    """The surest first, each refund once, no purchase more than it has left."""
    found: list[Match] = []
    done: set[int] = set()
    best = sorted(weighed, key=lambda w: (-w[0], abs(_days(w[2], w[3])), w[2].transaction_id, w[3].transaction_id))
    for score, why, purchase, refund in best:
        if refund.transaction_id in done or score < SUGGESTED_FROM or left[purchase.transaction_id] < refund.amount:
            continue
        done.add(refund.transaction_id)
        rivals = [
            w
            for w in weighed
            if w[3] is refund and w[2] is not purchase and w[0] > score - RIVAL_WITHIN and left[w[2].transaction_id] >= refund.amount
        ]
        sure = score >= AUTOMATIC_FROM and not any(_another(w[2], purchase, refund) for w in rivals)
        if sure:
            left[purchase.transaction_id] -= refund.amount
        found.append(Match(purchase, refund, min(score, CERTAINTY_MAX), why, automatic=sure, kind=KIND_REFUND))
    return found


def _another(rival: Leg, purchase: Leg, refund: Leg) -> bool:
    """Whether it matters which of two it is: of equal purchases at one payee the nearest is as good as any."""
    return not (rival.payee_id == purchase.payee_id and rival.amount == purchase.amount == -refund.amount)
