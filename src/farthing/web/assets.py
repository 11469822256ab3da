"""What the browser loads and keeps for ever: the built files, from memory, in the smallest form that the browser takes."""

from __future__ import annotations

import mimetypes
from functools import cache
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from farthing.core.errors import Missing
from farthing.web.templating import DIST

FOR_EVER = "public, max-age=31536000, immutable"
SMALLEST_FIRST = (("br", ".br"), ("gzip", ".gz"))
KINDS = {".woff2": "font/woff2", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


class Built(msgspec.Struct, frozen=True):
    """A file of the front end; `packed` by content encoding."""

    kind: str
    plain: bytes
    packed: dict[str, bytes]


@cache
def _shelf() -> dict[str, Built]:
    shelf = {}
    for path in DIST.iterdir() if DIST.is_dir() else ():
        if path.suffix in {".br", ".gz", ".json"}:
            continue
        packed = {name: twin.read_bytes() for name, ending in SMALLEST_FIRST if (twin := path.with_name(path.name + ending)).exists()}
        kind = KINDS.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        shelf[path.name] = Built(kind, path.read_bytes(), packed)
    return shelf


@get("/static/dist/{name:str}", include_in_schema=False, sync_to_thread=False)
def static_file(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """A built file; its name changes with its content, so it never has to be asked for again."""
    found = _shelf().get(name)
    if found is None:
        raise Missing("not_found", "no such file")
    taken = {part.partition(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",") if not part.endswith("q=0")}
    encoding = next((e for e, _ in SMALLEST_FIRST if e in taken and e in found.packed), "")
    headers = {"cache-control": FOR_EVER, "vary": "accept-encoding"} | ({"content-encoding": encoding} if encoding else {})
    return Response(found.packed[encoding] if encoding else found.plain, media_type=found.kind, headers=headers)
