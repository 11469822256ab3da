"""The connector and the simulator over real sockets, with everything that goes wrong at providers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from farthing.connections.model import Fetched, History
from farthing.connections.providers.plaid import Plaid
from farthing.core.dates import Clock
from farthing.core.errors import Disconnected, FarthingError, NeedsOperator, NeedsOwner, Unavailable
from farthing.platform.http import Http
from flows.simulator import GOOD, Simulator

SYNC = "/transactions/sync"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sim(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Simulator]:
    async with Simulator(tmp_path_factory.mktemp("banksim")) as sim:
        yield sim


class Link:
    """One linked item with its whole history ready."""

    def __init__(self, plaid: Plaid, sim: Simulator, token: str, item: str, whole: Fetched) -> None:
        self.plaid, self.sim, self.token, self.item, self.whole = plaid, sim, token, item, whole

    async def fetch(self, cursor: str | None = None) -> Fetched:
        return await self.plaid.fetch(self.token, self.whole.cursor if cursor is None else cursor)

    async def fault(self, kind: str, **more: object) -> None:
        await self.sim.control("/faults", kind=kind, item_id=self.item, **more)

    async def inject(self, *amounts: str, **more: object) -> None:
        rows = [{"amount": a, "name": f"Shop {a}", **more} for a in amounts]
        await self.sim.control(f"/items/{self.item}/transactions", transactions=rows, notify=False)

    async def refusal(self, cursor: str | None = None) -> FarthingError:
        with pytest.raises(FarthingError) as caught:
            await self.fetch(cursor)
        return caught.value


@pytest_asyncio.fixture(loop_scope="session")
async def plaid(sim: Simulator) -> AsyncIterator[Plaid]:
    clock = Clock()
    http = Http([sim.url], clock=clock, deadline_s=5)
    yield Plaid(http, url=sim.url, client_id="client", secret="secret", clock=clock)
    await http.aclose()


@pytest_asyncio.fixture(loop_scope="session")
async def link(sim: Simulator, plaid: Plaid) -> Link:
    await sim.calm()
    exchanged = await plaid.exchange(await sim.public_token(user=GOOD))
    async with asyncio.timeout(20):
        while (whole := await plaid.fetch(exchanged.access_token, "")).history is not History.HISTORICAL:
            await asyncio.sleep(0.05)
    return Link(plaid, sim, exchanged.access_token, exchanged.item_ref, whole)


def said(got: Fetched) -> Counter[tuple[str, int, str, str]]:
    return Counter((x.account_ref, x.amount.minor, str(x.date), x.text) for x in got.upserts)


async def test_two_years_come_whole_and_say_so(link: Link) -> None:
    whole = link.whole
    assert len(whole.upserts) > 500
    assert len(whole.pages) > 1
    assert whole.refused == []
    assert (whole.complete_window, whole.accounts_complete) == (True, True)
    assert {a.kind for a in whole.accounts} == {"checking", "savings", "card"}
    assert all(a.balance is not None and a.balance < 0 for a in whole.accounts if a.kind == "card")
    assert len({x.ref for x in whole.upserts}) == len(whole.upserts)


async def test_nothing_new_is_nothing_and_the_same_again(link: Link) -> None:
    got = await link.fetch()
    assert (got.upserts, got.removed, got.complete_window) == ([], [], False)


async def test_asking_twice_from_one_cursor_gives_the_same(link: Link) -> None:
    await link.inject("10.00", "-3.50")
    first, second = await link.fetch(), await link.fetch()
    assert (first.upserts, first.cursor) == (second.upserts, second.cursor)
    assert sorted(x.amount.minor for x in first.upserts) == [-1000, 350]


@pytest.mark.parametrize("page", [1, 2])
async def test_a_mutation_on_any_page_ends_in_the_same_as_a_clean_run(link: Link, page: int) -> None:
    await link.fault("mutation", page=page, count=1)
    assert said(await link.fetch("")) == said(link.whole)


async def test_a_mutation_without_end_is_given_up(link: Link) -> None:
    await link.fault("mutation", page=2)
    assert (await link.refusal("")).code == "provider_changing"


async def test_a_stale_cursor_ends_in_a_snapshot_of_everything(link: Link) -> None:
    await link.sim.control(f"/items/{link.item}/stale-cursors")
    got = await link.fetch()
    assert (got.resynced, got.complete_window) == (True, True)
    assert said(got) == said(link.whole)


@pytest.mark.parametrize("kind", ["garbage", "cut_off"])
async def test_a_broken_body_on_the_second_page_leaves_nothing(link: Link, kind: str) -> None:
    await link.fault(kind, path=SYNC, count=1)
    assert (await link.refusal("")).code == "provider_garbage"
    assert said(await link.fetch("")) == said(link.whole)


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_server_error_is_for_later(link: Link, status: int) -> None:
    await link.fault("server_error", path=SYNC, status=status, count=1)
    error = await link.refusal()
    assert type(error) is Unavailable
    assert error.code == "provider_down"


@pytest.mark.parametrize(
    ("fault", "kind", "reason"),
    [
        ({"kind": "rate_limited"}, Unavailable, "provider_busy"),
        ({"kind": "rate_limited", "code": "CREDITS_EXHAUSTED"}, NeedsOperator, "provider_quota"),
        ({"kind": "institution_down"}, Unavailable, "bank_down"),
        ({"kind": "institution_down", "code": "INSTITUTION_NOT_RESPONDING"}, Unavailable, "bank_down"),
        ({"kind": "item_error"}, NeedsOwner, "sign_in"),
        ({"kind": "item_error", "code": "ITEM_LOCKED"}, NeedsOwner, "act_at_bank"),
        ({"kind": "item_error", "code": "USER_PERMISSION_REVOKED"}, Disconnected, "revoked"),
    ],
)
async def test_every_trouble_says_who_must_act(link: Link, fault: dict[str, str], kind: type[FarthingError], reason: str) -> None:
    await link.fault(**{"path": SYNC, "count": 1, **fault})
    error = await link.refusal()
    assert (type(error), error.code) == (kind, reason)
    assert (await link.fetch()).upserts == [], "and it passes"


async def test_a_login_that_broke_is_mended_on_the_page(link: Link) -> None:
    await link.sim.control(f"/items/{link.item}/break")
    assert isinstance(await link.refusal(), NeedsOwner)
    ticket = await link.plaid.create_link(user_ref="u", redirect_url="http://127.0.0.1:1/back", webhook_url=None, access_token=link.token)
    await link.sim.signs_up(ticket.link_url, "checking", "savings", "card")
    result = await link.plaid.link_result(ticket.link_token)
    assert (result.state, result.items) == ("done", ())
    assert (await link.fetch()).upserts == []


async def test_a_settlement_names_what_it_replaces_and_takes_it_back(link: Link) -> None:
    await link.inject("50.00", pending=True)
    pending = await link.fetch()
    (row,) = pending.upserts
    await link.sim.control(f"/transactions/{row.ref}/settle", amount="62.00", notify=False)
    settled = await link.fetch(pending.cursor)
    (posted,) = settled.upserts
    assert (posted.pending_ref, posted.amount.minor, posted.pending) == (row.ref, -6200, False)
    assert settled.removed == [(row.account_ref, row.ref)]


async def test_a_removed_link_is_gone(link: Link) -> None:
    await link.plaid.remove(link.token)
    await link.plaid.remove(link.token)
    error = await link.refusal()
    assert (type(error), error.code) == (Disconnected, "gone")


async def test_wrong_keys_are_the_operators_trouble_and_never_the_links(sim: Simulator, link: Link) -> None:
    clock = Clock()
    http = Http([sim.url], clock=clock)
    impostor = Plaid(http, url=sim.url, client_id="client", secret="wrong", clock=clock)
    with pytest.raises(NeedsOperator) as caught:
        await impostor.fetch(link.token, "")
    assert caught.value.code == "provider_keys"
    await http.aclose()


async def test_a_bank_that_hangs_is_given_up_at_the_deadline(link: Link) -> None:
    await link.fault("latency", path=SYNC, seconds=30, count=1)
    impatient = Http([link.sim.url], clock=Clock(), deadline_s=0.5)
    plaid = Plaid(impatient, url=link.sim.url, client_id="client", secret="secret", clock=Clock())
    with pytest.raises(Unavailable) as caught:
        await plaid.fetch(link.token, "")
    assert caught.value.code == "provider_timeout"
    await impatient.aclose()


async def test_webhooks_go_where_we_say(link: Link) -> None:
    await link.plaid.send_webhooks_to(link.token, "http://127.0.0.1:9/webhooks/plaid")
    assert (await link.plaid.describe(link.token)).webhook_url == "http://127.0.0.1:9/webhooks/plaid"


async def test_the_bank_says_how_fresh_it_is(link: Link) -> None:
    described = await link.plaid.describe(link.token)
    assert (described.institution.name, described.item_ref) == ("First Platypus Bank", link.item)
    assert described.data_as_of is not None
