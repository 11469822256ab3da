"""Connections as the page shows them: every bank in the order of need, its state in words, thirty days of what it sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import cast

import msgspec

from farthing.connections.model import Connection as Link
from farthing.connections.model import Status
from farthing.connections.status import sentence
from farthing.connections.store import UNMADE, UNMADE_SHOWN
from farthing.core.dates import zone
from farthing.core.ids import public
from farthing.flows.desk import Desk
from farthing.flows.link import DOUBLES, Returned
from farthing.flows.manage_accounts import Standing, list_accounts
from farthing.flows.merge_history import Tally, merges, tallied, tally, unmet
from farthing.flows.view_double import view_double
from farthing.flows.view_models.charts import histogram
from farthing.flows.view_models.connections import (
    AddConnection,
    Arrivals,
    Connection,
    Connections,
    Double,
    Fact,
    Leaving,
    Linked,
    LinkedAccount,
    Ours,
    Provider,
    WhichAccount,
)
from farthing.flows.view_models.format import counted, day_view, when_view
from farthing.flows.view_models.parts import FieldState, StateCode
from farthing.flows.view_parts import Eye, eye_of, is_late
from farthing.ledger.reading.worth import arrivals, row_counts

PROMISE = "Farthing can see balances and transactions. It can never move money."
DAYS = 30
NEED: dict[StateCode, int] = {"sign_in_again": 0, "delayed": 1, "syncing": 2, "fine": 3, "disconnected": 4}
AT_THE_BANK = frozenset({"bank_down", "not_ready", "accounts_changed", "breaker_open", "provider_changing", "provider_error", ""})
SYNCING = {"linking": "Linking", "first_sync": "First sync", "not_ready": "Bank prepares", "history_coming": "Older rows coming"}
OFFERED = {
    "plaid": ("A bank in North America or Europe", "You choose the bank on the next page and sign in there.", "hosted"),
    "simplefin": ("SimpleFIN", "Paste the set-up token that SimpleFIN Bridge gave you.", "token"),
}
SIMULATED = ("A simulated bank", "Invented banks and people for trying things out: no real money, no real password.", "hosted")


class Seen(msgspec.Struct, frozen=True):
    """What all cards are made from: accounts by link, rows by account and day, rows by account."""

    eye: Eye
    today: dt.date
    by_link: Mapping[int, Sequence[Standing]]
    days: Mapping[int, Mapping[dt.date, int]]
    counts: Mapping[int, int]
    interval_s: int
    tallies: Mapping[int, Tally] = {}  # by link, where accounts came under new ids

    def when(self, then: dt.datetime) -> str:
        """An instant in the household's words."""
        place = zone(self.eye.zone)
        return when_view(then.astimezone(place), self.eye.now.astimezone(place), locale=self.eye.locale)

    def day(self, then: dt.datetime) -> dt.date:
        return then.astimezone(zone(self.eye.zone)).date()

    def rows(self, link: Link) -> int:
        return sum(self.counts.get(s.account.account_id, 0) for s in self.by_link.get(link.connection_id, ()))

    def per_day(self, link: Link) -> list[int]:
        """Rows on each of the thirty days up to today."""
        mine = [self.days.get(s.account.account_id, {}) for s in self.by_link.get(link.connection_id, ())]
        days = [self.today - dt.timedelta(days=n) for n in range(DAYS - 1, -1, -1)]
        return [sum(by_day.get(day, 0) for by_day in mine) for day in days]


async def view_connections(desk: Desk, links: Sequence[Link], *, interval_s: int, add: AddConnection) -> Connections:
    """The whole page. `interval_s`: how often banks are asked."""
    seen = await _seen(desk, interval_s)
    shown = [c for c in links if _is_shown(c, seen)]
    top = max((max(seen.per_day(c)) for c in shown), default=0)
    doubles = {c.connection_id: d for c in shown if c.status_reason in DOUBLES and (d := await view_double(desk, c))}
    cards = sorted(
        (_card(c, seen, top, doubles.get(c.connection_id)) for c in shown),
        key=lambda c: (0 if c.needs_owner else NEED[c.state], c.institution.casefold()),
    )
    return Connections(_headline(cards), PROMISE, tuple(cards), add)


