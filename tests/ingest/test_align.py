"""An account's old and new stream side by side, as text: `day amount text`, where the text stands for a cleaned payee."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from farthing.ingest.matching.align import Row, align

TEXTS = ["", "CAFE ROMA", "CAFE ROMA MILANO", "NETFLIX", "PAYPAL NETFLIX COM", "TRAM", "GRULTZ", "SNIRK"]


def stream(*texts: str) -> list[Row]:
    """`3 -4.50 TRAM pending` is a row of the third day."""
    rows = []
    for text in texts:
        day, amount, *name = text.split()
        pending = name[-1] == "pending"
        payee = TEXTS.index(" ".join(name[: len(name) - pending]))
        rows.append(Row((1, "USD", round(float(amount) * 100)), 738_000 + int(day), payee, pending))
    return rows


def laid(old: Sequence[Row], new: Sequence[Row]) -> list[tuple[int, int]]:
    return align(old, new, words=dict(enumerate(TEXTS)))


def test_the_same_stream_again_is_met_row_by_row_in_any_order() -> None:
    old = stream("1 -4.50 TRAM", "2 -4.50 TRAM", "2 -4.50 TRAM", "3 -9 GRULTZ")
    assert [o for o, _ in laid(old, old[::-1])] == [0, 1, 2, 3]
    assert all(old[o] == old[::-1][n] for o, n in laid(old, old[::-1]))


def test_twins_stay_two_and_a_third_is_new() -> None:
    old = stream("1 -4.50 TRAM", "1 -4.50 TRAM")
    assert len(laid(old, stream("1 -4.50 TRAM", "1 -4.50 TRAM", "1 -4.50 TRAM"))) == 2
    assert len(laid(old, stream("1 -4.50 TRAM"))) == 1


def test_a_fare_paid_every_day_loses_the_day_that_is_missing_and_no_other() -> None:
    old = stream(*(f"{n} -2 TRAM" for n in range(1, 40)))
    new = [r for r in old if r.day != 738_020]
    assert [old[o].day - new[n].day for o, n in laid(old, new)] == [0] * 38


def test_days_that_all_moved_by_one_are_met_as_moved() -> None:
    single = [f"{n} -{n} GRULTZ" for n in range(1, 60)]
    old = stream(*single, *(f"{n} -2.50 TRAM" for n in range(70, 80)))
    new = [Row(r.place, r.day + 1, r.payee_id) for r in old]
    assert laid(old, new) == [(n, n) for n in range(len(old))]


def test_a_row_that_moved_over_a_weekend_is_the_same_and_a_week_later_is_not() -> None:
    assert len(laid(stream("1 -20 GRULTZ"), stream("4 -20 GRULTZ"))) == 1
    assert laid(stream("1 -20 GRULTZ"), stream("8 -20 GRULTZ")) == []


def test_what_was_pending_may_be_booked_much_later() -> None:
    assert len(laid(stream("1 -20 GRULTZ pending"), stream("11 -20 GRULTZ"))) == 1


def test_another_way_to_write_the_same_text_is_the_same_row() -> None:
    old = stream("1 -15.49 PAYPAL NETFLIX COM", "1 -15.49 CAFE ROMA")
    new = stream("2 -15.49 CAFE ROMA MILANO", "2 -15.49 NETFLIX")
    assert laid(old, new) == [(0, 1), (1, 0)]


def test_a_text_that_has_nothing_in_common_is_met_where_amount_and_day_leave_no_doubt() -> None:
    assert laid(stream("1 -15.49 SNIRK"), stream("1 -15.49 GRULTZ")) == [(0, 0)]
    assert laid(stream("1 -15.49 SNIRK"), stream("5 -15.49 GRULTZ")) == [], "neither the day nor the text"


def test_what_a_bank_writes_for_a_text_elsewhere_it_writes_here_too() -> None:
    old = stream("1 -11 SNIRK", "9 -12 SNIRK", "20 -13 SNIRK", "20 -13 CAFE ROMA")
    new = stream("1 -11 GRULTZ", "9 -12 GRULTZ", "20 -13 TRAM", "20 -13 GRULTZ")
    assert laid(old, new)[2:] == [(2, 3), (3, 2)]


def test_other_amounts_and_other_accounts_never_meet() -> None:
    (row,) = stream("1 -20 GRULTZ")
    assert laid([row], stream("1 -21 GRULTZ")) == []
    assert laid([row], [Row((2, "USD", -2000), row.day, row.payee_id)]) == []
    assert laid([row], [Row((1, "EUR", -2000), row.day, row.payee_id)]) == []


ROWS = st.lists(st.builds(Row, st.tuples(st.just(1), st.just("USD"), st.sampled_from([-100, -250])), st.integers(0, 25), st.integers(0, 3)))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS, ROWS)
def test_nothing_is_met_twice_whatever_comes(old: list[Row], new: list[Row]) -> None:
    pairs = align(old, new)
    assert len({o for o, _ in pairs}) == len({n for _, n in pairs}) == len(pairs)
    assert all(old[o].place == new[n].place for o, n in pairs)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_a_stream_that_did_not_change_is_recognised_whole(old: list[Row]) -> None:
    pairs = align(old, old)
    assert len(pairs) == len(old)
    assert Counter((old[o].day, old[o].payee_id) for o, _ in pairs) == Counter((r.day, r.payee_id) for r in old)
