"""Cursors: opaque to clients, to us a position in one item's log. Authenticated, so a made-up one is refused, not misread."""

import base64
import binascii
import hashlib

import msgspec

_MAC_BYTES = 9
CHARS_MAX = 256


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """`position` is where the next page begins; `start` what the client had before this loop; `head` where the log stood at its
    first page. `page` is the number of the next page, 0 between loops."""

    item_id: str
    epoch: int
    account_id: str | None
    position: int
    head: int
    page: int
    start: int


_decoder = msgspec.json.Decoder(Cursor)


def seal(cursor: Cursor, secret: bytes) -> str:
    body = msgspec.json.encode(cursor)
    return base64.b64encode(_mac(body, secret) + body).decode()


def open_sealed(text: str, secret: bytes) -> Cursor | None:
    """None for anything we did not write ourselves."""
    if len(text) > CHARS_MAX:
        return None
    try:
        raw = base64.b64decode(text, validate=True)
        mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        return _decoder.decode(body) if mac == _mac(body, secret) else None
    except (binascii.Error, ValueError, msgspec.DecodeError):
        return None


def _mac(body: bytes, secret: bytes) -> bytes:
    return hashlib.blake2b(body, key=secret[:32], digest_size=_MAC_BYTES).digest()
