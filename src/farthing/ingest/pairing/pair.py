"""Transfers: two legs of one movement, in two accounts, within days of each other. One-to-one, nothing invented.

A leg is a row that already reads as a transfer, or as nothing yet: what is sorted as a purchase or as pay never becomes half of one. A leg
without its other half waits. A pair the owner rejected is never made again. The same rows give the same pairs, in whatever order they came.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence

from farthing.core.money import exponent
from farthing.ingest.assign import Edge, assign_edges
from farthing.ingest.pairing.hints import Hints
from farthing.ingest.pairing.model import (
    AUTOMATIC_FROM,
    BY_HAND_PERCENT,
    CANDIDATES_MAX,
    CARD_PAYMENT,
    CERTAINTY_MAX,
    CURRENCY_SLACK,
    DAYS_AFTER,
    DAYS_BEFORE,
    FEE_MAX_UNITS,
    FEE_PERCENT,
    INVESTING,
    LOAN_RECEIVED,
    OWING,
    PEOPLE,
    RIVAL_WITHIN,
    SUGGESTED_FROM,
    Leg,
    Match,
    Place,
)

EQUAL, ODD, SMALL = 300, 50, -50  # an amount with cents is seldom met by chance, a small one easily
SAME_DAY, PER_DAY, PER_LATE_DAY, LATE_FROM = 100, 20, 30, 5
SAYS, SAYS_CARD, SAYS_LITTLE, SAYS_PEOPLE, SAYS_INCOME = 300, 400, 150, 80, -50
RATE_EXACT, RATE_NEAR, RATE_FAR = 250, 200, 150
Bounds = tuple[int, int]


class Meaning:
    """Which categories say what: those of the transfer group, and those of money received that says no more than that."""

    def __init__(self, transfers: Collection[int], vague: Collection[int]) -> None:
        self.transfers, self.candidates = frozenset(transfers), frozenset((*transfers, *vague, 0))
        self.vague = frozenset(vague)


def candidates(
    legs: Iterable[Leg], *, meaning: Meaning, taken: Collection[int] = (), rejected: Collection[tuple[int, int]] = ()
) -> list[tuple[Leg, Leg]]:
    """Pairs (out, in) worth weighing: equal amounts; between rows that both read as transfers also another unit, or a fee's difference."""
    free = [
        x for x in legs if x.alive and not x.split and x.amount and x.category_id in meaning.candidates and x.transaction_id not in taken
    ]
    ins: dict[tuple[str, int], list[Leg]] = {}
    for leg in free:
        if leg.amount > 0:
            ins.setdefault((leg.currency, leg.amount), []).append(leg)
    said = sorted((x for x in free if x.amount > 0 and x.category_id in meaning.transfers), key=lambda x: (x.currency, x.amount))
    keys = [(x.currency, x.amount) for x in said]
    abroad = [x for x in said if x.home]
    found = []
    for out in free:
        if out.amount >= 0:
            continue
        near = list(ins.get((out.currency, -out.amount), ()))
        if out.category_id in meaning.transfers:
            low, high = _after_fee(out)
            near += said[bisect_left(keys, (out.currency, low)) : bisect_right(keys, (out.currency, high - 1))]
            if out.home:
                near += [x for x in abroad if x.currency != out.currency and _off(out, x) <= CURRENCY_SLACK]
        near = [
            x for x in near
            if x.account_id != out.account_id and _in_time(out, x) and (out.transaction_id, x.transaction_id) not in rejected
        ]  # fmt: skip
        near.sort(key=lambda x: (x.currency != out.currency, abs((x.date - out.date).days), x.transaction_id))
        found += [(out, into) for into in near[:CANDIDATES_MAX]]
    return found


def pair(found: Sequence[tuple[Leg, Leg]], *, meaning: Meaning, places: Mapping[int, Place], names: Collection[str] = ()) -> list[Match]:
    """The best one-to-one pairs of candidates: those sure enough to be made, and those to be asked about (not `automatic`).

    `names`: the members' own, in capitals.
    """
    two, weighed, hints = {}, {}, Hints(places, names)
    for out, into in found:
        score, why = _weigh(out, into, meaning, places, hints)
        if score >= SUGGESTED_FROM:
            edge = out.transaction_id, into.transaction_id
            two[edge], weighed[edge] = (out, into), (score, why)
    sure = {e: s for e, (s, _) in weighed.items() if s >= AUTOMATIC_FROM}
    made, doubted = _without_rivals(assign_edges(sure), weighed, two)
    used = {i for edge in made for i in edge}
    rest = {e: s for e, (s, _) in weighed.items() if used.isdisjoint(e)}
    asked = sorted({*assign_edges(rest), *(e for e in doubted if used.isdisjoint(e))})
    return [
        Match(*two[e], min(weighed[e][0], CERTAINTY_MAX), weighed[e][1], automatic=automatic)
        for some, automatic in ((made, True), (asked, False))
        for e in some
    ]


def _in_time(out: Leg, into: Leg) -> bool:
    return -DAYS_BEFORE <= (into.date - out.date).days <= DAYS_AFTER


