"""Accounts as pages show them: all by kind with what they are worth together, and one opened with its past."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

import msgspec

from farthing.connections.model import Connection, Status
from farthing.core.errors import Missing
from farthing.core.ids import public
from farthing.core.money import Money, exponent
from farthing.flows.desk import Desk
from farthing.flows.list_transactions import list_page
from farthing.flows.manage_accounts import Standing, list_accounts
from farthing.flows.prove_accounts import prove_accounts
from farthing.flows.report_worth import worth_by_day
from farthing.flows.view_cash import HEADS, at_home
from farthing.flows.view_merges import view_merges
from farthing.flows.view_models.accounts import (
    AccountGroup,
    AccountPage,
    AccountRow,
    Accounts,
    AddAccount,
    BalanceChart,
    balance_chart,
)
from farthing.flows.view_models.choices import KIND_NAMES, currency_choices, kind_choices
from farthing.flows.view_models.format import amount_view, counted, day_view
from farthing.flows.view_models.parts import FieldState, Sentence, words
from farthing.flows.view_parts import Eye, age_of, eye_of, is_late, row_of
from farthing.flows.view_proof import view_proof
from farthing.ledger.accounts import Account
from farthing.ledger.reading.rows import Filter
from farthing.ledger.reading.worth import begun, pasts, row_counts, worth_on

WEEKS = 52
RECENT = 8


class Held(msgspec.Struct, frozen=True):
    """Everything a page of accounts is made from. `home` is each balance in the household's unit, None without a rate."""

    standings: Sequence[Standing]
    links: Mapping[int, Connection]
    home: Mapping[int, int | None]


async def _held(desk: Desk) -> Held:
    standings = await list_accounts(desk)
    every = {int(s.account.account_id): s.account for s in standings}
    home = await at_home(desk, every, {int(s.account.account_id): s.balance for s in standings})
    return Held(standings, {int(s.link.connection_id): s.link for s in standings if s.link}, home)


async def view_accounts(desk: Desk, links: Sequence[Connection], *, with_hidden: bool = False, add: AddAccount | None = None) -> Accounts:
    """The whole list; hidden and closed accounts when asked for, and never in a sum."""
    held, eye = await _held(desk), eye_of(desk)
    open_ones = [s for s in held.standings if _counts(s.account)]
    shown = held.standings if with_hidden else open_ones
    worth = sum(held.home[s.account.account_id] or 0 for s in open_ones)
    days, series = await _worth_over_time(desk, [s for s in held.standings if not s.account.hidden])
    proofs = await prove_accounts(desk, {int(s.account.account_id): s.account for s in shown})
    off = {i for i, p in proofs.items() if p.open}
    return Accounts(
        net_worth=eye.home(worth, symbol=True),
        sentence=_sentence(eye, links, days, series),
        groups=tuple(g for name, kinds in HEADS if (g := _group(eye, held, off, name, [s for s in shown if s.account.kind in kinds]))),
        add=add or adding(desk),
        chart=_chart(eye, days, series, eye.currency, "Net worth"),
        without_rate=_unrated(held, open_ones),
        hidden_count=len(held.standings) - len(open_ones),
        hidden_shown=with_hidden,
    )


def adding(desk: Desk, *, given: Mapping[str, str] | None = None, wrong: tuple[str, str] = ("", ""), show: bool = False) -> AddAccount:
    """The form for an account by hand, with what was typed and what is wrong with it: (field, words)."""
    typed = given or {}

    def field(name: str) -> FieldState:
        return FieldState(typed.get(name, ""), wrong[1] if wrong[0] == name else "")

    return AddAccount(
        kinds=kind_choices(typed.get("kind", "cash")),
        currencies=currency_choices(typed.get("currency") or desk.household.currency),
        today=desk.today.isoformat(),
        name=field("name"),
        balance=field("opening_balance"),
        opened_on=msgspec.structs.replace(field("opened_on"), value=typed.get("opened_on") or desk.today.isoformat()),
        wrong=wrong[1] if wrong[0] not in {"", "name", "opening_balance", "opened_on"} else "",
        open=show,
    )


