"""OFX 1.x and 2.x, QFX included: bank, card and the cash side of investment statements.

Read by our own reader rather than `ofxtools`, which refuses 10 of the 27 files we test with (it is the judge of our reader in the tests).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from decimal import Decimal

from farthing.connections.files.gather import midnight
from farthing.connections.files.identity import told_apart
from farthing.connections.files.model import ROWS_MAX, Doubt, RowError, Statement, Unreadable, too_many_rows
from farthing.connections.files.ofx.fold import Draft, Entry, Folded, fold
from farthing.connections.files.text import clean, decode
from farthing.core.dates import AHEAD_DAYS_MAX, EARLIEST
from farthing.core.errors import Rejected
from farthing.core.money import Money, parse_unit
from farthing.ledger.model import BankAccount, StatementLine

_CHARSET = re.compile(rb"(?:CHARSET:|encoding=[\"'])([\w\-]{1,30})")
_AMOUNT = re.compile(r"[+-]?(?:\d{1,15}(?:[.,]\d{0,8})?|[.,]\d{1,8})", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+\.\d{1,4}|[+-]?\d{1,3}(?:\.\d{3})+,\d{1,4}", re.ASCII)
_STAMP = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)[T ]?(?:(\d\d):?(\d\d)(?::?(\d\d))?)?[^\[]*(?:\[\s*([+-]?\d{1,2}(?:\.\d+)?))?", re.ASCII)
_SHORT = re.compile(r"(\d\d)(\d\d)(\d\d)", re.ASCII)
_KINDS = {"CHECKING": "checking", "SAVINGS": "savings", "MONEYMRKT": "savings", "CD": "savings", "CREDITLINE": "loan"}


def read_ofx(content: bytes, *, currency: str, today: dt.date, digest: str) -> Statement:
    """The file's accounts and lines; raises Rejected when it holds no statement at all."""
    declared = _CHARSET.search(content[:2000])
    charset = declared[1].decode() if declared else ""
    folded = fold(decode(content, declared=f"cp{charset}" if charset.isdigit() else charset))
    _refuse_failures(folded)
    accounts, lines, errors, doubts = [], [], [], _doubts(folded)
    refs = _account_refs(folded.drafts)
    for draft, ref in zip(folded.drafts, refs, strict=True):
        unit = _unit(draft, currency)
        accounts.append(_account(draft, ref=ref, unit=unit, folded=folded, doubts=doubts))
        for entry in draft.entries:
            line = _line(entry, ref=ref, unit=unit, today=today)
            if isinstance(line, RowError):
                errors.append(line)
            else:
                lines.append(line)
        if len(lines) + len(errors) > ROWS_MAX:
            raise too_many_rows()
    _refuse_empty(folded, accounts=accounts, lines=lines, errors=errors)
    kept, again = told_apart(lines)
    days = [line.date for line in kept]
    return Statement(
        format="qfx" if folded.intuit else "ofx", digest=digest, accounts=accounts, lines=kept, errors=errors, passed_over=again,
        doubts=doubts, first_day=min(days, default=None), last_day=max(days, default=None),
    )  # fmt: skip


def _refuse_failures(folded: Folded) -> None:
    if folded.drafts:
        return
    for place, status in folded.statuses:
        if status.get("SEVERITY", "").upper() == "ERROR" or status.get("CODE", "0").strip("0"):
            said = f"{clean(status.get('MESSAGE', 'no reason given'), chars_max=300)} ({clean(status.get('CODE', '?'), chars_max=10)})"
            if place == "SONRS":
                raise Rejected("ofx_signon_failed", f"the bank refused the sign-in when this file was made: {said}", field="file")
            raise Rejected("ofx_error", f"the bank put an error into this file instead of a statement: {said}", field="file")
    if folded.listed:
        raise Rejected("no_transactions", f"this file lists {len(folded.listed)} accounts, but no transactions", field="file")
    raise Rejected("no_transactions", "this OFX file holds no statement of an account", field="file")


