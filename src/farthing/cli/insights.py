"""What a year of figures says, at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from farthing.cli.frame import as_json_option, run, table, tell

if TYPE_CHECKING:
    from farthing.cli.compose import Caller


@click.command()
@click.argument("email")
@click.option("--dismissed", is_flag=True, help="Those that were dismissed instead.")
@click.option("--dismiss", metavar="INS", help="Do not show this one until it is a quarter more.")
@click.option("--restore", metavar="INS", help="Show this one after all.")
@click.option("--look", is_flag=True, help="Work them out now instead of waiting for a worker.")
@as_json_option
def insights(email: str, dismissed: bool, dismiss: str | None, restore: str | None, look: bool, as_json: bool) -> None:  # noqa: PLR0917
    """What a year of figures says: subscriptions, savings, months out of the ordinary, idle cash.

    Example: farthing insights ada@example.org --json
    """

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.cli.views import on_record
        from farthing.core.ids import internal
        from farthing.flows.manage_insights import dismiss_insight
        from farthing.flows.refresh_insights import refresh_insights

        async with open_caller(email) as who:
            me = (who.world, who.household_id, who.actor)
            if dismiss is not None:
                await dismiss_insight(*me, internal("ins", dismiss))
            if restore is not None:
                await dismiss_insight(*me, internal("ins", restore), is_dismissed=False)
            if look:
                await refresh_insights(who.world, who.household_id)
            told = await _told(who, dismissed=dismissed)
            await on_record(who, [0])
        tell(told, as_json=as_json, words=lambda: _words(told))

    run(story())


async def _told(who: Caller, *, dismissed: bool) -> dict[str, Any]:
    import msgspec

    from farthing.flows.desk import read_desk
    from farthing.flows.say_insight import in_order
    from farthing.insights.finding.store import insights as held_insights
    from farthing.web.api.insights import object_of

    async with read_desk(who.world, who.household_id, who.actor) as desk:
        held = in_order(await held_insights(desk.unit, desk.sealer), dismissed=dismissed)
        found: dict[str, Any] = msgspec.to_builtins({"items": [object_of(desk, i) for i in held]})
    return found


def _words(told: dict[str, Any]) -> str:
    rows = [(i["id"], i["kind"], i["text"]) for i in told["items"]]
    return table(("id", "kind", "what"), rows) if rows else "nothing to say"
