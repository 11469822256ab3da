"""`farthing up`: engines, schema, simulator, web and worker in one terminal, and the demo household the first time."""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping

import click
import msgspec

from farthing.cli.compose import DEMO_KEYS, open_world, read_settings, with_simulator
from farthing.cli.frame import say
from farthing.cli.ports import any_port, port_is_free
from farthing.core.dates import Clock
from farthing.core.errors import NeedsOperator
from farthing.flows.bring_rates import bring_rates
from farthing.flows.demo import DEMO_EMAIL, DEMO_PASSWORD, DEMO_ZONE, make_demo
from farthing.platform.engines import Engines, HomeClaim
from farthing.platform.migrate import migrate as bring_up
from farthing.platform.processes import Children, Program, stop_asked
from farthing.platform.settings import Settings
from farthing.platform.valkey import Listener
from farthing.worker import work

PORTS_TRIED = 20
READY_S = 30.0
LIFE = ("--live-per-hour", "12", "--zone", DEMO_ZONE)


async def migrate() -> None:
    """Bring the database to the current schema."""
    settings = read_settings()
    async with Engines.open(settings) as engines:
        click.echo(await bring_up(engines.owner_database_url) or "the schema is current")


async def worker() -> None:
    """One worker, until asked to stop."""
    settings = read_settings()
    async with Engines.open(settings) as engines, open_world(settings, engines=engines) as world, Listener(engines.valkey_url) as listener:
        with stop_asked() as asked:
            await bring_rates(world)
            await work(world, listener, asked)


async def up(*, demo: bool, host: str | None, port: int | None) -> int:
    """Run everything until Ctrl-C."""
    settings = read_settings()
    if host is not None:
        settings = msgspec.structs.replace(settings, host=host)
    with HomeClaim(settings.home) as claim:
        settings = msgspec.structs.replace(settings, port=_port(settings, port))
        address = settings.public_url or f"http://{settings.host if settings.host != '0.0.0.0' else 'localhost'}:{settings.port}"  # noqa: S104
        say("starting the database")
        async with Engines.open(settings) as engines:
            await bring_up(engines.owner_database_url)
            async with Children(settings.home / "logs", clock=Clock()) as children:
                settings = await _start(children, settings, demo=demo, address=address)
                claim.announce(address, bank=settings.plaid_url if settings.plaid_client_id == DEMO_KEYS else "")
                if demo:
                    await _demo(settings, engines)
                await _answering(_ready_url(settings), settings, "web")
                _welcome(address, settings, demo=demo)
                return await _until_stopped(children)


def _port(settings: Settings, asked: int | None) -> int:
    """The port asked for, or the next free one from the usual."""
    if asked is not None:
        if asked and not port_is_free(settings.host, asked):
            raise NeedsOperator("port_taken", f"port {asked} is in use; choose another with --port, or stop what uses it")
        return asked or any_port()
    for port in range(settings.port, settings.port + PORTS_TRIED):
        if port_is_free(settings.host, port):
            if port != settings.port:
                say(f"port {settings.port} is in use, taking {port}")
            return port
    raise NeedsOperator("port_taken", f"no free port from {settings.port} on; choose one with --port")


async def _start(children: Children, settings: Settings, *, demo: bool, address: str) -> Settings:
    settings = msgspec.structs.replace(settings, public_url=settings.public_url or address)
    if demo and not settings.plaid_url:
        bank = settings.banksim_url or f"http://127.0.0.1:{_banksim_port(settings)}"
        if not settings.banksim_url:
            say("starting the bank simulator")
            where = ("--host", "127.0.0.1", "--port", bank.rpartition(":")[2], "--home", str(settings.home / "banksim"))
            await children.start(_program(settings, "banksim", "-m", "banksim", *where, *LIFE))
        settings = with_simulator(settings, bank)
    say("starting web server and worker")
    await children.start(_program(settings, "web", "-m", "farthing", "web"))
    for number in range(settings.workers):
        await children.start(_program(settings, f"worker-{number + 1}", "-m", "farthing", "worker"))
    return settings


def _banksim_port(settings: Settings) -> int:
    """The same one at every start where it can be had: link pages and webhooks of earlier runs name it."""
    first = 4010 + settings.port % 100
    return next((p for p in range(first, first + PORTS_TRIED) if port_is_free("127.0.0.1", p)), 0) or any_port()


def _program(settings: Settings, name: str, *arguments: str) -> Program:
    environment: Mapping[str, str] = {**_plain_environment(), **settings.variables()}
    return Program(name=name, command=(sys.executable, *arguments), environment=environment)


def _plain_environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("FARTHING_")}


async def _demo(settings: Settings, engines: Engines) -> None:
    await _answering(f"{settings.plaid_url}/hosted/link/ready", settings, "banksim")
    async with open_world(settings, engines=engines) as world:
        if await make_demo(world):
            say("made the demo household; its banks are being read")


def _ready_url(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host in {"localhost", "0.0.0.0"} else settings.host  # noqa: S104
    return f"http://{host}:{settings.port}/readyz"


async def _answering(url: str, settings: Settings, name: str) -> None:
    deadline = asyncio.get_running_loop().time() + READY_S
    while asyncio.get_running_loop().time() < deadline:
        if await asyncio.to_thread(_answers, url):
            return
        await asyncio.sleep(0.05)
    raise NeedsOperator("not_ready", f"{name} did not answer within {READY_S:.0f} s; see {settings.home / 'logs' / name}.log")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        return error.code == 404  # it answers, if not to this
    except OSError:
        return False


def _welcome(address: str, settings: Settings, *, demo: bool) -> None:
    click.echo(f"\nFarthing is ready at {address}")
    if demo:
        click.echo(f"demo sign-in: {DEMO_EMAIL}   password: {DEMO_PASSWORD}")
    if settings.home != Settings.read({}).home:
        click.echo(f"commands in another terminal: export FARTHING_HOME={shlex.quote(str(settings.home))}")
    click.echo("Ctrl-C stops everything; the data stays.\n")
    sys.stdout.flush()


async def _until_stopped(children: Children) -> int:
    with stop_asked() as asked:
        waiting = asyncio.create_task(asked.wait())
        failing = asyncio.create_task(children.first_failure())
        done, late = await asyncio.wait({waiting, failing}, return_when=asyncio.FIRST_COMPLETED)
        for task in late:
            task.cancel()
        if failing in done:
            raise failing.result()
    say("stopping")
    return 0