def _refuse_empty(folded: Folded, *, accounts: list[BankAccount], lines: list[StatementLine], errors: list[RowError]) -> None:
    if lines:
        return
    if all(d.kind == "investment" for d in folded.drafts):
        trades = sum(e.kind == "trade" for d in folded.drafts for e in d.entries)
        raise Rejected("investment_only", f"only investments are in this file ({trades} trades), no cash transactions", field="file")
    if errors:
        raise Unreadable(errors)
    if all(a.balance is None for a in accounts):
        raise Rejected("no_transactions", "this statement holds neither transactions nor a balance", field="file")


def _doubts(folded: Folded) -> list[Doubt]:
    failed = [s for place, s in folded.statuses if place != "SONRS" and s.get("SEVERITY", "").upper() == "ERROR"]
    said = clean(failed[0].get("MESSAGE", "no reason given")) if failed else ""
    return [Doubt("part_failed", f"the bank could not give all statements of this file: {said}")] if failed else []


def _account_refs(drafts: list[Draft]) -> list[str]:
    """The account number; beside it the kind where one number stands for two accounts (checking and savings of one bank)."""
    numbers = [clean(d.account.get("ACCTID", ""), chars_max=64) for d in drafts]
    kinds = {(n, _kind(d)) for n, d in zip(numbers, drafts, strict=True)}
    shared = {n for n, count in Counter(n for n, _ in kinds).items() if count > 1}
    return [f"{n}/{_kind(d)}" if n in shared else n for n, d in zip(numbers, drafts, strict=True)]


def _kind(draft: Draft) -> str:
    if draft.kind != "bank":
        return draft.kind
    return _KINDS.get(draft.account.get("ACCTTYPE", "").strip().upper(), "checking")


def _unit(draft: Draft, currency: str) -> str:
    stated = [draft.currency, *{e.leaves.get("CURRENCY.CURSYM", "") for e in draft.entries}]
    for text in stated[:2] if len(stated) == 2 else stated[:1]:
        try:
            return parse_unit(text)
        except Rejected:
            continue
    return currency


def _account(draft: Draft, *, ref: str, unit: str, folded: Folded, doubts: list[Doubt]) -> BankAccount:
    kind = _kind(draft)
    number = "".join(c for c in draft.account.get("ACCTID", "") if c.isalnum())
    mask = number[-4:] or None
    bank = clean(folded.bank, chars_max=80)
    described = clean(folded.listed.get(draft.account.get("ACCTID", ""), ""), chars_max=80)
    stamp = _stamp(draft.ledger.get("DTASOF", ""))
    return BankAccount(
        ref=ref, name=described or " ".join(p for p in (bank, kind, mask) if p), kind=kind, currency=unit, mask=mask,
        official_name=bank or None, balance=_balance(draft.ledger, unit, doubts), available=_balance(draft.available, unit, doubts),
        as_of=midnight(stamp[0]) if stamp else None,
    )  # fmt: skip


def _balance(leaves: dict[str, str], unit: str, doubts: list[Doubt]) -> int | None:
    text = leaves.get("BALAMT", "")
    if not text:
        return None
    try:
        return _money(text, unit).minor
    except Rejected as error:
        doubts.append(Doubt("bad_balance", f"the balance of this file is left out: {error.detail}"))
        return None


def _line(entry: Entry, *, ref: str, unit: str, today: dt.date) -> StatementLine | RowError:
    leaves = entry.leaves
    if entry.kind == "trade":
        return RowError(entry.row, entry.tag, "investment trades are not imported, only cash", "investment_trade")
    try:
        posted = _day(leaves, "DTPOSTED", "DTTRAN", today=today)
        amount = _money(leaves.get("TRNAMT", ""), _line_unit(leaves, unit))
    except Rejected as error:
        return RowError(entry.row, error.field or "", error.detail, error.code)
    fitid = clean(leaves.get("FITID", ""), chars_max=255)
    check = leaves.get("CHECKNUM", "").strip("0 ") and leaves["CHECKNUM"]
    sic = leaves.get("SIC", "").strip()
    pending = entry.kind == "pending"
    return StatementLine(
        account_ref=ref, amount=amount, date=_happened(leaves, posted, today), text=_text(leaves), ref=fitid if fitid.strip("0") else None,
        posted_date=None if pending else posted, pending=pending, row=entry.row,
        counterparty=clean(leaves.get("TO.ACCTID", "")) or None, reference=clean(check or leaves.get("REFNUM", "")) or None,
        mcc=sic if len(sic) == 4 and sic.isascii() and sic.isdigit() and sic.strip("0") else None,
    )  # fmt: skip


