"""Bank links against their accounts, and the place in a bank's stream against what came of it."""

from __future__ import annotations

from farthing.core.ids import public
from farthing.ledger.verifying.fault import FAULTS_MAX, Fault
from farthing.platform.database import Unit
from farthing.platform.sql import load

queries = load("farthing.connections.verifying")


async def verify(unit: Unit) -> list[Fault]:
    """Every check of the household's links, in order; empty when all is well."""
    return [*await cursors(unit), *await links(unit)]


async def cursors(unit: Unit) -> list[Fault]:
    """A place in the bank's stream is kept only with what came before it (I5)."""
    rows = await queries.cursors.rows(unit.conn, household_id=unit.household_id, count=FAULTS_MAX)
    return [
        Fault(
            "cursors",
            f"connection {public('con', r['connection_id'])} goes on in the middle of its bank's stream, and never read the beginning",
            "run in psql, as the owner: update connection set cursor_sealed = null where connection_id = "
            f"{r['connection_id']}; the next sync then begins anew",
        )
        for r in rows
    ]


async def links(unit: Unit) -> list[Fault]:
    """An account that a bank states belongs to a link that is there (I7)."""
    rows = await queries.links.rows(unit.conn, household_id=unit.household_id, count=FAULTS_MAX)
    return [
        Fault(
            "links",
            f"account {public('acc', r['account_id'], household=unit.household_id)} belongs to connection "
            f"{public('con', r['connection_id'])}, which is not there",
            "link its bank again: the account is found by its last digits",
        )
        for r in rows
    ]
