"""What a process keeps of what the installation knows: what the many say of merchants, and the version of the model in force.

Read anew once a day, and within a minute of a vote that was withdrawn or a version that was changed.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import cache
from importlib import resources
from zlib import crc32

import msgspec

from farthing.categorize.guessing.model import FILE
from farthing.categorize.tuning.versions import calibration, code_of, in_force, stamps
from farthing.categorize.voting.votes import polled
from farthing.categorize.weighing.weights import Weights, checksum, weights
from farthing.flows.vote import Polls
from farthing.flows.world import World
from farthing.platform.database import Unit

REFRESH_S = 24 * 3600.0
LOOK_S = 60.0
OWN_MAX = 1_000  # households whose calibration is kept


class Known(msgspec.Struct, frozen=True):
    """As of `read_s`; `heavy` are the weights of the version in force."""

    polls: Polls
    heavy: Weights
    stamps: dict[str, int]
    read_s: float


_kept: dict[int, Known] = {}
_looked_s: dict[int, float] = {}
_own: OrderedDict[tuple[int, int, int], Weights] = OrderedDict()


async def known_of(world: World, unit: Unit) -> Known:
    """What is known now; a statement a minute, three where something changed."""
    now_s, key = world.clock.monotonic_s(), id(world.db)
    held = _kept.get(key)
    if held is not None and now_s - _looked_s[key] < LOOK_S:
        return held
    found = await stamps(unit.conn)
    if held is None or held.stamps != found or now_s - held.read_s > REFRESH_S:
        version = await in_force(unit.conn, shipped(), at=world.clock.now())
        heavy = msgspec.structs.replace(weights(), bends=version.bends, version=code_of(version.version, 0))
        held = _kept[key] = Known(Polls(await world.keyring.finder(), await polled(unit.conn)), heavy, found, now_s)
    _looked_s[key] = now_s
    return held


def known_here(world: World) -> Known | None:
    """What this process read last, for units that only look."""
    return _kept.get(id(world.db))


async def with_own(unit: Unit, heavy: Weights, number: int) -> Weights:
    """The weights with the household's own calibration, kept while nobody changes either."""
    key = (unit.household_id, number, heavy.version)
    held = _own.get(key)
    if held is None:
        own = await calibration(unit, number)
        held = _own[key] = heavy.with_own(own.curve, heavy.version + number) if own else heavy
    _own.move_to_end(key)
    if len(_own) > OWN_MAX:
        _own.popitem(last=False)
    return held


def forget_known() -> None:
    """Read anew at the next look."""
    _kept.clear()
    _own.clear()


@cache
def shipped() -> str:
    """Tells what came with this Farthing from what came with another: a version holds for its tables alone."""
    letters = resources.files("farthing.categorize").joinpath(FILE)
    return f"{crc32(letters.read_bytes()):08x}-{checksum()}" if letters.is_file() else f"none-{checksum()}"
