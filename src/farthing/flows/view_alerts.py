"""The inbox: what was said, newest first, by subject, read or not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import msgspec

from farthing.core.errors import Rejected
from farthing.core.ids import public
from farthing.flows.desk import Desk
from farthing.flows.read_alerts import tellers_of
from farthing.flows.say_alert import Tellers, end_of, spoken
from farthing.flows.view_models.alerts import AlertLine, AlertsPage
from farthing.flows.view_models.overview import Need
from farthing.flows.view_models.parts import Action, Link, words
from farthing.flows.view_parts import Eye
from farthing.notify.alerting import Alert, Kind, alerts

PAGE = 50
FAMILIES: Final[Mapping[str, tuple[str, Collection[Kind] | None]]] = {
    "": ("All", None),
    "unread": ("Unread", None),
    "budgets": ("Budgets", (Kind.BUDGET, Kind.PACE)),
    "rows": ("Transactions", (Kind.LARGE, Kind.UNUSUAL, Kind.DOUBLE_CHARGE, Kind.REFUND)),
    "bills": ("Bills", (Kind.BILL_DUE, Kind.BILL_MISSED, Kind.PRICE_RISE, Kind.NEW_SUBSCRIPTION)),
    "banks": ("Banks and balances", (Kind.BANK_NEEDS_YOU, Kind.LOW_BALANCE)),
}
ICONS: Final[Mapping[Kind, str]] = {
    Kind.BUDGET: "budgets", Kind.PACE: "budgets", Kind.LARGE: "transactions", Kind.UNUSUAL: "transactions", Kind.DOUBLE_CHARGE: "copy",
    Kind.REFUND: "undo", Kind.BANK_NEEDS_YOU: "connections", Kind.LOW_BALANCE: "accounts", Kind.BILL_DUE: "calendar",
    Kind.BILL_MISSED: "calendar", Kind.PRICE_RISE: "rise", Kind.NEW_SUBSCRIPTION: "recurring",
}  # fmt: skip
# Overview says by itself what stands over a budget and which bank waits; these it hears of here, until they are read.
NEEDED: Final[Mapping[Kind, int]] = {  # with their places among the lines
    Kind.LOW_BALANCE: 2, Kind.BILL_MISSED: 2, Kind.DOUBLE_CHARGE: 2, Kind.NEW_SUBSCRIPTION: 5, Kind.PRICE_RISE: 6, Kind.UNUSUAL: 7,
    Kind.LARGE: 7,
}  # fmt: skip
NEEDED_MAX = 20


async def view_alerts(desk: Desk, *, kind: str, before: int, unread: int) -> AlertsPage:
    """A page of the inbox; raises Rejected for a kind that is none."""
    if kind not in FAMILIES:
        raise Rejected("bad_kind", f"a kind is one of {', '.join(filter(None, FAMILIES))}", field="kind")
    found = await alerts(
        desk.unit, desk.sealer, before=before, count=PAGE + 1, kinds=FAMILIES[kind][1], is_read=False if kind == "unread" else None
    )
    tellers = await tellers_of(desk)
    lines = tuple(_line(a, tellers) for a in found[:PAGE])
    links = tuple(Link(label, f"/alerts?kind={key}" if key else "/alerts", current=key == kind) for key, (label, _) in FAMILIES.items())
    more = f"/alerts?cursor={lines[-1].id}{f'&kind={kind}' if kind else ''}" if len(found) > PAGE else ""
    said = [line.fresh for line in lines if line.fresh and not line.gone]
    fresh = said[0] if len(said) > 1 and len(set(said)) == 1 else ""
    if fresh:
        lines = tuple(msgspec.structs.replace(line, fresh="") for line in lines)
    return AlertsPage(lines, links, kind, unread, more, f"Checked {tellers.eye.clock}.", fresh)


def _line(alert: Alert, tellers: Tellers) -> AlertLine:
    said, eye = spoken(alert, tellers), tellers.eye
    return AlertLine(
        id=public("alr", alert.alert_id),
        icon=ICONS[alert.kind],
        text=said.text,
        href=said.href,
        when=_when(eye, alert),
        fresh=_fresh(eye, alert),
        urgent=said.urgent and alert.withdrawn_at is None,
        unread=alert.read_at is None and alert.withdrawn_at is None,
        gone=f"{end_of(alert)} since {eye.dated(eye.date(alert.withdrawn_at))}" if alert.withdrawn_at else "",
    )


def _when(eye: Eye, alert: Alert) -> str:
    day = eye.date(alert.raised_at)
    return eye.time(alert.raised_at) if day == eye.date(eye.now) else eye.dated(day)


def _fresh(eye: Eye, alert: Alert) -> str:
    """Said where a bank had not been read on the day of the alert."""
    if alert.as_of is None or eye.date(alert.as_of) >= eye.date(alert.raised_at):
        return ""
    return f"as of {eye.dated(eye.date(alert.as_of))}"


async def needed(desk: Desk) -> list[Need]:
    """Unread alerts that belong under "Needs you", those that matter most first."""
    found = await alerts(desk.unit, desk.sealer, kinds=tuple(NEEDED), stands=True, is_read=False, count=NEEDED_MAX)
    if not found:
        return []
    tellers = await tellers_of(desk)
    return sorted((_need(a, tellers) for a in found), key=lambda n: n.rank)


def _need(alert: Alert, tellers: Tellers) -> Need:
    said, rank, name = spoken(alert, tellers), NEEDED[alert.kind], alert.detail.name
    see = (Action("See", said.href),)
    amount, before = tellers.money(alert.amount_minor, alert.currency), tellers.money(alert.limit_minor, alert.currency)
    match alert.kind:
        case Kind.NEW_SUBSCRIPTION if name:
            at = f"/recurring/{public('rec', alert.subject_id)}"
            answers = (Action("Yes", f"{at}/yes", post=True, else_href=said.href), Action("No", f"{at}/no", post=True, else_href=said.href))
            text, short = words("New subscription? ", (name, "strong"), f" {amount}"), words((name, "strong"), f" {amount}: subscription?")
            return Need("recurring", text, short, answers, rank=rank)
        case Kind.PRICE_RISE if name:
            text = words((name, "strong"), f" rose {before} \u2192 {amount}")
            return Need("rise", text, text, see, rank=rank)
    return Need("warning" if said.urgent else "clock", words(said.text), words(said.text), see, urgent=said.urgent, rank=rank)
