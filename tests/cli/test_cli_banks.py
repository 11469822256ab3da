"""Banks linked and read at a terminal, by this process where no worker runs."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from flows.simulator import GOOD, PLATYPUS

if TYPE_CHECKING:
    from conftest import Inside, Terminal
    from flows.simulator import Simulator


def test_a_bank_is_linked_and_read_without_a_worker(banking: Inside) -> None:
    """The command is its household's worker for as long as it runs."""
    email = banking.member()
    linked = banking("connect", email, "--provider", "plaid", "--sandbox", PLATYPUS, "--sandbox-user", GOOD, "--json")
    (item,) = linked.json["items"]
    assert (item["status"], item["failed"]) == ("fine", False)
    assert item["added"] > 0
    shown = banking("connections", email, "--json")
    assert [(c["id"], c["status"]) for c in shown.json["items"]] == [(item["connection_id"], "fine")]
    again = banking("sync", email)
    assert again.code == 0
    assert "Nothing new." in again.out


def test_a_bank_linked_twice_is_refused_in_words(banking: Inside) -> None:
    email = banking.member()
    asked = ("connect", email, "--provider", "plaid", "--sandbox", PLATYPUS, "--sandbox-user", GOOD)
    assert (banking(*asked)).code == 0
    again = banking(*asked)
    assert again.code == 1
    assert "linked already" in again.out
    assert "--anyway" in again.err
    assert banking(*asked, "--anyway").code == 0


def test_without_questions_there_is_nothing_to_answer(banking: Inside) -> None:
    email = banking.member()
    assert "nothing to ask" in banking("which-account", email).out
    for words in (["--new"], ["--is", "acc_1"]):
        said = banking("which-account", email, *words)
        assert (said.code, "there is no such question" in said.err) == (1, True)
    assert banking("which-account", email, "--new", "--is", "acc_1").code == 2


async def test_a_link_page_is_waited_for(email: str, bank_terminal: Terminal, simulator: Simulator) -> None:
    """The address is printed at once; whoever signs in there is read as soon as the bank lets us."""
    child = await bank_terminal.start("connect", email, "--provider", "plaid", environment=bank_terminal.environment())
    assert child.stderr is not None
    page = ""
    async with asyncio.timeout(30):
        while "http" not in page:
            page = (await child.stderr.readline()).decode()
        await simulator.signs_up(re.findall(r"\S+://\S+", page)[0], "checking", "savings")
        out, err = await child.communicate()
    assert child.returncode == 0, err
    assert re.search(r"First Platypus Bank \(con_\w+\): [1-9]\d* added", out.decode()), out


def test_what_cannot_be_synced_says_why(banking: Inside, farthing: Inside) -> None:
    email = banking.member()
    unlinked = banking("sync", email)
    assert (unlinked.code, "no bank is linked" in unlinked.err) == (1, True)
    foreign = banking("sync", email, "--connection", "con_0")
    assert (foreign.code, foreign.err.count("\n")) == (1, 1)
    nameless = banking("connect", email, "--provider", "abacus")
    assert (nameless.code, "no such provider" in nameless.err) == (1, True)
    made = banking("connect", email, "--provider", "plaid", "--sandbox", PLATYPUS, "--sandbox-user", GOOD)
    assert made.code == 0, made
    without = farthing("sync", email)
    assert without.code == 1
    assert "has no access to the service that reads this bank" in without.out


async def test_a_worker_that_runs_does_the_reading(email: str, bank_terminal: Terminal) -> None:
    """Asked through `due`; the command only waits. Doctor hears it too."""
    worker = await bank_terminal.start("worker", environment=bank_terminal.environment(FARTHING_LOG_LEVEL="info"))
    assert worker.stderr is not None
    try:
        async with asyncio.timeout(30):
            assert b'"working"' in await worker.stderr.readline()
        (heard,) = [f for f in (await bank_terminal("doctor", "--json")).json["findings"] if f["check"] == "worker"]
        assert (heard["state"], heard["what"].startswith("1 listening")) == ("ok", True)
        linked = await bank_terminal("connect", email, "--provider", "plaid", "--sandbox", PLATYPUS, "--sandbox-user", GOOD, "--json")
        assert linked.json["items"][0]["added"] > 0
    finally:
        worker.terminate()
        _, log = await worker.communicate()
    assert b'"event":"sync"' in log
