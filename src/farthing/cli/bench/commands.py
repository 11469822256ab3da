"""`farthing bench`: figures of what Farthing costs."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from farthing.cli.bench.measure import Figures

SOME = click.IntRange(min=1)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


def _tell(story: Coroutine[Any, Any, Iterable[Figures]], *, as_json: bool) -> None:
    from farthing.cli.bench.measure import tell
    from farthing.cli.frame import run

    async def telling() -> None:
        for figures in await story:
            tell(figures, as_json=as_json)

    run(telling())


@click.group()
def bench() -> None:
    """Figures of what Farthing costs; never fails on time. `make bench` runs them all; pages needs Chromium, the others nothing.
    Example: farthing bench ingest --rows 5000 --history 100000 --json
    """


@bench.command("ingest")
@click.option("--rows", type=SOME, default=2_000, show_default=True, help="New rows a round and household.")
@click.option(
    "--history", "histories", multiple=True, type=click.IntRange(min=0), default=(1_000, 100_000), help="Rows held before; may be repeated."
)
@click.option("--rounds", type=SOME, default=3, show_default=True, help="Rounds over all histories, interleaved.")
@click.option("--spread", is_flag=True, help="Date new rows over the whole history, not after it.")
@AS_JSON
def bench_ingest(rows: int, histories: tuple[int, ...], rounds: int, spread: bool, as_json: bool) -> None:
    """The whole pipeline, new and again. Example: farthing bench ingest --rows 5000 --history 1000 --history 100000 --rounds 10"""
    from farthing.cli.bench.ingest import ingest

    _tell(ingest(rows, histories, rounds=rounds, spread=spread), as_json=as_json)


@bench.command("sync")
@click.option("--connections", type=SOME, default=40, show_default=True, help="Bank links, two a household.")
@click.option("--rounds", type=SOME, default=8, show_default=True, help="Syncs of each link; 0 to 3 new rows each.")
@AS_JSON
def bench_sync(connections: int, rounds: int, as_json: bool) -> None:
    """Small syncs against the bank simulator, whose CPU does not count. Example: farthing bench sync --connections 40 --json"""
    from farthing.cli.bench.sync import syncs

    _tell(syncs(connections, rounds=rounds), as_json=as_json)


@bench.command("read")
@click.option("--history", type=SOME, default=100_000, show_default=True, help="Rows of each household.")
@click.option("--households", type=SOME, default=1, show_default=True, help="Households asked in turn.")
@click.option("--rounds", type=SOME, default=40, show_default=True, help="Requests of each kind, interleaved.")
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="A folder whose households stay for the next run.")
@click.option("--wide", is_flag=True, help="Also a household of every category, over 24 months, with 60 budgets; and round trips counted.")
@AS_JSON
def bench_read(history: int, households: int, rounds: int, keep: Path | None, wide: bool, as_json: bool) -> None:  # noqa: PLR0917
    """Pages and lists over HTTP from a real web process. Example: farthing bench read --history 100000 --households 2 --json"""
    from farthing.cli.bench.read import reads

    _tell(reads(history, households, rounds=rounds, keep=keep, wide=wide), as_json=as_json)


@bench.command("live")
@click.option("--streams", type=SOME, default=200, show_default=True, help="Open pages, four a household.")
@click.option("--changes", type=SOME, default=100, show_default=True, help="Rows that a bank brings meanwhile, one at a time.")
@click.option("--history", type=SOME, default=500, show_default=True, help="Rows of each household.")
@AS_JSON
def bench_live(streams: int, changes: int, history: int, as_json: bool) -> None:
    """From a bank's row to the open pages that show it. Example: farthing bench live --streams 200 --changes 100 --json"""
    from farthing.cli.bench.live import lives

    _tell(lives(streams, changes=changes, history=history), as_json=as_json)


@bench.command("pages")
@click.option("--history", type=SOME, default=100_000, show_default=True, help="Rows of the household.")
@click.option("--rounds", type=SOME, default=3, show_default=True, help="Visits of each page, interleaved.")
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="A folder whose household stays for the next run.")
@AS_JSON
def bench_pages(history: int, rounds: int, keep: Path | None, as_json: bool) -> None:
    """What a browser has to do for each page, in Chromium. Example: farthing bench pages --history 100000 --json"""
    from farthing.cli.bench.screens import screens

    _tell(screens(history, rounds=rounds, keep=keep), as_json=as_json)


@bench.command("categorize")
@click.option("--rows", type=SOME, default=100_000, show_default=True, help="Lines to decide, in batches of 500.")
@AS_JSON
def bench_categorize(rows: int, as_json: bool) -> None:
    """Decisions a second on one core. Example: farthing bench categorize --rows 100000 --json"""
    from farthing.cli.bench.categorize import decisions

    _tell(decisions(rows), as_json=as_json)


@bench.command("match")
@click.option("--seeds", type=SOME, default=3, show_default=True, help="Lives of each bank link.")
@click.option("--links", type=SOME, default=8, show_default=True, help="Bank links of the simulator's people.")
@click.option(
    "--history", type=SOME, default=100_000, show_default=True, help="Rows held, for the speed; a tenth of them are linked again."
)
@AS_JSON
def bench_match(seeds: int, links: int, history: int, as_json: bool) -> None:
    """How often rows that are one are found to be one, and how fast. Example: farthing bench match --seeds 3 --json"""
    from farthing.cli.bench.match import matches, speeds

    async def figures() -> list[Figures]:
        return [*await matches(seeds, links), *speeds(history)]

    _tell(figures(), as_json=as_json)


@bench.command("size")
@click.option(
    "--rows", type=SOME, default=60_000, show_default=True, help="Rows in bulk, 2,000 a household; a thirtieth as many by small syncs."
)
@AS_JSON
def bench_size(rows: int, as_json: bool) -> None:
    """Bytes a transaction by table, index and TOAST. Example: farthing bench size --rows 100000 --json"""
    from farthing.cli.bench.size import sizes

    _tell(sizes(rows), as_json=as_json)
