"""`python -m banksim`: start the simulator from a command line."""

import argparse
import socket
import sqlite3
import sys
from pathlib import Path

from banksim.clock import parse_today
from banksim.settings import Settings


def _parser() -> argparse.ArgumentParser:
    example = "Example: banksim --home /tmp/bank --port 4010 --live-per-hour 12"
    parser = argparse.ArgumentParser(prog="banksim", description="A Plaid-compatible bank simulator.", epilog=example)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=4010)
    parser.add_argument("--home", type=Path, required=True, help="where items, tokens and keys are kept between runs")
    parser.add_argument("--public-url", help="the address people reach the link pages at, if not http://HOST:PORT")
    parser.add_argument("--live-per-hour", type=float, default=0.0, help="new purchases an hour for every linked item")
    parser.add_argument("--seed", type=int, help="same seed, same people, ids and tokens; a new home is needed to change it")
    parser.add_argument("--today", type=parse_today, help="stop the banks' clock here, as 2026-11-22T09:17")
    parser.add_argument("--zone", default="UTC", help="the time zone in which the banks count days, as America/Los_Angeles")
    parser.add_argument("--credentials", action="append", default=[], metavar="ID:SECRET", help="accept only these; may be repeated")
    parser.add_argument("--initial-delay-s", type=float, default=0.3, help="until the last 30 days are ready; below 0 only by control")
    parser.add_argument("--history-delay-s", type=float, default=0.7, help="until all history is ready after that")
    parser.add_argument("--trouble-delay-s", type=float, default=5.0, help="until a persona's broken login shows; below 0 never")
    parser.add_argument("--retry-s", type=float, default=30.0, help="first delay before a webhook is sent again")
    parser.add_argument("--no-limits", action="store_true", help="no rate limits")
    parser.add_argument("--limits-scale", type=float, default=1.0, help="multiply the sandbox's rate limits")
    return parser


def settings_of(argv: list[str] | None) -> Settings:
    given = _parser().parse_args(argv)
    pairs = tuple((pair.partition(":")[0], pair.partition(":")[2]) for pair in given.credentials)
    return Settings(
        home=given.home,
        host=given.host,
        port=given.port,
        public_url=given.public_url,
        live_per_hour=given.live_per_hour,
        seed=given.seed,
        today=given.today,
        zone=given.zone,
        credentials=pairs,
        initial_delay_s=given.initial_delay_s,
        history_delay_s=given.history_delay_s,
        trouble_delay_s=given.trouble_delay_s,
        retry_s=given.retry_s,
        limits_on=not given.no_limits,
        limits_scale=given.limits_scale,
    )


def main(argv: list[str] | None = None) -> int:
    """Serve until told to stop. Returns 2 when it cannot start, having said why, before anything heavy is imported."""
    settings = settings_of(argv)
    if not _port_is_free(settings.host, settings.port):
        print(f"banksim: port {settings.port} on {settings.host} is in use; choose another with --port", file=sys.stderr)
        return 2
    import uvloop

    from banksim.server import serve

    try:
        uvloop.run(serve(settings))
    except (OSError, sqlite3.OperationalError) as error:
        print(f"banksim: cannot work in {settings.home}: {error}; is another banksim using it?", file=sys.stderr)
        return 2
    return 0


def _port_is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
