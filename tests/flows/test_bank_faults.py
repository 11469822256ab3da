"""Whatever the simulator does to a sync, once it is over the ledger says what the bank says: every row once, every sum right."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from farthing.connections.due import Kind
from farthing.core.ids import ConnectionId, TransactionId
from farthing.core.money import decimal_text
from farthing.flows.desk import read_desk
from farthing.flows.disconnect import History, disconnect
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.link import link_returned, link_with_token, start_link
from farthing.flows.list_transactions import list_page
from farthing.flows.show import Shown
from farthing.flows.sync import Synced, sync_connection
from farthing.flows.world import World
from farthing.ledger.reading.rows import Filter
from flows.simulator import Door, Simulator, Worker, linked_world
from world import Family, found

BANK, STUDENT = "ins_127991", "user_student"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sim(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Simulator]:
    async with Simulator(tmp_path_factory.mktemp("banksim")) as sim:
        yield sim


class Linked:
    """A household with one bank of the student's, two years of it read."""

    def __init__(self, world: World, sim: Simulator, family: Family, connection_id: ConnectionId, item_id: str, door: Door) -> None:
        self.world, self.sim, self.family, self.connection_id, self.item_id, self.door = world, sim, family, connection_id, item_id, door

    async def sync(self, *, tries: int = 1) -> Synced:
        return await sync_connection(self.world, self.family.household_id, self.connection_id, tries=tries)

    async def does(self, what: str, /, **body: Any) -> Any:
        return await self.sim.control(f"/items/{self.item_id}{what}", **body)

    async def told(self) -> Counter[tuple[Any, ...]]:
        """The bank's rows: account, day of purchase, amount as we sign it, pending."""
        item = await self.sim.look(f"/items/{self.item_id}")
        masks = {a["account_id"]: a["mask"] for a in item["accounts"]}
        rows = await self.sim.look(f"/items/{self.item_id}/transactions?limit=10000")
        return Counter(
            (masks[r["account_id"]], r["amount"].removeprefix("-") if r["amount"][0] == "-" else f"-{r['amount']}", r["pending"])
            for r in rows
        )

    async def held(self) -> Counter[tuple[Any, ...]]:
        return Counter((s.account.text.mask, decimal_text(s.row.amount, s.row.currency), s.status == "pending") for s in await self.rows())

    async def rows(self, **filters: Any) -> list[Shown]:
        rows: list[Shown] = []
        async with read_desk(self.world, self.family.household_id, self.family.actor) as desk:
            before = None
            while True:
                page = await list_page(desk, Filter(**filters), limit=500, before=before)
                rows += page.rows
                before = page.after
                if before is None:
                    return rows

    async def is_the_banks(self) -> bool:
        """Whether every row, sum and balance is what the bank says."""
        told, held = await self.told(), await self.held()
        assert (told - held, held - told) == (Counter(), Counter())
        item = await self.sim.look(f"/items/{self.item_id}")
        live = [a for a in (await self.family.accounts()).values() if not a.closed_on]
        assert sorted((a.text.mask, decimal_text(a.balance or 0, a.currency)) for a in live) == sorted(
            (a["mask"], a["current"]) for a in item["accounts"]
        )
        return await self.family.is_sound()


@pytest_asyncio.fixture(loop_scope="session")
async def linked(world: World, sim: Simulator) -> AsyncIterator[Linked]:
    await sim.calm()
    async with world.db.shared() as conn:
        await conn.execute("delete from due")
    async with Door() as door, linked_world(world, sim, door) as live:
        family = await found(live)
        async with Worker(live) as worker:
            token = await sim.public_token(bank=BANK, user=STUDENT, webhook=f"{door.url}/webhooks/plaid")
            made = await link_with_token(live, family.household_id, family.actor, "plaid", token)
            await worker.until(Kind.SYNC, made.connection_id)
        item_id = (await sim.look("/items"))[-1]["item_id"]
        linked = Linked(live, sim, family, made.connection_id, item_id, door)
        await linked.sync()
        await linked.does("/stage", stage="historical")
        assert (await linked.sync()).error is None
        yield linked


