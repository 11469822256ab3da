"""What happens at the banks."""

from __future__ import annotations

import datetime as dt

from simulation.bank import Purchase, Word
from simulation.known import APART_DAYS, Known, scaled

OUT, IN = "TRANSFER_OUT_ACCOUNT_TRANSFER", "TRANSFER_IN_ACCOUNT_TRANSFER"
# What a unit costs in dollars in these lives.
WORTH = {"USD": 1.0, "EUR": 1.25, "JPY": 0.01, "BHD": 2.5}
DIGITS = {"USD": 2, "EUR": 2, "JPY": 0, "BHD": 3}


class ByBank(Known):
    """Purchases, settlements, corrections, and ids that do not last."""

    async def _buy(self) -> str | None:
        account = self.some_account()
        free = self.free_merchants(account)
        if not free:
            return None
        amount = -self.rng.randrange(100, 20_000) if self.rng.random() < 0.9 else self.rng.randrange(100, 5_000)
        return self.tell(self.put(account, self.rng.choice(free), scaled(account, amount), pending=self.rng.random() < 0.6))

    async def _twin(self) -> str | None:
        """A second purchase, equal in all that a bank says; more often of what a file brought as well."""
        filed = self.rng.random() < 0.5
        one = self.some(
            lambda p: (
                not p.pending and p.at_bank and p.code is None and not self.restless(p.account, p.text) and p.from_file >= filed
                and not p.tied
                and p.booked is None
            )
        )  # fmt: skip
        return self.tell(self.put(one.account, one.text, one.amount, day=one.day)) if one else None

    async def _refund(self) -> str | None:
        """Money comes back, whole or in part: a row of its own."""
        one = self.some(
            lambda p: p.amount < -300 and not p.pending and p.code is None and not p.tied and not self.restless(p.account, p.text)
        )
        if one is None:
            return None
        return self.tell(self.put(one.account, one.text, round(-one.amount * self.rng.choice([1, 1, 0.4])), refund_of=one.number))

    async def _settle(self) -> str | None:
        """Posted under a new id that names the pending one; a tip, a hold or a rate of exchange may change the amount.

        Some banks state the day of booking alone, perhaps in another month.
        """
        one = self.some(lambda p: p.pending and p.at_bank and self.is_seen(p))
        if one is None:
            return None
        self.bank_of(one).drop(one)
        one.settles, one.ref, one.pending = one.ref, self.bank_of(one).new_ref(), False
        one.stirs += 1
        if self.rng.random() < 0.6:
            one.amount = round(one.amount * self.rng.choice([1.15, 1.2, 0.6, 1.8, 0.98, 1.03, 0.3, 2.6])) or one.amount
        if self.rng.random() < 0.25:
            one.booked = one.day + dt.timedelta(days=self.rng.randrange(1, 4))
        self.bank_of(one).touch(one)
        return self.tell(one)

    async def _settle_unlinked(self) -> str | None:
        one = self.some(lambda p: p.pending and self.is_seen(p) and self.alone(p))
        if one is None:
            return None
        self.bank_of(one).drop(one)
        one.settles, one.ref, one.pending = None, self.bank_of(one).new_ref(), False
        one.stirs += 1
        if one.amount < 0 and self.rng.random() < 0.5:
            one.amount = round(one.amount * 1.2)
        elif one.word == Word() and self.rng.random() < 0.3:
            one.amount = round(one.amount * 0.43) or -1  # a hold for fuel: of whom it was nothing says
        self.bank_of(one).touch(one)
        return self.tell(one)

    async def _settle_in_place(self) -> str | None:
        one = self.some(lambda p: p.pending and p.at_bank)
        if one is None:
            return None
        one.pending = False
        self.bank_of(one).touch(one)
        return self.tell(one)

    async def _vanish(self) -> str | None:
        one = self.some(lambda p: p.pending and p.at_bank and self.alone(p) and (p.by_hand is None or self.is_seen(p)))
        return self._go(one) if one else None

    async def _remove(self) -> str | None:
        one = self.some(lambda p: not p.pending and self.is_seen(p) and self.alone(p) and not p.from_file and not p.merged)
        return self._go(one) if one else None

    def _go(self, one: Purchase) -> str:
        self.bank_of(one).drop(one)
        one.live, one.moved = False, self.bank_of(one).count
        one.stirs += 1
        return self.tell(one)

    async def _drop_day(self) -> str | None:
        """The bank loses a day of an account; sooner or later it has it again."""
        one = self.some(lambda p: self.is_seen(p) and not p.pending)
        if one is None:
            return None
        day = [p for p in self.bank_of(one).known(one.account) if p.day == one.day and self.is_seen(p) and not p.pending]
        lost = [p for p in day if self.alone(p) and not p.from_file and not p.merged]
        for p in lost:
            self._go(p)
        return f"{one.account} {one.day}, {len(lost)} rows"

    async def _restore(self) -> str | None:
        one = self.brought_back()
        return self.tell(one) if one else None

    def brought_back(self) -> Purchase | None:
        """A row that went is there again."""
        gone = [p for p in self.purchases if not p.live and not p.pending and p.at_bank and self.is_seen(p) and self.alone(p)]
        gone = [p for p in gone if p.account not in self.link_of(p.account).renamed]
        if not gone:
            return None
        one = self.rng.choice(gone)
        one.live = one.back = True
        self.bank_of(one).touch(one)
        return one

    async def _correct(self) -> str | None:
        one = self.some(lambda p: p.code is None and not p.tied and self.is_seen(p))
        if one is None:
            return None
        one.stirs += 1
        one.amount += self.rng.choice([-1, 1, 250]) if abs(one.amount) > 300 else -1
        self.bank_of(one).touch(one)
        return self.tell(one)

    async def _reissue(self) -> str | None:
        account, since = self.some_account(), self.today - dt.timedelta(days=self.rng.randrange(40))
        bank = self.link_of(account).bank
        some = [p for p in bank.known(account) if p.day >= since and (self.is_seen(p) or (p.by_hand is None and not p.from_file))]
        if not some or not all(self.is_seen(p) for p in some) or self.one_of_twins_is_spoken_of(bank.known(account)):
            return None
        bank.reissue(some)
        return f"{account} since {since}, {len(some)} rows"

    async def _rename(self) -> str | None:
        account = self.some_account()
        some = [p for p in self.purchases if p.account == account and p.at_bank]
        if not all(self.is_seen(p) for p in some) or self.one_of_twins_is_spoken_of(some):
            return None
        link = self.link_of(account)
        link.bank.rename(account)
        link.renamed.add(account)
        return f"{account} is {link.bank.refs[account]}"

    async def _ghost(self) -> str | None:
        self.some_link().bank.ghost()
        return "a row came and went"

    async def _wrong_link(self) -> str | None:
        """A posted row that names the pending row of somebody else."""
        other = self.some(lambda p: p.pending and p.at_bank and self.is_seen(p))
        if other is None:
            return None
        free = [m for m in self.free_merchants(other.account) if m != other.text]
        return self.tell(self.put(other.account, self.rng.choice(free), other.amount * 5, settles=other.ref)) if free else None

    async def _transfer(self) -> str | None:
        """Both halves, perhaps in two banks and two currencies; the second one a day late."""
        amount = self.rng.randrange(1, 400) * 100 + self.rng.randrange(100)
        goal = self.rng.choices(["savings", "euros", "dinars"], [4, 2, 1])[0]
        currency = {"savings": "USD", "euros": "EUR", "dinars": "BHD"}[goal]
        arrives = amount if currency == "USD" else round(amount / WORTH[currency] * 10 ** (DIGITS[currency] - 2) * 0.99)
        late = self.today - dt.timedelta(days=self.rng.randrange(2))
        text, near = f"TRANSFER TO {goal.upper()}", self.today - dt.timedelta(days=APART_DAYS)
        if currency != "USD" and any(p.text == text and p.day >= near and abs(p.amount + amount) < amount / 10 for p in self.purchases):
            return None  # at a bank's own rate nobody can tell which of two alike became which
        if currency != "USD" and any(self._waits_in(goal, p) and abs(_at_home(p) - amount) < amount / 10 for p in self.purchases):
            return None  # nor whether a half there whose other one the bank took back is not meant
        left = self.put("checking", text, -amount, code=OUT, day=late)
        into = self.put(goal, "TRANSFER FROM CHECKING", arrives, code=IN, day=self.today)
        left.half_of, into.half_of = into.number, left.number
        return f"{self.tell(left)} and {self.tell(into)}"

    def _waits_in(self, account: str, one: Purchase) -> bool:
        """Whether it came into this account from something that went."""
        return one.live and one.account == account and one.half_of is not None and not self.purchases[one.half_of].live


def _at_home(one: Purchase) -> float:
    """Its worth in cents of a dollar."""
    return one.amount / 10 ** (DIGITS[one.currency] - 2) * WORTH[one.currency]
