# ruff: noqa: E501 - tables of made-up rows read better unbroken
"""A bench household: made-up purchases as Plaid-shaped pages, taken in through the real connector and flow from prepared bytes."""

from __future__ import annotations

import datetime as dt
import os
import random
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeAlias

import asyncpg
import msgspec

from farthing.budgets import Budget, Period, write_budget
from farthing.categorize.taxonomy import by_slug
from farthing.cli.compose import open_world
from farthing.connections import store
from farthing.connections.model import Institution
from farthing.connections.providers.plaid import Plaid
from farthing.core.dates import Clock, Month
from farthing.core.ids import BudgetId, ConnectionId, HouseholdId, MemberId, new_id
from farthing.flows.desk import write_desk
from farthing.flows.sync import Synced, sync_connection
from farthing.flows.world import World
from farthing.ledger.lock import bump
from farthing.ledger.model import SYSTEM
from farthing.people import households, members
from farthing.people.model import MemberText
from farthing.people.model import Settings as HouseholdSettings
from farthing.platform.engines import Engines
from farthing.platform.http import Http
from farthing.platform.migrate import migrate
from farthing.platform.settings import Settings

SHOPS = (
    ("TRADER JOE'S", "FOOD_AND_DRINK_GROCERIES", 42), ("SAFEWAY", "FOOD_AND_DRINK_GROCERIES", 51), ("WHOLE FOODS", "FOOD_AND_DRINK_GROCERIES", 63),
    ("CHIPOTLE", "FOOD_AND_DRINK_FAST_FOOD", 14), ("SHAKE SHACK", "FOOD_AND_DRINK_FAST_FOOD", 19), ("OLIVE GARDEN", "FOOD_AND_DRINK_RESTAURANT", 48),
    ("RAMEN YOKOCHO", "FOOD_AND_DRINK_RESTAURANT", 31), ("STARBUCKS", "FOOD_AND_DRINK_COFFEE", 6), ("BLUE BOTTLE", "FOOD_AND_DRINK_COFFEE", 7),
    ("SHELL OIL", "TRANSPORTATION_GAS", 44), ("CHEVRON", "TRANSPORTATION_GAS", 47), ("CLIPPER TRANSIT", "TRANSPORTATION_PUBLIC_TRANSIT", 3),
    ("UBER TRIP", "TRANSPORTATION_TAXIS_AND_RIDE_SHARES", 18), ("AMAZON MKTPL", "GENERAL_MERCHANDISE_ONLINE_MARKETPLACES", 35),
    ("TARGET", "GENERAL_MERCHANDISE_SUPERSTORES", 41), ("BEST BUY", "GENERAL_MERCHANDISE_ELECTRONICS", 120), ("CVS PHARMACY", "MEDICAL_PHARMACIES_AND_SUPPLEMENTS", 22),
    ("NETFLIX", "ENTERTAINMENT_TV_AND_MOVIES", 18), ("SPOTIFY", "ENTERTAINMENT_MUSIC_AND_AUDIO", 12), ("COMCAST XFINITY", "RENT_AND_UTILITIES_INTERNET_AND_CABLE", 89),
    ("UNITED AIRLINES", "TRAVEL_FLIGHTS", 340), ("PETCO", "GENERAL_MERCHANDISE_PET_SUPPLIES", 38), ("PLANET FITNESS", "PERSONAL_CARE_GYMS_AND_FITNESS_CENTERS", 25),
)  # fmt: skip
CITIES = ("OAKLAND CA", "SAN FRANCISCO CA", "BROOKLYN NY", "AUSTIN TX", "SEATTLE WA", "PORTLAND OR", "CHICAGO IL", "BOSTON MA", "DENVER CO")
FIRST = "Golden Lucky Corner Union Mission Harbor Maple Sunset Pioneer Grand Little Old Blue Red Iron".upper().split()
SECOND = "Market Bakery Cafe Grill Books Cleaners Hardware Pizza Deli Florist Auto Salon Dental Bar".upper().split()
PREFIXES = ("", "", "", "", "SQ *", "TST* ", "POS DEBIT ", "CHECKCARD ")
PAGE_ROWS = 500
CHECKING, CARD, SAVINGS = "acc-bench-1", "acc-bench-2", "acc-bench-3"
LIMITS = {"groceries": 820, "restaurants": 260, "fast_food": 90, "coffee": 70}
GROUP_LIMITS = {"transport": 270, "health": 180, "shopping": 560, "entertainment": 120}
HISTORY_DAYS = 1096
Limit: TypeAlias = tuple[int | None, str | None, int]  # a category or a group, and whole units a month
ELSEWHERE = ("FARTHING_DATABASE_URL", "FARTHING_OWNER_DATABASE_URL", "FARTHING_VALKEY_URL")


