"""Signing in: the right password and nothing else, with no hint to those who guess."""

from __future__ import annotations

import asyncio
import secrets

import msgspec
import pytest
from argon2 import PasswordHasher

from farthing.core.dates import FixedClock
from farthing.core.errors import Missing, Unauthorized
from farthing.flows.sign_in import (
    REFUSAL_S,
    Visit,
    confirm,
    end_session,
    list_sessions,
    sign_in,
    sign_out,
    sign_out_everywhere,
)
from farthing.flows.world import World
from farthing.security import audit, sessions
from farthing.security.sessions import Session
from persons import PASSWORD, Person, fresh_email


async def find(world: World, secret: str) -> Session | None:
    async with world.db.shared() as conn:
        return await sessions.find(conn, secret, world.clock.now())


async def kinds(world: World, household_id: int) -> list[str]:
    async with world.db.unit(household_id) as unit:
        return [e.kind for e in await audit.page(unit, await world.keyring.sealer(unit, household_id))]


@pytest.mark.parametrize("spelled", ["{}", " {} ", "{}".upper()])
async def test_the_right_password_begins_a_session(world: World, anna: Person, spelled: str) -> None:
    signed_in = await sign_in(world, spelled.format(anna.email.upper() if spelled.isupper() else anna.email), PASSWORD, anna.visit)
    assert (signed_in.session.household_id, signed_in.session.member_id) == (anna.household_id, anna.member_id)
    assert await find(world, signed_in.secret) == signed_in.session


async def test_a_sign_in_makes_a_new_secret_each_time(world: World, anna: Person) -> None:
    secrets_seen = {(await sign_in(world, anna.email, PASSWORD, anna.visit)).secret for _ in range(3)} | {anna.signed_in.secret}
    assert len(secrets_seen) == 4


@pytest.mark.parametrize("known", [True, False])
async def test_a_wrong_password_and_an_unknown_address_are_refused_alike(world: World, anna: Person, known: bool) -> None:
    with pytest.raises(Unauthorized) as refusal:
        await sign_in(world, anna.email if known else fresh_email(), "not the right password", anna.visit)
    assert (refusal.value.code, refusal.value.field) == ("wrong_sign_in", None)
    assert refusal.value.detail == "that e-mail address and password do not belong together"


@pytest.mark.parametrize("email", ["", "x", "a@b", "\x00", "\ud800@example.com", "x" * 10_000, "a@example.com\r\nb"])
async def test_what_is_no_address_is_refused_like_any_other(world: World, visit: Visit, email: str) -> None:
    with pytest.raises(Unauthorized) as refusal:
        await sign_in(world, email, PASSWORD, visit)
    assert refusal.value.code == "wrong_sign_in"


@pytest.mark.parametrize("known", [True, False])
async def test_every_refusal_waits_for_the_same_instant(world: World, anna: Person, known: bool) -> None:
    before = world.clock.monotonic_s()
    with pytest.raises(Unauthorized):
        await sign_in(world, anna.email if known else fresh_email(), "not the right password", anna.visit)
    assert world.clock.monotonic_s() - before >= REFUSAL_S


async def guess(world: World, person: Person, places: list[Visit]) -> list[str]:
    """What a wrong password from each of the places is answered with, in order of name."""
    tries = (sign_in(world, person.email, "not the right password", place) for place in places)
    return sorted(type(answer).__name__ for answer in await asyncio.gather(*tries, return_exceptions=True))


async def test_guessing_is_slowed_for_the_account_from_wherever_it_comes(world: World, anna: Person) -> None:
    answers = await guess(world, anna, [Visit(secrets.token_hex(4)) for _ in range(24)])
    assert answers == ["Limited"] * 4 + ["Unauthorized"] * 20


