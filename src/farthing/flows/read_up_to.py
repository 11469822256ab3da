"""How fresh sums over all accounts are."""

from __future__ import annotations

import datetime as dt

from farthing.connections import store
from farthing.platform.database import Unit
from farthing.security.sealing import Sealer


async def read_up_to(unit: Unit, sealer: Sealer) -> dt.datetime | None:
    """As the stalest link that should be fresh; None where nothing is linked."""
    links = [c for c in await store.every(unit, sealer) if c.status_reason != "by_owner" and c.data_as_of]
    return min((c.data_as_of for c in links if c.data_as_of), default=None)
