"""What members change about themselves and their household, and tokens for their programs."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from farthing.core.dates import FixedClock
from farthing.core.errors import Forbidden, Missing, Refused, Rejected, Unauthorized
from farthing.flows.members import change_email, change_taste, find_member, rename_member, settle, view_household, view_member
from farthing.flows.sign_in import actor_of, sign_in
from farthing.flows.tokens import TOKENS_MAX, issue_token, list_tokens, revoke_token
from farthing.flows.world import World
from farthing.people.model import Settings, Taste
from farthing.security import audit, sessions
from persons import PASSWORD, Person, fresh_email

LONDON = Settings(name="Flat 3", currency="GBP", zone="Europe/London", locale="en-GB")


async def test_a_household_changes_its_settings_and_its_version(world: World, anna: Person) -> None:
    actor = actor_of(anna.signed_in.session)
    await settle(world, anna.household_id, actor, LONDON)
    standing, _ = await view_household(world, anna.household_id)
    assert standing.settings == LONDON
    async with world.db.unit(anna.household_id) as unit:
        assert await unit.conn.fetchval("select version from household where household_id = $1", anna.household_id) == 2
        [event, *_] = await audit.page(unit, await world.keyring.sealer(unit, anna.household_id))
    assert (event.kind, event.payload) == ("household.changed", {"fields": ["name", "currency", "zone", "locale"]})


@pytest.mark.parametrize("bad", [Settings(currency="ABC"), Settings(zone="Nowhere"), Settings(locale="english"), Settings(name="a\x07b")])
async def test_settings_that_cannot_be_change_nothing(world: World, anna: Person, bad: Settings) -> None:
    with pytest.raises(Rejected):
        await settle(world, anna.household_id, actor_of(anna.signed_in.session), bad)
    assert (await view_household(world, anna.household_id))[0].settings.name == "The Schmidts"


async def test_the_currency_is_fixed_once_a_budget_stands_in_it(world: World, anna: Person) -> None:
    async with world.db.unit(anna.household_id) as unit:
        await unit.conn.execute(
            "insert into budget (household_id, budget_id, limit_minor, created_at, starts, period, rollover, alerts, currency)"
            " values ($1, 1, 100, $2, $3, 1, 0, '{80}', 'EUR')",
            anna.household_id, world.clock.now(), world.clock.now().date(),
        )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        await settle(world, anna.household_id, actor_of(anna.signed_in.session), LONDON)
    assert refusal.value.code == "currency_in_use"


async def test_a_member_is_renamed_and_keeps_their_taste(world: World, anna: Person) -> None:
    await change_taste(world, anna.signed_in.session, Taste("dark", "compact", single_keys=False))
    await rename_member(world, anna.signed_in.session, "  Anna\tMüller ")
    text = (await view_member(world, anna.household_id, anna.member_id)).text
    assert (text.name, text.taste) == ("Anna Müller", Taste("dark", "compact", single_keys=False))
    with pytest.raises(Rejected):
        await change_taste(world, anna.signed_in.session, Taste("neon"))


async def test_two_changes_at_once_lose_neither(world: World, anna: Person) -> None:
    session = anna.signed_in.session
    await asyncio.gather(rename_member(world, session, "Anna M"), change_taste(world, session, Taste("light")))
    text = (await view_member(world, anna.household_id, anna.member_id)).text
    assert (text.name, text.taste.theme, len(text.devices)) == ("Anna M", "light", 1)


async def test_a_new_address_takes_the_place_of_the_old_one(world: World, anna: Person) -> None:
    new = fresh_email()
    await change_email(world, anna.signed_in.session, new)
    assert (await sign_in(world, new, PASSWORD, anna.visit)).session.member_id == anna.member_id
    with pytest.raises(Unauthorized):
        await sign_in(world, anna.email, PASSWORD, anna.visit)
    with pytest.raises(Missing):
        await find_member(world, anna.email)


async def test_an_address_changes_only_in_a_fresh_session_and_never_to_anothers(
    world: World, anna: Person, ben: Person, clock: FixedClock
) -> None:
    with pytest.raises(Refused):
        await change_email(world, anna.signed_in.session, ben.email)
    clock.forward(minutes=11)
    with pytest.raises(Forbidden):
        await change_email(world, anna.signed_in.session, fresh_email())
    assert (await find_member(world, anna.email)).member_id == anna.member_id


async def test_one_household_is_never_shown_anothers(world: World, anna: Person, ben: Person) -> None:
    with pytest.raises(Missing):
        await view_member(world, anna.household_id, ben.member_id)


async def test_a_token_is_shown_once_named_and_revoked(world: World, anna: Person, ben: Person) -> None:
    actor = actor_of(anna.signed_in.session)
    issued = await issue_token(world, anna.household_id, anna.member_id, actor, name="Spreadsheet", scope="read", days=30)
    [listed] = await list_tokens(world, anna.household_id)
    assert (listed.name, listed.scope, listed.token.expires_at) == ("Spreadsheet", "read", world.clock.now() + dt.timedelta(days=30))
    assert issued.secret not in repr(issued)
    async with world.db.shared() as conn:
        assert (await sessions.find_token(conn, issued.secret, world.clock.now())).household_id == anna.household_id

    with pytest.raises(Missing):
        await revoke_token(world, ben.household_id, actor_of(ben.signed_in.session), issued.token.token_id)
    await revoke_token(world, anna.household_id, actor, issued.token.token_id)

    assert await list_tokens(world, anna.household_id) == []
    async with world.db.shared() as conn:
        assert await sessions.find_token(conn, issued.secret, world.clock.now()) is None


@pytest.mark.parametrize(("scope", "days", "code"), [("admin", 1, "bad_scope"), ("read", 0, "bad_days"), ("read", 10**9, "bad_days")])
async def test_a_token_that_cannot_be_is_refused(world: World, anna: Person, scope: str, days: int, code: str) -> None:
    with pytest.raises(Rejected) as refusal:
        await issue_token(world, anna.household_id, anna.member_id, actor_of(anna.signed_in.session), scope=scope, days=days)
    assert refusal.value.code == code


async def test_tokens_are_counted(world: World, anna: Person) -> None:
    actor = actor_of(anna.signed_in.session)
    for _ in range(TOKENS_MAX):
        await issue_token(world, anna.household_id, anna.member_id, actor, scope="read")
    with pytest.raises(Refused):
        await issue_token(world, anna.household_id, anna.member_id, actor, scope="read")
