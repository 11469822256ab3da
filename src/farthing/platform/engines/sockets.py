"""Where an engine listens: a socket in a private directory whose path is short enough, or a free loopback port."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import socket
import stat
import tempfile
from pathlib import Path

from farthing.core.errors import NeedsOperator
from farthing.platform.engines.place import Account, own_directory

SOCKET_PORT = 5432  # only the end of the socket's name; each engine has a directory of its own
PATH_BYTES_MAX = 103  # macOS; Linux has 107
LONGEST_NAME = ".s.PGSQL.5432.lock"
# A socket's path is written into addresses and into lists with commas between; a home may have any name.
PLAIN_PATH = re.compile(r"[A-Za-z0-9_./ -]+")


def socket_directory(base: Path, account: Account | None) -> Path | None:
    """`base/run`, or a short private directory in /tmp where that path is too long or too odd; None where neither can hold a socket."""
    owner = account.uid if account else os.geteuid()
    short = Path("/tmp") / f"farthing-{owner}-{hashlib.sha256(str(base).encode()).hexdigest()[:12]}"  # noqa: S108  made 0700, checked below
    for directory in (base / "run", short):
        if len(os.fsencode(directory / LONGEST_NAME)) > PATH_BYTES_MAX or not PLAIN_PATH.fullmatch(str(directory)):
            continue
        with contextlib.suppress(NeedsOperator):
            own_directory(directory, account)
            if _is_private(directory, owner) and _holds_sockets(directory):
                return directory
    return None


def free_port() -> int:
    """A loopback port nobody listens on now; another program may still be faster, so callers try again."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_port_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _is_private(directory: Path, owner: int) -> bool:
    status = directory.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == owner and not status.st_mode & 0o077


def _holds_sockets(directory: Path) -> bool:
    """Some mounted folders (of virtual machines, of Windows) have files but no sockets."""
    probe = Path(tempfile.mktemp(prefix="p", dir=directory))  # noqa: S306  a name in a private directory
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(probe))
    except OSError:
        return False
    finally:
        probe.unlink(missing_ok=True)
    return True
