"""Transfers, the pure part: which two rows are one movement of money, and which only look so."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.ingest.assign import assign_edges as assign
from farthing.ingest.pairing.model import CARD_PAYMENT, PEOPLE, TRANSFER, Leg, Match, Place
from farthing.ingest.pairing.pair import Meaning, candidates, pair
from farthing.ledger.model import Source

DEPOSIT, GROCERIES = 16, 40
MEANING = Meaning(transfers=[TRANSFER, CARD_PAYMENT, 312, PEOPLE, 314], vague=[DEPOSIT])
CHECKING, SAVINGS, CARD, EMERGENCY, EUROS, POUNDS, FRANCS, CASH, HOUSE = range(1, 10)
PLACES = {
    CHECKING: Place("checking", "EVERYDAY", "1111"),
    SAVINGS: Place("savings", "SAVINGS", "2222"),
    CARD: Place("card", "SAPPHIRE", "3333"),
    EMERGENCY: Place("savings", "EMERGENCY FUND", "4444"),
    EUROS: Place("checking", "EUROS", "5555"),
    POUNDS: Place("checking", "POUNDS", "6666"),
    FRANCS: Place("checking", "FRANCS", "7777"),
    CASH: Place("cash", "CASH"),
    HOUSE: Place("savings", "HOUSE MONEY"),
}
SORTED = {"transfer": TRANSFER, "card": CARD_PAYMENT, "people": PEOPLE, "deposit": DEPOSIT, "groceries": GROCERIES, "": 0}
_ids = itertools.count(1)


def leg(text: str, amount: str, account: int, *, day: int = 10, unit: str = "USD", home: str | None = None, sort: str = "") -> Leg:
    minor = round(float(amount) * 100)
    return Leg(
        transaction_id=next(_ids),
        account_id=account,
        amount=minor,
        currency=unit,
        home=round(float(home) * 100) if home else minor if unit == "USD" else None,
        date=dt.date(2026, 11, day),
        category_id=SORTED[sort],
        source=Source.PHRASE,
        text=text,
    )


def pairs(*legs: Leg, names: tuple[str, ...] = (), rejected: tuple[tuple[int, int], ...] = ()) -> list[Match]:
    return pair(candidates(legs, meaning=MEANING, rejected=rejected), meaning=MEANING, places=PLACES, names=names)


def found(*legs: Leg, names: tuple[str, ...] = ()) -> list[str]:
    """`made 100.00` or `asked 100.00` for each pair, by what arrived."""
    return [f"{'made' if m.automatic else 'asked'} {m.into.amount / 100:.2f}" for m in pairs(*legs, names=names)]


@pytest.mark.parametrize(
    ("out", "into", "verdict"),
    [
        pytest.param(
            leg("ONLINE TRANSFER TO SAV 2222", "-500", CHECKING, sort="transfer"),
            leg("ONLINE TRANSFER FROM CHK 1111", "500", SAVINGS, sort="transfer"), ["made 500.00"], id="both-say-so",
        ),
        pytest.param(
            leg("CHASE CREDIT CRD AUTOPAY", "-812.40", CHECKING, sort="card"),
            leg("PAYMENT THANK YOU", "812.40", CARD, sort="card", day=12), ["made 812.40"], id="card-payment",
        ),
        pytest.param(
            leg("CHASE CREDIT CRD AUTOPAY", "-812.40", CHECKING, sort="card"), leg("AUTOPAY", "812.40", CARD, day=12), ["made 812.40"],
            id="card-payment-that-only-one-side-names",
        ),
        pytest.param(
            leg("TRANSFER TO SAVINGS", "-500", CHECKING, sort="transfer"), leg("DEPOSIT", "500", SAVINGS, sort="deposit"), ["made 500.00"],
            id="a-deposit-into-the-account-that-is-named",
        ),
        pytest.param(
            leg("WIRE OUT 2222", "-10000", CHECKING, sort="transfer"), leg("WIRE IN", "9985", SAVINGS, sort="transfer"), ["made 9985.00"],
            id="less-a-fee-to-the-account-that-is-numbered",
        ),
        pytest.param(
            leg("WIRE OUT", "-10000", CHECKING, sort="transfer"), leg("WIRE IN", "9985", SAVINGS, sort="transfer"), ["asked 9985.00"],
            id="less-a-fee-alone-is-asked",
        ),
        pytest.param(
            leg("TRANSFER", "-100", CHECKING, sort="transfer"), leg("TRANSFER", "91", SAVINGS, unit="EUR", home="99.50", sort="transfer"),
            ["made 91.00"], id="another-unit-at-the-days-rate",
        ),
        pytest.param(
            leg("TRANSFER", "-100", CHECKING, sort="transfer"), leg("TRANSFER", "80", SAVINGS, unit="EUR", home="87.40", sort="transfer"),
            [], id="another-unit-off-the-rate",
        ),
        pytest.param(
            leg("TRANSFER", "-100", CHECKING, sort="transfer"), leg("TRANSFER", "91", SAVINGS, unit="DOGE", sort="transfer"), [],
            id="a-unit-without-a-rate",
        ),
        pytest.param(
            leg("WHOLE FOODS", "-500", CARD, sort="groceries"), leg("TRANSFER FROM CHECKING", "500", SAVINGS, sort="transfer"), [],
            id="a-purchase-is-no-half",
        ),
        pytest.param(
            leg("ZORBLAX", "-50", CARD), leg("TRANSFER FROM CHECKING", "50", SAVINGS, sort="transfer"), ["asked 50.00"],
            id="an-unknown-payee-of-equal-amount-is-asked",
        ),
        pytest.param(leg("ZORBLAX", "-20", CARD), leg("QUUX", "20", SAVINGS), [], id="nothing-but-equal-amounts"),
        pytest.param(
            leg("ZELLE TO BOB", "-500", CHECKING, sort="people"), leg("MOBILE DEPOSIT", "500", SAVINGS, sort="deposit"), [],
            id="paying-a-friend-is-no-half-of-a-deposit",
        ),
        pytest.param(
            leg("ZELLE TO ANN", "-500", CHECKING, sort="people"), leg("ZELLE FROM BEN", "500", SAVINGS, sort="people"), ["asked 500.00"],
            id="people-on-both-sides-are-asked",
        ),
        pytest.param(
            leg("TRANSFER TO CHK ...9876", "-500", CHECKING, sort="transfer"), leg("TRANSFER", "500", SAVINGS, sort="transfer"),
            ["asked 500.00"], id="the-text-names-a-number-that-is-not-ours",
        ),
        pytest.param(
            leg("TRANSFER", "-500", CHECKING, sort="transfer", day=10), leg("TRANSFER", "500", SAVINGS, sort="transfer", day=25), [],
            id="two-weeks-apart",
        ),
        pytest.param(
            leg("TRANSFER", "-500", SAVINGS, sort="transfer"), leg("TRANSFER", "500", SAVINGS, sort="transfer"), [], id="one-account",
        ),
    ],
)  # fmt: skip
def test_two_rows(out: Leg, into: Leg, verdict: list[str]) -> None:
    assert found(out, into) == verdict


def test_the_owners_own_name_on_both_sides_says_it() -> None:
    two = leg("MAX MUSTERMANN SEPA", "-750", CHECKING), leg("GUTSCHRIFT MAX MUSTERMANN", "750", SAVINGS, day=11)

    assert found(*two) == []
    assert found(*two, names=("MAX MUSTERMANN",)) == ["made 750.00"]


def test_two_accounts_that_fit_equally_well_are_asked_about() -> None:
    """Given one leg out and money in two other accounts, then nothing is guessed."""
    out = leg("TRANSFER", "-100", CHECKING, sort="transfer")
    ins = leg("TRANSFER", "100", SAVINGS, sort="transfer"), leg("TRANSFER", "100", EMERGENCY, sort="transfer")

    assert found(out, *ins) == ["asked 100.00", "asked 100.00"]


def test_the_account_that_the_text_names_wins() -> None:
    out = leg("TRANSFER TO EMERGENCY FUND", "-100", CHECKING, sort="transfer")
    ins = leg("TRANSFER", "100", SAVINGS, sort="transfer"), leg("TRANSFER", "100", EMERGENCY, sort="transfer")

    (one,) = pairs(out, *ins)
    assert (one.into.account_id, one.automatic) == (EMERGENCY, True)


def abroad(text: str, amount: str, unit: str, home: str, *, day: int = 10) -> Leg:
    """A leg in an account of its own unit; `home`: its worth in the household's."""
    return leg(text, amount, {"EUR": EUROS, "GBP": POUNDS, "CHF": FRANCS}[unit], day=day, unit=unit, home=home, sort="transfer")


