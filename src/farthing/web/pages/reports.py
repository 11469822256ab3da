"""The doors of Cash flow: the page, and its table as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Response, get

from farthing.connections.model import Connection
from farthing.flows.desk import Desk, accounts_of, read_desk
from farthing.flows.report_cash_flow import CashFlow, report_cash_flow
from farthing.flows.report_sheets import cash_flow_sheet
from farthing.flows.view_cash_flow import PARAMETERS, PATH, view_cash_flow
from farthing.flows.view_frame import view_frame
from farthing.flows.view_parts import eye_of
from farthing.flows.view_reports import accounts_menu, chosen_accounts, days_control, given_of_report
from farthing.flows.windows import read_window
from farthing.web.callers import Ask, world_of
from farthing.web.pages.render import page
from farthing.web.pages.transactions import VISITING, Visiting, given_of
from farthing.web.parameters import READ_LATER, one_of, reads_of

READS = reads_of({name: one_of(("groups", "categories")) if name == "show" else READ_LATER for name in PARAMETERS})


async def _asked(desk: Desk, given: dict[str, str], links: Sequence[Connection] | None = None) -> CashFlow:
    """The report that an address means. Raises Rejected."""
    chosen = chosen_accounts(given.get("account", ""), await accounts_of(desk), desk.household.household_id)
    return await report_cash_flow(desk, read_window(given, desk.today), accounts=chosen, links=links)


@get(PATH, dependencies=VISITING, include_in_schema=False, opt=READS)
async def cash_flow_page(request: Ask, visiting: Visiting) -> Response[Any]:
    """Where money came from, where it went, what was kept."""
    given = given_of_report(given_of(request), PARAMETERS)
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        around = await view_frame(desk, page="cash-flow", title="Cash flow", csrf=visiting.csrf, member_id=visiting.member_id)
        flow = await _asked(desk, given, around.connections)
        view = view_cash_flow(desk, around.connections, flow, given)
        held = await accounts_of(desk)
        frame = msgspec.structs.replace(
            around.with_period(days_control(PATH, given, flow.window, eye_of(desk), desk.today)),
            accounts=accounts_menu(PATH, given, held, desk.household.household_id),
        )
    request.app.state.access.saw(visiting.household_id, visiting.actor, [0])
    return page("pages/cash_flow.html", frame=frame, view=view)


@get(f"{PATH}/export", dependencies=VISITING, include_in_schema=False, opt=READS)
async def cash_flow_export(request: Ask, visiting: Visiting) -> Response[bytes]:
    """The same as CSV."""
    given = given_of_report(given_of(request), PARAMETERS)
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        flow = await _asked(desk, given)
        sheet = cash_flow_sheet(flow, desk.household.currency)
    request.app.state.access.saw(visiting.household_id, visiting.actor, [0])
    return file_of(sheet.as_csv(), f"cash-flow-{flow.window.first}-to-{flow.window.last}.csv")


def file_of(body: bytes, name: str) -> Response[bytes]:
    """A CSV file to keep."""
    return Response(body, media_type="text/csv; charset=utf-8", headers={"content-disposition": f'attachment; filename="{name}"'})


routes: list[Any] = [cash_flow_page, cash_flow_export]
