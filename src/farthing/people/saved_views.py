"""What the household has named, so that one click brings it back: filters of the list, and trends, which are cards on Overview."""

from __future__ import annotations

import datetime as dt
import enum

import msgspec

from farthing.core.errors import Missing
from farthing.people.households import queries
from farthing.platform.database import Unit
from farthing.security.sealing import Sealer


class Place(enum.IntEnum):
    """The page that a view leads to."""

    TRANSACTIONS = 0
    TRENDS = 1

    @property
    def path(self) -> str:
        """Its address without a question mark."""
        return f"/{self.name.lower()}"


class SavedView(msgspec.Struct, frozen=True):
    """A name, and the page's address behind the question mark."""

    view_id: int
    created_at: dt.datetime
    name: str
    query: str
    version: int = 1
    place: Place = Place.TRANSACTIONS

    @property
    def href(self) -> str:
        """What it shows."""
        return f"{self.place.path}?{self.query}"


class ViewText(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed of a view."""

    name: str
    query: str


async def saved_views(unit: Unit, sealer: Sealer, place: Place | None = None) -> list[SavedView]:
    """Every view of the household, or those of one place, by name."""
    found = []
    for row in await queries.saved_views.rows(unit.conn, household_id=unit.household_id, place=place):
        text = msgspec.convert(sealer.open_value("saved_view", "sealed", row["view_id"], row["sealed"]), ViewText)
        found.append(SavedView(row["view_id"], row["created_at"], text.name, text.query, row["version"], Place(row["place"])))
    return sorted(found, key=lambda v: (v.name.casefold(), v.view_id))


async def saved_view(unit: Unit, sealer: Sealer, view_id: int) -> SavedView:
    """One of them; raises Missing."""
    for view in await saved_views(unit, sealer):
        if view.view_id == view_id:
            return view
    raise Missing("not_found", "no such view")


async def keep_view(unit: Unit, sealer: Sealer, view: SavedView) -> None:
    """Write a view, new or said anew; the next version of it."""
    sealed = sealer.seal_value("saved_view", "sealed", view.view_id, ViewText(view.name, view.query))
    await queries.keep_view.count(
        unit.conn, household_id=unit.household_id, view_id=view.view_id, at=view.created_at, sealed=sealed, place=view.place
    )


async def drop_view(unit: Unit, view_id: int) -> None:
    """The view goes; raises Missing."""
    if not await queries.drop_view.count(unit.conn, household_id=unit.household_id, view_id=view_id):
        raise Missing("not_found", "no such view")
