"""Sums by category, group, merchant, account or tag, by day, week, month, quarter or year: the one table behind every report.

Whole months come from the month sums, the rest from the rows. Where each sum goes is `ledger/reading/counting.py`'s word, as everywhere;
the total is the list's own for the same days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from operator import itemgetter

import msgspec

from farthing.connections import store
from farthing.connections.model import Connection, Status
from farthing.core.dates import Month
from farthing.core.errors import Rejected
from farthing.core.ids import public
from farthing.core.texts import folded
from farthing.flows.desk import Desk, accounts_of
from farthing.flows.hot import hot
from farthing.flows.list_transactions import list_totals, shelf
from farthing.flows.read_up_to import up_to
from farthing.flows.view_parts import is_late
from farthing.insights import Cell, SplitPlace, Stretch, account_cells, month_cells, own_names, payee_cells, split_places, tag_cells
from farthing.ledger.accounts import Account
from farthing.ledger.label import tags, tags_of
from farthing.ledger.reading.counting import Flowed, Totals, flowed, side
from farthing.ledger.reading.rows import LAST_DAY, Filter

BY = ("category", "group", "merchant", "account", "tag")
SPANS = ("day", "week", "month", "quarter", "year")
OF_MONTHS = frozenset({"month", "quarter", "year"})
DAYS_MAX = {"day": 732, "week": 3_660}
ROWS_MAX = 50_000
NOTHING = Flowed()

Key = tuple[str, str]  # span, then what it is by
Sums = dict[Key, Flowed]


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What is summed: days, both included; what by; how long a span is; of which accounts (None: every one).

    `spending` counts only rows of spending, as a list of spending does; else a row is counted as a list without categories counts it.
    """

    first: dt.date
    last: dt.date
    by: str = "category"
    span: str = "month"
    accounts: tuple[int, ...] | None = None
    spending: bool = False

    @property
    def per_part(self) -> bool:
        """Whether the list behind a sum names categories, and so counts every row with a part in them."""
        return self.spending or self.by in {"category", "group"}


class ReportRow(msgspec.Struct, frozen=True):
    """One key's flow in one span; `key` is an id, a group's slug, a merchant's or a tag's name, `span` as `span_at` writes it."""

    key: str
    label: str
    span: str
    flowed: Flowed


class Report(msgspec.Struct, frozen=True):
    """Rows by span and then by what went out; `stale` are the ids of accounts whose bank is behind."""

    rows: tuple[ReportRow, ...]
    total: Totals
    as_of: dt.datetime | None
    stale: tuple[str, ...]


class Table(msgspec.Struct, frozen=True):
    """Sums by span and key, and what keys are called."""

    sums: Sums
    labels: Mapping[str, str]

    def by_key(self) -> dict[str, Flowed]:
        """Each key's spans together."""
        found: dict[str, Flowed] = {}
        for (_, key), one in self.sums.items():
            found[key] = found.get(key, Flowed()) + one
        return found

    def by_span(self) -> dict[str, Flowed]:
        """Each span's keys together."""
        found: dict[str, Flowed] = {}
        for (at, _), one in self.sums.items():
            found[at] = found.get(at, Flowed()) + one
        return found


async def report_spending(desk: Desk, first: dt.date, last: dt.date, *, by: str, span: str) -> Report:
    """The report of [first, last]. Raises Rejected for more days or rows than can be shown."""
    table = await summed(desk, Scope(first=first, last=last, by=by, span=span))  # alone: its thousands of rows share no columns
    links, total, _ = await desk.unit.side_by_side(
        store.every(desk.unit, desk.sealer),
        list_totals(desk, Filter(first=first, last=last)),
        accounts_of(desk),  # to be at hand for what is stale
    )
    names = table.labels
    told = {key: (public_key(by, key, names), names.get(key, key)) for key in {key for _, key in table.sums}}
    ordered = sorted([(at, one.money_out, told[key][1], told[key][0], one) for (at, key), one in table.sums.items()], key=_in_order)
    return Report(
        rows=tuple([ReportRow(key, label, at, one) for at, _, label, key, one in ordered]),
        total=total,
        as_of=up_to(links),
        stale=await stale_accounts(desk, links),
    )


_in_order = itemgetter(0, 1, 2)  # by span, then by what went out


def public_key(by: str, key: str, labels: Mapping[str, str]) -> str:
    """A key as programs see it: a merchant is named as pages name it."""
    return labels.get(key, key) if by == "merchant" and key else key


