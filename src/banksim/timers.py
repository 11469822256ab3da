"""What happens by itself while the server runs: history becoming ready, days passing, trouble showing."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from typing import Any

from banksim import lives, living
from banksim.bank import Bank
from banksim.ids import ItemId
from banksim.model import HISTORICAL, INITIAL

_DAY_CHECK_S = 30.0
_DAY_CHECK_MIN_S = 0.2
_DAY_S = 86_400.0
_IDLE_S = 1.0


class Timers:
    """Delays of real seconds around the pure steps in `lives`. A delay of 0 means at once; below 0 never by itself."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self._tasks: set[asyncio.Task[None]] = set()
        self._watched: set[tuple[str, str]] = set()
        self.live_per_hour = bank.settings.live_per_hour

    def start(self) -> None:
        self._bank.watch = self.watch
        for item_id in list(self._bank.items):
            self.watch(item_id)
        self._spawn(self._days())
        self._spawn(self._live())

    def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()

    def watch(self, item_id: ItemId) -> None:
        """Start the timers this item needs next."""
        item = self._bank.items.get(item_id)
        if item is None:
            return
        settings = self._bank.settings
        if item.stage < HISTORICAL and ("stage", item_id) not in self._watched:
            self._watched.add(("stage", item_id))
            if settings.initial_delay_s == 0 and settings.history_delay_s == 0:
                lives.advance_stage(self._bank, item, HISTORICAL)
            elif settings.initial_delay_s >= 0:
                self._spawn(self._hand_over(item_id))
        if item.first_told and item.trouble is not None and ("trouble", item_id) not in self._watched:
            self._watched.add(("trouble", item_id))
            if settings.trouble_delay_s >= 0:
                self._spawn(self._later(settings.trouble_delay_s, lambda: lives.fall_into_trouble(self._bank, item)))

    async def _hand_over(self, item_id: ItemId) -> None:
        settings = self._bank.settings
        for delay_s, stage in ((settings.initial_delay_s, INITIAL), (settings.history_delay_s, HISTORICAL)):
            await asyncio.sleep(delay_s)
            if item_id in self._bank.items:
                lives.advance_stage(self._bank, self._bank.items[item_id], stage)

    async def _later(self, delay_s: float, step: Callable[[], None]) -> None:
        await asyncio.sleep(delay_s)
        step()

    async def _days(self) -> None:
        """Midnight has no event: look now and then whether a day has passed."""
        clock, looked = self._bank.clock, 0.0
        while True:
            if clock.ticks_s() - looked >= min(_DAY_CHECK_S, _DAY_S / 4 / max(clock.speed, 1)):
                looked = clock.ticks_s()
                if clock.speed > 1:
                    clock.settle()
                    self._bank.keep_self()
                self.catch_up()
            await asyncio.sleep(_DAY_CHECK_MIN_S)

    def catch_up(self) -> int:
        today = self._bank.clock.today()
        return sum(lives.live_until(self._bank, item, today) for item in list(self._bank.items.values()))

    async def _live(self) -> None:
        """Purchases at `live_per_hour` for every item, at moments nobody can foresee."""
        bank = self._bank
        dice = random.Random(f"{bank.settings.seed}|live|{bank.mint.struck}")  # noqa: S311 (believable, not secret)
        while True:
            rate = self.live_per_hour * len(bank.items) / 3600
            if rate <= 0:
                await asyncio.sleep(_IDLE_S)
                continue
            wait_s = dice.expovariate(rate)
            await asyncio.sleep(min(wait_s, _IDLE_S))
            # A longer wait is drawn anew, which changes nothing for moments nobody can foresee and follows a change of rate at once.
            if wait_s <= _IDLE_S and bank.items:
                living.step(bank, dice.choice(list(bank.items.values())), dice)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
