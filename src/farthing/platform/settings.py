"""Every setting there is, read from the environment once. One table; a name that is not in it is an error, so a typo cannot pass unseen."""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Self, cast
from urllib.parse import urlsplit

import msgspec

from farthing.core.errors import NeedsOperator

PREFIX = "FARTHING_"
LEVELS = ("debug", "info", "warning", "error")


class Secret:
    """Text that must not reach a log or a page: it prints as `***`, `reveal()` says it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "***" if self._text else "''"


class Kind(msgspec.Struct, frozen=True):
    """How the text of a setting is read; `read` raises ValueError when it is not `expected`."""

    expected: str
    read: Callable[[str], Any]
    secret: bool = False


class Setting(msgspec.Struct, frozen=True):
    """One row of the table. `default` is what an unset or empty variable means, written as in the environment."""

    name: str
    kind: Kind
    default: str
    help: str

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()


def whole(least: int, most: int) -> Kind:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) or not least <= int(text) <= most:
            raise ValueError
        return int(text)

    return Kind(expected=f"a whole number from {least} to {most}", read=read)


def one_of(*words: str) -> Kind:
    return Kind(expected=" or ".join(words), read=lambda text: words[words.index(text.lower())])


def url(*schemes: str, secret: bool = False) -> Kind:
    """An address with one of the schemes; kept as text, without a slash at its end; empty when unset."""

    def read(text: str) -> str | Secret:
        parts = urlsplit(text)
        has_place = bool(parts.netloc) or bool(parts.query) or (parts.scheme == "unix" and bool(parts.path))
        _ = parts.port  # raises when it is no number
        if text and (parts.scheme not in schemes or not has_place or re.search(r"[\s\x00-\x1f]", text)):
            raise ValueError
        return Secret(text) if secret else text.rstrip("/")

    return Kind(expected=f"an address like {schemes[0]}://...", read=read, secret=secret)


def _read_kms(text: str) -> str:
    if text != "local" and not re.fullmatch(r"(awskms|gcpkms|hcvault):\S+", text):
        raise ValueError
    return text


def _read_hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(host.strip().lower() for host in text.split(",") if host.strip())
    if not all(re.fullmatch(r"[a-z0-9.-]+(:[0-9]{1,5})?", host) for host in hosts):
        raise ValueError
    return hosts


def _read_path(text: str) -> Path:
    if not text.isprintable():
        raise ValueError
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError as error:  # ~ of somebody who is not there
        raise ValueError from error


def _read_networks(text: str) -> tuple[str, ...]:
    return tuple(str(ipaddress.ip_network(one.strip(), strict=False)) for one in text.split(",") if one.strip())


def _read_optional_path(text: str) -> Path | None:
    return _read_path(text) if text else None


TEXT: Final = Kind(expected="text", read=str)
SECRET: Final = Kind(expected="text", read=Secret, secret=True)
PATH: Final = Kind(expected="a path", read=_read_path)
PATH_OR_NONE: Final = Kind(expected="a path", read=_read_optional_path)
KMS: Final = Kind(expected="local, awskms:ARN, gcpkms:NAME or hcvault:KEY", read=_read_kms)
HOSTS: Final = Kind(expected="host names with commas between", read=_read_hosts)
NETWORKS: Final = Kind(expected="addresses or networks like 10.0.0.0/8 with commas between", read=_read_networks)
POSTGRES: Final = url("postgresql", "postgres", secret=True)
WEB: Final = url("http", "https")

TABLE: Final = (
    Setting(
        "home", PATH, "~/.farthing", "Directory of the embedded databases, the local key file and the logs. `make run` uses ./.farthing."
    ),
    Setting(
        "database_url", POSTGRES, "", "PostgreSQL 15 or newer, as the role the application runs as. Unset: an embedded one below the home."
    ),
    Setting(
        "owner_database_url", POSTGRES, "", "The same database as the role that owns the schema, for migrations. Unset: the address above."
    ),
    Setting("valkey_url", url("redis", "rediss", "unix", secret=True), "", "Valkey or Redis. Unset: an embedded one below the home."),
    Setting("host", TEXT, "localhost", "Where the web server listens; localhost means 127.0.0.1 and ::1."),
    Setting("port", whole(0, 65535), "8000", "Port of the web server; 0 takes a free one."),
    Setting("public_url", WEB, "", "The address people type. https makes cookies secure and turns HSTS on. Unset: http://localhost:PORT."),
    Setting(
        "proxies", NETWORKS, "", "Proxies before the web server: whom they name in X-Forwarded-For is believed. Unset: nobody but the peer."
    ),
    Setting("workers", whole(1, 64), "1", "Worker processes that `farthing up` starts."),
    Setting("pool_max", whole(1, 90), "10", "Most connections to PostgreSQL from one process."),
    Setting("log_level", one_of(*LEVELS), "info", "Least weight of what is logged."),
    Setting("metrics_token", SECRET, "", "The bearer token that opens /metrics. Unset: open to this machine, closed at a public address."),
    Setting("metrics_port", whole(0, 65535), "0", "Where a worker answers /metrics: the first free port from this on. 0: nowhere."),
    Setting("kms", KMS, "local", "Where the root key lives; local is a key file."),
    Setting(
        "key_file",
        PATH_OR_NONE,
        "",
        "The local key file. Unset: keys/root.json below the home. Without it the data cannot be opened: back it up.",
    ),
    Setting("sync_interval_s", whole(30, 604_800), "14400", "Seconds between two looks at a bank, when its webhooks are silent."),
    Setting(
        "plaid_url", WEB, "", "Plaid's API: https://production.plaid.com or https://sandbox.plaid.com. Unset in a demo: the bank simulator."
    ),
    Setting("plaid_client_id", TEXT, "", "Plaid's client id."),
    Setting("plaid_secret", SECRET, "", "Plaid's secret."),
    Setting("simplefin_hosts", HOSTS, "beta-bridge.simplefin.org,bridge.simplefin.org", "Hosts that a SimpleFIN token may point to."),
    Setting("banksim_url", WEB, "", "A running bank simulator, for demo and tests. Unset: `farthing up --demo` starts one."),
    Setting(
        "smtp_url",
        url("smtp", "smtps", secret=True),
        "",
        "Outgoing mail: smtp://user:password@host:587, with ?from=name@example.com where the sender is another. Unset: no mail is sent.",
    ),
    Setting(
        "channel_hosts",
        HOSTS,
        "",
        "Hosts (name, or name:port) that channels and webhooks may reach although they are in your own network: ntfy.home:8080.",
    ),
    Setting("postgres_bin", PATH_OR_NONE, "", "Directory of another PostgreSQL's programs for the embedded database."),
    Setting("postgres_memory_mb", whole(16, 65_536), "128", "shared_buffers of the embedded database."),
    Setting("valkey_memory_mb", whole(8, 65_536), "128", "Most memory of the embedded Valkey."),
    Setting("test_postgres", one_of("18", "15"), "18", "Tests: the PostgreSQL to run on, the wheel's 18 or the machine's 15."),
    Setting("test_citus_url", POSTGRES, "", "Tests: a Citus cluster; unset skips the tests that need one."),
)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings, read and checked. The fields are the rows of TABLE (a test holds them together)."""

    home: Path
    database_url: Secret
    owner_database_url: Secret
    valkey_url: Secret
    host: str
    port: int
    public_url: str
    proxies: tuple[str, ...]
    workers: int
    pool_max: int
    log_level: str
    metrics_token: Secret
    metrics_port: int
    kms: str
    key_file: Path | None
    sync_interval_s: int
    plaid_url: str
    plaid_client_id: str
    plaid_secret: Secret
    simplefin_hosts: tuple[str, ...]
    banksim_url: str
    smtp_url: Secret
    channel_hosts: tuple[str, ...]
    postgres_bin: Path | None
    postgres_memory_mb: int
    valkey_memory_mb: int
    test_postgres: str
    test_citus_url: Secret

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """Raises NeedsOperator naming every unknown and every wrong setting at once. An empty variable is an unset one."""
        troubles = [_unknown(name) for name in sorted(environment) if name.startswith(PREFIX) and name not in _BY_VARIABLE]
        values: dict[str, Any] = {}
        for setting in TABLE:
            text = environment.get(setting.variable, "").strip() or setting.default
            try:
                values[setting.name] = setting.kind.read(text)
            except ValueError:
                shown = "***" if setting.kind.secret else repr(text)
                troubles.append(f"{setting.variable} is {shown}, but {setting.kind.expected} is expected")
        if troubles:
            raise NeedsOperator("bad_settings", "; ".join(troubles) + ".")
        return cls(**values)

    def variables(self) -> dict[str, str]:
        """As an environment again, for a child process: every setting that is not at its default."""
        texts = {setting: _written(getattr(self, setting.name)) for setting in TABLE}
        return {setting.variable: text for setting, text in texts.items() if text and text != setting.default}


_BY_VARIABLE: Final = {setting.variable: setting for setting in TABLE}


def _unknown(variable: str) -> str:
    names = [setting.name for setting in TABLE]
    near = difflib.get_close_matches(variable.removeprefix(PREFIX).lower(), names, n=1, cutoff=0.5)
    return f"{variable} is not a setting" + (f" (did you mean {PREFIX}{near[0].upper()}?)" if near else "")


def _written(value: object) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, tuple):
        return ",".join(cast("tuple[str, ...]", value))
    return "" if value is None else str(value)
