"""Words of a bank's text as a sentence quotes them."""

from __future__ import annotations

BEFORE_MAX = 3
# Words that banks cut short, as people say them.
_SHORT = {
    "pymt": "payment", "pymnt": "payment", "pmt": "payment", "epay": "electronic payment", "util": "utility", "wdl": "withdrawal",
    "tfr": "transfer", "xfer": "transfer", "trf": "transfer", "dep": "deposit", "ins": "insurance", "mtg": "mortgage", "svc": "service",
    "chg": "charge", "int": "interest", "txn": "transaction", "ln": "loan", "treas": "treasury", "crd": "card", "rfnd": "refund",
}  # fmt: skip


def quoted(words: str, key: str) -> str:
    """What the bank wrote: one word alone with those before it, as its name has them; and what short ones are short for."""
    quote, named = words, key.lower().split()
    if words in named:
        at = named.index(words)
        quote = " ".join([w for w in named[max(0, at - BEFORE_MAX) : at] if w.isalpha()] + [words])
    whole = " ".join(_SHORT.get(w, w) for w in words.split())
    if whole == words:
        return f"“{quote}”"
    return f"“{quote}”, short for {whole}" if quote == words else f"“{quote}”, where “{words}” is short for {whole}"