async def _seen(desk: Desk, interval_s: int) -> Seen:
    by_link: dict[int, list[Standing]] = {}
    for s in await list_accounts(desk):
        if s.account.connection_id is not None:
            by_link.setdefault(s.account.connection_id, []).append(s)
    by_link = {i: sorted(mine, key=lambda s: (s.account.kind, s.account.text.name.casefold())) for i, mine in by_link.items()}
    ids = [s.account.account_id for mine in by_link.values() for s in mine]
    first = desk.today - dt.timedelta(days=DAYS - 1)
    days = await arrivals(desk.unit, ids, first, desk.today) if ids else {}
    history = await merges(desk, ids) if ids else {}
    left = await unmet(desk, history) if history else {}
    told = {i: found for i, every in history.items() if (found := tally(every, left.get(i, ())))}
    tallies = {link: [told[i] for s in mine if (i := int(s.account.account_id)) in told] for link, mine in by_link.items()}
    whole = {link: found for link, some in tallies.items() if (found := tallied(some))}
    return Seen(eye_of(desk), desk.today, by_link, days, await row_counts(desk.unit), interval_s, whole)


def _is_shown(link: Link, seen: Seen) -> bool:
    """A link that never came to be is shown for a day, an ended one as long as anything of it is left."""
    if link.status_reason == "mended":
        return False
    if link.status_reason in UNMADE:
        return seen.eye.now - link.created_at < UNMADE_SHOWN
    return link.status is not Status.DISCONNECTED or link.connection_id in seen.by_link


def _state(link: Link, now: dt.datetime) -> StateCode:
    if link.status is Status.FINE and is_late(link, now):
        return "delayed"
    return cast(StateCode, link.status.word)


def _card(link: Link, seen: Seen, top: int, double: tuple[Double, str] | None) -> Connection:
    state = _state(link, seen.eye.now)
    mine = seen.by_link.get(link.connection_id, ())
    rows = seen.rows(link)
    unmade = link.status_reason in UNMADE
    asks = which_accounts(link, seen) if state in {"fine", "delayed", "syncing"} else ()
    return Connection(
        id=public("con", link.connection_id),
        institution=link.institution.name,
        initials=_initials(link.institution.name),
        state=state,
        state_words=_state_words(link, state, seen) if not asks else "Needs you",
        sentence=double[1] if double else _sentence(link, state, seen),
        accounts=tuple(linked_account(seen.eye, s) for s in mine),
        arrivals=_arrivals(link, state, seen, top) if mine else None,
        facts=_facts(link, state, seen),
        leaving=None if unmade else Leaving(len(mine), rows),
        again=state == "disconnected" and link.status_reason not in {"duplicate", "overlap"},
        progress=f"{counted(rows, 'transaction')} so far" if state == "syncing" and rows and not link.complete else "",
        asks=asks,
        double=double[0] if double else None,
    )


def which_accounts(link: Link, seen: Seen) -> tuple[WhichAccount, ...]:
    """What its owner is asked, with what we know of each account that it could be."""
    every = {int(s.account.account_id): s for mine in seen.by_link.values() for s in mine}
    return tuple(
        WhichAccount(
            key=q.key,
            name=q.name,
            mask=q.mask,
            balance=None if q.balance is None else seen.eye.of(q.balance, q.currency),
            ours=tuple(_ours(every[i], seen) for i in q.could_be if i in every),
        )
        for q in link.undecided
    )


def _ours(standing: Standing, seen: Seen) -> Ours:
    account = standing.account
    return Ours(
        id=public("acc", account.account_id, household=seen.eye.household_id),
        name=account.text.name,
        mask=account.text.mask,
        balance=seen.eye.of(standing.balance, account.currency),
        rows=counted(seen.counts.get(account.account_id, 0), "transaction"),
    )


def linked_account(eye: Eye, standing: Standing) -> LinkedAccount:
    """An account in its bank's card."""
    account = standing.account
    href = f"/accounts/{public('acc', account.account_id, household=eye.household_id)}"
    return LinkedAccount(account.text.name, account.text.mask, eye.of(standing.balance, account.currency), href)


