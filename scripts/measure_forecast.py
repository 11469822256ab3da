"""How good the forecast is, on the simulator's people: see docs/forecast.md.

    python scripts/measure_forecast.py [--seeds 101-104] [--json]

Each person is looked at on several days, with what had happened by then, and set beside what happened next. Series that are found count
as confirmed. The method and its lines were chosen looking at seeds 1 to 3; 101 and up are held out. The naive line beside it goes straight
on: what a balance moved on the mean of ninety days, and what was spent of a budget by so much of the month.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec
from measure_recurring import sort_entry

from banksim.people import history, roster
from banksim.people.model import Person
from farthing.categorize import Names
from farthing.categorize.taxonomy import by_id, system
from farthing.core.dates import Month
from farthing.flows.known_ahead import explained, known_ahead
from farthing.flows.sorts import sort_of_category
from farthing.insights.forecast.model import DAYS, Chance, Line, Moved
from farthing.insights.forecast.project import Cash, Limit, Sight, chances, lines
from farthing.insights.recurring.model import Held, Seen, State
from farthing.insights.recurring.settle import settle

ENDS = (dt.date(2026, 4, 12), dt.date(2026, 6, 20), dt.date(2026, 9, 6))
BACK = (75, 120, 165)  # days before the last one of a life that is told as of a day: what comes after it is another's
CHECKED = (1, 7, 14, 30, 60)
SHARES = (0.9, 1.0, 1.15, 1.3)  # budgets so much of the median of six months
PACE_DAYS = (6, 11, 16, 21, 26)
LINES = (600, 650, 700, 750, 800, 850, 900)
EVERYDAY = frozenset(int(c.category_id) for c in system() if c.group not in {"income", "transfer"} and not c.bill)
MOVING = frozenset(int(c.category_id) for c in system() if c.group == "transfer")
BUDGETS = ("groceries", "restaurants", "coffee", "fuel", "general_shopping", "online_shopping")
CASHLIKE = frozenset({"depository", "credit"})


class Band(msgspec.Struct):
    """Days inside the band of eight in ten, below and above it, and how far the middle was off against the naive line."""

    days: int = 0
    inside: int = 0
    below: int = 0
    off: float = 0.0
    naive_off: float = 0.0


class Alarm(msgspec.Struct):
    """Budgets, a month at a time: of those that were passed how many were told before, and of the others how many were told."""

    passed: int = 0
    told: int = 0
    kept: int = 0
    false: int = 0
    ahead: int = 0


class Figures(msgspec.Struct):
    """Everything that is measured."""

    together: dict[int, Band]
    accounts: dict[int, Band]
    pace: dict[str, Alarm]
    sure: dict[int, tuple[int, int]]
    low: dict[str, Alarm]


def blank() -> Figures:
    """Nothing measured yet."""
    return Figures(
        {n: Band() for n in (0, *CHECKED)},
        {n: Band() for n in (0, *CHECKED)},
        {name: Alarm() for name in (*map(str, LINES), "naive")},
        dict.fromkeys(range(10), (0, 0)),
        {"forecast": Alarm(), "naive": Alarm()},
    )


class Told(msgspec.Struct, frozen=True):
    """A person's rows, those to come too, their accounts, and the day that is looked at."""

    rows: tuple[Moved, ...]
    seen: tuple[Seen, ...]
    accounts: tuple[Cash, ...]
    looked_at: dt.date


@lru_cache(maxsize=64)
def told_of(username: str, seed: int, end: dt.date) -> Told:
    """A person's life up to sixty days after the day that is looked at."""
    person = roster.everybody()[username]
    told = person.told_as_of
    today = told - dt.timedelta(days=BACK[ENDS.index(end)]) if told else end
    last = today + dt.timedelta(days=DAYS + 1)
    entries = history.entries(person, seed=seed, anchor=told or today, since=today - dt.timedelta(days=729), until=last)
    plans = {a.key: a for login in person.logins for a in login.accounts if a.type in CASHLIKE}
    ids = {key: n for n, key in enumerate(plans, 1)}
    names, kinds = Names(), dict[tuple[int, bool], int]()
    rows, seen = [], []
    for number, entry in enumerate((e for e in entries if e.account in plans and e.posts is not None), 1):
        account, unit = ids[entry.account], plans[entry.account].currency
        category, merchant, payee = sort_entry(entry, names, kinds, account)
        rows.append(Moved(number, entry.on, account, category, -entry.minor, -entry.minor, unit))
        seen.append(Seen(number, entry.on, -entry.minor, unit, account, payee, category, merchant))
    cash = tuple(Cash(ids[key], plan.currency, 0) for key, plan in plans.items())
    return Told(tuple(rows), tuple(seen), cash, today)


