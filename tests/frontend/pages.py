"""The gallery's list: a name, the template, what fills it, and the address it answers to."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from farthing.flows.view_models import settings
from farthing.flows.view_models.transactions import FilterChip, Rows

from . import (
    pages_accounts,
    pages_budgets,
    pages_categories,
    pages_forecast,
    pages_hard,
    pages_insights,
    pages_overview,
    pages_recurring,
    pages_reports,
    pages_review,
    pages_rules,
    pages_settings,
    pages_transactions,
)
from .pages_frame import ACCOUNTS, BEHIND, frame, period, with_toast


class Page(NamedTuple):
    """`context` is called at each rendering."""

    template: str
    context: Callable[[], dict[str, object]]
    address: str = ""


def _list(**more: object) -> dict[str, object]:
    shown = frame("transactions", "Transactions", period=period("/transactions"), accounts=ACCOUNTS, freshness=BEHIND)
    return {"frame": shown, "view": pages_transactions.transactions(), "panel": None, **more}


def _overview(**more: object) -> dict[str, object]:
    return {"frame": frame("overview", "Overview", period=period("/"), accounts=ACCOUNTS), "view": pages_overview.overview(), **more}


PAGES: dict[str, Page] = {
    "insights": Page("pages/insights.html", lambda: {"frame": frame("", "Insights"), "view": pages_insights.insights()}, "/insights"),
    "insights-young": Page("pages/insights.html", lambda: {"frame": frame("", "Insights"), "view": pages_insights.young()}),
    "overview": Page("pages/overview.html", _overview, "/"),
    "overview-first": Page("pages/overview.html", lambda: _overview(view=pages_overview.first_run(), frame=frame("overview", "Overview"))),
    "transactions": Page("pages/transactions.html", _list, "/transactions"),
    "transactions-open": Page(
        "pages/transactions.html",
        lambda: _list(
            panel=pages_transactions.panel(), view=pages_transactions.transactions(found=Rows(pages_transactions.days(opened=True)))
        ),
    ),
    "transactions-paired": Page("pages/transactions.html", lambda: _list(panel=pages_transactions.paired())),
    "transactions-refund": Page("pages/transactions.html", lambda: _list(panel=pages_transactions.refund())),
    "transactions-may-belong": Page("pages/transactions.html", lambda: _list(panel=pages_transactions.may_belong())),
    "transactions-toast": Page("pages/transactions.html", lambda: _list(frame=with_toast(_list()["frame"]))),  # type: ignore[arg-type]
    "transactions-none": Page(
        "pages/transactions.html",
        lambda: _list(
            view=pages_transactions.transactions(
                found=Rows(()), filters=tuple(FilterChip(name, "/transactions", name) for name in ("Restaurants", ">$100", "May 2026"))
            )
        ),
    ),
    "transactions-new": Page(
        "pages/transactions.html",
        lambda: _list(view=pages_transactions.transactions(found=Rows(()), filters=(), empty_new=True, totals=None)),
    ),
    "panel": Page("fragments/transaction_panel.html", lambda: _list(panel=pages_transactions.panel()), "/transactions/txn_2/panel"),
}


def _budgets(view: object) -> dict[str, object]:
    return {"frame": frame("budgets", "Budgets", period=period("/budgets"), freshness=BEHIND), "view": view}


def _cash_flow(view: object) -> dict[str, object]:
    return {"frame": frame("cash-flow", "Cash flow", period=period("/cash-flow"), accounts=ACCOUNTS, freshness=BEHIND), "view": view}


def _forecast(view: object) -> dict[str, object]:
    return {"frame": frame("cash-flow", "Forecast", freshness=BEHIND), "view": view}


def _trends(view: object) -> dict[str, object]:
    return {"frame": frame("trends", "Trends", accounts=ACCOUNTS, freshness=BEHIND), "view": view}


def _settings(place: settings.Place) -> dict[str, object]:
    title = "Settings"
    return {"frame": frame("settings", title), "places": settings.places(place), "view": pages_settings.SETTINGS[place]}


def _plain(template: str, title: str, view: object, address: str = "") -> Page:
    return Page(template, lambda: {"plain": pages_settings.plain(title), "view": view}, address)


PAGES.update(
    {
        "transactions-hard": Page(
            "pages/transactions.html",
            lambda: {"frame": pages_hard.troubled_frame(), "view": pages_hard.transactions(), "panel": pages_hard.panel()},
        ),
        "transactions-long": Page(
            "pages/transactions.html", lambda: _list(view=pages_transactions.transactions(found=pages_hard.a_hundred(0)))
        ),
        "overview-rtl": Page(
            "pages/overview.html", lambda: _overview(frame=pages_hard.mirrored(frame("overview", "نظرة عامة", period=period("/"))))
        ),
        "overview-hard": Page("pages/overview.html", lambda: _overview(view=pages_hard.overview())),
        "budgets": Page("pages/budgets.html", lambda: _budgets(pages_budgets.budgets()), "/budgets/2026-11"),
        "budgets-alerts": Page("pages/budgets.html", lambda: _budgets(pages_budgets.with_alerts())),
        "budgets-add": Page("pages/budgets.html", lambda: _budgets(pages_budgets.adding())),
        "budgets-none": Page("pages/budgets.html", lambda: _budgets(pages_budgets.none_yet())),
        "budgets-preview": Page("pages/budgets.html", lambda: _budgets(pages_budgets.preview())),
        "accounts": Page(
            "pages/accounts.html", lambda: {"frame": frame("accounts", "Accounts"), "view": pages_accounts.accounts()}, "/accounts"
        ),
        "account": Page("pages/account.html", lambda: {"frame": frame("accounts", "Wallet"), "view": pages_accounts.one_account()}),
        "review": Page("pages/review.html", lambda: {"frame": frame("review", "Review"), "view": pages_review.review()}, "/review"),
        "review-changed": Page("pages/review.html", lambda: {"frame": frame("review", "Review"), "view": pages_review.changed()}),
        "review-done": Page("pages/review.html", lambda: {"frame": frame("review", "Review"), "view": pages_review.DONE}),
        "review-none": Page("pages/review.html", lambda: {"frame": frame("review", "Review"), "view": pages_review.NONE}),
        "review-hard": Page(
            "pages/review.html",
            lambda: {"frame": pages_hard.mirrored(frame("review", "مراجعة")), "view": pages_review.hard()},
        ),
        "trends": Page("pages/trends.html", lambda: _trends(pages_reports.trends()), "/trends"),
        "trends-lines": Page("pages/trends.html", lambda: _trends(pages_reports.trends(lined=True))),
        "trends-none": Page("pages/trends.html", lambda: _trends(pages_reports.trends(nothing=True))),
        "cash-flow": Page("pages/cash_flow.html", lambda: _cash_flow(pages_reports.cash_flow()), "/cash-flow"),
        "forecast": Page("pages/forecast.html", lambda: _forecast(pages_forecast.forecast()), "/forecast"),
        "forecast-young": Page("pages/forecast.html", lambda: _forecast(pages_forecast.forecast(young=True))),
        "forecast-hard": Page("pages/forecast.html", lambda: _forecast(pages_forecast.hard())),
        "cash-flow-groups": Page("pages/cash_flow.html", lambda: _cash_flow(pages_reports.cash_flow(deep=False))),
        "cash-flow-none": Page("pages/cash_flow.html", lambda: _cash_flow(pages_reports.cash_flow(nothing=True))),
        "connections": Page(
            "pages/connections.html",
            lambda: {"frame": frame("connections", "Connections"), "view": pages_accounts.connections()},
            "/connections",
        ),
        "connections-none": Page(
            "pages/connections.html", lambda: {"frame": frame("connections", "Connections"), "view": pages_accounts.connections(none=True)}
        ),
        "imports": Page(
            "pages/imports.html", lambda: {"frame": frame("connections", "Import"), "view": pages_accounts.imports()}, "/imports"
        ),
        "imports-dry": Page(
            "pages/imports.html", lambda: {"frame": frame("connections", "Import"), "view": pages_accounts.imports(dry="ofx")}
        ),
        "imports-csv": Page(
            "pages/imports.html", lambda: {"frame": frame("connections", "Import"), "view": pages_accounts.imports(dry="csv")}
        ),
        "imports-done": Page(
            "pages/imports.html", lambda: {"frame": frame("connections", "Import"), "view": pages_accounts.imports(dry="done")}
        ),
        "activity": Page(
            "pages/activity.html", lambda: {"frame": frame("settings", "History"), "view": pages_accounts.activity()}, "/activity"
        ),
        "activity-batch": Page(
            "pages/activity_batch.html", lambda: {"frame": frame("settings", "History"), "view": pages_accounts.activity_batch()}
        ),
        "connections-going": Page(
            "pages/connections/going.html", lambda: {"frame": frame("connections", "Connections"), "view": pages_accounts.GOING}
        ),
        "welcome": Page("pages/people/welcome.html", lambda: {"frame": frame("", "Welcome"), "view": pages_settings.WELCOME}, "/welcome"),
        "welcome-steps": Page("pages/people/welcome.html", lambda: {"frame": frame("", "Welcome"), "view": pages_settings.WELCOME_STEPS}),
        "sign-in": _plain("pages/people/sign_in.html", "Sign in", pages_settings.SIGN_IN, "/sign-in"),
        "sign-in-wrong": _plain("pages/people/sign_in.html", "Sign in", pages_settings.SIGN_IN_WRONG),
        "sign-up": _plain("pages/people/sign_up.html", "Make an account", pages_settings.SIGN_UP, "/sign-up"),
        "forgot": _plain("pages/people/forgot.html", "Forgot the password", pages_settings.FORGOT, "/forgot"),
        "forgot-sent": _plain("pages/people/forgot.html", "Forgot the password", pages_settings.SENT),
        "reset": _plain("pages/people/reset.html", "New password", pages_settings.RESET),
        "erased": _plain("pages/settings/erased.html", "Erased", pages_settings.ERASED),
        "missing": _plain("pages/failure.html", "There is nothing here", pages_settings.MISSING),
        "away": _plain("pages/failure.html", "Cannot reach the database", pages_settings.AWAY),
    }
)
for _state in ("linked", "left", "waiting"):
    PAGES[f"connections-{_state}"] = Page(
        "pages/connections/linked.html",
        lambda state=_state: {"frame": frame("connections", "Connections"), "view": pages_accounts.linked(state)},  # type: ignore[misc]
    )
PAGES["settings-rule"] = Page("pages/settings/rules.html", lambda: {**_settings("rules"), "view": pages_rules.editing()})
PAGES["settings-category"] = Page("pages/settings/categories.html", lambda: {**_settings("categories"), "view": pages_categories.editing()})
PAGES["settings-group"] = Page(
    "pages/settings/categories.html", lambda: {**_settings("categories"), "view": pages_categories.editing_group()}
)


def _recurring(view: object) -> dict[str, object]:
    return {"frame": frame("recurring", "Recurring", freshness=BEHIND), "view": view}


PAGES.update(
    {
        "recurring": Page("pages/recurring.html", lambda: _recurring(pages_recurring.recurring()), "/recurring"),
        "recurring-asked": Page("pages/recurring.html", lambda: _recurring(pages_recurring.recurring(asked=True))),
        "recurring-bills": Page("pages/recurring.html", lambda: _recurring(pages_recurring.recurring("bills"))),
        "alerts": Page("pages/alerts.html", lambda: {"frame": frame("alerts", "Alerts"), "view": pages_recurring.alerts()}, "/alerts"),
        "alerts-none": Page("pages/alerts.html", lambda: {"frame": frame("alerts", "Alerts"), "view": pages_recurring.alerts(none=True)}),
        "budgets-hard": Page("pages/budgets.html", lambda: _budgets(pages_hard.hardened(pages_budgets.budgets()))),
        "accounts-hard": Page(
            "pages/accounts.html", lambda: {"frame": frame("accounts", "Accounts"), "view": pages_hard.hardened(pages_accounts.accounts())}
        ),
        "cash-flow-hard": Page("pages/cash_flow.html", lambda: _cash_flow(pages_hard.hardened(pages_reports.cash_flow()))),
    }
)
for _place in settings.PLACES:
    PAGES[f"settings-{_place[0]}"] = Page(
        "pages/settings/" + _place[0] + ".html", lambda key=_place[0]: _settings(key), f"/settings/{_place[0]}"
    )  # type: ignore[misc]
