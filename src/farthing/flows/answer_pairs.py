"""The owner answers whether two rows belong together. What was said stands in the pair itself, so that undoing the pair asks again."""

from __future__ import annotations

from farthing.flows.desk import Desk
from farthing.flows.pair_by_hand import join_legs, join_refund, reject_rows
from farthing.ingest.batches.batch import BatchRow
from farthing.ingest.pairing.decisions import paired
from farthing.ingest.pairing.model import KIND_REFUND, KIND_TRANSFER
from farthing.ingest.suggestions.ask import Question, QuestionKind
from farthing.ledger.model import Touched

KINDS = {QuestionKind.TRANSFER: KIND_TRANSFER, QuestionKind.REFUND: KIND_REFUND}


async def pair_word(desk: Desk, question: Question) -> str | None:
    """What was decided on the two, as an answer's word; None while nothing was."""
    held = next((d for d in await paired(desk.unit, [question.left]) if d.ids == (question.left, question.right)), None)
    return None if held is None else "pair" if held.holds else "reject"


async def answer_pair(desk: Desk, batch: BatchRow, question: Question, *, yes: bool) -> Touched:
    """Write the answer. Raises Missing, Rejected, Refused."""
    if not yes:
        return await reject_rows(desk, batch.batch_id, question.left, question.right, kind=KINDS[question.kind])
    if question.kind is QuestionKind.REFUND:
        return await join_refund(desk, batch.batch_id, question.right, question.left)
    return await join_legs(desk, batch.batch_id, question.left, question.right)
