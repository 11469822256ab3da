"""`farthing evaluate`: figures of a labelled file, with nothing else of ours running."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from farthing.cli.main import main

ROWS = "what,amount,kind of\nSTARBUCKS STORE 00123,-4.50,Treats\nSHELL OIL 5744,-40,Fuel\nACME PAYROLL,2000,Pay\nQXZ,-1,Whims\n"


def run(tmp_path: Path, *options: str, rows: str = ROWS) -> tuple[int, str]:
    (tmp_path / "rows.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "labels.csv").write_text("label,group\nTreats,food\n", encoding="utf-8")
    answer = CliRunner().invoke(main, ["evaluate", str(tmp_path / "rows.csv"), *options])
    return answer.exit_code, answer.output


def known(tmp_path: Path) -> tuple[str, ...]:
    return ("--column", "descriptor=what", "--column", "category=kind of", "--labels", str(tmp_path / "labels.csv"))


def test_a_file_is_measured_in_words_and_in_json(tmp_path: Path) -> None:
    code, words = run(tmp_path, *known(tmp_path))
    assert code == 0
    assert "Whims (1)" in words
    assert "money in" in words
    code, told = run(tmp_path, *known(tmp_path), "--learn", "--json")
    assert code == 0
    assert '"unknown_labels":{"Whims":1}' in told
    assert '"after_50"' in told


def test_what_cannot_be_measured_is_refused_with_the_reason(tmp_path: Path) -> None:
    assert run(tmp_path)[0] == 1
    code, words = run(tmp_path, "--column", "flavour=what")
    assert code == 2
    assert "flavour is none of descriptor" in words
    code, words = run(tmp_path, *known(tmp_path), "--currency", "XXQ")
    assert (code, "XXQ is no currency of ISO 4217" in words) == (2, True)
    assert run(tmp_path, rows="")[0] == 1
