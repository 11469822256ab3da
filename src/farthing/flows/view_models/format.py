"""Money, days and ages in the household's language. Pure: `now` is always handed in."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, get_currency_name, get_currency_symbol, get_decimal_symbol, get_group_symbol

from farthing.core.dates import Month
from farthing.core.money import Money, exponent, is_currency
from farthing.flows.view_models.parts import Amount

MINUS = "\u2212"
DEFAULT_LOCALE = "en_US"


@lru_cache(maxsize=8_192)  # the same amounts are drawn each time that somebody looks
def amount_view(
    money: Money,
    *,
    locale: str = DEFAULT_LOCALE,
    symbol: bool = True,
    plus: bool = False,
    whole: bool = False,
    home: str = "",
) -> Amount:
    """`money` ready to print, minor units apart so that they can be drawn lighter.

    `symbol` for totals and for units other than `home`; `plus` shows the sign of money in; `whole` drops the minor units, rounding half up.
    """
    digits = exponent(money.currency)
    units, rest = divmod(abs(money.minor), 10**digits)
    if whole:
        units, digits = units + (2 * rest >= 10**digits if digits else 0), 0
    point = _point(locale)
    prefix, suffix = _affixes(money.currency, locale) if symbol or (home and money.currency != home) else ("", "")
    fraction = f"{point}{rest:0{digits}d}" if digits else ""
    if digits == 8:
        fraction = fraction.rstrip("0") if rest else f"{point}00"
    return Amount(
        minor=money.minor,
        currency=money.currency,
        sign=_sign(money.minor, plus=plus),
        prefix=prefix,
        whole=grouped(units, locale),
        fraction=fraction,
        suffix=suffix,
        spoken=_spoken(money, units=units, rest=f"{rest:0{digits}d}" if digits and rest else "", locale=locale, home=home),
    )


@lru_cache(maxsize=8_192)  # twelve for each budget of a page
def whole_words(minor: int, unit: str, locale: str, home: str) -> str:
    """An amount within words, without its minor units; the household's own without its symbol."""
    return str(amount_view(Money(minor, unit), locale=locale, symbol=False, whole=True, home=home))


def _sign(minor: int, *, plus: bool) -> str:
    if minor < 0:
        return MINUS
    return "+" if plus and minor else ""


def _spoken(money: Money, *, units: int, rest: str, locale: str, home: str) -> str:
    """`minus 42 dollars 17`: read in full; the household's own dollars need no country."""
    name = _name(money.currency, units, locale) if is_currency(money.currency) else money.currency
    if locale.startswith("en") and money.currency == (home or money.currency):
        name = name.rsplit(" ", 1)[-1]
    sign = "minus " if money.minor < 0 else ""
    return f"{sign}{units} {name}{' ' + rest if rest else ''}"


@lru_cache(maxsize=64)
def locale_of(name: str) -> Locale:
    """The language by its name, `de-DE` or `de_DE`."""
    return Locale.parse(name.replace("-", "_"))


def grouped(units: int, locale: str) -> str:
    """Whole units with the language's mark between thousands. A page has hundreds of amounts, so the usual case is done by hand."""
    mark = _thousands(locale)
    return format_decimal(units, locale=locale_of(locale)) if mark is None else f"{units:,}".replace(",", mark)


@lru_cache(maxsize=64)
def _thousands(locale: str) -> str | None:
    """The mark, where the language groups by three."""
    by_three = locale_of(locale).decimal_formats[None].grouping == (3, 3)
    return get_group_symbol(locale_of(locale)) if by_three else None


@lru_cache(maxsize=64)
def _point(locale: str) -> str:
    return get_decimal_symbol(locale_of(locale))


_names: dict[tuple[str, str, str], str] = {}  # a language has six plural forms at most


@lru_cache(maxsize=4_096)  # to find the form costs as much as all else of an amount
def _name(currency: str, count: int, locale: str) -> str:
    """`dollars`, `dollar`: as many names as the language has plural forms."""
    key = (currency, locale_of(locale).plural_form(count), locale)
    if key not in _names:
        _names[key] = get_currency_name(currency, count=count, locale=locale_of(locale))
    return _names[key]


@lru_cache(maxsize=256)
def _affixes(currency: str, locale: str) -> tuple[str, str]:
    """Where the language puts the currency's symbol."""
    symbol = get_currency_symbol(currency, locale=locale_of(locale)) if is_currency(currency) else currency
    pattern = locale_of(locale).currency_formats["standard"].pattern.split(";")[0]
    if pattern.startswith("¤"):
        gap = "\u00a0" if pattern[1:2].isspace() or symbol[-1:].isalpha() else ""
        return symbol + gap, ""
    return "", "\u00a0" + symbol


@lru_cache(maxsize=4_096)  # a page writes the same days and months over and over, and each costs as much as ten amounts
def day_view(day: dt.date, *, locale: str = DEFAULT_LOCALE, weekday: bool = False, year: bool = False) -> str:
    """`22 Nov`, `Sun 22 Nov`, `Sun 22 Nov 2026`."""
    pattern = f"{'EEE ' if weekday else ''}d MMM{' y' if year else ''}"
    return format_date(day, pattern, locale=locale_of(locale))


@lru_cache(maxsize=1_024)
def month_view(month: Month, *, locale: str = DEFAULT_LOCALE, full: bool = False, year: bool = True) -> str:
    """`Nov 2026`, or `November` with `full` and no year."""
    return format_date(month.first, f"{'LLLL' if full else 'LLL'}{' y' if year else ''}", locale=locale_of(locale))


def age_view(then: dt.datetime, now: dt.datetime) -> str:
    """Freshness in words: `just now`, `5 min`, `2 h`, `3 days`."""
    seconds = max(0, int((now - then).total_seconds()))
    if seconds < 90:
        return "just now"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    if seconds < 129_600:
        return f"{round(seconds / 3600)} h"
    return f"{round(seconds / 86_400)} days"


def when_view(then: dt.datetime, now: dt.datetime, *, locale: str = DEFAULT_LOCALE) -> str:
    """An instant as a person says it, both in the reader's zone: `today, 09:12`, `tomorrow, 06:40`, `Fri 20 Nov, 21:40`."""
    days = (then.date() - now.date()).days
    names = {0: "today", 1: "tomorrow", -1: "yesterday"}
    day = names.get(days) or day_view(then.date(), locale=locale, weekday=abs(days) < 300, year=abs(days) >= 300)
    return f"{day}, {then:%H:%M}"


def size_view(size_bytes: int) -> str:
    """`4.2 MB`, in thousands."""
    for unit, step in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size_bytes >= step:
            return f"{size_bytes / step:.1f} {unit}"
    return f"{size_bytes} bytes"


def ordinal_day(day: int) -> str:
    """`22nd`."""
    suffix = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{suffix}"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 row`, `1,204 rows`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def initial_of(name: str) -> str:
    """The letter that stands for a merchant: the first that is a letter or digit, upper case."""
    return next((c.upper() for c in name if c.isalnum()), "?")
