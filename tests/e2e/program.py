"""The program as people start it: `farthing up` as a process of its own, the bank simulator it brings along, and what they hold."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import httpx
import psutil

from cli.conftest import Terminal
from farthing.platform.engines import who_runs
from farthing.platform.engines.postgres import STOP_STEPS as DATABASE_STOP_STEPS
from farthing.platform.processes import STOP_S

EMAIL, PASSWORD = "demo@farthing.example", "every farthing counts"
READY_S = 90.0  # a deadline for a machine that is busy with other things as well, not a goal
ENDED_S = 3 * STOP_S + DATABASE_STOP_STEPS[0][1]  # what the program itself gives its three children and its database
PAUSE_S, PAUSE_WHOLE_S = 0.1, 0.8
OURS = ("python", "farthing", "postgres", "initdb", "valkey", "redis", "dbmate")  # names of programs, to pass quickly over all others
LOG_SHOWN = 4_000
CHECKING, CARD, BROKERAGE = "ins_25", "ins_128026", "ins_12"  # the demo household's Ally, Capital One and Fidelity
CATEGORY = "FOOD_AND_DRINK_GROCERIES"


class Up:
    """`farthing up` under way; `said` is what its terminal shows, both streams."""

    def __init__(self, child: asyncio.subprocess.Process) -> None:
        self.child, self.said = child, list[str]()
        self._reading = asyncio.create_task(self._read())

    @property
    def lives(self) -> bool:
        return self.child.returncode is None

    @property
    def text(self) -> str:
        return "\n".join(self.said)

    async def says(self, words: str) -> str:
        """The first line with these words, once it is there; fails when the program ends without."""
        assert await until(lambda: words in self.text or self._reading.done(), READY_S), f"not in time: {self.text}"
        assert words in self.text, f"ended with {self.child.returncode}: {self.text}"
        return next(line for line in self.said if words in line)

    def signal(self, number: signal.Signals) -> None:
        """To its whole process group, as a terminal does."""
        os.killpg(self.child.pid, number)

    async def ends(self) -> int:
        """Its exit code, when it has one; nothing it said may be a traceback."""
        async with asyncio.timeout(ENDED_S):
            await self._reading
            code = await self.child.wait()
        assert "Traceback" not in self.text, self.text
        return code

    async def _read(self) -> None:
        assert self.child.stdout is not None
        while line := await self.child.stdout.readline():
            self.said.append(line.decode().rstrip("\n"))


class Home:
    """A FARTHING_HOME and what runs in it."""

    def __init__(self, path: Path, **more: str) -> None:
        self.path, self.terminal = path, Terminal(path, Path(sys.prefix) / ".compiled", **more)
        self.now: Up | None = None
        self._token = ""

    async def up(self, *words: str) -> Up:
        """`farthing up` with these words, just started."""
        child = await asyncio.create_subprocess_exec(
            *self.terminal.command("up", *words),
            env=self.terminal.environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        return Up(child)

    async def running(self) -> Up:
        """The demo, started unless it runs, and calm: nobody buys anything that a test has not asked for."""
        if self.now is None or not self.now.lives:
            self.now = await self.up("--demo")
            await self.now.says("Ctrl-C stops everything")
            await self.control("/live", per_hour=0)
        return self.now

    async def stopped(self) -> None:
        """Nothing runs."""
        if self.now is not None and self.now.lives:
            self.now.signal(signal.SIGTERM)
            assert await self.now.ends() == 0
        assert await self.is_empty()

    async def refused(self, *words: str) -> str:
        """What an `up` says that gives up by itself, in one sentence to the person, with exit code 1."""
        gone = await self.up(*words)
        assert await gone.ends() == 1, gone.text
        return gone.said[-1]

    @property
    def address(self) -> str:
        running = who_runs(self.path)
        assert running is not None, "nothing runs"
        return running.address

    # --- processes

    def processes(self) -> list[psutil.Process]:
        """Everything that works in this home: named in its command or environment, or standing in a directory below it."""
        return [p for p in psutil.process_iter() if p.pid != os.getpid() and _works_in(p, str(self.path))]

    def pid(self, words: str) -> int:
        """The process whose command has these words."""
        (found,) = [p.pid for p in self.processes() if words in _command(p)]
        return found

    async def is_empty(self) -> bool:
        """Nothing works here any more, at the latest after a while."""
        return await until(lambda: not self.processes(), ENDED_S)

    async def replaced(self, words: str, killed: int) -> int:
        """The pid of what came in the place of a process that was killed."""
        found: list[int] = []

        def came() -> bool:
            found[:] = [p.pid for p in self.processes() if words in _command(p) and p.pid != killed]
            return len(found) == 1

        assert await until(came, READY_S), f"no new {words}"
        return found[0]

    def kill(self) -> None:
        """Everything at once, as a power cut."""
        for process in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    # --- the bank

    async def control(self, route: str, /, **body: Any) -> Any:
        """Have the simulator do something, by its control API."""
        return await self._simulator("POST", route, json=body)

    async def look(self, route: str) -> Any:
        """What the simulator's control API shows."""
        return await self._simulator("GET", route)

    async def _simulator(self, method: str, route: str, **more: Any) -> Any:
        running = who_runs(self.path)
        assert running is not None, "nothing runs"
        async with httpx.AsyncClient(base_url=f"{running.bank}/control", timeout=20) as client:
            answer = await client.request(method, route, **more)
        assert answer.status_code < 300, answer.text
        return answer.json()

    async def item(self, institution: str = CHECKING) -> str:
        """The simulator's name for the demo household's link to that bank."""
        return next(str(i["item_id"]) for i in await self.look("/items") if i["institution_id"] == institution)

    async def buys(self, merchant: str, amount: str, *, institution: str = CHECKING) -> None:
        """A purchase happens; the bank sends its webhook."""
        row = {"amount": amount, "name": merchant, "merchant_name": merchant, "category": CATEGORY}
        await self.control(f"/items/{await self.item(institution)}/transactions", transactions=[row])

    async def is_without_faults(self) -> bool:
        """Every fault that was asked for has been met."""
        return not await self.look("/faults")

    async def at_the_banks(self) -> Counter[str]:
        """How often each amount stands at the banks, signed as we sign it."""
        found: Counter[str] = Counter()
        for item in await self.look("/items"):
            for row in await self.look(f"/items/{item['item_id']}/transactions?limit=10000"):
                found[row["amount"][1:] if row["amount"].startswith("-") else f"-{row['amount']}"] += 1
        return found

    # --- the ledger

    async def ask(self, path: str, **asked: Any) -> Any:
        """The API's answer, to a program of the demo household's member."""
        if not self._token:
            self._token = (await self.terminal("token", "new", EMAIL, "--scope", "write", "--json")).json["token"]
        headers = {"authorization": f"Bearer {self._token}"}
        async with httpx.AsyncClient(base_url=f"{self.address}/api/v1", headers=headers, timeout=20) as client:
            answer = await client.get(path, params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def rows(self, **asked: Any) -> list[dict[str, Any]]:
        """Transactions that count, newest first; of banks only, or of whatever the filter says."""
        found, cursor = [], ""
        while True:
            page = await self.ask("/transactions", limit=500, **asked, **({"cursor": cursor} if cursor else {}))
            found += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                return found

    async def bought(self, merchant: str) -> list[str]:
        """What was spent there, as soon as it is known."""
        found: list[str] = []

        async def known() -> bool:
            found[:] = [r["amount"] for r in await self.rows(q=merchant)]
            return bool(found)

        assert await until(known, READY_S), f"nothing from {merchant}"
        return found

    async def in_the_ledger(self) -> Counter[str]:
        """How often each amount stands in the accounts that banks bring."""
        return Counter(row["amount"] for row in await self.rows() if row["connection_id"])

    async def agrees(self) -> bool:
        """Our ledger holds what the banks hold, each row once, at the latest after a while."""
        try:
            async with asyncio.timeout(READY_S):
                while await self._differs():
                    await asyncio.sleep(PAUSE_WHOLE_S)
        except TimeoutError:
            ours, theirs = await self.in_the_ledger(), await self.at_the_banks()
            log = (self.path / "logs" / "worker-1.log").read_text()[-LOG_SHOWN:]
            missing, doubled = theirs - ours, ours - theirs
            raise AssertionError(
                f"missing {missing.total()}: {missing.most_common(3)}, too many {doubled.total()}: {doubled.most_common(3)}\n{log}"
            ) from None
        return True

    async def _differs(self) -> bool:
        try:
            return await self.in_the_ledger() != await self.at_the_banks()
        except httpx.HTTPError:
            return True

    async def answers(self) -> bool:
        """The page does, at the latest after a while."""

        async def asked() -> bool:
            async with httpx.AsyncClient(base_url=self.address, timeout=5) as client:
                return (await client.get("/readyz")).json() == {"ready": True, "degraded": []}

        return await until(asked, READY_S)


async def until(holds: Callable[[], bool | Coroutine[Any, Any, bool]], within_s: float) -> bool:
    """Whether it came true in time; what is not there yet to be asked is not true yet."""
    deadline = asyncio.get_running_loop().time() + within_s
    while asyncio.get_running_loop().time() < deadline:
        try:
            answer = holds()
            if answer if isinstance(answer, bool) else await answer:
                return True
        except (httpx.HTTPError, OSError, ValueError):
            pass
        await asyncio.sleep(PAUSE_S)
    return False


def _works_in(process: psutil.Process, home: str) -> bool:
    try:
        if not process.name().startswith(OURS) or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return home in _command(process) or process.environ().get("FARTHING_HOME") == home or process.cwd().startswith(home)
    except psutil.Error:
        return False


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
