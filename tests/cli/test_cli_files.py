"""Files in and out at a terminal: what a file would do, doing it once, what cannot be read, and everything in one zip."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Inside

STATEMENT = """\
Date,Description,Amount
2026-10-01,CORNER BAKERY,-12.50
2026-10-02,PAYROLL ACME,2500.00
"""
BAD_ROWS = STATEMENT + "not a day,BAKERY,-3.00\n2026-10-03,BAKERY,1e9\n2026-10-03,BAKERY,NaN\n2026-10-03,BAKERY,١٢\n"
MINT = """\
"Date","Description","Original Description","Amount","Transaction Type","Category","Account Name","Labels","Notes"
"10/05/2026","Corner Bakery","CORNER BAKERY 4711","12.50","debit","Coffee Shops","Checking","work","with Bea"
"""


@pytest.fixture(scope="module")
def somebody(farthing: Inside) -> str:
    """A member into whose ledger nothing comes."""
    return farthing.member()


@pytest.fixture
def statement(tmp_path: Path) -> Path:
    return written(tmp_path / "checking.csv", STATEMENT)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_dry_run_says_what_a_file_would_do_and_does_nothing(farthing: Inside, email: str, statement: Path) -> None:
    looked = farthing("import", email, str(statement), "--dry-run")

    assert looked.code == 0, looked
    assert [line.split() for line in looked.out.splitlines()] == [
        ["format", "csv"],
        ["new", "2"],
        ["known", "0"],
        ["similar", "0"],
        ["refused", "0"],
        ["accounts", "checking", "(USD,", "new):", "2", "rows"],
    ]
    assert farthing("accounts", email).out == "no account\n"
    assert farthing("batches", email).out == "nothing yet\n"


def test_the_same_file_twice_is_taken_in_once(farthing: Inside, email: str, statement: Path) -> None:
    first = farthing("import", email, str(statement), "--json").json
    again = farthing("import", email, str(statement), "--json").json

    assert (first["state"], first["counts"]) == ("done", {"new": 2, "known": 0, "similar": 0, "refused": 0})
    assert again["counts"] == {"new": 0, "known": 2, "similar": 0, "refused": 0}
    (account,) = farthing("accounts", email, "--json").json["items"]
    assert (account["name"], account["balance"]) == ("checking", "2487.50")


def test_rows_that_cannot_be_read_are_named_and_the_others_are_taken(farthing: Inside, email: str, tmp_path: Path) -> None:
    taken = farthing("import", email, str(written(tmp_path / "checking.csv", BAD_ROWS)))

    assert taken.code == 0
    first, head, *rows = taken.out.splitlines()
    assert first.startswith("2 new, 0 known, 0 similar, 4 refused (batch bat_")
    assert head.split() == ["row", "field", "reason"]
    assert [row.split(maxsplit=2) for row in rows] == [
        ["4", "Date", "“not a day” is not a date (year, month, day)"],
        ["5", "Amount", "“1e9” is not an amount"],
        ["6", "Amount", "“NaN” is not an amount"],
        ["7", "Amount", "“١٢” is not an amount"],
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the file is empty (empty_file)"),
        ("once upon a time", "no rows with a date and an amount (not_a_statement)"),
        ("\0\1\2\3" * 50, "not text that a bank would send (not_a_statement)"),
        (
            "!Type:Invst\nD10/01/2026\nNBuy\nT12.50\n^\n",
            "only investments are in this file (1 trades), no cash transactions (investment_only)",
        ),
        ("Date,Description,Amount\n2026-10-01,SHOP,much\n", "does not say which column is amount; give a --mapping (no_mapping)"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    farthing: Inside, somebody: str, tmp_path: Path, text: str, reason: str
) -> None:
    refused = farthing("import", somebody, str(written(tmp_path / "file", text)))

    assert (refused.code, refused.out, refused.err.count("\n")) == (1, "", 1)
    assert refused.err.startswith("farthing: ")
    assert reason in refused.err


def test_a_dry_run_says_which_column_is_not_clear(farthing: Inside, somebody: str, tmp_path: Path) -> None:
    """In words, and for a program the columns as they were understood, to be put right."""
    file = str(written(tmp_path / "file.csv", "Date,Description,Amount\n2026-10-01,SHOP,much\n"))

    assert "not clear  which column is amount" in farthing("import", somebody, file, "--dry-run").out
    looked = farthing("import", somebody, file, "--dry-run", "--json").json
    assert (looked["missing"], looked["headers"]) == (["amount"], ["Date", "Description", "Amount"])
    assert looked["mapping"]["columns"][0] == "date"


def test_a_file_that_is_not_there_is_a_wrong_call(farthing: Inside, somebody: str, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.csv", tmp_path):
        answer = farthing("import", somebody, str(path))
        assert (answer.code, answer.out) == (2, "")
        assert "Invalid value for 'FILE'" in answer.err


def test_a_file_goes_into_the_account_that_is_named(farthing: Inside, email: str, statement: Path) -> None:
    farthing("import", email, str(statement))
    (account,) = farthing("accounts", email, "--json").json["items"]

    other = written(statement.with_name("later.csv"), "Date,Description,Amount\n2026-10-03,CINEMA,-9.00\n")
    assert farthing("import", email, str(other), "--account", account["id"]).code == 0
    assert [a["name"] for a in farthing("accounts", email, "--json").json["items"]] == ["checking"]
    nowhere = farthing("import", email, str(other), "--account", "acc_0")
    assert (nowhere.code, nowhere.err) == (1, "farthing: no such thing (not_found)\n")


def test_an_export_of_mint_keeps_what_its_owner_said(farthing: Inside, email: str, tmp_path: Path) -> None:
    """Account, category, tags and notes come along; the category counts as the owner's word."""
    farthing("import", email, str(written(tmp_path / "mint.csv", MINT)))

    (row,) = farthing("transactions", email, "--json").json["items"]
    assert (row["date"], row["amount"], row["merchant"]) == ("2026-10-05", "-12.50", "Corner Bakery")
    assert (row["category"]["slug"], row["category_source"]) == ("coffee", "owner")
    assert (row["tags"], row["note"]) == (["work"], "with Bea")


