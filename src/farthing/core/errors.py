"""One tree of errors, drawn by who must act next; everything that is not in it is a bug and may crash.

FarthingError
├── Rejected      the sender: the input is wrong, and `field` says where
│   └── TooLarge  the sender: more than the stated limit
├── Unauthorized  the sender: who are you?
├── Missing       the sender: no such thing (somebody else's thing answers the same)
├── Conflict      the sender: re-read, then try again
│   └── Stale     an `If-Match` that no longer matches
├── Refused       the owner: allowed to ask, but a rule of the house says no
├── Limited       the sender: too often, wait `retry_after_s`
└── Unavailable   we: try again by ourselves; the page says how fresh the data is
    ├── NeedsOwner    the owner must act at the bank before we can go on
    └── NeedsOperator the operator must act (keys, settings, contract)
"""

from __future__ import annotations


class FarthingError(Exception):
    """An expected failure. `code` is stable and public, `detail` one sentence without secrets."""

    status = 500
    title = "Error"

    def __init__(self, code: str, detail: str = "", *, field: str | None = None) -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail or code.replace("_", " ")
        self.field = field


class Rejected(FarthingError):
    """The input is wrong; `field` names the place."""

    status = 422
    title = "Not acceptable"


class Malformed(Rejected):
    """The bytes are not what the door can read at all (broken JSON, a foreign cursor)."""

    status = 400
    title = "Malformed"


class TooLarge(Rejected):
    """More than the stated limit."""

    status = 413
    title = "Too large"


class Unauthorized(FarthingError):
    """Nobody is signed in, or the token is unknown, expired or revoked."""

    status = 401
    title = "Sign in first"


class Forbidden(FarthingError):
    """Signed in, but this session or token may not do that."""

    status = 403
    title = "Not allowed"


class UnsupportedMedia(Rejected):
    """The body is of a type this address does not read."""

    status = 415
    title = "Unsupported media type"


class Misdirected(FarthingError):
    """Asked by a name that is not this server's."""

    status = 421
    title = "Misdirected request"


class Missing(FarthingError):
    """No such thing in this household."""

    status = 404
    title = "Not found"


class Conflict(FarthingError):
    """The thing changed underneath; re-read and try again."""

    status = 409
    title = "Conflict"


class Stale(Conflict):
    """`If-Match` names a version that is no longer current."""

    status = 412
    title = "Changed meanwhile"


class Refused(FarthingError):
    """Understood and allowed to ask, but a rule of the house says no."""

    status = 409
    title = "Refused"


class Limited(FarthingError):
    """Too often; wait `retry_after_s` seconds."""

    status = 429
    title = "Too many requests"

    def __init__(self, code: str, detail: str = "", *, retry_after_s: int = 60) -> None:
        super().__init__(code, detail)
        self.retry_after_s = retry_after_s


class Unavailable(FarthingError):
    """Something we depend on does not answer; we try again by ourselves."""

    status = 503
    title = "Not available just now"

    def __init__(self, code: str, detail: str = "", *, retry_after_s: int = 2) -> None:
        super().__init__(code, detail)
        self.retry_after_s = retry_after_s


class NeedsOwner(Unavailable):
    """The owner must act at the bank (sign in again, give consent) before we can go on."""


class NeedsOperator(Unavailable):
    """The operator must act: wrong keys, a missing contract, a used-up quota."""


class Disconnected(Unavailable):
    """The bank link is gone for good; its history stays."""
