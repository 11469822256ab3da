"""The operator's proofs at a terminal: keys and their rotation, the audit trail, the books; and that each proof notices its fault."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest

from engines import postgres_bin
from farthing.core.ids import internal
from farthing.platform.engines import Engines
from farthing.platform.settings import Settings

if TYPE_CHECKING:
    from conftest import Inside

PASSWORD = "seven grey herons at dusk"
CLASSES = ["content", "token", "index", "audit"]
Alter = Callable[[str, str], None]


@pytest.fixture
def alter(cli_home: Path) -> Alter:
    """Alters a household's rows as only the schema's owner can: `alter(household, "update ...")`."""
    settings = Settings.read({"FARTHING_HOME": str(cli_home), "FARTHING_POSTGRES_BIN": str(postgres_bin() or "")})

    async def story(household: str, statement: str) -> None:
        async with Engines.open(settings) as engines:
            conn = await asyncpg.connect(engines.owner_database_url)
            await conn.execute(f"begin; set local app.household = '{internal('hh', household)}'; {statement}; commit")
            await conn.close()

    return lambda household, statement: asyncio.run(story(household, statement))


@pytest.fixture
def household(farthing: Inside, tmp_path: Path) -> str:
    """One with a row in its books."""
    email, file = f"{secrets.token_hex(6)}@example.org", tmp_path / "checking.csv"
    made = farthing("member", "add", email, "--password-stdin", "--json", stdin=PASSWORD).json
    file.write_text("Date,Description,Amount\n2026-10-01,CORNER BAKERY,-12.50\n2026-10-02,PAYROLL,2500.00\n", encoding="utf-8")
    assert farthing("import", email, str(file)).code == 0
    return str(made["household_id"])


def test_keys_are_listed_by_class_and_turn_one_version_on(farthing: Inside, household: str) -> None:
    """What was sealed before a rotation stays readable after it."""
    before = farthing("keys", "status", "--json").json
    assert (before["service"], [i["class"] for i in before["items"]]) == ("local", CLASSES)

    made = farthing("keys", "rotate", "--json").json
    assert made["households"] >= 1

    after = farthing("keys", "status", "--json").json
    assert [i["version"] for i in after["items"]] == [i["version"] + 1 for i in before["items"]]
    assert [line.split()[0] for line in farthing("keys", "status").out.splitlines()] == ["class", *CLASSES]
    assert farthing("audit", "verify", "--household", household, "--json").json["altered"] == []


def test_an_event_of_the_trail_that_was_altered_is_named(farthing: Inside, household: str, alter: Alter) -> None:
    sound = farthing("audit", "verify", "--household", household)
    assert (sound.code, sound.out.endswith("events, none altered\n")) == (0, True)

    alter(household, "update audit_event set actor = 'system' where kind = 'file.imported'")

    found = farthing("audit", "verify", "--household", household)
    assert found.code == 1
    first, line = found.out.splitlines()
    assert first.endswith("events, 1 altered")
    assert line.startswith("altered: event aud_")
    assert line.endswith(f" of household {household}")


def test_a_sum_that_is_not_that_of_its_rows_is_named(farthing: Inside, household: str, alter: Alter) -> None:
    assert farthing("ledger", "verify", "--household", household).out == "1 households, nothing wrong\n"

    alter(household, "update rollup_month set total_out = total_out - 1 where total_out < 0")

    found = farthing("ledger", "verify", "--household", household)
    assert found.code == 1
    first, *lines = found.out.splitlines()
    assert first.startswith("1 households, ")
    assert all(line.startswith(f"{household}: ") for line in lines)
    assert any("2026-10" in line for line in lines), lines


def test_a_ledger_that_is_not_what_its_pages_make_of_it_is_told(farthing: Inside, household: str, alter: Alter) -> None:
    same = farthing("ledger", "rebuild", "--household", household)
    assert (same.code, same.out) == (0, "1 batches replayed, 2 rows: no differences\n")

    alter(household, "update transaction set hidden = true where amount = -1250")

    found = farthing("ledger", "rebuild", "--household", household)
    assert found.code == 1
    first, line = found.out.splitlines()
    assert first == "1 batches replayed, 2 rows: 1 differences"
    assert line.startswith("row txn_")
    assert line.endswith(": hidden True instead of False")
    told = json.loads(farthing("ledger", "rebuild", "--household", household, "--json").out)
    assert [(d["what"], d["only"], d["fields"]) for d in told["differences"]] == [("row", None, {"hidden": [True, False]})]


def test_a_past_that_is_no_longer_kept_is_said(farthing: Inside, household: str, alter: Alter) -> None:
    alter(household, "delete from landed")
    found = farthing("ledger", "rebuild", "--household", household)
    assert found.code == 1
    assert found.out.splitlines()[1] == "the files of 1 imports are no longer kept"


@pytest.mark.parametrize("proof", ["audit", "ledger"])
def test_a_household_that_is_no_id_is_refused(farthing: Inside, proof: str) -> None:
    answer = farthing(proof, "verify", "--household", "ada@example.org")
    assert (answer.code, answer.out, answer.err) == (1, "", "farthing: no such thing (not_found)\n")
