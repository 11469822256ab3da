"""The owner speaks about one row: category, merchant, note, tags, day, hidden, reviewed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import UNSET, UnsetType

from farthing.core.dates import AHEAD_DAYS_MAX, EARLIEST
from farthing.core.errors import Missing, Refused, Rejected, Stale
from farthing.core.ids import CategoryId
from farthing.flows.desk import Desk, tag_id, write_desk
from farthing.flows.label_again import label_again
from farthing.flows.learn import learn, unlearn
from farthing.flows.revise import Revised, Revision, new_batch, revise, settle_up, wholes
from farthing.flows.said import summary_of
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ingest.batches.batch import Change
from farthing.ingest.batches.image import Whole
from farthing.ledger.label import TAGS_MAX, Stored, tags
from farthing.ledger.model import Actor, Discarded, Label, Source

NOTE_MAX, MERCHANT_MAX, TAG_MAX = 2_000, 120, 40


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; what is not named stays. `category_id` None: decide by yourself again; `date` None: the bank's day again.

    `tags` are all a row is to have; `more_tags` come to those it has.
    """

    category_id: int | UnsetType | None = UNSET
    merchant: str | UnsetType = UNSET
    note: str | UnsetType = UNSET
    tags: Sequence[str] | UnsetType = UNSET
    more_tags: Sequence[str] = ()
    date: dt.date | UnsetType | None = UNSET
    hidden: bool | UnsetType = UNSET
    reviewed: bool | UnsetType = UNSET


async def edit_transaction(
    world: World, household_id: int, actor: Actor, transaction_id: int, wish: Edit, *, if_version: int | None = None
) -> Revised:
    """Write the owner's word on one row, and learn from it. Raises Missing, Stale, Rejected."""
    async with write_desk(world, household_id, actor) as desk:
        held = await wholes(desk, [transaction_id])
        if transaction_id not in held:
            raise Missing("not_found", "no such transaction")
        if if_version is not None and held[transaction_id].row.version != if_version:
            raise Stale("changed_meanwhile", "this transaction changed meanwhile")
        revised = await write_word(desk, held, wish)
    if revised.count:
        await wake(world, household_id, revised.version, ["ledger", "budget"])
    return revised


async def write_word(desk: Desk, held: Mapping[int, Whole], wish: Edit, *, more: Sequence[Change] = ()) -> Revised:
    """The same wish for every row, as one batch; raises Rejected, Refused. `more`: images of what the caller wrote beside the rows."""
    refuse_merged(held.values())
    wish = await _accepted(desk, wish)
    labels = await _decided_again(desk, held) if wish.category_id is None else {}
    revisions = [Revision(w, _wished(w, wish, labels.get(i))) for i, w in held.items()]
    batch = msgspec.structs.replace(new_batch(desk), summary=summary_of(wish))
    touched = await revise(desk, batch.batch_id, revisions, why="owner", more=more)
    if not touched.transaction_ids and not more:
        return Revised()
    if wish.category_id is not None:
        await learn(desk, revisions)
    version = await settle_up(desk, batch, touched, kind="transaction.edited", beside=len(more), rows_alone=not more)
    return Revised(len(touched.transaction_ids), version, batch.batch_id)


def refuse_merged(rows: Iterable[Whole]) -> None:
    """What is said of a row that is part of another would be seen nowhere; raises Refused."""
    if any(w.row.discarded == Discarded.MERGED for w in rows):
        raise Refused("merged", "this row is part of another transaction now: say it of that one")


async def _decided_again(desk: Desk, held: Mapping[int, Whole]) -> dict[int, Label]:
    rows = [w.row for w in held.values()]
    await unlearn(desk, rows)
    return await label_again(desk, rows)


