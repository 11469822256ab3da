"""What names mean in the API's description: one name, one meaning, whatever object or address it stands in.

`describe.py` lays these over the schema that the routes' signatures give; a test holds every answer of every route against the result.
"""

from __future__ import annotations

from typing import Any, TypeAlias, get_args

from farthing.categorize.taxonomy import groups, sections
from farthing.connections.model import Status
from farthing.flows.manage_recurring import CADENCES
from farthing.flows.query_language import STATES as ASKED
from farthing.flows.report_spending import BY, SPANS
from farthing.flows.show import SOURCE_WORDS
from farthing.flows.windows import WITH
from farthing.ledger.accounts import KINDS
from farthing.ledger.proof.model import Basis, Kind, State
from farthing.web.api.queries import LIMIT_DEFAULT, LIMIT_MAX, STATES

Schema: TypeAlias = dict[str, Any]

STATUS = f"{', '.join(ASKED)}; several by comma: any of {', '.join(STATES)}, and all of the others. `recurring`: of a series you confirmed."

AMOUNT: Schema = {
    "pattern": r"^-?[0-9]{1,19}(\.[0-9]{1,8})?$",
    "description": "Decimal, in the currency's own digits; negative is money out.",
}
DAY: Schema = {"format": "date"}
INSTANT: Schema = {"format": "date-time"}
CLOCK: Schema = {"pattern": "^([01]?[0-9]|2[0-3]):[0-5][0-9]$"}
CURRENCY: Schema = {"pattern": "^[A-Za-z0-9]{3,12}$", "description": "ISO 4217, or another code such as BTC."}
PERIOD: Schema = {"pattern": "^[0-9]{4}(-[0-9]{2})?$", "description": "A month (2026-11) or a year (2026)."}
MONTH: Schema = {"pattern": "^(19[7-9][0-9]|[2-8][0-9]{3}|9[0-8][0-9]{2})-(0[1-9]|1[0-2])$", "description": "A month, 2026-11."}
GROUP: Schema = {"enum": [g.slug for g in groups()]}
ANY_GROUP: Schema = {
    "pattern": f"^({'|'.join(g.slug for g in groups())}|grp_[0-9a-hjkmnp-tv-z]{{1,20}})$",
    "description": "A group of the contract by its slug, or one of the household's own.",
}


def one_of(*words: str) -> Schema:
    """Exactly these words."""
    return {"enum": list(words)}


def key(*prefixes: str) -> Schema:
    """An opaque id."""
    head = prefixes[0] if len(prefixes) == 1 else f"({'|'.join(prefixes)})"
    return {"pattern": f"^{head}_[0-9a-hjkmnp-tv-z]{{1,20}}$"}


KEYS = {
    "account_id": key("acc"), "alert_id": key("alr"), "batch_id": key("bat", "imp"), "budget_id": key("bud"), "category_id": key("cat"),
    "channel_id": key("chn"), "connection_id": key("con"), "delivery_id": key("whd"), "endpoint_id": key("whk"), "event_id": key("evt"),
    "export_id": key("exp"), "import_id": key("imp"), "receipt_id": key("rcp"), "refund_of": key("txn"),
    "recurring_id": key("rec"), "insight_id": key("ins"),
    "rule_id": key("rul"), "session_id": key("ses"), "token_id": key("tok"), "transaction_id": key("txn"), "transfer_id": key("txn"),
    "hidden_by": key("rul"), "undone_by": key("bat"), "view_id": key("vew"), "with_transaction_id": key("txn"),
}  # fmt: skip
OWN_KEYS = {
    "AccountObject": "acc", "AccountRef": "acc", "AlertObject": "alr", "AuditObject": "aud", "BudgetObject": "bud", "CategoryObject": "cat",
    "CategoryRef": "cat", "ChannelObject": "chn", "DeliveryObject": "whd",
    "EndpointObject": "whk", "ConnectionObject": "con", "ExportObject": "exp", "ImportAccount": "acc", "ImportObject": "imp",
    "ImportSummary": "imp",
    "LinkSessionObject": "lnk", "MemberObject": "mem", "RecurringObject": "rec", "InsightObject": "ins",
    "RuleObject": "rul", "SessionObject": "ses", "SyncObject": "bat",
    "TokenObject": "tok", "TransactionObject": "txn", "ViewObject": "vew",
}  # fmt: skip
AMOUNTS = {
    "amount", "assigned", "available", "balance", "came_over", "cap", "carried", "change", "first_limit", "held", "high", "in", "income",
    "left", "limit", "low", "monthly", "net", "opening", "opening_balance", "our_balance", "out", "outside", "overspent", "owed", "owned",
    "pending", "price_before", "said_balance", "spent", "to_assign", "yearly",
}  # fmt: skip
DAYS = {"closed_on", "date", "due", "from", "last_on", "next_on", "opened_on", "price_changed_on", "posted_date", "said_on", "to"}
INSTANTS = {"as_of", "at", "balance_as_of", "data_as_of", "last_match_at"}

