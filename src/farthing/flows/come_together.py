"""What an edit does to rows that may belong together now: one that is back in the ledger, or whole again, is weighed anew."""

from __future__ import annotations

from collections.abc import Iterable

from farthing.flows.come_apart import Apart, is_alive
from farthing.flows.desk import Desk, accounts_of
from farthing.flows.pair_up import images, pair_held
from farthing.ingest.batches.image import Whole
from farthing.ingest.pairing.decisions import join_rows
from farthing.ingest.pairing.model import KIND_TRANSFER
from farthing.ingest.suggestions.ask import ask


async def come_together(desk: Desk, batch_id: int, rows: Iterable[tuple[Whole, Whole]]) -> Apart:
    """Join, or ask about, rows that change so from the first to the second of each; the labels that follow are the caller's to write."""
    back = [after.row for was, after in rows if _is_back(was, after)]
    if not back:
        return Apart()
    joined = await pair_held(desk, back, await accounts_of(desk))
    evidence = [m.evidence for m in joined.made]
    await join_rows(desk.unit, desk.sealer, batch_id=batch_id, at=desk.at, decisions=joined.decisions, evidence=evidence)
    await ask(desk.unit, desk.sealer, at=desk.at, batch_id=batch_id, questions=joined.questions)
    told = [c for d in joined.decisions for c in images(None, d, "transfer" if d.kind == KIND_TRANSFER else "refund")]
    return Apart(joined.labels, told)


def _is_back(was: Whole, now: Whole) -> bool:
    return is_alive(now.row) and (not is_alive(was.row) or (bool(was.parts) and not now.parts))
