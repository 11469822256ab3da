"""What confirmed series come to in a month and a year, in the household's unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from farthing.flows.desk import Desk
from farthing.flows.sorts import kind_of
from farthing.insights.recurring.model import YEARLY_TIMES, Held, State
from farthing.ledger.rates import home_amounts

COSTS = ("subscription", "bill")
SUBSCRIPTIONS = ("subscription",)


class Come(msgspec.Struct, frozen=True):
    """Series together: how many, and what they move in a year, signed. `unrated`: units without a rate, which are left out."""

    count: int = 0
    yearly: int = 0
    unrated: tuple[str, ...] = ()

    @property
    def monthly(self) -> int:
        return round(self.yearly / 12)


def yearly_of(one: Held) -> int:
    """What a series moves in a year, in its own unit."""
    return one.usual * YEARLY_TIMES[one.cadence]


async def yearly_at_home(desk: Desk, series: Sequence[Held]) -> dict[int, int | None]:
    """What each moves in a year in the household's unit, by id; None while no rate is known."""
    home = await home_amounts(
        desk.unit, desk.household.currency, [(s.recurring_id, yearly_of(s), s.currency, desk.today) for s in series]
    )  # fmt: skip
    return {s.recurring_id: home.get(s.recurring_id, yearly_of(s)) for s in series}


def come_to(series: Iterable[Held], yearly: Mapping[int, int | None]) -> Come:
    """Their sum."""
    every = list(series)
    known = [minor for s in every if (minor := yearly[s.recurring_id]) is not None]
    return Come(len(every), sum(known), tuple(sorted({s.currency for s in every if yearly[s.recurring_id] is None})))


def costing(desk: Desk, series: Iterable[Held], kinds: Collection[str] = COSTS) -> list[Held]:
    """Confirmed subscriptions and bills, or only those: what a page's figure is made of."""
    return [s for s in series if s.state is State.CONFIRMED and kind_of(desk.categories.of(s.category_id), s.usual) in kinds]
