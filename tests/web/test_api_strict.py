"""What a body's numbers, flags and texts may be: the thing itself, never something that could be read as it."""

from __future__ import annotations

from typing import Any

import pytest

from farthing.flows.world import World
from web.visit import program
from world import Family

NOW = {"limit": "100.00", "all": True}
LAX: list[tuple[str, str, dict[str, Any], str]] = [
    ("POST", "/budgets", {**NOW, "alerts": ["80"]}, "alerts[0]"),
    ("POST", "/budgets", {**NOW, "alerts": [80.5]}, "alerts[0]"),
    ("POST", "/budgets", {**NOW, "alerts": [80, True]}, "alerts[1]"),
    ("POST", "/budgets", {"limit": "100.00", "all": "true"}, "all"),
    ("POST", "/budgets", {"limit": "100.00", "all": 1}, "all"),
    ("POST", "/budgets", {"limit": 100, "all": True}, "limit"),
    ("PATCH", "/budgets/bud_x", {"alerts": ["80"]}, "alerts[0]"),
    ("PATCH", "/transactions/txn_x", {"hidden": "false"}, "hidden"),
    ("PATCH", "/transactions/txn_x", {"reviewed": 1}, "reviewed"),
    ("PATCH", "/transactions/txn_x", {"tags": "one"}, "tags"),
]


@pytest.mark.parametrize(("method", "path", "body", "field"), LAX, ids=str)
async def test_what_only_looks_like_a_number_or_a_flag_is_refused_with_its_field(
    world: World, household: Family, method: str, path: str, body: dict[str, Any], field: str
) -> None:
    async with program(world, household) as client:
        answer = await client.request(method, path, json=body)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "wrong_type", field)


async def test_the_thing_itself_is_taken(world: World, household: Family) -> None:
    async with program(world, household) as client:
        answer = await client.post("/budgets", json={**NOW, "alerts": [80, 100]})
    assert (answer.status_code, answer.json()["alerts"]) == (201, [80, 100])
