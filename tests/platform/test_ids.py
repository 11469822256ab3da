"""Ids of one process: each once, each larger than the one before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from farthing.core.ids import new_id, new_ids

MILLISECOND = 1 << 20


@given(st.lists(st.integers(0, 40), min_size=1, max_size=20))
def test_ids_rise_however_many_are_asked_for_at_once(counts: list[int]) -> None:
    drawn = [i for count in counts for i in (new_id(), *new_ids(count))]

    assert len(drawn) == sum(counts) + len(counts)
    assert drawn == sorted(set(drawn))


def test_more_ids_than_a_millisecond_has_are_still_each_once() -> None:
    many = new_ids(MILLISECOND + 5)
    after = new_id()

    assert many == list(range(many[0], many[0] + MILLISECOND + 5))
    assert after > many[-1]
