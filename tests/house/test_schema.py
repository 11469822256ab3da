"""Each room's schema.sql shows its tables as they are now: together they make the very database that the migrations make."""

from __future__ import annotations

import asyncpg
import pytest

from farthing.platform.tables import FINDERS, ROOMS, SHARED, TENANT
from house.scratch import Scratch
from house.tree import SRC, expect_none

LISTED = [t for t in (*FINDERS, *SHARED, *TENANT) if t != "schema_migrations"]
PARTS = {
    "columns": "select attrelid::regclass::text || '.' || attname || ' #' || attnum, format_type(atttypid, atttypmod)"
    " || case when attnotnull then ' not null' else '' end"
    " || coalesce(' default ' || pg_get_expr(adbin, adrelid), '') || case attgenerated when 's' then ' generated' else '' end"
    " from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum"
    " where attnum > 0 and not attisdropped and attrelid::regclass::text = any($1)",
    "constraints": "select conrelid::regclass::text || '.' || conname, pg_get_constraintdef(oid) from pg_constraint"
    " where conrelid::regclass::text = any($1)",
    "indexes": "select tablename || '.' || indexname, indexdef from pg_indexes where schemaname = 'public' and tablename = any($1)",
}


async def described(url: str, statement: str) -> dict[str, str]:
    conn = await asyncpg.connect(url)
    try:
        return dict(await conn.fetch(statement, LISTED))
    finally:
        await conn.close()


@pytest.fixture
async def drawn(empty: Scratch) -> Scratch:
    """A database made from the rooms' schema.sql alone."""
    conn = await asyncpg.connect(empty.owner_url)
    try:
        for room in ROOMS:
            await conn.execute((SRC / "farthing" / room / "schema.sql").read_text(encoding="utf-8"))
    finally:
        await conn.close()
    return empty


async def test_the_drawn_schema_is_the_migrated_one(migrated: Scratch, drawn: Scratch) -> None:
    """Whoever reads a room's schema.sql reads the truth, and whoever changes it is made to write the migration."""
    faults = []
    for statement in PARTS.values():
        is_now, says = await described(migrated.owner_url, statement), await described(drawn.owner_url, statement)
        assert is_now
        for key in sorted(is_now.keys() | says.keys()):
            if is_now.get(key) != says.get(key):
                faults.append(f"{key}: schema.sql says {says.get(key, 'nothing')}, the migrated database has {is_now.get(key, 'nothing')}")
    expect_none(faults)


def test_every_schema_file_is_listed() -> None:
    """A room's schema.sql that ROOMS forgets would never be compared."""
    assert {p.parent.name for p in (SRC / "farthing").glob("*/schema.sql")} == set(ROOMS)
