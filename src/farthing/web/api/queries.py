"""Query parameters of lists turned into the ledger's filter. Anything not understood is refused with its name."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import msgspec

from farthing.core.dates import parse_day
from farthing.core.errors import Malformed, Missing, Rejected, Stale
from farthing.core.ids import internal
from farthing.core.money import Money
from farthing.flows.desk import Desk, tag_id
from farthing.flows.list_filter import narrowed, of_series, read_status
from farthing.flows.list_transactions import by_merchant, search
from farthing.flows.show import SOURCE_WORDS
from farthing.ledger.reading.rows import FIRST_DAY, LAST_DAY, Filter
from farthing.web.callers import Ask

T = TypeVar("T")
_ETAG = re.compile(r'(?:W/)?"?([0-9a-zA-Z_-]{1,64})"?', re.ASCII)
LIMIT_MAX = 500
LIMIT_DEFAULT = 50
STATES = ("pending", "posted", "void")
FILTERS = frozenset({"account", "category", "merchant", "from", "to", "q", "min", "max", "status", "source", "needs_review", "tag"})
PARAMETERS = FILTERS | {"cursor", "limit"}


def page_of(items: Sequence[T], key_of: Callable[[T], str], *, cursor: str | None, limit: str | None) -> tuple[list[T], str | None]:
    """A page of a list that is whole in memory, and the cursor of the next: the id of the page's last. Raises Rejected, Malformed."""
    rows_max, first = limit_of(limit), 0
    if cursor is not None:
        first = next((n + 1 for n, item in enumerate(items) if key_of(item) == cursor), 0)
        if not first:
            raise _bad_cursor()
    page = list(items[first : first + rows_max])
    return page, key_of(page[-1]) if len(items) > first + rows_max else None


def cursor_key(prefix: str, text: str | None, *, without: int) -> int:
    """The number in a cursor of ours, `without` where there is none; raises Malformed for any other."""
    if text is None:
        return without
    try:
        return internal(prefix, text)
    except Missing as error:
        raise _bad_cursor() from error


def _bad_cursor() -> Malformed:
    return Malformed("bad_cursor", "use next_cursor as it was given", field="cursor")


def owned(prefix: str, text: str, household: int, field: str) -> int:
    """An id in a body; another household's is as unknown as a made-up one."""
    try:
        return internal(prefix, text, household=household)
    except Missing as error:
        raise Rejected("no_such_" + {"acc": "account", "cat": "category"}[prefix], "there is no such thing", field=field) from error


def limit_of(text: str | None) -> int:
    """1-500, default 50; raises Rejected."""
    if text is None:
        return LIMIT_DEFAULT
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= LIMIT_MAX):
        raise Rejected("bad_limit", "limit is a number from 1 to 500", field="limit")
    return int(text)


def flag_of(text: str | None, field: str) -> bool | None:
    """true | false; raises Rejected."""
    match text:
        case None:
            return None
        case "true":
            return True
        case "false":
            return False
        case _:
            raise Rejected("bad_flag", f"{field} is true or false", field=field)


def version_of(request: Ask) -> int | None:
    """The version that `If-Match` names; None without one; raises Stale for an ETag that is none of ours, Rejected for what is no ETag."""
    tag = match_of(request)
    if tag is None:
        return None
    if not (tag.isdigit() and len(tag) < 10):
        raise stale()
    return int(tag)


def match_of(request: Ask) -> str | None:
    """What stands between the quotes of `If-Match`; None without one, or for `*`; raises Rejected for what is no ETag."""
    given = request.headers.get("if-match")
    if given is None or given.strip() == "*":
        return None
    match = _ETAG.fullmatch(given.strip())
    if match is None:
        raise Rejected("bad_etag", "If-Match takes the ETag as it was given", field="If-Match")
    return match[1]


def stale() -> Stale:
    """The thing is not what the asker last saw."""
    return Stale("changed_meanwhile", "this changed meanwhile; read it again")