def people(seeds: Sequence[int]) -> Iterator[tuple[Person, Told, dt.date]]:
    """Who is looked at, and on which days."""
    for seed in seeds:
        for person in roster.everybody().values():
            if person.username == "user_transactions_dynamic":
                continue
            for end in ENDS:
                told = told_of(person.username, seed, end)
                yield person, told, told.looked_at


def series_by(told: Told, today: dt.date) -> list[Held]:
    """What is found in the rows up to a day, confirmed."""
    at = dt.datetime.combine(today, dt.time(9), dt.UTC)
    sort_of = lambda c: sort_of_category(by_id(c))  # noqa: E731 -- a name for an argument
    rows = [r for r in told.seen if r.date <= today]
    found = settle([], rows, now=at, today=today, sort_of=sort_of, names={}, ids=range(1, 500))
    return [msgspec.structs.replace(s, state=State.CONFIRMED) for s in found.written]


def sight_on(told: Told, today: dt.date) -> Sight:
    """What is known on a day."""
    held = series_by(told, today)
    since = today - dt.timedelta(days=366)
    rows = [r for r in told.rows if since <= r.date <= today]
    return Sight(today, rows, known_ahead(held, today), explained(held), EVERYDAY, MOVING)


def judge_lines(figures: Figures, told: Told, today: dt.date, sight: Sight) -> None:
    """Bands beside what the balances became."""
    cash = told.accounts
    for line in lines(sight, cash, home=cash[0].currency, rates={}):
        if line.young or line.at_home:
            continue
        ids = {line.account_id} if line.account_id else {c.account_id for c in cash if c.currency == line.currency}
        after = [r for r in told.rows if r.account_id in ids]
        if not after:
            continue
        true = _true(after, today, line)
        slope = sum(r.amount for r in after if today - dt.timedelta(days=90) < r.date <= today) / 90
        _banded(figures.accounts if line.account_id else figures.together, line, true, slope)
        if line.account_id:
            _low(figures, line, true, slope)


def _true(rows: Sequence[Moved], today: dt.date, line: Line) -> list[int]:
    moved = [0] * (DAYS + 1)
    for row in rows:
        if today < row.date <= today + dt.timedelta(days=DAYS):
            moved[(row.date - today).days] += row.amount
    start = line.points[0].middle
    return [start + sum(moved[: n + 1]) for n in range(DAYS + 1)]


def _banded(bands: dict[int, Band], line: Line, true: Sequence[int], slope: float) -> None:
    for n in range(1, DAYS + 1):
        point = line.points[n]
        for band in (bands[0], *([bands[n]] if n in bands else [])):
            band.days += 1
            band.inside += point.low <= true[n] <= point.high
            band.below += true[n] < point.low
            band.off += abs(point.middle - true[n])
            band.naive_off += abs(true[0] + slope * n - true[n])


def _low(figures: Figures, line: Line, true: Sequence[int], slope: float) -> None:
    """Whether a balance falls below nought within two weeks, where it starts above: drawn from starts all over what it moves."""
    reach = max(abs(true[0] - min(true)), 1)
    for share in (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0):
        start = int(reach * share)
        shift = start - true[0]
        falls = any(v + shift < 0 for v in true[:15])
        said = {"forecast": any(p.middle + shift < 0 for p in line.points[:15]), "naive": start + slope * 14 < 0}
        for name, told in said.items():
            alarm = figures.low[name]
            alarm.passed, alarm.kept = alarm.passed + falls, alarm.kept + (not falls)
            alarm.told, alarm.false = alarm.told + (falls and told), alarm.false + (told and not falls)


