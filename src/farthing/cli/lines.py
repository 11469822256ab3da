"""The lines of alerts at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from farthing.cli.frame import as_json_option, pairs, run, tell

if TYPE_CHECKING:
    from farthing.web.api.alert_lines import LinesObject


@click.command()
@click.argument("email")
@click.option("--large", metavar="AMOUNT", help="From what amount on a single row is told; an empty text takes the line away.")
@click.option("--low", metavar="AMOUNT", help="Below what a balance that is forecast is low; an empty text: below nought.")
@as_json_option
def lines(email: str, large: str | None, low: str | None, as_json: bool) -> None:
    """From what amount on you hear of a single row, and below what of a balance; with an option, from now on.

    Example: farthing lines ada@example.org --low 250
    """

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.flows.draw_lines import LinesWish, draw_lines
        from farthing.web.api.alert_lines import lines_object

        said = {name: text for name, text in (("large", large), ("low_balance", low)) if text is not None}
        async with open_caller(email) as who:
            found = lines_object(*await draw_lines(who.world, who.household_id, who.actor, LinesWish(**said)))
        tell(found, as_json=as_json, words=lambda: _words(found))

    run(story())


def _words(found: LinesObject) -> str:
    return pairs(
        {
            "a single row": f"from {found.large} {found.currency} on" if found.large else "not told for its size",
            "a balance": f"below {found.low_balance or 0} {found.currency}",
        }
    )
