"""Statements of invented owners: rows as banks of six countries print them, with the category each truly has.

An owner goes to a few shops again and again: names that our tables know, names of the index, and local ones made up here, some of which say
their trade and some of which say nothing.
"""

from __future__ import annotations

import math
import random
import zlib
from collections.abc import Iterator

import msgspec

from farthing.categorize.measuring.labelled import Truth
from farthing.categorize.taxonomy import by_slug
from invented import codes, habits, names, words
from invented.strange import strange_name, strange_word

LOCAL = {
    "restaurants": 0.75, "coffee": 0.6, "bars": 0.7, "fast_food": 0.35, "hair_beauty": 0.85, "dental": 0.95, "doctor": 0.95, "care": 0.9,
    "vet": 0.9, "groceries": 0.15, "fuel": 0.2, "convenience": 0.35, "online_shopping": 0.15, "subscriptions": 0.1, "digital": 0.1,
    "delivery": 0.02, "ride_hailing": 0.15, "clothing": 0.4, "general_shopping": 0.3, "software": 0.3, "games": 0.2, "flights": 0.03,
    "phone": 0.1, "internet": 0.2, "energy": 0.35, "pharmacy": 0.3, "electronics": 0.3, "gambling": 0.2, "post": 0.2, "sports": 0.85,
    "tuition": 0.85, "childcare": 0.9, "after_school": 0.9, "water": 0.8, "other_utilities": 0.9, "government": 0.9, "home_help": 0.95,
    "professional": 0.9, "building_fees": 1.0, "public_transit": 0.25, "parking": 0.5, "tolls": 0.4, "gym": 0.5, "insurance": 0.2,
}  # fmt: skip
SILENT = {
    "restaurants": 0.35, "bars": 0.35, "coffee": 0.3, "clothing": 0.45, "online_shopping": 0.7, "software": 0.6, "general_shopping": 0.35,
    "events": 0.3, "hobbies": 0.3, "furnishing": 0.3, "gifts": 0.3, "digital": 0.6, "subscriptions": 0.5, "games": 0.5, "gym": 0.25,
    "hair_beauty": 0.25, "trips": 0.25, "lodging": 0.2, "other_services": 0.4, "kids_things": 0.3, "household": 0.3, "electronics": 0.3,
}  # fmt: skip
FOOD = frozenset(("restaurants", "fast_food", "coffee", "groceries"))
STRANGE = 0.35  # of local shops, people and employers: names that no other owner knows
SHOPS_EACH = 5
INDEX_SHARE = 0.2
LENGTHS = (18, 22, 25, 32)


class Shop(msgspec.Struct, frozen=True):
    name: str
    known_as: str  # the name in our tables, or the word for its trade (`~DENTAL`) that an invented one has


def left_out(name: str, share: int) -> bool:
    """Whether a name of the tables belongs to those that are left out, `share` of a hundred; always the same ones."""
    return zlib.crc32(name.encode()) % 100 < share


def rows_of(country: str, seed: int, count: int) -> Iterator[tuple[Truth, str]]:
    """An owner's rows, each with the name that its shop has in our tables or the word for its trade, if any: what can be left out."""
    owner = _Owner(country, random.Random(f"{country}{seed}"), f"{country.lower()}{seed}")  # noqa: S311 (invented, not secret)
    for _ in range(count):
        yield owner.row()


