"""Exports we know by their headers: personal finance trackers whose categories are the owner's word, and files whose headers mislead."""

from __future__ import annotations

import msgspec

from farthing.connections.files.tables.cells import words


class Preset(msgspec.Struct, frozen=True):
    """`roles` by header; recognised when every header in it, but for `optional`, stands in the file. Columns not named are not used."""

    name: str
    roles: dict[str, str]
    optional: frozenset[str] = frozenset()
    sign: str = ""


PRESETS = (
    Preset(
        "mint",
        {
            "date": "date", "description": "merchant", "original description": "text", "amount": "amount", "transaction type": "indicator",
            "category": "category", "account name": "account", "labels": "tags", "notes": "note",
        },
        frozenset({"labels", "notes"}), "indicator",
    ),
    Preset(
        "monarch",
        {
            "date": "date", "merchant": "merchant", "category": "category", "account": "account", "original statement": "text",
            "notes": "note", "amount": "amount", "tags": "tags",
        },
        frozenset({"tags"}), "signed",
    ),
    Preset(
        "ynab",
        {
            "account": "account", "flag": "tags", "date": "date", "payee": "merchant", "category group category": "category",
            "memo": "note", "outflow": "debit", "inflow": "credit", "cleared": "",
        },
        frozenset({"flag", "cleared"}), "columns",
    ),
    Preset(
        "actual",
        {
            "account": "account", "date": "date", "payee": "merchant", "notes": "note", "category": "category", "amount": "amount",
            "cleared": "", "split amount": "split_total",
        },
        frozenset({"split amount"}), "signed",
    ),
    Preset(
        "amazon_orders",
        {"order id": "ref", "items": "text", "date": "date", "total": "amount", "payments": "", "shipping refund": ""},
        frozenset(), "inverted",
    ),
    Preset(
        "pc_mastercard",
        {"merchant name": "text", "card used for transaction": "", "date": "date", "amount": "amount"},
        frozenset(), "inverted",
    ),
    Preset(
        "ubs",
        {
            "produit": "account", "monn": "currency", "description": "account_name", "date de valeur": "date", "description 1": "text",
            "description 2": "text", "description 3": "text", "n de transaction": "ref", "debit": "debit", "credit": "credit",
            "solde": "balance",
        },
        frozenset({"solde"}), "columns",
    ),
)  # fmt: skip

TRACKERS = frozenset({"mint", "monarch", "ynab", "actual"})
# Mint without its header line is told by the kinds of its first columns: date, two texts, amount, debit/credit.
MINT_ORDER = ("date", "merchant", "text", "amount", "indicator", "category", "account", "tags", "note")


def preset_for(headers: list[str]) -> Preset | None:
    """The preset whose headers all stand in the file; the one that asks for most if several do."""
    names = {words(h) for h in headers}
    fitting = [p for p in PRESETS if p.roles.keys() - p.optional <= names]
    return max(fitting, key=lambda p: len(p.roles.keys() & names), default=None)


def columns_of(preset: Preset, headers: list[str]) -> list[str]:
    """One role a column; a header that stands twice counts once."""
    left = dict(preset.roles)
    return [left.pop(words(h), "") for h in headers]
