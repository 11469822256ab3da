"""A rule as people and programs write it, read into what is kept; and what is kept, written out again.

The conditions are those of the query box (`query_language`). What they name is kept by id, so that an account may change its name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from farthing.categorize.ruling.model import Share, Then, When
from farthing.categorize.ruling.pattern import compile_pattern
from farthing.core.errors import Missing, Rejected
from farthing.core.ids import public
from farthing.core.money import Money, decimal_text
from farthing.flows.desk import Desk
from farthing.flows.edit import MERCHANT_MAX, NOTE_MAX, accept_category, parse_tags, parse_text
from farthing.flows.list_filter import read_conditions
from farthing.flows.query_language import KEYS, read_query
from farthing.flows.show import SOURCE_WORDS
from farthing.ledger.accounts import Account
from farthing.ledger.model import Source
from farthing.ledger.reading.rows import FIRST_DAY, LAST_DAY

PARTS_MIN, PARTS_MAX = 2, 20
WHOLE = 10_000
NOT_ASKED = {
    "category": "cat:", "no_category": "-cat:", "status": "is:", "bills": "bills", "side": "side", "needs_review": "needs_review",
}  # fmt: skip
_TEXTS = frozenset({"q", "merchant", "merchant_is", "pattern"})
_KEYS = tuple(key for key in KEYS if key != "cat:")  # a rule does not ask for a category
_PER_CENT = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?", re.ASCII)
_PLAIN = re.compile(r"[^\W\d_][\w'&.-]*")


class ShareWish(msgspec.Struct, frozen=True, kw_only=True):
    """A part: a fixed `amount` without sign in the household's currency, or a `share` in per cent of what those leave."""

    category_id: int
    amount: str | None = None
    share: str | None = None
    note: str = ""


