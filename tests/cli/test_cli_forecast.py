"""What balances will be, at a terminal."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Inside


def test_the_forecast_is_told_as_a_table_and_as_json(farthing: Inside, tmp_path: Path) -> None:
    email = farthing.member()
    assert "no account that is spent from" in farthing("forecast", email).out
    rows = [f"{dt.date(2026, 6, 6) + dt.timedelta(days=7 * n)},Zorblax groceries,-20.00,Everyday" for n in range(20)]
    (tmp_path / "rows.csv").write_text("\n".join(["Date,Description,Amount,Account", *rows, ""]), encoding="utf-8")
    farthing("import", email, str(tmp_path / "rows.csv"))

    told = farthing("forecast", email, "--days", "14")

    assert told.out.splitlines()[0].split() == ["of", "today", "lowest", "between", "on", "in", "7", "days", "in", "14", "days"]
    assert len(farthing("forecast", email, "--json").json["lines"][0]["days"]) == 61
    assert farthing("forecast", email, "--days", "61").code == 2
    assert farthing("forecast", email, "--account", "acc_1").code == 1