def _initials(name: str) -> str:
    parts = [w for w in name.split() if w[:1].isalnum()]
    return (parts[0][0] + parts[1][0]).upper() if len(parts) > 1 else name[:2].capitalize()


def _state_words(link: Link, state: StateCode, seen: Seen) -> str:
    match state:
        case "fine":
            return "Fine"
        case "sign_in_again":
            return "Sign in again"
        case "syncing":
            return SYNCING.get(link.status_reason, "Syncing")
        case "disconnected":
            return "Not linked" if link.status_reason in UNMADE else "Disconnected"
        case "delayed":
            since = (link.data_as_of if link.status is Status.FINE else link.failing_since) or link.last_success_at or link.created_at
            where = " at the bank" if link.status_reason in AT_THE_BANK else ""
            return f"Delayed{where} since {_short(since, seen)}"


def _short(then: dt.datetime, seen: Seen) -> str:
    """`09:05` today, `Thu` this week, `12 Nov` before."""
    day = seen.day(then)
    days = (seen.today - day).days
    if days <= 0:
        return f"{then.astimezone(zone(seen.eye.zone)):%H:%M}"
    return day_view(day, locale=seen.eye.locale, weekday=True).partition(" ")[0] if days < 7 else seen.eye.day(day)


def _newest(link: Link) -> dt.datetime | None:
    """Up to when we know what the bank knows: its own word, or else our last success."""
    known = [at for at in (link.data_as_of, link.last_success_at) if at]
    return min(known, default=None)


def _sentence(link: Link, state: StateCode, seen: Seen) -> str:
    """What is the matter, what we do about it, and what the owner has to do."""
    name = link.institution.name
    if state == "sign_in_again":
        since = _newest(link) or link.failing_since
        if link.status_reason == "sign_in" and since:
            return f"{name} has not let us in since {seen.when(since)}. Nothing is lost: the gap fills as soon as you sign in."
        return f"{sentence(link.status_reason)} Nothing is lost: the gap fills as soon as you have."
    if state == "delayed" and link.status is Status.FINE:
        newest = seen.eye.day(seen.day(link.data_as_of or link.last_success_at or link.created_at), weekday=True)
        every = counted(max(1, round(seen.interval_s / 3600)), "hour")
        often = f"every {every}" if seen.interval_s >= 5400 else "every hour" if seen.interval_s >= 1800 else "again soon"
        return f"{name} answers, but with nothing newer than {newest}. Nothing for you to do; we ask {often}."
    return sentence(link.status_reason)


def _facts(link: Link, state: StateCode, seen: Seen) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    answers = state == "delayed" and link.status is Status.FINE
    success = _newest(link) if state == "sign_in_again" else link.last_success_at
    if success:
        facts.append(Fact("Last answer" if answers else "Last success", seen.when(success)))
    told = ("Data as of", link.data_as_of) if answers else ("Last try", link.last_attempt_at)
    if state == "delayed" and told[1]:
        facts.append(Fact(told[0], seen.when(told[1])))
    if state == "sign_in_again":
        facts.append(Fact("Next try", "when you sign in"))
    elif state != "disconnected" and link.next_sync_at:
        facts.append(Fact("Next try", _next(link.next_sync_at, seen)))
    if again := seen.tallies.get(link.connection_id):
        facts.append(Fact("Linked again", f"{seen.eye.day(seen.day(again.at))}: {again.words}"))
    if link.consent_expires_at and (state == "sign_in_again" or (state != "disconnected" and link.consent_expires_at > seen.eye.now)):
        facts.append(Fact("Access", _access(link.consent_expires_at, seen)))
    return tuple(facts)


def _next(at: dt.datetime, seen: Seen) -> str:
    if at <= seen.eye.now:
        return "any minute now"
    return seen.when(at).removeprefix("today, ")


def _access(ends: dt.datetime, seen: Seen) -> str:
    day = seen.day(ends)
    if ends <= seen.eye.now:
        return f"ended {seen.eye.day(day)}"
    return f"until {day_view(day, locale=seen.eye.locale, year=True)}"


