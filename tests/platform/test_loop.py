"""The loop that commands run on."""

from __future__ import annotations

import asyncio
import sys

import pytest
import uvloop

from farthing.platform import loop


async def _which() -> type[asyncio.AbstractEventLoop]:
    return type(asyncio.get_running_loop())


def test_a_command_runs_on_uvloop_where_the_machine_has_it() -> None:
    assert loop.run(_which()) is uvloop.Loop


def test_a_command_runs_on_pythons_own_loop_where_uvloop_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)

    found = loop.run(_which())

    assert issubclass(found, asyncio.BaseEventLoop)
