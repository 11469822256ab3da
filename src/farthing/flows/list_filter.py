"""A list's address read: its parameters as the ledger's filter, and each of them as a chip that can be taken away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import msgspec

from farthing.categorize import match_name
from farthing.categorize.taxonomy import Group
from farthing.core.dates import Month, parse_day
from farthing.core.errors import Missing, Rejected
from farthing.core.ids import CategoryId, internal
from farthing.core.money import Money
from farthing.flows.desk import Desk, tag_id
from farthing.flows.list_transactions import by_merchant, by_pattern, search
from farthing.flows.query_language import STATES
from farthing.flows.show import SOURCE_WORDS
from farthing.flows.typed import plain_amount
from farthing.flows.view_models.format import day_view, month_view
from farthing.flows.view_parts import eye_of
from farthing.insights.recurring.model import State
from farthing.insights.recurring.store import held_series
from farthing.ledger.accounts import Account
from farthing.ledger.reading.rows import Filter

PARAMETERS = (
    "period", "from", "to", "account", "category", "no_category", "merchant", "merchant_is", "q", "over", "least", "under", "most", "size",
    "between", "min", "max", "status", "needs_review", "tag", "no_tag", "bills", "side", "source", "pattern", "recurring",
)  # fmt: skip
VALUE_MAX = 2_000
ANY = "*"  # `tag=*`, `no_tag=*`: any tag at all, none at all
STATUS_WORDS = {
    "unreviewed": "Not reviewed", "reviewed": "Reviewed", "pending": "Pending", "posted": "Posted", "transfer": "Transfers",
    "split": "Split", "hidden": "Hidden", "void": "Gone", "recurring": "Recurring", "in": "Money in", "out": "Money out",
}  # fmt: skip
SIDES = {"out": "Spending", "in": "Income"}
BILLS = {"no": "Everyday", "only": "Bills"}
_SIZE_WORDS = {"over": ">", "least": "≥", "under": "<", "most": "≤", "size": "="}


class Chip(msgspec.Struct, frozen=True):
    """A parameter in words."""

    name: str
    label: str


class Asked(msgspec.Struct, frozen=True):
    """What a list's address asks for. `given` holds only parameters of the list, as they came."""

    given: Mapping[str, str]
    wanted: Filter
    chips: tuple[Chip, ...]

    def href(self, path: str = "/transactions", **changes: str) -> str:
        """The same list with parameters set, or taken away by an empty text."""
        return address(path, {**self.given, **changes})

    @property
    def month(self) -> Month | None:
        """The month that the list shows, if it is one."""
        text = self.given.get("period", "")
        return Month.parse(text) if len(text) == 7 else None


def address(path: str, given: Mapping[str, str]) -> str:
    """A path with its parameters, empty ones left out."""
    text = urlencode({k: v for k, v in given.items() if v})
    return f"{path}?{text}" if text else path


def without_gone(desk: Desk, given: Mapping[str, str], held: Mapping[int, Account]) -> dict[str, str]:
    """Parameters of the list less the categories, groups and accounts that are not there any more."""
    household = desk.household.household_id
    known = {"category": ("cat", desk.categories.by_id), "no_category": ("cat", desk.categories.by_id), "account": ("acc", held)}

    def stays(name: str, one: str) -> bool:
        prefix, there = known[name]
        if one.startswith("grp_") and prefix == "cat":
            return one in desk.categories.named
        try:
            return not one.startswith(f"{prefix}_") or internal(prefix, one, household=household) in there
        except Missing:
            return False

    left = {n: ",".join(one for one in given[n].split(",") if n not in known or stays(n, one.strip())) for n in PARAMETERS if given.get(n)}
    return {name: text for name, text in left.items() if text}


def gone_from(desk: Desk, given: Mapping[str, str], held: Mapping[int, Account]) -> tuple[str, ...]:
    """What parameters name that is not there any more, in words: `a category`, `an account`."""
    left = without_gone(desk, given, held)
    said = ["a category"] if any(given.get(name, "") != left.get(name, "") for name in ("category", "no_category")) else []
    return (*said, *(["an account"] if given.get("account", "") != left.get("account", "") else []))


