"""The Review page: questions in groups, both rows of each side by side, and how far this sitting has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from farthing.core.ids import public
from farthing.flows.desk import Desk
from farthing.flows.review import SHOWN_MAX, Origin, Reviewed, reviewed
from farthing.flows.show import Shown
from farthing.flows.view_models.format import day_view, initial_of
from farthing.flows.view_models.review import AllOf, Ask, Group, GroupKey, Review, Side
from farthing.flows.view_parts import Eye, eye_of
from farthing.ingest.suggestions.ask import QuestionKind, answered_since, open_count

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


async def view_review(desk: Desk, *, since: int) -> Review:
    """What is open; `since`: an id of the time when this sitting began."""
    eye = eye_of(desk)
    found = await reviewed(desk)
    count = await open_count(desk.unit) if len(found) >= SHOWN_MAX else len(found)
    done = await answered_since(desk.unit, since)
    groups = tuple(_group(eye, kind, mine) for kind in QuestionKind if (mine := [r for r in found if r.question.kind is kind]))
    return Review(groups, str(since), done, count + done, count - len(found), eye.clock)


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
