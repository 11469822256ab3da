"""Limits on how often: GCRA in Valkey, atomic there, so that processes and machines share one count.

When Valkey does not answer, a `closed` rule (signing in, passwords, sign-up) is counted in this process alone: guessing stays limited,
nobody is locked out by the outage, and an attacker gains at most a factor of the number of processes. Every other rule stands open.
"""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict
from importlib import resources

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from farthing.core.dates import Clock
from farthing.core.errors import Limited

ANSWER_S = 0.25
KEYS_MAX = 50_000
_SCRIPT = resources.files("farthing.platform").joinpath("gcra.lua").read_text(encoding="utf-8")


class Rule(msgspec.Struct, frozen=True):
    """`burst` at once, then one every `every_s` seconds. `closed`: limits even when Valkey is away."""

    name: str
    burst: int
    every_s: float
    closed: bool = False

    @property
    def interval_ms(self) -> int:
        return round(self.every_s * 1000)

    @property
    def ahead_ms(self) -> int:
        return (self.burst - 1) * self.interval_ms


# At 20 at once and one in 15 minutes, an account stands fewer than 100 wrong passwords in 20 hours (NIST SP 800-63B-4); from one place, 10.
SIGN_IN_ACCOUNT = Rule("sign_in_account", burst=20, every_s=900, closed=True)
SIGN_IN_BOTH = Rule("sign_in_both", burst=10, every_s=300, closed=True)
SIGN_IN_PLACE = Rule("sign_in_place", burst=60, every_s=20, closed=True)
SIGN_UP_PLACE = Rule("sign_up_place", burst=10, every_s=360, closed=True)
FORGOTTEN_ACCOUNT = Rule("forgotten_account", burst=3, every_s=1200, closed=True)
FORGOTTEN_PLACE = Rule("forgotten_place", burst=10, every_s=180, closed=True)
PASSWORD_MEMBER = Rule("password_member", burst=10, every_s=120, closed=True)
RULE_LOOK = Rule("rule_look", burst=60, every_s=1)  # a preview follows the typing
RULE_RUN = Rule("rule_run", burst=20, every_s=15)
EXPORT_HOUSEHOLD = Rule("export_household", burst=5, every_s=600)


class Limits:
    """Counts against rules. One a process; `valkey` None means there is none."""

    def __init__(self, valkey: Redis | None, clock: Clock) -> None:
        self._clock = clock
        self._script = valkey.register_script(_SCRIPT) if valkey is not None else None
        self._valkey = valkey
        self._here: OrderedDict[str, float] = OrderedDict()

    async def spend(self, rule: Rule, key: str | bytes) -> None:
        """One more for `key`; raises Limited with the wait. `key` must not be personal in clear: a hash, an id, an address range."""
        name = _name(rule, key)
        wait_ms = await self._ask(rule, name)
        if wait_ms is None:
            wait_ms = self._ask_here(rule, name) if rule.closed else 0
        if wait_ms > 0:
            raise Limited("too_many_tries", "too many tries; wait a little", retry_after_s=math.ceil(wait_ms / 1000))

    async def forgive(self, rule: Rule, key: str | bytes) -> None:
        """Start the count of `key` anew, after the right password."""
        name = _name(rule, key)
        self._here.pop(name, None)
        if self._valkey is None:
            return
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._valkey.delete(name)
        except (RedisError, TimeoutError, OSError):
            return

    async def _ask(self, rule: Rule, name: str) -> float | None:
        """Milliseconds to wait, or None when Valkey does not answer."""
        if self._script is None:
            return None
        try:
            async with asyncio.timeout(ANSWER_S):
                return float(await self._script(keys=[name], args=[rule.interval_ms, rule.ahead_ms]))
        except (RedisError, TimeoutError, OSError):
            return None

    def _ask_here(self, rule: Rule, name: str) -> float:
        now = self._clock.monotonic_s() * 1000
        due = max(self._here.get(name, now), now)
        if due - now > rule.ahead_ms:
            return due - now - rule.ahead_ms
        self._here[name] = due + rule.interval_ms
        self._here.move_to_end(name)
        while len(self._here) > KEYS_MAX:
            self._here.popitem(last=False)
        return 0


def _name(rule: Rule, key: str | bytes) -> str:
    return f"limit:{rule.name}:{key.hex() if isinstance(key, bytes) else key}"
