"""Errors exactly as Plaid words them: clients branch on `error_code`, so codes and types are the contract."""

from typing import Any

_CATALOGUE: dict[str, tuple[str, int, str, str | None]] = {
    # code: (type, HTTP status, message, display message)
    "MISSING_FIELDS": ("INVALID_REQUEST", 400, "the following required fields are missing: {0}", None),
    "UNKNOWN_FIELDS": ("INVALID_REQUEST", 400, "the following fields are not recognized by this endpoint: {0}", None),
    "INVALID_FIELD": ("INVALID_REQUEST", 400, "{0}", None),
    "INVALID_BODY": ("INVALID_REQUEST", 400, "could not parse JSON body", None),
    "NOT_FOUND": ("INVALID_REQUEST", 404, "could not find matching resource for path", None),
    "SANDBOX_ONLY": ("INVALID_REQUEST", 400, "this endpoint is only available in the sandbox", None),
    "INVALID_API_KEYS": ("INVALID_INPUT", 400, "invalid client_id or secret provided", None),
    "UNAUTHORIZED_ENVIRONMENT": ("INVALID_INPUT", 400, "you are not authorized to create items in this api environment", None),
    "INVALID_ACCESS_TOKEN": ("INVALID_INPUT", 400, "provided access token is in an invalid format or does not exist", None),
    "INVALID_PUBLIC_TOKEN": ("INVALID_INPUT", 400, "could not find matching public token", None),
    "INVALID_LINK_TOKEN": ("INVALID_INPUT", 400, "invalid link_token provided", None),
    "INVALID_PRODUCT": ("INVALID_INPUT", 400, "client is not authorized to access the following products: {0}", None),
    "INVALID_ACCOUNT_ID": ("INVALID_INPUT", 400, "one or more of the account IDs provided is invalid", None),
    "INVALID_INSTITUTION": ("INVALID_INPUT", 400, "invalid institution_id provided", None),
    "INVALID_WEBHOOK_VERIFICATION_KEY_ID": ("INVALID_INPUT", 400, "invalid key_id provided", None),
    "INVALID_CREDENTIALS": (
        "ITEM_ERROR",
        400,
        "the credentials were not correct",
        "The provided credentials were not correct. Please try again.",
    ),
    "USER_PERMISSION_REVOKED": (
        "INVALID_INPUT",
        400,
        "the holder of this account has revoked their permission for your application to access it",
        None,
    ),
    "ITEM_LOGIN_REQUIRED": (
        "ITEM_ERROR",
        400,
        (
            "the login details of this item have changed (credentials, MFA, or required user action) and a user login is required to "
            "update this information. use Link's update mode to restore the item to a good state"
        ),
        "The login details have changed. Please sign in again.",
    ),
    "ITEM_NOT_FOUND": ("ITEM_ERROR", 400, "The Item you requested cannot be found. This Item does not exist or has been removed.", None),
    "ITEM_LOCKED": ("ITEM_ERROR", 400, "the account is locked", "Please sign in at your bank to unlock your account."),
    "PASSWORD_RESET_REQUIRED": ("ITEM_ERROR", 400, "the password must be reset at the institution", "Please reset your password."),
    "USER_SETUP_REQUIRED": ("ITEM_ERROR", 400, "the account has not been fully set up", "Please finish the set-up at your bank."),
    "INVALID_UPDATED_USERNAME": ("ITEM_ERROR", 400, "the username was changed and cannot be updated", None),
    "ACCESS_NOT_GRANTED": ("ITEM_ERROR", 400, "access to this product was not granted by the user", None),
    "NO_ACCOUNTS": ("ITEM_ERROR", 400, "there are no valid account(s) associated with this Item", None),
    "PRODUCT_NOT_READY": ("ITEM_ERROR", 400, "the requested product is not yet ready. please provide a webhook or try again later", None),
    "PRODUCTS_NOT_SUPPORTED": ("ITEM_ERROR", 400, "the following products are not supported by this institution: {0}", None),
    "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION": (
        "TRANSACTIONS_ERROR",
        400,
        "Underlying transaction data changed since last page was fetched. Please restart pagination from last update.",
        None,
    ),
    "INSTITUTION_DOWN": (
        "INSTITUTION_ERROR",
        400,
        "this institution is not currently responding to this request. please try again soon",
        "This bank is not responding right now. Please try again later.",
    ),
    "INSTITUTION_NOT_RESPONDING": ("INSTITUTION_ERROR", 400, "this institution is not currently responding to this request", None),
    "INSTITUTION_NO_LONGER_SUPPORTED": ("INSTITUTION_ERROR", 400, "this institution is no longer supported", None),
    "INTERNAL_SERVER_ERROR": ("API_ERROR", 500, "an unexpected error occurred", None),
    "PLANNED_MAINTENANCE": ("API_ERROR", 503, "the Plaid API is temporarily unavailable due to planned maintenance", None),
    "SANDBOX_WEBHOOK_INVALID": ("SANDBOX_ERROR", 400, "the specified webhook could not be fired: {0}", None),
    "SANDBOX_PRODUCT_NOT_ENABLED": ("SANDBOX_ERROR", 400, "the requested product is not enabled for this item: {0}", None),
}
_RATE_LIMITS = {"CREDITS_EXHAUSTED": "you have used all your free credits for this product", "RATE_LIMIT": "rate limit exceeded"}


class PlaidError(Exception):
    """What the client did, or what the bank's state is, that stops this call."""

    def __init__(self, code: str, *details: str, http_status: int | None = None, reason: str | None = None) -> None:
        kind, status, message, display = lookup(code)
        super().__init__(code)
        self.code = code
        self.kind = kind
        self.http_status = http_status or status
        self.message = message.format(*details) if details else message
        self.display = display
        self.reason = reason

    def body(self, request_id: str | None = None) -> dict[str, Any]:
        """The wire form; inside a webhook there is a `status` in place of the request id."""
        out: dict[str, Any] = {
            "display_message": self.display,
            "documentation_url": f"https://plaid.com/docs/?ref=error#{self.kind.lower().replace('_', '-')}-errors",
            "error_code": self.code,
            "error_message": self.message,
            "error_type": self.kind,
            "suggested_action": None,
        }
        if self.reason:
            out["error_code_reason"] = self.reason
        if request_id is None:
            return out | {"status": self.http_status}
        return out | {"request_id": request_id}


def lookup(code: str) -> tuple[str, int, str, str | None]:
    """Type, status, message and display message of a code. Raises KeyError for a code Plaid does not have."""
    if code in _RATE_LIMITS or code.endswith("_LIMIT"):
        return "RATE_LIMIT_EXCEEDED", 429, _RATE_LIMITS.get(code, "rate limit exceeded for attempts to access this endpoint"), None
    return _CATALOGUE[code]


def known(code: str) -> bool:
    return code in _CATALOGUE or code in _RATE_LIMITS or code.endswith("_LIMIT")
