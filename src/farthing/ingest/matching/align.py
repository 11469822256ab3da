"""An account's old stream of rows and its new one, laid side by side: after a new consent or a link made again every id is new. Pure.

Both streams tell the same story, so a row of the one is almost surely somewhere near in the other. Rows of the same amount and text are
aligned as sequences, one to one and in order; how far this bank's days move is learnt from rows that can be nothing else. What is left is
then paired by amount, first where the texts are alike or the bank writes this one for that one elsewhere too, last by the days alone. Near
linear: a row is compared only with those of its own amount within a few days.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import msgspec

from farthing.ledger.model import Held, Incoming, LineKind, LineState, Status

REACH_DAYS = 5  # a weekend and a holiday: an authorised day on one side, the day of booking on the other
PENDING_DAYS = 14  # what was pending may be booked that much later
# How days move where nothing is known of a bank yet: as much as a few dozen rows would say.
PRIOR: Mapping[int, float] = {0: 16.0, 1: 1.0, -1: 1.0, 2: 0.6, -2: 0.6, 3: 0.4, -3: 0.4}
PRIOR_REST = 0.2
ALONE = 6.0  # what it costs to say that an old row came again nowhere and that a new one is news
FAR = 5.5  # the rarest move: a row of the same text is still sooner the same than two
OTHER_TEXT = 2.5  # nothing in common
ALIKE = 1.25
CROWD = 200, 20  # so many rows of one amount, each within reach of so many: nobody could tell them apart, and days alone pair them

Pair: TypeAlias = tuple[int, int]
Place: TypeAlias = tuple[int, str, int]
Edge: TypeAlias = tuple[float, int, int]  # cost, position among the old, position among the new
Group: TypeAlias = tuple[list[int], list[int]]
TextCost: TypeAlias = Callable[[int, int], float]


class Row(msgspec.Struct, frozen=True, gc=False):
    """A row of either stream: where and how much, on which day (an ordinal), under which text."""

    place: Place  # account, unit, minor units
    day: int
    payee_id: int
    pending: bool = False


def align(old: Sequence[Row], new: Sequence[Row], *, words: Mapping[int, str] | None = None) -> list[Pair]:
    """Positions of rows that are one and the same, in the order of `old`. `words`: cleaned texts by payee, where they are known."""
    streams = _Streams(old, new)
    streams.by_text()
    if streams.is_left():
        streams.by_amount(words or {})
    return sorted(streams.pairs)


class Realigning:
    """Lines of a bank and the rows they are, where the account stands under a new id and its rows wait to be met again."""

    def __init__(self, held: Iterable[Held], taken: Container[int], lines: Iterable[Incoming]) -> None:
        idle = [h for h in held if h.state == LineState.WAITING]  # few of very many: without a call for each
        renamed = [h for h in idle if is_renamed(h) and h.transaction_id not in taken]
        self._waiting = sorted(renamed, key=lambda h: (h.date, h.transaction_id, h.ref))
        places = {h.account_id for h in self._waiting}
        coming = (i for i in lines if i.kind == LineKind.BANK and i.account_id in places) if places else ()
        self._coming = sorted(coming, key=lambda i: (i.line.date, i.ref))
        self._streams: _Streams | None = None

    def by_text(self) -> list[tuple[Incoming, Held]]:
        """Those of the same amount and text: beyond doubt."""
        if not self._coming:
            return []
        self._streams = _Streams(
            [Row((h.account_id, h.currency, h.amount), h.date.toordinal(), h.payee_id, h.status == Status.PENDING) for h in self._waiting],
            [Row((i.account_id, i.line.amount.currency, i.line.amount.minor), i.line.date.toordinal(), i.payee_id) for i in self._coming],
        )
        self._streams.by_text()
        return self._found(0)

    def by_amount(self, words: Mapping[int, str], *, left: Container[bytes], taken: Container[int]) -> list[tuple[Incoming, Held]]:
        """Those whose text reads otherwise now. `left`: lines that nothing else has met meanwhile, `taken`: rows that something has."""
        streams = self._streams
        if streams is None:
            return []
        streams.left = {o for o in streams.left if self._waiting[o].transaction_id not in taken}
        streams.there = {n for n in streams.there if self._coming[n].ref in left}
        before = len(streams.pairs)
        if streams.is_left():
            streams.by_amount(words)
        return self._found(before)

    def _found(self, since: int) -> list[tuple[Incoming, Held]]:
        assert self._streams is not None, "the streams were laid out before"
        return [(self._coming[n], self._waiting[o]) for o, n in sorted(self._streams.pairs[since:])]


def is_renamed(held: Held) -> bool:
    """A bank's line of an account that has a new id since: it comes again under a new id of its own."""
    return held.state == LineState.WAITING and held.kind == LineKind.BANK


