"""The inbox of alerts and its bell: what was said, in words and links, read and unread, by subject."""

from __future__ import annotations

import re

from farthing.core.dates import FixedClock
from farthing.flows.raise_alerts import look
from farthing.flows.world import World
from farthing.notify.alerting import Detail, Fact, Kind, Scope, alerts
from web.visit import Browser, program
from world import Family


async def raised(household: Family, *names: str, kind: Kind = Kind.DOUBLE_CHARGE) -> None:
    """An alert for each name; those said before stay."""
    facts = [Fact(kind=kind, subject_id=n, amount_minor=4200, currency="USD", detail=Detail(name)) for n, name in enumerate(names, 1)]
    async with household.desk() as desk:
        await look(desk, [(facts, Scope((kind,), range(1, len(names) + 1)))])


def bell(reader: Browser) -> str:
    return re.findall(r'aria-label="(Alerts[^"]*)"', reader.page)[0]


async def test_an_empty_inbox_says_so(reader: Browser) -> None:
    await reader.open("/alerts")
    assert "Nothing unread" in reader.words
    assert "Nothing here. Checked 09:17." in reader.words
    assert bell(reader) == "Alerts"


async def test_alerts_are_read_one_by_one_and_all_at_once(reader: Browser, household: Family) -> None:
    await raised(household, "Zorblax", "Quuxley", "Wibble")
    await reader.open("/alerts")
    assert "3 unread" in reader.words
    assert "Wibble took $42 twice" in reader.words
    assert bell(reader) == "Alerts, 3 unread"
    one = re.findall(r'name="alert_id" value="(alr_\w+)"', reader.page)[0]
    await reader.send("/alerts", intent="read", alert_id=one)
    assert "2 unread" in reader.words
    await reader.open("/alerts?kind=unread")
    assert reader.words.count("took $42 twice") == 2
    await reader.send("/alerts", intent="unread", alert_id=one)
    assert "3 unread" in reader.words
    await reader.send("/alerts", intent="all")
    assert "Nothing unread" in reader.words


async def test_the_bell_brings_the_counts_of_the_phones_bottom_bar(reader: Browser, household: Family) -> None:
    await raised(household, "Zorblax", "Quuxley")
    await reader.open("/alerts/bell")
    assert bell(reader) == "Alerts, 2 unread"
    counts = re.findall(r'<span id="(\w+-unread)" [^>]*hx-swap-oob="true"[^>]*>(\d+)<', reader.page)
    assert counts == [("more-unread", "2"), ("alerts-unread", "2")]


async def test_what_is_no_longer_so_says_since_when_and_asks_for_nothing(reader: Browser, household: Family) -> None:
    await raised(household, "Zorblax")
    async with household.desk() as desk:
        await look(desk, [([], Scope((Kind.DOUBLE_CHARGE,), {1}))])
    await reader.open("/alerts")
    assert "no longer so since 22 Nov" in reader.words
    assert bell(reader) == "Alerts"


async def test_kinds_are_asked_for_by_subject_and_others_are_refused(reader: Browser, household: Family) -> None:
    await raised(household, "Zorblax")
    await raised(household, "Netflix", kind=Kind.NEW_SUBSCRIPTION)
    await reader.open("/alerts?kind=bills")
    assert "New subscription: Netflix, $42" in reader.words
    assert "Zorblax" not in reader.words
    assert (await reader.open("/alerts?kind=nonsense"), reader.status)[1] == 422
    assert (await reader.open("/alerts?type=bills"), reader.status)[1] == 422
    assert (await reader.open("/alerts?cursor=alr_zzz!"), reader.status)[1] == 404
    await reader.open("/alerts")
    assert (await reader.send("/alerts", intent="burn"), reader.status)[1] == 422


async def test_five_thousand_alerts_are_pages_and_a_bounded_count(reader: Browser, household: Family) -> None:
    await raised(household, *(f"Shop {n}" for n in range(5_000)))
    await reader.open("/alerts")
    assert bell(reader) == "Alerts, more than 99 unread"
    assert reader.words.count("took $42 twice") == 50
    older = re.findall(r'href="(/alerts\?cursor=[^"]+)"', reader.page)[0]
    await reader.open(older)
    assert reader.words.count("took $42 twice") == 50
    await reader.send("/alerts", intent="all")
    assert "Nothing unread" in reader.words


async def test_overview_says_what_needs_somebody_until_it_is_read(reader: Browser, household: Family, world: World) -> None:
    await household.bank("2026-11-20 -4.00 ZORBLAX x1")
    await raised(household, "Zorblax")
    assert isinstance(world.clock, FixedClock)
    await reader.open("/")
    assert "Zorblax took $42 twice" in reader.words
    await reader.send("/alerts", intent="all")
    await reader.open("/")
    assert "took $42 twice" not in reader.words


async def test_a_program_lists_alerts_of_every_kind_and_marks_all_of_them(world: World, household: Family) -> None:
    await raised(household, "Zorblax", "Quuxley")
    async with program(world, household) as api:
        found = (await api.get("/alerts", params={"kind": "double_charge", "read": "false"})).json()["items"]
        assert [(a["kind"], a["amount"], a["budget_id"], a["period"]) for a in found] == [("double_charge", "42.00", None, None)] * 2
        assert (await api.post("/alerts/read")).json() == {"read": 2}
        assert (await api.get("/alerts", params={"read": "false"})).json()["items"] == []
        assert (await api.get("/alerts", params={"kind": "nonsense"})).status_code == 422
    async with household.unit() as (unit, sealer):
        assert all(a.read_at for a in await alerts(unit, sealer))
