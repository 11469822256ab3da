"""What a rule would do, before it is kept: rows before and after, corrections that it contradicts, other rules that it meets."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import msgspec

from farthing.categorize import Category
from farthing.categorize.ruling.engine import Ruleset
from farthing.categorize.ruling.model import Field, Judged, Rule, Seen
from farthing.categorize.ruling.store import rules
from farthing.core.errors import Rejected
from farthing.flows.desk import Desk, accounts_of, read_desk
from farthing.flows.judge import label_by
from farthing.flows.manage_rules import RuleEdit, RuleWish, edited, made
from farthing.flows.revise import wholes
from farthing.flows.rule_effects import Effect
from farthing.flows.show import Shown, show
from farthing.flows.sift_rows import ROWS_AT_ONCE, bounds_of, effects_on, looking, of_those, sift
from farthing.flows.world import World
from farthing.ingest.batches.image import Whole
from farthing.ledger.label import Stored
from farthing.ledger.model import Actor, Source
from farthing.platform import limits

SHOWN_MAX = 20
MATCHED_MAX = 20_000
CONFLICTS_MAX = 10


class Before(msgspec.Struct, frozen=True):
    """A row as it stands, and as the rule leaves it."""

    shown: Shown
    after: Whole
    category: Category


class Broken(msgspec.Struct, frozen=True):
    """A row that the owner sorted otherwise than the rule does; it stays so."""

    shown: Shown
    instead: Category


class Meeting(msgspec.Struct, frozen=True):
    """Another rule that sets the same otherwise, on how many rows, and whether it goes first."""

    rule: Rule
    rows: int
    goes_first: bool


class Preview(msgspec.Struct, frozen=True):
    """`matched` rows are meant, `changed` of them would change now (the first of them are `rows`); `breaks` of them were sorted otherwise
    by hand.
    """

    rule: Rule
    matched: int = 0
    changed: int = 0
    rows: tuple[Before, ...] = ()
    breaks: int = 0
    broken: tuple[Broken, ...] = ()
    meetings: tuple[Meeting, ...] = ()


@asynccontextmanager
async def trying_desk(world: World, household_id: int, actor: Actor) -> AsyncIterator[Desk]:
    """The desk at which rules are tried; raises Limited where that is done too often."""
    async with looking(world, household_id, limits.RULE_LOOK), read_desk(world, household_id, actor) as desk:
        yield desk


async def preview_rule(desk: Desk, wish: RuleWish, *, rule_id: int | None = None) -> Preview:
    """What the rule would do, new or in place of the one that stands under that id. Raises Missing, Rejected with the field."""
    held = await rules(desk.unit, desk.sealer)
    standing = next((r for r in held if r.rule_id == rule_id), None)
    if standing is None:
        draft = await made(desk, wish, held)
    else:
        change = RuleEdit(when=wish.when, then=wish.then, name=wish.name, order=wish.order or standing.position)
        draft = await edited(desk, standing, change, len(held))
    return await _look(desk, msgspec.structs.replace(draft, enabled=True), [r for r in held if r.rule_id != rule_id])


class _Found(msgspec.Struct):
    """What a look over every row gathers."""

    rows: dict[int, Judged] = {}
    broken: dict[int, int] = {}
    meetings: Counter[int] = msgspec.field(default_factory=Counter)
    matched: int = 0


async def _look(desk: Desk, draft: Rule, others: Sequence[Rule]) -> Preview:
    ordered = sorted(others, key=lambda r: (r.position, r.rule_id))
    ordered.insert(draft.position - 1, draft)
    every = [msgspec.structs.replace(r, position=n) for n, r in enumerate(ordered, 1)]
    draft = next(r for r in every if r.rule_id == draft.rule_id)
    ruleset, alone = Ruleset(every), Ruleset([draft])
    by_tags = bool(draft.when.tags or draft.when.untagged)
    found = _Found()

    def weigh(some: Sequence[tuple[Stored, Seen]]) -> None:
        for row, seen in some:
            if by_tags or alone.judge(seen) is not None:
                _weigh(desk, draft, ruleset, row, seen=seen, found=found)

    async for some in sift(desk, await bounds_of(desk, [draft]), tagged=ruleset.asks_tags):
        await asyncio.to_thread(weigh, some)
        if found.matched > MATCHED_MAX:
            raise Rejected("too_many", f"this is for more than {MATCHED_MAX:,} rows: say more closely which are meant", field="when")
    return await _told(desk, draft, found, {r.rule_id: r for r in every})


def _weigh(desk: Desk, draft: Rule, ruleset: Ruleset, row: Stored, *, seen: Seen, found: _Found) -> None:
    holding = ruleset.holding(seen)
    if not any(r.rule_id == draft.rule_id for r in holding):
        return
    found.matched += 1
    judged = of_those(ruleset.judge(seen), frozenset((draft.rule_id,)))
    if judged is not None:
        found.rows[row.transaction_id] = judged
        label = label_by(desk, judged, None, row.amount)
        if label is not None and row.category_source == Source.OWNER and row.category_id != label.category_id:
            found.broken[row.transaction_id] = label.category_id
    found.meetings.update(r.rule_id for r in holding if r.rule_id != draft.rule_id and _quarrel(draft, r))


def _quarrel(one: Rule, other: Rule) -> bool:
    """Whether two rules set the same field to different values."""
    same = one.then.fields & other.then.fields & ~Field.TAGS
    a, b = one.then, other.then
    return bool(same) and any(
        same & field and was != now
        for field, was, now in (
            (Field.CATEGORY, (a.category_id, a.transfer), (b.category_id, b.transfer)),
            (Field.MERCHANT, a.merchant, b.merchant),
            (Field.NOTE, a.note, b.note),
            (Field.HIDDEN, a.hidden, b.hidden),
            (Field.REVIEWED, a.reviewed, b.reviewed),
            (Field.SPLIT, a.split, b.split),
        )
    )


async def _told(desk: Desk, draft: Rule, found: _Found, every: dict[int, Rule]) -> Preview:
    effects = await _effects(desk, found.rows)
    first = list(effects)[:SHOWN_MAX]
    shown = await _shown(desk, [*first, *list(found.broken)[:SHOWN_MAX]])
    category = desk.categories.of
    return Preview(
        rule=draft,
        matched=found.matched,
        changed=len(effects),
        rows=tuple(Before(shown[i], effects[i].after, category(effects[i].after.row.category_id)) for i in first),
        breaks=len(found.broken),
        broken=tuple(Broken(shown[i], category(c)) for i, c in list(found.broken.items())[:SHOWN_MAX]),
        meetings=tuple(Meeting(every[i], n, every[i].position < draft.position) for i, n in found.meetings.most_common(CONFLICTS_MAX)),
    )


async def _effects(desk: Desk, judged: dict[int, Judged]) -> dict[int, Effect]:
    accounts, ids, found = await accounts_of(desk), list(judged), dict[int, Effect]()
    for first in range(0, len(ids), ROWS_AT_ONCE):
        held = await wholes(desk, ids[first : first + ROWS_AT_ONCE])
        found |= await effects_on(desk, {i: held[i] for i in ids[first : first + ROWS_AT_ONCE] if i in held}, judged, accounts)
    return found


async def _shown(desk: Desk, ids: Sequence[int]) -> dict[int, Shown]:
    held = await wholes(desk, list(dict.fromkeys(ids))) if ids else {}
    return {s.row.transaction_id: s for s in await show(desk, [w.row for w in held.values()])}
