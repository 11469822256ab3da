"""The dictionary of cleaned bank texts: what search looks through, and the names pages show."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec

from farthing.core.texts import folded
from farthing.ledger.post import Payee, Seals
from farthing.ledger.reading import queries
from farthing.platform.database import Unit

ENTRIES_MAX = 200_000  # some 50 MB


class Dictionary:
    """A household's whole dictionary: merchants by payee id, and every text folded once for all searches."""

    __slots__ = ("_names", "_texts", "count", "merchants", "version")

    def __init__(self, payees: Mapping[int, Payee], count: int, version: int) -> None:
        self.count, self.version = count, version
        self.merchants = {i: p.merchant for i, p in payees.items()}
        self._texts = {i: f"{p.key}\n{p.merchant}".casefold() for i, p in payees.items()}
        self._names: dict[int, str] | None = None  # merchants as they are compared, from when somebody first asks for one by name

    def __len__(self) -> int:
        return len(self.merchants)

    def holding(self, needle: str) -> list[int]:
        """Those whose cleaned bank text or merchant holds the folded `needle`, which has no line break."""
        return [i for i, text in self._texts.items() if needle in text]

    def matching(self, finds: Callable[[str], bool]) -> set[int]:
        """Those in whose cleaned bank text or merchant, both folded, something is found."""
        return {i for i, text in self._texts.items() if any(finds(one) for one in text.split("\n", 1))}

    def without(self, found: Collection[int]) -> list[int]:
        """The others."""
        known = set(found)
        return [i for i in self._texts if i not in known]

    def named(self, name: str, *, exact: bool = False) -> set[int]:
        """Those whose merchant holds the folded `name`, or with `exact` is it."""
        return self.called(lambda merchant: name == merchant if exact else name in merchant)

    def called(self, is_meant: Callable[[str], bool]) -> set[int]:
        """Those whose merchant, folded, is meant."""
        if self._names is None:
            self._names = {i: folded(merchant) for i, merchant in self.merchants.items()}
        return {i for i, merchant in self._names.items() if is_meant(merchant)}


class PayeeShelf:
    """Dictionaries of the households that searched last, in this process; reread when one has grown."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Dictionary] = OrderedDict()

    async def of(self, unit: Unit, seals: Seals, version: int) -> Dictionary:
        """The household's dictionary; `version` is that of the figures, and nothing has grown while it stands."""
        held = self._kept.get(unit.household_id)
        if held is None or held.version != version:
            count: int = await payees_count(unit)
            if held is None or held.count != count:
                held = Dictionary(await payees(unit, seals), count, version)
                self._kept[unit.household_id] = held
            held.version = version
        self._kept.move_to_end(unit.household_id)
        while len(self._kept) > 1 and sum(map(len, self._kept.values())) > ENTRIES_MAX:
            self._kept.popitem(last=False)
        return held

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


async def payees_and_tags(
    unit: Unit, seals: Seals, *, payee_ids: Sequence[int], transaction_ids: Sequence[int]
) -> tuple[dict[int, Payee], dict[int, list[int]]]:
    """Some entries by id, and tag ids by transaction id: what every page of rows needs, in one round trip."""
    rows = await queries.payees_and_tags.rows(
        unit.conn, household_id=unit.household_id, payee_ids=list(payee_ids), transaction_ids=list(transaction_ids)
    )
    found: dict[int, Payee] = {}
    tagged: dict[int, list[int]] = {}
    for key, sealed, tag_id in rows:
        if sealed is None:
            tagged.setdefault(key, []).append(tag_id)
        else:
            found[key] = _open(seals, key, sealed)
    return found, tagged


def _open(seals: Seals, payee_id: int, sealed: bytes) -> Payee:
    return msgspec.convert(seals.open_value("payee", "sealed", payee_id, sealed), Payee)


class Alike(NamedTuple):
    """Rows of a merchant, newest first, with what of them may matter."""

    transaction_ids: Sequence[int] = ()
    amounts: Sequence[int] = ()
    account_ids: Sequence[int] = ()


async def alike(unit: Unit, payee_id: int, *, inward: bool, category_id: int, besides: Sequence[int], count: int) -> Alike:
    """Rows of a merchant and direction of which nobody spoke and which this category would change or confirm."""
    row = await queries.alike.one(
        unit.conn, household_id=unit.household_id, payee_id=payee_id, inward=inward, category_id=category_id, besides=list(besides),
        count=count,
    )  # fmt: skip
    return Alike(*(column or () for column in row or ()))
