"""The inbox of alerts."""

from __future__ import annotations

import msgspec

from farthing.flows.view_models.parts import Link


class AlertLine(msgspec.Struct, frozen=True):
    """An alert in words. `fresh` says how fresh the data was, where that is not the day itself; `gone` since when it is not so any more."""

    id: str
    icon: str
    text: str
    href: str
    when: str
    fresh: str = ""
    urgent: bool = False
    unread: bool = False
    gone: str = ""


class AlertsPage(msgspec.Struct, frozen=True):
    """A page of the inbox. `fresh`: said once for all lines where each would say the same."""

    lines: tuple[AlertLine, ...]
    kinds: tuple[Link, ...]
    here: str
    unread: int = 0
    next_href: str = ""
    checked: str = ""
    fresh: str = ""
