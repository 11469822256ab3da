"""The owner says what belongs together: two legs of a transfer, a refund and its purchase; or that two rows do not, which is remembered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from farthing.core.errors import Missing, Refused, Rejected, Stale
from farthing.core.money import Money, decimal_text
from farthing.flows.desk import Desk, accounts_of, write_desk
from farthing.flows.label_again import SURE, as_refund, follows, label_again
from farthing.flows.pair_up import images, transfer_category
from farthing.flows.revise import Revised, Revision, labelled, new_batch, revise, settle_up, wholes
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ingest.batches.batch import Change
from farthing.ingest.batches.image import Whole
from farthing.ingest.pairing.decisions import join_rows, paired
from farthing.ingest.pairing.model import CONFIRMED, KIND_REFUND, KIND_TRANSFER, REJECTED, Decision, Leg
from farthing.ingest.pairing.pair import stands
from farthing.ledger.label import Stored
from farthing.ledger.model import Actor, Discarded, Label, Source, Status, Touched

SCORE = 1000
Story = Callable[[Desk, int], Awaitable[Touched]]


async def join_transfer(
    world: World, household_id: int, actor: Actor, transaction_id: int, other_id: int, *, if_version: int | None = None
) -> Revised:
    """Two rows are the halves of one transfer; also confirms a pair that we made. Raises Missing, Stale, Rejected, Refused."""

    async def story(desk: Desk, batch_id: int) -> Touched:
        return await join_legs(desk, batch_id, transaction_id, other_id)

    return await _as_batch(world, household_id, actor, story, kind="transaction.paired", asked=(transaction_id, if_version))


async def link_refund(
    world: World, household_id: int, actor: Actor, transaction_id: int, purchase_id: int, *, amount: str | None = None,
    if_version: int | None = None,
) -> Revised:  # fmt: skip
    """A row pays back a purchase: `amount` of it (decimal text), else all it can. Raises Missing, Stale, Rejected, Refused."""

    async def story(desk: Desk, batch_id: int) -> Touched:
        return await join_refund(desk, batch_id, transaction_id, purchase_id, amount=amount)

    return await _as_batch(world, household_id, actor, story, kind="transaction.paired", asked=(transaction_id, if_version))


async def part_rows(
    world: World, household_id: int, actor: Actor, transaction_id: int, *, kind: int, if_version: int | None = None
) -> Revised:
    """What a row was joined to (its other half, its purchase) it is not, nor will be by itself. Raises Missing, also where it was not."""

    async def story(desk: Desk, batch_id: int) -> Touched:
        held = [d for d in await paired(desk.unit, [transaction_id]) if d.holds and d.kind == kind]
        if kind == KIND_REFUND:
            held = [d for d in held if d.in_id == transaction_id]
        if not held:
            raise Missing(
                "not_paired", "it belongs to no other transaction" if kind == KIND_TRANSFER else "it is the refund of no purchase"
            )
        return await reject_rows(desk, batch_id, *held[0].ids, kind=kind)

    return await _as_batch(world, household_id, actor, story, kind="transaction.parted", asked=(transaction_id, if_version))


async def _as_batch(world: World, household_id: int, actor: Actor, story: Story, *, kind: str, asked: tuple[int, int | None]) -> Revised:
    """One batch that can be undone; the row asked about has to exist, in the version that was seen."""
    key, if_version = asked
    async with write_desk(world, household_id, actor) as desk:
        held = await wholes(desk, [key])
        if key not in held:
            raise Missing("not_found", "no such transaction")
        if if_version not in {None, held[key].row.version}:
            raise Stale("changed_meanwhile", "this transaction changed meanwhile")
        batch = new_batch(desk)
        touched = await story(desk, batch.batch_id)
        if not touched.transaction_ids:
            return Revised()
        version = await settle_up(desk, batch, touched, kind=kind)
    await wake(world, household_id, version, ["ledger", "budget"])
    return Revised(len(touched.transaction_ids), version, batch.batch_id)


async def join_legs(desk: Desk, batch_id: int, one_id: int, other_id: int) -> Touched:
    """The two are a transfer by the owner's word: written, with its images. Raises Missing, Rejected, Refused."""
    one, other = await _two(desk, one_id, other_id)
    out, into = (one, other) if one.row.amount < 0 else (other, one)
    _refuse_no_transfer(desk, out.row, into.row)
    now = Decision(out.row.transaction_id, into.row.transaction_id, KIND_TRANSFER, CONFIRMED, SCORE)
    was = await _before(desk, now)
    if was == now:
        return Touched()
    category = transfer_category((await accounts_of(desk))[into.row.account_id])
    label = Label(category, Source.TRANSFER, SCORE)
    labels = {
        w.row.transaction_id: label
        for w in (out, into)
        if w.row.category_source != Source.OWNER and desk.group_of(w.row.category_id) != "transfer"
    }
    return await _write(desk, batch_id, [out, into], was=was, now=now, labels=labels)


