"""Accounts: what there is, by kind, and one account opened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import msgspec

from farthing.flows.view_models.charts import ScaleMark, Spark, rounds, short, spark
from farthing.flows.view_models.parts import Amount, Choice, FieldState, Sentence, StateCode
from farthing.flows.view_models.proof import ProofView
from farthing.flows.view_models.transactions import Row


class AccountRow(msgspec.Struct, frozen=True):
    """An account in the list; `home_balance` is set when its own currency is another. `manual` offers a new balance.

    `gap`: words for what does not add up, empty while it does.
    """

    id: str
    name: str
    institution: str
    mask: str
    balance: Amount
    href: str
    age: str = ""
    late: bool = False
    manual: bool = False
    hidden: bool = False
    closed: str = ""
    home_balance: Amount | None = None
    home_word: str = ""
    gap: str = ""
    state: StateCode = "fine"


class AccountGroup(msgspec.Struct, frozen=True):
    """Cash, Cards, Savings, Investments, Loans, Property: with its subtotal in the household's currency."""

    key: str
    name: str
    subtotal: Amount
    rows: tuple[AccountRow, ...]


class BalanceChart(msgspec.Struct, frozen=True):
    """A balance over time; `zero_at` is drawn when the line crosses nought."""

    line: Spark
    area: str
    rules: tuple[ScaleMark, ...]
    months: tuple[ScaleMark, ...]
    summary: str
    table: tuple[tuple[str, Amount], ...] = ()
    zero_at: float | None = None


MARKS_APART = 12.0
POINTS_MIN = 3


def balance_chart(
    days: Sequence[dt.date],
    values: Sequence[int],
    *,
    scale: int,
    money: Callable[[int], Amount],
    month: Callable[[dt.date], str],
    name: str,
) -> BalanceChart | None:
    """A line through (day, minor units), oldest first, the last being today; `scale` minor units make one. None where nothing moved."""
    if len(days) < POINTS_MIN or len(set(values)) < 2:
        return None
    line, low, high = spark(values), min(values), max(values)
    span = (high - low) or 1

    def at(minor: int) -> float:
        return round(92 - 84 * (minor - low) / span, 2)

    floor = at(0) if low < 0 < high else 100.0
    rose = values[-1] - values[0]
    word = "came back to" if not rose else "rose to" if rose > 0 else "fell to"
    return BalanceChart(
        line=line,
        area=f"{line.path}L100 {floor:g}L0 {floor:g}",
        rules=tuple(ScaleMark(at(v), short(v // scale)) for v in rounds(low, high, scale) or [low]),
        months=_month_marks(days, month),
        summary=f"{name} {word} {money(values[-1]).spoken} since {month(days[0])}.",
        table=tuple((month(d), money(v)) for d, v in _ends(days, values)),
        zero_at=floor if low < 0 < high else None,
    )


def _month_marks(days: Sequence[dt.date], month: Callable[[dt.date], str]) -> tuple[ScaleMark, ...]:
    """Names of months where they begin, as many as fit, and today."""
    first, whole = days[0], max(1, (days[-1] - days[0]).days)
    marks: list[ScaleMark] = []
    for number in range(1, whole):
        day = first + dt.timedelta(days=number)
        place = round(100 * number / whole, 2)
        if day.day == 1 and place < 100 - MARKS_APART and (not marks or place - marks[-1].at >= MARKS_APART):
            marks.append(ScaleMark(place, month(day), "start" if place < 4 else "middle"))
    return (*marks, ScaleMark(100.0, "Today", "end", now=True))


def _ends(days: Sequence[dt.date], values: Sequence[int]) -> list[tuple[dt.date, int]]:
    """The last point of each month."""
    last = {(d.year, d.month): (d, v) for d, v in zip(days, values, strict=True)}
    return list(last.values())


class AddAccount(msgspec.Struct, frozen=True):
    """The form for an account that no bank reports."""

    kinds: tuple[Choice, ...]
    currencies: tuple[Choice, ...]
    today: str
    name: FieldState = FieldState()
    balance: FieldState = FieldState()
    opened_on: FieldState = FieldState()
    wrong: str = ""
    open: bool = False


class Accounts(msgspec.Struct, frozen=True):
    """The whole list."""

    net_worth: Amount
    sentence: Sentence
    groups: tuple[AccountGroup, ...]
    add: AddAccount
    chart: BalanceChart | None = None
    without_rate: str = ""
    hidden_count: int = 0
    hidden_shown: bool = False


class Merged(msgspec.Struct, frozen=True):
    """What became of an account's rows when its bank was linked again: (day, words), newest first; `unmet` did not come again."""

    words: str
    lines: tuple[tuple[str, str], ...]
    unmet: tuple[Row, ...] = ()
    more: int = 0  # of the unmet, beyond those shown


class AccountPage(msgspec.Struct, frozen=True):
    """One account opened. `may_go`: no bank would bring it back; `wrong` is said above the form when no field is to blame."""

    account: AccountRow
    kind_label: str
    facts: tuple[tuple[str, str], ...]
    kinds: tuple[Choice, ...]
    recent: tuple[Row, ...]
    recent_href: str
    recent_label: str
    figure: Amount
    chart: BalanceChart | None = None
    proof: ProofView | None = None
    merged: Merged | None = None
    available: Amount | None = None
    transactions_count: int = 0
    name: FieldState = FieldState()
    balance: FieldState = FieldState()
    today: str = ""
    closed_on: FieldState = FieldState()
    may_go: bool = True
    wrong: str = ""
    wrong_day: str = ""
