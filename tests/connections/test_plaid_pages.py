"""How an update is cut into pages does not matter: the same rows in the same order are the same lines, by property."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from farthing.connections.providers.plaid_fold import reread

TODAY = dt.date(2026, 11, 22)
UNITS = {"acc": "USD"}
Update = tuple[str, dict[str, Any]]


def stated(ref: int, cents: int) -> Update:
    row = {"transaction_id": f"t{ref}", "account_id": "acc", "amount": cents / 100, "date": "2026-11-20", "pending": False, "name": "BAKER"}
    return ("added", row)


def gone(ref: int) -> Update:
    return ("removed", {"transaction_id": f"t{ref}", "account_id": "acc"})


# Every id is stated some times and then perhaps taken back; ids are mixed, the order within one is kept.
fates = st.lists(st.tuples(st.lists(st.integers(1, 9_999), max_size=3), st.booleans()), max_size=8)


@st.composite
def updates(draw: st.DrawFn) -> list[Update]:
    left = [[*(stated(n, c) for c in cents), *([gone(n)] if ends else [])] for n, (cents, ends) in enumerate(draw(fates))]
    mixed = []
    while left := [one for one in left if one]:
        mixed.append(left[draw(st.integers(0, len(left) - 1))].pop(0))
    return mixed


def pages(told: list[Update], cuts: list[int]) -> list[bytes]:
    ends = sorted({min(c, len(told)) for c in cuts} | {len(told)})
    return [_page(told[first:last]) for first, last in zip([0, *ends], ends, strict=False)]


def _page(told: list[Update]) -> bytes:
    kinds: dict[str, list[dict[str, Any]]] = {"added": [], "modified": [], "removed": []}
    for kind, row in told:
        kinds[kind].append(row)
    return msgspec.json.encode({"accounts": [], "next_cursor": "c", "has_more": False, **kinds})


@given(told=updates(), cuts=st.lists(st.integers(0, 30), max_size=6))
def test_the_size_of_pages_does_not_matter(told: list[Update], cuts: list[int]) -> None:
    lines, removed = reread(pages(told, cuts), UNITS, TODAY)
    whole, removed_whole = reread(pages(told, []), UNITS, TODAY)
    assert lines == whole
    assert sorted(removed) == sorted(removed_whole)


@given(told=updates(), cuts=st.lists(st.integers(0, 30), max_size=6))
def test_pages_read_twice_say_what_they_said_once(told: list[Update], cuts: list[int]) -> None:
    once = pages(told, cuts)
    assert reread([*once, *once], UNITS, TODAY)[0] == reread(once, UNITS, TODAY)[0]
