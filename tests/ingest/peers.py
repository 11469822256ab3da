"""Reads tests/data/peers_cases.txt and plays its cases with the real flows. What the words mean stands at the head of that file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import msgspec

from farthing.categorize.clean import NAMELESS
from farthing.core.money import decimal_text
from farthing.flows.add_by_hand import Entry, add_by_hand, delete_transaction
from farthing.flows.desk import read_desk
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.import_file import commit_import, preview_import
from farthing.flows.list_transactions import list_page
from farthing.flows.show import Shown
from farthing.flows.split_up import Slice, split_up
from farthing.flows.take_in import Outcome
from farthing.ledger.model import LineKind
from farthing.ledger.reading.rows import Filter
from paper_bank import MAIN
from world import Bank, Family

CASES = Path(__file__).parents[1] / "data" / "peers_cases.txt"


class Step(msgspec.Struct):
    """One line of a case, with what goes on after it: a batch, a word of the owner's, or what must be."""

    word: str
    rest: str
    more: list[str]

    @property
    def lines(self) -> list[str]:
        return [self.rest, *self.more]


class Case(msgspec.Struct):
    """A case: `A4`, what it is about, and its steps."""

    name: str
    title: str
    steps: list[Step]
    open: str = ""

    def __str__(self) -> str:
        return self.name


def cases() -> Iterator[Case]:
    """Every case of the file, in its order."""
    for block in CASES.read_text(encoding="utf-8").split("\nCASE ")[1:]:
        head, *lines = block.strip().splitlines()
        case = Case(*head.split(" ", 1), [])
        for line in lines:
            word, _, rest = line.partition(" ")
            if word == "open":
                case.open = rest
            elif word == "+":
                case.steps[-1].more.append(rest)
            else:
                case.steps.append(Step(word, rest, []))
        yield case


class Play:
    """A household in which a case happens."""

    def __init__(self, family: Family) -> None:
        self.family, self.bank = family, Bank(family)
        self.by_hand: dict[str, int] = {}
        self.last = Outcome()

    async def must_hold(self, case: Case) -> None:
        """Steps in order; fails at the first that is not as it must be."""
        self.bank.has(MAIN)
        self.bank.has("savings")
        await self.bank()
        rows = sorted(s.rest for s in case.steps if s.word == "row" and s.rest != "none")
        if any(s.word == "row" for s in case.steps):
            case = Case(case.name, case.title, [*(s for s in case.steps if s.word != "row"), Step("rows", "", rows)])
        for step in case.steps:
            word, _, where = step.word.partition("@")
            await getattr(self, f"_{word}")(step, *([where] if where else []))
        assert await self.family.is_sound()

    # Who brings rows

    async def _bank(self, step: Step) -> None:
        self.last = await self.bank(*step.lines)

    async def _file(self, step: Step, where: str = MAIN) -> None:
        _, self.last = await self.bank.file(*step.lines, account_name=where)

    async def _csv(self, step: Step) -> None:
        who = (self.family.world, self.family.household_id, self.family.actor)
        place = await self.family.account_id()
        run = await preview_import(*who, "\n".join(step.lines).encode(), account_id=place)
        await commit_import(*who, run.import_id)
        self.last = Outcome(added=run.counts.new, known=run.counts.known)

    async def _hand(self, step: Step) -> None:
        name, day, amount, merchant, *note = step.rest.split()
        entry = Entry(
            account_id=await self.family.account_id(), date=dt.date.fromisoformat(day), amount=amount, merchant=merchant.capitalize(),
            note=note[1].replace("_", " ") if note else "",
        )  # fmt: skip
        self.by_hand[name] = (await add_by_hand(self.family.world, self.family.household_id, self.family.actor, entry)).transaction_id

    # What the owner says

    async def _delete(self, step: Step) -> None:
        await delete_transaction(self.family.world, self.family.household_id, self.family.actor, await self._id(step.rest))

    async def _rename(self, step: Step) -> None:
        one, name = step.rest.split()
        wish = Edit(merchant=name.replace("_", " "))
        await edit_transaction(self.family.world, self.family.household_id, self.family.actor, await self._id(one), wish)

    async def _split(self, step: Step) -> None:
        one, *amounts = step.rest.split()
        place = await self.family.category("groceries")
        parts = [Slice(round(float(a) * 100), place) for a in amounts]
        await split_up(self.family.world, self.family.household_id, self.family.actor, await self._id(one), parts)

    # What must be

    async def _rows(self, step: Step) -> None:
        assert sorted([_readable(s) for s in await self._ledger()]) == step.more

    async def _did(self, step: Step) -> None:
        told = f"{self.last.added} new, {self.last.updated} changed"
        assert told.startswith(step.rest), told

    async def _same(self, step: Step) -> None:
        one, other = step.rest.split()
        assert await self._id(one) == await self._id(other)

    async def _other(self, step: Step) -> None:
        one, other = step.rest.split()
        assert await self._id(one) != await self._id(other)

    async def _similar(self, _step: Step) -> None:
        assert len(await self._ledger()) == 1 or await self._asked() == 1

    async def _apart(self, _step: Step) -> None:
        assert (len(await self._ledger()), await self._asked()) == (2, 0)

    async def _payees(self, step: Step) -> None:
        async with self.family.unit() as (unit, sealer):
            rows = await unit.conn.fetch("select payee_id, sealed from payee")
            names = [sealer.open_value("payee", "sealed", r["payee_id"], r["sealed"]) for r in rows]
        assert len([key for key, _ in names if key not in NAMELESS]) == int(step.rest), names

    async def _asked(self) -> int:
        async with self.family.unit() as (unit, _):
            found: int = await unit.conn.fetchval("select count(*) from suggestion where state = 1")
            return found

    async def _ledger(self) -> list[Shown]:
        async with read_desk(self.family.world, self.family.household_id, self.family.actor) as desk:
            return list((await list_page(desk, Filter(), limit=500)).rows)

    async def _id(self, name: str) -> int:
        """The transaction of an entry, of a line by its id, or of the one row with that merchant."""
        if name in self.by_hand:
            return self.by_hand[name]
        if name[0].isupper():
            return next(int(s.row.transaction_id) for s in await self._ledger() if s.merchant == name)
        return await self.family.id_of(name, kind=LineKind.FILE if name[0] == "y" else LineKind.BANK)


def _readable(shown: Shown) -> str:
    row = shown.row
    flags = [
        "transfer" if shown.transfer_id else "",
        "/".join(decimal_text(p.amount, row.currency) for p, _ in shown.parts),
        f"“{row.owner.note}”" if row.owner.note else "",
    ]
    return " ".join([str(row.date), decimal_text(row.amount, row.currency), shown.merchant, *filter(None, flags)]).strip()
