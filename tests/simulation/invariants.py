"""What must be so at any time, asked after every step; and what must be so once everything is healed. Numbers as in docs/simulation.md."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from farthing.budgets.standing import passed
from farthing.connections import store
from farthing.connections.model import Status
from farthing.core.dates import Month, today_in
from farthing.flows.desk import read_desk
from farthing.flows.manage_budgets import status
from farthing.flows.verify_ledger import faults
from farthing.ingest.pairing.model import CONFIRMED, REJECTED
from farthing.ingest.suggestions.ask import QuestionKind
from farthing.notify.alerting import Kind, alerts
from farthing.platform.database import Unit
from simulation.by_bank import DIGITS, WORTH
from simulation.life import Life

# A change of the ledger that moves no version is one that no open page hears of.
LEDGER = (
    "select h.version, h.zone,"
    " (select coalesce(sum(hashtextextended(t::text, 0)), 0) from transaction t where t.household_id = $1) as rows,"
    " (select coalesce(sum(hashtextextended(r::text, 0)), 0) from rollup_month r where r.household_id = $1) as sums"
    " from household h where h.household_id = $1"
)
PAIRS = "select out_id, in_id from pair_decision where household_id = $1 and kind = 1 and state <> 3"


class Watch:
    """Looks at a life after each of its steps, and remembers what may only grow."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.cursors: dict[int, int] = {}
        self.ledger: tuple[int, str, int, int] = (0, "", 0, 0)
        self.accounts: dict[str, int] = {}
        self.asked = -1

    async def look(self) -> None:
        """Raises AssertionError with what is wrong. What happened at a bank alone has changed nothing here, and is not looked at."""
        if self.life.database.asked == self.asked:
            return
        async with read_desk(*self.life.who) as desk:
            unit, sealer = desk.unit, desk.sealer
            wrong = await faults(unit, desk.household, desk.categories, self.life.world)
            assert not wrong, f"I1, I11, I12, I13: {[fault.what for fault in wrong]}"
            await self._cursors(unit, sealer)
            await self._versions(unit)
        self.asked = self.life.database.asked

    async def _cursors(self, unit: Unit, sealer: Any) -> None:
        """I5: a cursor never goes back, and what it promises is there. I18: it is a living worker's."""
        rows = await unit.conn.fetch("select connection_id, cursor_sealed from connection where household_id = $1", unit.household_id)
        held = {r["connection_id"]: r["cursor_sealed"] for r in rows}
        for link in self.life.links:
            sealed = held.get(int(link.connection_id))
            cursor = int(sealer.open("connection", "cursor_sealed", link.connection_id, sealed)) if sealed else 0
            before = self.cursors.get(int(link.connection_id), 0)
            assert cursor >= before, f"I5: the cursor of {link.bank.name} went from {before} to {cursor}"
            if cursor == before:
                continue
            self.cursors[int(link.connection_id)] = cursor
            refs = [await self._ref(sealer, p) for p in link.bank.known() if p.moved <= cursor and p.account not in link.renamed]
            there = await unit.conn.fetchval("select count(*) from line where household_id = $1 and ref = any($2)", unit.household_id, refs)
            assert there == len(refs), f"I5: the cursor of {link.bank.name} promises {len(refs)} rows, {there} are here"

    async def _ref(self, sealer: Any, one: Any) -> UUID:
        if one.account not in self.accounts:
            self.accounts[one.account] = await self.life.family.account_id(one.account)
        return UUID(bytes=sealer.index("line", f"{self.accounts[one.account]}|1|{one.ref}".encode()))

    async def _versions(self, unit: Unit) -> None:
        row = await unit.conn.fetchrow(LEDGER, unit.household_id)
        now, before = tuple(row), self.ledger
        assert now[0] >= before[0], "I22: the household's version went back"
        assert now[0] > before[0] or now[2:] == before[2:] or not before[0], "I22: the ledger changed and no version told of it"
        self.ledger = now  # type: ignore[assignment]


