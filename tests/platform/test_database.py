"""What the database refuses is told by who must act next."""

from __future__ import annotations

import pytest

from farthing.core.errors import Conflict, FarthingError, Unavailable
from farthing.platform.database import Database


@pytest.mark.parametrize(
    ("state", "kind", "code"),
    [
        ("53100", Unavailable, "disk_full"),
        ("55P03", Unavailable, "busy"),
        ("57014", Unavailable, "database_slow"),
        ("57P01", Unavailable, "database_down"),
        ("53300", Unavailable, "database_down"),
        ("40P01", Conflict, "try_again"),
        ("40001", Conflict, "try_again"),
    ],
)
async def test_a_refusal_says_who_must_act(world_database: Database, state: str, kind: type[FarthingError], code: str) -> None:
    with pytest.raises(kind) as told:
        async with world_database.unit(1) as unit:
            await unit.conn.execute(f"do $$ begin raise exception 'no' using errcode = '{state}'; end $$")
    assert told.value.code == code
    async with world_database.unit(1) as unit:
        assert await unit.conn.fetchval("select 1") == 1
