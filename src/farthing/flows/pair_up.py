"""Step 7 of the straight line: what came is weighed against what stands, and pairs that no longer fit come apart.

One statement reads every row that may be the other half. Nothing is invented: a leg whose other half was not seen yet waits for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

import msgspec

from farthing.categorize.clean import fold
from farthing.core.ids import CategoryId
from farthing.flows.desk import Desk
from farthing.flows.label_again import label_again
from farthing.ingest.batches.batch import Change, FieldGroup
from farthing.ingest.pairing.decisions import Near, Wanted, near
from farthing.ingest.pairing.model import (
    CARD_PAYMENT,
    CONFIRMED,
    KIND_TRANSFER,
    OWING,
    PAIRED,
    TRANSFER,
    Decision,
    Leg,
    Match,
    Place,
)
from farthing.ingest.pairing.pair import Meaning, candidates, pair, reach, stands
from farthing.ledger.accounts import Account
from farthing.ledger.label import before
from farthing.ledger.model import Discarded, Held, Label, Plan, Posting, Source, Status
from farthing.ledger.post import Fresh
from farthing.people import members

VAGUE = ("deposits", "other_income")
PAIR = "pair"


Moved = tuple[Posting, dt.date | None]  # what the bank states now, and the owner's day for it


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
        return [Decision(*m.ids, KIND_TRANSFER, PAIRED, m.score) for m in self.made]


async def pair_up(
    desk: Desk,
    plan: Plan,
    held: Mapping[bytes, Held],
    *,
    fresh: Sequence[Fresh],
    homes: Mapping[int, int | None],
    accounts: Mapping[int, Account],
) -> Joined:
    """Weigh what a plan brings and moves. Reads only."""
    meaning = meaning_of(desk)
    legs = {int(f.posting.transaction_id): _leg(desk, f.posting, homes, f.label) for f in fresh}
    moved = {int(p.transaction_id): found for p in plan.changed if (found := _moved(p, held))}
    gone = {int(g.transaction_id) for g in plan.gone if g.void}
    mine = [x for x in legs.values() if x.category_id in meaning.candidates]
    if not mine and not moved and not gone:
        return Joined()
    wanted = [_wanted(x, meaning) for x in (*mine, *(_leg(desk, p, homes, None) for p, _ in moved.values()))]
    around = await near(
        desk.unit,
        desk.sealer,
        home=desk.household.currency,
        ids=[*moved, *gone],
        category_ids=meaning.candidates,
        wanted=wanted,
        folded=fold,
    )
    legs |= {i: _restated(desk, leg, moved.get(i), homes, dead=i in gone) for i, leg in around.legs.items() if i not in legs}
    apart = [d for d in around.decisions.values() if d.holds and _no_longer(d, legs, frozenset({*moved, *gone}))]
    made, asked = await _pairs(desk, legs, around, meaning=meaning, apart=apart, places=places_of(accounts))
    labels = _as_transfers(desk, made, accounts)
    labels |= await _as_before(desk, apart, legs, labels)
    return Joined(made, asked, apart, labels, [c for d in apart for c in images(d, None, _why(d, legs, gone))])


def meaning_of(desk: Desk) -> Meaning:
    """Which of the household's categories make a row half of a transfer."""
    vague = [c.category_id for c in desk.categories.every if c.slug in VAGUE and not c.own]
    return Meaning(desk.categories.in_group("transfer"), vague)


def places_of(accounts: Mapping[int, Account]) -> dict[int, Place]:
    """Accounts as texts name them."""
    return {i: Place(a.kind.slug, fold(a.text.name), a.text.mask) for i, a in accounts.items()}


def _moved(posting: Posting, held: Mapping[bytes, Held]) -> Moved | None:
    """A row that the bank restated so that it is another one for pairing; else pairs go by transaction and stay."""
    was = held.get(posting.replaces or posting.incoming.ref) or held.get(posting.incoming.ref)
    if was is None:
        return posting, None
    amount = posting.incoming.line.amount
    same = (was.amount, was.currency, was.date) == (amount.minor, amount.currency, posting.occurred)
    if same and was.status != Status.VOID and was.discarded == Discarded.NO:
        return None
    return posting, was.counts_on if was.counts_on != was.date else None


