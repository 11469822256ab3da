"""The list of transactions: days with their sums, the totals of the whole filter, and what can be narrowed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import cast

import msgspec

from farthing.categorize.taxonomy import sections
from farthing.connections.model import Connection, Status
from farthing.core.dates import Month
from farthing.core.ids import public
from farthing.core.money import Money, decimal_text
from farthing.flows.desk import Desk
from farthing.flows.list_filter import Asked, last_day_at
from farthing.flows.list_transactions import Page, cursor_of, list_page, list_totals
from farthing.flows.show import Shown
from farthing.flows.view_models.format import amount_view, counted, day_view, month_view
from farthing.flows.view_models.frame import AccountFilter
from farthing.flows.view_models.parts import Choice, FieldState, Link, Tone
from farthing.flows.view_models.transactions import AddForm, Day, FilterChip, FilterMenu, Jump, Rows, Totals, Transactions
from farthing.flows.view_parts import Eye, eye_of, is_late, row_of
from farthing.ledger.accounts import Account, AccountKind
from farthing.ledger.reading.rows import Filter

ROWS = 100
JUMP_MONTHS = 12
Keyset = tuple[dt.date, int]


async def view_list(
    desk: Desk, links: Sequence[Connection], asked: Asked, held: Mapping[int, Account], *, before: Keyset | None = None, open_id: int = 0,
    query: str = "", add: AddForm | None = None, at: str = "",
) -> Transactions:  # fmt: skip
    """The page; its totals follow in a request of their own, because rows may not wait for them. `at`: where the list begins."""
    eye = eye_of(desk)
    rows = await view_rows(desk, links, asked, held, before=before, open_id=open_id)
    begins = (FilterChip(f"back from {_at(eye, at)}", asked.href(), "at"),) if at else ()
    return Transactions(
        query=query,
        filters=(*(FilterChip(c.label, asked.href(at=at, **{c.name: ""}), c.name) for c in asked.chips), *begins),
        menus=_menus(desk, asked, held, eye),
        totals=None,
        totals_href=asked.href("/transactions/totals"),
        rows=rows,
        rows_href=asked.href("/transactions/rows", at=at),
        add=add or adding(desk, held),
        categories=category_choices(desk),
        kept=(*asked.given.items(), *([("at", at)] if at else [])),
        jump=_jump(desk, asked, eye, at),
        empty_new=not rows.days and not asked.chips and not at,
        export_href=asked.href("/transactions/export") if rows.days else "",
    )


async def view_rows(
    desk: Desk, links: Sequence[Connection], asked: Asked, held: Mapping[int, Account], *, before: Keyset | None = None, open_id: int = 0
) -> Rows:
    """A hundred rows by day, older than the keyset `before`."""
    page = await list_page(desk, asked.wanted, limit=ROWS, before=before, held=dict(held))
    days = await _days(desk, links, asked, page, before=before, open_id=open_id)
    return Rows(days, asked.href("/transactions/rows", cursor=cursor_of(page.after)) if page.after else "")


async def _days(
    desk: Desk, links: Sequence[Connection], asked: Asked, page: Page, *, before: Keyset | None, open_id: int
) -> tuple[Day, ...]:
    eye, days = eye_of(desk), list[Day]()
    late = _late(eye, links, asked.wanted, page.rows)
    for day, group in groupby(page.rows, key=lambda s: s.row.date):
        rows = list(group)
        continued = before is not None and before[0] == day
        cut = page.after is not None and page.after[0] == day
        total = _total(rows, asked.wanted, eye.currency)
        if cut and not continued:
            of_day = msgspec.structs.replace(asked.wanted, first=day, last=day)
            total = (await list_totals(desk, of_day)).flowed.net
        missing = [name for name, until in late if day > until]
        days.append(
            Day(
                date=str(day),
                label=eye.day(day, weekday=True),
                total=eye.home(total, plus=True) if total is not None and not continued else None,
                total_word="pending" if all(s.status == "pending" for s in rows) else "",
                rows=tuple(row_of(eye, s, open_id=open_id) for s in rows),
                missing=f"{' and '.join(missing)} not in yet"
                if 0 < len(missing) < 3
                else f"{len(missing)} banks not in yet"
                if missing
                else "",
                missing_short=f"{counted(len(missing), 'bank')} not in yet" if missing else "",
                missing_late=bool(missing) and not any(d.missing for d in days),
                continued=continued,
            )
        )
    return tuple(days)


def _not_in(banks: Sequence[str]) -> str:
    if not banks:
        return ""
    return f"{' and '.join(banks) if len(banks) < 3 else counted(len(banks), 'bank')} not in yet"


def _late(eye: Eye, links: Sequence[Connection], wanted: Filter, rows: Sequence[Shown]) -> list[tuple[str, dt.date]]:
    """Banks that have told nothing after a day, when the list would show them."""
    shown = {s.account.connection_id for s in rows} if wanted.accounts is not None else None
    found = []
    for link in links:
        fresh = link.data_as_of or link.last_success_at
        if link.status is not Status.DISCONNECTED and fresh and is_late(link, eye.now) and (shown is None or link.connection_id in shown):
            found.append((link.institution.name, eye.date(fresh)))
    return sorted(found)


def _total(rows: Sequence[Shown], wanted: Filter, home: str) -> int | None:
    """The day's net in the household's unit, of matching parts only under a category filter; None when nothing of it counts."""
    found = [minor for s in rows for minor in _counts(s, wanted, home)]
    return sum(found) if found else None


def _counts(shown: Shown, wanted: Filter, home: str) -> list[int]:
    row = shown.row
    if not row.counted:
        return []
    every = [(c, p.amount, p.home_amount) for p, c in shown.parts] if row.split else [(shown.category, row.amount, row.home_amount)]
    kept = [x for x in every if x[0].group != "transfer" and (wanted.categories is None or x[0].category_id in wanted.categories)]
    return [minor for _, amount, at_home in kept if (minor := amount if row.currency == home else at_home) is not None]


async def view_totals(desk: Desk, asked: Asked) -> Totals:
    """The sums of the whole filter, and what is listed but not summed."""
    eye, totals = eye_of(desk), await list_totals(desk, asked.wanted)
    flowed = totals.flowed
    left_out = [
        counted(totals.transfers, "transfer") if totals.transfers else "",
        f"{totals.hidden:,} hidden" if totals.hidden else "",
        f"{totals.void:,} gone" if totals.void else "",
    ]
    named = [x for x in left_out if x]
    pending = f"{eye.home(flowed.pending, symbol=True)} pending" if flowed.pending else ""
    counts_nowhere = f"{' and '.join(named)} left out" if named else ""
    return Totals(
        out=eye.home(flowed.money_out, symbol=True),
        into=eye.home(flowed.money_in, symbol=True, plus=True),
        net=eye.home(flowed.net, symbol=True, plus=True),
        count=counted(flowed.count, "transaction"),
        left_out=", ".join(filter(None, (pending, counts_nowhere))),
        without_rate=" and ".join(str(amount_view(Money(m, u), locale=eye.locale)) for u, m in totals.unrated.items())
        + (" without a rate" if totals.unrated else ""),
        href=asked.href("/transactions/totals"),
    )


def category_choices(desk: Desk, chosen: int = -1) -> tuple[Choice, ...]:
    """Every category that can be chosen, by section. A page says them twice: once drawn as a form, once for what a script picks from."""
    if desk.kept is None or chosen >= 0:
        return _choices(desk, chosen)
    return desk.kept.drawn(desk.categories, "category choices", lambda: _choices(desk, chosen))


def _choices(desk: Desk, chosen: int) -> tuple[Choice, ...]:
    place = {s.slug: n for n, s in enumerate(sections())}
    names = {s.slug: s.name for s in sections()}
    open_ones = [c for c in desk.categories.every if c.category_id and (c.offered or c.category_id == chosen)]
    ranked = sorted(open_ones, key=lambda c: place[c.section])
    household = desk.household.household_id
    return tuple(
        Choice(public("cat", c.category_id, household=household), c.name, names[c.section], cast(Tone, c.section), c.category_id == chosen)
        for c in ranked
    )


def adding(desk: Desk, held: Mapping[int, Account], given: Mapping[str, str] | None = None, **more: object) -> AddForm:
    """The form for a row by hand, as typed so far."""
    eye, given = eye_of(desk), given or {}
    usual = [AccountKind.CHECKING, AccountKind.CARD, AccountKind.CASH, AccountKind.SAVINGS]
    open_ones = [a for a in held.values() if a.closed_on is None and not a.hidden]
    open_ones.sort(key=lambda a: usual.index(a.kind) if a.kind in usual else len(usual))
    names = {a.account_id: public("acc", a.account_id, household=eye.household_id) for a in open_ones}
    category = given.get("category_id", "")
    symbols = tuple(_symbol(eye, a.currency) for a in open_ones)
    chosen = next((n for n, a in enumerate(open_ones) if names[a.account_id] == given.get("account_id")), 0)
    form = AddForm(
        accounts=tuple(Choice(names[a.account_id], a.text.name, chosen=names[a.account_id] == given.get("account_id")) for a in open_ones),
        categories=tuple(msgspec.structs.replace(c, chosen=c.value == category) for c in category_choices(desk)),
        today=str(desk.today),
        currency_symbol=symbols[chosen] if symbols else _symbol(eye, eye.currency),
        symbols=symbols,
        amount=FieldState(given.get("amount", "")),
        direction="in" if given.get("direction") == "in" else "out",
        merchant=FieldState(given.get("merchant", "")),
        date=FieldState(given.get("date") or str(desk.today)),
        note=FieldState(given.get("note", "")),
    )
    return msgspec.structs.replace(form, **more)


def _at(eye: Eye, at: str) -> str:
    return month_view(Month.parse(at), locale=eye.locale) if len(at) == 7 else day_view(last_day_at(at), locale=eye.locale, year=True)


def _jump(desk: Desk, asked: Asked, eye: Eye, at: str) -> Jump:
    """A year of months back from this one; the newest is the list as it stands without a jump."""
    this = Month.of(desk.today)
    months = [this.plus(-n) for n in range(JUMP_MONTHS)]
    links = tuple(
        Link(month_view(m, locale=eye.locale), asked.href(at="" if m == this else str(m)), current=str(m) == at or (m == this and not at))
        for m in months
    )
    return Jump(str(desk.today), links, at if len(at) == 10 else "")


def _symbol(eye: Eye, unit: str) -> str:
    nothing = eye.of(0, unit, symbol=True)
    return nothing.prefix.strip() or nothing.suffix.strip()


def _menus(desk: Desk, asked: Asked, held: Mapping[int, Account], eye: Eye) -> tuple[FilterMenu, ...]:
    smallest, this = decimal_text(1, eye.currency), Month.of(desk.today)

    def links(name: str, choices: Sequence[tuple[str, str]], **more: str) -> tuple[Link, ...]:
        return tuple(Link(label, asked.href(**{name: value}, **more), current=asked.given.get(name) == value) for label, value in choices)

    periods = [
        ("This month", str(this)),
        ("Last month", str(this.plus(-1))),
        ("This year", str(this.year)),
        ("Last year", str(this.year - 1)),
    ]
    accounts = [(a.text.name, public("acc", i, household=eye.household_id)) for i, a in held.items() if not a.hidden]
    statuses = [("Not reviewed", "unreviewed"), ("Pending", "pending"), ("Transfers", "transfer"), ("Split", "split"), ("Hidden", "hidden"),
                ("Gone", "void")]  # fmt: skip
    amounts = (
        *links("over", [("Over 20", "20"), ("Over 100", "100"), ("Over 500", "500")]),
        Link("Money in", asked.href(min=smallest, max="")),
        Link("Money out", asked.href(max=f"-{smallest}", min="")),
    )
    return (
        FilterMenu("Period", "period", links("period", periods, **{"from": "", "to": ""})),
        FilterMenu("Account", "account", links("account", accounts)),
        FilterMenu("Category", "category", links("category", [(g.name, g.slug) for g in desk.categories.every_group if not g.hidden])),
        FilterMenu("Amount", "amount", amounts),
        FilterMenu("Status", "status", links("status", statuses)),
    )


def account_filter(asked: Asked, held: Mapping[int, Account], eye: Eye) -> AccountFilter:
    """The top bar's account menu."""
    current = asked.given.get("account", "")
    label = next((c.label for c in asked.chips if c.name == "account"), "All accounts")
    every = [Link("All accounts", asked.href(account=""), current=not current)]
    keys = [(public("acc", i, household=eye.household_id), a) for i, a in held.items() if not a.hidden]
    return AccountFilter(label, (*every, *(Link(a.text.name, asked.href(account=key), current=key == current) for key, a in keys)))
