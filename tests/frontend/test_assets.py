"""The built files as a browser gets them, and their weight."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from farthing.web.assets import static_file
from farthing.web.templating import DIST, WEB, asset

TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SOURCES = sorted((Path(__file__).parents[2] / "frontend").rglob("*.js"))
ON_THE_WIRE_MAX = {"app.js": 100_000, "app.css": 30_000, "inter.woff2": 60_000}


@pytest.fixture
def browser() -> TestClient[Litestar]:
    return TestClient(Litestar(route_handlers=[static_file]))


@pytest.mark.parametrize(("takes", "gets"), [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("", None), ("br;q=0, gzip", "gzip")])
def test_a_browser_gets_the_smallest_form_it_takes(browser: TestClient[Litestar], takes: str, gets: str | None) -> None:
    answer = browser.get(asset("app.css"), headers={"accept-encoding": takes})
    assert answer.status_code == 200
    assert answer.headers.get("content-encoding") == gets
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"] == "text/css; charset=utf-8"


def test_neither_the_manifest_nor_the_neighbours_are_served(browser: TestClient[Litestar]) -> None:
    for name in ("manifest.json", "..%2f..%2f..%2fapp.py", "nothing.js"):
        assert browser.get(f"/static/dist/{name}").status_code >= 400


@pytest.mark.parametrize(("name", "most"), ON_THE_WIRE_MAX.items())
def test_the_first_load_is_light(name: str, most: int) -> None:
    file = DIST / asset(name).rsplit("/", 1)[1]
    packed = file.with_name(file.name + ".br")
    assert (packed if packed.exists() else file).stat().st_size <= most


def test_no_template_breaks_the_policy() -> None:
    forbidden = re.compile(r"""\sstyle=|\son\w+=|hx-on|js:|<style|<script(?![^>]*(?:src=|application/json))|https?://""")
    broken = [f"{path.name}: {found[0]}" for path in TEMPLATES if (found := forbidden.search(path.read_text()))]
    assert broken == []


def test_every_icon_that_is_drawn_is_in_the_sprite() -> None:
    sprite = (DIST / asset("icons.svg").rsplit("/", 1)[1]).read_text()
    known = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    drawn = {name for path in TEMPLATES for name in re.findall(r"icon\('([\w-]+)'", path.read_text())}
    assert drawn - known == set()


def test_scripts_and_templates_stay_small() -> None:
    long = [f"{path.name} {count}" for path in [*TEMPLATES, *SOURCES] if (count := len(path.read_text().splitlines())) > 400]
    assert long == []
