"""Tenancy as the database's own catalogue states it, so that no migration can forget a policy or a key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from house import catalogue


@pytest.mark.parametrize("check", catalogue.CHECKS, ids=lambda check: check.__name__)
async def test_the_catalogue_has_no_fault(owner: asyncpg.Connection, check: Callable[[asyncpg.Connection], Awaitable[list[str]]]) -> None:
    """Why each matters stands in its docstring in catalogue.py."""
    assert await check(owner) == []
