"""`farthing evaluate`: how good the categories are on a file whose owner has said what each row is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from farthing.cli.frame import as_json_option, pairs, run, table, tell

if TYPE_CHECKING:
    from farthing.categorize.measuring.figures import Corrected, Figures, Report
    from farthing.categorize.measuring.labelled import Labelled

BYTES_MAX = 200 * 1024 * 1024
LABELS_SHOWN_MAX = 20
CORRECTIONS_MAX = 1_000


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--column", "columns", multiple=True, metavar="ROLE=NAME", help="A column by its role, such as category=coarse; repeatable.")
@click.option("--labels", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A CSV of label,group: what the labels mean.")
@click.option("--currency", default="USD", show_default=True, help="Of rows that state none; tells the country.")
@click.option("--kind", default="checking", show_default=True, help="Kind of account of rows that state none, such as card.")
@click.option("--learn", is_flag=True, help="Row by row in the order of days, each remembered after it was decided.")
@click.option(
    "--corrections",
    type=click.IntRange(0, CORRECTIONS_MAX),
    metavar="N",
    help="Each source's owner corrects wrong rows of the first third, at most N; then what follows is counted.",
)
@as_json_option
def evaluate(
    *,
    file: Path,
    columns: tuple[str, ...],
    labels: Path | None,
    currency: str,
    kind: str,
    learn: bool,
    corrections: int | None,
    as_json: bool,
) -> None:
    """How often the categories of a labelled CSV are right, and how honest the confidence is. Nothing is kept or learned from it.

    Columns are descriptor, amount (or money_in and money_out), category, and if there are: date, account, kind, currency, source, mcc,
    provider, provider_confidence (per mille). Example: farthing evaluate labelled.csv --column category=coarse --labels groups.csv
    --currency AUD --corrections 20
    """

    async def story() -> None:
        from farthing.categorize.measuring.figures import after_corrections, report
        from farthing.categorize.measuring.judge import judge, judge_correcting, judge_learning
        from farthing.categorize.measuring.labelled import read_labelled

        read = read_labelled(_text(file), columns=_named(columns), labels=_meanings(labels), currency=_unit(currency), kind=kind)
        made = report(judge_learning(read.rows) if learn else judge(read.rows), learning=learn)
        told: dict[str, object] = {"file": _of_file(read), "figures": made}
        after = None if corrections is None else after_corrections(judge_correcting(read.rows, corrections))
        if after is not None:
            told["after_corrections"] = after
        tell(told, as_json=as_json, words=lambda: "\n\n".join((_words(read, made), *([_corrected(after)] if after else []))))

    run(story())


def _unit(currency: str) -> str:
    """A currency there is: it tells the country, so that one which is none would tell nothing and be believed."""
    from farthing.core.money import is_currency, parse_unit

    unit = parse_unit(currency)
    if not is_currency(unit):
        raise click.BadParameter(f"{unit} is no currency of ISO 4217", param_hint="--currency")
    return unit


def _text(file: Path) -> str:
    from farthing.core.errors import Rejected, TooLarge

    if file.stat().st_size > BYTES_MAX:
        raise TooLarge("file_too_large", f"the file is larger than {BYTES_MAX // 1024**2} MB")
    content = file.read_bytes()
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Rejected("not_text", "the file is neither UTF-8 nor Windows text")


def _named(columns: tuple[str, ...]) -> dict[str, str]:
    from farthing.categorize.measuring.labelled import KNOWN

    named = dict(c.partition("=")[::2] for c in columns)
    for role in named.keys() - KNOWN.keys():
        raise click.BadParameter(f"{role} is none of {', '.join(KNOWN)}", param_hint="--column")
    return named


def _meanings(labels: Path | None) -> dict[str, str]:
    import csv

    if labels is None:
        return {}
    rows = list(csv.reader(_text(labels).splitlines()))
    return {row[0]: row[1].strip() for row in rows if len(row) >= 2 and tuple(row[:2]) != ("label", "group")}


def _of_file(read: Labelled) -> dict[str, object]:
    return {
        "rows": len(read.rows),
        "unreadable": read.unreadable,
        "unknown_labels": read.unknown,
        "turned": list(read.turned),
        "unsigned": list(read.unsigned),
    }


def _words(read: Labelled, made: Report) -> str:
    unknown = ", ".join(f"{name or '(empty)'} ({n})" for name, n in list(read.unknown.items())[:LABELS_SHOWN_MAX])
    head = {
        "rows": f"{len(read.rows):,}",
        "left out, label unknown": unknown or None,
        "left out, no amount or text": read.unreadable or None,
        "spending was positive, turned": ", ".join(s or "the file" for s in read.turned) or None,
        "no signs, in and out not told": ", ".join(s or "the file" for s in read.unsigned) or None,
        "mean of sources": _percent(made.mean_of_sources) if len(made.sources) > 1 else None,
    }
    first = {"all rows": made.pooled, "unique merchants": made.unique_merchants, "money in": made.money_in, "money out": made.money_out}
    if made.after_50 and made.agreed:
        first |= {"after the 50th row": made.after_50, "owner agreed before": made.agreed}
    parts = [pairs(head), _figures("rows", first)]
    for title, some in (("source", made.sources), ("decided by", made.decided_by), ("true group", made.groups)):
        if title != "source" or len(some) > 1:
            parts.append(_figures(title, some))
    curve = [(f"{p.confidence:.2f}", _percent(p.share), _percent(p.right)) for p in made.curve]
    parts.append(table(("confidence from", "share", "right"), curve, right=(1, 2)))
    confused = [(c.truth, c.said, str(c.rows)) for c in made.confused]
    parts.append(table(("truth", "said", "rows"), confused, right=(2,)))
    return "\n\n".join(parts)


def _corrected(after: dict[str, Corrected]) -> str:
    """What followed an owner's few corrections, by source."""
    rows = [
        (source or "the file", str(c.corrections), f"{c.rows:,}", _percent(c.right), _percent(c.next_right)) for source, c in after.items()
    ]
    return table(("source", "corrections", "rows after", "right there", "of the next 100"), rows, right=range(1, 5))


def _figures(title: str, some: dict[str, Figures]) -> str:
    head = (title, "rows", "right", "labelled", "right there", "at 0.9", "right there", "ECE")
    rows = [
        (n, f"{f.rows:,}", *map(_percent, (f.right, f.labelled, f.labelled_right, f.sure, f.sure_right)), f"{f.ece:.3f}")
        for n, f in some.items()
    ]
    return table(head, rows, right=range(1, 8))


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
