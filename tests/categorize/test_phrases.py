"""Trades in names: whole words, words beside an ampersand, plurals, words grown together, and words that a card network cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.categorize.knowing.phrases import spoken
from farthing.categorize.knowing.trades import trade
from farthing.categorize.taxonomy import by_id


def trade_of(key: str) -> str | None:
    found = trade(key)
    category = by_id(found.category_id) if found else None
    return category.slug if category else None


@pytest.mark.parametrize(
    ("key", "slug"),
    [
        ("QXZ SUSHI", "restaurants"),
        ("SUSHI & QXZ", "restaurants"),
        ("QXZ AND SUSHI", "restaurants"),
        ("FLEETMINICABS", "ride_hailing"),
        ("FRISØR QXZ", "hair_beauty"),
        ("FRISOR QXZ", "hair_beauty"),
        ("KØBMAND QXZ", "groceries"),
        ("QXZ TAQUERIAS", "restaurants"),
        ("QXZ RESTAURAN", "restaurants"),
        ("QXZ VETERINAR", "vet"),
        ("PRODUC QXZ", None),
        ("PRODUCTIONS QXZ", None),
        ("QXZ VORTEX", None),
    ],
)
def test_a_trade_is_heard_whole_joined_plural_and_cut(key: str, slug: str | None) -> None:
    assert trade_of(key) == slug


@pytest.mark.parametrize(
    ("key", "slug"),
    [
        ("STADTBACKEREI QXZ", "coffee"),
        ("STADSBAKKERIJ", "coffee"),
        ("REIFENHANDEL QXZ", "vehicle_care"),
        ("QXZ VISWINKEL", "groceries"),
        ("BIOWEINHANDLUNG", "bars"),
        ("STADTKINO", "events"),
        ("STRANDCAFE QXZ", "coffee"),
        ("CHURCHILL", None),
        ("PARKINGTON", None),
        ("BAKERYS", "coffee"),
        ("KINOQXZ", None),
        ("VISQXZ", None),
    ],
)
def test_words_that_grew_together_are_heard_where_both_are_words(key: str, slug: str | None) -> None:
    assert trade_of(key) == slug


WORDS = st.lists(
    st.sampled_from(["AND", "&", "WATER", "WINE", "SPIRITS", "POWER", "LIGHT", "FISH", "CHIPS", "GAS", "BAR", "PUB", "X", ""]), max_size=6
)


@given(WORDS.map(" ".join))
def test_any_key_may_be_asked_for_its_trade(key: str) -> None:
    for found in (trade(key), spoken(key, -100)):
        assert found is None or 0 < found.trust <= 1000


@pytest.mark.parametrize(
    ("text", "amount", "slug"),
    [
        ("WATER AND", -1, None),
        ("CREDIT INTEREST", 100, "investment_income"),
        ("DEBIT INTEREST", -100, "interest_paid"),
        ("PENSION DWP", 900, "benefits"),
        ("INTERAC E-TRANSFER FEE", -150, "bank_fees"),
        ("INTERAC E-TRANSFER", -5000, "people"),
    ],
)
def test_phrases_know_the_direction_of_the_money(text: str, amount: int, slug: str | None) -> None:
    found = spoken(text, amount)
    category = by_id(found.category_id) if found else None
    assert (category.slug if category else None) == slug


@pytest.mark.parametrize(
    ("text", "amount", "slug"),
    [
        ("KITAGEBUEHREN STADT QXZ", -1, "childcare"),
        ("ABFALLGEBUEHREN QXZ", -1, "water"),
        ("KONTOFUEHRUNGSGEBUEHR", -1, "bank_fees"),
        ("BRF QXZ AVGIFT", -1, "building_fees"),
        ("WPŁATA GOTÓWKI", 1, "deposits"),
        ("WYPŁATA Z BANKOMATU", -1, "cash"),
        ("LØNOVERFØRSEL", 1, "pay"),
        ("SKATTEVERKET", -1, "taxes"),
        ("SKATTEVERKET", 1, "tax_refund"),
        ("LOYER QXZ", -1, "rent"),
        ("LOYER QXZ", 1, "rental_income"),
        ("CROIX ROUGE DON", -1, "donations"),
    ],
)
def test_what_banks_and_offices_of_europe_write_is_known_in_its_direction(text: str, amount: int, slug: str) -> None:
    found = spoken(text, amount)
    category = by_id(found.category_id) if found else None
    assert category
    assert category.slug == slug


def test_a_fee_that_does_not_say_whose_is_hardly_a_banks() -> None:
    known, anybodys = spoken("KONTOFUEHRUNGSGEBUEHR", -1), spoken("GEBUEHR QXZ", -1)

    assert known
    assert anybodys
    assert anybodys.trust < 750 < known.trust
