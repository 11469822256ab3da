"""Farthing on a home screen: what the system shows of it, the worker that keeps the built files, the page of a device without a connection.

The same for everybody and nothing of anybody: no figure of a household is ever left on a device.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

import msgspec
from litestar import Response, get

from farthing.web.templating import DIST, asset, assets, environment

ASK_AGAIN = {"cache-control": "no-cache"}
SHELL = "/offline"
NOT_KEPT = ("worker", "icon-", "farthing-")  # what a page does not need, or the system keeps itself
PAPER = "#F6F7F9"  # of the light theme; the pages' own meta tags follow the theme that is shown
SHORTCUTS = (
    ("Add a transaction", "/transactions?add=1"),
    ("Review", "/review"),
    ("Transactions", "/transactions"),
    ("Budgets", "/budgets"),
)
ICONS = (("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any"), ("icon-maskable-512.png", "512x512", "maskable"))


@get("/manifest.webmanifest", include_in_schema=False, sync_to_thread=False)
def manifest() -> Response[bytes]:
    """Name, icons, colours and ways in."""
    icons = [{"src": asset(name), "sizes": sizes, "type": "image/png", "purpose": purpose} for name, sizes, purpose in ICONS]
    body: dict[str, Any] = {
        "id": "/",
        "name": "Farthing",
        "short_name": "Farthing",
        "description": "Where the household's money is, where it goes, and what needs you.",
        "lang": "en",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "categories": ["finance"],
        "icons": icons,
        "shortcuts": [{"name": name, "url": url, "icons": icons[:1]} for name, url in SHORTCUTS],
    }
    return Response(msgspec.json.encode(body), media_type="application/manifest+json", headers=ASK_AGAIN)


@get(SHELL, include_in_schema=False, sync_to_thread=False)
def shell() -> Response[str]:
    """The empty page: it says that there is no line, and what to do."""
    return Response(_shell(), media_type="text/html", headers=ASK_AGAIN)


@get("/sw.js", include_in_schema=False, sync_to_thread=False)
def worker() -> Response[bytes]:
    """The service worker, from the root, so that every page is in its reach; asked for anew each time, so that a new version is seen."""
    return Response(_worker(), media_type="text/javascript", headers=ASK_AGAIN)


@cache
def _shell() -> str:
    return environment().get_template("offline.html").render()


@cache
def _worker() -> bytes:
    return worker_beside(_shell())


def worker_beside(shell: str) -> bytes:
    """The built worker behind what it is to keep, whose hash is its version; `shell`: the empty page."""
    code = (DIST / asset("worker.js").rsplit("/", 1)[1]).read_bytes()
    files = [path for path in assets() if not path.rsplit("/", 1)[1].startswith(NOT_KEPT)]
    version = hashlib.sha256(b"\n".join([code, *map(str.encode, files), shell.encode()])).hexdigest()[:16]
    kept = msgspec.json.encode(
        {"version": version, "files": files, "shell": SHELL, "icon": asset("icon-192.png"), "badge": asset("icon-badge-96.png")}
    )
    return b"self.FARTHING=" + kept + b";\n" + code


routes: list[Any] = [manifest, shell, worker]
