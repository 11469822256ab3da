"""The import contract of .importlinter holds, and would notice if it did not."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from house.tree import ROOT, SRC, expect_none, real_names, sources


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the `src` of `folder`, whatever is installed."""
    program = Path(sysconfig.get_path("scripts")) / "lint-imports"
    return subprocess.run(
        [program, "--no-cache", "--no-logo", "--config", ROOT / ".importlinter"],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python sources alone, in another place, to do wrong in."""
    folder = tmp_path_factory.mktemp("house")
    for path in sources():
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return folder


def test_the_contract_holds(copy: Path) -> None:
    """Floors, rooms, the simulator, cryptography and HTTP, as ARCHITECTURE.md draws them."""
    answer = lint(copy)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_package_has_its_floor() -> None:
    """A new room that no contract names could import whatever it likes."""
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    floors = config["importlinter:contract:floors"]["layers"].replace("|", " ").split()
    packages = {f"farthing.{p.parent.name}" for p in (SRC / "farthing").glob("*/__init__.py")}
    assert packages == set(floors)


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("farthing/core/money.py", "import farthing.ledger.model"),
        ("farthing/budgets/__init__.py", "import farthing.categorize"),
        ("farthing/ledger/__init__.py", "import farthing.flows"),
        ("farthing/worker/__init__.py", "import farthing.web"),
        ("farthing/connections/files/__init__.py", "import farthing.connections.providers"),
        ("farthing/flows/__init__.py", "import banksim"),
        ("banksim/__init__.py", "import farthing.core.money"),
        ("farthing/ledger/__init__.py", "import cryptography"),
        ("farthing/web/__init__.py", "import aiohttp"),
    ],
)
def test_a_forbidden_import_is_noticed(copy: Path, file: str, line: str) -> None:
    """One wrong line in a copy of the source breaks the contract."""
    path = copy / "src" / file
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}\n{line}\n", encoding="utf-8")
    try:
        answer = lint(copy)
    finally:
        path.write_text(before, encoding="utf-8")
    assert answer.returncode == 1
    assert "BROKEN" in answer.stdout


MAY_SEE = {
    "connections": ("farthing.connections.model", "farthing.connections."),
    "connections/providers": ("farthing.connections.model", "farthing.connections.providers"),
    "connections/files": ("farthing.connections.files",),
}


def test_the_rooms_of_connections_keep_to_themselves() -> None:
    """A provider knows the nouns of a bank link, a file reader knows not even those, and the link itself knows neither of them."""
    faults = []
    for path in sources():
        inside = path.relative_to(SRC / "farthing") if path.is_relative_to(SRC / "farthing" / "connections") else None
        if inside is None:
            continue
        room = next(r for r in ("connections/files", "connections/providers", "connections") if inside.as_posix().startswith(r + "/"))
        for name in real_names(path).values():
            foreign = name.startswith("farthing.connections") and not name.startswith(MAY_SEE[room])
            lodger = room == "connections" and name.startswith(("farthing.connections.files", "farthing.connections.providers"))
            if foreign or lodger:
                faults.append(f"{inside} imports {name}")
    expect_none(faults)
