"""Signatures as Stripe's: `t=1764283920,v1=hex`, the HMAC-SHA256 of `t.body` under the endpoint's secret. Pure.

The time is signed along, so that an old request cannot be played again; while a secret is being changed both sign.
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Sequence


def sign(body: bytes, secrets: Sequence[str], at: dt.datetime) -> str:
    """The header's value."""
    stamp = str(int(at.timestamp()))
    signed = stamp.encode() + b"." + body
    return ",".join([f"t={stamp}", *(f"v1={hmac.digest(s.encode(), signed, 'sha256').hex()}" for s in secrets)])
