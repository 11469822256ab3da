"""The rows of the table of budgets, drawn by hand: a page holds sixty, and as a template they were two thirds of what drawing it cost.

Few elements a row: what is the same in every row (the room of a bar, the line of today, the pencil) is drawn by the style sheet.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Final

from markupsafe import Markup, escape

from farthing.flows.kept import Used
from farthing.flows.view_models.budgets import BudgetRow, MonthNames, Months, Track
from farthing.flows.view_models.charts import strokes
from farthing.flows.view_models.format import MINUS
from farthing.web.drawn import amount, icon

WARN, FAINT = {"class": "warn"}, {"class": "faint"}
PAST, NOW, BAR, STEP = "past", "now", 3, 5
WIDE: Final = STEP * 11 + BAR
Drawn = Used[Hashable, str]


def budget_rows(rows: Iterable[BudgetRow], label: str, shown: MonthNames, held: Drawn | None = None) -> Markup:
    """Rows of one section; `label` says what their field is ("Budget for"). `held`: rows drawn before, of this household."""
    if held is None:
        return Markup("".join([_row(row, label, shown) for row in rows]))  # noqa: S704 - escaped below
    drawn = []
    for row in rows:
        name = (row, label, shown)
        one = held.get(name)
        if one is None:
            one = _row(row, label, shown)
            held.keep(name, one)
        drawn.append(one)
    return Markup("".join(drawn))  # noqa: S704 - escaped below


def _row(row: BudgetRow, label: str, shown: MonthNames) -> str:
    key, name = row.id, escape(row.name)
    over = " over-row" if row.over else ""
    chosen = ' aria-current="true"' if row.selected else ""
    wrong = f' aria-invalid="true" aria-describedby="wrong-{key}"' if row.wrong else ""
    beside = "".join([f'<span class="sr-only">{escape(said)}</span>' for said in (row.pending, row.due) if said])
    bare = "" if row.track.end else " bare"
    return (
        f'<tr class="budget-row{over}" id="{key}"{chosen}>\n'
        f'<th scope="row">{_name(row, name)}{_edit(row, name)}</th>\n'
        f'<td class="budget-bar{bare}" colspan="2">{_small(row.months, shown) if row.months else ""}{_bar(row.track)}</td>\n'
        f'<td class="budget-spent">{amount(row.spent)}{beside}</td>\n'
        f'<td class="budget-limit"><input id="limit-{key}" name="limit.{key}" value="{escape(row.limit_text)}" data-limit '
        f'aria-label="{label} {name}, {escape(row.limit.spoken)}"{wrong}></td>\n'
        f'<td class="budget-left">{_left(row)}</td>\n</tr>\n{_wrong(row) if row.wrong else ""}'
    )


def _name(row: BudgetRow, name: str) -> str:
    """The name, and what few rows have beside it. Joined and never added up: markup would escape the text that it is added to."""
    link = f'<a class="clip" href="{escape(row.href)}" dir="auto" title="{name}">{name}</a>'
    within = '<small title="A limit on the whole group counts it already">in group</small>' if row.within else ""
    pace = f"<small>{escape(row.pace)}</small>" if row.pace else ""
    warned = [icon("warning", 12, said, **WARN) for said in (row.unrated, row.alerts) if said]
    if within and not (pace or warned):
        return f"{link}{within}"
    beside = "".join([within, pace, *warned])
    return f'<div class="budget-name">{link}{beside}</div>' if beside else link


def _edit(row: BudgetRow, name: str) -> str:
    return f'<a class="row-edit" href="{escape(row.edit_href)}" aria-label="Edit the budget for {name}"></a>' if row.edit_href else ""


def _small(view: Months, shown: MonthNames) -> str:
    said = escape(view.said(shown))
    return f'<svg class="budget-months" role="img" aria-label="{said}"><path d="{_path(view)}" stroke="url(#months)"/></svg>'


def _path(view: Months) -> str:
    return strokes([max(0, cost) for cost in view.costs])


def budget_months(view: Months, shown: MonthNames, width: int, height: int) -> Markup:
    """The bars of twelve months at any size."""
    return Markup(  # noqa: S704 - paths are ours
        f'<svg class="budget-months" viewBox="0 0 {WIDE} 20" width="{width}" height="{height}" preserveAspectRatio="none" role="img">'
        f'<title>{escape(view.said(shown))}</title><path d="{_path(view)}" stroke="url(#months)"/></svg>'
    )


def months_paint(shown: MonthNames) -> Markup:
    """What all those bars of a page are painted with: one colour, and another where the page's month stands."""
    begins, ends = STEP * shown.mark - 1, STEP * shown.mark + STEP - 1
    edges = [(begins, PAST), (begins, NOW), (ends, NOW), (ends, PAST)][: 4 if ends < WIDE else 2] if shown.mark >= 0 else [(0, PAST)]
    stops = "".join([f'<stop class="{kind}" offset="{max(0, at) / WIDE:.4f}"/>' for at, kind in edges])
    return Markup(f'<linearGradient id="months" gradientUnits="userSpaceOnUse" x2="{WIDE}">{stops}</linearGradient>')  # noqa: S704


def _bar(track: Track) -> str:
    """Boxes side by side, as wide as their share of the cell."""
    fill = f'<svg class="fill" width="{track.fill}%" height="8" aria-hidden="true"/>' if track.fill else ""
    past = f'<svg class="fill past" width="{track.past}%" height="8" aria-hidden="true"/>' if track.past else ""
    hatched = '<rect width="100%" height="8" rx="2" fill="url(#hatch)"/>'
    due = f'<svg class="due" width="{track.due}%" height="8" aria-hidden="true">{hatched}</svg>' if track.due else ""
    return "".join([fill, past, due])


def today_at(at: float) -> str:
    """Where today stands on the bars, as the style sheet hears it: tens, ones and tenths of a percent."""
    tenths = round(10 * at)
    return f"t{tenths // 100} u{tenths // 10 % 10} d{tenths % 10}"


def _left(row: BudgetRow) -> str:
    if row.over:
        cover = f'<a class="button small cover" href="{escape(row.cover_href)}">Cover</a>' if row.cover_href else ""
        return f'{cover}<span class="amount over">{escape(str(row.left).replace(MINUS, ""))} over</span>'
    kept = icon("rollover", 13, row.rollover, **FAINT) if row.rollover else ""
    return f"{kept}{amount(row.left)}"


def _wrong(row: BudgetRow) -> str:
    said = f'<p class="wrong" id="wrong-{row.id}" role="alert">{icon("warning", 13)}{escape(row.wrong)}</p>'
    return f'<tr class="wrong-row"><td colspan="6">{said}</td></tr>\n'
