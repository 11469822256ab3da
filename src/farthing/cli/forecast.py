"""What balances will be, at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from farthing.cli.frame import as_json_option, run, table, tell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from farthing.web.api.forecast import ForecastObject

STEPS = (7, 14, 30, 60)


@click.command()
@click.argument("email")
@click.option("--account", metavar="ACC", help="This account alone.")
@click.option("--days", type=click.IntRange(1, 60), default=60, show_default=True, help="How far ahead.")
@as_json_option
def forecast(email: str, account: str | None, days: int, as_json: bool) -> None:
    """What balances will be in the next days: the likely one, its band of eight in ten, and the lowest.

    Example: farthing forecast ada@example.org --days 30
    """

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.cli.views import on_record
        from farthing.core.ids import public
        from farthing.flows.desk import accounts_of, read_desk
        from farthing.web.api.forecast import forecast_object

        async with open_caller(email) as who:
            async with read_desk(who.world, who.household_id, who.actor) as desk:
                found = await forecast_object(desk, days=days, account=account)
                names = {public("acc", i, household=who.household_id): a.text.name for i, a in (await accounts_of(desk)).items()}
            await on_record(who, [0])
        tell(found, as_json=as_json, words=lambda: _words(found, names, days))

    run(story())


def _words(found: ForecastObject, names: Mapping[str, str], days: int) -> str:
    steps = [n for n in STEPS if n < days] + [days]
    head = ("of", "", "today", "lowest", "between", "on", *(f"in {n} days" for n in steps))
    rows, notes = [], []
    for line in found.lines:
        name = names.get(line.account_id or "", "all at home" if line.at_home else "all")
        if not line.lowest:
            notes.append(f"{name}: less than six weeks of transactions, nothing is said yet")
            continue
        between = f"{line.lowest.low} to {line.lowest.high}"
        shown = (line.days[n].middle for n in steps)
        rows.append((name, line.currency, line.days[0].middle, line.lowest.middle, between, line.lowest.date, *shown))
    if found.unrated:
        notes.append(f"without a rate, in no sum at home: {', '.join(found.unrated)}")
    if not rows and not notes:
        notes.append("no account that is spent from")
    return "\n".join([*([table(head, rows, right=(2, 3, 4, *range(6, 6 + len(steps))))] if rows else []), *notes])