async def at_rest(life: Life) -> list[str]:
    """What is wrong once everything is healed; a sentence each."""
    is_now, must_be = await life.ledger(), life.expected()
    wrong = [f"I2, I3 missing: {row} x{n}" for row, n in sorted((must_be - is_now).items())]
    wrong += [f"I2, I3 too much: {row} x{n}" for row, n in sorted((is_now - must_be).items())]
    if wrong:
        return wrong
    return [found for ask in ASKED for found in await ask(life)]


async def _sums(life: Life) -> list[str]:
    """I17: every month's sum of every account, as the purchases say, each in its own unit."""
    must_be: Counter[tuple[str, str]] = Counter()
    names = {int(i): a.text.name.casefold() for i, a in (await life.family.accounts()).items()}
    for p in life.purchases:
        if p.live and not p.word.deleted and not p.word.hidden:
            must_be[f"{p.counts_on:%Y-%m} {p.account}", p.currency] += p.amount
    query = (
        "select month, account_id, currency, sum(total_in + total_out) as all_in from rollup_month where household_id = $1 group by 1, 2, 3"
    )
    async with life.family.unit() as (unit, _):
        rows = await unit.conn.fetch(query, unit.household_id)
    is_now = Counter({(f"{r['month']:%Y-%m} {names[r['account_id']]}", r["currency"]): int(r["all_in"]) for r in rows})
    return [
        f"I17: {k[0]} sums to {is_now[k]} {k[1]} instead of {must_be[k]}" for k in is_now.keys() | must_be.keys() if is_now[k] != must_be[k]
    ]


async def _worth(life: Life) -> list[str]:
    """I17: what a row is worth at home is its amount at the rate of its day."""
    query = "select amount, currency, home_amount from transaction where household_id = $1 and status < 3 and currency <> 'USD'"
    async with life.family.unit() as (unit, _):
        rows = await unit.conn.fetch(query, unit.household_id)
    right = {(r["amount"], r["currency"]): r["amount"] / 10 ** DIGITS[r["currency"]] * WORTH[r["currency"]] * 100 for r in rows}
    return [
        f"I17: {amount} {currency} is worth {r['home_amount']}, not {worth:.0f}"
        for r in rows
        for (amount, currency), worth in [((r["amount"], r["currency"]), right[r["amount"], r["currency"]])]
        if r["home_amount"] is None or abs(r["home_amount"] - worth) > 1
    ]


async def _balances(life: Life) -> list[str]:
    """I9: what an account held before everything and what was posted in it are the bank's balance."""
    query = (
        "select t.account_id, sum(t.amount) as moved from transaction t where t.household_id = $1 and t.status = 2 and exists"
        " (select 1 from line l where l.household_id = $1 and l.transaction_id = t.transaction_id and l.kind = 1 and l.state = 1)"
        " group by 1"
    )
    async with life.family.unit() as (unit, _):
        moved = {r["account_id"]: int(r["moved"]) for r in await unit.conn.fetch(query, unit.household_id)}
    wrong = []
    for account_id, held in (await life.family.accounts()).items():
        bank = life.link_of(held.text.name.casefold()).bank
        opening = bank.kinds[held.text.name.casefold()][2]
        if held.balance != bank.balance(held.text.name.casefold()):
            wrong.append(f"I9: {held.text.name} shows {held.balance}, the bank says {bank.balance(held.text.name.casefold())}")
        if opening + moved.get(account_id, 0) != held.balance:
            wrong.append(f"I9: {held.text.name}: {opening} and {moved.get(account_id, 0)} do not explain {held.balance}")
    return wrong


async def _links(life: Life) -> list[str]:
    """I10: every link is fine, and none waits for something that nobody does."""
    ids = {int(link.connection_id): link.bank.name for link in life.links}
    async with life.family.unit() as (unit, sealer):
        return [
            f"I10: {ids[int(c.connection_id)]} is {c.status.name} ({c.status_reason})"
            for c in await store.every(unit, sealer)
            if int(c.connection_id) in ids and (c.status is not Status.FINE or c.next_sync_at is None)
        ]


