"""`farthing doctor`: is everything there that Farthing needs, and if not, what to do. The checks: `findings.py` and `engine_room.py`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import click

from farthing.cli.frame import as_json_option, run, sentence_of, tell

if TYPE_CHECKING:
    from farthing.cli.findings import Finding
    from farthing.platform.engines import Engines
    from farthing.platform.settings import Settings

MARKS = {"ok": "ok", "look": "look", "wrong": "WRONG"}


@click.command()
@as_json_option
def doctor(as_json: bool) -> None:
    """What is wrong with this installation, and what to do; exit code 1 if anything is. Example: farthing doctor --json"""

    async def story() -> int:
        found = [finding async for finding in _examine()]
        lines = [f"{MARKS[f.state]:<5}  {f.check:<9}  {f.sentence}" for f in found]
        tell({"findings": found}, as_json=as_json, words=lambda: "\n".join(lines))
        return int(any(f.state == "wrong" for f in found))

    run(story())


async def _examine() -> AsyncIterator[Finding]:
    from farthing.cli import findings
    from farthing.cli.compose import joined_settings
    from farthing.cli.findings import wrong
    from farthing.core.errors import FarthingError
    from farthing.platform.engines import Engines

    try:
        settings = joined_settings()
    except FarthingError as error:
        yield wrong("settings", error.detail)
        return
    yield findings.of_home(settings)
    yield findings.of_address(settings)
    yield findings.of_disk(settings)
    yield findings.of_model()
    yield await findings.tried("mail", findings.of_mail(settings))
    try:
        async with Engines.open(settings) as engines:
            async for finding in _engines(settings, engines):
                yield finding
    except Exception as error:
        yield wrong("database", sentence_of(error))


async def _engines(settings: Settings, engines: Engines) -> AsyncIterator[Finding]:
    from farthing.cli import engine_room
    from farthing.cli.compose import open_world
    from farthing.cli.findings import tried, wrong

    schema = await tried("schema", engine_room.of_schema(engines))
    yield schema
    try:
        async with open_world(settings, engines=engines) as world:
            yield engine_room.of_keys(settings)
            yield await tried("database", engine_room.of_database(world, engines))
            yield await tried("rights", engine_room.of_rights(world))
            yield await tried("seals", engine_room.of_seals(world))
            yield await tried("queue", engine_room.of_queue(world))
            yield await tried("worker", engine_room.of_worker(world))
            yield await tried("valkey", engine_room.of_valkey(world))
            yield await tried("provider", engine_room.of_provider(world))
    except Exception as error:
        yield wrong("keys" if schema.state == "ok" else "database", sentence_of(error))
