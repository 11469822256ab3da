"""A trend is put on Overview as a card: its figures lead to their rows, it follows the ledger, and it is renamed and taken away again."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

import pytest
import pytest_asyncio

from farthing.core.ids import public
from farthing.flows.desk import accounts_of, read_desk
from farthing.flows.list_filter import read_list
from farthing.flows.list_transactions import list_totals
from farthing.flows.manage_accounts import Opening, add_account, delete_account
from farthing.flows.report_trends import MEASURES, measured
from farthing.flows.saved_views import ViewWish, save_view
from farthing.flows.trend_cards import CARDS_MAX, read_cards
from farthing.flows.view_cards import view_card
from farthing.flows.view_parts import eye_of
from farthing.flows.world import World
from web.visit import Browser, browser
from world import Bank, Family, found

BY_MERCHANT = "measure=spend&by=merchant&per=month&with=previous&n=3&sort=amount"
ROWS = ("2026-11-20 -30.00 ZORBLAX x1", "2026-11-19 -4.00 WIBBLE x2", "2026-10-05 -10.00 ZORBLAX x3", "2026-11-18 9.00 PAYER x4")


@pytest_asyncio.fixture(loop_scope="session")
async def reader(world: World, household: Family, bank: Bank) -> AsyncIterator[Browser]:
    await bank(*ROWS)
    async with browser(world, household) as reader:
        await reader.open("/trends")
        yield reader


async def kept(household: Family, query: str, name: str = "Where it goes") -> None:
    await save_view(household.world, household.household_id, household.actor, ViewWish(name=name, query=query, place="trends"))


def cards(page: str) -> list[str]:
    return re.findall(r'<section class="card trend-card".*?</section>', page, re.DOTALL)


def figures(card: str) -> list[tuple[str, str]]:
    return [(html.unescape(a), t) for a, t in re.findall(r'<a class="amount[^"]*" href="([^"]+)"[^>]*>([^<]+)</a>', card)]


def view_id(page: str) -> str:
    return re.findall(r'name="view_id" value="(vew_\w+)"', page)[0]


async def test_a_trend_is_saved_and_stands_on_overview_with_its_figure(reader: Browser) -> None:
    await reader.open("/trends?by=merchant&n=3&page=1&at=2026-10")
    assert "Put on Overview" in reader.words
    await reader.send("/trends/cards", intent="save", query=BY_MERCHANT, name="  Where it   goes ")
    assert (reader.at, "On Overview" in reader.words) == (f"/trends?{BY_MERCHANT}", True)
    (card,) = cards(await reader.open("/"))
    assert "Where it goes" in card
    assert [text for _, text in figures(card)] == ["34", "30", "10", "4", "0", "34", "10"]
    assert "style=" not in reader.page
    for href, _ in figures(card):
        await reader.open(href)
        assert reader.status == 200, href


async def test_a_card_follows_the_ledger_and_is_renamed_and_removed(reader: Browser, bank: Bank) -> None:
    await reader.send("/trends/cards", intent="save", query=BY_MERCHANT, name="Shops")
    await bank("2026-11-21 -6.00 WIBBLE x9")
    (card,) = cards(await reader.open("/"))
    assert figures(card)[0][1] == "40"
    key = view_id(card)
    await reader.send("/trends/cards", intent="rename", query=BY_MERCHANT, view_id=key, name="Merchants")
    assert "Merchants" in cards(await reader.open("/"))[0]
    await reader.send("/trends/cards", intent="delete", view_id=key, **{"from": "overview"})
    assert cards(reader.page) == []
    assert "The card is removed." in reader.words


async def test_a_removed_card_comes_back_to_its_place_and_goes_once_more(reader: Browser, household: Family) -> None:
    await kept(household, "by=group", "First")
    await kept(household, "by=merchant", "Second")
    await reader.open("/")
    await reader.send("/trends/cards", intent="delete", view_id=view_id(reader.page), **{"from": "overview"})
    (batch,) = re.findall(r'data-undo="(bat_\w+)"', reader.page)
    await kept(household, "by=tag", "first")

    await reader.send(f"/undo/{batch}")
    await reader.open("/")
    assert [name for name in ("First 2", "Second", "first") if f"<bdi>{name}</bdi>" in reader.page] == ["First 2", "Second", "first"]
    assert reader.page.index("First 2") < reader.page.index("Second")

    await reader.open("/activity")
    assert "Card “First” deleted" in reader.words
    back = re.findall(r'name="batch_id" value="(bat_\w+)"', reader.page)[0]
    await reader.send("/activity", batch_id=back)
    assert len(cards(await reader.open("/"))) == 2


@pytest.mark.parametrize("measure", MEASURES)
async def test_every_figure_of_a_card_is_what_the_list_behind_it_comes_to(reader: Browser, household: Family, measure: str) -> None:
    for by, per in (("category", "month"), ("merchant", "week"), ("tag", "quarter"), ("account", "year")):
        await kept(household, f"measure={measure}&by={by}&per={per}&n=2", f"{by} by the {per}")
    async with read_desk(household.world, household.household_id, household.actor) as desk:
        for read in await read_cards(desk):
            card = view_card(eye_of(desk), read, ())
            assert card.total is not None
            for row in (card.total, *card.rows):
                for one in filter(None, (row.now, row.then)):
                    asked = await read_list(desk, dict(parse_qsl(one.href.partition("?")[2])), await accounts_of(desk))
                    value = measured(measure, (await list_totals(desk, asked.wanted)).flowed)
                    assert one.exact == (f"{value:,}" if measure == "count" else str(eye_of(desk).home(value))), one.href


async def test_everybody_of_the_household_sees_the_same_cards_and_nobody_else_does(
    reader: Browser, household: Family, world: World
) -> None:
    await kept(household, BY_MERCHANT)
    async with browser(world, household) as other:
        assert len(cards(await other.open("/"))) == 1
    stranger = await found(world)
    await stranger.bank("2026-11-20 -1.00 BAKER y1")
    async with browser(world, stranger) as away:
        assert cards(await away.open("/")) == []


async def test_a_card_of_an_account_that_is_gone_says_so_and_leaves_the_page_as_it_is(reader: Browser, household: Family) -> None:
    who = (household.world, household.household_id, household.actor)
    account_id = await add_account(*who, Opening(name="Purse", kind="cash", currency="USD"))
    await kept(household, f"account={public('acc', account_id, household=household.household_id)}&n=3", "Of one account")
    await kept(household, "n=3", "Of all")
    await delete_account(*who, account_id)
    gone, whole = cards(await reader.open("/"))
    assert reader.status == 200
    assert "It names an account that is gone." in gone
    assert "trend-card-figure" not in gone
    assert "trend-card-figure" in whole


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"name": " "}, 422, "A view needs a name."),
        ({"name": "SHOPS"}, 422, "There is a view of that name already."),
        ({"query": "category=food"}, 422, "A card has no parameter category."),
        ({"query": "measure=colour"}, 422, "Measure is one of"),
        ({"query": "n=0"}, 422, "N is a number from 1 to 60"),
    ],
)
async def test_what_is_no_card_is_said_beside_its_name(
    reader: Browser, household: Family, form: dict[str, str], status: int, said: str
) -> None:
    await kept(household, BY_MERCHANT, "Shops")
    await reader.send("/trends/cards", **{"intent": "save", "query": "by=group", "name": "Groups", **form})
    assert reader.status == status
    assert said in reader.words
    assert len(cards(await reader.open("/"))) == 1


async def test_a_household_has_at_most_four_cards(reader: Browser, household: Family) -> None:
    for n in range(CARDS_MAX):
        await kept(household, f"n={n + 2}", f"Card {n}")
    await reader.send("/trends/cards", intent="save", query="by=tag", name="One more")
    assert (reader.status, "At most 4 cards; remove one first." in reader.words) == (409, True)
    assert len(cards(await reader.open("/"))) == CARDS_MAX


async def test_the_palette_finds_cards_by_name_and_the_list_does_not_show_them(reader: Browser, household: Family) -> None:
    await kept(household, BY_MERCHANT, "Shops")
    answer = await reader.client.get("/palette", params={"q": "shop"}, headers={"accept": "application/json"})
    (group,) = [g for g in answer.json()["groups"] if g["name"] == "Views"]
    assert [(v["label"], v["href"]) for v in group["items"]] == [("Shops", f"/trends?{BY_MERCHANT}")]
    assert "Shops" not in await reader.open("/transactions?q=x")
