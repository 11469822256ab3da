"""What people wait for, over HTTP from a real web process: the Overview, lists with their totals, search, reports.

Each answer is timed twice: from here, where the asking shares two cores with the answering, and by the server's own log.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode

import msgspec

from farthing.cli.bench.measure import Figures, Meter, Yardstick
from farthing.cli.bench.people import Stage, Tenant, count_on, fill, new_household, stage
from farthing.cli.bench.wide import MONTHS, round_trips, wide_household
from farthing.core.dates import Month
from farthing.core.errors import Unavailable
from farthing.core.ids import public
from farthing.flows.tokens import issue_token
from farthing.flows.world import World
from farthing.ledger.accounts import accounts
from farthing.ledger.model import Actor
from farthing.platform.http import Http, Response
from farthing.platform.processes import Children, Program
from farthing.security import sessions

READY_TRIES, READY_WAIT_S = 300, 0.1
PAGE, DEEP = 50, 200
WALK = 450
LIST, REPORT = "/api/v1/transactions", "/api/v1/reports/spending"
FILTERS = ("all", "period", "part", "account", "category", "merchant", "amount")


class Reader(msgspec.Struct, frozen=True):
    """A household that is read: its cookie, its token, and what can be asked of it."""

    cookie: str
    token: str
    account: str
    today: dt.date


class Spoken:
    """What the web process says of its requests in its log."""

    def __init__(self, log: Path) -> None:
        self._log, self._read = log, log.stat().st_size

    async def took_s(self) -> float:
        """How long the request that was answered last took there, from its first byte to the beginning of its answer."""
        for _ in range(READY_TRIES):
            said = await asyncio.to_thread(self._new)
            if said:
                return said[-1]
            await asyncio.sleep(0.01)
        raise AssertionError("the web process does not tell its requests")

    def _new(self) -> list[float]:
        with self._log.open("rb") as file:
            file.seek(self._read)
            lines = file.read()
        whole = lines[: lines.rfind(b"\n") + 1]
        self._read += len(whole)
        told = [msgspec.json.decode(line) for line in whole.splitlines() if line.startswith(b"{")]
        return [entry["took_ms"] / 1000 for entry in told if entry.get("event") == "request"]


class Asked(msgspec.Struct, frozen=True):
    """One request: what it is called, where it goes, whether a browser asks it, and whether a row of today came in before."""

    work: str
    path: str
    page: bool = False
    after_a_row: bool = False


async def reads(history: int, households: int, *, rounds: int, keep: Path | None = None, wide: bool = False) -> list[Figures]:
    """Every kind of request `rounds` times, the kinds interleaved, the households in turn; what `keep` holds is not made again.

    Before each round the household counts a version on, so that no sum of the round before is still at hand; what is asked `again` is asked
    of the same version, and what is asked after a `row` as a sync of a row of today leaves it. `wide`: of a household of many categories
    and budgets besides.
    """
    port = free_port()
    async with stage(kept=keep, FARTHING_PORT=str(port), FARTHING_HOST="127.0.0.1") as made:
        tenants = [await tenant_of(made, history, seed) for seed in range(households)]
        broad = await _kept(made, "wide", wide_household) if wide else None
        await made.counted()
        readers = [await _reader(made.world, tenant) for tenant in tenants]
        async with web(made, port) as (pid, http, url):
            plans = [await _plan(http, url, reader) for reader in readers]
            if broad is not None:
                tenants, readers, plans = [*tenants, broad], [*readers, await _reader(made.world, broad)], [*plans, _wide_plan(made.world)]
            meters: dict[str, Meter] = {}
            sizes: dict[str, int] = {}
            yardstick, spoken = Yardstick(), Spoken(made.home / "logs" / "web.log")
            for number in range(rounds):
                yardstick.hold()
                for turn in {number % households, len(plans) - 1} if wide else {number % households}:
                    await count_on(made.world, tenants[turn])
                    for asked in plans[turn]:
                        if asked.after_a_row:
                            await count_on(made.world, tenants[turn], by_a_row=True)
                        meter = meters.setdefault(asked.work, Meter(made.postmaster, pid))
                        with meter.running():
                            answer = await _ask(http, url, readers[turn], asked)
                        meter.took_s.append(await spoken.took_s())
                        assert answer.status == 200, answer.body[:500]
                        sizes[asked.work] = len(answer.body)
            note = f"{households} x {history:,} rows"
            found = [m.figures(f"read.{w}", len(m.times), note=f"{note}, {sizes[w]:,} bytes") for w, m in meters.items()]
            trips = await round_trips(made, broad) if broad is not None else []
            return [*found, *trips, yardstick.figures()]


async def _ask(http: Http, url: str, reader: Reader, asked: Asked) -> Response:
    headers = {"Cookie": f"farthing={reader.cookie}", "Accept": "text/html"} if asked.page else {"Authorization": f"Bearer {reader.token}"}
    return await http.get(url + asked.path, headers=headers)


async def tenant_of(made: Stage, history: int, seed: int) -> Tenant:
    """A household with its rows: the one that an earlier run left in a kept home, or a new one."""

    async def filled(made: Stage) -> Tenant:
        tenant = await new_household(made.world)
        await fill(made, tenant, history, ending=made.world.clock.now().date(), seed=seed)
        return tenant

    return await _kept(made, f"{history}-{seed}", filled)


async def _kept(made: Stage, name: str, make: Callable[[Stage], Awaitable[Tenant]]) -> Tenant:
    note = made.home / f"household-{name}.json"
    if note.exists():
        return msgspec.json.decode(note.read_bytes(), type=Tenant)
    tenant = await make(made)
    note.write_bytes(msgspec.json.encode(tenant))
    return tenant


async def _reader(world: World, tenant: Tenant) -> Reader:
    today = world.clock.now().date()
    token = await issue_token(world, tenant.household_id, tenant.member_id, Actor("command", tenant.member_id), scope="read")
    return Reader(await cookie_of(world, tenant), token.secret, await _an_account(world, tenant), today)


async def cookie_of(world: World, tenant: Tenant) -> str:
    async with world.db.shared() as conn:
        secret, _ = await sessions.begin(conn, household_id=tenant.household_id, member_id=tenant.member_id, now=world.clock.now())
    return secret


async def _an_account(world: World, tenant: Tenant) -> str:
    async with world.db.unit(tenant.household_id) as unit:
        held = await accounts(unit, await world.keyring.sealer(unit, tenant.household_id))
    card = next(a for a in held.values() if a.text.name == "Card")
    return public("acc", card.account_id, household=tenant.household_id)


async def _plan(http: Http, url: str, reader: Reader) -> list[Asked]:
    """The requests of one household; what is not there yet is left out."""
    first = Month.of(reader.today).plus(-11).first
    wanted: dict[str, dict[str, str]] = {
        "all": {},
        "period": {"from": first.isoformat(), "to": Month.of(reader.today).last.isoformat()},
        "part": {"from": (first + dt.timedelta(days=9)).isoformat(), "to": (reader.today - dt.timedelta(days=4)).isoformat()},
        "account": {"account": reader.account},
        "category": {"category": "groceries"},
        "merchant": {"merchant": "safeway"},
        "amount": {"min": "-40", "max": "-8"},
    }
    plan = [
        Asked("overview", "/", page=True),
        Asked("overview.again", "/", page=True),
        Asked("overview.row", "/", page=True, after_a_row=True),
    ]
    for name, parameters in wanted.items():
        plan.append(Asked(f"list.{name}.1", _path(LIST, parameters)))
        cursor = await _cursor(http, url, reader, parameters)
        if cursor:
            plan.append(Asked(f"list.{name}.{DEEP}", _path(LIST, {**parameters, "cursor": cursor})))
    year = {"from": first.isoformat(), "to": reader.today.isoformat()}
    plan += [
        Asked("search.hits", _path(LIST, {"q": "starbucks"})),
        Asked("search.local", _path(LIST, {"q": "union bakery"})),
        Asked("search.broad", _path(LIST, {"q": "e"})),
        Asked("search.none", _path(LIST, {"q": "zzyzx nowhere"})),
        Asked("report.spending", _path(REPORT, {**year, "by": "category"})),
        Asked("report.months", _path(REPORT, {**year, "by": "group", "period": "month"})),
        Asked("page.transactions", "/transactions", page=True),
        Asked("page.review", "/review", page=True),
        Asked("page.transactions.category", "/transactions?category=groceries", page=True),
        Asked("page.transactions.search", "/transactions?q=starbucks", page=True),
        Asked("page.palette", "/palette?q=starbucks", page=True),
        Asked("page.palette.broad", "/palette?q=e", page=True),
        Asked("page.budgets", f"/budgets/{Month.of(reader.today)}", page=True),
    ]
    return [asked for asked in plan if (await _ask(http, url, reader, asked)).status != 404]


def _wide_plan(world: World) -> list[Asked]:
    """The report of two years by category, and the page of sixty budgets, each as after a change and as without one."""
    this = Month.of(world.clock.now().date())
    days = {"from": this.plus(1 - MONTHS).first.isoformat(), "to": this.last.isoformat()}
    report = _path(REPORT, {**days, "by": "category", "period": "month"})
    wanted = (("wide.report", report, False), ("wide.budgets", f"/budgets/{this}", True), ("wide.overview", "/", True))
    looks = [Asked(f"{work}{again}", path, page) for work, path, page in wanted for again in ("", ".again")]
    return [*looks, Asked("wide.overview.row", "/", page=True, after_a_row=True)]


def _path(path: str, parameters: dict[str, str]) -> str:
    return f"{path}?{urlencode(parameters)}" if parameters else path


async def _cursor(http: Http, url: str, reader: Reader, parameters: dict[str, str]) -> str | None:
    """The cursor of page 200, found by walking there in larger steps; None where the filter has fewer rows."""
    cursor, left = "", PAGE * (DEEP - 1)
    while left:
        step = min(WALK, left)
        more = {"cursor": cursor} if cursor else {}
        answer = await _ask(http, url, reader, Asked("", _path(LIST, {**parameters, **more, "limit": str(step)})))
        assert answer.status == 200, answer.body[:500]
        cursor = msgspec.json.decode(answer.body)["next_cursor"]
        if not cursor:
            return None
        left -= step
    return cursor


@asynccontextmanager
async def web(made: Stage, port: int) -> AsyncIterator[tuple[int, Http, str]]:
    """`farthing web` as a process of its own, on the bench's engines."""
    url, clock = f"http://127.0.0.1:{port}", made.world.clock
    plain = {k: v for k, v in os.environ.items() if not k.startswith("FARTHING_")}
    environment = {**plain, **made.world.settings.variables(), "FARTHING_LOG_LEVEL": "debug"}
    async with Children(made.home / "logs", clock=clock) as children:
        await children.start(Program("web", (sys.executable, "-m", "farthing", "web"), environment))
        http = Http([url], clock=clock)
        try:
            await _answering(http, url)
            yield children.pid("web"), http, url
        finally:
            await http.aclose()


async def _answering(http: Http, url: str) -> None:
    for _ in range(READY_TRIES):
        try:
            if (await http.get(f"{url}/healthz")).status == 200:
                return
        except Unavailable:
            pass
        await asyncio.sleep(READY_WAIT_S)
    raise AssertionError("the web process does not answer")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
