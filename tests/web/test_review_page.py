"""Review: what is asked, with both rows side by side; answers without a script; the badge; merging from an open transaction."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest_asyncio

from farthing.core.ids import public
from farthing.flows.world import World
from web.visit import Browser, browser
from world import Bank, Family, found


@pytest_asyncio.fixture(loop_scope="session")
async def reader(world: World, household: Family) -> AsyncIterator[Browser]:
    async with browser(world, household) as reader:
        await reader.open("/review")
        yield reader


def questions(page: str) -> list[str]:
    return re.findall(r'id="(sug_\w+)" tabindex', page)


def since(page: str) -> str:
    return re.findall(r'name="since" value="(\d+)"', page)[0]


async def two_doubles(bank: Bank) -> int:
    await bank("2026-10-01 -9.99 GRULTZ x1", "2026-10-01 -8.99 WIBBLE x2")
    batch_id, _ = await bank.file("2026-10-02 -9.99 FLUMBO", "2026-10-04 -8.99 SNORK")
    await bank.family.looked_at()
    return batch_id


async def test_without_questions_it_says_so(reader: Browser) -> None:
    assert reader.status == 200
    assert "Nothing to review" in reader.words
    assert "Checked 09:17." in reader.words


async def test_a_question_shows_both_rows_and_why(reader: Browser, bank: Bank) -> None:
    await two_doubles(bank)
    await reader.open("/review")
    assert "Possible duplicates (2)" in reader.words
    assert "Same amount one day apart, one from Paper Bank and one from your file of 22 Nov." in reader.words
    assert "Same amount three days apart" in reader.words
    assert "Another merchant, same amount, one day apart." in reader.words
    for shown in ("Grultz", "Thu 1 Oct, Checking", "GRULTZ", "−$9.99", "Flumbo", "Fri 2 Oct", "Booked, kept", "Your file of 22 Nov"):
        assert shown in reader.words, shown
    assert "0 of 2 reviewed" in reader.words


async def test_answers_count_up_to_the_end_and_are_taken_back(reader: Browser, bank: Bank, household: Family) -> None:
    await two_doubles(bank)
    await reader.open("/review")
    first, second = questions(reader.page)
    began = since(reader.page)
    await reader.send(f"/review/{first}", answer="merge", since=began)
    assert reader.at.startswith(f"/review?since={began}&said=Merged&batch=bat_")
    assert "1 of 2 reviewed" in reader.words
    assert "Merged Undo" in reader.words
    await reader.send(f"/review/{second}", answer="keep_apart", since=began)
    assert "All done" in reader.words
    assert "2 reviewed." in reader.words
    assert len(await household.rows()) == 3
    batch = re.findall(r"/undo/(bat_\w+)", reader.page)[0]
    await reader.send(f"/undo/{batch}")
    await reader.open(f"/review?since={began}")
    assert "1 of 2 reviewed" in reader.words


async def test_everything_of_one_file_is_merged_at_once(reader: Browser, bank: Bank, household: Family) -> None:
    batch_id = await two_doubles(bank)
    await reader.open("/review")
    assert "Merge all 2 from a file" in reader.words
    await reader.send("/review", batch_id=public("bat", batch_id), answer="merge", since=since(reader.page))
    assert "All done" in reader.words
    assert len(await household.rows()) == 2


async def test_a_second_answer_to_what_was_answered_otherwise_is_said_in_words(reader: Browser, bank: Bank) -> None:
    await two_doubles(bank)
    await reader.open("/review")
    first, _ = questions(reader.page)
    await reader.send(f"/review/{first}", answer="keep_apart")
    await reader.send(f"/review/{first}", answer="merge")
    assert reader.status == 409
    assert "Not done: This was answered already" in reader.words
    await reader.send(f"/review/{first}", answer="maybe")
    assert reader.status == 422
    assert "no parameter group" in await reader.open("/review?group=sure")
    assert (await reader.open("/review?at=nonsense"), reader.status)[1] == 404


async def test_the_rail_counts_what_is_open_and_the_overview_names_it(reader: Browser, bank: Bank) -> None:
    await two_doubles(bank)
    await reader.open("/")
    assert "2 possible doubles Review" in reader.words
    assert 'href="/review#questions"' in reader.page
    assert re.search(r"<span>Review</span><span>2</span>", reader.page)
    assert re.search(r'<span>Review</span><span class="tab-count">2</span>', reader.page)


async def test_an_import_leads_to_what_it_asks(reader: Browser, bank: Bank) -> None:
    batch_id = await two_doubles(bank)
    await reader.open(f"/imports/{public('imp', batch_id)}")
    assert "2 rows look like one that was here: merge or keep both in Review" in reader.words


async def test_an_open_transaction_is_merged_with_its_look_alike(reader: Browser, bank: Bank, household: Family) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1", "2026-10-03 -9.99 FLUMBO x2", "2026-10-03 -8.00 SNORK x3", "2026-11-20 -9.99 LATER x4")
    kept, other = [public("txn", await household.id_of(x)) for x in ("x1", "x2")]
    await reader.open(f"/transactions/{kept}")
    assert re.findall(r'name="other_id" value="(\w+)"', reader.page) == [other]
    await reader.send(f"/transactions/{kept}/merge", other_id=other)
    assert reader.at == f"/transactions/{kept}"
    assert "merged another row with it" in reader.words
    assert 'name="other_id"' not in reader.page
    assert sum("-9.99" in row for row in await household.rows()) == 2


async def test_a_strangers_question_is_not_found(reader: Browser, bank: Bank, world: World) -> None:
    await two_doubles(bank)
    await reader.open("/review")
    first, _ = questions(reader.page)
    async with browser(world, await found(world)) as stranger:
        await stranger.open("/review")
        await stranger.send(f"/review/{first}", answer="merge")
        assert stranger.status == 404
