"""Sealing: what a household's keys do to bytes. Pure, and the only module that knows `cryptography`.

A sealed value is `ver(1) | key_ver(2) | nonce(12) | AES-256-GCM ciphertext | tag(16)`, bound to `class|table|column|household|row`:
moved to another row, column or household it does not open. Row: the value of the table's key after `household_id`; where that has
several columns, their values joined by `/` in the key's order (`split` of 12, part 3: `"12/3"`).
"""

from __future__ import annotations

import enum
import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from farthing.core.errors import NeedsOperator

FORMAT, KEY_BYTES, NONCE_BYTES, KEY_VERSION_MAX = 1, 32, 12, 65_535
HEAD_BYTES = 3 + NONCE_BYTES
OVERHEAD_BYTES = HEAD_BYTES + 16


class KeyClass(enum.IntEnum):
    """What a key may open. Apart, so that a process that shows pages cannot open a bank's token."""

    CONTENT = 1
    TOKEN = 2
    INDEX = 3
    AUDIT = 4


# Every sealed column of the schema and the class of key that seals it; a test holds this against the database's catalogue.
COLUMNS: Mapping[tuple[str, str], KeyClass] = {
    ("household", "sealed"): KeyClass.CONTENT,
    ("member", "sealed"): KeyClass.CONTENT,
    ("api_token_name", "sealed"): KeyClass.CONTENT,
    ("export_part", "sealed"): KeyClass.CONTENT,
    ("saved_view", "sealed"): KeyClass.CONTENT,
    ("audit_event", "sealed"): KeyClass.AUDIT,
    ("idempotency", "sealed"): KeyClass.CONTENT,
    ("connection", "token_sealed"): KeyClass.TOKEN,
    ("connection", "cursor_sealed"): KeyClass.TOKEN,
    ("connection", "sealed"): KeyClass.CONTENT,
    ("due", "input"): KeyClass.CONTENT,
    ("account", "sealed"): KeyClass.CONTENT,
    ("transaction", "sealed"): KeyClass.CONTENT,
    ("transaction", "owner_sealed"): KeyClass.CONTENT,
    ("split", "sealed"): KeyClass.CONTENT,
    ("payee", "sealed"): KeyClass.CONTENT,
    ("tag", "sealed"): KeyClass.CONTENT,
    ("batch", "sealed"): KeyClass.CONTENT,
    ("landed", "sealed"): KeyClass.CONTENT,
    ("change", "sealed"): KeyClass.CONTENT,
    ("pair_decision", "sealed"): KeyClass.CONTENT,
    ("suggestion", "sealed"): KeyClass.CONTENT,
    ("category", "sealed"): KeyClass.CONTENT,
    ("category_group", "sealed"): KeyClass.CONTENT,
    ("rule", "sealed"): KeyClass.CONTENT,
    ("budget", "sealed"): KeyClass.CONTENT,
    ("alert", "sealed"): KeyClass.CONTENT,
    ("recurring", "sealed"): KeyClass.CONTENT,
    ("forecast", "sealed"): KeyClass.CONTENT,
    ("insight", "sealed"): KeyClass.CONTENT,
    ("channel", "sealed"): KeyClass.CONTENT,
    ("webhook_endpoint", "sealed"): KeyClass.CONTENT,
    ("webhook_delivery", "sealed"): KeyClass.CONTENT,
    ("outbox", "sealed"): KeyClass.CONTENT,
}

BESIDE = {("hot", "figures"): KeyClass.CONTENT}  # what is sealed outside of the database

UNREADABLE = "This row cannot be read: its seal is broken; ask the operator"


class SealBroken(NeedsOperator):
    """A sealed value does not open where it stands: corrupted, moved, or sealed by another's key. A bug or an attack, never input.

    What must be right (a write, a bank's token, the audit trail) ends with it; lists go on, see `flows/unreadable.py`.
    """

    def __init__(self, what: str) -> None:
        super().__init__("seal_broken", f"{UNREADABLE} ({what})")


