"""Money and days in words, and the Okafors' sums."""

from __future__ import annotations

import datetime as dt

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from farthing.core.money import Money
from farthing.flows.view_models.budgets import today_line, track
from farthing.flows.view_models.charts import histogram, spark
from farthing.flows.view_models.format import age_view, amount_view, day_view, grouped, initial_of, locale_of, ordinal_day

from . import household
from .pages_overview import chart


@pytest.mark.parametrize(
    ("money", "locale", "written"),
    [
        (Money(-22_189, "USD"), "en_US", "−$221.89"),
        (Money(-5_000, "JPY"), "en_US", "−¥5,000"),
        (Money(-4_217, "USD"), "de_DE", "−42,17\u00a0$"),
        (Money(1_234_567_89, "EUR"), "fr_FR", "1\u202f234\u202f567,89\u00a0€"),
        (Money(1_500, "KWD"), "en_US", "KWD\u00a01.500"),
        (Money(0, "USD"), "en_US", "$0.00"),
    ],
)
def test_an_amount_is_written_as_its_language_does(money: Money, locale: str, written: str) -> None:
    assert str(amount_view(money, locale=locale)) == written


def test_the_symbol_stays_away_at_home_and_comes_back_abroad() -> None:
    assert str(amount_view(Money(-3_020, "USD"), symbol=False, home="USD")) == "−30.20"
    assert str(amount_view(Money(-3_020, "GBP"), symbol=False, home="USD")) == "−£30.20"


def test_an_amount_is_read_in_full() -> None:
    assert amount_view(Money(-4_217, "USD"), home="USD").spoken == "minus 42 dollars 17"
    assert amount_view(Money(-4_217, "USD"), home="EUR").spoken == "minus 42 US dollars 17"
    assert amount_view(Money(5_000, "JPY"), home="JPY").spoken == "5000 yen"


def test_whole_amounts_round_half_up() -> None:
    assert str(amount_view(Money(15_550, "USD"), whole=True)) == "$156"
    assert str(amount_view(Money(-4_249, "USD"), whole=True)) == "−$42"


@pytest.mark.parametrize(("seconds", "written"), [(20, "just now"), (300, "5 min"), (7_300, "2 h"), (172_900, "2 days")])
def test_age_is_told_in_words(seconds: int, written: str) -> None:
    now = dt.datetime(2026, 11, 22, 9, 17, tzinfo=dt.UTC)
    assert age_view(now - dt.timedelta(seconds=seconds), now) == written


def test_days_are_short() -> None:
    day = dt.date(2026, 11, 22)
    assert day_view(day, weekday=True, year=True) == "Sun 22 Nov 2026"
    assert (ordinal_day(1), ordinal_day(12), ordinal_day(22)) == ("1st", "12th", "22nd")


def test_a_merchant_of_signs_still_has_an_initial() -> None:
    assert (initial_of("*** 7-Eleven"), initial_of("مخبز"), initial_of("—")) == ("7", "م", "?")


def test_a_bar_past_its_limit_stays_on_the_same_scale() -> None:
    within, over = track(spent=57_433, limit=82_000), track(spent=36_215, limit=32_000)
    assert (within.fill, within.past) == (60.23, 0.0)
    assert (over.fill, over.past) == (86.0, 11.33)
    assert track(spent=200_000, limit=1_000).past == 14.0
    assert today_line(day=22, days=30) == 63.07


def test_refunds_larger_than_spending_draw_an_empty_bar() -> None:
    assert track(spent=-5_000, limit=10_000).fill == 0.0


def test_flat_and_single_series_can_be_drawn() -> None:
    assert spark([5, 5, 5]).end == 92
    assert spark([7]).path == "M0 92"
    assert [bar.kind for bar in histogram([0, 3])] == ["none", ""]


def test_the_okafors_sums_are_those_of_the_pages() -> None:
    assert len(household.counted()) == 65
    assert household.running_everyday()[-1] == 255_982
    assert household.spent_by_tone("bills") == 277_383
    assert {tone: household.spent_by_tone(tone) for tone in ("food", "home", "family", "personal", "unsorted")} == {
        "food": 97_808,
        "home": 39_556,
        "family": 46_490,
        "personal": 67_533,
        "unsorted": 4_595,
    }
    assert sum(line.minor for line in household.counted() if line.category == "Income") == 772_892


def test_the_pace_chart_and_its_table_say_the_same() -> None:
    drawn = chart()
    assert drawn.today_x == pytest.approx(100 * 22 / 30, abs=0.01)
    assert str(drawn.values[21].now) == "2,559.82"
    assert drawn.values[22].now is None
    assert drawn.limit_y == 0


@given(
    units=st.integers(0, 10**15),
    locale=st.sampled_from(["en_US", "de_DE", "de-CH", "fr_FR", "hi_IN", "ja_JP", "pl_PL", "ar_EG", "pt_PT", "nb_NO"]),
)
def test_thousands_are_marked_as_the_language_marks_them(units: int, locale: str) -> None:
    assert grouped(units, locale) == format_decimal(units, locale=locale_of(locale))
