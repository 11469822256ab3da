"""Every night: what owners said is held against what we said, and confidences that prove more honest take over.

A household's own calibration is made from its own rows and never leaves it. For the installation each household that has a vote gives few
counts: how often what was said so surely was right, by kind of evidence. A household teaches or measures, always the same, so that a
challenger is measured on households that it never heard of.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from farthing.categorize import Facts, Names
from farthing.categorize.decide import SURE_FROM
from farthing.categorize.tuning.fit import Scores, Weighed, fitted, is_better, of_cells, of_seen, one_bend, scores
from farthing.categorize.tuning.seen import Seen, counted, seen
from farthing.categorize.tuning.tally import HOUSEHOLDS_MIN, ROWS_MAX, Tally, give, tallied
from farthing.categorize.tuning.versions import (
    VERSION_MAX,
    State,
    Trial,
    Version,
    calibrate,
    calibration,
    in_force,
    note_trial,
    promote,
    reinstate,
    stamp,
    trials,
    uncalibrate,
    unpin,
    versions,
)
from farthing.categorize.weighing.weights import STRAIGHT, Curve
from farthing.core.errors import Missing, Refused
from farthing.flows.desk import Desk, accounts_of, write_desk
from farthing.flows.known import forget_known, shipped
from farthing.flows.label_again import facts_of
from farthing.flows.vote import has_vote
from farthing.flows.world import World
from farthing.ledger.label import Stored, newest
from farthing.ledger.model import SYSTEM, Source
from farthing.ledger.reading.payees import payees_some
from farthing.platform.sql import Connection
from farthing.security.keyring import Finder

EVERY = dt.timedelta(hours=20)
ROWS_HEARD = 2_000  # the newest of a household
LEFT_STANDING = dt.timedelta(days=14)  # what is sure and nobody corrected so long was right, if its owner corrects at all
SPOKEN_MIN = 20  # corrections, below which silence says nothing
OWN_ROWS_MIN, OWN_PAYEES_MIN, FOLDS = 60, 15, 5
MEASURED_MIN = 200  # rows
MARGIN, OWN_MARGIN = 0.002, 0.005  # of log loss a row
ONE_IN = 4  # households that measure
TRIALS_SHOWN = 10
_SAID = frozenset((Source.OWNER, Source.RULE, Source.MEMORY))
_OURS = frozenset((Source.MERCHANT, Source.MCC, Source.PROVIDER, Source.MODEL, Source.PHRASE))


async def observe(world: World, household_id: int) -> int:
    """Count what the household's owner told of our confidence; calibrate it where that helps. Returns how many rows were heard."""
    finder = await world.keyring.finder()
    async with write_desk(world, household_id, SYSTEM) as desk:
        every = await asyncio.to_thread(seen, await _told(desk), desk.categories.own_groups, Names())
        share = counted(every, most=ROWS_MAX) if every and await has_vote(world, desk.unit, desk.sealer) else {}
        await give(desk.unit, share, teaches=teaches(finder, household_id))
        await _calibrate(desk, every)
    return len(every)


def teaches(finder: Finder, household_id: int) -> bool:
    """Three of four teach, the others measure; a household always does the same."""
    return finder.index("model_side", str(household_id).encode())[0] % ONE_IN != 0


async def _told(desk: Desk) -> list[tuple[Facts, str]]:
    """Rows of which the owner's mind is known, with the group that they belong in."""
    rows = await newest(desk.unit, desk.sealer, count=ROWS_HEARD)
    heard = sum(r.category_source == Source.OWNER for r in rows) >= SPOKEN_MIN
    known = [r for r in rows if _is_known(r, heard=heard, before=desk.today - LEFT_STANDING)]
    if not known:
        return []
    payees = await payees_some(desk.unit, desk.sealer, sorted({r.payee_id for r in known}))
    kinds = {i: a.kind.slug for i, a in (await accounts_of(desk)).items()}
    return [(facts_of(r, payees, kinds.get(r.account_id, "checking")), desk.group_of(r.category_id)) for r in known]


def _is_known(row: Stored, *, heard: bool, before: dt.date) -> bool:
    """Corrections alone would say that we are always wrong: what was looked at and left, or sure and left standing, counts as right."""
    if row.category_source in _SAID:
        return True
    return row.category_source in _OURS and (row.reviewed or (heard and row.confidence >= SURE_FROM and row.date < before))


