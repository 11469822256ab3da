"""`farthing`: the commands, their words and their exit codes (0 done, 1 refused with the reason, 2 usage)."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any

import click

from farthing.cli.bench.commands import bench


def run(story: Coroutine[Any, Any, int | None]) -> None:
    """Run a command to its end; an expected failure is one sentence on stderr, never a traceback."""
    from farthing.core.errors import FarthingError

    try:
        code = asyncio.run(story)
    except FarthingError as error:
        click.echo(f"farthing: {error.detail} ({error.code})", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(code or 0)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Farthing accounts for every farthing."""


@main.command()
@click.option("--demo/--no-demo", default=True, help="Link the demo family to the bank simulator.")
@click.option("--host", default=None, help="Where to listen; localhost means 127.0.0.1 and ::1.")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Port of the web server.")
def up(demo: bool, host: str | None, port: int | None) -> None:
    """Everything on one machine, in one terminal. Example: farthing up --port 8080"""
    from farthing.cli.up import up as story

    run(story(demo=demo, host=host, port=port))


@main.command()
def web() -> None:
    """One web process. Example: FARTHING_PORT=8000 farthing web"""
    from farthing.cli.compose import read_settings
    from farthing.cli.serve import serve

    async def story() -> None:
        await serve(read_settings())

    run(story())


@main.command()
def worker() -> None:
    """One worker. Example: farthing worker"""
    from farthing.cli.up import worker as story

    run(story())


@main.command()
def migrate() -> None:
    """Bring the database to the current schema. Example: farthing migrate"""
    from farthing.cli.up import migrate as story

    run(story())


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def banksim(arguments: tuple[str, ...]) -> None:
    """The bank simulator. Example: farthing banksim --home /tmp/bank --port 4010"""
    import subprocess

    sys.exit(subprocess.call([sys.executable, "-m", "banksim", *arguments]))  # noqa: S603


main.add_command(bench)
