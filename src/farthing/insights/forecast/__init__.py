"""What balances will be, and how likely a budget is passed: drawn from the household's own past. Table: forecast."""

from farthing.insights.forecast.model import Chance, Coming, Forecast, Line, Lowest, Move, Moved, Point
from farthing.insights.forecast.project import Cash, Limit, chances, lines
from farthing.insights.forecast.store import kept_forecast, rows_moved, write_forecast

__all__ = [
    "Cash",
    "Chance",
    "Coming",
    "Forecast",
    "Limit",
    "Line",
    "Lowest",
    "Move",
    "Moved",
    "Point",
    "chances",
    "kept_forecast",
    "lines",
    "rows_moved",
    "write_forecast",
]