async def join_refund(desk: Desk, batch_id: int, refund_id: int, purchase_id: int, *, amount: str | None = None) -> Touched:
    """The row pays back the purchase by the owner's word: written, with its images. Raises Missing, Rejected, Refused."""
    refund, purchase = await _two(desk, refund_id, purchase_id, field="purchase_id")
    _refuse_no_refund(refund.row, purchase.row)
    before = [d for d in await paired(desk.unit, [purchase_id]) if d.holds and d.in_id != refund_id]
    if any(d.kind == KIND_TRANSFER for d in before):
        raise Refused("already_paired", "that row is half of a transfer", field="purchase_id")
    left = -purchase.row.amount - sum(d.amount or 0 for d in before)
    part = min(refund.row.amount, left) if amount is None else Money.parse(amount, refund.row.currency).minor
    if left <= 0 or not 0 < part <= min(left, refund.row.amount):
        unit = refund.row.currency
        most = decimal_text(max(0, min(left, refund.row.amount)), unit)
        raise Rejected(
            "more_than_left", f"of this purchase {decimal_text(max(0, left), unit)} is not paid back yet: at most {most}", field="amount"
        )
    now = Decision(purchase_id, refund_id, KIND_REFUND, CONFIRMED, SCORE, part)
    was = await _before(desk, now)
    if was == now:
        return Touched()
    label = as_refund(purchase.row.category_id, purchase.parts, refund.row.amount, SURE)
    sorts = refund.row.category_source != Source.OWNER and not refund.row.split and follows(desk, label, refund.row.category_id)
    return await _write(desk, batch_id, [purchase, refund], was=was, now=now, labels={refund_id: label} if sorts else {})


async def reject_rows(desk: Desk, batch_id: int, out_id: int, in_id: int, *, kind: int) -> Touched:
    """The two do not belong together by the owner's word: written, with its images, and never joined again by itself. Raises Missing."""
    out, into = await _two(desk, out_id, in_id)
    held = {d.ids: d for d in await paired(desk.unit, [out_id, in_id])}
    was, now = held.get((out_id, in_id)), Decision(out_id, in_id, kind, REJECTED, 0)
    if was is not None and not was.holds:
        return Touched()
    labels: dict[int, Label] = {}
    if was is not None:
        source = Source.TRANSFER if was.kind == KIND_TRANSFER else Source.REFUND
        sorted_so = [w.row for w in (out, into) if w.row.category_source == source]
        labels = await label_again(desk, sorted_so, without=[was.ids])
    return await _write(desk, batch_id, [out, into], was=was, now=now, labels=labels)


async def _two(desk: Desk, one_id: int, other_id: int, *, field: str = "other_id") -> tuple[Whole, Whole]:
    if one_id == other_id:
        raise Rejected("same_row", "a transaction does not belong to itself", field=field)
    held = await wholes(desk, [one_id, other_id])
    if len(held) < 2:
        raise Missing("not_found", "no such transaction")
    return held[one_id], held[other_id]


def _refuse_no_transfer(desk: Desk, out: Stored, into: Stored) -> None:
    if out.account_id == into.account_id:
        raise Rejected("same_account", "a transfer has its halves in two accounts", field="other_id")
    _refuse_unfit(out, into, "other_id")
    if out.split or into.split:
        raise Rejected("is_split", "a row that is split is no half of a transfer: make it whole first", field="other_id")
    home = desk.household.currency
    if not stands(_leg(out, home), _leg(into, home), by_owner=True):
        raise Rejected("amounts_differ", "the amounts are too far apart for one transfer", field="other_id")


def _refuse_no_refund(refund: Stored, purchase: Stored) -> None:
    _refuse_unfit(purchase, refund, "purchase_id")
    if refund.amount < 0:
        raise Rejected("same_sign", "a refund is money that comes, and its purchase money that went", field="purchase_id")
    if refund.currency != purchase.currency:
        raise Rejected("other_currency", "a refund is in the unit of its purchase", field="purchase_id")


def _refuse_unfit(out: Stored, into: Stored, field: str) -> None:
    if not out.amount * into.amount < 0:
        raise Rejected("same_sign", "one of the two is money that went, the other money that came", field=field)
    for row in (out, into):
        if row.status == Status.VOID or row.discarded != Discarded.NO:
            raise Rejected("is_void", "a row that is gone belongs to nothing", field=field)


def _leg(row: Stored, home: str) -> Leg:
    value = row.amount if row.currency == home else row.home_amount
    return Leg(row.transaction_id, row.account_id, row.amount, row.currency, value, row.date, row.category_id, row.category_source)


async def _before(desk: Desk, now: Decision) -> Decision | None:
    """What was decided on the two; raises Refused where either belongs to another."""
    held = await paired(desk.unit, now.ids)
    for d in held:
        bars = KIND_TRANSFER in {d.kind, now.kind} or d.in_id == now.in_id
        if d.ids != now.ids and d.holds and bars:
            raise Refused("already_paired", "one of the two belongs to another transaction: take those apart first")
    return next((d for d in held if d.ids == now.ids), None)


async def _write(
    desk: Desk, batch_id: int, rows: Sequence[Whole], *, was: Decision | None, now: Decision, labels: Mapping[int, Label]
) -> Touched:
    await join_rows(desk.unit, desk.sealer, batch_id=batch_id, at=desk.at, decisions=[now])
    told: dict[int, Change] = {c.object_id: c for c in images(was, now, "owner")}
    revisions = [Revision(w, labelled(w, labels.get(w.row.transaction_id)), also=(told[w.row.transaction_id],)) for w in rows]
    return await revise(desk, batch_id, revisions, why="owner")
