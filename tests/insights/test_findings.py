"""What a year of figures says, rule by rule, and where it says nothing; what was dismissed stays so until it is materially more."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.core.dates import Month
from farthing.insights.finding.model import Finding, Insight, Kind
from farthing.insights.finding.rules import Paid, fees, idle_cash, rises, same_kind, score, subscriptions, unusual_months
from farthing.insights.finding.services import service_of
from farthing.insights.finding.settle import dismissed, restored, settle

TODAY = dt.date(2026, 11, 22)
THIS = Month.of(TODAY)
NOW = dt.datetime(2026, 11, 22, 9, 17, tzinfo=dt.UTC)
YEAR_AGO = THIS.plus(-13)
NETFLIX = Paid(recurring_id=1, name="Netflix", yearly=215_88)
SPOTIFY = Paid(recurring_id=2, name="Spotify", yearly=131_88)
APPLE = Paid(recurring_id=3, name="Apple Music", yearly=120_00)


def test_subscriptions_come_to_their_sum_dearest_first() -> None:
    (found,) = subscriptions([SPOTIFY, NETFLIX], "USD", spent=3_477_600)
    assert (found.amount, found.detail.names, found.detail.share) == (347_76, ("Netflix", "Spotify"), 10)
    assert list(subscriptions([], "USD", spent=1)) == []


def test_two_services_of_one_kind_are_named_and_one_of_each_is_not() -> None:
    (found,) = same_kind([NETFLIX, SPOTIFY, APPLE], "USD")
    assert (found.detail.word, found.detail.names, found.amount) == ("music", ("Spotify", "Apple Music"), 120_00)
    assert list(same_kind([NETFLIX, SPOTIFY], "USD")) == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [("YouTube Premium", "video"), ("Disney+", "video"), ("Boxer Dry Cleaning", None), ("The Employee Lounge", None), ("AT&T", "mobile")],
)
def test_a_kind_is_read_from_whole_words_of_a_name(name: str, kind: str | None) -> None:
    found = service_of(name)
    assert (found.kind if found else None) == kind


def test_a_rise_is_told_for_a_year_and_a_trial_as_what_it_was() -> None:
    risen = Paid(recurring_id=1, name="Netflix", yearly=215_88, before=185_88, changed_on=dt.date(2026, 3, 5))
    trial = Paid(recurring_id=2, name="Notion", yearly=120_00, before=12_00, changed_on=dt.date(2026, 9, 1), trial=True)
    old = Paid(recurring_id=3, name="Old", yearly=2_00, before=1_00, changed_on=dt.date(2025, 11, 22))
    cheaper = Paid(recurring_id=4, name="Less", yearly=1_00, before=2_00, changed_on=dt.date(2026, 9, 1))
    found = [(f.kind, f.amount) for f in rises([risen, trial, old, cheaper], "USD", today=TODAY)]
    assert found == [(Kind.PRICE_RISE, 30_00), (Kind.TRIAL_OVER, 108_00)]


def test_fees_are_those_of_twelve_months() -> None:
    spent = {THIS.first: 10_00, THIS.plus(-11).first: 5_00, THIS.plus(-12).first: 99_00}
    (found,) = fees(spent, 260, "USD", this=THIS)
    assert (found.amount, found.detail.first, found.detail.last) == (15_00, dt.date(2025, 12, 1), dt.date(2026, 11, 30))
    assert list(fees({}, 260, "USD", this=THIS)) == []


def months(*amounts: int, now: int) -> dict[dt.date, int]:
    """Amounts of the whole months before this one, oldest first, and of this one so far."""
    return {THIS.plus(n - len(amounts)).first: v * 100 for n, v in enumerate(amounts)} | {THIS.first: now * 100}


def unusual(spent: dict[dt.date, int], first: Month = YEAR_AGO) -> list[tuple[str, int, int]]:
    found = unusual_months({7: spent}, "USD", first=first, this=THIS)
    return [(str(f.detail.first)[:7], f.amount // 100, f.detail.before // 100) for f in found]


STEADY = (300, 310, 290, 305, 295, 300, 320, 280, 300, 310, 290, 300)


def test_a_month_far_above_its_twelve_is_told_and_this_one_as_soon_as_it_is() -> None:
    assert unusual(months(*STEADY, now=900)) == [("2026-11", 900, 300)]
    assert unusual(months(*STEADY, 900, now=20)) == [("2026-10", 900, 300)]
    assert unusual(months(*STEADY, now=340)) == []
    assert unusual(months(*STEADY, now=0)) == [], "a month that has not ended is never called low"


def test_nothing_is_called_unusual_without_six_months_or_in_a_category_that_is_seldom() -> None:
    assert unusual(months(*STEADY[:5], now=900), THIS.plus(-5)) == []
    assert unusual(months(0, 0, 0, 0, 1200, 0, 0, 0, 0, 0, 0, 0, now=1400)) == [], "a bill of once a year"


@given(st.integers(0, 11), st.integers(0, 10**6))
def test_one_odd_month_in_the_past_moves_nothing_of_what_is_unusual(at: int, odd: int) -> None:
    past = [*STEADY[:at], odd, *STEADY[at + 1 :]]
    assert ("2026-11", 900, 300) in unusual(months(*past, now=900))


@given(st.lists(st.integers(1, 10**9), min_size=6, max_size=12), st.integers(0, 10**9))
def test_what_is_above_the_middle_of_the_past_counts_as_above(past: Sequence[int], now: int) -> None:
    assert (score(now, past) > 0) == (now > statistics.median(past))
    assert score(max(past), past) >= 0 >= score(min(past), past)


DAYS = [(TODAY - dt.timedelta(days=10 * n), 9_000_00 + n * 100) for n in range(30, -1, -1)]


def idle(stated: Sequence[tuple[dt.date, int]], *, due: int = 1_000_00, usual: int = 3_000_00) -> list[int]:
    return [
        f.amount for f in idle_cash(1, "Checking", "USD", stated=stated, balance=9_000_00, due=due, usual=usual, today=TODAY)
    ]  # fmt: skip


def test_cash_is_idle_above_the_years_lowest_what_is_due_and_a_months_spending() -> None:
    assert idle(DAYS) == [5_000_00]
    assert idle([*DAYS, (TODAY, 4_000_00)]) == [], "what is left is less than a month"
    assert idle(DAYS[-19:]) == [], "too little history"
    assert idle(DAYS, usual=0) == []


FOUND = Finding(kind=Kind.FEES, subject_id=260, amount=100_00, currency="USD")


def more(amount: int) -> Finding:
    return Finding(kind=Kind.FEES, subject_id=260, amount=amount, currency="USD")


def after(held: list[Insight], *found: Finding) -> list[Insight]:
    settled = settle(held, found, now=NOW, ids=iter(range(1, 9)))
    kept = {h.insight_id: h for h in held if h.insight_id not in settled.dropped}
    return list((kept | {w.insight_id: w for w in settled.written}).values())


def test_the_same_findings_change_nothing_and_one_that_is_no_longer_so_goes() -> None:
    held = after([], FOUND)
    assert not settle(held, [FOUND], now=NOW, ids=())
    assert after(held) == []


def test_what_was_dismissed_comes_back_only_when_it_is_a_quarter_more() -> None:
    (one,) = after([], FOUND)
    held = [dismissed(one, NOW)]
    assert after(held) == held, "it is remembered while it is not so"
    assert [i.dismissed_at for i in after(held, more(125_00))] == [NOW]
    assert [i.dismissed_at for i in after(after(held, more(124_00)), more(126_00))] == [None]
    assert restored(held[0]) == one