def row(rng: random.Random, number: int, day: dt.date, *, pending: bool = False) -> dict[str, object]:
    """A purchase as Plaid would send it: one in twenty at a shop nobody knows, one in fifty pay; a hundredth are two halves of a transfer."""
    if number % 200 in {0, 1}:
        return _half(number, day)
    shop, code, median = rng.choice(SHOPS)
    if rng.random() < 0.05:
        shop, code = f"{rng.choice(FIRST)} {rng.choice(SECOND)} {rng.randrange(1, 60)}", "GENERAL_MERCHANDISE_OTHER_GENERAL_MERCHANDISE"
    amount = round(max(0.5, median * rng.lognormvariate(0, 0.5)), 2)
    text = f"{rng.choice(PREFIXES)}{shop} #{rng.randrange(1, 9999):04d} {rng.choice(CITIES)}"
    if rng.random() < 0.02:
        text, code, amount = (
            f"ACME CORP PAYROLL PPD ID {rng.randrange(10**9, 10**10)}",
            "INCOME_SALARY",
            -round(2400 * rng.lognormvariate(0, 0.1), 2),
        )
    account = CHECKING if amount < 0 or rng.random() < 0.3 else CARD
    return wire(account, f"txn-{number:010d}-{rng.getrandbits(64):016x}", amount, day, shop.title(), text, code, pending=pending)


def _half(number: int, day: dt.date) -> dict[str, object]:
    """Money that moves from checking to savings, and its other side."""
    amount = 100 + number // 200 % 97 + number // 200 % 89 / 100
    account, amount = (CHECKING, amount) if number % 200 == 0 else (SAVINGS, -amount)
    text = f"ONLINE TRANSFER {'TO' if amount > 0 else 'FROM'} {'SAVINGS' if amount > 0 else 'CHECKING'} REF #{number}"
    code = "TRANSFER_OUT_SAVINGS" if amount > 0 else "TRANSFER_IN_SAVINGS"
    return wire(account, f"txn-{number:010d}-half", amount, day, "Online Transfer", text, code)


def wire(  # noqa: PLR0917 - a row, column by column
    account: str, ref: str, amount: float, day: dt.date, name: str, text: str, code: str, *, pending: bool = False
) -> dict[str, object]:
    """A row as Plaid would send it."""
    return {
        "account_id": account, "transaction_id": ref, "amount": round(amount, 2), "iso_currency_code": "USD",
        "unofficial_currency_code": None, "date": day.isoformat(), "authorized_date": day.isoformat(), "authorized_datetime": None, "datetime": None,
        "pending": pending, "pending_transaction_id": None, "account_owner": None, "payment_channel": "in store", "transaction_code": None,
        "name": name, "merchant_name": name, "original_description": text, "merchant_entity_id": None,
        "personal_finance_category": {"primary": code.split("_", maxsplit=1)[0], "detailed": code, "confidence_level": "HIGH"},
        "location": {}, "payment_meta": {}, "counterparties": [],
    }  # fmt: skip


