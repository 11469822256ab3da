"""Every figure of every report is the total of the list it leads to, and parts add up to the whole: over seeded households.

With splits, refunds, hidden, gone, pending and transferred rows, rows of the owner's own name, tags, a unit without a rate and one with.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from urllib.parse import parse_qsl

import pytest
import pytest_asyncio

from farthing.flows.desk import Desk, accounts_of, read_desk
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.list_filter import read_list
from farthing.flows.list_transactions import list_totals
from farthing.flows.report_cash_flow import Band, report_cash_flow
from farthing.flows.report_compare import compare
from farthing.flows.report_links import list_href
from farthing.flows.report_spending import BY, Scope, span_days, summed
from farthing.flows.split_up import Slice, split_up
from farthing.flows.windows import other_window, window_of
from farthing.flows.world import World
from farthing.ledger.reading.counting import Flowed
from web.test_overview_links import a_seeded_household
from world import NOW, Family

TODAY = NOW.date()
WHOLE = (dt.date(2026, 9, 1), dt.date(2026, 11, 30))
ODD = (dt.date(2026, 9, 13), dt.date(2026, 11, 17))


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=[3, 4])
async def family(whole_world: World, request: pytest.FixtureRequest) -> Family:
    rng = random.Random(request.param)
    made = await a_seeded_household(whole_world, request.param)
    who = (made.world, made.household_id, made.actor)
    made.bank.has("euros", currency="EUR")
    lines = [f"2026-{9 + n % 3:02d}-{2 + 2 * n:02d} {'' if n % 4 == 0 else '-'}{20 + n}.10EUR QUUXLEY in euros y{n}" for n in range(9)]
    await made.bank(*lines)
    ids = [await made.id_of(f"x{n}") for n in range(3, 70)]
    for row in rng.sample(ids, 10):
        await edit_transaction(*who, row, Edit(tags=rng.sample(["work", "home", "Trip to Rome"], rng.randrange(1, 3))))
    for row in rng.sample(ids, 6):
        await edit_transaction(*who, row, Edit(merchant=rng.choice(["Corner shop", "corner  SHOP", "Quuxley"])))
    async with made.unit() as (unit, _):
        amounts = {
            r["transaction_id"]: r["amount"]
            for r in await unit.conn.fetch("select transaction_id, amount from transaction where not split")
        }
    row = next(i for i in ids if i in amounts and abs(amounts[i]) > 300)
    groceries, coffee = [await made.category(slug) for slug in ("groceries", "coffee")]
    third = amounts[row] // 3
    await split_up(*who, row, [Slice(third, groceries), Slice(third, coffee), Slice(amounts[row] - 2 * third, 0)])
    return made


async def list_of(desk: Desk, href: str) -> Flowed:
    """What the header of the list at this address says."""
    path, _, query = href.partition("?")
    assert path == "/transactions"
    asked = await read_list(desk, dict(parse_qsl(query, keep_blank_values=True)), await accounts_of(desk))
    return (await list_totals(desk, asked.wanted)).flowed


def figures(one: Flowed) -> tuple[int, int, int]:
    return one.money_in, one.money_out, one.count


@pytest.mark.parametrize("by", BY)
async def test_each_cell_is_its_list_and_all_of_them_the_whole(family: Family, by: str) -> None:
    async with read_desk(family.world, family.household_id, family.actor) as desk:
        for (first, last), span in ((WHOLE, "month"), (ODD, "month"), (ODD, "week"), (WHOLE, "quarter")):
            table = await summed(desk, Scope(first=first, last=last, by=by, span=span))
            whole = await list_of(desk, list_href(first, last))
            if by != "tag":
                assert sum_of(table.sums.values()) == (whole.money_in, whole.money_out), (by, span)
            for (at, key), one in table.sums.items():
                begins, ends = span_days(at, span)
                href = list_href(max(first, begins), min(last, ends), by=by, key=key)
                assert figures(await list_of(desk, href)) == figures(one), href


@pytest.mark.parametrize("by", BY)
async def test_spending_alone_is_the_list_of_spending(family: Family, by: str) -> None:
    async with read_desk(family.world, family.household_id, family.actor) as desk:
        table = await summed(desk, Scope(first=WHOLE[0], last=WHOLE[1], by=by, span="month", spending=True))
        for (at, key), one in table.sums.items():
            href = list_href(*span_days(at, "month"), by=by, key=key, side="out")
            listed = await list_of(desk, href)
            assert (listed.money_out, listed.count) == (one.money_out, one.count), href


def sum_of(flows: Iterable[Flowed]) -> tuple[int, int]:
    held = list(flows)
    return sum(f.money_in for f in held), sum(f.money_out for f in held)


@pytest.mark.parametrize("days", [WHOLE, ODD, (dt.date(2026, 11, 1), dt.date(2026, 11, 30))])
async def test_each_band_of_the_flow_is_its_list_and_both_sides_are_even(family: Family, days: tuple[dt.date, dt.date]) -> None:
    async with read_desk(family.world, family.household_id, family.actor) as desk:
        flow = await report_cash_flow(desk, window_of(*days, TODAY))
        assert flow.total.flowed == await list_of(desk, list_href(*days))
        assert sum(b.minor for b in flow.sources) - sum(b.minor for b in flow.uses) == flow.total.flowed.net
        for source in flow.sources:
            listed = await list_of(desk, source.href)
            assert source.minor == (listed.money_out if "money back" in source.label else listed.money_in), source
        for band in flow.uses:
            assert await spent(desk, band) == band.minor
            assert not band.parts or sum(p.minor for p in band.parts) == band.minor
            for part in band.parts:
                assert await spent(desk, part) == part.minor
        for month in flow.months:
            assert month.flowed.net == (await list_of(desk, list_href(month.month.first, month.month.last))).net


async def spent(desk: Desk, band: Band) -> int:
    listed = await list_of(desk, band.href)
    return -listed.money_in if "paid back" in band.label else -listed.money_out


@pytest.mark.parametrize("against", ["previous", "year_ago", "2026-09"])
async def test_both_sides_of_a_comparison_are_lists(family: Family, against: str) -> None:
    window = window_of(dt.date(2026, 11, 1), dt.date(2026, 11, 30), TODAY)
    async with read_desk(family.world, family.household_id, family.actor) as desk:
        for by in BY:
            found = await compare(desk, window, other_window(window, against), by=by)
            for days, name in ((found.window, "now"), (found.other, "before")):
                for row in found.rows:
                    listed = await list_of(desk, list_href(days.first, days.last, by=by, key=row.key))
                    assert figures(listed) == figures(getattr(row, name)), (by, row)
