"""How fresh sums over all accounts are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from farthing.connections import store
from farthing.connections.model import Connection
from farthing.platform.database import Unit
from farthing.security.sealing import Sealer


def up_to(links: Iterable[Connection]) -> dt.datetime | None:
    """As the stalest link that should be fresh; None where nothing is linked."""
    return min((c.data_as_of for c in links if c.status_reason != "by_owner" and c.data_as_of), default=None)


async def read_up_to(unit: Unit, sealer: Sealer) -> dt.datetime | None:
    """The same, of every link of the household."""
    return up_to(await store.every(unit, sealer))
