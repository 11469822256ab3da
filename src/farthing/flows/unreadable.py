"""What stands where a seal is broken, in units that only read: one row that does not open must not stop its list.

Units that write, tokens, pages and the audit trail are as strict as ever, so a stand-in is never written back.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import msgspec

from farthing.security.sealing import UNREADABLE, SealBroken, Sealer

# As the column's reader expects it; a column that is not here has none.
STAND_INS: Mapping[tuple[str, str], Any] = {
    ("account", "sealed"): (UNREADABLE,),
    ("transaction", "sealed"): (UNREADABLE,),
    ("transaction", "owner_sealed"): (UNREADABLE,),
    ("split", "sealed"): UNREADABLE,
    ("payee", "sealed"): ("", ""),  # the bank's own text is shown
    ("tag", "sealed"): "cannot be read",
    ("batch", "sealed"): {"name": UNREADABLE, "unreadable": True},
    ("pair_decision", "sealed"): (),
    ("suggestion", "sealed"): UNREADABLE,
    ("category", "sealed"): "Cannot be read",
    ("category_group", "sealed"): "Cannot be read",
    ("budget", "sealed"): "Cannot be read",
    ("alert", "sealed"): {"name": "Cannot be read"},
    ("channel", "sealed"): {"name": "Cannot be read", "url": ""},
    ("webhook_endpoint", "sealed"): {"url": "", "secret": ""},
    ("webhook_delivery", "sealed"): {},
    ("saved_view", "sealed"): ("Cannot be read", ""),
    ("recurring", "sealed"): (
        "Cannot be read", (), {"cadence": 5, "anchor": "1970-01-01", "day": 1}, True, 0, 0, "", (), "1970-01-01", "1970-01-01", 0, (), None,
        (), False, (),
    ),
    ("forecast", "sealed"): ((), (), ()),
    ("insight", "sealed"): (("Cannot be read",),),
    ("api_token_name", "sealed"): "Cannot be read",
}  # fmt: skip


class Forgiving(Sealer):
    """Opens with stand-ins: `sealer.turned(Forgiving)`."""

    __slots__ = ()

    def open_value(self, table: str, column: str, row: int | str, sealed: bytes | None) -> Any:
        try:
            return super().open_value(table, column, row, sealed)
        except (SealBroken, msgspec.DecodeError):
            if (table, column) not in STAND_INS:
                raise
            return copy.deepcopy(STAND_INS[table, column])
