"""What every test folder shares, and which folders go first."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["engines", "world", "chromium"]
HERE = Path(__file__).parent
LONG_FIRST = ["simulation", "e2e", "cli", "house"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first: one that came last would leave the other processes idle until it ends."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    folder = item.path.relative_to(HERE).parts[0]
    return LONG_FIRST.index(folder) if folder in LONG_FIRST else len(LONG_FIRST)
