"""What a name and a phrase are heard as where amount, unit or person say more than the words do."""

from __future__ import annotations

import pytest

from farthing.categorize import Facts, Said, clean, decide, explain, likeliest
from farthing.categorize.taxonomy import Category, by_id
from farthing.ledger.model import Label


def facts(text: str, amount: int, currency: str = "USD") -> Facts:
    return Facts(1, clean(text).key, text, amount, currency)


def label(text: str, amount: int, currency: str = "USD") -> Label:
    return decide([facts(text, amount, currency)], {})[0]


def category(category_id: int) -> Category:
    found = by_id(category_id)
    assert found
    return found


@pytest.mark.parametrize(
    ("text", "amount", "currency", "expected"),
    [
        ("SHEETZ 0345 ALTOONA PA", -620, "USD", "convenience"),
        ("SHEETZ 0345 ALTOONA PA", -4_102, "USD", "fuel"),
        ("CIRCLE K LULEÅ", -6_900, "SEK", "convenience"),
        ("CIRCLE K LULEÅ", -58_000, "SEK", "fuel"),
        ("7-ELEVEN 2231 ORCHARD ROAD", -4_102, "SGD", "convenience"),  # no pumps there
        ("AMERICAN GREETINGS 0345", -4_102, "USD", "gifts"),
    ],
)
def test_a_shop_with_pumps_that_takes_what_a_tank_costs_has_sold_fuel(text: str, amount: int, currency: str, expected: str) -> None:
    best = likeliest([facts(text, amount, currency)], {}, n=1)[0][0]

    assert category(best.category_id).slug == expected


def test_whoever_is_a_petrol_station_by_the_amount_is_called_one() -> None:
    text, amount = "SHEETZ 0345 ALTOONA PA", -4_102
    found = label(text, amount)

    why = explain(Said(category(found.category_id), found.source, found.confidence, clean(text).merchant, facts(text, amount)))

    assert "Sheetz is a petrol station" in why


def test_a_form_of_company_is_no_trade() -> None:
    assert category(label("FASTWEB SPA", -2_700, "EUR").category_id).group == "utilities"
    assert category(label("SUNSET NAILS & SPA", -4_500).category_id).slug == "hair_beauty"


@pytest.mark.parametrize("name", ["KRZYSZTOF NOWAK", "QXEVAR ZUBRITE", "ANNA LINDQVIST"])
def test_letters_of_a_name_that_nobody_taught_them_are_nothing_against_the_banks_own_words(name: str) -> None:
    assert category(label(f"SWISH {name}", -15_000, "SEK").category_id).slug == "people"


@pytest.mark.parametrize(
    "text", ["ZELLE PAYMENT FROM L OKONKWO FSX05EG2R", "VENMO PAYMENT 7MP15VT7Z PPD ID: 3264681992", "VENMO *JOHN SMITH"]
)
def test_what_is_paid_from_person_to_person_is_believed_whatever_their_names_are_like(text: str) -> None:
    found = label(text, -4_095)

    assert category(found.category_id).slug == "people"
    assert found.confidence >= 650


@pytest.mark.parametrize("text", ["COSTCO WHSE #5913 SACRAMENTO CA", "SAMSCLUB #6372 TULSA OK"])
def test_a_warehouse_is_groceries_but_never_surely_so_before_its_owner_spoke(text: str) -> None:
    found = label(text, -14_445)

    assert category(found.category_id).slug == "groceries"
    assert 800 <= found.confidence < 900
