"""Pieces drawn by hand: amounts within words."""

from __future__ import annotations

import pytest

from farthing.core.money import Money
from farthing.flows.view_models.format import amount_view
from farthing.web.drawn import veiled


@pytest.mark.parametrize("locale", ["en_US", "en_GB", "de_DE", "fr_FR", "de_CH", "sv_SE", "ja_JP", "pl_PL", "en_IN", "pt_BR"])
@pytest.mark.parametrize("unit", ["USD", "EUR", "GBP", "JPY", "CHF", "KWD", "SEK", "BTC", "CAD"])
def test_an_amount_in_a_sentence_is_an_amount_in_every_language(locale: str, unit: str) -> None:
    money = str(amount_view(Money(-123_456_789, unit), locale=locale, symbol=True))
    assert veiled(f"Joint <b> falls to about {money} on 9 Dec") == (
        f'Joint &lt;b&gt; falls to about <bdi class="amount">{money}</bdi> on 9 Dec'
    )


@pytest.mark.parametrize(
    "words", ["2 of 4 banks are behind", "80\u00a0% of it", "on 9 Dec 2026", "12 to review", "as of 00:47", "24 times"]
)
def test_what_is_no_money_stays_as_it_is(words: str) -> None:
    assert veiled(words) == words
