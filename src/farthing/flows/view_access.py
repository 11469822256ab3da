"""Who is signed in and who looked: sessions, and the audit trail in words."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from farthing.core.ids import public
from farthing.flows.desk import Desk
from farthing.flows.view_models import settings
from farthing.flows.view_models.format import age_view, counted
from farthing.flows.view_parts import Eye, eye_of
from farthing.flows.view_settings import ago, said_at
from farthing.ledger.accounts import accounts
from farthing.people import exports, members
from farthing.people.model import Device, Member
from farthing.security import audit, sessions
from farthing.security.audit import Event

EVENTS_MAX = 40
PAGES_MAX = 5  # of the trail, for one page of the log: what banks bring by themselves is not shown here and may lie between
WORDS = {
    "session.began": "Signed in",
    "session.refused": "Somebody tried to sign in with a wrong password",
    "session.confirmed": "Gave the password once more",
    "session.ended": "Signed out",
    "sessions.ended": "Signed out everywhere",
    "member.password_changed": "Changed the password",
    "member.password_forgotten": "Asked for a new password by mail",
    "household.founded": "Made this household",
    "token.issued": "Made an API token",
    "token.revoked": "Revoked an API token",
    "export.asked": "Asked for an export of everything",
    "export.fetched": "Downloaded an export of everything",
    "export.written": "Exported everything to a file",
    "keys.rotated": "Made new keys",
    "connection.link_opened": "Opened a page to link a bank",
    "connection.link_asked": "Linked a bank",
    "connection.sync_asked": "Asked a bank for news",
    "connection.synced": "Took in what a bank brought",
    "connection.disconnected": "Ended a bank link",
    "file.imported": "Imported a file",
    "batch.undone": "Undid a change",
    "transaction.added": "Entered a transaction by hand",
    "transaction.split": "Split a transaction",
    "transaction.deleted": "Deleted transactions",
    "account.balance_stated": "Stated a balance",
}
FIELDS = {"name": "name", "email": "e-mail address", "currency": "currency", "zone": "time zone", "locale": "formats"}
THINGS = {
    "account": "an account",
    "budget": "a budget",
    "category": "a category",
    "rule": "a rule",
    "view": "a view",
    "connection": "a bank link",
}
VERBS = {"added": "Added", "changed": "Changed", "deleted": "Deleted", "removed": "Removed"}


class _Known(msgspec.Struct, frozen=True):
    """Names of what events mention by id."""

    people: Mapping[int, Member]
    devices: Mapping[int, Device]
    tokens: Mapping[int, str]
    accounts: Mapping[int, str]


async def view_security(desk: Desk, member_id: int, here: int, *, before: int = audit.NEWEST, said: str = "") -> settings.Security:
    """The member's sessions and a page of the household's access log, older than `before`."""
    eye, known = eye_of(desk), await _known(desk)
    living = await sessions.living(desk.unit.conn, household_id=desk.household.household_id, member_id=member_id, now=desk.at)
    lines, after = await _log(desk, eye, known, before)
    unknown = Device(0, "", "")
    at_home = _is_of_this_machine(known.devices.get(here, unknown).place)
    return settings.Security(
        sessions=tuple(
            settings.SignedIn(
                public("ses", s.session_id),
                device.device or "A browser",
                _place(device.place, at_home=at_home),
                "now" if s.session_id == here else ago(age_view(s.seen_at, desk.at)),
                this_one=s.session_id == here,
            )
            for s in living
            if (device := known.devices.get(s.session_id, unknown))
        ),
        log=tuple(lines),
        log_next_href=f"/settings/security?before={public('aud', after)}#log" if after else "",
        older=before != audit.NEWEST,
        said=said,
    )


def _place(text: str, *, at_home: bool) -> str:
    """The address as it is, but for the machine that Farthing runs on, which is "this machine" to nobody but who sits at it."""
    if not _is_of_this_machine(text):
        return text
    return "this machine" if at_home else "the machine that Farthing runs on"


def _is_of_this_machine(text: str) -> bool:
    try:
        place = ipaddress.ip_address(text)
    except ValueError:
        return False
    inner = place.ipv4_mapped if isinstance(place, ipaddress.IPv6Address) else None
    return (inner or place).is_loopback


async def _known(desk: Desk) -> _Known:
    people = await members.members(desk.unit, desk.sealer)
    return _Known(
        people={int(m.member_id): m for m in people},
        devices={d.session_id: d for m in people for d in m.text.devices},
        tokens=await exports.token_names(desk.unit, desk.sealer),
        accounts={int(i): a.text.name for i, a in (await accounts(desk.unit, desk.sealer)).items()},
    )


async def _log(desk: Desk, eye: Eye, known: _Known, before: int) -> tuple[list[settings.Access], int]:
    """Lines newest first, and the id of the last event they speak of (0 at the trail's end)."""
    told: list[Event] = []
    for _ in range(PAGES_MAX):
        events = await audit.page(desk.unit, desk.sealer, before=before, row_max=audit.PAGE_MAX)
        for event in events:
            if len(told) == EVENTS_MAX:
                return _lines(eye, known, told), before
            before = event.event_id
            if _is_told(event):
                told.append(event)
        if len(events) < audit.PAGE_MAX:
            return _lines(eye, known, told), 0
    return _lines(eye, known, told), before


def _is_told(event: Event) -> bool:
    """Not what the house did by itself, and not tastes."""
    return event.by.kind != "system" and event.payload.get("fields") != ["taste"]


def _lines(eye: Eye, known: _Known, told: Sequence[Event]) -> list[settings.Access]:
    return [_line(eye, known, run) for run in _runs(told)]


def _runs(events: Sequence[Event]) -> list[list[Event]]:
    """Neighbours that say the same of the same actor stand in one line."""
    runs: list[list[Event]] = []
    for event in events:
        if runs and (runs[-1][-1].kind, runs[-1][-1].by.via_id, runs[-1][-1].by.kind) == (event.kind, event.by.via_id, event.by.kind):
            runs[-1].append(event)
        else:
            runs.append([event])
    return runs


def _line(eye: Eye, known: _Known, run: Sequence[Event]) -> settings.Access:
    newest = run[0]
    match newest.kind:
        case "account.viewed":
            what = _viewed(known, run)
        case "transaction.edited":
            what = f"Edited {counted(sum(e.payload.get('updated') or 1 for e in run), 'transaction')}"
        case _:
            what = _what(newest) + (f", {len(run)} times" if len(run) > 1 else "")
    when = said_at(eye, newest.at)
    return settings.Access(when[:1].upper() + when[1:], what, _who(known, newest))


def _what(event: Event) -> str:
    thing, _, verb = event.kind.partition(".")
    payload: Mapping[str, Any] = event.payload
    if event.kind in {"household.changed", "member.changed"}:
        fields = [FIELDS[f] for f in payload.get("fields", ()) if f in FIELDS]
        return f"Changed the {'household' if thing == 'household' else 'profile'}{': ' + ', '.join(fields) if fields else ''}"
    if event.kind == "session.ended" and payload.get("session_id") != event.by.via_id:
        return "Signed another browser out"
    if event.kind in WORDS:
        return WORDS[event.kind]
    if thing in THINGS and verb in VERBS:
        return f"{VERBS[verb]} {THINGS[thing]}"
    return event.kind.replace(".", " ").replace("_", " ").capitalize()


def _viewed(known: _Known, run: Sequence[Event]) -> str:
    seen = {int(e.payload.get("account_id", 0)) for e in run}
    names = sorted({known.accounts[i] for i in seen if i in known.accounts})
    if 0 in seen or not names:
        return "Looked at figures over all accounts" if 0 in seen else "Looked at an account that is gone"
    return f"Looked at {', '.join(names[:3])}" + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _who(known: _Known, event: Event) -> str:
    member = known.people.get(event.by.member_id)
    name = (member.text.name or member.text.email) if member else ""
    match event.by.kind:
        case "token":
            return f"{name}, token {known.tokens.get(event.by.via_id) or 'that is revoked'}".lstrip(", ")
        case "command":
            return "the operator’s command line"
        case _:
            device = known.devices.get(event.by.via_id)
            browser = device.device if device else event.payload.get("device", "")
            return ", ".join(filter(None, (name, browser)))
