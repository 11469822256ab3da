"""What is taken for a series, and what is not: dates and amounts as banks bring them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pytest

from farthing.insights.recurring.detect import find
from farthing.insights.recurring.model import Cadence, Mark, Rhythm, Seen, Series, Shift, Sort
from farthing.insights.recurring.rhythm import STEP_DAYS, dues, line_of, slot_of

TODAY = dt.date(2026, 11, 22)
SHOP, PLAN, BILL, PAY, MOVED = 30, 150, 70, 10, 310
SORTS = {SHOP: Sort.SHOPPING, PLAN: Sort.SUBSCRIPTION, BILL: Sort.BILL, PAY: Sort.INCOME, MOVED: Sort.TRANSFER}


def seen(*texts: str, merchant: str = "m", category: int = BILL, account: int = 1, first: int = 1) -> list[Seen]:
    """`2026-11-05 -9.99` a row."""
    rows = []
    for number, text in enumerate(texts, first):
        day, amount = text.split()
        rows.append(Seen(number, dt.date.fromisoformat(day), round(float(amount) * 100), "USD", account, 1, category, merchant))
    return rows


def looked(rows: Iterable[Seen], today: dt.date = TODAY) -> list[Series]:
    return find(rows, today=today, sort_of=lambda c: SORTS.get(c, Sort.UNSAID))


def only(rows: Iterable[Seen], today: dt.date = TODAY) -> Series:
    found = looked(rows, today)
    assert len(found) == 1, [f.evidence for f in found]
    return found[0]


def monthly(first: str, count: int, amount: str = "-9.99") -> list[str]:
    start = dt.date.fromisoformat(first)
    days = list(dues(Rhythm(Cadence.MONTHLY, start, start.day), start, start + dt.timedelta(days=31 * count)))[:count]
    return [f"{day} {amount}" for day in days]


CADENCES = [
    (Rhythm(Cadence.WEEKLY, dt.date(2026, 6, 3)), dt.date(2026, 11, 25)),
    (Rhythm(Cadence.BIWEEKLY, dt.date(2026, 6, 5)), dt.date(2026, 12, 4)),
    (Rhythm(Cadence.SEMIMONTHLY, dt.date(2026, 6, 15), 15, 31, shift=Shift.BEFORE), dt.date(2026, 11, 30)),
    (Rhythm(Cadence.MONTHLY, dt.date(2026, 3, 12), 12), dt.date(2026, 12, 12)),
    (Rhythm(Cadence.MONTHLY, dt.date(2026, 3, 31), 31, shift=Shift.BEFORE), dt.date(2026, 11, 30)),
    (Rhythm(Cadence.MONTHLY, dt.date(2025, 12, 11), nth=2), dt.date(2026, 12, 10)),
    (Rhythm(Cadence.QUARTERLY, dt.date(2025, 9, 7), 7), dt.date(2026, 12, 7)),
    (Rhythm(Cadence.YEARLY, dt.date(2024, 3, 9), 9), dt.date(2027, 3, 9)),
]


@pytest.mark.parametrize(("rhythm", "next_on"), CADENCES, ids=lambda v: v.cadence.word if isinstance(v, Rhythm) else str(v))
def test_each_cadence_is_found_with_the_day_that_comes_next(rhythm: Rhythm, next_on: dt.date) -> None:
    days = [day for day in dues(rhythm, rhythm.anchor, TODAY) if slot_of(rhythm, day) >= 0]
    one = only(seen(*(f"{day} -20.00" for day in days)))
    assert (one.rhythm.cadence, one.next_on) == (rhythm.cadence, next_on)


@pytest.mark.parametrize("amount", ["-500.00", "500.00"])
def test_money_between_own_accounts_is_no_series_however_regular_it_is(amount: str) -> None:
    assert looked(seen(*monthly("2026-01-26", 11, amount), category=MOVED)) == []


def test_a_bill_of_a_merchant_that_money_is_moved_to_besides_is_found_alone() -> None:
    moved = seen(*monthly("2026-01-26", 11, "-500.00"), category=MOVED)
    one = only([*moved, *seen(*monthly("2026-01-03", 11, "-30.00"), category=BILL, first=50)])
    assert (one.amount, min(one.ids)) == (-3000, 50)


def test_the_evidence_says_how_often_and_how_far_apart() -> None:
    one = only(seen(*monthly("2026-08-05", 4), category=PLAN))
    assert one.evidence == "4 times, 30 to 31 days apart"
    assert (one.fixed, one.amount) == (True, -999)


def test_a_bill_that_differs_each_month_has_a_range() -> None:
    amounts = ("-81.20", "-95.10", "-110.75", "-72.00", "-88.40", "-99.99")
    rows = [f"2026-{5 + n:02d}-{12 + n % 3:02d} {a}" for n, a in enumerate(amounts)]
    one = only(seen(*rows))
    assert (one.fixed, one.low, one.high) == (False, -7200, -11075)


def test_a_price_that_rose_is_the_same_series_at_a_new_price() -> None:
    one = only(seen(*monthly("2026-01-05", 10, "-15.49"), "2026-11-05 -17.99", category=PLAN))
    assert one.change is not None
    assert (one.change.before, one.change.after, one.amount) == (-1549, -1799, -1799)
    assert one.slots[-1].mark is Mark.CHANGED


def test_a_monthly_plan_is_found_among_purchases_of_its_merchant() -> None:
    purchases = [f"2026-{m:02d}-{1 + (m * m * d) % 27:02d} -{17 + (d * m * 31) % 90}.50" for m in range(1, 12) for d in (2, 5, 11, 17)]
    one = only([*seen(*monthly("2026-01-11", 11, "-14.99"), category=SHOP), *seen(*purchases, category=SHOP, first=100)])
    assert one.rhythm.cadence is Cadence.MONTHLY
    assert one.amount == -1499
    assert len(one.ids) == 11


def test_shopping_is_no_series() -> None:
    days = ("01-03", "01-19", "02-02", "02-25", "03-04", "03-29", "04-20", "05-02", "06-28", "07-01", "08-17", "09-02", "10-30", "11-09")
    assert looked(seen(*(f"2026-{d} -{20 + n}.10" for n, d in enumerate(days)), category=SHOP)) == []


def test_two_charges_of_one_day_are_a_double_and_no_second_series() -> None:
    one = only(seen(*monthly("2026-05-09", 6), "2026-10-10 -9.99", category=PLAN))
    assert one.doubles == ((6, 7),)


def test_a_month_without_a_payment_is_missed_and_two_end_it() -> None:
    rows = seen(*monthly("2026-02-03", 8, "-30.00"))  # the last in September
    missed = only(rows, dt.date(2026, 10, 20))
    assert (missed.slots[-1].mark, missed.next_on) == (Mark.MISSED, dt.date(2026, 11, 3))
    assert only(rows, dt.date(2026, 11, 20)).next_on is None


def test_the_first_charge_of_a_service_is_asked_about_and_never_sure() -> None:
    one = only(seen("2026-11-18 -10.00", category=PLAN))
    assert one.next_on == dt.date(2026, 12, 18)
    assert one.confidence <= 600


def test_pay_at_the_weekend_comes_the_friday_before() -> None:
    rhythm = Rhythm(Cadence.MONTHLY, dt.date(2026, 1, 30), 31, shift=Shift.BEFORE)
    one = only(seen(*(f"{d} 3000.00" for d in dues(rhythm, rhythm.anchor, TODAY)), category=PAY))
    assert one.next_on == dt.date(2026, 11, 30)
    assert list(dues(one.rhythm, dt.date(2027, 1, 1), dt.date(2027, 1, 31))) == [dt.date(2027, 1, 29)]


def test_what_is_due_on_the_last_day_comes_on_each_months_last_also_on_29_february() -> None:
    one = only(seen(*monthly("2027-05-31", 9, "-30.00")), dt.date(2028, 2, 10))
    assert one.next_on == dt.date(2028, 2, 29)
    coming = list(dues(one.rhythm, dt.date(2028, 2, 1), dt.date(2028, 6, 1)))
    assert coming == [dt.date(2028, 2, 29), dt.date(2028, 3, 31), dt.date(2028, 4, 30), dt.date(2028, 5, 31)]


def test_what_came_first_on_29_february_comes_each_year_on_the_last_of_it() -> None:
    rhythm = Rhythm(Cadence.YEARLY, dt.date(2024, 2, 29), 29)
    years = [dt.date(2024, 2, 29), *(dt.date(y, 2, 28) for y in (2025, 2026, 2027)), dt.date(2028, 2, 29)]
    assert list(dues(rhythm, dt.date(2024, 1, 1), dt.date(2028, 12, 31))) == years


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [*seen(*monthly("2026-01-05", 11)), *seen(*monthly("2026-02-20", 9, "-50.00"), merchant="n", first=50)]
    assert looked(rows) == looked(rows[::-1])


def test_a_shop_that_is_visited_daily_is_no_series_and_its_plan_still_is() -> None:
    visits = [f"{TODAY - dt.timedelta(days=n)} -{3 + n * 7 % 11}.{n * 37 % 90 + 10}" for n in range(300)]
    assert looked(seen(*visits, category=SHOP)) == []
    both = [*seen(*visits, category=SHOP), *seen(*monthly("2026-02-09", 10, "-79.99"), category=PLAN, first=400)]
    (plan,) = looked(both)
    assert set(plan.ids) == set(range(400, 410))


@pytest.mark.parametrize("shift", Shift)
@pytest.mark.parametrize("cadence", [c for c in Cadence if c not in STEP_DAYS])
def test_due_days_that_are_kept_as_numbers_are_those_of_the_rhythm(cadence: Cadence, shift: Shift) -> None:
    first, last = dt.date(2025, 1, 31), dt.date(2026, 11, 4)
    for day in (1, 15, 31):
        low, high = (day, 0) if cadence is not Cadence.SEMIMONTHLY else sorted((day, 16 if day != 15 else 30))
        rhythm = Rhythm(cadence, first, low, high, shift=shift)
        numbers = line_of(rhythm, first, last)
        assert [n for n in numbers if first.toordinal() <= n <= last.toordinal()] == [d.toordinal() for d in dues(rhythm, first, last)]
        assert numbers[0] < first.toordinal()
        assert numbers[-1] > last.toordinal()
