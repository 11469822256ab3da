"""`farthing web` as a process of its own over a test's world, and a household with something of everything in it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from farthing.flows.world import World
from farthing.platform.engines.postgres import PostgresEngine
from farthing.platform.engines.valkey import ValkeyEngine
from web.served import free_port
from web.visit import program
from world import Family, found

READY_S = 30


async def database_name(world: World) -> str:
    async with world.db.shared() as conn:
        name: str = await conn.fetchval("select current_database()")
    return name


@contextlib.contextmanager
def web_process(world: World, postgres: PostgresEngine, valkey: ValkeyEngine, *, database: str, port: int = 0) -> Iterator[str]:
    """The address of a web server on the same database, keys and Valkey as the world; on a free port if none is named."""
    port = port or free_port()
    own = {k: v for k, v in os.environ.items() if not k.startswith("FARTHING_")}
    home = world.settings.home
    settings = {
        "FARTHING_HOME": str(home),
        "FARTHING_KEY_FILE": str(home / "keys.json"),
        "FARTHING_DATABASE_URL": urlsplit(postgres.app_url)._replace(path=f"/{database}").geturl(),
        "FARTHING_VALKEY_URL": valkey.url,
        "FARTHING_HOST": "127.0.0.1",
        "FARTHING_PORT": str(port),
    }
    process = subprocess.Popen([sys.executable, "-m", "farthing", "web"], env=own | settings, stdin=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, process)
        yield address
    finally:
        process.kill()
        process.wait(timeout=20)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + READY_S
    while True:
        assert process.poll() is None, "the web server ended"
        assert time.monotonic() < until, "the web server did not begin to answer"
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/healthz", timeout=1):
            return
        time.sleep(0.1)


async def lived_in(world: World) -> tuple[Family, dict[str, list[str]]]:
    """A household that has something of everything, and the ids of it by the name of their parameter."""
    family = await found(world)
    family.bank.has("checking", balance=431862)
    family.bank.has("card", kind="card", balance=-64217)
    await family.bank(
        "2026-11-01 2000.00 PAYROLL ACME x1",
        "2026-11-02 -42.17 GREENGROCER x2",
        "2026-11-03 -250.50 ZORBLAX in card x3",
        "2026-11-12 -30.00 GREENGROCER x4",
        "2026-11-13 -9.99 STREAMER in card x5",
        "2026-11-14 -100.00 TRANSFER TO CARD x6",
        "2026-11-14 100.00 TRANSFER FROM CHECKING in card x7",
    )
    async with program(world, family) as api:

        async def made(path: str, body: Any = None) -> dict[str, Any]:
            answer = await api.post(path, json=body)
            assert answer.status_code < 300, (path, answer.text)
            told: dict[str, Any] = answer.json()
            return told

        wallet = await made("/accounts", {"name": "Wallet", "kind": "cash", "opening_balance": "50.00", "opened_on": "2026-01-01"})
        hand = await made("/transactions", {"account_id": wallet["id"], "date": "2026-11-20", "amount": "-12.50", "merchant": "Market"})
        rows = (await api.get("/transactions")).json()["items"]
        pets = await made("/categories", {"name": "Budgerigars", "group": "pets"})
        limit = await made("/budgets", {"limit": "10.00", "all": True, "from": "2026-10-01"})
        await api.patch(f"/transactions/{rows[0]['id']}", json={"note": "for the garden", "tags": ["home"], "category_id": pets["id"]})
        parts = [{"amount": "-40.00", "category_id": pets["id"]}, {"amount": "-2.17", "category_id": rows[-1]["category"]["id"]}]
        groceries = next(r for r in rows if r["amount"] == "-42.17")
        assert (await api.put(f"/transactions/{groceries['id']}/splits", json={"splits": parts})).status_code == 200
        export = await made("/exports")
        rule = await made("/rules", {"when": "merchant:streamer", "then": {"note": "every month"}})
        series = await made("/recurring", {"transaction_id": rows[-1]["id"], "cadence": "monthly"})
        channel = await made("/channels", {"url": "json://example.org/", "name": "Phone"})
        endpoint = await made("/webhook-endpoints", {"url": "https://example.org/hook"})
        for _ in range(4):
            assert (await api.post(f"/webhook-endpoints/{endpoint['id']}/test")).status_code == 202
        group = await made("/category-groups", {"name": "The boat", "counts_as": "spending"})
        view = await made("/views", {"name": "Large", "query": "over=50"})
        file = {"file": ("a.csv", b"Date,Amount,Payee\n2026-10-01,-5.00,Market\n")}
        dry = await api.post("/imports", files=file, data={"account": wallet["id"]})
        assert dry.status_code == 201, dry.text
        paths = ("/alerts", "/syncs", "/connections", "/accounts", "/categories", "/webhook-deliveries")
        seen = {path: (await api.get(path)).json()["items"] for path in paths}
    return family, {
        "account_id": [a["id"] for a in seen["/accounts"]],
        "transaction_id": [hand["id"], *(r["id"] for r in rows)],
        "category_id": [pets["id"], *(c["id"] for c in seen["/categories"][:3])],
        "budget_id": [limit["id"]],
        "alert_id": [a["id"] for a in seen["/alerts"]],
        "batch_id": [s["id"] for s in seen["/syncs"]],
        "connection_id": [c["id"] for c in seen["/connections"]],
        "channel_id": [channel["id"]],
        "endpoint_id": [endpoint["id"]],
        "delivery_id": [d["id"] for d in seen["/webhook-deliveries"]],
        "export_id": [export["id"]],
        "recurring_id": [series["id"]],
        "rule_id": [rule["id"]],
        "view_id": [view["id"]],
        "group_id": [group["id"]],
        "import_id": [dry.json()["id"]],
    }
