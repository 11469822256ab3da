"""`farthing doctor`: nothing to say where all is well, and what to do where it is not."""

from __future__ import annotations

import asyncio
import secrets
import socket
import socketserver
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import asyncpg
import pytest
import pytest_asyncio

from engines import throw_away_home
from farthing.platform.engines.postgres import PostgresEngine
from farthing.platform.engines.valkey import ValkeyEngine
from farthing.platform.migrate import migrate

if TYPE_CHECKING:
    from conftest import Answer, Inside


def states(told: Any) -> dict[str, str]:
    return {f["check"]: f["state"] for f in told["findings"]}


def found(answer: Answer, check: str) -> str:
    """The line of one check."""
    return next(line for line in answer.out.splitlines() if line.split()[1] == check)


@contextmanager
def mail_server(greeting: bytes) -> Iterator[str]:
    """The address of something that says this to whoever connects."""

    class Greeter(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.sendall(greeting)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Greeter) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"smtp://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_sound_installation_is_found_sound(banking: Inside) -> None:
    answer = banking("doctor", "--json")
    checked = states(answer.json)
    assert checked.keys() == {
        "settings", "address", "disk", "guesses", "mail", "schema", "keys", "database", "rights", "seals", "queue", "worker", "valkey",
        "provider",
    }  # fmt: skip
    assert "wrong" not in checked.values()
    assert (checked["mail"], checked["worker"]) == ("look", "look")


def test_what_is_wrong_is_named_with_what_to_do(farthing: Inside) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        dead = taken.getsockname()[1]
    answer = farthing("doctor", FARTHING_SMTP_URL=f"smtp://127.0.0.1:{dead}", FARTHING_PUBLIC_URL="http://money.example.org")
    assert answer.code == 1
    assert found(answer, "mail").startswith(f"WRONG  mail       127.0.0.1:{dead} does not answer; links for forgotten passwords")
    assert found(answer, "address").endswith("put a TLS proxy before it and set FARTHING_PUBLIC_URL=https://money.example.org")
    assert found(answer, "provider").startswith("look   provider   no bank can be linked")
    assert (
        found(answer, "worker")
        == "look   worker     none listens; no bank is read and no mail is sent; start one: `farthing worker`, or `farthing up`"
    )


def test_at_a_public_address_the_proxy_has_to_be_named(farthing: Inside) -> None:
    """Or everybody comes from it, and one who guesses passwords locks all others out."""
    public = {"FARTHING_PUBLIC_URL": "https://money.example.org"}
    assert found(farthing("doctor", **public), "address").endswith("set FARTHING_PROXIES to the proxy's address")
    assert found(farthing("doctor", **public, FARTHING_PROXIES="127.0.0.1"), "address") == "ok     address    https://money.example.org"


def test_for_programs_each_finding_says_what_why_and_what_to_do_apart(farthing: Inside) -> None:
    told = farthing("doctor", "--json", FARTHING_PUBLIC_URL="http://money.example.org").json
    address = next(f for f in told["findings"] if f["check"] == "address")
    assert address["what"] == "http://money.example.org is not encrypted"
    assert address["why"]
    assert "FARTHING_PUBLIC_URL=https://money.example.org" in address["to_do"]


@pytest.mark.parametrize(
    ("greeting", "line"),
    [
        (b"220 mail.example.org ESMTP ready\r\n", "ok     mail       127.0.0.1:{} greets"),
        (b"HTTP/1.1 400 Bad Request\r\n", "WRONG  mail       127.0.0.1:{} answers, but not as a mail server does"),
        (b"", "WRONG  mail       127.0.0.1:{} answers, but not as a mail server does"),
    ],
)
def test_a_mail_server_has_to_greet_as_one(farthing: Inside, greeting: bytes, line: str) -> None:
    with mail_server(greeting) as url:
        answer = farthing("doctor", FARTHING_SMTP_URL=url)
    assert found(answer, "mail").startswith(line.format(urlsplit(url).port))


def test_an_unknown_setting_is_found_before_anything_else(farthing: Inside) -> None:
    answer = farthing("doctor", FARTHING_DATABASE_ULR="postgres://nowhere")
    assert answer.code == 1
    assert "FARTHING_DATABASE_ULR" in answer.out


def test_a_database_that_does_not_answer_is_said(farthing: Inside) -> None:
    answer = farthing("doctor", FARTHING_DATABASE_URL="postgres://farthing@127.0.0.1:9/farthing")
    assert answer.code == 1
    assert "WRONG  database" in answer.out


