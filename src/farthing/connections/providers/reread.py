"""Who reads pages that were kept, by the name of the provider that brought them: also when it is no longer set up here."""

from __future__ import annotations

from collections.abc import Mapping

from farthing.connections.providers import plaid_fold
from farthing.connections.providers.port import Reader

READERS: Mapping[str, Reader] = {"plaid": plaid_fold.reread}
