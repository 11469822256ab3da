"""Figures that are dear and asked for often, worked out once for each version of the ledger.

A figure's name says everything that it depends on beside the ledger: the view, its parameters, the household as the unit read it, and this
program. The version (`figures_version`: alerts, insights and names of views, said of figures, leave it as it is) comes from the same
snapshot as all that the figure is made of, and counts on with every other change; so a stale figure has no name by which it could be found
(docs/decisions/0043). Figures of past months go by `past_version`, which a new row of this month leaves as it is. Near
at hand in the process, else sealed in Valkey, for other processes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

import farthing
from farthing.core.dates import Month
from farthing.flows.desk import Desk
from farthing.flows.kept import Kept, Used
from farthing.platform.hot import Key
from farthing.security.sealing import SealBroken

T = TypeVar("T")


async def hot(
    desk: Desk,
    view: str,
    asked: object,
    kind: type[T],
    work: Callable[[], Coroutine[Any, Any, T]],
    *,
    lasts: Callable[[T], bool] | None = None,
    near: bool = True,
    before: Month | None = None,
) -> T:
    """The figure of `view` for `asked`: at hand, or what `work` makes of the unit's snapshot, which is kept if it `lasts`.

    `work` may depend on the ledger, the household's categories and budgets, and `asked`; on the day only if `asked` holds it. A unit that
    writes has nothing at hand, and keeps nothing. `near`: whether the process keeps it here; who has a shelf for it says no. `before`: it
    is made of categories, and of rows dated before this month, alone, so that it stays at hand when only rows since then change.
    """
    figure = await at_hand(desk, view, asked, kind, near=near, before=before)
    if figure is None:
        figure = await work()
        if desk.kept is None or (lasts is not None and not lasts(figure)):
            return figure
        place = _place(desk, view, asked, before)
        _to_valkey(desk, place, figure)
        if near:
            _shelf(desk.kept, place).keep(place.name, figure)
    return figure


async def at_hand(desk: Desk, view: str, asked: object, kind: type[T], *, near: bool = True, before: Month | None = None) -> T | None:
    """The figure as `hot` has it; None where it would have to be worked out."""
    if desk.kept is None:
        return None
    place = _place(desk, view, asked, before)
    held = _shelf(desk.kept, place).get(place.name)
    if held is not None:
        found: T = held
        return found
    figure = await _from_valkey(desk, place, kind)
    if figure is not None and near:
        _shelf(desk.kept, place).keep(place.name, figure)
    return figure


class _Place(NamedTuple):
    """Where a figure is: its name, and the version that it is of."""

    name: str
    version: int
    past: bool


def _place(desk: Desk, view: str, asked: object, before: Month | None) -> _Place:
    """The name is a keyed hash: what somebody looks for is nobody's business.

    The version of the past speaks for rows before `recent_since`; until the household's first change in a new month that is the month
    before, and what is asked for may be of rows that it does not speak for.
    """
    held = desk.household
    past = before is not None and held.recent_since is not None and before.first <= held.recent_since
    version = held.past_version if past else held.figures_version
    said = msgspec.json.encode((edition(), view, past, version, held.unversioned, asked))
    return _Place(desk.sealer.index("figures", said).hex(), version, past)


def _shelf(held: Kept, place: _Place) -> Used[str, Any]:
    return held.past if place.past else held.figures


async def _from_valkey(desk: Desk, place: _Place, kind: type[T]) -> T | None:
    if desk.hot is None:
        return None
    sealed = await desk.unit.seek(desk.hot, _key(desk, place))
    if sealed is None:
        return None
    try:
        return msgspec.msgpack.decode(desk.sealer.open("hot", "figures", f"{place.version}/{place.name}", sealed), type=kind)
    except (SealBroken, msgspec.MsgspecError):
        return None  # of keys that are gone, or no figure at all: as if nothing had been there


def _to_valkey(desk: Desk, place: _Place, figure: object) -> None:
    if desk.hot is not None:
        sealed = desk.sealer.seal("hot", "figures", f"{place.version}/{place.name}", msgspec.msgpack.encode(figure))
        desk.hot.later(_key(desk, place), sealed)


def _key(desk: Desk, place: _Place) -> Key:
    return Key(desk.household.household_id, place.version, place.name, place.past)


@cache
def edition() -> str:
    """This very program: another one may count otherwise, and both may run for a while."""
    digest = hashlib.blake2b(digest_size=8)
    root = Path(farthing.__file__).parent
    for path in sorted(p for p in root.rglob("*") if p.suffix in {".py", ".sql", ".csv"}):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
