"""The only module that asks what time it is. Everything else receives a Clock."""

import datetime as dt
import time
from zoneinfo import ZoneInfo

SPEED_MAX = 86_400.0


class Clock:
    """World time: the machine's, or a fixed instant; both can be moved forward, and made to run faster, by the control API.

    `speed` is banks' seconds in a real one: 1 unless told otherwise, 0 for a clock that stands.
    """

    def __init__(self, fixed: dt.datetime | None = None, *, shift_s: float = 0.0, zone: str = "UTC") -> None:
        self._fixed = fixed
        self._zone = ZoneInfo(zone)
        self._own_speed = 0.0 if fixed else 1.0
        self._since = self.ticks_s()
        self.speed = self._own_speed
        self.shift_s = shift_s

    def now(self) -> dt.datetime:
        """The instant the simulated banks live in, UTC."""
        base = self._fixed or dt.datetime.now(dt.UTC)
        return base + dt.timedelta(seconds=self.shift_s + self._gained_s())

    def run(self, speed: float) -> None:
        """From now on so many banks' seconds pass in a real one."""
        self.settle()
        self.speed = min(max(0.0 if self._fixed else 1.0, speed), SPEED_MAX)

    def settle(self) -> None:
        """Put what was gained by running fast into `shift_s`, so that it outlives the process."""
        self.shift_s += self._gained_s()
        self._since = self.ticks_s()

    def _gained_s(self) -> float:
        return (self.ticks_s() - self._since) * (self.speed - self._own_speed)

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
