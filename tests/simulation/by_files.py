"""Statements of the bank's as files, in several forms: behind the link, ahead of it, beside each other."""

from __future__ import annotations

import datetime as dt

from farthing.connections.files import read_statement
from farthing.flows.take_in import Intake, Outcome, close, take_in
from farthing.ingest.batches.batch import BatchRow, BatchState, new_batch_id
from farthing.ledger.accounts import accounts
from farthing.ledger.model import BatchKind, LineKind
from simulation.bank import CURRENCIES
from simulation.by_looking import ByLooking, told
from simulation.files import FORMS


class ByFiles(ByLooking):
    """Imports. A household takes its statements of an account in one form: of two forms nobody can say that they state the same row."""

    async def take_file(self, content: bytes, account: str) -> Outcome:
        """Read it and take it in, as an import does; the child process that reads what a stranger sent is left out."""
        statement = read_statement(content, currency=CURRENCIES[account], today=self.today, name="statement")
        assert not statement.errors, statement.errors
        account_id = await self.family.account_id(account)
        async with self.family.desk() as desk:
            held = await accounts(desk.unit, desk.sealer)
            batch = BatchRow(
                batch_id=new_batch_id(), kind=BatchKind.IMPORT, state=BatchState.DONE, started_at=desk.at, account_id=account_id,
                member_id=self.family.member_id,
            )  # fmt: skip
            placed = {line.account_ref: held[account_id].account_id for line in statement.lines}
            intake = Intake(
                kind=LineKind.FILE, lines=statement.lines, placed=placed, accounts=held, pages=[content], form="model",
                units=dict.fromkeys(placed, CURRENCIES[account]),
            )  # fmt: skip
            outcome = await take_in(desk, intake, batch)
            await close(desk, outcome, batch, kind="import.committed")
        return outcome

    async def _file_of_twins(self) -> str | None:
        """Two equal purchases, which a file knows first."""
        account = self.some_account()
        free = self.free_merchants(account)
        if not free:
            return None
        text, amount = self.rng.choice(free), -self.rng.randrange(100, 20_000)
        self.put(account, text, amount, day=self.today)
        self.put(account, text, amount, day=self.today)
        return await self.import_of(account)

    async def _file_of_what_went(self) -> str | None:
        """The bank took a row back for a while, and its own statement has it; later the same is bought once more."""
        one = self.brought_back()
        if one is None:
            return None
        said = await self.import_of(one.account)
        if said is None or one.booked:
            return self.tell(one)
        await self.look(self.link_of(one.account))
        return f"{said}; {self.tell(self.put(one.account, one.text, one.amount, day=one.day))}"

    async def _import(self) -> str | None:
        return await self.import_of(self.some_account())

    async def import_of(self, account: str) -> str | None:
        """The bank's own statement as a file, of posted rows alone; it may be ahead of the link. Then the same file once more."""
        first, link = self.today - dt.timedelta(days=self.rng.randrange(5, 40)), self.link_of(account)
        posted = [p for p in link.bank.known(account) if not p.pending and p.stated >= first]
        some = [p for p in posted if self.is_seen(p) or p.settles is None]
        if not some or any(not self.is_seen(p) for p in self.purchases if p.account == account and p not in some):
            return None  # a file that is ahead knows new rows alone: what moved at the bank meanwhile has no id there to say so
        if any(not self.is_seen(p) and (p.by_hand is not None or (p.met and not p.back)) for p in some):
            return None
        fresh = sum(not self.is_seen(p) and not p.back and not p.from_file for p in some)
        for one in some:
            one.from_file = one.from_file or not self.is_seen(one)
        form = FORMS[(self.seed // 3 + len(account)) % len(FORMS)] if self.talks else FORMS[(self.seed + len(account)) % 3]
        outcome = await self.take_file(form(some), account)
        assert outcome.added == fresh or link.unsure, f"I15: {outcome.added} new rows in a file that knows {fresh}"
        again = await self.take_file(form(some), account)
        assert not again.changed, f"I15: the same file again was news: {told(again)}"
        return f"{account} since {first}, {form.__name__}: {told(outcome)}"
