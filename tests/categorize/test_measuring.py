"""How the decision is measured: what a labelled file may look like, and what the figures mean."""

from __future__ import annotations

import datetime as dt

import pytest

from categorize.personas import told, truths
from farthing.categorize import Names, decide
from farthing.categorize.measuring.figures import after_corrections, calibration_error, report
from farthing.categorize.measuring.judge import judge, judge_correcting, judge_learning
from farthing.categorize.measuring.labelled import Labelled, Truth, read_labelled
from farthing.categorize.taxonomy import by_slug
from farthing.categorize.weighing.voices import brand_of
from farthing.core.errors import Rejected


def read(text: str, **more: object) -> Labelled:
    return read_labelled(text, **more)  # type: ignore[arg-type]


def test_columns_are_known_by_their_usual_names() -> None:
    given = read(
        "Transaction Date;Description;Amount;Category\n03/11/2026;STARBUCKS 12;-4,50;Coffee\n25/11/2026;ACME PAYROLL;2.000,00;Paycheck\n"
    )
    assert [(r.text, r.amount, r.group, r.date) for r in given.rows] == [
        ("STARBUCKS 12", -450, "food", dt.date(2026, 11, 3)),
        ("ACME PAYROLL", 200_000, "income", dt.date(2026, 11, 25)),
    ]


def test_a_column_can_be_named() -> None:
    given = read("what,how much,kind of\nSHELL,-30,Fuel\n", columns={"descriptor": "what", "amount": "how much", "category": "kind of"})
    assert given.rows[0].group == "transport"


@pytest.mark.parametrize("columns", [{}, {"category": "nowhere"}])
def test_a_file_without_a_needed_column_says_which(columns: dict[str, str]) -> None:
    with pytest.raises(Rejected, match="column"):
        read("description,amount\nSHELL,-30\n", columns=columns)


def test_labels_are_ours_by_slug_name_or_alias_and_the_rest_is_named_and_left_out() -> None:
    given = read("text,amount,category\nA,-1,personal_care\nB,-1,Coffee shops\nC,-1,Drinking out\nD,-1,Whims\nE,-1,Whims\nF,-1,\n")
    assert [r.group for r in given.rows] == ["personal_care", "food", "food"]
    assert given.unknown == {"Whims": 2, "": 1}


def test_a_list_of_what_labels_mean_comes_before_our_own_words() -> None:
    given = read("text,amount,category\nA,-1,Fun\nB,-1,AMBIGUOUS\n", labels={"fun": "fitness", "ambiguous": ""})
    assert [r.group for r in given.rows] == ["fitness"]
    assert given.unknown == {"AMBIGUOUS": 1}


def test_a_list_that_names_no_group_of_ours_is_refused() -> None:
    with pytest.raises(Rejected, match="neither a group nor a category"):
        read("text,amount,category\nA,-1,Fun\n", labels={"fun": "merriment"})


def test_a_source_whose_spending_is_positive_is_turned_and_others_are_not() -> None:
    given = read(
        "text,amount,category,source\nA,10,Groceries,card\nB,12,Coffee,card\nREFUND,-3,Groceries,card\nPAY,-50,Pay,card\n"
        "A,-10,Groceries,bank\nPAY,50,Pay,bank\n"
    )
    assert [r.amount for r in given.rows] == [-1000, -1200, 300, 5000, -1000, 5000]
    assert (given.turned, given.unsigned) == (("card",), ())


def test_a_source_without_signs_is_named() -> None:
    assert read("text,amount,category\nA,10,Groceries\nPAY,50,Pay\n").unsigned == ("",)


def test_money_in_and_out_may_stand_in_two_columns() -> None:
    given = read("text,money in,money out,category\nPAY,50.00,,Pay\nA,,10.00,Groceries\n")
    assert [r.amount for r in given.rows] == [5000, -1000]


def test_rows_without_an_amount_or_a_text_are_counted() -> None:
    assert read("text,amount,category\nA,ten,Pay\n,5,Pay\nB,nan,Pay\nC,1,Pay\n").unreadable == 3


def test_calibration_error_is_the_distance_of_what_was_said_from_what_was_so() -> None:
    assert calibration_error([]) == 0
    assert calibration_error([(0.75, True), (0.75, True), (0.75, True), (0.75, False)]) == 0
    assert calibration_error([(0.95, False)] * 3 + [(0.25, False)]) == pytest.approx(0.775)


