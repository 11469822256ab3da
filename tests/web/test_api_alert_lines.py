"""The lines of alerts: drawn, left as they are, and taken away, by API and page alike."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from web.visit import Browser

HERE = "/alert-lines"


async def test_lines_are_drawn_one_by_one_and_taken_away(api: httpx.AsyncClient, reader: Browser) -> None:
    assert (await api.get(HERE)).json() == {"large": None, "low_balance": None, "currency": "USD"}
    assert (await api.patch(HERE, json={"large": "500"})).json() == {"large": "500.00", "low_balance": None, "currency": "USD"}
    assert (await api.patch(HERE, json={"low_balance": "250.50"})).json()["large"] == "500.00"
    page = await reader.open("/settings/notifications")
    assert 'value="500.00"' in page
    assert 'value="250.50"' in page
    await reader.send("/settings/notifications", intent="line", large="", low_balance="100")
    assert "The lines are drawn." in reader.words
    assert (await api.get(HERE)).json() == {"large": None, "low_balance": "100.00", "currency": "USD"}
    assert (await api.patch(HERE, json={"low_balance": None})).json()["low_balance"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [({"large": "-5"}, "large"), ({"low_balance": "0"}, "low_balance"), ({"large": "much"}, "large"), ({"small": "1"}, "small")],
)
async def test_what_is_no_line_is_refused_with_its_field(api: httpx.AsyncClient, body: dict[str, Any], field: str) -> None:
    answer = await api.patch(HERE, json=body)
    assert (answer.status_code in {400, 422}, answer.json()["field"]) == (True, field)
