"""What a flow needs of the outside: handed in by the composition root, never imported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from farthing.core.dates import Clock
from farthing.platform.database import Database
from farthing.security.keyring import Keyring

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from farthing.platform.http import Http
    from farthing.platform.settings import Settings


class World(msgspec.Struct, frozen=True, kw_only=True):
    """One a process. `valkey` and `http` are None where there is none; `providers` by name."""

    settings: Settings
    db: Database
    keyring: Keyring
    valkey: Redis | None
    clock: Clock
    http: Http | None
    providers: Mapping[str, Any]