@pytest.mark.parametrize(("mode", "line"), [(0o777, "WRONG  settings"), (0o755, "look   settings"), (0o711, "ok     settings")])
def test_a_home_that_others_can_change_is_a_fault(farthing: Inside, mode: int, line: str) -> None:
    with throw_away_home() as home:
        home.chmod(mode)
        answer = farthing("doctor", FARTHING_HOME=str(home), FARTHING_DATABASE_URL="postgres://farthing@127.0.0.1:9/farthing")
    assert found(answer, "settings").startswith(line)


def test_a_key_file_that_others_may_read_is_a_fault_and_one_for_its_group_a_hint(farthing: Inside) -> None:
    path = farthing.home / "keys" / "root.json"
    try:
        path.chmod(0o644)
        opened = farthing("doctor")
        path.chmod(0o640)
        grouped = farthing("doctor")
    finally:
        path.chmod(0o600)
    assert (opened.code, f"run: chmod 600 {path}" in found(opened, "keys")) == (1, True)
    assert (grouped.code, found(grouped, "keys").startswith("look ")) == (0, True)


# --- a database of one's own

Ask = Callable[..., Any]


class Own:
    """A migrated PostgreSQL that is not ours, and `doctor` looking at it as some role of it."""

    def __init__(self, farthing: Inside, postgres: PostgresEngine, valkey: ValkeyEngine, name: str) -> None:
        self._farthing, self._postgres, self._valkey, self._name = farthing, postgres, valkey, name

    def there(self, url: str) -> str:
        return urlsplit(url)._replace(path=f"/{self._name}").geturl()

    def alter(self, statement: str) -> None:
        async def story() -> None:
            conn = await asyncpg.connect(self.there(self._postgres.superuser_url))
            await conn.execute(statement)
            await conn.close()

        asyncio.run(story())

    def doctor(self, url: str = "") -> Answer:
        chosen = {
            "FARTHING_DATABASE_URL": self.there(url or self._postgres.app_url),
            "FARTHING_OWNER_DATABASE_URL": self.there(self._postgres.owner_url),
            "FARTHING_VALKEY_URL": self._valkey.url,
        }
        return self._farthing("doctor", **chosen)

    @property
    def owner_url(self) -> str:
        return self._postgres.owner_url

    @property
    def superuser_url(self) -> str:
        return self._postgres.superuser_url


@pytest_asyncio.fixture(loop_scope="session")
async def own(farthing: Inside, postgres_engine: PostgresEngine, valkey_engine: ValkeyEngine) -> AsyncIterator[Own]:
    name = f"doctor_{secrets.token_hex(4)}"
    admin = await asyncpg.connect(postgres_engine.superuser_url)
    await admin.execute(f"create database {name} owner farthing_owner")
    await admin.close()
    made = Own(farthing, postgres_engine, valkey_engine, name)
    await migrate(made.there(postgres_engine.owner_url))
    yield made


def test_whoever_row_level_security_does_not_hold_is_a_fault(own: Own) -> None:
    """The owner of the tables, a superuser, and a role that bypasses it: none of them may be what the application signs in as."""
    assert (
        found(own.doctor(), "rights") == "ok     rights     farthing_app works as farthing_app, owns nothing, is held by row-level security"
    )

    as_owner = own.doctor(own.owner_url)
    assert as_owner.code == 1
    assert "the database role farthing_owner owns" in found(as_owner, "rights")
    assert "the database role postgres is a superuser" in found(own.doctor(own.superuser_url), "rights")


def test_tables_that_are_not_walled_or_can_be_emptied_are_a_fault(own: Own) -> None:
    own.alter("grant truncate on budget to farthing_app")
    assert "the role farthing_app may truncate 1 tables" in found(own.doctor(), "rights")
    own.alter("alter table budget no force row level security")
    assert "row-level security is not forced on budget" in found(own.doctor(), "rights")


def test_what_has_waited_long_is_told_with_its_kind(own: Own) -> None:
    assert found(own.doctor(), "queue") == "ok     queue      nothing waits"
    own.alter("insert into due (household_id, kind, ref, next_at) values (1, 1, 7, now() - interval '2 hours')")
    assert found(own.doctor(), "queue").startswith(
        "look   queue      1 wait, the oldest (sync) for 120 min; what people see is as old as that"
    )
    own.alter("update due set tries = 8, next_at = now() + interval '1 day'")
    assert found(own.doctor(), "queue").startswith("look   queue      1 are set aside after many tries")
