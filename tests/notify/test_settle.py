"""Facts against what was said before: raised once, put right, withdrawn. Pure."""

from __future__ import annotations

import datetime as dt
from itertools import count

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from farthing.notify.alerting import ONCE, Detail, Fact, Held, Kind, Settled, settle

TODAY = dt.date(2026, 11, 22)
NOVEMBER = dt.date(2026, 11, 1)


def spent(threshold: int, amount: int = 900, *, limit: int = 1000, is_news: bool = True) -> Fact:
    return Fact(
        kind=Kind.BUDGET, subject_id=7, period=NOVEMBER, threshold=threshold, amount_minor=amount, limit_minor=limit, currency="USD",
        moving=True, is_news=is_news,
    )  # fmt: skip


def needs(bank: int = 3) -> Fact:
    return Fact(kind=Kind.BANK_NEEDS_YOU, subject_id=bank, period=None)


def after(held: list[Held], *facts: Fact, today: dt.date = TODAY) -> tuple[Settled, list[Held]]:
    """What settling says, and the table as it is then."""
    numbers = count(len(held) + 1)
    settled = settle(facts, held, today=today, number=lambda: next(numbers))
    table = {h.alert_id: h for h in held}
    for i, f in (*settled.raised, *settled.restated):
        assert f.period is not None
        table[i] = Held(i, f.kind, f.subject_id, f.period, f.threshold, f.amount_minor, f.limit_minor, f.currency, True, f.detail)
    for i in settled.withdrawn:
        h = table[i]
        table[i] = Held(i, h.kind, h.subject_id, h.period, h.threshold, h.amount_minor, h.limit_minor, h.currency, stands=False)
    return settled, list(table.values())


def test_what_is_true_is_raised_once() -> None:
    first, held = after([], spent(80), spent(100))
    again, _ = after(held, spent(80), spent(100))
    assert [f.threshold for _, f in first.raised] == [80, 100]
    assert not again


def test_what_is_no_longer_true_is_withdrawn_and_stands_again_without_a_second_word() -> None:
    _, held = after([], spent(80))
    gone, held = after(held)
    back, held = after(held, spent(80))
    assert gone.withdrawn == (1,)
    assert (back.raised, [i for i, _ in back.restated]) == ((), [1])
    assert [h.stands for h in held] == [True]


def test_old_news_raises_nothing_and_keeps_what_stands() -> None:
    nothing, _ = after([], spent(80, is_news=False))
    _, held = after([], spent(80))
    kept, _ = after(held, spent(80, is_news=False))
    _, gone = after(held)
    still_gone, _ = after(gone, spent(80, is_news=False))
    assert not nothing
    assert not kept
    assert not still_gone


def test_a_figure_is_put_right_unless_it_only_moves_on() -> None:
    _, held = after([], spent(80))
    moved, _ = after(held, spent(80, 950))
    other_limit, _ = after(held, spent(80, limit=1100))
    bought = Fact(kind=Kind.LARGE, subject_id=9, amount_minor=60000, currency="USD")
    _, large = after([], bought)
    with_tip, _ = after(large, Fact(kind=Kind.LARGE, subject_id=9, amount_minor=66000, currency="USD"))
    assert not moved
    assert [f.limit_minor for _, f in other_limit.restated] == [1100]
    assert [f.amount_minor for _, f in with_tip.restated] == [66000]


def test_a_day_or_a_name_that_changes_is_put_right_though_the_figure_stays() -> None:
    low = Fact(kind=Kind.LOW_BALANCE, subject_id=4, period=None, amount_minor=-20000, currency="USD", detail=Detail("Checking", day=TODAY))
    _, held = after([], low)
    later = msgspec.structs.replace(low, detail=Detail("Checking", day=TODAY + dt.timedelta(days=1)))
    put_right, held = after(held, later)
    again, _ = after(held, later)
    assert [f.detail for _, f in put_right.restated] == [later.detail]
    assert not again


def test_a_state_lasts_until_it_ends_and_its_return_is_said_anew() -> None:
    first, held = after([], needs())
    weeks_later, held = after(held, needs(), today=TODAY + dt.timedelta(days=20))
    ended, held = after(held, today=TODAY + dt.timedelta(days=21))
    back, held = after(held, needs(), today=TODAY + dt.timedelta(days=30))
    assert [f.period for _, f in first.raised] == [TODAY]
    assert not weeks_later
    assert ended.withdrawn == (1,)
    assert [f.period for _, f in back.raised] == [TODAY + dt.timedelta(days=30)]


def test_the_first_of_two_facts_with_one_key_counts() -> None:
    settled, _ = after([], spent(80, 900), spent(80, 950))
    assert [f.amount_minor for _, f in settled.raised] == [900]
    assert ONCE < NOVEMBER


@given(st.lists(st.lists(st.sampled_from([spent(80), spent(100), spent(120), needs(3), needs(4)]), max_size=6), max_size=8))
def test_the_table_always_says_what_is_true_and_each_thing_is_raised_once(days: list[list[Fact]]) -> None:
    held: list[Held] = []
    raised = []
    for facts in days:
        settled, held = after(held, *facts)
        raised += [(f.kind, f.subject_id, f.period, f.threshold) for _, f in settled.raised]
        true = {(f.kind, f.subject_id, f.threshold) for f in facts}
        assert {(h.kind, h.subject_id, h.threshold) for h in held if h.stands} == true
        assert not after(held, *facts)[0]
    assert len(raised) == len(set(raised))
