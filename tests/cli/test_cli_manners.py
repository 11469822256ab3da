"""How the command line behaves whatever the command: help, wrong calls, Ctrl-C, readers that leave, signals. As people start it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from farthing.cli.ports import any_port

if TYPE_CHECKING:
    from conftest import Inside, Terminal

ANSWER_S = 30


@pytest.mark.parametrize("section", ["To run it:", "Members:", "Their money:", "Proofs and figures:"])
def test_help_lists_the_commands_by_what_they_are_for(farthing: Inside, section: str) -> None:
    assert section in farthing("--help").out


@pytest.mark.parametrize(
    "call",
    [
        "acounts",
        "accounts",
        "accounts a@example.org b",
        "keys",
        "keys burn",
        "token new a@example.org",
        "erase a@example.org",
        "bench read --history -5",
        "bench size --rows 0",
    ],
)
def test_a_wrong_call_ends_with_two_and_says_how_it_goes(farthing: Inside, call: str) -> None:
    answer = farthing(*call.split())
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("Usage: ")


@pytest.mark.parametrize("options", ["", "--json", "--csv"])
async def test_a_reader_that_has_left_ends_the_command_quietly(email: str, terminal: Terminal, options: str) -> None:
    """As `farthing ... | head` does once it has had enough."""
    reader, writer = os.pipe()
    os.close(reader)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "farthing", "transactions", email, *options.split(),
        env=terminal.environment(), stdout=writer, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    os.close(writer)
    async with asyncio.timeout(ANSWER_S):
        _, err = await child.communicate()
    assert (child.returncode, err) == (1, b"")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
async def test_a_command_that_waits_ends_on_a_signal_without_a_word(
    email: str, bank_terminal: Terminal, number: signal.Signals, code: int
) -> None:
    """Such as one that waits for somebody at a bank's page."""
    child = await bank_terminal.start("connect", email, "--provider", "plaid")
    assert child.stderr is not None
    async with asyncio.timeout(ANSWER_S):
        while b"http" not in await child.stderr.readline():
            pass
        child.send_signal(number)
        out, err = await child.communicate()
    assert (child.returncode, out, err.strip()) == (code, b"", b"")


async def test_ctrl_c_before_the_command_has_begun_says_nothing(terminal: Terminal) -> None:
    """While modules are loaded Python would print where it was."""
    script = (
        "import signal, sys, importlib.abc\n"
        "class Interrupting(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'farthing.cli.frame': signal.raise_signal(signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "from farthing.__main__ import start\n"
        "start()\n"
    )
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, "accounts", env=terminal.environment(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(ANSWER_S):
        out, err = await child.communicate()
    assert (child.returncode, out, err) == (-signal.SIGINT, b"", b"")


async def test_the_bank_simulator_needs_no_word_of_where_its_people_live(terminal: Terminal) -> None:
    child = await terminal.start("banksim", "--port", str(any_port()))
    assert child.stdout is not None
    async with asyncio.timeout(ANSWER_S):
        said = await child.stdout.readline()
        child.send_signal(signal.SIGTERM)
        _, err = await child.communicate()
    assert b"http://127.0.0.1:" in said, err
    assert (terminal.home / "banksim" / "banksim.sqlite3").exists()


async def test_the_bank_simulator_says_by_an_example_how_it_is_started(terminal: Terminal) -> None:
    assert "Example: " in (await terminal("banksim", "--help")).out


def test_a_schema_that_is_current_is_said_to_programs_too(farthing: Inside) -> None:
    assert farthing("migrate", "--json").json == {"applied": []}
    assert farthing("migrate").out == "the schema is current\n"
