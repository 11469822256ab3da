"""Cash flow: where money came from, where it went, and what was left, so that both sides come to the same.

A category that gave back more than it took stands among the sources, an income that was paid back among the uses: a band has no sign.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from farthing.categorize.taxonomy import sections
from farthing.connections import store
from farthing.connections.model import Connection
from farthing.core.dates import Month
from farthing.core.ids import public
from farthing.core.texts import folded
from farthing.flows.desk import Desk
from farthing.flows.list_transactions import list_totals, shelf
from farthing.flows.read_up_to import up_to
from farthing.flows.report_links import list_href
from farthing.flows.report_spending import Scope, late_accounts, summed
from farthing.flows.windows import Window, before
from farthing.insights import Stretch, income_cells, own_names
from farthing.ledger.accounts import Account
from farthing.ledger.reading.counting import Flowed, Totals, flowed
from farthing.ledger.reading.rows import Filter

MONTHS = 12
SMALL = 50  # a fiftieth, 2 %: what is less than that of everything is folded
SOURCES_MAX = 8


class Band(msgspec.Struct, frozen=True):
    """Money on its way, `minor` without a sign; `href` is the list that comes to it. `tone` is its section's colour family."""

    key: str
    label: str
    minor: int
    href: str
    tone: str = "income"
    parts: tuple[Band, ...] = ()


class MonthFlow(msgspec.Struct, frozen=True):
    """One of the twelve months up to the window's last."""

    month: Month
    flowed: Flowed


class CashFlow(msgspec.Struct, frozen=True):
    """`sources` and `uses` come to the same with `net`: what is saved is a use, what came from savings is a source.

    `now` and `was` are the two windows as far as both have been; `total` is the list's for the whole of `window`.
    """

    window: Window
    other: Window
    total: Totals
    now: Flowed
    was: Flowed
    sources: tuple[Band, ...]
    uses: tuple[Band, ...]
    months: tuple[MonthFlow, ...]
    as_of: dt.datetime | None
    late: tuple[Account, ...]

    @property
    def whole(self) -> int:
        """What passes through the middle."""
        return max(sum(b.minor for b in self.sources), sum(b.minor for b in self.uses))

    @property
    def saved(self) -> int:
        """What is left over; negative: what came from savings."""
        return self.total.flowed.net


def saving_rate(one: Flowed) -> int | None:
    """What of each thousand that came in was kept; None where nothing came in."""
    return round(1000 * one.net / one.money_in) if one.money_in > 0 else None


async def report_cash_flow(
    desk: Desk, window: Window, *, accounts: Sequence[int] | None = None, links: Sequence[Connection] | None = None
) -> CashFlow:
    """Everything of one window; `links`: the household's, of whoever has read them. Raises Rejected."""
    chosen = None if accounts is None else tuple(accounts)
    by_category = await _by_category(desk, window, chosen)
    other = before(window)
    names = tuple(public("acc", a, household=desk.household.household_id) for a in chosen or ())
    places = _Places(desk, window, names)
    incomes = await _incomes(desk, window, chosen, by_category, places)
    money_back, uses = _spent(desk, by_category, places)
    links = links if links is not None else await store.every(desk.unit, desk.sealer)
    return CashFlow(
        window=window,
        other=other,
        total=await list_totals(desk, Filter(first=window.first, last=window.last, accounts=chosen)),
        now=sum((await _by_category(desk, window.so_far, chosen) if window.running else by_category).values(), Flowed()),
        was=sum((await _by_category(desk, other.so_far, chosen)).values(), Flowed()),
        sources=tuple(sorted((b for b in (*incomes, *money_back) if b.minor > 0), key=lambda b: -b.minor)),
        uses=(*uses, *(msgspec.structs.replace(b, minor=-b.minor, label=f"{b.label}, paid back") for b in incomes if b.minor < 0)),
        months=await _months(desk, Month.of(window.until), chosen),
        as_of=up_to(links),
        late=tuple(a for a in await late_accounts(desk, links) if chosen is None or a.account_id in chosen),
    )


class _Places:
    """Addresses of the window's lists, and the bands that lead to them."""

    def __init__(self, desk: Desk, window: Window, accounts: Sequence[str]) -> None:
        self.window, self.accounts, self.household, self.tree = window, accounts, desk.household.household_id, desk.categories

    def band(self, category_id: int, minor: int, *, tone: str = "income", after: str = "") -> Band:
        """A category by itself, its name with some words `after` it."""
        name = f"{self.tree.of(category_id).name}{after}"
        return Band(public("cat", category_id, household=self.household), name, minor, self.category(category_id), tone)

    def category(self, *ids: int) -> str:
        key = ",".join(public("cat", i, household=self.household) for i in ids)
        return list_href(self.window.first, self.window.last, by="category", key=key, accounts=self.accounts)

    def merchant(self, name: str, category_id: int) -> str:
        return f"{list_href(self.window.first, self.window.last, by='merchant', key=name, accounts=self.accounts)}&category=" + public(
            "cat", category_id, household=self.household
        )


