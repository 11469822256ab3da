"""Rules as Settings shows them: in order, with what each decided, and one of them open with what it would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from farthing.categorize.ruling.model import Share, Then
from farthing.core.errors import FarthingError, Missing
from farthing.core.ids import internal, public
from farthing.core.money import decimal_text
from farthing.flows.desk import Desk
from farthing.flows.list_rules import Listed, list_rules, per_cent
from farthing.flows.manage_rules import RuleWish
from farthing.flows.preview_rule import Before, Preview, preview_rule
from farthing.flows.read_rule import PARTS_MAX
from farthing.flows.show import Shown, show
from farthing.flows.view_models.format import counted
from farthing.flows.view_models.parts import Choice, FieldState
from farthing.flows.view_models.rules import PreviewRow, RuleForm, RuleLine, RulePart, RulePreview, RulesPage
from farthing.flows.view_parts import Eye, eye_of
from farthing.flows.view_transactions import category_choices
from farthing.ledger.label import before

SAVED = {
    "added": "The rule is made: what comes from now on goes by it. Undo takes it away; what it did by then stays.",
    "changed": "The rule is changed.",
    "deleted": "The rule is gone; what it did stays.",
    "nothing": "Nothing had to be changed.",
}
TRANSFER = "transfer"
PARTS = 4
FIELDS = frozenset({"name", "when", "category_id", "merchant", "tags", "note", "splits"})


class AskedOf(msgspec.Struct, frozen=True, kw_only=True):
    """Which form the reader opened, `start`: the row it begins with; what they sent that cannot be, or that is to be tried (`wish`)."""

    edit: str = ""
    add: bool = False
    start: str = ""
    saved: str = ""
    batch_id: str = ""
    changed: int = 0
    typed: Mapping[str, str] | None = None
    field: str = ""
    wrong: str = ""
    wish: RuleWish | None = None


async def view_rules(desk: Desk, asked: AskedOf) -> RulesPage:
    """The whole page. Raises Missing for a row that is not there."""
    held = await list_rules(desk)
    form = await _form(desk, asked, held)
    saved = f"{counted(asked.changed, 'transaction')} changed." if asked.saved == "applied" else SAVED.get(asked.saved, "")
    return RulesPage(
        rules=tuple(_line(eye_of(desk), one, len(held)) for one in held),
        form=form,
        saved=saved,
        batch_href=f"/activity/{asked.batch_id}" if asked.batch_id else "",
        wrong=asked.wrong if form is None else "",
    )


def _line(eye: Eye, one: Listed, count: int) -> RuleLine:
    rule, key = one.rule, public("rul", one.rule.rule_id)
    words = [] if rule.enabled else ["off"]
    words += [f"never decides: “{one.hidden_by.name}” goes first"] if one.hidden_by else ["not used yet"] if one.never else []
    return RuleLine(
        id=key,
        place=rule.position,
        name=rule.name,
        when=one.when,
        does=", ".join(one.does),
        rows=f"{rule.uses:,}" if rule.uses else "",
        last=eye.day(eye.date(rule.used_at)) if rule.used_at else "",
        words=(*words, *one.faults),
        on=rule.enabled,
        edit_href=f"/settings/rules?edit={key}",
        is_first=rule.position <= 1,
        is_last=rule.position >= count,
    )


async def _form(desk: Desk, asked: AskedOf, held: Sequence[Listed]) -> RuleForm | None:
    one = next((h for h in held if asked.edit and public("rul", h.rule.rule_id) == asked.edit), None)
    if one is None and asked.edit and not asked.wrong:
        raise Missing("not_found", "no such rule")
    if one is None and not (asked.add or asked.start):
        return None
    typed = asked.typed if asked.typed is not None else as_typed(desk, one) if one else await _from_row(desk, asked.start)
    wrong = {asked.field: asked.wrong}
    preview = await view_preview(desk, asked.wish, one.rule.rule_id if one else None) if asked.wish is not None else None

    def state(name: str) -> FieldState:
        return FieldState(typed.get(name, ""), wrong.get(name, ""))

    return RuleForm(
        id=asked.edit if one else "",
        title=one.rule.name if one else "A new rule",
        name=state("name"),
        when=state("when"),
        categories=_categories(desk, typed.get("category_id", "")),
        merchant=state("merchant"),
        tags=state("tags"),
        note=state("note"),
        hidden=_three("As it is", "Hide", "Do not hide", typed.get("hidden", "")),
        reviewed=_three("As it is", "Mark reviewed", "Mark not reviewed", typed.get("reviewed", "")),
        parts=tuple(RulePart(typed.get(f"size_{n}", ""), _parts(desk, typed.get(f"part_{n}", ""))) for n in range(1, _shown(typed) + 1)),
        category_wrong=wrong.get("category_id", ""),
        parts_wrong=wrong.get("splits", ""),
        parts_open=any(typed.get(f"size_{n}") for n in range(1, PARTS_MAX + 1)) or "splits" in wrong,
        wrong="" if asked.field in FIELDS else asked.wrong,
        preview=preview,
    )


def _shown(typed: Mapping[str, str]) -> int:
    """How many parts the form has: those there are and one more, four at least."""
    filled = [n for n in range(1, PARTS_MAX + 1) if typed.get(f"size_{n}")]
    return min(PARTS_MAX, max(PARTS, *(n + 1 for n in filled), PARTS))


def as_typed(desk: Desk, one: Listed) -> dict[str, str]:
    """A rule in the fields of its form."""
    then = one.rule.then
    typed = {"name": one.rule.name, "when": one.when, "merchant": then.merchant, "tags": ", ".join(then.tags), "note": then.note}
    typed["category_id"] = TRANSFER if then.transfer else _key(desk, then.category_id) if then.category_id is not None else ""
    typed |= {name: _flag(value) for name, value in (("hidden", then.hidden), ("reviewed", then.reviewed))}
    return typed | _typed_parts(desk, then)


def _typed_parts(desk: Desk, then: Then) -> dict[str, str]:
    def size(share: Share) -> str:
        return decimal_text(share.amount, desk.household.currency) if share.amount is not None else f"{per_cent(share.share or 0)}%"

    typed: dict[str, str] = {}
    for n, share in enumerate(then.split, 1):
        typed |= {f"size_{n}": size(share), f"part_{n}": _key(desk, share.category_id)}
    return typed


async def _from_row(desk: Desk, start: str) -> dict[str, str]:
    """What a rule for rows like this one begins with: its merchant, the way the money went, and its category."""
    if not start:
        return {}
    key = internal("txn", start)
    rows = await show(desk, list((await before(desk.unit, desk.sealer, [key])).values()))
    if not rows:
        raise Missing("not_found", "no such transaction")
    one = rows[0]
    name = one.said.merchant.replace('"', " ").strip()
    way = "is:in" if one.row.amount > 0 else "is:out"
    return {
        "when": f'merchant:="{name}" {way}' if name else way,
        "category_id": _key(desk, one.category.category_id) if one.category.category_id else "",
        "tags": ", ".join(one.tags),
    }


def _key(desk: Desk, category_id: int) -> str:
    return public("cat", category_id, household=desk.household.household_id)


def _flag(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


def _three(none: str, yes: str, no: str, chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, label, chosen=value == chosen) for value, label in (("", none), ("yes", yes), ("no", no)))


def _parts(desk: Desk, chosen: str) -> tuple[Choice, ...]:
    """Every category that can be chosen, and the one that is, though it may be hidden."""
    offered = [c for c in category_choices(desk) if c.value != chosen]
    mine = next((c for c in desk.categories.every if chosen and _key(desk, c.category_id) == chosen), None)
    return (*([Choice(chosen, mine.name, chosen=True)] if mine else []), *(Choice(c.value, c.label, c.group) for c in offered))


def _categories(desk: Desk, chosen: str) -> tuple[Choice, ...]:
    first = (Choice("", "As it is"), Choice(TRANSFER, "A transfer between own accounts", chosen=chosen == TRANSFER))
    return (*first, *_parts(desk, chosen))


async def view_preview(desk: Desk, wish: RuleWish, rule_id: int | None) -> RulePreview:
    """What the rule would do, or why that cannot be said yet."""
    try:
        found = await preview_rule(desk, wish, rule_id=rule_id)
    except FarthingError as error:
        if error.status >= 500:
            raise
        return RulePreview(wrong=error.detail[:1].upper() + error.detail[1:] + ("" if error.detail.endswith(".") else "."))
    return _previewed(desk, found)


def _previewed(desk: Desk, found: Preview) -> RulePreview:
    eye = eye_of(desk)
    meant = counted(found.matched, "transaction")
    changed = "none would change" if not found.changed else f"{found.changed:,} would change"
    more = found.changed - len(found.rows)
    meetings = [
        f"{counted(m.rows, 'transaction')} also meet “{m.rule.name}”, which sets the same otherwise: "
        + ("that one goes first." if m.goes_first else "this one goes first.")
        for m in found.meetings
    ]
    return RulePreview(
        summary=f"{meant} {'is' if found.matched == 1 else 'are'} meant, {changed}.",
        rows=tuple(_row(eye, b.shown, b.shown.category.name, _after(b)) for b in found.rows),
        more=f"and {more:,} more" if more > 0 else "",
        breaks=f"{counted(found.breaks, 'transaction')} you sorted otherwise by hand: that stays." if found.breaks else "",
        broken=tuple(_row(eye, b.shown, b.shown.category.name, b.instead.name) for b in found.broken),
        meetings=tuple(meetings),
    )


def _row(eye: Eye, shown: Shown, was: str, now: str) -> PreviewRow:
    row = shown.row
    amount = eye.of(row.amount, row.currency, plus=row.amount > 0)
    return PreviewRow(f"/transactions/{public('txn', row.transaction_id)}", eye.dated(row.date), shown.merchant, amount, was, now)


def _after(one: Before) -> str:
    """What becomes of a row, in few words."""
    was, now = one.shown.row, one.after.row
    said = [one.category.name] if now.category_id != was.category_id else []
    said += [now.owner.merchant] if now.owner.merchant != was.owner.merchant else []
    said += [f"#{t}" for t in one.after.tags if t not in one.shown.tags]
    said += ["a note"] if now.owner.note != was.owner.note else []
    said += ["hidden" if now.hidden else "shown"] if now.hidden != was.hidden else []
    said += ["reviewed" if now.reviewed else "to review"] if now.reviewed != was.reviewed else []
    said += [f"{len(one.after.parts)} parts"] if now.split and one.after.parts != tuple(p for p, _ in one.shown.parts) else []
    return ", ".join(said) or "sure of it"
