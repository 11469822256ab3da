"""Any file: told by its content, never by its name, and read by the reader of its format."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

from farthing.connections.files.archive import unpacked
from farthing.connections.files.camt.read import looks_like_camt, read_camt
from farthing.connections.files.model import BYTES_MAX, IN_PIECES, Mapping, Statement
from farthing.connections.files.ofx.read import read_ofx
from farthing.connections.files.qif.read import read_qif
from farthing.connections.files.qif.records import looks_like_qif
from farthing.connections.files.swift.read import looks_like_mt940, read_mt940
from farthing.connections.files.tables.read import read_table
from farthing.connections.files.text import decode
from farthing.core.errors import Rejected, TooLarge

_OFX = re.compile(rb"<\s*OFX\s*>|OFXHEADER\s*[:=]|<\?OFX\b", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"""\s*<\?xml[^>]{0,80}encoding=["']([\w\-]{1,30})""")
_UTF16_OFX = ("<OFX>".encode("utf-16-le"), "<OFX>".encode("utf-16-be"))
_ARCHIVES = (
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x28\xb5\x2f\xfd",
)
_WEB_PAGE = "this is a web page, not a statement: the bank may have signed you out before the download"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"RIFF")


def read_statement(
    content: bytes, *, name: str = "", mapping: Mapping | None = None, currency: str, today: dt.date, locale: str = "en_US"
) -> Statement:
    """Accounts and lines of a bank's or tracker's file.

    `mapping`: how to read a CSV, from an earlier `Statement.mapping`, edited or not; guessed without it. `currency` is the unit where
    the file names none, `locale` settles dates that can be read two ways. Rows that cannot be read are in `errors`, the rest goes on.
    Raises Rejected (Unreadable, TooLarge) for a file that gives nothing.
    """
    if len(content) > BYTES_MAX:
        raise TooLarge("too_large", f"a file may have {BYTES_MAX // 2**20} MB: {IN_PIECES}", field="file")
    _refuse_by_first_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    content = unpacked(content)
    _refuse_by_first_bytes(content)
    if content.startswith(_ARCHIVES):
        raise Rejected("archive", "this is a compressed archive: unpack it and import the files in it one by one", field="file")
    head = content[:65536]
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", head, re.IGNORECASE):
        _refuse_definitions(head)
    if _OFX.search(head) or any(mark in head for mark in _UTF16_OFX):
        return read_ofx(content, currency=currency, today=today, digest=digest)
    declared = _XML_CHARSET.match(head)
    text = decode(content, declared=declared[1].decode() if declared else "")
    if text.lstrip("\ufeff \t\r\n").startswith("<") and looks_like_camt(text[:65536]):
        return read_camt(text, currency=currency, today=today, digest=digest)
    if looks_like_mt940(text[:65536]):
        return read_mt940(text, currency=currency, today=today, digest=digest)
    if looks_like_qif(text[:65536]):
        return read_qif(text, mapping=mapping, currency=currency, today=today, locale=locale, digest=digest)
    _refuse_other_formats(text.lstrip("\ufeff \t\r\n")[:4000])
    return read_table(text, name=name, mapping=mapping, currency=currency, today=today, locale=locale, digest=digest)


def _refuse_definitions(head: bytes) -> None:
    if re.search(rb"<!DOCTYPE\s+html|<html", head, re.IGNORECASE):
        raise Rejected("web_page", _WEB_PAGE, field="file")
    raise Rejected("xml_definitions", "this XML brings definitions of its own, which no bank's statement needs", field="file")


def _refuse_by_first_bytes(content: bytes) -> None:
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Rejected("empty_file", "the file is empty", field="file")
    if b"%PDF-" in content[:1024]:
        raise Rejected("pdf", "a PDF shows a statement, but cannot be read exactly: download it as OFX, camt, MT940 or CSV", field="file")
    if content.startswith(b"PK\x03\x04") and (b"xl/" in content[:8192] or b"[Content_Types].xml" in content[:8192]):
        raise Rejected("spreadsheet", "this is a spreadsheet: save it as CSV and import that", field="file")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Rejected("spreadsheet", "this is an old spreadsheet or document: save it as CSV and import that", field="file")
    if content.startswith(_PICTURES):
        raise Rejected("not_a_statement", "this is a picture, not a statement", field="file")


def _refuse_other_formats(head: str) -> None:
    low = head[:600].casefold()
    if low.startswith(("<html", "<head", "<body")) or "<html" in low:
        raise Rejected("web_page", _WEB_PAGE, field="file")
    if low.startswith(("<?xml", "<document")):
        raise Rejected("format_not_read", "this XML is not a statement: download OFX, camt.053, MT940 or CSV", field="file")
    if low.startswith(("{", "[")):
        raise Rejected("not_a_statement", "this is JSON, not a statement", field="file")
    strange = sum(1 for c in head if ord(c) < 32 and c not in "\r\n\t\x00")
    if strange * 20 > len(head):
        raise Rejected("not_a_statement", "this is not text that a bank would send", field="file")