async def _budgets(life: Life) -> list[str]:
    """I13: a budget has spent what its category's rows say, an alert that stands is true, and what is true this month is said."""
    wrong, periods = [], sorted({f"{p.counts_on:%Y-%m}" for p in life.purchases} | {f"{life.today:%Y-%m}"})
    parts = "select category_id, amount, home_amount from split where household_id = $1 and transaction_id = $2"
    async with read_desk(*life.who) as desk:
        rows = await desk.unit.conn.fetch(
            "select transaction_id, date, category_id, amount, currency, home_amount, split from transaction"
            " where household_id = $1 and status < 3 and discarded = 0 and not hidden",
            desk.unit.household_id,
        )
        spent: Counter[tuple[str, int]] = Counter()
        for r in rows:
            some = await desk.unit.conn.fetch(parts, desk.unit.household_id, r["transaction_id"]) if r["split"] else [r]
            for part in some:
                at_home = part["amount"] if r["currency"] == "USD" else part["home_amount"]
                spent[f"{r['date']:%Y-%m}", part["category_id"]] -= at_home or 0
        standing = {
            f"{a.period:%Y-%m} {a.subject_id} {a.threshold}"
            for a in await alerts(desk.unit, desk.sealer, kinds=(Kind.BUDGET,))
            if a.withdrawn_at is None
        }
        today = today_in(desk.household.zone, desk.at)
        true = set()
        for period in periods:
            for s in (await status(desk, period)).standings:
                rows_say = spent[period, int(s.budget.category_id or 0)]
                if s.spent != rows_say:
                    wrong.append(f"I13: {period} {s.budget.category_id} has spent {s.spent}, its rows say {rows_say}")
                true |= {f"{period} {s.budget.budget_id} {t}" for _, t in passed([s])}
        wrong += [f"I13: an alert that is not true: {a}" for a in sorted(standing - true)]
        month = str(Month.of(today))
        wrong += [f"I13: an alert that nobody raised: {a}" for a in sorted(true - standing) if a.startswith(month)]
    return wrong


async def _transfers(life: Life) -> list[str]:
    """I12: both halves that the bank has, and that its owner said nothing of, are one."""
    async with life.family.unit() as (unit, _):
        rows = await unit.conn.fetch(PAIRS, unit.household_id)
    pairs = {(r["out_id"], r["in_id"]) for r in rows}
    wrong = []
    for one in life.purchases:
        other = life.purchases[one.half_of] if one.half_of is not None else None
        if other is None or one.amount > 0 or not (one.live and other.live) or one.word.deleted or other.word.deleted:
            continue
        if one.tied or {one.text, other.text} & life.sorted or one.word.day or other.word.day or one.thrown or other.thrown:
            continue
        if (await life.id_of(one), await life.id_of(other)) not in pairs:
            wrong.append(f"I12: halves that are not one: {life.tell(one)} and {life.tell(other)}")
    return wrong


async def _decided(life: Life) -> list[str]:
    """I3: what the owner said of two rows holds: never together, or together for as long as neither moved; and it is not asked again."""
    held, rows, asked = await life.decided_now(), {p.number: i for i, p in (await life.rows_of()).items()}, await life.asked()
    wrong = []
    for said in life.decided:
        ids = rows.get(said.left.number), rows.get(said.right.number)
        told = f"{life.tell(said.left)} and {life.tell(said.right)}"
        if None in ids or said.left is said.right:
            continue
        if (said.at_rest or not said.yes) and any({*ids} == q.rows and q.kind is said.kind for q in asked):
            wrong.append(f"I3: asked again, though answered: {told}")
        if said.kind is QuestionKind.SAME:
            continue
        state = held.get(ids, (0, 0))[1]  # type: ignore[call-overload]
        if not said.yes and state != REJECTED:
            wrong.append(f"I3: the owner took them apart, and their pair is {state}: {told}")
        if said.yes and said.at_rest and state != CONFIRMED:
            wrong.append(f"I3: the owner joined them, and their pair is {state}: {told}")
    return wrong


ASKED = (_sums, _worth, _balances, _links, _budgets, _transfers, _decided)
