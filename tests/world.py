"""Fixtures `world`, `household` and `bank`: everything real, on one migrated database a session, with a household a test.

The clock stands at 2026-11-22T09:17Z until a test moves it. Whoever signs in does so with `household.email` and `PASSWORD`.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import msgspec
import pytest
import pytest_asyncio

from engines import migrated_database, url_of
from farthing.connections import store
from farthing.connections.model import Institution
from farthing.core.dates import FixedClock
from farthing.core.ids import BatchId, CategoryId, ConnectionId, HouseholdId, MemberId, new_id, public
from farthing.core.money import decimal_text
from farthing.flows.world import World
from farthing.ledger.accounts import Account, accounts
from farthing.ledger.model import Actor, BankAccount, LineKind
from farthing.people import households, members
from farthing.people.model import MemberText
from farthing.people.model import Settings as HouseholdSettings
from farthing.platform import hot as platform_hot
from farthing.platform.database import Database, Unit
from farthing.platform.engines.postgres import PostgresEngine
from farthing.platform.engines.valkey import ValkeyEngine
from farthing.platform.settings import Settings
from farthing.platform.valkey import bypass, open_valkey
from farthing.security import passwords
from farthing.security.keyring import WORKER_CLASSES, Keyring
from farthing.security.kms import LocalKeys
from farthing.security.sealing import Sealer
from paper_bank import MAIN, PaperBank, account, read

if TYPE_CHECKING:
    from farthing.connections.due import Kind as Work
    from farthing.flows.desk import Desk
    from farthing.flows.take_in import Outcome
    from farthing.notify.alerting import Kind

NOW = dt.datetime(2026, 11, 22, 9, 17, tzinfo=dt.UTC)
TODAY = NOW.date()
PASSWORD = "correct horse battery staple"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world_database(postgres_engine: PostgresEngine) -> AsyncIterator[Database]:
    """A migrated database, opened as the program's own role."""
    async with migrated_database(postgres_engine, "world") as db:
        yield db


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def whole_world(
    world_database: Database, valkey_engine: ValkeyEngine, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """One for the session: database, Valkey, keys, a clock that stands, and the paper bank as the only provider."""
    home = tmp_path_factory.mktemp("home")
    clock = FixedClock(NOW)
    kms = LocalKeys.open(home / "keys.json", create=True)
    valkey = open_valkey(valkey_engine.url)
    yield World(
        settings=Settings.read({"FARTHING_HOME": str(home)}),
        db=world_database,
        keyring=Keyring(world_database, kms, WORKER_CLASSES, clock=clock),
        valkey=valkey,
        clock=clock,
        http=None,
        providers={"paper": PaperBank()},
    )
    await valkey.aclose()


@pytest.fixture
def world(whole_world: World) -> Iterator[World]:
    """The session's world. Its clock is put back at the end of a test, not before the next: a fixture of a whole file, which takes
    `whole_world`, is made before any of a single test.
    """
    assert isinstance(whole_world.clock, FixedClock)
    yield whole_world
    whole_world.clock.at = NOW


@pytest.fixture
def patient_valkey(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Valkey is asked for figures again, whatever the test before did to it, and has all the time that a busy machine needs."""
    monkeypatch.setattr(platform_hot, "BUDGET_S", 30.0)
    monkeypatch.setitem(bypass.__kwdefaults__, "budget_s", 30.0)
    platform_hot._resting.clear()
    yield
    platform_hot._resting.clear()


@pytest_asyncio.fixture(loop_scope="session")
async def superuser(world: World, postgres_engine: PostgresEngine) -> AsyncIterator[asyncpg.Connection]:
    """Whoever can do what a disk, or an operator's mistake, does."""
    async with world.db.lookup() as conn:
        name = await conn.fetchval("select current_database()")
    one = await asyncpg.connect(url_of(postgres_engine.superuser_url, name))
    yield one
    await one.close()


@pytest_asyncio.fixture(loop_scope="session")
async def household(world: World) -> Family:
    """A fresh household in US dollars and UTC, with one member."""
    return await found(world)


@pytest.fixture
def bank(household: Family) -> Bank:
    """The household's bank link; nothing came through it yet."""
    return household.bank


_hash_once: list[str] = []


async def found(world: World, *, currency: str = "USD", zone: str = "UTC") -> Family:
    """A household that exists, with a member who can sign in."""
    if not _hash_once:
        _hash_once.append(await passwords.hash_new(PASSWORD))
    household_id, now = HouseholdId(new_id()), world.clock.now()
    email = f"{secrets.token_hex(6)}@example.org"
    finder = await world.keyring.finder()
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.create(unit)
        await households.found(unit, sealer, HouseholdSettings(name="Test", currency=currency, zone=zone), at=now)
        member_id = await members.join_member(unit, sealer, MemberText(email, "Test"), at=now, password_hash=_hash_once[0])
        assert await members.own_login(unit, finder, email, member_id)
    return Family(world, household_id, member_id, email, currency)


class Family:
    """A household under test: who acts in it, its bank, and its ledger in readable text."""

    def __init__(self, world: World, household_id: HouseholdId, member_id: MemberId, email: str, currency: str) -> None:
        self.world, self.household_id, self.member_id, self.email, self.currency = world, household_id, member_id, email, currency
        self.actor = Actor("session", member_id, 1, "req-test")
        self.bank = Bank(self)

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[tuple[Unit, Sealer]]:
        """A bare unit of the household with its keys."""
        async with self.world.db.unit(self.household_id) as unit:
            yield unit, await self.world.keyring.sealer(unit, self.household_id)

    @asynccontextmanager
    async def desk(self) -> AsyncIterator[Desk]:
        """A unit that writes, under the household lock."""
        from farthing.flows.desk import write_desk

        async with write_desk(self.world, self.household_id, self.actor) as desk:
            yield desk

    async def accounts(self) -> dict[int, Account]:
        async with self.unit() as (unit, sealer):
            return await accounts(unit, sealer)

    async def account_id(self, name: str = MAIN) -> int:
        """The account whose name is that, whatever its case."""
        return next(i for i, a in (await self.accounts()).items() if a.text.name.casefold() == name.casefold())

    async def id_of(self, ref: str, *, account_name: str = MAIN, kind: LineKind = LineKind.BANK) -> int:
        """The transaction beneath which the bank's id stands."""
        account_id = await self.account_id(account_name)
        async with self.unit() as (unit, sealer):
            hashed = sealer.index("line", f"{account_id}|{kind:d}|{ref}".encode())
            found: int | None = await unit.conn.fetchval("select transaction_id from line where ref = $1", UUID(bytes=hashed))
        assert found, f"no line {ref}"
        return found

    async def rows(self, *, void: bool = True, **filters: Any) -> list[str]:
        """The list as people read it, newest first: `2026-02-01 -12.00 Baker groceries`, then what is special about the row."""
        from farthing.flows.desk import read_desk
        from farthing.flows.list_transactions import list_page
        from farthing.ledger.reading.rows import Filter

        states = ("pending", "posted", "void") if void else ("pending", "posted")
        async with read_desk(self.world, self.household_id, self.actor) as desk:
            page = await list_page(desk, Filter(**{"states": states, **filters}), limit=500)
        return [_readable(shown) for shown in page.rows]

    async def guessed(self, slug: str, *refs: str, confidence: int = 620) -> None:
        """These rows are taken for that, with so much confidence (per mille), whatever the decision would say today."""
        from farthing.ledger.label import label
        from farthing.ledger.model import Label, Source

        ids, category = [await self.id_of(ref) for ref in refs], CategoryId(await self.category(slug))
        async with self.unit() as (unit, _):
            await label(unit, at=self.world.clock.now(), labels=dict.fromkeys(ids, Label(category, Source.PHRASE, confidence)))

    async def looked_at(self) -> None:
        """The owner has looked at every row, so that none waits in Review."""
        from farthing.flows.bulk import edit_many
        from farthing.flows.edit import Edit
        from farthing.ledger.reading.rows import Filter

        await edit_many(self.world, self.household_id, self.actor, Edit(reviewed=True), wanted=Filter())

    async def spent(self, month: str) -> dict[str, str]:
        """Category slug -> in + out of a month in the household's unit, from the month sums; zero ones left out."""
        from farthing.core.dates import Month
        from farthing.flows.desk import read_desk
        from farthing.ledger.reading.sums import sums

        found: dict[str, int] = {}
        async with read_desk(self.world, self.household_id, self.actor) as desk:
            for row in await sums(desk.unit, Month.parse(month), Month.parse(month)):
                slug = desk.categories.of(row.category_id).slug
                found[slug] = found.get(slug, 0) + (row.home_in or 0) + (row.home_out or 0)
        return {slug: decimal_text(minor, self.currency) for slug, minor in sorted(found.items()) if minor}

    async def category(self, slug: str) -> int:
        """The id of a category by its slug (or its name, for own ones)."""
        from farthing.flows.desk import read_desk

        async with read_desk(self.world, self.household_id, self.actor) as desk:
            return next(int(c.category_id) for c in desk.categories.every if slug in {c.slug, c.name})

    async def public_category(self, slug: str) -> str:
        """The same as addresses and forms have it."""
        return public("cat", await self.category(slug), household=self.household_id)

    async def group(self, name: str) -> str:
        """The slug of the household's own group of that name."""
        from farthing.flows.desk import read_desk

        async with read_desk(self.world, self.household_id, self.actor) as desk:
            return next(g.slug for g in desk.categories.every_group if g.own and g.name == name)

    async def alerts(self, *kinds: Kind) -> list[str]:
        """Alerts in words, of these kinds if any is named, newest first; one that stands no longer, as its correction."""
        from farthing.flows.desk import read_desk
        from farthing.flows.read_alerts import tellers_of
        from farthing.flows.say_alert import corrected, spoken
        from farthing.notify.alerting import alerts

        async with read_desk(self.world, self.household_id, self.actor) as desk:
            tellers = await tellers_of(desk)
            found = await alerts(desk.unit, desk.sealer, kinds=kinds or None)
        return [corrected(a, tellers) if a.withdrawn_at else spoken(a, tellers).text for a in found]

    async def wishes(self, work: Work) -> int:
        """How many wishes for work of that kind wait for a worker."""
        async with self.unit() as (unit, _):
            text = "select count(*) from due where household_id = $1 and kind = $2"
            found: int = await unit.conn.fetchval(text, self.household_id, work.value)
        return found

    async def is_sound(self) -> bool:
        """Whether every sum, split, line and pair is what it should be; fails with the sentences that say what is not."""
        from farthing.flows.verify_ledger import verify_ledger

        books = await verify_ledger(self.world, self.household_id)
        assert not books.wrong, [fault.what for _, fault in books.wrong]
        return True


def _readable(shown: Any) -> str:
    row = shown.row
    flags = [
        shown.status if shown.status != "posted" else "",
        "hidden" if row.hidden else "",
        "transfer" if shown.transfer_id else "",
        "/".join(f"{decimal_text(p.amount, row.currency)} {c.slug}" for p, c in shown.parts),
        " ".join(f"#{t}" for t in shown.tags),
        f"“{row.owner.note}”" if row.owner.note else "",
    ]
    money = decimal_text(row.amount, row.currency) + ("" if row.currency == "USD" else row.currency)
    return " ".join([str(row.date), money, shown.merchant, shown.category.slug, *filter(None, flags)])


class Bank:
    """A household's link to the paper bank (see paper_bank.py for what lines look like). Every call is one real sync or import."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self.token = f"paper-{family.household_id}"
        self.connection_id = ConnectionId(0)
        self.accounts: dict[str, BankAccount] = {}

    def has(self, ref: str = MAIN, **more: Any) -> None:
        """The bank lists an account from now on: `bank.has("card", balance=-12345)`."""
        self.accounts[ref] = account(ref, **{"currency": self.family.currency, **more})

    async def __call__(self, *texts: str, since: str | None = None) -> Outcome:
        """One sync that brings these lines."""
        from farthing.flows.sync import sync_connection

        paper = read(texts, unit=self.family.currency)
        for ref in [*(x.account_ref for x in paper.lines), MAIN]:
            if ref not in self.accounts:
                self.has(ref)
        await self.link()
        day = dt.date.fromisoformat(since) if since else None
        self.teller.write(self.token, paper, self.accounts.values(), since=day)
        synced = await sync_connection(self.family.world, self.family.household_id, self.connection_id)
        assert synced.error is None, synced.error
        return synced.outcome

    @property
    def teller(self) -> PaperBank:
        teller: PaperBank = self.family.world.providers["paper"]
        return teller

    async def link(self) -> ConnectionId:
        """The connection, made when first asked for."""
        if not self.connection_id:
            self.connection_id = ConnectionId(new_id())
            institution, now = Institution("paper", "Paper Bank"), self.family.world.clock.now()
            async with self.family.unit() as (unit, sealer):
                await store.create(unit, sealer, self.connection_id, "paper", now=now, institution=institution)
                await store.exchanged(unit, sealer, self.connection_id, self.token, now=now, institution=institution, accounts=())
        return self.connection_id

    async def file(self, *texts: str, account_name: str = MAIN) -> tuple[BatchId, Outcome]:
        """One import of a file with these rows into an account that exists; rows need no id."""
        return await self._take(LineKind.FILE, texts, account_name)

    async def _take(self, kind: LineKind, texts: Sequence[str], account_name: str) -> tuple[BatchId, Outcome]:
        from farthing.flows.take_in import Intake, close, take_in
        from farthing.ingest.batches.batch import BatchRow, BatchState, new_batch_id
        from farthing.ledger.model import BatchKind

        async with self.family.desk() as desk:
            held = await accounts(desk.unit, desk.sealer)
            account_id = next(i for i, a in held.items() if a.text.name.casefold() == account_name.casefold())
            batch = BatchRow(
                batch_id=new_batch_id(), kind=BatchKind.IMPORT, state=BatchState.DONE, started_at=desk.at, account_id=account_id,
                member_id=self.family.member_id,
            )  # fmt: skip
            intake = Intake(
                kind=kind,
                lines=read(texts, unit=self.family.currency).lines,
                placed={MAIN: held[account_id].account_id, account_name: held[account_id].account_id},
                accounts=held,
                pages=[msgspec.json.encode(read(texts, unit=self.family.currency))],
                form="paper",
            )
            outcome = await take_in(desk, intake, batch)
            await close(desk, outcome, batch, kind="import.committed")
        return BatchId(batch.batch_id), outcome


async def said(families: Iterable[Family]) -> list[list[str]]:
    """The ledgers of several households, to compare them."""
    return [await f.rows() for f in families]
