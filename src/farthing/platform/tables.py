"""The three kinds of table, as lists. A test holds the database's catalogue against them.

Finders answer "which household is this?" before one is known and hold hashes, ids and times, nothing else. Shared tables hold nothing of
any household. Tenant tables are all others: keys start with `household_id`, row-level security is enabled and forced.
"""

FINDERS = ("login", "session", "api_token", "provider_item", "link_session", "due")
SHARED = ("branch_key", "audit_checkpoint", "institution", "rate", "merchant_vote", "tally", "model", "trial", "stamp", "schema_migrations")
TENANT = (
    "household", "member", "api_token_name", "export", "export_part", "saved_view",
    "household_key", "audit_event", "idempotency",
    "connection",
    "account", "balance_day", "transaction", "split", "payee", "tag", "transaction_tag", "rollup_month",
    "batch", "landed", "line", "change", "suggestion", "merged", "pair_decision",
    "category", "category_group", "memory", "rule", "vote", "calibration", "tally_share",
    "budget", "budget_month", "budget_carry",
    "recurring", "forecast", "insight",
    "outbox", "alert", "alert_line", "channel", "told", "webhook_endpoint", "webhook_delivery",
)  # fmt: skip

# In the order in which their schemas build on each other.
ROOMS = ("people", "security", "connections", "ledger", "ingest", "categorize", "budgets", "insights", "notify")
