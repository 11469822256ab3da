"""Pieces drawn by hand: amounts within words, rows of budgets, of lists and of Review."""

from __future__ import annotations

import pytest

from farthing.core.money import Money
from farthing.flows.view_models.budgets import BudgetRow, MonthNames, Months, track
from farthing.flows.view_models.format import amount_view
from farthing.flows.view_models.parts import Chip
from farthing.flows.view_models.review import WaitRow
from farthing.flows.view_models.transactions import Row
from farthing.web.drawn import veiled
from farthing.web.drawn_budgets import budget_rows
from farthing.web.drawn_rows import list_rows, swapped_row, wait_rows


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


def test_what_people_wrote_stays_text_in_a_row_of_budgets() -> None:
    """Everything that can stand in one is there at once, and marked as what it is."""
    evil, money = "<b>\"&'", amount_view(Money(-1_205, "USD"))
    said = dict.fromkeys(("name", "href", "limit_text", "rollover", "pending", "cover_href", "alerts", "edit_href", "wrong"), evil)
    said |= dict.fromkeys(("due", "pace", "unrated"), evil)
    parts = {"spent": money, "limit": money, "left": money, "track": track(spent=120, limit=100, due=5)}
    for over in (False, True):
        row = BudgetRow(id="bud_1", over=over, within=True, months=Months((1, 2), 1, "USD"), **parts, **said)  # type: ignore[arg-type]
        drawn = budget_rows([row], "Budget for", MonthNames((evil, "Feb"), 1, True, "en_US", "USD"))
        assert "<b>" not in drawn
        assert drawn.count("&lt;b&gt;&#34;&amp;&#39;") == 15
        assert all(f"<{tag}" in drawn for tag in ("small title", "small>", 'tr class="wrong-row"', 'svg class="fill past"'))


EVIL, SAFE = "<b>\"&'", "&lt;b&gt;&#34;&amp;&#39;"


def test_what_people_wrote_stays_text_in_a_row_of_a_list() -> None:
    """A row with everything that can stand in one; the one that takes its place says so, and is the same else."""
    said = dict.fromkeys(("merchant", "initial", "account", "note"), EVIL)
    row = Row(
        id="txn_1", version=3, amount=amount_view(Money(-1_205, "USD")), chip=Chip(EVIL, "food"), tags=(EVIL, "x"), pending=True, void=True,
        hidden=True, recurring=True, **said,
    )  # fmt: skip
    drawn = list_rows([row])
    assert "<b>" not in drawn
    assert drawn.count(SAFE) == 7
    assert [drawn.count(f"<small>{word}</small>") for word in ("Pending", "Gone at the bank", "Hidden")] == [1, 1, 1]
    assert swapped_row(row).replace(' hx-swap-oob="true"', "") == drawn


def test_a_row_of_a_list_shows_what_it_is() -> None:
    """A leg of a transfer has a sign where others have a letter; what is not sorted is dashed, and the open row is marked."""
    plain = {"id": "txn_1", "version": 1, "merchant": "Safeway", "initial": "S", "account": "Card", "amount": amount_view(Money(-1, "USD"))}
    leg, unsorted = Row(chip=Chip("Transfer", "transfer"), transfer=True, **plain), Row(chip=Chip("Choose", "unsorted"), open=True, **plain)
    drawn = list_rows([leg, unsorted])
    assert drawn.count('data-initial=""><span class="initial">') == 1
    assert drawn.count('data-initial="S"><a ') == 1
    assert 'class="chip unset"' in drawn
    assert drawn.count('aria-current="true"') == 1
    assert 'class="chip bare"' in list_rows([Row(chip=Chip("Split in 2", "split"), **plain)])


def test_what_people_wrote_stays_text_in_a_row_of_review() -> None:
    said = dict.fromkeys(("href", "merchant", "initial", "text", "why", "place"), EVIL)
    row = WaitRow(id="txn_1", chip=Chip(EVIL, "food"), amount=amount_view(Money(-1_205, "USD")), count=3, current=True, **said)
    drawn = wait_rows([row])
    assert "<b>" not in drawn
    assert drawn.count(SAFE) == 7
    assert "3 rows" in drawn
    assert 'aria-current="true"' in drawn
