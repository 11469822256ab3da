"""Passwords: long rather than odd, never cut, never among the first an attacker tries."""

from __future__ import annotations

import asyncio
import unicodedata

import pytest
from argon2 import extract_parameters

from farthing.core.errors import Rejected
from farthing.security import passwords

GOOD = "my dog ate the blue carpet"

pytestmark = pytest.mark.usefixtures("as_at_work")


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "dragonfly lantern 88",
        "kV9$mQ2#xL7!pR4z",
        "ünïcödé pässwörter sind gut",
        "x7 " * 20 + "end of it",
        "🙂🎉🚗🏠🐶🌍🍕🎸📚🔑🧭🛶🪁🌵🥝",
        "word" * 3 + "less tables",
    ],
)
def test_a_long_password_of_ones_own_is_taken_as_it_is(text: str) -> None:
    assert passwords.accept(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "password_too_short"),
        ("short", "password_too_short"),
        ("kV9$mQ2#xL7!pR", "password_too_short"),
        ("x!9 " * 129, "password_too_long"),
        ("aaaaaaaaaaaaaaaaaaaa", "password_too_common"),
        ("                    ", "password_too_common"),
        ("123456789012345", "password_too_common"),
        ("987654321098765432", "password_too_common"),
        ("qwertyuiopasdfgh", "password_too_common"),
        ("1qaz2wsx3edc4rfv", "password_too_common"),
        ("passwordpassword", "password_too_common"),
        ("P@ssw0rdP@ssw0rd", "password_too_common"),
        ("Password12345678!", "password_too_common"),
        ("iloveyou iloveyou1", "password_too_common"),
        ("summer2025summer2025", "password_too_common"),
        ("correct horse battery staple", "password_too_common"),
        ("Anna.Schmidt1985!", "password_too_common"),
        ("annaschmidt example", "password_too_common"),
        ("\ud800" + GOOD, "bad_text"),
    ],
)
def test_what_is_short_endless_or_common_is_refused_with_the_reason(text: str, code: str) -> None:
    with pytest.raises(Rejected) as refusal:
        passwords.accept(text, near=["anna.schmidt@example.com"])
    assert refusal.value.code == code
    assert refusal.value.field == "password"


async def test_nothing_is_cut_off_a_long_password() -> None:
    long = "".join(chr(33 + i * 7 % 90) for i in range(512))
    kept = await passwords.hash_new(passwords.accept(long))
    assert await passwords.verify(kept, long)
    assert not await passwords.verify(kept, long[:-1] + "\x7f")


async def test_the_two_spellings_of_an_umlaut_are_one_password() -> None:
    kept = await passwords.hash_new(passwords.accept(unicodedata.normalize("NFD", "grüne Äpfel schmecken")))
    assert await passwords.verify(kept, unicodedata.normalize("NFC", "grüne Äpfel schmecken"))


@pytest.mark.parametrize("given", ["", "wrong", GOOD + " ", GOOD.upper(), "\ud800", "x" * 100_000])
async def test_another_password_is_no_password(given: str) -> None:
    assert not await passwords.verify(await passwords.hash_new(GOOD), given)


async def test_nobody_has_no_password() -> None:
    assert not await passwords.verify(None, GOOD)
    assert not await passwords.verify("", GOOD)
    assert not await passwords.verify("not a hash", GOOD)


async def test_the_cost_is_what_the_standard_asks() -> None:
    kept = await passwords.hash_new(GOOD)
    cost = extract_parameters(kept)
    assert (cost.type.name, cost.memory_cost >= 46 * 1024, cost.time_cost >= 1) == ("ID", True, True)
    assert not passwords.is_outdated(kept)
    assert passwords.is_outdated("$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$YQ3BRVL8lmL+YLYQb8Ovh2LKJ7FhzZxIe0AHjRqYZTs")


async def test_many_at_once_are_all_answered() -> None:
    kept = await passwords.hash_new(GOOD)
    assert await asyncio.gather(*(passwords.verify(kept, GOOD) for _ in range(8))) == [True] * 8
