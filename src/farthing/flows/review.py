"""What is open in Review, made readable: each question with both its rows, where each row comes from, and the reason in one sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from farthing.flows.desk import Desk
from farthing.flows.read_file import kept_of
from farthing.flows.show import Shown, show
from farthing.flows.view_models.format import day_view
from farthing.flows.view_parts import Eye, eye_of
from farthing.ingest.batches.batch import BatchRow, batches_named
from farthing.ingest.land import lines_of
from farthing.ingest.pairing.words import reasons
from farthing.ingest.suggestions.ask import Question, QuestionKind, open_questions
from farthing.ingest.suggestions.unite import NOBODY, OPEN, Beneath, beneath
from farthing.ledger.label import before
from farthing.ledger.model import BatchKind, LineKind

SHOWN_MAX = 60
_APART = re.compile(r", (?!as |but )")  # "3 % more, as exchange rates move" is one reason
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class Origin(msgspec.Struct, frozen=True):
    """Where a row comes from: bank | file | hand, and in words (`Chase`, `your file of 3 Nov`, `written by hand`)."""

    kind: str
    words: str


class Reviewed(msgspec.Struct, frozen=True):
    """A question, its rows and their origins; `file` names the import that asked, empty where a sync did.

    `why` says it in one sentence, `reasons` what was weighed, strongest first.
    """

    question: Question
    left: Shown
    right: Shown
    left_from: Origin
    right_from: Origin
    why: str
    file: str = ""
    reasons: tuple[str, ...] = ()


async def reviewed(desk: Desk, questions: Sequence[Question] | None = None, *, count: int = SHOWN_MAX) -> list[Reviewed]:
    """What is open (or these questions), duplicates first; a handful of statements however many there are."""
    asked = await open_questions(desk.unit, desk.sealer, count=count) if questions is None else questions
    if not asked:
        return []
    ids = sorted({i for q in asked for i in q.rows})
    stored, held = await desk.unit.side_by_side(before(desk.unit, desk.sealer, ids), lines_of(desk.unit, ids))
    shown = {s.row.transaction_id: s for s in await show(desk, list(stored.values()))}
    lines = beneath(held)
    batches = await batches_named(desk.unit, desk.sealer, {s.row.batch_id for s in shown.values()} | {q.asked_in for q in asked})
    eye = eye_of(desk)
    origins = {i: origin(eye, s, lines.get(i, ()), batches) for i, s in shown.items()}
    return [_reviewed(eye, q, shown, origins, batches) for q in asked if q.rows <= shown.keys()]


def _reviewed(
    eye: Eye, question: Question, shown: Mapping[int, Shown], origins: Mapping[int, Origin], batches: Mapping[int, BatchRow]
) -> Reviewed:
    left, right = shown[question.left], shown[question.right]
    asked_in = batches.get(question.asked_in)
    return Reviewed(
        question=question,
        left=left,
        right=right,
        left_from=origins[question.left],
        right_from=origins[question.right],
        why=why(eye, question, left, right, origins=(origins[question.left], origins[question.right])),
        file=(kept_of(asked_in).name or "a file") if asked_in and asked_in.kind == BatchKind.IMPORT else "",
        reasons=reasons_of(question),
    )


def reasons_of(question: Question) -> tuple[str, ...]:
    """What was weighed when it was asked, each reason by itself; nothing of questions from before that was kept."""
    return tuple(reasons(_APART.split(question.evidence))) if question.evidence not in {"", "same"} else ()


def origin(eye: Eye, shown: Shown, lines: Sequence[Beneath], batches: Mapping[int, BatchRow]) -> Origin:
    """Who states a row: the strongest of the lines that speak for it."""
    kind = min((int(x.kind) for x in lines if x.state in OPEN), default=NOBODY)
    if kind == LineKind.BANK:
        return Origin("bank", shown.account.text.institution or "your bank")
    if kind == LineKind.MANUAL:
        return Origin("hand", "written by hand")
    batch = batches.get(shown.row.batch_id)
    return Origin("file", f"your file of {day_view(eye.date(batch.started_at), locale=eye.locale)}" if batch else "a file")


def why(eye: Eye, question: Question, left: Shown, right: Shown, *, origins: tuple[Origin, Origin]) -> str:
    """The reason for asking, in one sentence."""
    days = abs((left.row.date - right.row.date).days)
    apart = "on the same day" if not days else f"{NUMBERS[days] if days < len(NUMBERS) else days} {'day' if days == 1 else 'days'} apart"
    mine, theirs = eye.of(left.row.amount, left.row.currency, symbol=True), eye.of(right.row.amount, right.row.currency, symbol=True)
    match question.kind:
        case QuestionKind.TRANSFER:
            same = "the same amount" if left.row.amount == -right.row.amount else str(mine).lstrip("−")
            return f"{same[:1].upper()}{same[1:]} left {left.account.text.name} and reached {right.account.text.name} {apart}."
        case QuestionKind.REFUND:
            return f"{right.merchant} gave {theirs} back, {apart} from {str(mine).lstrip('−')} spent at {left.merchant}."
        case _:
            same = "Same amount" if left.row.amount == right.row.amount else f"{mine} and {theirs}"
            one, two = origins
            if left.row.amount != right.row.amount and question.evidence not in {"", "same"}:
                same, apart = question.evidence[:1].upper() + question.evidence[1:], ""
            if one == two:
                return f"{same} {apart}".strip() + f", both {_by(one)}."
            return f"{same} {apart}".strip() + f", one {_by(one)} and one {_by(two)}."


def _by(origin: Origin) -> str:
    return origin.words if origin.kind == "hand" else f"from {origin.words}"
