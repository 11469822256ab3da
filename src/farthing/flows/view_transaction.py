"""One transaction opened: what it is, where it counts, what was usual, and its history in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from statistics import median

from farthing.categorize.reading.read import read
from farthing.core.dates import Month, zone
from farthing.core.errors import Missing
from farthing.core.ids import public
from farthing.core.money import decimal_text
from farthing.flows.bulk import stated_by_bank
from farthing.flows.desk import Desk
from farthing.flows.history import WHY, Told, history
from farthing.flows.list_filter import Asked
from farthing.flows.list_transactions import by_merchant, list_page
from farthing.flows.show import Shown, show
from farthing.flows.view_like import view_like
from farthing.flows.view_models.charts import Bar, histogram
from farthing.flows.view_models.format import day_view, initial_of, month_view, when_view
from farthing.flows.view_models.parts import words
from farthing.flows.view_models.transactions import Change, Conflict, LookAlike, Panel, Part, Similar
from farthing.flows.view_parts import Eye, category_name, chip_of, eye_of
from farthing.flows.view_ties import view_ties
from farthing.flows.view_transactions import category_choices
from farthing.ingest.batches.image import Whole
from farthing.ledger.accounts import Account
from farthing.ledger.label import before
from farthing.ledger.reading.rows import Filter
from farthing.people import members

MONTHS = 12
SIMILAR_MAX = 400
HISTORY_MAX = 40
PAIRED_BY = {"transfer_id": "found its other half", "refund_of": "found its purchase", "refunded_by": "found a refund of it"}
PAIRED_WHY = frozenset({WHY["transfer"], WHY["refund"]})  # what was weighed anew when a row came back
ALIKE_MAX, ALIKE_WITHIN = 4, dt.timedelta(days=10)
STATUS = {"pending": "pending", "posted": "posted", "void": "gone at the bank"}


async def find_shown(desk: Desk, transaction_id: int, held: Mapping[int, Account] | None = None) -> Shown:
    """One row made readable; raises Missing."""
    rows = await before(desk.unit, desk.sealer, [transaction_id])
    if transaction_id not in rows:
        raise Missing("not_found", "no such transaction")
    return (await show(desk, [rows[transaction_id]], held=held))[0]


async def view_panel(desk: Desk, transaction_id: int, asked: Asked, *, banks: Mapping[int, str], conflict: Conflict | None = None) -> Panel:
    """The panel; `banks` names the bank of each link. Raises Missing."""
    shown = await find_shown(desk, transaction_id)
    row, eye = shown.row, eye_of(desk)
    told = await history(desk, transaction_id)
    bank = banks.get(shown.account.connection_id or 0, "")
    older = await list_page(desk, asked.wanted, limit=1, before=(row.date, row.transaction_id))
    income = shown.category.group == "income" and row.amount > 0
    return Panel(
        id=public("txn", row.transaction_id),
        version=row.version,
        day=day_view(row.date, locale=eye.locale, weekday=True, year=True),
        merchant=shown.merchant,
        initial=initial_of(shown.merchant),
        account=f"{shown.account.text.name}, {bank}" if bank else shown.account.text.name,
        amount=eye.of(row.amount, row.currency, symbol=True, plus=income),
        descriptor=row.bank.text,
        told=_paid(row.bank.text),
        chip=chip_of(shown.category, eye.household_id),
        why=words(shown.why),
        model=shown.model or "",
        close_href=asked.href(),
        categories=category_choices(desk, row.category_id),
        parts=tuple(Part(chip_of(c, eye.household_id), eye.of(p.amount, row.currency), decimal_text(p.amount, row.currency), p.note)
                    for p, c in shown.parts),
        counts_in=_counts_in(eye, shown),
        budget=_budget(shown),
        tags=shown.tags,
        note=row.owner.note,
        date=str(row.date),
        original=_original(eye, shown),
        pending=shown.status == "pending",
        hidden=row.hidden,
        reviewed=row.reviewed,
        manual=not await stated_by_bank(desk, [Whole(row)]),
        income=income,
        previous_href=asked.href(),
        next_href=asked.href(open=public("txn", older.rows[0].row.transaction_id)) if older.rows else "",
        similar=await _similar(desk, eye, shown),
        alike=await _alike(desk, eye, shown),
        history=await _history(desk, eye, told, bank),
        ties=await view_ties(desk, eye, shown),
        like=await view_like(desk, eye, shown),
        conflict=conflict,
    )  # fmt: skip


def _paid(text: str) -> str:
    """How the bank says it was paid, and where: "card purchase through Square, Oakland, CA"; empty where it says nothing."""
    found = read(text)
    how = " ".join(filter(None, (found.kind, found.processor and f"through {found.processor}")))
    told = ", ".join(filter(None, (how, found.place)))
    return told[:1].upper() + told[1:]


def _counts_in(eye: Eye, shown: Shown) -> str:
    if shown.row.hidden:
        return "nothing: it is hidden"
    if shown.status == "void":
        return "nothing: it is gone"
    if not shown.counts_in:
        return "nothing: it moves between your accounts"
    names = dict.fromkeys(c.category.name if c.category.category_id else "Not sorted yet" for c in shown.counts_in)
    return f"{month_view(Month.of(shown.row.date), locale=eye.locale, full=True, year=False)}; {', '.join(names)}"


def _budget(shown: Shown) -> str:
    kinds = {"a bill" if c.category.bill else "income" if c.category.group == "income" else "" for c in shown.counts_in}
    if not kinds:
        return "no"
    return "yes, everyday" if "" in kinds else f"no, {' and '.join(sorted(kinds))}"


def _original(eye: Eye, shown: Shown) -> str:
    row = shown.row
    if row.currency == eye.currency:
        return ""
    if row.home_amount is None:
        return f"No rate for {row.currency} is known, so it is in no sum."
    return f"{eye.home(row.home_amount, symbol=True)} at the rate of that day"


async def _similar(desk: Desk, eye: Eye, shown: Shown) -> Similar | None:
    """The merchant's last twelve months; None where this row is the only one."""
    month = Month.of(shown.row.date)
    first = month.plus(1 - MONTHS)
    wanted = await by_merchant(desk, Filter(first=first.first, last=month.last), shown.merchant)
    rows = (await list_page(desk, wanted, limit=SIMILAR_MAX)).rows if wanted.payees or wanted.ids else []
    alike = [s for s in rows if s.row.currency == shown.row.currency and (s.row.amount < 0) == (shown.row.amount < 0)]
    if len(alike) < 2:
        return None
    months = [first.plus(n) for n in range(MONTHS)]
    heights = dict.fromkeys(months, 0)
    for other in alike:
        heights[Month.of(other.row.date)] += abs(other.row.amount)
    bars = histogram(list(heights.values()), gap=48, kinds=["other"] * (MONTHS - 1) + [""])
    usual = eye.of(int(median(abs(s.row.amount) for s in alike)), shown.row.currency, symbol=True)
    marks = tuple(Bar(bars[n].x, 0, 0, 0, "", month_view(months[n], locale=eye.locale, year=False)) for n in (0, 4, 8, 11))
    return Similar(
        f"{shown.merchant}, 12 months",
        f"usually {usual}",
        bars,
        marks,
        Asked({"merchant": shown.merchant}, Filter(), ()).href(),
        f"Twelve months at {shown.merchant}: {len(alike)} transactions, usually {usual}.",
    )


