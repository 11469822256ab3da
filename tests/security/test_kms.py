"""The local key file: made once, kept private, never silently replaced."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from farthing.core.errors import NeedsOperator
from farthing.platform.database import Database
from farthing.platform.engines.postgres import PostgresEngine
from farthing.security.keyring import Keyring, open_local_keys
from farthing.security.kms import LocalKeys, add_root_version
from farthing.security.sealing import KeyClass


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names_in(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


async def test_the_first_start_makes_a_file_that_only_its_owner_reads(key_path: Path) -> None:
    first = LocalKeys.open(key_path, create=True)
    assert mode_of(key_path) == 0o600
    assert names_in(key_path.parent) == ["root.json"], "no temporary file is left"

    wrapped = await first.wrap(KeyClass.TOKEN, b"k" * 32, b"here")
    assert await LocalKeys.open(key_path, create=True).unwrap(KeyClass.TOKEN, wrapped, b"here") == b"k" * 32


async def test_a_wrapped_key_is_bound_to_its_class_and_context(key_path: Path) -> None:
    keys = LocalKeys.open(key_path, create=True)
    wrapped = await keys.wrap(KeyClass.TOKEN, b"k" * 32, b"here")
    for key_class, context in ((KeyClass.CONTENT, b"here"), (KeyClass.TOKEN, b"there")):
        with pytest.raises(NeedsOperator):
            await keys.unwrap(key_class, wrapped, context)


async def test_a_rotated_root_still_unwraps_what_the_old_one_wrapped(key_path: Path) -> None:
    old = await LocalKeys.open(key_path, create=True).wrap(KeyClass.CONTENT, b"k" * 32, b"c")
    assert add_root_version(key_path, KeyClass.CONTENT) == 2
    keys = LocalKeys.open(key_path, create=False)
    new = await keys.wrap(KeyClass.CONTENT, b"k" * 32, b"c")
    assert (old[2], new[2]) == (1, 2)
    assert [await keys.unwrap(KeyClass.CONTENT, w, b"c") for w in (old, new)] == [b"k" * 32] * 2
    assert mode_of(key_path) == 0o600


def test_many_first_starts_at_once_share_one_file(key_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: LocalKeys.open(key_path, create=True)._roots, range(16)))
    assert all(roots == opened[0] for roots in opened)


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o620, 0o666])
def test_a_file_that_others_may_read_or_write_is_refused_with_the_command_that_helps(key_path: Path, mode: int) -> None:
    LocalKeys.open(key_path, create=True)
    key_path.chmod(mode)
    with pytest.raises(NeedsOperator, match="chmod 600"):
        LocalKeys.open(key_path, create=True)


SHORT_KEY = '{"format":1,"roots":{"content":{"1":"AAAA"},"token":{},"index":{},"audit":{}}}'


@pytest.mark.parametrize("text", ["", "{}", "not json", '{"format":1,"roots":{}}', SHORT_KEY])
def test_a_broken_file_is_refused_and_left_alone(key_path: Path, text: str) -> None:
    LocalKeys.open(key_path, create=True)
    key_path.write_text(text)
    with pytest.raises(NeedsOperator, match="is not a key file"):
        LocalKeys.open(key_path, create=True)
    assert key_path.read_text() == text


async def test_a_sealed_database_without_its_file_says_so(database: Database, keyring: Keyring, key_path: Path) -> None:
    await keyring.finder()
    with pytest.raises(NeedsOperator, match="put it back") as refusal:
        await open_local_keys(database, key_path)
    assert refusal.value.code == "key_file_missing"
    assert names_in(key_path.parent.parent) == []


async def test_an_unmigrated_database_says_what_to_do(postgres_engine: PostgresEngine, key_path: Path) -> None:
    bare = await Database.open(urlsplit(postgres_engine.app_url)._replace(path="/postgres").geturl(), connections_max=1)
    with pytest.raises(NeedsOperator, match="farthing migrate"):
        await open_local_keys(bare, key_path)
    await bare.aclose()


def test_keys_do_not_print(key_path: Path) -> None:
    assert repr(LocalKeys.open(key_path, create=True)) == "<LocalKeys>"