# By "Object.property", or by the property alone; applied to text only.
PROPERTIES: dict[str, Schema] = {
    **KEYS,
    **{f"{name}.id": key(prefix) for name, prefix in OWN_KEYS.items()},
    **dict.fromkeys(sorted(AMOUNTS), AMOUNT),
    **dict.fromkeys(sorted(DAYS), DAY),
    **dict.fromkeys(sorted(INSTANTS), INSTANT),
    "currency": CURRENCY,
    "digest_at": CLOCK,
    "AccountObject.kind": one_of(*KINDS),
    "AccountRef.kind": one_of(*KINDS),
    "NewAccount.kind": one_of(*KINDS),
    "AccountChanges.kind": one_of(*KINDS),
    "TransactionObject.status": one_of(*STATES),
    "TransactionObject.category_source": one_of(*SOURCE_WORDS.values()),
    "CountsIn.category": key("cat"),
    "CategoryRef.group": GROUP,
    "CategoryObject.group": GROUP,
    "CategoryObject.section": one_of(*(s.slug for s in sections())),
    "CategoryObject.shown_in": ANY_GROUP,
    "NewCategory.group": ANY_GROUP,
    "CategoryChanges.group": ANY_GROUP,
    "BudgetObject.group": ANY_GROUP,
    "NewBudget.group": ANY_GROUP,
    "GroupObject.id": ANY_GROUP,
    "GroupObject.section": one_of(*(s.slug for s in sections())),
    "GroupObject.counts_as": one_of("spending", "income", "transfer", "sign"),
    "NewGroup.counts_as": one_of("spending", "income", "transfer"),
    "BudgetObject.period": one_of("month", "year"),
    "NewBudget.period": one_of("month", "year"),
    "rollover": one_of("none", "surplus", "both"),
    "LimitObject.period": PERIOD,
    "CoverWish.period": MONTH,
    "MoveWish.period": MONTH,
    "PlanChanges.period": MONTH,
    "CoverWish.source_id": key("bud"),
    "MoveWish.source_id": key("bud"),
    "MoveWish.target_id": key("bud"),
    "PlanObject.period": MONTH,
    "limit_from": PERIOD,
    "limit_only": PERIOD,
    "plan_from": MONTH,
    "WayObject.mode": one_of("off", "track", "plan"),
    "WayChanges.mode": one_of("off", "track", "plan"),
    "StatusObject.period": PERIOD,
    "StatusObject.state": one_of("under", "near", "over"),
    "ConnectionObject.status": one_of(*(s.word for s in Status)),
    "SyncObject.kind": one_of("sync", "import"),
    "SyncObject.state": one_of("done", "failed", "undone", "dry_run"),
    "ExportObject.status": one_of("making", "ready", "failed"),
    "ImportObject.state": one_of("done", "failed", "undone", "dry_run"),
    "ImportSummary.state": one_of("done", "failed", "undone", "dry_run"),
    "ProofObject.basis": one_of(*(b.name.lower() for b in Basis)),
    "ProofObject.since": DAY,
    "GapObject.state": one_of(*get_args(State)),
    "SuspectObject.kind": one_of(*get_args(Kind)),
    "SpendingRow.period": {
        "pattern": "^[0-9]{4}(-[0-9]{2}){0,2}(-Q[1-4])?$",
        "description": "A day, the Monday of a week, a month, a quarter (2026-Q4) or a year.",
    },
    "MonthFlowObject.period": PERIOD,
    "RecurringObject.state": one_of("suggested", "confirmed", "dismissed", "ended"),
    "RecurringObject.kind": one_of("subscription", "bill", "income", "transfer"),
    "RecurringObject.cadence": one_of(*CADENCES),
    "RecurringChanges.cadence": one_of(*CADENCES),
    "RecurringChanges.state": one_of("confirmed", "dismissed", "ended"),
    "NewRecurring.cadence": one_of(*CADENCES),
    "SlotObject.mark": one_of("paid", "late", "missed", "changed"),
    "NewToken.scope": one_of("read", "write"),
    "TokenObject.scope": one_of("read", "write"),
    "AuditObject.actor": one_of("session", "token", "command", "system"),
}

