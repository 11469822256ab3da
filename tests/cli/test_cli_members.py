"""Members, tokens and the end of a household, at a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Inside

PASSWORD = "seven grey herons at dusk"


def test_a_member_is_added_once(farthing: Inside) -> None:
    """Both ids are printed; the same address is refused in one sentence."""
    added = farthing("member", "add", "ada@example.org", "--password-stdin", "--json", stdin=f"{PASSWORD}\n")
    assert added.json["household_id"].startswith("hh_")
    assert added.json["member_id"].startswith("mem_")
    again = farthing("member", "add", "ada@example.org", "--password-stdin", stdin=PASSWORD)
    assert (again.code, again.out) == (1, "")
    assert again.err == "farthing: there is a member with that e-mail address already (email_taken)\n"


def test_a_password_is_checked_and_never_asked_for_without_a_terminal(farthing: Inside) -> None:
    short = farthing("member", "add", "bea@example.org", "--password-stdin", stdin="short")
    assert (short.code, short.err.count("\n")) == (1, 1)
    assert "password_too_short" in short.err
    unasked = farthing("member", "add", "bea@example.org")
    assert unasked.code == 2
    assert "--password-stdin" in unasked.err


def test_a_password_is_set_anew(farthing: Inside) -> None:
    email = farthing.member()
    done = farthing("member", "password", email, "--password-stdin", stdin="eleven brown otters by the weir")
    assert done.code == 0
    told = farthing("member", "password", email, "--password-stdin", "--json", stdin="twelve brown otters by the weir")
    assert told.json == {"email": email, "changed": True}
    unknown = farthing("member", "password", "nobody@example.org", "--password-stdin", stdin=PASSWORD)
    assert (unknown.code, "no_such_member" in unknown.err) == (1, True)


def test_a_token_is_printed_once_listed_without_its_secret_and_revoked(farthing: Inside) -> None:
    email = farthing.member()
    made = farthing("token", "new", email, "--scope", "read", "--days", "30", "--name", "report", "--json")
    secret, key = made.json["token"], made.json["id"]
    assert secret.startswith("fth_")
    listed = farthing("token", "list", email, "--json")
    assert [(t["id"], t["scope"], t["name"]) for t in listed.json["items"]] == [(key, "read", "report")]
    assert secret not in listed.out
    assert farthing("token", "revoke", email, key, "--json").json == {"id": key, "revoked": True}
    assert (farthing("token", "revoke", email, key)).code == 1


def test_in_words_the_token_alone_is_on_stdout(farthing: Inside) -> None:
    """So that `token=$(farthing token new ...)` is all a script needs."""
    made = farthing("token", "new", farthing.member(), "--scope", "write")
    assert made.out.strip().startswith("fth_")
    assert made.out.count("\n") == 1
    assert "not shown again" in made.err


def test_erasure_asks_for_a_yes_and_gives_a_receipt_that_can_be_checked(farthing: Inside, tmp_path: Path) -> None:
    email = farthing.member()
    hesitant = farthing("erase", email)
    assert hesitant.code == 2
    assert "say --yes" in hesitant.err
    erased = farthing("erase", email, "--yes", "--json")
    assert erased.json["rows"]["member"] == 1
    (tmp_path / "receipt.json").write_text(erased.out)
    assert (farthing("receipt", str(tmp_path / "receipt.json"))).code == 0
    checked = farthing("receipt", str(tmp_path / "receipt.json"), "--json")
    assert checked.json == {"receipt_id": erased.json["receipt_id"], "ours": True}
    forged = erased.json | {"banks_ended": 7}
    (tmp_path / "forged.json").write_text(json.dumps(forged))
    assert (farthing("receipt", str(tmp_path / "forged.json"))).code == 1
    assert (farthing("accounts", email)).code == 1
