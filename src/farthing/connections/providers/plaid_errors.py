"""Plaid's error codes, and who must act next. A table, so that a new code is a new row.

`code` alone decides; messages are for people and may change. A code that is not here is judged by its type and the status.
"""

from __future__ import annotations

import msgspec

from farthing.core.errors import Disconnected, FarthingError, NeedsOperator, NeedsOwner, Rejected, Unavailable

HOUR_S = 3600


class Mutated(Unavailable):
    """The data changed between two pages: begin the loop again."""


class DeadCursor(Unavailable):
    """The stored cursor is no longer one: begin from nothing."""


class WireError(msgspec.Struct):
    error_type: str = ""
    error_code: str = ""
    error_code_reason: str | None = None


class _Rule(msgspec.Struct, frozen=True):
    """Which error of ours, the reason in `connection.status_reason`, and the least wait before another try."""

    error: type[FarthingError]
    reason: str
    wait_s: int = 60


_OWNER, _OPERATOR, _LATER = NeedsOwner, NeedsOperator, Unavailable
_BUSY = _Rule(_LATER, "provider_busy", 60)
_BANK = _Rule(_LATER, "bank_down", 15 * 60)
_DOWN = _Rule(_LATER, "provider_down", 5 * 60)
_KEYS = _Rule(_OPERATOR, "provider_keys", HOUR_S)
_ASKED_WRONG = _Rule(_OPERATOR, "provider_refused", HOUR_S)
_NOT_OFFERED = _Rule(_OPERATOR, "not_offered", 24 * HOUR_S)
_AT_BANK = _Rule(_OWNER, "act_at_bank", 24 * HOUR_S)
_SIGN_IN = _Rule(_OWNER, "sign_in", 24 * HOUR_S)
_REVOKED = _Rule(Disconnected, "revoked", 0)

BY_CODE: dict[str, _Rule] = {
    # ITEM_ERROR
    "ITEM_LOGIN_REQUIRED": _SIGN_IN,
    "ITEM_NOT_FOUND": _Rule(Disconnected, "gone", 0),
    "ITEM_CONCURRENTLY_DELETED": _Rule(Disconnected, "gone", 0),
    "ITEM_LOCKED": _AT_BANK,
    "PASSWORD_RESET_REQUIRED": _AT_BANK,
    "USER_SETUP_REQUIRED": _AT_BANK,
    "USER_INPUT_TIMEOUT": _SIGN_IN,
    "INVALID_CREDENTIALS": _SIGN_IN,
    "INVALID_MFA": _SIGN_IN,
    "INSUFFICIENT_CREDENTIALS": _SIGN_IN,
    "INVALID_UPDATED_USERNAME": _Rule(Disconnected, "link_anew", 0),
    "ACCESS_NOT_GRANTED": _Rule(_OWNER, "consent", 24 * HOUR_S),
    "ADDITIONAL_CONSENT_REQUIRED": _Rule(_OWNER, "consent", 24 * HOUR_S),
    "NO_ACCOUNTS": _Rule(_OWNER, "no_accounts", 24 * HOUR_S),
    "PRODUCT_NOT_READY": _Rule(_LATER, "not_ready", 60),
    "PRODUCTS_NOT_SUPPORTED": _NOT_OFFERED,
    "ITEM_NOT_SUPPORTED": _NOT_OFFERED,
    "MFA_NOT_SUPPORTED": _NOT_OFFERED,
    "PRODUCT_NOT_ENABLED": _NOT_OFFERED,
    # INVALID_INPUT
    "INVALID_ACCESS_TOKEN": _Rule(Disconnected, "gone", 0),
    "INVALID_ACCOUNT_ID": _Rule(_LATER, "accounts_changed", 60),
    "INVALID_API_KEYS": _KEYS,
    "UNAUTHORIZED_ENVIRONMENT": _KEYS,
    "INVALID_PRODUCT": _KEYS,
    "INVALID_PUBLIC_TOKEN": _Rule(Rejected, "link_expired"),
    "INVALID_LINK_TOKEN": _Rule(Rejected, "link_expired"),
    "USER_PERMISSION_REVOKED": _REVOKED,
    # TRANSACTIONS_ERROR
    "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION": _Rule(Mutated, "provider_changing", 60),
    # RATE_LIMIT_EXCEEDED: every code of the type waits, but this one
    "CREDITS_EXHAUSTED": _Rule(_OPERATOR, "provider_quota", 6 * HOUR_S),
    # INSTITUTION_ERROR: every code of the type waits, but these
    "INSTITUTION_NO_LONGER_SUPPORTED": _NOT_OFFERED,
    "UNAUTHORIZED_INSTITUTION": _NOT_OFFERED,
    "INSTITUTION_REGISTRATION_REQUIRED": _NOT_OFFERED,
}
BY_TYPE: dict[str, _Rule] = {
    "RATE_LIMIT_EXCEEDED": _BUSY,
    "INSTITUTION_ERROR": _BANK,
    "API_ERROR": _DOWN,
    "ITEM_ERROR": _Rule(_LATER, "provider_error", 6 * HOUR_S),
    "INVALID_REQUEST": _ASKED_WRONG,
    "INVALID_INPUT": _ASKED_WRONG,
    "SANDBOX_ERROR": _ASKED_WRONG,
}
BY_REASON: dict[str, _Rule] = {
    "OAUTH_CONSENT_EXPIRED": _Rule(_OWNER, "consent", 24 * HOUR_S),
    "OAUTH_USER_REVOKED": _Rule(_OWNER, "consent", 24 * HOUR_S),
}

_decoder = msgspec.json.Decoder(WireError)


def error_of(status: int, body: bytes, *, retry_after_s: int | None = None, with_cursor: bool = False) -> FarthingError:
    """The error of ours that an answer with `status` >= 400 means. `with_cursor`: the request carried a cursor that could be to blame."""
    try:
        wire = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        wire = WireError()
    if wire.error_code == "INVALID_FIELD" and with_cursor:
        return DeadCursor("dead_cursor", "the provider no longer knows where we were")
    rule = (
        BY_REASON.get(wire.error_code_reason or "")
        or BY_CODE.get(wire.error_code)
        or BY_TYPE.get(wire.error_type)
        or (_BUSY if status == 429 else _DOWN if status >= 500 else _ASKED_WRONG)
    )
    detail = f"Plaid answered {status} {_safe(wire.error_code)}".rstrip()
    if issubclass(rule.error, Unavailable):
        return rule.error(rule.reason, detail, retry_after_s=max(rule.wait_s, retry_after_s or 0))
    return rule.error(rule.reason, detail)


def _safe(code: str) -> str:
    """A code as it may stand in a log: Plaid's are capitals and underscores."""
    return code[:60] if code.replace("_", "").isalnum() and code.isascii() else ""
