"""The first run: signing up leads to it, and it leads to the first transactions."""

from __future__ import annotations

import re

import httpx

from farthing.flows.world import World
from persons import PASSWORD as NEW_PASSWORD
from persons import fresh_email
from web.visit import Browser, application
from world import Bank


async def test_who_signs_up_says_how_money_counts_and_then_how_to_begin(world: World) -> None:
    transport = httpx.ASGITransport(app=application(world))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", follow_redirects=True) as client:
        stranger = Browser(client)
        person = {"name": "Anna Schmidt", "email": fresh_email(), "password": NEW_PASSWORD, "zone": "Europe/Berlin", "locale": "de-DE"}
        await stranger.send("/sign-up", **person)
        assert stranger.at == "/welcome"
        assert '<option value="EUR" selected>' in stranger.page
        assert '<option value="Europe/Berlin" selected>' in stranger.page
        await stranger.send("/welcome", household="The Schmidts", currency="EUR", zone="Europe/Berlin")
        assert stranger.at == "/welcome?step=begin"
        assert set(re.findall(r'class="button[^"]*" href="([^"]+)"', stranger.page)) >= {
            "/connections?add=1",
            "/imports",
            "/accounts?add=1",
        }
        await stranger.open("/")
        assert "Let us get your transactions in" in stranger.words
        assert 'href="/welcome"' in stranger.page
        assert "The Schmidts" in stranger.words


async def test_what_is_no_currency_zone_or_name_is_refused_in_words(reader: Browser) -> None:
    await reader.open("/welcome")
    good = {"household": "Us", "currency": "USD", "zone": "UTC"}
    for fault, said in (
        ({"currency": "DOLLARS"}, "A household counts in a currency"),
        ({"zone": "Mars/Base"}, "An IANA zone"),
        ({"household": "x" * 99}, "At most 80 characters"),
    ):
        await reader.send("/welcome", **{**good, **fault})
        assert reader.status == 422
        assert said in reader.words


async def test_the_currency_stands_once_there_are_transactions_in_it(reader: Browser, bank: Bank) -> None:
    await bank("2026-11-01 -45.10 GROCER x1")
    await reader.open("/welcome")
    await reader.send("/welcome", household="Us", currency="EUR", zone="UTC")
    assert reader.status == 422
    assert "The currency is fixed once there are transactions" in reader.words


async def test_a_household_of_a_week_sees_what_it_spent_and_no_comparison_with_a_month_before_it_began(reader: Browser, bank: Bank) -> None:
    await bank("2026-11-18 -45.10 GROCER x1", "2026-11-20 -4.90 GROCER x2")
    await reader.open("/")
    assert "Spent so far this month Include bills $50.00 Set budgets to see what is left." in reader.words
    assert "We need two weeks of transactions to draw this." in reader.words
    assert "than this time last month" not in reader.words
    await bank("2026-10-30 -10.00 GROCER x3")
    await reader.open("/")
    assert "More than this time last month Include bills $50.00" in reader.words
    assert "We need two weeks" not in reader.words
