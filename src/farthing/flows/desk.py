"""What one unit of work has on its desk: the household, its keys, its categories, who acts and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache

import msgspec

from farthing.categorize import Category, Facts, Names, clean, decide, match_name, recall, shown, tree
from farthing.categorize.clean import NAMELESS
from farthing.categorize.taxonomy import system
from farthing.core.dates import today_in
from farthing.core.errors import Missing
from farthing.flows.world import World
from farthing.ledger.accounts import Account
from farthing.ledger.lock import glance, lock
from farthing.ledger.model import Actor, Household, Incoming, Label, StatementLine
from farthing.ledger.post import Payee
from farthing.platform.database import Unit
from farthing.security.sealing import Sealer


class Categories:
    """The household's tree, ready to be asked."""

    def __init__(self, every: Sequence[Category]) -> None:
        self.every = every
        self.by_id: dict[int, Category] = {c.category_id: c for c in every}
        self._group = {i: c.group for i, c in self.by_id.items()}
        self._in_group: dict[str, frozenset[int]] = {}
        self.own_groups = {int(c.category_id): c.group for c in every if c.own or c.changed}

    def group_of(self, category_id: int) -> str:
        """The group's slug; a category that no longer exists counts as not sorted."""
        return self._group.get(category_id, "uncategorised")

    def in_group(self, group: str) -> frozenset[int]:
        """Ids of a group's categories."""
        found = self._in_group.get(group)
        if found is None:
            found = self._in_group[group] = frozenset(i for i, g in self._group.items() if g == group)
        return found

    def of(self, category_id: int) -> Category:
        """The category, or "not sorted yet" where it no longer exists."""
        return self.by_id.get(category_id) or self.by_id[0]

    def require(self, category_id: int) -> Category:
        """The category; raises Missing."""
        found = self.by_id.get(category_id)
        if found is None:
            raise Missing("not_found", "no such category")
        return found


class Desk(msgspec.Struct, frozen=True):
    """Everything one unit works with, opened once."""

    unit: Unit
    sealer: Sealer
    household: Household
    at: dt.datetime
    actor: Actor
    categories: Categories

    @property
    def today(self) -> dt.date:
        """The household's calendar day."""
        return today_in(self.household.zone, self.at)

    def group_of(self, category_id: int) -> str:
        """The group's slug of a category."""
        return self.categories.group_of(category_id)


@asynccontextmanager
async def write_desk(world: World, household_id: int, actor: Actor) -> AsyncIterator[Desk]:
    """A unit that writes, under the household lock; commits at the end."""
    async with world.db.unit(household_id) as unit:
        household = await lock(unit)
        yield await _desk(world, unit, household, actor)


@asynccontextmanager
async def read_desk(world: World, household_id: int, actor: Actor) -> AsyncIterator[Desk]:
    """A unit that reads, without the lock."""
    async with world.db.unit(household_id) as unit:
        household = await glance(unit)
        yield await _desk(world, unit, household, actor)


async def _desk(world: World, unit: Unit, household: Household, actor: Actor) -> Desk:
    sealer = await world.keyring.sealer(unit, unit.household_id)
    every = await tree(unit, sealer)
    categories = _systems() if every is system() else Categories(every)
    return Desk(unit, sealer, household, world.clock.now(), actor, categories)


@cache
def _systems() -> Categories:
    """Made once for all households that changed nothing."""
    return Categories(system())


def payee_of(line: StatementLine, key: str, names: Names) -> Payee:
    """A line's entry in the dictionary: the cleaned text is the key, the provider's merchant name is shown when it gave one."""
    return Payee(key, line.merchant or shown(clean(line.text, key), names.brand(key, line.amount.currency)))


async def decide_lines(
    desk: Desk, incoming: Sequence[Incoming], payees: Mapping[int, Payee], accounts: Mapping[int, Account], names: Names
) -> list[Label]:
    """A label for each line, in order: the owner's word in a file, the household's memory, then what the world knows."""
    if not incoming:
        return []
    remembered = await recall(desk.unit, sorted({i.payee_id for i in incoming if payees[i.payee_id].key not in NAMELESS}))
    kinds = {i: a.kind.slug for i, a in accounts.items()}
    facts = [_facts(desk, i, payees[i.payee_id], kinds.get(i.account_id, "checking")) for i in incoming]
    return decide(facts, remembered, groups=desk.categories.own_groups, names=names)


def _facts(desk: Desk, incoming: Incoming, payee: Payee, account_kind: str) -> Facts:
    line = incoming.line
    said = match_name(desk.categories.every, line.owner_category) if line.owner_category else None
    return Facts(
        payee_id=incoming.payee_id,
        key=payee.key,
        text=line.text,
        amount=line.amount.minor,
        currency=line.amount.currency,
        account_kind=account_kind,
        provider_code=line.provider_code,
        provider_confidence=line.provider_confidence,
        mcc=line.mcc,
        owner_category=said,
        merchant=line.merchant or "",
    )
