"""Settings > Notifications: channels, the line for large rows, and endpoints of programs."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from farthing.flows.view_models.parts import Choice, FieldState


class ChannelLine(msgspec.Struct, frozen=True):
    """A channel: what it is called, by what it goes, when, and whether it gets through."""

    id: str
    name: str
    service: str
    when: str
    failing: str = ""
    paused: bool = False
    muted: str = ""
    browser: str = ""  # of a browser: by what a script knows that it is this one
    edit_href: str = ""


class ChannelForm(msgspec.Struct, frozen=True):
    """A channel to be made or changed. An address is not shown again."""

    id: str
    title: str
    url: FieldState
    name: FieldState
    digests: tuple[Choice, ...]
    digest_at: FieldState
    quiet_from: FieldState
    quiet_to: FieldState
    kinds: tuple[Choice, ...]
    paused: bool = False
    wrong: str = ""


class ProgramLine(msgspec.Struct, frozen=True):
    """A webhook endpoint."""

    id: str
    url: str
    failing: str = ""
    paused: bool = False
    lost: str = ""


class DeadLine(msgspec.Struct, frozen=True):
    """A delivery that was given up."""

    id: str
    what: str
    when: str
    why: str


class Notifications(msgspec.Struct, frozen=True):
    """The whole page."""

    channels: tuple[ChannelLine, ...]
    form: ChannelForm
    line: FieldState
    low_line: FieldState
    line_unit: str
    mail_hint: str
    hook_hint: str
    push_key: str
    programs: tuple[ProgramLine, ...] = ()
    dead: tuple[DeadLine, ...] = ()
    hook_url: FieldState = FieldState()
    secret: str = ""
    said: str = ""
    wrong: str = ""


Typed = Mapping[str, str]
