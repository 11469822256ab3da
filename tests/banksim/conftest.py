"""One simulator for most tests, and one that hands over history only on command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from simulator import AT_ONCE, BY_HAND, Api, Ear, Process, Refused, Spec


@pytest.fixture(scope="session")
def spec() -> Spec:
    return Spec()


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Process]]:
    """Start a simulator; all end with the session."""
    running: list[Process] = []

    def begin(*options: str, home: Path | None = None) -> Process:
        running.append(Process(home or tmp_path_factory.mktemp("banksim"), *options))
        return running[-1]

    yield begin
    for process in running:
        process.end()


@pytest.fixture(scope="session")
def bank_process(start: Callable[..., Process]) -> Process:
    return start("--seed", "7", *AT_ONCE, "--no-limits")


@pytest.fixture(scope="session")
def slow_process(start: Callable[..., Process]) -> Process:
    return start("--seed", "7", *BY_HAND)


@pytest.fixture
def bank(bank_process: Process, spec: Spec) -> Iterator[Api]:
    """The shared simulator, whose history is ready at once. Faults set by a test end with it."""
    api = Api(bank_process.base, spec)
    yield api
    api.control("/faults", method="DELETE")


@pytest.fixture
def slow_bank(slow_process: Process, spec: Spec) -> Api:
    """A simulator that hands history over only when the control API says so; with rate limits."""
    return Api(slow_process.base, spec)


@pytest.fixture
def ear() -> Iterator[Ear]:
    made = Ear()
    yield made
    made.close()


@pytest.fixture
def refused() -> Callable[..., str]:
    """The error code with which a call is refused; fails when it is not."""

    def code_of(call: Callable[..., Any], *args: Any, **words: Any) -> str:
        with pytest.raises(Refused) as caught:
            call(*args, **words)
        return caught.value.code

    return code_of
