"""`farthing up`: engines, schema, simulator, web and worker in one terminal, and the demo household the first time."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from urllib.parse import urlsplit

import click
import msgspec

from farthing.cli.compose import DEMO_KEYS, open_world, read_settings, refuse_unknown_keys, with_simulator
from farthing.cli.frame import say, tell
from farthing.cli.ports import EVERYWHERE, address_of, any_port, port_is_free, refuse_foreign
from farthing.core.dates import Clock
from farthing.core.errors import NeedsOperator
from farthing.flows.bring_rates import bring_rates
from farthing.flows.demo import DEMO_EMAIL, DEMO_PASSWORD, DEMO_ZONE, make_demo
from farthing.platform.engines import Engines, HomeClaim
from farthing.platform.migrate import migrate as bring_up
from farthing.platform.migrate import pending
from farthing.platform.processes import Children, Program, StopAsked, stop_asked
from farthing.platform.settings import Settings
from farthing.platform.valkey import Listener
from farthing.worker import work

PORTS_TRIED = 20
READY_S = 30.0
LIFE = ("--live-per-hour", "12", "--zone", DEMO_ZONE, "--retry-s", "2")  # a webhook that met a start is sent again soon


async def migrate(*, as_json: bool) -> None:
    """Bring the database to the current schema, and say what it took."""
    settings = read_settings()
    async with Engines.open(settings) as engines:
        waiting = await pending(engines.owner_database_url) if as_json else []
        said = await bring_up(engines.owner_database_url)
    tell({"applied": waiting}, as_json=as_json, words=lambda: said or "the schema is current")


async def worker() -> None:
    """One worker, until asked to stop."""
    settings = read_settings()
    async with Engines.open(settings) as engines, open_world(settings, engines=engines) as world, Listener(engines.valkey_url) as listener:
        with stop_asked() as asked:
            await bring_rates(world)
            await work(world, listener, asked)


async def up(*, demo: bool, host: str | None, port: int | None) -> int:
    """Run everything until Ctrl-C: 0 then, or the signal's own code while not yet ready. A second one hurries; nothing is left behind."""
    settings = read_settings()
    if host is not None:
        settings = msgspec.structs.replace(settings, host=host)
    refuse_foreign(settings.host)
    refuse_unknown_keys(settings)
    ready = asyncio.Event()
    with HomeClaim(settings.home) as claim, stop_asked() as asked:
        settings = msgspec.structs.replace(settings, port=_port(settings, port))
        story = asyncio.create_task(_run(settings, claim, asked, ready, demo=demo))
        asking = asyncio.create_task(asked.wait())
        await asyncio.wait({story, asking}, return_when=asyncio.FIRST_COMPLETED)
        if not story.done():
            say("stopping")
            story.cancel()
        asking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await story
    return 0 if ready.is_set() or asked.by is None else 128 + asked.by


async def _run(settings: Settings, claim: HomeClaim, asked: StopAsked, ready: asyncio.Event, *, demo: bool) -> None:
    """Engines, schema, processes, and then the first of them that does not stay up, which is raised."""
    address = settings.public_url or address_of(settings.host, settings.port)
    say("starting the database")
    async with Engines.open(settings) as engines:
        _go_on(asked)
        await bring_up(engines.owner_database_url)
        async with Children(settings.home / "logs", clock=Clock()) as children:
            asked.hurry = children.hurry
            _go_on(asked)
            settings = await _start(children, settings, demo=demo, address=address)
            _go_on(asked)
            claim.announce(address, bank=settings.plaid_url if settings.plaid_client_id == DEMO_KEYS else "")
            if demo:
                await _demo(children, settings, engines)
            _go_on(asked)
            await _answering(children, "web", _ready_url(settings), settings)
            _go_on(asked)
            await asyncio.to_thread(_doubts, settings)
            _welcome(address, settings, demo=demo)
            ready.set()
            raise await children.first_failure()


def _go_on(asked: StopAsked) -> None:
    """Raises where it was asked to stop: a cancellation that a library forgot on the way is remembered here."""
    if asked.is_set():
        raise asyncio.CancelledError


def _port(settings: Settings, asked: int | None) -> int:
    """The port asked for, or the next free one from the usual."""
    if asked:
        if not port_is_free(settings.host, asked):
            raise NeedsOperator("port_taken", f"port {asked} is in use; choose another with --port, or stop what uses it")
        return asked
    if 0 in (asked, settings.port):
        return any_port(settings.host)
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


async def _demo(children: Children, settings: Settings, engines: Engines) -> None:
    await _answering(children, "banksim", f"{settings.plaid_url}/hosted/link/ready", settings)
    async with open_world(settings, engines=engines) as world:
        if await make_demo(world):
            say("made the demo household; its banks are being read")


def _ready_url(settings: Settings) -> str:
    return address_of("127.0.0.1" if settings.host == "localhost" else settings.host, settings.port) + "/readyz"


async def _answering(children: Children, name: str, url: str, settings: Settings) -> None:
    deadline = asyncio.get_running_loop().time() + READY_S
    while asyncio.get_running_loop().time() < deadline:
        if await asyncio.to_thread(_answers, url):
            return
        if why := children.fallen(name):
            raise why
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


def _doubts(settings: Settings) -> None:
    """What works less well than it could, and what to do about it."""
    if settings.valkey_url:
        with urllib.request.urlopen(_ready_url(settings), timeout=5) as answer:  # noqa: S310
            if "valkey" in msgspec.json.decode(answer.read()).get("degraded", ()):
                say("Valkey does not answer, so open pages update late; start it, or correct FARTHING_VALKEY_URL")
    if settings.host in EVERYWHERE and urlsplit(settings.public_url).hostname == "localhost":
        say("it answers on this machine alone until FARTHING_PUBLIC_URL says the address that people type")


def _welcome(address: str, settings: Settings, *, demo: bool) -> None:
    click.echo(f"\nFarthing is ready at {address}")
    if demo:
        click.echo(f"demo sign-in: {DEMO_EMAIL}   password: {DEMO_PASSWORD}")
    if settings.home != Settings.read({}).home:
        click.echo(f"commands in another terminal: export FARTHING_HOME={shlex.quote(str(settings.home))}")
    click.echo("Ctrl-C stops everything; the data stays.\n")
    sys.stdout.flush()
