"""Step 7 of the straight line: what came is weighed against what stands, and pairs that no longer fit come apart.

Transfers first, then refunds among what is left. One statement reads every row that may belong to one that came. Nothing is invented: a leg
whose other half was not seen yet waits for it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from farthing.categorize import Names
from farthing.categorize.clean import fold
from farthing.core.ids import CategoryId
from farthing.flows.desk import Desk
from farthing.flows.label_again import as_refund, follows, label_again
from farthing.flows.pair_legs import Reader, looks_of, moved_by, places_of
from farthing.ingest.batches.batch import Change, FieldGroup
from farthing.ingest.pairing.decisions import Near, near
from farthing.ingest.pairing.model import CARD_PAYMENT, CONFIRMED, KIND_REFUND, KIND_TRANSFER, OWING, PAIRED, TRANSFER, Decision, Leg, Match
from farthing.ingest.pairing.pair import candidates, pair, stands
from farthing.ingest.pairing.refund import refunds
from farthing.ingest.suggestions.ask import Asked, QuestionKind
from farthing.ledger.accounts import Account
from farthing.ledger.label import Stored, before, splits_of
from farthing.ledger.model import Held, Label, Plan, Source
from farthing.ledger.post import Fresh
from farthing.people import members

PAIR = "pair"
SPOKEN = frozenset({Source.OWNER, Source.RULE})  # a rule is the owner speaking of rows to come


class Joined(msgspec.Struct, frozen=True):
    """What step 7 decided: pairs to remember and to ask about, pairs that come apart, labels that follow, images of what changed."""

    made: Sequence[Match] = ()
    asked: Sequence[Match] = ()
    apart: Sequence[Decision] = ()
    labels: Mapping[int, Label] = {}
    changes: Sequence[Change] = ()

    @property
    def decisions(self) -> list[Decision]:
        """The pairs as they are stored."""
        return [Decision(*m.ids, m.kind, PAIRED, m.score, m.into.amount if m.kind == KIND_REFUND else None) for m in self.made]

    @property
    def questions(self) -> list[Asked]:
        """The pairs that the owner is asked about."""
        kinds = {KIND_TRANSFER: QuestionKind.TRANSFER, KIND_REFUND: QuestionKind.REFUND}
        return [Asked(*m.ids, kinds[m.kind], m.score, ", ".join(m.evidence)) for m in self.asked]


async def pair_up(
    desk: Desk,
    plan: Plan,
    held: Mapping[bytes, Held],
    *,
    fresh: Sequence[Fresh],
    homes: Mapping[int, int | None],
    accounts: Mapping[int, Account],
    names: Names | None = None,
) -> Joined:
    """Weigh what a plan brings and moves. Reads only. `names`: what its texts were read as."""
    reader = Reader(desk, names)
    legs = {int(f.posting.transaction_id): reader.leg(f.posting, homes, f.label, split=bool(f.parts)) for f in fresh}
    moved = moved_by(plan, held)
    gone = {int(g.transaction_id) for g in plan.gone if g.void}
    looks = looks_of(reader, legs.values(), [reader.leg(p, homes, None) for p, _ in moved.values()], {*moved, *gone})
    if not looks:
        return Joined()
    around = await near(desk.unit, desk.sealer, home=reader.home, looks=looks, category_ids=reader.meaning.candidates, read=reader.read)
    stirred = {*legs, *moved}
    legs |= {i: reader.restated(leg, moved.get(i), homes, dead=i in gone) for i, leg in around.legs.items() if i not in legs}
    apart = [d for d in around.decisions.values() if d.holds and _no_longer(d, legs, frozenset({*moved, *gone}))]
    stirred |= {i for d in apart for i in d.ids}
    standing = Near(legs, {ids: d for ids, d in around.decisions.items() if d not in apart})
    found = await _found(desk, reader, standing, stirred, accounts)
    made, asked = [m for m in found if m.automatic], [m for m in found if not m.automatic]
    labels = _as_transfers(desk, made, accounts) | await _as_refunds(desk, made)
    labels |= await _as_before(desk, apart, legs, labels)
    return Joined(made, asked, apart, labels, [c for d in apart for c in images(d, None, _why(d, legs, gone))])


async def pair_held(desk: Desk, rows: Sequence[Stored], accounts: Mapping[int, Account]) -> Joined:
    """Weigh rows that we hold, as they are to be, as if they came. Reads only."""
    reader = Reader(desk)
    back = {r.transaction_id: reader.held(r) for r in rows}
    looks = looks_of(reader, back.values(), (), back)
    around = await near(desk.unit, desk.sealer, home=reader.home, looks=looks, category_ids=reader.meaning.candidates, read=reader.read)
    legs = {i: reader.restated(leg, None, {}, dead=False) for i, leg in around.legs.items()} | back
    found = await _found(desk, reader, Near(legs, around.decisions), set(back), accounts)
    made, asked = [m for m in found if m.automatic], [m for m in found if not m.automatic]
    return Joined(made, asked, labels=_as_transfers(desk, made, accounts) | await _as_refunds(desk, made))


async def _found(desk: Desk, reader: Reader, standing: Near, stirred: set[int], accounts: Mapping[int, Account]) -> list[Match]:
    """Transfers, then refunds among the rest, each with a row that came or moved: what stood before was weighed when it came."""
    places, decisions = places_of(accounts), standing.decisions.values()
    taken = {i for d in decisions if d.holds for i in (d.ids if d.kind == KIND_TRANSFER else (d.in_id,))}
    back = {d.out_id for d in decisions if d.holds and d.kind == KIND_REFUND}
    rejected = {d.ids for d in decisions if not d.holds}
    two = candidates(standing.legs.values(), meaning=reader.meaning, taken=taken | back, rejected=rejected)
    transfers: list[Match] = []
    if two:
        unsaid = any(leg.category_id not in reader.meaning.transfers for both in two for leg in both)
        names = [fold(m.text.name) for m in await members.members(desk.unit, desk.sealer)] if unsaid else []
        transfers = [m for m in pair(two, meaning=reader.meaning, places=places, names=names) if not stirred.isdisjoint(m.ids)]
    refunded: dict[int, int] = {}
    for d in decisions:
        if d.holds and d.kind == KIND_REFUND:
            refunded[d.out_id] = refunded.get(d.out_id, 0) + (d.amount or 0)
    taken |= {i for m in transfers if m.automatic for i in m.ids}
    paid_back = refunds(standing.legs.values(), sorting=reader.sorting, places=places, refunded=refunded, taken=taken, rejected=rejected)
    sure = {m.into.transaction_id for m in paid_back if m.automatic}
    return [*(m for m in transfers if m.automatic or sure.isdisjoint(m.ids)), *(m for m in paid_back if not stirred.isdisjoint(m.ids))]


def _no_longer(decision: Decision, legs: Mapping[int, Leg], touched: frozenset[int]) -> bool:
    """Whether a pair came apart by what the bank says now. Only pairs of rows that moved are asked."""
    if touched.isdisjoint(decision.ids) or not {*decision.ids} <= legs.keys():
        return False
    out, into, by_owner = legs[decision.out_id], legs[decision.in_id], decision.state == CONFIRMED
    if decision.kind == KIND_TRANSFER:
        return not stands(out, into, by_owner=by_owner)
    part = decision.amount or 0
    whole = part <= into.amount if by_owner else part == into.amount
    return not (out.alive and into.alive and out.currency == into.currency and whole and part <= -out.amount)


def _as_transfers(desk: Desk, made: Sequence[Match], accounts: Mapping[int, Account]) -> dict[int, Label]:
    """What pairing says of both legs, where they say no more themselves and the owner has not spoken."""
    found = {}
    for one in made:
        if one.kind == KIND_TRANSFER:
            category = transfer_category(accounts[one.into.account_id])
            for leg in (one.out, one.into):
                if desk.group_of(leg.category_id) != "transfer" and leg.source not in SPOKEN:
                    found[leg.transaction_id] = Label(category, Source.TRANSFER, one.score)
    return found


def transfer_category(into: Account) -> CategoryId:
    """Money that reaches a card or a loan pays it."""
    return CategoryId(CARD_PAYMENT if into.kind.slug in OWING else TRANSFER)


async def _as_refunds(desk: Desk, made: Sequence[Match]) -> dict[int, Label]:
    """What a refund's purchase says of it, where the owner has not spoken."""
    some = [m for m in made if m.kind == KIND_REFUND and m.into.source not in SPOKEN]
    halved = sorted({m.out.transaction_id for m in some if m.out.split})
    parts = await splits_of(desk.unit, desk.sealer, halved) if halved else {}
    found = {}
    for one in some:
        label = as_refund(one.out.category_id, parts.get(one.out.transaction_id, ()), one.into.amount, one.score)
        if follows(desk, label, one.into.category_id):
            found[one.into.transaction_id] = label
    return found


