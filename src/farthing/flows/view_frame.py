"""What stands around every page: who looks, what the rail says, how fresh the figures are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal, cast

import msgspec

from farthing.connections import store
from farthing.connections.model import Connection, Status
from farthing.core.dates import Month
from farthing.flows.desk import Desk
from farthing.flows.view_models.format import month_view
from farthing.flows.view_models.frame import Frame, PageKey, Period, Viewer, foot_items, nav_items
from farthing.flows.view_models.parts import Link
from farthing.flows.view_parts import eye_of, freshness_of
from farthing.flows.waiting import waiting_count
from farthing.ingest.suggestions.ask import open_count
from farthing.notify.alerting import unread
from farthing.people import households, members

Theme = Literal["auto", "light", "dark"]
SAID_INSIDE = frozenset({"accounts", "connections", "settings", ""})
COUNTED_MAX = 100
WORDS = {Status.SIGN_IN_AGAIN: "Sign in", Status.DELAYED: "Delayed"}


class Around(msgspec.Struct, frozen=True):
    """The frame, and what it looked at, for the page inside: bank links, open questions and waiting rows, each counted to COUNTED_MAX."""

    frame: Frame
    connections: tuple[Connection, ...]
    asked: int
    waiting: int

    def with_period(self, period: Period) -> Frame:
        """The frame with a month control."""
        return msgspec.structs.replace(self.frame, period=period)


async def view_frame(desk: Desk, *, page: PageKey, title: str, csrf: str, member_id: int) -> Around:
    """The frame of a signed-in page."""
    unit, sealer = desk.unit, desk.sealer
    member, standing, links, asked, waits, unseen = await unit.side_by_side(
        members.member(unit, sealer, member_id), households.standing(unit, sealer), store.every(unit, sealer),
        open_count(unit, count=COUNTED_MAX), waiting_count(unit, count=COUNTED_MAX), unread(unit, count=COUNTED_MAX),
    )  # fmt: skip
    worst = next((s for s in (Status.SIGN_IN_AGAIN, Status.DELAYED) if any(c.status is s for c in links)), None)
    taste = member.text.taste
    viewer = Viewer(
        member=member.text.name or member.text.email,
        email=member.text.email,
        household=standing.settings.name,
        theme=cast(Theme, taste.theme),
        density="cozy" if taste.density == "cozy" else "compact",
        single_keys=taste.single_keys,
        privacy=taste.privacy,
        demo=standing.demo,
    )
    frame = Frame(
        page=page,
        title=title,
        viewer=viewer,
        csrf=csrf,
        version=desk.household.version,
        nav=nav_items(review_count=asked + waits),
        foot=foot_items(connections_word=WORDS[worst] if worst else "", over=worst is Status.SIGN_IN_AGAIN),
        unread=unseen,
        freshness=late if page not in SAID_INSIDE and (late := freshness_of(eye_of(desk), links)) and late.late else None,
    )
    return Around(frame, tuple(links), asked, waits)


def period_of(month: Month, today: dt.date, path: str, *, locale: str, presets: Sequence[tuple[str, str]] = ()) -> Period:
    """The month control: `path` with `{}` where the month goes."""
    this = Month.of(today)
    later = path.format(month.plus(1)) if month < this else ""
    standard = [("This month", str(this)), ("Last month", str(this.plus(-1))), *presets]
    return Period(
        month_view(month, locale=locale),
        str(month),
        path.format(month.plus(-1)),
        later,
        tuple(Link(label, path.format(value), current=value == str(month)) for label, value in standard),
    )
