"""Passwords: argon2id in a few threads of its own, and a judgement of what is too easy to guess.

Fifteen characters at least while a password is the only factor, no rules of composition, nothing cut off (ASVS 6.2, NIST SP 800-63B-4).
"""

from __future__ import annotations

import asyncio
import os
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import resources
from typing import Any, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from farthing.core.errors import Rejected, Unavailable

LENGTH_MIN = 15
LENGTH_MAX = 512
MEMORY_KIB = 46 * 1024
WAITING_MAX = 64

T = TypeVar("T")

_hasher = PasswordHasher(time_cost=1, memory_cost=MEMORY_KIB, parallelism=1)
_cores = ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="argon2")
_waiting = [0]
_RUNS = (
    "0123456789012345678901234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)
_LEET = str.maketrans("@$!|€", "asile")
_LEET_DIGITS = str.maketrans("013457", "oleast")


def accept(text: str, *, near: Iterable[str] = ()) -> str:
    """`text` as it is to be hashed, if it may be a password. `near`: the member's own words (e-mail, name). Raises Rejected."""
    password = _normal(text)
    if len(password) < LENGTH_MIN:
        raise Rejected("password_too_short", f"at least {LENGTH_MIN} characters; a few words in a row are fine", field="password")
    if len(password) > LENGTH_MAX:
        raise Rejected("password_too_long", f"at most {LENGTH_MAX} characters", field="password")
    if is_guessable(password, near=near):
        raise Rejected("password_too_common", "that one is among the first an attacker would try", field="password")
    return password


async def hash_new(password: str) -> str:
    """The argon2id hash of an accepted password. Raises Unavailable when too many wait."""
    return await _in_thread(_hasher.hash, password)


async def verify(kept: str | None, text: str) -> bool:
    """Whether `text` is the password of the hash `kept`. None (no such member) costs the same and is False."""
    if len(text) > LENGTH_MAX:
        return False
    try:
        password = _normal(text)
    except Rejected:
        return False
    return await _in_thread(_verify, kept, password)


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with weaker settings than today's; hash the password again at sign-in."""
    return _hasher.check_needs_rehash(kept)


def is_guessable(password: str, *, near: Iterable[str] = ()) -> bool:
    """Whether it is made of repeats, keyboard runs, one or two of the commonest passwords, or the member's own words."""
    text = password.casefold()
    own = {part for word in near for part in _words(word)}
    forms = {
        "".join(c for c in t if c.isalnum() or c > "~")
        for t in (text, text.translate(_LEET), text.translate(_LEET).translate(_LEET_DIGITS))
    }
    return any(_is_repeated(form) or _is_common(form, own) for form in forms)


def _is_repeated(text: str) -> bool:
    return any((text[:n] * (len(text) // n + 1)).startswith(text) for n in range(1, min(12, len(text) // 2) + 1))


def _is_common(text: str, own: set[str]) -> bool:
    """Nothing but the member's own words, at most two of the commonest, and beside them a year or a few characters."""
    left, used = text, set()
    for word in sorted(_common() | own, key=len, reverse=True):
        if len(word) >= 4 and word in left:
            left = left.replace(word, " ")
            used.add(word)
    used -= own
    rest = "".join(part for part in left.split() if not _is_run(part))
    return len(used) <= 2 and len(rest) <= (6 if rest.isdigit() else 3)


def _is_run(part: str) -> bool:
    doubled = (run + run for run in _RUNS)
    return len(part) >= 3 and any(part in run or part in run[::-1] for run in doubled)


def _words(text: str) -> set[str]:
    """The parts of an e-mail or a name that are long enough to recognise."""
    parts = "".join(c if c.isalnum() else " " for c in text.casefold()).split()
    return {p for p in [*parts, "".join(parts)] if len(p) >= 4}


@cache
def _common() -> frozenset[str]:
    return frozenset(resources.files("farthing.security").joinpath("common_passwords.txt").read_text(encoding="utf-8").split())


def _normal(text: str) -> str:
    """NFC, so that the same password typed on two systems is the same bytes."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Rejected("bad_text", "that is not text", field="password") from error
    return unicodedata.normalize("NFC", text)


@cache
def _nobody() -> str:
    """A hash of nothing anybody knows, to spend the same time on members that do not exist."""
    return _hasher.hash(os.urandom(16).hex())


def _verify(kept: str | None, password: str) -> bool:
    try:
        return _hasher.verify(kept or _nobody(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


async def _in_thread(work: Callable[..., T], *args: Any) -> T:
    """One a core at a time (46 MiB each); a queue beyond `WAITING_MAX` is a flood, and is told to come back."""
    if _waiting[0] >= WAITING_MAX:
        raise Unavailable("busy", "too many people are signing in just now; try again", retry_after_s=5)
    _waiting[0] += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_cores, work, *args)
    finally:
        _waiting[0] -= 1
