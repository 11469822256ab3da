"""The household's lines: from what amount on it hears of a single row, and below what a balance is low."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from farthing.core.errors import Rejected
from farthing.core.money import Money
from farthing.flows.desk import write_desk
from farthing.flows.refresh_recurring import wish_for_forecast
from farthing.flows.world import World
from farthing.ledger.model import Actor
from farthing.notify.alerting import Lines, alert_lines, keep_alert_lines
from farthing.security import audit

MOST = 10**15


class LinesWish(msgspec.Struct, frozen=True, kw_only=True):
    """Amounts in the household's currency; an empty text or null takes a line away, what is not said stays."""

    large: str | UnsetType | None = UNSET
    low_balance: str | UnsetType | None = UNSET


async def draw_lines(world: World, household_id: int, actor: Actor, wish: LinesWish) -> tuple[Lines, str]:
    """The lines as they are from now on, and their unit. Raises Rejected with the field."""
    async with write_desk(world, household_id, actor) as desk:
        held, unit = await alert_lines(desk.unit), desk.household.currency
        lines = Lines(
            large=held.large if isinstance(wish.large, UnsetType) else _drawn(wish.large, unit, "large"),
            low=held.low if isinstance(wish.low_balance, UnsetType) else _drawn(wish.low_balance, unit, "low_balance"),
        )
        if lines != held:
            await keep_alert_lines(desk.unit, lines)
            await wish_for_forecast(desk.unit, household_id, desk.at)  # alerts are looked at after it
            await audit.record(desk.unit, desk.sealer, actor, "alerts.line", {}, desk.at)
    return lines, unit


def _drawn(text: str | None, unit: str, field: str) -> int | None:
    minor = Money.parse(text, unit, field=field).minor if text and text.strip() else None
    if minor is not None and not 0 < minor < MOST:
        raise Rejected("bad_line", "a line is an amount such as 500", field=field)
    return minor
