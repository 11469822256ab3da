"""Ids: 64-bit and time-ordered inside, opaque prefixed strings outside.

Inside, `new_id()` is milliseconds << 20 plus a counter that starts at a random place, so ids of one process never repeat and two
processes hardly ever meet; an insert that counts fewer rows than it was given must therefore raise. Small per-household numbers (accounts,
own categories) carry a tag of their household when they leave, so that another household's id can never name one of ours.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import threading
from functools import lru_cache
from typing import NewType

from farthing.core.dates import Clock
from farthing.core.errors import Missing

HouseholdId = NewType("HouseholdId", int)
MemberId = NewType("MemberId", int)
AccountId = NewType("AccountId", int)
ConnectionId = NewType("ConnectionId", int)
TransactionId = NewType("TransactionId", int)
BatchId = NewType("BatchId", int)
CategoryId = NewType("CategoryId", int)
BudgetId = NewType("BudgetId", int)
AlertId = NewType("AlertId", int)

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUE = {c: i for i, c in enumerate(_ALPHABET)}
_clock = Clock()
_lock = threading.Lock()
_state = [0, 0]


def new_id() -> int:
    """A fresh 62-bit id, larger than every earlier one of this process."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[int]:
    """`count` fresh ids, ascending, larger than every earlier one of this process."""
    with _lock:
        ms = int(_clock.now().timestamp() * 1000)
        if ms > _state[0]:
            _state[0], _state[1] = ms, secrets.randbelow(1 << 19)
        else:
            _state[1] += 1
        first = (_state[0] << 20) + _state[1]  # a counter that is full goes on in the next millisecond
        _state[0], _state[1] = divmod(first + max(count, 1) - 1, 1 << 20)
        return list(range(first, first + count))


def first_id_of(at: dt.datetime) -> int:
    """The smallest id that can have been made at `at`."""
    return int(at.timestamp() * 1000) << 20


_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]


def _text(number: int) -> str:
    """Base 32, two digits at a time: a page writes hundreds of ids."""
    out = ""
    while number >= 32:
        out = _PAIRS[number & 1023] + out
        number >>= 10
    return _ALPHABET[number] + out if number or not out else out


@lru_cache(maxsize=4096)
def _tag(prefix: str, household: int, number: int) -> int:
    material = f"{prefix}|{household}|{number}".encode()
    return int.from_bytes(hashlib.blake2b(material, digest_size=4, person=b"farthing-id").digest())


def public(prefix: str, number: int, *, household: int | None = None) -> str:
    """The outside form, `txn_1h7...`; with `household` the number is tagged as that household's own."""
    return f"{prefix}_{_text(number)}" if household is None else _owned(prefix, number, household)


@lru_cache(maxsize=4096)  # a page says the same few categories and accounts over and over
def _owned(prefix: str, number: int, household: int) -> str:
    return f"{prefix}_{_text(number << 32 | _tag(prefix, household, number))}"


def internal(prefix: str, text: str, *, household: int | None = None) -> int:
    """The number inside; anything that is not ours raises Missing, so that a guess and a lie look alike."""
    head, _, body = text.partition("_")
    if head != prefix or not 1 <= len(body) <= 20 or any(c not in _VALUE for c in body):
        raise Missing("not_found", "no such thing")
    number = 0
    for c in body:
        number = number * 32 + _VALUE[c]
    if household is not None:
        number, tag = number >> 32, number & 0xFFFFFFFF
        if tag != _tag(prefix, household, number):
            raise Missing("not_found", "no such thing")
    if number >= 1 << 63:
        raise Missing("not_found", "no such thing")
    return number
