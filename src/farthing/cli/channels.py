"""Channels and webhooks at a terminal: where alerts go, and which programs are told; made, tried, paused, taken away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from farthing.cli.frame import Function, as_json_option, pairs, run, table, tell, with_options

if TYPE_CHECKING:
    from farthing.flows.manage_channels import ChannelWish
    from farthing.web.api.channels import ChannelObject
    from farthing.web.api.webhook_endpoints import EndpointObject

URL_SHOWN = 60


def _channel_words(item: ChannelObject) -> str:
    quiet = f"{item.quiet_from} to {item.quiet_to}" if item.quiet_from else None
    muted = ", ".join(item.muted) or None
    return pairs(
        {"channel": item.id, "name": item.name, "by": item.service, "how often": item.digest, "quiet": quiet, "not": muted}
    )  # fmt: skip


def _why(item: ChannelObject | EndpointObject) -> str:
    from farthing.notify.trouble import sentence

    return f"since {item.failing_since}: {sentence(item.failed_with or '')}" if item.failing_since else ""


def _state(item: ChannelObject | EndpointObject) -> str:
    return "paused" if item.paused else _why(item) or "fine"


def wish_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What goes there, and when."""
    return with_options(
        command,
        click.option("--name", default="", help="What it is called; its address, if nothing is said."),
        click.option("--digest", default="none", help="none (as they come), daily or weekly.", show_default=True),
        click.option("--at", "digest_at", default="08:00", help="When a digest is sent.", show_default=True),
        click.option("--quiet", nargs=2, metavar="FROM TO", help="Nothing is sent between these times, such as 22:00 07:00."),
        click.option("--not", "muted", multiple=True, metavar="KIND", help="A kind of alert that does not go there; repeatable."),
    )


@click.group()
def channels() -> None:
    """Channels: where alerts go beside Farthing itself.

    Example: farthing channels add ada@example.org ntfys://ntfy.sh/ada-farthing --quiet 22:00 07:00
    """


@channels.command("list")
@click.argument("email")
@as_json_option
def list_channels(email: str, as_json: bool) -> None:
    """Every channel, and whether it gets through. Example: farthing channels list ada@example.org"""

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.flows.desk import read_desk
        from farthing.notify.telling import channels as every
        from farthing.web.api.channels import channel_object

        async with open_caller(email) as who, read_desk(who.world, who.household_id, who.actor) as desk:
            items = [channel_object(one) for one in await every(desk.unit, desk.sealer)]
        tell({"items": items, "next_cursor": None}, as_json=as_json, words=lambda: _channel_table(items))

    run(story())


def _channel_table(items: Sequence[ChannelObject]) -> str:
    rows = [(i.id, i.name, i.service, i.digest, _state(i)) for i in items]
    return table(("id", "name", "by", "how often", ""), rows) if rows else "no channels: alerts stay in Farthing"


@channels.command("add")
@click.argument("email")
@click.argument("address")
@wish_options
@as_json_option
def add_channel(email: str, address: str, as_json: bool, **given: Any) -> None:
    """Send alerts to ADDRESS too: mailto: and a member's address, or any of apprise. Try it afterwards with `channels test`.

    Example: farthing channels add ada@example.org mailto:ada@example.org --digest daily
    """

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.flows.manage_channels import add_channel as add
        from farthing.web.api.channels import channel_object

        async with open_caller(email) as who:
            item = channel_object(await add(who.world, who.household_id, who.actor, _wish(address, given)))
        tell(item, as_json=as_json, words=lambda: _channel_words(item))

    run(story())


def _wish(address: str, given: dict[str, Any]) -> ChannelWish:
    from farthing.flows.manage_channels import ChannelWish

    first, last = given.pop("quiet") or ("", "")
    return ChannelWish(url=address, quiet_from=first, quiet_to=last, **given)


def on_one(metavar: str) -> Callable[[Function], Function]:
    """What every command takes that does something with one channel or endpoint."""

    def around(command: Function) -> Function:
        return with_options(command, click.argument("email"), click.argument("public_id", metavar=metavar), as_json_option)

    return around


def _do(
    act: Callable[[Any, int, Any, int], Awaitable[object]], kind: str, words: str, told: dict[str, Any],
    *, email: str, public_id: str, as_json: bool,
) -> None:  # fmt: skip
    """Do it with one channel (`kind` chn) or endpoint (whk) of the household, and say so."""

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.core.ids import internal

        async with open_caller(email) as who:
            await act(who.world, who.household_id, who.actor, internal(kind, public_id))
        tell({"id": public_id, **told}, as_json=as_json, words=lambda: f"{public_id}: {words}")

    run(story())


@channels.command("test")
@on_one("CHANNEL")
def try_channel(**given: Any) -> None:
    """Send a test there now. Example: farthing channels test ada@example.org chn_1h7z3k9q2"""
    from farthing.flows.manage_channels import try_channel as try_one

    _do(try_one, "chn", "a test was sent, and taken", {"sent": True}, **given)


@channels.command("pause")
@on_one("CHANNEL")
def pause_channel(**given: Any) -> None:
    """Send nothing there until it is resumed; nothing is lost. Example: farthing channels pause ada@example.org chn_1h7z3k9q2"""
    from farthing.flows.manage_channels import rest_channel

    _do(partial(rest_channel, paused=True), "chn", "paused", {"paused": True}, **given)