class _Streams:
    """Both streams, and what of them is paired already."""

    def __init__(self, old: Sequence[Row], new: Sequence[Row]) -> None:
        self.old, self.new = old, new
        self.left, self.there = set(range(len(old))), set(range(len(new)))
        self.pairs: list[Pair] = []
        self.costs: Mapping[int, float] = {}

    def is_left(self) -> bool:
        return bool(self.left and self.there)

    def by_text(self) -> None:
        """Rows of the same amount and text, in order: of equal ones on many days the first is the first."""
        groups = self._groups(lambda r: (r.place, r.payee_id))
        self.costs = _costs(self.new[theirs[0]].day - self.old[mine[0]].day for mine, theirs in groups if len(mine) == len(theirs) == 1)
        for group in map(self._thinned, groups):
            self._take(_chain(self._edges(group, _same_text), len(group[1])), group)

    def by_amount(self, words: Mapping[int, str]) -> None:
        """Rows whose text reads otherwise now."""
        groups = [self._thinned(g) for g in self._groups(lambda r: r.place)]
        cost = self._text_cost(groups, words)
        alike: list[tuple[Edge, Group]] = []
        for group in groups:
            alike += [(e, group) for e in self._edges(group, cost) if cost(group[0][e[1]], group[1][e[2]]) < ALIKE]
        for edge, group in sorted(alike):
            self._take([edge], group)
        for group in self._groups(lambda r: r.place):
            self._take(_chain(self._edges(group, cost), len(group[1])), group)

    def _groups(self, key: Callable[[Row], object]) -> list[Group]:
        """What is left on both sides under the same key, in the order of the days."""
        sides: dict[object, Group] = {}
        old, new = self.old, self.new
        for i in sorted(self.left, key=lambda i: (old[i].day, i)):
            sides.setdefault(key(old[i]), ([], []))[0].append(i)
        for i in sorted(self.there, key=lambda i: (new[i].day, i)):
            if (side := sides.get(key(new[i]))) is not None:
                side[1].append(i)
        return [side for side in sides.values() if side[1]]

    def _thinned(self, group: Group) -> Group:
        """A crowd without the pairs that moved as this bank's days mostly do; any other group as it is."""
        mine, theirs = group
        if len(mine) < CROWD[0] or len(theirs) < CROWD[0]:
            return group
        by_day: dict[int, list[int]] = {}
        for to, n in enumerate(theirs):
            by_day.setdefault(self.new[n].day, []).append(to)
        reach = sum(len(by_day.get(self.old[o].day + move, ())) for o in mine for move in range(-REACH_DAYS, REACH_DAYS + 1))
        if reach < CROWD[1] * len(mine):
            return group
        usual = min(self.costs, key=lambda move: (self.costs[move], abs(move)))
        for ready in by_day.values():
            ready.reverse()
        self._take([(0.0, at, by_day[day].pop()) for at, o in enumerate(mine) if by_day.get(day := self.old[o].day + usual)], group)
        return [o for o in mine if o in self.left], [n for n in theirs if n in self.there]

    def _edges(self, group: Group, text_cost: TextCost) -> Iterator[Edge]:
        """Everything that may be one row, by position in the group: old ones in order, the last of the new first."""
        mine, theirs = group
        days = [self.new[n].day for n in theirs]
        for at, o in enumerate(mine):
            row = self.old[o]
            last = PENDING_DAYS if row.pending else REACH_DAYS
            for to in range(bisect_right(days, row.day + last) - 1, bisect_left(days, row.day - REACH_DAYS) - 1, -1):
                cost = self.costs.get(days[to] - row.day, FAR) + text_cost(o, theirs[to])
                if cost < ALONE:
                    yield cost, at, to

    def _take(self, edges: Iterable[Edge], group: Group) -> None:
        for _, at, to in edges:
            o, n = group[0][at], group[1][to]
            if o in self.left and n in self.there:
                self.left.remove(o)
                self.there.remove(n)
                self.pairs.append((o, n))

    def _text_cost(self, groups: Sequence[Group], words: Mapping[int, str]) -> TextCost:
        """How little two texts have to do with each other, unless the bank wrote the one for the other before."""
        old, new = self.old, self.new
        told = Counter((old[mine[0]].payee_id, new[theirs[0]].payee_id) for mine, theirs in groups if len(mine) == len(theirs) == 1)
        known: dict[Pair, float] = {}

        def cost(o: int, n: int) -> float:
            both = old[o].payee_id, new[n].payee_id
            if both not in known:
                same = both[0] == both[1] or told[both] > 1
                known[both] = 0.0 if same else OTHER_TEXT * (1 - _likeness(words.get(both[0], ""), words.get(both[1], "")))
            return known[both]

        return cost


