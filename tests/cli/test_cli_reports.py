"""Reports at a terminal: in words, as JSON that is the API's, as a file that a spreadsheet opens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Inside

FILE = "Date,Description,Amount\n2026-10-01,LUNCH WITH ADA,-31.20\n2026-10-06,=PAYROLL ACME,2000.00\n"
OCTOBER = ("--from", "2026-10-01", "--to", "2026-10-31")


def test_every_report_says_the_same_in_words_as_json_and_in_a_file(farthing: Inside, tmp_path: Path) -> None:
    email, file = farthing.member(), tmp_path / "one.csv"
    file.write_text(FILE, encoding="utf-8")
    assert farthing("import", email, str(file), "--json").code == 0

    spent = farthing("report", "spending", email, *OCTOBER, "--by", "account", "--json").json
    assert (spent["total"]["net"], len(spent["rows"])) == ("1968.80", 1)
    assert "1968.80" in farthing("report", "spending", email, *OCTOBER, "--by", "account").out
    merchants = farthing("report", "spending", email, *OCTOBER, "--by", "merchant", "--csv").out
    assert '"total","","","2000.00","-31.20","1968.80","2"' in merchants
    assert "\"'=" in merchants or '"=' not in merchants

    flow = farthing("report", "cash-flow", email, "--period", "2026-10", "--json").json
    assert flow["total"]["net"] == "1968.80"
    assert '"saved","","","1968.80"' in farthing("report", "cash-flow", email, "--period", "2026-10", "--csv").out

    changed = farthing("report", "compare", email, "--month", "2026-10", "--with", "2026-09", "--json").json
    assert sum(float(r["change"]) for r in changed["rows"]) == 1968.80
    assert "2026-09-01 to 2026-09-30" in farthing("report", "compare", email, "--month", "2026-10", "--with", "2026-09").out

    worth = farthing("report", "net-worth", email, "--from", "2026-09", "--to", "2026-10", "--json").json
    assert [d["date"] for d in worth["days"]] == ["2026-09-30", "2026-10-31"]
    assert worth["days"][1]["net"] in farthing("report", "net-worth", email, "--from", "2026-09", "--to", "2026-10").out


def test_what_a_report_does_not_know_is_refused(farthing: Inside) -> None:
    email = farthing.member()
    assert farthing("report", "spending", email, "--by", "colour").code == 2
    assert farthing("report", "spending", email, "--json", "--csv").code == 2
    refused = farthing("report", "compare", email, "--with", "yesterday")
    assert (refused.code, "bad_with" in refused.err) == (1, True)
