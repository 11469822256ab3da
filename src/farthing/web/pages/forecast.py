"""The door of the forecast's page."""

from __future__ import annotations

from typing import Any

from litestar import Response, get

from farthing.flows.desk import accounts_of, read_desk
from farthing.flows.look_ahead import cash_accounts, forecast_of
from farthing.flows.report_spending import late_accounts
from farthing.flows.view_forecast import PARAMETERS, PATH, chosen_line, view_forecast
from farthing.flows.view_frame import view_frame
from farthing.flows.view_parts import eye_of
from farthing.flows.view_reports import given_of_report
from farthing.insights.recurring.store import held_series
from farthing.web.callers import Ask, world_of
from farthing.web.pages.render import page
from farthing.web.pages.transactions import VISITING, Visiting, given_of
from farthing.web.parameters import READ_LATER, reads_of


@get(PATH, dependencies=VISITING, include_in_schema=False, opt=reads_of(dict.fromkeys(PARAMETERS, READ_LATER)))
async def forecast_page(request: Ask, visiting: Visiting) -> Response[Any]:
    """What balances will be in the next sixty days."""
    given = given_of_report(given_of(request), PARAMETERS)
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        around = await view_frame(desk, page="cash-flow", title="Forecast", csrf=visiting.csrf, member_id=visiting.member_id)
        held = await accounts_of(desk)
        late = [a for a in await late_accounts(desk, around.connections) if int(a.account_id) in cash_accounts(held)]
        names = {s.recurring_id: s.title for s in await held_series(desk.unit, desk.sealer)}
        made = await forecast_of(desk)
        line = chosen_line(desk, made, held, given)
        view = view_forecast(eye_of(desk), around.connections, made, line, held=held, names=names, late=late)
    request.app.state.access.saw(visiting.household_id, visiting.actor, [0])
    return page("pages/forecast.html", frame=around.frame, view=view)


routes: list[Any] = [forecast_page]
