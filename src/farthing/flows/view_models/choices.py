"""What can be chosen from the world's own lists: currencies, time zones, kinds of account."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import lru_cache
from zoneinfo import available_timezones

from babel.core import get_global
from babel.numbers import format_decimal, get_currency_name

from farthing.flows.view_models.format import DEFAULT_LOCALE, day_view, locale_of
from farthing.flows.view_models.parts import Choice

KIND_NAMES = {
    "checking": "Checking",
    "savings": "Savings",
    "card": "Card",
    "cash": "Cash",
    "investment": "Investments",
    "loan": "Loan",
    "property": "Property",
    "vehicle": "Vehicle",
    "other": "Other",
}
REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def kind_choices(chosen: str = "") -> tuple[Choice, ...]:
    """Every kind of account, the most frequent first."""
    return tuple(Choice(slug, name, chosen=slug == chosen) for slug, name in KIND_NAMES.items())


def currency_choices(chosen: str, *, locale: str = DEFAULT_LOCALE) -> tuple[Choice, ...]:
    """Every currency in use, by its name in the reader's language; the chosen one first."""
    named = _named(locale)
    first = [(chosen, name) for code, name in named if code == chosen] or ([(chosen, chosen)] if chosen else [])
    return tuple(Choice(code, f"{name} ({code})", chosen=code == chosen) for code, name in (*first, *(n for n in named if n[0] != chosen)))


@lru_cache(maxsize=32)
def _named(locale: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(((c, get_currency_name(c, locale=locale_of(locale))) for c in _in_use()), key=lambda n: n[1].casefold()))


@lru_cache(maxsize=1)
def _in_use() -> frozenset[str]:
    """Currencies that are tender somewhere today."""
    lists = get_global("territory_currencies").values()
    return frozenset(code for found in lists for code, _, until, tender in found if tender and until is None)


def currency_of(locale: str) -> str:
    """The currency of the locale's country; empty when it names none."""
    _, _, country = locale.replace("_", "-").rpartition("-")
    found = get_global("territory_currencies").get(country.upper(), ())
    return next((str(code) for code, _, until, tender in found if tender and until is None), "")


LOCALES = (
    "en-US", "en-GB", "en-CA", "en-AU", "en-NZ", "en-IE", "en-IN", "en-ZA", "bg-BG", "cs-CZ", "da-DK", "de-DE", "de-AT", "de-CH", "el-GR",
    "es-ES", "es-MX", "et-EE", "fi-FI", "fr-FR", "fr-CA", "fr-CH", "hr-HR", "hu-HU", "it-IT", "it-CH", "ja-JP", "ko-KR", "lt-LT", "lv-LV",
    "nb-NO", "nl-NL", "nl-BE", "pl-PL", "pt-BR", "pt-PT", "ro-RO", "sk-SK", "sl-SI", "sv-SE", "tr-TR", "uk-UA", "zh-CN",
)  # fmt: skip


def locale_choices(chosen: str) -> tuple[Choice, ...]:
    """How numbers and days are written, each with its example; the chosen one first if it is none of the usual."""
    known = LOCALES if chosen in LOCALES else (chosen, *LOCALES)
    return tuple(Choice(name, _example(name), chosen=name == chosen) for name in known)


@lru_cache(maxsize=128)
def _example(name: str) -> str:
    where = locale_of(name)
    day = day_view(dt.date(2026, 11, 22), locale=name, year=True)
    return f"{where.get_display_name('en')}: {format_decimal(Decimal('1234.56'), locale=where)} and {day}"


def zone_choices(chosen: str) -> tuple[Choice, ...]:
    """Every place that keeps a time of its own, by region; UTC first."""
    rest = [z for z in _places() if z != chosen]
    first = [Choice(chosen, _place(chosen), chosen=True)] if chosen else []
    return (*first, *([Choice("UTC", "UTC")] if chosen != "UTC" else []), *(Choice(z, _place(z), z.partition("/")[0]) for z in rest))


@lru_cache(maxsize=1)
def _places() -> tuple[str, ...]:
    return tuple(sorted(z for z in available_timezones() if z.partition("/")[0] in REGIONS))


def _place(zone: str) -> str:
    return zone.partition("/")[2].replace("_", " ").replace("/", ", ") or zone
