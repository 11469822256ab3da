"""The doors of Trends: the page, and its table as a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, get

from farthing.core.dates import Month
from farthing.flows.desk import Desk, accounts_of, read_desk
from farthing.flows.report_compare import Compared, compared
from farthing.flows.report_sheets import trends_sheet
from farthing.flows.report_trends import TrendAsk, read_trends, report_trends
from farthing.flows.view_frame import view_frame
from farthing.flows.view_reports import accounts_menu, chosen_accounts, given_of_report
from farthing.flows.view_saved import view_kept
from farthing.flows.view_trends import PARAMETERS, PATH, view_trends
from farthing.flows.windows import other_window, read_window
from farthing.people.saved_views import Place, saved_views
from farthing.web.callers import Ask, Visitor, world_of
from farthing.web.pages.render import page
from farthing.web.pages.reports import file_of
from farthing.web.pages.transactions import VISITING, Visiting, given_of
from farthing.web.parameters import COUNT, READ_LATER, reads_of

READS = reads_of({name: COUNT if name == "page" else READ_LATER for name in PARAMETERS})


async def _asked(desk: Desk, given: dict[str, str]) -> TrendAsk:
    """The question of an address. Raises Rejected."""
    chosen = chosen_accounts(given.get("account", ""), await accounts_of(desk), desk.household.household_id)
    return read_trends(given, desk.today, chosen)


async def _compared(desk: Desk, asked: TrendAsk) -> Compared:
    """The month in which the question ends against another."""
    window = read_window({"period": str(Month.of(min(asked.last, desk.today)))}, desk.today)
    against = "year_ago" if asked.against == "year_ago" else "previous"
    return await compared(desk, window, other_window(window, against), by=asked.by, accounts=asked.accounts)


async def draw_trends(
    request: Ask, visiting: Visitor, query: Mapping[str, str], *, typed: Mapping[str, str] | None = None, wrong: str = "", status: int = 200
) -> Response[Any]:
    """The whole page. `typed`: the form for a card's name as it was sent, with what is wrong. Raises Rejected."""
    given = given_of_report(query, PARAMETERS)
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        around = await view_frame(desk, page="trends", title="Trends", csrf=visiting.csrf, member_id=visiting.member_id)
        asked = await _asked(desk, given)
        found = await report_trends(desk, asked)
        saved = view_kept(asked, given, await saved_views(desk.unit, desk.sealer, Place.TRENDS), typed=typed, wrong=wrong)
        view = await view_trends(desk, around.connections, found, given, await _compared(desk, asked), saved=saved)
        menu = accounts_menu(PATH, given, await accounts_of(desk), desk.household.household_id)
    request.app.state.access.saw(visiting.household_id, visiting.actor, [0])
    return page("pages/trends.html", status=status, frame=msgspec.structs.replace(around.frame, accounts=menu), view=view)


@get(PATH, dependencies=VISITING, include_in_schema=False, opt=READS)
async def trends_page(request: Ask, visiting: Visiting) -> Response[Any]:
    """What was spent, came in or was left, span for span, and what changed most."""
    return await draw_trends(request, visiting, given_of(request))


@get(f"{PATH}/export", dependencies=VISITING, include_in_schema=False, opt=READS)
async def trends_export(request: Ask, visiting: Visiting) -> Response[bytes]:
    """The same as CSV, every row and digit of it."""
    given = given_of_report(given_of(request), PARAMETERS)
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        asked = await _asked(desk, given)
        sheet = trends_sheet(await report_trends(desk, asked), desk.household.currency)
    request.app.state.access.saw(visiting.household_id, visiting.actor, [0])
    return file_of(sheet.as_csv(), f"{asked.measure}-by-{asked.by}-{asked.first}-to-{asked.last}.csv")


routes: list[Any] = [trends_page, trends_export]
