"""The list: a page of a filter by keyset, its totals, and text turned into payees and rows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

import msgspec

from farthing.categorize.ruling.pattern import compile_pattern
from farthing.core.errors import Malformed
from farthing.core.texts import folded
from farthing.flows.desk import Desk
from farthing.flows.hot import hot
from farthing.flows.show import Shown, show
from farthing.insights import own_names
from farthing.ledger.accounts import Account
from farthing.ledger.reading.counting import Totals
from farthing.ledger.reading.payees import PayeeShelf
from farthing.ledger.reading.rows import FEW_DAYS, NEWEST, Filter, less, noted, page, totals_of

PAGE_MAX = 500
TEXT_MAX = 200
shelf = PayeeShelf()


class Page(msgspec.Struct, frozen=True):
    """Rows newest first; `after` is the keyset of the last one, None at the end."""

    rows: list[Shown]
    after: tuple[dt.date, int] | None


async def search(desk: Desk, wanted: Filter, text: str) -> Filter:
    """Narrow a filter to rows whose merchant, cleaned bank text, note or own name holds `text` (case and accents aside)."""
    needle = " ".join(text[:TEXT_MAX].split()).casefold()
    if not needle:
        return wanted
    held, ids = await desk.unit.side_by_side(
        shelf.of(desk.unit, desk.sealer, desk.household.figures_version), noted(desk.unit, desk.sealer, wanted, needle)
    )
    found = held.holding(needle)
    others = held.without(found) if 2 * len(found) > len(held) else ()
    return msgspec.structs.replace(wanted, payees=tuple(found), ids=tuple(ids), payees_held=len(held), others=tuple(others))


async def by_merchant(desk: Desk, wanted: Filter, name: str, *, exact: bool = False) -> Filter:
    """Narrow a filter to one merchant by the name that rows are shown under: the owner's where there is one, else the dictionary's.

    Where none is called exactly that and it need not be, to those whose name holds it.
    """
    name = folded(name[:TEXT_MAX])
    held = await shelf.of(desk.unit, desk.sealer, desk.household.figures_version)
    own = {i: folded(said) for i, said in (await own_names(desk.unit, desk.sealer, wanted.first, wanted.last)).items()}
    found, mine = held.named(name, exact=True), {i for i, said in own.items() if said == name}
    if not exact and not found and not mine:
        found, mine = held.named(name), {i for i, said in own.items() if name in said}
    if wanted.payees is not None:
        return msgspec.structs.replace(
            wanted, payees=tuple(found & set(wanted.payees)), ids=wanted.ids or (), payees_held=len(held), others=()
        )
    return msgspec.structs.replace(
        wanted, payees=tuple(found), ids=tuple(sorted(mine)), payees_held=len(held), others=(), without=tuple(sorted(own.keys() - mine))
    )


async def by_pattern(desk: Desk, wanted: Filter, pattern: str) -> Filter:
    """Narrow a filter to rows whose cleaned bank text or merchant the regular expression finds. Raises Rejected with what is wrong."""
    held = await shelf.of(desk.unit, desk.sealer, desk.household.figures_version)
    expression = compile_pattern(pattern, field="pattern")
    found = held.matching(lambda text: bool(expression.search(text)))
    if wanted.payees is not None:
        found &= set(wanted.payees)
    return msgspec.structs.replace(wanted, payees=tuple(found), ids=(), payees_held=len(held), others=())


async def list_page(
    desk: Desk, wanted: Filter, *, limit: int, before: tuple[dt.date, int] | None = None, held: Mapping[int, Account] | None = None
) -> Page:
    """Up to `limit` rows older than the keyset `before`."""
    rows = await page(desk.unit, desk.sealer, wanted, count=limit + 1, before=before or NEWEST)
    shown = await show(desk, rows[:limit], held=held)
    after = (rows[limit - 1].date, rows[limit - 1].transaction_id) if len(rows) > limit else None
    return Page(shown, after)


async def list_totals(desk: Desk, wanted: Filter) -> Totals:
    """The totals of the whole filter, not of a page: at hand, as those of other processes are where many rows must be read for them."""

    async def totals() -> Totals:
        parted = less(wanted)
        whole = await list_totals(desk, parted[0]) if parted else None
        if parted and whole and not whole.unrated:
            return whole - await totals_of(desk.unit, desk.household, parted[1], desk.group_of)
        return await totals_of(desk.unit, desk.household, wanted, desk.group_of)

    if desk.kept is None:
        return await totals()
    found = desk.kept.totals.get(wanted)
    if found is None:
        dear = not wanted.in_rollup and (wanted.last - wanted.first).days > FEW_DAYS
        found = await (hot(desk, "totals", wanted, Totals, totals, near=False) if dear else totals())
        desk.kept.totals.keep(wanted, found)
    return found


def cursor_of(after: tuple[dt.date, int]) -> str:
    """The keyset as an opaque cursor."""
    return f"cur_{after[0].toordinal():x}.{after[1]:x}"


_CURSOR = re.compile(r"cur_([0-9a-f]{1,6})\.([0-9a-f]{1,16})", re.ASCII)


def keyset_of(cursor: str) -> tuple[dt.date, int]:
    """The keyset in a cursor of ours; raises Malformed for any other."""
    match = _CURSOR.fullmatch(cursor)
    day, key = (int(match[1], 16), int(match[2], 16)) if match else (0, 0)
    if not 1 <= day <= dt.date.max.toordinal() or key >= 2**63:
        raise Malformed("bad_cursor", "use next_cursor as it was given", field="cursor")
    return dt.date.fromordinal(day), key
