"""Who is failing for everybody. Asked by background work alone; its state is in Valkey and fails open: each link then backs off by itself.

A breaker per (provider, bank): a few failures in a row open it, for longer each time; when its time is up one caller probes. A budget per
provider bounds what share of the calls may be retries, so that our retries never keep a provider down.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from redis.asyncio import Redis

from farthing.core.errors import Disconnected, FarthingError, NeedsOperator, NeedsOwner, Unavailable
from farthing.platform.valkey import bypass

FAILURES_MAX = 5
OPEN_FIRST_S, OPEN_MAX_S = 30, 1800
PROBE_S = 60
KEPT_S = 6 * 3600
WELL_S = 2.0  # a bank that is well is not asked after again for so long
BUDGET_MAX = 50
BUDGET_SHARE = 0.1  # of a retry, earned by each call that went through

# KEYS: provider's breaker, bank's breaker, budget. ARGV: now, probe seconds, tries, most.
# Answers the seconds to wait, 0 = go, -1 = no retry left, -2 = go, and say how it went.
_ASK = """
local now = tonumber(ARGV[1])
local probes = {}
for i = 1, 2 do
  local b = redis.call('hmget', KEYS[i], 'until', 'probe')
  local open_until = tonumber(b[1] or '0') or 0
  local probe = tonumber(b[2] or '0') or 0
  if open_until > now then return math.ceil(open_until - now) end
  if probe > now then return math.ceil(probe - now) end
  if open_until > 0 then probes[#probes + 1] = KEYS[i] end
end
if tonumber(ARGV[3]) > 1 then
  local held = tonumber(redis.call('get', KEYS[3]) or ARGV[4])
  if held < 1 then return -1 end
  redis.call('set', KEYS[3], held - 1, 'ex', 3600)
end
for _, key in ipairs(probes) do redis.call('hset', key, 'probe', now + tonumber(ARGV[2])) end
if redis.call('exists', KEYS[1], KEYS[2], KEYS[3]) > 0 then return -2 end
return 0
"""
# KEYS: breaker, the provider's open ones. ARGV: now, failures_max, open_first, open_max, kept, bank.
_FAIL = """
local n = redis.call('hincrby', KEYS[1], 'failures', 1)
local over = n - tonumber(ARGV[2])
if over >= 0 then
  local open = math.min(tonumber(ARGV[4]), tonumber(ARGV[3]) * 2 ^ math.min(over, 10))
  redis.call('hset', KEYS[1], 'until', tonumber(ARGV[1]) + open, 'probe', 0)
  redis.call('zadd', KEYS[2], tonumber(ARGV[1]) + open, ARGV[6])
  redis.call('zremrangebyscore', KEYS[2], '-inf', ARGV[1])
  redis.call('expire', KEYS[2], ARGV[5])
end
redis.call('expire', KEYS[1], ARGV[5])
return n
"""
# KEYS: provider's breaker, bank's breaker, budget, the provider's open ones. ARGV: most, share, bank.
_WELL = """
redis.call('del', KEYS[1], KEYS[2])
redis.call('zrem', KEYS[4], '', ARGV[3])
local held = tonumber(redis.call('get', KEYS[3]) or ARGV[1]) + tonumber(ARGV[2])
if held >= tonumber(ARGV[1]) then redis.call('del', KEYS[3]) else redis.call('set', KEYS[3], held, 'ex', 3600) end
return 1
"""


class Verdict(msgspec.Struct, frozen=True):
    """Call now, or wait so long. `reason` is a status reason; `well`: nothing is recorded against anybody, so success needs no telling."""

    wait_s: int = 0
    reason: str = ""
    well: bool = True

    @property
    def go(self) -> bool:
        return self.wait_s == 0


# Until when (provider, bank) need not be asked after again: nothing was recorded against either.
_well: WeakKeyDictionary[Redis, dict[tuple[str, str], float]] = WeakKeyDictionary()
_WELL_MAX = 10_000


async def ask(valkey: Redis | None, provider: str, institution_ref: str, *, tries: int, now_s: float) -> Verdict:
    """May this link be tried now? `tries` > 1 is a retry and is paid from the provider's budget."""
    if valkey is None:
        return Verdict()
    well = _well.setdefault(valkey, {})
    if tries == 1 and well.get((provider, institution_ref), 0.0) > now_s:
        return Verdict()
    verdict = await _ask(valkey, provider, institution_ref, tries=tries, now_s=now_s)
    if verdict.well:
        if len(well) >= _WELL_MAX:
            well.clear()
        well[provider, institution_ref] = now_s + WELL_S
    return verdict


async def _ask(valkey: Redis, provider: str, institution_ref: str, *, tries: int, now_s: float) -> Verdict:
    wait_s = await bypass(_run(valkey, _ASK, _keys(provider, institution_ref), [now_s, PROBE_S, tries, BUDGET_MAX]), 0)
    if wait_s == -1:
        return Verdict(PROBE_S, "provider_busy", well=False)
    return Verdict(max(wait_s, 0), "breaker_open" if wait_s > 0 else "", well=wait_s == 0)


async def went_well(valkey: Redis | None, provider: str, institution_ref: str) -> None:
    """Close the bank's breaker and the provider's (it answered), and earn a share of a retry."""
    if valkey is not None:
        await bypass(
            _run(valkey, _WELL, [*_keys(provider, institution_ref), _open(provider)], [BUDGET_MAX, BUDGET_SHARE, institution_ref]), 0
        )


async def went_wrong(valkey: Redis | None, provider: str, institution_ref: str, error: FarthingError, *, now_s: float) -> None:
    """Count a failure against whoever is to blame: the bank, or the provider itself.

    Nobody's are an owner's trouble, and a limit of calls, which may be one link's own: it waits as long as it was told.
    """
    if error.code == "provider_busy":
        return
    if valkey is None or not isinstance(error, Unavailable) or isinstance(error, NeedsOwner | Disconnected):
        return
    _well.pop(valkey, None)
    ours = isinstance(error, NeedsOperator) or error.code in PROVIDER_WIDE
    bank = "" if ours else institution_ref
    keys, limits = [_breaker(provider, bank), _open(provider)], [now_s, FAILURES_MAX, OPEN_FIRST_S, OPEN_MAX_S, KEPT_S, bank]
    await bypass(_run(valkey, _FAIL, keys, limits), 0)


async def open_now(valkey: Redis | None, provider: str, *, now_s: float, most: int) -> list[str]:
    """Banks of a provider that are left alone just now, those for longest first; before them, as an empty text, the provider itself."""
    if valkey is None:
        return []
    whole: Any = await bypass(valkey.zscore(_open(provider), ""), None)
    found: Any = await bypass(valkey.zrevrangebyscore(_open(provider), "+inf", f"({now_s}", start=0, num=most), [])
    return ([""] if whole and whole > now_s else []) + [ref.decode() for ref in found if ref]


PROVIDER_WIDE = frozenset({"provider_down", "provider_timeout", "provider_unreachable", "provider_redirect"})


async def _run(valkey: Redis, script: str, keys: list[str], arguments: list[Any]) -> int:
    return int(await valkey.eval(script, len(keys), *keys, *arguments))


def _keys(provider: str, institution_ref: str) -> list[str]:
    return [_breaker(provider, ""), _breaker(provider, institution_ref or "?"), f"retries:{{{provider}}}"]


def _open(provider: str) -> str:
    return f"open:{{{provider}}}"


def _breaker(provider: str, institution_ref: str) -> str:
    return f"breaker:{{{provider}}}:{institution_ref}"
