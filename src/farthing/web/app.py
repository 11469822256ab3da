"""The web door: routes, errors, headers. One process; it never holds the token class of keys."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from urllib.parse import urlsplit

import msgspec
from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.response import Redirect

from farthing.core.dates import Clock
from farthing.core.errors import FarthingError, Misdirected
from farthing.flows.world import World
from farthing.platform.settings import Settings
from farthing.platform.valkey import Listener
from farthing.security.access import AccessLog
from farthing.web.api import routes as api_routes
from farthing.web.assets import static_file
from farthing.web.bodies import check_body
from farthing.web.callers import Ask, require_caller
from farthing.web.events import BEAT_S, page_events, page_version
from farthing.web.head import heads
from farthing.web.headers import standing_headers
from farthing.web.health import healthz, metrics, readyz
from farthing.web.installed import routes as app_routes
from farthing.web.meter import metered
from farthing.web.pages import failure_page
from farthing.web.pages import routes as page_routes
from farthing.web.parameters import check_page, reads
from farthing.web.problems import answer
from farthing.web.webhooks import webhook

BODY_MAX = 1_000_000
YOUNG_MAX = 20_000  # before the collector looks: a page makes some thousand things and drops them all, and by 700 was walked twice
API = "/api/v1/"
LOCAL = ("localhost", "127.0.0.1", "::1")
PROBES = ("/healthz", "/readyz", "/metrics")
STREAMS = ["/events", "/api/v1/events", "/static/"]


class OurLitestar(Litestar):
    """Litestar without what it looks for by itself: nothing of ours is made of pydantic, which is 8 MB of a process that has it."""

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


class Parts(msgspec.Struct, frozen=True):
    """What a web process runs on."""

    world: World
    listener: Listener
    access: AccessLog


Open = Callable[[Settings], AbstractAsyncContextManager[Parts]]


def create_app(settings: Settings, open_parts: Open) -> Litestar:
    """The application; `open_parts` opens database, keys and Valkey for the life of the process."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with open_parts(settings) as parts:
            app.state.world, app.state.listener, app.state.access = parts.world, parts.listener, parts.access
            app.state.failure_page = failure_page
            gc.freeze()  # what is loaded by now stays; the collector need not walk it while somebody waits (60 ms, at times)
            gc.set_threshold(YOUNG_MAX, *gc.get_threshold()[1:])
            yield

    pages = Router("/", route_handlers=page_routes, opt=reads())  # a page that says nothing of parameters takes none
    app = OurLitestar(
        route_handlers=[healthz, readyz, metrics, webhook, page_events, page_version, *api_routes, pages, *app_routes, static_file],
        lifespan=[lifespan],
        exception_handlers={FarthingError: answer, Exception: answer},
        before_send=[standing_headers(https=settings.public_url.startswith("https://"))],
        # level 3: a tenth more bytes than 5 for half the CPU, which of a page of sixty budgets was 1.3 ms
        compression_config=CompressionConfig(backend="gzip", gzip_compress_level=3, minimum_size=1_000, exclude=STREAMS),
        openapi_config=None,  # `web/api/describe.py` makes the description, and pages of ours show it
        request_max_body_size=BODY_MAX,
        before_request=_gate(settings),
    )
    app.asgi_handler = metered(app.asgi_handler, Clock())
    app.state.beat_s = BEAT_S
    app.asgi_handler = heads(app.asgi_handler, without=(API, *STREAMS[:1]))
    return app


def _gate(settings: Settings) -> Callable[[Ask], Awaitable[Redirect | None]]:
    """Answer only to our own names, so that no other site's name can be made to point here.

    To programs only with a token, and then only to bodies that can be read; to browsers only what the page's address can say.
    """
    ours = {urlsplit(settings.public_url).hostname, settings.host, *LOCAL} if settings.public_url else set()

    async def guard(request: Ask) -> Redirect | None:
        name = urlsplit(f"//{request.headers.get('host', '')}").hostname
        if ours and name not in ours and request.url.path not in PROBES:
            raise Misdirected("wrong_host", "this server does not answer to that name")
        if request.url.path.startswith(API):
            await require_caller(request)
            await check_body(request)
            return None
        return check_page(request)

    return guard
