"""What a line is known by: hashes that outlive every version, because a hash that changes makes every row look new or changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from farthing.core.ids import AccountId
from farthing.core.money import Money
from farthing.ingest.ready import Named, named
from farthing.ledger.model import LineKind, StatementLine
from farthing.security.sealing import ClassKeys, KeyClass, Sealer

SEALER = Sealer(7, {KeyClass.INDEX: ClassKeys({1: b"k" * 32}, 1)})


def line(**more: Any) -> StatementLine:
    plain = {"account_ref": "acc-1", "amount": Money(-550, "USD"), "date": dt.date(2026, 11, 3), "text": "STARBUCKS #12 OAKLAND CA"}
    return StatementLine(**plain | more)  # type: ignore[arg-type]


def known_by(kind: LineKind, *lines: StatementLine) -> list[Named]:
    return named(lines, hashes=SEALER, placed={"acc-1": AccountId(3)}, kind=kind)


def test_a_line_is_known_by_the_same_hashes_in_every_version() -> None:
    (bank,) = known_by(
        LineKind.BANK,
        line(ref="txn-1", pending_ref="txn-0", posted_date=dt.date(2026, 11, 4), merchant="Starbucks", provider_code="COFFEE"),
    )
    (file,) = known_by(LineKind.FILE, line(reference="0042", occurrence=1, pending=True, mcc="5814", counterparty="Starbucks"))

    assert bank.ref.hex() == "e6499b688c28424344fa8d63a129e639"
    assert bank.pending_ref is not None
    assert bank.pending_ref.hex() == "27237fdb221b6671cd5e26c9ab685b32"
    assert bank.digest == 7037191441978072626
    assert file.ref.hex() == "4dc7099800455ac2983d62d2beb5d18d"
    assert file.digest == -6440823822616969257


def test_a_line_of_an_account_that_is_not_placed_is_left_alone() -> None:
    assert known_by(LineKind.BANK, line(account_ref="acc-2", ref="txn-1")) == []


def test_lines_that_differ_in_one_word_are_not_the_same() -> None:
    one = line(ref="txn-1")
    others = [
        line(ref="txn-1", amount=Money(-551, "USD")),
        line(ref="txn-1", amount=Money(-550, "CAD")),
        line(ref="txn-1", date=dt.date(2026, 11, 4)),
        line(ref="txn-1", posted_date=dt.date(2026, 11, 3)),
        line(ref="txn-1", pending=True),
        line(ref="txn-1", text="STARBUCKS #13 OAKLAND CA"),
        line(ref="txn-1", merchant="Starbucks"),
        line(ref="txn-1", provider_code="COFFEE"),
        line(ref="txn-1", mcc="5814"),
        line(ref="txn-1", reference="0042"),
        line(ref="txn-1", counterparty="Starbucks"),
    ]

    found = known_by(LineKind.BANK, one, *others)

    assert len({n.digest for n in found}) == 1 + len(others)
    assert len({n.ref for n in found}) == 1