async def _by_category(desk: Desk, window: Window, accounts: tuple[int, ...] | None) -> dict[int, Flowed]:
    """Sums by category id; what is sorted into a category that is gone stands under 0."""
    ids = {public("cat", c, household=desk.household.household_id): c for c in desk.categories.by_id}
    table = await summed(desk, Scope(first=window.first, last=window.last, by="category", span="year", accounts=accounts))
    return {ids[key]: one for key, one in table.by_key().items()}


async def _incomes(
    desk: Desk, window: Window, accounts: tuple[int, ...] | None, by_category: Mapping[int, Flowed], places: _Places
) -> list[Band]:
    """Where money came from: the payers of a category where each of them is much, else the category; small categories together."""
    incomes = {c: f.money_in for c, f in by_category.items() if f.money_in and desk.group_of(c) in {"income", "uncategorised"}}
    floor = sum(m for m in incomes.values() if m > 0) // SMALL
    large = [c for c, m in incomes.items() if m >= floor and c != 0 and m > 0]
    payers = await _payers(desk, window, accounts, large)
    few = sum(len(found) for found in payers.values()) + len(incomes) - len(payers) <= SOURCES_MAX
    bands, small = list[Band](), list[int]()
    for category, minor in incomes.items():
        found, name = payers.get(category, {}), desk.categories.of(category).name
        if few and found and all(m >= floor and m > 0 and who for who, m in found.items()):
            bands += [Band(who, f"{who}, {name.lower()}", m, places.merchant(who, category)) for who, m in found.items()]
        elif 0 < minor < floor:
            small.append(category)
        else:
            bands.append(places.band(category, minor))
    if len(small) == 1:
        bands.append(places.band(small[0], incomes[small[0]]))
    elif small:
        bands.append(Band("other", "Other income", sum(incomes[c] for c in small), places.category(*small)))
    return bands


async def _payers(desk: Desk, window: Window, accounts: tuple[int, ...] | None, categories: Sequence[int]) -> dict[int, dict[str, int]]:
    """Income by category and the name that rows are shown under."""
    if not categories:
        return {}
    asked = Stretch(desk.household.currency, window.first, window.last, accounts)
    cells = await income_cells(desk.unit, asked, categories)
    named = await own_names(desk.unit, desk.sealer, window.first, window.last)
    merchants = (await shelf.of(desk.unit, desk.sealer, desk.household.figures_version)).merchants
    spelt: dict[str, str] = {}
    found: dict[int, dict[str, int]] = {}
    for cell in cells:
        name = named.get(cell.named_id) or merchants.get(cell.key, "")
        name = spelt.setdefault(folded(name), " ".join(name.split()))
        one = flowed(desk.group_of(cell.category_id), money_in=cell.home_in, money_out=cell.home_out)
        of = found.setdefault(cell.category_id, {})
        of[name] = of.get(name, 0) + one.money_in
    return found


def _spent(desk: Desk, by_category: Mapping[int, Flowed], places: _Places) -> tuple[list[Band], list[Band]]:
    """Categories that gave back more than they took, and sections of the others, in the order of pages."""
    back, by_section = list[Band](), dict[str, dict[int, int]]()
    for category_id, one in by_category.items():
        if one.money_out > 0:
            back.append(places.band(category_id, one.money_out, after=", money back"))
        elif one.money_out:
            by_section.setdefault(desk.categories.of(category_id).section, {})[category_id] = -one.money_out
    floor = sum(m for of in by_section.values() for m in of.values()) // SMALL
    bands = []
    for section in sections():
        if of := by_section.get(section.slug):
            parts = _folded(of, floor, section.slug, places) if section.slug != "unsorted" else ()
            bands.append(Band(section.slug, section.name, sum(of.values()), places.category(*sorted(of)), section.slug, parts))
    return back, sorted(bands, key=lambda b: (b.key == "unsorted", -b.minor))


def _folded(of: Mapping[int, int], floor: int, tone: str, places: _Places) -> tuple[Band, ...]:
    """A section's categories, largest first; those that are little of everything together."""
    ranked = sorted(of, key=lambda c: (-of[c], c))
    small = [c for c in ranked if of[c] < floor]
    small = small if len(small) > 1 else []
    bands = [places.band(c, of[c], tone=tone) for c in ranked if c not in small]
    if small:
        label = f"{len(small)} others" if bands else f"{len(small)} categories"
        bands.append(Band(f"{tone}-others", label, sum(of[c] for c in small), places.category(*small), tone))
    return tuple(bands)


async def _months(desk: Desk, last: Month, accounts: tuple[int, ...] | None) -> tuple[MonthFlow, ...]:
    """What came in and went out in each of the last months."""
    months = [last.plus(n) for n in range(1 - MONTHS, 1)]
    found = (await summed(desk, Scope(first=months[0].first, last=last.last, accounts=accounts))).by_span()
    return tuple(MonthFlow(m, found.get(str(m), Flowed())) for m in months)
