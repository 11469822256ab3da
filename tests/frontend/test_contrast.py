"""The tokens as written: every pair of text reaches 4.5:1 and every pair of graphics 3:1, in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[2] / "frontend" / "css" / "tokens.css").read_text()
SURFACES = ("bg", "surface", "surface-2")
TEXT = [(ink, paper) for ink in ("text", "text-2", "text-3", "accent", "income", "over", "warn", "info") for paper in SURFACES] + [
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("over", "over-soft"),
    ("warn", "warn-soft"),
    ("info", "info-soft"),
    ("accent", "accent-soft"),
    ("text", "over-soft"),
    ("text", "accent-soft"),
    ("text-2", "accent-soft"),
    ("over", "accent-soft"),
]
GRAPHICS = [(f"c{i}", paper) for i in range(1, 9) for paper in ("surface", "bg")] + [
    ("c-other", "surface"),
    ("border-strong", "surface"),
    ("focus", "surface"),
    ("focus", "bg"),
    ("focus", "accent-soft"),
]


def themes() -> dict[str, dict[str, str]]:
    """Token name to colour, for light and dark."""
    pairs = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", TOKENS)
    return {"light": {name: light for name, light, _ in pairs}, "dark": {name: dark for name, _, dark in pairs}}


def luminance(colour: str) -> float:
    """WCAG 2.2 relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_can_be_read_on_every_paper_it_stands_on(theme: str) -> None:
    tokens = themes()[theme]
    weak = {pair: round(contrast(tokens[pair[0]], tokens[pair[1]]), 2) for pair in TEXT if contrast(tokens[pair[0]], tokens[pair[1]]) < 4.5}
    assert weak == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_line_and_bar_can_be_seen(theme: str) -> None:
    tokens = themes()[theme]
    weak = {
        pair: round(contrast(tokens[pair[0]], tokens[pair[1]]), 2) for pair in GRAPHICS if contrast(tokens[pair[0]], tokens[pair[1]]) < 3
    }
    assert weak == {}


def test_black_on_white_measures_twenty_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
