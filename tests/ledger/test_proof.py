"""Balance proof: opening + rows = what the bank says, day for day; where not, the row that is to blame is named first."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from itertools import accumulate

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farthing.ledger.model import Discarded, Status
from farthing.ledger.proof.model import Basis, Gap, Proof, Row, Said, bases_of, moved_of
from farthing.ledger.proof.prove import prove, spans_of

NOVEMBER = dt.date(2026, 11, 1)
STATES = {"pending": Status.PENDING, "void": Status.VOID}
OUT = {"deleted": Discarded.BY_OWNER, "undone": Discarded.BY_UNDO}


def day(number: int) -> dt.date:
    """The n-th of November 2026, and on into December."""
    return NOVEMBER + dt.timedelta(days=number - 1)


def row(number: int, text: str) -> Row:
    """`3 -43.17 Baker deleted`: the day of booking, the amount, who, what became of it; `1>3` happened on the 1st, booked on the 3rd."""
    days, amount, who, *flags = text.split()
    happened, _, booked = days.partition(">")
    return Row(
        transaction_id=number,
        amount=round(float(amount) * 100),
        posted=day(int(booked or happened)),
        happened=day(int(happened)),
        own=day(int(happened)),
        status=next((STATES[f] for f in flags if f in STATES), Status.POSTED),
        discarded=next((OUT[f] for f in flags if f in OUT), Discarded.NO),
        payee_id=sum(who.encode()),
    )


def proved(balances: str, *texts: str, opening: float | None = None) -> Proof:
    """`1 100.00, 2 88.00` are the days and their balances."""
    rows = [row(n, text) for n, text in enumerate(texts, 1)]
    said = [Said(day(int(d)), round(float(b) * 100)) for d, b in (one.split() for one in balances.split(", "))]
    return prove(said, moved_of(rows), rows, opening=None if opening is None else round(opening * 100))


def told(proof: Proof) -> list[str]:
    """`3-3 -43.17 open: missing; doubled 2`: where, how much, since when it is so, and who may be to blame."""
    return [_told(g) for g in proof.gaps]


def _told(gap: Gap) -> str:
    who = "; ".join(" ".join([s.kind, *(str(r.transaction_id) for r in s.rows)]) for s in gap.suspects)
    return f"{(gap.first - NOVEMBER).days + 1}-{(gap.last - NOVEMBER).days + 1} {gap.amount / 100:.2f} {gap.state}: {who}"


WELL = "1 100.00, 2 88.00, 3 88.00, 4 80.00, 5 80.00, 6 80.00, 7 80.00"


def test_days_that_add_up_are_explained() -> None:
    proof = proved(WELL, "2 -12.00 Baker", "4 -8.00 Cafe")

    assert (proof.explained, proof.days, told(proof)) == (6, 6, [])
    assert (proof.anchor, proof.said, proof.ours) == (day(1), Said(day(7), 8000), 8000)


def test_nothing_is_proved_of_an_account_whose_balance_nobody_states() -> None:
    assert proved("1 100.00", "2 -12.00 Baker").days == 0
    assert prove([], []) == Proof()


def test_days_before_the_first_balance_are_not_proved() -> None:
    proof = proved("5 80.00, 6 80.00", "2 -12.00 Baker", "4 -8.00 Cafe")

    assert (proof.anchor, proof.days, proof.explained) == (day(5), 1, 1)


def test_an_account_with_an_opening_balance_is_proved_from_its_first_balance_on() -> None:
    assert told(proved("5 80.00, 6 80.00", "2 -12.00 Baker", "4 -8.00 Cafe", opening=100)) == []
    assert told(proved("5 80.00, 9 80.00", "2 -12.00 Baker", opening=100)) == ["2-5 -8.00 open: missing"]


def test_a_missing_row_is_an_amount_between_two_days() -> None:
    assert told(proved(WELL, "2 -12.00 Baker")) == ["4-4 -8.00 open: missing"]


def test_a_row_twice_is_named_and_of_two_equals_the_later_one() -> None:
    assert told(proved(WELL, "2 -12.00 Baker", "4 -8.00 Cafe", "4 -8.00 Cafe")) == ["4-4 8.00 open: doubled 3; missing"]


def test_a_row_that_its_owner_deleted_is_named_when_the_bank_counts_it() -> None:
    proof = proved(WELL, "2 -12.00 Baker", "4 -8.00 Cafe deleted")

    assert told(proof) == ["4-4 -8.00 open: missing 2; missing"]


def test_a_row_void_or_undone_is_named_when_its_return_closes_the_gap() -> None:
    assert told(proved(WELL, "2 -12.00 Baker", "4 -8.00 Cafe void")) == ["4-4 -8.00 open: missing 2; missing"]
    assert told(proved(WELL, "2 -12.00 Baker", "4 -8.00 Cafe undone")) == ["4-4 -8.00 open: missing 2; missing"]


def test_a_wrong_sign_is_a_gap_of_twice_the_row() -> None:
    assert told(proved(WELL, "2 -12.00 Baker", "4 8.00 Cafe")) == ["4-4 -16.00 open: sign 2; missing"]


def test_a_row_that_stays_pending_for_long_is_named_when_the_balance_has_it() -> None:
    balances = "1 100.00, 9 100.00, 10 88.00, 11 88.00, 12 88.00, 13 88.00, 14 88.00"

    assert told(proved(balances, "2 -12.00 Baker pending")) == ["10-10 -12.00 open: stale_pending 1; missing"]


def test_two_rows_at_most_are_named_together() -> None:
    rows = ["2 -12.00 Baker", "4 -8.00 Cafe", "2 -12.00 Baker", "4 -8.00 Cafe"]
    monthly = "1 100.00, 30 80.00"

    assert told(proved(monthly, *rows)) == ["2-30 20.00 new: doubled 3 4; missing"]


def test_a_row_the_bank_does_not_know_is_named_after_all_else() -> None:
    assert told(proved(WELL, "2 -12.00 Baker", "4 -8.00 Cafe", "5 -3.00 Kiosk")) == ["5-5 3.00 new: extra 3; missing"]


def test_a_balance_that_moves_before_its_row_is_booked_is_timing_and_heals() -> None:
    """Given a balance that knew of a row for three days before the row was booked, then nothing is wrong on any of them."""
    proof = proved("1 100.00, 2 100.00, 3 88.00, 4 88.00, 5 88.00, 6 88.00, 7 88.00", "6 -12.00 Baker")

    assert (told(proof), proof.explained, proof.days) == ([], 6, 6)


def test_a_balance_asked_in_the_morning_has_not_that_days_rows() -> None:
    """Given a bank that is asked every morning and a row every day, then each balance is that of the evening before."""
    texts = [f"{n} -{n}.00 Cafe" for n in range(1, 15)]
    mornings = ", ".join(f"{n} {1000 - sum(range(1, n)):.2f}" for n in range(1, 15))

    proof = proved(mornings, *texts)

    assert proof.explained == 13
    assert [g.state for g in proof.gaps] == ["timing"]


def test_a_balance_in_the_middle_of_a_day_has_some_of_its_rows() -> None:
    texts = [t for n in range(1, 12) for t in (f"{n} -{n}.10 Cafe", f"{n} -{n}.03 Baker")]
    noons = [1000 - sum(2 * k + 0.13 for k in range(1, n)) - (n + 0.1) for n in range(1, 12)]

    proof = proved(", ".join(f"{n} {b:.2f}" for n, b in enumerate(noons, 1)), *texts)

    assert proof.explained == 10


def test_a_gap_whose_row_comes_after_weeks_is_closed_and_says_so() -> None:
    balances = ", ".join(f"{n} {100.00 if n < 4 else 88.00}" for n in range(1, 30))

    proof = proved(balances, "25 -12.00 Baker")

    assert told(proof) == ["4-4 -12.00 closed: timing 1; missing"]
    assert proof.gaps[0].closed_on == day(25)
    assert (proof.explained, proof.days) == (7, 28)


def test_a_bank_whose_balance_counts_pending_rows_is_taken_at_its_word() -> None:
    """Given balances that fall on the day of buying, then rows count from that day, although they are booked two days later."""
    texts = [f"{n}>{n + 2} -{n}.00 Cafe" for n in range(2, 12)] + ["12 -12.00 Cafe pending"]
    balances = ", ".join(f"{n} {1000 - sum(range(2, n + 1)):.2f}" for n in range(1, 13))

    proof = proved(balances, *texts)

    assert (proof.basis, proof.explained, told(proof)) == (Basis.WITH_PENDING, 11, [])


def test_what_the_owner_states_is_where_the_ledger_goes_on_from() -> None:
    rows = [row(1, "2 -12.00 Baker")]
    said = [Said(day(3), 8800, by_owner=True), Said(day(10), 5000, by_owner=True), Said(day(20), 5000, by_owner=True)]

    proof = prove(said, moved_of(rows), rows, bases=bases_of(by_hand=True), opening=10000)

    assert told(proof) == ["4-10 -38.00 adjusted: missing"]
    assert (proof.explained, proof.days, proof.open) == (3, 3, ())


def test_a_difference_of_today_alone_is_new_and_alarms_nobody() -> None:
    """Given a balance that moved before any row shows it, then the difference is said, and nothing is invented for it."""
    proof = proved("1 100.00, 2 100.00, 3 56.83")

    assert told(proof) == ["3-3 -43.17 new: missing"]
    assert proof.open == ()


def test_the_first_balance_may_be_asked_before_its_day_is_over() -> None:
    assert told(proved("1 100.00, 2 88.00, 3 88.00, 4 88.00", "1 -12.00 Baker")) == []


def test_equal_purchases_every_day_do_not_hide_a_double() -> None:
    """Given the same coffee each day and one of them twice, then that day is named, though each day alone could be a matter of timing."""
    texts = [f"{n} -4.50 Cafe" for n in range(2, 21)]
    balances = ", ".join(f"{n} {100 - 4.5 * (n - 1):.2f}" for n in range(1, 21))

    proof = proved(balances, *texts, "9 -4.50 Cafe")

    assert [(g.first, g.amount, g.suspects[0].kind) for g in proof.gaps] == [(day(9), 450, "doubled")]
    assert day(9) in {r.posted for r in proof.gaps[0].suspects[0].rows}


class Life(msgspec.Struct):
    """A life without faults: rows with amounts that cannot be mistaken for one another, and the balance of every evening."""

    rows: list[Row]
    balances: list[int]


DAYS = 45


def lived(seed: int) -> tuple[Life, random.Random]:
    """Three rows a day, all of different size."""
    dice = random.Random(seed)
    sizes = dice.sample(range(1_000, 50_000), DAYS * 3)
    rows = []
    for number in range(DAYS * 3):
        on = day(number // 3 + 1)
        amount = (2 * sizes[number] + 1) * dice.choice((-1, -1, -1, 1))
        rows.append(Row(number + 1, amount, on, on, on, payee_id=dice.randrange(40)))
    by_day = [sum(r.amount for r in rows if r.posted == day(n)) for n in range(1, DAYS + 1)]
    return Life(rows, list(accumulate(by_day, initial=0))[1:]), dice


def proof_of(life: Life, rows: Sequence[Row], every: int) -> Proof:
    said = [Said(day(n), life.balances[n - 1]) for n in range(1, DAYS + 1, every)]
    rough = prove(said, moved_of(rows))
    spans = spans_of(rough)
    return prove(said, moved_of(rows), [r for r in rows if any(a <= r.posted <= b for a, b in spans)])


@pytest.mark.parametrize("every", [1, 2, 7])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_life_without_faults_is_explained_whole(every: int, seed: int) -> None:
    life, _ = lived(seed)

    proof = proof_of(life, life.rows, every)

    assert (proof.gaps, proof.explained) == ((), proof.days)


def asked_at_noon(life: Life, dice: random.Random) -> None:
    """Balances that know some rows of their day, and not the others."""
    for n in range(1, DAYS + 1):
        today = [r.amount for r in life.rows if r.posted == day(n)]
        life.balances[n - 1] -= sum(today[dice.randrange(len(today) + 1) :])


@pytest.mark.parametrize("fault", ["missing", "deleted", "doubled", "sign", "stale_pending"])
@pytest.mark.parametrize("every", [1, 2, 7, "noon"])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_one_planted_fault_is_named_first(every: int | str, fault: str, seed: int) -> None:
    """Given a life with one fault anywhere in its middle, then one gap stands at that day, and its first suspect is that row.

    The same where the bank is asked at noon, but for the day, which may be one of the two before.
    """
    life, dice = lived(seed)
    noon = every == "noon"
    if noon:
        asked_at_noon(life, dice)
    at = dice.randrange(3 * 8, 3 * (DAYS - 17))
    bad, rows = life.rows[at], list(life.rows)
    match fault:
        case "missing":
            rows.pop(at)
        case "deleted":
            rows[at] = msgspec.structs.replace(bad, discarded=Discarded.BY_OWNER)
        case "doubled":
            rows.append(bad := msgspec.structs.replace(bad, transaction_id=1_000))
        case "sign":
            rows[at] = msgspec.structs.replace(bad, amount=-bad.amount)
        case _:
            early = bad.posted - dt.timedelta(days=6)
            rows[at] = msgspec.structs.replace(bad, status=Status.PENDING, happened=early, own=early)

    proof = proof_of(life, rows, 1 if isinstance(every, str) else every)

    (gap,) = (g for g in proof.gaps if g.state != "timing")
    assert gap.state == "open"
    assert gap.first - dt.timedelta(days=2 * noon) <= bad.posted <= gap.last
    assert gap.suspects[0].kind == ("missing" if fault == "deleted" else fault)
    assert [r.transaction_id for r in gap.suspects[0].rows] == ([] if fault == "missing" else [bad.transaction_id])


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), moved=st.lists(st.tuples(st.integers(2, DAYS), st.integers(-9_000, 9_000).filter(bool)), max_size=4))
def test_gaps_add_up_to_what_is_off_today(seed: int, moved: list[tuple[int, int]]) -> None:
    """Given balances that went wrong any number of times, then whatever stands of the gaps is what the last balance is off by."""
    life, _ = lived(seed)
    for since, amount in moved:
        life.balances[since - 1 :] = [b + amount for b in life.balances[since - 1 :]]

    proof = proof_of(life, life.rows, 1)

    assert proof.said is not None
    assert proof.ours is not None
    assert sum(g.amount for g in proof.unsettled) == proof.said.balance - proof.ours
