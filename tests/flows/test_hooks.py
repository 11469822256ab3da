"""Programs are told: signed, once for an event, when all has settled, with the version; what hangs is bounded, what dies is seen."""

from __future__ import annotations

import asyncio
import datetime as dt
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from test_channels import raised, with_settings

from farthing.core.dates import FixedClock
from farthing.core.errors import Rejected
from farthing.core.ids import public
from farthing.flows.drain import drain
from farthing.flows.manage_channels import ChannelWish, add_channel
from farthing.flows.manage_hooks import add_endpoint, edit_endpoint, ping_endpoint, rotate_secret, send_again
from farthing.flows.post_hooks import post_hooks
from farthing.flows.watch import watch
from farthing.flows.world import World
from farthing.notify.hooking import Delivery, State, deliveries, endpoint, put_up
from farthing.notify.hooking.model import TRIES_MAX
from web.visit import browser, program
from world import NOW, Bank, Family

Heard = list[tuple[dict[str, str], bytes]]


@asynccontextmanager
async def program_of_theirs(answers: list[int], *, hangs: bool = False) -> AsyncIterator[tuple[str, Heard]]:
    """A program on loopback: its address, and what it heard. It answers with these statuses in turn, then 200."""
    heard: Heard = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in head.split("\r\n")[1:])}
        heard.append((headers, await reader.readexactly(int(headers["content-length"]))))
        if hangs:
            await asyncio.sleep(30)
        status = answers.pop(0) if answers else 200
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}", heard
    server.close()


def is_signed(headers: dict[str, str], body: bytes, secret: str) -> bool:
    """As a receiver checks it."""
    parts = [p.partition("=") for p in headers["farthing-signature"].split(",")]
    stamp = next(v for k, _, v in parts if k == "t")
    mine = hmac.digest(secret.encode(), stamp.encode() + b"." + body, "sha256").hex()
    return any(k == "v1" and v == mine for k, _, v in parts)


async def test_an_alert_is_told_signed_with_the_version_and_once(world: World, household: Family) -> None:
    async with program_of_theirs([]) as (place, heard):
        allowed = with_settings(world, channel_hosts=place)
        made = await add_endpoint(allowed, household.household_id, household.actor, f"http://{place}/hook")
        await raised(household, "Zorblax")
        await drain(allowed, household.household_id)
        for _ in range(2):
            assert await post_hooks(allowed, household.household_id, made.endpoint.endpoint_id) is None
    ((headers, body),) = heard
    told = json.loads(body)
    assert is_signed(headers, body, made.secret)
    assert (told["type"], told["id"], headers["farthing-event"]) == ("alerts.changed", headers["idempotency-key"], "alerts.changed")
    assert [a["text"] for a in told["data"]["raised"]] == ["Zorblax took $42 twice"]
    assert told["version"] > 0


async def test_many_changes_are_one_word_once_they_have_settled(world: World, household: Family, bank: Bank) -> None:
    async with program_of_theirs([]) as (place, heard):
        allowed = with_settings(world, channel_hosts=place)
        made = await add_endpoint(allowed, household.household_id, household.actor, f"http://{place}/hook")
        await bank("2026-11-02 -9.00 ZORBLAX x1")
        await bank("2026-11-03 -9.50 QUUXLEY x2")
        await watch(allowed, household.household_id)
        await watch(allowed, household.household_id)
        await post_hooks(allowed, household.household_id, made.endpoint.endpoint_id)
    told = [json.loads(body) for _, body in heard]
    async with household.desk() as desk:
        assert [(t["type"], t["version"]) for t in told] == [("ledger.changed", desk.household.version)]


