"""Forecast of the Okafors, drawn by the product itself from half a year of invented days."""

from __future__ import annotations

import datetime as dt

from farthing.core.ids import AccountId
from farthing.flows.view_forecast import view_forecast
from farthing.flows.view_models.forecast import ForecastPage
from farthing.flows.view_parts import Eye
from farthing.insights.forecast import Cash, Coming, Forecast, Moved, lines
from farthing.insights.forecast.project import Sight
from farthing.ledger.accounts import Account, AccountKind, AccountText

from .household import TODAY

AT = dt.datetime(2026, 11, 22, 17, 17, tzinfo=dt.UTC)
NAMES = {1: "Alder Court", 2: "Harbor Clinics payroll", 3: "After-school", 4: "Seattle City Light"}
LONG = "The account of the whole family for everything that nobody else pays, since 1987"


def _account(number: int, name: str, kind: AccountKind, unit: str) -> Account:
    return Account(
        AccountId(number), None, None, kind, unit, 0, None, None, None, None, None, hidden=False, version=1, created_at=AT, updated_at=AT,
        text=AccountText(name),
    )  # fmt: skip


def _sight(*, days: int, unit: str = "USD", scale: int = 1) -> Sight:
    rows = [
        Moved(1000 * account + n, TODAY - dt.timedelta(days=n), account, 7, -scale * ((37 * n * account) % 89) * 100, 0, unit)
        for account in (1, 2)
        for n in range(0, days, account)
    ]
    due = ((9, 1, -198_000), (40, 1, -198_000), (12, 2, 312_040), (26, 2, 312_040), (44, 2, 312_040), (10, 3, -42_000), (18, 4, -7_230))
    coming = [Coming(series, day, scale * minor, unit, 1, 3, ((0, scale * minor), (1, scale * minor))) for day, series, minor in due]
    return Sight(TODAY, rows, coming, frozenset(), frozenset({7}))


def _page(sight: Sight, cash: list[Cash], held: dict[int, Account], home: str, rates: dict[str, float]) -> ForecastPage:
    found = tuple(lines(sight, cash, home=home, rates=rates))
    made = Forecast(day=TODAY, version=1, made_at=AT, lines=found, unrated=("XTS",) if rates else ())
    eye = Eye(1, home, "en_US", "America/Los_Angeles", AT)
    return view_forecast(eye, (), made, made.line() or found[-1], held=held, names=NAMES)


def forecast(*, young: bool = False) -> ForecastPage:
    """Two accounts of dollars; or with a past that is too short."""
    held = {1: _account(1, "Joint checking", AccountKind.CHECKING, "USD"), 2: _account(2, "Savings", AccountKind.SAVINGS, "USD")}
    cash = [Cash(1, "USD", 312_044), Cash(2, "USD", 140_000)]
    return _page(_sight(days=20 if young else 180), cash, held, "USD", {})


def hard() -> ForecastPage:
    """Yen, a long name, below nought, another unit beside it and one without a rate."""
    held = {1: _account(1, LONG, AccountKind.CHECKING, "JPY"), 2: _account(2, "Euro", AccountKind.SAVINGS, "EUR")}
    return _page(_sight(days=180, unit="JPY"), [Cash(1, "JPY", 90_000), Cash(2, "EUR", 5_000)], held, "JPY", {"JPY": 1.0, "EUR": 1.6})