def test_the_account_that_the_text_names_wins_in_a_third_unit_over_a_leg_that_fits_the_rate_and_the_day_better() -> None:
    """Given a half in francs that waits, and money from euros to pounds in a household of dollars, then the text decides."""
    out = abroad("TRANSFER TO POUNDS", "-100", "EUR", "-110.00", day=9)
    into = abroad("TRANSFER FROM EUROS", "84", "GBP", "107.00", day=10)
    waits = abroad("TRANSFER FROM EUROS", "99", "CHF", "110.00", day=9)

    (one,) = pairs(out, into, waits)
    assert (one.out, one.into, one.automatic) == (out, into, True)


def test_a_leg_whose_text_names_another_of_the_accounts_is_asked_about_and_never_made() -> None:
    """Given that the half in pounds is not here yet, then the one that waits in francs, or fits to the cent, is not taken for it."""
    waits = abroad("TRANSFER FROM EUROS", "99", "CHF", "110.00")
    assert found(abroad("TRANSFER TO POUNDS", "-100", "EUR", "-110.00"), waits) == ["asked 99.00"]

    equal = leg("TRANSFER FROM EVERYDAY", "53.27", SAVINGS, sort="transfer")
    assert found(leg("TRANSFER TO EMERGENCY FUND", "-53.27", CHECKING, sort="transfer"), equal) == ["asked 53.27"]
    assert found(leg("TRANSFER TO HOUSE MONEY", "-53.27", CHECKING, sort="transfer"), equal) == [
        "asked 53.27"
    ]  # two common words are a name