LIMIT: Schema = {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT}
# By "path?parameter", or by the parameter alone.
PARAMETERS: dict[str, Schema] = {
    **{name: {"type": "string", **shape} for name, shape in KEYS.items()},
    "limit": LIMIT,
    "/api/v1/categories?limit": {**LIMIT, "default": LIMIT_MAX},
    "cursor": {"type": "string", "description": "`next_cursor` of the page before, as it was given."},
    "from": {"type": "string", **DAY},
    "to": {"type": "string", **DAY},
    "min": {"type": "string", **AMOUNT},
    "max": {"type": "string", **AMOUNT},
    "account": {"type": "string", "description": "acc_..., several by comma."},
    "category": {
        "type": "string",
        "description": "cat_..., the slug of a category or group, or grp_...; several by comma.",
    },
    "connection": {"type": "string", **key("con")},
    "status": {"type": "string", "pattern": f"^({'|'.join(ASKED)})(,({'|'.join(ASKED)}))*$", "description": STATUS},
    "source": {
        "type": "string",
        "pattern": f"^({'|'.join(SOURCE_WORDS.values())})(,({'|'.join(SOURCE_WORDS.values())}))*$",
        "description": "Who chose the category; several by comma.",
    },
    "needs_review": {"type": "boolean"},
    "history": {"type": "string", **one_of("keep", "delete"), "default": "keep"},
    "move_to": {"type": "string", **key("cat")},
    "group_id": {"type": "string", **ANY_GROUP},
    "/api/v1/category-groups/{group_id}?move_to": {"type": "string", **ANY_GROUP},
    "/api/v1/category-groups?limit": {**LIMIT, "default": LIMIT_MAX},
    "/api/v1/budgets/envelopes?period": {"type": "string", **MONTH},
    "/api/v1/budgets/status?period": {"type": "string", **PERIOD},
    "/api/v1/insights?dismissed": {"type": "boolean", "default": False},
    "/api/v1/recurring?status": {"type": "string", **one_of("suggested", "confirmed", "dismissed", "ended")},
    "/api/v1/upcoming?days": {"type": "integer", "minimum": 0, "maximum": 400, "default": 14},
    "/api/v1/reports/spending?by": {"type": "string", **one_of(*BY)},
    "/api/v1/reports/spending?period": {"type": "string", **one_of(*SPANS)},
    "/api/v1/reports/compare?by": {"type": "string", **one_of(*BY)},
    "/api/v1/reports/compare?month": {"type": "string", **MONTH},
    "/api/v1/reports/compare?with": {"type": "string", "pattern": f"^({'|'.join(WITH)}|{MONTH['pattern'][1:-1]})$"},
    "/api/v1/reports/net-worth?from": {"type": "string", **MONTH},
    "/api/v1/reports/net-worth?to": {"type": "string", **MONTH},
}
