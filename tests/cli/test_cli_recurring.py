"""What comes again, at a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Inside

ROWS = "Date,Description,Amount,Account\n" + "".join(f"2026-{m:02d}-01,ALDER COURT RENT,-1200.00,Everyday\n" for m in range(6, 12))


def test_a_suggestion_is_found_confirmed_and_counted(farthing: Inside, tmp_path: Path) -> None:
    email = farthing.member()
    assert farthing("recurring", email).out == "nothing comes again so far\n"
    (tmp_path / "rows.csv").write_text(ROWS, encoding="utf-8")
    farthing("import", email, str(tmp_path / "rows.csv"))

    (found,) = farthing("recurring", email, "--look", "--json").json["items"]
    assert (found["state"], found["cadence"], found["amount"]) == ("suggested", "monthly", "-1200.00")

    assert "1 subscriptions and bills confirmed: -1200.00 a month" in farthing("recurring", email, "--confirm", found["id"]).out
    assert farthing("recurring", email, "--dismiss", found["id"], "--json").json["items"] == []
    assert farthing("recurring", email, "--confirm", "rec_1").code == 1