async def test_two_years_arrive_and_are_the_banks(linked: Linked) -> None:
    assert len(await linked.rows()) > 300
    assert await linked.is_the_banks()


FAULTS = [
    {"kind": "rate_limited"},
    {"kind": "server_error", "status": 500},
    {"kind": "server_error", "status": 503},
    {"kind": "garbage"},
    {"kind": "cut_off"},
    {"kind": "institution_down"},
    {"kind": "item_error", "code": "ITEM_LOGIN_REQUIRED"},
    {"kind": "mutation", "page": 1},
    {"kind": "latency", "seconds": 0.3},
    {"kind": "stale_cursor", "count": 1},
    {"kind": "null_category"},
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: "-".join(str(v) for v in f.values()))
async def test_a_sync_that_meets_a_fault_loses_and_doubles_nothing(linked: Linked, fault: dict[str, Any]) -> None:
    await linked.does("/transactions", transactions=[{"amount": "12.34", "name": "Zorblax"}, {"amount": "12.34", "name": "Zorblax"}])
    await linked.sim.control("/faults", **{"item_id": linked.item_id, **fault})
    await linked.sync()
    assert await linked.family.is_sound()
    await linked.sim.calm()
    assert (await linked.sync()).error is None
    assert await linked.is_the_banks()


async def inject(linked: Linked, **row: Any) -> str:
    told = await linked.does("/transactions", transactions=[{"name": "Zorblax Diner", "amount": "40.00", **row}])
    return str(told[0]["transaction_id"])


async def says(linked: Linked, merchant: str, **wish: Any) -> TransactionId:
    """The owner says something of the only row of this merchant."""
    row = next(s.row for s in await linked.rows() if s.merchant == merchant)
    await edit_transaction(linked.world, linked.family.household_id, linked.family.actor, row.transaction_id, Edit(**wish))
    return row.transaction_id


async def owned(linked: Linked) -> dict[str, int]:
    """Notes of the owner's that stand on living rows, with how often."""
    return Counter(s.row.owner.note for s in await linked.rows() if s.row.owner.note)


@pytest.mark.parametrize("how", ["linked", "unlinked", "late_removed"])
async def test_a_meal_settles_with_its_tip_and_keeps_the_owners_word(linked: Linked, how: str) -> None:
    pending = await inject(linked, pending=True)
    await linked.sync()
    await says(linked, "Zorblax Diner", note="with Ann", category_id=await linked.family.category("restaurants"))
    if how == "late_removed":
        await linked.sim.control("/faults", kind="late_removed", item_id=linked.item_id, count=1)
    await linked.sim.control(f"/transactions/{pending}/settle", amount="47.20", linked=how != "unlinked")
    assert (await linked.sync()).error is None
    assert await linked.is_the_banks()
    assert await owned(linked) == {"with Ann": 1}


@pytest.mark.parametrize("paged", [False, True])
async def test_a_block_of_days_with_new_ids_is_the_same_ledger(linked: Linked, paged: bool) -> None:
    before = await linked.rows()
    row = before[40].row
    await edit_transaction(linked.world, linked.family.household_id, linked.family.actor, row.transaction_id, Edit(note="mine"))
    await linked.does("/churn", since=str(before[-1].row.date), until=str(before[0].row.date))
    if paged:
        await linked.sim.control("/faults", kind="mutation", page=2, count=1, item_id=linked.item_id)
    synced = await linked.sync()
    assert (synced.error, synced.outcome.added) == (None, 0)
    assert await linked.is_the_banks()
    assert [s.row.transaction_id for s in await linked.rows()] == [s.row.transaction_id for s in before]
    assert await owned(linked) == {"mine": 1}


async def test_an_account_that_comes_back_under_another_id_is_the_same_account(linked: Linked) -> None:
    before = await linked.rows()
    await edit_transaction(linked.world, linked.family.household_id, linked.family.actor, before[40].row.transaction_id, Edit(note="mine"))
    await linked.does("/churn-account", account="checking")
    assert (await linked.sync()).error is None
    assert await linked.is_the_banks()
    assert len(await linked.family.accounts()) == 2
    assert await owned(linked) == {"mine": 1}


