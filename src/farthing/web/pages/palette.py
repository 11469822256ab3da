"""The command palette's door."""

from __future__ import annotations

from litestar import get
from litestar.di import NamedDependency, Provide

from farthing.flows.desk import read_desk
from farthing.flows.view_models.palette import Palette
from farthing.flows.view_palette import view_palette
from farthing.web.callers import Ask, Visitor, visitor, world_of
from farthing.web.parameters import WORDS, reads


@get("/palette", dependencies={"visiting": Provide(visitor)}, include_in_schema=False, opt=reads(q=WORDS))
async def palette(request: Ask, visiting: NamedDependency[Visitor]) -> Palette:
    """What `?q=` finds: settings, accounts with balances, categories, transactions by text, `=42.17`, `>100`."""
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        found = await view_palette(desk, request.query_params.get("q", ""))
    request.app.state.access.saw(visiting.household_id, visiting.actor, found.account_ids)
    return found.palette
