"""What every aggregator must be able to do. One provider is one file behind this; none has a table of its own.

Errors are decided by the provider, once: `Unavailable` (we try again), `NeedsOwner` (sign in again at the bank), `NeedsOperator` (keys,
contract, quota), `Disconnected` (gone for good), `Rejected` (an input of the owner's is no good).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from farthing.connections.model import Described, Fetched, Hint, LinkResult, LinkTicket
from farthing.ledger.model import BankAccount, StatementLine


class Exchanged(msgspec.Struct, frozen=True):
    """The lasting key to a bank link and the provider's id of it. Never printed."""

    access_token: str
    item_ref: str

    def __repr__(self) -> str:
        return "Exchanged(...)"


class Reader(Protocol):
    """Reads pages that were kept, as the sync of `today` read them; `units` by the provider's account ids. Pure: no token, no network."""

    def __call__(
        self, pages: Sequence[bytes], units: Mapping[str, str], today: dt.date, /
    ) -> tuple[list[StatementLine], list[tuple[str, str]]]: ...


class Provider(Protocol):
    """An aggregator. Only workers call what takes an access token."""

    name: str

    async def create_link(
        self, *, user_ref: str, redirect_url: str, webhook_url: str | None, access_token: str | None = None
    ) -> LinkTicket:
        """A hosted page for a new link, or, with `access_token`, for the repair of one. `user_ref` says nothing about the person."""
        ...

    async def link_result(self, link_token: str) -> LinkResult:
        """What came of the page; needs no access token, so that the duplicate check comes before the exchange."""
        ...

    async def exchange(self, public_token: str) -> Exchanged:
        """The lasting token for the page's short-lived one; raises Rejected when it is spent or unknown."""
        ...

    async def describe(self, access_token: str) -> Described:
        """Who and how fresh, without any transactions."""
        ...

    async def fetch(self, access_token: str, cursor: str) -> Fetched:
        """Everything since `cursor` ("" = from the beginning), all pages or an error: nothing half fetched ever leaves here."""
        ...

    def reread(self, pages: Sequence[bytes], units: Mapping[str, str], today: dt.date) -> tuple[list[StatementLine], list[tuple[str, str]]]:
        """As `Reader` says: the lines of such pages, and (account, id) of what they take back."""
        ...

    async def balances(self, access_token: str) -> list[BankAccount]:
        """Every open account with its last known balance."""
        ...

    async def refresh(self, access_token: str) -> None:
        """Ask the provider to ask the bank now; what it finds comes by webhook and `fetch`."""
        ...

    async def send_webhooks_to(self, access_token: str, webhook_url: str) -> None:
        """From now on, of this link."""
        ...

    async def remove(self, access_token: str) -> None:
        """End the link at the provider; an unknown token is as good as removed."""
        ...

    async def verify_webhook(self, headers: Sequence[tuple[str, str]], body: bytes, now: dt.datetime) -> Hint:
        """The hint in a genuine webhook; raises Unauthorized for any other, TooLarge or Malformed for a genuine unreadable one."""
        ...