def tag_of(value: object) -> str:
    """An ETag for an object that has no version: what it says, hashed."""
    return f'"{hashlib.blake2b(msgspec.json.encode(value), digest_size=8).hexdigest()}"'


def span_of(given: Mapping[str, str]) -> tuple[dt.date, dt.date]:
    """`from` and `to`, both included; open ends where missing; raises Rejected."""
    first = parse_day(given["from"], field="from") if "from" in given else FIRST_DAY
    last = parse_day(given["to"], field="to") if "to" in given else LAST_DAY
    if first > last:
        raise Rejected("bad_period", "from is after to", field="from")
    return first, last


async def filter_of(desk: Desk, request: Ask) -> Filter:
    """The filter that a list's parameters mean; raises Rejected with the parameter, Missing for another's id."""
    return await _filter(desk, request.query_params, PARAMETERS)


async def filter_of_mapping(desk: Desk, given: Mapping[str, str]) -> Filter:
    """The same for a filter that came in a body: it means all of its rows, so one with a page's own `limit` or `cursor` is refused."""
    return await _filter(desk, given, FILTERS)


async def _filter(desk: Desk, given: Mapping[str, str], known: frozenset[str]) -> Filter:
    if unknown := next((k for k in given if k not in known), None):
        raise Rejected("unknown_parameter", f"there is no parameter {unknown[:40]}", field=unknown[:40])
    first, last = span_of(given)
    wanted = Filter(
        first=first,
        last=last,
        accounts=_accounts(desk, given.get("account")),
        categories=_categories(desk, given.get("category")),
        amount_min=_amount(desk, given.get("min"), "min"),
        amount_max=_amount(desk, given.get("max"), "max"),
        sources=_sources(given.get("source")),
        reviewed=_reviewed(flag_of(given.get("needs_review"), "needs_review")),
        tags=(tag_id(desk.sealer, given["tag"][:100]),) if given.get("tag") else None,
    )
    status = given.get("status")
    wanted = narrowed(wanted, read_status(desk, status)) if status is not None else wanted
    text, merchant = given.get("q", ""), given.get("merchant", "")
    wanted = await search(desk, wanted, text) if text.strip() else wanted
    wanted = await by_merchant(desk, wanted, merchant) if merchant.strip() else wanted
    return await of_series(desk, wanted, frozenset()) if "recurring" in (status or "").split(",") else wanted


def _accounts(desk: Desk, text: str | None) -> tuple[int, ...] | None:
    if text is None:
        return None
    return tuple(internal("acc", t, household=desk.household.household_id) for t in text.split(",")[:100])


def _categories(desk: Desk, text: str | None) -> tuple[int, ...] | None:
    """An id, a category's slug or a group's slug, several separated by commas."""
    if text is None:
        return None
    found: set[int] = set()
    for one in text.split(",")[:200]:
        found |= _category(desk, one)
    return tuple(sorted(found))


def _category(desk: Desk, text: str) -> set[int]:
    """What an id or a slug names; of a merged category also what it is one with, where its rows went."""
    tree = desk.categories
    if text.startswith("cat_"):
        named = {tree.require(internal("cat", text, household=desk.household.household_id)).category_id}
    else:
        named = {c.category_id for c in tree.every if c.slug == text}
    if text in tree.named:
        return named | tree.in_group(text)
    if not named:
        raise Missing("not_found", "no such category")
    return {*named, *(tree.heir(one) for one in named)}


def _amount(desk: Desk, text: str | None, field: str) -> int | None:
    return Money.parse(text, desk.household.currency, field=field).minor if text is not None else None


def _sources(text: str | None) -> tuple[int, ...] | None:
    if text is None:
        return None
    by_word = {word: int(source) for source, word in SOURCE_WORDS.items()}
    words = text.split(",")
    if not set(words) <= by_word.keys():
        raise Rejected("bad_source", f"source is one of {', '.join(by_word)}", field="source")
    return tuple(by_word[w] for w in words)


def _reviewed(needs_review: bool | None) -> bool | None:
    return None if needs_review is None else not needs_review
