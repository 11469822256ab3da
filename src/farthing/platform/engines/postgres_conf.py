"""What the embedded PostgreSQL is told: its configuration file and the roles it starts with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

DATABASE: Final = "farthing"
OWNER: Final = "farthing_owner"
APP: Final = "farthing_app"
BACKSLASH = "\\"  # begins an escape in the file, unlike in SQL
HEADER = "# Written by Farthing at every start. Put settings of your own into local.conf beside this file: they win.\n"


def render_conf(*, log_dir: Path, socket_dir: Path | None, port: int, shared_buffers_mb: int, durable: bool) -> str:
    """`postgresql.conf`. With a socket directory no network address is opened at all; without one, 127.0.0.1 alone."""
    settings = {
        "listen_addresses": "" if socket_dir else "127.0.0.1",
        "unix_socket_directories": str(socket_dir or ""),
        "unix_socket_permissions": "0700",
        "port": port,
        "max_connections": 100,
        "password_encryption": "scram-sha-256",
        "shared_buffers": f"{shared_buffers_mb}MB",
        "wal_compression": "on",
        "max_wal_size": "1GB",
        "fsync": "on" if durable else "off",
        "full_page_writes": "on" if durable else "off",
        "synchronous_commit": "on",
        "jit": "off",
        # Short questions from many households: a parallel plan costs more than it saves, and needs /dev/shm, tiny in containers.
        "max_parallel_workers_per_gather": 0,
        # A first import is counted soon after it: until then the planner takes a long history for a short one.
        "autovacuum_naptime": "15s",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        # A week of logs, without values of parameters or keys: they may be somebody's money. The server
        # bounds no file by its size (a full one is written on under the same name): a long one is trimmed from outside, platform/trim.py.
        "logging_collector": "on",
        "log_directory": str(log_dir),
        "log_filename": "postgres-%a.log",
        "log_rotation_age": "1d",
        "log_rotation_size": 0,
        "log_truncate_on_rotation": "on",
        "log_file_mode": "0600",
        "log_line_prefix": "%m [%p] ",
        "log_parameter_max_length": 0,
        "log_parameter_max_length_on_error": 0,
        "log_error_verbosity": "terse",
        "log_checkpoints": "off",
    }
    lines = [f"{name} = {_quoted(value).replace(BACKSLASH, 2 * BACKSLASH)}" for name, value in settings.items()]
    return HEADER + "\n".join(lines) + "\ninclude_if_exists = 'local.conf'\n"


def role_statements(passwords: Mapping[str, str]) -> list[str]:
    """Run as the superuser in the database `postgres`: the roles of the house with their passwords, none above row-level security.

    Made where missing, and never unmade, so that an interrupted first start is simply gone through again.
    """
    limits = "login nosuperuser nocreatedb nocreaterole noreplication nobypassrls"
    statements = []
    for role, password in passwords.items():
        statements.append(
            f"do $$ begin if not exists (select from pg_roles where rolname = '{role}') then create role {role}; end if; end $$"
        )
        statements.append(f"alter role {role} {limits} password {_quoted(password)}")
    # The owner may act as the app, for instance to try what the app is allowed; it can do more by itself anyway.
    return [*statements, f"grant {APP} to {OWNER}"]


MISSING_DATABASE = f"select not exists (select from pg_database where datname = '{DATABASE}')"
CREATE_DATABASE = f"create database {DATABASE} owner {OWNER}"
# As the superuser, in the database of the house.
GRANT_STATEMENTS = (
    f"revoke all on database {DATABASE} from public",
    f"grant connect on database {DATABASE} to {APP}",
    "revoke all on schema public from public",
    f"alter schema public owner to {OWNER}",
    f"grant usage on schema public to {APP}",
)


def _quoted(value: str | int) -> str:
    return "'" + str(value).replace("'", "''") + "'"
