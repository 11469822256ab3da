"""What the owner's words on one payee mean for one row. Pure.

Mostly the words agree, or the last one wins. But one shop can be two things: a subscription of 2.99 and a telephone of 1,299, groceries on
one card and the office's on another. Where the words disagree and the size of the amount, or the account, keeps them apart, a row hears
those that were said of rows like it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Literal

import msgspec

from farthing.core.ids import CategoryId

AGREED = (930, 960, 980)  # the owner said so once, twice, three times or more, and never otherwise
APART = 3  # bands between two sizes that are two things: amounts of more than four times each other
NEAR = 1
ACCOUNT_WORDS = 2  # once said in another account may as well be a change of mind
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Word(msgspec.Struct, frozen=True, gc=False):
    """What the owner said of a row: the category, and what of the row may matter. Band 0 and account 0: not known."""

    payee_id: int
    category_id: CategoryId
    account_id: int = 0
    band: int = 0


class Part(msgspec.Struct, frozen=True, gc=False):
    """The same word on rows of one account and size, counted; `at` is when it was last said."""

    category_id: CategoryId
    account_id: int
    band: int
    times: int
    at: dt.datetime


class Remembered(msgspec.Struct, frozen=True):
    """The owner's last word on a payee: said `times` of `total` corrections. `by`: what kept the words apart, amount | account."""

    category_id: CategoryId
    times: int
    total: int
    parts: tuple[Part, ...] = ()
    by: Literal["", "amount", "account"] = ""

    @property
    def confidence(self) -> int:
        """How sure the last word is: agreement makes it so."""
        if self.times == self.total:
            return AGREED[min(self.times, len(AGREED)) - 1]
        return 500 + 450 * self.times // self.total

    def of(self, amount: int, account_id: int) -> Remembered:
        """What was said, for a row of that amount (minor units, out is negative) in that account."""
        if self.times == self.total:
            return self
        band = band_of(amount)
        parts = [p for p in self.parts if not p.band or (p.band < 0) == (band < 0)]
        if not parts:
            return self
        whole = self if len(parts) == len(self.parts) else last_word(parts)
        if whole.times == whole.total:
            return whole
        return _by_amount(parts, band) or _by_account(parts, account_id) or whole

    def after(self, word: Word) -> Remembered:
        """As it will be once the owner has said that as well."""
        latest = max((p.at for p in self.parts), default=EPOCH)
        return last_word([*self.parts, Part(word.category_id, word.account_id, word.band, 1, latest + dt.timedelta(seconds=1))])


def band_of(amount: int) -> int:
    """The size of an amount: one more whenever it doubles, negative for money out, never 0."""
    size = abs(amount).bit_length() + 1
    return -size if amount < 0 else size


def last_word(parts: Sequence[Part]) -> Remembered:
    """The latest of these words, with how often it and anything was said."""
    assert parts, "nothing was said"
    times = _sums((p.category_id, p.times) for p in parts)
    latest = max(parts, key=lambda p: (p.at, times[p.category_id], p.category_id)).category_id
    return Remembered(latest, times[latest], sum(times.values()), tuple(parts))


def _by_amount(parts: Sequence[Part], band: int) -> Remembered | None:
    """None where sizes overlap, or the row stands midway. Between two sizes the nearer one speaks, and is not sure."""
    if any(not p.band for p in parts):
        return None
    spans: dict[CategoryId, tuple[int, int]] = {}
    for part in parts:
        size = abs(part.band)
        low, high = spans.get(part.category_id, (size, size))
        spans[part.category_id] = min(low, size), max(high, size)
    ordered = sorted(spans.values())
    if any(above[0] - below[1] < APART for below, above in pairwise(ordered)):
        return None
    far = {category: max(low - abs(band), abs(band) - high, 0) for category, (low, high) in spans.items()}
    nearest = min(far, key=far.__getitem__)
    if list(far.values()).count(far[nearest]) > 1:
        return None
    times = _sums((p.category_id, p.times) for p in parts)
    total = times[nearest] if far[nearest] <= NEAR else sum(times.values())
    return Remembered(nearest, times[nearest], total, tuple(parts), "amount")


def _by_account(parts: Sequence[Part], account_id: int) -> Remembered | None:
    """None where an account heard two words, or too few, or nothing was said of this one."""
    said: dict[int, set[CategoryId]] = {}
    for part in parts:
        said.setdefault(part.account_id, set()).add(part.category_id)
    times = _sums((p.account_id, p.times) for p in parts)
    if 0 in said or account_id not in said or any(len(c) > 1 or times[a] < ACCOUNT_WORDS for a, c in said.items()):
        return None
    (category,) = said[account_id]
    return Remembered(category, times[account_id], times[account_id], tuple(parts), "account")


def _sums(counted: Iterable[tuple[int, int]]) -> Mapping[int, int]:
    found: dict[int, int] = {}
    for key, times in counted:
        found[key] = found.get(key, 0) + times
    return found
