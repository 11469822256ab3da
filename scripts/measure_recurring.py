"""How well series are found: precision, recall and next dates on the simulator's people and on invented ones: see docs/recurring.md.

    python scripts/measure_recurring.py [--seeds 101-108] [--json] [--misses]

The thresholds were set looking at seeds 1 to 8; 101 and up are held out. Truth is the rule that drew a row; what is drawn by
chance (habits, cash, irregular pay) must not be found. Fees and fares of a few fixed months a year are neither right nor wrong, and so is
money that is only moved: it is never looked for.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from banksim.people import history, roster
from banksim.people.history import CardBill, Sweep
from banksim.people.model import Life, Person
from banksim.people.rules import Bill, Biweekly, Move
from farthing.categorize import Facts, Names, clean, decide, shown
from farthing.categorize.taxonomy import by_id, system
from farthing.flows.sorts import sort_of_category
from farthing.insights.recurring.detect import WINDOW, find
from farthing.insights.recurring.model import Cadence, Rhythm, Seen, Series, Shift, Sort
from farthing.insights.recurring.rhythm import dues

ENDS = (dt.date(2026, 11, 22), dt.date(2026, 8, 9), dt.date(2026, 3, 28))
YOUNG_MAX = 700
LEAST = {1: 2, 2: 2, 4: 4}  # rows that a rule of so many months a year needs before it can be found
SHARE = 0.8


class Told(msgspec.Struct, frozen=True):
    """A row, and the rule that drew it: "" for chance, "?" for what is neither right nor wrong."""

    row: Seen
    rule: str


class Tally(msgspec.Struct):
    """Counts over many households."""

    true: int = 0
    hit: int = 0
    found: int = 0
    right: int = 0
    young: int = 0
    young_right: int = 0
    dated: int = 0
    on_day: int = 0
    near: int = 0
    missed: Counter[str] = msgspec.field(default_factory=Counter)
    wrong: Counter[str] = msgspec.field(default_factory=Counter)


def people(seed: int, end: dt.date) -> Iterator[tuple[str, list[Told], dict[str, dt.date], dt.date]]:
    """Each simulated person's rows with their rules, and when each rule draws next."""
    for person in roster.everybody().values():
        if person.username == "user_transactions_dynamic":
            continue
        today = person.told_as_of or end
        entries = history.entries(person, seed=seed, anchor=today, since=today - dt.timedelta(days=729), until=today)
        after = history.entries(person, seed=seed, anchor=today, since=today + dt.timedelta(days=1), until=today + dt.timedelta(days=120))
        drawn = rules_of(person, seed, today)
        yield person.username, _told(entries, drawn), _next(after, drawn), today


def rules_of(person: Person, seed: int, today: dt.date) -> dict[Any, str]:
    """Which rule draws an entry."""
    life = Life(person.username, seed, today, person.city, person.region, person.journeys)
    drawn: dict[Any, str] = {}
    first = (today - dt.timedelta(days=800)).replace(day=1)
    while first < today + dt.timedelta(days=150):
        for index, rule in enumerate(person.rules):
            if isinstance(rule, Bill | Biweekly | Move):
                months = getattr(rule, "months", None)
                for entry in rule.month(life, first, index):
                    unsure = months is not None and len(months) in {2, 3}
                    drawn[entry] = "?" if unsure else f"{_face(rule, index)}/{entry.account}"
            elif isinstance(rule, CardBill):
                drawn[rule.out], drawn[rule.into] = f"{index}/out", f"{index}/in"
            elif isinstance(rule, Sweep):
                drawn[rule.out] = drawn[rule.back] = "?"  # monthly, of whatever is left
        first = (first + dt.timedelta(days=32)).replace(day=1)
    return drawn


def _face(rule: Any, index: int) -> str:
    """Two rules of one transfer follow each other: the amount was raised."""
    return rule.out.descriptor if isinstance(rule, Move) else str(index)


def _rule(entry: Any, drawn: dict[Any, str]) -> str:
    return drawn.get(entry) or drawn.get(entry.face) or ""


def sort_entry(entry: Any, names: Names, kinds: dict[tuple[int, bool], int], account: int) -> tuple[int, str, int]:
    """Its category, folded merchant and payee; `kinds`: what payees were found to be, each way."""
    face = entry.face
    key = names.key(face.descriptor)
    merchant = face.merchant or shown(clean(face.descriptor, key), names.brand(key, "USD"))
    payee = hash(key)
    if (payee, entry.minor > 0) not in kinds:
        fact = Facts(
            payee_id=payee, key=key, text=face.descriptor, amount=-entry.minor, currency="USD", account_kind="checking",
            provider_code=face.detailed, provider_confidence=None, mcc=None, owner_category=None, merchant=face.merchant or "",
            account_id=account,
        )  # fmt: skip
        kinds[payee, entry.minor > 0] = int(decide([fact], {}, names=names)[0].category_id)
    return kinds[payee, entry.minor > 0], merchant.casefold(), payee


