"""The simulator's whole state: everything held in memory, written through to the store."""

from collections.abc import Callable
from typing import Any

import msgspec

from banksim import wire
from banksim.clock import Clock
from banksim.errors import PlaidError
from banksim.faults import Fault, Faults
from banksim.ids import AccessToken, ItemId, LinkToken, Mint, PublicToken, RequestIds
from banksim.ledger import Book
from banksim.limits import Limits
from banksim.model import HISTORICAL, INITIAL, Account, Item, LinkIntent, PublicGrant, Row
from banksim.settings import Settings
from banksim.state import Store
from banksim.webhooks import ENVIRONMENT, Sender


class Kept(msgspec.Struct, frozen=True):
    """The few values that belong to the simulator as a whole."""

    secret: str
    struck: int = 0
    clock_shift_s: float = 0.0
    legacy_webhooks: bool = True


def _nobody_watches(item_id: ItemId) -> None:
    """Without a server nothing happens by itself."""
    del item_id


class Bank:
    """Made once at start. Its methods are the only ways to change what the store keeps.

    `watch` is called when an item may need a timer: opened, or downloaded for the first time.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.home)
        kept = self.store.read("kept", "bank", Kept)
        secret = None if settings.seed is None else f"seed-{settings.seed}"
        self.mint = Mint(kept.secret if kept else secret, struck=kept.struck if kept else 0)
        self.clock = Clock(settings.today, shift_s=kept.clock_shift_s if kept else 0.0, zone=settings.zone)
        self.legacy_webhooks = kept.legacy_webhooks if kept else True
        self.request_ids = RequestIds(f"{self.mint.secret}|{self.mint.struck}")
        self.limits = Limits(on=settings.limits_on, scale=settings.limits_scale)
        self.faults = Faults(self.store.all("fault", Fault))
        self.sender = Sender(self.store, self.faults, retry_s=settings.retry_s)
        self.items: dict[ItemId, Item] = {item.item_id: item for item in self.store.all("item", Item)}
        self.by_token: dict[AccessToken, ItemId] = {item.access_token: item.item_id for item in self.items.values()}
        self.gone: set[str] = set(self.store.all("gone", str))
        self.grants: dict[PublicToken, PublicGrant] = {g.public_token: g for g in self.store.all("grant", PublicGrant)}
        self.intents: dict[LinkToken, LinkIntent] = {i.token: i for i in self.store.all("intent", LinkIntent)}
        self.books: dict[ItemId, Book] = {item_id: Book(self.store.lines(item_id, Row)) for item_id in self.items}
        self.watch: Callable[[ItemId], None] = _nobody_watches
        self.cursor_secret = self.mint.secret.encode()
        self.keep_self()

    def keep_self(self) -> None:
        """Also burns a few ids ahead, so that ids struck after the last write are not struck again after a kill."""
        with self.store.unit():
            self.store.keep(
                "kept",
                "bank",
                Kept(
                    secret=self.mint.secret,
                    struck=self.mint.struck,
                    clock_shift_s=self.clock.shift_s,
                    legacy_webhooks=self.legacy_webhooks,
                ),
            )

    def keep_item(self, item: Item) -> Item:
        held = self.items.get(item.item_id)
        if held is not None and held.access_token != item.access_token:
            del self.by_token[held.access_token]
        self.items[item.item_id] = item
        self.by_token[item.access_token] = item.item_id
        self.store.keep("item", item.item_id, item)
        return item

    def change_item(self, item: Item, **changes: Any) -> Item:
        """The item as it is now (not as the caller read it), with `changes`, kept."""
        return self.keep_item(msgspec.structs.replace(self.items[item.item_id], **changes))

    def forget_item(self, item: Item) -> None:
        with self.store.unit():
            self.gone.add(item.access_token)
            self.store.keep("gone", item.access_token, item.access_token)
            self.store.drop("item", item.item_id)
            self.store.drop_lines(item.item_id)
        del self.items[item.item_id]
        del self.by_token[item.access_token]
        del self.books[item.item_id]

    def keep_rows(self, item: Item, rows: list[Row]) -> None:
        self.store.keep_lines(item.item_id, [(row.transaction_id, row) for row in rows])

    def keep_intent(self, intent: LinkIntent) -> LinkIntent:
        self.intents[intent.token] = intent
        self.store.keep("intent", intent.token, intent)
        return intent

    def keep_grant(self, grant: PublicGrant) -> None:
        self.grants[grant.public_token] = grant
        self.store.keep("grant", grant.public_token, grant)

    def keep_fault(self, fault: Fault) -> None:
        self.faults.set(fault)
        self.store.keep("fault", fault.fault_id, fault)

    def use_fault(self, kind: str, *, item_id: str | None, path: str | None = None, page: int | None = None) -> Fault | None:
        """The fault of this kind that applies, used up by one; None when none is set."""
        if not self.faults:
            return None
        fault = self.faults.find(kind, item_id=item_id, path=path, page=page)
        if fault is not None:
            left = self.faults.use(fault)
            if left is None:
                self.store.drop("fault", fault.fault_id)
            elif left is not fault:
                self.store.keep("fault", left.fault_id, left)
        return fault

    def item_of(self, access_token: str, *, client_id: str) -> Item:
        """Raises what Plaid answers for a token it never gave, or whose item is gone."""
        item_id = self.by_token.get(AccessToken(access_token))
        if item_id is None or self.items[item_id].client_id != client_id:
            raise PlaidError("ITEM_NOT_FOUND" if access_token in self.gone else "INVALID_ACCESS_TOKEN")
        return self.items[item_id]

    def account_bodies(self, item: Item, accounts: list[Account] | None = None) -> list[dict[str, Any]]:
        pending: dict[str, int] = {}
        for row in self.books[item.item_id].pending():
            pending[row.account_id] = pending.get(row.account_id, 0) + row.minor
        return [wire.account(held, pending_minor=pending.get(held.account_id, 0)) for held in (accounts or item.accounts)]

    def notify(self, item: Item, kind: str, code: str, *, times: int = 1, late_s: float = 0.0, **extra: Any) -> None:
        """Send an item's webhook, if it has an address."""
        item = self.items[item.item_id]
        if not item.webhook:
            return
        body = {"webhook_type": kind, "webhook_code": code, "item_id": item.item_id, **extra, "environment": ENVIRONMENT}
        self.sender.send(item.webhook, body, item_id=item.item_id, times=times, late_s=late_s)
        self.change_item(item, last_webhook=self.clock.stamp(), last_webhook_code=code)

    def notify_changes(self, item: Item, *, new: int = 0, removed: tuple[str, ...] = (), times: int = 1, late_s: float = 0.0) -> None:
        """Tell that transactions changed: nothing before the client's first sync, as Plaid does."""
        item = self.items[item.item_id]
        if not item.armed or item.error is not None:
            return
        self.notify(
            item,
            "TRANSACTIONS",
            "SYNC_UPDATES_AVAILABLE",
            times=times,
            late_s=late_s,
            initial_update_complete=item.stage >= INITIAL,
            historical_update_complete=item.stage >= HISTORICAL,
        )
        if not self.legacy_webhooks:
            return
        if removed:
            self.notify(item, "TRANSACTIONS", "TRANSACTIONS_REMOVED", removed_transactions=list(removed), error=None)
        if new:
            self.notify(item, "TRANSACTIONS", "DEFAULT_UPDATE", new_transactions=new, error=None)