async def summed(desk: Desk, scope: Scope) -> Table:
    """Sums by span and key, those that say nothing left out: at hand where the ledger has not changed since they were worked out.

    Raises Rejected for more days or rows than can be shown.
    """
    return await hot(desk, "summed", scope, Table, lambda: summed_anew(desk, scope))


async def summed_anew(desk: Desk, scope: Scope) -> Table:
    """The same, neither looked for nor kept: for whoever keeps the little that is made of it. Raises Rejected likewise."""
    if scope.span in DAYS_MAX and (scope.last - scope.first).days > DAYS_MAX[scope.span]:
        raise Rejected("too_many_days", f"by the {scope.span} a report spans at most {DAYS_MAX[scope.span]} days", field="period")
    cells = await _cells(desk, scope)
    key_of, labels = await _keys(desk, scope, cells)
    at, sides, per_part = cache(partial(span_at, span=scope.span)), _sides(desk, scope), scope.per_part
    found: Sums = {}
    for cell in cells:
        group = sides.get(cell.category_id, "uncategorised")
        if group:
            place = (at(cell.date), key_of(cell.key, cell.named_id, cell.category_id))
            one = flowed(group, money_in=cell.home_in, money_out=cell.home_out, count=cell.n if per_part else cell.n_once)
            held = found.get(place)
            found[place] = one if held is None else held + one
    if scope.by == "group" or (scope.spending and scope.by != "category"):
        await _count_once(desk, scope, found, key_of=key_of, at=at, sides=sides)
    found = {place: one for place, one in found.items() if one.money_out or one.money_in or one != NOTHING}
    if len(found) > ROWS_MAX:
        raise Rejected("too_many_rows", f"this would be more than {ROWS_MAX} rows: ask for fewer days, or by the month", field="period")
    return Table(found, labels)


def _sides(desk: Desk, scope: Scope) -> dict[int, str]:
    """The group of each category that counts; empty where it does not."""
    nowhere = {"none", "in"} if scope.spending else {"none"}
    groups_of = desk.categories.groups
    return {c: "" if side(group) in nowhere else group for c, group in groups_of.items()}


async def _cells(desk: Desk, scope: Scope) -> Sequence[Cell]:
    """Months that lie whole in the days from their sums, the days around them, payees and tags from the rows."""
    asked = Stretch(desk.household.currency, scope.first, scope.last, scope.accounts)
    if scope.by == "merchant":
        return await payee_cells(desk.unit, asked, span=scope.span)
    if scope.by == "tag":
        return await tag_cells(desk.unit, asked, span=scope.span)
    begins, ends, edges = _whole(scope.first, scope.last) if scope.span in OF_MONTHS else (None, None, [(scope.first, scope.last)])
    parts = [account_cells(desk.unit, msgspec.structs.replace(asked, first=a, last=b), span=scope.span) for a, b in edges]
    if begins is not None and ends is not None:
        months = msgspec.structs.replace(asked, first=begins.first, last=ends.first)
        parts.append(month_cells(desk.unit, months, apart=scope.by == "account"))
    return [cell for part in reversed(await desk.unit.side_by_side(*parts)) for cell in part]


def _whole(first: dt.date, last: dt.date) -> tuple[Month | None, Month | None, list[tuple[dt.date, dt.date]]]:
    """First and last whole month, and the days before and after them."""
    begins, ends = Month.of(first), Month.of(last)
    if first != begins.first:
        begins = begins.plus(1)
    if last not in (LAST_DAY, ends.last):
        ends = ends.plus(-1)
    if begins > ends:
        return None, None, [(first, last)]
    edges = [(first, begins.first - dt.timedelta(days=1)), (ends.plus(1).first, last)]
    return begins, ends, [(a, b) for a, b in edges if a <= b]


def span_at(day: dt.date, span: str) -> str:
    """The span that a day lies in: 2026-11-22, the Monday of its week, 2026-11, 2026-Q4 or 2026."""
    match span:
        case "week":
            return (day - dt.timedelta(days=day.weekday())).isoformat()
        case "month":
            return day.isoformat()[:7]
        case "quarter":
            return f"{day.year:04d}-Q{(day.month + 2) // 3}"
        case "year":
            return f"{day.year:04d}"
        case _:
            return day.isoformat()


def span_days(at: str, span: str) -> tuple[dt.date, dt.date]:
    """The first and last day of a span."""
    match span:
        case "week":
            first = dt.date.fromisoformat(at)
            return first, first + dt.timedelta(days=6)
        case "month":
            month = Month.parse(at)
            return month.first, month.last
        case "quarter":
            month = Month(int(at[:4]), 3 * int(at[-1]) - 2)
            return month.first, month.plus(2).last
        case "year":
            return dt.date(int(at), 1, 1), dt.date(int(at), 12, 31)
        case _:
            return dt.date.fromisoformat(at), dt.date.fromisoformat(at)


