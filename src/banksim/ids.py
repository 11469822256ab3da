"""Ids and tokens shaped like Plaid's. With a seed the same calls in the same order give the same ids."""

import hashlib
import secrets
from typing import NewType

ItemId = NewType("ItemId", str)
AccountId = NewType("AccountId", str)
TransactionId = NewType("TransactionId", str)
LinkToken = NewType("LinkToken", str)
PublicToken = NewType("PublicToken", str)
AccessToken = NewType("AccessToken", str)

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OPAQUE_LENGTH = 37


def derive(*parts: object, length: int = _OPAQUE_LENGTH) -> str:
    """A case-sensitive opaque id that depends on nothing but `parts`."""
    left = int.from_bytes(hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=32).digest(), "big")
    out = []
    for _ in range(length):
        left, digit = divmod(left, 62)
        out.append(_ALPHABET[digit])
    return "".join(out)


def uuid_of(*parts: object) -> str:
    text = hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=16).hexdigest()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class Mint:
    """Strikes new ids. `struck` is kept with the state, so a restart never strikes the same id twice."""

    def __init__(self, secret: str | None = None, *, struck: int = 0) -> None:
        self.secret = secret or secrets.token_hex(16)
        self.struck = struck

    def _next(self) -> int:
        self.struck += 1
        return self.struck

    def opaque(self, kind: str) -> str:
        return derive(self.secret, kind, self._next())

    def token(self, kind: str) -> str:
        """`access-sandbox-<uuid>`, `public-sandbox-<uuid>`, `link-sandbox-<uuid>`."""
        return f"{kind}-sandbox-{uuid_of(self.secret, kind, self._next())}"


class RequestIds:
    """15-character request ids; cheap, because every answer has one, and not kept."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._count = 0

    def next(self) -> str:
        self._count += 1
        return derive(self._secret, "request", self._count, length=15)
