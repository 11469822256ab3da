"""The tables of merchants' names as rows, for those who teach and measure: the program reads them in a quicker way of its own."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import zstandard

DATA = Path(__file__).parents[2] / "src/farthing/categorize/data"
BYTES_MAX = 32 * 1024 * 1024


@cache
def services() -> list[dict[str, str]]:
    """Our own: name, slug, countries, weak, trust, aliases."""
    return list(csv.DictReader((DATA / "services.csv").read_text(encoding="utf-8").splitlines()))


@cache
def index() -> list[dict[str, str]]:
    """The index's: key, name, slug, countries, weak, trust."""
    text = zstandard.ZstdDecompressor().decompress((DATA / "brands.tsv.zst").read_bytes(), max_output_size=BYTES_MAX).decode()
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