KeyOf = Callable[[int, int, int], str]


async def _keys(desk: Desk, scope: Scope, cells: Iterable[Cell]) -> tuple[KeyOf, dict[str, str]]:
    """What a cell is by, from its key, the row that the owner named, and its category; and what keys are called."""
    household, tree = desk.household.household_id, desk.categories
    match scope.by:
        case "group":
            return (lambda _key, _named, category: tree.shown_in(category)), {g.slug: g.name for g in tree.every_group}
        case "account":
            held = await accounts_of(desk)
            return cache(lambda key, _named, _category: public("acc", key, household=household)), {
                public("acc", i, household=household): a.text.name for i, a in held.items()
            }
        case "tag":
            names = await tags(desk.unit, desk.sealer)
            return (lambda key, _named, _category: names.get(key, "")), {"": "Without a tag"}
        case "merchant":
            return await _merchant_keys(desk, scope, cells)
        case _:
            ids = {c: public("cat", tree.of(c).category_id, household=household) for c in {*tree.by_id, *(x.category_id for x in cells)}}
            return (lambda _key, _named, category: ids[category]), {ids[c.category_id]: c.name for c in tree.every}


async def _merchant_keys(desk: Desk, scope: Scope, cells: Iterable[Cell]) -> tuple[KeyOf, dict[str, str]]:
    """By the folded name that rows are shown under: the owner's, else the dictionary's. Called as most of it is spelt."""
    named = await own_names(desk.unit, desk.sealer, scope.first, scope.last)
    merchants = (await shelf.of(desk.unit, desk.sealer, desk.household.figures_version)).merchants
    most: dict[str, tuple[int, str]] = {}
    for cell in cells:
        name = " ".join((named.get(cell.named_id) or merchants.get(cell.key, "")).split())
        moved = abs(cell.home_in) + abs(cell.home_out)
        most[folded(name)] = max(most.get(folded(name), (-1, "")), (moved, name))

    def key_of(key: int, named_id: int, _category: int) -> str:
        return folded(named.get(named_id) or merchants.get(key, ""))

    return cache(key_of), {key: name or "Without a name" for key, (_, name) in most.items()}


async def _count_once(
    desk: Desk, scope: Scope, found: Sums, *, key_of: KeyOf, at: Callable[[dt.date], str], sides: Mapping[int, str]
) -> None:
    """A split row with two parts in one sum is one row there."""
    splits = await split_places(desk.unit, Stretch(desk.household.currency, scope.first, scope.last, scope.accounts))
    tagged = await tags_of(desk.unit, [s.transaction_id for s in splits]) if scope.by == "tag" else {}
    for split in splits:
        parts: dict[str, int] = {}
        for category in split.category_ids:
            if sides.get(category, "uncategorised"):
                for key in _of_split(scope.by, split, tagged):
                    name = key_of(key, split.transaction_id if split.named else 0, category)
                    parts[name] = parts.get(name, 0) + 1
        for name, count in parts.items():
            place = (at(split.date), name)
            if count > 1 and place in found:
                found[place] += Flowed(count=1 - count)


def _of_split(by: str, split: SplitPlace, tagged: Mapping[int, Sequence[int]]) -> Sequence[int]:
    match by:
        case "account":
            return [split.account_id]
        case "merchant":
            return [split.payee_id]
        case "tag":
            return tagged.get(split.transaction_id, (0,))
        case _:
            return [0]


async def stale_accounts(desk: Desk, links: Iterable[Connection]) -> tuple[str, ...]:
    """Ids of the accounts whose bank is behind, so that every total may miss what it knows."""
    household = desk.household.household_id
    return tuple(public("acc", a.account_id, household=household) for a in await late_accounts(desk, links))


async def late_accounts(desk: Desk, links: Iterable[Connection]) -> list[Account]:
    """The accounts whose bank is behind; `links` are the household's."""
    return late_among((await accounts_of(desk)).values(), links, desk.at)


def late_among(held: Iterable[Account], links: Iterable[Connection], at: dt.datetime) -> list[Account]:
    """Those of some accounts whose bank is behind."""
    late = {int(c.connection_id) for c in links if c.status is not Status.DISCONNECTED and is_late(c, at)}
    return [a for a in held if a.connection_id in late]