def _counts(account: Account) -> bool:
    return account.closed_on is None and not account.hidden


def _group(eye: Eye, held: Held, off: Collection[int], name: str, standings: Sequence[Standing]) -> AccountGroup | None:
    if not standings:
        return None
    subtotal = sum(held.home[s.account.account_id] or 0 for s in standings if _counts(s.account))
    return AccountGroup(name.lower(), name, eye.home(subtotal, symbol=True), tuple(_row(eye, held, s, off) for s in standings))


def _row(eye: Eye, held: Held, standing: Standing, off: Collection[int] = ()) -> AccountRow:
    account, link = standing.account, standing.link
    age, late = age_of(eye, account, held.links)
    foreign = account.currency != eye.currency
    home = held.home[account.account_id]
    late_at_bank = link is not None and link.status is Status.FINE and is_late(link, eye.now)
    return AccountRow(
        id=public("acc", account.account_id, household=eye.household_id),
        name=account.text.name,
        institution=account.text.institution or ("by hand" if account.by_hand else ""),
        mask=account.text.mask,
        balance=eye.of(standing.balance, account.currency),
        href=f"/accounts/{public('acc', account.account_id, household=eye.household_id)}",
        age="link ended" if link is not None and link.status is Status.DISCONNECTED else age,
        late=late,
        manual=account.by_hand,
        hidden=account.hidden,
        closed=eye.day(account.closed_on) if account.closed_on else "",
        home_balance=eye.home(home, symbol=True) if foreign and home is not None else None,
        home_word="no rate" if foreign and home is None else "",
        gap="does not add up" if account.account_id in off else "",
        state="delayed" if late_at_bank else link.status.word if link is not None else "fine",  # type: ignore[arg-type]
    )


def _unrated(held: Held, standings: Sequence[Standing]) -> str:
    units = sorted({s.account.currency for s in standings if held.home[s.account.account_id] is None})
    return f"{', '.join(units)} without a rate, so not in the sum." if units else ""


def _sentence(eye: Eye, links: Sequence[Connection], days: Sequence[dt.date], series: Sequence[int]) -> Sentence:
    """How it moved, and whether any of it may be behind."""
    pieces: list[str | tuple[str, str]] = []
    if len(days) > 1 and series[-1] != series[0]:
        moved = series[-1] - series[0]
        since = "in 12 months" if (days[-1] - days[0]).days >= 360 else f"since {day_view(days[0], locale=eye.locale)}"
        pieces += ["Up " if moved > 0 else "Down ", (str(eye.home(abs(moved), symbol=True, whole=True)), "strong"), f" {since}. "]
    live = [c for c in links if c.status is not Status.DISCONNECTED]
    late = [c for c in live if is_late(c, eye.now)]
    if late:
        pieces.append((f"{len(late)} of {counted(len(live), 'bank')} {'is' if len(late) == 1 else 'are'} behind.", "warn"))
    elif asked := [c.last_success_at for c in live if c.last_success_at]:
        pieces.append(f"As of {msgspec.structs.replace(eye, now=max(asked)).clock}.")
    return words(*pieces)  # type: ignore[arg-type]


async def _worth_over_time(desk: Desk, standings: Sequence[Standing]) -> tuple[list[dt.date], list[int]]:
    """Net worth at the end of every seventh day, as far back as anything is known; each currency at its rate of that day."""
    held = {int(s.account.account_id): s.account for s in standings}
    if not held:
        return [], []
    found = await pasts(desk.unit, held, desk.today - dt.timedelta(weeks=WEEKS), desk.today)
    days = _days(desk, min(begun(s.account, found[s.account.account_id]) for s in standings))
    return days, [day.net for day in await worth_by_day(desk, standings, days, known=found)]


def _days(desk: Desk, begun: dt.date) -> list[dt.date]:
    """Every seventh day of the last year up to today, none before there was anything."""
    days = [desk.today - dt.timedelta(weeks=n) for n in range(WEEKS, -1, -1)]
    return [d for d in days if d >= begun] or [desk.today]


