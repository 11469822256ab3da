"""The rows of lists, drawn by hand: a page holds a hundred, and as templates they were half of what drawing it cost.

What rows of a page say over and over (accounts, categories) is escaped once a page, and kept no longer: it may be an owner's words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from markupsafe import Markup, escape

from farthing.flows.view_models.parts import Chip
from farthing.flows.view_models.review import WaitRow
from farthing.flows.view_models.transactions import Row
from farthing.web.drawn import LARGE_CHARS, amount, figure, icon, veiled

TRANSFER, RECURRING = {"label": "transfer"}, {"label": "recurring"}
AIM: Final = 'hx-target="#panel" hx-swap="innerHTML" dir="auto"'
WAIT_AIM: Final = 'hx-target="#review" hx-select="#review" hx-swap="outerHTML" hx-sync="#review:drop" data-wait'
Escape = Callable[[str], str]


def list_rows(rows: Iterable[Row]) -> Markup:
    """Rows of the list proper: eleven nodes each. The chip opens the category picker."""
    said = _Said()
    return Markup("".join([_list_row(row, said, "") for row in rows]))  # noqa: S704 - escaped below


def swapped_row(row: Row) -> Markup:
    """The same row where it takes the place of the one that stands there."""
    return Markup(_list_row(row, _Said(), ' hx-swap-oob="true"'))  # noqa: S704 - escaped below


def wait_rows(rows: Iterable[WaitRow]) -> Markup:
    """Rows of Review that wait for an answer."""
    said = _Said()
    return Markup("".join([_wait_row(row, said) for row in rows]))  # noqa: S704 - escaped below


class _Said:
    """What was escaped for this page."""

    __slots__ = ("_chips", "_words")

    def __init__(self) -> None:
        self._words: dict[str, str] = {}
        self._chips: dict[tuple[str, str], tuple[str, str]] = {}

    def words(self, text: str) -> str:
        found = self._words.get(text)
        if found is None:
            found = self._words[text] = str(escape(text))
        return found

    def chip(self, view: Chip) -> tuple[str, str]:
        """The classes of a category, and its name."""
        key = (view.tone, view.name)
        found = self._chips.get(key)
        if found is None:
            look = {"unsorted": "unset", "split": "bare"}.get(view.tone) or f"tone-{view.tone}"
            drawn = icon("split", 13) if view.tone == "split" else ""
            found = self._chips[key] = (look, f"{drawn}{escape(view.name)}")
        return found


def _list_row(row: Row, said: _Said, swapped: str) -> str:
    key, money, merchant = row.id, row.amount, escape(row.merchant)
    look, category = said.chip(row.chip)
    first = "" if row.transfer else said.words(row.initial)
    sign = f'<span class="initial">{icon("transfer", 13, **TRANSFER)}</span>' if row.transfer else ""
    current = ' aria-current="true"' if row.open else ""
    wide = " long" if len(money.large) > LARGE_CHARS else ""
    return (
        f'<tr id="{key}" class="{row.look}" data-version="{row.version}" data-minor="{money.minor}" data-unit="{money.currency}"'
        f"{swapped}{current}>\n"
        f'<td class="row-check"><input class="tick" type="checkbox" name="ids" value="{key}" aria-label="Select {merchant}"></td>\n'
        f'<td class="row-merchant" data-initial="{first}">{sign}<a href="/transactions/{key}" hx-get="/transactions/{key}/panel" {AIM}>'
        f"{merchant}</a>{_beside(row)}</td>\n"
        f'<td class="row-category"><button class="chip {look}" type="button" data-pick="{key}" tabindex="-1">{category}</button></td>\n'
        f'<td class="row-account">{said.words(row.account)}</td>\n'
        f'<td class="row-amount"><span class="{row.tint}{wide}" role="img" '
        f'aria-label="{escape(money.spoken)}">{figure(money)}</span></td>\n'
        "</tr>"
    )


def _beside(row: Row) -> str:
    """What few rows have behind their merchant."""
    if not (row.pending or row.void or row.hidden or row.recurring or row.note or row.tags):
        return ""
    words = (("Pending", row.pending), ("Gone at the bank", row.void), ("Hidden", row.hidden))
    stands = [f" <small>{word}</small>" for word, true in words if true]
    again = f" {icon('recurring', 12, **RECURRING)}" if row.recurring else ""
    note = f' <span class="row-note" dir="auto">{veiled(row.note)}</span>' if row.note else ""
    return "".join([*stands, again, note, *(f' <span class="tag">{escape(tag)}</span>' for tag in row.tags)])


def _wait_row(row: WaitRow, said: _Said) -> str:
    href = escape(row.href)
    look, category = said.chip(row.chip)
    several = f' <small class="soft">{row.count} rows</small>' if row.count > 1 else ""
    here, current = (" current", ' aria-current="true"') if row.current else ("", "")
    return (
        f'<li class="wait-row{here}" id="{row.id}"><a href="{href}" hx-get="{href}" {WAIT_AIM}{current}>'
        f'<span class="wait-who clip"><bdi class="wait-merchant">{escape(row.merchant)}{several}</bdi>'
        f'<span class="mono wait-text"><bdi>{escape(row.text)}</bdi></span></span>'
        f'<span class="wait-why clip"><span class="chip {look}">{category}</span><small class="soft">{said.words(row.why)}</small></span>'
        f'<span class="wait-amount">{amount(row.amount)}<small class="soft"><bdi>{said.words(row.place)}</bdi></small></span></a></li>'
    )
