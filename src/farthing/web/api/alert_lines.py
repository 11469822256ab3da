"""/api/v1/alert-lines: from what amount on a single row is told, and below what a balance is."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, get, patch
from litestar.params import Body
from msgspec import UNSET, UnsetType

from farthing.core.money import decimal_text
from farthing.flows.desk import read_desk
from farthing.flows.draw_lines import LinesWish, draw_lines
from farthing.notify.alerting import Lines, alert_lines
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, world_of
from farthing.web.once import once

TAGS = ["Alerts"]


class LinesObject(msgspec.Struct):
    """In the household's currency. `large` null: no row is told for its size. `low_balance` null: nought is the line."""

    large: str | None
    low_balance: str | None
    currency: str


class LinesChanges(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What is to change; null takes a line away, what is left out stays."""

    large: str | UnsetType | None = UNSET
    low_balance: str | UnsetType | None = UNSET


def lines_object(lines: Lines, unit: str) -> LinesObject:
    """The lines as the API answers them."""
    large, low = (decimal_text(minor, unit) if minor is not None else None for minor in (lines.large, lines.low))
    return LinesObject(large, low, unit)


@get("/api/v1/alert-lines", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Get the lines of alerts")
async def get_alert_lines(request: Ask, calling: Calling) -> LinesObject:
    """From what amount on a single row is told, and below what a balance that is forecast is."""
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        return lines_object(await alert_lines(desk.unit), desk.household.currency)


@patch("/api/v1/alert-lines", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Draw the lines of alerts")
async def patch_alert_lines(request: Ask, calling: Calling, data: Annotated[LinesChanges, Body()]) -> Response[LinesObject]:
    """What was told already stays told; balances are looked at anew."""

    async def story() -> Response[Any]:
        wish = LinesWish(large=data.large, low_balance=data.low_balance)
        return Response(lines_object(*await draw_lines(world_of(request), calling.household_id, calling.actor, wish)), status_code=200)

    return await once(request, calling, story)


routes: list[Any] = [get_alert_lines, patch_alert_lines]
