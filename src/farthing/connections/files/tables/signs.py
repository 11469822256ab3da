"""Which amounts go out: proven by the running balance where there is one, told by a column, or stated as a doubt."""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec

from farthing.connections.files.model import Doubt, Mapping
from farthing.connections.files.tables.cells import Amount, amount_in, words
from farthing.connections.files.tables.evidence import Chain, chain_of
from farthing.connections.files.tables.rows import Row
from farthing.connections.files.tables.words import IN_WORDS, OUT_WORDS

_PAID_IN = re.compile(r"\b(payment|autopay|thank you|zahlung erhalten|paiement|pago recibido|betaling)\b", re.IGNORECASE)


class Signs(msgspec.Struct, frozen=True):
    """The mode for `Mapping.sign`, and whether debit and credit change places."""

    mode: str
    swapped: bool = False
    doubt: Doubt | None = None


def signs_of(rows: list[Row], mapping: Mapping) -> Signs:
    """From a sample of the body; `mapping` has its columns and decimal mark already."""
    if "debit" in mapping.columns or "credit" in mapping.columns:
        return _of_columns(rows, mapping)
    amounts = [a for a in (_cell(r, mapping, "amount") for r in rows) if a]
    chain = _chain(rows, mapping)
    told = _told(rows, mapping)
    if amounts and all(not a.marked for a in amounts):
        if told:
            return Signs("indicator")
        if chain.sign:
            return Signs("signed" if chain.sign > 0 else "inverted")
        return Signs("signed", doubt=Doubt("sign", "no amount has a sign: all are read as money coming in"))
    if chain.sign:
        return Signs("signed" if chain.sign > 0 else "inverted")
    if all(a.value >= 0 for a in amounts):
        return Signs("plus_in") if any(not a.marked for a in amounts) else Signs("signed")
    if told:
        against = sum(side * amount < 0 for side, amount in told)
        return Signs("inverted" if against * 2 > len(told) else "signed")
    return _by_payments(rows, mapping, [a.value for a in amounts])


def chains(rows: list[Row], mapping: Mapping) -> dict[str, list[tuple[Decimal, Decimal]]]:
    """(amount as written, balance) of the rows that have both, by account and in file order."""
    out: dict[str, list[tuple[Decimal, Decimal]]] = {}
    account = next(iter(mapping.at("account")), None)
    for row in rows:
        balance = _cell(row, mapping, "balance")
        value = _net(row, mapping)
        if balance and value is not None:
            name = row.cells[account] if account is not None and account < len(row.cells) else ""
            out.setdefault(name, []).append((value, balance.value))
    return out


def _chain(rows: list[Row], mapping: Mapping) -> Chain:
    longest = max(chains(rows, mapping).values(), key=len, default=[])
    return chain_of(longest)


def _net(row: Row, mapping: Mapping) -> Decimal | None:
    if "amount" in mapping.columns:
        amount = _cell(row, mapping, "amount")
        return amount.value if amount else None
    debit, credit = _cell(row, mapping, "debit"), _cell(row, mapping, "credit")
    if debit is None and credit is None:
        return None
    return (abs(credit.value) if credit else Decimal()) - (abs(debit.value) if debit else Decimal())


def _of_columns(rows: list[Row], mapping: Mapping) -> Signs:
    debits = [a for a in (_cell(r, mapping, "debit") for r in rows) if a and a.value]
    negative = sum(a.value < 0 for a in debits)
    mode = "columns_signed" if debits and negative * 2 > len(debits) else "columns"
    return Signs(mode, swapped=mode == "columns" and _chain(rows, mapping).sign < 0)


def _told(rows: list[Row], mapping: Mapping) -> list[tuple[int, Decimal]]:
    """(side by the indicator column, amount) of all rows; empty unless nearly every word is known and it is not always the same."""
    index = next(iter(mapping.at("indicator")), None)
    if index is None:
        return []
    out: list[tuple[int, Decimal]] = []
    strange = 0
    for row in rows:
        amount = _cell(row, mapping, "amount")
        word = words(row.cells[index]) if index < len(row.cells) else ""
        if not amount or not word:
            continue
        side = -1 if word in OUT_WORDS else 1 if word in IN_WORDS else 0
        strange += not side
        out.append((side, amount.value))
    return out if out and strange * 20 <= len(out) else []


def _by_payments(rows: list[Row], mapping: Mapping, values: list[Decimal]) -> Signs:
    """A card statement that counts purchases up: most amounts positive, while the payments to the card are negative."""
    texts = mapping.at("text") + mapping.at("merchant")
    paid: list[Decimal] = []
    for row in rows:
        amount = _cell(row, mapping, "amount")
        if amount and any(i < len(row.cells) and _PAID_IN.search(row.cells[i]) for i in texts):
            paid.append(amount.value)
    positive = sum(v > 0 for v in values)
    if paid and all(v < 0 for v in paid) and positive * 10 >= len(values) * 6 and len(values) >= 3:
        return Signs(
            "inverted", doubt=Doubt("sign", "purchases seem to be written without a minus, as on a card statement: read as going out")
        )
    return Signs("signed")


def _cell(row: Row, mapping: Mapping, role: str) -> Amount | None:
    index = next(iter(mapping.at(role)), None)
    if index is None or index >= len(row.cells) or not row.cells[index]:
        return None
    return amount_in(row.cells[index], mapping.decimal)
