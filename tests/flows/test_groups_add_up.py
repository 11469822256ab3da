"""Whatever groups a household makes, renames, moves, hides, merges and deletes: no row and no sum changes, and the parts add up."""

from __future__ import annotations

import datetime as dt
import random
from contextlib import suppress
from urllib.parse import parse_qsl

import pytest

from farthing.categorize.taxonomy import by_slug
from farthing.core.errors import FarthingError
from farthing.flows.desk import Desk, accounts_of
from farthing.flows.list_filter import read_list
from farthing.flows.list_transactions import list_totals
from farthing.flows.manage_budgets import BudgetWish, add_budget, status
from farthing.flows.manage_categories import CategoryEdit, CategoryWish, add_category, edit_category
from farthing.flows.manage_groups import GroupEdit, GroupWish, add_own_group, delete_group, edit_group, move_group
from farthing.flows.report_links import list_href
from farthing.flows.report_spending import Scope, summed
from farthing.flows.undo import undo
from farthing.flows.world import World
from farthing.ledger.reading.counting import Flowed
from web.test_overview_links import SLUGS, a_seeded_household
from world import Family

FIRST, LAST = dt.date(2026, 9, 1), dt.date(2026, 11, 30)
STEPS = 24


class Rearranging:
    """Somebody who rearranges groups without an end; what is refused is refused with a code and changes nothing."""

    def __init__(self, family: Family, rng: random.Random) -> None:
        self.family, self.rng = family, rng
        self.who = (family.world, family.household_id, family.actor)
        self.batches: list[int] = []

    async def step(self) -> None:
        async with self.family.desk() as desk:
            self.own = [g.slug for g in desk.categories.every_group if g.own]
            self.every = [g.slug for g in desk.categories.every_group]
        deeds = [self.makes, self.moves, self.moves, self.renames, self.places, self.limits, self.deletes, self.undoes]
        with suppress(FarthingError):
            await self.rng.choice(deeds)()

    async def makes(self) -> None:
        counts_as = self.rng.choice(["spending", "spending", "spending", "income", "transfer"])
        name = self.rng.choice(["The boat", "Garten", "עסק", "🏕️ Away", "Work"])
        slug = (await add_own_group(*self.who, GroupWish(name=name, counts_as=counts_as))).slug
        await add_category(*self.who, CategoryWish(name=f"{name} and more", group=slug))

    async def moves(self) -> None:
        slug = self.rng.choice(SLUGS)
        group = self.rng.choice([*self.own, by_slug(slug).group])
        await edit_category(*self.who, await self.family.category(slug), CategoryEdit(group=group))

    async def renames(self) -> None:
        await edit_group(*self.who, self._own(), GroupEdit(name=f"Name {self.rng.randrange(9)}", hidden=self.rng.random() < 0.3))

    async def places(self) -> None:
        if self.rng.random() < 0.5:
            await move_group(*self.who, self._own(), up=self.rng.random() < 0.5)
        else:
            await edit_group(*self.who, self._own(), GroupEdit(after=self.rng.choice(["", *self.every])))

    async def limits(self) -> None:
        await add_budget(*self.who, BudgetWish(group=self.rng.choice(self.every), limit="50", starts=dt.date(2026, 1, 1)))

    async def deletes(self) -> None:
        target = self.rng.choice([None, *self.own])
        done = await delete_group(*self.who, self._own(), move_to=target)
        assert done.batch_id is not None
        self.batches.append(done.batch_id)

    async def undoes(self) -> None:
        if self.batches:
            await undo(*self.who, self.batches.pop())

    def _own(self) -> str:
        return self.rng.choice(self.own or ["grp_0"])


async def counted(desk: Desk) -> dict[str, tuple[int, int]]:
    """What came in and went out in each category: what no arranging of groups may change."""
    table = await summed(desk, Scope(first=FIRST, last=LAST, by="category"))
    return {key: (one.money_in, one.money_out) for key, one in table.by_key().items()}


async def list_of(desk: Desk, href: str) -> Flowed:
    asked = await read_list(desk, dict(parse_qsl(href.partition("?")[2], keep_blank_values=True)), await accounts_of(desk))
    return (await list_totals(desk, asked.wanted)).flowed


@pytest.mark.parametrize("seed", [5, 6])
async def test_whatever_is_done_to_groups_no_sum_changes_and_the_groups_add_up(world: World, seed: int) -> None:
    family = await a_seeded_household(world, seed)
    async with family.desk() as desk:
        before, rows = await counted(desk), await family.rows()
    rearranging = Rearranging(family, random.Random(seed))
    await rearranging.makes()
    for _ in range(STEPS):
        await rearranging.step()
    assert await family.rows() == rows
    async with family.desk() as desk:
        tree = desk.categories
        assert sorted(c.category_id for g in tree.every_group for c in tree.every if c.shown_in == g.slug) == sorted(tree.by_id)
        assert await counted(desk) == before
        table = (await summed(desk, Scope(first=FIRST, last=LAST, by="group"))).by_key()
        whole = await list_of(desk, list_href(FIRST, LAST))
        assert sum(one.money_in for one in table.values()) == whole.money_in
        assert sum(one.money_out for one in table.values()) == whole.money_out
        for slug, one in table.items():
            listed = await list_of(desk, list_href(FIRST, LAST, by="group", key=slug))
            assert (listed.money_in, listed.money_out, listed.count) == (one.money_in, one.money_out, one.count), tree.named[slug].name
        november = (await summed(desk, Scope(first=dt.date(2026, 11, 1), last=LAST, by="group"))).by_key()
        for one in (await status(desk, "2026-11")).standings:
            assert one.spent == -november.get(one.budget.group or "", Flowed()).money_out
    assert await family.is_sound()
