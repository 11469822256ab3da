"""The rows of an export that tell what was learned: corrections, votes, what was given to the tally, calibrations."""

from __future__ import annotations

from farthing.categorize import recall
from farthing.categorize.tuning.tally import share_of
from farthing.categorize.tuning.versions import calibrations
from farthing.categorize.voting.votes import votes_of
from farthing.categorize.weighing.weights import EVIDENCE
from farthing.core.dates import rfc3339
from farthing.flows.desk import Desk
from farthing.flows.export_rows import Rows, category_row
from farthing.ledger.reading.payees import payees


async def corrections(desk: Desk) -> Rows:
    """What the household taught: the category of a merchant, and how often it was said."""
    known = await payees(desk.unit, desk.sealer)
    for payee_id, said in (await recall(desk.unit, list(known))).items():
        category = desk.categories.by_id.get(said.category_id)
        yield {
            "merchant": known[payee_id].merchant,
            "text": known[payee_id].key,
            "category": category_row(desk, category) if category else None,
            "times": said.times,
        }


async def votes(desk: Desk) -> Rows:
    """What the household's corrections say, anonymously, of merchants: a keyed hash of the name each, which nobody can read."""
    for key, category_id in sorted((await votes_of(desk.unit)).items()):
        yield {"merchant_key": key.hex(), "category": desk.categories.of(category_id).slug}


async def shares(desk: Desk) -> Rows:
    """What the household gave to the installation's tally: how often we were right about its rows, by kind of evidence."""
    for cell, count in sorted((await share_of(desk.unit)).items()):
        yield {"evidence": EVIDENCE[cell.kind], "bin": cell.bin, "rows": count.rows, "right": count.correct}


async def calibrations_made(desk: Desk) -> Rows:
    """The household's own calibrations, the newest first."""
    for c in await calibrations(desk.unit):
        yield {"number": c["number"], "made_at": rfc3339(c["made_at"]), **{n: c[n] for n in ("slope", "lift", "rows")}}
