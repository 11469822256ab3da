"""What a log may say: what is on the list, no secrets, and where a crash happened but not what was in it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from farthing.platform import log

CANARY = "hunter2-canary"


class Said(io.StringIO):
    """What was logged, one object a line."""

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def said() -> Iterator[Said]:
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    stream = Said()
    log.configure("info", stream=stream, pretty=False)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)


def test_what_is_not_on_the_list_is_named_and_not_shown(said: Said) -> None:
    structlog.get_logger().info("synced", rows=3, email=CANARY, body={"amount": CANARY})
    assert said.lines[0]["rows"] == 3
    assert said.lines[0]["left_out"] == "body,email"
    assert CANARY not in said.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "fth_AbCdEf0123456789AbCdEf0123456789AbCdEf01234",
        "access-sandbox-1b2c3d4e-0000",
        "public-production-9f8e7d6c",
        "Authorization: Bearer AbCdEf0123456789",
        "postgres://farthing:pa55word@db/farthing",
        "password=correct-horse",
        '{"secret": "correct-horse"}',
        "client_secret=correct-horse",
        "cookie: farthing=AbCdEf",
        "anna.schmidt@example.com",
        "card 4111111111111111 refused",
        "account 0123456789",
    ],
)
def test_what_looks_like_a_secret_is_blanked_wherever_it_stands(said: Said, text: str) -> None:
    structlog.get_logger().warning(text, reason=text)
    logging.getLogger("some.library").warning("it said %s", text)
    for secret in ("AbCdEf", "1b2c3d4e", "9f8e7d6c", "pa55word", "correct-horse", "schmidt", "4111111111111111", "0123456789"):
        assert secret not in said.getvalue().replace(said.lines[0]["timestamp"], "")
    assert said.getvalue().count("***") >= 3


def test_a_crash_is_told_by_its_kinds_and_places_alone(said: Said) -> None:
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as error:
            raise ValueError(f"no such thing as {CANARY}") from error
    except ValueError:
        structlog.get_logger().exception("bug", kind="sync")
        logging.getLogger("some.library").exception("it crashed")
    first, second = said.lines
    assert first["error"] == second["error"] == "ValueError"
    assert "KeyError: " in first["where"]
    assert "test_log.py" in first["where"]
    assert CANARY not in said.getvalue()


@pytest.mark.parametrize("pretty", [False, True])
def test_one_event_is_one_line_whatever_it_quotes(said: Said, pretty: bool) -> None:
    log.configure("info", stream=said, pretty=pretty)
    structlog.get_logger().info("said\n12:00:00 error   forged", reason="x\r\n\x1b[2Jy\u2028z")
    assert len(said.getvalue().splitlines()) == 1
    assert "\x1b" not in said.getvalue()


def test_a_long_text_is_cut(said: Said) -> None:
    structlog.get_logger().info("said", reason="word " * 1000)
    assert len(said.lines[0]["reason"]) <= log.TEXT_MAX + 1


def test_libraries_speak_only_when_something_is_wrong(said: Said) -> None:
    logging.getLogger("httpx").info("HTTP Request: POST https://bank.example/%s", CANARY)
    logging.getLogger("httpx").warning("slow")
    assert [line["event"] for line in said.lines] == ["slow"]
