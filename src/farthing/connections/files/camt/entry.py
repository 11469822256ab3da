"""One `Ntry` of a camt: a row, or a row for each of its payments where these add up to it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from farthing.connections.files.camt.tree import Node
from farthing.connections.files.gather import said_reference
from farthing.connections.files.text import clean
from farthing.core.errors import Rejected
from farthing.core.money import Money, parse_unit

_AMOUNT = re.compile(r"\d{1,18}(?:\.\d{0,8})?|\.\d{1,8}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:[T ].{0,40}|Z|[+-]\d\d:\d\d)?", re.ASCII)
_REMITTANCE_MAX = 40
_ID_CHARS_MIN = 6


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """A row of an entry. `day` is None where neither booking nor value are stated. `status`: BOOK, PDNG, INFO or FUTR."""

    amount: Money
    day: dt.date | None
    status: str
    text: str
    name: str
    account: str
    reference: str | None
    ref: str | None


def rows_of(entry: Node, *, unit: str) -> Iterator[Stated]:
    """Raises Rejected when the entry itself cannot be read."""
    whole = _money(entry, "Amt", unit=unit)
    direction = entry.first("CdtDbtInd")
    if direction not in {"CRDT", "DBIT"}:
        raise Rejected("bad_sign", f"“{clean(direction, chars_max=20)}” does not say whether money came in or went out", field="CdtDbtInd")
    whole = whole if direction == "CRDT" else -whole
    day = day_of(entry, "BookgDt") or day_of(entry, "ValDt")
    status = entry.first("Sts/Cd", "Sts", "Sts/Prtry").upper() or "BOOK"
    details = entry.all("NtryDtls/TxDtls")
    parts = _parts(details, whole) if len(details) > 1 else None
    bank = _bank_id(entry.first("AcctSvcrRef"))
    if bank and _is_reversal(entry):
        bank = f"{bank}/R"  # often with the reference of what it takes back
    for nth, (detail, amount) in enumerate(parts or [(details[0] if len(details) == 1 else None, whole)]):
        own = _bank_id(detail.first("Refs/AcctSvcrRef")) if detail is not None and parts else None
        ref = own or (f"{bank}/{nth + 1}" if bank and parts else bank)
        yield _stated(entry, detail, amount=amount, day=day, status=status, ref=ref)


def _is_reversal(entry: Node) -> bool:
    """Whether it takes an earlier entry back; its direction is its own."""
    return entry.first("RvslInd") in {"true", "1"}


def _parts(details: list[Node], whole: Money) -> list[tuple[Node, Money]] | None:
    """The payments with their signed amounts, if all state one in the entry's currency and they add up to it."""
    found: list[tuple[Node, Money]] = []
    for detail in details:
        path = next((p for p in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt") if detail.all(p)), "")
        try:
            amount = _money(detail, path, unit="") if path else None
        except Rejected:
            return None
        if amount is None or amount.currency != whole.currency:
            return None
        direction = detail.first("CdtDbtInd")
        out = direction == "DBIT" if direction else whole.minor < 0
        found.append((detail, -amount if out else amount))
    return found if sum(a.minor for _, a in found) == whole.minor else None


def _stated(entry: Node, detail: Node | None, *, amount: Money, day: dt.date | None, status: str, ref: str | None) -> Stated:
    paid = (amount.minor < 0) != _is_reversal(entry)
    sides = ("Cdtr", "Dbtr") if paid else ("Dbtr", "Cdtr")
    name = account = text = end_to_end = ""
    if detail is not None:
        name, account = _party(detail, sides[0])
        text = _remittance(detail) or clean(detail.first("AddtlTxInf"))
        end_to_end = detail.first("Refs/EndToEndId")
    reference = said_reference(clean(end_to_end))
    told = clean(entry.first("AddtlNtryInf")) or name or reference or clean(entry.first("NtryDtls/Btch/PmtInfId", "NtryRef"))
    return Stated(
        amount=amount, day=day, status=status, text=text or told or ref or "unnamed", name=name, account=account, reference=reference,
        ref=ref,
    )  # fmt: skip


def _party(detail: Node, side: str) -> tuple[str, str]:
    """The other side's name and account; the one in whose name it acts goes first."""
    base = f"RltdPties/{side}"
    name = clean(detail.first(f"RltdPties/Ultmt{side}/Nm", f"RltdPties/Ultmt{side}/Pty/Nm"))
    if not name or not name.strip(".-") or name.casefold() in {"keine information vorhanden", "notprovided"}:
        name = clean(detail.first(f"{base}/Nm", f"{base}/Pty/Nm", f"{base}/Agt/FinInstnId/Nm"))
    account = detail.first(f"{base}Acct/Id/IBAN", f"{base}Acct/Id/Othr/Id", f"{base}Acct/Id/PrtryAcct/Id")
    return name, clean(account, chars_max=64)


def _remittance(detail: Node) -> str:
    plain = [n.text for n in detail.all("RmtInf/Ustrd")[:_REMITTANCE_MAX]]
    structured = [n.text for n in detail.all("RmtInf/Strd/CdtrRefInf/Ref") + detail.all("RmtInf/Strd/AddtlRmtInf")][:_REMITTANCE_MAX]
    return clean(" ".join(plain)) or clean(" ".join(structured))


def _bank_id(text: str) -> str | None:
    """The servicing bank's own reference, if it can tell entries apart."""
    told = said_reference(clean(text, chars_max=100))
    return told if told and len(told) >= _ID_CHARS_MIN and any(c.isdigit() for c in told) else None


def money_of(node: Node, *, unit: str) -> Money:
    """An `Amt` below a balance, signed by `CdtDbtInd`."""
    amount = _money(node, "Amt", unit=unit)
    return -amount if node.first("CdtDbtInd") == "DBIT" else amount


def _money(node: Node, path: str, *, unit: str) -> Money:
    found = node.all(path)
    if not found or not found[0].text:
        raise Rejected("bad_amount", "the amount is missing", field=path)
    text, stated = found[0].text, found[0].attributes.get("Ccy", "") or unit
    if not _AMOUNT.fullmatch(text):
        raise Rejected("bad_amount", f"“{clean(text, chars_max=30)}” is not an amount", field="Amt")
    return Money.of(Decimal(text), parse_unit(stated, field="Amt"), field="Amt")


def day_of(node: Node, path: str) -> dt.date | None:
    """The day under `path`, as the bank wrote it, whatever its zone; raises Rejected for what is none."""
    text = node.first(f"{path}/Dt", f"{path}/DtTm")
    if not text:
        return None
    try:
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        return dt.date.fromisoformat(text[:10])
    except ValueError as error:
        raise Rejected("bad_date", f"“{clean(text, chars_max=30)}” is not a date", field=path) from error
