"""What a bank's text tells beside the merchant: through whom it was paid, where, and what kind of movement it was."""

from __future__ import annotations

from functools import cache

import msgspec

from farthing.categorize.clean import fold, key_of
from farthing.categorize.knowing.brands import spaced
from farthing.categorize.knowing.phrases import Finder
from farthing.categorize.reading.words import lists, told_towns, towns

# In the order in which they are asked: a fee for a withdrawal is a fee, and a purchase with cash back is a purchase.
KINDS = ("fee", "interest", "payroll", "refund", "card payment", "cash", "direct debit", "standing order", "purchase", "transfer")
_PROCESSORS = {
    "SQ": "Square", "TST": "Toast", "PAYPAL": "PayPal", "PP": "PayPal", "PYPL": "PayPal", "SUMUP": "SumUp", "ZETTLE": "Zettle",
    "IZETTLE": "Zettle", "STRIPE": "Stripe", "SP": "Shopify", "SHOPIFY": "Shopify", "KLARNA": "Klarna", "EB": "Eventbrite",
    "IC": "Instacart", "CLOVER": "Clover", "LIGHTSPEED": "Lightspeed", "ADYEN": "Adyen", "MOLLIE": "Mollie", "WP": "Worldpay",
    "YOCO": "Yoco", "IK": "iKhokha", "SNAPSCAN": "SnapScan", "ZAPPER": "Zapper", "APPLE PAY": "Apple Pay", "APLPAY": "Apple Pay",
    "GOOGLE PAY": "Google Pay", "GPAY": "Google Pay", "CTLP": "Cantaloupe", "UPI": "UPI", "EZI": "Ezidebit", "MERPAGO": "Mercado Pago",
}  # fmt: skip


class Read(msgspec.Struct, frozen=True):
    """`processor`, `place` and `kind` are empty where the text does not tell; `kind` is one of `KINDS`."""

    key: str
    processor: str
    place: str
    kind: str


def read(text: str) -> Read:
    """A descriptor taken apart: "SQ *BLUE BOTTLE #12 OAKLAND CA" was paid through Square in Oakland, CA."""
    folded, key = fold(text), key_of(text)
    return Read(key, _processor(folded), _place(folded, key), _kind(spaced(folded)))


def processor(word: str) -> str:
    """Who pays out where a text begins so ("tst" is Toast), empty where nobody is known."""
    return _PROCESSORS.get(word.upper(), "")


def _processor(folded: str) -> str:
    head, star, _ = folded.partition("*")
    head = head.strip()
    if star and head in lists()["processor"]:
        return _PROCESSORS.get(head, "")
    return next((shown for word, shown in _PROCESSORS.items() if len(word) > 3 and folded.startswith(f"{word} ")), "")


def _place(folded: str, key: str) -> str:
    """Town and state behind the merchant's name; a town that is also a name needs its state."""
    words = [w.strip(".,-") for w in folded.replace("/", " ").split()]
    named = set(key.split())
    for end in range(len(words), 0, -1):
        region = words[end] if end < len(words) and words[end] in lists()["region"] else ""
        longest, every = towns().get(words[end - 1], (0, frozenset()))
        for n in range(min(longest, end - 1), 0, -1):
            town = words[end - n : end]
            if " ".join(town) in every and not named.issuperset(town) and (region or " ".join(town) not in told_towns()):
                return ", ".join(filter(None, (" ".join(town).title(), region)))
    return ""


def _kind(text: str) -> str:
    finder, kinds = _kinds()
    found = {kinds[place] for place, _, _ in finder.find(text)}
    return next((kind for kind in KINDS if kind in found), "")


@cache
def _kinds() -> tuple[Finder, list[str]]:
    shelf = {spaced(words): kind for kind in KINDS for words in lists()[f"kind {kind}"]}
    return Finder(shelf), list(shelf.values())
