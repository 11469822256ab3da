"""A household's ledger built once more from what was landed and what its owner decided, and compared with the one that stands.

The replay runs the same steps on the same database, under an id that no household has, in one unit that is never committed
(docs/decisions/0024). Nothing of the household is locked meanwhile; one that changes under the replay is replayed again.
"""

from __future__ import annotations

import contextlib

import msgspec

from farthing.core.errors import Conflict
from farthing.core.ids import new_id
from farthing.flows.desk import Desk, read_desk
from farthing.flows.rebuild_compare import Difference, compare
from farthing.flows.rebuild_past import Past, past_of, what_is_missing
from farthing.flows.rebuild_steps import replay_step
from farthing.flows.world import World
from farthing.ledger.accounts import NewAccount, add_accounts
from farthing.ledger.model import SYSTEM
from farthing.people import households
from farthing.people.members import join_member
from farthing.people.model import Settings
from farthing.platform.database import Unit

TRIES_MAX = 3


class Rebuilt(msgspec.Struct, frozen=True):
    """What a replay found. `incomplete`: why nothing can be said, in sentences; then nothing was compared."""

    batches: int = 0
    rows: int = 0
    differences: tuple[Difference, ...] = ()
    incomplete: tuple[str, ...] = ()


class _Thrown(Exception):
    """Ends the scratch unit: nothing of it may stay."""


async def rebuild_ledger(world: World, household_id: int) -> Rebuilt:
    """Replay one household and say what is different; changes nothing. Raises Missing, or Conflict when it does not rest."""
    for _ in range(TRIES_MAX):
        async with read_desk(world, household_id, SYSTEM) as desk:
            past = await past_of(desk)
            missing = await what_is_missing(desk, past, world.providers)
        if missing:
            return Rebuilt(len(past.steps), len(past.births), incomplete=missing)
        differences = await _replayed(world, past)
        async with read_desk(world, household_id, SYSTEM) as desk:
            if desk.household.version == past.household.version:
                return Rebuilt(len(past.steps), len(past.births), tuple(differences))
    raise Conflict("changed_meanwhile", "this household changed while it was replayed; try again")


async def _replayed(world: World, past: Past) -> list[Difference]:
    found: list[Difference] = []
    with contextlib.suppress(_Thrown):
        async with world.db.unit(new_id()) as unit:
            scratch = await _scratch(unit, past)
            for step in past.steps:
                await replay_step(world, past, scratch, step)
            found = await compare(world, past, scratch)
            raise _Thrown
    return found


async def _scratch(unit: Unit, past: Past) -> Desk:
    """A household like this one, with its accounts and nothing in them."""
    house, sealer = past.household, past.sealer.beside(unit.household_id)
    settings = Settings(name="", currency=house.currency, zone=house.zone, locale=house.locale)
    await households.found(unit, sealer, settings, at=past.at)
    new = [
        NewAccount(
            a.account_id, a.kind, a.currency, a.text, a.connection_id, a.ref, opening_balance=a.opening_balance, opened_on=a.opened_on
        )
        for a in past.accounts.values()
    ]
    await add_accounts(unit, sealer, at=past.at, new=new)
    for one in past.members:  # transfers are known by their names too
        await join_member(unit, sealer, one.text, at=past.at, password_hash="")
    empty = msgspec.structs.replace(house, household_id=unit.household_id, version=0, rules_version=0, calibration=0)
    return Desk(unit, sealer, empty, past.at, SYSTEM, past.categories)
