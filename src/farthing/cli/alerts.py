"""Alerts at a terminal."""

from __future__ import annotations

import click

from farthing.cli.frame import as_json_option, run, table, tell


@click.command()
@click.argument("email")
@click.option("--unread", is_flag=True, help="Only those that nobody has read.")
@click.option("--read", "mark", is_flag=True, help="Mark every one of them read afterwards.")
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True)
@as_json_option
def alerts(*, email: str, unread: bool, mark: bool, limit: int, as_json: bool) -> None:
    """What became true and was said: budgets, rows that stand out, bills, banks. Newest first.

    Example: farthing alerts ada@example.org --unread
    """

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.cli.views import on_record
        from farthing.flows.desk import read_desk
        from farthing.flows.read_alerts import mark_read, tellers_of
        from farthing.flows.say_alert import end_of
        from farthing.notify.alerting import alerts as alerts_of
        from farthing.web.api.alerts import alert_object

        async with open_caller(email) as who:
            async with read_desk(who.world, who.household_id, who.actor) as desk:
                found = await alerts_of(desk.unit, desk.sealer, count=limit, is_read=False if unread else None)
                tellers = await tellers_of(desk)
            await on_record(who, [0])
            if mark:
                await mark_read(who.world, who.household_id, who.actor, None)
        items = [alert_object(a, tellers) for a in found]
        rows = [(i.raised_at[:10], i.kind, i.text, end_of(a) or ("" if i.read_at else "unread")) for i, a in zip(items, found, strict=True)]
        words = table(("raised", "kind", "what", ""), rows) if rows else "nothing was said"
        tell({"items": items, "next_cursor": None}, as_json=as_json, words=lambda: words)

    run(story())
