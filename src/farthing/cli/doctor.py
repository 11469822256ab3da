"""`farthing doctor`: is everything there that Farthing needs, and if not, what is to be done."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import click
import msgspec

from farthing.cli.frame import as_json_option, run, sentence_of, tell

if TYPE_CHECKING:
    from farthing.flows.world import World
    from farthing.platform.engines import Engines
    from farthing.platform.settings import Settings

FREE_MB, LOW_MB = 200, 1_000
SKEW_S = 5.0
ANSWER_S = 5.0
LATE_S = 900.0
MARKS = {"ok": "ok", "look": "look", "wrong": "WRONG"}


class Finding(msgspec.Struct, frozen=True):
    """One check. `look`: it works, and could be better; `wrong`: something will not work, and `what` says what to do."""

    check: str
    state: Literal["ok", "look", "wrong"]
    what: str


@click.command()
@as_json_option
def doctor(as_json: bool) -> None:
    """What is wrong with this installation, and what to do; exit code 1 if anything is. Example: farthing doctor --json"""

    async def story() -> int:
        found = [finding async for finding in _examine()]
        lines = [f"{MARKS[f.state]:<5}  {f.check:<9}  {f.what}" for f in found]
        tell({"findings": found}, as_json=as_json, words=lambda: "\n".join(lines))
        return int(any(f.state == "wrong" for f in found))

    run(story())


async def _examine() -> AsyncIterator[Finding]:
    from farthing.cli.compose import joined_settings
    from farthing.core.errors import FarthingError
    from farthing.platform.engines import Engines

    try:
        settings = joined_settings()
    except FarthingError as error:
        yield Finding("settings", "wrong", error.detail)
        return
    yield Finding("settings", "ok", f"home {settings.home}")
    yield _address(settings)
    yield _disk(settings)
    yield await _mail(settings)
    try:
        async with Engines.open(settings) as engines:
            async for finding in _engines(settings, engines):
                yield finding
    except Exception as error:
        yield Finding("database", "wrong", sentence_of(error))


async def _engines(settings: Settings, engines: Engines) -> AsyncIterator[Finding]:
    from farthing.cli.compose import open_world

    schema = await _tried("schema", lambda: _schema(engines))
    yield schema
    try:
        async with open_world(settings, engines=engines) as world:
            yield Finding("keys", "ok", f"key service {settings.kms}; its keys open")
            yield await _tried("database", lambda: _database(world, engines))
            for name, check in (("queue", _queue), ("valkey", _valkey), ("provider", _provider)):
                yield await _tried(name, lambda check=check: check(world))  # type: ignore[misc]
    except Exception as error:
        yield Finding("keys" if schema.state == "ok" else "database", "wrong", sentence_of(error))


async def _tried(name: str, check: Callable[[], Awaitable[tuple[Literal["ok", "look", "wrong"], str]]]) -> Finding:
    try:
        async with asyncio.timeout(ANSWER_S):
            state, what = await check()
    except Exception as error:
        return Finding(name, "wrong", sentence_of(error))
    return Finding(name, state, what)


def _address(settings: Settings) -> Finding:
    address = settings.public_url
    host = urlsplit(address).hostname or ""
    if not address or host in {"localhost", "127.0.0.1", "::1"}:
        return Finding("address", "ok", f"{address or 'this machine'}, for this machine only")
    if address.startswith("http://"):
        return Finding(
            "address", "look", f"{address} is not encrypted: put a TLS proxy before it and set FARTHING_PUBLIC_URL=https://{host}"
        )
    return Finding("address", "ok", address)


def _disk(settings: Settings) -> Finding:
    at = next(p for p in (settings.home, *settings.home.resolve().parents) if p.exists())
    free = shutil.disk_usage(at).free // 1_000_000
    if free < FREE_MB:
        return Finding("disk", "wrong", f"only {free} MB are free where {settings.home} is: free some space; nothing is lost meanwhile")
    return Finding("disk", "look" if free < LOW_MB else "ok", f"{free:,} MB are free")


async def _mail(settings: Settings) -> Finding:
    address = urlsplit(settings.smtp_url.reveal())
    if not address.hostname:
        return Finding(
            "mail", "look", "none is sent: passwords are reset with `farthing member password`; set FARTHING_SMTP_URL to change that"
        )
    port = address.port or (465 if address.scheme == "smtps" else 587)
    try:
        async with asyncio.timeout(ANSWER_S):
            _, writer = await asyncio.open_connection(address.hostname, port)
    except (OSError, TimeoutError):
        return Finding("mail", "wrong", f"{address.hostname}:{port} does not answer: correct FARTHING_SMTP_URL, or start the mail server")
    writer.close()
    return Finding("mail", "ok", f"{address.hostname}:{port} answers")


async def _schema(engines: Engines) -> tuple[Literal["ok", "wrong"], str]:
    from farthing.platform.migrate import pending

    missing = await pending(engines.owner_database_url)
    return ("wrong", f"{len(missing)} migrations have not run: run `farthing migrate`") if missing else ("ok", "current")


async def _database(world: World, engines: Engines) -> tuple[Literal["ok", "look", "wrong"], str]:
    from farthing.platform.migrate import server_clock

    async with world.db.shared() as conn:
        version, settings = conn.get_server_version(), conn.get_settings()
    there = await server_clock(engines.owner_database_url)
    skew = abs((there - world.clock.now()).total_seconds())
    if version.major < 15:
        return "wrong", f"PostgreSQL {version.major} is too old: 15 or newer is needed"
    if getattr(settings, "is_superuser", "off") == "on":
        return "wrong", "the database role is a superuser, which row-level security does not hold: give FARTHING_DATABASE_URL another one"
    if skew > SKEW_S:
        return "wrong", f"its clock and this machine's differ by {skew:.0f} s: set both by the network (chrony, systemd-timesyncd)"
    return "ok", f"PostgreSQL {version.major}.{version.minor}, clocks agree"


async def _queue(world: World) -> tuple[Literal["ok", "look"], str]:
    from farthing.connections import due

    async with world.db.shared() as conn:
        standing = await due.standing(conn, world.clock.now())
    if standing.parked:
        return "look", f"{standing.parked} are set aside after many tries: the worker's log says why"
    if standing.late_s > LATE_S:
        return (
            "look",
            f"{standing.late} wait, the oldest for {standing.late_s / 60:.0f} min: start a worker (`farthing worker`), or more of them",
        )
    return "ok", f"{standing.late} wait"


async def _valkey(world: World) -> tuple[Literal["ok", "wrong"], str]:
    if world.valkey is None:
        return "wrong", "there is none: set FARTHING_VALKEY_URL"
    await world.valkey.ping()
    return "ok", "answers"


async def _provider(world: World) -> tuple[Literal["ok", "look", "wrong"], str]:
    """Any answer will do, a refusal too: it shows that the way there is open."""
    if world.http is None:
        return "look", "no bank can be linked: set FARTHING_PLAID_URL, FARTHING_PLAID_CLIENT_ID and FARTHING_PLAID_SECRET"
    asked = {
        "client_id": world.settings.plaid_client_id,
        "secret": world.settings.plaid_secret.reveal(),
        "count": 1,
        "offset": 0,
        "country_codes": ["US"],
    }
    answer = await world.http.post_json(f"{world.settings.plaid_url}/institutions/get", msgspec.json.encode(asked))
    if answer.status >= 500:
        return "look", f"Plaid answers with {answer.status}: it has a fault just now, and is asked again by itself"
    if answer.status >= 400:
        return "wrong", "Plaid refuses FARTHING_PLAID_CLIENT_ID and FARTHING_PLAID_SECRET: take both from its dashboard"
    return "ok", f"Plaid at {urlsplit(world.settings.plaid_url).netloc} takes our keys"