@pytest.mark.parametrize(
    ("text", "here", "there"),
    [
        pytest.param("TRANSFER TO SAVINGS", CHECKING, EMERGENCY, id="a-name-that-is-the-kind-of-the-other-too"),
        pytest.param("TRANSFER TO EMERGENCY", CHECKING, EMERGENCY, id="half-of-the-others-name"),
        pytest.param("EVERYDAY TRANSFER", CHECKING, SAVINGS, id="the-name-of-this-account"),
        pytest.param("SAVINGS TRANSFER", EMERGENCY, CHECKING, id="the-kind-of-this-account"),
        pytest.param("TRANSFER EUROS POUNDS", CHECKING, POUNDS, id="both-names"),
        pytest.param("SAPPHIRE 1111", SAVINGS, CHECKING, id="the-number-of-the-other"),
        pytest.param("CASH APP TRANSFER", CHECKING, CARD, id="one-word-that-texts-use-of-any-money"),
        pytest.param("CASH ADVANCE", CARD, CHECKING, id="one-word-that-texts-use-of-any-money-on-a-card"),
    ],
)
def test_a_name_that_is_not_another_accounts_alone_speaks_against_nothing(text: str, here: int, there: int) -> None:
    assert found(leg(text, "-100", here, sort="transfer"), leg("TRANSFER", "100", there, sort="transfer")) == ["made 100.00"]


def test_transfers_abroad_of_other_amounts_do_not_crowd_out_the_half_that_fits() -> None:
    out = leg("TRANSFER", "-100", CHECKING, sort="transfer")
    others = [abroad("TRANSFER", str(amount), "EUR", str(amount * 1.1)) for amount in range(200, 210)]
    half = abroad("TRANSFER", "91", "EUR", "99.50", day=12)

    assert found(out, *others, half) == ["made 91.00"]


def test_equal_transfers_on_one_day_are_as_many_pairs() -> None:
    legs = [
        leg("TRANSFER", amount, account, sort="transfer") for amount, account in (("-100", CHECKING), ("100", SAVINGS)) for _ in range(3)
    ]

    made = pairs(*legs)
    assert [m.automatic for m in made] == [True] * 3
    assert len({i for m in made for i in m.ids}) == 6


def test_a_weak_pair_never_takes_a_leg_from_a_sure_one() -> None:
    """Given a leg that two could have, when one of the two says more, then that one has it, and the other waits."""
    out = leg("TRANSFER TO SAVINGS", "-53.27", CHECKING, sort="transfer")
    sure, weak = leg("TRANSFER FROM CHECKING", "53.27", SAVINGS, sort="transfer", day=12), leg("QUUX", "53.27", CARD)

    (one,) = pairs(out, sure, weak)
    assert one.into == sure


def test_what_was_rejected_is_never_found_again() -> None:
    out, into = leg("TRANSFER", "-100", CHECKING, sort="transfer"), leg("TRANSFER", "100", SAVINGS, sort="transfer")

    assert pairs(out, into, rejected=((out.transaction_id, into.transaction_id),)) == []


legs = st.builds(
    leg,
    st.sampled_from(("TRANSFER", "TRANSFER TO SAVINGS", "ONLINE TRANSFER 1111", "ZORBLAX", "PAYMENT THANK YOU")),
    st.sampled_from(("-100", "100", "-53.27", "53.27", "-97", "97")),
    st.sampled_from((CHECKING, SAVINGS, CARD, EMERGENCY)),
    day=st.integers(5, 20),
    sort=st.sampled_from(("transfer", "card", "people", "deposit", "groceries", "")),
)


@given(st.lists(legs, max_size=14), st.randoms())
def test_pairs_are_one_to_one_opposite_apart_and_the_same_in_any_order(some: list[Leg], chance: object) -> None:
    made = [m for m in pairs(*some) if m.automatic]
    shuffled = list(some)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    used = [i for m in made for i in m.ids]
    assert len(used) == len(set(used))
    assert all(m.out.amount < 0 < m.into.amount <= -m.out.amount and m.out.account_id != m.into.account_id for m in made)
    assert all(GROCERIES not in {m.out.category_id, m.into.category_id} for m in pairs(*some))
    assert pairs(*shuffled) == pairs(*some)


@given(st.dictionaries(st.tuples(st.integers(0, 5), st.integers(10, 15)), st.integers(1, 990), max_size=20))
def test_an_assignment_is_the_best_there_is(scores: dict[tuple[int, int], int]) -> None:
    """Against every way to choose."""

    def best(edges: list[tuple[int, int]]) -> int:
        if not edges:
            return 0
        (left, right), *rest = edges
        with_it = scores[left, right] + best([e for e in rest if e[0] != left and e[1] != right])
        return max(with_it, best(rest))

    chosen = assign(scores)
    assert len({e[0] for e in chosen}) == len({e[1] for e in chosen}) == len(chosen)
    assert sum(scores[e] for e in chosen) == best(sorted(scores))
