"""What the ledger comes to when it is looked at from another side: sums by category, account, payee and tag. No tables of its own."""

from farthing.insights.spending import (
    Cell,
    SplitPlace,
    Stretch,
    account_cells,
    income_cells,
    month_cells,
    own_names,
    payee_cells,
    rows_by_category,
    split_places,
    tag_cells,
)

__all__ = [
    "Cell",
    "SplitPlace",
    "Stretch",
    "account_cells",
    "income_cells",
    "month_cells",
    "own_names",
    "payee_cells",
    "rows_by_category",
    "split_places",
    "tag_cells",
]
