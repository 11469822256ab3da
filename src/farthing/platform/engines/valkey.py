"""The embedded Valkey: cache, live fan-out and rate limits. It keeps nothing on disk, because nothing in it may be missed.

Listens like the embedded PostgreSQL: on a socket in a private directory, else on a loopback port, always with a password.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import msgspec
import redis.asyncio
from redis.exceptions import RedisError

from farthing.core.errors import NeedsOperator
from farthing.platform.engines import daemon
from farthing.platform.engines.binaries import find_valkey, reachable_for
from farthing.platform.engines.failures import PortTaken, explain_start
from farthing.platform.engines.place import find_place, own_directory, write_private
from farthing.platform.engines.sockets import free_port, is_port_free, socket_directory

READY_S = 20
ATTEMPTS_MAX = 5
STOP_STEPS = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 10.0))


class Running(msgspec.Struct, frozen=True):
    """`valkey.json`: who runs, the address (a socket's path, or a loopback port) and the password."""

    pid: int
    address: str
    password: str


class ValkeyEngine:
    """`async with ValkeyEngine(home) as engine: engine.url`. `stop` also stops a server that `start` found running.

    `port` is a wish for `listen="loopback"`.
    """

    def __init__(
        self,
        home: Path,
        *,
        listen: Literal["socket", "loopback"] = "socket",
        port: int | None = None,
        memory_mb: int = 128,
        die_with_parent: bool = False,
    ) -> None:
        self._home = home
        self._listen = listen
        self._port = port
        self._memory_mb = memory_mb
        self._die_with_parent = die_with_parent
        self._child: subprocess.Popen[bytes] | None = None
        self._running: Running | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        found = self._known
        if found.address.startswith("/"):
            return f"unix://:{found.password}@{found.address}"
        return f"redis://:{found.password}@{found.address}/0"

    @property
    def pid(self) -> int:
        return self._known.pid

    async def start(self) -> None:
        """The server runs and answers when this returns. Raises NeedsOperator with what to do about it."""
        self._place = find_place(self._home)
        self._base = own_directory(self._place.root / "valkey", self._place.account)
        self._state_file = self._place.home / "engines" / "valkey.json"
        self._program = reachable_for(find_valkey(), self._place.account)
        if not await self._took_over():
            await self._launch()

    def is_alive(self) -> bool:
        return self._running is not None and daemon.lives(self._running.pid, child=self._child)

    def logs(self) -> list[Path]:
        """What it writes its log into."""
        return [self._base / "valkey.log"]

    async def stop(self) -> None:
        if self._running is None:
            return
        await daemon.stop(self._running.pid, child=self._child, steps=STOP_STEPS)
        self._child = self._running = None

    async def _launch(self) -> None:
        for _ in range(ATTEMPTS_MAX):
            directory = socket_directory(self._base, self._place.account) if self._listen == "socket" else None
            try:
                return await self._launch_once(directory)
            except PortTaken:
                self._port = None
        raise NeedsOperator("valkey_start", f"Valkey found no free port in {ATTEMPTS_MAX} attempts; its log is in {self._base}.")

    async def _took_over(self) -> bool:
        """Whether a server of ours runs already and answers. Any other of ours (its state file lost, or silent) is stopped."""
        self._running = None
        found = self._last_run()
        if found and self._is_ours(found.pid):
            self._running = found
            if await self._answers():
                return True
            self._running = None
        with contextlib.suppress(OSError, ValueError):
            pid = int((self._base / "valkey.pid").read_text())
            if self._is_ours(pid):
                await daemon.stop(pid, child=None, steps=STOP_STEPS)
        return False

    def _last_run(self) -> Running | None:
        with contextlib.suppress(OSError, msgspec.DecodeError):
            return msgspec.json.decode(self._state_file.read_bytes(), type=Running)
        return None

    def _is_ours(self, pid: int) -> bool:
        return daemon.is_ours(pid, name=self._program.name, directory=self._base)

    async def _launch_once(self, directory: Path | None) -> None:
        port = 0 if directory else self._choose_port()
        address = str(directory / "valkey.sock") if directory else f"127.0.0.1:{port}"
        last = self._last_run()
        password = last.password if last else secrets.token_urlsafe(24)
        conf = self._base / "valkey.conf"
        write_private(conf, self._render_conf(port, address, password), self._place.account)
        output = self._base / "valkey.log"
        self._child = daemon.spawn(
            [str(self._program), _as_argument(conf)],
            account=self._place.account,
            cwd=self._base,
            output=output,
            die_with_parent=self._die_with_parent,
        )
        self._running = Running(pid=self._child.pid, address=address, password=password)
        if await self._became_ready():
            self._port = port  # should it die, it comes back where its clients look for it
            return write_private(self._state_file, msgspec.json.encode(self._running).decode())
        await self.stop()
        raise explain_start(output.read_text(errors="replace"), where=self._base)

    def _choose_port(self) -> int:
        return self._port if self._port and is_port_free(self._port) else free_port()

    def _render_conf(self, port: int, address: str, password: str) -> str:
        settings = [
            f"port {port}",
            "bind 127.0.0.1",
            "protected-mode yes",
            f"requirepass {password}",
            "daemonize no",
            f"dir {_quoted(self._base)}",
            f"pidfile {_quoted(self._base / 'valkey.pid')}",
            "loglevel warning",
            'save ""',
            "appendonly no",
            f"maxmemory {self._memory_mb}mb",
            "maxmemory-policy allkeys-lru",
        ]
        if address.startswith("/"):
            settings += [f"unixsocket {_quoted(address)}", "unixsocketperm 700"]
        return "\n".join(settings) + "\n"

    async def _became_ready(self) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(READY_S):
                while daemon.lives(self.pid, child=self._child):
                    if await self._answers():
                        return True
                    await asyncio.sleep(daemon.POLL_S)
        return False

    async def _answers(self) -> bool:
        client = redis.asyncio.from_url(self.url, socket_timeout=5, retry_on_timeout=False)
        try:
            return bool(await client.ping())
        except (RedisError, OSError, TimeoutError):
            return False
        finally:
            await client.aclose()

    @property
    def _known(self) -> Running:
        assert self._running is not None, "the engine is not started"
        return self._running


def _as_argument(conf: Path) -> str:
    """A name with one of these in it is read as a pattern; where that matches nothing, Valkey starts open to all on its usual port."""
    return re.sub(r"([*?\[\]\\])", r"\\\1", str(conf)) if re.search(r"[*?[]", str(conf)) else str(conf)


def _quoted(path: Path | str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", str(path)) + '"'
