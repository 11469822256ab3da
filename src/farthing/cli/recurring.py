"""What comes again, at a terminal: the list, a yes or a no to a suggestion, and a look now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from farthing.cli.frame import as_json_option, run, table, tell

if TYPE_CHECKING:
    from farthing.cli.compose import Caller


@click.command()
@click.argument("email")
@click.option("--state", type=click.Choice(["suggested", "confirmed", "dismissed", "ended"]), help="Only these.")
@click.option("--confirm", metavar="REC", help="This suggestion does come again.")
@click.option("--dismiss", metavar="REC", help="This one does not, and nobody asks again.")
@click.option("--look", is_flag=True, help="Look for series now instead of waiting for a worker.")
@as_json_option
def recurring(email: str, state: str | None, confirm: str | None, dismiss: str | None, look: bool, as_json: bool) -> None:  # noqa: PLR0917
    """What comes again: subscriptions, bills, income, with the next date and the cost of a year.

    Example: farthing recurring ada@example.org --state suggested
    """

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.cli.views import on_record
        from farthing.core.ids import internal
        from farthing.flows.look_anew import look_anew
        from farthing.flows.manage_recurring import confirm_series, dismiss_series

        async with open_caller(email) as who:
            me = (who.world, who.household_id, who.actor)
            if confirm is not None:
                await confirm_series(*me, internal("rec", confirm))
            if dismiss is not None:
                await dismiss_series(*me, internal("rec", dismiss))
            if look:
                await look_anew(who.world, who.household_id)
            told = await _told(who, state)
            await on_record(who, [0])
        tell(told, as_json=as_json, words=lambda: _words(told))

    run(story())


async def _told(who: Caller, state: str | None) -> dict[str, Any]:
    import msgspec

    from farthing.flows.desk import read_desk
    from farthing.insights.recurring.store import held_series
    from farthing.web.api.recurring import STATES, object_of, totals_of

    async with read_desk(who.world, who.household_id, who.actor) as desk:
        held = await held_series(desk.unit, desk.sealer)
        wanted = [s for s in held if (s.state is STATES[state] if state else s.state is not STATES["dismissed"])]
        items = [object_of(desk, s) for s in sorted(wanted, key=lambda s: (s.state, s.title.casefold()))]
        found: dict[str, Any] = msgspec.to_builtins({"items": items, "totals": await totals_of(desk, held)})
    return found


def _words(told: dict[str, Any]) -> str:
    head = ("id", "state", "name", "cadence", "amount", "", "next", "a year", "evidence")
    rows = [
        (i["id"], i["state"], i["name"][:36], i["cadence"], i["amount"], i["currency"], i["next_on"] or "", i["yearly"], i["evidence"])
        for i in told["items"]
    ]
    sums = told["totals"]
    total = f"{sums['count']} subscriptions and bills confirmed: {sums['monthly']} a month, {sums['yearly']} a year {sums['currency']}"
    return f"{table(head, rows, right=(4, 7))}\n{total}" if rows else "nothing comes again so far"
