"""What is to be told leaves the house: a letter through a real mail server, once, and nothing stays in the outbox for ever."""

from __future__ import annotations

import asyncio
import datetime as dt
import email
import email.policy
import re
from collections.abc import AsyncIterator
from email.message import EmailMessage
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
import pytest_asyncio

from farthing.core.dates import FixedClock
from farthing.flows.drain import drain
from farthing.flows.mail import queue_mail
from farthing.flows.manage_budgets import BudgetWish, add_budget
from farthing.flows.passwords import forget_password, reset_password
from farthing.flows.sign_in import Visit, sign_in
from farthing.flows.world import World
from farthing.notify.mail import apprise_url
from farthing.platform.settings import Settings
from world import Bank, Family

VISIT = Visit("198.51.100.9", "Firefox on Linux")
NEW = "seven lamps over the harbour"


class PostOffice:
    """A mail server as small as they come. While `closed` it takes nothing."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.closed = False

    async def __aenter__(self) -> PostOffice:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.url = f"smtp://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 post office\r\n")
        while line := await reader.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                raw = (await reader.readuntil(b"\r\n.\r\n"))[:-5]
                letter = email.message_from_bytes(raw.replace(b"\r\n..", b"\r\n."), policy=email.policy.default)
                assert isinstance(letter, EmailMessage)
                self.letters.append(letter)
                writer.write(b"250 taken\r\n")
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            elif verb == b"RCPT" and self.closed:
                writer.write(b"450 not now\r\n")
            else:
                writer.write(b"250 fine\r\n")
            await writer.drain()
        writer.close()


@pytest_asyncio.fixture(loop_scope="session")
async def office() -> AsyncIterator[PostOffice]:
    async with PostOffice() as office:
        yield office


@pytest.fixture
def mailing(world: World, office: PostOffice) -> World:
    given = {"FARTHING_HOME": str(world.settings.home), "FARTHING_PUBLIC_URL": "https://farthing.example", "FARTHING_SMTP_URL": office.url}
    return msgspec.structs.replace(world, settings=Settings.read(given))


async def waiting(household: Family) -> int:
    async with household.unit() as (unit, _):
        count: int = await unit.conn.fetchval("select count(*) from outbox")
        return count


async def is_due(household: Family) -> bool:
    async with household.world.db.shared() as conn:
        return bool(await conn.fetchval("select count(*) from due where household_id = $1 and kind = 6", household.household_id))


def words(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def test_a_forgotten_password_comes_by_mail_and_its_link_works(mailing: World, office: PostOffice, household: Family) -> None:
    await forget_password(mailing, household.email, VISIT, queue=queue_mail)
    assert await is_due(household)
    assert await drain(mailing, household.household_id) is None
    (letter,) = office.letters
    assert (letter["to"], letter["subject"]) == (household.email, "A new password for Farthing")
    link = re.search(r"https://farthing\.example/reset\?\S+", words(letter))
    assert link
    await reset_password(mailing, parse_qs(urlsplit(link[0]).query)["token"][0], NEW, VISIT)
    assert (await sign_in(mailing, household.email, NEW, VISIT)).session.member_id == household.member_id
    assert await waiting(household) == 0


async def test_a_letter_waits_while_the_post_office_is_closed(mailing: World, office: PostOffice, household: Family) -> None:
    office.closed = True
    await forget_password(mailing, household.email, VISIT, queue=queue_mail)
    again = await drain(mailing, household.household_id)
    assert again is not None
    assert mailing.clock.now() < again <= mailing.clock.now() + dt.timedelta(minutes=1)
    office.closed = False
    assert isinstance(mailing.clock, FixedClock)
    mailing.clock.at = again
    outcomes: list[str] = []
    assert await drain(mailing, household.household_id, heard=lambda kind, outcome: outcomes.append(f"{kind} {outcome}")) is None
    assert (len(office.letters), outcomes) == (1, ["mail.password_reset sent"])


async def test_a_letter_that_is_no_use_any_more_is_not_tried_for_ever(mailing: World, office: PostOffice, household: Family) -> None:
    office.closed = True
    await forget_password(mailing, household.email, VISIT, queue=queue_mail)
    assert isinstance(mailing.clock, FixedClock)
    outcomes: list[str] = []
    for _ in range(40):
        again = await drain(mailing, household.household_id, heard=lambda kind, outcome: outcomes.append(f"{kind} {outcome}"))
        if again is None:
            break
        mailing.clock.at = again
    assert await waiting(household) == 0
    assert office.letters == []
    assert (set(outcomes[:-1]), outcomes[-1]) == ({"mail.password_reset later"}, "mail.password_reset dropped")


async def test_what_nobody_listens_to_does_not_pile_up(household: Family, bank: Bank) -> None:
    limit = BudgetWish(category_id=await household.category("groceries"), limit="10.00", starts=dt.date(2026, 11, 1))
    await add_budget(household.world, household.household_id, household.actor, limit)
    await bank("2026-11-20 -60.00 SAFEWAY code FOOD_AND_DRINK_GROCERIES x1")
    assert await waiting(household) > 0
    assert await is_due(household)
    outcomes: set[str] = set()
    assert await drain(household.world, household.household_id, heard=lambda kind, outcome: outcomes.add(f"{kind} {outcome}")) is None
    assert outcomes == {"alert sent"}
    assert await waiting(household) == 0


@pytest.mark.parametrize(
    ("smtp", "sender", "parts"),
    [
        ("smtp://mail.example:25", "farthing@mail.example", ["mailto://mail.example:25/", "mode=insecure"]),
        (
            "smtps://me%40example.com:p%40ss%2Fword@mail.example",
            "me@example.com",
            ["mailtos://me%40example.com:p%40ss%2Fword@", "mode=ssl"],
        ),
        ("smtp://me:pw@mail.example:587", "farthing@mail.example", ["mailtos://me:pw@mail.example:587/", "mode=starttls"]),
    ],
)
def test_the_operators_address_becomes_that_of_the_library(smtp: str, sender: str, parts: list[str]) -> None:
    url = apprise_url(smtp, "anna@example.org")
    assert parse_qs(urlsplit(url).query)["from"] == [sender]
    assert all(part in url for part in parts), url
