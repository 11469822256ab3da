"""One-to-one assignment: of all ways to pair, the one whose certainties add up to most. Pure, and the same answer for the same rows.

Rows fall apart into groups that could only pair among themselves (mostly of two), so the cubic algorithm meets small squares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

GROUP_MAX = 120  # a group larger than that is taken greedily: nobody has sixty equal transfers within a week
Edge = tuple[int, int]


def assign(scores: Mapping[Edge, int]) -> list[Edge]:
    """Pairs (left, right) of `scores`, each end in at most one, with the largest sum; ties go to smaller ids. Sorted."""
    chosen: list[Edge] = []
    for edges in _groups(scores):
        lefts, rights = sorted({e[0] for e in edges}), sorted({e[1] for e in edges})
        if len(edges) == 1:
            chosen += edges
        elif len(lefts) + len(rights) > GROUP_MAX:
            chosen += _greedy(edges, scores)
        else:
            chosen += _best(lefts, rights, scores)
    return sorted(chosen)


def _groups(scores: Iterable[Edge]) -> list[list[Edge]]:
    """Edges that touch, together."""
    root: dict[tuple[str, int], tuple[str, int]] = {}

    def top(node: tuple[str, int]) -> tuple[str, int]:
        while (above := root.setdefault(node, node)) != node:
            root[node] = root.setdefault(above, above)
            node = above
        return node

    every = sorted(scores)
    for left, right in every:
        root[top(("l", left))] = top(("r", right))
    found: dict[tuple[str, int], list[Edge]] = {}
    for edge in every:
        found.setdefault(top(("l", edge[0])), []).append(edge)
    return list(found.values())


def _greedy(edges: Sequence[Edge], scores: Mapping[Edge, int]) -> list[Edge]:
    lefts, rights, chosen = set[int](), set[int](), []
    for edge in sorted(edges, key=lambda e: (-scores[e], e)):
        if edge[0] not in lefts and edge[1] not in rights:
            lefts.add(edge[0])
            rights.add(edge[1])
            chosen.append(edge)
    return chosen


def _best(lefts: Sequence[int], rights: Sequence[int], scores: Mapping[Edge, int]) -> list[Edge]:
    """The Hungarian method by shortest augmenting paths; an end that nothing fits is met with nothing, at no gain."""
    turned = len(lefts) > len(rights)
    rows, columns = (rights, lefts) if turned else (lefts, rights)
    n, m = len(rows), len(columns)

    def cost(i: int, j: int) -> int:
        return -scores.get((columns[j], rows[i]) if turned else (rows[i], columns[j]), 0)

    above, beside = [0] * (n + 1), [0] * (m + 1)
    held = [0] * (m + 1)  # the row that each column is given to; 0: nobody
    for i in range(1, n + 1):
        held[0], at = i, 0
        least, came = [1 << 40] * (m + 1), [0] * (m + 1)
        done = [False] * (m + 1)
        while held[at]:
            done[at] = True
            row, step, following = held[at], 1 << 40, 0
            for j in range(1, m + 1):
                if not done[j]:
                    reduced = cost(row - 1, j - 1) - above[row] - beside[j]
                    if reduced < least[j]:
                        least[j], came[j] = reduced, at
                    if least[j] < step:
                        step, following = least[j], j
            for j in range(m + 1):
                if done[j]:
                    above[held[j]] += step
                    beside[j] -= step
                else:
                    least[j] -= step
            at = following
        while at:
            held[at] = held[came[at]]
            at = came[at]
    found = ((columns[j - 1], rows[held[j] - 1]) if turned else (rows[held[j] - 1], columns[j - 1]) for j in range(1, m + 1) if held[j])
    return [e for e in found if e in scores]
