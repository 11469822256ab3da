"""Settings > Notifications as it is drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from farthing.core.ids import public
from farthing.core.money import decimal_text
from farthing.flows.desk import Desk
from farthing.flows.manage_channels import DIGESTS, clock
from farthing.flows.say_alert import NAMES
from farthing.flows.view_models.notifications import ChannelForm, ChannelLine, DeadLine, Notifications, ProgramLine
from farthing.flows.view_models.parts import Choice, FieldState
from farthing.flows.view_parts import Eye, eye_of
from farthing.notify.alerting import Kind, alert_lines
from farthing.notify.hooking import Delivery, Endpoint, State, deliveries, endpoints
from farthing.notify.hooking.model import KEPT_MAX
from farthing.notify.telling import Channel, Digest, channels
from farthing.notify.telling.model import WEBPUSH
from farthing.notify.trouble import sentence

DIGEST_WORDS = {"none": "As they come", "daily": "Once a day", "weekly": "Once a week, on Monday"}
DEAD_SHOWN = 20
NOT_HERE = "There is no such channel: it was removed, or the address is mistyped."
SAID = {
    "pushed": "This browser is notified from now on. Send it a test: that tells whether it gets through.",
    "added": "The channel is set. Try it once: a test tells whether it gets through.",
    "changed": "The channel is changed.",
    "removed": "The channel is removed.",
    "tested": "A test was sent, and taken.",
    "line": "The lines are drawn.",
    "paused": f"Nothing goes there until it is resumed. Up to {KEPT_MAX} messages are kept meanwhile, and sent then.",
    "resumed": "Deliveries go there again, beginning with what was kept.",
    "pinged": "A test is on its way.",
    "again": "What was given up goes out once more.",
}


async def view_notifications(
    desk: Desk, *, push_key: str, edit: str = "", said: str = "", wrong: tuple[str, str] = ("", ""),
    typed: Mapping[str, str] | None = None, ticked: Sequence[str] | None = None, secret: str = "",
) -> Notifications:  # fmt: skip
    """`edit`: the channel whose form is open; `wrong`: a field and what is the matter; `typed` and `ticked`: the form as it was sent."""
    held, eye = await channels(desk.unit, desk.sealer), eye_of(desk)
    lines, unit = await alert_lines(desk.unit), desk.household.currency
    open_one = next((c for c in held if public("chn", c.channel_id) == edit), None)
    gone = NOT_HERE if edit and open_one is None else ""
    drawn = {
        name: FieldState((typed or {}).get(name, decimal_text(minor, unit) if minor else ""), wrong[1] if wrong[0] == name else "")
        for name, minor in (("large", lines.large), ("low_balance", lines.low))
    }
    known = {"url", "name", "digest", "digest_at", "quiet_from", "quiet_to"}
    return Notifications(
        channels=tuple(_line(eye, c) for c in held),
        form=_form(open_one, typed or {}, ticked, wrong if wrong[0] in known else ("", "")),
        line=drawn["large"],
        low_line=drawn["low_balance"],
        line_unit=unit,
        mail_hint="mailto:you@example.org",
        hook_hint="https://example.org/farthing",
        programs=tuple(_program(eye, e) for e in await endpoints(desk.unit, desk.sealer)),
        dead=tuple(_dead(eye, d) for d in await deliveries(desk.unit, desk.sealer, state=State.DEAD, count=DEAD_SHOWN)),
        hook_url=FieldState((typed or {}).get("hook_url", ""), wrong[1] if wrong[0] == "hook_url" else ""),
        secret=secret,
        push_key=push_key,
        said=SAID.get(said, ""),
        wrong=wrong[1] if wrong[1] and wrong[0] not in {*known, *drawn, "hook_url"} else gone,
    )


def _line(eye: Eye, one: Channel) -> ChannelLine:
    failing = ""
    if one.failing_since is not None:
        failing = f"Nothing gets through since {eye.dated(eye.date(one.failing_since))}, {eye.time(one.failing_since)}. {_why(one)}"
    muted = [NAMES[Kind(k)] for k in one.muted]
    return ChannelLine(
        id=public("chn", one.channel_id),
        name=one.text.name,
        service=("browser, in words" if one.text.words else "browser, counted only") if one.text.point else _scheme(one),
        browser=browser_mark(one.text.url.removeprefix(WEBPUSH)) if one.text.point else "",
        when=_when(one),
        failing=failing,
        paused=one.paused,
        muted=f"Not: {', '.join(muted)}" if muted else "",
        edit_href=f"/settings/notifications?edit={public('chn', one.channel_id)}#channel",
    )


def _scheme(one: Channel) -> str:
    return one.text.url.partition(":")[0].lower()


def browser_mark(endpoint: str) -> str:
    """What a page tells of an endpoint: enough for the browser that has it to know itself, too little for anybody to use."""
    return hashlib.sha256(endpoint.encode()).hexdigest()[:16]


def _program(eye: Eye, one: Endpoint) -> ProgramLine:
    failing = f"Takes nothing since {eye.dated(eye.date(one.failing_since))}. {_why(one)}" if one.failing_since else ""
    lost = f"Of what it was to hear while paused, the oldest {one.dropped:,} were dropped." if one.dropped else ""
    return ProgramLine(public("whk", one.endpoint_id), one.text.url, failing, one.paused, lost)


def _dead(eye: Eye, one: Delivery) -> DeadLine:
    return DeadLine(public("whd", one.delivery_id), one.kind, eye.dated(eye.date(one.at)), _why(one))


def _why(one: Channel | Endpoint | Delivery) -> str:
    return sentence(one.failed_with or "")


def _when(one: Channel) -> str:
    digest = {Digest.NONE: "as they come", Digest.DAILY: f"daily at {clock(one.digest_minute)}"}.get(one.digest)
    text = digest or f"Mondays at {clock(one.digest_minute)}"
    return f"{text}, quiet {clock(one.quiet.first)} to {clock(one.quiet.last)}" if one.quiet else text


def _form(one: Channel | None, typed: Mapping[str, str], ticked: Sequence[str] | None, wrong: tuple[str, str]) -> ChannelForm:
    chosen = typed.get("digest") or next(name for name, d in DIGESTS.items() if d is (one.digest if one else Digest.NONE))
    muted = {Kind(k).slug for k in one.muted} if one else set()
    on = set(ticked) if ticked is not None else {k.slug for k in Kind} - muted
    quiet = (clock(one.quiet.first), clock(one.quiet.last)) if one and one.quiet else ("", "")

    def state(name: str, held: str) -> FieldState:
        return FieldState(typed.get(name, held), wrong[1] if wrong[0] == name else "")

    return ChannelForm(
        id=public("chn", one.channel_id) if one else "",
        title=f"Change {one.text.name}" if one else "New channel",
        url=state("url", ""),
        name=state("name", one.text.name if one else ""),
        digests=tuple(Choice(name, DIGEST_WORDS[name], chosen=name == chosen) for name in DIGESTS),
        digest_at=state("digest_at", clock(one.digest_minute) if one else "08:00"),
        quiet_from=state("quiet_from", quiet[0]),
        quiet_to=state("quiet_to", quiet[1]),
        kinds=tuple(Choice(k.slug, NAMES[k], chosen=k.slug in on) for k in Kind),
        paused="paused" in typed if typed else bool(one and one.paused),
        wrong=wrong[1],
    )
