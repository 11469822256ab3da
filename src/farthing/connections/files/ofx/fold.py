"""OFX to drafts of statements: SGML with unclosed tags and XML alike, read as a stream of fields without believing that it is well formed.

Sections are told by their opening tags, so that a missing end tag loses nothing.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import msgspec

from farthing.connections.files.model import ROWS_MAX, too_many_rows

_TOKEN = re.compile(r"<!\[CDATA\[(?P<raw>.*?)\]\]>|<(?P<close>/?)(?P<tag>[A-Za-z][\w.\-]{0,40})\s*/?>", re.DOTALL | re.ASCII)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_VALUE_CHARS_MAX = 4_000
_STATEMENTS = {"STMTRS": "bank", "CCSTMTRS": "card", "INVSTMTRS": "investment"}
_RESPONSES = {"SONRS", "STMTTRNRS", "CCSTMTTRNRS", "INVSTMTTRNRS", "ACCTINFOTRNRS", "INTRATRNRS"}
_TRADES = {
    "BUYDEBT", "BUYMF", "BUYOPT", "BUYOTHER", "BUYSTOCK", "CLOSUREOPT", "INCOME", "INVEXPENSE", "JRNLFUND", "JRNLSEC", "MARGININTEREST",
    "REINVEST", "RETOFCAP", "SELLDEBT", "SELLMF", "SELLOPT", "SELLOTHER", "SELLSTOCK", "SPLIT", "TRANSFER",
}  # fmt: skip
_INSIDE = {"CURRENCY": "CURRENCY.", "ORIGCURRENCY": "ORIGCURRENCY.", "PAYEE": "PAYEE.", "BANKACCTTO": "TO.", "CCACCTTO": "TO."}
_ACCOUNTS = {"BANKACCTFROM", "CCACCTFROM", "INVACCTFROM"}
_ENTRIES = {"STMTTRN": "booked", "STMTTRNP": "pending"}
_ENDS = {"BANKTRANLIST", "BANKTRANLISTP", "INVTRANLIST", "INVPOSLIST", "SECLIST", "BALLIST", "INVBAL", "INVOOLIST"}


class Entry(msgspec.Struct):
    """One transaction as stated; `row` is its place among all entries of the file, from 1."""

    row: int
    tag: str
    kind: str  # booked | pending | trade
    leaves: dict[str, str] = {}


class Draft(msgspec.Struct):
    """One account's statement as stated."""

    kind: str  # bank | card | investment
    currency: str = ""
    account: dict[str, str] = {}
    ledger: dict[str, str] = {}
    available: dict[str, str] = {}
    entries: list[Entry] = []


class Folded(msgspec.Struct):
    """Everything in the file that we look at."""

    drafts: list[Draft] = []
    statuses: list[tuple[str, dict[str, str]]] = []
    listed: dict[str, str] = {}
    bank: str = ""
    intuit: bool = False


class _Fold:
    """Where in the file we are: the response, the draft, and the section whose leaves are being gathered."""

    def __init__(self) -> None:
        self.out = Folded()
        self.response = ""
        self.rows = 0
        self.leaves: dict[str, str] | None = None
        self.entry: dict[str, str] | None = None
        self.prefix = ""
        self.listing: dict[str, str] | None = None

    def draft(self) -> Draft:
        if not self.out.drafts:
            self.out.drafts.append(Draft(kind="bank"))
        return self.out.drafts[-1]

    def see(self, field: Field) -> None:
        tag = field.tag
        if field.closing:
            self._close(tag)
        elif field.value:
            self._leaf(tag, field.value)
        elif tag in _INSIDE and self.entry is not None:
            self.prefix = _INSIDE[tag]
        else:
            self._open(tag)

    def _close(self, tag: str) -> None:
        if tag in _INSIDE:
            self.prefix = ""
        elif tag in _ENTRIES or tag in _TRADES or tag in _ACCOUNTS or tag in _ENDS or tag in {"LEDGERBAL", "AVAILBAL", "STATUS", "FI"}:
            self.leaves, self.entry, self.prefix = None, None, ""
        elif tag == "ACCTINFO":
            self._list()

    def _open(self, tag: str) -> None:
        if tag in _ENTRIES or tag in _TRADES:
            self.rows += 1
            if self.rows > ROWS_MAX:
                raise too_many_rows()
            entry = Entry(row=self.rows, tag=tag, kind=_ENTRIES.get(tag, "trade"))
            self.draft().entries.append(entry)
            self.leaves = self.entry = entry.leaves
            self.prefix = ""
        elif tag in _STATEMENTS:
            self.out.drafts.append(Draft(kind=_STATEMENTS[tag]))
            self._leave()
        elif tag in _RESPONSES:
            self.response = tag
            self._leave()
        elif tag == "ACCTINFO":
            self._list()
            self.listing = {}
        elif tag in _ACCOUNTS:
            self._leave()
            if self.listing is not None:
                self.leaves = self.listing
            elif self.out.drafts:
                self.leaves = self.out.drafts[-1].account
        elif tag in {"LEDGERBAL", "AVAILBAL"}:
            self._leave()
            draft = self.draft()
            self.leaves = draft.ledger if tag == "LEDGERBAL" else draft.available
        elif tag == "STATUS":
            self._leave()
            self.leaves = {}
            self.out.statuses.append((self.response, self.leaves))
        elif tag in _ENDS:
            self._leave()

    def _leaf(self, tag: str, value: str) -> None:
        if tag == "CURDEF" and self.out.drafts:
            self.out.drafts[-1].currency = self.out.drafts[-1].currency or value
        elif tag == "ORG":
            self.out.bank = self.out.bank or value
        elif tag == "DESC" and self.listing is not None:
            self.listing["DESC"] = value
        elif tag.startswith("INTU."):
            self.out.intuit = True
        elif self.leaves is not None:
            self.leaves.setdefault(self.prefix + tag, value)

    def _leave(self) -> None:
        self.leaves, self.entry, self.prefix = None, None, ""

    def _list(self) -> None:
        if self.listing and self.listing.get("ACCTID"):
            self.out.listed[self.listing["ACCTID"]] = self.listing.get("DESC", "")
        self.listing = None


def fold(text: str) -> Folded:
    """Gather sections from the fields of an OFX file; asks nothing of their nesting."""
    state = _Fold()
    for field in fields(text):
        state.see(field)
    state._list()
    return state.out


class Field(msgspec.Struct, frozen=True):
    """An opening (`value` as written, maybe empty) or a closing tag; `at` is its place in the text."""

    tag: str
    value: str
    closing: bool
    at: int


def fields(text: str) -> Iterator[Field]:
    """Every tag in order. What follows an opening tag up to the next tag is its value; nothing is nested here."""
    if "-->" in text:
        text = _COMMENT.sub("", text)
    held: tuple[str, int] | None = None
    value: list[str] = []
    end = 0
    for match in _TOKEN.finditer(text):
        if held:
            value.append(html.unescape(text[end : match.start()]))
        end = match.end()
        if match["raw"] is not None:
            value.append(match["raw"])
            continue
        if held:
            yield Field(held[0], _joined(value), False, held[1])
        held, value = None, []
        if match["close"]:
            yield Field(match["tag"].upper(), "", True, match.start())
        else:
            held = (match["tag"].upper(), match.start())
    if held:
        value.append(html.unescape(text[end : end + _VALUE_CHARS_MAX]))
        yield Field(held[0], _joined(value), False, held[1])


def _joined(parts: list[str]) -> str:
    return "".join(parts).strip()[:_VALUE_CHARS_MAX]
