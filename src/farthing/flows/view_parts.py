"""Small pieces of pages from what the flows know: amounts, chips, rows, freshness. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import cast

import msgspec

from farthing.categorize import Category
from farthing.connections.model import Connection, Status
from farthing.core.dates import today_in, zone
from farthing.core.ids import public
from farthing.core.money import Money, exponent
from farthing.flows.desk import Desk
from farthing.flows.show import Shown
from farthing.flows.view_models.format import age_view, amount_view, day_view, initial_of, whole_words
from farthing.flows.view_models.parts import Amount, Chip, Freshness, Piece, Tone, words
from farthing.flows.view_models.transactions import Row
from farthing.ledger.accounts import Account

LATE = dt.timedelta(hours=36)


class Eye(msgspec.Struct, frozen=True):
    """How the reader sees figures: the household's unit and language."""

    household_id: int
    currency: str
    locale: str
    zone: str
    now: dt.datetime

    def home(self, minor: int, *, symbol: bool = False, plus: bool = False, whole: bool = False) -> Amount:
        """Minor units of the household's currency."""
        return amount_view(Money(minor, self.currency), locale=self.locale, symbol=symbol, plus=plus, whole=whole, home=self.currency)

    def of(self, minor: int, unit: str, *, symbol: bool = False, plus: bool = False, whole: bool = False) -> Amount:
        """Minor units of any currency; another than the household's always shows its symbol."""
        return amount_view(Money(minor, unit), locale=self.locale, symbol=symbol, plus=plus, whole=whole, home=self.currency)

    def brief(self, minor: int, unit: str = "", *, symbol: bool = False) -> Amount:
        """Minor units of any currency, the household's without one, drawn where there are some: a limit mostly has none."""
        unit = unit or self.currency
        return self.of(minor, unit, symbol=symbol, whole=minor % 10 ** exponent(unit) == 0)

    def whole(self, minor: int, unit: str) -> str:
        """The same within words, without minor units."""
        return whole_words(minor, unit, self.locale, self.currency)

    def day(self, day: dt.date, *, weekday: bool = False) -> str:
        """`22 Nov`."""
        return day_view(day, locale=self.locale, weekday=weekday)

    def dated(self, day: dt.date, *, weekday: bool = False) -> str:
        """`22 Nov`, and `22 Nov 2025` where it is not this year's: for lists that reach over years."""
        return day_view(day, locale=self.locale, weekday=weekday, year=day.year != self.date(self.now).year)

    def date(self, at: dt.datetime) -> dt.date:
        """The household's calendar day of an instant."""
        return today_in(self.zone, at)

    def time(self, at: dt.datetime) -> str:
        """`09:12` in the household's zone."""
        return at.astimezone(zone(self.zone)).strftime("%H:%M")

    @property
    def clock(self) -> str:
        """The time on the household's wall now."""
        return self.time(self.now)


def eye_of(desk: Desk) -> Eye:
    """The desk's reader."""
    held = desk.household
    return Eye(held.household_id, held.currency, held.locale or "en_US", held.zone, desk.at)


def chip_of(category: Category, household_id: int) -> Chip:
    """A category as a row shows it."""
    tone: Tone = "unsorted" if category.category_id == 0 else cast(Tone, category.section)
    name = "Choose category" if category.category_id == 0 else category.name
    return Chip(name, tone, public("cat", category.category_id, household=household_id))


def category_name(desk: Desk, slug: str) -> str:
    """A category by its slug, as history names it."""
    found = next((c for c in desk.categories.every if c.slug == slug), None)
    return found.name if found and found.category_id else "not sorted yet"


def row_of(eye: Eye, shown: Shown, *, with_day: bool = False, open_id: int = 0) -> Row:
    """A transaction in a list."""
    row = shown.row
    transfer = shown.category.group == "transfer" and not row.split
    income = shown.category.group == "income" and row.amount > 0
    chip = Chip(f"Split in {len(shown.parts)}", "split") if row.split else chip_of(shown.category, eye.household_id)
    return Row(
        id=public("txn", row.transaction_id),
        version=row.version,
        merchant=shown.merchant,
        initial=initial_of(shown.merchant),
        account=shown.account.text.name,
        amount=eye.of(row.amount, row.currency, plus=row.amount > 0),
        chip=chip,
        day=eye.day(row.date) if with_day else "",
        note=row.owner.note,
        tags=shown.tags,
        unreviewed=not row.reviewed,
        pending=shown.status == "pending",
        transfer=transfer,
        hidden=row.hidden,
        void=shown.status == "void",
        income=income,
        open=row.transaction_id == open_id,
    )


def is_late(connection: Connection, now: dt.datetime) -> bool:
    """Whether figures may miss what this bank knows already."""
    if connection.status in {Status.SIGN_IN_AGAIN, Status.DELAYED}:
        return True
    fresh = connection.data_as_of or connection.last_success_at
    return connection.status is not Status.DISCONNECTED and fresh is not None and now - fresh > LATE


def freshness_of(eye: Eye, connections: Sequence[Connection]) -> Freshness | None:
    """How current every total is, in words; None when there is no bank to be late."""
    live = [c for c in connections if c.status is not Status.DISCONNECTED]
    if not live:
        return None
    asked = [c.last_success_at for c in live if c.last_success_at]
    as_of = max(asked) if asked else eye.now
    stamp = eye.time(as_of)
    late = [c for c in live if is_late(c, eye.now)]
    if not late:
        return Freshness(words(f"As of {stamp}."), words(f"As of {stamp}"), late=False)
    since = eye.date(min(c.data_as_of or c.last_success_at or c.created_at for c in late))
    count = f"{len(late)} of {len(live)} banks"
    return Freshness(
        words(
            f"As of {stamp}. ",
            (f"{count} {'is' if len(late) == 1 else 'are'} behind", "warn"),
            f", so purchases since {eye.day(since)} may be missing.",
        ),
        words((f"{count} behind", "warn")),
        late=True,
    )


def freshness_said(eye: Eye, connections: Sequence[Connection]) -> Freshness:
    """The same beside a figure, where it is said too that there is no bank."""
    return freshness_of(eye, connections) or Freshness(words("Kept by hand."), words("Kept by hand."), late=False)


def age_of(eye: Eye, account: Account, connections: Mapping[int, Connection]) -> tuple[str, bool]:
    """An account's freshness word, and whether it misleads."""
    connection = connections.get(account.connection_id or 0)
    if connection is None:
        return "", False
    fresh = connection.data_as_of or connection.last_success_at
    if fresh is None:
        return "", False
    return age_view(fresh, eye.now), is_late(connection, eye.now)


__all__ = ["Eye", "Piece", "age_of", "category_name", "chip_of", "eye_of", "freshness_of", "freshness_said", "is_late", "row_of"]
