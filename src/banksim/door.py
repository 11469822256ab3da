"""From bytes to an endpoint and back: credentials, shape, faults, limits, the item's state; then the call; then the body."""

import asyncio
import re
from typing import Any

import msgspec

from banksim.bank import Bank
from banksim.caller import Caller
from banksim.endpoints.table import Endpoint
from banksim.errors import PlaidError
from banksim.model import Item

_MISSING = re.compile(r"missing required field `(\w+)`")
_UNKNOWN = re.compile(r"unknown field `(\w+)`")
_WHERE = re.compile(r" - at `\$\.?(.*)`$")
_encoder = msgspec.json.Encoder()


class Answer(msgspec.Struct, frozen=True):
    status: int
    body: bytes


class Credentials(msgspec.Struct, frozen=True):
    """From the headers; the body's own win."""

    client_id: str | None
    secret: str | None


class Door:
    """Answers one endpoint. Decoders are made once."""

    def __init__(self, bank: Bank, endpoint: Endpoint) -> None:
        self._bank = bank
        self._endpoint = endpoint
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(endpoint.request)

    async def answer(self, raw: bytes, headers: Credentials) -> Answer:
        bank, path = self._bank, self._endpoint.path
        request_id = bank.request_ids.next()
        item: Item | None = None
        try:
            asked = self._decode(raw)
            client_id = self._client(asked, headers)
            if self._endpoint.of_item:
                item = bank.item_of(asked.access_token, client_id=client_id)
            item_id = item.item_id if item else None
            if bank.faults and (spoiled := await self._spoil(item_id)) is not None:
                return spoiled
            bank.limits.spend(path, client_id=client_id, item_id=item_id)
            if item is not None and self._endpoint.fresh and item.error is not None:
                raise PlaidError(item.error)
            body = self._endpoint.call(Caller(bank=bank, client_id=client_id, held=item), asked)
        except PlaidError as error:
            return Answer(error.http_status, _encoder.encode(error.body(request_id)))
        body["request_id"] = request_id
        return Answer(200, _encoder.encode(body))

    def _decode(self, raw: bytes) -> Any:
        try:
            return self._decoder.decode(raw)
        except msgspec.ValidationError as error:
            raise _shape_error(str(error)) from error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise PlaidError("INVALID_BODY") from error

    def _client(self, asked: Any, headers: Credentials) -> str:
        client_id = asked.client_id or headers.client_id
        secret = asked.secret or headers.secret
        if not client_id or not secret:
            missing = [name for name, value in (("client_id", client_id), ("secret", secret)) if not value]
            raise PlaidError("MISSING_FIELDS", ", ".join(missing))
        allowed = self._bank.settings.credentials
        if allowed and (client_id, secret) not in allowed:
            raise PlaidError("INVALID_API_KEYS")
        return str(client_id)

    async def _spoil(self, item_id: str | None) -> Answer | None:
        """Apply the faults set for this call. Raises Plaid's own errors; returns an answer that is no proper answer at all."""
        bank, path = self._bank, self._endpoint.path
        if latency := bank.use_fault("latency", item_id=item_id, path=path):
            await asyncio.sleep(latency.seconds)
        if bank.use_fault("garbage", item_id=item_id, path=path):
            return Answer(200, b"<html><body>502 Bad Gateway</body></html>")
        if bank.use_fault("cut_off", item_id=item_id, path=path):
            return Answer(200, b'{"accounts":[{"account_id":"')
        if limited := bank.use_fault("rate_limited", item_id=item_id, path=path):
            raise PlaidError(limited.code or "RATE_LIMIT")
        if broken := bank.use_fault("server_error", item_id=item_id, path=path):
            raise PlaidError("INTERNAL_SERVER_ERROR", http_status=broken.status)
        if item_id is None:
            return None
        if self._endpoint.fresh and (down := bank.use_fault("institution_down", item_id=item_id, path=path)):
            raise PlaidError(down.code or "INSTITUTION_DOWN")
        if failed := bank.use_fault("item_error", item_id=item_id, path=path):
            raise PlaidError(failed.code or "ITEM_LOGIN_REQUIRED")
        return None


def _shape_error(text: str) -> PlaidError:
    """msgspec's complaint in Plaid's words."""
    where = _WHERE.search(text)
    prefix = f"{where[1]}." if where and where[1] else ""
    if missing := _MISSING.search(text):
        return PlaidError("MISSING_FIELDS", prefix + missing[1])
    if unknown := _UNKNOWN.search(text):
        return PlaidError("UNKNOWN_FIELDS", prefix + unknown[1])
    if where is None and "Expected `object`" in text:
        return PlaidError("INVALID_BODY")
    return PlaidError("INVALID_FIELD", f"{where[1] if where else 'body'}: {_WHERE.sub('', text)}")
