"""What the household's rules make of lines that come and of rows that stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from farthing.categorize.ruling.model import Field, Judged, Seen
from farthing.core.ids import CategoryId
from farthing.core.texts import folded
from farthing.flows.desk import Desk
from farthing.flows.rules_kept import rule_shelf
from farthing.ingest.pairing.model import CARD_PAYMENT, OWING, TRANSFER
from farthing.ledger.accounts import Account
from farthing.ledger.label import Stored, tags, tags_of
from farthing.ledger.model import Incoming, Label, Source
from farthing.ledger.post import Payee

CERTAIN = 1_000


async def judge_lines(
    desk: Desk, incoming: Sequence[Incoming], payees: Mapping[int, Payee], labels: Sequence[Label]
) -> list[Judged | None]:
    """What rules make of each new line, in order; `labels` are those it has without them."""
    ruleset = await rule_shelf.of(desk)
    if not len(ruleset):
        return [None] * len(incoming)
    return [ruleset.judge(_seen_line(i, payees[i.payee_id], b)) for i, b in zip(incoming, labels, strict=True)]


async def judge_rows(desk: Desk, rows: Sequence[Stored], payees: Mapping[int, Payee]) -> dict[int, Judged]:
    """What rules make of rows that stand, by id; those of which they say nothing are absent."""
    ruleset = await rule_shelf.of(desk)
    if not len(ruleset):
        return {}
    tagged = await tags_seen(desk, [r.transaction_id for r in rows]) if ruleset.asks_tags else {}
    seen = {r.transaction_id: seen_row(r, payees.get(r.payee_id), tagged.get(r.transaction_id, frozenset())) for r in rows}
    return {i: judged for i, one in seen.items() if (judged := ruleset.judge(one)) is not None}


async def tags_seen(desk: Desk, ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """The tags of rows, folded, by transaction id."""
    held = await tags_of(desk.unit, ids)
    names = await tags(desk.unit, desk.sealer) if held else {}
    return {i: frozenset(folded(names[t]) for t in mine if t in names) for i, mine in held.items()}


def _seen_line(incoming: Incoming, payee: Payee, label: Label) -> Seen:
    line = incoming.line
    tags = frozenset(folded(t) for t in line.owner_tags) if line.owner_tags else frozenset()
    return Seen(line.text, payee.key, payee.merchant, incoming.account_id, line.amount.minor, line.date, int(label.source), tags)


def seen_row(row: Stored, payee: Payee | None, tags: frozenset[str] = frozenset()) -> Seen:
    """A row that stands, as rules see it."""
    key, merchant = (payee.key, payee.merchant) if payee else (row.bank.text, row.bank.text)
    return Seen(row.bank.text, key, merchant, row.account_id, row.amount, row.bank_date, int(row.category_source), tags)


def label_by(desk: Desk, judged: Judged | None, account: Account | None, amount: int) -> Label | None:
    """The label that rules give; None where none does, or where its category is gone."""
    rule = judged.deciding.get(Field.CATEGORY) if judged else None
    if rule is None:
        return None
    if rule.then.transfer:
        pays = account is not None and account.kind.slug in OWING and amount > 0
        return Label(CategoryId(CARD_PAYMENT if pays else TRANSFER), Source.RULE, CERTAIN)
    category_id = rule.then.category_id
    if category_id is None or category_id not in desk.categories.by_id:
        return None
    return Label(category_id, Source.RULE, CERTAIN)


async def named_rules(desk: Desk, rows: Sequence[Stored], payees: Mapping[int, Payee]) -> dict[int, str]:
    """By row that a rule sorted, the name of the rule that says so today."""
    ruled = [r for r in rows if r.category_source == Source.RULE]
    if not ruled:
        return {}
    judged = await judge_rows(desk, ruled, payees)
    return {i: j.deciding[Field.CATEGORY].name for i, j in judged.items() if Field.CATEGORY in j.deciding}
