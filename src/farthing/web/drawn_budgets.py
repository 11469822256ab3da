"""The rows of the table of budgets, drawn by hand: a page holds sixty, and as a template they were two thirds of what drawing it cost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from markupsafe import Markup, escape

from farthing.flows.view_models.budgets import BudgetRow, Months, Track
from farthing.flows.view_models.format import MINUS
from farthing.web.drawn import amount, icon

WARN, FAINT = {"class": "warn"}, {"class": "faint"}
EDIT: Final = 'class="button plain icon-only small row-edit"'


def budget_rows(rows: Iterable[BudgetRow], today_at: float | None, label: str) -> Markup:
    """Rows of one section; `label` says what their field is ("Budget for"), `today_at` where today stands on each bar."""
    today = f'<line class="today" x1="{today_at}%" x2="{today_at}%" y1="-1" y2="37"/>' if today_at is not None else ""
    return Markup("".join([_row(row, today, label) for row in rows]))  # noqa: S704 - escaped below


def _row(row: BudgetRow, today: str, label: str) -> str:
    key, name = row.id, escape(row.name)
    over = " over-row" if row.over else ""
    chosen = ' aria-current="true"' if row.selected else ""
    wrong = f' aria-invalid="true" aria-describedby="wrong-{key}"' if row.wrong else ""
    beside = "".join([f'<span class="sr-only">{escape(said)}</span>' for said in (row.pending, row.due) if said])
    return (
        f'<tr class="budget-row{over}" id="{key}"{chosen} data-budget="{key}">\n'
        f'<th scope="row"><div class="budget-name"><a class="clip" href="{escape(row.href)}" dir="auto" title="{name}">{name}</a>'
        f"{_marks(row)}{_edit(row, name)}</div></th>\n"
        f'<td class="budget-past">{budget_months(row.months) if row.months else ""}</td>\n'
        f'<td class="budget-bar">{_bar(row.track, today)}</td>\n'
        f'<td class="budget-spent">{amount(row.spent)}{beside}</td>\n'
        f'<td class="budget-limit"><input id="limit-{key}" name="limit.{key}" value="{escape(row.limit_text)}" data-limit="{key}" '
        f'inputmode="text" autocomplete="off" aria-label="{label} {name}, {escape(row.limit.spoken)}"{wrong}></td>\n'
        f'<td class="budget-left">{_left(row)}</td>\n</tr>\n{_wrong(row) if row.wrong else ""}'
    )


def _marks(row: BudgetRow) -> str:
    """What few rows have beside their name. Joined and never added up: markup would escape the text that it is added to."""
    within = '<small title="A limit on the whole group counts it already">in group</small>' if row.within else ""
    pace = f"<small>{escape(row.pace)}</small>" if row.pace else ""
    warned = [icon("warning", 12, said, **WARN) for said in (row.unrated, row.alerts) if said]
    return "".join([within, pace, *warned])


def _edit(row: BudgetRow, name: str) -> str:
    if not row.edit_href:
        return ""
    return f'<a {EDIT} href="{escape(row.edit_href)}" aria-label="Edit the budget for {name}">{icon("edit", 13)}</a>'


def budget_months(view: Months, width: int = 58, height: int = 20) -> Markup:
    """The bars of twelve months."""
    now = f'<path class="now" d="{view.now}"/>' if view.now else ""
    return Markup(  # noqa: S704 - paths are ours
        f'<svg class="budget-months" viewBox="0 0 58 20" width="{width}" height="{height}" preserveAspectRatio="none" role="img">'
        f'<title>{escape(view.words)}</title><path class="past" d="{view.past}"/>{now}</svg>'
    )


def _bar(track: Track, today: str) -> str:
    room = f'<rect class="track" y="14" width="{track.end}%" height="8" rx="2"/>' if track.end else ""
    fill = f'<rect class="fill" y="14" width="{track.fill}%" height="8" rx="2"/>' if track.fill else ""
    past = f'<rect class="past" x="{track.fill}%" y="14" width="{track.past}%" height="8" rx="2"/>' if track.past else ""
    due, at = track.due, track.fill + track.past
    coming = f'<rect x="{at}%" y="14" width="{due}%" height="8" rx="2" fill="url(#hatch)"/>' if due else ""
    return f'<svg class="meter budget-meter" width="100%" height="36" aria-hidden="true">{room}{fill}{past}{coming}{today}</svg>'


def _left(row: BudgetRow) -> str:
    if row.over:
        cover = f'<a class="button small cover" href="{escape(row.cover_href)}">Cover</a>' if row.cover_href else ""
        return f'{cover}<span class="amount over">{escape(str(row.left).replace(MINUS, ""))} over</span>'
    kept = icon("rollover", 13, row.rollover, **FAINT) if row.rollover else ""
    return f"{kept}{amount(row.left)}"


def _wrong(row: BudgetRow) -> str:
    said = f'<p class="wrong" id="wrong-{row.id}" role="alert">{icon("warning", 13)}{escape(row.wrong)}</p>'
    return f'<tr class="wrong-row"><td colspan="6">{said}</td></tr>\n'
