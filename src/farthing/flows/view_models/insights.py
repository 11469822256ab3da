"""The page of insights."""

from __future__ import annotations

import msgspec

from farthing.flows.view_models.parts import Freshness


class InsightLine(msgspec.Struct, frozen=True):
    """An insight in words, and what leads to the list of its figure."""

    id: str
    text: str
    href: str
    see: str


class InsightGroup(msgspec.Struct, frozen=True):
    """Insights of one heading."""

    title: str
    key: str
    lines: tuple[InsightLine, ...]


class InsightsPage(msgspec.Struct, frozen=True):
    """What is shown by heading, and what was dismissed. `empty` where nothing is shown, `asked` where payments wait
    to be confirmed; `unrated` names what no rate is known for."""

    groups: tuple[InsightGroup, ...]
    dismissed: tuple[InsightLine, ...]
    empty: str
    freshness: Freshness
    unrated: str = ""
    asked: str = ""
    saved: str = ""
    undo_id: str = ""
