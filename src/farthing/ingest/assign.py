"""One-to-one, so that what fits best over all is taken: a row that fits two lines goes to the one that has nothing else. Pure.

Candidates fall apart into small groups that share no row. Each is solved exactly by augmenting paths, the best worth first; a group too
large for that (hundreds of equal rows) is taken by worth alone. Decision 0023.
"""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heappop, heappush
from typing import TypeAlias

GROUP_MAX = 200  # lines of one group that are solved exactly; larger ones are rows that nothing tells apart
Worths: TypeAlias = Mapping[int, Mapping[int, int]]  # line -> row -> worth, all above zero
Edge: TypeAlias = tuple[int, int]


def assign(worths: Worths) -> dict[int, int]:
    """line -> row, each row once, with the greatest sum of worths. Ties go to the smaller numbers, so that order does not matter."""
    chosen: dict[int, int] = {}
    for lines in _groups(worths):
        part = {i: worths[i] for i in lines}
        chosen |= _one_line(part) if len(lines) == 1 else _exactly(part) if len(lines) <= GROUP_MAX else _by_worth(part)
    return chosen


def assign_edges(scores: Mapping[Edge, int]) -> list[Edge]:
    """Pairs (left, right) of `scores`, each end in at most one, with the largest sum; ties go to smaller ids. Sorted."""
    worths: dict[int, dict[int, int]] = {}
    for (left, right), score in sorted(scores.items()):
        worths.setdefault(left, {})[right] = score
    return sorted(assign(worths).items())


def _one_line(worths: Worths) -> dict[int, int]:
    ((line, rows),) = worths.items()
    return {line: min(rows, key=lambda row: (-rows[row], row))}


def _groups(worths: Worths) -> list[list[int]]:
    """Lines that share rows, directly or through others."""
    root: dict[int, int] = {}

    def find(line: int) -> int:
        while root[line] != line:
            root[line] = line = root[root[line]]
        return line

    first: dict[int, int] = {}
    for line in sorted(worths):
        if not worths[line]:
            continue
        root[line] = line
        for row in worths[line]:
            other = first.setdefault(row, line)
            if other != line:
                one, two = find(other), find(line)
                root[max(one, two)] = min(one, two)
    groups: dict[int, list[int]] = {}
    for line in root:
        groups.setdefault(find(line), []).append(line)
    return list(groups.values())


def _by_worth(worths: Worths) -> dict[int, int]:
    chosen: dict[int, int] = {}
    used: set[int] = set()
    for _, line, row in sorted((-w, line, row) for line, rows in worths.items() for row, w in rows.items()):
        if line not in chosen and row not in used:
            chosen[line] = row
            used.add(row)
    return chosen


def _exactly(worths: Worths) -> dict[int, int]:
    """Line by line along the path that costs least; what it pushes out goes elsewhere, or stays without where that is worth more over all.

    Shortest paths with a price for every row that is taken. Every line also has a row of its own, worth nothing: staying without.
    """
    most = max(max(rows.values()) for rows in worths.values())
    paths = _Paths({line: {-line - 1: most} | {row: most - w for row, w in rows.items()} for line, rows in worths.items()})
    for line in sorted(worths):
        paths.place(line)
    return {line: row for line, row in paths.row_of.items() if row >= 0}


class _Paths:
    """Who has which row so far, and what a row costs beyond its own cost, so that no exchange could be cheaper."""

    def __init__(self, costs: Worths) -> None:
        self.costs = costs
        self.row_of: dict[int, int] = {}
        self.owner: dict[int, int] = {}
        self.price: dict[int, int] = {}

    def place(self, start: int) -> None:
        """Give a line a row, moving others along the cheapest path."""
        settled, before, end, row = self._cheapest(start)
        for seen, at in settled.items():
            self.price[seen] = self.price.get(seen, 0) + end - at
        while True:
            line = before[row]
            left = self.row_of.get(line)
            self.owner[row], self.row_of[line] = line, row
            if left is None:
                return
            row = left

    def _cheapest(self, start: int) -> tuple[dict[int, int], dict[int, int], int, int]:
        """Rows met on the way with their distance, from which line each was met, and the first row that nobody has."""
        settled: dict[int, int] = {}
        before: dict[int, int] = {}
        best: dict[int, int] = {}
        waiting: list[tuple[int, int]] = []
        line, far = start, 0
        while True:
            mine = self.row_of.get(line)
            paid = 0 if mine is None else self.costs[line][mine] + self.price.get(mine, 0)
            for row, cost in self.costs[line].items():
                to = far + cost + self.price.get(row, 0) - paid
                if row not in settled and (row not in best or to < best[row]):
                    best[row], before[row] = to, line
                    heappush(waiting, (to, row))
            far, row = heappop(waiting)
            while row in settled:
                far, row = heappop(waiting)
            settled[row] = far
            if row not in self.owner:
                return settled, before, far, row
            line = self.owner[row]
