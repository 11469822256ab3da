"""Imports as the page shows them: what a file would do, what one has done, and everything that can be undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

import msgspec

from farthing.connections import store
from farthing.connections.files.model import BYTES_MAX, RowError, Statement
from farthing.connections.files.tables.words import ROLES
from farthing.connections.model import Connection as Link
from farthing.connections.status import sentence
from farthing.core.dates import zone
from farthing.core.errors import Missing
from farthing.core.ids import ConnectionId, public
from farthing.core.money import decimal_text
from farthing.flows.desk import Desk
from farthing.flows.import_file import Counts as RunCounts
from farthing.flows.import_file import DryRun as Run
from farthing.flows.import_file import Verdict, find_import
from farthing.flows.import_long import Underway
from farthing.flows.import_places import accounts_of
from farthing.flows.left_out import missed
from farthing.flows.read_file import kept_of
from farthing.flows.settle_splits import stated_parts
from farthing.flows.view_models.connections import (
    BatchRow,
    ColumnChoice,
    Counts,
    DryRun,
    Imported,
    Imports,
    PreviewRow,
    RefusedRow,
    Running,
    Style,
)
from farthing.flows.view_models.format import counted, when_view
from farthing.flows.view_models.parts import Choice, Sentence, words
from farthing.flows.view_parts import Eye, eye_of
from farthing.ingest.batches.batch import BatchRow as Batch
from farthing.ingest.batches.batch import BatchState, batches
from farthing.ingest.suggestions.ask import open_questions
from farthing.ledger.accounts import Account, accounts
from farthing.ledger.model import BatchKind, StatementLine

FORMATS = "OFX, QFX, QIF, camt, MT940 or CSV, as your bank offers it"
PAGE = 50
PREVIEW_MAX = 10
ALIKE_MAX = 10
ERRORS_MAX = 50
SAMPLES_MAX = 5
NEW = "new"
ROLE_NAMES = {
    "date": "Date", "posted": "Day booked", "value": "Value date", "text": "Description", "merchant": "Merchant", "payer": "Payer",
    "counterparty": "Other account", "amount": "Amount", "debit": "Money out", "credit": "Money in", "indicator": "In or out",
    "balance": "Balance", "currency": "Currency", "account": "Account number", "account_name": "Account name", "category": "Your category",
    "subcategory": "Your subcategory", "bank_category": "Bank’s category", "note": "Note", "tags": "Tags", "ref": "Bank’s id",
    "reference": "Reference", "status": "Status", "mcc": "Merchant code", "split_total": "Total of a split",
}  # fmt: skip
DATE_ORDERS = {"ymd": "Year, month, day", "mdy": "Month, day, year", "dmy": "Day, month, year"}
DECIMALS = {".": "Point: 1,204.10", ",": "Comma: 1.204,10"}
SIGNS = {
    "signed": "Minus is money out",
    "inverted": "Minus is money in",
    "indicator": "A column says in or out",
    "plus_in": "Only money in has a plus",
    "columns": "Out and in have columns of their own",
    "columns_signed": "Columns of their own, with signs",
}


async def view_imports(desk: Desk, *, connection_id: int | None = None, before: int = 2**62) -> Imports:
    """The upload and what was imported; with a connection what it synced. Raises Missing for no such connection."""
    link: Link | None = None
    if connection_id is not None:
        link = await store.find(desk.unit, desk.sealer, ConnectionId(connection_id))
    kind = BatchKind.SYNC if link else BatchKind.IMPORT
    found = await batches(desk.unit, desk.sealer, kinds=[kind], connection_id=connection_id, before=before, count=PAGE + 1)
    held = await accounts(desk.unit, desk.sealer)
    eye = eye_of(desk)
    more = f"cursor={public('bat', found[PAGE - 1].batch_id)}" if len(found) > PAGE else ""
    rows = tuple(
        _batch(eye, b, held, link) for b in found[:PAGE] if (b.state != BatchState.DRY_RUN or b.finished_at) and b.error != "dropped"
    )
    base = Imports(FORMATS, rows, bytes_max=BYTES_MAX, size_max=f"{BYTES_MAX // 2**20} MB", next_href=f"/imports?{more}" if more else "")
    if link is None:
        return base
    return msgspec.structs.replace(
        base,
        history=f"Sync history of {link.institution.name}",
        none_yet="Nothing came through this link yet.",
        next_href=f"/imports?connection={public('con', link.connection_id)}&{more}" if more else "",
        upload=False,
    )


def _batch(eye: Eye, batch: Batch, held: dict[int, Account], link: Link | None) -> BatchRow:
    account = held.get(batch.account_id) if batch.account_id is not None else None
    name = link.institution.name if link else kept_of(batch).name or "A file"
    into = f" into {account.text.name}" if account and not link else ""
    return BatchRow(
        id=public("bat", batch.batch_id),
        when=when_in_words(eye, batch.started_at),
        what=f"{name}{into}",
        counts=counts_in_words(batch),
        href=_href(batch) if not link or missed(batch).count else "",
        undone=batch.state == BatchState.UNDONE,
        undo=batch.state == BatchState.DONE and bool(batch.added or batch.updated),
        failed=failure_in_words(batch),
    )


def _href(batch: Batch) -> str:
    if batch.kind == BatchKind.IMPORT:
        return f"/imports/{public('imp', batch.batch_id)}"
    return f"/activity/{public('bat', batch.batch_id)}"


def when_in_words(eye: Eye, at: dt.datetime) -> str:
    """`Today, 14:02`."""
    place = zone(eye.zone)
    said = when_view(at.astimezone(place), eye.now.astimezone(place), locale=eye.locale)
    return said[:1].upper() + said[1:]


def failure_in_words(batch: Batch) -> str:
    """Why a batch did not go through; empty for one that did."""
    return (sentence(batch.error or "") or "It did not go through.") if batch.state == BatchState.FAILED else ""


def left_out_lines(batch: Batch) -> tuple[str, ...]:
    """Rows that could not be taken, each with its reason."""
    return tuple(f"{row.what}: {row.reason}" for row in missed(batch).rows)


def counts_in_words(batch: Batch) -> str:
    """`12 new, 3 changed`."""
    refused = kept_of(batch).refused if batch.kind == BatchKind.IMPORT else missed(batch).count
    said = [
        f"{batch.added:,} new" if batch.added else "",
        f"{batch.updated:,} changed" if batch.updated else "",
        f"{batch.removed:,} taken back" if batch.removed else "",
        f"{batch.known:,} already here" if batch.known and batch.kind == BatchKind.IMPORT else "",
        f"{refused:,} refused" if refused else "",
    ]
    return ", ".join(filter(None, said)) or "nothing new"


def view_dry_run(desk: Desk, run: Run, held: dict[int, Account], *, wrong: str = "") -> DryRun:
    """What a file would do, with its first rows, and how its columns were understood."""
    eye, statement = eye_of(desk), run.statement
    several = len(run.placed) > 1
    return DryRun(
        id=public("imp", run.import_id),
        file_name=run.name or "A file",
        format_name=statement.format if statement.format.startswith("camt") else statement.format.upper(),
        counts=Counts(run.counts.new, run.counts.known, run.counts.similar, run.counts.refused),
        sentence=_run_words(run.counts, statement),
        rows=_preview(desk, eye, run),
        errors=refused_rows(run.errors[:ERRORS_MAX]),
        columns=_columns(statement),
        accounts=() if several or not run.placed else _places(desk, run, held),
        style=_style(statement),
        doubts=_doubts(run),
        places=tuple(f"{p.name}: {counted(p.rows, 'row')}{'' if p.account_id else ', a new account'}" for p in run.placed)
        if several
        else (),
        passed_over=len(statement.passed_over),
        columns_open=bool(statement.missing or statement.doubts or wrong),
        wrong=wrong or f"{run.stopped[:1].upper()}{run.stopped[1:]}",
        many_errors=run.counts.refused > ERRORS_MAX,
    )


def _doubts(run: Run) -> tuple[str, ...]:
    again = ["The same file was imported before."] if run.again else []
    return (*again, *(f"{d.sentence[:1].upper()}{d.sentence[1:]}." for d in run.statement.doubts))


def _run_words(counts: RunCounts, statement: Statement) -> Sentence:
    if statement.missing:
        return words(("Which column is the " + " and which the ".join(statement.missing) + "?", "strong"))
    pieces: list[str | tuple[str, Literal["strong", "over"]]] = [(f"{counts.new:,} new", "strong"), f", {counts.known:,} already here"]
    if counts.similar:
        pieces.append(f", {counts.similar:,} {'looks' if counts.similar == 1 else 'look'} alike")
    if counts.refused:
        pieces += [", ", (f"{counts.refused:,} refused", "over")]
    return words(*pieces)


def refused_rows(errors: Sequence[RowError]) -> tuple[RefusedRow, ...]:
    """Rows that cannot be read, and why."""
    return tuple(RefusedRow(e.row, e.field, e.reason) for e in errors)


def _preview(desk: Desk, eye: Eye, run: Run) -> tuple[PreviewRow, ...]:
    """The first rows, and those that look like one that is here."""
    names = {p.ref: p.name for p in run.placed}
    lines = run.statement.lines
    alike = [x for x in lines[PREVIEW_MAX:] if x.row is not None and run.verdicts.get(x.row) == "similar"]
    return tuple(_preview_row(desk, eye, x, names, run) for x in (*lines[:PREVIEW_MAX], *alike[:ALIKE_MAX]))


def _preview_row(desk: Desk, eye: Eye, line: StatementLine, names: dict[str, str], run: Run) -> PreviewRow:
    verdict: Verdict = run.verdicts.get(line.row, "new") if line.row is not None else "new"
    amount = eye.of(line.amount.minor, line.amount.currency, plus=line.amount.minor > 0)
    unit = line.amount.currency
    parts = tuple(
        " ".join(filter(None, (decimal_text(p.amount, unit), desk.categories.of(p.category_id).name, p.note)))
        for p in stated_parts(desk, line, None)
    )
    return PreviewRow(eye.dated(line.date), line.merchant or line.text, amount, names.get(line.account_ref, ""), verdict, parts)


def _columns(statement: Statement) -> tuple[ColumnChoice, ...]:
    mapping = statement.mapping
    if mapping is None:
        return ()
    width = len(mapping.columns)
    rows = [[*cells[:width], *[""] * (width - len(cells))] for cells in statement.sample[:SAMPLES_MAX]]
    heads = [*statement.headers[:width], *(f"Column {n + 1}" for n in range(len(statement.headers), width))]
    return tuple(
        ColumnChoice(heads[n] or f"Column {n + 1}", tuple(cells[n][:80] for cells in rows), _roles(role))
        for n, role in enumerate(mapping.columns)
    )


def _roles(chosen: str) -> tuple[Choice, ...]:
    return (Choice("", "Leave out", chosen=not chosen), *(Choice(r, ROLE_NAMES.get(r, r), chosen=r == chosen) for r in ROLES))


def _style(statement: Statement) -> Style | None:
    mapping = statement.mapping
    if mapping is None:
        return None

    def choices(names: dict[str, str], chosen: str) -> tuple[Choice, ...]:
        return tuple(Choice(value, name, chosen=value == chosen) for value, name in names.items())

    return Style(choices(DATE_ORDERS, mapping.date_order), choices(DECIMALS, mapping.decimal), choices(SIGNS, mapping.sign))


def _places(desk: Desk, run: Run, held: dict[int, Account]) -> tuple[Choice, ...]:
    """Accounts in the file's currency (any, where it names none), the one that was found chosen; a new one besides."""
    (place,) = run.placed
    household = desk.household.household_id
    open_unit, home = run.statement.unit_assumed, desk.household.currency
    fitting = [a for a in held.values() if open_unit or a.currency == place.currency]
    fitting = [a for a in fitting if a.closed_on is None or a.account_id == place.account_id]
    named = next((a.name for a in accounts_of(run.statement)), "") or place.name

    def label(account: Account) -> str:
        mask = f" ··{account.text.mask}" if account.text.mask else ""
        unit = f", in {account.currency}" if open_unit and account.currency != home else ""
        return f"{account.text.name}{mask}{', ' + account.text.institution if account.text.institution else ''}{unit}"

    ours = [Choice(public("acc", a.account_id, household=household), label(a), chosen=a.account_id == place.account_id) for a in fitting]
    new = Choice(NEW, f"A new account: {named}", chosen=place.account_id is None)
    return (new, *ours) if place.account_id is None else (*ours, new)


