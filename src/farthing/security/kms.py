"""The key service: holds the root keys and lends them out only as `wrap` and `unwrap`.

The port is two calls, so that AWS KMS, Vault or GCP KMS are additions. The local key file is the first service: four 256-bit roots, one a
class, each with versions (the highest wraps, all unwrap). Whoever has this file and the database has everything: back it up, apart.
"""

from __future__ import annotations

import base64
import contextlib
import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import msgspec

from farthing.core.errors import NeedsOperator
from farthing.security.sealing import KEY_BYTES, KeyClass, SealBroken, new_key, open_with, seal_with


class KeyService(Protocol):
    """Wraps data keys. `context` is bound: the same bytes must be given to unwrap."""

    async def wrap(self, key_class: KeyClass, key: bytes, context: bytes) -> bytes:
        """`key`, wrapped under the class's root."""

    async def unwrap(self, key_class: KeyClass, wrapped: bytes, context: bytes) -> bytes:
        """The key inside; raises Unavailable when the service is away, NeedsOperator when it does not know the root."""


class _File(msgspec.Struct, frozen=True):
    """root.json: class name -> version -> 256 bits in base64."""

    format: int
    roots: dict[str, dict[str, str]]


class LocalKeys:
    """The key service of a machine of one's own: a file that only its owner may read."""

    def __init__(self, roots: Mapping[KeyClass, Mapping[int, bytes]]) -> None:
        self._roots = roots

    def __repr__(self) -> str:
        return "<LocalKeys>"

    @classmethod
    def open(cls, path: Path, *, create: bool) -> LocalKeys:
        """Read the key file, or make it where `create` allows. Raises NeedsOperator with what to do."""
        if create and not path.exists():
            _write_new(path)
        return cls(_read(path))

    async def wrap(self, key_class: KeyClass, key: bytes, context: bytes) -> bytes:
        roots = self._roots[key_class]
        newest = max(roots)
        return seal_with(roots[newest], newest, key, _bound(key_class, context))

    async def unwrap(self, key_class: KeyClass, wrapped: bytes, context: bytes) -> bytes:
        try:
            return open_with(self._roots[key_class], wrapped, _bound(key_class, context))
        except SealBroken as error:
            detail = "the key file does not belong to this database: put back the file that was there when the database was made"
            raise NeedsOperator("wrong_key_file", detail) from error


def add_root_version(path: Path, key_class: KeyClass) -> int:
    """Rotate one root: a new version in the file, the old ones stay to unwrap. Returns the new version."""
    roots = {c: dict(v) for c, v in _read(path).items()}
    version = max(roots[key_class]) + 1
    roots[key_class][version] = new_key()
    temporary = _write_beside(path, roots)
    temporary.replace(path)
    return version


def _bound(key_class: KeyClass, context: bytes) -> bytes:
    return b"root|%d|%b" % (key_class.value, context)


def _write_new(path: Path) -> None:
    """Whole or not at all, and never over a file that another process made meanwhile."""
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = _write_beside(path, {c: {1: new_key()} for c in KeyClass})
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    except OSError as error:
        raise NeedsOperator("key_file_unwritable", f"cannot make the key file {path}: {error.strerror}") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _write_beside(path: Path, roots: Mapping[KeyClass, Mapping[int, bytes]]) -> Path:
    """A temporary file (mode 0600 from its first byte) in the same folder, on disk for good."""
    written = {c.name.lower(): {str(v): base64.b64encode(k).decode() for v, k in keys.items()} for c, keys in roots.items()}
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".root-")
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(_File(1, written)), indent=2) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def _read(path: Path) -> dict[KeyClass, dict[int, bytes]]:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o027:
            raise NeedsOperator("key_file_open", f"{path} may be read by others (mode {mode:04o}); run: chmod 600 {path}")
        held = msgspec.json.decode(path.read_bytes(), type=_File)
        roots = {c: {int(v): base64.b64decode(k, validate=True) for v, k in held.roots[c.name.lower()].items()} for c in KeyClass}
    except FileNotFoundError as error:
        raise NeedsOperator(
            "key_file_missing",
            f"there is no key file at {path}, but this database was sealed with one; put it back from your backup or set FARTHING_KEY_FILE",
        ) from error
    except OSError as error:
        raise NeedsOperator("key_file_unreadable", f"cannot read the key file {path}: {error.strerror}") from error
    except (msgspec.DecodeError, KeyError, ValueError) as error:
        raise NeedsOperator("key_file_broken", f"{path} is not a key file (or only part of one); put it back from your backup") from error
    if held.format != 1 or any(not keys or any(len(k) != KEY_BYTES for k in keys.values()) for keys in roots.values()):
        raise NeedsOperator("key_file_broken", f"{path} is not a key file of this version")
    return roots
