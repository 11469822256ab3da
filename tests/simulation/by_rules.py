"""Rules of the owner's: made, changed, moved, taken away, applied to what stands, and such runs taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from farthing.categorize.ruling.store import rules
from farthing.flows.desk import read_desk
from farthing.flows.list_transactions import list_page
from farthing.flows.manage_rules import RuleEdit, RuleWish, add_rule, delete_rule, edit_rule
from farthing.flows.read_rule import ThenWish
from farthing.flows.run_rules import run_rules
from farthing.flows.undo import undo
from farthing.ledger.reading.rows import Filter
from simulation.bank import Purchase
from simulation.by_pairing import ByPairing
from simulation.known import CATEGORIES, MERCHANTS
from snapshot import snapshot

if TYPE_CHECKING:
    from simulation.life import Life

RULES_MAX = 6


@dataclass
class Ruled:
    """One rule: whose rows it means and what they are put into."""

    rule_id: int
    text: str
    slug: str
    on: bool = True


class ByRules(ByPairing):
    """`rules` stand in the order in which they decide; `runs` are batches that could be taken back."""

    async def _rule_made(self) -> str | None:
        if len(self.rules) == RULES_MAX:
            return None
        spoken = [p.text for p in self.purchases if p.text in MERCHANTS and p.live and (p.word.category or p.tied)]
        text = self.rng.choice(spoken if spoken and self.rng.random() < 0.5 else MERCHANTS)  # also where it has something to leave alone
        one = Ruled(0, text, self.rng.choice(CATEGORIES))
        place = self.rng.randrange(len(self.rules) + 1)
        wish = RuleWish(when=one.text.lower(), then=await self._then(one.slug), order=place + 1)
        one.rule_id = (await add_rule(*self.who, wish)).rule.rule_id
        self.rules.insert(place, one)
        self.sorted.add(one.text)
        return f"{one.text} is {one.slug}, number {place + 1}"

    async def _rule_changed(self) -> str | None:
        if not self.rules:
            return None
        one = self.rng.choice(self.rules)
        one.on, one.slug = self.rng.random() < 0.8, self.rng.choice(CATEGORIES)
        await edit_rule(*self.who, one.rule_id, RuleEdit(then=await self._then(one.slug), enabled=one.on))
        return f"{one.text} is {one.slug}{'' if one.on else ', off'}"

    async def _rule_moved(self) -> str | None:
        if len(self.rules) < 2:
            return None
        one, place = self.rng.choice(self.rules), self.rng.randrange(len(self.rules))
        await edit_rule(*self.who, one.rule_id, RuleEdit(order=place + 1))
        self.rules.remove(one)
        self.rules.insert(place, one)
        return f"{one.text} to number {place + 1}"

    async def _rule_gone(self) -> str | None:
        if not self.rules:
            return None
        one = self.rules.pop(self.rng.randrange(len(self.rules)))
        await delete_rule(*self.who, one.rule_id)
        return one.text

    async def _run(self) -> str | None:
        """All of them, or one, are applied to what stands."""
        ids = [r.rule_id for r in self.rules if r.on]
        if not ids:
            return None
        chosen = [] if self.rng.random() < 0.5 else [self.rng.choice(ids)]
        run = await run_rules(*self.who, chosen)
        self.runs += [run.batch_id] if run.batch_id else []
        return f"{'one' if chosen else 'all'}: {run.count} rows"

    async def _run_and_back(self) -> str | None:
        """A run is taken back at once: everything is as it was, the rules' counts too."""
        before = await self._all_there_is()
        run = await run_rules(*self.who)
        if run.batch_id is None:
            return None
        undone = await undo(*self.who, run.batch_id)
        assert (undone.undone, undone.refused) == (run.count, ()), f"I27: {undone.undone} of {run.count} rows of a run went back"
        after = await self._all_there_is()
        changed = [what for what in before if before[what] != after[what]]
        assert not changed, f"I27: a run that was undone left other {changed}"
        return f"{run.count} rows"

    async def _run_back(self) -> str | None:
        """An older run is taken back: rows go back on which nothing later stands."""
        if not self.runs:
            return None
        undone = await undo(*self.who, self.runs.pop(self.rng.randrange(len(self.runs))))
        assert undone.undone or undone.refused, "I27: an undo that did nothing and does not say why"
        return f"{undone.undone} rows, {len(undone.refused)} stay"

    async def _then(self, slug: str) -> ThenWish:
        tags = [self.rng.choice(["dog", "work"])] if self.rng.random() < 0.3 else None
        return ThenWish(category_id=await self.family.category(slug), **({"tags": tags} if tags else {}))

    async def _all_there_is(self) -> dict[str, object]:
        async with self.family.unit() as (unit, sealer):
            uses = {r.rule_id: r.uses for r in await rules(unit, sealer)}
        return {**await snapshot(self.family), "uses": uses}


async def ruled(life: Life) -> list[str]:
    """I27: rules stand as their owner put them; after a run every row that they mean is as the first of them says, and none twice."""
    async with life.family.unit() as (unit, sealer):
        standing = [r.rule_id for r in await rules(unit, sealer)]
    if standing != [r.rule_id for r in life.rules]:
        return ["I27: rules stand in another order than they were put in"]
    if any(r.on for r in life.rules):
        said, halves = await life.ledger(), await _halves(life)
        await run_rules(*life.who)
        if (now := await life.ledger()) != said:
            return [f"I27: a run of rules overwrote {sorted(said - now)}"]
        if (now_halves := await _halves(life)) != halves:
            return [f"I27: a run of rules sorted halves of transfers: {halves} are {now_halves}"]
        if (again := await run_rules(*life.who)).batch_id is not None:
            return [f"I27: a second run changed {again.count} rows"]
    async with read_desk(*life.who) as desk:
        shown = {s.row.transaction_id: s for s in (await list_page(desk, Filter(), limit=500)).rows}
    wrong = []
    for one in life.purchases:
        rule = next((r for r in life.rules if r.on and r.text == one.text), None)
        if rule is None or not _is_free(one):
            continue
        row = shown[await life.id_of(one)]
        if row.category.slug != rule.slug:  # by whom is no matter: what memory has sorted so already a rule leaves alone
            wrong.append(f"I27: {life.tell(one)} is {row.category.slug} by {row.row.category_source}, its rule says {rule.slug}")
    return wrong


async def _halves(life: Life) -> dict[int, int]:
    """Rows that are half of a transfer -> their category."""
    halves = (
        "select t.transaction_id, t.category_id from transaction t where t.household_id = $1 and exists (select 1 from pair_decision d"
        " where d.household_id = $1 and d.kind = 1 and d.state <> 3 and t.transaction_id in (d.out_id, d.in_id))"
    )
    async with life.family.unit() as (unit, _):
        return dict(await unit.conn.fetch(halves, unit.household_id))


def _is_free(one: Purchase) -> bool:
    """Whether nothing but a rule has a say in its category."""
    spoken = one.word.category or one.word.merchant or one.word.deleted or one.split or one.tied
    return one.live and not spoken and one.half_of is None and one.refund_of is None
