"""The installation's own key for push services, and bodies for browsers. The encoding is `http_ece`'s, the token `joserfc`'s."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey

from farthing.security.keyring import Finder

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the points of P-256
POINT_BYTES, AUTH_BYTES = 65, 16
RECORD = 4096
BODY_MAX = RECORD - 103  # what fits a single record, which is all that push services carry
GOOD_FOR = dt.timedelta(hours=12)


class PushKey:
    """One an installation, derived from the key that its blind indexes hang on: it lies nowhere by itself, and every process has it."""

    def __init__(self, finder: Finder) -> None:
        scalar = int.from_bytes(finder.key("web push")) % (ORDER - 1) + 1
        self._key = ec.derive_private_key(scalar, ec.SECP256R1())

    def __repr__(self) -> str:
        return "<PushKey>"

    @property
    def public(self) -> str:
        """What a page hands to the browser, which binds the subscription to it."""
        return _text(self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def authorization(self, endpoint: str, *, contact: str, now: dt.datetime) -> str:
        """The header that says who sends to the service of this endpoint."""
        place = urlsplit(endpoint)
        claims = {"aud": f"{place.scheme}://{place.netloc}", "exp": int((now + GOOD_FOR).timestamp()), "sub": contact}
        pem = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        token = jwt.encode({"typ": "JWT", "alg": "ES256"}, claims, ECKey.import_key(pem))
        return f"vapid t={token}, k={self.public}"


def encrypt(body: bytes, *, point: str, auth: str) -> bytes:
    """For the browser that gave `point` (its `p256dh`) and `auth`. A key of its own each time, thrown away afterwards."""
    assert len(body) <= BODY_MAX, "one record"
    once = ec.generate_private_key(ec.SECP256R1())
    sealed: bytes = http_ece.encrypt(body, private_key=once, dh=_bytes(point), auth_secret=_bytes(auth), version="aes128gcm", rs=RECORD)
    return sealed


def is_browser_key(point: str, auth: str) -> bool:
    """Whether they are what a browser gives: a point of the curve, and sixteen bytes."""
    try:
        raw, secret = _bytes(point), _bytes(auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except (ValueError, binascii.Error):
        return False
    return len(raw) == POINT_BYTES and len(secret) == AUTH_BYTES


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
