"""The owner says that a guess is right, or what is right instead: of some rows, or of all like them, as one batch."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from farthing.categorize.clean import NAMELESS
from farthing.categorize.ruling.store import rules
from farthing.core.errors import Missing, Rejected, Stale
from farthing.flows.beside import rule_made
from farthing.flows.desk import Desk, write_desk
from farthing.flows.edit import Edit, accept_category, write_word
from farthing.flows.like import ids_like
from farthing.flows.manage_rules import RuleWish, made, place_rule
from farthing.flows.read_rule import ThenWish
from farthing.flows.revise import Revised, wholes
from farthing.flows.waiting import WAITING_MAX
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ingest.batches.batch import Change
from farthing.ingest.batches.image import Whole
from farthing.ledger.label import Stored
from farthing.ledger.model import Actor
from farthing.ledger.reading.payees import payees_some
from farthing.ledger.waiting.read import WaitingKind, waiting

ROWS_MAX = 1_000


class Seen(msgspec.Struct, frozen=True):
    """A row as whoever answers saw it; `version` None: however it is."""

    transaction_id: int
    version: int | None = None


async def approve(
    world: World,
    household_id: int,
    actor: Actor,
    seen: Sequence[Seen],
    *,
    category_id: int | None = None,
    like: bool = False,
    always: bool = False,
) -> Revised:
    """Say that these rows are right as they are, or belong in `category_id`; with `like`, all of their merchant that nobody spoke of.
    `always` makes a rule of it, for that merchant exactly and the way the money went: one batch with the rows, whose undo turns it off.

    The rows are the owner's word from then on, and memory counts it. Raises Missing, Stale (one changed meanwhile), Rejected, Refused.
    """
    if not 0 < len(seen) <= ROWS_MAX:
        raise Rejected("bad_ids", f"name 1 to {ROWS_MAX:,} rows", field="ids")
    async with write_desk(world, household_id, actor) as desk:
        held = await _as_seen(desk, seen)
        made = await _with_rule(desk, next(iter(held.values())).row, category_id) if always else []
        revised = await _settle(desk, held, category_id, like=like, more=made)
    if revised.batch_id:
        await wake(world, household_id, revised.version, ["ledger", "budget"])
    return revised


async def _as_seen(desk: Desk, seen: Sequence[Seen]) -> dict[int, Whole]:
    held = await wholes(desk, [s.transaction_id for s in seen])
    if len(held) < len({s.transaction_id for s in seen}):
        raise Missing("not_found", "no such transaction")
    if any(s.version is not None and held[s.transaction_id].row.version != s.version for s in seen):
        raise Stale("changed_meanwhile", "this changed meanwhile")
    return held


async def _settle(desk: Desk, held: dict[int, Whole], category_id: int | None, *, like: bool, more: Sequence[Change]) -> Revised:
    first = next(iter(held.values())).row
    if category_id is None:
        if len({w.row.category_id for w in held.values()}) > 1 or not first.category_id:
            raise Rejected("choose_category", "choose a category first", field="category_id")
        category_id = first.category_id
    target = accept_category(desk, category_id)
    if like:
        held |= await wholes(desk, await ids_like(desk, first, target, besides=list(held)))
    return await write_word(desk, held, Edit(category_id=target), more=more)


async def _with_rule(desk: Desk, row: Stored, category_id: int | None) -> list[Change]:
    """A rule for the merchant of this row, no other, and the way its money went; its image, none where there is such a rule.

    Raises Rejected, Refused where there can be none.
    """
    payee = (await payees_some(desk.unit, desk.sealer, [row.payee_id]))[row.payee_id]
    if payee.key in NAMELESS:
        raise Rejected("nobody_named", "this row names nobody, so there is no rule to make of it", field="always")
    merchant = payee.merchant.replace('"', " ").strip()
    way = "is:in" if row.amount > 0 else "is:out"
    wish = RuleWish(when=f'merchant:="{merchant}" {way}', then=ThenWish(category_id=category_id or row.category_id))
    held = await rules(desk.unit, desk.sealer)
    rule = await made(desk, wish, held)
    if any(r.enabled and (r.when, r.then) == (rule.when, rule.then) for r in held):
        return []
    await place_rule(desk, rule, held)
    return [rule_made(rule, "owner")]


async def approve_sure(world: World, household_id: int, actor: Actor, *, until: int | None = None) -> Revised:
    """What Farthing is sure of is looked at, as it was when the newest row was `until`. The categories stay Farthing's word."""
    async with write_desk(world, household_id, actor) as desk:
        rows = await waiting(desk.unit, count=WAITING_MAX)
        ids = [r.transaction_id for r in rows if r.kind == WaitingKind.SURE and (until is None or r.transaction_id <= until)]
        revised = await write_word(desk, await wholes(desk, ids), Edit(reviewed=True)) if ids else Revised()
    if revised.count:
        await wake(world, household_id, revised.version, ["ledger"])
    return revised
