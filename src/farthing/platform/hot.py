"""Figures at hand: what one process worked out of a household as of one version, kept in Valkey for the others. Bytes, sealed by whoever
keeps them.

Two hashes a household, one of them for months that are past, so that erasing it is two words; the fields of one are of one version, named
with it, so that an older one can neither be read nor written. A Valkey that is slow or away is left alone for a
while: figures are then worked out anew, as without it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Coroutine, Sequence
from importlib import resources
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from redis.asyncio import Redis
from redis.exceptions import NoScriptError

from farthing.core.dates import Clock
from farthing.platform.valkey import bypass

BUDGET_S = 0.02
REST_S = 5.0
KEPT_S = 86_400
ERASED_S = 3_600  # longer than any request that began before the end may go on
FIELDS_MAX = 24
BYTES_MAX = 200_000
LAST_VERSION = 2**53  # of a household that is no more: whatever comes later is older
_SILENT: Any = object()  # what stands for no answer, since None is one
_resting: WeakKeyDictionary[Redis, float] = WeakKeyDictionary()
T = TypeVar("T")


class Key(NamedTuple):
    """Whose figure, as of which version, under what name. `past`: the version counts what happened to past months."""

    household_id: int
    version: int
    name: str
    past: bool = False


class _Script:
    """A script that Valkey knows by its digest once it has seen it."""

    __slots__ = ("_sha", "_text")

    def __init__(self, file: str) -> None:
        self._text = resources.files("farthing.platform").joinpath(file).read_text(encoding="utf-8")
        self._sha = hashlib.sha1(self._text.encode(), usedforsecurity=False).hexdigest()

    async def run(self, valkey: Any, keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        try:
            return await valkey.evalsha(self._sha, len(keys), *keys, *arguments)
        except NoScriptError:
            return await valkey.eval(self._text, len(keys), *keys, *arguments)


_GET, _PUT = _Script("hot_get.lua"), _Script("hot.lua")


class Hot:
    """The figures at hand in one Valkey, as one desk looks for them and leaves them there: together, however many there are."""

    __slots__ = ("_clock", "_later", "_valkey")

    def __init__(self, valkey: Redis, clock: Clock) -> None:
        self._valkey, self._clock = valkey, clock
        self._later: list[tuple[Key, bytes]] = []

    async def every(self, keys: Sequence[Key]) -> list[bytes | None]:
        """What was kept for each, as of that very version; None where nothing is, or Valkey does not say so in time."""
        places = list(dict.fromkeys(_place_of(key) for key in keys))
        arguments = [said for key in keys for said in (places.index(_place_of(key)) + 1, _field(key.version, key.name))]
        return await self._asked(self._got(places, arguments), [None] * len(keys))

    async def get(self, household_id: int, version: int, name: str, *, past: bool = False) -> bytes | None:
        """One of them."""
        return (await self.every([Key(household_id, version, name, past)]))[0]

    def later(self, key: Key, value: bytes) -> bool:
        """Keep it when all is read; False where it is too large. Nobody waits for Valkey meanwhile, nor does a connection."""
        if len(value) > BYTES_MAX:
            return False
        self._later.append((key, value))
        return True

    async def flush(self) -> int:
        """Keep what waits for it, unless a newer version stands; how many were kept."""
        waiting, self._later = self._later, []
        if not waiting:
            return 0
        places = list(dict.fromkeys(_place_of(key) for key, _ in waiting))
        arguments: list[Any] = [FIELDS_MAX, KEPT_S]
        for key, value in waiting:
            arguments += [places.index(_place_of(key)) + 1, key.version, _field(key.version, key.name), value]
        return await self._asked(self._put(places, arguments), 0)

    async def put(self, household_id: int, version: int, name: str, value: bytes, *, past: bool = False) -> bool:
        """Keep one now; False where it is not kept."""
        return self.later(Key(household_id, version, name, past), value) and await self.flush() > 0

    async def forget(self, household_id: int) -> None:
        """Drop what is kept of an erased household, and take nothing of it from whoever still reads it."""

        async def erased() -> None:
            for key in (place(household_id), place(household_id, past=True)):
                await self._valkey.delete(key)
                await self._valkey.hset(key, "version", str(LAST_VERSION))
                await self._valkey.expire(key, ERASED_S)

        await bypass(erased(), None, budget_s=1.0)

    async def _got(self, places: Sequence[str], arguments: Sequence[Any]) -> list[bytes | None]:
        found: list[Any] = await _GET.run(self._valkey, places, arguments)
        return [bytes(one) if one is not None else None for one in found]

    async def _put(self, places: Sequence[str], arguments: Sequence[Any]) -> int:
        return int(await _PUT.run(self._valkey, places, arguments))

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
    """Where a household's figures are, those of past months apart; it does not name it to whoever looks through Valkey after its end.

    In a cluster both are in one place, as the braces say: they are asked for together.
    """
    return f"{'past' if past else 'hot'}:{{{hashlib.blake2b(household_id.to_bytes(8), digest_size=12).hexdigest()}}}"


def _place_of(key: Key) -> str:
    return place(key.household_id, past=key.past)


def _field(version: int, name: str) -> str:
    return f"{version}:{name}"
