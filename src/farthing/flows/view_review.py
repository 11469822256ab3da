"""The Review page: questions in groups, both rows of each side by side, and how far this sitting has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from farthing.core.ids import public
from farthing.flows.desk import Desk
from farthing.flows.review import SHOWN_MAX, Origin, Reviewed, reviewed
from farthing.flows.show import Shown
from farthing.flows.view_models.format import day_view, initial_of
from farthing.flows.view_models.review import AllOf, Ask, Differ, Group, GroupKey, Review, Side, Waiting
from farthing.flows.view_parts import Eye, eye_of
from farthing.flows.view_transaction import find_shown
from farthing.flows.view_waiting import view_waiting, words_of
from farthing.flows.waiting import WAITING_MAX, Heap, heap, track_record
from farthing.ingest.batches.batch import BatchState, batches, reviewed_since
from farthing.ingest.suggestions.ask import QuestionKind, answered_since, open_count
from farthing.ledger.model import BatchKind
from farthing.ledger.waiting.read import WaitingKind

TITLES: Mapping[QuestionKind, tuple[GroupKey, str]] = {
    QuestionKind.SAME: ("same", "Possible duplicates"),
    QuestionKind.TRANSFER: ("transfer", "Possible transfers"),
    QuestionKind.REFUND: ("refund", "Possible refunds"),
}
ANSWERS = {
    QuestionKind.SAME: ("merge", "keep_apart", "Merge", "Keep both"),
    QuestionKind.TRANSFER: ("pair", "reject", "It is a transfer", "Not a transfer"),
    QuestionKind.REFUND: ("pair", "reject", "It is the refund", "Not its refund"),
}
STATUS = {"pending": "Pending", "posted": "Booked", "void": "Gone at the bank"}
RANK = {"bank": 0, "file": 1, "hand": 2}


async def view_review(desk: Desk, *, since: int, at: int = 0, changed: bool = False, wish: int = 0) -> Review:
    """What is open; `since`: an id of the time when this sitting began, `at`: the row whose card is open.

    `changed`: somebody else answered of that row meanwhile, while the reader wished it in the category `wish`.
    """
    eye = eye_of(desk)
    (held, rows), record, (found, count), done, undo = await desk.unit.side_by_side(
        _rows(desk, since=since, at=at, changed=changed, wish=wish),
        track_record(desk),
        _pairs(desk),
        _done(desk, since),
        _last_answer(desk, since),
    )
    rows = msgspec.structs.replace(rows, record=words_of(record))
    sure = held.counts[WaitingKind.SURE]
    waits = held.count - (sure if sure >= WAITING_MAX and held.count > sure else 0)  # a number that nobody knows is in no sum
    groups = tuple(_group(eye, kind, mine) for kind in QuestionKind if (mine := [r for r in found if r.question.kind is kind]))
    return Review(groups, str(since), done, count + waits + done, count - len(found), eye.clock, rows=rows, undo=undo)


async def _rows(desk: Desk, *, since: int, at: int, changed: bool, wish: int) -> tuple[Heap, Waiting]:
    """The rows that wait, and as they are drawn."""
    held = await heap(desk)
    differ = await _differ(desk, at, wish) if changed and at else None
    return held, await view_waiting(desk, held, since=since, at=at, differ=differ, wish=wish)


async def _pairs(desk: Desk) -> tuple[list[Reviewed], int]:
    """Questions about two rows, those that are shown, and how many are open."""
    found = await reviewed(desk)
    return found, await open_count(desk.unit) if len(found) >= SHOWN_MAX else len(found)


async def _done(desk: Desk, since: int) -> int:
    """How many were answered in this sitting."""
    return sum(await desk.unit.side_by_side(answered_since(desk.unit, since), reviewed_since(desk.unit, since)))


async def _last_answer(desk: Desk, since: int) -> str:
    """The newest answer of this sitting that still holds."""
    newest = await batches(desk.unit, desk.sealer, kinds=[BatchKind.EDIT], count=1)
    return next((public("bat", b.batch_id) for b in newest if b.batch_id >= since and b.state == BatchState.DONE), "")


async def _differ(desk: Desk, at: int, wish: int) -> Differ:
    """What the reader chose, and what somebody else did."""
    shown = await find_shown(desk, at)
    mine = desk.categories.of(wish) if wish else None
    theirs = shown.category.name if shown.category.category_id else "not sorted"
    return Differ(shown.merchant, mine.name if mine and mine.category_id else "as it was", theirs)


def _group(eye: Eye, kind: QuestionKind, found: Sequence[Reviewed]) -> Group:
    key, title = TITLES[kind]
    pairs = "1 pair" if len(found) == 1 else f"{len(found):,} pairs"
    return Group(
        key, title, pairs if kind is QuestionKind.TRANSFER else f"{len(found):,}", tuple(_ask(eye, r) for r in found),
        _all_of(found) if kind is QuestionKind.SAME else (),
    )  # fmt: skip


def _all_of(found: Sequence[Reviewed]) -> tuple[AllOf, ...]:
    """Files that asked more than once."""
    files: dict[int, list[Reviewed]] = {}
    for one in found:
        if one.file:
            files.setdefault(one.question.asked_in, []).append(one)
    several = [(batch, mine) for batch, mine in files.items() if len(mine) > 1]
    return tuple(AllOf(public("bat", batch), f"Merge all {len(mine)} from {mine[0].file}") for batch, mine in several)


def _ask(eye: Eye, one: Reviewed) -> Ask:
    yes, no, yes_label, no_label = ANSWERS[one.question.kind]
    same = one.question.kind is QuestionKind.SAME
    kept_left = _rank(one.left, one.left_from) <= _rank(one.right, one.right_from)
    sides = (
        _side(eye, one.left, one.left_from, stays=same and kept_left),
        _side(eye, one.right, one.right_from, stays=same and not kept_left),
    )
    weighed = ", ".join(one.reasons)
    if weighed in one.why[:1].lower() + one.why[1:]:
        weighed = ""
    return Ask(
        public("sug", one.question.suggestion_id), one.why, sides, yes, no, yes_label, no_label, f"{weighed[:1].upper()}{weighed[1:]}"
    )


def _rank(shown: Shown, origin: Origin) -> tuple[int, bool, int]:
    return RANK[origin.kind], shown.status == "pending", shown.row.transaction_id


def _side(eye: Eye, shown: Shown, origin: Origin, *, stays: bool) -> Side:
    row = shown.row
    return Side(
        id=public("txn", row.transaction_id),
        merchant=shown.merchant,
        initial=initial_of(shown.merchant),
        day=day_view(row.date, locale=eye.locale, weekday=True),
        account=shown.account.text.name,
        amount=eye.of(row.amount, row.currency, symbol=True, plus=row.amount > 0),
        text=row.bank.text,
        source=origin.words,
        source_kind=origin.kind,
        status=STATUS[shown.status],
        note=row.owner.note,
        tags=shown.tags,
        stays=stays,
    )
