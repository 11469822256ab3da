"""Figures that are dear and asked for often, worked out once for each version of the ledger.

A figure's name says everything that it depends on beside the ledger: the view, its parameters, the household as the unit read it, and this
program. The version (`figures_version`: alerts, insights and names of views, said of figures, leave it as it is) comes from the same
snapshot as all that the figure is made of, and counts on with every other change; so a stale figure has no name by which it could be found
(docs/decisions/0043). Near at hand in the process, else sealed in Valkey, for other processes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

import farthing
from farthing.flows.desk import Desk
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
) -> T:
    """The figure of `view` for `asked`: at hand, or what `work` makes of the unit's snapshot, which is kept if it `lasts`.

    `work` may depend on the ledger, the household's categories and budgets, and `asked`; on the day only if `asked` holds it. A unit that
    writes has nothing at hand, and keeps nothing. `near`: whether the process keeps it here; who has a shelf for it says no.
    """
    figure = await at_hand(desk, view, asked, kind, near=near)
    if figure is None:
        figure = await work()
        if desk.kept is None or (lasts is not None and not lasts(figure)):
            return figure
        name = _name(desk, view, asked)
        await _to_valkey(desk, name, figure)
        if near:
            desk.kept.figures.keep(name, figure)
    return figure


async def at_hand(desk: Desk, view: str, asked: object, kind: type[T], *, near: bool = True) -> T | None:
    """The figure as `hot` has it; None where it would have to be worked out."""
    if desk.kept is None:
        return None
    name = _name(desk, view, asked)
    held = desk.kept.figures.get(name)
    if held is not None:
        found: T = held
        return found
    figure = await _from_valkey(desk, name, kind)
    if figure is not None and near:
        desk.kept.figures.keep(name, figure)
    return figure


def _name(desk: Desk, view: str, asked: object) -> str:
    """A keyed hash: what somebody looks for is nobody's business."""
    said = msgspec.json.encode((edition(), view, msgspec.structs.replace(desk.household, version=0), asked))
    return desk.sealer.index("figures", said).hex()


async def _from_valkey(desk: Desk, name: str, kind: type[T]) -> T | None:
    if desk.hot is None:
        return None
    household, version = desk.household.household_id, desk.household.figures_version
    sealed = await desk.hot.get(household, version, name)
    if sealed is None:
        return None
    try:
        return msgspec.msgpack.decode(desk.sealer.open("hot", "figures", f"{version}/{name}", sealed), type=kind)
    except (SealBroken, msgspec.MsgspecError):
        return None  # of keys that are gone, or no figure at all: as if nothing had been there


async def _to_valkey(desk: Desk, name: str, figure: object) -> None:
    if desk.hot is not None:
        household, version = desk.household.household_id, desk.household.figures_version
        sealed = desk.sealer.seal("hot", "figures", f"{version}/{name}", msgspec.msgpack.encode(figure))
        await desk.hot.put(household, version, name, sealed)


@cache
def edition() -> str:
    """This very program: another one may count otherwise, and both may run for a while."""
    digest = hashlib.blake2b(digest_size=8)
    root = Path(farthing.__file__).parent
    for path in sorted(p for p in root.rglob("*") if p.suffix in {".py", ".sql", ".csv"}):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