def test_a_mapping_says_what_the_columns_mean(farthing: Inside, email: str, tmp_path: Path) -> None:
    """What a dry run shows can be put right and given back."""
    file = str(written(tmp_path / "coins.csv", "Date,Description,Amount\n2026-10-01,CORNER BAKERY,12.50\n2026-10-02,CORNER BAKERY,3.00\n"))
    mapping = farthing("import", email, file, "--dry-run", "--json").json["mapping"]

    assert farthing("import", email, file, "--mapping", json.dumps(mapping | {"sign": "inverted"})).code == 0
    rows = farthing("transactions", email, "--json").json["items"]
    assert [row["amount"] for row in rows] == ["-3.00", "-12.50"]
    broken = farthing("import", email, file, "--mapping", "{")
    assert (broken.code, "the mapping cannot be read" in broken.err, broken.err.count("\n")) == (1, True, 1)


def test_everything_goes_into_one_private_zip_file(farthing: Inside, email: str, statement: Path, tmp_path: Path) -> None:
    farthing("import", email, str(statement))
    out = tmp_path / "everything.zip"

    made = farthing("export", email, "--out", str(out), "--json").json

    assert made == {"file": str(out), "size_bytes": out.stat().st_size}
    assert out.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        assert "CORNER BAKERY" in archive.read("csv/transactions.csv").decode()
        assert [n for n in archive.namelist() if n.startswith("raw/")]
        assert STATEMENT.encode() in [archive.read(n) for n in archive.namelist() if n.startswith("raw/")]


def test_an_export_that_cannot_be_written_leaves_nothing_behind(farthing: Inside, somebody: str, tmp_path: Path) -> None:
    refused = farthing("export", somebody, "--out", str(tmp_path / "nowhere" / "all.zip"))

    assert (refused.code, refused.out) == (1, "")
    assert "cannot write" in refused.err
    assert list(tmp_path.iterdir()) == []