def _text(leaves: dict[str, str]) -> str:
    """Name and memo; only one of them where it holds the other (a name is cut at 32 characters)."""
    name = clean(leaves.get("NAME", "") or leaves.get("PAYEE.NAME", ""))
    memo = clean(leaves.get("MEMO", ""))
    full = memo if name.casefold() in memo.casefold() else name if memo.casefold() in name.casefold() else f"{name} {memo}"
    return clean(full) or clean(leaves.get("TRNTYPE", "")) or "unnamed"


def _line_unit(leaves: dict[str, str], unit: str) -> str:
    """In `CURRENCY` the amount is not converted, in `ORIGCURRENCY` it already is: the file's own word decides."""
    stated = leaves.get("CURRENCY.CURSYM", "")
    return parse_unit(stated, field="CURSYM") if stated else unit


def _money(text: str, unit: str) -> Money:
    text = re.sub(r"\s", "", text)
    if _GROUPED.fullmatch(text):
        text = text.replace(text[-5:].strip("0123456789+-")[0], "@").replace(",", "").replace(".", "").replace("@", ".")
    if not _AMOUNT.fullmatch(text):
        shown = clean(text, chars_max=30)
        raise Rejected("bad_amount", f"“{shown}” is not an amount" if shown else "the amount is missing", field="TRNAMT")
    if re.search(r",\d{3}$", text):
        raise Rejected("bad_amount", f"“{text}” could be thousands or decimals", field="TRNAMT")
    return Money.of(Decimal(text.replace(",", ".")), unit, field="TRNAMT")


def _day(leaves: dict[str, str], *names: str, today: dt.date) -> dt.date:
    name, text = next(((n, leaves[n]) for n in names if leaves.get(n)), (names[0], ""))
    if not text:
        raise Rejected("bad_date", "the date is missing", field=name)
    stamp = _stamp(text)
    if stamp is None:
        raise Rejected("bad_date", f"“{clean(text, chars_max=30)}” is not a date", field=name)
    if not EARLIEST <= stamp[0] <= today + dt.timedelta(days=AHEAD_DAYS_MAX):
        raise Rejected("date_out_of_range", f"{stamp[0]} is not between 1970 and a year ahead", field=name)
    return stamp[0]


def _happened(leaves: dict[str, str], posted: dt.date, today: dt.date) -> dt.date:
    """The day the owner acted, where the file has it and it is believable."""
    try:
        day = _day(leaves, "DTUSER", today=today)
    except Rejected:
        return posted
    return day if abs((posted - day).days) <= 90 else posted


def _stamp(text: str) -> tuple[dt.date, dt.datetime] | None:
    """The day as written (the bank's own, never shifted into another zone) and the instant."""
    text = text.strip()
    try:
        if short := _SHORT.fullmatch(text):
            year = int(short[1])
            day = dt.date(year + (2000 if year < 70 else 1900), int(short[2]), int(short[3]))
            return day, dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
        match = _STAMP.match(text)
        if not match or (match[4] is None and len(text) > 8 and text[8:9].isdigit() and "-" not in text[:10]):
            return None
        day = dt.date(int(match[1]), int(match[2]), int(match[3]))
        hour, minute, second = (int(g or 0) for g in match.group(4, 5, 6))
        zone = dt.timezone(dt.timedelta(hours=float(match[7] or 0)))
        return day, dt.datetime(day.year, day.month, day.day, hour, minute, min(second, 59), tzinfo=zone).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
