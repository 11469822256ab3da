"""A terminal in a home of its own, whose engines run.

`farthing("accounts", EMAIL)` is one command in this process, which is quick; `await terminal("accounts", EMAIL)` is one as people start it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import pytest_asyncio
import structlog
from click.testing import CliRunner

from engines import postgres_bin, throw_away_home
from farthing.cli import main
from farthing.cli.compose import open_caller
from farthing.flows.saved_views import ViewWish, save_view
from farthing.platform.engines import Engines
from farthing.platform.migrate import migrate
from farthing.platform.settings import Settings
from flows.simulator import Simulator

PATIENCE_S = 60
PASSWORD = "seven grey herons at dusk"


class Answer(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self
        return json.loads(self.out)


class Inside:
    """Commands in this process, through click's runner, with logs put back as they were."""

    def __init__(self, home: Path, **more: str) -> None:
        self.home, self._more = home, more

    def __call__(self, *words: str, stdin: str = "", **more: str) -> Answer:
        given = {name: None for name in os.environ if name.startswith("FARTHING_")}
        given |= {"FARTHING_HOME": str(self.home), "FARTHING_POSTGRES_BIN": str(postgres_bin() or ""), **self._more, **more}
        root, before = logging.getLogger(), structlog.get_config()
        handlers, level = root.handlers[:], root.level
        try:
            result = CliRunner().invoke(main, words, input=stdin, env=given)
        finally:
            root.handlers[:] = handlers
            root.setLevel(level)
            structlog.configure(**before)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    def member(self) -> str:
        """The address of a new member with a household of their own."""
        email = f"{secrets.token_hex(6)}@example.org"
        answer = self("member", "add", email, "--password-stdin", stdin=PASSWORD)
        assert answer.code == 0, answer
        return email


class Terminal:
    """Runs `farthing` in one FARTHING_HOME. Compiled code is kept, whatever our own environment says."""

    def __init__(self, home: Path, compiled: Path, **more: str) -> None:
        self.home, self._compiled, self._more = home, compiled, more

    def environment(self, **more: str) -> dict[str, str]:
        plain = {k: v for k, v in os.environ.items() if not k.startswith("FARTHING_") and k != "PYTHONDONTWRITEBYTECODE"}
        plain |= {"FARTHING_HOME": str(self.home), "FARTHING_POSTGRES_BIN": str(postgres_bin() or "")}
        return {**plain, "PYTHONPYCACHEPREFIX": str(self._compiled), **self._more, **more}

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "farthing", *words]

    async def start(self, *words: str, environment: Mapping[str, str] | None = None) -> asyncio.subprocess.Process:
        """One command, under way; stop it yourself."""
        return await asyncio.create_subprocess_exec(
            *self.command(*words),
            env=self.environment() if environment is None else environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def __call__(self, *words: str, stdin: str = "", **more: str) -> Answer:
        """One command, to its end; fails on a traceback whatever the command was for."""
        child = await self.start(*words, environment=self.environment(**more))
        try:
            async with asyncio.timeout(PATIENCE_S):
                out, err = await child.communicate(stdin.encode())
        except TimeoutError:
            child.kill()
            raise
        assert child.returncode is not None
        assert b"Traceback" not in err, err.decode()
        return Answer(child.returncode, out.decode(), err.decode())


@pytest.fixture(scope="session")
def compiled() -> Path:
    """Beside the installed packages, which are what takes long to compile."""
    return Path(sys.prefix) / ".compiled"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def cli_home() -> AsyncIterator[Path]:
    """A migrated home whose engines run for the session; every command joins them."""
    with throw_away_home() as home:
        settings = Settings.read({"FARTHING_HOME": str(home), "FARTHING_POSTGRES_BIN": str(postgres_bin() or "")})
        async with Engines.open(settings) as engines:
            await migrate(engines.owner_database_url)
            yield home


@pytest.fixture(scope="session")
def farthing(cli_home: Path) -> Inside:
    return Inside(cli_home)


@pytest.fixture
def name_view(farthing: Inside, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, str], None]:
    """Names a filter of the list, as its page does; there is no command for it."""
    monkeypatch.setenv("FARTHING_HOME", str(farthing.home))
    monkeypatch.setenv("FARTHING_POSTGRES_BIN", str(postgres_bin() or ""))

    async def story(email: str, name: str, query: str) -> None:
        async with open_caller(email) as who:
            await save_view(who.world, who.household_id, who.actor, ViewWish(name=name, query=query))

    return lambda *words: asyncio.run(story(*words))


@pytest.fixture(scope="session")
def terminal(cli_home: Path, compiled: Path) -> Terminal:
    return Terminal(cli_home, compiled)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def simulator(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Simulator]:
    at_once = ("--initial-delay-s", "0", "--history-delay-s", "0")  # else the next look is twenty seconds away: nobody hears webhooks here
    async with Simulator(tmp_path_factory.mktemp("banksim"), *at_once) as simulator:
        yield simulator


def keys(simulator: Simulator) -> dict[str, str]:
    """The simulator as the provider."""
    return {"FARTHING_PLAID_URL": simulator.url, "FARTHING_PLAID_CLIENT_ID": "client", "FARTHING_PLAID_SECRET": "secret"}


@pytest.fixture(scope="session")
def banking(cli_home: Path, simulator: Simulator) -> Inside:
    """Commands with the simulator as their provider."""
    return Inside(cli_home, **keys(simulator))


@pytest.fixture(scope="session")
def bank_terminal(cli_home: Path, compiled: Path, simulator: Simulator) -> Terminal:
    """The same as processes."""
    return Terminal(cli_home, compiled, **keys(simulator))


@pytest.fixture
def email(farthing: Inside) -> str:
    """A new member's address."""
    return farthing.member()