class KeyClosed(Exception):
    """This process does not hold keys of that class. A bug in the composition, never input."""


def new_key() -> bytes:
    """256 random bits."""
    return os.urandom(KEY_BYTES)


def derive(key: bytes, info: str) -> bytes:
    """A 256-bit key for one purpose (HKDF-SHA256)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info.encode()).derive(key)


def seal_with(key: bytes, version: int, plain: bytes, bound: bytes) -> bytes:
    """Seal under a bare key: how keys wrap keys. `bound` must be given again to open."""
    nonce = os.urandom(NONCE_BYTES)
    return b"".join((_head(version), nonce, AESGCM(key).encrypt(nonce, plain, bound)))


def open_with(keys: Mapping[int, bytes], sealed: bytes, bound: bytes) -> bytes:
    """Open what `seal_with` sealed under one of the versioned `keys`; raises SealBroken."""
    key = keys.get(version_of(sealed))
    if key is None:
        raise SealBroken("no key of that version")
    try:
        return AESGCM(key).decrypt(sealed[3:HEAD_BYTES], sealed[HEAD_BYTES:], bound)
    except InvalidTag as error:
        raise SealBroken("does not open") from error


def version_of(sealed: bytes) -> int:
    """The key version a sealed value names; raises SealBroken for what is no sealed value."""
    if len(sealed) < OVERHEAD_BYTES or sealed[0] != FORMAT:
        raise SealBroken("not a sealed value")
    return sealed[1] << 8 | sealed[2]


def _head(version: int) -> bytes:
    assert 1 <= version <= KEY_VERSION_MAX, "key versions fit two bytes"
    return bytes((FORMAT, version >> 8, version & 0xFF))


class ClassKeys(msgspec.Struct, frozen=True):
    """A household's keys of one class: every version that opens, and the one that seals."""

    versions: Mapping[int, bytes]
    current: int


class _Column:
    """The derived keys of one column, and the text its values are bound to."""

    __slots__ = ("aead", "bound", "head", "info", "keys", "opening")

    def __init__(self, keys: ClassKeys, key_class: KeyClass, household_id: int, table: str, column: str) -> None:
        self.keys, self.info = keys.versions, f"{table}|{column}"
        self.bound = f"{key_class.value}|{table}|{column}|{household_id}|"
        self.opening: dict[int, AESGCM] = {}
        self.head, self.aead = _head(keys.current), self.of_version(keys.current)

    def of_version(self, version: int) -> AESGCM:
        aead = self.opening.get(version)
        if aead is None:
            key = self.keys.get(version)
            if key is None:
                raise SealBroken("no key of that version")
            aead = self.opening[version] = AESGCM(derive(key, f"{self.info}|{version}"))
        return aead


