"""A test that hangs says what everything in its event loop waits for: its own traceback ends in the loop, which is the same for all."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Iterator
from typing import Any

import pytest
import pytest_asyncio

HUNG = "Timeout (>"  # as pytest-timeout begins

_loops: list[asyncio.AbstractEventLoop] = []


@pytest_asyncio.fixture(scope="session", loop_scope="session", autouse=True)
async def known_loop() -> None:
    """The one that everything runs in, to the last fixture's end."""
    _loops.append(asyncio.get_running_loop())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.excinfo is not None and str(call.excinfo.value).startswith(HUNG):
        report.sections.append(("What waits in the event loop", "\n".join(_waiting())))
    return report


def _waiting() -> Iterator[str]:
    for loop in _loops:
        for task in asyncio.all_tasks(loop):
            yield f"{task.get_name()}, told to end {task.cancelling()} times: {' > '.join(_steps(task.get_coro()))}"


def _steps(one: Any) -> Iterator[str]:
    """From the outermost coroutine to what it waits for in the end."""
    while one is not None:
        for kind in ("cr", "ag", "gi"):
            frame = getattr(one, f"{kind}_frame", None)
            if frame is not None:
                yield f"{frame.f_code.co_qualname} {frame.f_code.co_filename.rpartition('/')[2]}:{frame.f_lineno}"
                one = getattr(one, "gi_yieldfrom" if kind == "gi" else f"{kind}_await", None)
                break
        else:
            yield repr(one)
            return
