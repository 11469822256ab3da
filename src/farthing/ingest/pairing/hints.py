"""What the text of one leg says of the account on the other side: its number, its name, its kind, the owner's own name. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from farthing.ingest.pairing.model import Leg, Place

NUMBERED, NAMED, OF_KIND, OWN_NAME = 200, 100, 100, 220
STRANGER, OTHER_KIND = -400, -200
ELSEWHERE = -450  # more than all else that two equal rows of one day can say: what a text contradicts is asked about
WORD_CHARS_MIN = 4

_NUMBER, _BETWEEN = re.compile(r"\d{4,}"), re.compile(r"[^\w]+")
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
# Words that texts use of any money: alone they name no account, or whoever calls one so would be asked at each row that says it.
_OF_ANY_MONEY = frozenset(
    (
        "BARGELD", "BILL", "BILLS", "BUSINESS", "CASH", "CASHBACK", "CHECK", "CHEQUE", "CURRENT", "DEPOSIT", "DIRECT", "EFECTIVO",
        "ESPECES", "FAMILY", "FUNDS", "GELD", "GENERAL", "HAUS", "HOME", "HOUSE", "INTEREST", "LOHN", "MIETE", "MOBILE", "MONEY", "ORDER",
        "PAYROLL", "PENSION", "PERSONAL", "PRIVAT", "PURCHASE", "REFUND", "RENT", "SALARY", "SAVE", "SHARED", "SPEND", "SPENDING", "WAGES",
        "WALLET", "WIRE",
    )
)  # fmt: skip


class Hints:
    """What texts say of the accounts `places`, each text read once. `names`: the members' own, in capitals."""

    def __init__(self, places: Mapping[int, Place], names: Collection[str] = ()) -> None:
        self._places, self._names = places, names
        self._own = {i: _own_words(p.name) for i, p in places.items()}
        self._read: dict[str, tuple[frozenset[str], frozenset[int]]] = {}

    def hint(self, leg: Leg, other: Leg) -> tuple[int, str]:
        """Points for the account of `other` being the other side of `leg`, by the text of `leg`, and why."""
        if not leg.text:
            return 0, ""
        points, why = _number(leg.text, self._places[leg.account_id], self._places[other.account_id])
        if points <= 0:
            more, reason = self._name(leg.text, leg.account_id, other.account_id)
            points, why = points + more, reason or why
            if any(_says(self._words(leg.text)[0], name) for name in self._names):
                points, why = points + OWN_NAME, why or "own name"
        return points, why

    def _words(self, text: str) -> tuple[frozenset[str], frozenset[int]]:
        """A text's words, and the accounts that are named whole among them."""
        if (found := self._read.get(text)) is None:
            words = frozenset(_BETWEEN.split(text))
            found = self._read[text] = words, frozenset(i for i, own in self._own.items() if own and own <= words)
        return found

    def _name(self, text: str, here: int, there: int) -> tuple[int, str]:
        words, named = self._words(text)
        if there in named:
            return NAMED, "name"
        kind, own_kind = self._places[there].kind, self._places[here].kind
        said = {kind for kind, marks in _KIND_WORDS.items() if not marks.isdisjoint(words)}
        if kind in said:
            return OF_KIND, "kind"
        if not self._own[there].isdisjoint(words):
            return 0, ""
        if any(self._is_elsewhere(i, here, own_kind) for i in named):
            return ELSEWHERE, "another of your accounts"
        return (OTHER_KIND, "another kind of account") if said - {own_kind} and own_kind not in said else (0, "")

    def _is_elsewhere(self, named: int, here: int, own_kind: str) -> bool:
        """Whether a name is another account's alone, and not this one's or its kind too."""
        own = self._own[named]
        if len(own) == 1 and own <= _OF_ANY_MONEY:
            return False
        return named != here and not own <= self._own[here] and not own <= _KIND_WORDS.get(own_kind, frozenset())


def _own_words(name: str) -> frozenset[str]:
    return frozenset(w for w in name.split() if len(w) >= WORD_CHARS_MIN and w not in _COMMON)


def _number(text: str, here: Place, there: Place) -> tuple[int, str]:
    if there.mask and any(run.endswith(there.mask) for run in _NUMBER.findall(text)):
        return NUMBERED, "number"
    told = set(_TOLD.findall(text)) - {here.mask}
    return (STRANGER, "another account's number") if told and there.mask else (0, "")


def _says(words: Collection[str], name: str) -> bool:
    parts = [p for p in name.split() if len(p) > 1]
    return len(parts) >= 2 and all(p in words for p in parts)
