"""Overview: am I all right this month, and what needs me?"""

from __future__ import annotations

from typing import Literal

import msgspec

from farthing.flows.view_models.cards import TrendCard
from farthing.flows.view_models.charts import PaceChart, Spark
from farthing.flows.view_models.parts import Action, Amount, Freshness, Sentence, StateCode
from farthing.flows.view_models.transactions import Row

NeedIcon = Literal["warning", "review", "budgets", "recurring", "rise", "connections", "clock"]


class Pace(msgspec.Struct, frozen=True):
    """The page's figure. `label` + `figure` + `rest` read as one sentence; `chart` is None until there are two weeks to draw."""

    label: str
    figure: Amount
    figure_href: str
    rest: Sentence
    rest_short: Sentence
    chart: PaceChart | None
    bills_included: bool
    bills_href: str
    over: bool = False


class Need(msgspec.Struct, frozen=True):
    """A line of "Needs you": what, and one or two buttons; the lowest `rank` stands first."""

    icon: NeedIcon
    text: Sentence
    short: Sentence
    actions: tuple[Action, ...]
    urgent: bool = False
    on_phone: bool = True
    rank: int = 0


class Went(msgspec.Struct, frozen=True):
    """A category's month: bar and tick in percent of the same scale."""

    name: str
    href: str
    spent: Amount
    usual: Amount | None
    bar: float
    usual_at: float | None
    other: bool = False


class WhereItWent(msgspec.Struct, frozen=True):
    """Everyday categories, then the sum in full: everyday + bills = spent."""

    rows: tuple[Went, ...]
    usual_label: str
    everyday: Amount
    everyday_href: str
    bills: Amount
    bills_href: str
    spent: Amount
    spent_href: str
    spent_label: str


class Held(msgspec.Struct, frozen=True):
    """An account, or a group when `heads`; `age` is its freshness word, `late` when it misleads."""

    name: str
    institution: str
    balance: Amount
    href: str
    age: str = ""
    late: bool = False
    heads: bool = False
    indented: bool = False
    state: StateCode = "fine"


class YearOfWorth(msgspec.Struct, frozen=True):
    """What all was worth over twelve months; without a drawing there is too little to draw, or it is asked for after the page (`waits`)."""

    spark: Spark | None = None
    words: str = ""
    waits: bool = False


class CashNow(msgspec.Struct, frozen=True):
    """Balances by kind under the net worth."""

    net_worth: Amount
    net_worth_href: str
    rows: tuple[Held, ...]
    year: YearOfWorth = YearOfWorth()


class Due(msgspec.Struct, frozen=True):
    """Something that will happen."""

    day: str
    name: str
    amount: Amount
    income: bool = False
    href: str = ""


class Upcoming(msgspec.Struct, frozen=True):
    """The next fourteen days; `lowest` warns of a thin balance; `asked` where nothing is confirmed, and something may come again."""

    rows: tuple[Due, ...]
    lowest: str
    warns: bool
    more: str = ""
    lowest_href: str = ""
    asked: str = ""


class FirstStep(msgspec.Struct, frozen=True):
    """A card of the first run."""

    icon: str
    title: str
    text: str
    action: Action


class Overview(msgspec.Struct, frozen=True):
    """The whole page. `first_steps` alone is shown to a household without transactions. `freshness`: of the pace."""

    pace: Pace | None
    needs: tuple[Need, ...]
    needs_checked: str
    went: WhereItWent | None
    cash: CashNow | None
    recent: tuple[Row, ...]
    recent_label: str
    recent_href: str
    upcoming: Upcoming | None = None
    first_steps: tuple[FirstStep, ...] = ()
    too_new: str = ""
    insights: str = ""
    cards: tuple[TrendCard, ...] = ()
    freshness: Freshness | None = None
