"""What the command line decides, once, at start."""

import datetime as dt
from pathlib import Path

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`credentials` empty = any client id and secret are good. Delays are real seconds: how long a bank takes to hand over history."""

    home: Path
    host: str = "127.0.0.1"
    port: int = 4010
    public_url: str | None = None
    live_per_hour: float = 0.0
    seed: int | None = None
    today: dt.datetime | None = None
    zone: str = "UTC"
    credentials: tuple[tuple[str, str], ...] = ()
    initial_delay_s: float = 0.3
    history_delay_s: float = 0.7
    trouble_delay_s: float = 5.0
    retry_s: float = 30.0
    limits_on: bool = True
    limits_scale: float = 1.0

    @property
    def base_url(self) -> str:
        return self.public_url or f"http://{self.host}:{self.port}"
