"""Webhooks: written down before they are sent, signed, retried with growing delays, and disturbed on request."""

import asyncio
import secrets
from typing import Any

import aiohttp
import msgspec

from banksim.clock import Clock
from banksim.faults import Faults
from banksim.signing import SigningKey, new_key, signature
from banksim.state import Store

_ANSWER_WITHIN_S = 10.0
_RETRY_FACTOR = 4
_TRIES_MAX = 7
ENVIRONMENT = "sandbox"


class Delivery(msgspec.Struct, frozen=True):
    delivery_id: str
    url: str
    body: str
    tries: int = 0
    delay_s: float = 0.0
    badly_signed: bool = False


class Sender:
    """Owns the deliveries not yet accepted. `sent` keeps the last few, for the control API."""

    def __init__(self, store: Store, faults: Faults, *, retry_s: float) -> None:
        self._store = store
        self._faults = faults
        self._retry_s = retry_s
        self._tasks: set[asyncio.Task[None]] = set()
        self._held_back: list[Delivery] = []
        self._last_turn: dict[str, asyncio.Event] = {}
        self._session: aiohttp.ClientSession | None = None
        self._serial = 0
        self.keys = store.all("signing_key", SigningKey)
        self.keys.sort(key=lambda key: key.expired_at is not None)
        if not self.keys:
            self.rotate()
        self.log: list[dict[str, Any]] = []

    def rotate(self) -> SigningKey:
        """A new key signs from now on; the old ones stay known, marked expired."""
        at = Clock.wall_s()
        retired = [msgspec.structs.replace(key, expired_at=key.expired_at or at) for key in self.keys]
        self.keys = [new_key(at), *retired]
        with self._store.unit():
            for key in self.keys:
                self._store.keep("signing_key", key.kid, key)
        return self.keys[0]

    def key(self, kid: str) -> SigningKey | None:
        return next((key for key in self.keys if key.kid == kid), None)

    def send(self, url: str, body: dict[str, Any], *, item_id: str | None, times: int = 1, late_s: float = 0.0) -> None:
        """Queue a webhook, in the caller's unit of work. Faults set for this item apply here."""
        text = msgspec.json.format(msgspec.json.encode(body), indent=2).decode()
        if self._use("webhook_lost", item_id):
            return
        if duplicate := self._use("webhook_duplicate", item_id):
            times = max(times, duplicate.times)
        if late := self._use("webhook_late", item_id):
            late_s = max(late_s, late.seconds)
        badly = self._use("webhook_bad_signature", item_id) is not None
        hold = self._use("webhook_shuffle", item_id) is not None
        for _ in range(times):
            self._serial += 1
            name = f"{Clock.wall_s()}-{self._serial:08d}-{secrets.token_hex(4)}"
            delivery = Delivery(delivery_id=name, url=url, body=text, delay_s=late_s, badly_signed=badly)
            self._store.keep("delivery", delivery.delivery_id, delivery)
            if hold:
                self._held_back.append(delivery)
            else:
                self._start(delivery)
        if not hold:
            while self._held_back:
                self._start(self._held_back.pop())

    def _use(self, kind: str, item_id: str | None) -> Any:
        if not self._faults:
            return None
        fault = self._faults.find(kind, item_id=item_id)
        if fault is None:
            return None
        left = self._faults.use(fault)
        if left is None:
            self._store.drop("fault", fault.fault_id)
        else:
            self._store.keep("fault", left.fault_id, left)
        return fault

    def resume(self) -> None:
        """Send what an earlier run could not."""
        for delivery in self._store.all("delivery", Delivery):
            self._start(msgspec.structs.replace(delivery, delay_s=0.0))

    def _start(self, delivery: Delivery) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(delivery, self._take_turn(delivery)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _take_turn(self, delivery: Delivery) -> tuple[asyncio.Event | None, asyncio.Event]:
        """First tries to one address go out in order: disorder is a fault to be asked for, not an accident of the machine."""
        mine = asyncio.Event()
        if delivery.delay_s or delivery.tries:
            return None, mine
        before = self._last_turn.get(delivery.url)
        self._last_turn[delivery.url] = mine
        return before, mine

    async def _deliver(self, delivery: Delivery, turn: tuple[asyncio.Event | None, asyncio.Event]) -> None:
        before, mine = turn
        if before is not None:
            await before.wait()
        while delivery.tries < _TRIES_MAX:
            await asyncio.sleep(delivery.delay_s)
            status = await self._try(delivery)
            mine.set()
            self._note(delivery, status)
            if status == 200:
                break
            wait = self._retry_s * _RETRY_FACTOR**delivery.tries
            delivery = msgspec.structs.replace(delivery, tries=delivery.tries + 1, delay_s=wait)
            self._store.keep("delivery", delivery.delivery_id, delivery)
        self._store.drop("delivery", delivery.delivery_id)
        if self._last_turn.get(delivery.url) is mine:
            del self._last_turn[delivery.url]

    async def _try(self, delivery: Delivery) -> int:
        """The receiver's status; 0 when it could not be reached in time."""
        raw = delivery.body.encode()
        at = Clock.wall_s()
        key = new_key(at) if delivery.badly_signed else self.keys[0]
        headers = {"Content-Type": "application/json", "Plaid-Verification": signature(raw, key, at_s=at)}
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_ANSWER_WITHIN_S))
        try:
            async with self._session.post(delivery.url, data=raw, headers=headers, allow_redirects=False) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return 0

    def _note(self, delivery: Delivery, status: int) -> None:
        code = msgspec.json.decode(delivery.body).get("webhook_code")
        self.log.append({"webhook_code": code, "url": delivery.url, "status": status, "try": delivery.tries + 1})
        del self.log[:-200]

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        if self._session is not None:
            await self._session.close()
