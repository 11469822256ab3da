"""The rows of an export, a generator a sheet. Ids, amounts and instants are written as in the API."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any, TypeAlias

import msgspec

from farthing.budgets import Mode
from farthing.categorize import Category
from farthing.connections import store as connection_store
from farthing.core.dates import rfc3339
from farthing.core.ids import public
from farthing.core.money import decimal_text
from farthing.flows.desk import Desk
from farthing.flows.list_rules import list_rules, quantity
from farthing.flows.list_transactions import PAGE_MAX, list_page
from farthing.flows.revise import wholes
from farthing.flows.show import Shown
from farthing.ingest.batches.batch import BatchRow, batches, changes_in
from farthing.ledger.accounts import accounts, balance_history
from farthing.ledger.reading.rows import NEWEST, Filter
from farthing.people import exports, households, members
from farthing.people.saved_views import saved_views
from farthing.platform import sql
from farthing.security import audit, sessions

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = AsyncIterator[Row]

EVERY = Filter(states=("pending", "posted", "void"))
SPLIT = msgspec.structs.replace(EVERY, split=True)
PAIR_KINDS = {1: "transfer", 2: "refund"}
PAIR_STATES = {1: "paired", 2: "confirmed", 3: "rejected"}
SUGGESTION_KINDS = {1: "same", 2: "transfer", 3: "refund"}
SUGGESTION_STATES = {1: "open", 2: "accepted", 3: "rejected"}

queries = sql.load("farthing.flows")


async def household(desk: Desk) -> Rows:
    """The household itself, with who signs in and what may ask in their name."""
    standing = await households.standing(desk.unit, desk.sealer)
    names = await exports.token_names(desk.unit, desk.sealer)
    yield {
        "created_at": rfc3339(standing.created_at),
        "settings": standing.settings,
        "budgets": {
            "mode": Mode(desk.household.budget_mode).name.lower(),
            "plan_from": day_text(desk.household.plan_since),
            "opening": decimal_text(desk.household.plan_opening, desk.household.currency),
        },
        "tokens": [
            {
                "name": names.get(t.token_id, ""),
                "scope": "write" if t.scope == sessions.WRITE else "read",
                "created_at": rfc3339(t.created_at),
            }
            for t in await sessions.tokens(desk.unit.conn, desk.unit.household_id)
        ],
    }


async def people(desk: Desk) -> Rows:
    """Members, without their password's hash."""
    for m in await members.members(desk.unit, desk.sealer):
        yield {
            "email": m.text.email,
            "name": m.text.name,
            "role": m.role.name.lower(),
            "created_at": rfc3339(m.created_at),
            "password_changed_at": rfc3339(m.password_changed_at),
            "taste": m.text.taste,
            "devices": [{"device": d.device, "place": d.place} for d in m.text.devices],
        }


async def connections(desk: Desk) -> Rows:
    """Bank links, without their tokens."""
    for c in await connection_store.every(desk.unit, desk.sealer):
        yield {
            "id": public("con", c.connection_id),
            "provider": c.provider,
            "institution": c.institution.name,
            "status": c.status.word,
            "created_at": rfc3339(c.created_at),
            "last_success_at": instant_text(c.last_success_at),
            "consent_expires_at": instant_text(c.consent_expires_at),
        }


async def account_rows(desk: Desk) -> Rows:
    """Accounts, hidden and closed ones too."""
    for a in (await accounts(desk.unit, desk.sealer)).values():
        yield {
            "id": _account(desk, a.account_id),
            "connection_id": public("con", a.connection_id) if a.connection_id else None,
            "name": a.text.name,
            "bank_name": a.text.bank_name,
            "institution": a.text.institution,
            "mask": a.text.mask,
            "kind": a.kind.slug,
            "currency": a.currency,
            "balance": _amount(a.balance, a.currency),
            "available": _amount(a.available, a.currency),
            "opening_balance": _amount(a.opening_balance, a.currency),
            "balance_as_of": instant_text(a.balance_as_of),
            "opened_on": day_text(a.opened_on),
            "closed_on": day_text(a.closed_on),
            "hidden": a.hidden,
        }


