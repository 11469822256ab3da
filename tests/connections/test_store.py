"""The connection's row: what a sync leaves behind, who may write it, and what nobody without the keys can read."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.connections import sessions, store
from farthing.connections.model import Described, Fetched, History, Institution, OpenConnection, SeenAccount, Status
from farthing.connections.status import SENTENCES, overlap_of, sentence
from farthing.core.errors import Conflict, Disconnected, FarthingError, Missing, NeedsOperator, NeedsOwner, Unavailable
from farthing.core.ids import ConnectionId, HouseholdId, MemberId, new_id
from farthing.ledger.model import BankAccount
from farthing.platform.database import Database
from farthing.security.keyring import WEB_CLASSES, Keyring
from farthing.security.kms import LocalKeys
from farthing.security.sealing import KeyClosed
from houses import NOON, House

HOUR = dt.timedelta(hours=1)
BANK = Institution("ins_109508", "First Platypus Bank", "https://platypus.example")
SEEN = (SeenAccount("Plaid Checking", "0000"), SeenAccount("Plaid Card", "3333"))
TOKEN = "access-sandbox-5cd6e1b1-1b5b-459d-9284-366e2da89755"


async def linked(database: Database, house: House) -> ConnectionId:
    connection_id = ConnectionId(new_id())
    async with database.unit(house.household_id) as unit:
        await store.create(unit, house.sealer, connection_id, "plaid", now=NOON)
        assert await store.exchanged(unit, house.sealer, connection_id, TOKEN, now=NOON, institution=BANK, accounts=SEEN)
    return connection_id


async def lease(database: Database, house: House, connection_id: ConnectionId, now: dt.datetime = NOON) -> OpenConnection:
    async with database.unit(house.household_id) as unit:
        return await store.open_for_sync(unit, house.sealer, connection_id, now)


def fetched(**changes: object) -> Fetched:
    plain: dict[str, object] = {"accounts": [], "upserts": [], "removed": [], "cursor": "c1", "history": History.HISTORICAL, "pages": []}
    return Fetched(**(plain | changes))  # type: ignore[arg-type]


async def write(database: Database, house: House, opened: OpenConnection, got: Fetched, described: Described | None = None) -> None:
    async with database.unit(house.household_id) as unit:
        await store.synced(unit, house.sealer, opened, got, now=NOON, next_sync_at=NOON + HOUR, described=described)


async def look(database: Database, house: House, connection_id: ConnectionId) -> store.Connection:
    async with database.unit(house.household_id) as unit:
        return await store.find(unit, house.sealer, connection_id)


async def test_a_new_link_opens_with_its_token_and_no_cursor(database: Database, house: House) -> None:
    connection_id = await linked(database, house)
    opened = await lease(database, house, connection_id)
    assert (opened.token, opened.cursor, opened.institution, opened.accounts) == (TOKEN, "", BANK, SEEN)
    assert opened.describe_due
    assert TOKEN not in repr(opened)


async def test_the_cursor_of_one_sync_is_where_the_next_begins(database: Database, house: House) -> None:
    connection_id = await linked(database, house)
    await write(database, house, await lease(database, house, connection_id), fetched(cursor="c1"))
    assert (await lease(database, house, connection_id)).cursor == "c1"


async def test_a_worker_that_lost_its_lease_cannot_write(database: Database, house: House) -> None:
    connection_id = await linked(database, house)
    zombie = await lease(database, house, connection_id)
    living = await lease(database, house, connection_id)
    with pytest.raises(Conflict):
        await write(database, house, zombie, fetched(cursor="old"))
    await write(database, house, living, fetched(cursor="new"))
    async with database.unit(house.household_id) as unit:
        assert not await store.failed(unit, connection_id, zombie.fence, Unavailable("bank_down"), now=NOON, next_sync_at=None)
    assert (await lease(database, house, connection_id)).cursor == "new"


async def test_token_cursor_bank_and_accounts_are_nowhere_in_the_clear(database: Database, house: House) -> None:
    connection_id = await linked(database, house)
    await write(database, house, await lease(database, house, connection_id), fetched(cursor="cursor-text"))
    async with database.unit(house.household_id) as unit:
        row = await unit.conn.fetchrow("select * from connection where connection_id = $1", connection_id)
    stored = b"|".join(v if isinstance(v, bytes) else str(v).encode() for v in row.values())
    for secret in (TOKEN, "cursor-text", BANK.name, BANK.ref, "Plaid Checking", "3333"):
        assert secret.encode() not in stored


async def test_a_process_that_shows_pages_cannot_open_the_token(database: Database, house: House, kms: LocalKeys) -> None:
    connection_id = await linked(database, house)
    async with database.unit(house.household_id) as unit:
        web = await Keyring(database, kms, WEB_CLASSES).sealer(unit, house.household_id)
        assert (await store.find(unit, web, connection_id)).institution == BANK
        with pytest.raises(KeyClosed):
            await store.token_of(unit, web, connection_id)


@pytest.mark.parametrize(
    ("error", "status", "again"),
    [
        (Unavailable("bank_down"), Status.DELAYED, True),
        (NeedsOperator("provider_keys"), Status.DELAYED, True),
        (NeedsOwner("sign_in"), Status.SIGN_IN_AGAIN, True),
        (Disconnected("gone"), Status.DISCONNECTED, False),
    ],
)
async def test_a_failure_is_shown_by_who_must_act(
    database: Database, house: House, error: FarthingError, status: Status, again: bool
) -> None:
    connection_id = await linked(database, house)
    opened = await lease(database, house, connection_id)
    next_at = NOON + HOUR if again else None
    async with database.unit(house.household_id) as unit:
        assert await store.failed(unit, connection_id, opened.fence, error, now=NOON, next_sync_at=next_at)
    seen = await look(database, house, connection_id)
    assert (seen.status, seen.status_reason, seen.failing_since, seen.next_sync_at) == (status, error.code, NOON, next_at)
    assert sentence(seen.status_reason) == SENTENCES[error.code]


async def test_failing_since_stays_at_the_first_failure_and_success_clears_it(database: Database, house: House) -> None:
    connection_id = await linked(database, house)
    for hours in range(3):
        opened = await lease(database, house, connection_id)
        async with database.unit(house.household_id) as unit:
            now = NOON + hours * HOUR
            await store.failed(unit, connection_id, opened.fence, Unavailable("bank_down"), now=now, next_sync_at=None)
    assert (await look(database, house, connection_id)).failing_since == NOON
    await write(database, house, await lease(database, house, connection_id), fetched())
    seen = await look(database, house, connection_id)
    assert (seen.status, seen.status_reason, seen.failing_since) == (Status.FINE, "", None)


async def test_a_retry_does_not_hide_that_a_bank_is_delayed(database: Database, house: House) -> None:
    connection_id = await linked(database, house)
    opened = await lease(database, house, connection_id)
    async with database.unit(house.household_id) as unit:
        await store.failed(unit, connection_id, opened.fence, Unavailable("bank_down"), now=NOON, next_sync_at=None)
    await lease(database, house, connection_id)
    assert (await look(database, house, connection_id)).status is Status.DELAYED


async def test_a_history_still_on_its_way_is_not_called_fine(database: Database, house: House) -> None:
    connection_id = await linked(database, house)
    for history, status, reason in (
        (History.NOT_READY, Status.SYNCING, "not_ready"),
        (History.INITIAL, Status.SYNCING, "history_coming"),
        (History.HISTORICAL, Status.FINE, ""),
        (History.INITIAL, Status.FINE, ""),
    ):
        await write(database, house, await lease(database, house, connection_id), fetched(history=history))
        seen = await look(database, house, connection_id)
        assert (seen.status, seen.status_reason) == (status, reason)


async def test_freshness_is_the_banks_word_and_never_our_own_guess(database: Database, house: House) -> None:
    connection_id = await linked(database, house)
    await write(database, house, await lease(database, house, connection_id), fetched())
    assert (await look(database, house, connection_id)).data_as_of is None
    described = Described(item_ref="i", institution=BANK, data_as_of=NOON - HOUR, consent_expires_at=NOON + 90 * 24 * HOUR)
    await write(database, house, await lease(database, house, connection_id), fetched(), described)
    seen = await look(database, house, connection_id)
    assert (seen.data_as_of, seen.consent_expires_at) == (NOON - HOUR, NOON + 90 * 24 * HOUR)
    assert not (await lease(database, house, connection_id)).describe_due
    stale = Described(item_ref="i", institution=BANK, data_as_of=NOON - 72 * HOUR)
    await write(database, house, await lease(database, house, connection_id), fetched(removed=[("a", "t")]), stale)
    assert (await look(database, house, connection_id)).data_as_of == NOON - 72 * HOUR
    await write(database, house, await lease(database, house, connection_id), fetched(removed=[("a", "t")]))
    assert (await look(database, house, connection_id)).data_as_of == NOON
    assert (await lease(database, house, connection_id, NOON + 7 * HOUR)).describe_due


async def test_accounts_as_last_seen_are_kept_for_the_duplicate_check(database: Database, house: House) -> None:
    connection_id = await linked(database, house)
    account = BankAccount(ref="a1", name="Savings", kind="savings", currency="USD", mask="9")
    await write(database, house, await lease(database, house, connection_id), fetched(accounts=[account]))
    assert (await look(database, house, connection_id)).accounts == SEEN, "an incremental sync names only what moved"
    await write(database, house, await lease(database, house, connection_id), fetched(accounts=[account], accounts_complete=True))
    assert (await look(database, house, connection_id)).accounts == (SeenAccount("Savings", "9", "savings", "a1"),)


async def test_what_its_owner_ended_is_never_opened_again(database: Database, house: House) -> None:
    connection_id = await linked(database, house)
    async with database.unit(house.household_id) as unit:
        await store.leaving(unit, connection_id)
        assert (await store.token_of(unit, house.sealer, connection_id))[1] == TOKEN, "a worker still has to end it at the provider"
    with pytest.raises(Disconnected):
        await lease(database, house, connection_id)
    async with database.unit(house.household_id) as unit:
        assert not await store.mended(unit, connection_id, NOON)
        assert await store.disconnect(unit, connection_id, "by_owner")
        with pytest.raises(Disconnected):
            await store.token_of(unit, house.sealer, connection_id)


async def test_what_was_lost_at_the_bank_may_be_tried_again(database: Database, house: House) -> None:
    connection_id = await linked(database, house)
    opened = await lease(database, house, connection_id)
    async with database.unit(house.household_id) as unit:
        await store.failed(unit, connection_id, opened.fence, Disconnected("gone"), now=NOON, next_sync_at=None)
    await write(database, house, await lease(database, house, connection_id), fetched())
    assert (await look(database, house, connection_id)).status is Status.FINE


async def test_another_households_connection_is_missing(database: Database, house: House, other: House) -> None:
    connection_id = await linked(database, house)
    for ask in (look, lease):
        with pytest.raises(Missing):
            await ask(database, other, connection_id)


async def test_a_link_that_never_came_to_be_is_shown_for_a_day(database: Database, house: House) -> None:
    connection_id = ConnectionId(new_id())
    async with database.unit(house.household_id) as unit:
        await store.create(unit, house.sealer, connection_id, "plaid", now=NOON, institution=BANK, accounts=SEEN, refused="duplicate")
        await store.sweep(unit, NOON + 23 * HOUR)
        assert [c.status_reason for c in await store.every(unit, house.sealer)] == ["duplicate"]
        await store.sweep(unit, NOON + 25 * HOUR)
        assert await store.every(unit, house.sealer) == []


async def test_a_bank_is_linked_twice_when_one_of_its_accounts_is(database: Database, house: House) -> None:
    connection_id = await linked(database, house)
    async with database.unit(house.household_id) as unit:
        held = await store.every(unit, house.sealer)
        for accounts, reason in ((SEEN, "duplicate"), (SEEN[:1], "duplicate"), ((*SEEN, SeenAccount("Another", "1")), "overlap")):
            found = overlap_of(BANK.ref, accounts, held)
            assert found is not None
            assert (found.held.connection_id, found.reason) == (connection_id, reason)
        assert overlap_of(BANK.ref, (SeenAccount("Another", "1"),), held) is None
        assert overlap_of("ins_3", SEEN, held) is None
        assert overlap_of("", SEEN, held) is None
        assert overlap_of(BANK.ref, (), held) is None
        await store.disconnect(unit, connection_id, "by_owner")
        assert overlap_of(BANK.ref, SEEN, await store.every(unit, house.sealer)) is None


async def test_a_name_without_a_mask_proves_nothing_alone(database: Database, house: House) -> None:
    connection_id, vague = ConnectionId(new_id()), (SeenAccount("Checking"), SeenAccount("Savings"))
    async with database.unit(house.household_id) as unit:
        await store.create(unit, house.sealer, connection_id, "plaid", now=NOON, institution=BANK, accounts=vague)
        held = await store.every(unit, house.sealer)
        assert overlap_of(BANK.ref, (SeenAccount("Checking"), SeenAccount("Card")), held) is None
        assert overlap_of(BANK.ref, vague, held) is not None


async def test_an_items_webhooks_find_its_connection_until_it_is_disowned(database: Database, house: House, keyring: Keyring) -> None:
    connection_id, finder = await linked(database, house), await keyring.finder()
    async with database.unit(house.household_id) as unit:
        await sessions.own_item(unit, finder, "plaid", "item-1", connection_id)
    async with database.shared() as conn:
        home = await sessions.home_of(conn, finder, "plaid", "item-1")
        assert home is not None
        assert (home.household_id, home.connection_id) == (house.household_id, connection_id)
        assert await sessions.home_of(conn, finder, "teller", "item-1") is None
    async with database.unit(house.household_id) as unit:
        await sessions.disown_items(unit, connection_id)
    async with database.shared() as conn:
        assert await sessions.home_of(conn, finder, "plaid", "item-1") is None


async def test_a_link_page_is_its_households_and_finishes_once(database: Database, house: House, other: House, keyring: Keyring) -> None:
    finder, session_id, connection_id = await keyring.finder(), new_id(), ConnectionId(new_id())
    mine, theirs = HouseholdId(house.household_id), HouseholdId(other.household_id)
    async with database.unit(mine) as unit:
        await sessions.opened(
            unit.conn,
            finder,
            household_id=mine,
            member_id=MemberId(7),
            link_session_id=session_id,
            connection_id=None,
            link_token="link-sandbox-1",
            now=NOON,
            expires_at=NOON + HOUR,
        )
    async with database.shared() as conn:
        by_token = await sessions.by_token(conn, finder, "link-sandbox-1")
        assert by_token is not None
        assert (by_token.household_id, by_token.member_id, by_token.link_session_id) == (mine, 7, session_id)
        with pytest.raises(Missing):
            await sessions.by_id(conn, theirs, session_id)
    async with database.unit(mine) as unit:
        assert await sessions.finished(unit, session_id, connection_id, NOON)
        assert not await sessions.finished(unit, session_id, None, NOON)
        assert (await sessions.by_id(unit.conn, mine, session_id)).connection_id == connection_id


async def test_old_link_pages_are_forgotten(database: Database, house: House, keyring: Keyring) -> None:
    async with database.shared() as conn:
        await conn.execute("delete from link_session")
        await sessions.opened(
            conn,
            await keyring.finder(),
            household_id=HouseholdId(house.household_id),
            member_id=MemberId(1),
            link_session_id=new_id(),
            connection_id=None,
            link_token="link-old",
            now=NOON,
            expires_at=NOON,
        )
        assert await sessions.sweep(conn, NOON + dt.timedelta(days=6)) == 0
        assert await sessions.sweep(conn, NOON + dt.timedelta(days=8)) == 1


def test_every_reason_that_an_error_can_leave_has_a_sentence() -> None:
    from farthing.connections.providers.plaid_errors import BY_CODE, BY_REASON, BY_TYPE

    rules = [*BY_CODE.values(), *BY_TYPE.values(), *BY_REASON.values()]
    assert {r.reason for r in rules} <= set(SENTENCES)
