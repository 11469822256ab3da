"""Amounts as people type them."""

from __future__ import annotations

import pytest

from farthing.flows.typed import plain_amount


@pytest.mark.parametrize(
    ("typed", "locale", "read"),
    [
        ("12.50", "en-US", "12.50"),
        ("12,50", "en-US", "12.50"),
        ("12,50", "de-DE", "12.50"),
        ("1,204.10", "en-US", "1204.10"),
        ("1.204,10", "en-US", "1204.10"),
        ("1.204,10", "de-DE", "1204.10"),
        ("1,204", "en-US", "1204"),
        ("1.204", "de-DE", "1204"),
        ("1.204", "en-US", "1.204"),
        ("1,204,000", "en-US", "1204000"),
        ("1’204.10", "de-CH", "1204.10"),
        ("1 204,10", "fr-FR", "1204.10"),
        ("−40", "en-US", "-40"),
        ("-$40.00", "en-US", "-40.00"),
        ("$-40", "en-US", "-40"),
        ("$ 12", "en-US", "12"),
        ("40 €", "de-DE", "40"),
        (".5", "en-US", "0.5"),
        ("+7", "en-US", "7"),
        ("", "en-US", ""),
        ("12x50", "en-US", "12x50"),
        ("1e9", "en-US", "1e9"),
        ("(40.00)", "en-US", "-40.00"),
        ("($1,204.10)", "en-US", "-1204.10"),
        ("40.00-", "en-US", "-40.00"),
        ("--5", "en-US", "--5"),
        ("-5-", "en-US", "-5-"),
        ("1,23,456.00", "en-IN", "123456.00"),
        ("1,2,3", "en-US", "1,2,3"),
        ("1,2,3.40", "en-US", "1,2,3.40"),
        ("12.50.1", "en-US", "12.50.1"),
        ("1,20.4,10", "en-US", "1,20.4,10"),
    ],
)
def test_an_amount_is_read_as_its_writer_meant_it(typed: str, locale: str, read: str) -> None:
    assert plain_amount(typed, locale) == read
