"""An alert in words, for pages, letters and programs alike. Pure, once the budgets are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from farthing.budgets import Budget, Period
from farthing.core.dates import rfc3339
from farthing.core.ids import public
from farthing.core.money import decimal_text
from farthing.flows.categories import Categories
from farthing.flows.left_to_spend import name_of
from farthing.flows.view_budget_months import counted_in
from farthing.flows.view_parts import Eye
from farthing.notify.alerting import ONCE, Alert, Kind

NAMES: Final[Mapping[Kind, str]] = {
    Kind.BUDGET: "Budget limits",
    Kind.LARGE: "Large transactions",
    Kind.UNUSUAL: "Unusual transactions",
    Kind.DOUBLE_CHARGE: "Double charges",
    Kind.BANK_NEEDS_YOU: "A bank needs you",
    Kind.REFUND: "Refunds that arrive",
    Kind.BILL_DUE: "Bills that are due",
    Kind.BILL_MISSED: "Bills that did not come",
    Kind.PRICE_RISE: "Price rises",
    Kind.NEW_SUBSCRIPTION: "New subscriptions",
    Kind.LOW_BALANCE: "Low balance ahead",
    Kind.PACE: "Spending pace",
}
PREFIXES: Final[Mapping[Kind, str]] = {
    Kind.BUDGET: "bud", Kind.PACE: "bud", Kind.BANK_NEEDS_YOU: "con", Kind.LOW_BALANCE: "acc",
    Kind.LARGE: "txn", Kind.UNUSUAL: "txn", Kind.DOUBLE_CHARGE: "txn", Kind.REFUND: "txn",
    Kind.BILL_DUE: "rec", Kind.BILL_MISSED: "rec", Kind.PRICE_RISE: "rec", Kind.NEW_SUBSCRIPTION: "rec",
}  # fmt: skip
# Their end is what was hoped for, and no correction: nobody is sent word of it. In the inbox it says what became of them.
ENDS: Final[Mapping[Kind, str]] = {Kind.BILL_DUE: "no longer due", Kind.NEW_SUBSCRIPTION: "no longer asked"}
URGENT: Final = frozenset({Kind.DOUBLE_CHARGE, Kind.BANK_NEEDS_YOU, Kind.BILL_MISSED, Kind.LOW_BALANCE})


class Tellers(msgspec.Struct, frozen=True):
    """What the words need beside the alert: who reads, and the budgets there are."""

    eye: Eye
    categories: Categories
    budgets: Mapping[int, Budget]

    def money(self, minor: int | None, currency: str | None) -> str:
        """A figure with its symbol; of whole units without minor ones."""
        unit = currency or self.eye.currency
        text = str(self.eye.of(minor or 0, unit, symbol=True))
        return str(self.eye.home(minor or 0, symbol=True, whole=True)) if unit == self.eye.currency and not _has_cents(text) else text


class Spoken(msgspec.Struct, frozen=True):
    """An alert said: one sentence without a full stop, where it leads, and whether it wants an eye soon."""

    text: str
    href: str
    urgent: bool = False


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An alert as programs and exports are told of it: ids as the API's, amounts as decimal text, instants and days as text."""

    id: str
    kind: str
    text: str
    href: str
    subject_id: str | None
    period: str | None
    threshold: int | None
    passed_by: int | None
    amount: str | None
    limit: str | None
    currency: str | None
    as_of: str | None
    raised_at: str
    withdrawn_at: str | None


def told(alert: Alert, tellers: Tellers) -> Told:
    """The words and the figures of an alert."""
    said = spoken(alert, tellers)

    def money(minor: int | None) -> str | None:
        return decimal_text(minor, alert.currency) if minor is not None and alert.currency else None

    return Told(
        id=public("alr", alert.alert_id),
        kind=alert.kind.slug,
        text=said.text,
        href=said.href,
        subject_id=_subject(alert, tellers) or None,
        period=period_text(alert, tellers),
        threshold=alert.threshold or None,
        passed_by=alert.passed_by,
        amount=money(alert.amount_minor),
        limit=money(alert.limit_minor),
        currency=alert.currency,
        as_of=rfc3339(alert.as_of) if alert.as_of else None,
        raised_at=rfc3339(alert.raised_at),
        withdrawn_at=rfc3339(alert.withdrawn_at) if alert.withdrawn_at else None,
    )


def spoken(alert: Alert, tellers: Tellers) -> Spoken:
    """What an alert says, and what it leads to."""
    return Spoken(_WORDS[alert.kind](alert, tellers), href_of(alert, tellers), urgent=_is_urgent(alert))


def end_of(alert: Alert) -> str:
    """What became of an alert that was withdrawn; nothing of one that stands."""
    if alert.withdrawn_at is None:
        return ""
    return f"now over {alert.passed_by} %" if alert.passed_by else ENDS.get(alert.kind, "no longer so")


def corrected(alert: Alert, tellers: Tellers) -> str:
    """What is said of an alert that is no longer true."""
    if alert.kind is Kind.BANK_NEEDS_YOU:
        return f"{_name(alert, 'Your bank')} is back"
    return f"No longer so: {_WORDS[alert.kind](alert, tellers)}"


