"""Settings > Notifications: channels and programs are set, tried and removed; what is wrong is said at its field."""

from __future__ import annotations

import re

from test_channels import receiver, with_settings

from farthing.flows.manage_hooks import add_endpoint, ping_endpoint
from farthing.flows.post_hooks import post_hooks
from farthing.flows.world import World
from web.visit import browser
from world import Family

HERE = "/settings/notifications"


async def test_a_channel_is_set_tried_and_removed(world: World, household: Family) -> None:
    async with receiver() as (place, heard), browser(with_settings(world, channel_hosts=place), household) as reader:
        await reader.open(HERE)
        await reader.send(HERE, intent="add", url=f"json://{place}/secret", name="Hall", kinds="refund")
        assert "The channel is set." in reader.words
        assert "Hall json, as they come" in reader.words
        assert "secret" not in reader.page
        (key,) = set(re.findall(r'name="channel_id" value="(chn_\w+)"', reader.page))
        await reader.send(HERE, intent="test", channel_id=key)
        assert ("A test was sent" in reader.words, len(heard)) == (True, 1)
        await reader.send(HERE, intent="edit", channel_id=key, name="Hall", digest="daily", paused="1")
        await reader.open(f"{HERE}?edit={key}")
        assert re.search(r'name="paused" value="1" checked', reader.page), "an edit of another thing leaves it paused"
        await reader.send(HERE, intent="remove", channel_id=key)
        assert "Alerts stay in Farthing" in reader.words


async def test_why_a_channel_or_a_program_takes_nothing_is_said_in_words(world: World, household: Family) -> None:
    async with receiver("503 BUSY") as (place, _), browser(with_settings(world, channel_hosts=place), household) as reader:
        allowed = with_settings(world, channel_hosts=place)
        await reader.open(HERE)
        await reader.send(HERE, intent="add", url=f"json://{place}/", name="Hall")
        (key,) = set(re.findall(r'name="channel_id" value="(chn_\w+)"', reader.page))
        await reader.send(HERE, intent="test", channel_id=key)
        made = await add_endpoint(allowed, household.household_id, household.actor, f"http://{place}/hook")
        await ping_endpoint(allowed, household.household_id, household.actor, made.endpoint.endpoint_id)
        await post_hooks(allowed, household.household_id, made.endpoint.endpoint_id)
        await reader.open(HERE)
    assert re.search(r"Nothing gets through since .+?\. The service did not take the message\.", reader.words)
    assert re.search(r"Takes nothing since .+?\. It answered with status 503\.", reader.words)


async def test_what_is_wrong_is_said(world: World, household: Family) -> None:
    async with browser(world, household) as reader:
        await reader.open(HERE)
        for form, words in (
            ({"intent": "add", "url": "nonsense"}, "An address such as"),
            ({"intent": "add", "url": "json://127.0.0.1/"}, "a machine that we do not speak to"),
            ({"intent": "hook", "hook_url": "https://127.0.0.1/"}, "a machine that we do not speak to"),
            ({"intent": "line", "large": "much"}, ""),
        ):
            await reader.send(HERE, **form)
            assert reader.status == 422
            assert words in reader.words


async def test_a_channel_that_is_not_there_is_said_to_be_gone(world: World, household: Family) -> None:
    async with browser(world, household) as reader:
        await reader.open(f"{HERE}?edit=chn_zzz")
        assert "There is no such channel: it was removed, or the address is mistyped." in reader.words
        assert "New channel" in reader.words


async def test_a_program_is_paused_and_resumed(world: World, household: Family) -> None:
    async with browser(world, household) as reader:
        await reader.open(HERE)
        await reader.send(HERE, intent="hook", hook_url="https://example.org/farthing")
        (key,) = set(re.findall(r'name="endpoint_id" value="(whk_\w+)"', reader.page))
        await reader.send(HERE, intent="hook_pause", endpoint_id=key)
        assert "https://example.org/farthing paused" in reader.words
        await reader.send(HERE, intent="hook_resume", endpoint_id=key)
        assert "https://example.org/farthing paused" not in reader.words
        await reader.send(HERE, intent="hook_pause", endpoint_id="whk_1")
        assert reader.status == 404


async def test_a_programs_secret_is_shown_once(world: World, household: Family) -> None:
    async with browser(world, household) as reader:
        await reader.open(HERE)
        await reader.send(HERE, intent="hook", hook_url="https://example.org/farthing")
        assert len(re.findall(r"whsec_[\w-]{40,}", reader.page)) == 1
        assert "Notify this browser" in reader.words, "the rest of the page stands beside it"
        await reader.open(HERE)
        assert "https://example.org/farthing" in reader.words
        assert "whsec_" not in reader.page
