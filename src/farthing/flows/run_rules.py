"""Rules applied to rows that stand: one batch, listed in History, undone like any other."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

import msgspec

from farthing.categorize.ruling.model import Judged, Rule, Seen
from farthing.categorize.ruling.store import count_uses
from farthing.core.errors import Missing, Rejected
from farthing.core.texts import folded
from farthing.flows.desk import Desk, accounts_of, read_desk, write_desk
from farthing.flows.judge import seen_row
from farthing.flows.revise import Revised, Revision, new_batch, revise, settle_up, wholes, wholes_of
from farthing.flows.rules_kept import rule_shelf
from farthing.flows.sift_rows import bounds_of, effects_on, looking, of_those, sift
from farthing.flows.uses_back import USES
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ledger.accounts import accounts
from farthing.ledger.label import Stored
from farthing.ledger.model import Actor, BatchKind, Discarded, Status, Touched
from farthing.ledger.reading.payees import payees_some
from farthing.platform import limits

RUN_ROWS_MAX = 20_000
ROWS_AT_ONCE = 1_000


async def run_rules(world: World, household_id: int, actor: Actor, rule_ids: Sequence[int] = ()) -> Revised:
    """Apply these rules (all that are on, if none is named) to every row that stands, each where it decides among all.

    What the owner said of a row stays. Raises Missing, Limited, Rejected for too many rows. Rows are looked for and counted without the
    household's lock, and judged once more under it.
    """
    async with looking(world, household_id, limits.RULE_RUN):
        async with read_desk(world, household_id, actor) as desk:
            chosen = await _chosen(desk, rule_ids)
            found = await _found(desk, chosen) if chosen else []
        return await _run(world, household_id, actor, found, rule_ids) if found else Revised()


async def _run(world: World, household_id: int, actor: Actor, found: Sequence[int], rule_ids: Sequence[int]) -> Revised:
    async with write_desk(world, household_id, actor) as desk:
        revised = await _write(desk, found, rule_ids)
    if revised.count:
        await wake(world, household_id, revised.version, ["ledger", "budget"])
    return revised


async def _chosen(desk: Desk, rule_ids: Sequence[int]) -> list[Rule]:
    every = (await rule_shelf.of(desk)).rules
    if not rule_ids:
        return every
    chosen = [r for r in every if r.rule_id in set(rule_ids)]
    if len(chosen) < len(set(rule_ids)):
        raise Missing("not_found", "no such rule, or it is off")
    return chosen


async def _found(desk: Desk, chosen: Sequence[Rule]) -> list[int]:
    """Rows that these rules change as it is now; raises Rejected for too many."""
    ruleset, ids = await rule_shelf.of(desk), frozenset(r.rule_id for r in chosen)
    known, found = await accounts_of(desk), list[int]()

    def judged(some: Sequence[tuple[Stored, Seen]]) -> dict[int, Judged]:
        return {row.transaction_id: mine for row, seen in some if (mine := of_those(ruleset.judge(seen), ids)) is not None}

    async for some in sift(desk, await bounds_of(desk, chosen), tagged=ruleset.asks_tags):
        if meant := await asyncio.to_thread(judged, some):
            held = await wholes_of(desk, {row.transaction_id: row for row, _ in some if row.transaction_id in meant})
            found += await effects_on(desk, {i: w for i, w in held.items() if _stands(w.row)}, meant, known)
        if len(found) > RUN_ROWS_MAX:
            raise Rejected("too_many", f"a run changes at most {RUN_ROWS_MAX:,} rows: say more closely which are meant", field="rules")
    return found


async def _write(desk: Desk, found: Sequence[int], rule_ids: Sequence[int]) -> Revised:
    chosen = await _chosen(desk, rule_ids)
    named = {"rule": chosen[0].name} if len(chosen) == 1 else {}
    batch = msgspec.structs.replace(new_batch(desk, BatchKind.RULE_RUN), summary=named)
    touched, uses = Touched(), Counter[int]()
    for first in range(0, len(found), ROWS_AT_ONCE):
        revisions = await _revisions(desk, found[first : first + ROWS_AT_ONCE], frozenset(r.rule_id for r in chosen), uses)
        touched |= await revise(desk, batch.batch_id, revisions, why="rule")
    if not touched.transaction_ids:
        return Revised()
    await count_uses(desk.unit, uses, at=desk.at)
    batch = msgspec.structs.replace(batch, summary={**named, USES: {str(i): n for i, n in uses.items()}})
    version = await settle_up(desk, batch, touched, kind="rules.run")
    return Revised(len(touched.transaction_ids), version, batch.batch_id)


async def _revisions(desk: Desk, ids: Sequence[int], rule_ids: frozenset[int], uses: Counter[int]) -> list[Revision]:
    """These rows as the rules leave them; counts into `uses` what each rule did."""
    ruleset = await rule_shelf.of(desk)
    held = await wholes(desk, ids)
    payees = await payees_some(desk.unit, desk.sealer, sorted({w.row.payee_id for w in held.values()}))
    judged = {}
    for i, whole in held.items():
        seen = seen_row(whole.row, payees.get(whole.row.payee_id), frozenset(map(folded, whole.tags)))
        mine = of_those(ruleset.judge(seen), rule_ids)
        if mine is not None and _stands(whole.row):
            judged[i] = mine
    effects = await effects_on(desk, {i: held[i] for i in judged}, judged, await accounts(desk.unit, desk.sealer))
    for effect in effects.values():
        uses.update({r.rule_id for r in effect.by.values()})
    return [Revision(held[i], e.after, whys=e.whys) for i, e in effects.items()]


def _stands(row: Stored) -> bool:
    return row.status != Status.VOID and row.discarded == Discarded.NO
