# ruff: noqa: E501 - tables of made-up rows read better unbroken
"""A bench household: made-up purchases as Plaid-shaped pages, taken in through the real connector and flow from prepared bytes."""

from __future__ import annotations

import datetime as dt
import random
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from farthing.cli.compose import open_world
from farthing.connections import store
from farthing.connections.model import Institution
from farthing.connections.providers.plaid import Plaid
from farthing.core.dates import Clock
from farthing.core.ids import ConnectionId, new_id
from farthing.flows.sign_up import Wish, add_member
from farthing.flows.world import World
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
ACCOUNT = "acc-bench-1"
HISTORY_DAYS = 1096


def row(rng: random.Random, number: int, day: dt.date, *, pending: bool = False) -> dict[str, object]:
    """A purchase as Plaid would send it; one in twenty at a shop nobody knows, one in fifty money in."""
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
    return {
        "account_id": ACCOUNT, "transaction_id": f"txn-{number:010d}-{rng.getrandbits(64):016x}", "amount": amount, "iso_currency_code": "USD",
        "unofficial_currency_code": None, "date": day.isoformat(), "authorized_date": day.isoformat(), "authorized_datetime": None, "datetime": None,
        "pending": pending, "pending_transaction_id": None, "account_owner": None, "payment_channel": "in store", "transaction_code": None,
        "name": shop.title(), "merchant_name": shop.title(), "original_description": text, "merchant_entity_id": None,
        "personal_finance_category": {"primary": code.split("_")[0], "detailed": code, "confidence_level": "HIGH"},
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
                "accounts": [_ACCOUNT], "added": part, "modified": [], "removed": [], "next_cursor": f"cursor-{start}-{rows[0]['transaction_id']}",
                "has_more": False, "transactions_update_status": "HISTORICAL_UPDATE_COMPLETE", "request_id": "bench",
            }
        )  # fmt: skip


_ACCOUNT = {
    "account_id": ACCOUNT, "balances": {"available": 100.0, "current": 110.0, "limit": None, "iso_currency_code": "USD", "unofficial_currency_code": None},
    "mask": "0000", "name": "Checking", "official_name": None, "type": "depository", "subtype": "checking",
}  # fmt: skip


class Prepared(Plaid):
    """The real connector, fed prepared bytes in place of the wire: everything from page bytes to commit is measured, the network is not."""

    def __init__(self, http: Http, clock: Clock) -> None:
        super().__init__(http, url="http://127.0.0.1:9", client_id="bench", secret="bench", clock=clock)  # noqa: S106
        self.next_page = b""

    async def _post(self, path: str, body: bytes, *, with_cursor: bool = False) -> bytes:
        del body, with_cursor
        if path == "/accounts/get":
            return msgspec.json.encode({"accounts": [_ACCOUNT], "item": {}, "request_id": "bench"})
        if path == "/item/get":
            return msgspec.json.encode(
                {"item": {"item_id": "bench", "institution_id": "ins_1", "institution_name": "Bench", "error": None}, "status": None}
            )
        return self.next_page


class Stage(msgspec.Struct, frozen=True):
    """A world of its own in a temporary home; `postmaster` for CPU figures."""

    world: World
    bank: Prepared
    postmaster: int | None
    home: Path


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """Engines, schema and keys that vanish afterwards; durable, as in production. With FARTHING_DATABASE_URL set, that database is used."""
    with tempfile.TemporaryDirectory(prefix="farthing-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o711)  # noqa: ASYNC240 - once, before anything runs
        settings = Settings.read({"FARTHING_HOME": str(home), "FARTHING_POSTGRES_MEMORY_MB": "512", "FARTHING_LOG_LEVEL": "error"})
        async with Engines.open(settings) as engines:
            await migrate(engines.owner_database_url)
            async with open_world(settings, engines=engines) as world:
                http = Http(["http://127.0.0.1:9"], clock=world.clock)
                bank = Prepared(http, world.clock)
                ready = msgspec.structs.replace(world, providers={"plaid": bank})
                yield Stage(ready, bank, engines.postmaster, home)


async def new_household(stage: Stage) -> tuple[int, ConnectionId]:
    """A member's household with one linked bank."""
    world = stage.world
    login = await add_member(world, Wish(email=f"bench{new_id()}@farthing.example", password="a bench needs no secret"))  # noqa: S106
    connection_id, now = ConnectionId(new_id()), world.clock.now()
    async with world.db.unit(login.household_id) as unit:
        sealer = await world.keyring.sealer(unit, login.household_id)
        bank = Institution("ins_1", "Bench")
        await store.create(unit, sealer, connection_id, "plaid", now=now, institution=bank)
        await store.exchanged(unit, sealer, connection_id, "access-bench", now=now, institution=bank, accounts=())
    return login.household_id, connection_id