async def _alike(desk: Desk, eye: Eye, shown: Shown) -> tuple[LookAlike, ...]:
    """Rows that may be this one seen twice, the nearest days first."""
    row = shown.row
    if shown.status == "void":
        return ()
    wanted = Filter(
        first=row.date - ALIKE_WITHIN,
        last=row.date + ALIKE_WITHIN,
        accounts=(row.account_id,),
        amount_min=row.amount,
        amount_max=row.amount,
    )
    rows = [s for s in (await list_page(desk, wanted, limit=SIMILAR_MAX)).rows if s.row.transaction_id != row.transaction_id]
    nearest = sorted((s for s in rows if s.row.currency == row.currency), key=lambda s: abs(s.row.date - row.date))[:ALIKE_MAX]
    return tuple(
        LookAlike(
            public("txn", s.row.transaction_id),
            s.merchant,
            eye.day(s.row.date, weekday=True),
            eye.of(s.row.amount, s.row.currency, symbol=True),
        )
        for s in nearest
    )


async def _history(desk: Desk, eye: Eye, told: Sequence[Told], bank: str) -> tuple[Change, ...]:
    names = {int(m.member_id): (m.text.name or m.text.email).split(" ")[0] for m in await members.members(desk.unit, desk.sealer)}
    wall, now = zone(eye.zone), eye.now.astimezone(zone(eye.zone))
    found: list[Change] = []
    undoable = next((t.batch_id for t in reversed(told) if t.by == "owner" and t.field != "transaction"), 0)
    for one in reversed(told[-HISTORY_MAX:]):
        text = _told(desk, one, names.get(one.member_id, "You"), bank)
        if text:
            offered = one.batch_id == undoable and not any(c.batch_id for c in found)
            when = when_view(one.at.astimezone(wall), now, locale=eye.locale)
            found.append(Change(when[:1].upper() + when[1:], text, public("bat", one.batch_id) if offered else ""))
    return tuple(found)


