"""A household of many categories and budgets, and what pages ask of PostgreSQL, counted: both the same on every machine."""

from __future__ import annotations

import csv
import io
from collections.abc import Awaitable, Callable
from importlib import resources

import msgspec

from farthing.categorize.taxonomy import system
from farthing.cli.bench.measure import Figures, Meter
from farthing.cli.bench.people import CARD, Stage, Tenant, count_on, new_household, pages, put_limits, take, wire
from farthing.core.dates import Month
from farthing.flows.desk import Desk, read_desk
from farthing.flows.left_to_spend import NOWHERE
from farthing.flows.read_overview import read_overview
from farthing.flows.report_spending import report_spending
from farthing.flows.view_budget_parts import Asked
from farthing.flows.view_budgets import view_budgets
from farthing.flows.view_frame import view_frame
from farthing.ledger.model import SYSTEM
from farthing.platform.database import Database

MONTHS, BUDGETS = 24, 60
SIGN_IN = 1  # the look-up of who asks, which is not repeated here


async def wide_household(made: Stage) -> Tenant:
    """Two years with a row in each category that a bank's code names, and sixty limits."""
    tenant, this = await new_household(made.world), Month.of(made.world.clock.now().date())
    rows = []
    for back in range(MONTHS):
        for number, code in enumerate(_codes()):
            name = f"Qzx {number}"
            rows.append(wire(CARD, f"wide-{back}-{number}", 10.5 + number, this.plus(-back).first, name, name, code))
    for page in pages(rows):
        await take(made, tenant, page)
    spending = [c.category_id for c in system() if c.group not in NOWHERE]
    await put_limits(made.world, tenant.household_id, [(c, None, 200) for c in spending[: BUDGETS - 8]])  # eight are there
    await count_on(made.world, tenant)
    return tenant


def _codes() -> list[str]:
    """A bank's code for each category that has one."""
    text = resources.files("farthing.categorize").joinpath("data", "plaid.csv").read_text(encoding="utf-8")
    return list({row["slug"]: row["code"] for row in csv.DictReader(io.StringIO(text))}.values())


async def round_trips(made: Stage, tenant: Tenant) -> list[Figures]:
    """How often a page that was looked at before, and whose ledger has changed since, goes to PostgreSQL and back, begin and commit too."""
    db = await Database.open(made.owner_url, connections_max=1)
    world, sent = msgspec.structs.replace(made.world, db=db), list[str]()
    async with db.pool.acquire() as conn:
        conn.add_query_logger(lambda query: sent.append(query.query))
    found = []
    for work, look in LOOKS.items():
        for _ in range(2):
            await count_on(made.world, tenant)
            meter = Meter(None)
            sent.clear()
            with meter.running():
                async with read_desk(world, tenant.household_id, SYSTEM) as desk:
                    await look(desk, tenant)
        found.append(
            meter.figures(f"round_trips.{work}", len(sent) + SIGN_IN, note="n counts them, begin and commit too; no page is drawn")
        )
    await db.aclose()
    return found


async def _overview(desk: Desk, tenant: Tenant) -> None:
    frame = view_frame(desk, page="overview", title="", csrf="", member_id=tenant.member_id)
    await desk.unit.side_by_side(frame, read_overview(desk, Month.of(desk.today), whole=False))


async def _budgets(desk: Desk, tenant: Tenant) -> None:
    frame = view_frame(desk, page="budgets", title="", csrf="", member_id=tenant.member_id)
    await desk.unit.side_by_side(frame, view_budgets(desk, Month.of(desk.today), Asked()))


async def _report(desk: Desk, _: Tenant) -> None:
    this = Month.of(desk.today)
    await report_spending(desk, this.plus(1 - MONTHS).first, this.last, by="category", span="month")


LOOKS: dict[str, Callable[[Desk, Tenant], Awaitable[None]]] = {"overview": _overview, "budgets": _budgets, "report": _report}
