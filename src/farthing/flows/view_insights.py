"""The page of insights: what a year of figures says, by heading, and what was dismissed."""

from __future__ import annotations

from typing import Final

from farthing.connections import store
from farthing.core.dates import Month
from farthing.core.ids import public
from farthing.flows.desk import Desk
from farthing.flows.recurring_totals import SUBSCRIPTIONS, costing, yearly_at_home
from farthing.flows.say_insight import NAMES, href_of, in_order, words_of
from farthing.flows.view_models.format import counted
from farthing.flows.view_models.insights import InsightGroup, InsightLine, InsightsPage
from farthing.flows.view_parts import eye_of, freshness_said
from farthing.insights.finding.model import Insight, Kind
from farthing.insights.finding.rules import MONTHS_MIN
from farthing.insights.finding.store import insights
from farthing.insights.recurring.model import State
from farthing.insights.recurring.store import first_day, held_series

SEE: Final = {
    Kind.SUBSCRIPTIONS: "Subscriptions", Kind.SAME_KIND: "Payments", Kind.FEES: "Transactions", Kind.PRICE_RISE: "Payments",
    Kind.TRIAL_OVER: "Payments", Kind.UNUSUAL_MONTH: "Transactions", Kind.IDLE_CASH: "Account",
}  # fmt: skip
YOUNG = "Six whole months of transactions are needed to say what is usual; until then only subscriptions and fees are told here."
NOTHING = "Nothing to say. Subscriptions, fees, prices that rose, months out of the ordinary and idle cash would stand here."
ASKED = "What subscriptions cost, two services of one kind and prices that rose are told once you say which payments come again."


async def view_insights(desk: Desk, *, saved: str, undo_id: str) -> InsightsPage:
    """The whole page."""
    held = await insights(desk.unit, desk.sealer)
    series = await held_series(desk.unit, desk.sealer)
    costs = costing(desk, series, SUBSCRIPTIONS)
    suggested = sum(s.state is State.SUGGESTED for s in series)
    yearly = await yearly_at_home(desk, costs)
    unrated = sorted({s.currency for s in costs if yearly[s.recurring_id] is None})
    shown: dict[str, list[InsightLine]] = {}
    for one in in_order(held):
        shown.setdefault(NAMES[one.finding.kind], []).append(_line(desk, one))
    first = await first_day(desk.unit)
    young = first is None or Month.of(first) >= Month.of(desk.today).plus(-MONTHS_MIN)
    asked = f"{counted(suggested, 'payment')} may come again. {ASKED}" if suggested and not costs else ""
    return InsightsPage(
        groups=tuple(InsightGroup(title, f"group-{n}", tuple(lines)) for n, (title, lines) in enumerate(shown.items())),
        dismissed=tuple(_line(desk, i) for i in in_order(held, dismissed=True)),
        empty=YOUNG if young else NOTHING if not shown and not asked else "",
        asked=asked,
        freshness=freshness_said(eye_of(desk), await store.every(desk.unit, desk.sealer)),
        unrated=f"without {', '.join(unrated)}: no rate is known" if unrated else "",
        saved=saved,
        undo_id=undo_id,
    )


def _line(desk: Desk, one: Insight) -> InsightLine:
    return InsightLine(
        public("ins", one.insight_id), words_of(desk, one.finding), href_of(desk, one.finding), SEE[one.finding.kind]
    )  # fmt: skip
