"""The archive's cells and pieces: text stays text in a spreadsheet, and the zip is whole however it is cut."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.flows.archive import PIECE_BYTES, Archive, as_csv, as_json, cell

AT = dt.datetime(2026, 11, 22, 9, 17, tzinfo=dt.UTC)
DANGEROUS = re.compile(r"[=+\-@\t\r\0]")


async def each(rows: Iterable[Mapping[str, Any]]) -> AsyncIterator[Mapping[str, Any]]:
    for row in rows:
        yield row


async def whole(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


@pytest.mark.parametrize(
    "text",
    [
        "=cmd()", "+1", "@SUM(A1)", "-2+3", "\t=1", "\r=1", "\n=1", "\0=1", "＝1+1", "＋1", "－1+1", "＠x", "\u200b=1", "\ufeff=1", " =1",
        "\u00a0=1", "\u202e=1", "-", "=", "-1e5", "+49 30 1234", "- 5", "\u0338=1",
    ],
)  # fmt: skip
def test_a_cell_that_would_run_is_made_text(text: str) -> None:
    assert cell(text) == "'" + text.replace("\0", "\ufffd") or cell(text).startswith("\ufffd")


@pytest.mark.parametrize("text", ["-12.50", "0", "12", "COFFEE = GOOD", "a-b", "", "50% off", "'quoted'", "Müller & Söhne"])
def test_numbers_and_harmless_text_stay_as_they_are(text: str) -> None:
    assert cell(text) == text


@given(st.text())
def test_no_cell_begins_like_a_formula_unless_it_is_a_plain_number(text: str) -> None:
    made = cell(text)
    seen = "".join(c for c in unicodedata.normalize("NFKC", made) if unicodedata.category(c) != "Cf").lstrip(" ")
    assert not DANGEROUS.match(seen) or re.fullmatch(r"-\d+(\.\d+)?", made, re.ASCII)
    assert not DANGEROUS.match(made) or re.fullmatch(r"-\d+(\.\d+)?", made, re.ASCII)


@given(
    st.lists(st.fixed_dictionaries({"a": st.none() | st.text(max_size=20), "b": st.fixed_dictionaries({"c": st.integers()})}), max_size=20)
)
async def test_csv_reads_back_as_what_was_written(rows: list[dict[str, Any]]) -> None:
    made = await whole(as_csv(each(rows), [("A", "a"), ("C", "b.c"), ("None", "b.x.y")]))
    read = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))
    assert read == [["A", "C", "None"], *([cell(r["a"]), str(r["b"]["c"]), ""] for r in rows)]


@given(
    st.lists(
        st.dictionaries(st.text(max_size=5), st.text(max_size=9) | st.integers(-9, 9) | st.none() | st.booleans(), max_size=4), max_size=9
    )
)
async def test_json_reads_back_as_what_was_written(rows: list[dict[str, Any]]) -> None:
    assert json.loads(await whole(as_json(each(rows)))) == rows


async def test_the_zip_is_whole_however_large_and_in_bounded_pieces() -> None:
    noise = [bytes((n * k * 131 + k) % 251 for k in range(100_000)) + str(n).encode() for n in range(60)]

    async def chunks() -> AsyncIterator[bytes]:
        for chunk in noise:
            yield chunk

    archive, pieces = Archive(AT), []
    for name in ("json/a.json", "raw/ü.txt", "empty"):
        pieces += [p async for p in archive.add(name, chunks() if name != "empty" else each([]))]
    pieces.append(archive.close())
    opened = zipfile.ZipFile(io.BytesIO(b"".join(pieces)))
    assert opened.testzip() is None
    assert opened.namelist() == ["json/a.json", "raw/ü.txt", "empty"]
    assert opened.read("raw/ü.txt") == b"".join(noise)
    assert all(len(p) == PIECE_BYTES for p in pieces[:-1])