async def test_somebody_elses_guessing_from_one_place_does_not_lock_the_owner_out(world: World, anna: Person) -> None:
    answers = await guess(world, anna, [Visit(secrets.token_hex(4))] * 14)
    assert answers == ["Limited"] * 4 + ["Unauthorized"] * 10
    assert (await sign_in(world, anna.email, PASSWORD, anna.visit)).session.member_id == anna.member_id


async def test_wrong_tries_are_on_record_for_their_owner(world: World, anna: Person) -> None:
    with pytest.raises(Unauthorized):
        await sign_in(world, anna.email, "not the right password", anna.visit)
    assert (await kinds(world, anna.household_id))[0] == "session.refused"


async def test_without_valkey_people_still_sign_in(world: World, anna: Person) -> None:
    alone = msgspec.structs.replace(world, valkey=None)
    assert (await sign_in(alone, anna.email, PASSWORD, anna.visit)).session.household_id == anna.household_id


@pytest.mark.usefixtures("as_at_work")
async def test_a_hash_of_yesterdays_cost_is_renewed_at_sign_in(world: World, anna: Person) -> None:
    async with world.db.unit(anna.household_id) as unit:
        cheap = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
        await unit.conn.execute("update member set password_hash = $2 where household_id = $1", anna.household_id, cheap)
    await sign_in(world, anna.email, PASSWORD, anna.visit)
    async with world.db.unit(anna.household_id) as unit:
        kept = await unit.conn.fetchval("select password_hash from member where household_id = $1", anna.household_id)
    assert "m=47104" in kept
    await sign_in(world, anna.email, PASSWORD, anna.visit)


async def test_signing_out_ends_the_session_for_good(world: World, anna: Person) -> None:
    await sign_out(world, anna.signed_in.session)
    await sign_out(world, anna.signed_in.session)
    assert await find(world, anna.signed_in.secret) is None


async def test_signing_out_everywhere_leaves_this_browser_or_none(world: World, anna: Person) -> None:
    others = [await sign_in(world, anna.email, PASSWORD, anna.visit) for _ in range(2)]
    assert await sign_out_everywhere(world, anna.signed_in.session) == 2
    assert [await find(world, s.secret) for s in others] == [None, None]
    assert await find(world, anna.signed_in.secret) is not None
    assert await sign_out_everywhere(world, anna.signed_in.session, here_too=True) == 1
    assert await find(world, anna.signed_in.secret) is None


async def test_the_list_names_devices_and_marks_this_one(world: World, anna: Person) -> None:
    phone = Visit("203.0.113.9", "Safari on iPhone")
    other = await sign_in(world, anna.email, PASSWORD, phone)
    listed = await list_sessions(world, anna.signed_in.session)
    assert {(s.session.session_id, s.device, s.place, s.this_one) for s in listed} == {
        (anna.signed_in.session.session_id, "Firefox on Linux", anna.visit.place, True),
        (other.session.session_id, "Safari on iPhone", "203.0.113.9", False),
    }
    await end_session(world, anna.signed_in.session, other.session.session_id)
    assert await find(world, other.secret) is None


async def test_a_strangers_session_is_no_session_of_mine(world: World, anna: Person, ben: Person) -> None:
    with pytest.raises(Missing):
        await end_session(world, anna.signed_in.session, ben.signed_in.session.session_id)
    assert await find(world, ben.signed_in.secret) is not None


async def test_giving_the_password_again_makes_the_session_fresh_under_a_new_secret(world: World, anna: Person, clock: FixedClock) -> None:
    clock.forward(minutes=20)
    assert not sessions.is_fresh(anna.signed_in.session, clock.now())
    with pytest.raises(Unauthorized) as refusal:
        await confirm(world, anna.signed_in.session, "not the right password", anna.visit)
    assert refusal.value.code == "wrong_password"

    renewed = await confirm(world, anna.signed_in.session, PASSWORD, anna.visit)

    assert sessions.is_fresh(renewed.session, clock.now())
    assert await find(world, anna.signed_in.secret) is None, "a stolen old secret is worth nothing now"
    assert await find(world, renewed.secret) is not None
