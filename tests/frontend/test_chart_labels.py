"""Words in a chart: on no other words, inside the box, and off the lines wherever there is room."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farthing.flows.view_models.charts import Label, PaceChart, PaceWords, pace_chart, short
from farthing.flows.view_models.labels import Box, Place, along, box_of

WORDS = PaceWords(
    now=("November 2,944", "Nov 2,944"), before=("October 3,578", "Oct 3,578"), limit="Budget 3,800", gap=("856 left", False),
    last_day="30 Nov", summary="",
)  # fmt: skip
DAYS = 30


def drawn(now: list[int], before: list[int], limit: int | None) -> PaceChart:
    return pace_chart(now=now, before=before, limit=limit, days=DAYS, scale=100, wording=WORDS, values=())


def box(label: Label) -> Box:
    return box_of(Place(label.x, label.y, label.anchor), label.text, label.short)


def boxes(chart: PaceChart) -> list[Box]:
    return [box(label) for label in (chart.limit_label, chart.gap_label, chart.now_label, chart.before_label) if label is not None]


def running(*steps: int) -> list[int]:
    return [sum(steps[: n + 1]) for n in range(len(steps))]


def test_late_in_a_month_that_runs_like_the_last_one_no_label_lies_on_a_line() -> None:
    now = running(*([2_000] * 3 + [11_000] * 23))
    before = running(*([3_000] * 6 + [14_000] * 24))
    chart = drawn(now, before, 380_000)
    lines = [*along([(100 * n / DAYS, 100 - v / 3_800) for n, v in enumerate([0, *now])]), *along([(0.0, 0.0), (100.0, 0.0)], steps=100)]
    assert not any(box(chart.now_label).holds(point) for point in lines)
    assert chart.before_label is not None
    assert not any(box(chart.before_label).holds(point) for point in lines)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(0, 40_000), min_size=1, max_size=DAYS),
    st.lists(st.integers(0, 40_000), min_size=DAYS, max_size=DAYS),
    st.none() | st.integers(10_000, 900_000),
)
def test_no_words_stand_on_other_words(now: list[int], before: list[int], limit: int | None) -> None:
    found = boxes(drawn(running(*now), running(*before), limit))
    assert not any(a.overlaps(b) for i, a in enumerate(found) for b in found[i + 1 :])


@pytest.mark.parametrize(
    ("number", "said"),
    [(500, "500"), (2_500, "2.5k"), (-40_000, "−40k"), (1_500_000, "1.5M"), (2_000_000_000, "2B"), (10**12, "1T"), (400 * 10**12, "400T")],
)
def test_a_mark_of_an_axis_is_short_whatever_its_size(number: int, said: str) -> None:
    assert short(number) == said
