"""The HTTP server: the API's doors, the link pages, the control API, and the timers behind them."""

import asyncio
import contextlib
import signal
import sys
import traceback
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server
from litestar import Litestar, Request, Response, post
from litestar.exceptions import HTTPException

from banksim.bank import Bank
from banksim.control.router import router as control
from banksim.door import Credentials, Door
from banksim.endpoints.table import ENDPOINTS, Endpoint
from banksim.errors import PlaidError
from banksim.link_pages import router as link_pages
from banksim.settings import Settings
from banksim.timers import Timers

_BODY_MAX = 1_000_000


def _handler(bank: Bank, endpoint: Endpoint) -> Any:
    door = Door(bank, endpoint)

    @post(endpoint.path, status_code=200, name=endpoint.path, media_type="application/json")
    async def answer(request: Request[Any, Any, Any]) -> Response[bytes]:
        headers = request.headers
        credentials = Credentials(headers.get("plaid-client-id"), headers.get("plaid-secret"))
        given = await door.answer(await request.body(), credentials)
        return Response(given.body, status_code=given.status, media_type="application/json")

    return answer


def _not_found(bank: Bank) -> Any:
    def respond(request: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, Any]]:
        del request
        problem = PlaidError("NOT_FOUND", http_status=error.status_code)
        return Response(problem.body(bank.request_ids.next()), status_code=error.status_code)

    return respond


def _crashed(bank: Bank) -> Any:
    """Our own mistakes: Plaid's words to the client, the trace to whoever runs us."""

    def respond(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
        print(f"banksim: {request.method} {request.url.path} failed", file=sys.stderr)
        traceback.print_exception(error)
        return Response(PlaidError("INTERNAL_SERVER_ERROR").body(bank.request_ids.next()), status_code=500)

    return respond


def application(bank: Bank, timers: Timers) -> Litestar:
    return Litestar(
        route_handlers=[*(_handler(bank, endpoint) for endpoint in ENDPOINTS), link_pages(bank), control(bank, timers)],
        exception_handlers={HTTPException: _not_found(bank), Exception: _crashed(bank)},
        openapi_config=None,
        logging_config=None,
        request_max_body_size=_BODY_MAX,
    )


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT. Prints one line once the port answers."""
    bank = Bank(settings)
    timers = Timers(bank)
    server = Server(
        application(bank, timers), address=settings.host, port=settings.port, interface=Interfaces.ASGI, http=HTTPModes.http1,
        websockets=False, log_enabled=False,
    )  # fmt: skip
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    serving = loop.create_task(server.serve())
    try:
        await _reachable(settings, serving)
        bank.sender.resume()
        timers.start()
        print(f"banksim ready at {settings.base_url}", flush=True)
        waiting = loop.create_task(stop.wait())
        await asyncio.wait({waiting, serving}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
    finally:
        timers.stop()
        server.stop()  # type: ignore[no-untyped-call]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(serving), timeout=5)
        await bank.sender.close()
        bank.store.close()


async def _reachable(settings: Settings, serving: asyncio.Task[None]) -> None:
    while not serving.done():
        with contextlib.suppress(OSError):
            _reader, writer = await asyncio.open_connection(settings.host, settings.port)
            writer.close()
            return
        await asyncio.sleep(0.02)
    serving.result()
