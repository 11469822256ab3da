"""Saved views that name a category or a group: who is about to delete it, or to make it one with another, is told which."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

from farthing.categorize.taxonomy import Group
from farthing.core.errors import Missing, Rejected
from farthing.core.ids import CategoryId
from farthing.flows.desk import Desk
from farthing.flows.list_filter import meant_by
from farthing.flows.view_models.format import counted
from farthing.people.saved_views import Place, SavedView, saved_views

NAMING = ("category", "no_category")


async def views_naming(desk: Desk, one: CategoryId | Group) -> list[SavedView]:
    """Those that name this very category, or this group, by id, slug or name; a view of a group does not name what stands in it."""
    return [v for v in await saved_views(desk.unit, desk.sealer, Place.TRANSACTIONS) if any(_is(desk, text, one) for text in _named(v))]


def naming_words(views: Sequence[SavedView]) -> str:
    """`2 saved views name it`; empty where none does."""
    return f"{counted(len(views), 'saved view')} {'names' if len(views) == 1 else 'name'} it" if views else ""


def _named(view: SavedView) -> list[str]:
    return [one.strip() for key, text in parse_qsl(view.query) if key in NAMING for one in text.split(",")]


def _is(desk: Desk, text: str, one: CategoryId | Group) -> bool:
    try:
        found = meant_by(desk, text, field="category")
    except (Missing, Rejected):
        return False
    return found.slug == one.slug if isinstance(found, Group) and isinstance(one, Group) else found == one
