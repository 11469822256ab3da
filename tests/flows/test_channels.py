"""Alerts leave the house: by mail through a real server, by a real HTTP service, once, in few messages, at decent hours, never indoors."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from test_drain import PostOffice, words

from farthing.connections import due
from farthing.connections.model import Status
from farthing.core.dates import FixedClock
from farthing.core.errors import Refused, Rejected, Unavailable
from farthing.flows.drain import drain
from farthing.flows.manage_channels import ChannelWish, add_channel, edit_channel, try_channel
from farthing.flows.raise_alerts import look
from farthing.flows.tell_channel import TRIES_MAX, tell_channel
from farthing.flows.world import World
from farthing.notify.alerting import Detail, Fact, Kind, Scope
from farthing.notify.telling import Channel, channel, is_quiet, send_at
from farthing.notify.telling.model import ChannelText, Digest, Quiet
from farthing.notify.telling.post import Message, post
from farthing.platform.settings import Settings
from world import Bank, Family

NOON = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


def with_settings(world: World, **given: str) -> World:
    """The same world under other settings."""
    named = {f"FARTHING_{name.upper()}": text for name, text in given.items()}
    return msgspec.structs.replace(world, settings=Settings.read({"FARTHING_HOME": str(world.settings.home), **named}))


@asynccontextmanager
async def receiver(answer: str = "200 OK", *, hangs: bool = False) -> AsyncIterator[tuple[str, list[str]]]:
    """A service on loopback: its place, and the bodies that it was sent."""
    heard: list[str] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        size = int(head.split("content-length: ")[1].split("\r\n")[0]) if "content-length: " in head else 0
        heard.append((await reader.readexactly(size)).decode())
        if hangs:
            await asyncio.sleep(30)
        writer.write(f"HTTP/1.1 {answer}\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{{}}".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}", heard
    server.close()


async def raised(family: Family, *names: str, kind: Kind = Kind.DOUBLE_CHARGE) -> None:
    """An alert for each name and no other of this kind."""
    facts = [Fact(kind=kind, subject_id=n, amount_minor=4200, currency="USD", detail=Detail(name)) for n, name in enumerate(names, 1)]
    async with family.desk() as desk:
        held = [r["subject_id"] for r in await desk.unit.conn.fetch("select subject_id from alert where kind = $1", int(kind))]
        await look(desk, [(facts, Scope((kind,), {*held, *(f.subject_id for f in facts)}))])


async def made(world: World, family: Family, url: str, **more: Any) -> Channel:
    return await add_channel(world, family.household_id, family.actor, ChannelWish(url=url, **more))


async def told(world: World, family: Family, one: Channel) -> dt.datetime | None:
    """The outbox is emptied, and the channel has its turn."""
    await drain(world, family.household_id)
    return await tell_channel(world, family.household_id, one.channel_id)


async def turn(family: Family) -> dt.datetime | None:
    async with family.world.db.shared() as conn:
        at: dt.datetime | None = await conn.fetchval(
            "select next_at from due where household_id = $1 and kind = $2", family.household_id, int(due.Kind.TELL)
        )
        return at


async def test_alerts_go_out_by_mail_once_and_what_is_no_longer_so_is_taken_back(world: World, household: Family) -> None:
    async with PostOffice() as office:
        mailing = with_settings(world, smtp_url=office.url, public_url="https://farthing.example")
        one = await made(mailing, household, f"mailto:{household.email}")
        await raised(household, "Zorblax", "Quuxley")
        await told(mailing, household, one)
        await told(mailing, household, one)
        assert [letter["subject"] for letter in office.letters] == ["2 alerts from Farthing"]
        assert "Zorblax took $42 twice" in words(office.letters[0])
        assert "https://farthing.example/alerts" in words(office.letters[0])
        await raised(household, "Zorblax")
        await told(mailing, household, one)
        assert office.letters[1]["subject"] == "No longer so: Quuxley took $42 twice"


async def test_five_thousand_alerts_are_one_message(world: World, household: Family) -> None:
    async with PostOffice() as office:
        mailing = with_settings(world, smtp_url=office.url)
        one = await made(mailing, household, f"mailto:{household.email}")
        await raised(household, *(f"Shop {n}" for n in range(5_000)))
        await told(mailing, household, one)
        await told(mailing, household, one)
    (letter,) = office.letters
    assert letter["subject"] == "5000 alerts from Farthing" or "alerts from Farthing" in str(letter["subject"])
    assert "and 4,980 more" in words(letter)


async def test_a_dead_mail_server_loses_nothing_and_says_so(world: World, household: Family) -> None:
    async with PostOffice() as office:
        office.closed = True
        mailing = with_settings(world, smtp_url=office.url)
        one = await made(mailing, household, f"mailto:{household.email}")
        await raised(household, "Zorblax")
        clock = household.world.clock
        assert isinstance(clock, FixedClock)
        for _ in range(TRIES_MAX):
            again = await told(mailing, household, one)
            assert again is not None
            clock.at = again
        assert again - clock.now() < dt.timedelta(days=1, seconds=1)
        async with household.unit() as (unit, sealer):
            held = await channel(unit, sealer, one.channel_id)
        assert (held.tries, held.failed_with) == (TRIES_MAX, "mail_refused")
        assert held.failing_since is not None
        office.closed = False
        await told(mailing, household, one)
        assert [letter["subject"] for letter in office.letters] == ["Zorblax took $42 twice"]


async def test_a_kind_that_is_switched_off_and_what_was_read_already_stay_here(world: World, household: Family) -> None:
    async with PostOffice() as office:
        mailing = with_settings(world, smtp_url=office.url)
        one = await made(mailing, household, f"mailto:{household.email}", muted=["double_charge"])
        await raised(household, "Zorblax")
        await told(mailing, household, one)
        await edit_channel(mailing, household.household_id, household.actor, one.channel_id, ChannelWish(url=""))
        await told(mailing, household, one)
        assert office.letters == []


async def test_what_was_said_of_a_budget_that_is_gone_is_not_told(world: World, household: Family) -> None:
    async with PostOffice() as office:
        mailing = with_settings(world, smtp_url=office.url)
        one = await made(mailing, household, f"mailto:{household.email}")
        await raised(household, "gone", kind=Kind.BUDGET)
        assert await told(mailing, household, one) is None
        await raised(household, "Zorblax")
        await told(mailing, household, one)
    assert [letter["subject"] for letter in office.letters] == ["Zorblax took $42 twice"]


async def test_a_bank_that_its_owner_took_away_is_not_said_to_be_back(world: World, household: Family, bank: Bank) -> None:
    link = int(await bank.link())
    needs = Fact(kind=Kind.BANK_NEEDS_YOU, subject_id=link, period=None, detail=Detail("Paper Bank"))
    scope = Scope((Kind.BANK_NEEDS_YOU,), {link})
    async with PostOffice() as office:
        mailing = with_settings(world, smtp_url=office.url)
        one = await made(mailing, household, f"mailto:{household.email}")
        async with household.desk() as desk:
            await look(desk, [([needs], scope)])
        await told(mailing, household, one)
        async with household.desk() as desk:
            await desk.unit.conn.execute("update connection set status = $1", int(Status.DISCONNECTED))
            await look(desk, [([], scope)])
        await raised(household, "Zorblax")
        await told(mailing, household, one)
    assert office.letters[1]["subject"] == "Zorblax took $42 twice"
    assert "more" not in words(office.letters[1])


async def test_a_message_waits_for_the_end_of_the_quiet_hours(world: World, household: Family) -> None:
    async with PostOffice() as office:
        mailing = with_settings(world, smtp_url=office.url)
        one = await made(mailing, household, f"mailto:{household.email}", quiet_from="09:00", quiet_to="11:30")
        await raised(household, "Zorblax")
        assert await told(mailing, household, one) == dt.datetime(2026, 11, 22, 11, 30, tzinfo=dt.UTC)
        assert await turn(household) == dt.datetime(2026, 11, 22, 11, 30, tzinfo=dt.UTC)
        assert office.letters == []


async def test_mail_goes_to_members_alone_and_an_address_must_mean_something(world: World, household: Family) -> None:
    async with PostOffice() as office:
        mailing = with_settings(world, smtp_url=office.url)
        for url in ("mailto:stranger@example.org", "nonsense", "nonsense://here", "", "file:///etc/passwd", "syslog://", "x" * 3_000):
            with pytest.raises(Rejected):
                await made(mailing, household, url)
    with pytest.raises(Refused, match="no mail can be sent"):
        await made(world, household, f"mailto:{household.email}")


async def test_a_service_indoors_is_reached_only_when_the_operator_allows_it(world: World, household: Family) -> None:
    """Given a service on loopback, named by address, by name, or behind another name: it hears nothing before the operator allows it."""
    async with receiver() as (place, heard):
        port = place.rpartition(":")[2]
        for host in ("127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"):
            with pytest.raises((Unavailable, Rejected)):
                await post(f"json://{host}:{port}/", Message("A", "B"))
        assert heard == []
        allowed = with_settings(world, channel_hosts=place)
        one = await made(allowed, household, f"json://{place}/")
        await raised(household, "Zorblax")
        await told(allowed, household, one)
        await try_channel(allowed, household.household_id, household.actor, one.channel_id)
    assert ["Zorblax took $42 twice" in heard[0], "A test from Farthing" in heard[1]] == [True, True]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::1]", "169.254.169.254", "10.0.0.7", "nas.local"])
async def test_an_address_that_says_that_it_leads_indoors_is_refused_when_it_is_set(world: World, household: Family, host: str) -> None:
    with pytest.raises(Rejected, match="a machine that we do not speak to") as refused:
        await made(world, household, f"json://{host}:8080/")
    assert (refused.value.code, refused.value.field) == ("egress_denied", "url")


async def test_a_service_that_hangs_is_ended(world: World) -> None:
    async with receiver(hangs=True) as (place, _):
        with pytest.raises(Unavailable) as slow:
            await post(f"json://{place}/", Message("A", "B"), free=[place], deadline_s=2.5)
    assert slow.value.code in {"channel_slow", "channel_refused"}


def set_to(digest: Digest, *, minute: int = 480, quiet: Quiet | None = None, sent_at: dt.datetime | None = None) -> Channel:
    return Channel(
        channel_id=1, text=ChannelText("", ""), created_at=NOON, digest=digest, digest_minute=minute, quiet=quiet, sent_at=sent_at
    )


def test_digests_come_at_their_hour_in_the_households_zone() -> None:
    assert send_at(set_to(Digest.NONE), NOON, "UTC") == NOON
    assert send_at(set_to(Digest.DAILY), NOON, "Europe/Berlin") == dt.datetime(2026, 11, 23, 7, tzinfo=dt.UTC)
    assert send_at(set_to(Digest.WEEKLY), NOON, "Europe/Berlin") == dt.datetime(2026, 11, 23, 7, tzinfo=dt.UTC)  # a Monday
    assert send_at(set_to(Digest.WEEKLY), NOON + dt.timedelta(days=2), "UTC") == dt.datetime(2026, 11, 30, 8, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("now", "goes_out"),
    [
        ("2026-03-08T06:45", "2026-03-08T07:30"),  # quiet until 02:30, an hour that is missing that night: an hour later
        ("2026-11-01T05:10", "2026-11-01T05:30"),  # 01:10, quiet until 01:30
        ("2026-11-01T05:45", "2026-11-01T05:45"),  # 01:45, the night is over
        ("2026-11-01T06:10", "2026-11-01T06:30"),  # 01:10 once more, and quiet once more: for minutes and not for a day
        ("2026-11-01T06:40", "2026-11-01T06:40"),
    ],
)
def test_quiet_hours_end_when_the_clock_says_so_also_in_nights_when_it_is_changed(now: str, goes_out: str) -> None:
    until = 150 if now.startswith("2026-03") else 90
    night = set_to(Digest.NONE, quiet=Quiet(22 * 60, until))
    sent = send_at(night, dt.datetime.fromisoformat(now).replace(tzinfo=dt.UTC), "America/New_York")
    assert sent == dt.datetime.fromisoformat(goes_out).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("first", "digests"),
    [
        ("2026-03-07T00:00", ["2026-03-07T06:30", "2026-03-08T06:30", "2026-03-09T05:30"]),
        ("2026-10-31T00:00", ["2026-10-31T05:30", "2026-11-01T05:30", "2026-11-02T06:30"]),  # 01:30 is there twice on the second day
    ],
)
def test_a_digest_comes_once_a_day_also_when_the_clock_is_changed(first: str, digests: list[str]) -> None:
    at, sent = dt.datetime.fromisoformat(first).replace(tzinfo=dt.UTC), []
    for _ in digests:
        at = send_at(set_to(Digest.DAILY, minute=90), at, "America/New_York")
        sent.append(f"{at:%Y-%m-%dT%H:%M}")
    assert sent == digests


def test_quiet_hours_reach_over_midnight_and_messages_have_a_breath_between() -> None:
    night = set_to(Digest.NONE, quiet=Quiet(22 * 60, 7 * 60))
    late = dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)
    assert is_quiet(night, late, "UTC")
    assert not is_quiet(night, late, "America/New_York")
    assert send_at(night, late, "UTC") == dt.datetime(2026, 11, 23, 7, tzinfo=dt.UTC)
    assert send_at(set_to(Digest.NONE, sent_at=NOON), NOON, "UTC") == NOON + dt.timedelta(minutes=1)
