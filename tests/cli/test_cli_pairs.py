"""What belongs together, said at a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Inside

ROWS = """Date,Description,Amount,Account
2026-10-01,ZORBLAX,-500.00,Everyday
2026-10-02,SNIRK,-80.00,Everyday
2026-10-09,BLORP,30.00,Everyday
2026-10-02,QUUX,500.00,Rainy days
"""


def test_a_transfer_and_a_refund_are_paired_taken_apart_and_undone(farthing: Inside, tmp_path: Path) -> None:
    email = farthing.member()
    (tmp_path / "rows.csv").write_text(ROWS, encoding="utf-8")
    farthing("import", email, str(tmp_path / "rows.csv"))
    items = farthing("transactions", email, "--json").json["items"]
    out, into, bought, back = [next(i["id"] for i in items if i["amount"] == a) for a in ("-500.00", "500.00", "-80.00", "30.00")]

    fitting = farthing("pair", email, out, "--json").json["items"]
    assert [(i["id"], i["kind"], i["amount"]) for i in fitting] == [(into, "transfer", "500.00")]
    assert into in farthing("pair", email, out).out

    joined = farthing("pair", email, out, into, "--json").json
    assert (joined["kind"], joined["other_id"]) == ("transfer", into)
    assert farthing("pair", email, out, into).out == "joined already\n"
    told = farthing("pair", email, out).out
    assert told.startswith(f"paired already: transfer {into}, 2026-10-02 500.00 Quux"), told
    assert [i["id"] for i in farthing("pair", email, out, "--json").json["paired"]] == [into]
    refund = farthing("pair", email, back, bought, "--refund", "--amount", "25.00", "--json").json
    assert refund["batch_id"].startswith("bat_")

    assert farthing("unpair", email, into, "--json").json["kind"] == "transfer"
    assert farthing("unpair", email, into).code == 1
    assert farthing("unpair", email, back, "--refund").out.startswith("taken apart (batch bat_")
    undone = farthing("undo", email, joined["batch_id"])
    assert undone.code == 1, "taken apart since"


def test_what_cannot_be_is_refused_with_its_reason(farthing: Inside, tmp_path: Path) -> None:
    email = farthing.member()
    (tmp_path / "rows.csv").write_text(ROWS, encoding="utf-8")
    farthing("import", email, str(tmp_path / "rows.csv"))
    out, bought, *_ = [i["id"] for i in farthing("transactions", email, "--json").json["items"] if i["amount"].startswith("-")]
    same = farthing("pair", email, out, bought)
    assert (same.code, "a transfer has its halves in two accounts" in same.err) == (1, True)
    assert farthing("pair", email, out, "txn_1").code == 1
    assert farthing("pair", email, out, bought, "--amount", "5").code == 2
    assert farthing("pair", email, out, "--refund").code == 2
