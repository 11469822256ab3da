"""A bank that is linked already was linked again: what stands in the way, and what its owner may do."""

from __future__ import annotations

from farthing.connections.model import Connection
from farthing.core.ids import public
from farthing.flows.add_anyway import may_be_added
from farthing.flows.desk import Desk
from farthing.flows.link import already, double_of
from farthing.flows.view_models.connections import Double


async def view_double(desk: Desk, link: Connection) -> tuple[Double, str] | None:
    """The choice with a sentence; None for a link that is no double, or whose first one has gone."""
    found = await double_of(desk.unit, desk.sealer, link)
    if found is None:
        return None
    another = await may_be_added(desk.unit, link, desk.at)
    told = already(found.held)
    text = f"{told[0].upper()}{told[1:]}, so nothing was added. If it has stopped, sign in to it again"
    text += "; added as another, its accounts would be here twice." if another else "."
    return Double(
        public("con", found.held.connection_id), found.held.institution.name, public("con", link.connection_id) if another else ""
    ), text
