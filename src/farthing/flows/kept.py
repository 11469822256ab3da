"""What a process keeps of the households that were looked at last, so that the next look asks only for what may have changed.

Everything kept is as of one version of the household: whatever changes an account, a category or a sum counts the version on in the same
transaction, so a look at a newer version begins with nothing. The exceptions are names already read, since a text reads the same for
ever, what was drawn, which is found by all that it shows, and figures of past months, which are found by a version of their own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Generic, TypeVar

from farthing.categorize import Names
from farthing.flows.categories import Categories
from farthing.ledger.accounts import Account
from farthing.ledger.reading.counting import Totals
from farthing.ledger.reading.rows import Filter

HOUSEHOLDS_MAX = 200
SUMS_MAX = 50
FIGURES_MAX = 8
NAMES_MAX = 5_000
DRAWN_MAX = 4
PAST_MAX = 4
PIECES_MAX = 16
ROWS_MAX = 120
K = TypeVar("K")
V = TypeVar("V")


class Used(Generic[K, V]):
    """So many things at most: the one that was used longest ago makes room."""

    __slots__ = ("_held", "_most")

    def __init__(self, most: int) -> None:
        self._held: OrderedDict[K, V] = OrderedDict()
        self._most = most

    def get(self, name: K) -> V | None:
        """What is kept under the name, which is used by that."""
        if name not in self._held:
            return None
        self._held.move_to_end(name)
        return self._held[name]

    def keep(self, name: K, thing: V) -> None:
        """Whoever turns pages comes back to what was on them."""
        self._held[name] = thing
        self._held.move_to_end(name)
        if len(self._held) > self._most:
            self._held.popitem(last=False)


class Kept:
    """One household as of `version`. `past`: figures of past months, which have a version of their own in their names.

    `pieces`: of pages as they were drawn, by the template and every view that is in it; `rows`: of tables that have many.
    """

    __slots__ = ("_drawn", "accounts", "categories", "figures", "names", "past", "pieces", "rows", "totals", "version")

    def __init__(self, version: int, older: Kept | None = None) -> None:
        self.version = version
        self.names: Names = older.names if older is not None and len(older.names) <= NAMES_MAX else Names()
        self.past: Used[str, Any] = older.past if older is not None else Used(PAST_MAX)
        self.pieces: Used[Hashable, str] = older.pieces if older is not None else Used(PIECES_MAX)
        self.rows: Used[Hashable, str] = older.rows if older is not None else Used(ROWS_MAX)
        self.categories: Categories | None = None
        self.accounts: Mapping[int, Account] | None = None
        self.totals: Used[Filter, Totals] = Used(SUMS_MAX)
        self.figures: Used[str, Any] = Used(FIGURES_MAX)
        self._drawn: Used[Hashable, tuple[object, Any]] = older._drawn if older is not None else Used(DRAWN_MAX)

    def drawn(self, figure: object, how: Hashable, draw: Callable[[], V]) -> V:
        """What was drawn of an equal figure before, and the same `how`; else what `draw` makes of it now.

        `draw` may depend on the figure and on `how`, and on nothing else. Most changes leave a figure what it was; so it outlives them.
        """
        held = self._drawn.get(how)
        if held is not None and (held[0] is figure or held[0] == figure):
            found: V = held[1]
            return found
        made = draw()
        self._drawn.keep(how, (figure, made))
        return made


class KeptShelf:
    """The households looked at last, in this process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Kept] = OrderedDict()

    def of(self, household_id: int, version: int) -> Kept:
        """What is kept of the household as of `version`; empty where nothing is, or an older version."""
        held = self._kept.get(household_id)
        if held is None or held.version != version:
            held = self._kept[household_id] = Kept(version, held)
        self._kept.move_to_end(household_id)
        if len(self._kept) > HOUSEHOLDS_MAX:
            self._kept.popitem(last=False)
        return held

    def forget(self, household_id: int) -> None:
        """Drop what is kept of an erased household."""
        self._kept.pop(household_id, None)


kept = KeptShelf()
