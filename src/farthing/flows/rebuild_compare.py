"""The rebuilt ledger beside the one that stands: rows, lines, pairs, months. Only what differs is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from farthing.core.ids import public
from farthing.flows.desk import Desk, read_desk
from farthing.flows.rebuild_past import Past
from farthing.flows.revise import wholes
from farthing.flows.world import World
from farthing.ingest.batches.image import Image, Whole, images
from farthing.ingest.replaying.past import Line, Pair, answers_every, births, lines_every, merged_every, pairs_every
from farthing.ledger.model import SYSTEM
from farthing.ledger.verifying.verify import SUMS, recounted, stored

ROWS_AT_ONCE = 5_000


class Difference(msgspec.Struct, frozen=True):
    """Something that is not the same. `only`: stored | rebuilt, or None where both have it; `fields`: name -> (stored, rebuilt)."""

    what: str  # row | line | pair | merged | question | month
    name: str
    only: str | None = None
    fields: Mapping[str, tuple[Any, Any]] = {}


async def compare(world: World, past: Past, scratch: Desk) -> list[Difference]:
    """Every difference between the real household and the scratch one, rows first."""
    rows = await _rows(world, past, scratch)
    async with read_desk(world, past.household.household_id, SYSTEM) as real:
        lines = _keyed("line", await lines_every(real.unit), await lines_every(scratch.unit), lambda ref: ref.hex())
        pairs = _keyed("pair", await pairs_every(real.unit), await pairs_every(scratch.unit), _pair_name)
        merged = _keyed("merged", await merged_every(real.unit), await merged_every(scratch.unit), lambda i: public("txn", i))
        asked = _keyed("question", await answers_every(real.unit), await answers_every(scratch.unit), _pair_name)
        is_now = await stored(real.unit)
    should = await recounted(scratch.unit, past.household.currency)
    months = _keyed("month", _counted(is_now), _as_known(_counted(should), is_now), _month_name)
    return [*rows, *lines, *pairs, *merged, *asked, *months]


async def _rows(world: World, past: Past, scratch: Desk) -> list[Difference]:
    rebuilt = await births(scratch.unit, scratch.sealer)
    found = [Difference("row", public("txn", i), "stored") for i in past.births if i not in rebuilt]
    found += [Difference("row", public("txn", i), "rebuilt") for i in rebuilt if i not in past.births]
    both = [i for i in past.births if i in rebuilt]
    for first in range(0, len(both), ROWS_AT_ONCE):
        some = both[first : first + ROWS_AT_ONCE]
        async with read_desk(world, past.household.household_id, SYSTEM) as real:
            here = await wholes(real, some)
        there = await wholes(scratch, some)
        found += [d for i in some if i in here and (d := _row(here[i], there[i])) is not None]
    return found


def _row(here: Whole, there: Whole) -> Difference | None:
    fields: dict[str, tuple[Any, Any]] = {}
    for was, now in zip(images(here).values(), images(there).values(), strict=True):
        fields |= {name: (was[name], now[name]) for name in was if was[name] != now[name] and not _came_later(name, was)}
    return Difference("row", public("txn", here.row.transaction_id), None, fields) if fields else None


def _came_later(name: str, was: Image) -> bool:
    """A value at home that was not known then, and is today, is no difference: rows keep the rate of their day. Nor is another model's
    version.
    """
    return name == "model" or (name == "home_amount" and was[name] is None)


def _keyed(what: str, here: Mapping[Any, Any], there: Mapping[Any, Any], name: Callable[[Any], str]) -> list[Difference]:
    """Keys that one side lacks, and those whose values differ, in order."""
    found = []
    for key in sorted(here.keys() | there.keys()):
        if key not in there or key not in here:
            found.append(Difference(what, name(key), "stored" if key in here else "rebuilt"))
        elif here[key] != there[key]:
            found.append(Difference(what, name(key), None, _fields(here[key], there[key])))
    return found


def _fields(here: Any, there: Any) -> dict[str, tuple[Any, Any]]:
    if isinstance(here, Line | Pair):
        was, now = msgspec.structs.asdict(here), msgspec.structs.asdict(there)
    elif isinstance(here, tuple):
        was, now = dict(zip(SUMS, here, strict=True)), dict(zip(SUMS, there, strict=True))
    else:
        was, now = {"state": here}, {"state": there}
    return {k: (was[k], now[k]) for k in was if was[k] != now[k]}


def _counted(sums: Mapping[Any, tuple[int | None, ...]]) -> dict[Any, tuple[int | None, ...]]:
    """Without the keys of which nothing counts: a part of a hidden row leaves one, and says nothing."""
    return {key: row for key, row in sums.items() if any(row)}


def _as_known(should: dict[Any, tuple[int | None, ...]], is_now: Mapping[Any, tuple[int | None, ...]]) -> dict[Any, tuple[int | None, ...]]:
    """Without sums at home that were not known then: some rate came later."""
    return {
        key: tuple(None if was is None else right for was, right in zip(is_now.get(key, row), row, strict=True))
        for key, row in should.items()
    }


def _pair_name(key: tuple[int, int, int]) -> str:
    return f"{public('txn', key[0])} and {public('txn', key[1])}"


def _month_name(key: tuple[Any, int, int, str]) -> str:
    return f"{key[0]:%Y-%m}, category {key[1]}, account {key[2]}, {key[3]}"
