"""Whatever a bank says of two merged ids, in whatever order: one purchase while either is stated, none once both are taken back."""

from __future__ import annotations

from typing import Literal

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from farthing.flows.undo import undo
from farthing.flows.world import World
from flows.test_merge import merge
from world import Family, found

Id = Literal["x1", "x2"]


class Says(msgspec.Struct, frozen=True):
    """The bank states an id with an amount; without one it takes it back."""

    ref: Id
    cents: int | None


class Oracle:
    """Two ids of one purchase. The one that speaks goes on speaking until it is taken back while the other stands."""

    def __init__(self, kept: Id, other: Id) -> None:
        self.said: dict[Id, int | None] = {kept: 999, other: 999}
        self.speaks, self.last = kept, 999

    def hear(self, said: Says) -> None:
        self.said[said.ref] = said.cents
        silent: Id = "x2" if self.speaks == "x1" else "x1"
        if self.said[self.speaks] is None and self.said[silent] is not None:
            self.speaks = silent
        self.last = self.said[self.speaks] or self.last

    @property
    def row(self) -> list[str]:
        return [] if self.said[self.speaks] is None else [f"-{self.said[self.speaks] or 0:03d}"]


events = st.lists(st.builds(Says, st.sampled_from(["x1", "x2"]), st.none() | st.sampled_from([999, 1050, 888])), min_size=1, max_size=8)


@pytest.mark.parametrize("kept", ["x1", "x2"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=events)
async def test_one_purchase_while_either_id_stands(world: World, kept: Id, said: list[Says]) -> None:
    household = await found(world)
    other: Id = "x2" if kept == "x1" else "x1"
    await household.bank("2026-10-01 -9.99 GRULTZ x1", "2026-10-01 -9.99 GRULTZ x2")
    merged = await merge(household, await household.id_of(kept), await household.id_of(other))
    oracle = Oracle(kept, other)
    for one in said:
        await tell(household, one)
        oracle.hear(one)
        shown = [row.split()[1].replace(".", "") for row in await household.rows(void=False)]
        assert shown == oracle.row, one
        assert len(await household.rows()) == 1
    assert await household.is_sound()
    assert merged.batch_id is not None
    await undo(world, household.household_id, household.actor, merged.batch_id)
    standing = sorted(f"-{cents:03d}" for cents in oracle.said.values() if cents is not None)
    assert sorted(row.split()[1].replace(".", "") for row in await household.rows(void=False)) == standing
    assert await household.is_sound()


async def tell(household: Family, said: Says) -> None:
    if said.cents is None:
        await household.bank(f"gone {said.ref}")
    else:
        await household.bank(f"2026-10-01 -{said.cents / 100:.2f} GRULTZ {said.ref}")