class Sealer:
    """The keys of ONE household, of the classes this process may open."""

    __slots__ = ("_columns", "_indexes", "_keys", "household_id")

    def __init__(self, household_id: int, keys: Mapping[KeyClass, ClassKeys]) -> None:
        self.household_id = household_id
        self._keys = keys
        self._columns: dict[tuple[str, str], _Column] = {}
        self._indexes: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"<Sealer of household {self.household_id}: {', '.join(c.name.lower() for c in self._keys)}>"

    def beside(self, household_id: int) -> Sealer:
        """The same keys for rows under another id: hashes are equal, sealed values open only there. For what is never committed."""
        return Sealer(household_id, self._keys)

    def turned(self, kind: type[Sealer]) -> Sealer:
        """The same keys in a sealer that opens otherwise; what was derived of them is shared."""
        other = kind(self.household_id, self._keys)
        other._columns, other._indexes = self._columns, self._indexes
        return other

    def seal(self, table: str, column: str, row: int | str, plain: bytes) -> bytes:
        """`plain`, sealed for that row of that column."""
        place = self._columns.get((table, column)) or self._place(table, column)
        nonce = os.urandom(NONCE_BYTES)
        return place.head + nonce + place.aead.encrypt(nonce, plain, f"{place.bound}{row}".encode())

    def open(self, table: str, column: str, row: int | str, sealed: bytes) -> bytes:
        """What was sealed for that row of that column; raises SealBroken."""
        place = self._columns.get((table, column)) or self._place(table, column)
        aead = place.aead if sealed[:3] == place.head else place.of_version(version_of(sealed))
        try:
            return aead.decrypt(sealed[3:HEAD_BYTES], sealed[HEAD_BYTES:], f"{place.bound}{row}".encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken(f"{table}.{column} of row {row} does not open") from error

    def seal_value(self, table: str, column: str, row: int | str, value: Any) -> bytes:
        """A value as msgpack, sealed. Structs become maps, dates text; instants stay instants."""
        return self.seal(table, column, row, msgspec.msgpack.encode(value))

    def seal_values(self, table: str, column: str, rows: Sequence[int], values: Iterable[Any]) -> list[bytes]:
        """As `seal_value`, for many rows of a column at once."""
        place = self._columns.get((table, column)) or self._place(table, column)
        head, bound, encrypt, encode = place.head, place.bound, place.aead.encrypt, msgspec.msgpack.Encoder().encode
        random = os.urandom(NONCE_BYTES * len(rows))
        sealed = []
        for n, (row, value) in enumerate(zip(rows, values, strict=True)):
            nonce = random[n * NONCE_BYTES : (n + 1) * NONCE_BYTES]
            sealed.append(head + nonce + encrypt(nonce, encode(value), f"{bound}{row}".encode()))
        return sealed

    def open_value(self, table: str, column: str, row: int | str, sealed: bytes | None) -> Any:
        """The value that `seal_value` sealed, None for None; raises SealBroken."""
        return None if sealed is None else msgspec.msgpack.decode(self.open(table, column, row, sealed))

    def index(self, purpose: str, text: bytes) -> bytes:
        """16 bytes that are equal for equal texts of one household and purpose, and say nothing else."""
        blank = self._indexes.get(purpose)
        if blank is None:
            # The oldest version for ever: hashes under another key would no longer meet those that are stored.
            versions = self._of_class(KeyClass.INDEX).versions
            blank = self._indexes[purpose] = blind_index(versions[min(versions)], purpose)
        keyed = blank.copy()
        keyed.update(text)
        digest: bytes = keyed.digest()
        return digest

    def index64(self, purpose: str, text: bytes) -> int:
        """The first 64 bits of `index` as a signed number."""
        return int.from_bytes(self.index(purpose, text)[:8], signed=True)

    def commit(self, text: bytes, *, version: int | None = None) -> tuple[int, bytes]:
        """A keyed commitment (HMAC-SHA256, audit class) to `text`, with the key version it was made under; raises SealBroken."""
        keys = self._of_class(KeyClass.AUDIT)
        version = keys.current if version is None else version
        key = keys.versions.get(version)
        if key is None:
            raise SealBroken("no key of that version")
        return version, hmac.digest(derive(key, f"audit_event|commitment|{version}"), text, "sha256")

    def _of_class(self, key_class: KeyClass) -> ClassKeys:
        keys = self._keys.get(key_class)
        if keys is None:
            raise KeyClosed(f"this process does not hold keys of the {key_class.name.lower()} class")
        return keys

    def _place(self, table: str, column: str) -> _Column:
        key_class = COLUMNS.get((table, column)) or BESIDE[table, column]
        place = _Column(self._of_class(key_class), key_class, self.household_id, table, column)
        self._columns[table, column] = place
        return place


def blind_index(key: bytes, purpose: str) -> Any:
    """A keyed 16-byte hash, ready to be copied and fed."""
    return hashlib.blake2b(key=derive(key, f"index|{purpose}"), digest_size=16)
