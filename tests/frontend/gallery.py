"""Every page of the product with the Okafors' data, without a server behind it.

python -m tests.frontend.gallery OUT      writes one HTML file a page
python -m tests.frontend.gallery --serve  serves them on port 8765 with the product's content security policy
"""

from __future__ import annotations

import http.server
import mimetypes
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from farthing.web.assets import FOR_EVER
from farthing.web.templating import DIST, environment

from .pages import PAGES, Page

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; manifest-src 'self'"
)
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
READER = "/static/axe.min.js"


def render(page: Page) -> str:
    """The page's HTML."""
    return environment().get_template(page.template).render(**page.context())


class _Door(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == READER or path.startswith("/static/dist/"):
            file = AXE if path == READER else DIST / Path(path).name
            return (
                self._send(200, mimetypes.guess_type(file.name)[0] or "font/woff2", file.read_bytes())
                if file.exists()
                else self.send_error(404)
            )
        if path == "/events":
            return self._send(204, "text/event-stream", b"")
        found = PAGES.get(path.removeprefix("/gallery/")) if path.startswith("/gallery/") else _by_address(path)
        if found is None:
            return self._send(404, "text/html", b"no such page")
        return self._send(200, "text/html; charset=utf-8", render(found).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-security-policy", POLICY)
        self.send_header("content-length", str(len(body)))
        if self.path.startswith("/static/"):
            self.send_header("cache-control", FOR_EVER)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def _by_address(path: str) -> Page | None:
    return next((page for page in PAGES.values() if page.address == path), None)


@contextmanager
def served(port: int = 0) -> Iterator[str]:
    """The gallery's address while the block runs."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), _Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()


def _main(arguments: list[str], wait: Callable[[], object] = threading.Event().wait) -> None:
    if arguments == ["--serve"]:
        with served(8765) as address:
            sys.stdout.write("\n".join(f"{address}/gallery/{name}" for name in PAGES) + "\n")
            sys.stdout.flush()
            wait()
    out = Path(arguments[0])
    out.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (out / f"{name}.html").write_text(render(page))


if __name__ == "__main__":
    _main(sys.argv[1:])