def meant_by(desk: Desk, text: str, *, field: str) -> CategoryId | Group:
    """The category or group that a parameter names, by id, slug or name; raises Missing, Rejected."""
    tree = desk.categories
    if text.startswith("cat_"):
        return tree.require(internal("cat", text, household=desk.household.household_id)).category_id
    if text in tree.named:
        return tree.named[text]
    if text.startswith("grp_"):
        raise Missing("not_found", "no such group")
    by_slug = next((c for c in tree.every if c.slug == text), None)
    key = by_slug.category_id if by_slug else match_name(tree.every, text)
    found = tree.group_named(text) if key is None else key
    if found is None:
        raise Rejected("no_such_category", f"no category is called “{text[:60]}”", field=field)
    return found


def last_day_at(text: str) -> dt.date:
    """The newest day of a list that begins at `2026-03-15`, or with the month `2026-03`; raises Rejected."""
    return Month.parse(text).last if len(text) == 7 else parse_day(text, field="at")


async def read_list(desk: Desk, query: Mapping[str, str], held: Mapping[int, Account]) -> Asked:
    """The filter that an address means; raises Rejected with the parameter, Missing for another's id."""
    given = {name: query[name][:VALUE_MAX] for name in PARAMETERS if query.get(name)}
    reader = _Reader(desk, held, given)
    wanted, chips = reader.read()
    if "q" in given:
        wanted = await search(desk, wanted, given["q"])
    if "pattern" in given:
        wanted = await by_pattern(desk, wanted, given["pattern"])
    if "merchant" in given:
        wanted = await by_merchant(desk, wanted, given["merchant"])
    if "merchant_is" in given:
        wanted = await by_merchant(desk, wanted, given["merchant_is"], exact=True)
    if reader.recurring is not None:
        wanted = await of_series(desk, wanted, reader.recurring)
    return Asked(given, wanted, chips)


async def of_series(desk: Desk, wanted: Filter, series: frozenset[int]) -> Filter:
    """Narrow a filter to rows of some series; of every confirmed one where none is named. Raises Missing for one that is not there."""
    held = {s.recurring_id: s for s in await held_series(desk.unit, desk.sealer)}
    if not series <= held.keys():
        raise Missing("not_found", "no such series")
    chosen = [held[i] for i in series] if series else [s for s in held.values() if s.state in {State.CONFIRMED, State.ENDED}]
    ids = tuple(sorted(i for s in chosen for i in s.ids))
    if wanted.searched or wanted.categories is not None:
        return msgspec.structs.replace(wanted, only=ids)
    return msgspec.structs.replace(wanted, payees=(), ids=ids)


def read_status(desk: Desk, text: str) -> Filter:
    """What `status` alone says of rows; series aside. Raises Rejected."""
    return _Reader(desk, {}, {"status": text}).read()[0]


def narrowed(wanted: Filter, status: Filter) -> Filter:
    """A filter that says nothing of status yet, narrowed by what `status` says; whether a row is reviewed it says itself where it does."""
    inside, also = wanted.categories, status.categories
    lows = [one for one in (wanted.amount_min, status.amount_min) if one is not None]
    highs = [one for one in (wanted.amount_max, status.amount_max) if one is not None]
    return msgspec.structs.replace(
        wanted,
        states=status.states,
        split=status.split,
        hidden=status.hidden,
        reviewed=status.reviewed if wanted.reviewed is None else wanted.reviewed,
        categories=also if inside is None else inside if also is None else tuple(sorted(set(inside) & set(also))),
        amount_min=max(lows, default=None),
        amount_max=min(highs, default=None),
    )


def read_conditions(desk: Desk, given: Mapping[str, str], held: Mapping[int, Account]) -> Filter:
    """What parameters say of a row beside its text. Raises Rejected with the parameter, Missing for another's id."""
    reader = _Reader(desk, held, given)
    wanted, _ = reader.read()
    if reader.recurring is not None:
        raise Rejected("bad_status", "a rule looks at a row before it can be one of a series; leave is:recurring out", field="status")
    return wanted