def test_a_file_may_say_how_sure_the_provider_is() -> None:
    head, coffee = "text,amount,category,provider code,provider confidence", "Coffee,FOOD_AND_DRINK_COFFEE"
    given = read(f"{head}\nA,-1,{coffee},930\nB,-1,{coffee},very\n")
    assert [(r.provider, r.provider_confidence) for r in given.rows] == [("FOOD_AND_DRINK_COFFEE", 930), ("FOOD_AND_DRINK_COFFEE", None)]


def test_a_report_tells_sources_directions_and_merchants_apart() -> None:
    rows = [
        Truth("STARBUCKS STORE 00123", -400, "food", by_slug("coffee").category_id, source="a"),
        Truth("STARBUCKS STORE 00456", -450, "food", by_slug("coffee").category_id, source="a"),
        Truth("INTEREST PAYMENT", 12, "income", by_slug("pay").category_id, source="b"),
        Truth("QXZ VORTEX", -900, "pets", by_slug("vet").category_id, source="b"),
    ]
    made = report(judge(rows))
    assert (made.pooled.rows, made.unique_merchants.rows, made.money_in.rows, made.money_out.rows) == (4, 3, 1, 3)
    assert (made.pooled.right, made.mean_of_sources, made.money_in.right) == (0.75, 0.75, 1.0)
    assert made.confused[0].truth == "pets"
    assert made.decided_by["merchant"].rows == 2
    assert report([]).pooled.rows == 0


def test_a_memory_learns_row_by_row_in_the_order_of_days() -> None:
    gifts = by_slug("gifts").category_id
    rows = [
        Truth("STARBUCKS 1", -400, "gifts", gifts, date=dt.date(2026, 11, 9)),
        Truth("STARBUCKS 1", -400, "gifts", gifts, date=dt.date(2026, 11, 2)),
        Truth("STARBUCKS 1", -400, "gifts", gifts, source="somebody else"),
    ]
    said = judge_learning(rows)
    assert [(j.truth.date and j.truth.date.day, j.right, j.agreed) for j in said] == [
        (2, False, False),
        (9, True, True),
        (None, False, False),
    ]


def test_an_owner_who_corrects_wrong_rows_is_heard_and_then_measured() -> None:
    gifts = by_slug("gifts").category_id
    rows = [Truth("STARBUCKS 1", -400, "gifts", gifts, date=dt.date(2026, 11, day)) for day in range(1, 13)]
    rows += [Truth("QXZ VORTEX", -900, "pets", by_slug("vet").category_id, date=dt.date(2026, 11, 30))]
    assert [(j.corrected, j.settled, j.right) for j in judge_correcting(rows, 20)][:5] == [
        (0, False, False),
        (1, False, True),
        (1, False, True),
        (1, False, True),
        (1, True, True),
    ]
    after = after_corrections(judge_correcting(rows, 20))[""]
    assert (after.corrections, after.rows, after.right) == (1, 9, round(8 / 9, 4))
    assert after_corrections(judge_correcting(rows, 0))[""].right == 0


def test_after_twenty_corrections_nine_of_ten_rows_of_the_simulators_people_are_right() -> None:
    after = after_corrections(judge_correcting(truths(days=180), 20))
    assert len(after) == 8
    for source, made in after.items():
        assert made.corrections <= 20
        assert made.right >= 0.9, source
        assert made.next_right >= 0.9, source


def test_the_simulators_people_are_sorted_well_and_better_as_they_speak() -> None:
    rows = truths(days=120)
    alone, learning = report(judge(rows)), report(judge_learning(rows), learning=True)
    assert alone.pooled.right > 0.85
    assert alone.pooled.sure_right > 0.93
    assert learning.after_50
    assert learning.after_50.right > alone.pooled.right
    assert learning.agreed
    assert learning.agreed.right > 0.98


def test_every_shop_of_the_demo_that_is_known_by_its_name_is_sorted_whatever_the_bank_calls_it() -> None:
    names, year = Names(), told("user_okafor")
    known = [row for row in year if (brand := brand_of(row, names)) and not brand.weak]

    labels = decide(known, {}, names=names)

    assert len(known) > 500
    assert {row.text for row, label in zip(known, labels, strict=True) if not label.category_id} == set()
    at_carters = {label.category_id for row, label in zip(known, labels, strict=True) if row.merchant == "Carter's"}
    assert at_carters == {by_slug("kids_things").category_id}
