"""Minor units to the wire's JSON numbers and back."""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from banksim.errors import PlaidError

_AMOUNT_MAX = Decimal(10) ** 12
_DIGITS = {"JPY": 0, "KRW": 0, "CLP": 0, "KWD": 3, "BHD": 3, "BTC": 8}


def digits_of(currency: str) -> int:
    return _DIGITS.get(currency, 2)


def wire_amount(minor: int, currency: str) -> float:
    """The double Plaid would send: nearest to the exact decimal, so `2.35` prints as `2.35`."""
    digits = digits_of(currency)
    return minor / 10**digits if digits else float(minor)


def minor_of(amount: float | str, currency: str) -> int:
    """Raises INVALID_FIELD for what is no amount of money a household could meet."""
    try:
        exact = Decimal(str(amount))
    except InvalidOperation:
        exact = Decimal("NaN")
    if not exact.is_finite() or abs(exact) > _AMOUNT_MAX:
        raise PlaidError("INVALID_FIELD", f"{amount} is no amount")
    return int(exact.scaleb(digits_of(currency)).to_integral_value(ROUND_HALF_EVEN))
