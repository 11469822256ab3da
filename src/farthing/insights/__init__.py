"""What the ledger comes to when it is looked at from another side: sums by payee and account. No tables of its own."""

from farthing.insights.spending import AccountDay, PayeeSpan, account_days, own_names, payee_spans, rows_by_category

__all__ = ["AccountDay", "PayeeSpan", "account_days", "own_names", "payee_spans", "rows_by_category"]