async def balances(desk: Desk) -> Rows:
    """Every balance that was ever stated, by day."""
    held = await accounts(desk.unit, desk.sealer)
    for account_id, days in (await balance_history(desk.unit, dt.date(1970, 1, 1))).items():
        currency = held[account_id].currency
        for day, minor in days:
            yield {
                "account_id": _account(desk, account_id),
                "account": held[account_id].text.name,
                "date": day.isoformat(),
                "balance": decimal_text(minor, currency),
                "currency": currency,
            }


async def transactions(desk: Desk, wanted: Filter = EVERY) -> Rows:
    """Every transaction, newest first, void ones too."""
    async for shown in _every_shown(desk, wanted):
        row = shown.row
        yield {
            "id": public("txn", row.transaction_id),
            "account_id": _account(desk, row.account_id),
            "account": shown.account.text.name,
            "status": shown.status,
            "date": row.date.isoformat(),
            "posted_date": day_text(row.posted_date),
            "amount": decimal_text(row.amount, row.currency),
            "currency": row.currency,
            "merchant": shown.merchant,
            "description": row.bank.text,
            "reference": row.bank.reference,
            "counterparty": row.bank.counterparty,
            "category": category_row(desk, shown.category),
            "category_source": shown.source,
            "confidence": row.confidence / 1000,
            "why": shown.why,
            "model": shown.model,
            "reviewed": row.reviewed,
            "hidden": row.hidden,
            "note": row.owner.note or None,
            "tags": list(shown.tags),
            "splits": [
                {"amount": decimal_text(p.amount, row.currency), "category": category_row(desk, c), "note": p.note or None}
                for p, c in shown.parts
            ],
            "transfer_id": public("txn", shown.transfer_id) if shown.transfer_id else None,
            "refund_of": public("txn", shown.refund_of) if shown.refund_of else None,
            "version": row.version,
            "updated_at": rfc3339(row.updated_at),
        }


async def splits(desk: Desk) -> Rows:
    """Parts of split transactions, a row each."""
    async for row in transactions(desk, SPLIT):
        for part in row["splits"]:
            yield {"transaction_id": row["id"], "date": row["date"], "merchant": row["merchant"], "currency": row["currency"], **part}


async def categories(desk: Desk) -> Rows:
    """The whole tree: the system's categories and the household's own."""
    for c in desk.categories.every:
        yield {
            **category_row(desk, c),
            "shown_in": c.shown_in,
            "bill": c.bill,
            "icon": c.icon,
            "hidden": c.hidden,
            "own": c.own,
            "changed": c.changed,
        }


async def category_groups(desk: Desk) -> Rows:
    """Every group in the order of pages: the contract's and the household's own."""
    for g in desk.categories.every_group:
        yield {"id": g.slug, "name": g.name, "section": g.section, "counts_as": g.counts_as, "hidden": g.hidden, "own": g.own}


async def rules(desk: Desk) -> Rows:
    """Rules in order, those that are off too."""
    for one in await list_rules(desk):
        r = one.rule
        yield {
            "id": public("rul", r.rule_id),
            "order": r.position,
            "name": r.name,
            "when": one.when,
            "then": list(one.does),
            "category": desk.categories.of(r.then.category_id).slug if r.then.category_id is not None else None,
            "transfer": r.then.transfer,
            "merchant": r.then.merchant or None,
            "note": r.then.note or None,
            "tags": list(r.then.tags),
            "hidden": r.then.hidden,
            "reviewed": r.then.reviewed,
            "splits": [
                {"category": desk.categories.of(s.category_id).slug, "part": quantity(desk, s), "note": s.note} for s in r.then.split
            ],
            "enabled": r.enabled,
            "matched": r.uses,
            "last_match_at": instant_text(r.used_at),
            "created_at": rfc3339(r.created_at),
        }


async def views(desk: Desk) -> Rows:
    """Filters of the list, and trends, that the household has named."""
    for v in await saved_views(desk.unit, desk.sealer):
        yield {
            "id": public("vew", v.view_id),
            "name": v.name,
            "place": v.place.name.lower(),
            "query": v.query,
            "created_at": rfc3339(v.created_at),
        }


async def every_batch(desk: Desk) -> AsyncIterator[BatchRow]:
    """Every sync, import, edit and undo, newest first."""
    before = 2**62
    while page := await batches(desk.unit, desk.sealer, before=before, count=PAGE_MAX):
        for batch in page:
            yield batch
        before = page[-1].batch_id


