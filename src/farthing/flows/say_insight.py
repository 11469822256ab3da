"""An insight in words, with the list that makes its figure, for pages and programs alike. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from farthing.core.dates import Month, rfc3339
from farthing.core.ids import public
from farthing.core.money import decimal_text
from farthing.flows.desk import Desk
from farthing.flows.report_links import list_href, series_href
from farthing.flows.view_models.format import counted, month_view
from farthing.flows.view_parts import Eye, eye_of
from farthing.insights.finding.model import Finding, Insight, Kind

NAMES: Final = {
    Kind.SUBSCRIPTIONS: "Subscriptions", Kind.SAME_KIND: "Could be saved", Kind.FEES: "Could be saved",
    Kind.PRICE_RISE: "Dearer than a year ago",
    Kind.TRIAL_OVER: "Dearer than a year ago", Kind.UNUSUAL_MONTH: "Out of the ordinary", Kind.IDLE_CASH: "Idle cash",
}  # fmt: skip
SERVICES: Final = {
    "music": "music services", "video": "video services", "storage": "cloud storage services", "news": "news subscriptions",
    "fitness": "fitness memberships", "mobile": "mobile plans", "learning": "learning services", "books": "book services",
    "meals": "meal kits", "passwords": "password managers", "vpn": "VPN services",
}  # fmt: skip
COUNTS: Final = ("No", "One", "Two", "Three", "Four", "Five", "Six")
NAMES_MAX = 4


class InsightTold(msgspec.Struct, frozen=True, kw_only=True):
    """An insight as programs and exports are told of it: `amount` positive, `href` the list or page whose figure it is."""

    id: str
    kind: str
    text: str
    amount: str
    currency: str
    href: str
    found_at: str
    dismissed_at: str | None


def in_order(held: Iterable[Insight], *, dismissed: bool = False) -> list[Insight]:
    """What is shown, or what was dismissed: by kind, the largest first."""
    wanted = [i for i in held if (i.dismissed_at is not None) == dismissed]
    return sorted(wanted, key=lambda i: (i.finding.kind, -i.finding.amount, i.insight_id))


def told_insight(desk: Desk, one: Insight) -> InsightTold:
    """The words and figures of an insight."""
    finding = one.finding
    return InsightTold(
        id=public("ins", one.insight_id),
        kind=finding.kind.word,
        text=words_of(desk, finding),
        amount=decimal_text(finding.amount, finding.currency),
        currency=finding.currency,
        href=href_of(desk, finding),
        found_at=rfc3339(one.found_at),
        dismissed_at=rfc3339(one.dismissed_at) if one.dismissed_at else None,
    )


def words_of(desk: Desk, one: Finding) -> str:
    """One sentence with its figures."""
    eye, detail = eye_of(desk), one.detail
    amount, before = _money(eye, one.amount, one), _money(eye, detail.before, one)
    name = detail.names[0] if detail.names else ""
    match one.kind:
        case Kind.SUBSCRIPTIONS:
            share = f", {_percent(detail.share)} of all you spend" if detail.share else ""
            cost = counted(len(detail.ids), "subscription costs", "subscriptions cost")
            return f"{cost} {amount} a year{share}: {_listed(detail.names)}."
        case Kind.SAME_KIND:
            services = f"{_count(len(detail.names))} {SERVICES.get(detail.word, 'services of one kind')}"
            return f"{services}: {_listed(detail.names)}. With the dearest alone you would keep {amount} a year."
        case Kind.FEES:
            category = desk.categories.of(detail.ids[0]).name if detail.ids else "Fees"
            return f"{category} took {amount} in twelve months."
        case Kind.PRICE_RISE:
            return f"{name} costs {amount} a year more since {_day(eye, detail.first)}: {before} a year before."
        case Kind.TRIAL_OVER:
            return f"The trial of {name} ended on {_day(eye, detail.first)}: it costs {amount} a year more."
        case Kind.UNUSUAL_MONTH:
            return _month_words(desk, eye, one, amount, before)
        case Kind.IDLE_CASH:
            due = _money(eye, detail.share, one)
            held = f"{name} never held less than {before} in a year, and {due} is due from it in 60 days"
            return f"{held}: {amount} lies idle, a month's spending left aside."


def _month_words(desk: Desk, eye: Eye, one: Finding, amount: str, before: str) -> str:
    detail = one.detail
    category = desk.categories.of(detail.ids[0]).name if detail.ids else "A category"
    month = month_view(Month.of(detail.first), locale=eye.locale, full=True, year=False) if detail.first else ""
    rare = "more than in any of the months before" if detail.share >= 1000 else "seldom so much"
    return f"{category} in {month}{' so far' if detail.word else ''}: {amount}, where {before} is usual; {rare}."


def href_of(desk: Desk, one: Finding) -> str:
    """The list whose total the figure is, or the page that adds it up."""
    detail, house = one.detail, desk.household.household_id
    match one.kind:
        case Kind.FEES | Kind.UNUSUAL_MONTH if detail.ids and detail.first and detail.last:
            return list_href(detail.first, detail.last, by="category", key=public("cat", detail.ids[0], household=house))
        case Kind.SUBSCRIPTIONS:
            return "/recurring?tab=subscriptions"
        case Kind.IDLE_CASH if detail.ids:
            return f"/accounts/{public('acc', detail.ids[0], household=house)}"
        case _:
            return series_href(detail.ids) if detail.ids else "/recurring"


def _money(eye: Eye, minor: int, one: Finding) -> str:
    return str(eye.of(minor, one.currency, symbol=True))


def _percent(per_mille: int) -> str:
    return f"{per_mille / 10:.0f}\u00a0%" if per_mille >= 10 else "less than 1\u00a0%"


def _count(count: int) -> str:
    return COUNTS[count] if count < len(COUNTS) else f"{count:,}"


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:NAMES_MAX])
    if len(names) > NAMES_MAX:
        shown.append(f"{len(names) - NAMES_MAX} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _day(eye: Eye, day: dt.date | None) -> str:
    return eye.dated(day) if day else "then"