class ThenWish(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule is to do; at least one of it."""

    category_id: int | None = None
    transfer: bool = False
    merchant: str = ""
    note: str = ""
    tags: Sequence[str] = ()
    hidden: bool | None = None
    reviewed: bool | None = None
    splits: Sequence[ShareWish] = ()


def read_when(desk: Desk, text: str, accounts: Mapping[int, Account]) -> When:
    """What rows a rule is for. Raises Rejected for what a rule cannot ask."""
    try:
        given = read_query(text, _KEYS)
        flags = set(given.get("status", "").split(",")) - {""}
        if flags <= {"in", "out"}:
            asked = {name: said for name, said in NOT_ASKED.items() if name in given and name != "status"}
        else:
            asked = {"status": "is:"}
        if asked:
            raise Rejected("not_in_rules", f"a rule asks what a row is, not how it is sorted: leave {next(iter(asked.values()))} out")
        wanted = read_conditions(desk, {k: v for k, v in given.items() if k not in _TEXTS}, accounts)
        if wanted.tagged is not None:
            raise Rejected("not_in_rules", "a rule names its tags: * is for lists")
        if "pattern" in given:
            compile_pattern(given["pattern"])
    except (Rejected, Missing) as error:
        raise Rejected(error.code, error.detail, field="when") from error
    when = When(
        text=given.get("q", "").strip(),
        merchant=given.get("merchant", ""),
        merchant_is=given.get("merchant_is", ""),
        pattern=given.get("pattern", ""),
        accounts=wanted.accounts or (),
        first=wanted.first if wanted.first != FIRST_DAY else None,
        last=wanted.last if wanted.last != LAST_DAY else None,
        size_min=wanted.size_min,
        size_max=wanted.size_max,
        amount_min=wanted.amount_min,
        amount_max=wanted.amount_max,
        sources=wanted.sources or (),
        tags=_names(given.get("tag")),
        untagged=_names(given.get("no_tag")),
        above="over" in given and not given.keys() & {"least", "between", "size"},
        below="under" in given and not given.keys() & {"most", "between", "size"},
    )
    if when == When():
        raise Rejected("when_needed", "say which rows the rule is for: a word, a merchant, an amount", field="when")
    return when


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(t.strip().lstrip("#") for t in text.split(",") if t.strip()) if text else ()


def words_of(desk: Desk, when: When, accounts: Mapping[int, Account]) -> str:
    """The conditions as they are typed; reading them gives the same again."""
    home = desk.household.currency
    said = [_quoted(when.text)] if when.text else []
    said += [f"merchant:{_quoted(when.merchant)}"] if when.merchant else []
    said += [f"merchant:={_quoted(when.merchant_is)}"] if when.merchant_is else []
    said += ["/{}/".format(when.pattern.replace("/", "\\/"))] if when.pattern else []
    said += [f"acc:{_called(desk, i, accounts)}" for i in when.accounts]
    said += _sizes(when, home)
    said += ["is:in"] if when.amount_min == 1 else []
    said += ["is:out"] if when.amount_max == -1 else []
    said += [f"from:{when.first}"] if when.first else []
    said += [f"to:{when.last}"] if when.last else []
    said += [f"source:{','.join(SOURCE_WORDS[Source(s)] for s in when.sources)}"] if when.sources else []
    said += [f"tag:{_quoted(t)}" for t in when.tags] + [f"-tag:{_quoted(t)}" for t in when.untagged]
    return " ".join(said)


def _sizes(when: When, home: str) -> list[str]:
    low, high = when.size_min, when.size_max
    if low is not None and low == high and not when.above and not when.below:
        return [f"={_typed(low, home)}"]
    least = [] if low is None else [f">{_typed(low - 1, home)}" if when.above else f">={_typed(low, home)}"]
    most = [] if high is None else [f"<{_typed(high + 1, home)}" if when.below else f"<={_typed(high, home)}"]
    return [*least, *most]


def _typed(minor: int, home: str) -> str:
    """As a person types it: `30`, `30.50`."""
    text = decimal_text(minor, home)
    whole, _, digits = text.partition(".")
    return text if digits.strip("0") else whole


def _quoted(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and not text.endswith(".") else f'"{text}"'


def _called(desk: Desk, account_id: int, accounts: Mapping[int, Account]) -> str:
    """The account's name where that names it alone, else its id."""
    account = accounts.get(account_id)
    name = account.text.name if account else ""
    alone = sum(a.text.name.casefold() == name.casefold() for a in accounts.values()) == 1
    if name and alone and not set('",') & set(name) and not name.startswith("acc_"):
        return _quoted(name)
    return public("acc", account_id, household=desk.household.household_id)


async def read_then(desk: Desk, wish: ThenWish) -> Then:
    """What a rule does. Raises Rejected with the field."""
    if wish.transfer and wish.category_id is not None:
        raise Rejected("one_target", "a rule sorts a row into a category or makes it a transfer, not both", field="category_id")
    then = Then(
        category_id=None if wish.category_id is None else accept_category(desk, wish.category_id),
        transfer=wish.transfer,
        merchant=parse_text(wish.merchant, MERCHANT_MAX, field="merchant"),
        note=parse_text(wish.note, NOTE_MAX, field="note"),
        tags=await parse_tags(desk, wish.tags) if wish.tags else (),
        hidden=wish.hidden,
        reviewed=wish.reviewed,
        split=_shares(desk, wish.splits),
    )
    if not then.fields:
        raise Rejected("then_needed", "say what the rule does: a category, a name, a tag", field="then")
    return then


def _shares(desk: Desk, wishes: Sequence[ShareWish]) -> tuple[Share, ...]:
    if not wishes:
        return ()
    if not PARTS_MIN <= len(wishes) <= PARTS_MAX:
        raise Rejected("bad_splits", f"a split has {PARTS_MIN} to {PARTS_MAX} parts", field="splits")
    shares = tuple(_share(desk, w) for w in wishes)
    percents = [s.share for s in shares if s.share is not None]
    if percents and sum(percents) != WHOLE:
        raise Rejected("splits_do_not_add_up", f"the shares add up to {decimal_text(sum(percents), 'USD')} %, not to 100", field="splits")
    return shares


def _share(desk: Desk, wish: ShareWish) -> Share:
    if (wish.amount is None) == (wish.share is None):
        raise Rejected("bad_splits", "each part has either an amount or a share", field="splits")
    category_id = accept_category(desk, wish.category_id, field="splits")
    note = parse_text(wish.note, NOTE_MAX, field="splits")
    if wish.amount is not None:
        minor = Money.parse(wish.amount, desk.household.currency, field="splits").minor
        if minor <= 0:
            raise Rejected("bad_splits", "an amount in a rule is a size, without a sign", field="splits")
        return Share(category_id, amount=minor, note=note)
    return Share(category_id, share=_hundredths(wish.share or ""), note=note)


def _hundredths(text: str) -> int:
    found = _PER_CENT.fullmatch(text)
    whole = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else 0
    if not 0 < whole <= WHOLE:
        raise Rejected("bad_splits", "a share is from 0.01 to 100 per cent, with two digits at most: 33.33", field="splits")
    return whole