def view_running(far: Underway, import_id: int) -> Running:
    """How far a long import is."""
    said = words((f"{far.done:,} of {far.rows:,} rows are in", "strong"))
    return Running(public("imp", import_id), far.name or "A file", said, share=round(100 * far.done / max(far.rows, 1)))


async def view_imported(desk: Desk, import_id: int) -> Imported:
    """An import that was carried out. Raises Missing for one that was not."""
    batch = await find_import(desk, import_id)
    if batch.state not in {BatchState.DONE, BatchState.UNDONE}:
        raise Missing("not_found", "no such import")
    held = await accounts(desk.unit, desk.sealer)
    account = held.get(batch.account_id) if batch.account_id is not None else None
    undone = batch.state == BatchState.UNDONE
    back = batch.updated and not batch.added
    said = f"{counted(batch.updated, 'transaction')} brought back" if back else f"{counted(batch.added, 'transaction')} imported"
    refused = kept_of(batch).refused
    rest = ", ".join(filter(None, [f"{batch.known:,} were here already" if batch.known else "", f"{refused:,} refused" if refused else ""]))
    into = f"Into {account.text.name}. " if account else ""
    key = public("acc", account.account_id, household=desk.household.household_id) if account else ""
    return Imported(
        batch_id=public("bat", batch.batch_id),
        file_name=kept_of(batch).name or "A file",
        sentence=words(("This import was undone", "strong")) if undone else words((said, "strong"), f", {rest}" if rest else ""),
        text="" if undone else f"{into}It can be undone here at any time.",
        rows_href=f"/transactions?account={key}" if key else "/transactions",
        undone=undone,
        left_out=left_out_lines(batch),
        alike=0 if undone else len(await open_questions(desk.unit, desk.sealer, batch_id=batch.batch_id)),
    )
