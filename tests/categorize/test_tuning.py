"""How honest we are, counted and mended: what is counted, what a bend makes of it, and when one is better than another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.categorize import Facts, Names, decide
from farthing.categorize.taxonomy import by_id
from farthing.categorize.tuning.fit import LIFT_MOST, SLOPE_LEAST, SLOPE_MOST, Weighed, fitted, is_better, one_bend, scores
from farthing.categorize.tuning.seen import ALIKE_MAX, CENTRES, EDGES, Cell, Count, Seen, counted, seen
from farthing.categorize.tuning.versions import code_of, words_of
from farthing.categorize.weighing.weights import EVIDENCE, Curve, weights

MERCHANT = EVIDENCE.index("merchant")
# Said to be right nine times of ten, and right six times.
BOASTS = [Weighed(MERCHANT, 2.2, 1000, 600), Weighed(MERCHANT, 1.0, 1000, 450), Weighed(MERCHANT, 3.0, 1000, 700)]


def starbucks(payee_id: int = 1) -> Facts:
    return Facts(payee_id, "STARBUCKS", "STARBUCKS STORE 00123", -450, "USD")


def test_what_the_owner_says_is_held_against_what_we_would_have_said() -> None:
    right, wrong = seen([(starbucks(1), "food"), (starbucks(2), "gifts")], {}, Names())
    assert (right.right, wrong.right) == (True, False)
    assert EVIDENCE[right.kind] in {"merchant backed", "agreed backed"}
    assert right.odds == wrong.odds > 1


def test_one_shop_that_comes_again_and_again_is_one_thing_known() -> None:
    assert len(seen([(starbucks(), "food")] * 50, {}, Names())) == ALIKE_MAX


def test_a_household_gives_few_rows_to_a_cell_in_proportion() -> None:
    every = [Seen(n, MERCHANT, 2.1, n % 4 != 0) for n in range(40)]
    assert counted(every, most=10) == {Cell(MERCHANT, 8): Count(10, 8)}
    assert len(CENTRES) == len(EDGES) + 1


def test_boasting_is_bent_down_and_what_is_honest_stays() -> None:
    bends = fitted(BOASTS)
    before, after = scores(BOASTS, {}), scores(BOASTS, bends)
    assert after.ece < 0.05 < before.ece
    assert is_better(after, before, by=0.002)
    honest = [Weighed(MERCHANT, 0.0, 1000, 500), Weighed(MERCHANT, 2.197, 1000, 900)]
    assert one_bend(honest).slope == pytest.approx(1, abs=0.05)
    assert not is_better(scores(honest, fitted(honest)), scores(honest, {}), by=0.002)


def test_few_rows_say_little() -> None:
    assert abs(one_bend([Weighed(MERCHANT, 2.2, 3, 0)]).lift) < 0.2


def test_less_loss_is_not_enough_where_the_sure_are_less_often_right() -> None:
    before = scores([Weighed(0, 3.0, 100, 96), Weighed(0, 0.5, 100, 20)], {})
    worse = scores([Weighed(0, 3.0, 100, 90), Weighed(0, -1.0, 100, 20)], {})
    assert worse.loss < before.loss
    assert not is_better(worse, before, by=0.002)


@given(st.lists(st.tuples(st.floats(-6, 6), st.integers(1, 500), st.floats(0, 1)), max_size=20))
def test_a_bend_keeps_the_order_and_its_bounds_whatever_was_counted(rows: list[tuple[float, int, float]]) -> None:
    curve = one_bend([Weighed(0, odds, n, round(n * share)) for odds, n, share in rows])
    assert SLOPE_LEAST <= curve.slope <= SLOPE_MOST
    assert abs(curve.lift) <= LIFT_MOST


def test_the_version_is_on_the_label_and_its_bends_in_the_confidence() -> None:
    from msgspec.structs import replace

    heavy = replace(weights(), bends={name: Curve(1.0, -1.0) for name in EVIDENCE}, version=code_of(7, 0))
    (plain,), (bent,) = decide([starbucks()], {}), decide([starbucks()], {}, heavy=heavy)
    assert by_id(plain.category_id) == by_id(bent.category_id)
    assert bent.confidence < plain.confidence
    assert (plain.model, bent.model) == (0, 700)
    (own,) = decide([starbucks()], {}, heavy=heavy.with_own(Curve(1.0, 1.0), code_of(7, 2)))
    assert own.confidence == plain.confidence
    assert [words_of(c) for c in (0, 700, own.model)] == ["", "7", "7.2"]
