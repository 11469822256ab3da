"""Signing up: a household with keys of its own, or a reason that helps."""

from __future__ import annotations

import asyncio
import secrets

import pytest

from farthing.core.errors import Limited, Refused, Rejected
from farthing.flows.members import find_member, view_household, view_member
from farthing.flows.sign_in import Visit
from farthing.flows.sign_up import Wish, add_member, sign_up
from farthing.flows.world import World
from farthing.people.model import Settings
from farthing.security import audit, sessions
from persons import PASSWORD, Person, fresh_email


async def test_a_stranger_gets_a_household_keys_and_a_session(world: World, anna: Person) -> None:
    standing, members = await view_household(world, anna.household_id)
    assert (standing.alive, standing.demo) == (True, False)
    assert standing.settings == Settings(name="The Schmidts", currency="EUR", zone="Europe/Berlin", locale="de-DE")
    assert [(m.member_id, m.text.email, m.text.name) for m in members] == [(anna.member_id, anna.email, "Anna Schmidt")]
    async with world.db.shared() as conn:
        found = await sessions.find(conn, anna.signed_in.secret, world.clock.now())
    assert found == anna.signed_in.session


async def test_nothing_that_names_a_person_is_readable_in_the_database(world: World, anna: Person) -> None:
    texts = [anna.email.encode(), b"Schmidt", PASSWORD.encode(), anna.signed_in.secret.encode(), b"Firefox"]
    async with world.db.unit(anna.household_id) as unit:
        for table in ("household", "member", "login", "session", "audit_event", "household_key"):
            rows = await unit.conn.fetch(f"select t::text as row from {table} as t where household_id = $1", anna.household_id)
            assert rows, table
            stored = "".join(r["row"] for r in rows)
            for text in texts:
                assert text.decode() not in stored, table
                assert text.hex() not in stored, table


async def test_founding_and_the_first_session_are_on_record(world: World, anna: Person) -> None:
    async with world.db.unit(anna.household_id) as unit:
        sealer = await world.keyring.sealer(unit, anna.household_id)
        events = await audit.page(unit, sealer)
        assert (await audit.verify(unit, sealer))[1] == []
    assert [e.kind for e in events] == ["session.began", "household.founded"]
    assert events[0].by.via_id == anna.signed_in.session.session_id
    assert events[0].payload == {"device": "Firefox on Linux", "place": anna.visit.place}


@pytest.mark.parametrize(
    "email",
    [
        "", "anna", "a@b", "anna@@example.com", "anna@example.com, b@example.com", "anna@example.com\r\nBcc: x@example.com",
        "anna@example.com\n", "anna @example.com", "аnna@example.com", "anna@exаmple.com", ".anna@example.com", "anna@example..com",
        "anna@-example.com", "anna@[127.0.0.1]", "<anna@example.com>", "a" * 65 + "@example.com", "anna@" + "a" * 250 + ".com",
        "anna\x00@example.com", '"anna b"@example.com',
    ],
)  # fmt: skip
async def test_an_address_that_mail_could_misread_is_refused(world: World, visit: Visit, email: str) -> None:
    with pytest.raises(Rejected) as refusal:
        await sign_up(world, Wish(email=email, password=PASSWORD), visit)
    assert (refusal.value.code, refusal.value.field) == ("bad_email", "email")


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (Settings(currency="US$"), "bad_currency"),
        (Settings(currency="BTC"), "bad_currency"),
        (Settings(currency="XXX"), "bad_currency"),
        (Settings(zone="Mars/Olympus"), "bad_zone"),
        (Settings(zone="../../etc/passwd"), "bad_zone"),
        (Settings(locale="xx-YY"), "bad_locale"),
        (Settings(locale="en_US; drop"), "bad_locale"),
        (Settings(name="x" * 81), "name_too_long"),
        (Settings(name="evil\u202egnp"), "bad_text"),
        (Settings(name="nul\x00"), "bad_text"),
        (Settings(name="half \ud800"), "bad_text"),
    ],
)
async def test_settings_that_cannot_be_are_refused(world: World, visit: Visit, settings: Settings, code: str) -> None:
    with pytest.raises(Rejected) as refusal:
        await sign_up(world, Wish(email=fresh_email(), password=PASSWORD, settings=settings), visit)
    assert refusal.value.code == code


async def test_the_password_may_not_be_made_of_the_address(world: World, visit: Visit) -> None:
    with pytest.raises(Rejected) as refusal:
        await sign_up(world, Wish(email="annalena.schmidt@example.com", password="annalena schmidt 1985"), visit)
    assert refusal.value.code == "password_too_common"


async def test_signing_up_again_with_the_same_password_signs_in(world: World, anna: Person) -> None:
    again = await sign_up(world, Wish(email=anna.email.upper(), password=PASSWORD), anna.visit)
    assert again.session.household_id == anna.household_id
    assert again.secret != anna.signed_in.secret


async def test_a_taken_address_is_refused_without_saying_so(world: World, anna: Person) -> None:
    with pytest.raises(Refused) as refusal:
        await sign_up(world, Wish(email=anna.email, password="quite another password 7"), anna.visit)
    assert refusal.value.code == "sign_up_refused"
    assert "taken" not in refusal.value.detail


async def test_two_who_take_one_address_at_once_make_one_household(world: World, visit: Visit) -> None:
    email = fresh_email()
    wishes = [Wish(email=email, password=f"{PASSWORD} {n}") for n in range(3)]
    results = await asyncio.gather(*(sign_up(world, w, visit) for w in wishes), return_exceptions=True)
    assert sum(isinstance(r, Refused) for r in results) == 2, results
    [made] = [r for r in results if not isinstance(r, BaseException)]
    assert (await find_member(world, email)).household_id == made.session.household_id


async def test_a_place_signs_up_a_few_and_then_waits(world: World) -> None:
    visit = Visit(secrets.token_hex(8))
    wishes = [Wish(email=fresh_email(), password=PASSWORD) for _ in range(12)]
    results = await asyncio.gather(*(sign_up(world, w, visit) for w in wishes), return_exceptions=True)
    refused = [r for r in results if isinstance(r, Limited)]
    assert len(refused) == 2
    assert all(r.retry_after_s > 0 for r in refused)


async def test_the_command_line_adds_members_and_names_the_taken_address(world: World) -> None:
    wish = Wish(email=fresh_email(), password=PASSWORD, demo=True)
    login = await add_member(world, wish)
    assert (await view_member(world, login.household_id, login.member_id)).text.email == wish.email
    assert (await view_household(world, login.household_id))[0].demo
    with pytest.raises(Refused) as refusal:
        await add_member(world, wish)
    assert refusal.value.code == "email_taken"
