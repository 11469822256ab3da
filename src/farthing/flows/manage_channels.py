"""Channels: made, changed, tried and removed by the household."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from farthing.connections import due
from farthing.core.errors import Missing, Refused, Rejected, Stale
from farthing.core.ids import new_id
from farthing.flows.desk import Desk, write_desk
from farthing.flows.edit import parse_text
from farthing.flows.push_channel import forget_browser
from farthing.flows.tell_channel import deliver, mail_address
from farthing.flows.world import World
from farthing.ledger.model import Actor
from farthing.notify.alerting import Kind
from farthing.notify.telling import Channel, ChannelText, Digest, Quiet, channel, channels, drop_channel, failed, sent, write_channel
from farthing.notify.telling.model import CHANNELS_MAX
from farthing.notify.telling.post import Message, bad_url, check
from farthing.people import members
from farthing.security import audit

NAME_MAX, URL_MAX = 80, 2_000
DIGESTS: Mapping[str, Digest] = {"none": Digest.NONE, "daily": Digest.DAILY, "weekly": Digest.WEEKLY}
TEST = Message("A test from Farthing", "This channel works. Alerts will come here as you have set them.", "A test")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)


class ChannelWish(msgspec.Struct, frozen=True, kw_only=True):
    """`url`: `mailto:` and an address of a member, or any address of apprise. Times are `22:00`; `muted` are names of kinds."""

    url: str
    name: str = ""
    digest: str = "none"
    digest_at: str = "08:00"
    quiet_from: str = ""
    quiet_to: str = ""
    muted: Sequence[str] = ()
    paused: bool = False


async def add_channel(world: World, household_id: int, actor: Actor, wish: ChannelWish) -> Channel:
    """Raises Rejected with the field, Refused when there are too many or no mail server."""
    await _check_url(world, household_id, wish.url)
    async with write_desk(world, household_id, actor) as desk:
        if len(await channels(desk.unit, desk.sealer)) >= CHANNELS_MAX:
            raise Refused("too_many_channels", f"at most {CHANNELS_MAX} channels; remove one first")
        one = _made(wish, Channel(channel_id=new_id(), text=ChannelText("", ""), created_at=desk.at))
        await write_channel(desk.unit, desk.sealer, one)
        await _record(desk, "channel.added", one.channel_id)
    return one


async def edit_channel(
    world: World, household_id: int, actor: Actor, channel_id: int, wish: ChannelWish, *, if_version: int | None = None
) -> Channel:
    """As it is to be from now on; what failed before is tried again. An empty `url` keeps the address. Raises Missing, Rejected, Stale."""
    if wish.url:
        await _check_url(world, household_id, wish.url)
    async with write_desk(world, household_id, actor) as desk:
        held = await channel(desk.unit, desk.sealer, channel_id)
        one = _made(wish if wish.url else msgspec.structs.replace(wish, url=held.text.url), held)
        await write_channel(desk.unit, desk.sealer, one, if_version=if_version)
        await due.enqueue(desk.unit.conn, household_id, due.Kind.TELL, channel_id, desk.at)
        await _record(desk, "channel.changed", channel_id)
    return msgspec.structs.replace(one, version=held.version + 1)


async def rest_channel(world: World, household_id: int, actor: Actor, channel_id: int, *, paused: bool) -> None:
    """Nothing goes there while it is paused; what came meanwhile goes afterwards. Raises Missing."""
    async with write_desk(world, household_id, actor) as desk:
        held = await channel(desk.unit, desk.sealer, channel_id)
        await write_channel(desk.unit, desk.sealer, msgspec.structs.replace(held, paused=paused))
        await due.enqueue(desk.unit.conn, household_id, due.Kind.TELL, channel_id, desk.at)
        await _record(desk, "channel.changed", channel_id)


async def remove_channel(world: World, household_id: int, actor: Actor, channel_id: int, *, if_version: int | None = None) -> None:
    """Nothing goes there any more; raises Missing, Stale."""
    async with write_desk(world, household_id, actor) as desk:
        if if_version is not None and (await channel(desk.unit, desk.sealer, channel_id)).version != if_version:
            raise Stale("changed_meanwhile", "this channel changed meanwhile")
        await drop_channel(desk.unit, channel_id)
        await due.drop(desk.unit.conn, household_id, due.Kind.TELL, channel_id)
        await _record(desk, "channel.removed", channel_id)


async def try_channel(world: World, household_id: int, actor: Actor, channel_id: int) -> None:
    """Send a test now, in quiet hours too; what waits follows it. Raises Missing, Rejected, Unavailable when it is not taken."""
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        one = await channel(unit, sealer, channel_id)
        await audit.record(unit, sealer, actor, "channel.tested", {"channel": channel_id}, world.clock.now())
    try:
        await deliver(world, one, TEST)
    except Missing as error:
        await forget_browser(world, household_id, channel_id)
        raise Refused("push_gone", "that browser takes no messages any more; its channel was removed") from error
    except Exception as error:
        async with world.db.unit(household_id) as unit:
            await failed(unit, one, world.clock.now(), getattr(error, "code", "bug"))
        raise
    async with world.db.unit(household_id) as unit:
        await sent(unit, one, world.clock.now(), told=(), passed_over=(), corrected=(), spoke=True)
        await due.enqueue(unit.conn, household_id, due.Kind.TELL, channel_id, world.clock.now())


def _made(wish: ChannelWish, held: Channel) -> Channel:
    if wish.digest not in DIGESTS:
        raise Rejected("bad_digest", f"one of {', '.join(DIGESTS)}", field="digest")
    kinds = {k.slug: k for k in Kind}
    strange = [m for m in wish.muted if m not in kinds]
    if strange:
        raise Rejected("bad_kind", f"one of {', '.join(kinds)}", field="muted")
    if bool(wish.quiet_from) != bool(wish.quiet_to):
        raise Rejected("half_quiet", "quiet hours have a beginning and an end", field="quiet_to" if wish.quiet_from else "quiet_from")
    quiet = Quiet(_minute(wish.quiet_from, "quiet_from"), _minute(wish.quiet_to, "quiet_to")) if wish.quiet_from else None
    name = " ".join(parse_text(wish.name, NAME_MAX, field="name").split()) or mail_address(wish.url)
    name = name or (held.text.name if held.text.point else wish.url.partition(":")[0])
    here = wish.url == held.text.url
    return msgspec.structs.replace(
        held,
        text=msgspec.structs.replace(held.text, name=name) if here else ChannelText(name, wish.url),
        digest=DIGESTS[wish.digest],
        digest_minute=_minute(wish.digest_at, "digest_at"),
        quiet=quiet,
        muted=tuple(sorted({int(kinds[m]) for m in wish.muted})),
        paused=wish.paused,
    )


def clock(minute: int) -> str:
    """`22:00` of a minute of the day."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _minute(text: str, field: str) -> int:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise Rejected("bad_time", "a time such as 22:00", field=field)
    return int(found[1]) * 60 + int(found[2])


async def _check_url(world: World, household_id: int, url: str) -> None:
    if not url or len(url) > URL_MAX or not url.isprintable() or ":" not in url or any(c.isspace() for c in url):
        raise bad_url()
    address = mail_address(url)
    if address is None:
        await check(url, free=world.settings.channel_hosts)
        return
    if not world.settings.smtp_url:
        raise Refused("no_mail_server", "no mail can be sent here: the operator has set no mail server", field="url")
    async with world.db.unit(household_id) as unit:
        known = {m.text.email.casefold() for m in await members.members(unit, await world.keyring.sealer(unit, household_id))}
    if address.casefold() not in known:
        raise Rejected("not_a_member", "mail goes to members of the household alone", field="url")


async def _record(desk: Desk, kind: str, channel_id: int) -> None:
    await audit.record(desk.unit, desk.sealer, desk.actor, kind, {"channel": channel_id}, desk.at)
