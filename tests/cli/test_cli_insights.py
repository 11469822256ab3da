"""What a year of figures says, at a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Inside

ROWS = "Date,Description,Amount,Account\n" + "".join(f"2026-{m:02d}-05,SPOTIFY USA,-10.99,Everyday\n" for m in range(6, 12))


def test_what_is_found_is_dismissed_and_shown_again(farthing: Inside, tmp_path: Path) -> None:
    email = farthing.member()
    assert farthing("insights", email, "--look").out == "nothing to say\n"
    (tmp_path / "rows.csv").write_text(ROWS, encoding="utf-8")
    farthing("import", email, str(tmp_path / "rows.csv"))
    (series,) = farthing("recurring", email, "--look", "--json").json["items"]
    farthing("recurring", email, "--confirm", series["id"])

    (found,) = farthing("insights", email, "--look", "--json").json["items"]
    assert (found["kind"], found["amount"], found["dismissed_at"]) == ("subscriptions", "131.88", None)
    assert farthing("insights", email, "--dismiss", found["id"]).out == "nothing to say\n"
    assert [i["id"] for i in farthing("insights", email, "--dismissed", "--json").json["items"]] == [found["id"]]
    assert "1 subscription costs $131.88 a year: Spotify." in farthing("insights", email, "--restore", found["id"]).out
    assert farthing("insights", email, "--dismiss", "ins_1").code == 1