@pytest.mark.parametrize("ended", ["at the bank", "by its owner"])
async def test_a_bank_linked_again_under_new_ids_is_the_same_bank(linked: Linked, ended: str) -> None:
    before = await linked.rows()
    world, family = linked.world, linked.family
    await edit_transaction(world, family.household_id, family.actor, before[40].row.transaction_id, Edit(note="mine"))
    async with Worker(world) as worker:
        if ended == "at the bank":
            await linked.does("/break")
            assert (await linked.sync()).error == "sign_in"
        else:
            await disconnect(world, family.household_id, family.actor, linked.connection_id, History.KEEP)
            await worker.until(Kind.REMOVE, linked.connection_id)
        linking = await start_link(world, family.household_id, family.actor, "plaid")
        await linked.sim.signs_up(linking.link_url, "checking", "savings", user=STUDENT, bank=BANK)
        made = (await link_returned(world, family.household_id, family.actor, linking.link_session_id)).connection
        assert made is not None
        linked.connection_id = made.connection_id
        linked.item_id = (await linked.sim.look("/items"))[-1]["item_id"]
    await linked.sync()
    assert await family.is_sound()
    await linked.does("/stage", stage="historical")
    assert (await linked.sync()).error is None
    assert await linked.is_the_banks()
    assert len(await family.accounts()) == 2
    assert await owned(linked) == {"mine": 1}
    assert {s.row.transaction_id for s in await linked.rows()} == {s.row.transaction_id for s in before}


async def test_removed_restored_and_changed_rows_follow_the_bank_and_keep_the_owners_word(linked: Linked) -> None:
    ref = await inject(linked)
    await linked.sync()
    await says(linked, "Zorblax Diner", note="ours")
    await linked.sim.control(f"/transactions/{ref}/remove")
    await linked.sync()
    assert await linked.is_the_banks()
    assert await owned(linked) == {}
    await linked.sim.control(f"/transactions/{ref}/restore")
    await linked.sync()
    assert await linked.is_the_banks()
    await linked.sim.control(f"/transactions/{ref}/modify", amount="41.50", name="Zorblax Diner & Bar")
    await linked.sync()
    assert await linked.is_the_banks()
    assert await owned(linked) == {"ours": 1}


WEBHOOKS: list[tuple[dict[str, Any], set[int]]] = [
    ({"kind": "webhook_duplicate", "times": 5}, {200}),
    ({"kind": "webhook_late", "seconds": 0.5}, {200}),
    ({"kind": "webhook_shuffle", "count": 3}, {200}),
    ({"kind": "webhook_lost"}, set()),
    ({"kind": "webhook_bad_signature"}, {401}),
]


@pytest.mark.parametrize(("fault", "answers"), WEBHOOKS, ids=lambda f: f["kind"] if isinstance(f, dict) else "")
async def test_webhooks_in_any_disorder_lead_to_one_ledger(linked: Linked, fault: dict[str, Any], answers: set[int]) -> None:
    linked.door.statuses.clear()
    await linked.sim.control("/faults", item_id=linked.item_id, **fault)
    async with Worker(linked.world, syncs=True):
        refs = [await inject(linked, pending=True, amount=f"{n}.50") for n in range(10, 14)]
        for ref in refs[:2]:
            await linked.sim.control(f"/transactions/{ref}/settle", amount="15.00")
        await linked.sim.control(f"/transactions/{refs[3]}/remove")
        await asyncio.sleep(1)
    assert set(linked.door.statuses) == answers
    assert (await linked.sync()).error is None, "the poll brings what no webhook told of"
    assert await linked.is_the_banks()


async def test_days_go_by_and_the_ledger_follows(linked: Linked) -> None:
    for days in (1, 2, 12, 30):
        await linked.sim.control("/clock", days=days)
        assert (await linked.sync()).error is None
        assert await linked.is_the_banks()
