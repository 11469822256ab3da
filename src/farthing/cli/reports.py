"""Reports at a terminal: what was spent, where money came from and went, what changed, what everything is worth."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from farthing.cli.frame import Function, as_json_option, run, table, tell

if TYPE_CHECKING:
    from farthing.flows.desk import Desk
    from farthing.flows.report_sheets import Sheet

BY = click.Choice(["category", "group", "merchant", "account", "tag"])
SPAN = click.Choice(["day", "week", "month", "quarter", "year"])
BY_HELP = "What the rows are."


class Told(NamedTuple):
    """A report: as JSON, as a table, and what should be known beside its figures."""

    answer: Any
    sheet: Sheet
    notes: list[str]


@click.group()
def report() -> None:
    """What was spent, came in, changed, and what everything is worth. Example: farthing report spending ada@example.org --by group"""


def days(function: Function) -> Function:
    """`--from` and `--to`."""
    first = click.option("--from", "first", default=None, metavar="YYYY-MM-DD", help="The first day, included.")
    last = click.option("--to", "last", default=None, metavar="YYYY-MM-DD", help="The last day, included.")
    return first(last(function))


def outputs(function: Function) -> Function:
    """`--json`, `--csv`."""
    return as_json_option(click.option("--csv", "as_csv", is_flag=True, help="The table as a CSV file on stdout.")(function))


def _given(**texts: str | None) -> dict[str, str]:
    return {name.rstrip("_"): text for name, text in texts.items() if text}


def _print(email: str, ask: Callable[[Desk], Awaitable[Told]], *, as_json: bool, as_csv: bool) -> None:
    if as_json and as_csv:
        raise click.UsageError("--json or --csv, not both")

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.cli.views import on_record
        from farthing.flows.desk import read_desk

        async with open_caller(email) as who:
            async with read_desk(who.world, who.household_id, who.actor) as desk:
                told = await ask(desk)
            await on_record(who, [0])
        if as_csv:
            click.echo(told.sheet.as_csv(), nl=False)
        else:
            tell(told.answer, as_json=as_json, words=lambda: _words(told))

    run(story())


def _words(told: Told) -> str:
    shown = table(told.sheet.head, told.sheet.rows, right=told.sheet.figures) if told.sheet.rows else "nothing in these days"
    return "\n".join([shown, *told.notes])


@report.command()
@click.argument("email")
@days
@click.option("--by", type=BY, default="category", show_default=True, help=BY_HELP)
@click.option("--period", type=SPAN, default="month", show_default=True, help="How long a span is.")
@outputs
def spending(*, email: str, first: str | None, last: str | None, by: str, period: str, as_json: bool, as_csv: bool) -> None:
    """In and out by category, group, merchant, account or tag. Example: farthing report spending ada@example.org --from 2026-01-01"""

    async def ask(desk: Desk) -> Told:
        from farthing.flows.report_sheets import left_out, spending_sheet
        from farthing.flows.report_spending import report_spending
        from farthing.web.api.queries import span_of
        from farthing.web.api.report_objects import spending_object

        found = await report_spending(desk, *span_of(_given(from_=first, to=last)), by=by, span=period)
        unit = desk.household.currency
        return Told(spending_object(found, unit), spending_sheet(found, unit), left_out(found.stale, found.total, unit))

    _print(email, ask, as_json=as_json, as_csv=as_csv)


@report.command()
@click.argument("email")
@days
@click.option("--period", default=None, metavar="YYYY[-MM]", help="This month, or year. Default: the running month.")
@outputs
def cash_flow(*, email: str, first: str | None, last: str | None, period: str | None, as_json: bool, as_csv: bool) -> None:
    """Where money came from, where it went, what was kept. Example: farthing report cash-flow ada@example.org --period 2026-10"""

    async def ask(desk: Desk) -> Told:
        from farthing.core.ids import public
        from farthing.flows.report_cash_flow import report_cash_flow
        from farthing.flows.report_sheets import cash_flow_sheet, left_out
        from farthing.flows.windows import read_window
        from farthing.web.api.report_objects import cash_flow_object

        found = await report_cash_flow(desk, read_window(_given(from_=first, to=last, period=period), desk.today))
        unit, household = desk.household.currency, desk.household.household_id
        late = [public("acc", a.account_id, household=household) for a in found.late]
        return Told(cash_flow_object(found, unit, household), cash_flow_sheet(found, unit), left_out(late, found.total, unit))

    _print(email, ask, as_json=as_json, as_csv=as_csv)


@report.command()
@click.argument("email")
@click.option("--month", default=None, metavar="YYYY-MM", help="Default: the running month, as far as it has come.")
@click.option("--with", "against", default="previous", show_default=True, help="previous, year_ago, or a month (YYYY-MM).")
@click.option("--by", type=BY, default="category", show_default=True, help=BY_HELP)
@outputs
def compare(*, email: str, month: str | None, against: str, by: str, as_json: bool, as_csv: bool) -> None:
    """A month against another, what changed most first. Example: farthing report compare ada@example.org --with year_ago"""

    async def ask(desk: Desk) -> Told:
        from farthing.flows.report_compare import compare as compared
        from farthing.flows.report_sheets import comparison_sheet, left_out
        from farthing.flows.windows import other_window, read_window
        from farthing.web.api.report_objects import comparison_object

        window = read_window(_given(period=month), desk.today)
        found = await compared(desk, window, other_window(window, against), by=by)
        unit = desk.household.currency
        return Told(comparison_object(found, unit), comparison_sheet(found, unit), left_out(found.stale, found.total, unit))

    _print(email, ask, as_json=as_json, as_csv=as_csv)


@report.command()
@click.argument("email")
@click.option("--from", "first", default=None, metavar="YYYY-MM", help="The first month. Default: a year back.")
@click.option("--to", "last", default=None, metavar="YYYY-MM", help="The last month. Default: this one.")
@outputs
def net_worth(*, email: str, first: str | None, last: str | None, as_json: bool, as_csv: bool) -> None:
    """What everything was worth, month by month. Example: farthing report net-worth ada@example.org --from 2025-01"""

    async def ask(desk: Desk) -> Told:
        from farthing.core.dates import Month
        from farthing.flows.report_sheets import left_out, worth_sheet
        from farthing.flows.report_worth import MONTHS, report_worth
        from farthing.web.api.report_objects import worth_object

        until = Month.parse(last) if last else Month.of(desk.today)
        since = Month.parse(first) if first else until.plus(1 - MONTHS)
        found = await report_worth(desk, since, until)
        unit, household = desk.household.currency, desk.household.household_id
        notes = left_out(found.stale, None, unit)
        if found.silent:
            notes.append(f"nobody ever said what they hold: {', '.join(a.text.name for a in found.silent)}")
        return Told(worth_object(found, unit, household), worth_sheet(found, unit), notes)

    _print(email, ask, as_json=as_json, as_csv=as_csv)
