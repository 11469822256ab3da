"""Plaid: hosted link, `/transactions/sync`, signed webhooks. Also what the bank simulator speaks.

Source: Plaid's OpenAPI description (version 2020-09-14). Amounts are JSON numbers there and are read as exact decimals.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

import msgspec

from farthing.connections.model import (
    Described,
    Fetched,
    Hint,
    History,
    LinkResult,
    LinkState,
    LinkTicket,
)
from farthing.connections.providers import plaid_wire as wire
from farthing.connections.providers.plaid_errors import DeadCursor, Mutated, error_of
from farthing.connections.providers.plaid_fold import Loop, accounts_of, fold, lines_of, reread
from farthing.connections.providers.plaid_webhook import Webhooks
from farthing.connections.providers.port import Exchanged
from farthing.core.dates import Clock
from farthing.core.errors import Disconnected, Unavailable
from farthing.ledger.model import BankAccount
from farthing.platform.http import Http, decode

COUNT = 500
PAGES_MAX = 400
TRIES_MAX = 4
MUTATION_WAIT_S = 0.25
DAYS = 730
FIRST_READ_S = 25.0
HISTORY = {"INITIAL_UPDATE_COMPLETE": History.INITIAL, "HISTORICAL_UPDATE_COMPLETE": History.HISTORICAL}


class _LinkCreated(msgspec.Struct):
    link_token: str
    expiration: dt.datetime
    hosted_link_url: str


class _Exchanged(msgspec.Struct):
    access_token: str
    item_id: str


class _Code(msgspec.Struct):
    error_code: str = ""


class _Item(msgspec.Struct):
    item_id: str
    institution_id: str | None = None
    institution_name: str | None = None
    consent_expiration_time: dt.datetime | None = None
    error: _Code | None = None
    webhook: str | None = None


class _Moved(msgspec.Struct):
    last_successful_update: dt.datetime | None = None


class _ItemStatus(msgspec.Struct):
    transactions: _Moved | None = None


class _ItemGet(msgspec.Struct):
    item: _Item
    status: _ItemStatus | None = None


class _Accounts(msgspec.Struct):
    accounts: list[wire.WireAccount]


class _Institution(msgspec.Struct):
    institution: wire.WireInstitution


_decoders: dict[type[Any], msgspec.json.Decoder[Any]] = {
    t: msgspec.json.Decoder(t) for t in (_LinkCreated, _Exchanged, _ItemGet, _Accounts, _Institution, wire.WireLinkGet, msgspec.Raw)
}


class Plaid:
    """One Plaid environment. `secret` never leaves the headers of its calls."""

    name = "plaid"

    def __init__(self, http: Http, *, url: str, client_id: str, secret: str, clock: Clock, countries: Sequence[str] = ("US",)) -> None:
        self._http, self._url, self._clock, self._countries = http, url.rstrip("/"), clock, list(countries)
        self._headers = {"PLAID-CLIENT-ID": client_id, "PLAID-SECRET": secret, "Plaid-Version": "2020-09-14"}
        self._webhooks = Webhooks(self._key)

    async def create_link(
        self, *, user_ref: str, redirect_url: str, webhook_url: str | None, access_token: str | None = None
    ) -> LinkTicket:
        """Thirty minutes of a hosted page. A repair names no products: that is what makes it one."""
        body: dict[str, Any] = {
            "client_name": "Farthing",
            "language": "en",
            "country_codes": self._countries,
            "user": {"client_user_id": user_ref},
            "hosted_link": {"completion_redirect_uri": redirect_url, "url_lifetime_seconds": 1800},
        }
        if access_token:
            body |= {"access_token": access_token, "update": {"account_selection_enabled": True}}
        else:
            body |= {"products": ["transactions"], "transactions": {"days_requested": DAYS}}
            if webhook_url:
                body["webhook"] = webhook_url
        created = await self._call("/link/token/create", body, _LinkCreated)
        return LinkTicket(created.link_token, created.hosted_link_url, created.expiration)

    async def link_result(self, link_token: str) -> LinkResult:
        """Every bank chosen over all sessions; a session that ended with none and was not left early was a repair."""
        sessions = (await self._call("/link/token/get", {"link_token": link_token}, wire.WireLinkGet)).link_sessions
        added = [a for s in sessions if s.results for a in s.results.item_add_results]
        ended = [s for s in sessions if s.finished_at]
        left = [s for s in ended if s.exit is not None or s.on_exit is not None]
        state = LinkState.DONE if added or len(ended) > len(left) else LinkState.LEFT if left else LinkState.WAITING
        return LinkResult(state, tuple(wire.item_of(a) for a in added))

    async def exchange(self, public_token: str) -> Exchanged:
        answer = await self._call("/item/public_token/exchange", {"public_token": public_token}, _Exchanged)
        return Exchanged(answer.access_token, answer.item_id)

    async def describe(self, access_token: str) -> Described:
        answer = await self._call("/item/get", {"access_token": access_token}, _ItemGet)
        item = answer.item
        bank = wire.WireInstitution(item.institution_id, item.institution_name)
        if bank.institution_id and not bank.name:
            asked = {"institution_id": bank.institution_id, "country_codes": self._countries}
            bank = (await self._call("/institutions/get_by_id", asked, _Institution)).institution
        moved = answer.status.transactions if answer.status else None
        return Described(
            item_ref=item.item_id,
            institution=wire.institution_of(bank),
            data_as_of=moved.last_successful_update if moved else None,
            consent_expires_at=item.consent_expiration_time,
            error_code=item.error.error_code if item.error else None,
            webhook_url=item.webhook or None,
        )

    async def fetch(self, access_token: str, cursor: str) -> Fetched:
        """As the port says. A dead cursor, or one that mutates for ever on its first page, begins again from nothing."""
        try:
            return await self._folded(access_token, cursor)
        except DeadCursor:
            return await self._folded(access_token, "", resynced=True)

    reread = staticmethod(reread)

    async def balances(self, access_token: str) -> list[BankAccount]:
        answer = await self._call("/accounts/get", {"access_token": access_token}, _Accounts)
        return [wire.account_of(a) for a in answer.accounts]

    async def refresh(self, access_token: str) -> None:
        await self._call("/transactions/refresh", {"access_token": access_token}, msgspec.Raw)

    async def send_webhooks_to(self, access_token: str, webhook_url: str) -> None:
        await self._call("/item/webhook/update", {"access_token": access_token, "webhook": webhook_url}, msgspec.Raw)

    async def remove(self, access_token: str) -> None:
        try:
            await self._call("/item/remove", {"access_token": access_token}, msgspec.Raw)
        except Disconnected:
            return

    async def verify_webhook(self, headers: Sequence[tuple[str, str]], body: bytes, now: dt.datetime) -> Hint:
        return await self._webhooks.verify(headers, body, now)

    async def _folded(self, token: str, cursor: str, *, resynced: bool = False) -> Fetched:
        loop = await self._loop(token, cursor)
        known = dict(loop.accounts)
        whole = not cursor or any(r.account_id not in known for r in loop.rows.values())
        if whole:
            known |= {a.account_id: a for a in (await self._call("/accounts/get", {"access_token": token}, _Accounts)).accounts}
        accounts, units, refused = accounts_of(known, loop.refused)
        lines = lines_of(loop.rows, units, refused, self._clock.now().date())
        history = HISTORY.get(loop.status, History.NOT_READY)
        complete = not cursor and history is History.HISTORICAL and not refused
        return Fetched(
            accounts=accounts,
            upserts=lines,
            removed=[(account, ref) for ref, account in loop.removed.items()],
            cursor=loop.cursor,
            history=history,
            pages=loop.pages,
            complete_window=complete and bool(lines),
            first_day=min((x.posted_date or x.date for x in lines), default=None),
            accounts_complete=whole,
            resynced=resynced,
            refused=refused,
        )

    async def _loop(self, token: str, cursor: str) -> Loop:
        """All pages from `cursor`, beginning again from there when the data moved underneath; raises Unavailable when it will not rest."""
        stuck = 0
        for attempt in range(TRIES_MAX):
            loop = Loop(cursor=cursor)
            try:
                await self._pages(token, loop)
                return loop
            except Mutated:
                stuck += not loop.pages
                await asyncio.sleep(random.uniform(0, MUTATION_WAIT_S * 2**attempt))  # noqa: S311
        if cursor and stuck == TRIES_MAX:
            raise DeadCursor("dead_cursor", "the provider no longer knows where we were")
        raise Unavailable("provider_changing", f"the data kept changing through {TRIES_MAX} tries", retry_after_s=60)

    async def _pages(self, token: str, loop: Loop) -> None:
        for _ in range(PAGES_MAX):
            body = await self._post("/transactions/sync", _sync_request(token, loop.cursor), with_cursor=bool(loop.cursor))
            page, refused = wire.read_page(body)
            loop.pages.append(body)
            loop.refused += refused
            fold(loop, page)
            if not page.has_more:
                return
        raise Unavailable("provider_endless", f"more than {PAGES_MAX} pages in one update", retry_after_s=3600)

    async def _key(self, key_id: str) -> bytes:
        return await self._post("/webhook_verification_key/get", msgspec.json.encode({"key_id": key_id}))

    async def _call(self, path: str, body: dict[str, Any], shape: type[Any]) -> Any:
        return decode(_decoders[shape], await self._post(path, msgspec.json.encode(body)))

    async def _post(self, path: str, body: bytes, *, with_cursor: bool = False) -> bytes:
        answer = await self._http.post_json(self._url + path, body, headers=self._headers, read_s=FIRST_READ_S)
        if answer.status >= 400:
            raise error_of(answer.status, answer.body, retry_after_s=answer.retry_after_s, with_cursor=with_cursor)
        return answer.body


def _sync_request(token: str, cursor: str) -> bytes:
    return msgspec.json.encode(
        {
            "access_token": token,
            "cursor": cursor,
            "count": COUNT,
            "options": {"include_original_description": True, "personal_finance_category_version": "v2"},
        }
    )
