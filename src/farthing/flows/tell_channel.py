"""Alerts out of the house, a channel at a time: what it has not been told in one message, corrections too, written down once it is sent.

A worker that dies between the two sends it again: at least once, never lost. Many alerts are one message, and a breath lies between two.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec
import structlog

from farthing.connections import store
from farthing.connections.due import backoff_s
from farthing.connections.model import Status
from farthing.core.errors import FarthingError, Missing, Rejected, Unavailable
from farthing.flows.desk import Desk, read_desk
from farthing.flows.push_channel import forget_browser, push
from farthing.flows.read_alerts import tellers_of
from farthing.flows.say_alert import ENDS, corrected, spoken
from farthing.flows.view_parts import freshness_of
from farthing.flows.world import World
from farthing.ledger.model import SYSTEM
from farthing.notify.alerting import Alert, alerts
from farthing.notify.mail import Letter, send
from farthing.notify.telling import Channel, Digest, channel, failed, is_quiet, news, send_at, sent, withdrawn_since
from farthing.notify.telling.post import Message, post

LINES_MAX = 20
TRIES_MAX = 14  # nearly a day; from then on once a day, and the channel says that nothing gets through
DEAD_WAIT = dt.timedelta(days=1)
LEAST_S, FIRST_S = 10.0, 40.0
log = structlog.get_logger()


class ToSay(msgspec.Struct, frozen=True):
    """What a channel is to hear, what it does not want to hear, and what is taken back."""

    new: tuple[int, ...] = ()
    passed_over: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()


async def tell_channel(world: World, household_id: int, channel_id: int) -> dt.datetime | None:
    """Say what it has not heard; returns when to look again, None when it knows everything. Raises Missing for no such channel."""
    now = world.clock.now()
    async with read_desk(world, household_id, SYSTEM) as desk:
        one = await channel(desk.unit, desk.sealer, channel_id)
        if one.paused:
            return None
        if is_quiet(one, now, desk.household.zone):
            return send_at(one, now, desk.household.zone)
        to_say = await _to_say(desk, one)
        message = await _message(desk, one, to_say)
    if message is not None:
        try:
            await deliver(world, one, message)
        except Missing:  # the browser has gone
            await forget_browser(world, household_id, channel_id)
            return None
        except FarthingError as error:
            return await _failed(world, household_id, one, error)
    async with world.db.unit(household_id) as unit:
        await sent(
            unit, one, world.clock.now(), told=to_say.new, passed_over=to_say.passed_over, corrected=to_say.gone, spoke=message is not None
        )
    return None


async def _to_say(desk: Desk, one: Channel) -> ToSay:
    found = await news(desk.unit, one, desk.at)
    wanted = tuple(n.alert_id for n in found if n.kind not in one.muted and not n.is_read)
    asked = set(wanted)
    return ToSay(wanted, tuple(n.alert_id for n in found if n.alert_id not in asked), tuple(await withdrawn_since(desk.unit, one)))


async def _message(desk: Desk, one: Channel, to_say: ToSay) -> Message | None:
    """A title and a line each, newest first; None when there is nothing to say."""
    if not to_say.new and not to_say.gone:
        return None
    tellers, links = await tellers_of(desk), await store.every(desk.unit, desk.sealer)
    ended = {int(c.connection_id) for c in links if c.status is Status.DISCONNECTED}
    lines = [spoken(a, tellers).text for a in await _some(desk, to_say.new)]
    gone = await _some(desk, to_say.gone)
    back = [corrected(a, tellers) for a in gone if a.subject_id not in ended and a.kind not in ENDS]
    count = len(to_say.new) + len(back)
    if not count:
        return None
    more = len(to_say.new) + len(to_say.gone) - len(lines) - len(gone)
    title = (lines or back)[0] if count == 1 else f"{count} alerts from Farthing"
    body = [*lines, *back, *([f"and {more:,} more"] if more > 0 else [])]
    fresh = freshness_of(tellers.eye, links)
    if fresh:
        body += ["", "".join(p.text for p in fresh.words)]
    if one.digest is not Digest.NONE:
        title = f"{title} ({'today' if one.digest is Digest.DAILY else 'this week'})" if count > 1 else title
    return Message(title, "\n".join(body), f"{count} alerts" if count > 1 else "1 alert")


async def _some(desk: Desk, alert_ids: Sequence[int]) -> list[Alert]:
    if not alert_ids:
        return []
    return await alerts(desk.unit, desk.sealer, count=LINES_MAX, alert_ids=alert_ids)


async def deliver(world: World, one: Channel, message: Message) -> None:
    """Hand it over; raises Rejected for an address that is none, Unavailable when it is not taken, Missing for a browser that has gone."""
    if one.text.point:
        await push(world, one, message)
        return
    address = mail_address(one.text.url)
    if address is None:
        await post(one.text.url, message, free=world.settings.channel_hosts)
        return
    smtp = world.settings.smtp_url.reveal()
    if not smtp:
        raise Unavailable("no_mail_server", "the operator has set no mail server")
    link = f"\n\n{world.settings.public_url}/alerts" if world.settings.public_url else ""
    letter = Letter(address, message.title, f"{message.body}{link}\n")
    await send(smtp, letter, home=urlsplit(world.settings.public_url).hostname or "")


def mail_address(url: str) -> str | None:
    """The address of `mailto:ada@example.org`, which goes through the operator's server; None for any other channel."""
    scheme, _, rest = url.partition(":")
    return rest if scheme.lower() == "mailto" and not rest.startswith("//") else None


async def _failed(world: World, household_id: int, one: Channel, error: FarthingError) -> dt.datetime:
    now, tries = world.clock.now(), one.tries + 1
    async with world.db.unit(household_id) as unit:
        await failed(unit, one, now, error.code)
    dead = tries >= TRIES_MAX or isinstance(error, Rejected)
    log.warning("channel does not take it", code=error.code, tries=tries, dead=dead)
    return now + (DEAD_WAIT if dead else dt.timedelta(seconds=max(LEAST_S, backoff_s(tries, first_s=FIRST_S))))
