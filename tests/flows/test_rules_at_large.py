"""Rules over a long history: others have their turn meanwhile, what is read is bounded, and too often is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from farthing.core.errors import Limited, Rejected
from farthing.flows import run_rules as running
from farthing.flows.desk import read_desk, write_desk
from farthing.flows.manage_rules import RuleWish, add_rule
from farthing.flows.preview_rule import preview_rule, trying_desk
from farthing.flows.read_rule import ThenWish
from farthing.flows.run_rules import run_rules
from farthing.flows.sift_rows import bounds_of, looking
from farthing.platform import limits
from web.visit import program
from world import Bank, Family

ROWS = [f"2026-10-{1 + n % 28:02} -{n}.00 {('ZORBLAX', 'QUUXLEY', 'SNIRK')[n % 3]} x{n}" for n in range(1, 13)]


async def rule(household: Family, when: str, **then: Any) -> int:
    then = then or {"category_id": await household.category("vet")}
    made = (await add_rule(household.world, household.household_id, household.actor, RuleWish(when=when, then=ThenWish(**then)))).rule
    return made.rule_id


async def test_a_merchants_rule_reads_that_merchants_rows_alone(household: Family, bank: Bank) -> None:
    await bank(*ROWS)
    async with read_desk(household.world, household.household_id, household.actor) as desk:
        found = {}
        for when in ("merchant:zorb", 'merchant:="Zorb"', "merchant:=zorblax is:out <50 source:none", "zorblax"):
            one = await preview_rule(desk, RuleWish(when=when, then=ThenWish(note="x")))
            bounds = await bounds_of(desk, [one.rule])
            found[when] = (one.matched, len(bounds.payees) if bounds.payees is not None else None, bounds.amount_max, bounds.sources)
    assert found == {
        "merchant:zorb": (4, 1, None, None),
        'merchant:="Zorb"': (0, 0, None, None),
        "merchant:=zorblax is:out <50 source:none": (4, 1, -1, (0,)),
        "zorblax": (4, None, None, None),
    }


async def test_rules_together_read_the_rows_of_every_merchant_that_one_of_them_means(household: Family, bank: Bank) -> None:
    await bank(*ROWS)
    async with read_desk(household.world, household.household_id, household.actor) as desk:
        found = {}
        for whens in (("merchant:zorb", "merchant:=quuxley"), ("merchant:nir", "merchant:=quux"), ("merchant:r", "snirk")):
            drafts = [(await preview_rule(desk, RuleWish(when=when, then=ThenWish(note="x")))).rule for when in whens]
            bounds = await bounds_of(desk, drafts)
            found[whens] = len(bounds.payees) if bounds.payees is not None else None
    assert found == {
        ("merchant:zorb", "merchant:=quuxley"): 2,
        ("merchant:nir", "merchant:=quux"): 1,
        ("merchant:r", "snirk"): None,
    }


async def test_a_run_over_too_many_rows_is_refused_before_anything_is_written(
    household: Family, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bank(*ROWS)
    await rule(household, "zorblax")
    monkeypatch.setattr(running, "RUN_ROWS_MAX", 3)
    async with write_desk(household.world, household.household_id, household.actor):
        with pytest.raises(Rejected, match="at most 3 rows"):  # whoever writes waits for the one who writes already
            await run_rules(household.world, household.household_id, household.actor)
    assert "2026-10-04 -3.00 Zorblax uncategorised" in await household.rows()


async def test_rows_that_a_rule_meets_but_does_not_change_are_not_counted_against_the_limit(
    household: Family, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rule(household, "zorblax")
    await bank(*ROWS)
    monkeypatch.setattr(running, "RUN_ROWS_MAX", 3)
    assert (await run_rules(household.world, household.household_id, household.actor)).count == 0


async def test_others_have_their_turn_while_rows_are_weighed(household: Family, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    await bank(*ROWS)
    await rule(household, "zorblax")
    beside: list[str] = []
    real = asyncio.to_thread

    def noted(call: Callable[..., Any], *given: Any) -> Any:
        beside.append(call.__name__)
        return real(call, *given)

    monkeypatch.setattr(asyncio, "to_thread", noted)
    async with trying_desk(household.world, household.household_id, household.actor) as desk:
        await preview_rule(desk, RuleWish(when="zorblax", then=ThenWish(note="x")))
    await run_rules(household.world, household.household_id, household.actor)
    assert beside == ["weigh", "judged"]


async def test_only_so_many_look_at_once_and_who_is_over_is_told_when(household: Family) -> None:
    who = (household.world, household.household_id, limits.RULE_LOOK)
    async with looking(*who), looking(*who):
        with pytest.raises(Limited) as refusal:
            async with looking(*who):
                pass
    assert refusal.value.retry_after_s > 0
    async with looking(*who):
        pass


async def test_trying_and_running_too_often_is_429_with_the_wait(household: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RULE_LOOK", limits.Rule("rule_look", burst=2, every_s=60))
    monkeypatch.setattr(limits, "RULE_RUN", limits.Rule("rule_run", burst=1, every_s=60))
    draft = {"when": "zorblax", "then": {"note": "x"}}
    async with program(household.world, household) as it:
        tried = [await it.post("/rules/preview", json=draft) for _ in range(3)]
        ran = [await it.post("/rules/run", json={}) for _ in range(2)]
    assert [t.status_code for t in tried] == [200, 200, 429]
    assert [r.status_code for r in ran] == [200, 429]
    assert all(int(a.headers["retry-after"]) >= 1 for a in (tried[2], ran[1]))