async def syncs(desk: Desk) -> Rows:
    """Every sync, import, edit and undo."""
    async for b in every_batch(desk):
        yield {
            "id": public("bat", b.batch_id),
            "kind": b.kind.name.lower(),
            "state": b.state.name.lower(),
            "connection_id": public("con", b.connection_id) if b.connection_id else None,
            "started_at": rfc3339(b.started_at),
            "finished_at": instant_text(b.finished_at),
            "added": b.added,
            "updated": b.updated,
            "removed": b.removed,
            "error": b.error,
            "summary": b.summary,
        }


async def history(desk: Desk) -> Rows:
    """Every change to what was there: before, after, by whom and why."""
    async for b in every_batch(desk):
        for c in await changes_in(desk.unit, desk.sealer, b.batch_id):
            yield {
                "batch_id": public("bat", b.batch_id),
                "object": c.object_kind.name.lower(),
                "id": public("txn", c.object_id) if c.object_kind.name == "TRANSACTION" else str(c.object_id),
                "field": c.group.name.lower(),
                "at": instant_text(c.at),
                "actor": c.actor,
                "why": c.why,
                "before": c.before,
                "after": c.after,
            }


async def pairs(desk: Desk) -> Rows:
    """Transfers and refunds."""
    for r in await queries.pairs.rows(desk.unit.conn, household_id=desk.unit.household_id):
        yield {
            "out_id": public("txn", r["out_id"]),
            "in_id": public("txn", r["in_id"]),
            "kind": PAIR_KINDS[r["kind"]],
            "state": PAIR_STATES[r["state"]],
            "amount": decimal_text(r["amount"], r["currency"]) if r["amount"] else None,
            "at": rfc3339(r["at"]),
        }


async def suggestions(desk: Desk) -> Rows:
    """Pairs that the owner was or is asked about."""
    for r in await queries.suggestions.rows(desk.unit.conn, household_id=desk.unit.household_id):
        yield {
            "left_id": public("txn", r["left_id"]),
            "right_id": public("txn", r["right_id"]),
            "kind": SUGGESTION_KINDS[r["kind"]],
            "evidence": desk.sealer.open_value("suggestion", "sealed", r["suggestion_id"], r["sealed"]),
            "state": SUGGESTION_STATES[r["state"]],
            "at": rfc3339(r["at"]),
        }


async def merges(desk: Desk) -> Rows:
    """Rows that the owner said are other ones, which stand among the transactions; what each said itself is here."""
    found = await queries.merges.rows(desk.unit.conn, household_id=desk.unit.household_id)
    others = await wholes(desk, [r["other_id"] for r in found])
    for r in found:
        other = others[r["other_id"]]
        yield {
            "id": public("txn", r["other_id"]),
            "merged_into": public("txn", r["kept_id"]),
            "at": rfc3339(r["at"]),
            "date": other.row.date.isoformat(),
            "amount": decimal_text(other.row.amount, other.row.currency),
            "currency": other.row.currency,
            "description": other.row.bank.text,
            "note": other.row.owner.note,
            "tags": list(other.tags),
        }


async def access(desk: Desk) -> Rows:
    """Who saw or changed what, newest first."""
    before = audit.NEWEST
    while page := await audit.page(desk.unit, desk.sealer, before=before, row_max=audit.PAGE_MAX):
        for e in page:
            yield {"at": rfc3339(e.at), "kind": e.kind, "actor": e.by.kind, "request_id": e.by.request_id, "details": e.payload}
        before = page[-1].event_id


async def _every_shown(desk: Desk, wanted: Filter) -> AsyncIterator[Shown]:
    held, before = await accounts(desk.unit, desk.sealer), NEWEST
    while True:
        page = await list_page(desk, wanted, limit=PAGE_MAX, before=before, held=held)
        for shown in page.rows:
            yield shown
        if page.after is None:
            return
        before = page.after


def _account(desk: Desk, account_id: int) -> str:
    return public("acc", account_id, household=desk.unit.household_id)


def category_row(desk: Desk, category: Category) -> Row:
    """A category as rows name it."""
    number = public("cat", category.category_id, household=desk.unit.household_id)
    return {"id": number, "slug": category.slug, "name": category.name, "group": category.group}


def _amount(minor: int | None, currency: str) -> str | None:
    return None if minor is None else decimal_text(minor, currency)


def instant_text(at: dt.datetime | None) -> str | None:
    return rfc3339(at) if at else None


def day_text(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