async def _as_before(desk: Desk, apart: Sequence[Decision], legs: Mapping[int, Leg], labels: Mapping[int, Label]) -> dict[int, Label]:
    """Rows that were sorted only by what they belonged to are sorted anew once it is gone, unless they found another."""
    ids = {i for d in apart for i in d.ids if legs[i].source in {Source.TRANSFER, Source.REFUND} and i not in labels}
    if not ids:
        return {}
    rows = await before(desk.unit, desk.sealer, sorted(ids))
    return await label_again(desk, list(rows.values()), without=[d.ids for d in apart])


def _why(decision: Decision, legs: Mapping[int, Leg], gone: Collection[int]) -> str:
    return "other_gone" if any(i in gone or not legs[i].alive for i in decision.ids) else "no_longer_equal"


def image(decision: Decision | None) -> list[int | None] | None:
    """A decision as history keeps it."""
    return None if decision is None else [*decision.ids, decision.kind, decision.state, decision.score, decision.amount]


def images(was: Decision | None, now: Decision | None, why: str) -> list[Change]:
    """What becomes of two rows, kept beside both."""
    either = was or now
    assert either is not None, "one of the two is there"
    return [Change(i, FieldGroup.PAIR, {PAIR: image(was)}, {PAIR: image(now)}, why) for i in either.ids]
