"""What stands beneath and beside rows that go for good: lines, raw pages, before-images, batches, pairs and questions."""

from __future__ import annotations

from collections.abc import Sequence

from farthing.ingest.land import queries
from farthing.platform.database import Unit


async def forget_lines(unit: Unit, account_ids: Sequence[int], *, connection_id: int | None = None) -> None:
    """Everything kept of these accounts' rows; with `connection_id` also what came through that link. The rows themselves go afterwards."""
    asked = {"household_id": unit.household_id, "account_ids": list(account_ids)}
    await queries.forget_lines_pairs.count(unit.conn, **asked)
    await queries.forget_lines_questions.count(unit.conn, **asked)
    await queries.forget_lines_merged.count(unit.conn, **asked)
    await queries.forget_lines_changes.count(unit.conn, **asked)
    await queries.forget_lines_pages.count(unit.conn, **asked, connection_id=connection_id)
    await queries.forget_lines_batches.count(unit.conn, **asked, connection_id=connection_id)
    await queries.forget_lines.count(unit.conn, **asked)
