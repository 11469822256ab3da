"""What every test folder shares, which folders go first, and which files share a process."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from farthing.security import passwords

pytest_plugins = ["engines", "world", "chromium", "hanging"]
HERE = Path(__file__).parent
LONG_FIRST = ["simulation", "e2e", "cli", "frontend", "house"]  # and beside those that wait, the file with most to do: all pages
ONE_HOME = {f"tests/e2e/test_{name}.py" for name in ("a_stranger", "killed", "stop_and_start")}  # the demo in it takes longest to make


@pytest.fixture(scope="session", autouse=True)
def strong_hasher() -> Iterator[PasswordHasher]:
    """The program's own, which asks 46 MiB of a password: hundreds of tests sign in, and to them a hash of 1 MiB says the same."""
    strong = passwords._hasher
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    yield strong
    passwords._hasher = strong


@pytest.fixture
def as_at_work(strong_hasher: PasswordHasher) -> Iterator[None]:
    """Passwords cost what they cost people."""
    cheap, passwords._hasher = passwords._hasher, strong_hasher
    yield
    passwords._hasher = cheap


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--first-cases", action="store_true", help="of each flow's parametrised tests the first case alone")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long files first: one that came last would leave the other processes idle until it ends."""
    if config.getoption("--first-cases"):
        items[:] = _first_cases(items)
    items.sort(key=_turn)


def pytest_collection_finish() -> None:
    """Thousands of tests stand in memory from now on: the collector need not walk them again and again (a twentieth of a run)."""
    gc.collect()
    gc.freeze()


def _first_cases(items: list[pytest.Item]) -> list[pytest.Item]:
    """The statements of a flow are the same in each of its cases: for another database one says enough. Elsewhere a case is a statement."""
    seen, kept = set[tuple[Path, str]](), []
    for item in items:
        test = item.path, getattr(item, "originalname", item.name)
        if test not in seen or item.path.parent.name != "flows":
            kept.append(item)
        seen.add(test)
    return kept


def _turn(item: pytest.Item) -> int:
    folder = item.path.relative_to(HERE).parts[0]
    return LONG_FIRST.index(folder) if folder in LONG_FIRST else len(LONG_FIRST)


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """`--dist loadfile`, with the files of one home as one."""
    from xdist.scheduler import LoadFileScheduling

    class ByHome(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return "one home" if file in ONE_HOME else file

    return ByHome(config, log) if config.getvalue("dist") == "loadfile" else None