class _Owner:
    def __init__(self, country: str, dice: random.Random, source: str) -> None:
        self.country, self.dice, self.source = country, dice, source
        self.out, self.into = _weights(habits.OUT, dice), _weights(habits.IN, dice)
        self.shops: dict[str, list[Shop]] = {}
        self.towns = dice.sample(words.TOWNS[country].split("|"), 3)
        self.people = [self._person() for _ in range(8)]
        self.employers = [self._employer() for _ in range(3)]
        self.dressings = dice.sample(habits.PURCHASES[country].split("|"), 3)
        self.moves = dice.sample(habits.MOVES.split("|"), 4)
        self.cut = dice.choice((*(0,) * 9, *LENGTHS))
        self.lower = dice.random() < 0.2
        self.coded = random.Random(f"coded {source}").random() < codes.SHARE  # noqa: S311
        self.said = {slug: dice.sample(t.split("|"), min(4, t.count("|") + 1)) for slug, t in habits.NAMELESS.items()}

    def row(self) -> tuple[Truth, str]:
        dice = self.dice
        total_out, total_in = (sum(w[1] for w in kind) for kind in (self.out, self.into))
        spin = dice.random() * (total_out + total_in + habits.REFUNDS)
        inward = spin > total_out
        refund = spin > total_out + total_in
        table = self.into if inward and not refund else self.out
        slug, _, median, spread = dice.choices(table, weights=[w[1] for w in table])[0]
        if refund:
            while slug in habits.NAMELESS or slug not in words.TRADES:
                slug, _, median, spread = dice.choices(self.out, weights=[w[1] for w in self.out])[0]
        text, known = self._nameless(slug) if slug in habits.NAMELESS else self._bought(slug, refund=refund)
        minor = max(20, round(100 * median * math.exp(dice.gauss(0, spread)) * words.SCALE[self.country]))
        card = slug in words.TRADES and dice.random() < 0.4
        kind = "card" if card or (slug == "card_payment" and inward) else "checking"
        what = text if slug in habits.NAMELESS else known or text[:12]
        category = by_slug(self._called(slug, what))
        code, sure = codes.called(self.source, slug, what, known=known[:1] not in {"", "~"}, into=inward) if self.coded else (None, None)
        truth = Truth(
            text=text.lower() if self.lower else text,
            amount=minor if inward else -minor,
            group=category.group,
            category_id=category.category_id,
            kind="checking" if dice.random() < 0.5 else kind,  # files seldom say what they are of
            currency=words.COUNTRIES[self.country],
            source=self.source,
            provider=code,
            provider_confidence=sure,
        )
        return truth, known

    def _called(self, slug: str, what: str) -> str:
        """What the owner calls it: mostly what it is, and always the same of one shop."""
        share, others = _QUIRKS.get(slug, (0, (slug,)))
        dice = random.Random(f"{self.source}{slug}{what}")  # noqa: S311
        return dice.choice(others) if dice.random() * 100 < share else slug

    def _nameless(self, slug: str) -> tuple[str, str]:
        said = self.dice.choice(self.said[slug])
        text = said.replace("{E}", self.dice.choice(self.employers)).replace("{P}", self.dice.choice(self.people))
        text = self.dice.choice(self.moves).replace("{}", text) if slug not in {"cash", "bank_fees", "interest_paid"} else text
        return self._filled(text)[:60], ""

    def _bought(self, slug: str, *, refund: bool) -> tuple[str, str]:
        shop = self._shop(slug)
        billed = slug in habits.BILLED and self.dice.random() < 0.6
        text = self.dice.choice(habits.BILLS.split("|") if billed else self.dressings)
        text = self._filled(text.replace("{M}", shop.name))
        if refund and self.dice.random() < 0.35:
            text = self.dice.choice(("REFUND {}", "{} REFUND", "PURCHASE RETURN {}", "CREDIT VOUCHER {}")).replace("{}", text)
        return (text[: self.cut] if self.cut and not billed else text), shop.known_as

    def _filled(self, text: str) -> str:
        while "{n}" in text:
            text = text.replace("{n}", str(self.dice.randrange(100, 99_999)), 1)
        return text.replace("{T}", self.dice.choice(self.towns))

    def _shop(self, slug: str) -> Shop:
        if slug not in self.shops:
            self.shops[slug] = [self._new_shop(slug) for _ in range(self.dice.randint(2, 2 * SHOPS_EACH))]
        every = self.shops[slug]
        return every[min(int(self.dice.expovariate(1.0) * len(every) / 2.5), len(every) - 1)]

    def _new_shop(self, slug: str) -> Shop:
        if self.dice.random() >= LOCAL.get(slug, 0.35):
            own, index = _pool(self.country)
            names = index.get(slug) if self.dice.random() < INDEX_SHARE else own.get(slug)
            names = names or own.get(slug) or index.get(slug)
            if names:
                name, spelt = self.dice.choice(names)
                return Shop(spelt, name)
        return self._invented(slug)

    def _invented(self, slug: str) -> Shop:
        dice = self.dice
        noun, adjective = (dice.choice(w.split("|")) for w in (words.NOUNS, words.ADJECTIVES))
        last, first = (dice.choice(w.split("|")) for w in (words.LAST, words.FIRST))
        strange = dice.random() < STRANGE
        if dice.random() < SILENT.get(slug, 0.12):
            if strange:
                return Shop(strange_name(dice), "")
            silent = dice.choice(
                (f"THE {adjective} {noun}", f"{noun} & {dice.choice(words.NOUNS.split('|'))}", f"{last} & CO", noun, f"{first}S", last)
            )
            return Shop(silent, "")
        trade = dice.choice(words.TRADES.get(slug, "SHOP").split("|"))
        name = dice.choice((f"{adjective} {noun}", noun, last, f"{first}S", f"{last}S", dice.choice(self.towns).split()[0], f"THE {noun}"))
        if slug in FOOD and dice.random() < 0.4:
            name = dice.choice(words.NAMES.split("|"))
        name = strange_name(dice) if strange else name
        return Shop(f"{trade} {name}" if trade in {"DR", "CITY OF", "DEPT OF"} else f"{name} {trade}", f"~{trade}")

    def _person(self) -> str:
        first, last = self.dice.choice(words.FIRST.split("|")), self.dice.choice(words.LAST.split("|"))
        if self.dice.random() < STRANGE:
            first, last = (strange_word(self.dice) for _ in range(2))
        return self.dice.choice((f"{first} {last}", f"{last} {first[0]}", f"{first[0]} {last}", f"{first} {last[0]}", first))

    def _employer(self) -> str:
        dice = self.dice
        strange = strange_word(dice) if dice.random() < STRANGE else ""
        text = dice.choice(habits.EMPLOYERS.split("|")).replace("{L}", strange or dice.choice(words.LAST.split("|")))
        return text.replace("{N}", strange or dice.choice(words.NOUNS.split("|"))).replace("{T}", dice.choice(self.towns).split()[0])


