"""Logs that do not grow for ever: what is too long keeps its end, as one older piece beside it.

Whoever writes there must append, and so goes on at the start of the emptied file.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

LOG_BYTES_MAX = 10_000_000
CATCH_UP_BYTES, CATCH_UPS_MAX = 1 << 16, 1_000  # a program that writes as fast as it can is read faster, and waited for no longer


def is_long(path: Path) -> bool:
    """Whether it is time to trim it."""
    try:
        return path.stat().st_size > LOG_BYTES_MAX
    except FileNotFoundError:
        return False


def trim(path: Path) -> None:
    """Keep the end of a log that is too long as `NAME.log.1`; does nothing to any other."""
    if is_long(path):
        kept = _emptied(path)
        with contextlib.suppress(OSError):  # on a full disk room comes before history
            older = path.with_suffix(".log.1")
            with os.fdopen(os.open(older, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(kept)


def _emptied(path: Path) -> bytes:
    """The last LOG_BYTES_MAX of what it held. What its program writes meanwhile is read too, so that nothing stands between the two."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - LOG_BYTES_MAX, 0))
        parts = [file.read(LOG_BYTES_MAX)]
        while (more := file.read(CATCH_UP_BYTES)) and len(parts) < CATCH_UPS_MAX:
            parts.append(more)
        os.truncate(path, 0)
    return b"".join(parts)[-LOG_BYTES_MAX:]
