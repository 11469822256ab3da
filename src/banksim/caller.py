"""Who calls, and about which item: what every endpoint receives beside its own request."""

import msgspec

from banksim.bank import Bank
from banksim.model import Item


class Caller(msgspec.Struct, frozen=True):
    bank: Bank
    client_id: str
    held: Item | None = None

    @property
    def item(self) -> Item:
        assert self.held is not None, "an endpoint about an item is bound with its item"
        return self.held