async def _calibrate(desk: Desk, every: Sequence[Seen]) -> None:
    """The household's own curve, measured on payees that it was not made from; the one in force stays unless it is beaten."""
    if len(every) < OWN_ROWS_MIN or len({s.payee_id for s in every}) < OWN_PAYEES_MIN:
        return
    rows = of_seen(every, desk.heavy.bends if desk.heavy else {})
    number = desk.household.calibration
    held = await calibration(desk.unit, number) if number else None
    tried = await asyncio.to_thread(_tried, rows, [s.payee_id % FOLDS for s in every])
    challenger, champion = scores(tried, {}), scores([_bent(r, held.curve if held else STRAIGHT) for r in rows], {})
    if is_better(challenger, champion, by=OWN_MARGIN):
        losses = (champion.loss, challenger.loss)
        curve = await asyncio.to_thread(one_bend, rows)
        await calibrate(desk.unit, curve, rows=len(rows), losses=losses, at=desk.at)
    elif held and is_better(scores(rows, {}), champion, by=OWN_MARGIN):
        await uncalibrate(desk.unit)


def _tried(rows: Sequence[Weighed], apart: Sequence[int]) -> list[Weighed]:
    """Each row bent by a curve that its own part did not make."""
    tried: list[Weighed] = []
    for fold in range(FOLDS):
        curve = one_bend([r for r, f in zip(rows, apart, strict=True) if f != fold])
        tried += [_bent(r, curve) for r, f in zip(rows, apart, strict=True) if f == fold]
    return tried


def _bent(row: Weighed, curve: Curve) -> Weighed:
    return row._replace(odds=curve.slope * row.odds + curve.lift)


async def train(world: World, *, now: bool = False) -> Trial | None:
    """The installation's challenger against its champion, once a night, whoever comes first, or `now`. None where it was done already."""
    at = world.clock.now()
    async with world.db.shared() as conn:
        last = await trials(conn, count=1)
        if last and not now and last[0].tried_at > at - EVERY:
            return None
        champion = await in_force(conn, shipped(), at=at)
        trial = await _try(conn, champion, await tallied(conn), at)
        await note_trial(conn, trial)
    forget_known()
    return trial


async def _try(conn: Connection, champion: Version, tally: Tally, at: dt.datetime) -> Trial:
    teaching, measuring = of_cells(tally.teaching), of_cells(tally.measuring)
    told: dict[str, object] = {"champion": champion.version, "households": tally.households if tally.households >= HOUSEHOLDS_MIN else 0}
    if sum(r.rows for r in measuring) < MEASURED_MIN or not teaching:
        return Trial(at, "too few", told)
    bends = fitted(teaching)
    before, after = scores(measuring, champion.bends), scores(measuring, bends)
    told |= {"rows": before.rows, "before": _plain(before), "after": _plain(after)}
    if not is_better(after, before, by=MARGIN):
        return Trial(at, "kept", told)
    if champion.pinned or champion.version >= VERSION_MAX:
        return Trial(at, "pinned", told)
    await promote(conn, shipped(), bends, told, at=at)
    await stamp(conn, "model")
    return Trial(at, "promoted", told)


def _plain(found: Scores) -> Mapping[str, float]:
    return {name: value for name, value in msgspec.structs.asdict(found).items() if name != "rows"}


class ModelStatus(msgspec.Struct, frozen=True):
    """What is in force, what was before, and what the last nights tried."""

    shipped: str
    versions: list[Version]
    trials: list[Trial]
    households: int


async def model_status(world: World) -> ModelStatus:
    """For the operator."""
    async with world.db.shared() as conn:
        await in_force(conn, shipped(), at=world.clock.now())
        count = (await tallied(conn)).households
        last = await trials(conn, count=TRIALS_SHOWN)
        return ModelStatus(shipped(), await versions(conn, shipped()), last, count if count >= HOUSEHOLDS_MIN else 0)


async def put_in_force(world: World, version: int) -> Version:
    """That version from now on, and no night changes it. Raises Missing."""
    async with world.db.shared() as conn:
        if not await reinstate(conn, shipped(), version, state=State.PAST, pinned=True):
            raise Missing("no_such_version", "there is no such version for this Farthing's tables; see `farthing model status`")
        await stamp(conn, "model")
        return await _now(world, conn)


async def roll_back(world: World) -> Version:
    """The version before the one in force, and no night changes it. Raises Refused where there is none."""
    async with world.db.shared() as conn:
        champion = await in_force(conn, shipped(), at=world.clock.now())
        earlier = [v.version for v in await versions(conn, shipped()) if v.state == State.PAST and v.version < champion.version]
        if not earlier or not await reinstate(conn, shipped(), earlier[0], state=State.ROLLED_BACK, pinned=True):
            raise Refused("nothing_before", f"version {champion.version} is the first: there is none to go back to")
        await stamp(conn, "model")
        return await _now(world, conn)


async def let_nights_decide(world: World) -> Version:
    """Nights may promote again."""
    async with world.db.shared() as conn:
        await unpin(conn, shipped())
        return await _now(world, conn)


async def _now(world: World, conn: Connection) -> Version:
    forget_known()
    return await in_force(conn, shipped(), at=world.clock.now())
