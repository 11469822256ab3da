"""What `doctor` finds at the engines: schema, keys, database and its rights, queue, workers, Valkey, provider."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from farthing.cli.findings import Finding, look, ok, wrong

if TYPE_CHECKING:
    from farthing.flows.world import World
    from farthing.platform.engines import Engines
    from farthing.platform.settings import Settings

SKEW_S = 5.0
LATE_S = 900.0
POSTGRES_MIN = 15


async def of_schema(engines: Engines) -> Finding:
    from farthing.platform.migrate import pending

    missing = await pending(engines.owner_database_url)
    if missing:
        return wrong(
            "schema", f"{len(missing)} migrations have not run", "this version needs the tables they make", "run `farthing migrate`"
        )
    return ok("schema", "current")


def of_keys(settings: Settings) -> Finding:
    """They have been opened when this is asked; what is left is who else may read them."""
    from farthing.cli.compose import key_file

    path = key_file(settings)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return look(
            "keys",
            f"{path} may be read by its group (mode {mode:04o})",
            "who has it and the database has everything",
            f"run: chmod 600 {path}",
        )
    if stat.S_IMODE(path.parent.stat().st_mode) & 0o022:
        return wrong(
            "keys", f"{path.parent} may be written by others", "they could put another key file there", f"run: chmod go-w {path.parent}"
        )
    return ok("keys", f"key service {settings.kms}; its keys open; back up {path}")


async def of_database(world: World, engines: Engines) -> Finding:
    """Old enough a version, and a clock that agrees with ours: leases and sessions are compared with either."""
    from farthing.platform.migrate import server_clock

    async with world.db.shared() as conn:
        version = conn.get_server_version()
    there = await server_clock(engines.owner_database_url)
    skew = abs((there - world.clock.now()).total_seconds())
    if version.major < POSTGRES_MIN:
        return wrong("database", f"PostgreSQL {version.major} is too old", "statements of this version need 15", "move to 15 or newer")
    if skew > SKEW_S:
        return wrong(
            "database",
            f"its clock and this machine's differ by {skew:.0f} s",
            "workers would take each other's work",
            "set both by the network (chrony, systemd-timesyncd)",
        )
    return ok("database", f"PostgreSQL {version.major}.{version.micro}, clocks agree")


async def of_rights(world: World) -> Finding:
    """Row-level security holds only who is held by it: no superuser, no owner, nobody who may bypass it."""
    from farthing.platform.rights import read_rights

    async with world.db.shared() as conn:
        rights = await read_rights(conn)
    lost = "row-level security does not hold it, so one household's rows could be seen in another"
    if rights.superuser or rights.bypasses:
        power = "a superuser" if rights.superuser else "a role that bypasses row-level security"
        return wrong(
            "rights",
            f"the database role {rights.login} is {power}",
            lost,
            f"run in psql: alter role {rights.login} nosuperuser nobypassrls",
        )
    if rights.owned:
        return wrong(
            "rights",
            f"the database role {rights.login} owns {rights.owned} tables",
            lost,
            "give FARTHING_DATABASE_URL a role that owns nothing, and FARTHING_OWNER_DATABASE_URL the owner",
        )
    if rights.unforced:
        named = ", ".join(rights.unforced[:3])
        return wrong(
            "rights",
            f"row-level security is not forced on {named}",
            lost,
            "run in psql, as the owner: alter table ... enable row level security, force row level security",
        )
    if rights.truncates:
        return wrong(
            "rights",
            f"the role {rights.role} may truncate {rights.truncates} tables",
            "a mistake could empty them for everybody",
            "run in psql, as the owner: revoke truncate on all tables in schema public from farthing_app",
        )
    return ok("rights", f"{rights.login} works as {rights.role}, owns nothing, is held by row-level security")


async def of_queue(world: World) -> Finding:
    """What waits, and how long the oldest sync has waited."""
    from farthing.connections import due

    async with world.db.shared() as conn:
        standings = await due.standing(conn, world.clock.now())
    parked, late = sum(s.parked for s in standings), sum(s.late for s in standings)
    oldest = max(standings, key=lambda s: s.late_s, default=None)
    if parked:
        return look(
            "queue",
            f"{parked} are set aside after many tries",
            "their banks are not read meanwhile",
            "the worker's log says why; they are tried again within a day",
        )
    if oldest is None or not late:
        return ok("queue", "nothing waits")
    waits = f"{late} wait, the oldest ({oldest.kind.name.lower()}) for {_span(oldest.late_s)}"
    if oldest.late_s > LATE_S:
        return look("queue", waits, "what people see is as old as that", "start a worker (`farthing worker`), or more of them")
    return ok("queue", waits)


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


async def of_worker(world: World) -> Finding:
    """Whether one listens for work. One that is deaf to Valkey still works, each second, so this is never more than a hint."""
    from farthing.connections import due
    from farthing.platform.valkey import workers_heard

    heard = await workers_heard(world.valkey)
    async with world.db.shared() as conn:
        leased = await due.leased(conn, world.clock.now())
    if heard or leased:
        return ok("worker", f"{heard} listening, {leased} pieces of work in hand")
    return look("worker", "none listens", "no bank is read and no mail is sent", "start one: `farthing worker`, or `farthing up`")


async def of_valkey(world: World) -> Finding:
    if world.valkey is None:
        return wrong("valkey", "there is none", "pages follow late, limits are counted in each process", "set FARTHING_VALKEY_URL")
    await world.valkey.ping()
    return ok("valkey", "answers")


async def of_provider(world: World) -> Finding:
    """Any answer will do, a refusal too: it shows that the way there is open."""
    if world.http is None:
        return look(
            "provider",
            "no bank can be linked",
            "there is no provider to ask",
            "set FARTHING_PLAID_URL, FARTHING_PLAID_CLIENT_ID and FARTHING_PLAID_SECRET",
        )
    asked = {
        "client_id": world.settings.plaid_client_id,
        "secret": world.settings.plaid_secret.reveal(),
        "count": 1,
        "offset": 0,
        "country_codes": ["US"],
    }
    answer = await world.http.post_json(f"{world.settings.plaid_url}/institutions/get", msgspec.json.encode(asked))
    if answer.status >= 500:
        return look(
            "provider", f"Plaid answers with {answer.status}", "it has a fault just now", "nothing to do: it is asked again by itself"
        )
    if answer.status >= 400:
        return wrong(
            "provider",
            "Plaid refuses our keys",
            "no bank can be linked or read",
            "take FARTHING_PLAID_CLIENT_ID and FARTHING_PLAID_SECRET from its dashboard",
        )
    return ok("provider", f"Plaid at {urlsplit(world.settings.plaid_url).netloc} takes our keys")


async def of_seals(world: World) -> Finding:
    """A sample; `farthing ledger verify` tries every one."""
    from farthing.flows.prove_seals import sampled_seals

    households, broken = await sampled_seals(world)
    if broken:
        return wrong(
            "seals",
            f"{len(broken)} sealed values do not open, the first {broken[0]}",
            "their lists show a stand-in, and what changes them is refused",
            "run `farthing ledger verify` for every one, and bring them, or the keys, back from a backup",
        )
    return ok("seals", f"the newest rows of {households} households open")
