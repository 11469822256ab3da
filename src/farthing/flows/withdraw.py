"""What a household gave to others is withdrawn: its votes and its part of the tally, so that no count remembers it."""

from __future__ import annotations

from farthing.categorize.tuning.tally import give
from farthing.categorize.tuning.versions import stamp
from farthing.categorize.voting.votes import cast
from farthing.flows.train import teaches
from farthing.platform.database import Unit
from farthing.security.keyring import Finder


async def withdraw(unit: Unit, finder: Finder) -> None:
    """Under the household lock. Processes that hold the counts read them anew within a minute."""
    if await cast(unit, {}):
        await stamp(unit.conn, "votes")
    await give(unit, {}, teaches=teaches(finder, unit.household_id))