def href_of(alert: Alert, tellers: Tellers) -> str:
    """The page that shows what an alert speaks of."""
    key = _subject(alert, tellers)
    match alert.kind:
        case Kind.BUDGET | Kind.PACE:
            budget = tellers.budgets.get(alert.subject_id)
            return (
                counted_in(budget, period_text(alert, tellers) or "", tellers.eye.household_id)
                if budget
                else f"/budgets/{alert.period:%Y-%m}"
            )
        case Kind.BANK_NEEDS_YOU:
            return f"/connections#{key}"
        case Kind.LOW_BALANCE:
            return f"/forecast?account={key}" if key else "/forecast"
        case Kind.LARGE | Kind.UNUSUAL | Kind.DOUBLE_CHARGE | Kind.REFUND:
            return f"/transactions/{key}"
        case _:
            return f"/recurring#{key}"


def _subject(alert: Alert, tellers: Tellers) -> str:
    """Its id as the API says it, an account's as the household's own; nothing of what the household as a whole is told."""
    owner = tellers.eye.household_id if alert.kind is Kind.LOW_BALANCE else None
    return public(PREFIXES[alert.kind], alert.subject_id, household=owner) if alert.subject_id else ""


def period_text(alert: Alert, tellers: Tellers) -> str | None:
    """`2026-11` or `2026` of a budget, else a day; None for what happens once."""
    if alert.period == ONCE:
        return None
    if alert.kind not in {Kind.BUDGET, Kind.PACE}:
        return alert.period.isoformat()
    budget = tellers.budgets.get(alert.subject_id)
    return f"{alert.period:%Y}" if budget and budget.period == Period.YEAR else f"{alert.period:%Y-%m}"


def _is_urgent(alert: Alert) -> bool:
    return alert.kind in URGENT or (alert.kind is Kind.BUDGET and alert.threshold >= 100)


def _name(alert: Alert, otherwise: str) -> str:
    return alert.detail.name or otherwise


def _has_cents(text: str) -> bool:
    digits = [c for c in text if c.isdigit()]
    return "".join(digits[-2:]) != "00"


def _what(alert: Alert, tellers: Tellers) -> str:
    """What a budget is called, or the household's spending."""
    budget = tellers.budgets.get(alert.subject_id)
    return name_of(budget, tellers.categories) if budget else _name(alert, "Your spending")


def _is(alert: Alert, tellers: Tellers) -> str:
    return tellers.money(alert.amount_minor, alert.currency)


def _by(alert: Alert, tellers: Tellers) -> str:
    return tellers.money(alert.limit_minor, alert.currency)


def _on(alert: Alert, tellers: Tellers) -> str:
    return f" on {tellers.eye.dated(alert.detail.day)}" if alert.detail.day else ""


_WORDS: Final[Mapping[Kind, Callable[[Alert, Tellers], str]]] = {
    Kind.BUDGET: lambda a, t: f"{_what(a, t)} reached {a.threshold}\u00a0% of\u00a0{_by(a, t)}",
    Kind.PACE: lambda a, t: (
        f"{_what(a, t)} is {a.detail.other} % likely to pass {_by(a, t)}, about {t.eye.dated(a.detail.day)}"
        if a.detail.other and a.detail.day
        else f"{_what(a, t)} is on pace for {_is(a, t)} of {_by(a, t)}"
    ),
    Kind.LARGE: lambda a, t: f"{_name(a, 'A payment')}{_on(a, t)}: {_is(a, t)}, over your line of {_by(a, t)}",
    Kind.UNUSUAL: lambda a, t: (
        f"{_name(a, 'A payment')}{_on(a, t)}: {_is(a, t)} is unusual, {a.detail.other or 'such a row'} is seldom over {_by(a, t)}"
    ),
    Kind.DOUBLE_CHARGE: lambda a, t: f"{_name(a, 'A shop')} took {_is(a, t)} twice{_on(a, t)}",
    Kind.BANK_NEEDS_YOU: lambda a, _: f"{_name(a, 'A bank')} needs you to sign in again",
    Kind.REFUND: lambda a, t: f"{_is(a, t)} came back from {_name(a, 'a shop')}{_on(a, t)}",
    Kind.BILL_DUE: lambda a, t: f"{_name(a, 'A bill')} is due{_on(a, t)}: {_is(a, t)}",
    Kind.BILL_MISSED: lambda a, t: f"{_name(a, 'A bill')} was expected{_on(a, t)} and has not come",
    Kind.PRICE_RISE: lambda a, t: f"{_name(a, 'A subscription')} rose from {_by(a, t)} to {_is(a, t)}",
    Kind.NEW_SUBSCRIPTION: lambda a, t: f"New subscription: {_name(a, 'a payment that comes back')}, {_is(a, t)}",
    Kind.LOW_BALANCE: lambda a, t: (
        f"{_name(a, 'An account')} falls to about {_is(a, t)}{_on(a, t)}" + (f", below your line of {_by(a, t)}" if a.limit_minor else "")
    ),
}
assert set(_WORDS) == set(NAMES) == set(PREFIXES) == set(Kind), "every kind has its words"
