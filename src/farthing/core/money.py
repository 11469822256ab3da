"""Money: whole minor units beside a unit. Signed: out is negative. Never a float, never two units in one sum."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache

import msgspec
from babel.core import get_global

from farthing.core.errors import Rejected

MINOR_MAX = 2**62
_TEXT = re.compile(r"-?\d{1,15}(?:\.\d{1,8})?", re.ASCII)
_TOO_LONG = re.compile(r"-?\d{16,}(?:\.\d+)?", re.ASCII)
_UNIT = re.compile(r"[A-Z0-9]{3,12}", re.ASCII)


@cache
def exponent(unit: str) -> int:
    """Digits after the point: ISO 4217's for its currencies (JPY 0, KWD 3), 8 for every other unit."""
    fractions = get_global("currency_fractions")
    if unit in _iso_units():
        return int(_ISO_EXPONENTS.get(unit, fractions.get(unit, fractions["DEFAULT"])[0]))
    return 8


# Babel's CLDR figures follow custom, not the standard; banks send the standard's digits for these.
_ISO_EXPONENTS = {
    "AFN": 2, "ALL": 2, "COP": 2, "CRC": 2, "HUF": 2, "IDR": 2, "IQD": 3, "IRR": 2, "KPW": 2, "LAK": 2, "LBP": 2,
    "MGA": 2, "MMK": 2, "MRU": 2, "PKR": 2, "RSD": 2, "SLE": 2, "SOS": 2, "STN": 2, "SYP": 2, "TWD": 2, "TZS": 2,
    "UYU": 2, "UZS": 2, "YER": 2, "AMD": 2, "CZK": 2, "DKK": 2, "GYD": 2, "MNT": 2, "MUR": 2, "NOK": 2, "SEK": 2,
    "CAD": 2, "CHF": 2, "JOD": 3, "KWD": 3, "BHD": 3, "OMR": 3, "TND": 3, "LYD": 3,
}  # fmt: skip


@cache
def _iso_units() -> frozenset[str]:
    return frozenset(get_global("all_currencies"))


def parse_unit(text: str, *, field: str = "currency") -> str:
    """An upper-case unit such as USD, JPY or BTC; raises Rejected."""
    unit = text.strip().upper()
    if not _UNIT.fullmatch(unit) or unit in {"XXX", "XTS"}:
        raise Rejected("bad_currency", "a currency is a code such as USD", field=field)
    return unit


def is_currency(unit: str) -> bool:
    """Whether ISO 4217 knows the unit (rates exist for those alone)."""
    return unit in _iso_units()


class Money(msgspec.Struct, frozen=True, gc=False):
    """`minor` whole minor units of `currency`; out is negative."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, text: str, currency: str, *, field: str = "amount") -> Money:
        """Exact decimal text such as `-12.50`; refused if a digit would be lost. Raises Rejected."""
        if _TOO_LONG.fullmatch(text):
            raise Rejected("bad_amount", "an amount has at most 15 digits before the point", field=field)
        if not _TEXT.fullmatch(text):
            raise Rejected("bad_amount", "an amount is written 12.50, in plain digits", field=field)
        return cls.of(Decimal(text), currency, field=field)

    @classmethod
    def of(cls, value: Decimal, currency: str, *, field: str = "amount") -> Money:
        """From a provider's decimal; raises Rejected when the unit has fewer digits than the value."""
        if not value.is_finite() or value.adjusted() > 17:
            raise Rejected("bad_amount", "not a finite amount", field=field)
        scaled = value.scaleb(exponent(currency))
        minor = int(scaled)
        if minor != scaled:
            raise Rejected("too_many_digits", f"{currency} has {exponent(currency) or 'no'} digits after the point", field=field)
        if abs(minor) >= MINOR_MAX:
            raise Rejected("amount_out_of_range", "the amount is too large", field=field)
        return cls(minor, currency)

    def __str__(self) -> str:
        return decimal_text(self.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __add__(self, other: Money) -> Money:
        assert self.currency == other.currency, "two units in one sum"
        return Money(self.minor + other.minor, self.currency)

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Parts in proportion to `weights` whose sum is exactly this; the largest remainders get the odd units."""
        whole = sum(weights)
        assert whole > 0, "weights must add up to something"
        shares = [self.minor * w for w in weights]
        parts = [s // whole for s in shares]
        for i in sorted(range(len(parts)), key=lambda k: shares[k] % whole, reverse=True)[: self.minor - sum(parts)]:
            parts[i] += 1
        return [Money(p, self.currency) for p in parts]


def decimal_text(minor: int, currency: str) -> str:
    """As the API writes it: the unit's own digits, ASCII minus, no grouping: `-12.50`, `1200` (JPY)."""
    digits = exponent(currency)
    if not digits:
        return str(minor)
    whole, fraction = divmod(abs(minor), 10**digits)
    return f"{'-' if minor < 0 else ''}{whole}.{fraction:0{digits}d}"


def convert(minor: int, source: str, target: str, rate: Decimal) -> int:
    """`minor` of `source` in minor units of `target`, half to even; `rate` is target per source in major units."""
    scaled = Decimal(minor).scaleb(exponent(target) - exponent(source)) * rate
    return int(scaled.to_integral_value())