def _told(entries: Sequence[Any], drawn: dict[Any, str]) -> list[Told]:
    names, kinds, accounts = Names(), dict[tuple[int, bool], int](), dict[str, int]()
    told = []
    for number, entry in enumerate(entries, 1):
        account = accounts.setdefault(entry.account, len(accounts) + 1)
        category, merchant, payee = sort_entry(entry, names, kinds, account)
        moved = sort_of_category(by_id(category)) is Sort.TRANSFER  # is never asked about, however regular
        row = Seen(number, entry.on, -entry.minor, "USD", account, payee, category, merchant)
        told.append(Told(row, "?" if moved else _rule(entry, drawn)))
    return told


def _next(after: Sequence[Any], drawn: dict[Any, str]) -> dict[str, dt.date]:
    found: dict[str, dt.date] = {}
    for entry in after:
        found.setdefault(_rule(entry, drawn), entry.on)
    return found


SLUGS = {
    "subscriptions": (399, 2_999), "software": (500, 6_000), "gym": (1_000, 9_000), "rent": (60_000, 250_000), "energy": (4_000, 25_000),
    "phone": (2_000, 12_000), "insurance": (3_000, 90_000), "pay": (-400_000, -90_000), "childcare": (20_000, 140_000),
    "donations": (500, 8_000), "loan_payment": (9_000, 60_000), "property_tax": (60_000, 300_000),
}  # fmt: skip
CHANCE = ("groceries", "restaurants", "coffee", "fuel", "general_shopping", "online_shopping", "pharmacy", "public_transit", "clothing")


def invented(seed: int) -> tuple[str, list[Told], dict[str, dt.date], dt.date]:
    """A household of every cadence, with late payments, weekends, holidays, rises, pauses, a plan in the midst of purchases."""
    dice = random.Random(seed)  # noqa: S311 -- believable, not secret
    slugs = {c.slug: int(c.category_id) for c in system()}
    today = dt.date(2026, 1, 1) + dt.timedelta(days=dice.randrange(330))
    first = today - dt.timedelta(days=729)
    told: list[Told] = []
    coming: dict[str, dt.date] = {}
    number = 0
    for n in range(24):
        slug = dice.choice(list(SLUGS))
        cadence = dice.choice([*Cadence, *[Cadence.MONTHLY] * 8, Cadence.QUARTERLY, Cadence.YEARLY])
        start = first + dt.timedelta(days=dice.randrange(120))
        day = dice.randint(1, 31)
        nth = dice.randint(1, 4) if cadence is Cadence.MONTHLY and dice.random() < 0.15 else 0
        rhythm = Rhythm(cadence, start, 0 if nth else day, day2=min(day + 15, 31), nth=nth, shift=dice.choice(list(Shift)))
        if cadence is Cadence.SEMIMONTHLY:
            low = dice.randint(1, 15)
            rhythm = msgspec.structs.replace(rhythm, day=low, day2=low + dice.choice((14, 15, 16)))
        low_price, high_price = SLUGS[slug]
        price, slack = dice.randrange(low_price, high_price), dice.choice((0, 0, 0, 1, 2))
        jitter = dice.uniform(0.05, 0.35) if slug == "energy" or dice.random() < 0.15 else 0.0
        merchant = "big shop" if dice.random() < 0.08 else f"merchant {n}"
        for on in dues(rhythm, start, today + dt.timedelta(days=400)):
            if dice.random() < 0.02:
                continue
            if dice.random() < 0.02:
                price = round(price * dice.uniform(1.03, 1.25))
            at = on + dt.timedelta(days=dice.randint(-slack, slack))
            if at > today:
                coming.setdefault(f"s{n}", at)
                break
            number += 1
            amount = -round(price * (1 + dice.uniform(-jitter, jitter)))
            told.append(Told(Seen(number, at, amount, "USD", 1, n, slugs[slug], merchant), f"s{n}"))
    for n in range(60):
        slug, rate, price = dice.choice(CHANCE), dice.choice((0.4, 1, 1, 2, 4, 9, 20)), dice.randrange(300, 9_000)
        same_price = dice.random() < 0.2
        merchant = "big shop" if dice.random() < 0.05 else f"shop {n}"
        for at in sorted(first + dt.timedelta(days=dice.randrange(730)) for _ in range(int(rate * 24))):
            number += 1
            amount = -price if same_price else -round(price * dice.uniform(0.3, 1.8))
            told.append(Told(Seen(number, at, amount, "USD", 1, 100 + n, slugs[slug], merchant), ""))
    return f"invented {seed}", told, coming, today


