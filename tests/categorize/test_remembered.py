"""One shop can be two things: what the owner's words mean for one row."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from farthing.categorize import Remembered, Word, band_of
from farthing.categorize.remembering.remembered import EPOCH, Part, last_word
from farthing.categorize.taxonomy import by_slug

SUBSCRIPTION, DEVICE, FOOD, OFFICE = (by_slug(s).category_id for s in ("subscriptions", "electronics", "groceries", "software"))
CARD, OFFICE_CARD = 1, 2


def said(*rows: tuple[int, int, int]) -> Remembered:
    """(category, amount, account), oldest first."""
    kept: Remembered | None = None
    for category, amount, account in rows:
        word = Word(7, category, account, band_of(amount))  # type: ignore[arg-type]
        kept = kept.after(word) if kept else last_word([Part(word.category_id, account, word.band, 1, EPOCH)])
    assert kept is not None
    return kept


def test_a_subscription_and_a_device_of_one_shop_are_told_apart_by_the_amount() -> None:
    apple = said((SUBSCRIPTION, -299, CARD), (SUBSCRIPTION, -299, CARD), (DEVICE, -129_900, CARD))
    small, large = apple.of(-349, CARD), apple.of(-99_900, CARD)
    assert (small.category_id, small.by, small.confidence) == (SUBSCRIPTION, "amount", 960)
    assert (large.category_id, large.by, large.confidence) == (DEVICE, "amount", 930)


def test_between_two_sizes_nobody_is_sure() -> None:
    apple = said((SUBSCRIPTION, -299, CARD), (DEVICE, -129_900, CARD))
    assert apple.of(-20_000, CARD).category_id == DEVICE
    assert apple.of(-20_000, CARD).confidence < 900


def test_amounts_that_are_much_the_same_are_a_change_of_mind() -> None:
    shop = said((SUBSCRIPTION, -900, CARD), (FOOD, -1_700, CARD))
    assert [shop.of(amount, CARD).category_id for amount in (-900, -1_700)] == [FOOD, FOOD]
    assert shop.of(-900, CARD).confidence < 900


def test_two_cards_of_one_shop_are_told_apart_once_each_was_said_twice() -> None:
    once = said((FOOD, -2_000, CARD), (OFFICE, -2_000, OFFICE_CARD))
    assert once.of(-2_000, CARD).category_id == OFFICE
    twice = said((FOOD, -2_000, CARD), (FOOD, -2_100, CARD), (OFFICE, -2_000, OFFICE_CARD), (OFFICE, -2_500, OFFICE_CARD))
    assert [(twice.of(-2_200, a).category_id, twice.of(-2_200, a).by) for a in (CARD, OFFICE_CARD)] == [
        (FOOD, "account"),
        (OFFICE, "account"),
    ]
    assert twice.of(-2_200, 3).category_id == OFFICE, "the last word, where nothing was said of the account"


def test_what_was_said_of_money_out_is_not_mixed_with_money_in() -> None:
    shop = said((FOOD, -2_000, CARD), (FOOD, -2_000, CARD), (DEVICE, 2_000, CARD))
    assert (shop.of(-1_900, CARD).category_id, shop.of(-1_900, CARD).confidence) == (FOOD, 960)
    assert (shop.of(1_900, CARD).category_id, shop.of(1_900, CARD).confidence) == (DEVICE, 930)


def test_words_from_before_sizes_were_kept_are_one_whole() -> None:
    old = last_word([Part(FOOD, 0, 0, 2, EPOCH), Part(DEVICE, CARD, band_of(-129_900), 1, EPOCH)])
    assert (old.of(-129_900, CARD).times, old.of(-129_900, CARD).total) == (old.times, old.total)


AMOUNTS = st.integers(-(10**9), 10**9).filter(bool)
ROWS = st.lists(
    st.tuples(st.sampled_from([SUBSCRIPTION, DEVICE, FOOD]), AMOUNTS, st.sampled_from([CARD, OFFICE_CARD])), min_size=1, max_size=12
)


@given(ROWS, AMOUNTS, st.sampled_from([CARD, OFFICE_CARD, 9]))
def test_only_what_was_said_is_recalled_and_never_surer_than_what_was_said(
    rows: list[tuple[int, int, int]], amount: int, account: int
) -> None:
    found = said(*rows).of(amount, account)
    assert found.category_id in {category for category, _, _ in rows}
    assert 1 <= found.times <= found.total <= len(rows)


@given(st.sampled_from([FOOD, DEVICE]), st.lists(st.tuples(AMOUNTS, st.sampled_from([CARD, OFFICE_CARD])), min_size=1), AMOUNTS)
def test_an_owner_who_always_said_the_same_is_believed_of_every_row(category: int, rows: list[tuple[int, int]], amount: int) -> None:
    found = said(*((category, a, account) for a, account in rows)).of(amount, 9)
    assert (found.category_id, found.times) == (category, found.total)


@given(ROWS)
def test_the_very_row_that_was_said_last_is_put_where_it_was_said_to_be(rows: list[tuple[int, int, int]]) -> None:
    category, amount, account = rows[-1]
    found = said(*rows).of(amount, account)
    assert found.category_id == category or found.by == "account"