def days_back(count: int, *, span: int, ending: dt.date) -> list[dt.date]:
    """`count` days, ascending, spread evenly over `span` days that end at `ending`."""
    return [ending - dt.timedelta(days=span - 1 - i * span // count) for i in range(count)]


def pages(rows: list[dict[str, object]]) -> Iterator[bytes]:
    """One sync answer of at most 500 rows each."""
    for start in range(0, len(rows), PAGE_ROWS):
        part = rows[start : start + PAGE_ROWS]
        yield msgspec.json.encode(
            {
                "accounts": _ACCOUNTS, "added": part, "modified": [], "removed": [], "next_cursor": f"cursor-{start}-{rows[0]['transaction_id']}",
                "has_more": False, "transactions_update_status": "HISTORICAL_UPDATE_COMPLETE", "request_id": "bench",
            }
        )  # fmt: skip


_ACCOUNTS = [
    {
        "account_id": ref, "mask": f"{n:04d}", "name": name, "official_name": None, "type": kind, "subtype": subtype,
        "balances": {"available": 100.0, "current": 110.0, "limit": None, "iso_currency_code": "USD", "unofficial_currency_code": None},
    }
    for n, (ref, name, kind, subtype) in enumerate(
        ((CHECKING, "Checking", "depository", "checking"), (CARD, "Card", "credit", "credit card"), (SAVINGS, "Savings", "depository", "savings"))
    )
]  # fmt: skip


class Prepared(Plaid):
    """The real connector, fed prepared bytes in place of the wire: everything from page bytes to commit is measured, the network is not."""

    def __init__(self, http: Http, clock: Clock) -> None:
        super().__init__(http, url="http://127.0.0.1:9", client_id="bench", secret="bench", clock=clock)  # noqa: S106
        self.next_page = b""

    async def _post(self, path: str, body: bytes, *, with_cursor: bool = False) -> bytes:
        del body, with_cursor
        if path == "/accounts/get":
            return msgspec.json.encode({"accounts": _ACCOUNTS, "item": {}, "request_id": "bench"})
        if path == "/item/get":
            return msgspec.json.encode(
                {"item": {"item_id": "bench", "institution_id": "ins_1", "institution_name": "Bench", "error": None}, "status": None}
            )
        return self.next_page


class Stage(msgspec.Struct, frozen=True):
    """A world of its own; `postmaster` for CPU figures."""

    world: World
    bank: Prepared
    postmaster: int | None
    home: Path
    owner_url: str

    async def counted(self) -> None:
        """Let PostgreSQL count what was filled in, as autovacuum does within a minute: nobody lives in a database that is seconds old."""
        conn = await asyncpg.connect(self.owner_url)
        try:
            await conn.execute("vacuum analyze")
        finally:
            await conn.close()


@contextmanager
def _home(kept: Path | None) -> Iterator[Path]:
    """Where the bench lives: a folder that vanishes afterwards, or one that stays for the next run."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="farthing-bench-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@asynccontextmanager
async def stage(*, kept: Path | None = None, **more: str) -> AsyncIterator[Stage]:
    """Engines, schema and keys in a home that vanishes afterwards, or in `kept`; durable, as in production. `more` settings by their variables.

    With FARTHING_DATABASE_URL and FARTHING_VALKEY_URL set those are used: an empty database, whose CPU is then not counted.
    """
    with _home(kept) as home:
        home.chmod(0o711)  # once, before anything runs
        given = {name: os.environ[name] for name in ELSEWHERE if os.environ.get(name)}
        own = {"FARTHING_HOME": str(home), "FARTHING_POSTGRES_MEMORY_MB": "512", "FARTHING_LOG_LEVEL": "error"}
        settings = Settings.read(own | given | more)
        async with Engines.open(settings) as engines:
            await migrate(engines.owner_database_url)
            async with open_world(settings, engines=engines) as world:
                http = Http(["http://127.0.0.1:9"], clock=world.clock)
                bank = Prepared(http, world.clock)
                ready = msgspec.structs.replace(world, providers={"plaid": bank})
                yield Stage(ready, bank, engines.postmaster, home, engines.owner_database_url)


class Tenant(msgspec.Struct, frozen=True):
    """A household of a bench, with one member and one bank link."""

    household_id: HouseholdId
    member_id: MemberId
    connection_id: ConnectionId


async def new_household(world: World, *, token: str = "access-bench", bank: Institution = Institution("ins_1", "Bench")) -> Tenant:  # noqa: S107
    """A household with eight budgets and one linked bank; nobody signs in there, so no password is worked out."""
    now, household_id = world.clock.now(), HouseholdId(new_id())
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.create(unit)
        await households.found(unit, sealer, HouseholdSettings(name="Bench"), at=now)
        person = MemberText("bench@farthing.example", "Bench")
        member_id = await members.join_member(unit, sealer, person, at=now, password_hash="none")  # noqa: S106
    wanted: list[Limit] = [(by_slug(s).category_id, None, limit) for s, limit in LIMITS.items()]
    await put_limits(world, household_id, [*wanted, *((None, group, limit) for group, limit in GROUP_LIMITS.items())])
    return Tenant(household_id, member_id, await new_link(world, household_id, token=token, bank=bank))


async def new_link(world: World, household_id: int, *, token: str, bank: Institution) -> ConnectionId:
    """A bank link as after its exchange."""
    connection_id, now = ConnectionId(new_id()), world.clock.now()
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        await store.create(unit, sealer, connection_id, "plaid", now=now, institution=bank)
        await store.exchanged(unit, sealer, connection_id, token, now=now, institution=bank, accounts=())
    return connection_id


async def put_limits(world: World, household_id: int, wanted: Sequence[Limit]) -> None:
    """Monthly budgets that began a year ago."""
    async with write_desk(world, household_id, SYSTEM) as desk:
        starts = Month.of(desk.today).plus(-12).first
        for category_id, group, limit in wanted:
            budget = Budget(
                budget_id=BudgetId(new_id()), limit_minor=limit * 100, currency="USD", period=Period.MONTH, starts=starts,
                created_at=desk.at, category_id=category_id, group=group,
            )  # fmt: skip
            await write_budget(desk.unit, desk.sealer, budget)


async def count_on(world: World, tenant: Tenant, *, by_a_row: bool = False) -> None:
    """As a change does: what was looked at before is of an older version from now on, and nothing of it at hand.

    `by_a_row`: as a row of today does, which leaves what is made of past months at hand.
    """
    async with write_desk(world, tenant.household_id, SYSTEM) as desk:
        months = [Month.of(desk.today).first] if by_a_row else None
        await bump(desk.unit, desk.household, today=desk.today, months=months)


async def take(stage: Stage, tenant: Tenant, page: bytes) -> Synced:
    """One prepared page through the whole sync."""
    stage.bank.next_page = page
    done = await sync_connection(stage.world, tenant.household_id, tenant.connection_id)
    assert done.error is None, done.error
    return done


async def fill(stage: Stage, tenant: Tenant, count: int, *, ending: dt.date, seed: int = 0, span: int = HISTORY_DAYS) -> None:
    """`count` rows of history, spread over `span` days up to `ending`."""
    rng = random.Random(f"history/{seed}")  # noqa: S311
    rows = [row(rng, i, day) for i, day in enumerate(days_back(count, span=span, ending=ending))]
    for page in pages(rows):
        await take(stage, tenant, page)
