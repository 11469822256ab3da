"""What recurring payments tell becomes an alert, once: due, not come, dearer, new; and is taken back when it is no longer so."""

from __future__ import annotations

import pytest

from farthing.core.dates import FixedClock
from farthing.flows.manage_recurring import confirm_series, confirm_sure, dismiss_series
from farthing.flows.refresh_recurring import refresh_recurring
from farthing.flows.watch import watch
from farthing.insights.recurring.store import held_series
from farthing.notify.alerting import Kind, alerts
from world import Bank, Family

NETFLIX = tuple(f"2026-{m:02d}-05 -15.49 NETFLIX.COM as Netflix n{m}" for m in range(5, 12))
RENT = tuple(f"2026-{m:02d}-01 -1200.00 ALDER COURT RENT as Alder_Court r{m}" for m in range(6, 12))
RISEN = "2026-12-05 -17.99 NETFLIX.COM as Netflix n12"
LATER = "2026-12-20 -1.00 ZORBLAX z9"  # the bank has been read up to then
OLD = "2026-08-01 -4.00 ZORBLAX z1"
ASKED = "2026-11-10 -15.49 NETFLIX.COM as Netflix n1"


async def shown(family: Family) -> list[str]:
    """Alerts after a look."""
    await refresh_recurring(family.world, family.household_id)
    await watch(family.world, family.household_id)
    return await family.alerts()


async def confirmed(family: Family, *lines: str) -> None:
    await family.bank(*lines)
    await refresh_recurring(family.world, family.household_id)
    assert await confirm_sure(family.world, family.household_id, family.actor) == 1


async def series_of(family: Family) -> int:
    async with family.unit() as (unit, sealer):
        (one,) = await held_series(unit, sealer)
        return one.recurring_id


def forward(family: Family, days: int) -> None:
    assert isinstance(family.world.clock, FixedClock)
    family.world.clock.forward(days=days)


async def test_a_bill_is_told_three_days_before_it_is_due_though_nothing_happens(household: Family) -> None:
    await confirmed(household, *RENT)
    assert await shown(household) == []
    forward(household, 5)  # 27 November
    assert await shown(household) == []
    forward(household, 1)
    assert await shown(household) == await shown(household) == ["Alder Court is due on 1 Dec: $1,200"]


async def test_it_stays_due_until_it_is_paid(household: Family) -> None:
    await confirmed(household, *RENT)
    forward(household, 8)
    await shown(household)
    forward(household, 3)  # 3 December, a day on which no bank has sent anything
    assert await shown(household) == ["Alder Court is due on 1 Dec: $1,200"]
    await household.bank("2026-12-03 -1200.00 ALDER COURT RENT as Alder_Court r12")
    assert await shown(household) == ["No longer so: Alder Court is due on 1 Dec: $1,200"]


async def test_one_that_does_not_come_is_told_once_its_bank_has_been_read_further(household: Family) -> None:
    await confirmed(household, *RENT)
    forward(household, 28)  # 20 December
    assert "Alder Court was expected on 1 Dec and has not come" not in await shown(household)
    await household.bank(LATER)
    assert await shown(household) == ["Alder Court was expected on 1 Dec and has not come"]


async def test_a_dearer_one_is_told_once_and_stays_true(household: Family) -> None:
    await confirmed(household, *NETFLIX)
    forward(household, 14)
    await household.bank(RISEN)
    rose = "Netflix rose from $15.49 to $17.99"
    assert rose in await shown(household)
    forward(household, 60)  # so long ago that it is no news
    await household.bank("2027-01-05 -17.99 NETFLIX.COM as Netflix m1", "2027-02-02 -1.00 ZORBLAX z9")
    assert [s for s in await shown(household) if "rose" in s] == [rose]


async def test_a_rise_that_the_bank_takes_back_is_taken_back(household: Family) -> None:
    await confirmed(household, *NETFLIX)
    forward(household, 14)
    await household.bank(RISEN)
    await shown(household)
    await household.bank("gone n12", "2026-12-05 -15.49 NETFLIX.COM as Netflix n13")
    assert "No longer so: Netflix rose from $15.49 to $17.99" in await shown(household)


async def test_a_new_subscription_is_asked_about(household: Family) -> None:
    await household.bank(OLD, ASKED)
    assert await shown(household) == ["New subscription: Netflix, $15.49"]


async def test_in_a_new_household_nothing_is_called_new(household: Family) -> None:
    await household.bank(ASKED)
    assert await shown(household) == []


@pytest.mark.parametrize("answer", [confirm_series, dismiss_series], ids=["yes", "no"])
async def test_who_has_answered_is_asked_no_more_and_is_sent_no_word_of_it(household: Family, answer) -> None:  # type: ignore[no-untyped-def]
    await household.bank(OLD, ASKED)
    await shown(household)
    await answer(household.world, household.household_id, household.actor, await series_of(household))
    async with household.unit() as (unit, sealer):
        assert await alerts(unit, sealer, kinds=(Kind.NEW_SUBSCRIPTION,), stands=True) == []
    assert await shown(household) == ["No longer so: New subscription: Netflix, $15.49"]


async def test_what_a_bank_takes_back_takes_its_question_along(household: Family, bank: Bank) -> None:
    await bank(OLD, ASKED)
    await shown(household)
    await bank("gone n1")
    assert await shown(household) == ["No longer so: New subscription: Netflix, $15.49"]
