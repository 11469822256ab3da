"""A file of rows with their owner's labels: columns recognised or given, labels in our groups, signs resolved.

Labels are mapped by a list that comes with the file, else by our own slugs, names and aliases. What is still unknown is named and left out.
Money out is negative: where most of a source's spending is positive, the whole source is turned.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation

import msgspec

from farthing.categorize.own import match_name
from farthing.categorize.taxonomy import UNCATEGORISED, by_id, by_slug, is_group, system
from farthing.core.errors import Rejected
from farthing.core.ids import CategoryId

ROWS_MAX = 500_000
_DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d", "%d.%m.%Y", "%m/%d/%y", "%d/%m/%y", "%d %b %Y")
_DAYS_READ = 200  # so many tell how a file writes its days
_NO_SIDE = frozenset(("income", "transfer", "uncategorised", "fees", "taxes"))  # groups that say nothing of a file's signs
KNOWN = {
    "descriptor": (
        "descriptor", "description", "raw", "text", "original description", "narrative", "details", "memo", "payee", "merchant", "name",
    ),
    "amount": ("amount", "value", "amount usd", "transaction amount"),
    "money_in": ("money in", "credit", "paid in", "deposit"),
    "money_out": ("money out", "debit", "paid out", "withdrawal"),
    "category": ("category", "label", "group", "class", "true category"),
    "date": ("date", "transaction date", "posted date", "day", "booking date"),
    "account": ("account", "account name"),
    "kind": ("account kind", "account type", "kind"),
    "currency": ("currency", "unit"),
    "source": ("source", "owner", "person", "file", "dataset"),
    "mcc": ("mcc",),
    "provider": ("provider code", "provider category"),
    "provider_confidence": ("provider confidence",),
}  # fmt: skip
_NEEDED = (("descriptor",), ("amount", "money_in"), ("category",))


class Truth(msgspec.Struct, frozen=True):
    """One row as its owner labelled it. `amount` in hundredths, out is negative; `category_id` where the label names more than a group;
    `provider_confidence` in per mille, None unstated.
    """

    text: str
    amount: int
    group: str
    category_id: CategoryId
    date: dt.date | None = None
    kind: str = "checking"
    currency: str = "USD"
    source: str = ""
    mcc: str | None = None
    provider: str | None = None
    provider_confidence: int | None = None


class Labelled(msgspec.Struct, frozen=True):
    """A file read. `unknown`: labels that are none of ours, with their rows; `turned`: sources where spending was positive."""

    rows: tuple[Truth, ...]
    unknown: dict[str, int]
    unreadable: int
    turned: tuple[str, ...]
    unsigned: tuple[str, ...]


def read_labelled(
    text: str,
    *,
    columns: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    currency: str = "USD",
    kind: str = "checking",
) -> Labelled:
    """Raises Rejected where a column that is needed cannot be told. `columns` names columns by role, `labels` gives a group for a label."""
    lines = text.removeprefix("\ufeff").splitlines()
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff("\n".join(lines[:20]), delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    reader = csv.DictReader(lines, dialect=dialect)
    places = _places(reader.fieldnames or (), columns or {})
    given = {_plain(k): v for k, v in (labels or {}).items()}
    records = [r for _, r in zip(range(ROWS_MAX), reader, strict=False)]
    day_format = _day_format([r.get(places.get("date", ""), "") for r in records[:_DAYS_READ]])
    rows: list[Truth] = []
    unknown: Counter[str] = Counter()
    unreadable = 0
    for record in records:
        cell = {role: (record.get(column) or "").strip() for role, column in places.items()}
        amount, meant = _amount(cell), _meant(cell["category"], given)
        if amount is None or not cell["descriptor"]:
            unreadable += 1
        elif meant is None:
            unknown[cell["category"]] += 1
        else:
            rows.append(
                Truth(
                    text=cell["descriptor"],
                    amount=amount,
                    group=meant[0],
                    category_id=meant[1],
                    date=_day(cell.get("date", ""), day_format),
                    kind=cell.get("kind") or kind,
                    currency=cell.get("currency", "").upper() or currency,
                    source=cell.get("source", ""),
                    mcc=cell.get("mcc") or None,
                    provider=cell.get("provider") or None,
                    provider_confidence=_per_mille(cell.get("provider_confidence", "")),
                )
            )
    turned, unsigned = _signs(rows)
    rows = [msgspec.structs.replace(r, amount=-r.amount) if r.source in turned else r for r in rows]
    return Labelled(tuple(rows), dict(unknown.most_common()), unreadable, tuple(sorted(turned)), tuple(sorted(unsigned)))


def _places(heads: Sequence[str], columns: Mapping[str, str]) -> dict[str, str]:
    named = {_plain(h): h for h in heads if h}
    places = {}
    for role, names in KNOWN.items():
        wanted = columns.get(role)
        if wanted is not None and _plain(wanted) not in named:
            raise Rejected("no_column", f"the file has no column “{wanted}”; it has: {', '.join(named.values())}", field=role)
        found = next((named[n] for n in ((_plain(wanted),) if wanted else names) if n in named), None)
        if found is not None:
            places[role] = found
    for roles in _NEEDED:
        if not any(r in places for r in roles):
            raise Rejected("no_column", f"which column is the {roles[0]}? The file has: {', '.join(named.values())}", field=roles[0])
    return places


def _plain(text: str) -> str:
    return " ".join(text.strip().lower().replace("_", " ").split())


def _amount(cell: Mapping[str, str]) -> int | None:
    """In hundredths, whatever the unit: a measure of labels needs no more."""
    if cell.get("amount"):
        return _number(cell["amount"])
    into, out = _number(cell.get("money_in", "")), _number(cell.get("money_out", ""))
    return None if into is None and out is None else abs(into or 0) - abs(out or 0)


def _number(text: str) -> int | None:
    bare = text.replace(" ", "").replace("$", "").replace("£", "").replace("€", "").replace("R", "").replace("−", "-")
    negative = bare.startswith("(") or bare.endswith("-")
    bare = bare.strip("()").removesuffix("-")
    whole, comma, digits = bare.rpartition(",")
    if comma:  # the last of the two signs is the decimal one; a comma alone is, before one or two digits
        decides = "." not in digits and ("." in whole or len(digits) <= 2)
        bare = f"{whole.replace('.', '').replace(',', '')}.{digits}" if decides else bare.replace(",", "")
    try:
        value = Decimal(bare)
    except InvalidOperation:
        return None
    if not value.is_finite():
        return None
    return int((-value if negative else value) * 100)


def _per_mille(text: str) -> int | None:
    """What is no number from 0 to 1000 is not stated."""
    return int(text) if text.isascii() and text.isdigit() and int(text) <= 1000 else None


def _meant(label: str, given: Mapping[str, str]) -> tuple[str, CategoryId] | None:
    """Group and category that a label means; a group alone stands for its first category."""
    told = given.get(_plain(label))
    if told is not None:
        return _of_slug(told) if told else None
    if is_group(_plain(label).replace(" ", "_")):
        return _of_slug(_plain(label).replace(" ", "_"))
    found = match_name(system(), label)
    category = by_id(found) if found else None
    return (category.group, category.category_id) if category and category.group != "uncategorised" else None


def _of_slug(slug: str) -> tuple[str, CategoryId]:
    if is_group(slug):
        return slug, next((c.category_id for c in system() if c.group == slug), UNCATEGORISED)
    try:
        category = by_slug(slug)
    except KeyError:
        raise Rejected("no_group", f"“{slug}” is neither a group nor a category of ours", field="labels") from None
    return category.group, category.category_id


def _day_format(texts: Iterable[str]) -> str | None:
    """The one format that reads all days of a file, ISO first."""
    cut = [t.strip()[:11].strip().split("T")[0] for t in texts if t and t.strip()]
    return next((f for f in _DAY_FORMATS if cut and all(_day(t, f) for t in cut)), None)


def _day(text: str, day_format: str | None) -> dt.date | None:
    if not text or day_format is None:
        return None
    try:
        return dt.datetime.strptime(text.strip()[:11].strip().split("T")[0], day_format).date()  # noqa: DTZ007 (a day has no zone)
    except ValueError:
        return None


def _signs(rows: Sequence[Truth]) -> tuple[set[str], set[str]]:
    """Sources whose spending is positive; sources that state no money on the other side at all, though some was labelled income."""
    spent: Counter[str] = Counter()
    either: dict[str, set[bool]] = {}
    income: set[str] = set()
    for row in rows:
        if row.amount:
            either.setdefault(row.source, set()).add(row.amount > 0)
        if row.group == "income":
            income.add(row.source)
        if row.group not in _NO_SIDE:
            spent[row.source] += 1 if row.amount > 0 else -1
    turned = {source for source, more in spent.items() if more > 0}
    return turned, {source for source in income if len(either.get(source, ())) < 2}
