"""What a bank's text tells beside the merchant: processor, place and kind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.categorize.clean import key_of
from farthing.categorize.reading.read import KINDS, read


@pytest.mark.parametrize(
    ("text", "processor", "place", "kind"),
    [
        ("SQ *BLUE BOTTLE #12 OAKLAND CA", "Square", "Oakland, CA", ""),
        ("TST* The Pizza Place - San Francisco CA", "Toast", "San Francisco, CA", ""),
        ("PAYPAL *SPOTIFY 402-935-7733 CA", "PayPal", "", ""),
        ("CHECKCARD 0512 WHOLEFDS OAK 10234 OAKLAND CA", "", "Oakland, CA", "purchase"),
        ("MOJO COFFEE MOBILE AL", "", "Mobile, AL", ""),
        ("CRICKET MOBILE", "", "", ""),
        ("BANK OF MONTREAL", "", "", ""),
        ("DIRECT DEBIT PAYMENT TO OCTOPUS ENERGY", "", "", "direct debit"),
        ("STANDING ORDER TO J SMITH", "", "", "standing order"),
        ("ATM CASH WITHDRAWAL SANDTON", "", "Sandton", "cash"),
        ("ATM WITHDRAWAL FEE", "", "", "fee"),
        ("ACME CORP DES:PAYROLL PPD", "", "", "payroll"),
        ("CREDIT INTEREST", "", "", "interest"),
        ("PURCHASE RETURN AUTHORIZED ON 05/12 TARGET AUSTIN TX", "", "Austin, TX", "refund"),
        ("CHASE CREDIT CRD AUTOPAY", "", "", "card payment"),
        ("ZELLE PAYMENT TO K NGUYEN", "", "", "transfer"),
    ],
)
def test_a_text_tells_processor_place_and_kind(text: str, processor: str, place: str, kind: str) -> None:
    found = read(text)
    assert (found.processor, found.place, found.kind) == (processor, place, kind)


@given(st.text(max_size=120))
def test_any_text_can_be_read(text: str) -> None:
    found = read(text)
    assert found.key == key_of(text)
    assert found.kind in {"", *KINDS}
