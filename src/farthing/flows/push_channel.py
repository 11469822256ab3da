"""Web push: a browser of a member as a channel. Its endpoint is a stranger's address, its keys are the browser's; both lie sealed."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec

from farthing.connections import due
from farthing.core.errors import Missing, Refused, Rejected, Unavailable
from farthing.core.ids import new_id
from farthing.flows.desk import write_desk
from farthing.flows.edit import parse_text
from farthing.flows.world import World
from farthing.ledger.model import SYSTEM, Actor
from farthing.notify.telling import Channel, ChannelText, channels, drop_channel, write_channel
from farthing.notify.telling.model import CHANNELS_MAX, WEBPUSH
from farthing.notify.telling.post import Message
from farthing.platform.http import Outward
from farthing.security import audit
from farthing.security.pushing import PushKey, encrypt, is_browser_key

NAME_MAX, URL_MAX = 80, 2_000
BODY_CHARS_MAX = 900  # of four bytes each at most, so that it fits the one record that a push service carries
ANSWER_BYTES_MAX = 64 * 1024
DEADLINE_S = 10.0
KEPT_S = 2 * 86_400  # how long the service keeps it for a browser that is away
TITLE = "Farthing has news for you"
GONE = (404, 410)


class Subscribed(msgspec.Struct, frozen=True):
    """What a browser says of itself. `words`: what is told may stand in the message; else it is only counted."""

    endpoint: str
    point: str
    auth: str
    name: str = ""
    words: bool = False

    def __repr__(self) -> str:
        return "<Subscribed>"


async def push_key(world: World) -> PushKey:
    """The installation's."""
    return PushKey(await world.keyring.finder())


async def subscribe(world: World, household_id: int, actor: Actor, given: Subscribed) -> Channel:
    """This browser hears of alerts from now on; one that did already goes on with its new keys. Raises Rejected, Refused."""
    _check(world, given)
    name = " ".join(parse_text(given.name, NAME_MAX, field="name").split()) or "A browser"
    text = ChannelText(name, WEBPUSH + given.endpoint, given.point, given.auth, given.words)
    async with write_desk(world, household_id, actor) as desk:
        held = await channels(desk.unit, desk.sealer)
        same = next((c for c in held if c.text.url == text.url), None)
        if same is None and len(held) >= CHANNELS_MAX:
            raise Refused("too_many_channels", f"at most {CHANNELS_MAX} channels; remove one first")
        blank = same or Channel(channel_id=new_id(), text=text, created_at=desk.at)
        one = msgspec.structs.replace(blank, text=text, paused=False)
        await write_channel(desk.unit, desk.sealer, one)
        if same is not None:  # what it was not told meanwhile, it is told now
            await due.enqueue(desk.unit.conn, household_id, due.Kind.TELL, one.channel_id, desk.at)
        await audit.record(desk.unit, desk.sealer, actor, "channel.added", {"channel": one.channel_id}, desk.at)
    return one


async def renew(world: World, household_id: int, actor: Actor, before: str, given: Subscribed) -> None:
    """The push service gave a browser another address or other keys: its channel goes there, all else stays. Raises Missing, Rejected."""
    _check(world, given)
    async with write_desk(world, household_id, actor) as desk:
        held = next((c for c in await channels(desk.unit, desk.sealer) if before and c.text.url == WEBPUSH + before), None)
        if held is None:
            raise Missing("not_found", "no browser is known by that address")
        text = msgspec.structs.replace(held.text, url=WEBPUSH + given.endpoint, point=given.point, auth=given.auth)
        await write_channel(desk.unit, desk.sealer, msgspec.structs.replace(held, text=text))
        await due.enqueue(desk.unit.conn, household_id, due.Kind.TELL, held.channel_id, desk.at)
        await audit.record(desk.unit, desk.sealer, actor, "channel.changed", {"channel": held.channel_id}, desk.at)


def _check(world: World, given: Subscribed) -> None:
    if not given.endpoint or len(given.endpoint) > URL_MAX or not given.endpoint.isprintable():
        raise Rejected("bad_push_endpoint", "the browser gave no address of a push service")
    _outward(world).check(given.endpoint)
    if not is_browser_key(given.point, given.auth):
        raise Rejected("bad_push_key", "the browser gave no keys that a message could be sealed with")


async def push(world: World, one: Channel, message: Message) -> None:
    """Hand it to the browser's service. Raises Missing when the browser has gone, Unavailable when it is not taken, Rejected."""
    endpoint = one.text.url.removeprefix(WEBPUSH)
    told = {"title": message.title, "body": message.body[:BODY_CHARS_MAX]} if one.text.words else {"title": TITLE, "body": message.count}
    sealed = encrypt(msgspec.json.encode({**told, "title": told["title"][:80]}), point=one.text.point, auth=one.text.auth)
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(KEPT_S),
        "Urgency": "normal",
        "Authorization": (await push_key(world)).authorization(endpoint, contact=_contact(world), now=world.clock.now()),
    }
    http = _outward(world)
    try:
        answer = await http.post_json(endpoint, sealed, headers=headers)
    finally:
        await http.aclose()
    if answer.status in GONE:
        raise Missing("push_gone", "this browser takes no messages any more")
    if not 200 <= answer.status < 300:
        raise Unavailable("push_refused", "the browser's push service did not take the message")


def _outward(world: World) -> Outward:
    return Outward(world.settings.channel_hosts, clock=world.clock, body_max=ANSWER_BYTES_MAX, deadline_s=DEADLINE_S)


def _contact(world: World) -> str:
    """Whom a push service may ask about us."""
    url = world.settings.public_url
    return url if url.startswith("https://") else f"mailto:farthing@{urlsplit(url).hostname or 'localhost'}"


async def forget_browser(world: World, household_id: int, channel_id: int) -> None:
    """Its service says that it has gone: the channel goes too, and the trail says so."""
    async with write_desk(world, household_id, SYSTEM) as desk:
        await drop_channel(desk.unit, channel_id)
        await audit.record(desk.unit, desk.sealer, SYSTEM, "channel.removed", {"channel": channel_id}, desk.at)
