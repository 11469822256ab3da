"""`farthing model`: which version sorts, what the nights tried, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from farthing.cli.frame import as_json_option, pairs, run, table, tell

if TYPE_CHECKING:
    from farthing.categorize.tuning.versions import Trial, Version
    from farthing.flows.train import ModelStatus

STATES = {1: "in force", 2: "past", 3: "rolled back"}


@click.group()
def model() -> None:
    """How sure the categories are: the version in force, each night's training, the way back. Example: farthing model status"""


@model.command("status")
@as_json_option
def status(as_json: bool) -> None:
    """The versions, and what came of the last nights. Example: farthing model status"""

    async def story() -> None:
        from farthing.cli.compose import open_world, read_settings
        from farthing.flows.train import model_status

        async with open_world(read_settings()) as world:
            found = await model_status(world)
        told = {
            "tables": found.shipped,
            "households": found.households,
            "versions": [_version(v) for v in found.versions],
            "trials": [_trial(t) for t in found.trials],
        }
        tell(told, as_json=as_json, words=lambda: _words(found))

    run(story())


@model.command("train")
@as_json_option
def train_command(as_json: bool) -> None:
    """Tonight's training now: promotes what is better, unless a version was put in force by hand. Example: farthing model train"""

    async def story() -> None:
        from farthing.cli.compose import open_world, read_settings
        from farthing.flows.train import train

        async with open_world(read_settings()) as world:
            trial = await train(world, now=True)
        assert trial, "whoever asks for it now gets it"
        tell(_trial(trial), as_json=as_json, words=lambda: pairs(_trial_words(trial)))

    run(story())


@model.command("promote")
@click.argument("version", type=click.IntRange(min=1), required=False)
@as_json_option
def promote_command(version: int | None, as_json: bool) -> None:
    """Put a version in force, and keep it; without a number: let the nights decide again. Example: farthing model promote 3"""

    async def story() -> None:
        from farthing.cli.compose import open_world, read_settings
        from farthing.flows.train import let_nights_decide, put_in_force

        async with open_world(read_settings()) as world:
            now = await (let_nights_decide(world) if version is None else put_in_force(world, version))
        tell(_version(now), as_json=as_json, words=lambda: _in_force(now))

    run(story())


@model.command("rollback")
@as_json_option
def rollback_command(as_json: bool) -> None:
    """Back to the version before, and keep it until told otherwise. Example: farthing model rollback"""

    async def story() -> None:
        from farthing.cli.compose import open_world, read_settings
        from farthing.flows.train import roll_back

        async with open_world(read_settings()) as world:
            now = await roll_back(world)
        tell(_version(now), as_json=as_json, words=lambda: _in_force(now))

    run(story())


def _in_force(now: Version) -> str:
    kept = "; nights leave it alone until `farthing model promote`" if now.pinned else "; nights promote what is better"
    return f"version {now.version} is in force{kept}"


def _version(one: Version) -> dict[str, Any]:
    from farthing.core.dates import rfc3339

    bends = {name: [c.slope, c.lift] for name, c in one.bends.items()}
    state = STATES[int(one.state)]
    return {"version": one.version, "made_at": rfc3339(one.made_at), "state": state, "pinned": one.pinned, "bends": bends, **one.figures}


def _trial(one: Trial) -> dict[str, Any]:
    from farthing.core.dates import rfc3339

    return {"tried_at": rfc3339(one.tried_at), "outcome": one.outcome, **one.figures}


def _trial_words(one: Trial) -> dict[str, object]:
    found = _trial(one)
    before, after = found.pop("before", None), found.pop("after", None)
    return found | ({name: f"{before[name]} -> {after[name]}" for name in before} if before and after else {})


def _words(found: ModelStatus) -> str:
    versions = [(str(v.version), STATES[int(v.state)], "yes" if v.pinned else "", v.made_at.date().isoformat()) for v in found.versions]
    trials = [(t.tried_at.date().isoformat(), t.outcome, *_losses(t)) for t in found.trials]
    parts = [
        pairs({"tables": found.shipped, "households that teach": found.households or "fewer than 20"}),
        table(("version", "state", "kept by hand", "since"), versions, right=(0,)),
    ]
    return "\n\n".join([*parts, table(("tried", "outcome", "loss before", "after"), trials, right=(2, 3))] if trials else parts)


def _losses(trial: Trial) -> tuple[str, str]:
    before, after = (trial.figures.get(side) for side in ("before", "after"))
    return tuple(str(s["loss"]) if isinstance(s, dict) else "" for s in (before, after))  # type: ignore[return-value]
