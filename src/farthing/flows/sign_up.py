"""Signing up: a new member with a household of their own."""

from __future__ import annotations

import msgspec

from farthing.connections import due
from farthing.connections.due import Kind
from farthing.core.errors import Refused
from farthing.core.ids import HouseholdId, new_id
from farthing.flows import tidy
from farthing.flows.sign_in import SignedIn, Visit, begin, even_out, prove
from farthing.flows.world import World
from farthing.ledger.model import Actor
from farthing.people import address, households, members
from farthing.people.model import Login, MemberText, Settings
from farthing.platform import limits
from farthing.platform.limits import Limits
from farthing.security import audit, passwords

COMMAND = Actor("command")


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a stranger fills in. `name` is the person's, `settings` the household's."""

    email: str
    password: str
    name: str = ""
    settings: Settings = Settings()
    demo: bool = False

    def __repr__(self) -> str:
        return "<Wish>"


async def sign_up(world: World, wish: Wish, visit: Visit) -> SignedIn:
    """Make the household and begin its first session. Raises Rejected (what to mend), Limited, Refused.

    Somebody who signs up a second time with the same password is simply signed in. With another password the refusal does not say that the
    address is taken, and comes as late as any other; but as long as addresses are not confirmed by mail, whoever tries can conclude it. So
    tries are few: `SIGN_UP_PLACE`, and the limits of signing in.
    """
    started_s = world.clock.monotonic_s()
    checked = check(wish)
    finder = await world.keyring.finder()
    await Limits(world.valkey, world.clock).spend(limits.SIGN_UP_PLACE, finder.index("place", visit.place.encode()))
    async with world.db.shared() as conn:
        taken = await members.find_login(conn, finder, checked.email)
    login = await prove(world, checked.email, checked.password, visit) if taken else await _found(world, checked, visit)
    if login is None:
        await even_out(world, started_s)
        raise Refused("sign_up_refused", "this did not work; if you have been here before, sign in or ask for a new password")
    async with world.db.unit(login.household_id) as unit:
        return await begin(world, unit, await world.keyring.sealer(unit, login.household_id), login, visit)


async def add_member(world: World, wish: Wish) -> Login:
    """A new member with a household of their own, from the command line. Raises Rejected, or Refused when the address is taken."""
    login = await _found(world, check(wish), Visit(), actor=COMMAND)
    if login is None:
        raise Refused("email_taken", "there is a member with that e-mail address already")
    return login


def check(wish: Wish) -> Wish:
    """The wish as it is to be stored; raises Rejected with the field."""
    email = address.parse_email(wish.email)
    name = address.parse_name(wish.name)
    settings = address.parse_settings(wish.settings)
    password = passwords.accept(wish.password, near=(email, name, settings.name))
    return msgspec.structs.replace(wish, email=email, name=name, settings=settings, password=password)


async def _found(world: World, wish: Wish, visit: Visit, *, actor: Actor | None = None) -> Login | None:
    """Keys, household, member and login in one unit. None when somebody took the address meanwhile: then nothing was made."""
    hashed = await passwords.hash_new(wish.password)
    finder = await world.keyring.finder()
    household_id, now = HouseholdId(new_id()), world.clock.now()
    try:
        async with world.db.unit(household_id) as unit:
            sealer = await world.keyring.create(unit)
            await households.found(unit, sealer, wish.settings, at=now, demo=wish.demo)
            member_id = await members.join_member(unit, sealer, MemberText(wish.email, wish.name), at=now, password_hash=hashed)
            if not await members.own_login(unit, finder, wish.email, member_id):
                raise _TakenError
            await due.enqueue(unit.conn, household_id, Kind.DAILY, 0, now + tidy.EVERY)
            by = actor or Actor("session", member_id, 0, visit.request_id)
            await audit.record(unit, sealer, by, "household.founded", {"member_id": member_id}, now)
    except _TakenError:
        return None
    return Login(household_id, member_id)


class _TakenError(Exception):
    """Rolls the unit back."""
