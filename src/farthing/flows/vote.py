"""What households learn from each other: votes on merchants, cast at night from a household's own memory, and what the many say.

No text and no household leaves: a vote is a keyed hash of a cleaned name and one of the system's categories, and it is heard only where
twenty households or more say the same. Opting out withdraws what was cast, erasure too. A household has a vote once it is old enough and
has linked a bank as long: twenty made up for the purpose cost twenty bank links and a month.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from farthing.categorize import Facts, Remembered, recall
from farthing.categorize.clean import NAMELESS
from farthing.categorize.decide import SURE_FROM
from farthing.categorize.taxonomy import OWN_FROM, UNCATEGORISED
from farthing.categorize.voting.votes import VOTES_MAX, Poll, cast
from farthing.connections import store
from farthing.core.ids import CategoryId
from farthing.flows.world import World
from farthing.ledger.lock import lock
from farthing.ledger.model import Label, Source
from farthing.ledger.reading.payees import payees
from farthing.people import households
from farthing.platform.database import Unit
from farthing.security.keyring import Finder
from farthing.security.sealing import Sealer

WAITS = dt.timedelta(days=30)  # a household made up to vote has to live as long
STANDING = frozenset((Source.OWNER, Source.RULE, Source.MEMORY, Source.TRANSFER, Source.REFUND))


async def cast_votes(world: World, household_id: int) -> int:
    """Once a night: the household's votes are what its memory says tonight. Returns how many came or went."""
    finder = await world.keyring.finder()
    async with world.db.unit(household_id) as unit:
        await lock(unit)
        sealer = await world.keyring.sealer(unit, household_id)
        heard = await has_vote(world, unit, sealer)
        return await cast(unit, await _wanted(unit, sealer, finder) if heard else {})


async def has_vote(world: World, unit: Unit, sealer: Sealer) -> bool:
    """Whether what the household says counts for all: it wants to, lives, and brought rows from a bank that it linked so long ago."""
    standing = await households.standing(unit, sealer)
    since = world.clock.now() - WAITS
    if not standing.settings.votes or standing.demo or standing.created_at > since:
        return False
    return any(c.created_at <= since and c.last_success_at is not None for c in await store.every(unit, sealer))


async def _wanted(unit: Unit, sealer: Sealer, finder: Finder) -> dict[bytes, CategoryId]:
    """Where the owner puts money that goes out, merchants on which the words never differed, the newest first."""
    known = await payees(unit, sealer)
    said = [(known[i].key, r) for i, r in (await recall(unit, list(known))).items() if _is_vote(r) and known[i].key not in NAMELESS]
    newest = sorted(said, key=lambda one: (max(p.at for p in one[1].parts), one[0]), reverse=True)[:VOTES_MAX]
    return {key_of(finder, key): r.category_id for key, r in newest}


def _is_vote(said: Remembered) -> bool:
    """Own categories mean nothing to others."""
    return said.times == said.total and UNCATEGORISED < said.category_id < OWN_FROM and all(p.band < 0 for p in said.parts)


def key_of(finder: Finder, key: str) -> bytes:
    """A merchant's name as a vote carries it: equal for all households of this installation, and unreadable."""
    return finder.index("merchant_vote", key.encode())


class Polls:
    """What the many say of a merchant's cleaned name."""

    def __init__(self, finder: Finder, held: Mapping[bytes, Poll]) -> None:
        self._finder, self._held = finder, held

    def of(self, key: str) -> Poll | None:
        """None where too few agree."""
        return self._held.get(key_of(self._finder, key)) if self._held else None


def heed(labels: Sequence[Label], facts: Sequence[Facts], polls: Polls | None) -> list[Label]:
    """The labels, with what the many say of money that goes out where the household's own word is not there."""
    if polls is None:
        return list(labels)
    return [_heard(label, fact, polls) for label, fact in zip(labels, facts, strict=True)]


def _heard(label: Label, facts: Facts, polls: Polls) -> Label:
    """What we are sure of is not outvoted: whoever buys votes should not be able to say what everybody knows otherwise."""
    if facts.amount >= 0 or label.confidence >= SURE_FROM or label.source in STANDING:
        return label
    poll = polls.of(facts.key)
    if poll is None or poll.trust <= label.confidence:
        return label
    source = label.source if poll.category_id == label.category_id else Source.MERCHANT
    return Label(poll.category_id, source, poll.trust, model=label.model)
