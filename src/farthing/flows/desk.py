"""What one unit of work has on its desk: the household, its keys, its categories, who acts and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import msgspec

from farthing.categorize import Facts, Names, Remembered, clean, decide, match_name, recall, shown
from farthing.categorize.clean import NAMELESS
from farthing.categorize.own import Tree, whole_tree
from farthing.categorize.weighing.weights import Weights
from farthing.core.dates import today_in
from farthing.core.errors import Missing
from farthing.flows.categories import Categories, categories_of
from farthing.flows.kept import Kept, kept
from farthing.flows.known import known_here, known_of, with_own
from farthing.flows.unreadable import Forgiving
from farthing.flows.vote import Polls, heed
from farthing.flows.world import World
from farthing.ledger.accounts import Account, accounts
from farthing.ledger.lock import glance, lock
from farthing.ledger.model import Actor, Household, Incoming, Label, StatementLine
from farthing.ledger.post import Payee
from farthing.platform.database import Unit
from farthing.platform.hot import Hot
from farthing.security.sealing import Sealer


class Desk(msgspec.Struct, frozen=True):
    """Everything one unit works with, opened once."""

    unit: Unit
    sealer: Sealer
    household: Household
    at: dt.datetime
    actor: Actor
    categories: Categories
    kept: Kept | None = None  # in a unit that only reads
    polls: Polls | None = None  # in a unit that writes
    heavy: Weights | None = None  # of the version in force; in a unit that only reads, as this process read it last
    hot: Hot | None = None  # in a unit that only reads: where figures that are dear may be at hand
    sorted_then: Mapping[int, Label] = {}  # in a replay: what this batch sorted rows as that stood before it, by transaction id

    @property
    def today(self) -> dt.date:
        """The household's calendar day."""
        return today_in(self.household.zone, self.at)

    def group_of(self, category_id: int) -> str:
        """Slug of the group that a category counts in; where it is shown is `categories.shown_in`."""
        return self.categories.group_of(category_id)


@asynccontextmanager
async def write_desk(world: World, household_id: int, actor: Actor) -> AsyncIterator[Desk]:
    """A unit that writes, under the household lock; commits at the end."""
    async with world.db.unit(household_id) as unit:
        household = await lock(unit)
        sealer = await world.keyring.sealer(unit, household_id)
        yield await _desk(world, unit, household, actor, sealer=sealer, every=await whole_tree(unit, sealer))


@asynccontextmanager
async def write_desk_with_accounts(world: World, household_id: int, actor: Actor) -> AsyncIterator[tuple[Desk, dict[int, Account]]]:
    """The same, and the household's accounts by id, read with its categories in one round trip."""
    async with world.db.unit(household_id) as unit:
        household = await lock(unit)
        sealer = await world.keyring.sealer(unit, household_id)
        every, held = await unit.side_by_side(whole_tree(unit, sealer), accounts(unit, sealer))
        yield await _desk(world, unit, household, actor, sealer=sealer, every=every), held


@asynccontextmanager
async def read_desk(world: World, household_id: int, actor: Actor) -> AsyncIterator[Desk]:
    """A unit that reads, without the lock, everything as of one instant; what cannot be opened says so in its place."""
    hot = Hot(world.valkey, world.clock) if world.valkey is not None else None
    async with world.db.unit(household_id, still=True) as unit:
        sealer = await _forgiving(world, unit)
        household, every = await unit.side_by_side(glance(unit), whole_tree(unit, sealer))
        held = kept.of(household_id, household.figures_version)
        if held.categories is None:
            held.categories = categories_of(every)
        known = known_here(world)
        heavy = known.heavy if known else None
        yield Desk(unit, sealer, household, world.clock.now(), actor, held.categories, held, heavy=heavy, hot=hot)
    if hot is not None:
        await hot.flush()


async def _forgiving(world: World, unit: Unit) -> Sealer:
    """The household's keys, which a process has at hand; of an erased household it is said that it is gone, not that keys are."""
    try:
        return (await world.keyring.sealer(unit, unit.household_id)).turned(Forgiving)
    except Missing:
        await glance(unit)
        raise


async def _desk(world: World, unit: Unit, household: Household, actor: Actor, *, sealer: Sealer, every: Tree) -> Desk:
    known = await known_of(world, unit)
    polls = known.polls if known else None
    return Desk(unit, sealer, household, world.clock.now(), actor, categories_of(every), polls=polls, heavy=known.heavy if known else None)


async def replanted(desk: Desk) -> Desk:
    """The desk with the household's categories as they are now, after some were changed in its unit."""
    return msgspec.structs.replace(desk, categories=categories_of(await whole_tree(desk.unit, desk.sealer)))


async def heavy_of(desk: Desk) -> Weights | None:
    """The weights in force for the household, its own calibration among them; None: as they came."""
    number = desk.household.calibration
    return await with_own(desk.unit, desk.heavy, number) if desk.heavy and number else desk.heavy


async def accounts_of(desk: Desk) -> Mapping[int, Account]:
    """Every account of the household by id, oldest first."""
    if desk.kept is None:
        return await accounts(desk.unit, desk.sealer)
    if desk.kept.accounts is None:
        desk.kept.accounts = await accounts(desk.unit, desk.sealer)
    return desk.kept.accounts


def payee_of(line: StatementLine, key: str, names: Names) -> Payee:
    """A line's entry in the dictionary: the cleaned text is the key, the provider's merchant name is shown when it gave one."""
    return Payee(key, line.merchant or shown(clean(line.text, key), names.brand(key, line.amount.currency)))


async def decide_lines(
    desk: Desk, incoming: Sequence[Incoming], payees: Mapping[int, Payee], accounts: Mapping[int, Account], names: Names
) -> list[Label]:
    """A label for each line, in order: the owner's word in a file, the household's memory, then what the world and the many know."""
    if not incoming:
        return []
    remembered = await recall(desk.unit, sorted({i.payee_id for i in incoming if payees[i.payee_id].key not in NAMELESS}))
    kinds = {i: a.kind.slug for i, a in accounts.items()}
    facts = [_facts(desk, i, payees[i.payee_id], kinds.get(i.account_id, "checking")) for i in incoming]
    return await labels_of(desk, facts, remembered, names)


async def labels_of(desk: Desk, facts: Sequence[Facts], remembered: Mapping[int, Remembered], names: Names | None = None) -> list[Label]:
    """A label for each, in order, before any rule: what is decided, what the many say against it, and what categories were merged into."""
    decided = decide(facts, remembered, groups=desk.categories.own_groups, names=names, heavy=await heavy_of(desk))
    return desk.categories.inherited(heed(decided, facts, desk.polls))


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
        account_id=incoming.account_id,
    )


def tag_id(sealer: Sealer, name: str) -> int:
    """A tag's id: the keyed hash of its folded name, so that `Work` and `work` are one."""
    return sealer.index64("tag", name.strip().casefold().encode())