async def test_what_is_not_taken_is_tried_again_under_the_same_key_and_given_up_visibly(world: World, household: Family) -> None:
    async with program_of_theirs([500] * TRIES_MAX) as (place, heard):
        allowed = with_settings(world, channel_hosts=place)
        clock = allowed.clock
        assert isinstance(clock, FixedClock)
        who = allowed, household.household_id
        made = await add_endpoint(*who, household.actor, f"http://{place}/hook")
        await ping_endpoint(*who, household.actor, made.endpoint.endpoint_id)
        again = await post_hooks(*who, made.endpoint.endpoint_id)
        while again is not None:
            assert again > clock.now()
            clock.at = again
            again = await post_hooks(*who, made.endpoint.endpoint_id)
        assert len({h["idempotency-key"] for h, _ in heard}) == 1
        async with program(allowed, household) as api:
            (dead,) = (await api.get("/webhook-deliveries", params={"only": "dead"})).json()["items"]
            assert (dead["tries"], dead["status"]) == (TRIES_MAX, 500)
            assert (await api.post(f"/webhook-deliveries/{dead['id']}/again")).json() == {"sent_again": 1}
            assert (await api.post(f"/webhook-deliveries/{dead['id']}/again")).status_code == 404
        await post_hooks(*who, made.endpoint.endpoint_id)
        assert await send_again(*who, household.actor, None) == 0
    async with household.unit() as (unit, sealer):
        assert [d.state for d in await deliveries(unit, sealer)] == [State.SENT]


async def test_a_worker_that_dies_before_it_wrote_down_sends_again_under_the_same_key(world: World, household: Family) -> None:
    """Given a worker that ends once the program has heard and before that is written down: the next one sends the same again."""
    async with program_of_theirs([]) as (place, heard):
        allowed = with_settings(world, channel_hosts=place)
        who = allowed, household.household_id
        made = await add_endpoint(*who, household.actor, f"http://{place}/hook")
        await ping_endpoint(*who, household.actor, made.endpoint.endpoint_id)
        async with household.unit() as (unit, _):
            await unit.conn.execute("lock table webhook_delivery in share mode")
            dying = asyncio.create_task(post_hooks(*who, made.endpoint.endpoint_id))
            async with asyncio.timeout(20):
                while not heard:
                    await asyncio.sleep(0.01)
            dying.cancel()
            await asyncio.gather(dying, return_exceptions=True)
        counted: list[tuple[str, str]] = []
        await post_hooks(*who, made.endpoint.endpoint_id, heard=lambda *how: counted.append(how))
        await post_hooks(*who, made.endpoint.endpoint_id, heard=lambda *how: counted.append(how))
    (first, first_body), (second, second_body) = heard
    assert first["idempotency-key"] == second["idempotency-key"]
    assert first_body == second_body
    assert counted == [("webhook", "sent")]


async def test_an_endpoint_or_channel_is_removed_only_as_it_was_seen(world: World, household: Family) -> None:
    made = await add_endpoint(world, household.household_id, household.actor, "https://example.org/hook")
    one = await add_channel(world, household.household_id, household.actor, ChannelWish(url="json://example.org/"))
    async with program(world, household) as api:
        for path in (f"/webhook-endpoints/{public('whk', made.endpoint.endpoint_id)}", f"/channels/{public('chn', one.channel_id)}"):
            answers = [
                (await api.delete(path, headers={"If-Match": tag})).status_code for tag in ('"7"', (await api.get(path)).headers["etag"])
            ]
            assert answers == [412, 204]


async def test_an_endpoint_that_hangs_costs_one_deadline(world: World, household: Family) -> None:
    async with program_of_theirs([], hangs=True) as (place, heard):
        allowed = with_settings(world, channel_hosts=place)
        made = await add_endpoint(allowed, household.household_id, household.actor, f"http://{place}/hook")
        for _ in range(3):
            await ping_endpoint(allowed, household.household_id, household.actor, made.endpoint.endpoint_id)
        again = await post_hooks(allowed, household.household_id, made.endpoint.endpoint_id, deadline_s=0.5)
        assert again is not None
        assert len(heard) == 1
        assert again > allowed.clock.now(), "the others wait until it is tried again"
    async with household.unit() as (unit, sealer):
        assert sorted(d.tries for d in await deliveries(unit, sealer)) == [0, 0, 1]


