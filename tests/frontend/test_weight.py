"""No page is heavy: what one weighs before it is packed is bounded, with everything in it that it shows at once."""

from __future__ import annotations

import pytest

from .gallery import render
from .pages import PAGES

BYTES_MAX = 100_000  # a list of a hundred rows with its filters and the panel beside it comes next to it


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_weighs_no_more_than_a_long_list(name: str) -> None:
    assert len(render(PAGES[name]).encode()) <= BYTES_MAX
