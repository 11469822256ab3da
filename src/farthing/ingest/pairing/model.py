"""What pairing weighs: legs, the accounts they lie in, and what was found; the thresholds with it.

Points are per mille of certainty, added up. `AUTOMATIC_FROM` asks for two reasons beside equal amounts, `SUGGESTED_FROM` for one.
docs/pairing.md says why each is what it is.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from farthing.ledger.model import Source

AUTOMATIC_FROM, SUGGESTED_FROM, CERTAINTY_MAX = 720, 450, 990
RIVAL_WITHIN = 60  # a second candidate in another account that is nearly as good: the owner is asked
DAYS_BEFORE, DAYS_AFTER = 3, 8  # money may arrive before it left by the banks' days, and a slow transfer takes a week
CANDIDATES_MAX = 8  # of one leg, the nearest in time: a hundred equal rows are not compared each with each
CURRENCY_SLACK = 0.04  # a bank's own rate is up to 4 % off the day's
FEE_PERCENT, FEE_MAX_UNITS = 5, 60  # what a transfer may lose on its way
BY_HAND_PERCENT = 10  # what the owner may call a transfer although the amounts differ

REFUND_DAYS_MAX, DAYS_EARLY, REVERSAL_DAYS_MAX = 180, 2, 10  # a refund may be dated before its purchase is booked
PURCHASES_MAX = 12  # of one refund, those of its amount first, then the latest

# Categories of the system whose ids never change (categorize/taxonomy.csv); an own category of the transfer group counts as TRANSFER.
TRANSFER, CARD_PAYMENT, INVESTING, PEOPLE, LOAN_RECEIVED = 310, 311, 312, 313, 314
OWING = frozenset(("card", "loan"))

PAIRED, CONFIRMED, REJECTED = 1, 2, 3
KIND_TRANSFER, KIND_REFUND = 1, 2


class Leg(msgspec.Struct, frozen=True, gc=False):
    """A row that may belong to another. `home`: its value in the household's unit, None while no rate is known.

    `text`: what the bank wrote, in capitals without accents. `alike`: payees that it names beside its own (`REFUND ZALANDO` names Zalando).
    """

    transaction_id: int
    account_id: int
    amount: int
    currency: str
    home: int | None
    date: dt.date
    category_id: int
    source: Source
    confidence: int = 0
    payee_id: int = 0
    text: str = ""
    alive: bool = True
    split: bool = False
    alike: tuple[int, ...] = ()


class Place(msgspec.Struct, frozen=True):
    """An account as texts name it: its kind, its name in capitals, the last digits of its number."""

    kind: str
    name: str = ""
    mask: str = ""


class Match(msgspec.Struct, frozen=True):
    """Money that left and money that came, and how surely one is the other's. `evidence`: short words, strongest first."""

    out: Leg
    into: Leg
    score: int
    evidence: tuple[str, ...] = ()
    automatic: bool = True
    kind: int = KIND_TRANSFER

    @property
    def ids(self) -> tuple[int, int]:
        """(out, in)."""
        return self.out.transaction_id, self.into.transaction_id


class Decision(msgspec.Struct, frozen=True):
    """What was decided on two rows: by us (paired), by the owner (confirmed, or rejected for good)."""

    out_id: int
    in_id: int
    kind: int
    state: int
    score: int
    amount: int | None = None  # of a refund: how much of it belongs to the purchase

    @property
    def ids(self) -> tuple[int, int]:
        """(out, in)."""
        return self.out_id, self.in_id

    @property
    def holds(self) -> bool:
        """Whether the two belong together."""
        return self.state != REJECTED

    def other(self, transaction_id: int) -> int:
        """The other one of the two."""
        return self.in_id if transaction_id == self.out_id else self.out_id
