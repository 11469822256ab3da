"""What the command palette finds of a household: settings, accounts, categories, transactions by text and by amount."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from farthing.core.dates import Month
from farthing.core.errors import Rejected
from farthing.core.ids import public
from farthing.core.money import Money
from farthing.flows.desk import Desk
from farthing.flows.list_filter import last_day_at
from farthing.flows.list_transactions import TEXT_MAX, list_page, search
from farthing.flows.manage_accounts import list_accounts
from farthing.flows.show import Shown
from farthing.flows.typed import plain_amount
from farthing.flows.view_models.choices import KIND_NAMES
from farthing.flows.view_models.format import day_view, month_view
from farthing.flows.view_models.palette import Found, FoundGroup, Palette
from farthing.flows.view_models.settings import PLACES
from farthing.flows.view_parts import Eye, eye_of
from farthing.ledger.reading.rows import Filter
from farthing.people.saved_views import saved_views

ACCOUNTS_MAX = 8
CATEGORIES_MAX = 5
VIEWS_MAX = 5
ROWS_MAX = 8
_AMOUNT = re.compile(r"(=|>=?|<=?)\s*(.*\d.*)")
_BARE = re.compile(r"[-−]?\d[\d.,' ]*[.,]\d{2,3}")
OVER = {"=": "of", ">": "over", ">=": "of at least", "<": "under", "<=": "of at most"}


class FoundRows(msgspec.Struct, frozen=True):
    """The answer, and whose rows stand in it, for the access log."""

    palette: Palette
    account_ids: frozenset[int]


async def view_palette(desk: Desk, text: str) -> FoundRows:
    """Everything that `text` may mean; without text the accounts alone."""
    text = " ".join(text[:TEXT_MAX].split())
    eye, needle = eye_of(desk), text.casefold()
    accounts, views, (rows, seen) = await desk.unit.side_by_side(
        _accounts(desk, eye, needle), _views(desk, needle), _found_rows(desk, eye, text)
    )
    groups = (_days(eye, text), _settings(needle), accounts, views, _categories(desk, needle), rows)
    return FoundRows(Palette(tuple(g for g in groups if g.items)), frozenset({0, *seen}))


async def _found_rows(desk: Desk, eye: Eye, text: str) -> tuple[FoundGroup, set[int]]:
    """The newest rows that the text may mean, and whose they are."""
    if not text:
        return FoundGroup("Transactions", ()), set()
    amount = _amount(desk, text)
    wanted = amount[1] if amount else await search(desk, Filter(), text)
    shown = (await list_page(desk, wanted, limit=ROWS_MAX)).rows
    name = f"Transactions {amount[0]}" if amount else "Transactions"
    return FoundGroup(name, _rows(eye, shown)), {int(s.row.account_id) for s in shown}


def _days(eye: Eye, text: str) -> FoundGroup:
    """`2026-03` or `2026-03-15`: the list from there back."""
    try:
        last = last_day_at(text)
    except Rejected:
        return FoundGroup("Go to", ())
    words = month_view(Month.of(last), locale=eye.locale) if len(text) == 7 else day_view(last, locale=eye.locale, year=True)
    return FoundGroup("Go to", (Found(f"Transactions back from {words}", f"/transactions?at={text}"),))


def _settings(needle: str) -> FoundGroup:
    fits = [(key, label) for key, label, _ in PLACES if needle and needle in f"settings {label}".casefold()]
    found = [Found(label, f"/settings/{key}") for key, label in fits]
    if needle and needle in "history of changes, syncs and imports undo":
        found.append(Found("History of changes", "/activity"))
    if needle and needle in "insights subscriptions savings fees idle cash":
        found.append(Found("Insights", "/insights"))
    return FoundGroup("Settings", tuple(found))


async def _accounts(desk: Desk, eye: Eye, needle: str) -> FoundGroup:
    found = []
    for standing in await list_accounts(desk):
        account = standing.account
        words = f"{account.text.name} {account.text.institution} {account.text.mask} {KIND_NAMES[account.kind.slug]}".casefold()
        if needle in words and (needle or (account.closed_on is None and not account.hidden)):
            href = f"/accounts/{public('acc', account.account_id, household=eye.household_id)}"
            end = str(eye.of(standing.balance, account.currency, symbol=True))
            found.append(Found(account.text.name, href, end, account.text.institution))
    return FoundGroup("Accounts", tuple(found[:ACCOUNTS_MAX]))


async def _views(desk: Desk, needle: str) -> FoundGroup:
    found = [v for v in await saved_views(desk.unit, desk.sealer) if needle in v.name.casefold()]
    return FoundGroup("Views", tuple(Found(v.name, v.href) for v in found[:VIEWS_MAX]))


def _categories(desk: Desk, needle: str) -> FoundGroup:
    """Names that begin with the text come first."""
    fits = [c for c in desk.categories.every if needle and c.offered and needle in c.name.casefold()]
    fits.sort(key=lambda c: (not c.name.casefold().startswith(needle), c.name.casefold()))
    return FoundGroup(
        "Categories",
        tuple(
            Found(c.name, f"/transactions?category={public('cat', c.category_id, household=desk.household.household_id)}")
            for c in fits[:CATEGORIES_MAX]
        ),
    )


def _amount(desk: Desk, text: str) -> tuple[str, Filter] | None:
    """`=42.17`, `>100`, `<=5`, `42.17`: the filter by size without sign, and its words; None when that is no amount."""
    match = _AMOUNT.fullmatch(text)
    sign, digits = (match[1], match[2]) if match else ("=", text)
    if not match and not _BARE.fullmatch(text):
        return None
    try:
        size = abs(Money.parse(plain_amount(digits, desk.household.locale), desk.household.currency).minor)
    except Rejected:
        return None
    least = {"=": size, ">=": size, ">": size + 1}.get(sign)
    most = {"=": size, "<=": size, "<": size - 1}.get(sign)
    return f"{OVER[sign]} {eye_of(desk).home(size, symbol=True)}", Filter(size_min=least, size_max=most)


def _rows(eye: Eye, shown: Sequence[Shown]) -> tuple[Found, ...]:
    return tuple(
        Found(
            s.merchant,
            f"/transactions/{public('txn', s.row.transaction_id)}",
            str(eye.of(s.row.amount, s.row.currency, symbol=True, plus=s.row.amount > 0)),
            f"{eye.day(s.row.date)}, {s.account.text.name}",
        )
        for s in shown
    )
