"""A bank on paper: lines of readable text become what a provider would fetch. Only the wire is replaced; the sync that reads it is ours.

    2026-01-30 -10.00 BAKER pending x1
    2026-02-01 -12.00 BAKER settles x1 x2
    2026-02-03 -7.50EUR CAFE DE FLORE code FOOD_AND_DRINK_COFFEE posted 2026-02-04 x3
    gone x1

Day, amount (its unit glued on, USD otherwise), the bank's text in capitals; then in any order `pending`, `settles ID`, `posted DAY`,
`code PROVIDER_CODE`, `mcc 5812`, `cheque 7`, `in ACCOUNT`, `as Merchant_Name`, and last the bank's id: a letter with digits. A line
without an id is known by its content, as in a file.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from farthing.connections.model import Described, Fetched, History, Institution, Refused
from farthing.core.errors import FarthingError
from farthing.core.money import Money
from farthing.ledger.model import BankAccount, StatementLine

MAIN = "checking"
_AMOUNT = re.compile(r"(-?\d+(?:\.\d+)?)([A-Z]{3,5})?")
_ID = re.compile(r"[a-z]\d+")
_KEYS = {"settles", "posted", "code", "mcc", "in", "as", "cheque"}


class Paper(msgspec.Struct, frozen=True):
    """What some lines of text say: rows, and ids taken back."""

    lines: list[StatementLine]
    gone: list[tuple[str, str]]


def read(texts: Iterable[str], *, unit: str = "USD") -> Paper:
    """Statement lines of readable text; equal rows without an id are told apart by their occurrence, as in a file."""
    lines: list[StatementLine] = []
    gone: list[tuple[str, str]] = []
    seen: dict[tuple[object, ...], int] = {}
    for row, text in enumerate(texts, 1):
        if text.startswith("gone "):
            _, ref, *account = text.split()
            gone.append((account[-1] if account else MAIN, ref))
            continue
        line = _line(text, unit, row)
        if line.ref is None:
            content = (line.account_ref, line.date, line.amount, line.text)
            line = msgspec.structs.replace(line, occurrence=seen.get(content, 0))
            seen[content] = line.occurrence + 1
        lines.append(line)
    return Paper(lines, gone)


def _line(text: str, unit: str, row: int) -> StatementLine:
    day, amount, *rest = text.split()
    said, words, pending, ref = {}, [], False, None
    while rest:
        word = rest.pop(0)
        if word in _KEYS:
            said[word] = rest.pop(0)
        elif word == "pending":
            pending = True
        elif _ID.fullmatch(word):
            ref = word
        else:
            words.append(word)
    match = _AMOUNT.fullmatch(amount)
    assert match, f"no amount in {text!r}"
    when = dt.date.fromisoformat(day)
    posted = dt.date.fromisoformat(said["posted"]) if "posted" in said else None if pending else when
    return StatementLine(
        account_ref=said.get("in", MAIN),
        amount=Money.of(Decimal(match[1]), match[2] or unit),
        date=when,
        text=" ".join(words),
        ref=ref,
        posted_date=posted,
        pending=pending,
        pending_ref=said.get("settles"),
        provider_code=said.get("code"),
        mcc=said.get("mcc"),
        reference=said.get("cheque"),
        merchant=said["as"].replace("_", " ") if "as" in said else None,
        row=row,
    )


class PaperBank:
    """A provider like any other, for the world's `providers`: what was written for a token is what the next sync of it fetches."""

    def __init__(self) -> None:
        self._next: dict[str, Fetched | FarthingError] = {}
        self.removed: list[str] = []
        self.webhooks: dict[str, str] = {}
        self._cursor = 0

    def write(
        self, token: str, paper: Paper, accounts: Iterable[BankAccount], *, since: dt.date | None = None, refused: Sequence[Refused] = ()
    ) -> None:
        """Lay out the next fetch; `since`: these lines are all there is from that day on; `refused`: what of it cannot be read."""
        self._cursor += 1
        self._next[token] = Fetched(
            accounts=list(accounts),
            upserts=paper.lines,
            removed=paper.gone,
            cursor=f"page-{self._cursor}",
            history=History.HISTORICAL,
            pages=[msgspec.json.encode(paper)],
            complete_window=since is not None,
            first_day=since,
            accounts_complete=True,
            refused=list(refused),
        )

    def fail(self, token: str, error: FarthingError) -> None:
        """The next fetch raises."""
        self._next[token] = error

    async def fetch(self, token: str, cursor: str) -> Fetched:
        found = self._next.pop(token)
        if isinstance(found, FarthingError):
            raise found
        return found

    def reread(self, pages: Sequence[bytes], units: Mapping[str, str], today: dt.date) -> tuple[list[StatementLine], list[tuple[str, str]]]:
        """What was written once, read again."""
        papers = [msgspec.json.decode(p, type=Paper) for p in pages]
        return [x for p in papers for x in p.lines], [x for p in papers for x in p.gone]

    async def remove(self, token: str) -> None:
        self.removed.append(token)

    async def send_webhooks_to(self, token: str, webhook_url: str) -> None:
        self.webhooks[token] = webhook_url

    async def describe(self, token: str) -> Described:
        bank = Institution("paper", "Paper Bank")
        return Described(item_ref=f"item-{token}", institution=bank, webhook_url=self.webhooks.get(token))


def account(ref: str = MAIN, *, kind: str | None = None, currency: str = "USD", balance: int | None = None, **more: Any) -> BankAccount:
    """An account of the paper bank; its kind is its name where it is one (`checking`, `savings`, `card`)."""
    known = kind or (ref if ref in {"checking", "savings", "card", "loan", "investment", "cash"} else "checking")
    return BankAccount(ref=ref, name=ref.capitalize(), kind=known, currency=currency, mask="1234", balance=balance, **more)
