"""What the text of one leg says of the account on the other side: its number, its name, its kind, the owner's own name. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from farthing.ingest.pairing.model import Place

NUMBERED, NAMED, OF_KIND, OWN_NAME = 200, 100, 100, 220
STRANGER, OTHER_KIND = -400, -200
WORD_CHARS_MIN = 4

_NUMBER = re.compile(r"\d{4,}")
_TOLD = re.compile(  # digits that are plainly the end of an account's number
    r"(?:[X*.]{2,}|\b(?:SAV|SAVINGS|CHK|CHECKING|ACCT|ACCOUNT|A/C|ENDING(?: IN)?)\b[ .:#X*-]*)(\d{4})\b"
)
_KIND_WORDS: Mapping[str, frozenset[str]] = {
    "savings": frozenset(("SAVINGS", "SAV", "SPARKONTO", "TAGESGELD", "EPARGNE", "LIVRET")),
    "checking": frozenset(("CHECKING", "CHK", "CHEQUING", "GIROKONTO", "GIRO")),
    "card": frozenset(("CRD", "VISA", "MASTERCARD", "AMEX", "CREDITCARD", "KREDITKARTE")),
    "loan": frozenset(("LOAN", "MORTGAGE", "DARLEHEN", "HYPOTHEK")),
    "investment": frozenset(("BROKERAGE", "INVEST", "INVESTMENT", "DEPOT", "IRA")),
}
_COMMON = frozenset(
    ("ACCOUNT", "BANK", "CARD", "CREDIT", "DEBIT", "MAIN", "JOINT", "PLUS", "TRANSFER", "PAYMENT", "ONLINE", "FROM", "WITH")
)


def hint(text: str, *, here: Place, there: Place, names: Collection[str] = ()) -> tuple[int, str]:
    """Points for `there` being the other side of a row in `here`, and why. `names`: the members' own, in capitals."""
    if not text:
        return 0, ""
    points, why = _number(text, here, there)
    if points <= 0:
        words = frozenset(re.split(r"[^\w]+", text))
        more, reason = _name(words, here, there)
        points, why = points + more, reason or why
        if any(_says(words, name) for name in names):
            points, why = points + OWN_NAME, why or "own name"
    return points, why


def _number(text: str, here: Place, there: Place) -> tuple[int, str]:
    if there.mask and any(run.endswith(there.mask) for run in _NUMBER.findall(text)):
        return NUMBERED, "number"
    told = set(_TOLD.findall(text)) - {here.mask}
    return (STRANGER, "another account's number") if told and there.mask else (0, "")


def _name(words: Collection[str], here: Place, there: Place) -> tuple[int, str]:
    own = {w for w in there.name.split() if len(w) >= WORD_CHARS_MIN and w not in _COMMON}
    if own and own <= set(words):
        return NAMED, "name"
    said = {kind for kind, marks in _KIND_WORDS.items() if not marks.isdisjoint(words)}
    if there.kind in said:
        return OF_KIND, "kind"
    if said - {here.kind} and here.kind not in said and not own & set(words):
        return OTHER_KIND, "another kind of account"
    return 0, ""


def _says(words: Collection[str], name: str) -> bool:
    parts = [p for p in name.split() if len(p) > 1]
    return len(parts) >= 2 and all(p in words for p in parts)
