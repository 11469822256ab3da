"""`farthing doctor`: nothing to say where all is well, and what to do where it is not."""

from __future__ import annotations

import socket
from typing import Any

from cli.conftest import Terminal


def states(told: Any) -> dict[str, str]:
    return {f["check"]: f["state"] for f in told["findings"]}


def test_a_sound_installation_is_found_sound(banking: Terminal) -> None:
    answer = banking("doctor", "--json")
    found = states(answer.json)
    assert {"settings", "address", "disk", "schema", "keys", "database", "queue", "valkey", "provider"} <= found.keys()
    assert "wrong" not in found.values()
    assert found["mail"] == "look"


def test_what_is_wrong_is_named_with_what_to_do(farthing: Terminal) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        dead = taken.getsockname()[1]
    answer = farthing("doctor", FARTHING_SMTP_URL=f"smtp://127.0.0.1:{dead}", FARTHING_PUBLIC_URL="http://money.example.org")
    assert answer.code == 1
    assert f"WRONG  mail       127.0.0.1:{dead} does not answer" in answer.out
    assert "look   address    http://money.example.org is not encrypted" in answer.out
    assert "look   provider   no bank can be linked" in answer.out


def test_an_unknown_setting_is_found_before_anything_else(farthing: Terminal) -> None:
    answer = farthing("doctor", FARTHING_DATABASE_ULR="postgres://nowhere")
    assert answer.code == 1
    assert "FARTHING_DATABASE_ULR" in answer.out


def test_a_database_that_does_not_answer_is_said(farthing: Terminal) -> None:
    answer = farthing("doctor", FARTHING_DATABASE_URL="postgres://farthing@127.0.0.1:9/farthing")
    assert answer.code == 1
    assert "WRONG  database" in answer.out
