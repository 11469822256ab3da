"""The pieces that stand on every page by the hundred, drawn by hand: as macros they were a fifth of what drawing a page costs."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from markupsafe import Markup, escape

from farthing.flows.view_models.parts import Amount
from farthing.web.templating import asset

# An amount within words, as `format.amount_view` writes it: its sign, and the unit before or after the figure.
_FIGURE: Final = r"\d(?:[\d.,\u2019'\u202f\u00a0]*\d)?"
_SYMBOL: Final = r"[A-Z]{0,3}[$\u00a2-\u00a5\u0e3f\u20a0-\u20cf\u5186\u5143\uff04\uffe1\uffe5][A-Z]{0,3}"
_UNIT: Final = re.compile("[\u00a0$\u00a2-\u00a5\u0e3f\u20a0-\u20cf\u5186\u5143\uff04\uffe1\uffe5]")  # no amount is without one
_MONEY: Final = re.compile(
    rf"[\u2212+]?(?:(?:{_SYMBOL}\u00a0?|\b[^\W\d_]{{1,4}}\.?\u00a0){_FIGURE}|{_FIGURE}\u00a0(?:{_SYMBOL}|[^\W\d_]{{1,5}}\.?))"
)

LARGE_CHARS: Final = 12  # of an amount without its minor units: more than a hundred million, for which columns are made wider


@lru_cache(maxsize=2_048)
def icon(name: str, size: int = 16, label: str = "", **more: str) -> Markup:
    """A drawing of ours; `label` where it says something that no word beside it says. `class` besides."""
    also = f" {escape(more['class'])}" if more.get("class") else ""
    said = f' role="img" aria-label="{escape(label)}"' if label else ' aria-hidden="true"'
    used = f'<use href="{asset("icons.svg")}#{escape(name)}"/>'
    return Markup(f'<svg class="icon{also}" width="{size}" height="{size}"{said}>{used}</svg>')  # noqa: S704 - escaped above


def amount(view: Amount, css: str = "", href: str = "", bare: bool = False, **more: str) -> Markup:
    """An amount: in full to a screen reader, minor units one step lighter. `bare` leaves the currency out, where the column has said it."""
    also = css or more.get("class", "")
    kind = f"amount {escape(also)}" if also else "amount"
    if len(view.large) > LARGE_CHARS:
        kind += " long"
    read = f'role="img" aria-label="{escape(view.spoken)}">{_figure(view, bare)}</span>'
    if href:
        return Markup(f'<a class="{kind}" href="{escape(href)}"><span {read}</a>')  # noqa: S704 - escaped above
    return Markup(f'<span class="{kind}" {read}')  # noqa: S704 - escaped above


def figure(view: Amount, bare: bool = False) -> Markup:
    """The figure alone."""
    return Markup(_figure(view, bare))  # noqa: S704 - escaped below


def _figure(view: Amount, bare: bool) -> str:
    large, small = (f"{view.sign}{view.whole}", view.fraction) if bare else (view.large, view.small)
    return f"{escape(large)}<i>{escape(small)}</i>" if small else escape(large)


def veiled(text: str) -> Markup:
    """Words whose amounts are amounts: the eye hides them as it hides every other, and no line breaks between a sign and its figure.

    Nothing is kept: the words may be an owner's, and what is erased stays nowhere.
    """
    if _UNIT.search(text) is None:
        return escape(text)
    drawn, at = "", 0
    for found in _MONEY.finditer(text):
        drawn += f'{escape(text[at : found.start()])}<bdi class="amount">{escape(found[0])}</bdi>'
        at = found.end()
    return Markup(f"{drawn}{escape(text[at:])}")  # noqa: S704 - escaped above