def judge_pace(figures: Figures, told: Told, end: dt.date) -> None:
    """Budgets of categories in the month of a day: told on some of its days, or passed."""
    month = Month.of(end)
    if month.last > end + dt.timedelta(days=DAYS):
        return
    limits = list(_limits(told, month))
    raised: dict[str, dict[int, int]] = {name: {} for name in figures.pace}
    for day in PACE_DAYS:
        today = month.first + dt.timedelta(days=day - 1)
        held = sight_on(told, today)
        asked = [_limit(told, n, each, today) for n, each in enumerate(limits)]
        for one in (c for c in chances(held, asked) if c.spent <= c.limit):  # told ahead, or not at all
            passed = _spent(told, limits[one.budget_id][0], month.first, month.last) > one.limit
            _told(figures, raised, one, passed=passed, share=day / month.last.day, day=day)
    for n, (category, limit) in enumerate(limits):
        passed = _spent(told, category, month.first, month.last) > limit
        for name, alarm in figures.pace.items():
            on = raised[name].get(n)
            alarm.passed, alarm.kept = alarm.passed + passed, alarm.kept + (not passed)
            alarm.told += passed and on is not None
            alarm.false += not passed and on is not None
            alarm.ahead += month.last.day - on if passed and on is not None else 0


def _limits(told: Told, month: Month) -> Iterator[tuple[int, int]]:
    ids = {c.slug: int(c.category_id) for c in system()}
    for slug in BUDGETS:
        spent = sorted(_spent(told, ids[slug], month.plus(-n).first, month.plus(-n).last) for n in range(1, 7))
        usual = (spent[2] + spent[3]) // 2
        if usual > 0:
            yield from ((ids[slug], int(usual * share)) for share in SHARES)


def _spent(told: Told, category: int, first: dt.date, last: dt.date) -> int:
    return -sum(r.amount for r in told.rows if r.category_id == category and first <= r.date <= last)


def _limit(told: Told, number: int, each: tuple[int, int], today: dt.date) -> Limit:
    (category, limit), month = each, Month.of(today)
    spent = _spent(told, category, month.first, today)
    return Limit(number, month.first, month.last, limit, spent, "USD", {category}, lambda r: -r.amount, lambda c: -c.amount)


def _told(figures: Figures, raised: dict[str, dict[int, int]], one: Chance, *, passed: bool, share: float, day: int) -> None:
    at = min(one.per_mille // 100, 9)
    count, true = figures.sure[at]
    figures.sure[at] = (count + 1, true + passed)
    for line in LINES:
        if one.per_mille >= line:
            raised[str(line)].setdefault(one.budget_id, day)
    if one.spent > one.limit * share:
        raised["naive"].setdefault(one.budget_id, day)


def measure(seeds: Sequence[int]) -> Figures:
    """Everybody on every day."""
    figures = blank()
    for _, told, today in people(seeds):
        judge_lines(figures, told, today, sight_on(told, today))
        judge_pace(figures, told, today)
    return figures


def _of(part: float, whole: float) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="101-104")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    low, _, high = asked.seeds.partition("-")
    found = measure(range(int(low), int(high or low) + 1))
    if asked.json:
        print(msgspec.json.encode(found).decode())
        return
    for title, bands in (("all accounts together", found.together), ("single accounts", found.accounts)):
        for n, b in bands.items():
            print(f"{title}, {f'day {n}' if n else 'every day'}: inside {_of(b.inside, b.days)}, below {_of(b.below, b.days)}, "
                  f"middle off {_of(b.off, 100 * b.days)} against {_of(b.naive_off, 100 * b.days)} ({b.days})")  # fmt: skip
    for title, alarms in (("pace", found.pace), ("low balance", found.low)):
        for name, a in alarms.items():
            print(f"{title} at {name}: hits {_of(a.told, a.passed)} of {a.passed}, false alarms {_of(a.false, a.kept)} of {a.kept}, "
                  f"right when told {_of(a.told, a.told + a.false)}, days ahead {_of(a.ahead, a.told)}")  # fmt: skip
    for at, (count, true) in found.sure.items():
        print(f"said {at / 10:.1f}-{(at + 1) / 10:.1f}: passed {_of(true, count)} ({count})")


if __name__ == "__main__":
    main()
