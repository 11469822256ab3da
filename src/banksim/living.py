"""New purchases as they happen: what live mode, a refresh and the control API have people buy."""

import datetime as dt
import random

import msgspec

from banksim import posting
from banksim.bank import Bank
from banksim.clock import instant
from banksim.ids import AccountId, TransactionId
from banksim.model import Face, Item, Row
from banksim.people import roster, shops
from banksim.people.model import Taste
from banksim.people.rules import TIPS

_PENDING_MAX = 2
FRESH = "live"


def tastes_of(item: Item) -> list[Taste]:
    """What this person buys with the accounts linked here."""
    person = roster.person_of(item)
    keys = {account.key for account in item.accounts if account.has_lines}
    return [taste for taste in person.tastes if taste.account in keys] if person else []


def buy(bank: Bank, item: Item, dice: random.Random) -> Row | None:
    """One believable purchase, pending, now. None for a person who buys nothing at this bank."""
    tastes = tastes_of(item)
    person = roster.person_of(item)
    if not tastes or person is None:
        return None
    taste = dice.choices(tastes, [taste.weight for taste in tastes])[0]
    shop = shops.find(taste.shop)
    account = next(account for account in item.accounts if account.key == taste.account)
    now = bank.clock.now()
    minor = round(shop.low + (shop.high - shop.low) * dice.betavariate(1.6, 3.2))
    final = minor + round(minor * dice.choice(TIPS)) if shop.kind == "tip" else minor
    shown = dice.choice((100, 12_500)) if shop.kind == "fuel" else minor
    face = shops.face(shop, city=person.city, region=person.region, on=now.date(), dice=dice)
    row = new_row(bank, account_id=account.account_id, minor=shown, on=now.date(), face=face, pending=True, at=instant(now))
    row = msgspec.structs.replace(row, final_minor=final, posts=now.date() + dt.timedelta(days=2), origin=FRESH)
    return posting.arrive(bank, item, row)


def new_row(
    bank: Bank, *, account_id: str, minor: int, on: dt.date, face: Face, pending: bool, date: dt.date | None = None, at: str | None = None
) -> Row:
    """A row with a new id, not yet anywhere."""
    return Row(
        transaction_id=TransactionId(bank.mint.opaque("transaction")),
        account_id=AccountId(account_id),
        minor=minor,
        on=on,
        date=date or on,
        face=face,
        pending=pending,
        at=at,
        origin="injected",
    )


def step(bank: Bank, item: Item, dice: random.Random) -> list[Row]:
    """One beat of live mode: a purchase; and when more than two live ones are pending, the oldest posts. Then one webhook."""
    if posting.is_silent(item) or not item.armed:
        return []
    with bank.store.unit():
        bought = buy(bank, item, dice)
        changed = [bought] if bought else []
        waiting = [row for row in bank.books[item.item_id].pending() if row.origin == FRESH]
        for row in waiting[: max(0, len(waiting) - _PENDING_MAX)]:
            changed += posting.settle(bank, item, row, on=bank.clock.today())
        if changed:
            gone = tuple(row.transaction_id for row in changed if row.removed)
            bank.notify_changes(item, new=len(changed) - len(gone), removed=gone)
    return changed
