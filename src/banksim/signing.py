"""Webhook signatures: a JWT over the body's hash, ES256, with keys that can be rotated."""

import hashlib
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.jwk import ECKey

from banksim.ids import uuid_of


class SigningKey(msgspec.Struct, frozen=True):
    """`private` is the JWK with its secret part; it never leaves this module and the store."""

    kid: str
    created_at: int
    private: dict[str, Any]
    expired_at: int | None = None

    def public(self) -> dict[str, Any]:
        """The JWK as `/webhook_verification_key/get` shows it."""
        return {
            "alg": "ES256",
            "created_at": self.created_at,
            "crv": "P-256",
            "expired_at": self.expired_at,
            "kid": self.kid,
            "kty": "EC",
            "use": "sig",
            "x": self.private["x"],
            "y": self.private["y"],
        }


def new_key(at_s: int) -> SigningKey:
    private = dict(ECKey.generate_key("P-256", private=True).as_dict(private=True))
    return SigningKey(kid=uuid_of(private["x"], private["y"]), created_at=at_s, private=private)


def signature(body: bytes, key: SigningKey, *, at_s: int) -> str:
    """The `Plaid-Verification` header for this exact body."""
    claims = {"iat": at_s, "request_body_sha256": hashlib.sha256(body).hexdigest()}
    header = {"alg": "ES256", "kid": key.kid, "typ": "JWT"}
    return jwt.encode(header, claims, ECKey.import_key({**key.private}), algorithms=["ES256"])
