"""The household and its members: settings, names, addresses, tastes."""

from __future__ import annotations

import msgspec

from farthing.core.errors import Missing, Refused, Stale
from farthing.flows.sign_in import actor_of
from farthing.flows.wake import wake
from farthing.flows.withdraw import withdraw
from farthing.flows.world import World
from farthing.ledger.lock import bump, lock
from farthing.ledger.model import Actor
from farthing.people import address, households, members
from farthing.people.households import Standing
from farthing.people.model import Login, Member, MemberText, Settings, Taste
from farthing.security import audit, sessions
from farthing.security.sessions import Session


async def view_household(world: World, household_id: int) -> tuple[Standing, list[Member]]:
    """The household's settings and members. Raises Missing."""
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        return await households.standing(unit, sealer), await members.members(unit, sealer)


async def view_member(world: World, household_id: int, member_id: int) -> Member:
    """One member. Raises Missing."""
    async with world.db.unit(household_id) as unit:
        return await members.member(unit, await world.keyring.sealer(unit, household_id), member_id)


async def find_member(world: World, email: str) -> Login:
    """Who is meant by an address on the command line. Raises Rejected or Missing."""
    finder = await world.keyring.finder()
    async with world.db.shared() as conn:
        login = await members.find_login(conn, finder, address.parse_email(email))
    if login is None:
        raise Missing("no_such_member", "there is no member with that e-mail address")
    return login


async def settle(world: World, household_id: int, actor: Actor, settings: Settings, *, expected: Settings | None = None) -> Settings:
    """New settings. Raises Rejected, Stale when they are not as `expected`, Refused for a currency once sums stand in the old one."""
    checked = address.parse_settings(settings)
    async with world.db.unit(household_id) as unit:
        household = await lock(unit)
        sealer = await world.keyring.sealer(unit, household_id)
        before = (await households.standing(unit, sealer)).settings
        if expected is not None and before != expected:
            raise Stale("changed_meanwhile", "the household changed meanwhile")
        await households.settle(unit, sealer, checked)
        if not checked.votes:
            await withdraw(unit, await world.keyring.finder())  # at once
        changed = [name for name in msgspec.structs.asdict(checked) if getattr(before, name) != getattr(checked, name)]
        version = await bump(unit, household)
        await audit.record(unit, sealer, actor, "household.changed", {"fields": changed}, world.clock.now())
    await wake(world, household_id, version, ["ledger", "budget"])
    return checked


async def rename_member(world: World, session: Session, name: str) -> None:
    """What the member is called. Raises Rejected."""
    checked = address.parse_name(name)
    await _change(world, session, "name", lambda text: msgspec.structs.replace(text, name=checked))


async def change_taste(world: World, session: Session, taste: Taste) -> None:
    """How pages look for the member. Raises Rejected."""
    checked = address.parse_taste(taste)
    await _change(world, session, "taste", lambda text: msgspec.structs.replace(text, taste=checked))


async def change_email(world: World, session: Session, email: str) -> None:
    """Another address to sign in with; the session must be fresh. Raises Forbidden, Rejected, Refused."""
    now = world.clock.now()
    sessions.require_fresh(session, now)
    checked = address.parse_email(email)
    finder = await world.keyring.finder()
    async with world.db.unit(session.household_id) as unit:
        sealer = await world.keyring.sealer(unit, session.household_id)
        held = await members.lock_member(unit, sealer, session.member_id)
        if held.text.email == checked:
            return
        if not await members.own_login(unit, finder, checked, session.member_id):
            raise Refused("email_refused", "this address cannot be used", field="email")
        await members.disown_logins(unit, finder, session.member_id, spared=checked)
        await members.change_member(unit, sealer, session.member_id, lambda text: msgspec.structs.replace(text, email=checked))
        await audit.record(unit, sealer, actor_of(session), "member.changed", {"fields": ["email"]}, now)


async def _change(world: World, session: Session, field: str, change: members.TextChange) -> MemberText:
    async with world.db.unit(session.household_id) as unit:
        sealer = await world.keyring.sealer(unit, session.household_id)
        text = await members.change_member(unit, sealer, session.member_id, change)
        await audit.record(unit, sealer, actor_of(session), "member.changed", {"fields": [field]}, world.clock.now())
        return text
