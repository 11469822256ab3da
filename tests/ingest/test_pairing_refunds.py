"""Refunds, the pure part: which purchase money that comes back belongs to, and which money is no refund."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.ingest.pairing.model import Leg, Match, Place
from farthing.ingest.pairing.refund import Sorting, refunds, without_refund
from farthing.ledger.model import Source

CHECKING, CARD = 1, 2
PLACES = {CHECKING: Place("checking"), CARD: Place("card")}
GROUPS = {0: "uncategorised", 10: "income", 40: "food", 50: "shopping", 60: "cash", 310: "transfer"}
SORTED = {"pay": 10, "food": 40, "shopping": 50, "cash": 60, "transfer": 310, "": 0}
PAYEES = {"ZALANDO": 1, "SAFEWAY": 2, "BOB": 3, "ACME": 4, "REFUND ZALANDO": 5, "REVERSAL": 6, "STORNO ZALANDO": 7}
_ids = itertools.count(1)


def row(
    text: str, amount: str, *, day: int = 10, month: int = 11, account: int = CARD, sort: str = "shopping", sure: int = 900,
    source: Source = Source.MERCHANT, split: bool = False,
) -> Leg:  # fmt: skip
    bare = without_refund(text)
    return Leg(
        transaction_id=next(_ids),
        account_id=account,
        amount=round(float(amount) * 100),
        currency="USD",
        home=round(float(amount) * 100),
        date=dt.date(2026, month, day),
        category_id=SORTED[sort],
        source=source,
        confidence=sure,
        payee_id=PAYEES.get(text, 0),
        text=text,
        split=split,
        alike=(PAYEES[bare],) if bare in PAYEES else (),
    )


def found(*rows: Leg, refunded: dict[int, int] | None = None) -> list[Match]:
    return refunds(rows, sorting=Sorting(GROUPS), places=PLACES, refunded=refunded or {})


def said(*rows: Leg) -> list[str]:
    """`made 80.00 of 80.00`, or `asked ...`, for each refund that has a purchase."""
    return [f"{'made' if m.automatic else 'asked'} {m.into.amount / 100:.2f} of {-m.out.amount / 100:.2f}" for m in found(*rows)]


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        pytest.param([row("ZALANDO", "-80"), row("ZALANDO", "80", day=20)], ["made 80.00 of 80.00"], id="in-full"),
        pytest.param([row("ZALANDO", "-80"), row("ZALANDO", "80")], ["made 80.00 of 80.00"], id="on-the-same-day"),
        pytest.param([row("ZALANDO", "80"), row("ZALANDO", "-80")], ["made 80.00 of 80.00"], id="told-before-its-purchase"),
        pytest.param([row("ZALANDO", "-80"), row("ZALANDO", "30", day=12)], ["made 30.00 of 80.00"], id="in-part"),
        pytest.param(
            [row("ZALANDO", "-80"), row("ZALANDO", "30", day=12), row("ZALANDO", "50", day=14)],
            ["made 30.00 of 80.00", "made 50.00 of 80.00"], id="in-two-parts",
        ),
        pytest.param(
            [row("ZALANDO", "-80"), row("ZALANDO", "50", day=12), row("ZALANDO", "50", day=14)], ["made 50.00 of 80.00"],
            id="never-more-than-it-was",
        ),
        pytest.param([row("ZALANDO", "-80"), row("ZALANDO", "90", day=12)], [], id="more-than-it-was"),
        pytest.param(
            [row("ZALANDO", "-80"), row("ZALANDO", "80", day=12, account=CHECKING)], ["made 80.00 of 80.00"], id="to-another-account"
        ),
        pytest.param([row("ZALANDO", "-80", month=2), row("ZALANDO", "80")], [], id="after-nine-months"),
        pytest.param([row("ZALANDO", "-80"), row("REFUND ZALANDO", "80", day=12, sort="pay", sure=550)], ["made 80.00 of 80.00"],
                     id="under-another-name-that-says-refund"),
        pytest.param([row("ZALANDO", "-80"), row("SAFEWAY", "80", day=12)], [], id="from-somebody-else"),
        pytest.param(
            [row("ZALANDO", "-80", day=2), row("ZALANDO", "-80", day=9), row("ZALANDO", "80", day=12)], ["made 80.00 of 80.00"],
            id="of-two-equal-purchases-the-last",
        ),
        pytest.param(
            [row("SAFEWAY", "-80", day=2), row("SAFEWAY", "-82", day=4), row("SAFEWAY", "5", day=5)], ["asked 5.00 of 82.00"],
            id="a-part-that-several-purchases-could-mean",
        ),
        pytest.param([row("ACME", "-20"), row("ACME", "20", day=12, sort="pay")], [], id="pay"),
        pytest.param([row("BOB", "-50", sort="transfer"), row("BOB", "50", sort="transfer", day=12)], [], id="between-people"),
        pytest.param(
            [row("BOB", "-100", sort="", account=CHECKING), row("BOB", "20", sort="", account=CHECKING, day=12)],
            ["asked 20.00 of 100.00"], id="a-part-from-somebody-unknown",
        ),
        pytest.param([row("ATM", "-200", sort="cash"), row("ATM", "200", sort="cash", day=12)], [], id="cash"),
        pytest.param([row("SAFEWAY", "-35.20"), row("REVERSAL", "35.20", day=12, sort="")], ["made 35.20 of 35.20"], id="a-reversal"),
        pytest.param([row("SAFEWAY", "-35.20"), row("REVERSAL", "35.20", day=25, sort="")], [], id="a-reversal-weeks-later"),
        pytest.param([row("SAFEWAY", "-35.20"), row("REVERSAL", "35.20", sort="", account=CHECKING)], [], id="a-reversal-elsewhere"),
        pytest.param(
            [row("SAFEWAY", "-35.20"), row("ZALANDO", "-35.20"), row("REVERSAL", "35.20", day=12, sort="")], ["asked 35.20 of 35.20"],
            id="a-reversal-of-one-of-two",
        ),
        pytest.param([row("SAFEWAY", "-35.20"), row("STORNO ZALANDO", "35.20", day=12, sort="")], [], id="a-reversal-that-names-another"),
        pytest.param([row("ZALANDO", "-80"), row("ZALANDO", "80", day=12, sort="pay", source=Source.OWNER)], [],
                     id="income-by-the-owners-word"),
    ],
)  # fmt: skip
def test_what_came_back(rows: list[Leg], verdict: list[str]) -> None:
    assert said(*rows) == verdict


def test_what_came_back_before_counts() -> None:
    purchase, refund = row("ZALANDO", "-80"), row("ZALANDO", "50", day=12)

    assert found(purchase, refund, refunded={purchase.transaction_id: 4000}) == []


rows = st.builds(
    row,
    st.sampled_from(("ZALANDO", "SAFEWAY", "REFUND ZALANDO", "REVERSAL", "BOB")),
    st.sampled_from(("-80", "80", "30", "-30", "50", "-5", "5")),
    day=st.integers(1, 28),
    month=st.integers(9, 11),
    account=st.sampled_from((CARD, CHECKING)),
    sort=st.sampled_from(("shopping", "food", "", "pay", "transfer")),
)


@given(st.lists(rows, max_size=14), st.randoms())
def test_a_refund_has_one_purchase_and_a_purchase_is_never_paid_back_more_than_once_over(some: list[Leg], chance: object) -> None:
    made = [m for m in found(*some) if m.automatic]
    back: dict[int, int] = {}
    for m in made:
        back[m.out.transaction_id] = back.get(m.out.transaction_id, 0) + m.into.amount
    shuffled = list(some)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert len({m.into.transaction_id for m in found(*some)}) == len(found(*some))
    assert all(m.out.amount < 0 < m.into.amount and GROUPS[m.out.category_id] != "transfer" != GROUPS[m.into.category_id] for m in made)
    assert all(-m.out.amount >= back[m.out.transaction_id] for m in made)
    assert found(*shuffled) == found(*some)
