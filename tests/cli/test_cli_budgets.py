"""Budgets changed at a terminal: limits by month, covering, and envelopes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Inside

ROWS = "Date,Description,Amount,Account\n2026-10-01,ACME PAYROLL,2000.00,Everyday\n2026-10-02,SAFEWAY GROCERIES,-80.00,Everyday\n"


@pytest.fixture(scope="module")
def email(farthing: Inside, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Somebody with limits on groceries and on the vet."""
    email, rows = farthing.member(), Path(tmp_path_factory.mktemp("files")) / "rows.csv"
    rows.write_text(ROWS, encoding="utf-8")
    farthing("import", email, str(rows))
    assert farthing("budget", "add", email, "groceries", "300").out.endswith(": Groceries, 300.00 USD\n")
    assert farthing("budget", "add", email, "vet", "50", "--rollover", "both", "--cap", "100", "--json").json["limit"] == "50.00"
    return email


def limits(farthing: Inside, email: str, month: str) -> dict[str, str]:
    return {i["name"]: i["limit"] for i in farthing("budgets", email, "--period", month, "--json").json["items"]}


def test_a_limit_is_another_in_one_month_or_from_it_on(farthing: Inside, email: str) -> None:
    assert farthing("budget", "limit", email, "groceries", "+50", "--month", "2099-03", "--only").out.endswith("Groceries, 350.00 USD\n")
    later = farthing("budget", "limit", email, "groceries", "400", "--month", "2099-06", "--json").json
    assert [limits(farthing, email, f"2099-{m}")["Groceries"] for m in ("02", "03", "04", "06", "08")] == [
        "300.00", "350.00", "300.00", "400.00", "400.00",
    ]  # fmt: skip
    farthing("undo", email, later["batch_id"])
    assert limits(farthing, email, "2099-08")["Groceries"] == "300.00"


def test_envelopes_are_filled_and_emptied(farthing: Inside, email: str) -> None:
    assert farthing("budget", "plan", email).code == 1
    assert farthing("budget", "mode", email, "plan", "--opening", "500").out == "plan\n"
    told = farthing("budget", "move", email, "60", "--to", "vet", "--json").json
    assert [(i["name"], i["assigned"], i["available"]) for i in told["items"]] == [("Groceries", "0.00", "0.00"), ("Vet", "60.00", "60.00")]
    assert (
        farthing("budget", "move", email, "20", "--from", "vet", "--to", "groceries").out.splitlines()[-1] == "still to assign 440.00 USD"
    )
    assert farthing("budget", "mode", email, "track").out == "track\n"


def test_a_budget_that_is_removed_comes_back(farthing: Inside, email: str) -> None:
    batch = farthing("budget", "remove", email, "vet", "--json").json["batch_id"]
    assert farthing("budget", "remove", email, "vet").code == 1
    farthing("undo", email, batch)
    assert farthing("budget", "limit", email, "vet", "70").code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("add", "groceries", "0"), ("add", "nonsense", "10"), ("limit", "groceries", "a lot"),
        ("limit", "groceries", "10", "--month", "May"),
        ("cover", "groceries", "vet", "--month", "2026-10"), ("move", "1e3", "--to", "vet"), ("mode", "plan", "--opening", "much"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_line_and_changes_nothing(farthing: Inside, email: str, words: tuple[str, ...]) -> None:
    wrong = farthing("budget", words[0], email, *words[1:])
    assert (wrong.code, wrong.out, wrong.err.count("\n")) == (1, "", 1)