async def test_while_a_secret_changes_both_sign(world: World, household: Family) -> None:
    async with program_of_theirs([]) as (place, heard):
        allowed = with_settings(world, channel_hosts=place)
        clock, who = allowed.clock, (allowed, household.household_id, household.actor)
        assert isinstance(clock, FixedClock)
        made = await add_endpoint(*who, f"http://{place}/hook")
        new = await rotate_secret(*who, made.endpoint.endpoint_id)
        for days in (0, 2):
            clock.at += dt.timedelta(days=days)
            await ping_endpoint(*who, made.endpoint.endpoint_id)
            await post_hooks(allowed, household.household_id, made.endpoint.endpoint_id)
    assert [(is_signed(h, b, made.secret), is_signed(h, b, new.secret)) for h, b in heard] == [(True, True), (False, True)]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/",
        "https://10.0.0.1/",
        "https://localhost/",
        "ftp://x/",
        "",
        "https://u:p@example.org/",
    ],
)
async def test_an_address_indoors_or_in_the_clear_is_refused(world: World, household: Family, url: str) -> None:
    with pytest.raises(Rejected):
        await add_endpoint(world, household.household_id, household.actor, url)


async def test_a_paused_program_hears_afterwards_what_was_said_meanwhile_the_oldest_first(
    world: World, household: Family, bank: Bank
) -> None:
    async with program_of_theirs([]) as (place, heard):
        allowed = with_settings(world, channel_hosts=place)
        who = allowed, household.household_id, household.actor
        one = (await add_endpoint(*who, f"http://{place}/hook")).endpoint
        await edit_endpoint(*who, one.endpoint_id, paused=True)
        await bank("2026-11-02 -9.00 ZORBLAX x1")
        await watch(allowed, household.household_id)
        for names in (("Zorblax",), ("Zorblax", "Quuxley"), ("Quuxley",)):
            await raised(household, *names)
            await drain(allowed, household.household_id)
        assert await post_hooks(allowed, household.household_id, one.endpoint_id) is None
        assert heard == []
        await edit_endpoint(*who, one.endpoint_id, paused=False)
        await watch(allowed, household.household_id)
        await post_hooks(allowed, household.household_id, one.endpoint_id)
    told = [json.loads(body) for _, body in heard]
    assert [t["type"] for t in told] == ["alerts.changed"] * 3 + ["ledger.changed"]
    assert [len(t["data"]["raised"]) for t in told[:3]] == [1, 1, 0]
    assert len({headers["idempotency-key"] for headers, _ in heard}) == 4


async def test_what_a_paused_program_is_to_hear_is_bounded_and_what_is_dropped_is_counted(world: World, household: Family) -> None:
    place = world, household.household_id, household.actor
    one = (await add_endpoint(*place, "https://example.org/hook")).endpoint
    await edit_endpoint(*place, one.endpoint_id, paused=True)
    async with household.unit() as (unit, sealer):
        for number in range(1, 6):
            made = Delivery(
                delivery_id=number,
                endpoint_id=one.endpoint_id,
                event_id=number,
                kind="alerts.changed",
                version=1,
                at=NOW,
                next_at=NOW,
                body={},
            )
            await put_up(unit, sealer, [made], paused=[one.endpoint_id], kept_max=2)
        assert [d.delivery_id for d in await deliveries(unit, sealer)] == [5, 4]
        assert (await endpoint(unit, sealer, one.endpoint_id)).dropped == 3
    async with browser(world, household) as reader:
        await reader.open("/settings/notifications")
        assert "the oldest 3 were dropped" in reader.words
    async with program(world, household) as api:
        (item,) = (await api.get("/webhook-endpoints")).json()["items"]
        assert (item["paused"], item["dropped"]) == (True, 3)
    await edit_endpoint(*place, one.endpoint_id, paused=False)
    await edit_endpoint(*place, one.endpoint_id, paused=True)
    async with household.unit() as (unit, sealer):
        assert (await endpoint(unit, sealer, one.endpoint_id)).dropped == 0
