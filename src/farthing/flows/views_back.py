"""A view or a card that was deleted comes back under its id, so that cards stand in the order that they stood in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from farthing.categorize.own import free_name
from farthing.core.texts import folded
from farthing.flows.beside import CHANGED_LATER, DELETED, NO_ROOM, UNDONE, Back, Stays
from farthing.flows.desk import Desk
from farthing.flows.trend_cards import CARDS_MAX
from farthing.ingest.batches.batch import Change, FieldGroup, ObjectKind
from farthing.people.saved_views import Place, SavedView, drop_view, keep_view, saved_views

VIEWS_MAX = 50


def view_gone(view: SavedView, why: str) -> Change:
    """The image of a view that a batch takes away: all of it."""
    return Change(view.view_id, FieldGroup.OTHER, _image(view), {}, why, ObjectKind.VIEW)


async def views_back(desk: Desk, changes: Sequence[Change]) -> Back:
    """Views that were deleted come back, with a number behind a name that another has by now; one that came back goes once more."""
    held = {v.view_id: v for v in await saved_views(desk.unit, desk.sealer)} if changes else {}
    images, stays = list[Change](), list[Stays]()
    for change in changes:
        now, then = held.get(change.object_id), change.before
        if not then:
            if now is None:
                stays.append(Stays(ObjectKind.VIEW, str(change.after["name"]), DELETED))
                continue
            await drop_view(desk.unit, now.view_id)
            del held[now.view_id]
            images.append(view_gone(now, UNDONE))
            continue
        view = msgspec.convert({"view_id": change.object_id, **then}, SavedView)
        others = [v for v in held.values() if v.place is view.place]
        if now is not None or len(others) >= (CARDS_MAX if view.place is Place.TRENDS else VIEWS_MAX):
            stays.append(Stays(ObjectKind.VIEW, view.name, CHANGED_LATER if now else NO_ROOM))
            continue
        view = msgspec.structs.replace(view, name=free_name(view.name, {folded(v.name) for v in others}))
        await keep_view(desk.unit, desk.sealer, view)
        held[view.view_id] = view
        images.append(Change(view.view_id, FieldGroup.OTHER, {}, _image(view), UNDONE, ObjectKind.VIEW))
    return Back(tuple(images), tuple(stays))


def _image(view: SavedView) -> dict[str, Any]:
    return {"created_at": view.created_at.isoformat(), "name": view.name, "query": view.query, "place": int(view.place)}
