"""A CSV, whole: text to a Statement, by a mapping that is guessed or given."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from decimal import Decimal

import msgspec

from farthing.connections.files.identity import told_apart
from farthing.connections.files.model import ERRORS_MAX, Doubt, Mapping, RowError, Statement, Unreadable
from farthing.connections.files.tables.cells import words
from farthing.connections.files.tables.evidence import chain_of, style_of
from farthing.connections.files.tables.guess import Layout, holds_entry, layout_of, looks_tabular, missing_roles
from farthing.connections.files.tables.lines import ORDER_WORDS, Made, Maker, Passed
from farthing.connections.files.tables.rows import DELIMITERS, Row, Table
from farthing.connections.files.tables.signs import chains, signs_of
from farthing.connections.files.tables.words import ROLES
from farthing.core.errors import Rejected
from farthing.core.money import Money, is_currency
from farthing.ledger.model import BankAccount, StatementLine

_DELIMITER_ROWS = 200
_UNIT_IN_HEADER = re.compile(r"[(\[ _]([A-Z]{3})[)\]]?$")
_CARD = re.compile(r"card\b|credit ?card|visa|mastercard|amex|kreditkarte|carte de crédit|tarjeta", re.IGNORECASE)
_SAVINGS = re.compile(r"saving|spar|livret|ahorro|risparmio|poupan", re.IGNORECASE)
_CASH = re.compile(r"\bcash\b|wallet|bargeld|efectivo|contanti|esp[eè]ces", re.IGNORECASE)
_SIGNS = frozenset({"signed", "inverted", "indicator", "plus_in", "columns", "columns_signed"})


def read_table(text: str, *, name: str, mapping: Mapping | None, currency: str, today: dt.date, locale: str, digest: str) -> Statement:
    """Raises Rejected for what is not a table of transactions; the columns it cannot tell are in `missing`."""
    if mapping:
        _check(mapping)
    table = Table(text)
    table.delimiter = (mapping.delimiter if mapping else "") or table.said_delimiter or _delimiter(table)
    sample = table.sample()
    _refuse_prose(sample, table)
    if mapping:
        layout, doubts = _placed(mapping, sample), list[Doubt]()
    else:
        layout = layout_of(sample)
        mapping, doubts = _mapped(table, layout, sample, locale=locale, today=today)
    body = sample[layout.first :]
    if not body:
        raise Rejected("no_rows", "there is a header, but no row below it", field="file")
    shown = Statement(
        format="csv", digest=digest, mapping=mapping, layout=_fingerprint(mapping), headers=layout.headers,
        sample=[r.cells for r in body[:5]], doubts=doubts, missing=missing_roles(list(mapping.columns)),
    )  # fmt: skip
    if shown.missing:
        return shown
    return _filled(shown, table, layout, name=name, currency=currency, today=today)


def _delimiter(table: Table) -> str:
    return max(DELIMITERS, key=lambda d: looks_tabular(table.sample(delimiter=d, rows_max=_DELIMITER_ROWS)))


def _refuse_prose(sample: list[Row], table: Table) -> None:
    if not sample:
        errors: list[RowError] = []
        list(table.rows(errors=errors))
        if errors:
            raise Unreadable(errors)
        raise Rejected("empty_file", "the file is empty", field="file")
    if looks_tabular(sample) < 5 or max(len(r.cells) for r in sample) < 2:
        raise Rejected("not_a_statement", "this is not a statement that can be read: no rows with a date and an amount", field="file")


def _check(mapping: Mapping) -> None:
    strange = [r for r in mapping.columns if r and r not in ROLES]
    if strange:
        raise Rejected("bad_mapping", f"“{strange[0][:40]}” is not a meaning that a column can have", field="mapping.columns")
    if missing := missing_roles(list(mapping.columns)):
        raise Rejected("bad_mapping", f"no column is the {missing[0]}", field="mapping.columns")
    if mapping.sign not in _SIGNS or mapping.decimal not in {".", ","} or mapping.date_order not in {"ymd", "mdy", "dmy"}:
        raise Rejected("bad_mapping", "the way amounts or dates are written is not one we know", field="mapping")
    if ("amount" in mapping.columns) == mapping.sign.startswith("columns") or len(mapping.delimiter) != 1:
        raise Rejected("bad_mapping", "the sign of amounts does not fit the columns", field="mapping.sign")


def _placed(mapping: Mapping, sample: list[Row]) -> Layout:
    """Where the body begins under a given mapping: below the header that it was made for."""
    known = [words(h) for h in mapping.headers]
    header = next((i for i, r in enumerate(sample[:100]) if known and [words(c) for c in r.cells] == known), None)
    first = header + 1 if header is not None else 0
    if known and header is None:
        first = next((i for i, r in enumerate(sample) if holds_entry(r)), 0)
    return Layout(list(mapping.columns), list(mapping.headers), header, first, mapping.preset, mapping.sign)


def _mapped(table: Table, layout: Layout, sample: list[Row], *, locale: str, today: dt.date) -> tuple[Mapping, list[Doubt]]:
    mapping = Mapping(columns=tuple(layout.columns), headers=tuple(layout.headers), delimiter=table.delimiter, preset=layout.preset)
    dates = [i for r in ("date", "posted", "value") for i in mapping.at(r)]
    amounts = [i for r in ("amount", "debit", "credit", "balance") for i in mapping.at(r)]
    start = sample[layout.first].number if layout.first < len(sample) else 0
    body = (r for r in table.rows(errors=[]) if r.number >= start)
    style = style_of(body, dates=dates, amounts=amounts, locale=locale, delimiter=table.delimiter, today=today)
    doubts: list[Doubt] = []
    if not style.date_sure:
        doubts.append(
            Doubt(
                "date_order", f"the day and the month of “{style.example[:20]}” can be exchanged: read as {ORDER_WORDS[style.date_order]}"
            )
        )
    if not style.decimal_sure:
        doubts.append(Doubt("decimal", f"amounts can be read two ways: “{style.decimal}” is taken as the decimal mark"))
    mapping = msgspec.structs.replace(mapping, date_order=style.date_order, decimal=style.decimal, currency=_header_unit(layout, mapping))
    signs = signs_of(sample[layout.first :], mapping)
    if layout.sign and not (layout.sign == "signed" and signs.mode == "inverted" and not signs.doubt):
        return msgspec.structs.replace(mapping, sign=layout.sign), doubts
    if signs.swapped:
        other = {"debit": "credit", "credit": "debit"}
        mapping = msgspec.structs.replace(mapping, columns=tuple(other.get(c, c) for c in mapping.columns))
    if signs.doubt:
        doubts.append(signs.doubt)
    return msgspec.structs.replace(mapping, sign=signs.mode), doubts


def _header_unit(layout: Layout, mapping: Mapping) -> str | None:
    for role in ("amount", "debit", "credit", "balance"):
        for i in mapping.at(role):
            found = _UNIT_IN_HEADER.search(layout.headers[i].strip()) if i < len(layout.headers) else None
            if found and is_currency(found[1]):
                return found[1]
            for sign, unit in (("€", "EUR"), ("£", "GBP")):
                if i < len(layout.headers) and sign in layout.headers[i]:
                    return unit
    return None


def _fingerprint(mapping: Mapping) -> str:
    told = "|".join(words(h) for h in mapping.headers) or f"{len(mapping.columns)} columns"
    return hashlib.sha256(f"{mapping.delimiter}{told}".encode()).hexdigest()[:32]


def _filled(shown: Statement, table: Table, layout: Layout, *, name: str, currency: str, today: dt.date) -> Statement:
    assert shown.mapping is not None, "a table always has a mapping"
    maker = Maker(shown.mapping, currency=currency, today=today)
    errors: list[RowError] = []
    passed: list[RowError] = []
    lines: list[StatementLine] = []
    held: dict[str, list[Made]] = {}
    names: dict[str, str] = {}
    left = 0
    skip = layout.first
    for row in table.rows(errors=errors):
        if skip:
            skip -= 1
            continue
        made = maker.make(row)
        if isinstance(made, Made):
            lines.append(made.line)
            names.setdefault(made.line.account_ref, made.account_name)
            if made.balance is not None:
                _keep_last_day(held.setdefault(made.line.account_ref, []), made)
        elif isinstance(made, Passed):
            passed.append(RowError(row.number, "row", made.reason, made.code))
        elif len(errors) < ERRORS_MAX:
            errors.append(made)
        else:
            left += 1
    errors.sort(key=lambda e: e.row)
    if not lines:
        raise Unreadable(errors) if errors else Rejected("no_rows", "no row of this file is a transaction", field="file")
    kept, again = told_apart(lines)
    return msgspec.structs.replace(
        shown, lines=kept, errors=errors, errors_left_off=left, passed_over=(passed + again)[:ERRORS_MAX],
        accounts=_accounts(kept, names, held, file_name=name), doubts=[*shown.doubts, *_gaps(shown.mapping, table, layout)],
        first_day=min(line.date for line in kept), last_day=max(line.date for line in kept), unit_assumed=maker.unit_assumed,
    )  # fmt: skip


def _keep_last_day(rows: list[Made], made: Made) -> None:
    day = made.line.posted_date or made.line.date
    last = (rows[0].line.posted_date or rows[0].line.date) if rows else day
    if day > last:
        rows.clear()
    if day >= last:
        rows.append(made)


def _accounts(lines: list[StatementLine], names: dict[str, str], held: dict[str, list[Made]], *, file_name: str) -> list[BankAccount]:
    units: dict[str, str] = {}
    for line in lines:
        units.setdefault(line.account_ref, line.amount.currency)
    return [_account(ref, unit, names.get(ref, ""), held.get(ref, []), file_name=file_name) for ref, unit in units.items()]


def _account(ref: str, unit: str, named: str, last: list[Made], *, file_name: str) -> BankAccount:
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", file_name.rpartition("/")[2])[:60]
    name = named or ref or stem or "Imported account"
    kind = "card" if _CARD.search(name) else "savings" if _SAVINGS.search(name) else "cash" if _CASH.search(name) else "checking"
    digits = "".join(c for c in ref if c.isalnum())
    balance, as_of = None, None
    closing = _closing(last)
    if closing is not None and closing.balance is not None:
        try:
            balance = Money.of(closing.balance, unit).minor
            day = closing.line.posted_date or closing.line.date
            as_of = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
        except Rejected:
            balance = None
    mask = digits[-4:] if sum(c.isdigit() for c in digits[-4:]) >= 3 else None
    return BankAccount(ref=ref, name=name, kind=kind, currency=unit, mask=mask, balance=balance, as_of=as_of)


def _closing(last: list[Made]) -> Made | None:
    """The row after which no other of its day follows: whose balance no other row of the day starts from."""
    if len(last) < 2:
        return last[0] if last else None
    starts: dict[Decimal, int] = {}
    for made in last:
        start = _start(made)
        starts[start] = starts.get(start, 0) + 1
    ends = [m for m in last if m.balance is not None and (starts.get(m.balance, 0) - (_start(m) == m.balance)) <= 0]
    if len(ends) == 1:
        return ends[0]
    down = chain_of([(_value(m), m.balance) for m in last if m.balance is not None])
    return last[-1] if down.oldest_first else last[0]


def _value(made: Made) -> Decimal:
    return Decimal(str(made.line.amount))


def _start(made: Made) -> Decimal:
    assert made.balance is not None, "only rows with a balance are kept"
    return made.balance - _value(made)


def _gaps(mapping: Mapping, table: Table, layout: Layout) -> list[Doubt]:
    """Say so when the running balance does not follow from the amounts."""
    rows = table.sample()[layout.first :]
    found = [chain_of(pairs) for pairs in chains(rows, mapping).values()]
    pairs, agree = sum(c.pairs for c in found), sum(c.agree for c in found)
    if pairs < 2 or agree * 10 >= pairs * 9:
        return []
    return [
        Doubt("balance_gaps", f"the running balance follows from the amounts in {agree} of {pairs} steps: rows may be missing or doubled")
    ]
