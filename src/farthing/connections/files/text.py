"""Bytes to text, whatever the file or its header claims; and text made fit to keep."""

from __future__ import annotations

import codecs
import re

from farthing.core.errors import Rejected

TEXT_CHARS_MAX = 500
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
# Invisible characters that can reverse or hide text on a page; the joiner of emoji (U+200D) stays.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
_LETTERS_MIN = 40  # fewer letters beyond ASCII prove no language
_SPACES = re.compile(r"\s+")
# Code pages whose letters Windows-1252 would silently turn into others.
_OTHER_PAGES = {
    "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "iso8859_2", "iso8859_5", "iso8859_7", "iso8859_9", "koi8_r",
    "cp932", "shift_jis", "shift_jis_2004", "euc_jp", "gb18030", "gbk", "gb2312", "big5", "big5hkscs", "euc_kr", "cp949", "johab",
}  # fmt: skip


def decode(content: bytes, *, declared: str = "") -> str:
    """The text of a file: byte order mark, then UTF-8, then UTF-16 by its zeros, then the declared or likely code page."""
    for mark, name in _BOMS:
        if content.startswith(mark):
            return _strict(content, name)
    half = _utf16_without_mark(content[:4096])
    if half:
        return _strict(content, half)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _legacy(content, declared)


def _strict(content: bytes, name: str) -> str:
    try:
        return content.decode(name)
    except UnicodeDecodeError as error:
        raise Rejected("bad_encoding", f"the file says it is {name}, but byte {error.start} is not", field="file") from error


def _utf16_without_mark(head: bytes) -> str:
    if len(head) < 8:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    many = len(head) * 3 // 8  # Latin text in UTF-16 has a zero in nearly every other place
    if odd > many and even * 8 < odd:
        return "utf-16-le"
    return "utf-16-be" if even > many and odd * 8 < even else ""


def _legacy(content: bytes, declared: str) -> str:
    for name in (declared, _likely_page(content)):
        try:
            if name and codecs.lookup(name).name not in {"utf-8", "ascii"}:
                return content.decode(name)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _likely_page(content: bytes) -> str:
    """A non-western code page if the letters speak for one; imported late, because most files are UTF-8."""
    lines = [line for line in content[: 1 << 20].splitlines() if not line.isascii()]
    sample = b"\n".join(lines)[: 1 << 15]
    if sum(b > 127 for b in sample) < _LETTERS_MIN:
        return ""
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding if best and best.encoding in _OTHER_PAGES and best.coherence > 0.4 else ""


def clean(text: str, *, chars_max: int = TEXT_CHARS_MAX) -> str:
    """One line, no control or direction characters, at most `chars_max`."""
    if text.isprintable() and "  " not in text:  # the usual case, five times as fast
        return text.strip()[:chars_max].rstrip()
    text = _UNSEEN.sub(" ", text)
    return _SPACES.sub(" ", text).strip()[:chars_max].rstrip()
