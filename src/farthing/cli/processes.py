"""The processes of an installation: all in one terminal, or one each; and the schema they need."""

from __future__ import annotations

import click

from farthing.cli.frame import as_json_option, run


@click.command()
@click.option("--demo/--no-demo", default=True, show_default=True, help="Make a demo household and link it to the bank simulator.")
@click.option("--host", default=None, help="Where to listen; localhost means 127.0.0.1 and ::1.")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Port of the web server; 0 takes a free one.")
def up(demo: bool, host: str | None, port: int | None) -> None:
    """Everything on one machine, in one terminal. Example: farthing up --no-demo --port 8080"""
    from farthing.cli.up import up as story

    run(story(demo=demo, host=host, port=port))


@click.command()
def web() -> None:
    """One web process; as many as there are cores to answer with. Example: FARTHING_PORT=8000 farthing web"""
    from farthing.cli.compose import read_settings
    from farthing.cli.serve import serve

    async def story() -> None:
        await serve(read_settings())

    run(story(), service=True)


@click.command()
def worker() -> None:
    """One worker; one or many, on any machine. Example: farthing worker"""
    from farthing.cli.up import worker as story

    run(story(), service=True)


@click.command()
@as_json_option
def migrate(as_json: bool) -> None:
    """Bring the database to the current schema; safe twice, and from two machines at once. Example: farthing migrate"""
    from farthing.cli.up import migrate as story

    run(story(as_json=as_json))


@click.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def banksim(arguments: tuple[str, ...]) -> None:
    """The bank simulator, with options of its own (--help); its people live in the home's banksim/ unless --home says where.

    Example: farthing banksim --port 4010
    """
    import os
    import sys

    from farthing.cli.compose import read_settings

    home = read_settings().home / "banksim"  # one that is given comes behind it, and is the one that counts
    os.execv(sys.executable, [sys.executable, "-m", "banksim", "--home", str(home), *arguments])  # noqa: S606