@channels.command("resume")
@on_one("CHANNEL")
def resume_channel(**given: Any) -> None:
    """Send there again, beginning with what came meanwhile. Example: farthing channels resume ada@example.org chn_1h7z3k9q2"""
    from farthing.flows.manage_channels import rest_channel

    _do(partial(rest_channel, paused=False), "chn", "resumed", {"paused": False}, **given)


@channels.command("remove")
@on_one("CHANNEL")
def remove_channel(**given: Any) -> None:
    """Send nothing there any more. Example: farthing channels remove ada@example.org chn_1h7z3k9q2"""
    from farthing.flows.manage_channels import remove_channel as remove

    _do(remove, "chn", "removed", {"removed": True}, **given)


@click.group()
def webhooks() -> None:
    """Webhooks: programs that are told of alerts and changes, signed.

    Example: farthing webhooks add ada@example.org https://example.org/farthing
    """


@webhooks.command("list")
@click.argument("email")
@as_json_option
def list_webhooks(email: str, as_json: bool) -> None:
    """Every endpoint, and what was given up. Example: farthing webhooks list ada@example.org"""

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.flows.desk import read_desk
        from farthing.flows.manage_hooks import AGAIN_MAX
        from farthing.notify.hooking import State, deliveries, endpoints
        from farthing.web.api.webhook_endpoints import endpoint_object

        async with open_caller(email) as who, read_desk(who.world, who.household_id, who.actor) as desk:
            items = [endpoint_object(one) for one in await endpoints(desk.unit, desk.sealer)]
            dead = len(await deliveries(desk.unit, desk.sealer, state=State.DEAD, count=AGAIN_MAX))
        words = _endpoint_table(items, dead, email)
        tell({"items": items, "next_cursor": None, "given_up": dead}, as_json=as_json, words=lambda: words)

    run(story())


def _endpoint_table(items: Sequence[EndpointObject], dead: int, email: str) -> str:
    rows = [(i.id, i.url[:URL_SHOWN], _state(i), f"{i.dropped} dropped while paused" if i.dropped else "") for i in items]
    words = table(("id", "address", "", ""), rows) if rows else "no endpoints"
    return f"{words}\n{dead} given up; send them again with: farthing webhooks resend {email}" if dead else words


@webhooks.command("add")
@click.argument("email")
@click.argument("url")
@as_json_option
def add_webhook(email: str, url: str, as_json: bool) -> None:
    """Tell the program at URL of what changes from now on. Its secret is shown this once.

    Example: farthing webhooks add ada@example.org https://example.org/farthing
    """

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.flows.manage_hooks import add_endpoint
        from farthing.web.api.webhook_endpoints import endpoint_object

        async with open_caller(email) as who:
            made = await add_endpoint(who.world, who.household_id, who.actor, url)
        item = endpoint_object(made.endpoint, made.secret)
        tell(item, as_json=as_json, words=lambda: pairs({"endpoint": item.id, "address": url, "secret": made.secret}))

    run(story())


@webhooks.command("test")
@on_one("ENDPOINT")
def ping_webhook(**given: Any) -> None:
    """Put a test on its way there. Example: farthing webhooks test ada@example.org whk_1h7z3k9q2"""
    from farthing.flows.manage_hooks import ping_endpoint

    _do(ping_endpoint, "whk", "a test is on its way", {"sent": True}, **given)


@webhooks.command("pause")
@on_one("ENDPOINT")
def pause_webhook(**given: Any) -> None:
    """Deliver nothing there until it is resumed; of what is to be told meanwhile the newest 500 are kept.

    Example: farthing webhooks pause ada@example.org whk_1h7z3k9q2
    """
    from farthing.flows.manage_hooks import edit_endpoint

    _do(partial(edit_endpoint, paused=True), "whk", "paused", {"paused": True}, **given)


@webhooks.command("resume")
@on_one("ENDPOINT")
def resume_webhook(**given: Any) -> None:
    """Deliver there again, beginning with what was kept. Example: farthing webhooks resume ada@example.org whk_1h7z3k9q2"""
    from farthing.flows.manage_hooks import edit_endpoint

    _do(partial(edit_endpoint, paused=False), "whk", "resumed", {"paused": False}, **given)


@webhooks.command("remove")
@on_one("ENDPOINT")
def remove_webhook(**given: Any) -> None:
    """Tell it nothing any more. Example: farthing webhooks remove ada@example.org whk_1h7z3k9q2"""
    from farthing.flows.manage_hooks import remove_endpoint

    _do(remove_endpoint, "whk", "removed", {"removed": True}, **given)


@webhooks.command("resend")
@click.argument("email")
@click.argument("deliveries", nargs=-1, metavar="[DELIVERY...]")
@as_json_option
def resend(email: str, deliveries: tuple[str, ...], as_json: bool) -> None:
    """Send again what was given up: all of it, or the deliveries named. Example: farthing webhooks resend ada@example.org"""

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.core.ids import internal
        from farthing.flows.manage_hooks import send_again

        async with open_caller(email) as who:
            keys = [internal("whd", text) for text in deliveries] or None
            count = await send_again(who.world, who.household_id, who.actor, keys)
        tell({"sent_again": count}, as_json=as_json, words=lambda: f"{count} on the way again" if count else "nothing was given up")

    run(story())
