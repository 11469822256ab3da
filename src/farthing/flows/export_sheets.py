"""What an export tells: each sheet with the tables it tells of, and why the other tables stay out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from farthing.flows import export_alerts, export_budgets
from farthing.flows import export_learned as learned
from farthing.flows import export_rows as rows
from farthing.flows.desk import Desk
from farthing.flows.export_forecast import forecast_days
from farthing.flows.export_recurring import insight_rows, series

LEFT_OUT: Mapping[str, str] = {
    "household_key": "keys stay with us; the export is open",
    "idempotency": "answers kept for a day in case a program asks twice",
    "export": "this is one",
    "export_part": "this is one",
    "line": "only hashes of the banks' own ids; what the lines say is in transactions and raw",
    "rollup_month": "sums of transactions",
    "budget_carry": "what budgets' own months add up to, kept so that it need not be worked out again",
    "webhook_delivery": "messages to programs on their way, and what became of them for a month",
    "outbox": "messages on their way, gone within minutes",
}


class Sheet(msgspec.Struct, frozen=True):
    """One kind of thing: `name`.json, and `name`.csv where it has `columns` (header, name in the row)."""

    name: str
    tables: tuple[str, ...]
    told: Callable[[Desk], rows.Rows]
    columns: tuple[tuple[str, str], ...] = ()


SHEETS = (
    Sheet("household", ("household", "api_token_name"), rows.household),
    Sheet("members", ("member",), rows.people, (("E-mail", "email"), ("Name", "name"), ("Role", "role"), ("Since", "created_at"))),
    Sheet(
        "connections",
        ("connection",),
        rows.connections,
        (("Id", "id"), ("Provider", "provider"), ("Institution", "institution"), ("Status", "status"), ("Since", "created_at")),
    ),
    Sheet(
        "accounts",
        ("account",),
        rows.account_rows,
        (
            ("Id", "id"), ("Name", "name"), ("Institution", "institution"), ("Mask", "mask"), ("Kind", "kind"), ("Currency", "currency"),
            ("Balance", "balance"), ("As Of", "balance_as_of"), ("Opening Balance", "opening_balance"), ("Opened", "opened_on"),
            ("Closed", "closed_on"), ("Hidden", "hidden"),
        ),
    ),
    Sheet(
        "balances",
        ("balance_day",),
        rows.balances,
        (("Date", "date"), ("Account", "account"), ("Balance", "balance"), ("Currency", "currency"), ("Account Id", "account_id")),
    ),
    # The first eight headers are those other trackers read, and our own importer knows.
    Sheet(
        "transactions",
        ("transaction", "payee", "tag", "transaction_tag", "split"),
        rows.transactions,
        (
            ("Date", "date"), ("Merchant", "merchant"), ("Category", "category.name"), ("Account", "account"),
            ("Original Statement", "description"), ("Notes", "note"), ("Amount", "amount"), ("Tags", "tags"), ("Currency", "currency"),
            ("Status", "status"), ("Posted", "posted_date"), ("Reference", "reference"), ("Category Source", "category_source"),
            ("Why", "why"), ("Reviewed", "reviewed"), ("Hidden", "hidden"), ("Transfer", "transfer_id"), ("Refund of", "refund_of"),
            ("Id", "id"), ("Account Id", "account_id"),
        ),
    ),
    Sheet(
        "splits",
        ("split",),
        rows.splits,
        (
            ("Transaction", "transaction_id"), ("Date", "date"), ("Merchant", "merchant"), ("Amount", "amount"), ("Currency", "currency"),
            ("Category", "category.name"), ("Notes", "note"),
        ),
    ),
    Sheet(
        "categories",
        ("category",),
        rows.categories,
        (("Name", "name"), ("Slug", "slug"), ("Group", "group"), ("Bill", "bill"), ("Own", "own"), ("Hidden", "hidden"), ("Id", "id")),
    ),
    Sheet(
        "category_groups",
        ("category_group",),
        rows.category_groups,
        (("Name", "name"), ("Section", "section"), ("Counts As", "counts_as"), ("Own", "own"), ("Hidden", "hidden"), ("Id", "id")),
    ),
    Sheet("corrections", ("memory", "payee"), learned.corrections),
    Sheet("votes", ("vote",), learned.votes),
    Sheet("tally", ("tally_share",), learned.shares),
    Sheet("calibrations", ("calibration",), learned.calibrations_made),
    Sheet(
        "budgets",
        ("budget",),
        export_budgets.budgets,
        (
            ("Name", "name"), ("Category", "category"), ("Group", "group"), ("Period", "period"), ("Limit", "limit"),
            ("Currency", "currency"), ("Rollover", "rollover"), ("Cap", "cap"), ("From", "from"), ("Until", "until"), ("Id", "id"),
        ),
    ),
    Sheet(
        "budget_months",
        ("budget_month",),
        export_budgets.budget_months,
        (("Budget", "budget_id"), ("Month", "month"), ("What", "kind"), ("Amount", "amount"), ("Currency", "currency")),
    ),
    Sheet(
        "alerts",
        ("alert",),
        export_alerts.alerts,
        (
            ("Raised", "raised_at"), ("Kind", "kind"), ("What", "text"), ("Amount", "amount"), ("Limit", "limit"),
            ("Currency", "currency"), ("Withdrawn", "withdrawn_at"), ("Read", "read_at"),
        ),
    ),
    Sheet(
        "rules",
        ("rule",),
        rows.rules,
        (("Order", "order"), ("Name", "name"), ("When", "when"), ("Then", "then"), ("On", "enabled"), ("Matched", "matched"), ("Id", "id")),
    ),
    Sheet("notifications", ("alert_line", "channel", "told", "webhook_endpoint"), export_alerts.notifications),
    Sheet(
        "recurring",
        ("recurring",),
        series,
        (
            ("Name", "name"), ("State", "state"), ("Cadence", "cadence"), ("Amount", "amount"), ("Currency", "currency"),
            ("Next", "next_on"), ("Last", "last_on"), ("Evidence", "evidence"), ("Id", "id"),
        ),
    ),
    Sheet(
        "forecast",
        ("forecast",),
        forecast_days,
        (
            ("Date", "date"), ("Account", "account_id"), ("Currency", "currency"), ("Low", "low"), ("Likely", "middle"), ("High", "high"),
            ("Drawn", "made_at"),
        ),
    ),
    Sheet(
        "insights",
        ("insight",),
        insight_rows,
        (("Kind", "kind"), ("What", "text"), ("Amount", "amount"), ("Currency", "currency"), ("Found", "found_at"), ("Id", "id")),
    ),
    Sheet("views", ("saved_view",), rows.views, (("Name", "name"), ("Page", "place"), ("Filter", "query"), ("Since", "created_at"))),
    Sheet("syncs", ("batch",), rows.syncs),
    Sheet("history", ("change",), rows.history),
    Sheet("pairs", ("pair_decision",), rows.pairs),
    Sheet("suggestions", ("suggestion",), rows.suggestions),
    Sheet("merges", ("merged",), rows.merges),
    Sheet("audit", ("audit_event",), rows.access, (("At", "at"), ("What", "kind"), ("By", "actor"), ("Details", "details"))),
)  # fmt: skip
