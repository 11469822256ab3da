"""The keyring of a process: which households' keys it holds just now, and which classes it may hold at all.

root (key service) -> 256 branch keys a class -> one key a household and class. Branch keys are kept for an hour, so the key service is
rarely asked and may be away that long; household keys for five minutes, so an erased household is soon unreadable everywhere.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from farthing.core.dates import Clock
from farthing.core.errors import Missing, NeedsOperator
from farthing.platform import sql
from farthing.platform.database import Database, Unit
from farthing.security.kms import KeyService, LocalKeys
from farthing.security.sealing import (
    ClassKeys,
    KeyClass,
    KeyClosed,
    Sealer,
    blind_index,
    derive,
    new_key,
    open_with,
    seal_with,
)

WEB_CLASSES = frozenset({KeyClass.CONTENT, KeyClass.INDEX, KeyClass.AUDIT})
WORKER_CLASSES = frozenset(KeyClass)
BRANCHES = 256
HOUSEHOLDS_MAX = 10_000
HOUSEHOLD_KEPT_S = 300.0
BRANCH_KEPT_S = 3600.0
# A new key seals only when every process must have it: none serves from a copy older than HOUSEHOLD_KEPT_S.
SETTLE = dt.timedelta(seconds=2 * HOUSEHOLD_KEPT_S)
ROTATED = (KeyClass.CONTENT, KeyClass.TOKEN, KeyClass.AUDIT)

queries = sql.load("farthing.security")


class Finder:
    """Blind indexes that are asked before a household is known: e-mails, items, link tokens."""

    __slots__ = ("_blank", "_key")

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._blank: dict[str, Any] = {}

    def index(self, purpose: str, text: bytes) -> bytes:
        """16 bytes, the same for the same text and purpose in every process of this installation."""
        blank = self._blank.get(purpose)
        if blank is None:
            blank = self._blank[purpose] = blind_index(self._key, purpose)
        keyed = blank.copy()
        keyed.update(text)
        digest: bytes = keyed.digest()
        return digest

    def key(self, purpose: str) -> bytes:
        """A signing key of the installation for one purpose (receipts, mailed links)."""
        return derive(self._key, f"key|{purpose}")


class ClassStatus(msgspec.Struct, frozen=True):
    """The branch keys of a class: how many, the newest version, and since when the oldest newest one is in use."""

    key_class: KeyClass
    branches: int
    version: int
    oldest: dt.datetime


class _Kept(msgspec.Struct, frozen=True):
    value: Any
    until_s: float


class Keyring:
    """Opens households' keys. One a process; `classes` is what the process may see."""

    def __init__(self, db: Database, kms: KeyService, classes: Iterable[KeyClass], *, clock: Clock | None = None) -> None:
        self._db, self._kms, self._classes = db, kms, frozenset(classes)
        self._clock = clock or Clock()
        self._sealers: OrderedDict[int, _Kept] = OrderedDict()
        self._branches: dict[tuple[KeyClass, int], _Kept] = {}

    def __repr__(self) -> str:
        return f"<Keyring: {', '.join(sorted(c.name.lower() for c in self._classes))}>"

    async def sealer(self, unit: Unit | sql.Connection, household_id: int) -> Sealer:
        """The household's keys. `unit` must be one of that household. Raises Missing when it has none (erased, or never there)."""
        kept = self._sealers.get(household_id)
        if kept is not None and kept.until_s > self._clock.monotonic_s():
            self._sealers.move_to_end(household_id)
            sealer: Sealer = kept.value
            return sealer
        conn = unit.conn if isinstance(unit, Unit) else unit
        sealer = await self._load(conn, household_id)
        self._sealers[household_id] = _Kept(sealer, self._clock.monotonic_s() + HOUSEHOLD_KEPT_S)
        self._sealers.move_to_end(household_id)
        while len(self._sealers) > HOUSEHOLDS_MAX:
            self._sealers.popitem(last=False)
        return sealer

    async def create(self, unit: Unit) -> Sealer:
        """The first keys of the unit's new household, whose row must be there. Not kept: the unit may yet roll back.

        Classes this process may not hold are made by the first process that may, when it first needs them.
        """
        versions = {c: {1: await self._make(unit.conn, unit.household_id, c, 1)} for c in sorted(self._classes)}
        return Sealer(unit.household_id, {c: ClassKeys(v, 1) for c, v in versions.items()})

    async def rotate_household(self, unit: Unit) -> int:
        """A new version of the household's keys (all but the index, whose hashes stand in tables). Returns the version.

        It seals new values after `SETTLE`; what the old versions sealed stays readable.
        """
        version = max((r["key_version"] for r in await _stored(unit.conn, unit.household_id)), default=0) + 1
        for key_class in ROTATED:
            if key_class in self._classes:
                await self._make(unit.conn, unit.household_id, key_class, version)
        return version

    async def rotate_branches(self) -> int:
        """A new version of every branch key there is, of the classes held here; household keys made from now on are wrapped by it.

        Returns how many were made.
        """
        async with self._db.shared() as conn:
            held = [(KeyClass(r["class"]), r["branch"]) for r in await queries.rotate_branches_held.rows(conn)]
        for key_class, branch in held:
            if key_class in self._classes:
                self._branches.pop((key_class, branch), None)
                newest = max(await self._branch(key_class, branch))
                async with self._db.shared() as conn:
                    await self._add_branch(conn, key_class, branch, newest + 1)
                self._branches.pop((key_class, branch), None)
        return sum(key_class in self._classes for key_class, _ in held)

    async def status(self) -> list[ClassStatus]:
        """How old the branch keys are, by class."""
        async with self._db.shared() as conn:
            rows = await queries.status_of_classes.rows(conn)
        return [ClassStatus(KeyClass(r["class"]), r["branches"], r["version"], r["oldest"]) for r in rows]

    def forget(self, household_id: int) -> None:
        """Drop the household's keys from this process."""
        self._sealers.pop(household_id, None)

    async def finder(self) -> Finder:
        """The installation's own blind-index key (index class, branch 0)."""
        versions = await self._branch(KeyClass.INDEX, 0)
        return Finder(derive(versions[min(versions)], "finder"))

    async def _load(self, conn: sql.Connection, household_id: int) -> Sealer:
        rows = await _stored(conn, household_id)
        if not rows:
            raise Missing("not_found", "no such household")
        now = self._clock.now()
        keys: dict[KeyClass, dict[int, bytes]] = {c: {} for c in self._classes}
        settled = dict.fromkeys(self._classes, 0)
        for row in rows:
            key_class, version = KeyClass(row["class"]), row["key_version"]
            if key_class not in self._classes:
                continue
            branch = await self._branch(key_class, row["branch"], needed=row["branch_version"])
            keys[key_class][version] = open_with(branch, row["wrapped"], _bound(key_class, household_id, version))
            if row["created_at"] + SETTLE <= now:
                settled[key_class] = max(settled[key_class], version)
        for key_class in sorted(c for c, versions in keys.items() if not versions):
            keys[key_class][1] = await self._make_missing(conn, household_id, key_class)
        return Sealer(household_id, {c: ClassKeys(v, settled[c] or min(v)) for c, v in keys.items()})

    async def _make_missing(self, conn: sql.Connection, household_id: int, key_class: KeyClass) -> bytes:
        """The first key of a class that the process which founded the household could not make."""
        if await queries.make_missing_lock.one(conn, household_id=household_id) is None:
            raise Missing("not_found", "no such household")
        return await self._make(conn, household_id, key_class, 1)

    async def _make(self, conn: sql.Connection, household_id: int, key_class: KeyClass, version: int) -> bytes:
        """A new household key, or the one that another process made first."""
        branch = _branch_of(household_id)
        versions = await self._branch(key_class, branch)
        newest, key = max(versions), new_key()
        made = await queries.make_key.count(
            conn,
            household_id=household_id,
            key_class=key_class.value,
            key_version=version,
            branch=branch,
            branch_version=newest,
            created_at=self._clock.now(),
            wrapped=seal_with(versions[newest], newest, key, _bound(key_class, household_id, version)),
        )
        if made:
            return key
        for row in await _stored(conn, household_id):
            if row["class"] == key_class.value and row["key_version"] == version:
                return open_with(versions, row["wrapped"], _bound(key_class, household_id, version))
        raise AssertionError("a household key that conflicts can be read")

    async def _branch(self, key_class: KeyClass, branch: int, *, needed: int = 1) -> dict[int, bytes]:
        """Every version of a branch key, from memory (unless `needed` came later) or through the key service; made when it is not there."""
        if key_class not in self._classes:
            raise KeyClosed(f"this process does not hold keys of the {key_class.name.lower()} class")
        kept = self._branches.get((key_class, branch))
        if kept is not None and kept.until_s > self._clock.monotonic_s() and needed in kept.value:
            versions: dict[int, bytes] = kept.value
            return versions
        versions = await self._open_branch(key_class, branch)
        self._branches[key_class, branch] = _Kept(versions, self._clock.monotonic_s() + BRANCH_KEPT_S)
        return versions

    async def _open_branch(self, key_class: KeyClass, branch: int) -> dict[int, bytes]:
        # A transaction of its own: a branch is shared by thousands of households and must not vanish with one unit's rollback.
        async with self._db.shared() as conn:
            rows = await _branch_rows(conn, key_class, branch)
            if not rows:
                await self._add_branch(conn, key_class, branch, 1)
                rows = await _branch_rows(conn, key_class, branch)
        return {
            r["version"]: await self._kms.unwrap(key_class, r["wrapped"], _branch_context(key_class, branch, r["version"])) for r in rows
        }

    async def _add_branch(self, conn: sql.Connection, key_class: KeyClass, branch: int, version: int) -> None:
        """A new branch key; when another process was first, its stands."""
        wrapped = await self._kms.wrap(key_class, new_key(), _branch_context(key_class, branch, version))
        await queries.add_branch.count(
            conn, key_class=key_class.value, branch=branch, version=version, created_at=self._clock.now(), wrapped=wrapped
        )


async def open_local_keys(db: Database, path: Path) -> LocalKeys:
    """The local key file, made on the first start only. Raises NeedsOperator when a sealed database has lost its file."""
    try:
        async with db.shared() as conn:
            sealed = await queries.open_local_keys_sealed.value(conn)
    except asyncpg.UndefinedTableError as error:
        raise NeedsOperator("not_migrated", "this database is empty; run: farthing migrate") from error
    return LocalKeys.open(path, create=not sealed)


async def _stored(conn: sql.Connection, household_id: int) -> list[sql.Row]:
    return await queries.stored.rows(conn, household_id=household_id)


async def _branch_rows(conn: sql.Connection, key_class: KeyClass, branch: int) -> list[sql.Row]:
    return await queries.branch_rows.rows(conn, key_class=key_class.value, branch=branch)


def _branch_of(household_id: int) -> int:
    return hashlib.blake2b(household_id.to_bytes(8), digest_size=1).digest()[0]


def _branch_context(key_class: KeyClass, branch: int, version: int) -> bytes:
    return f"branch|{key_class.value}|{branch}|{version}".encode()


def _bound(key_class: KeyClass, household_id: int, version: int) -> bytes:
    return f"household_key|{key_class.value}|{household_id}|{version}".encode()
