"""The `:86:` of an MT940: what was paid and to whom, in the German, the Dutch or no order."""

from __future__ import annotations

import re

import msgspec

from farthing.connections.files.gather import said_reference
from farthing.connections.files.text import clean

_LINE_CHARS = 65  # SWIFT's; a full line goes on where it stands
_PART_CHARS = 27
_STRUCTURED = re.compile(r"\s?(?:\d{3})?([?>^~|<])(?=\d\d)")
_SEPA = re.compile(r"(?<![A-Z])(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|COAM|OAMT|PURP|RREF|RCUR|IBAN|BIC)\+")
_DUTCH = re.compile(
    r"/(TRTP|TYPE|IBAN|BBAN|BIC|NAME|REMI|EREF|MARF|CSID|ORDP|BENM|ULTB|ULTD|CNTP|PURP|ISDT|RTRN|SVCL|PREF|TRCD|IREF|KREF)/"
)
_ACCOUNT = re.compile(r"[A-Z0-9*]{6,34}", re.ASCII)
_PURPOSE = (*range(20, 30), *range(60, 64))


class Details(msgspec.Struct):
    """`kind`: the bank's word for this sort of entry."""

    text: str = ""
    name: str = ""
    account: str = ""
    reference: str = ""
    kind: str = ""


def details_of(lines: list[str]) -> Details:
    """What the lines behind `:86:` say."""
    text = joined(lines)
    if (found := _STRUCTURED.match(text)) and text.count(found[1]) > 1:
        return _german(text[found.end() - 1 :], found[1])
    keys = list(_DUTCH.finditer(text))
    if keys and keys[0].start() <= 1:
        return _dutch(text, keys)
    return Details(clean(text))


def non_swift(lines: list[str]) -> Details:
    """`:NS:`, as some banks state it instead: lines that open with two digits."""
    parts = [(int(line[:2]), line[2:]) for line in lines if line[:2].isascii() and line[:2].isdigit()]
    text = clean(" ".join(t for n, t in parts if 1 <= n <= 14))
    return Details(text, clean("".join(t for n, t in parts if n in {15, 16})), kind=clean(" ".join(t for n, t in parts if n == 17)))


def joined(lines: list[str]) -> str:
    """One text: a full line goes on in the next without a gap, and so does one that ends within a mark such as `?20`."""
    whole, width = "", 4  # of the tag
    for line in lines:
        before = whole[-2:]
        gap = "" if not whole or width >= _LINE_CHARS or before.endswith("?") or before[:1] == "?" else " "
        whole, width = whole + gap + line, (len(line) if whole else 4 + len(line))
    return whole


def _german(text: str, mark: str) -> Details:
    parts: dict[int, str] = {}
    for piece in text.split(mark):
        if piece[:2].isascii() and piece[:2].isdigit():
            parts.setdefault(int(piece[:2]), piece[2:])
        elif parts:  # the mark itself, inside of a text
            last = next(reversed(parts))
            parts[last] += mark + piece
    purpose = _run([parts[n] for n in _PURPOSE if n in parts])
    keys = list(_SEPA.finditer(purpose))
    said = _keyed(purpose, keys)
    text = said.get("SVWZ", "") if keys else purpose
    account = parts.get(38, "") or parts.get(31, "")
    return Details(
        clean(text) or clean(purpose[: keys[0].start()] if keys else ""), clean(_run([parts.get(32, ""), parts.get(33, "")])),
        account=_account(account), reference=clean(said.get("EREF", "")), kind=clean(parts.get(0, "")),
    )  # fmt: skip


def _run(parts: list[str]) -> str:
    """Parts of one text; a full one goes on where it stands."""
    whole = ""
    for part in parts:
        whole += part if len(part.strip("\n")) >= _PART_CHARS else part + " "
    return whole


def _dutch(text: str, keys: list[re.Match[str]]) -> Details:
    said = {key: value.strip("/ ") for key, value in _keyed(text, keys).items()}
    name, account = said.get("NAME", ""), said.get("IBAN", "") or said.get("BBAN", "")
    if "CNTP" in said:
        account, _, rest = said["CNTP"].partition("/")
        name = rest.partition("/")[2].partition("/")[0] or name
    remittance = re.sub(r"^(?:USTD|STRD)/+(?:CUR/)?", "", said.get("REMI", ""))
    kind = clean(said.get("TRTP", "") or said.get("TYPE", ""))
    return Details(clean(remittance), clean(name), account=_account(account), reference=clean(said.get("EREF", "")), kind=kind)


def _keyed(text: str, keys: list[re.Match[str]]) -> dict[str, str]:
    """What stands behind each key, up to the next; the first counts."""
    ends = [*(k.start() for k in keys[1:]), len(text)]
    said: dict[str, str] = {}
    for key, end in zip(keys, ends if keys else [], strict=True):
        said.setdefault(key[1], text[key.end() : end])
    return said


def _account(text: str) -> str:
    bare = re.sub(r"\s", "", text)
    return bare if _ACCOUNT.fullmatch(bare) and said_reference(bare) else ""
