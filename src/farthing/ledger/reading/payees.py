"""The dictionary of cleaned bank texts: what search looks through, and the names pages show."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import msgspec

from farthing.ledger.post import Payee, Seals
from farthing.ledger.reading import queries
from farthing.platform.database import Unit

HOUSEHOLDS_MAX = 200


class PayeeShelf:
    """Dictionaries of the households that searched last, in this process; reread when one has grown."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[int, dict[int, Payee]]] = OrderedDict()

    async def of(self, unit: Unit, seals: Seals) -> dict[int, Payee]:
        """The household's whole dictionary by payee id."""
        count: int = await payees_count(unit)
        held = self._kept.get(unit.household_id)
        if held is None or held[0] != count:
            held = (count, await payees(unit, seals))
            self._kept[unit.household_id] = held
        self._kept.move_to_end(unit.household_id)
        while len(self._kept) > HOUSEHOLDS_MAX:
            self._kept.popitem(last=False)
        return held[1]

    def forget(self, household_id: int) -> None:
        """Drop what is kept of an erased household."""
        self._kept.pop(household_id, None)


async def payees_count(unit: Unit) -> int:
    """How many entries the dictionary has."""
    count: int = await queries.payees_count.value(unit.conn, household_id=unit.household_id)
    return count


async def payees(unit: Unit, seals: Seals) -> dict[int, Payee]:
    """The whole dictionary, opened: about 5 us an entry."""
    rows = await queries.payees.rows(unit.conn, household_id=unit.household_id)
    return {r["payee_id"]: _open(seals, r["payee_id"], r["sealed"]) for r in rows}


async def payees_some(unit: Unit, seals: Seals, payee_ids: Sequence[int]) -> dict[int, Payee]:
    """Some entries by id."""
    rows = await queries.payees_some.rows(unit.conn, household_id=unit.household_id, payee_ids=list(payee_ids))
    return {r["payee_id"]: _open(seals, r["payee_id"], r["sealed"]) for r in rows}


def _open(seals: Seals, payee_id: int, sealed: bytes) -> Payee:
    return msgspec.convert(seals.open_value("payee", "sealed", payee_id, sealed), Payee)