class _Reader:
    """Reads one parameter after the other into fields of the filter."""

    def __init__(self, desk: Desk, held: Mapping[int, Account], given: Mapping[str, str]) -> None:
        self.desk, self.held, self.given, self.eye = desk, held, given, eye_of(desk)
        self.fields: dict[str, object] = {}
        self.categories: frozenset[int] | None = None
        self.recurring: frozenset[int] | None = None  # series; none named: all of them

    def read(self) -> tuple[Filter, tuple[Chip, ...]]:
        readers: dict[str, Callable[[str, str], str]] = {
            "period": self._period, "from": self._day, "to": self._day, "account": self._account, "category": self._category,
            "no_category": self._category, "merchant": _quoted, "merchant_is": _exactly, "q": _quoted, "between": self._between,
            "min": self._signed, "max": self._signed, "status": self._status, "needs_review": self._review, "tag": self._tag,
            "no_tag": self._tag, "bills": self._bills, "side": self._side, "source": self._source, "pattern": _pattern,
            "recurring": self._series,
        }  # fmt: skip
        chips = [Chip(name, readers.get(name, self._size)(name, text)) for name, text in self.given.items()]
        if self.categories is not None:
            self.fields["categories"] = tuple(sorted(self.categories))
        wanted = Filter(**self.fields)  # type: ignore[arg-type]
        if wanted.first > wanted.last:
            raise Rejected("bad_period", "the first day is after the last", field="from")
        return wanted, tuple(chips)

    def _period(self, _name: str, text: str) -> str:
        if len(text) == 4 and text.isascii() and text.isdigit() and 1970 <= int(text) <= 9998:
            self.fields |= {"first": dt.date(int(text), 1, 1), "last": dt.date(int(text), 12, 31)}
            return text
        month = Month.parse(text)
        self.fields |= {"first": month.first, "last": month.last}
        return month_view(month, locale=self.eye.locale)

    def _day(self, name: str, text: str) -> str:
        day = parse_day(text, field=name)
        bound = self.fields.get("first" if name == "from" else "last")
        tighter = max if name == "from" else min
        self.fields["first" if name == "from" else "last"] = tighter(day, bound) if isinstance(bound, dt.date) else day
        return f"{'since' if name == 'from' else 'until'} {day_view(day, locale=self.eye.locale, year=True)}"

    def _account(self, name: str, text: str) -> str:
        keys = dict.fromkeys(self._account_id(one, name) for one in text.split(",")[:100])
        self.fields["accounts"] = tuple(keys)
        return self.held[next(iter(keys))].text.name if len(keys) == 1 else f"{len(keys)} accounts"

    def _account_id(self, text: str, name: str) -> int:
        if text.startswith("acc_"):
            key = internal("acc", text, household=self.eye.household_id)
            if key in self.held:
                return key
            raise Missing("not_found", "no such account")
        folded = text.strip().casefold()
        exact = [i for i, a in self.held.items() if a.text.name.casefold() == folded]
        begun = [i for i, a in self.held.items() if a.text.name.casefold().startswith(folded)]
        if found := exact or begun:
            return found[0]
        raise Rejected("no_such_account", f"no account is called “{text[:60]}”", field=name)

    def _category(self, name: str, text: str) -> str:
        found: frozenset[int] = frozenset()
        labels: list[str] = []
        for one in text.split(",")[:200]:
            ids, label = self._category_ids(one.strip(), name)
            found, labels = found | ids, [*labels, label]
        label = labels[0] if len(labels) == 1 else f"{len(labels)} categories"
        if name == "no_category":
            self._narrow(frozenset(self.desk.categories.by_id) - found)
            return f"without {label}"
        self._narrow(found)
        return label

    def _category_ids(self, text: str, name: str) -> tuple[frozenset[int], str]:
        found = meant_by(self.desk, text, field=name)
        return (self.desk.categories.in_group(found.slug), found.name) if isinstance(found, Group) else self._with_heir(found)

    def _with_heir(self, category_id: int) -> tuple[frozenset[int], str]:
        """A category, and the one that it is a part of now, where its rows went."""
        tree, heir = self.desk.categories, self.desk.categories.heir(category_id)
        name = tree.of(category_id).name
        return frozenset({category_id, heir}), name if heir == category_id else f"{name}, now {tree.of(heir).name}"

    def _narrow(self, ids: frozenset[int]) -> None:
        self.categories = ids if self.categories is None else self.categories & ids

    def _size(self, name: str, text: str) -> str:
        minor = self._minor(text, name)
        match name:
            case "over" | "least":
                self._within(minor + (name == "over"), None)
            case "under" | "most":
                self._within(None, minor - (name == "under"))
            case _:
                self._within(minor, minor)
        return f"{_SIZE_WORDS[name]} {self.eye.home(minor)}"

    def _between(self, name: str, text: str) -> str:
        low, _, high = text.partition("..")
        least, most = self._minor(low, name), self._minor(high, name)
        self._within(least, most)
        return f"{self.eye.home(least)} to {self.eye.home(most)}"

    def _within(self, least: int | None, most: int | None) -> None:
        """What several parameters say of the size must all hold."""
        for field, bound, tighter in (("size_min", least, max), ("size_max", most, min)):
            held = self.fields.get(field)
            if bound is not None:
                self.fields[field] = tighter(bound, held) if isinstance(held, int) else bound

    def _signed(self, name: str, text: str) -> str:
        minor = Money.parse(text, self.eye.currency, field=name).minor
        self.fields[f"amount_{name}"] = minor
        if (name, minor) == ("min", 1):
            return "Money in"
        if (name, minor) == ("max", -1):
            return "Money out"
        return f"{'from' if name == 'min' else 'up to'} {self.eye.home(minor)}"

    def _minor(self, text: str, name: str) -> int:
        minor = Money.parse(plain_amount(text, self.eye.locale), self.eye.currency, field=name).minor
        if minor < 0:
            raise Rejected("bad_amount", "a size has no sign", field=name)
        return minor

    def _status(self, name: str, text: str) -> str:
        states = dict.fromkeys(text.split(","))
        if not set(states) <= set(STATES):
            raise Rejected("bad_status", f"a status is one of {', '.join(STATES)}", field=name)
        for state in states:
            match state:
                case "unreviewed" | "reviewed":
                    self.fields["reviewed"] = state == "reviewed"
                case "split" | "hidden":
                    self.fields[state] = True
                case "transfer":
                    self._narrow(self.desk.categories.transfers)
                case "recurring":
                    self.recurring = frozenset()
                case "in" | "out":
                    self.fields["amount_min" if state == "in" else "amount_max"] = 1 if state == "in" else -1
                case _:
                    pass
        if standing := tuple(s for s in states if s in {"pending", "posted", "void"}):
            self.fields["states"] = tuple(sorted(standing))  # those of the month sums are in this order
        return ", ".join(STATUS_WORDS[s] for s in states)

    def _series(self, _name: str, text: str) -> str:
        ids = frozenset(internal("rec", one) for one in text.split(",")[:200])
        self.recurring = ids
        return "one series" if len(ids) == 1 else f"{len(ids)} series"

    def _review(self, name: str, text: str) -> str:
        if text not in {"true", "false"}:
            raise Rejected("bad_flag", "needs_review is true or false", field=name)
        self.fields["reviewed"] = text == "false"
        return STATUS_WORDS["unreviewed" if text == "true" else "reviewed"]

    def _tag(self, name: str, text: str) -> str:
        if text.strip() == ANY:
            self.fields["tagged"] = name == "tag"
            return "With a tag" if name == "tag" else "Without a tag"
        names = [t for t in text.split(",") if t.strip()][:20]
        self.fields["untagged" if name == "no_tag" else "tags"] = tuple(tag_id(self.desk.sealer, t[:100]) for t in names)
        return f"{'without ' if name == 'no_tag' else ''}{' '.join('#' + t for t in names)}"

    def _bills(self, name: str, text: str) -> str:
        if text not in BILLS:
            raise Rejected("bad_flag", "bills is no or only", field=name)
        spending = {i: c for i, c in self.desk.categories.by_id.items() if c.group not in {"income", "transfer"}}
        self._narrow(frozenset(i for i, c in spending.items() if c.bill is (text == "only")))
        return BILLS[text]

    def _source(self, name: str, text: str) -> str:
        by_word = {word: int(source) for source, word in SOURCE_WORDS.items()}
        words = dict.fromkeys(text.split(","))
        if not words.keys() <= by_word.keys():
            raise Rejected("bad_source", f"a source is one of {', '.join(by_word)}", field=name)
        self.fields["sources"] = tuple(by_word[w] for w in words)
        return f"sorted by {', '.join(words)}"

    def _side(self, name: str, text: str) -> str:
        if text not in SIDES:
            raise Rejected("bad_flag", "side is in or out", field=name)
        groups = {i: c.group for i, c in self.desk.categories.by_id.items()}
        sorted_in = {"income", "uncategorised"}
        self._narrow(frozenset(i for i, g in groups.items() if (g in sorted_in if text == "in" else g not in {"income", "transfer"})))
        return SIDES[text]


def _pattern(_name: str, text: str) -> str:
    return f"/{text if len(text) <= 40 else text[:39] + '…'}/"


def _exactly(name: str, text: str) -> str:
    return f"exactly {_quoted(name, text)}"


def _quoted(_name: str, text: str) -> str:
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”"
