"""Rules at a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Inside

ROWS = "Date,Description,Amount\n2026-10-01,ZORBLAX,-31.20\n2026-10-06,QUUXLEY,-10.00\n"


def test_a_rule_is_tried_made_applied_listed_and_taken_away(farthing: Inside, tmp_path: Path) -> None:
    email = farthing.member()
    assert farthing("rule", "list", email).out.strip() == "no rules yet"
    (tmp_path / "a.csv").write_text(ROWS, encoding="utf-8")
    farthing("import", email, str(tmp_path / "a.csv"))
    said = ("--when", "zorblax >20", "--category", "Vet", "--tag", "dog", "--split", "40%", "vet", "--split", "60%", "gifts")
    tried = farthing("rule", "preview", email, *said, "--json").json
    assert (tried["matched"], tried["changed"], tried["rows"][0]["after"]) == (1, 1, "vet")
    assert "1 would change; nothing was changed" in farthing("rule", "preview", email, *said).out
    made = farthing("rule", "add", email, *said, "--name", "Dog", "--json").json
    assert made["does"] == ["Vet", "#dog", "split: 40 % Vet, 60 % Gifts"]
    ran = farthing("rule", "apply", email, made["id"], "--json").json
    assert ran["updated"] == 1
    (listed,) = farthing("rule", "list", email, "--json").json["items"]
    assert (listed["name"], listed["when"], listed["matched"]) == ("Dog", "zorblax >20", 1)
    assert farthing("undo", email, ran["batch_id"]).code == 0
    other = farthing("rule", "add", email, "--when", "quuxley", "--category", "Vet", "--json").json
    assert farthing("undo", email, other["batch_id"]).code == 0
    assert [r["name"] for r in farthing("rule", "list", email, "--json").json["items"]] == ["Dog"]
    gone = farthing("rule", "remove", email, made["id"], "--json").json
    assert farthing("rule", "list", email, "--json").json == {"items": []}
    assert farthing("undo", email, gone["batch_id"]).code == 0
    assert farthing("rule", "list", email, "--json").json["items"][0]["name"] == "Dog"


def test_what_cannot_be_is_refused_with_the_reason(farthing: Inside) -> None:
    email = farthing.member()
    refused = farthing("rule", "add", email, "--when", "/(/", "--category", "vet")
    assert (refused.code, "cannot be read" in refused.err) == (1, True)
    assert "no category is called" in farthing("rule", "add", email, "--when", "x", "--category", "nowhere").err
    assert "no such rule" in farthing("rule", "apply", email, "rul_1").err
