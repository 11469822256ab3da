"""The views above the list: the household's named filters, and the form to name this one, or to say it anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from farthing.core.ids import public
from farthing.flows.list_filter import Asked
from farthing.flows.saved_views import query_of
from farthing.flows.view_models.parts import FieldState, Link
from farthing.flows.view_models.transactions import SavedViews
from farthing.people.saved_views import SavedView

SHOWN = 12


def view_saved(asked: Asked, held: Sequence[SavedView], *, typed: Mapping[str, str] | None = None, wrong: str = "") -> SavedViews | None:
    """The row of views; None where there are none and nothing to save. `typed`: the form as it was sent, with what is `wrong`."""
    here = query_of(asked.href())
    mine = next((v for v in held if v.query == here), None)
    if not held and not here:
        return None
    name = (typed or {}).get("name", mine.name if mine else "")
    links = [Link(v.name, f"/transactions?{v.query}", current=v is mine) for v in held]
    return SavedViews(
        tuple(links[:SHOWN]), here, public("vew", mine.view_id) if mine else "", FieldState(name, wrong), tuple(links[SHOWN:])
    )
