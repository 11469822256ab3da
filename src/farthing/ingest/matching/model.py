"""What counts when a row may be another one: every weight, limit and threshold, each with its reason. `docs/matching.md` measures them.

A score is in per mille. It adds up what agrees: the amount, the days, the text, and how the row that we hold came to be free. From
`AUTOMATIC` on two rows are one; from `ASKED` on the owner is asked; below that they are two. Weights are set so that no single thing is
enough: an equal amount (450) on the same day (250) needs a text that says the same, or a row that is known to wait for another.
"""

from __future__ import annotations

import enum

import msgspec

AUTOMATIC = 800
ASKED = 500
NOT_SURE = AUTOMATIC - 1  # what may be asked at most, never done

# Days. A weekend and a holiday lie between a purchase and its booking; ten days are the longest that banks leave a row pending.
CHURN_DAYS_MAX = 3
SETTLE_DAYS_MAX = 10
CLAIM_DAYS_MAX = 3  # a file and a bank may date by purchase and by booking, a weekend apart
ENTRY_DAYS_MAX = 2  # what was written down by hand has the day of the purchase; a day more only under the same name
SUGGEST_DAYS_MAX = 10

# Amounts, as posted to pending.
TIP_MAX = 1.35  # a third on top is a generous tip; more is another bill
RATE_MAX = 0.05  # a card's exchange rate moves less within days; an entry by hand is off by less when it means the same
HOLD_LOW, HOLD_HIGH = 0.02, 1.5  # a pump holds 100 and 2 are filled in; a hotel holds a night and books the minibar besides
DISBELIEF = 2.0  # what a provider's own link may at most double or halve when it names another merchant as well


class Amount(enum.StrEnum):
    """How the amounts agree."""

    EXACT = "exact"
    TIP = "tip"
    RATE = "rate"
    HOLD = "hold"
    MOVED = "moved"


AMOUNT_POINTS = {
    Amount.EXACT: 450,  # to the cent: one row in hundreds by chance
    Amount.RATE: 330,
    Amount.TIP: 300,
    Amount.HOLD: 200,
    Amount.MOVED: 150,
}
TIP_ELSEWHERE = 120  # a tip where nobody tips: the code says groceries
DAY_POINTS, DAY_COST = 250, 25  # the same day; each day apart takes a tenth of it


class Text(enum.StrEnum):
    """How the texts agree."""

    SAME = "same"
    ALIKE = "alike"
    NEAR = "near"
    UNKNOWN = "unknown"
    OTHER = "other"


ALIKE_MIN, NEAR_MIN = 85, 60  # rapidfuzz's token_set_ratio: one text within the other; most of the letters the same
TEXT_POINTS = {Text.SAME: 300, Text.ALIKE: 250, Text.NEAR: 120, Text.UNKNOWN: 100, Text.OTHER: 50}
# Words that every purchase may have: a text of these alone names nobody.
NAMELESS = frozenset({
    "ACH", "AUTH", "AUTHORIZATION", "CARD", "CHECKCARD", "CREDIT", "DEBIT", "ELECTRONIC", "MASTERCARD", "NO", "ONLINE", "PAYMENT",
    "PENDING", "POS", "PURCHASE", "RECURRING", "TEXT", "TRANSACTION", "VISA", "WITHDRAWAL", "KARTENZAHLUNG", "LASTSCHRIFT", "ZAHLUNG",
    "PAIEMENT", "CARTE", "CB",
})  # fmt: skip
STRANGERS = -200  # two merchants and two amounts have nothing to do with each other

CLOSE, RIVAL = 100, 150  # another one that fits as well within so much, and what each of them costs


class Role(msgspec.Struct, frozen=True):
    """Why a row that we hold may be a line that comes. `asks`: never done without the owner."""

    name: str
    points: int
    reach: int  # days
    sure: int  # days within which it may be done without asking
    amounts: frozenset[Amount] = frozenset({Amount.EXACT})
    asks: bool = False
    any_text: bool = False  # the owner's own words need not be the bank's

    @property
    def is_loose(self) -> bool:
        """Whether amounts may differ."""
        return len(self.amounts) > 1


_ANY = frozenset(Amount)
# The bank gave up a pending row just now: something must have become of it.
DROPPED = Role("dropped", 100, SETTLE_DAYS_MAX, SETTLE_DAYS_MAX, _ANY)
# It gave it up some looks ago, and nothing came of it then: an equal amount, or a question.
VANISHED = Role("vanished", 50, SETTLE_DAYS_MAX, SETTLE_DAYS_MAX, frozenset(Amount) - {Amount.MOVED})
# A booked row that went just now may come back under another id; its amount is final.
WITHDRAWN = Role("withdrawn", 100, CHURN_DAYS_MAX, CHURN_DAYS_MAX)
# One that went before: only the very same row.
TAKEN_BACK = Role("taken back", 50, 0, 0)
# The account has a new id since, and all its rows come again.
RENAMED = Role("renamed", 100, CHURN_DAYS_MAX, CHURN_DAYS_MAX)
RENAMED_PENDING = Role("renamed", 100, SETTLE_DAYS_MAX, SETTLE_DAYS_MAX, _ANY)
# Still pending at the bank: an equal row is a second purchase until its owner says otherwise.
PENDING = Role("pending", 0, CHURN_DAYS_MAX, 0, asks=True)
PENDING_HOLD = Role("pending", 0, CHURN_DAYS_MAX, 0, frozenset({Amount.EXACT, Amount.HOLD}), asks=True)
# The owner wrote it down, and it waits for the bank's word.
ENTRY = Role("entry", 100, CLAIM_DAYS_MAX, CLAIM_DAYS_MAX, frozenset({Amount.EXACT, Amount.RATE}), any_text=True)
# A file said it before the bank, or the bank before the file.
FILED = Role("filed", 50, SUGGEST_DAYS_MAX, CLAIM_DAYS_MAX)
# An owner who writes a row down means that row, whatever else looks like it.
WRITTEN_AGAIN = Role("written again", 50, SUGGEST_DAYS_MAX, 0, asks=True)
# Two files of one account: what has an id in neither is known by its content, another format's row by its day as well.
REFILED = Role("refiled", 50, 0, 0)
REFILED_WITH_IDS = Role("refiled", 50, 0, 0, asks=True)

# Where banks hold an amount before they know it, and where people tip.
HOLD_CODES = ("TRANSPORTATION_GAS", "TRAVEL_LODGING", "TRAVEL_RENTAL_CARS")
HOLD_MCC = frozenset({"5541", "5542", "5552", "7011", "7512", "7513", "7519"})
HOLD_MCC_RANGE = (3351, 3999)  # car hire companies and hotels by name
TIP_CODES = ("FOOD_AND_DRINK", "TRANSPORTATION_TAXIS", "PERSONAL_CARE", "TRAVEL_LODGING")
NO_TIP_CODES = ("FOOD_AND_DRINK_GROCERIES",)
TIP_MCC = frozenset({"4121", "4722", "5811", "5812", "5813", "5814", "7011", "7230", "7297", "7298"})
ROUND_UNITS = 5  # a hold is 1, or a multiple of five