def expected(told: Sequence[Told]) -> dict[str, set[int]]:
    """The rules that drew enough rows to be found, with their rows."""
    rows: dict[str, list[Seen]] = defaultdict(list)
    for one in told:
        if one.rule and one.rule != "?":
            rows[one.rule].append(one.row)
    found = {}
    for rule, held in rows.items():
        days = (held[-1].date - held[0].date).days
        yearly = len(held) > 1 and days / (len(held) - 1) > 300
        often = len(held) > 1 and days / (len(held) - 1) < 20
        if len(held) >= (2 if yearly else 5 if often else 4):
            found[rule] = {r.transaction_id for r in held}
    return found


def judge(tally: Tally, name: str, told: Sequence[Told], coming: dict[str, dt.date], today: dt.date) -> None:
    """Set what is found beside what is true."""
    rule_of, merchant_of = {t.row.transaction_id: t.rule for t in told}, {t.row.transaction_id: t.row.merchant for t in told}
    series = find([t.row for t in told if t.row.date > today - WINDOW], today=today, sort_of=lambda c: sort_of_category(by_id(c)))
    true = expected(told)
    covered: dict[str, set[int]] = defaultdict(set)
    for one in series:
        rule, count = Counter(rule_of[i] for i in one.ids).most_common(1)[0]
        if rule == "?":
            continue
        right = bool(rule) and count >= SHARE * len(one.ids)
        if one.confidence <= YOUNG_MAX and len(one.ids) < 3:
            tally.young, tally.young_right = tally.young + 1, tally.young_right + right
        else:
            tally.found, tally.right = tally.found + 1, tally.right + right
            if not right:
                tally.wrong[f"{name.split(maxsplit=1)[0]}: {merchant_of[one.ids[0]]} {one.rhythm.cadence.word} x{len(one.ids)}"] += 1
        if right:
            covered[rule] |= set(one.ids)
            _dates(tally, one, coming.get(rule))
    for rule, ids in true.items():
        tally.true += 1
        if len(covered[rule] & ids) >= SHARE * len(ids):
            tally.hit += 1
        else:
            tally.missed[f"{name.split(maxsplit=1)[0]}: {merchant_of[min(ids)]} ({len(covered[rule] & ids)} of {len(ids)})"] += 1


def _dates(tally: Tally, one: Series, on: dt.date | None) -> None:
    if one.next_on is not None and on is not None:
        off = abs((one.next_on - on).days)
        tally.dated, tally.on_day, tally.near = tally.dated + 1, tally.on_day + (off == 0), tally.near + (off <= 2)


def measure(seeds: Sequence[int]) -> dict[str, Tally]:
    """Tallies of the simulator's people and of invented households."""
    found = {"simulator": Tally(), "invented": Tally()}
    for seed in seeds:
        for end in ENDS:
            for name, told, coming, today in people(seed, end):
                judge(found["simulator"], name, told, coming, today)
        for n in range(6):
            judge(found["invented"], *invented(seed * 1_000 + n))
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="101-108")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--misses", action="store_true")
    asked = parser.parse_args()
    low, _, high = asked.seeds.partition("-")
    tallies = measure(range(int(low), int(high or low) + 1))
    if asked.json:
        print(msgspec.json.encode(tallies).decode())
        return
    for name, t in tallies.items():
        precision, recall = t.right / max(t.found, 1), t.hit / max(t.true, 1)
        print(f"{name}: precision {precision:.3f} ({t.right}/{t.found}), recall {recall:.3f} ({t.hit}/{t.true}), "
              f"next date on the day {t.on_day / max(t.dated, 1):.3f}, within 2 days {t.near / max(t.dated, 1):.3f} ({t.dated}), "
              f"first charges {t.young_right}/{t.young}")  # fmt: skip
        for title, counted in (("wrong", t.wrong), ("missed", t.missed)) if asked.misses else ():
            for what, count in counted.most_common(25):
                print(f"  {title} {count:4d}  {what}")


if __name__ == "__main__":
    main()
