"""The Jinja environment of every page, and the hashed addresses of what the browser loads."""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import markupsafe
import msgspec

from farthing.security.passwords import LENGTH_MIN

WEB = Path(__file__).parent
DIST = WEB / "static" / "dist"


@cache
def _manifest() -> dict[str, str]:
    path = DIST / "manifest.json"
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: build the front end first with `make setup`")
    return msgspec.json.decode(path.read_bytes(), type=dict[str, str])


def asset(name: str) -> str:
    """`/static/dist/app-3f2a….css` for `app.css`: a name that changes with its content and can be kept for ever."""
    return f"/static/dist/{_manifest()[name]}"


def assets() -> list[str]:
    """The address of every built file, in order."""
    return sorted(map(asset, _manifest()))


def _json(value: object) -> markupsafe.Markup:
    """Structs as JSON that cannot close the script element it stands in."""
    return markupsafe.Markup(msgspec.json.encode(value).decode().replace("<", "\\u003c"))  # noqa: S704


class _Environment(jinja2.Environment):
    """What every template knows stands in one plain dict: Jinja's own chain of two is walked in Python for each import of each page."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def piece(template: str, **views: object) -> markupsafe.Markup:
    """A template within a page that sees these views and nothing else of the page."""
    return markupsafe.Markup(environment().get_template(template).render(**views))  # noqa: S704 - as the template drew it


@cache
def environment() -> jinja2.Environment:
    """Autoescaping, strict about missing names, whitespace trimmed."""
    env = _Environment(
        loader=jinja2.FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,  # templates come with the code: nothing is looked up on disk for each page
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals["asset"] = asset
    env.globals["piece"] = piece
    env.globals["password_min"] = LENGTH_MIN
    from farthing.web.drawn import amount, figure, icon, veiled  # they need an address of ours, which is found here
    from farthing.web.drawn_budgets import budget_months, budget_rows, months_paint, today_at
    from farthing.web.drawn_rows import list_rows, swapped_row, wait_rows

    env.globals |= {"drawn_icon": icon, "drawn_amount": amount, "drawn_figure": figure}
    env.globals |= {"drawn_budgets": budget_rows, "drawn_months": budget_months, "months_paint": months_paint, "today_at": today_at}
    env.globals["held"] = None  # rows drawn before, where a page knows of some
    env.globals |= {"drawn_rows": list_rows, "drawn_swapped": swapped_row, "drawn_waiting": wait_rows}
    env.filters |= {"json": _json, "veiled": veiled}
    return env
