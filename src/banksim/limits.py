"""Rate limits of Plaid's sandbox, per item and per client, in fixed windows of one minute."""

from banksim.clock import Clock
from banksim.errors import PlaidError

_WINDOW_S = 60.0
_KEYS_MAX = 50_000
# path: (calls per item, code, calls per client, code); 0 = no limit
SANDBOX: dict[str, tuple[int, str, int, str]] = {
    "/transactions/sync": (50, "TRANSACTIONS_SYNC_LIMIT", 1_000, "TRANSACTIONS_SYNC_LIMIT"),
    "/transactions/get": (80, "TRANSACTIONS_LIMIT", 1_000, "TRANSACTIONS_LIMIT"),
    "/transactions/refresh": (2, "TRANSACTIONS_REFRESH_LIMIT", 100, "TRANSACTIONS_REFRESH_LIMIT"),
    "/transactions/recurring/get": (20, "RATE_LIMIT", 1_000, "RATE_LIMIT"),
    "/accounts/get": (100, "ACCOUNTS_LIMIT", 5_000, "ACCOUNTS_LIMIT"),
    "/accounts/balance/get": (25, "BALANCE_LIMIT", 100, "ACCOUNTS_BALANCE_GET_LIMIT"),
    "/item/get": (40, "ITEM_GET_LIMIT", 5_000, "ITEM_GET_LIMIT"),
    "/item/remove": (100, "RATE_LIMIT", 500, "RATE_LIMIT"),
    "/institutions/get": (0, "", 10, "INSTITUTIONS_GET_LIMIT"),
    "/institutions/get_by_id": (0, "", 400, "INSTITUTIONS_GET_BY_ID_LIMIT"),
    "/sandbox/transactions/create": (2, "RATE_LIMIT", 50, "RATE_LIMIT"),
}


class Limits:
    """Counts calls. `scale` stretches every limit, for benchmarks on one machine."""

    def __init__(self, *, on: bool = True, scale: float = 1.0) -> None:
        self.on = on
        self.scale = scale
        self._counts: dict[tuple[str, str], tuple[float, int]] = {}

    def reset(self) -> None:
        self._counts.clear()

    def spend(self, path: str, *, client_id: str, item_id: str | None, ticks_s: float | None = None) -> None:
        """Count one call; raises the limit's own error code when there is none left in this minute."""
        if not self.on or path not in SANDBOX:
            return
        now = Clock.ticks_s() if ticks_s is None else ticks_s
        per_item, item_code, per_client, client_code = SANDBOX[path]
        if per_item and item_id is not None:
            self._count(path, item_id, per_item, item_code, now)
        self._count(path, client_id, per_client, client_code, now)

    def _count(self, path: str, who: str, allowed: int, code: str, now: float) -> None:
        if len(self._counts) > _KEYS_MAX:
            self._counts.clear()
        began, count = self._counts.get((path, who), (now, 0))
        if now - began >= _WINDOW_S:
            began, count = now, 0
        if count >= allowed * self.scale:
            raise PlaidError(code)
        self._counts[path, who] = (began, count + 1)
