"""Migrations run twice, and from two machines at once, and are linted for what hurts a database in use."""

from __future__ import annotations

import asyncio
import subprocess
import sysconfig
from pathlib import Path

import asyncpg
import pytest

from farthing.core.errors import NeedsOperator
from farthing.platform.migrate import migrate, pending
from house.scratch import Scratch
from house.tree import ROOT

FILES = sorted((ROOT / "migrations").glob("*.sql"))


async def versions(url: str) -> list[str]:
    conn = await asyncpg.connect(url)
    try:
        return [r[0] for r in await conn.fetch("select version from schema_migrations order by 1")]
    finally:
        await conn.close()


async def test_a_second_run_changes_nothing(fresh_copy: Scratch) -> None:
    """`farthing up` migrates at every start."""
    before = await versions(fresh_copy.owner_url)
    await migrate(fresh_copy.owner_url)
    assert await versions(fresh_copy.owner_url) == before == [f.name.split("_")[0] for f in FILES]
    assert await pending(fresh_copy.owner_url) == []


async def test_two_machines_may_migrate_at_once(empty: Scratch) -> None:
    """A rolling deployment starts several processes together; one migrates, the others wait and find it done."""
    await asyncio.gather(*(migrate(empty.owner_url) for _ in range(3)))
    assert await versions(empty.owner_url) == [f.name.split("_")[0] for f in FILES]


async def test_data_of_a_newer_version_is_left_alone(fresh_copy: Scratch) -> None:
    """What a newer version has changed, an older one would write wrongly."""
    conn = await asyncpg.connect(fresh_copy.owner_url)
    await conn.execute("insert into schema_migrations (version) values ('99990101000000')")
    await conn.close()
    for ask in (migrate, pending):
        with pytest.raises(NeedsOperator, match=r"last used by a newer Farthing .*; start that version"):
            await ask(fresh_copy.owner_url)


def test_every_migration_has_a_name_that_sorts() -> None:
    """dbmate runs them in the order of their names: fourteen digits, then what it does."""
    assert [f.name for f in FILES if not (f.name[:14].isdigit() and f.name[14] == "_")] == []
    assert len({f.name[:14] for f in FILES}) == len(FILES)


def test_squawk_finds_nothing_dangerous() -> None:
    """A lock that stops everybody, a column that old processes cannot write: said before it is run. Rules left out: .squawk.toml."""
    squawk = Path(sysconfig.get_path("scripts")) / "squawk"
    answer = subprocess.run([squawk, "--config", ROOT / ".squawk.toml", *FILES], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