def _weights(table: str, dice: random.Random) -> list[tuple[str, float, float, float]]:
    """How often this owner does each thing: no two households are alike."""
    rows = [row.split() for line in table.strip().splitlines() for row in line.split("|")]
    return [(slug, float(w) * math.exp(dice.gauss(0, 0.5)), float(median), float(spread)) for slug, w, median, spread in rows]


_QUIRKS = {
    slug: (int(share), tuple(others.split("/")))
    for slug, share, others in (row.split() for line in habits.QUIRKS.strip().splitlines() for row in line.split("|"))
}
_POOLS: dict[str, tuple[dict[str, list[tuple[str, str]]], dict[str, list[tuple[str, str]]]]] = {}


def _pool(country: str) -> tuple[dict[str, list[tuple[str, str]]], dict[str, list[tuple[str, str]]]]:
    """Names by category that exist in a country: (name, as it is spelt), of our table and of the index."""
    if country not in _POOLS:
        own: dict[str, list[tuple[str, str]]] = {}
        index: dict[str, list[tuple[str, str]]] = {}
        for row in names.services():
            if not row["countries"] or country in row["countries"].split():
                spelt = [row["name"], *filter(None, row["aliases"].split("|"))]
                own.setdefault(row["slug"], []).extend((row["name"], s.upper()) for s in spelt[:3])
        for row in names.index():
            if country in row["countries"].split():
                index.setdefault(row["slug"], []).append((row["name"], row["key"]))
        _POOLS[country] = own, index
    return _POOLS[country]