async def _accepted(desk: Desk, wish: Edit) -> Edit:
    """The wish as it is to be stored; raises Rejected with the field."""
    if isinstance(wish.category_id, int):
        accept_category(desk, wish.category_id)
    if isinstance(wish.date, dt.date) and not EARLIEST <= wish.date <= desk.today + dt.timedelta(days=AHEAD_DAYS_MAX):
        raise Rejected("date_out_of_range", "dates run from 1970 to one year ahead", field="date")
    if isinstance(wish.merchant, str):
        wish = msgspec.structs.replace(wish, merchant=parse_text(wish.merchant, MERCHANT_MAX, field="merchant"))
    if isinstance(wish.note, str):
        wish = msgspec.structs.replace(wish, note=parse_text(wish.note, NOTE_MAX, field="note"))
    if not isinstance(wish.tags, UnsetType):
        wish = msgspec.structs.replace(wish, tags=await parse_tags(desk, wish.tags))
    if wish.more_tags:
        wish = msgspec.structs.replace(wish, more_tags=await parse_tags(desk, wish.more_tags))
    return wish


def accept_category(desk: Desk, category_id: int, *, field: str = "category_id") -> CategoryId:
    """One of the household's categories; raises Rejected."""
    if category_id not in desk.categories.by_id:
        raise Rejected("no_such_category", "there is no such category", field=field)
    return CategoryId(category_id)


def parse_text(text: str, length_max: int, *, field: str) -> str:
    """What the owner wrote, without the spaces around it; raises Rejected."""
    text = text.strip()
    if len(text) > length_max:
        raise Rejected("too_long", f"at most {length_max} characters", field=field)
    if any(ord(c) < 32 and c not in "\n\t" for c in text):
        raise Rejected("bad_text", "no control characters", field=field)
    return text


async def parse_tags(desk: Desk, names: Sequence[str]) -> tuple[str, ...]:
    """Tags in order, each once, in the spelling the household used first; raises Rejected."""
    trimmed = [" ".join(n.split()).lstrip("#") for n in names]
    if len(trimmed) > TAGS_MAX or any(not 1 <= len(n) <= TAG_MAX or not n.isprintable() for n in trimmed):
        raise Rejected("bad_tags", f"at most {TAGS_MAX} tags of 1 to {TAG_MAX} characters", field="tags")
    known = await tags(desk.unit, desk.sealer) if trimmed else {}
    spelled: dict[int, str] = {}
    for name in trimmed:
        key = tag_id(desk.sealer, name)
        spelled.setdefault(key, known.get(key, name))
    return tuple(sorted(spelled.values()))


def _wished(whole: Whole, wish: Edit, label: Label | None) -> Whole:
    row = whole.row
    if not isinstance(wish.category_id, UnsetType):
        row = _labelled(row, label or Label(CategoryId(wish.category_id or 0), Source.OWNER, 1000))
    if not isinstance(wish.reviewed, UnsetType):
        row = msgspec.structs.replace(row, reviewed=wish.reviewed)
    if not isinstance(wish.hidden, UnsetType):
        row = msgspec.structs.replace(row, hidden=wish.hidden)
    if not isinstance(wish.date, UnsetType):
        owner_date = None if wish.date == row.bank_date else wish.date
        row = msgspec.structs.replace(row, owner_date=owner_date, date=owner_date or row.bank_date)
    if not isinstance(wish.note, UnsetType):
        row = msgspec.structs.replace(row, owner=msgspec.structs.replace(row.owner, note=wish.note))
    if not isinstance(wish.merchant, UnsetType):
        row = msgspec.structs.replace(row, owner=msgspec.structs.replace(row.owner, merchant=wish.merchant))
    tagged = whole.tags if isinstance(wish.tags, UnsetType) else tuple(wish.tags)
    if wish.more_tags:
        tagged = tuple(sorted({*tagged, *wish.more_tags}))[:TAGS_MAX]
    return Whole(row, tagged, whole.parts)


def _labelled(row: Stored, label: Label) -> Stored:
    return msgspec.structs.replace(row.under(label), reviewed=label.source == Source.OWNER)
