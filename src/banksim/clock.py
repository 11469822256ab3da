"""The only module that asks what time it is. Everything else receives a Clock."""

import datetime as dt
import time
from zoneinfo import ZoneInfo


class Clock:
    """World time: the machine's, or a fixed instant; both can be moved forward by the control API."""

    def __init__(self, fixed: dt.datetime | None = None, *, shift_s: float = 0.0, zone: str = "UTC") -> None:
        self._fixed = fixed
        self._zone = ZoneInfo(zone)
        self.shift_s = shift_s

    def now(self) -> dt.datetime:
        """The instant the simulated banks live in, UTC."""
        base = self._fixed or dt.datetime.now(dt.UTC)
        return base + dt.timedelta(seconds=self.shift_s)

    def today(self) -> dt.date:
        """The banks' calendar day: they book by the clock on their own wall."""
        return self.now().astimezone(self._zone).date()

    def stamp(self) -> str:
        """Now, as the wire writes instants: `2026-11-22T09:17:00Z`."""
        return instant(self.now())

    @staticmethod
    def wall_s() -> int:
        """Seconds of the real epoch: receivers check a signature's age against their own real clock, never against ours."""
        return int(time.time())

    @staticmethod
    def ticks_s() -> float:
        """Monotonic seconds, for rate limits and timers."""
        return time.monotonic()


def instant(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_today(text: str) -> dt.datetime:
    """`2026-11-22` or `2026-11-22T09:17`, read as UTC."""
    at = dt.datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)
