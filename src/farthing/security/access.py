"""Views on record: the first look at an account, for each session or API token and hour, written off the request path.

Every process may see the same first view; the event's id is made of what was seen, so the database keeps one.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections import defaultdict
from collections.abc import Iterable

import structlog

from farthing.core.dates import Clock
from farthing.core.errors import Missing, Unavailable
from farthing.platform.database import Database
from farthing.security import audit
from farthing.security.keyring import Keyring

FLUSH_S = 3.0
PENDING_MAX = 20_000
SEEN_MAX = 100_000
HOUR_MS = 3_600_000

log = structlog.get_logger()


class AccessLog:
    """Collects views and writes them every few seconds and at the end. `saw` costs a set lookup."""

    def __init__(self, db: Database, keyring: Keyring, clock: Clock, *, pending_max: int = PENDING_MAX) -> None:
        self._db, self._keyring, self._clock, self._pending_max = db, keyring, clock, pending_max
        self._seen: set[tuple[int, int]] = set()
        self._hour = 0
        self._pending: dict[tuple[int, int], audit.Event] = {}
        self._task: asyncio.Task[None] | None = None
        self.dropped = 0

    def saw(self, household_id: int, actor: audit.Who, account_ids: Iterable[int]) -> None:
        """`actor` was shown these accounts. 0 stands for figures over all of them."""
        now = self._clock.now()
        hour = int(now.timestamp()) // 3600
        if hour != self._hour or len(self._seen) > SEEN_MAX:
            self._seen.clear()
            self._hour = hour
        for account_id in account_ids:
            event_id = _event_id(hour, actor.member_id, actor.via_id, account_id)
            if (household_id, event_id) in self._seen:
                continue
            self._seen.add((household_id, event_id))
            if len(self._pending) >= self._pending_max:
                self.dropped += 1
                continue
            told = audit.event(actor, "account.viewed", {"account_id": account_id}, now, event_id=event_id)
            self._pending[household_id, event_id] = told

    def start(self) -> None:
        """Write in the background until `aclose`."""
        self._task = asyncio.create_task(self._run(), name="access log")

    async def aclose(self) -> None:
        """Stop, and write what is left."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self.flush()

    async def flush(self) -> None:
        """Write what was collected. What cannot be written now is kept for the next time."""
        pending, self._pending = self._pending, {}
        by_household: dict[int, list[audit.Event]] = defaultdict(list)
        for (household_id, _), told in pending.items():
            by_household[household_id].append(told)
        for household_id, events in by_household.items():
            try:
                async with self._db.unit(household_id) as unit:
                    await audit.record_many(unit, await self._keyring.sealer(unit, household_id), events)
            except Missing:
                continue  # erased meanwhile
            except Unavailable as error:
                log.warning("access_log_waits", reason=error.code, events=len(events))
                self._keep(household_id, events)

    def _keep(self, household_id: int, events: list[audit.Event]) -> None:
        room = max(0, self._pending_max - len(self._pending))
        self._pending.update({(household_id, e.event_id): e for e in events[:room]})
        self.dropped += len(events[room:])

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_S)
            try:
                await self.flush()
            except Exception:
                # A bug in one household's trail must not end everybody's; it is told, and the views of this round are lost.
                log.exception("access_log_failed")


def _event_id(hour: int, member_id: int, via_id: int, account_id: int) -> int:
    """An id inside the hour's range of time-ordered ids, the same in every process for the same first view."""
    digest = hashlib.blake2b(f"{hour}|{member_id}|{via_id}|{account_id}".encode(), digest_size=8).digest()
    spread = int.from_bytes(digest)
    return (hour * HOUR_MS + spread % HOUR_MS) << 20 | (spread >> 44)
