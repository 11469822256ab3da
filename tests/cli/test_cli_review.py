"""Review at a terminal: what is asked, and answers."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engines import postgres_bin
from farthing.cli.compose import open_caller
from farthing.flows.desk import write_desk
from farthing.flows.list_transactions import list_page
from farthing.ingest.suggestions.ask import Asked, ask
from farthing.ledger.reading.rows import Filter

if TYPE_CHECKING:
    from conftest import Inside

HEAD = "Date,Description,Amount\n"


def take_in(farthing: Inside, email: str, file: Path, rows: str) -> Any:
    file.write_text(HEAD + rows, encoding="utf-8")
    return farthing("import", email, str(file), "--json").json


def ask_about_both(email: str) -> None:
    """As an import does of two rows that look alike; there are only two."""

    async def story() -> None:
        async with open_caller(email) as who, write_desk(who.world, who.household_id, who.actor) as desk:
            one, two = [s.row.transaction_id for s in (await list_page(desk, Filter(), limit=2)).rows]
            await ask(desk.unit, desk.sealer, at=desk.at, batch_id=1, questions=[Asked(one, two)])

    asyncio.run(story())


def test_without_questions_it_says_so(farthing: Inside) -> None:
    email = farthing.member()
    assert farthing("review", email).out.strip() == "nothing to review"
    assert farthing("review", email, "--json").json == {"open": 0, "items": [], "rows": []}


def test_an_unknown_question_and_a_strange_answer_are_refused(farthing: Inside) -> None:
    email = farthing.member()
    refused = farthing("review", email, "--answer", "sug_1", "merge")
    assert (refused.code, "not_found" in refused.err) == (1, True)
    assert farthing("review", email, "--answer", "sug_1", "maybe").code == 2


def test_a_question_is_listed_answered_and_asked_again_when_undone(farthing: Inside, tmp_path: Path, monkeypatch: Any) -> None:
    email = farthing.member()
    take_in(farthing, email, tmp_path / "one.csv", "2026-10-01,LUNCH WITH ADA,-31.20\n2026-10-06,BISTRO JANINE,-31.20\n")
    monkeypatch.setenv("FARTHING_HOME", str(farthing.home))
    monkeypatch.setenv("FARTHING_POSTGRES_BIN", str(postgres_bin() or ""))
    ask_about_both(email)
    (question,) = farthing("review", email, "--json").json["items"]
    assert (question["kind"], question["left"]["amount"], question["answers"]) == ("same", "-31.20", ["merge", "keep_apart"])
    assert "Same amount five days apart" in farthing("review", email).out
    (said,) = farthing("review", email, "--answer", question["id"], "merge", "--json").json["answers"]
    assert (said["answered"], said["kept_id"]) == (1, question["left"]["id"])
    assert farthing("review", email, "--answer", question["id"], "merge").out.startswith(f"{question['id']}: merge already")
    assert farthing("review", email, "--answer", question["id"], "keep_apart").code == 1
    farthing("undo", email, said["batch_id"])
    assert farthing("review", email, "--json").json["open"] == 1


def test_rows_are_listed_by_merchant_and_sorted_with_all_like_them(farthing: Inside, tmp_path: Path) -> None:
    email = farthing.member()
    take_in(farthing, email, tmp_path / "one.csv", "2026-10-01,ZORBLAX,-31.20\n2026-10-06,ZORBLAX,-30.20\n2026-10-07,QUUXLEY,-1.00\n")
    first, second = farthing("review", email, "--json").json["rows"]
    assert (first["merchant"], first["rows"], first["kind"], first["category"]) == ("Zorblax", 2, "unknown", "uncategorised")
    assert "Quuxley" in farthing("review", email).out
    assert farthing("review", email, "--approve", second["id"]).code == 1, "nobody knows what it is"
    assert farthing("review", email, "--sort", first["id"], "nonsense").code == 1
    (done,) = farthing("review", email, "--sort", first["id"], "groceries", "--like", "--json").json["approved"]
    assert done["updated"] == 2
    assert [r["merchant"] for r in farthing("review", email, "--json").json["rows"]] == ["Quuxley"]
    farthing("undo", email, done["batch_id"])
    assert len(farthing("review", email, "--json").json["rows"]) == 2
