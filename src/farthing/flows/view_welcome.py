"""The first run: in what currency and zone a household counts, then three ways to begin."""

from __future__ import annotations

from collections.abc import Mapping

from farthing.flows.demo import DEMO_EMAIL, DEMO_PASSWORD
from farthing.flows.view_models.choices import currency_choices, currency_of, zone_choices
from farthing.flows.view_models.overview import FirstStep
from farthing.flows.view_models.parts import Action, FieldState
from farthing.flows.view_models.people import Welcome
from farthing.people.model import Settings


def first_steps() -> tuple[FirstStep, ...]:
    """Three ways to get transactions in."""
    return (
        FirstStep("connections", "Connect a bank", "Farthing reads balances and transactions. It can never move money.",
                  Action("Connect a bank", "/connections?add=1", main=True)),
        FirstStep("upload", "Import a file", "OFX, QFX, QIF, camt, MT940 or CSV. You see what it would do first.",
                  Action("Choose a file", "/imports")),
        FirstStep("accounts", "Keep an account by hand", "Cash, a house, a car, or a bank without a link.",
                  Action("Add an account", "/accounts?add=1")),
    )  # fmt: skip


def view_welcome(
    held: Settings, *, settled: bool, demo: bool, given: Mapping[str, str] | None = None, wrong: tuple[str, str] = ("", "")
) -> Welcome:
    """Which of the two pages: the household's settings, or (`settled`) what to do next. `wrong` is (field, words)."""
    typed = given or {}
    currency = typed.get("currency") or (currency_of(held.locale) if held.currency == Settings().currency else "") or held.currency
    return Welcome(
        currencies=currency_choices(currency),
        zones=zone_choices(typed.get("zone") or held.zone),
        steps=first_steps(),
        household=FieldState(typed.get("household", held.name), wrong[1] if wrong[0] == "name" else ""),
        settled=settled,
        wrong=wrong[1] if wrong[0] not in {"", "name"} else "",
        hint=f"Only looking around? Sign in as {DEMO_EMAIL} with “{DEMO_PASSWORD}”: an invented family’s money." if demo else "",
    )
