"""Sessions and API tokens: unguessable, stored as hashes, short enough of life."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.core.errors import Forbidden
from farthing.platform.database import Database
from farthing.security import sessions
from houses import NOON, House


async def begin(database: Database, house: House, member_id: int = 1, now: dt.datetime = NOON) -> tuple[str, sessions.Session]:
    async with database.shared() as conn:
        return await sessions.begin(conn, household_id=house.household_id, member_id=member_id, now=now)


async def find(database: Database, secret: str, **later: float) -> sessions.Session | None:
    async with database.shared() as conn:
        return await sessions.find(conn, secret, NOON + dt.timedelta(**later))


async def test_the_secret_opens_its_session_and_is_not_in_the_database(database: Database, house: House) -> None:
    secret, session = await begin(database, house)
    assert await find(database, secret) == session
    async with database.shared() as conn:
        row = await conn.fetchrow("select * from session where session_id = $1", session.session_id)
    assert secret.encode() not in b"".join(v for v in row.values() if isinstance(v, bytes))
    assert len(secret) >= 43


@pytest.mark.parametrize("guess", ["", "x", "A" * 43, "A" * 10_000, "' or 1=1 --", "\x00" * 43, "１" * 43])
async def test_a_guess_opens_nothing(database: Database, guess: str) -> None:
    assert await find(database, guess) is None
    async with database.shared() as conn:
        assert await sessions.find_token(conn, guess, NOON) is None


async def test_signing_in_always_makes_a_new_secret(database: Database, house: House) -> None:
    first, _ = await begin(database, house)
    second, _ = await begin(database, house)
    assert first != second
    assert await find(database, first) is not None, "another browser stays signed in"


@pytest.mark.parametrize(("days", "lives"), [(13.99, True), (14, False)])
async def test_a_session_that_rests_for_fourteen_days_ends(database: Database, house: House, days: float, lives: bool) -> None:
    secret, _ = await begin(database, house)
    assert (await find(database, secret, days=days) is not None) is lives


async def test_use_keeps_a_session_alive_but_not_beyond_thirty_days(database: Database, house: House) -> None:
    secret, _ = await begin(database, house)
    for days in (10, 20, 29.9):
        assert await find(database, secret, days=days) is not None
    assert await find(database, secret, days=30) is None


async def test_a_renewed_session_is_fresh_and_its_old_secret_dead(database: Database, house: House) -> None:
    old, session = await begin(database, house)
    later = NOON + dt.timedelta(minutes=11)
    with pytest.raises(Forbidden) as refusal:
        sessions.require_fresh(session, later)
    assert refusal.value.code == "fresh_sign_in_needed"

    async with database.shared() as conn:
        secret, renewed = await sessions.renew(conn, session, later)

    sessions.require_fresh(renewed, later)
    assert await find(database, old) is None
    found = await find(database, secret, minutes=12)
    assert found is not None
    assert (found.session_id, found.expires_at) == (session.session_id, session.expires_at), "renewing does not lengthen its life"


async def test_signing_out_everywhere_spares_only_the_named_session(database: Database, house: House, other: House) -> None:
    here, session = await begin(database, house)
    there, _ = await begin(database, house)
    colleague, _ = await begin(database, house, member_id=2)
    stranger, _ = await begin(database, other)
    async with database.shared() as conn:
        ended = await sessions.end_all(conn, household_id=house.household_id, member_id=1, spared=session.session_id)
    assert ended == 1
    assert [await find(database, s) is not None for s in (here, there, colleague, stranger)] == [True, False, True, True]


async def test_one_cannot_end_a_strangers_session(database: Database, house: House, other: House) -> None:
    secret, session = await begin(database, house)
    async with database.shared() as conn:
        assert not await sessions.end(conn, household_id=other.household_id, session_id=session.session_id)
    assert await find(database, secret) is not None


async def test_the_list_shows_living_sessions_last_used_first(database: Database, house: House) -> None:
    await begin(database, house, now=NOON - dt.timedelta(days=20))
    first, a = await begin(database, house)
    _, b = await begin(database, house, now=NOON + dt.timedelta(minutes=1))
    await find(database, first, minutes=5)
    async with database.shared() as conn:
        listed = await sessions.living(conn, household_id=house.household_id, member_id=1, now=NOON + dt.timedelta(minutes=6))
    assert [s.session_id for s in listed] == [a.session_id, b.session_id]


async def test_dead_sessions_are_swept_away(database: Database, house: House) -> None:
    _, session = await begin(database, house, now=NOON - dt.timedelta(days=40))
    alive, _ = await begin(database, house)
    async with database.shared() as conn:
        assert await sessions.sweep(conn, NOON) >= 1
        assert await conn.fetchval("select count(*) from session where session_id = $1", session.session_id) == 0
    assert await find(database, alive) is not None


def test_a_forms_token_belongs_to_one_session() -> None:
    assert sessions.is_csrf("secret-a", sessions.csrf("secret-a"))
    assert not any(sessions.is_csrf("secret-a", given) for given in ("", sessions.csrf("secret-b"), "secret-a", "\udcff"))


async def test_an_api_token_lives_until_it_expires_or_is_revoked(database: Database, house: House, other: House) -> None:
    async with database.shared() as conn:
        secret, token = await sessions.issue(
            conn, household_id=house.household_id, member_id=1, scope=sessions.READ, expires_at=NOON + dt.timedelta(days=1), now=NOON
        )
        forever, lasting = await sessions.issue(
            conn, household_id=house.household_id, member_id=1, scope=sessions.WRITE, expires_at=None, now=NOON
        )
        assert secret.startswith("fth_")
        assert (await sessions.find_token(conn, secret, NOON)).scope == sessions.READ
        assert await sessions.find_token(conn, secret, NOON + dt.timedelta(days=1)) is None
        assert await sessions.find_token(conn, forever, NOON + dt.timedelta(days=999)) is not None
        assert not await sessions.revoke(conn, household_id=other.household_id, token_id=lasting.token_id)
        assert await sessions.revoke(conn, household_id=house.household_id, token_id=lasting.token_id)
        assert await sessions.find_token(conn, forever, NOON) is None
        assert [t.token_id for t in await sessions.tokens(conn, house.household_id)] == [token.token_id]


async def test_the_last_use_of_a_token_is_written_at_most_once_a_minute(database: Database, house: House) -> None:
    async with database.shared() as conn:
        secret, _ = await sessions.issue(conn, household_id=house.household_id, member_id=1, scope=1, expires_at=None, now=NOON)
        for seconds in (0, 30, 59, 61):
            await sessions.find_token(conn, secret, NOON + dt.timedelta(seconds=seconds))
            if seconds == 59:
                assert (await sessions.tokens(conn, house.household_id))[0].used_at == NOON
        assert (await sessions.tokens(conn, house.household_id))[0].used_at == NOON + dt.timedelta(seconds=61)
