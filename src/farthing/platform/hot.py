"""Figures at hand: what one process worked out of a household as of one version, kept in Valkey for the others. Bytes, sealed by whoever
keeps them.

Two hashes a household, one of them for months that are past, so that erasing it is two words; the fields of one are of one version, named
with it, so that an older one can neither be read nor written. A Valkey that is slow or away is left alone for a
while: figures are then worked out anew, as without it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Coroutine
from importlib import resources
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from redis.asyncio import Redis

from farthing.core.dates import Clock
from farthing.platform.valkey import bypass

BUDGET_S = 0.02
REST_S = 5.0
KEPT_S = 86_400
ERASED_S = 3_600  # longer than any request that began before the end may go on
FIELDS_MAX = 24
BYTES_MAX = 200_000
LAST_VERSION = 2**53  # of a household that is no more: whatever comes later is older
_SCRIPT = resources.files("farthing.platform").joinpath("hot.lua").read_text(encoding="utf-8")
_SILENT: Any = object()  # what stands for no answer, since None is one
_resting: WeakKeyDictionary[Redis, float] = WeakKeyDictionary()
T = TypeVar("T")


class Hot:
    """The figures at hand in one Valkey."""

    __slots__ = ("_clock", "_valkey")

    def __init__(self, valkey: Redis, clock: Clock) -> None:
        self._valkey, self._clock = valkey, clock

    async def get(self, household_id: int, version: int, name: str, *, past: bool = False) -> bytes | None:
        """What was kept under that name as of that very version; None where nothing is, or Valkey does not say so in time."""
        return await self._asked(self._got(place(household_id, past=past), _field(version, name)), None)

    async def put(self, household_id: int, version: int, name: str, value: bytes, *, past: bool = False) -> bool:
        """Keep it, unless a newer version stands; False where it is not kept. `past`: the version counts what happened to past months."""
        if len(value) > BYTES_MAX:
            return False
        arguments = [version, _field(version, name), value, FIELDS_MAX, KEPT_S]
        return await self._asked(self._put(arguments, place(household_id, past=past)), False)

    async def forget(self, household_id: int) -> None:
        """Drop what is kept of an erased household, and take nothing of it from whoever still reads it."""

        async def erased() -> None:
            for key in (place(household_id), place(household_id, past=True)):
                await self._valkey.delete(key)
                await self._valkey.hset(key, "version", str(LAST_VERSION))
                await self._valkey.expire(key, ERASED_S)

        await bypass(erased(), None, budget_s=1.0)

    async def _got(self, key: str, field: str) -> bytes | None:
        found: Any = await self._valkey.hget(key, field)
        return bytes(found) if found is not None else None

    async def _put(self, arguments: list[Any], key: str) -> bool:
        return bool(await self._valkey.register_script(_SCRIPT)(keys=[key], args=arguments))

    def _rests(self) -> bool:
        return _resting.get(self._valkey, 0.0) > self._clock.monotonic_s()

    async def _asked(self, asked: Coroutine[Any, Any, T], default: T) -> T:
        """What Valkey answers in time; after a time that it did not, nobody asks it for some seconds."""
        if self._rests():
            asked.close()
            return default
        answer: T = await bypass(asked, _SILENT, budget_s=BUDGET_S)
        if answer is _SILENT:
            _resting[self._valkey] = self._clock.monotonic_s() + REST_S
            return default
        return answer


def place(household_id: int, *, past: bool = False) -> str:
    """Where a household's figures are, those of past months apart; it does not name it to whoever looks through Valkey after its end."""
    return f"{'past' if past else 'hot'}:{hashlib.blake2b(household_id.to_bytes(8), digest_size=12).hexdigest()}"


def _field(version: int, name: str) -> str:
    return f"{version}:{name}"
