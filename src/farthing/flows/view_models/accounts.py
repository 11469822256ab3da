"""Accounts: what there is, by kind, and one account opened."""

from __future__ import annotations

import msgspec

from farthing.flows.view_models.charts import ScaleMark, Spark
from farthing.flows.view_models.parts import Amount, Choice, FieldState, Sentence, StateCode
from farthing.flows.view_models.transactions import Row


class AccountRow(msgspec.Struct, frozen=True):
    """An account in the list; `home_balance` is set when its own currency is another. `manual` offers a new balance."""

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


class Reconciled(msgspec.Struct, frozen=True):
    """What the bank says against what the rows add up to."""

    bank: Amount
    ours: Amount
    agrees: bool
    sentence: str


class AccountPage(msgspec.Struct, frozen=True):
    """One account opened."""

    account: AccountRow
    kind_label: str
    facts: tuple[tuple[str, str], ...]
    kinds: tuple[Choice, ...]
    recent: tuple[Row, ...]
    recent_href: str
    recent_label: str
    chart: BalanceChart | None = None
    reconciled: Reconciled | None = None
    available: Amount | None = None
    transactions_count: int = 0
    name: FieldState = FieldState()
    balance: FieldState = FieldState()
    today: str = ""
