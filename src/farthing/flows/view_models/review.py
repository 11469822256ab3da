"""Review, as far as other pages speak of it: how many guesses wait, and where."""

from __future__ import annotations

import msgspec


class ReviewCount(msgspec.Struct, frozen=True):
    """`sure` of `waiting` rows follow a rule or the household's own habit."""

    waiting: int
    sure: int
    href: str = "/transactions?status=unreviewed"
