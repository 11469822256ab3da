"""Versions of the installation's model: what is in force, what was tried, and the way back. And a household's own calibrations."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from farthing.categorize.tuning.tally import queries
from farthing.categorize.weighing.weights import Curve
from farthing.platform.database import Unit
from farthing.platform.sql import Connection, Row

VERSION_MAX, OWN_MAX, PER_VERSION = 326, 99, 100
TRIALS_KEPT = 60
STAMPS = ("model", "votes")


class State(enum.IntEnum):
    IN_FORCE = 1
    PAST = 2
    ROLLED_BACK = 3


class Version(msgspec.Struct, frozen=True):
    """One version; without `bends` it is the curves as they came. `figures` are what it was promoted on."""

    version: int
    made_at: dt.datetime
    state: State
    pinned: bool
    shipped: str
    bends: dict[str, Curve] = {}
    figures: dict[str, object] = {}


class Trial(NamedTuple):
    """What came of one training."""

    tried_at: dt.datetime
    outcome: str
    figures: dict[str, object]


class Calibration(NamedTuple):
    """A household's own: bent once more by this."""

    number: int
    curve: Curve


def code_of(version: int, number: int) -> int:
    """Both numbers as a label keeps them."""
    return version * PER_VERSION + number


def words_of(code: int) -> str:
    """ "3", or "3.2" with the household's own second calibration; empty where nobody noted it."""
    version, number = divmod(code, PER_VERSION)
    return "" if not code else f"{version}.{number}" if number else str(version)


async def in_force(conn: Connection, shipped: str, *, at: dt.datetime) -> Version:
    """The version in force for what came with this Farthing; the first look at new tables makes them a version."""
    row = await queries.in_force.one(conn, shipped=shipped)
    if row is None:
        await _found_version(conn, shipped, at)
        row = await queries.in_force.one(conn, shipped=shipped)
        assert row, "it was just founded, or by somebody else"
    return _version(row)


async def _found_version(conn: Connection, shipped: str, at: dt.datetime) -> None:
    await _promote_lock(conn)
    await queries.found_version.count(conn, shipped=shipped, at=at)


async def _promote_lock(conn: Connection) -> None:
    await queries.promote_lock.value(conn)


async def _retire(conn: Connection, shipped: str, state: State) -> None:
    await queries.retire.count(conn, shipped=shipped, state=int(state))


async def promote(conn: Connection, shipped: str, bends: Mapping[str, Curve], figures: Mapping[str, object], *, at: dt.datetime) -> None:
    """A new version takes over; the one in force is past."""
    await _promote_lock(conn)
    await _retire(conn, shipped, State.PAST)
    told = {name: [c.slope, c.lift] for name, c in bends.items()}
    await queries.promote_new.count(
        conn, shipped=shipped, at=at, bends=msgspec.json.encode(told).decode(), figures=msgspec.json.encode(figures).decode()
    )


async def reinstate(conn: Connection, shipped: str, version: int, *, state: State, pinned: bool) -> bool:
    """That version is in force again, the present one goes to `state`; pinned, no night changes it. False where there is none such."""
    await _promote_lock(conn)
    if version not in {v.version for v in await versions(conn, shipped)}:
        return False
    await _retire(conn, shipped, state)
    return bool(await queries.reinstate_one.count(conn, shipped=shipped, version=version, pinned=pinned))


async def unpin(conn: Connection, shipped: str) -> None:
    """Nights may change it again."""
    await queries.unpin.count(conn, shipped=shipped)


async def versions(conn: Connection, shipped: str) -> list[Version]:
    """Every version of these tables, the newest first."""
    return [_version(r) for r in await queries.versions.rows(conn, shipped=shipped)]


def _version(row: Row) -> Version:
    bends = msgspec.json.decode(row["bends"], type=dict[str, tuple[float, float]])
    return Version(
        row["version"],
        row["made_at"],
        State(row["state"]),
        row["pinned"],
        row["shipped"],
        {name: Curve(*pair) for name, pair in bends.items()},
        msgspec.json.decode(row["figures"]),
    )


async def note_trial(conn: Connection, trial: Trial) -> None:
    """Kept for the operator, the last ones."""
    await queries.note_trial_new.count(
        conn, tried_at=trial.tried_at, outcome=trial.outcome, figures=msgspec.json.encode(trial.figures).decode()
    )
    await queries.note_trial_old.count(conn, kept=TRIALS_KEPT)


async def trials(conn: Connection, *, count: int) -> list[Trial]:
    """The last ones, the newest first."""
    rows = await queries.trials.rows(conn, count=count)
    return [Trial(r["tried_at"], r["outcome"], msgspec.json.decode(r["figures"])) for r in rows]


async def stamp(conn: Connection, name: str) -> None:
    """Every process reads it anew within the minute."""
    assert name in STAMPS, "one of those that processes look at"
    await queries.stamp.count(conn, name=name)


async def stamps(conn: Connection) -> dict[str, int]:
    """How often each was counted on."""
    return {r["name"]: r["changes"] for r in await queries.stamps.rows(conn)}


async def calibration(unit: Unit, number: int) -> Calibration | None:
    """The household's own of that number."""
    row = await queries.calibration.one(unit.conn, household_id=unit.household_id, number=number)
    return Calibration(number, Curve(row["slope"], row["lift"])) if row else None


async def calibrations(unit: Unit) -> list[Row]:
    """All that the household keeps, the newest first: for its export."""
    return list(await queries.calibrations.rows(unit.conn, household_id=unit.household_id))


async def calibrate(unit: Unit, curve: Curve, *, rows: int, losses: tuple[float, float], at: dt.datetime) -> None:
    """The household's next calibration, in force from now on. The number of one that was given up stays its own, by which labels and
    processes know it.
    """
    number: int = await queries.calibrate_new.value(
        unit.conn,
        household_id=unit.household_id,
        kept=OWN_MAX,
        at=at,
        slope=curve.slope,
        lift=curve.lift,
        rows=rows,
        loss_before=losses[0],
        loss_after=losses[1],
    )
    await _calibrate_with(unit, number)


async def uncalibrate(unit: Unit) -> None:
    """Curves as the installation has them, from now on."""
    await _calibrate_with(unit, 0)


async def _calibrate_with(unit: Unit, number: int) -> None:
    await queries.calibrate_with.count(unit.conn, household_id=unit.household_id, number=number)
