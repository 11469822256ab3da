"""The clock, live mode, and the people who can be linked."""

import datetime as dt
from typing import Any

import msgspec
from litestar import get, post

from banksim.bank import Bank
from banksim.people import roster
from banksim.timers import Timers


class Advance(msgspec.Struct, forbid_unknown_fields=True):
    days: int = 0
    seconds: float = 0.0
    speed: float | None = None


class Live(msgspec.Struct, forbid_unknown_fields=True):
    per_hour: float | None = None
    legacy_webhooks: bool | None = None


def routes(bank: Bank, timers: Timers) -> list[Any]:
    @get("/clock")
    async def clock() -> dict[str, Any]:
        return {"now": bank.clock.stamp(), "today": bank.clock.today(), "speed": bank.clock.speed}

    @post("/clock", status_code=200)
    async def advance(data: Advance) -> dict[str, Any]:
        """Move the banks' clock forward, or let it run; every item lives the days in between."""
        if data.speed is not None:
            bank.clock.run(data.speed)
        bank.clock.shift_s += max(0.0, dt.timedelta(days=data.days, seconds=data.seconds).total_seconds())
        bank.keep_self()
        changed = timers.catch_up()
        return {"now": bank.clock.stamp(), "today": bank.clock.today(), "speed": bank.clock.speed, "changed": changed}

    @post("/live", status_code=200)
    async def live(data: Live) -> dict[str, Any]:
        if data.per_hour is not None:
            timers.live_per_hour = data.per_hour
        if data.legacy_webhooks is not None:
            bank.legacy_webhooks = data.legacy_webhooks
            bank.keep_self()
        return {"per_hour": timers.live_per_hour, "legacy_webhooks": bank.legacy_webhooks}

    @get("/people")
    async def people() -> list[dict[str, Any]]:
        return [
            {
                "username": person.username,
                "title": person.title,
                "logins": [
                    {"institution_id": login.institution_id, "accounts": [plan.name for plan in login.accounts]} for login in person.logins
                ],
            }
            for person in roster.everybody().values()
        ]

    return [clock, advance, live, people]
