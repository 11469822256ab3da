"""Passwords: changed by who knows them, reset by who reads the mail."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import secrets
from typing import Any

import pytest

from farthing.core.dates import FixedClock
from farthing.core.errors import Malformed, Missing, Rejected, Unauthorized
from farthing.flows.members import change_email
from farthing.flows.passwords import MAIL, change_password, forget_password, reset_password, set_password
from farthing.flows.sign_in import Visit, sign_in
from farthing.flows.world import World
from farthing.platform.database import Unit
from farthing.security import sessions
from farthing.security.sealing import Sealer
from persons import PASSWORD, Person, fresh_email

NEW = "seven lamps over the harbour"


class Outbox:
    """Takes what would be mailed."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []

    async def __call__(self, unit: Unit, sealer: Sealer, kind: str, body: dict[str, Any], at: dt.datetime) -> None:
        assert kind == MAIL
        self.bodies.append(body)


async def lives(world: World, secret: str) -> bool:
    async with world.db.shared() as conn:
        return await sessions.find(conn, secret, world.clock.now()) is not None


async def link(world: World, person: Person) -> str:
    outbox = Outbox()
    await forget_password(world, person.email, person.visit, queue=outbox)
    return str(outbox.bodies[0]["token"])


async def test_a_new_password_replaces_the_old_one_and_ends_other_sessions(world: World, anna: Person) -> None:
    other = await sign_in(world, anna.email, PASSWORD, anna.visit)
    here = await change_password(world, anna.signed_in.session, current=PASSWORD, new=NEW, visit=anna.visit)
    assert [await lives(world, s) for s in (other.secret, anna.signed_in.secret, here.secret)] == [False, False, True]
    with pytest.raises(Unauthorized):
        await sign_in(world, anna.email, PASSWORD, anna.visit)
    assert (await sign_in(world, anna.email, NEW, anna.visit)).session.member_id == anna.member_id


@pytest.mark.parametrize(("current", "new", "code"), [("wrong", NEW, "wrong_password"), (PASSWORD, "short", "password_too_short")])
async def test_a_change_needs_the_old_password_and_a_good_new_one(world: World, anna: Person, current: str, new: str, code: str) -> None:
    with pytest.raises((Unauthorized, Rejected)) as refusal:
        await change_password(world, anna.signed_in.session, current=current, new=new, visit=anna.visit)
    assert refusal.value.code == code
    assert (await sign_in(world, anna.email, PASSWORD, anna.visit)).session.member_id == anna.member_id


async def test_guessing_the_old_password_from_a_stolen_session_is_slowed(world: World, anna: Person) -> None:
    tries = (change_password(world, anna.signed_in.session, current="wrong", new=NEW, visit=anna.visit) for _ in range(13))
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(r).__name__ for r in results) == ["Limited"] * 3 + ["Unauthorized"] * 10


async def test_a_forgotten_password_is_reset_by_the_mailed_link_once(world: World, anna: Person) -> None:
    outbox = Outbox()
    await forget_password(world, anna.email.upper(), anna.visit, queue=outbox)
    [body] = outbox.bodies
    assert (body["email"], body["name"], body["expires_at"]) == (anna.email, "Anna Schmidt", world.clock.now() + dt.timedelta(hours=1))

    await reset_password(world, body["token"], NEW, anna.visit)

    assert not await lives(world, anna.signed_in.secret)
    assert (await sign_in(world, anna.email, NEW, anna.visit)).session.member_id == anna.member_id
    with pytest.raises(Malformed) as dead:
        await reset_password(world, body["token"], NEW, anna.visit)
    assert dead.value.code == "dead_link"


async def test_a_link_dies_after_an_hour(world: World, anna: Person, clock: FixedClock) -> None:
    token = await link(world, anna)
    clock.forward(minutes=61)
    with pytest.raises(Malformed):
        await reset_password(world, token, NEW, anna.visit)


async def test_a_link_dies_when_the_password_was_changed_meanwhile(world: World, anna: Person) -> None:
    token = await link(world, anna)
    await change_password(world, anna.signed_in.session, current=PASSWORD, new=NEW, visit=anna.visit)
    with pytest.raises(Malformed):
        await reset_password(world, token, "a third password for anna", anna.visit)


async def test_of_two_who_use_a_link_at_once_one_is_too_late(world: World, anna: Person) -> None:
    token = await link(world, anna)
    news = (NEW, "eight lamps over the harbour")
    ends = await asyncio.gather(*(reset_password(world, token, new, anna.visit) for new in news), return_exceptions=True)
    assert sorted(type(end) for end in ends if end is not None) == [Malformed]
    won = news[[end is None for end in ends].index(True)]
    assert (await sign_in(world, anna.email, won, anna.visit)).session.member_id == anna.member_id


async def test_a_link_dies_when_the_address_it_was_mailed_to_is_given_up(world: World, anna: Person) -> None:
    token = await link(world, anna)
    await change_email(world, anna.signed_in.session, fresh_email())
    with pytest.raises(Malformed):
        await reset_password(world, token, NEW, anna.visit)


async def test_a_bad_new_password_does_not_use_the_link_up(world: World, anna: Person) -> None:
    token = await link(world, anna)
    with pytest.raises(Rejected):
        await reset_password(world, token, "short", anna.visit)
    await reset_password(world, token, NEW, anna.visit)
    assert (await sign_in(world, anna.email, NEW, anna.visit)).session.member_id == anna.member_id


async def test_no_link_can_be_made_up_or_moved(world: World, anna: Person, ben: Person) -> None:
    raw = base64.urlsafe_b64decode(await link(world, anna))
    other = base64.urlsafe_b64decode(await link(world, ben))
    later = (int.from_bytes(raw[16:24]) + 9999).to_bytes(8)
    forged = [
        raw[:16] + later + raw[24:], other[:24] + raw[24:], raw[:24] + bytes(32), raw[:-1], raw + b"\x00", b"", bytes(56), b"\xff" * 56,
        raw[:8] + other[8:16] + raw[16:],
    ]  # fmt: skip
    for token in [*(base64.urlsafe_b64encode(f).decode() for f in forged), "x", "ü" * 75, "=" * 76]:
        with pytest.raises(Malformed):
            await reset_password(world, token, NEW, anna.visit)


@pytest.mark.parametrize("email", ["nobody@example.com", "no address", "", "\ud800"])
async def test_who_asks_for_an_unknown_address_gets_the_same_answer_and_no_mail(world: World, visit: Visit, email: str) -> None:
    outbox = Outbox()
    assert await forget_password(world, email, visit, queue=outbox) is None
    assert outbox.bodies == []


async def test_an_address_is_mailed_three_times_and_then_in_silence_no_more(world: World, anna: Person) -> None:
    outbox = Outbox()
    await asyncio.gather(*(forget_password(world, anna.email, Visit(secrets.token_hex(4)), queue=outbox) for _ in range(5)))
    assert len(outbox.bodies) == 3


async def test_whoever_runs_the_machine_may_set_a_password(world: World, anna: Person) -> None:
    await set_password(world, anna.email, NEW)
    assert not await lives(world, anna.signed_in.secret)
    assert (await sign_in(world, anna.email, NEW, anna.visit)).session.member_id == anna.member_id
    with pytest.raises(Missing):
        await set_password(world, fresh_email(), NEW)