def _arrivals(link: Link, state: StateCode, seen: Seen, top: int) -> Arrivals:
    heights = seen.per_day(link)
    behind = _days_behind(link, state, seen)
    kinds = [""] * DAYS
    for at in range(DAYS - behind, DAYS):
        kinds[at] = "" if heights[at] else "late" if state == "delayed" else "missing"
    missing = f"{counted(behind, 'day')} missing" if behind else ""
    count = f"{sum(heights):,}"
    return Arrivals(
        bars=histogram(heights, top=top, kinds=kinds),
        count=count,
        first_day=seen.eye.day(seen.today - dt.timedelta(days=DAYS - 1)),
        summary=f"{count} new rows in {DAYS} days{', ' + missing if missing else ''}",
        missing=missing,
        missing_late=state == "delayed",
    )


def _days_behind(link: Link, state: StateCode, seen: Seen) -> int:
    if state not in {"sign_in_again", "delayed"}:
        return 0
    newest = _newest(link)
    return min(DAYS, max(0, (seen.today - seen.day(newest)).days)) if newest else 0


def _headline(cards: Sequence[Connection]) -> str:
    """`1 bank needs you, 1 is late, 2 are fine`: in the order of need, and only what there is."""
    count: dict[StateCode, int] = {}
    for card in cards:
        state: StateCode = "sign_in_again" if card.needs_owner else card.state
        count[state] = count.get(state, 0) + 1
    said: list[str] = []
    for code, one, many in (
        ("sign_in_again", "needs you", "need you"),
        ("delayed", "is late", "are late"),
        ("syncing", "is being read", "are being read"),
        ("fine", "is fine", "are fine"),
    ):
        if number := count.get(cast(StateCode, code), 0):
            noun = "" if said else " bank" if number == 1 else " banks"
            said.append(f"{number}{noun} {one if number == 1 else many}")
    return ", ".join(said) or "No bank is connected"


def linking(
    names: Sequence[str], *, simulated: bool, wrong: str = "", token: str = "", chosen: str = "", show: bool = False
) -> AddConnection:
    """The form that begins a link, with the providers that are set up here."""
    offered = [(n, SIMULATED if simulated and n == "plaid" else OFFERED[n]) for n in names if n in OFFERED]
    first = chosen or (offered[0][0] if offered else "")
    nobody = "" if offered else "No service that reads banks is set up on this server. A file from your bank can be imported instead."
    return AddConnection(
        providers=tuple(Provider(n, title, text, how, chosen=n == first) for n, (title, text, how) in offered),  # type: ignore[arg-type]
        token=FieldState(token),
        wrong=wrong or nobody,
        open=show,
    )


async def view_linked(desk: Desk, returned: Returned) -> Linked:
    """What came of a link page: still under way, left, refused, or linked with its accounts as they come."""
    link = returned.connection
    if not returned.over:
        return Linked("waiting", "The link is being made", "The bank has been chosen. This takes some seconds; the page follows by itself.")
    if link is None:
        return Linked(
            "left", "Nothing was linked", "The bank’s page was left before a bank was chosen. Nothing was added, and nothing is kept."
        )
    name = link.institution.name
    if link.status is Status.DISCONNECTED:
        double = await view_double(desk, link)
        return Linked(
            "refused", f"{name} was not linked", double[1] if double else sentence(link.status_reason), double=double[0] if double else None
        )
    seen = await _seen(desk, 0)
    mine, rows = seen.by_link.get(link.connection_id, ()), seen.rows(link)
    text = "What was missing comes with this sync." if returned.again else PROMISE
    here = f"All {counted(rows, 'transaction')} are here." if link.complete and link.status is Status.FINE else ""
    return Linked(
        "linked",
        f"{name} lets us in again" if returned.again else f"{name} is linked",
        text,
        tuple(linked_account(seen.eye, s) for s in mine),
        progress=here
        or (f"{counted(rows, 'transaction')} so far; more are coming." if rows else "The first transactions are on their way."),
        still_coming=not here,
        rows_href="/transactions?account="
        + ",".join(public("acc", s.account.account_id, household=desk.household.household_id) for s in mine)
        if rows
        else "",
    )
