"""`farthing bench`: figures of what Farthing costs."""

from __future__ import annotations

import click

from farthing.cli.frame import run


@click.group()
def bench() -> None:
    """Figures of what Farthing costs; never fails on time. Example: farthing bench ingest --rows 5000 --history 100000 --json"""


@bench.command("ingest")
@click.option("--rows", default=2_000, show_default=True, help="New rows a round and household.")
@click.option("--history", "histories", multiple=True, type=int, default=(1_000, 100_000), help="Rows held before; may be repeated.")
@click.option("--rounds", default=3, show_default=True, help="Rounds over all histories, interleaved.")
@click.option("--spread", is_flag=True, help="Date new rows over the whole history, not after it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def bench_ingest(rows: int, histories: tuple[int, ...], rounds: int, spread: bool, as_json: bool) -> None:
    """The whole pipeline, new and again. Example: farthing bench ingest --rows 5000 --history 1000 --history 100000 --rounds 10"""
    from farthing.cli.bench.ingest import ingest
    from farthing.cli.bench.measure import tell

    async def story() -> None:
        for figures in await ingest(rows, histories, rounds=rounds, spread=spread):
            tell(figures, as_json=as_json)

    run(story())