def _chart(eye: Eye, days: Sequence[dt.date], series: Sequence[int], unit: str, name: str) -> BalanceChart | None:
    def money(minor: int):  # type: ignore[no-untyped-def]
        return amount_view(Money(minor, unit), locale=eye.locale, symbol=True, whole=True, home=eye.currency)

    def month(day: dt.date) -> str:
        return day_view(day, locale=eye.locale).partition(" ")[2]

    return balance_chart(days, series, scale=10 ** exponent(unit), money=money, month=month, name=name)


async def view_account(
    desk: Desk, account_id: int, *, typed: Mapping[str, str] | None = None, wrong: tuple[str, str] = ("", "")
) -> AccountPage:
    """One account opened; `typed` and `wrong` (field, words) draw a form again. Raises Missing."""
    held, eye = await _held(desk), eye_of(desk)
    standing = next((s for s in held.standings if s.account.account_id == account_id), None)
    if standing is None:
        raise Missing("not_found", "no such account")
    account, link = standing.account, standing.link
    first = desk.today - dt.timedelta(weeks=WEEKS)
    past = (await pasts(desk.unit, {account_id: account}, first, desk.today))[account_id]
    days = _days(desk, begun(account, past))
    series = worth_on(account, past, days, standing.balance)
    recent = await list_page(desk, Filter(accounts=(account_id,)), limit=RECENT)
    count = (await row_counts(desk.unit)).get(account_id, 0)
    proof = (await prove_accounts(desk, {account_id: account}))[account_id]
    row, given = _row(eye, held, standing), typed or {}
    key = row.id

    def field(name: str, now: str = "") -> FieldState:
        return FieldState(given.get(name, now), wrong[1] if wrong[0] == name else "")

    return AccountPage(
        account=row,
        kind_label=_kind_label(account),
        facts=_facts(eye, standing, count),
        kinds=kind_choices(given.get("kind", account.kind.slug)),
        recent=tuple(row_of(eye, s, with_day=True) for s in recent.rows),
        recent_href=f"/transactions?account={key}",
        recent_label=f"All {count:,}",
        figure=eye.of(standing.balance, account.currency, symbol=True),
        chart=_chart(eye, days, series, account.currency, account.text.name),
        proof=await view_proof(desk, account, proof),
        merged=None if account.by_hand else await view_merges(desk, eye, account_id),
        available=eye.of(account.available, account.currency) if account.available not in {None, standing.balance} else None,
        transactions_count=count,
        name=field("name", account.text.name),
        balance=field("balance"),
        today=given.get("date") or desk.today.isoformat(),
        closed_on=field("closed_on", account.closed_on.isoformat() if account.closed_on else ""),
        may_go=account.by_hand or (link is not None and link.status is Status.DISCONNECTED),
        wrong=wrong[1] if wrong[0] not in {"", "name", "balance", "closed_on", "date"} else "",
        wrong_day=wrong[1] if wrong[0] == "date" else "",
    )


def _kind_label(account: Account) -> str:
    kind = KIND_NAMES[account.kind.slug]
    if account.by_hand:
        return f"{kind}, kept by hand"
    return f"{kind} at {account.text.institution}" if account.text.institution else kind


def _facts(eye: Eye, standing: Standing, count: int) -> tuple[tuple[str, str], ...]:
    account = standing.account

    def long(day: dt.date) -> str:
        return day_view(day, locale=eye.locale, year=True)

    found = [
        ("Kind", KIND_NAMES[account.kind.slug]),
        ("Bank", account.text.institution),
        ("At the bank", account.text.bank_name if account.text.bank_name != account.text.name else ""),
        ("Number", f"··{account.text.mask}" if account.text.mask else ""),
        ("Currency", account.currency),
        ("Since", long(account.opened_on) if account.opened_on else ""),
        ("Closed", long(account.closed_on) + (", shown by its bank no more" if account.text.ended else "") if account.closed_on else ""),
        ("Transactions", f"{count:,}"),
    ]
    return tuple((name, said) for name, said in found if said)