def _costs(moves: Iterable[int]) -> dict[int, float]:
    """What it costs to say that a row's day moved by so many: little for what this bank does all the time."""
    seen = Counter(moves)
    weights = {days: PRIOR.get(days, PRIOR_REST) + seen[days] for days in range(-REACH_DAYS, REACH_DAYS + 1)}
    total = sum(weights.values())
    return {days: min(FAR, -math.log(weight / total)) for days, weight in weights.items()}


def _same_text(_o: int, _n: int) -> float:
    return 0.0


def _likeness(one: str, other: str) -> float:
    """How many words of the shorter text the longer one has, 0 to 1."""
    mine, theirs = set(one.casefold().split()), set(other.casefold().split())
    return len(mine & theirs) / min(len(mine), len(theirs)) if mine and theirs else 0.0


def _chain(edges: Iterable[Edge], width: int) -> list[Edge]:
    """The pairs, one to one and in order, that save the most: the heaviest chain, with a tree of best ends by position."""
    taken: list[tuple[Edge, int]] = []  # an edge, and the one before it in its chain
    best: list[tuple[float, int]] = [(0.0, -1)] * (width + 1)  # what chains save that end before a position, by a binary indexed tree
    waiting: list[tuple[int, float, int]] = []
    row = -1
    for edge in edges:
        cost, at, to = edge
        if at != row:
            _raise(best, waiting)
            row = at
        saved, before = 0.0, -1
        step = to
        while step > 0:
            if best[step][0] > saved:
                saved, before = best[step]
            step &= step - 1
        waiting.append((to + 1, saved + ALONE - cost, len(taken)))
        taken.append((edge, before))
    _raise(best, waiting)
    saved, last = 0.0, -1
    step = width
    while step > 0:
        if best[step][0] > saved:
            saved, last = best[step]
        step &= step - 1
    chain = []
    while last >= 0:
        edge, last = taken[last]
        chain.append(edge)
    return chain[::-1]


def _raise(best: list[tuple[float, int]], waiting: list[tuple[int, float, int]]) -> None:
    """Let the chains that end with one old row count for the rows after it, never for another pair of its own."""
    for end, saved, edge in waiting:
        step = end
        while step < len(best):
            if saved > best[step][0]:
                best[step] = (saved, edge)
            step += step & -step
    waiting.clear()