def _leg(desk: Desk, posting: Posting, homes: Mapping[int, int | None], label: Label | None) -> Leg:
    line = posting.incoming.line
    amount, unit = line.amount.minor, line.amount.currency
    return Leg(
        transaction_id=posting.transaction_id,
        account_id=posting.incoming.account_id,
        amount=amount,
        currency=unit,
        home=amount if unit == desk.household.currency else homes.get(posting.transaction_id),
        date=posting.occurred,
        category_id=label.category_id if label else TRANSFER,
        source=label.source if label else Source.NONE,
        confidence=label.confidence if label else 0,
        payee_id=posting.incoming.payee_id,
        text=fold(" ".join(filter(None, (line.text, line.counterparty, line.reference)))),
    )


def _restated(desk: Desk, leg: Leg, moved: Moved | None, homes: Mapping[int, int | None], *, dead: bool) -> Leg:
    """A row we hold as it is once the plan is carried out."""
    if moved is not None:
        posting, own_day = moved
        now = _leg(desk, posting, homes, Label(CategoryId(leg.category_id), leg.source, leg.confidence))
        return msgspec.structs.replace(now, split=leg.split, date=posting.occurred if own_day is None else own_day)
    return msgspec.structs.replace(leg, alive=False) if dead else leg


def _wanted(leg: Leg, meaning: Meaning) -> Wanted:
    low, high = sorted(reach(leg, meaning))
    return Wanted(leg.date, low, high, leg.currency, leg.category_id in meaning.transfers)


def _no_longer(decision: Decision, legs: Mapping[int, Leg], touched: frozenset[int]) -> bool:
    """Whether a pair came apart by what the bank says now. Only pairs of rows that moved are asked."""
    if decision.kind != KIND_TRANSFER or touched.isdisjoint(decision.ids) or not {*decision.ids} <= legs.keys():
        return False
    return not stands(legs[decision.out_id], legs[decision.in_id], by_owner=decision.state == CONFIRMED)


async def _pairs(
    desk: Desk, legs: Mapping[int, Leg], around: Near, *, meaning: Meaning, apart: Sequence[Decision], places: Mapping[int, Place]
) -> tuple[list[Match], list[Match]]:
    """Pairs to make, and pairs to ask about. The members' names are read only where a text may name one."""
    lost = {d.ids for d in apart}
    taken = {i for d in around.decisions.values() if d.holds and d.ids not in lost for i in d.ids}
    rejected = {d.ids for d in around.decisions.values() if not d.holds}
    found = candidates(legs.values(), meaning=meaning, taken=taken, rejected=rejected)
    if not found:
        return [], []
    unsaid = any(leg.category_id not in meaning.transfers for two in found for leg in two)
    names = [fold(m.text.name) for m in await members.members(desk.unit, desk.sealer)] if unsaid else []
    matches = pair(found, meaning=meaning, places=places, names=names)
    return [m for m in matches if m.automatic], [m for m in matches if not m.automatic]


def _as_transfers(desk: Desk, made: Sequence[Match], accounts: Mapping[int, Account]) -> dict[int, Label]:
    """What pairing says of both legs, where they say no more themselves and the owner has not spoken."""
    found = {}
    for one in made:
        category = transfer_category(accounts[one.into.account_id])
        for leg in (one.out, one.into):
            if desk.group_of(leg.category_id) != "transfer" and leg.source != Source.OWNER:
                found[leg.transaction_id] = Label(category, Source.TRANSFER, one.score)
    return found


def transfer_category(into: Account) -> CategoryId:
    """Money that reaches a card or a loan pays it."""
    return CategoryId(CARD_PAYMENT if into.kind.slug in OWING else TRANSFER)


async def _as_before(desk: Desk, apart: Sequence[Decision], legs: Mapping[int, Leg], labels: Mapping[int, Label]) -> dict[int, Label]:
    """Rows that were transfers only by their other half are sorted anew once it is gone, unless they found another."""
    ids = {i for d in apart for i in d.ids if legs[i].source == Source.TRANSFER and i not in labels}
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
