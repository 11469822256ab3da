"""Every setting, command and route is documented: the lists in docs/howto are what the code has, no more and no less."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from house.tree import ROOT, expect_none

HOWTO = ROOT / "docs" / "howto"


def writer() -> ModuleType:
    """scripts/write_docs.py, which is not part of any package."""
    spec = importlib.util.spec_from_file_location("write_docs", ROOT / "scripts" / "write_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["write_docs"] = module
    spec.loader.exec_module(module)
    return module


def pages() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


@pytest.mark.parametrize("name", ["settings.md", "commands.md", "routes.md"])
def test_the_page_says_what_the_code_has(name: str) -> None:
    """Run `make docs` after a change."""
    written = (HOWTO / name).read_text(encoding="utf-8")
    assert writer().PAGES[name]() == written, f"docs/howto/{name} is out of date: run `make docs`"


def test_every_route_says_what_it_does() -> None:
    """The docstring is what OpenAPI and docs/howto/routes.md show."""
    framework = ("/api/openapi.json", "/api/docs", "/api", "/api/swagger", "/static")
    silent = [f"{method} {path}" for path, method, what in writer().routes() if not what and not path.startswith(framework)]
    expect_none(silent)


def test_every_command_has_an_example() -> None:
    """`--help` that shows one call is worth more than all its options."""
    from farthing.cli import main

    module = writer()
    expect_none([" ".join(path) for path, command in module.commands(main) if "farthing " not in (command.help or command.epilog or "")])


def test_every_setting_in_the_prose_exists() -> None:
    """A page that names a setting which is gone sends people astray; one that the program would refuse, doubly so.

    FARTHING_TEST_* is read by the suite alone.
    """
    from farthing.platform.settings import TABLE

    known = {setting.variable for setting in TABLE}
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    named = {
        (p.name, name)
        for p in pages
        for name in re.findall(r"\bFARTHING_[A-Z0-9]+(?:_[A-Z0-9]+)*\b(?!_?\*)", p.read_text(encoding="utf-8"))
    }
    expect_none([f"{page}: {name}" for page, name in sorted(named) if name not in known and not name.startswith("FARTHING_TEST_")])


def test_every_query_on_the_page_about_searching_can_be_read() -> None:
    """And what the page says is refused, is."""
    from farthing.core.errors import Rejected
    from farthing.flows.query_language import STATES, read_query

    text = (HOWTO / "search.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    written = [*re.findall(r"`([^`]+)`", " ".join(rows)), *re.findall(r"--query '([^']+)'", text)]
    assert len(written) > 20
    for query in written:
        assert read_query(query), query
    expect_none([state for state in STATES if f"`{state}`" not in text and f"is:{state}" not in text])
    with pytest.raises(Rejected):
        read_query(">20 >30")


def test_the_page_about_files_names_every_role_and_every_tracker() -> None:
    from farthing.connections.files.tables.presets import TRACKERS
    from farthing.connections.files.tables.words import ROLES

    text = (HOWTO / "import.md").read_text(encoding="utf-8")
    expect_none([role for role in ROLES if not re.search(rf"[\s`]{role}[\s`]", text)])
    expect_none([name for name in TRACKERS if name not in text.casefold()])


def test_the_page_for_operators_names_every_figure() -> None:
    """Each of /metrics, by the name that Prometheus shows; and none that is not there."""
    from farthing.platform.measure import exposition

    shown = set(re.findall(r"^# TYPE (farthing_\w+) ", exposition().decode(), re.MULTILINE))
    named = set(
        re.findall(
            r"`(farthing_\w+)`", "".join(re.findall(r"^\| `farthing_.*$", (HOWTO / "operate.md").read_text(encoding="utf-8"), re.MULTILINE))
        )
    )
    assert named == shown


def test_links_between_pages_lead_somewhere() -> None:
    """Pictures are left out: they are made by the last step of a release."""
    broken = []
    for path in pages():
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if not target.startswith(("http:", "https:", "mailto:")) and not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    expect_none(broken)


def test_the_documents_name_files_that_exist() -> None:
    """`ledger/rollup.py` in a page is a promise that it is there."""
    folders = ("src", "tests", "scripts", "docs", "migrations", "frontend", "benchmarks", ".ci")
    there = {p.relative_to(ROOT).as_posix() for folder in folders for p in (ROOT / folder).rglob("*") if p.is_file()}
    broken = []
    for path in pages():
        for name in re.findall(r"`((?:[\w.]+/)+[\w.]+\.(?:py|sql|toml|csv|md|sh|mjs|yml))`", path.read_text(encoding="utf-8")):
            if not any(f"/{t}".endswith(f"/{name}") for t in there) and "NAME" not in name:
                broken.append(f"{path.relative_to(ROOT)}: {name}")
    expect_none(broken)


def test_all_test_material_names_its_owner() -> None:
    """Other people's files are kept with whose they are and on what terms."""
    headings = set(re.findall(r"^## (\S+?)/?$", (ROOT / "tests" / "data" / "LICENCES.md").read_text(encoding="utf-8"), re.MULTILINE))
    there = {p.name for p in (ROOT / "tests" / "data").iterdir()} - {"LICENCES.md"}
    expect_none([f"tests/data/{name} has no entry in LICENCES.md" for name in sorted(there - headings)])
