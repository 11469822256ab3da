"""The one writer of alerts: facts are held against what was said before, and what is new is put out with the change.

Who has a kind of its own hands in every fact that is true now of what it looked at, under the household lock: `settle_alerts` raises,
corrects and withdraws, and `told_of` what it returns goes into the outbox of the same unit. A look that writes nothing else has both in
`look`. docs/alerts.md shows how.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

import msgspec

from farthing.flows.desk import Desk
from farthing.flows.tell import tell
from farthing.ledger.lock import bump
from farthing.notify.alerting import Fact, Held, Scope, held, settle, write
from farthing.notify.outbox import Event

ALERT_EVENT = "alert"
Look: TypeAlias = tuple[Iterable[Fact], Scope]


class Said(msgspec.Struct, frozen=True):
    """What a look at facts changed: ids of alerts raised for the first time, withdrawn, and of those that stand again or were put right."""

    raised: tuple[int, ...] = ()
    withdrawn: tuple[int, ...] = ()
    restated: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.raised or self.withdrawn or self.restated)


async def settle_alerts(desk: Desk, facts: Iterable[Fact], scope: Scope) -> Said:
    """Raise what became true and withdraw what no longer is, in the unit on the desk, which must hold the household lock.

    `facts`: everything that is true now of what `scope` names; an alert of the scope that none of them speaks of is withdrawn. The caller
    puts `told_of` the answer out, and bumps the version, once.
    """
    return await settle_against(desk, facts, await held(desk.unit, desk.sealer, scope))


async def settle_against(desk: Desk, facts: Iterable[Fact], said_before: Sequence[Held]) -> Said:
    """The same for who has read the alerts of its scope already."""
    settled = settle(facts, said_before, today=desk.today)
    if not settled:
        return Said()
    await write(desk.unit, desk.sealer, settled, at=desk.at)
    return Said(tuple(i for i, _ in settled.raised), settled.withdrawn, tuple(i for i, _ in settled.restated))


def told_of(said: Said) -> list[Event]:
    """What is to be said of alerts that changed just now, for the outbox."""
    return [Event(ALERT_EVENT, msgspec.to_builtins(said))] if said else []


async def look(desk: Desk, looks: Collection[Look]) -> tuple[Said, int]:
    """`settle_alerts` for a look that writes nothing else: puts out what is to be said, and bumps the version if anything changed.

    Returns what changed, and the household's version.
    """
    raised, withdrawn, restated = list[int](), list[int](), list[int]()
    for facts, scope in looks:
        said = await settle_alerts(desk, facts, scope)
        raised += said.raised
        withdrawn += said.withdrawn
        restated += said.restated
    said = Said(tuple(raised), tuple(withdrawn), tuple(restated))
    if not said:
        return said, desk.household.version
    version = await bump(desk.unit, desk.household, figures=False)
    await tell(desk.unit, desk.sealer, at=desk.at, version=version, events=told_of(said))
    return said, version