def _after_fee(out: Leg) -> Bounds:
    """From the least to the most that may arrive of what left in the same unit."""
    fee = min(-out.amount * FEE_PERCENT // 100, FEE_MAX_UNITS * 10 ** exponent(out.currency))
    return -out.amount - fee, -out.amount


def reach(leg: Leg, meaning: Meaning) -> Bounds:
    """From the least to the most that the other half of a leg may be, in the leg's own unit, signed."""
    if leg.category_id not in meaning.transfers:
        return -leg.amount, -leg.amount
    if leg.amount < 0:
        return _after_fee(leg)
    most = min(leg.amount * FEE_PERCENT // (100 - FEE_PERCENT) + 1, FEE_MAX_UNITS * 10 ** exponent(leg.currency))
    return -leg.amount - most, -leg.amount


def _weigh(out: Leg, into: Leg, meaning: Meaning, places: Mapping[int, Place], hints: Hints) -> tuple[int, tuple[str, ...]]:
    here, there = places[out.account_id], places[into.account_id]
    amount, how = _amount(out, into)
    if how is None:
        return 0, ()
    left, came = _claim(out, here, there, meaning), _claim(into, there, here, meaning)
    (told, why), (heard, reason) = hints.hint(out, into), hints.hint(into, out)
    days = (into.date - out.date).days
    score = amount + left + came + told + heard + _time(days)
    evidence = [how, "same day" if not days else f"{abs(days)} {'day' if abs(days) == 1 else 'days'}"]
    evidence += ["both say so"] if left > 0 and came > 0 else ["one says so"] if left > 0 or came > 0 else []
    return score, tuple(dict.fromkeys([*evidence, *filter(None, (why, reason))]))


def _amount(out: Leg, into: Leg) -> tuple[int, str | None]:
    if out.currency != into.currency:
        off = _off(out, into)
        if off > CURRENCY_SLACK:
            return 0, None
        return (RATE_EXACT if off <= 0.01 else RATE_NEAR if off <= 0.025 else RATE_FAR), "the day's rate"
    if into.amount != -out.amount:
        return 0, "less a fee"
    unit = 10 ** exponent(out.currency)
    return EQUAL + (ODD if into.amount % unit else 0) + (SMALL if into.amount < 10 * unit else 0), "equal amounts"


def _off(out: Leg, into: Leg) -> float:
    """How far the two are apart in the household's unit; endless while a rate is not known."""
    return abs(out.home + into.home) / abs(out.home) if out.home and into.home else float("inf")


def _time(days: int) -> int:
    if days < 0:
        return SAME_DAY + days * 2 * PER_DAY
    return SAME_DAY - PER_DAY * min(days, LATE_FROM) - PER_LATE_DAY * max(0, days - LATE_FROM)


def _claim(leg: Leg, here: Place, there: Place, meaning: Meaning) -> int:
    """How strongly a row's own sorting says that it moves money to (or from) the account `there`."""
    kinds = (here.kind, there.kind)
    match leg.category_id:
        case 0:
            return 0
        case category if category in meaning.vague:
            return SAYS_INCOME
        case c if c == CARD_PAYMENT:
            owes = there.kind in OWING if leg.amount < 0 else here.kind in OWING
            return (SAYS_CARD if leg.amount < 0 else SAYS) if owes else SAYS_LITTLE
        case c if c == PEOPLE:
            return SAYS_PEOPLE
        case c if c == INVESTING:
            return SAYS if "investment" in kinds else SAYS_PEOPLE
        case c if c == LOAN_RECEIVED:
            return SAYS if "loan" in kinds else SAYS_PEOPLE
        case _:
            return SAYS


def _without_rivals(
    chosen: Sequence[Edge], weighed: Mapping[Edge, tuple[int, tuple[str, ...]]], two: Mapping[Edge, tuple[Leg, Leg]]
) -> tuple[list[Edge], list[Edge]]:
    """Pairs that nothing else comes near to; and those that a row left over in a third account would explain nearly as well, with it."""
    used = {i for edge in chosen for i in edge}
    made: list[Edge] = []
    doubted: list[Edge] = []
    by_end: dict[int, list[Edge]] = {}
    for edge in weighed:
        for end in edge:
            by_end.setdefault(end, []).append(edge)
    for edge in chosen:
        least = weighed[edge][0] - RIVAL_WITHIN
        rivals = [
            other
            for side in (0, 1)
            for other in by_end[edge[side]]
            if other[1 - side] not in used
            and weighed[other][0] > least
            and two[other][1 - side].account_id != two[edge][1 - side].account_id
        ]
        if rivals:
            doubted += [edge, *rivals]
        else:
            made.append(edge)
    return made, doubted


def stands(out: Leg, into: Leg, *, by_owner: bool) -> bool:
    """Whether two rows that were paired may still be one movement, now that something of them has changed."""
    if not (out.alive and into.alive) or out.split or into.split or out.account_id == into.account_id or not out.amount < 0 < into.amount:
        return False
    if out.currency != into.currency:
        return out.home is None or into.home is None or _off(out, into) <= (2 if by_owner else 1) * CURRENCY_SLACK
    if by_owner:
        return 100 * abs(out.amount + into.amount) <= BY_HAND_PERCENT * max(-out.amount, into.amount)
    return _after_fee(out)[0] <= into.amount <= -out.amount
