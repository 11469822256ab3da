"""What is known of a line, and what texts were read as."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from farthing.categorize.clean import Read, fold, key_of
from farthing.categorize.knowing.brands import recognise
from farthing.categorize.knowing.phrases import spoken_in
from farthing.categorize.knowing.trades import trade
from farthing.core.ids import CategoryId


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What is known of a line. `text` is the bank's, `key` its cleaned form, `merchant` a provider's name for it.

    `amount` in minor units, out is negative; `provider_confidence` in per mille, None unstated.
    """

    payee_id: int
    key: str
    text: str
    amount: int
    currency: str
    account_kind: str = "checking"
    provider_code: str | None = None
    provider_confidence: int | None = None
    mcc: str | None = None
    owner_category: CategoryId | None = None
    merchant: str = ""
    account_id: int = 0


class Names:
    """What texts were read as: their keys, the merchants and trades in those, and the phrases in the texts. One for a batch, or for one
    household's pages: what comes again is known already, and no household's text is kept among another's.
    """

    def __init__(self) -> None:
        # Closures, not methods, which would hold the batch's texts in a ring until rubbish is collected.
        folded, read = cache(fold), Read()
        self.brand, self.trade, self.folded = cache(recognise), cache(trade), folded
        self.key = cache(lambda text: key_of(text, folded(text), read))
        self.heard: dict[object, Any] = {}  # the voices, by all that they look at
        self.told: dict[object, tuple[str, str]] = {}  # the sentences of why, by all that it is made of
        self.phrase = cache(lambda text, way, account_kind: spoken_in(folded(text), way, account_kind))

    def __len__(self) -> int:
        return max(self.brand.cache_info().currsize, self.phrase.cache_info().currsize, len(self.heard), len(self.told))