def _told(desk: Desk, one: Told, member: str, bank: str) -> str:
    """A line of the history as a person would say it; empty for what nobody needs to read."""
    who = {"bank": bank or "The bank", "file": "A file", "rule": "A rule"}.get(one.by, member)
    if one.field in PAIRED_BY and one.after and (one.by != "owner" or one.why in PAIRED_WHY):
        return f"Farthing {PAIRED_BY[one.field]}: {one.why}"
    category = category_name(desk, one.after) if one.field == "category" else ""
    match one.field:
        case "transaction":
            begun = {"bank": f"From {bank or 'the bank'}, {STATUS.get(one.after['status'], '')}", "file": "From a file"}
            return begun.get(one.by, f"{member} wrote it down")
        case "category":
            return f"{who} set {category}" if one.by == "owner" else f"Farthing set {category}"
        case "splits":
            return f"{who} split it in {len(one.after)}" if one.after else f"{who} made it whole again"
        case "note":
            return f"{who} {'changed the note' if one.before and one.after else 'wrote a note' if one.after else 'took the note away'}"
        case "merchant":
            return f"{who} named it {one.after}" if one.after else f"{who} gave it the bank’s name again"
        case "tags":
            return f"{who} tagged it {' '.join('#' + t for t in one.after)}" if one.after else f"{who} took its tags away"
        case "hidden":
            return f"{who} {'hid' if one.after else 'showed'} it"
        case "reviewed":
            return f"{who} {'reviewed it' if one.after else 'marked it not reviewed'}" if one.by == "owner" else ""
        case "merged":
            return f"{who} merged another row with it" if one.after else f"{who} split them again"
        case "apart":
            return f"{who} said that it is not another row" if one.after else f"{who} left it open whether it is another row"
        case "deleted":
            return f"{who} {'deleted it' if one.after else 'brought it back'}"
        case "transfer_id":
            return f"{who} joined it to its other half" if one.after else f"{who} took it apart from its other half"
        case "refund_of":
            return f"{who} linked it to its purchase" if one.after else f"{who} unlinked it from its purchase"
        case "refunded_by":
            return f"{who} linked a refund" if one.after else f"{who} unlinked a refund"
        case "status":
            return f"{who}: {STATUS.get(one.after, one.after)}"
        case "amount":
            return f"{who} changed {one.before} to {one.after}"
        case "date":
            return f"{who} moved it to {one.after}" if one.after else f"{who} gave it the bank’s day again"
        case "description":
            return f"{who} changed its words"
        case _:
            return ""


def conflict_of(field: str, yours: str, theirs: str, by: str) -> Conflict:
    """Two people changed one field: both values."""
    return Conflict(field=field, yours=yours or "nothing", theirs=theirs or "nothing", by=by)
