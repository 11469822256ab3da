"""Files in, everything out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from farthing.cli.frame import as_json_option, pairs, run, say, table, tell

if TYPE_CHECKING:
    from farthing.flows.import_file import DryRun

ERRORS_SHOWN_MAX = 20


@click.command("import")
@click.argument("email")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--account", default=None, help="The account it belongs to (acc_...); without it, the file says, or a new one is made.")
@click.option("--mapping", default=None, help="How a CSV's columns are to be read, in JSON, as a dry run with --json shows it.")
@click.option("--dry-run", is_flag=True, help="Only say what it would do.")
@as_json_option
def import_file(*, email: str, file: Path, account: str | None, mapping: str | None, dry_run: bool, as_json: bool) -> None:
    """Take in a bank's file: OFX, QFX, QIF, camt, MT940 or CSV, whichever it is. The same file twice is taken in once.

    Example: farthing import ada@example.org statement.ofx --dry-run
    """

    async def story() -> int:
        from farthing.cli.compose import open_caller
        from farthing.connections.files.model import BYTES_MAX
        from farthing.core.ids import internal
        from farthing.flows.import_file import commit_import, drop_import, preview_import
        from farthing.web.api.imports import mapping_of

        with file.open("rb") as opened:
            content = opened.read(BYTES_MAX + 1)
        async with open_caller(email) as who:
            place = internal("acc", account, household=who.household_id) if account else None
            run = await preview_import(
                who.world, who.household_id, who.actor, content, name=file.name, account_id=place, columns=mapping_of(mapping)
            )
            if dry_run or run.statement.missing:
                await drop_import(who.world, who.household_id, who.actor, run.import_id)
                if dry_run or as_json:
                    _tell(run, who.household_id, as_json=as_json)
                if not dry_run:
                    say(f"farthing: the file does not say {_unclear(run)}; give a --mapping (no_mapping)")
                return int(not dry_run)
            done = await commit_import(who.world, who.household_id, who.actor, run.import_id)
        _tell_done(run, done.added, done.known + done.updated, done.similar, as_json=as_json)
        return 0

    run(story())


def _unclear(run: DryRun) -> str | None:
    return f"which column is {' or '.join(run.statement.missing)}" if run.statement.missing else None


def _tell(run: DryRun, household_id: int, *, as_json: bool) -> None:
    if as_json:
        from farthing.web.api.imports import import_object

        return tell(import_object(run, household_id), as_json=True, words=str)
    counts = run.counts
    told = {
        "format": run.statement.format,
        "new": counts.new,
        "known": counts.known,
        "similar": counts.similar,
        "refused": counts.refused,
        "in parts": run.split_rows or None,
        "accounts": ", ".join(f"{p.name} ({p.currency}{'' if p.account_id else ', new'}): {p.rows} rows" for p in run.placed) or None,
        "not clear": _unclear(run),
        "doubts": "; ".join(d.sentence for d in run.statement.doubts) or None,
        "seen before": "yes: these bytes were imported already" if run.again else None,
    }
    return tell(None, as_json=False, words=lambda: "\n".join(filter(None, [pairs(told), _errors(run)])))


def _tell_done(run: DryRun, added: int, known: int, similar: int, *, as_json: bool) -> None:
    from farthing.core.ids import public

    done = {
        "id": public("imp", run.import_id),
        "batch_id": public("bat", run.import_id),
        "format": run.statement.format,
        "state": "done",
        "counts": {"new": added, "known": known, "similar": similar, "refused": run.counts.refused},
        "errors": [{"row": e.row, "field": e.field, "reason": e.reason, "code": e.code} for e in run.errors],
    }
    words = f"{added} new, {known} known, {similar} similar, {run.counts.refused} refused (batch {done['batch_id']})"
    tell(done, as_json=as_json, words=lambda: "\n".join(filter(None, [words, _errors(run)])))


def _errors(run: DryRun) -> str:
    shown = run.errors[:ERRORS_SHOWN_MAX]
    if not shown:
        return ""
    left = len(run.errors) - len(shown) + run.statement.errors_left_off
    listed = table(("row", "field", "reason"), [(str(e.row), e.field, e.reason) for e in shown], right=(0,))
    return listed + (f"\n... and {left} more" if left else "")


@click.command()
@click.argument("email")
@click.option("--out", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path), help="The zip file to write.")
@as_json_option
def export(email: str, out: Path, as_json: bool) -> None:
    """Everything Farthing holds for the member's household: JSON, CSV, and what banks sent, in one zip file of one instant.

    Example: farthing export ada@example.org --out everything.zip
    """

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.flows.export import export_to_file

        async with open_caller(email) as who:
            size = await export_to_file(who.world, who.household_id, who.actor, out)
        tell({"file": str(out), "size_bytes": size}, as_json=as_json, words=lambda: f"{out}: {size:,} bytes")

    run(story())
