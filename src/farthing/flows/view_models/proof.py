"""Whether an account adds up, as its page says it."""

from __future__ import annotations

import msgspec

from farthing.flows.view_models.charts import Bar
from farthing.flows.view_models.parts import Amount, Link, Sentence


class SuspectRow(msgspec.Struct, frozen=True):
    """A row that may be to blame; `intent` and `label` are the button that mends it, empty where only the row itself can."""

    id: str
    href: str
    merchant: str
    day: str
    amount: Amount
    intent: str = ""
    label: str = ""


class SuspectView(msgspec.Struct, frozen=True):
    """One likely reason; `rows` empty: a row that is not here, and `links` lead to where it may be found."""

    why: str
    rows: tuple[SuspectRow, ...] = ()
    links: tuple[Link, ...] = ()


class GapView(msgspec.Struct, frozen=True):
    """A difference: since when, how much, what becomes of it, and what may be why. `alarm`: somebody should look."""

    key: str
    when: str
    amount: Amount
    state: str
    words: str
    alarm: bool = False
    suspects: tuple[SuspectView, ...] = ()


class ProofView(msgspec.Struct, frozen=True):
    """The reconcile line, how much is explained, the latest days as bars, and every gap: those that stand and those that are over."""

    sentence: Sentence
    agrees: bool
    alarm: bool
    explained: str
    note: str = ""
    bars: tuple[Bar, ...] = ()
    bars_summary: str = ""
    first_day: str = ""
    last_day: str = ""
    standing: tuple[GapView, ...] = ()
    over: tuple[GapView, ...] = ()
