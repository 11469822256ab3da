"""Somebody who signs up, for the tests that need a person rather than a bare household."""

from __future__ import annotations

import secrets

import msgspec

from farthing.flows.sign_in import SignedIn, Visit
from farthing.flows.sign_up import Wish, sign_up
from farthing.flows.world import World
from farthing.people.model import Settings

PASSWORD = "my dog ate the blue carpet"


class Person(msgspec.Struct, frozen=True):
    """Somebody who has signed up."""

    email: str
    password: str
    signed_in: SignedIn
    visit: Visit

    @property
    def household_id(self) -> int:
        return self.signed_in.session.household_id

    @property
    def member_id(self) -> int:
        return self.signed_in.session.member_id


def fresh_email() -> str:
    return f"anna.{secrets.token_hex(4)}@example.com"


async def join(world: World, visit: Visit, **settings: str) -> Person:
    email = fresh_email()
    chosen = {"name": "The Schmidts", "currency": "EUR", "zone": "Europe/Berlin", "locale": "de-DE"} | settings
    wish = Wish(email=email, password=PASSWORD, name="Anna Schmidt", settings=Settings(**chosen))
    return Person(email, PASSWORD, await sign_up(world, wish, visit), visit)
